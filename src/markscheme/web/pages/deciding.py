"""Scanned pages that wait for a person: shown one after the other, decided as `markscheme scan decide` does, undone."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, Final
from urllib.parse import urlencode

from starlette.responses import RedirectResponse, Response

from markscheme.core.errors import MarkschemeError
from markscheme.exam.folder import Exam
from markscheme.exam.scanned import owners
from markscheme.scan.answers import Scans
from markscheme.scan.batch import ready
from markscheme.scan.deciding import (
    MOST_WHY,
    Decided,
    Decision,
    carry_out,
    decided,
    one_line,
    settle,
    slot_of,
)
from markscheme.scan.ids import free_students
from markscheme.scan.showing import id_picture, page_picture
from markscheme.scan.states import ACTS, Scanned
from markscheme.scan.waiting import Waiting, beside, likely_slots, of_copy, stamp_of, waiting
from markscheme.web.call import Call, Refused, not_found
from markscheme.web.desks import FolderDesk
from markscheme.web.pages import marking
from markscheme.web.pages.scans import folder_desk, scanned_desk, sentence
from markscheme.web.recording import record
from markscheme.web.routing import MARKER, page

MOST_OFFERED: Final = 1_000
"""Places, copies and students that a field offers."""
MOST_LISTED: Final = 500
"""Decisions that are listed, the latest first."""
MOST_NAME: Final = 120
ACTIONS: Final = frozenset({*ACTS, "place", "owner"})
_SAID: Final = {
    "confirm": "confirmed", "blank": "nothing is on it", "discard": "discarded", "count": "this scan counts",
    "undo": "undone: as it was read",
}  # fmt: skip


def address(call: Call, **query: str | int) -> str:
    """The place where pages are decided."""
    base = f"/exams/{call.path['exam']}/scans/pages"
    return f"{base}?{urlencode(query)}" if query else base


@page("/exams/{exam}/scans/pages", access=MARKER)
def pages(call: Call) -> Response:
    """One page that waits, or one that is named, or what was decided."""
    desk = scanned_desk(call)
    if call.query.get("view") == "decided":
        return _listed(call, desk)
    return _show(call, desk, call.query)


@page("/exams/{exam}/scans/picture", access=MARKER)
def picture(call: Call) -> Response:
    """A scanned page, or the strip on which a copy's ID and name are written, as JPEG."""
    scans = scanned_desk(call).sheets.scans
    found: bytes | None = None
    name, code = call.query.get("page", ""), call.query.get("copy", "")
    if name in scans.pages:
        turn = marking.number(call.query.get("turn", ""))
        found = page_picture(scans, scans.pages[name], turn=turn, as_scanned=call.query.get("as") == "scanned")
    elif code in scans.copies:
        found = id_picture(scans, of_copy(scans, code, ()).pages, code)
    if found is None:
        raise not_found()
    return Response(found, media_type="image/jpeg")


# What is shown


def _named(scans: Scans, said: Mapping[str, str]) -> Waiting | None:
    """What an address or a form names: a page, or a copy for nobody in particular. Raises `Refused`."""
    name, code = said.get("page", ""), said.get("copy", "")
    if name:
        if name not in scans.pages:
            raise Refused(404, "No such page was scanned.")
        return next((it for it in waiting(scans) if it.name == name and it.kind == "page"), None) or Waiting(
            "page", (scans.pages[name],), scans.pages[name].copy
        )
    if code:
        if code not in scans.copies or scans.copies[code].student:
            raise Refused(404, "There is no such copy for nobody in particular.")
        return of_copy(scans, code, free_students(scans.exam, owners(scans.exam), scans.pages.values()))
    return None


def _show(
    call: Call, desk: FolderDesk, said: Mapping[str, str], *, complaint: str = "", status: int = 200
) -> Response:  # fmt: skip
    scans = desk.sheets.scans
    queue = waiting(scans)
    named = _named(scans, said)
    at, busy, moves = marking.number(said.get("at", "")), "", dict[str, str]()
    if named is None:
        spots = [(call.path["exam"], "scanned pages", it.kind, it.name) for it in queue]
        at, busy = call.site.leases.take_free(spots, at, call.me.name, call.now)
        if len(queue) > 1:
            moves = {
                "next": address(call, at=(at + 1) % len(queue)),
                "previous": address(call, at=(at - 1) % len(queue)),
            }
    it = named or (queue[at] if queue else None)
    return call.render(
        "marking/deciding.html", status, exam=call.row, it=it, at=at, count=len(queue), is_named=named is not None,
        busy=busy, moves=moves, complaint=complaint, form=call.form, most_why=MOST_WHY, most_name=MOST_NAME,
        href=partial(address, call), received=_received(scans), **({} if it is None else _of(call, desk, it)),
    )  # fmt: skip


def _received(scans: Scans) -> int:
    return sum([it.state == "received" for it in scans.pages.values()])


def _of(call: Call, desk: FolderDesk, it: Waiting) -> dict[str, Any]:
    """What a person is shown of what waits."""
    scans, exam = desk.sheets.scans, desk.folder
    whose = owners(exam)
    turn = marking.number(call.query.get("turn", "")) % 4
    is_raw = call.query.get("as") == "scanned"
    turned = {"turn": turn} | ({"as": "scanned"} if is_raw else {})

    def of(**query: str | int) -> str:
        return f"/exams/{call.path['exam']}/scans/picture?{urlencode(query)}"

    def pictured(name: str) -> str:
        return of(page=name, **turned)

    def number(name: str) -> str:
        return name.rpartition("-")[2]

    names = [] if it.kind == "owner" else [one.name for one in it.pages]
    around = _neighbors(scans, it.pages[0].name) if it.kind == "page" else {}
    history = [
        one for one in decided(exam, scans.pages)
        if (one.page in names if one.page else it.kind == "owner" and one.copy == it.copy)
    ]  # fmt: skip
    return {
        "stamp": _stamp(scans, whose, it.kind, it.name), "turn": turn, "raw": is_raw,
        "picture": pictured, "strip": of(copy=it.copy) if it.kind == "owner" else "",
        "around": around, "history": [(one, said_of(one)) for one in history], "owner": whose.get(it.copy, ""),
        "slots": _slots(scans, it, whose) if it.kind == "page" else [],
        "copies": _copies(scans, whose) if it.kind == "page" else [],
        "students": _students(scans, whose) if it.kind == "owner" else [],
        "likely": [(name, exam.students[name].name) for name in it.likely],
        "offered": it.offered and (it.offered, _offer(it.offered, it)),
        "number": number,
        "stands": next((one for one in history if one.stands), None),
    }  # fmt: skip


def _stamp(scans: Scans, whose: Mapping[str, str], kind: str, name: str) -> str:
    """How a page or a copy stands: what is decided of another stamp was not seen."""
    if kind != "owner":
        return stamp_of(scans.pages, [name])
    return f"{stamp_of(scans.pages, [it.name for it in of_copy(scans, name, ()).pages])}:{whose[name]}"


def _neighbors(scans: Scans, name: str) -> dict[str, Scanned]:
    """The pages before and behind a page, as they came."""
    names = [*scans.pages]
    i = names.index(name)
    return {
        where: scans.pages[names[at]] for where, at in (("Before it", i - 1), ("Behind it", i + 1))
        if 0 <= at < len(names)
    }  # fmt: skip


def _slots(scans: Scans, it: Waiting, whose: Mapping[str, str]) -> list[tuple[str, str]]:
    """Places that a field offers, what is missing first, each with whose it is."""
    found = likely_slots(scans, it.pages[0].name, MOST_OFFERED)
    return [(f"{code}:{number}", whose[code] or "nobody's yet") for code, number in found]


def _copies(scans: Scans, whose: Mapping[str, str]) -> list[tuple[str, str]]:
    """Copies that a field offers: those that came in first."""
    codes = dict.fromkeys([*scans.copies, *whose])
    return [(code, whose[code] or "nobody's yet") for code in codes][:MOST_OFFERED]


def _students(scans: Scans, whose: Mapping[str, str]) -> list[tuple[str, str]]:
    """Students that a field offers, those first of whom nothing came in."""
    roster = scans.exam.students
    names = dict.fromkeys([*free_students(scans.exam, whose, scans.pages.values()), *roster])
    return [(name, roster[name].name) for name in names][:MOST_OFFERED]


def _offer(it: Decision, of: Waiting) -> str:
    """What is likely, as a button says it."""
    page = of.pages[0]
    match it.what:
        case "confirm":
            return f"It is page {page.number} of {page.copy}"
        case "blank":
            return "Nothing is on it"
        case "owner":
            return f"It is {it.student}’s"
        case _:
            return "Discard it"


def said_of(it: Decided | Decision) -> str:
    """A decision in words."""
    match it.what:
        case "place":
            return f"placed as page {it.number} of {it.copy}"
        case "extra":
            return f"a sheet more of {it.copy}"
        case "owner":
            return f"{it.copy} is {it.student}’s" if it.student else f"{it.copy} is nobody’s again"
        case _:
            return _SAID[it.what]


def _listed(call: Call, desk: FolderDesk) -> Response:
    scans = desk.sheets.scans
    whose = owners(desk.folder)
    found = decided(desk.folder, scans.pages)
    lines = [
        {
            "it": it, "said": said_of(it), "page": scans.pages.get(it.page),
            "stamp": _stamp(scans, whose, "page" if it.page else "owner", it.page or it.copy) if it.stands else "",
        }
        for it in found[:MOST_LISTED]
        if it.page or it.copy in scans.copies
    ]  # fmt: skip
    return call.render(
        "marking/decided.html", exam=call.row, lines=lines, count=len(waiting(scans)), more=len(found) - len(lines),
        href=partial(address, call), done=call.query.get("done", "") == "1",
    )  # fmt: skip


# What is decided


@page("/exams/{exam}/scans/pages", access=MARKER, methods=("POST",))
def decide(call: Call) -> Response:
    """Do what a person says of a page or a copy, as it was when they saw it."""
    desk = scanned_desk(call)
    back = _back(call, desk)
    try:
        wanted = _wanted(call)
    except MarkschemeError as error:
        return _show(call, desk, back, complaint=sentence(f"{error}"), status=400)
    kind, name = ("owner", wanted.copy) if wanted.what == "owner" else ("page", wanted.pages[0])
    if _named(desk.sheets.scans, {"copy" if kind == "owner" else "page": name}) is None:
        raise Refused(404, "No such page was scanned.")
    with desk.writing() as folder:
        exam = ready(folder)
        scans = Scans(exam, desk.sheets.scans.folded)
        if _stamp(scans, owners(exam), kind, name) != call.field("stamp"):
            return _meanwhile(call, scans, wanted, desk.signs(call.me))
        try:
            remark = carry_out(exam, wanted, desk.signs(call.me), scans.pages)
        except MarkschemeError as error:
            return _show(call, desk, back, complaint=sentence(f"{error}"), status=400)
        remark = _follow(exam, scans, wanted) or remark
    call.site.database.write(lambda connection: record(
        connection, call.now, call.who, "decide page", exam=call.path["exam"], said=wanted.what, of=name,
        copy=wanted.copy, number=wanted.number,
    ))  # fmt: skip
    if remark:
        said = {"copy" if kind == "owner" else "page": name}
        return _show(call, folder_desk(call), said, complaint=sentence(remark))
    return RedirectResponse(
        address(call, view="decided") if call.field("named") else address(call, at=call.field("at")), 303
    )


def _back(call: Call, desk: FolderDesk) -> dict[str, str]:
    """How what a form is about is shown once more: in the queue where it stands now, or by itself."""
    said = {name: value for name in ("page", "copy") if (value := call.field(name))}
    queue = [] if call.field("named") else waiting(desk.sheets.scans)
    for i, it in enumerate(queue):
        names = {it.copy} if it.kind == "owner" else {one.name for one in it.pages}
        if names & {*said.values()}:
            return {"at": f"{i}"}
    return said


def _follow(exam: Exam, before: Scans, wanted: Decision) -> str:
    """Take what follows from a decision, which stands whatever comes of it; returns what went wrong, or nothing."""
    now, whose = Scans(exam, before.folded), owners(exam)
    codes = {it.copy for pages in (before.pages, now.pages) for name in wanted.pages for it in beside(pages, name)}
    try:
        settle(now, asked=any([whose.get(code) == "" for code in codes]))
    except MarkschemeError as error:
        return f"this was taken, but not all that follows from it: {error}"
    return ""


def _wanted(call: Call) -> Decision:
    """What a form says. Raises `MarkschemeError`, and `Refused` for what no form of ours says."""
    what, name = call.field("what"), call.field("page")
    why = one_line(call.field("why"))
    match what:
        case "owner" | "nobody":
            student = one_line(call.field("student"), MOST_NAME) if what == "owner" else ""
            if what == "owner" and not student:
                raise MarkschemeError("name a student")
            return Decision("owner", copy=call.field("copy"), student=student, why=why)
        case "place":
            return Decision("place", (name,), *slot_of(call.field("slot")), why=why)
        case "extra":
            return Decision("extra", (name,), one_line(call.field("of"), MOST_NAME), why=why)
        case "confirm" | "blank" | "discard" | "count" | "undo":
            return Decision(what, (name,), why=why)
        case _:
            raise Refused(400, "There is no such decision.")


def _meanwhile(call: Call, scans: Scans, wanted: Decision, who: str) -> Response:
    """What somebody else has said since, which stands; what was sent twice is done once."""
    names = [it.name for it in beside(scans.pages, wanted.pages[0])] if wanted.pages else []
    found = [
        it for it in decided(scans.exam, scans.pages)
        if (it.page in names if wanted.pages else it.copy == wanted.copy and not it.page)
    ]  # fmt: skip
    if found and found[0].who == who and _is_same(scans.exam, found[0], wanted):
        return RedirectResponse(address(call, at=marking.number(call.field("at"))), 303)
    return call.render(
        "marking/decided_meanwhile.html", 409, exam=call.row, stands=[(it, said_of(it)) for it in found[:5]],
        mine=said_of(wanted), why=wanted.why, pages=[scans.pages[it] for it in names],
        onward=address(call, at=marking.number(call.field("at"))),
        again=address(call, page=wanted.pages[0]) if wanted.pages else address(call, copy=wanted.copy),
    )  # fmt: skip


def _is_same(exam: Exam, it: Decided, wanted: Decision) -> bool:
    """Whether a decision is the wanted one, whose copy may be named by its student."""
    codes = {name for copy in exam.manifest.copies if copy.code == it.copy for name in (copy.code, copy.student)}
    return (
        it.what == wanted.what
        and (not wanted.pages or it.page == wanted.pages[0])
        and (not wanted.copy or wanted.copy in codes)
        and (it.number, it.student, it.why) == (wanted.number, wanted.student, wanted.why if it.what != "place" else "")
    )
