"""The room: an exam as it is being sat, live."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator

from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response, StreamingResponse

from markscheme.web import room as seating
from markscheme.web import saving, sittings
from markscheme.web.call import Call, Refused
from markscheme.web.clock import MINUTE
from markscheme.web.courses import MOST_MINUTES
from markscheme.web.recording import record
from markscheme.web.routing import TEACHER, page

EVERY = 2.0  # seconds
LONGEST = 900  # events: then the browser comes again, and is admitted again


def _seats(call: Call) -> list[seating.Seat]:
    now = call.site.clock()
    with call.site.database.reading() as connection:
        return seating.seats(connection, call.path["exam"], call.site.seen, now)


@page("/exams/{exam}/room", access=TEACHER)
def room(call: Call) -> Response:
    """Who has started, how long each has left, when each was saved last, and who is in trouble."""
    call.site.database.write(lambda connection: seating.end_times(connection, call.path["exam"], call.now))
    return call.render("teaching/room.html", exam=call.row, seats=_seats(call))


@page("/exams/{exam}/room/events", access=TEACHER)
async def events(call: Call) -> Response:
    """The room as server-sent events: what has changed since the last one."""

    async def told() -> AsyncGenerator[str]:
        before: dict[str, list[object]] = {}
        for _ in range(LONGEST):
            seats = await run_in_threadpool(_seats, call)
            now = {it.sitting: it.as_json() for it in seats}
            changed = [row for code, row in now.items() if before.get(code) != row]
            before = now
            yield f"data: {json.dumps(changed)}\n\n"
            await asyncio.sleep(EVERY)

    return StreamingResponse(told(), media_type="text/event-stream", headers={"Cache-Control": "no-store"})


@page("/exams/{exam}/room/all", access=TEACHER, methods=("POST",))
def act_on_all(call: Call) -> Response:
    """Pause or resume everybody."""
    act = call.field("act")
    if act not in ("pause", "resume"):
        raise Refused(400, "Pause or resume.")
    code = call.path["exam"]

    def change(connection: Connection) -> None:
        count = seating.act_on_all(connection, code, act, call.now, call.who)
        record(connection, call.now, call.who, f"{act} all", exam=code, sittings=count)

    call.site.database.write(change)
    return RedirectResponse(f"/exams/{code}/room", 303)


@page("/sittings/{sitting}", access=TEACHER)
def sitting(call: Call) -> Response:
    """One sitting: its history, its texts, those that were set aside, and what a teacher can do."""
    code = call.path["sitting"]
    found = call.site.database.write(lambda connection: sittings.find(connection, code, call.now))
    with call.site.database.reading() as connection:
        history = sittings.history(connection, code)
        texts = saving.texts(connection, code)
        aside = saving.set_aside(connection, code)
    return call.render(
        "teaching/sitting.html", sitting=found, exam=call.row["exam"], title=call.row["title"], history=history,
        texts=texts, aside=aside,
    )  # fmt: skip


@page("/sittings/{sitting}", access=TEACHER, methods=("POST",))
def act(call: Call) -> Response:
    """Give time, pause, resume, open again, or void one sitting."""
    code, what = call.path["sitting"], call.field("act")
    minutes = call.field("minutes", "0").strip()
    if not minutes.lstrip("-").isdecimal() or abs(int(minutes)) > MOST_MINUTES:
        raise Refused(400, "Minutes are a whole number.")
    milliseconds = int(minutes) * MINUTE

    def change(connection: Connection) -> None:
        found = sittings.find(connection, code, call.now)
        match what:
            case "give time":
                sittings.give_time(connection, found, milliseconds, call.now, call.who)
            case "pause" | "resume" | "void":
                sittings.do(connection, found, what, call.now, call.who, why=call.field("why")[:500])
            case "reopen":
                sittings.reopen(connection, found, milliseconds, call.now, call.who)
            case _:
                raise Refused(400, "Give time, pause, resume, reopen or void.")
        record(connection, call.now, call.who, what, sitting=code, minutes=int(minutes))

    call.site.database.write(change)
    return RedirectResponse(f"/sittings/{code}", 303)
