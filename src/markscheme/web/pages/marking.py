"""The marking desk's pages: what waits, group by group, whole copies, and where markers differ."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import Connection, select
from starlette.responses import JSONResponse, RedirectResponse, Response

from markscheme.core.marks import Marks, status_of, written
from markscheme.exam.marking import write_marks
from markscheme.exam.store import StoredDecision
from markscheme.language import spoken
from markscheme.marking.decisions import marks_read
from markscheme.marking.kept import with_values
from markscheme.paper.questions import question_of
from markscheme.web import desk as desks_of
from markscheme.web import schema
from markscheme.web.call import Call, Refused, not_found
from markscheme.web.clock import in_iso
from markscheme.web.database import rows
from markscheme.web.desk import MOST_COMMENT, VIEWS, Board, Conflict, Desk, Given, Pile, needs_reason
from markscheme.web.desks import FolderDesk, desk_of
from markscheme.web.recording import record
from markscheme.web.routing import MARKER, page

VIEW_NAMES: Mapping[str, str] = {
    "waiting": "To decide", "second": "To mark a second time", "wrong": "Marked wrong", "decided": "Decided",
    "one": "One answer",
}  # fmt: skip


def board_of(call: Call) -> Board:
    """The desk of the exam that the address names, with its marks and decisions, as `desk_for` has it."""
    return desks_of.board(desk_for(call))


def desk_for(call: Call) -> Desk:
    """The desk of the exam that the address names, for a marker who does not sit it.

    Raises `Refused` for whoever sits the exam and has not had their marks: keys are on the desk.
    """
    table = schema.sittings
    query = select(table.c.state).where(table.c.exam == call.path["exam"], table.c.person == call.me.code)
    with call.site.database.reading() as connection:
        own = connection.execute(query).scalar()
    if own is not None and own not in ("released", "revised", "void"):
        raise Refused(403, "You sit this exam yourself: somebody else marks it.")
    return desk_of(call.site, dict(call.row))


def address(call: Call, part: str = "mark", **query: str) -> str:
    """An address on the desk, or of another part of the exam."""
    base = f"/exams/{call.path['exam']}/{part}"
    return f"{base}/answers?{urlencode(query)}" if query else base


@page("/exams/{exam}/mark", access=MARKER)
def overview(call: Call) -> Response:
    """How far the marking is, and what there is to decide at each question."""
    board = board_of(call)
    me = board.desk.signs(call.me)
    work = call.site.works.get(call.path["exam"])
    counts = board.counts(me)
    with call.site.database.reading() as connection:
        open_requests = _open_requests(connection, call.path["exam"])
    return call.render(
        "marking/overview.html", exam=call.row, counts=counts, unmarked=len(board.desk.unmarked()),
        marked=len(board.shelf.kept), apart=len(board.apart), stale=board.held[2], work=work,
        running=call.site.is_working(call.path["exam"]), address=partial(address, call),
        is_folder=call.path["exam"] in call.site.exams, requests=open_requests,
        left=sum([it["waiting"] for it in counts.values()]),
    )  # fmt: skip


def _open_requests(connection: Connection, exam: str) -> int:
    table, reply = schema.requests, schema.replies
    query = (
        select(table.c.id)
        .join(schema.sittings, schema.sittings.c.code == table.c.sitting)
        .join(reply, reply.c.request == table.c.id, isouter=True)
        .where(schema.sittings.c.exam == exam, reply.c.id.is_(None))
    )
    return len(rows(connection, query))


@page("/exams/{exam}/mark", access=MARKER, methods=("POST",))
def begin(call: Call) -> Response:
    """Mark what has been handed in."""
    board_of(call).desk.mark()
    return RedirectResponse(address(call), 303)


@page("/exams/{exam}/mark/progress", access=MARKER)
def progress(call: Call) -> Response:
    """How far the work in the background is."""
    work = call.site.works.get(call.path["exam"])
    return JSONResponse({"ended": True} if work is None else work.as_json())


@page("/exams/{exam}/mark/write", access=MARKER, methods=("POST",))
def write(call: Call) -> Response:
    """Write marks, totals and the report into a paper exam's folder, as `markscheme exam mark` does."""
    board = board_of(call)
    if not isinstance(board.desk, FolderDesk):
        raise not_found()
    if left := board.desk.unmarked():
        raise Refused(409, f"{len(left)} copies have not been marked yet.")
    with board.desk.writing() as exam:
        names = {it.code: it.student for it in exam.manifest.copies} | {
            it.code: it.student for it in exam.store.answers().values()
        }  # fmt: skip
        outcome = write_marks(
            exam, [with_values(it.named(names[code]), board.desk.paper.kinds) for code, it in board.shelf.kept.items()]
        )
    return call.render("marking/written.html", exam=call.row, folder=board.desk.root, files=outcome.files)


# Group by group


@page("/exams/{exam}/mark/answers", access=MARKER)
def answers(call: Call) -> Response:
    """One group of answers, with what is needed to decide it."""
    board = board_of(call)
    return _show(call, board, *_asked(call.query, board), call.query.get("code", ""), number(call.query.get("at", "")))


def _asked(said: Mapping[str, str], board: Board) -> tuple[str, str, str]:
    """Question, answer and view. Raises `Refused` where there are none such."""
    question, answer, view = said.get("question", ""), said.get("answer", ""), said.get("view", "waiting")
    if (question, answer) not in board.shelf.places or (view not in VIEWS and view != "one"):
        raise Refused(404, "Nobody has been asked this.")
    return question, answer, view


def _piles(board: Board, question: str, answer: str, view: str, me: str, code: str) -> list[Pile]:
    if view == "one":
        found = board.single(code, question, answer)
        return [found] if found else []
    return [it for name in VIEWS if name == view for it in board.piles(question, answer, name, me)]


def _show(
    call: Call, board: Board, question: str, answer: str, view: str, code: str, at: int, *, complaint: str = "",
    status: int = 200,
) -> Response:  # fmt: skip
    me = board.desk.signs(call.me)
    piles = _piles(board, question, answer, view, me, code)
    names = board.desk.signed()
    spots = [(call.path["exam"], question, answer, it.code) for it in piles]
    if code:
        at = next((i for i, it in enumerate(piles) if any([mark.seed == code for mark in it.marks])), -1)
        if at < 0:
            raise Refused(404, "This answer is not here any more.")
        busy = call.site.leases.take(spots[at], call.me.name, call.now)
    else:
        at, busy = call.site.leases.take_free(spots, at, call.me.name, call.now)
    pile = piles[at] if piles else None
    counts = board.counts(me)
    with call.site.database.reading() as connection:
        said = _comments(connection, call.path["exam"], question, answer)
    shown = None if pile is None else _shown(board, pile, view, me, names)
    if pile is not None and view != "one" and len(piles) > 1:
        moves = {"next": (at + 1) % len(piles), "previous": (at - 1) % len(piles)}
    else:
        moves = {}
    here = {"question": question, "answer": answer, "view": view}
    onward = [place for place, its in counts.items() if its["waiting"] and place != (question, answer)]
    return call.render(
        "marking/answers.html", status, exam=call.row, question=question, answer=answer, view=view, at=at,
        count=len(piles), pile=pile, shown=shown, busy=busy, counts=counts[question, answer], views=VIEW_NAMES,
        moves={name: address(call, **here, at=f"{i}") for name, i in moves.items()}, comments=said,
        address=partial(address, call), onward=onward[:1], complaint=complaint, form=call.form,
        title=title_of(board.desk, question), most_comment=MOST_COMMENT,
    )  # fmt: skip


def title_of(desk: Desk, question: str) -> str:
    """The title of the problem that a question is of."""
    return next((it.slot.problem.title for it in desk.paper.spaces if it.label == question), "")


def _shown(board: Board, pile: Pile, view: str, me: str, names: Mapping[str, str]) -> dict[str, Any]:
    """What stands beside a pile's answers."""
    first = next(it for it in pile.marks if it.seed == pile.code)
    number = question_of(pile.question)
    rows = pile.standing if view != "second" else []
    return {
        "texts": pile.texts[:20], "more": max(0, len(pile.texts) - 20), "key": pile.basis.key,
        "before": [it for it in pile.basis.before if it], "status": f"{status_of(first.verdict.status)}",
        "reason": first.verdict.reason, "slips": first.verdict.slips, "marks": written(first.verdict.marks),
        "points": [(name, written(most)) for name, most in pile.basis.points], "out_of": written(pile.out_of),
        "needs_reason": needs_reason(pile), "decisions": [told(it, names) for it in rows],
        "question": board.desk.question(pile.code, int(number)) if number.isdecimal() else "",
        "pictures": _pictures(board, pile),
        "mine": any([it.who == me for it in rows]), "lang": spoken(),
    }  # fmt: skip


def _pictures(board: Board, pile: Pile) -> list[tuple[str, str, str]]:
    """What was written on each copy, as far as it was scanned: its code, and the addresses of a picture and a page."""
    slots = [(it.seed, it.question, it.answer) for it in pile.marks]
    found = [(it[0], board.desk.picture(*it), board.desk.sheet(*it)) for it in slots]
    return [it for it in found if it[1]]


def told(it: StoredDecision, names: Mapping[str, str]) -> dict[str, str]:
    """A decision for people."""
    return {
        "who": names.get(it.who, it.who) or "nobody named", "at": it.at, "marks": it.marks, "kind": it.kind,
        "why": f"{it.message}", "code": it.code, "question": it.question, "answer": it.answer,
    }  # fmt: skip


def _comments(connection: Connection, exam: str, question: str, answer: str) -> list[str]:
    table = schema.comments
    here = (table.c.exam == exam) & (table.c.question == question) & (table.c.answer == answer)
    query = select(table.c.text).where(here).order_by(table.c.id.desc()).limit(50)
    return list(connection.execute(query).scalars())


def number(text: str) -> int:
    """The place of a pile or sheet as an address has it; the first for what is none."""
    return int(text) if text.isdecimal() and len(text) < 7 else 0


@page("/exams/{exam}/mark/answers", access=MARKER, methods=("POST",))
def decide(call: Call) -> Response:
    """Decide a group, as it was when the page was made."""
    board = board_of(call)
    said = {name: call.field(name) for name in ("question", "answer", "view")}
    question, answer, view = _asked(said, board)
    code, at = call.field("code"), number(call.field("at"))
    me = board.desk.signs(call.me)
    piles = _piles(board, question, answer, view, me, code)
    pile = next((it for it in piles if any([mark.seed == code for mark in it.marks])), None)
    if pile is None:
        pile = board.single(code, question, answer)
    if pile is None:
        raise Refused(404, "This answer is not here any more.")
    comment = " ".join(call.field("comment").split())[:MOST_COMMENT]
    try:
        given = Given(_marks(call, pile), comment)
        desks_of.decide(board, pile, given, call.me, call.field("stamp"), in_iso(call.now))
    except Refused as refused:
        if refused.status != 400:
            raise
        return _show(call, board, question, answer, view, code, at, complaint=refused.said, status=400)
    except Conflict as conflict:
        names = board.desk.signed()
        return call.render(
            "marking/conflict.html", 409, exam=call.row, question=question, answer=answer, comment=comment,
            standing=[told(it, names) for it in conflict.standing], form=call.form, code=code,
            points=pile.basis.points, address=partial(address, call), at=at, view=view,
        )  # fmt: skip
    call.site.database.write(lambda connection: _noted(connection, call, pile, comment))
    if view == "one":
        return RedirectResponse(f"/exams/{call.path['exam']}/mark/copy/{code}", 303)
    return RedirectResponse(address(call, question=question, answer=answer, view=view, at=f"{at}"), 303)


def _marks(call: Call, pile: Pile) -> dict[str, Marks]:
    """What the form gives for each point."""
    found: dict[str, Marks] = {}
    points = pile.basis.points
    for i, (name, most) in enumerate(points):
        text = call.field(f"marks-{i}").strip()
        if text:
            read = marks_read(text, most)
            if isinstance(read, str):
                raise Refused(400, f"Marks are a number from 0 to {written(most)}, not {text[:20]!r}.")
            found[name] = read
        elif call.field(f"tick-{i}"):
            found[name] = most
        elif len(points) == 1 and not name:
            raise Refused(400, f"Give marks from 0 to {written(most)}.")
        else:
            found[name] = 0
    return found


def _noted(connection: Connection, call: Call, pile: Pile, comment: str) -> None:
    """Log a decision, and keep its comment for the next one."""
    exam = call.path["exam"]
    record(
        connection, call.now, call.who, "decide", exam=exam, question=pile.question, answer=pile.answer,
        answers=len(pile.marks),
    )  # fmt: skip
    table = schema.comments
    if comment and comment not in _comments(connection, exam, pile.question, pile.answer):
        connection.execute(table.insert().values(
            exam=exam, at=call.now, who=call.who, question=pile.question, answer=pile.answer, text=comment
        ))  # fmt: skip


# Whole copies, and where markers differ


@page("/exams/{exam}/mark/copy/{code}", access=MARKER)
def copy(call: Call) -> Response:
    """All answers of one copy, with marks, reasons, and what people decided."""
    board = board_of(call)
    code = call.path["code"]
    if code not in board.shelf.kept:
        raise not_found()
    report = next(it for it in board.reports() if it.seed == code)
    names = board.desk.signed()
    lines = [
        {
            "mark": mark, "key": basis.key, "marks": written(mark.verdict.marks),
            "out_of": written(mark.verdict.out_of),
            "status": f"{status_of(mark.verdict.status)}",
            "decisions": [told(it, names) for it in board.current.get((code, mark.question, mark.answer), [])],
            "href": address(call, question=mark.question, answer=mark.answer, view="one", code=code),
        }
        for mark, basis in zip(report.marks, board.shelf.kept[code].bases, strict=True)
    ]  # fmt: skip
    return call.render(
        "marking/copy.html", exam=call.row, code=code, lines=lines, total=written(report.total),
        out_of=written(report.out_of), remark=f"{report.remark}", versions=board.shelf.kept[code].versions,
        sheet=board.desk.sheet(code),
    )  # fmt: skip


@page("/exams/{exam}/mark/copies", access=MARKER)
def copies(call: Call) -> Response:
    """All copies by their codes, with what they have so far."""
    board = board_of(call)
    found = [(it.seed, written(it.total), written(it.out_of), it.waiting + it.unreadable) for it in board.reports()]
    return call.render("marking/copies.html", exam=call.row, copies=found)


@page("/exams/{exam}/mark/disagreements", access=MARKER)
def disagreements(call: Call) -> Response:
    """Where markers gave one answer different marks: an override settles it."""
    board = board_of(call)
    names = board.desk.signed()
    found = [
        {
            "code": it.code, "question": it.question, "answer": it.answer,
            "given": [(names.get(who, who), written(marks)) for who, marks in it.given.items()],
            "text": board.shelf.marks[it.code, it.question, it.answer][0].text,
            "href": address(call, question=it.question, answer=it.answer, view="one", code=it.code),
        }
        for it in board.apart
    ]  # fmt: skip
    return call.render("marking/disagreements.html", exam=call.row, found=found)
