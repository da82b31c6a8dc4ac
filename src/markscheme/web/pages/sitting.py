"""The pages of a student who sits an exam: before it, in it, and after it."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, bindparam, func, select
from starlette.responses import JSONResponse, RedirectResponse, Response

from markscheme.paper.plan import load_once
from markscheme.paper.questions import question_of
from markscheme.web import preparing, saving, schema, sittings
from markscheme.web.call import Call, Refused
from markscheme.web.database import Row, first, one, rows
from markscheme.web.guard import EXAM, may_see
from markscheme.web.routing import SITTER, page
from markscheme.web.sittings import Sitting

MOST_SAVES_AT_ONCE = 50
MOST_READ = 2000
_PAGES = schema.pages.c
_PAGE = select(schema.pages).where(_PAGES.sitting == bindparam("of"), _PAGES.number == bindparam("at"))
_HEADS = select(_PAGES.number, _PAGES.title).where(_PAGES.sitting == bindparam("of")).order_by(_PAGES.number)


def _now(call: Call) -> Sitting:
    """The sitting as it stands: a change only where its time has ended meanwhile."""
    found = sittings.sitting_of(call.row)
    if found.is_out_of_time(call.now):
        return call.site.database.write(lambda connection: sittings.find(connection, found.code, call.now))
    return found


def _may_see(call: Call, sitting: Sitting, what: str) -> bool:
    return may_see(what, {"state": sitting.state, "person": sitting.person}, call.me.code, call.role)


@page("/sit/{sitting}", access=SITTER)
def sit(call: Call) -> Response:
    """Where a student is: at the cover, at the questions, or after the end."""
    sitting = _now(call)
    if sitting.state in ("made", "ready"):
        with call.site.database.reading() as connection:
            exam = _exam(connection, sitting)
        honor_code, *_ = preparing.honor_code(load_once(exam["paper"]))
        return call.render(
            "sitting/cover.html", sitting=sitting, exam=exam, opens=_opens(exam, call.now), honor_code=honor_code
        )
    if sitting.state in ("running", "paused"):
        return RedirectResponse(_first(call, sitting.code), 303)
    with call.site.database.reading() as connection:
        exam = _exam(connection, sitting)
        texts = saving.texts(connection, sitting.code)
        aside = saving.set_aside(connection, sitting.code)
    receipt = sitting.receipt or saving.receipt(sitting.code, texts)
    seen = {what: _may_see(call, sitting, what) for what in ("answers", "marks")}
    return call.render(
        "sitting/over.html", sitting=sitting, exam=exam, texts=texts, aside=aside, may=seen, receipt=receipt
    )


@page("/sit/{sitting}/start", access=SITTER, methods=("POST",))
def start(call: Call) -> Response:
    """The time begins to run."""
    if not call.field("honor"):
        raise Refused(400, "Sign the honor code to start.")

    def change(connection: Connection) -> Sitting:
        sitting = sittings.find(connection, call.path["sitting"], call.now)
        if sitting.state in ("running", "paused"):
            return sitting
        exam = _exam(connection, sitting)
        if waits := _opens(exam, call.now):
            raise Refused(409, waits)
        started = sittings.do(connection, sitting, "start", call.now, call.who, honor_code="signed")
        _, question, answer = preparing.honor_code(load_once(exam["paper"]))
        if question:
            signature = saving.Save("cover", 1, 0, question, answer, "signed")
            saving.save(connection, sitting.code, signature, call.now)
        return started

    sitting = call.site.database.write(change)
    return RedirectResponse(_first(call, sitting.code), 303)


def _first(call: Call, code: str) -> str:
    """The first question."""
    with call.site.database.reading() as connection:
        query = select(func.min(schema.pages.c.number)).where(schema.pages.c.sitting == code)
        return f"/sit/{code}/{connection.execute(query).scalar_one()}"


@page("/sit/{sitting}/{number:int}", access=SITTER)
def question(call: Call) -> Response:
    """One question, with what stands in its fields."""
    sitting = _now(call)
    if sitting.state not in ("running", "paused"):
        return RedirectResponse(f"/sit/{sitting.code}", 303)
    if not _may_see(call, sitting, "questions"):
        raise Refused(403, "The questions are not to be seen now.")
    number = int(call.path["number"])
    with call.site.database.reading() as connection:
        exam = _exam(connection, sitting)
        found = first(connection, _PAGE, of=sitting.code, at=number)
        heads = rows(connection, _HEADS, of=sitting.code)
        texts = saving.texts(connection, sitting.code)
        aside = [it for it in saving.set_aside(connection, sitting.code) if it["verdict"] == "conflict"]
    if found is None:
        raise Refused(404, f"There is no question {number}.")
    state = {
        "sitting": sitting.code,
        "left": sitting.left(call.now),
        "paused": sitting.state == "paused",
        "texts": {f"{at[0]} {at[1]}": [it.revision, it.text] for at, it in texts.items()},
        "aside": [[f"{it['question']} {it['answer']}", it["text"]] for it in aside],
    }
    return call.render(
        "sitting/question.html", sitting=sitting, exam=exam, question=found, heads=heads, state=state,
        answered=_answered(texts), mathlive=True,
    )  # fmt: skip


def _answered(texts: Mapping[tuple[str, str], saving.Text]) -> dict[str, int]:
    """How many answers stand in each question, by its number."""
    found: dict[str, int] = {}
    for (label, _), it in texts.items():
        if it.text.strip():
            number = question_of(label)
            found[number] = found.get(number, 0) + 1
    return found


@page("/sit/{sitting}/save", access=SITTER, methods=("POST",), most_bytes=256_000)
def save(call: Call) -> Response:
    """Changes of answers, in the order in which they were made; each is told what became of it."""
    sent = call.json().get("saves")
    if not isinstance(sent, list) or not 0 < len(sent) <= MOST_SAVES_AT_ONCE:  # pyright: ignore[reportUnknownArgumentType]
        raise Refused(400, f"saves: a list of 1 to {MOST_SAVES_AT_ONCE}.")
    found: list[saving.Save] = []
    for it in sent:  # pyright: ignore[reportUnknownVariableType]
        if not isinstance(it, dict):
            raise Refused(400, "A save is an object.")
        found.append(saving.save_from(it))  # pyright: ignore[reportUnknownArgumentType]
    sent_now = saving.Sent(call.path["sitting"], found, call.now)
    taken: list[saving.Saved] = call.site.database.write_together(saving.save_all, sent_now)
    return JSONResponse({"saved": [it.as_json() for it in taken]})


@page("/sit/{sitting}/read", access=SITTER, methods=("POST",))
def read(call: Call) -> Response:
    """What a text says, never whether it is right."""
    sitting = _now(call)
    if sitting.state != "running":
        raise sittings.NotNow(sitting.state, "read")
    if not call.site.readings.admits(call.who, call.now):
        raise Refused(429, "Too many at once.")
    data = call.json()
    name, text = data.get("name"), data.get("text")
    if not isinstance(name, str) or not isinstance(text, str) or len(text) > MOST_READ:
        raise Refused(400, f"A name, and a text of at most {MOST_READ:,} characters.")
    with call.site.database.reading() as connection:
        exam = _exam(connection, sitting)
    return JSONResponse(preparing.read(exam["paper"], sitting.seed, name, text).as_json())


@page("/sit/{sitting}/state", access=SITTER)
def state(call: Call) -> Response:
    """The time that is left, and whether the sitting runs: what a window asks for when it comes back."""
    sitting = _now(call)
    call.site.seen[sitting.code] = call.now
    return JSONResponse({"state": sitting.state, "left": sitting.left(call.now), "revision": sitting.revision})


@page("/sit/{sitting}/hand-in", access=SITTER)
def handing_in(call: Call) -> Response:
    """What stands where, before it is handed in."""
    sitting = _now(call)
    if sitting.state != "running":
        return RedirectResponse(f"/sit/{sitting.code}", 303)
    with call.site.database.reading() as connection:
        exam = _exam(connection, sitting)
        heads = rows(connection, _HEADS, of=sitting.code)
        texts = saving.texts(connection, sitting.code)
    return call.render(
        "sitting/hand_in.html", sitting=sitting, exam=exam, heads=heads, texts=texts, answered=_answered(texts),
    )  # fmt: skip


@page("/sit/{sitting}/hand-in", access=SITTER, methods=("POST",))
def hand_in(call: Call) -> Response:
    """Hand it in: nothing can be changed after that."""
    code = call.path["sitting"]
    call.site.database.write(lambda connection: saving.hand_in(connection, code, call.now, call.who))
    return RedirectResponse(f"/sit/{code}", 303)


def _exam(connection: Connection, sitting: Sitting) -> Row:
    return one(connection, EXAM, of=sitting.exam)


def _opens(exam: Row, now: int) -> str:
    """Why an exam cannot be started now; an empty text where it can."""
    if exam["opens_at"] is None or now < exam["opens_at"]:
        return "The exam has not been opened yet."
    if exam["closes_at"] is not None and now >= exam["closes_at"]:
        return "The exam is closed."
    return ""
