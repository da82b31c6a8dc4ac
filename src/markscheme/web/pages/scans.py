"""Scanned pages at the desk: how far they are, their crops, and what a marker types off them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from starlette.responses import JSONResponse, RedirectResponse, Response

from markscheme.exam.store import StoredAnswer
from markscheme.scan.answers import Slot
from markscheme.scan.sheets import TASKS, Place, Sheet, Task, Texts, Unexplained
from markscheme.scan.status import status
from markscheme.scan.typing import NOTHING, take_typed
from markscheme.scan.waiting import waiting
from markscheme.web.call import Call, Refused, not_found
from markscheme.web.desks import FolderDesk
from markscheme.web.pages import marking
from markscheme.web.recording import record
from markscheme.web.routing import MARKER, page

MOST_TEXT = 4_000
"""Characters of what is typed."""
MOST_SAID = 9
"""Texts that are offered to be typed once more: a key each."""
TASK_NAMES: Mapping[Task, str] = {"type": "To type", "squares": "Unclear squares", "again": "To look at again"}


def folder_desk(call: Call) -> FolderDesk:
    """The desk of the paper exam that the address names. Raises `Refused`."""
    found = marking.desk_for(call)
    if not isinstance(found, FolderDesk):
        raise not_found()
    return found


def scanned_desk(call: Call) -> FolderDesk:
    """The same, of an exam of which pages were scanned. Raises `Refused`."""
    desk = folder_desk(call)
    if not desk.has_scans:
        raise not_found()
    return desk


def sentence(said: str) -> str:
    """What is wrong, as a page says it."""
    return f"{said[:1].upper()}{said[1:]}."


address = partial(marking.address, part="scans")


@page("/exams/{exam}/scans", access=MARKER)
def overview(call: Call) -> Response:
    """How far the pages are, and what there is to type at each answer."""
    desk = folder_desk(call)
    if not desk.has_scans:
        return call.render("marking/no_scans.html", exam=call.row, folder=desk.root)
    sheets = desk.sheets
    counts = sheets.counts(desk.folder.store.answers(), _unexplained(desk))
    return call.render(
        "marking/scans.html", exam=call.row, folder=desk.root, found=status(sheets.scans), counts=counts,
        waiting=len(waiting(sheets.scans)), tasks=TASK_NAMES,
        href=partial(_at, call),
        left={task: sum([it[task] for it in counts.values()]) for task in TASK_NAMES}, unmarked=len(desk.unmarked()),
    )  # fmt: skip


@page("/exams/{exam}/scans/crop", access=MARKER)
def crop(call: Call) -> Response:
    """The picture of one answer, as PNG."""
    desk = folder_desk(call)
    slot = Slot(*[call.query.get(it, "") for it in ("code", "question", "answer")])
    written = desk.sheets.by_slot.get(slot) if desk.has_scans else None
    if written is None:
        raise not_found()
    content = desk.sheets.scans.crop(written).read_bytes()
    return Response(content, media_type="image/png")


def _at(call: Call, place: Place, task: Task) -> str:
    return address(call, question=place[0], answer=place[1], task=task)


def _unexplained(desk: FolderDesk) -> Unexplained:
    """Whether an answer was marked wrong at a text, without a slip that explains it."""
    marks = desk.shelf().marks

    def asked(slot: tuple[str, str, str], text: str) -> bool:
        at = marks.get(slot)
        return at is not None and at[0].text == text and at[0].verdict.status == "wrong" and not at[0].verdict.slips

    return asked


# One sheet after another


@page("/exams/{exam}/scans/answers", access=MARKER)
def answers(call: Call) -> Response:
    """One sheet of crops, and what is typed for it."""
    desk = folder_desk(call)
    place, task = _asked(call.query, desk)
    return _show(call, desk, place, task, marking.number(call.query.get("at", "")))


def _asked(said: Mapping[str, str], desk: FolderDesk) -> tuple[Place, Task]:
    """Which answer, and what of it. Raises `Refused` where there is none such."""
    place = said.get("question", ""), said.get("answer", "")
    tasks: Mapping[str, Task] = {it: it for it in TASKS}
    task = tasks.get(said.get("task", "type"))
    if not desk.has_scans or task is None or place not in desk.sheets.by_place:
        raise Refused(404, "No scanned page has such an answer.")
    return place, task


def _sheets(desk: FolderDesk, place: Place, task: Task) -> tuple[list[Sheet], Texts]:
    texts = desk.folder.store.answers(*place)
    return desk.sheets.of(place, task, texts, _unexplained(desk) if task == "again" else _never), texts


def _never(_slot: object, _text: str) -> bool:
    return False


def _show(
    call: Call, desk: FolderDesk, place: Place, task: Task, at: int, *, complaint: str = "", status: int = 200
) -> Response:
    found, texts = _sheets(desk, place, task)
    spots = [(call.path["exam"], f"{task} {place[0]}", place[1], it.code) for it in found]
    at, busy = call.site.leases.take_free(spots, at, call.me.name, call.now)
    sheet = found[at] if found else None
    here = {"question": place[0], "answer": place[1], "task": task}
    moves = {"next": (at + 1) % len(found), "previous": (at - 1) % len(found)} if len(found) > 1 else {}
    return call.render(
        "marking/typing.html", status, exam=call.row, place=place, task=task, tasks=TASK_NAMES, sheet=sheet, at=at,
        count=len(found), busy=busy, complaint=complaint, form=call.form, most_text=MOST_TEXT,
        moves={name: address(call, **here, at=f"{i}") for name, i in moves.items()},
        offered=[] if sheet is None else _offered(desk, sheet, texts), nothing=NOTHING,
        onward=None if found else _onward(call, desk, place, task), href=address(call),
        crops=[] if sheet is None else [(it, desk.picture(*it.slot)) for it in sheet.written],
        usual="squares" if desk.sheets.is_chosen(place) else "type",
        left=sum([len(it.written) for it in found]), title=marking.title_of(desk, place[0]),
    )  # fmt: skip


def _offered(desk: FolderDesk, sheet: Sheet, texts: Texts) -> list[str]:
    """Texts that a key types: those of the squares, and those that were typed in this place before."""
    kind = desk.paper.kinds.get(sheet.place)
    labels = kind.field().labels if kind and desk.sheets.is_chosen(sheet.place) else ()
    return [*dict.fromkeys([*labels, *desk.sheets.said_before(sheet, texts)])][:MOST_SAID]


def _onward(call: Call, desk: FolderDesk, place: Place, task: Task) -> tuple[str, str]:
    """Where one goes on, and what that is called: parents come before children, and a second look at last."""
    counts = desk.sheets.counts(desk.folder.store.answers(), _unexplained(desk))
    places = [*counts]
    after = places[places.index(place) :] + places[: places.index(place)]
    first: tuple[Task, ...] = ("type", "squares")
    last: tuple[Task, ...] = ("again",)
    for tasks in (last, first) if task == "again" else (first, last):
        for it in after:
            for which in tasks:
                if counts[it][which]:
                    return _at(call, it, which), f"{TASK_NAMES[which].lower()}: {it[0]} {it[1]}"
    return address(call), "the overview"


@page("/exams/{exam}/scans/answers", access=MARKER, methods=("POST",))
def take(call: Call) -> Response:
    """Take what was typed for a sheet, as it was when the page was made, but for the crops that were clicked out."""
    desk = folder_desk(call)
    place, task = _asked({name: call.field(name) for name in ("question", "answer", "task")}, desk)
    text = call.field("text").strip()
    kept = [Slot(it, *place) for it in dict.fromkeys(call.values("keep"))]
    at = marking.number(call.field("at"))
    if complaint := _complaint(text, kept):
        return _show(call, desk, place, task, at, complaint=complaint, status=400)
    text = "" if text == NOTHING else text
    with desk.writing():
        desk = folder_desk(call)  # as it is now
        found, texts = _sheets(desk, place, task)
        sheet = next((it for it in found if it.stamp == call.field("stamp")), None)
        if sheet is None or not {it.code for it in kept} <= {*sheet.codes}:
            stands = [texts.get(it) for it in kept]
            if all([it is not None and it.text == text for it in stands]):
                return _next(call, place, task, at)  # it was sent twice
            return _conflict(call, place, task, text, [it for it in stands if it])
        scans = desk.sheets.scans
        is_again = task == "again"
        taken, nowhere = take_typed(
            scans, dict.fromkeys(kept, text), desk.signs(call.me), replacing=is_again,
            how="looked" if is_again else "typed",
        )  # fmt: skip
    if taken.other or taken.nobodys or nowhere:
        return _conflict(call, place, task, text, [texts[it] for it in taken.other if it in texts])
    call.site.database.write(lambda connection: record(
        connection, call.now, call.who, "type", exam=call.path["exam"], question=place[0], answer=place[1],
        answers=len(kept), task=task,
    ))  # fmt: skip
    return _next(call, place, task, at)


def _complaint(text: str, kept: Sequence[object]) -> str:
    if not kept:
        return "All crops are clicked out: leave in those that say this."
    if not text:
        return f"Type what stands there, or {NOTHING} where nothing is written."
    return "" if len(text) <= MOST_TEXT else f"At most {MOST_TEXT:,} characters."


def _next(call: Call, place: Place, task: Task, at: int) -> Response:
    here = address(call, question=place[0], answer=place[1], task=task, at=f"{at}")
    return RedirectResponse(here, 303)


def _conflict(call: Call, place: Place, task: Task, text: str, stands: Sequence[StoredAnswer]) -> Response:
    return call.render(
        "marking/typed_meanwhile.html", 409, exam=call.row, place=place, text=text, stands=stands,
        href=_at(call, place, task), nothing=NOTHING,
    )  # fmt: skip


@page("/exams/{exam}/scans/read", access=MARKER, methods=("POST",))
def read(call: Call) -> Response:
    """What a text says as the answer of a copy, never whether it is right."""
    desk = folder_desk(call)
    data = call.json()
    said = [it for it in map(data.get, ("code", "question", "answer", "text")) if isinstance(it, str)]
    if len(said) < 4 or len(said[3]) > MOST_TEXT:
        raise Refused(400, f"A copy's code, a question, an answer, and a text of at most {MOST_TEXT:,} characters.")
    code, question, answer, text = said
    if not desk.has_scans or (code, question, answer) not in desk.sheets.by_slot:
        raise not_found()
    found = None if text.strip() == NOTHING else desk.read(code, question, answer, text)
    return JSONResponse({"plain": text} if found is None else found.as_json())
