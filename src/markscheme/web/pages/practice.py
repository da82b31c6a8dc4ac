"""The pages of practice: what there is, an item to try, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, RedirectResponse, Response

from markscheme.core.errors import MarkschemeError, UnknownName
from markscheme.core.marks import status_of, written
from markscheme.language import noun_of
from markscheme.sandbox import unavailable
from markscheme.text.document import Drawing, Fields
from markscheme.web import practice
from markscheme.web.call import Call, Refused, not_found
from markscheme.web.filling import filled
from markscheme.web.practice import Owner, Try
from markscheme.web.routing import ANYONE, page

MOST_TEXT = 20_000
MOST_READ = 2_000
SORTS = {
    "right": "good", "follow-through": "good", "slip": "bad", "wrong": "bad", "unreadable": "warning",
    "blank": "", "by hand": "open",
}  # fmt: skip
"""How each status looks."""
TURNS = {"another": 0, "harder": 1, "easier": -1}


def _owner(call: Call) -> Owner:
    return Owner(call.person.code if call.person else None, call.visitor)


@page("/practice", access=ANYONE)
def overview(call: Call) -> Response:
    """What there is to practice, by topic, and what is due today."""
    with call.site.database.reading() as connection:
        known = practice.standings(connection, _owner(call), call.now)
    every = practice.problems(call.site.problems)
    topics: dict[str, list[practice.About]] = {}
    for about in every.values():
        topics.setdefault(about.topic, []).append(about)
    due = sorted(
        [name for name in known if name in every and known[name].is_due], key=lambda name: known[name].due_at or 0
    )
    return call.render(
        "practice/overview.html", topics=topics, known=known, new=practice.Standing(),
        due=[every[name] for name in due], practiced=len(known),
    )  # fmt: skip


@page("/practice/start", access=ANYONE, methods=("POST",))
def start(call: Call) -> Response:
    """A new item: of a problem, or of what is best practiced next in a topic or in all."""
    owner, every = _owner(call), practice.problems(call.site.problems)
    if not call.site.practices.admits(owner.key, call.now):
        raise Refused(429, "That is too much at once: wait a minute.")
    wanted, topic = call.field("problem"), call.field("topic")
    if wanted and wanted not in every:
        raise not_found()
    names = [it.name for it in every.values() if not topic or it.topic == topic]
    if not names:
        raise not_found()

    def change(connection: Connection) -> Try:
        name = wanted or practice.next_problem(practice.standings(connection, owner, call.now), names)
        return practice.start(connection, owner, name, 0, call.now, call.site.problems)

    return _to(call.site.database.write(change))


def _to(it: Try, place: str = "") -> Response:
    return RedirectResponse(f"/practice/items/{it.code}{f'#{place}' if place else ''}", 303)


@page("/practice/items/{code}", access=ANYONE)
def item(call: Call) -> Response:
    """An item, with what was typed, what came of it, and what was asked for."""
    it = _found(call)
    shown = it.item
    posed = shown.posed()
    labels = _labels(posed.all_blocks())
    return call.render(
        "practice/item.html", it=it, posed=posed, labels=labels, mathlive=True,
        question=filled(posed.write("html"), it.texts),
        verdicts=_verdicts(it), hints=practice.hints(it),
        earned=written(it.marked.marks) if it.marked else "", out_of=written(posed.marks),
        solution=shown.solution("html") if it.is_solved else "",
        about=practice.about(shown.problem),
        is_run=any([answer.kind.is_run for answer in shown.layout.asked]),
        no_sandbox=unavailable() if any([answer.kind.is_run for answer in shown.layout.asked]) else "",
        level=it.level, levels=practice.LEVELS, asked_for=call.query.get("said", ""),
    )  # fmt: skip


def _labels(blocks: Any) -> dict[str, str]:
    """What each answer is called, as HTML, by name."""
    found: dict[str, str] = {}
    for block in blocks:
        if isinstance(block, Fields | Drawing):
            found |= {blank.name: blank.label.write("html") for blank in block.blanks}
    return found


@dataclass(frozen=True, slots=True)
class Told:
    """One verdict, as the page tells it."""

    name: str
    status: str
    sort: str
    marks: str
    out_of: str
    reason: str
    place: str
    """The text with a mark under what could not be read."""


def _verdicts(it: Try) -> list[Told]:
    found: list[Told] = []
    for name, verdict in it.marked.items() if it.marked else ():
        reason, _, place = verdict.reason.partition("\n")
        marks, out_of = written(verdict.marks), written(verdict.out_of)
        found.append(Told(name, f"{status_of(verdict.status)}", SORTS[verdict.status], marks, out_of, reason, place))
    return found


def _found(call: Call) -> Try:
    with call.site.database.reading() as connection:
        return _own(connection, call)


def _own(connection: Connection, call: Call) -> Try:
    try:
        return practice.find(connection, _owner(call), call.path["code"], call.site.problems)
    except UnknownName:
        raise not_found() from None


@page("/practice/items/{code}", access=ANYONE, methods=("POST",))
async def act(call: Call) -> Response:
    """What a button says: check, a hint, the solution, another one."""
    do, _, which = call.field("do").partition(" ")
    it = await run_in_threadpool(_found, call)
    if not call.site.practices.admits(_owner(call).key, call.now):
        raise Refused(429, "That is too much at once: wait a minute.")
    texts = await run_in_threadpool(_texts, call, it)
    if do == "check":
        marked = await _marked(call, it, texts)
        return await run_in_threadpool(_keep, call, texts, marked)
    return await run_in_threadpool(_without_marking, call, texts, do, which)


def _texts(call: Call, it: Try) -> dict[str, str]:
    """What stands in the fields; several squares are one text."""
    found = {name: ", ".join(call.values(name)) for name in it.item.layout.marks}
    for name, text in found.items():
        if len(text) > MOST_TEXT:
            raise Refused(413, f"{name}: an answer has at most {MOST_TEXT:,} characters.")
        if any("\ud800" <= character <= "\udfff" for character in text):
            raise Refused(400, f"{name} has half of a character.")
    return {name: text.replace("\r\n", "\n").replace("\0", "\ufffd") for name, text in found.items()}


async def _marked(call: Call, it: Try, texts: Mapping[str, str]) -> dict[str, Any]:
    """The verdicts. Programs are run by processes of their own, so many at a time, and the others wait their turn."""
    runs = [answer.name for answer in it.item.layout.asked if answer.kind.is_run]
    if not any([texts[name].strip() for name in runs]):
        return await run_in_threadpool(practice.mark, it.item_id, texts, it.folders)
    return await call.site.programs.run(practice.mark, it.item_id, texts, it.folders)


def _keep(call: Call, texts: Mapping[str, str], marked: Mapping[str, Any]) -> Response:
    def change(connection: Connection) -> Try:
        it = practice.keep_texts(connection, _own(connection, call), texts)
        return practice.keep_marks(connection, _owner(call), it, marked, call.now)

    return _to(call.site.database.write(change), "result")


def _without_marking(call: Call, texts: Mapping[str, str], do: str, which: str) -> Response:
    owner, write = _owner(call), call.site.database.write
    it = write(lambda connection: practice.keep_texts(connection, _own(connection, call), texts))
    if do == "hint":
        try:
            it = write(lambda connection: practice.hint(connection, _own(connection, call), which))
        except MarkschemeError as error:
            raise Refused(409, str(error)) from error
        return _to(it, f"hint-{which}")
    if do == "solution":
        return _to(write(lambda connection: practice.solve(connection, owner, _own(connection, call), call.now)), do)
    if do not in TURNS:
        raise Refused(400, f"There is no button {do!r}.")
    try:
        level = it.level + TURNS[do]
        return _to(write(lambda at: practice.start(at, owner, it.problem, level, call.now, it.folders)))
    except MarkschemeError as error:
        raise Refused(409, f"There is no {do} one of this problem.") from error


@page("/practice/items/{code}/read", access=ANYONE, methods=("POST",))
def read(call: Call) -> Response:
    """What a text says as an answer, never whether it is right."""
    it = _found(call)
    if not call.site.readings.admits(_owner(call).key, call.now):
        raise Refused(429, "Too many at once.")
    data = call.json()
    name, text = data.get("name"), data.get("text")
    if not isinstance(name, str) or not isinstance(text, str) or len(text) > MOST_READ:
        raise Refused(400, f"A name, and a text of at most {MOST_READ:,} characters.")
    shown = it.item
    if name not in shown.layout.marks:
        raise not_found()
    if shown.problem.answers[name].kind.is_run:
        raise Refused(400, f"{noun_of(shown.problem.answers[name].kind.noun)} is not read while it is typed.")
    return JSONResponse(shown.read(name, text).as_json())
