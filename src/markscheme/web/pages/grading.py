"""The pages that follow marking: marked again with the difference first, released, the report, requests."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from sqlalchemy import ColumnElement, Connection, select
from starlette.responses import RedirectResponse, Response

from markscheme.core.marks import exact_marks, written
from markscheme.marking.decisions import Moved, decided, moved_csv, moved_since, outcomes
from markscheme.marking.gradebook import Report
from markscheme.marking.kept import Kept
from markscheme.web import marking, schema
from markscheme.web.call import Call, Refused, csv_file, not_found
from markscheme.web.database import Row, first, rows
from markscheme.web.desk import Board
from markscheme.web.pages.marking import address, board_of
from markscheme.web.recording import record
from markscheme.web.routing import MARKER, TEACHER, page

MOST_LISTED = 300
MOST_REPLY = 2000


def standing(board: Board) -> dict[str, Kept]:
    """The marks of a desk with the decisions that hold, by code."""
    return {it.seed: replace(board.shelf.kept[it.seed], report=it) for it in board.reports()}


def _sat_here(call: Call) -> None:
    if call.path["exam"] in call.site.exams:
        raise Refused(
            409, "Of an exam on paper this is done in its folder: markscheme exam mark, markscheme exam report."
        )


# Marked again


@dataclass(frozen=True)
class Difference:
    """What other marks would change, with what people decided."""

    moves: Sequence[Moved]
    totals: Sequence[tuple[str, str, str]]
    """Code, total before and after, of those whose total moves."""
    by_answer: Sequence[tuple[str, str, int, int, int]]
    """Question, answer, and how many go up, down, or keep their marks."""


def difference(before: Sequence[Report], after: Sequence[Report]) -> Difference:
    """What moves between two markings of the same copies; those that were not marked again are left out."""
    now = {it.seed for it in after}
    was = [it for it in before if it.seed in now]
    moves = moved_since(outcomes(was), after)
    places: dict[tuple[str, str], Counter[str]] = {}
    for it in moves:
        places.setdefault((it.question, it.answer), Counter())[_way(it)] += 1
    old = {it.seed: it.total for it in was}
    new = [it for it in after if it.seed in old and old[it.seed] != it.total]
    totals = [(it.seed, written(old[it.seed]), written(it.total)) for it in new]
    by_answer = [(*place, n["up"], n["down"], n["same"]) for place, n in places.items()]
    return Difference(moves, totals, by_answer)


def _way(it: Moved) -> str:
    if "none" in (it.before, it.after):
        return "same"
    one, other = float(it.before.split(" ")[0]), float(it.after.split(" ")[0])
    return "same" if one == other else "up" if other > one else "down"


def _difference(call: Call) -> tuple[Board, Difference, str, int]:
    board = board_of(call)
    with call.site.database.reading() as connection:
        found, stamp = marking.proposed(connection, call.path["exam"])
    after = decided([it.report for it in found.values()], board.held[0])
    return board, difference(board.reports(), after), stamp, len(found)


@page("/exams/{exam}/regrade", access=TEACHER)
def regrading(call: Call) -> Response:
    """What marking again would change; nothing is changed by looking."""
    _sat_here(call)
    is_running = call.site.is_working(call.path["exam"])
    board, found, stamp, count = _difference(call)
    return call.render(
        "marking/regrade.html", exam=call.row, work=call.site.works.get(call.path["exam"]),
        running=is_running, stamp="" if is_running else stamp,
        found=found, count=count, listed=found.moves[:MOST_LISTED], more=max(0, len(found.moves) - MOST_LISTED),
        marked=len(board.shelf.kept), totals=found.totals[:MOST_LISTED],
        more_totals=max(0, len(found.totals) - MOST_LISTED), way=_way,
    )  # fmt: skip


@page("/exams/{exam}/regrade", access=TEACHER, methods=("POST",))
def regrade(call: Call) -> Response:
    """Mark all again with problems, papers and markscheme as they are now."""
    _sat_here(call)
    board_of(call)
    call.site.renew()
    marking.regrade(call.site, call.path["exam"], call.who)
    return RedirectResponse(f"/exams/{call.path['exam']}/regrade", 303)


@page("/exams/{exam}/moved.csv", access=TEACHER)
def moved(call: Call) -> Response:
    """The difference as `markscheme mark` writes it, by codes."""
    _sat_here(call)
    _, found, _, _ = _difference(call)
    return csv_file("moved.csv", moved_csv(found.moves))


@page("/exams/{exam}/regrade/apply", access=TEACHER, methods=("POST",))
def apply(call: Call) -> Response:
    """Let the new marks be the marks, if they are those that were shown."""
    _sat_here(call)
    board_of(call)
    if call.site.is_working(call.path["exam"]):
        raise Refused(409, "It is still being marked.")
    marking.apply(call.site, call.path["exam"], call.who, call.field("stamp"))
    return RedirectResponse(address(call), 303)


# Released


@page("/exams/{exam}/release", access=TEACHER)
def releasing(call: Call) -> Response:
    """What students would see, and what is left to do before."""
    _sat_here(call)
    board = board_of(call)
    whole = standing(board)
    with call.site.database.reading() as connection:
        fresh = marking.to_release(connection, call.path["exam"], whole)
        shown = marking.latest(connection, call.path["exam"], is_released=True)
    reports = [it.report for it in whole.values()]
    waiting = sum([it.waiting + it.unreadable for it in reports])
    work = call.site.works.get(call.path["exam"])
    average = exact_marks(sum([Fraction(it.total) for it in reports], Fraction(0)) / max(1, len(reports)))
    return call.render(
        "marking/release.html", exam=call.row, unmarked=len(board.desk.unmarked()), waiting=waiting,
        apart=len(board.apart), fresh=len(fresh), revised=len([code for code in fresh if code in shown]),
        shown=len(shown), marked=len(whole), work=work, running=call.site.is_working(call.path["exam"]),
        average=f"{float(average):.1f}", stamp=_stamp(fresh),
    )  # fmt: skip


def _stamp(fresh: Mapping[str, Kept]) -> str:
    return f"{len(fresh)} {sum([float(it.report.total) for it in fresh.values()]):.6f}"


@page("/exams/{exam}/release", access=TEACHER, methods=("POST",))
def release(call: Call) -> Response:
    """Let students see their marks; whoever has answers that wait is named by a count, and must be meant."""
    _sat_here(call)
    board = board_of(call)
    whole = standing(board)
    waits = any([it.report.waiting + it.report.unreadable for it in whole.values()]) or board.apart
    if (waits or board.desk.unmarked()) and not call.field("anyway"):
        raise Refused(409, "Something still waits: decide it, or tick that you release all the same.")
    with call.site.database.reading() as connection:
        fresh = marking.to_release(connection, call.path["exam"], whole)
    if call.field("stamp") != _stamp(fresh):
        raise Refused(409, "The marks are others than those that were shown: look at them again.")
    marking.release(call.site, call.path["exam"], fresh, call.who)
    return RedirectResponse(f"/exams/{call.path['exam']}/release", 303)


# The report


@page("/exams/{exam}/report", access=MARKER)
def report(call: Call) -> Response:
    """Where the class lost marks, as the command line reports it, by codes."""
    board = board_of(call)
    reports = board.reports()
    sections = call.site.do(marking.class_report, (*board.desk.source, reports)) if reports else []
    return call.render("marking/report.html", exam=call.row, sections=sections, count=len(reports))


# Requests for a second look


@page("/exams/{exam}/requests", access=MARKER)
def requests(call: Call) -> Response:
    """What students ask to be looked at again, the open ones first."""
    board = board_of(call)
    with call.site.database.reading() as connection:
        found = asked(connection, schema.sittings.c.exam == call.path["exam"])
    for it in found:
        at = board.shelf.marks.get((it["sitting"], it["question"], it["answer"]))
        it["mark"] = at[0] if at else None
        it["href"] = address(call, question=it["question"], answer=it["answer"], view="one", code=it["sitting"])
    found.sort(key=lambda it: bool(it["replies"]))
    return call.render("marking/requests.html", exam=call.row, found=found)


def asked(connection: Connection, which: ColumnElement[bool]) -> list[Row]:
    """Requests with their replies."""
    table, reply = schema.requests, schema.replies
    sat = schema.sittings.c.code == table.c.sitting
    query = select(table).join(schema.sittings, sat).where(which).order_by(table.c.id)
    found = rows(connection, query)
    ids = [it["id"] for it in found]
    answers = rows(
        connection,
        select(reply, schema.people.c.name)
        .join(schema.people, schema.people.c.code == reply.c.who, isouter=True)
        .where(reply.c.request.in_(ids))
        .order_by(reply.c.id),
    )
    for it in found:
        it["replies"] = [one for one in answers if one["request"] == it["id"]]
    return found


@page("/exams/{exam}/requests/{request:int}", access=MARKER, methods=("POST",))
def reply(call: Call) -> Response:
    """Answer a request; other marks are given on the desk."""
    board_of(call)
    text = call.field("text").strip()
    if not 0 < len(text) <= MOST_REPLY:
        raise Refused(400, f"An answer has at most {MOST_REPLY:,} characters, and at least one.")
    number = int(call.path["request"])

    def change(connection: Connection) -> None:
        table = schema.requests
        here = select(table.c.id).join(schema.sittings, schema.sittings.c.code == table.c.sitting).where(
            table.c.id == number, schema.sittings.c.exam == call.path["exam"]
        )  # fmt: skip
        if first(connection, here) is None:
            raise not_found()
        connection.execute(schema.replies.insert().values(request=number, at=call.now, who=call.who, text=text))
        record(connection, call.now, call.who, "answer request", exam=call.path["exam"], request=number)

    call.site.database.write(change)
    return RedirectResponse(f"/exams/{call.path['exam']}/requests", 303)
