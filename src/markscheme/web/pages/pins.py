"""A copy's scanned pages at the desk, with the comments that are pinned to them and go back with them."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlencode

from starlette.responses import RedirectResponse, Response

from markscheme.core.errors import MarkschemeError
from markscheme.scan.answers import Scans
from markscheme.scan.batch import ready
from markscheme.scan.pins import MOST_TEXT, answers_on, beside, in_order, move_pin, pins_of, place_of, set_pin
from markscheme.scan.showing import size_of
from markscheme.web.call import Call, Refused, not_found
from markscheme.web.desks import FolderDesk
from markscheme.web.pages.scans import scanned_desk, sentence
from markscheme.web.recording import record
from markscheme.web.routing import MARKER, page

MOST_AGAIN: Final = 40
"""Comments that are offered to be written once more."""


@page("/exams/{exam}/scans/copy/{code}", access=MARKER)
def copy(call: Call) -> Response:
    """The pages of a copy on which something is asked, or all, each with its comments."""
    return _show(call, _desk(call))


def _desk(call: Call) -> FolderDesk:
    """The desk of the exam, whose copy came in by the scanner. Raises `Refused`."""
    desk = scanned_desk(call)
    if call.path["code"] not in desk.sheets.scans.copies:
        raise not_found()
    return desk


def _show(call: Call, desk: FolderDesk, *, complaint: str = "", status: int = 200) -> Response:
    scans, code = desk.sheets.scans, call.path["code"]
    layout = scans.layout(code)
    asked = {number: answers_on(scans, code, number) for number in range(1, layout.pages + 1)}
    every = call.query.get("all") == "1" or not any(asked.values())
    pins = pins_of(desk.folder, code, taken_off=True)
    standing = in_order([it for it in pins if not it.is_off])
    shown: list[dict[str, Any]] = []
    for number, answers in asked.items():
        scanned = scans.counting(code, number)
        if scanned and (answers or every):
            picture = f"/exams/{call.path['exam']}/scans/picture?{urlencode({'page': scanned.name})}"
            stand = [one for one in standing if one[1].number == number]
            off = [it for it in pins if it.is_off and it.number == number]
            shown.append({"number": number, "picture": picture, "answers": answers, "pins": stand, "off": off,
                          "scan": scanned.name})  # fmt: skip
    width, height = size_of(layout)
    return call.render(
        "marking/pages.html", status, exam=call.row, code=code, pages=shown, width=width, height=height,
        complaint=complaint, form=call.form, most_text=MOST_TEXT, every=every,
        hidden=sum([scans.counting(code, number) is not None for number in asked]) - len(shown),
        lacks=scans.missing().get(code, []), again=_said_before(desk), href=desk.sheet(code),
    )  # fmt: skip


def _said_before(desk: FolderDesk) -> list[str]:
    """What was written on any copy, the latest first: to be written once more."""
    said = [it.data["text"] for it in reversed(desk.folder.store.pins()) if it.what == "set"]
    return [it for it in dict.fromkeys(said) if "\n" not in it][:MOST_AGAIN]


@page("/exams/{exam}/scans/copy/{code}", access=MARKER, methods=("POST",))
def comment(call: Call) -> Response:
    """Pin a comment to a page, take one off, or put it back."""
    desk, code = _desk(call), call.path["code"]
    what, at = call.field("what"), ""
    try:
        with desk.writing() as folder:
            exam = ready(folder)
            scans = Scans(exam, desk.sheets.scans.folded)
            if what == "set":
                number, place = _where(call, scans, code)
                at = f"#page-{set_pin(scans, code, number, place, call.field('text'), desk.signs(call.me)).number}"
            elif what in ("off", "back"):
                at = f"#page-{move_pin(exam, code, call.field('pin'), desk.signs(call.me), off=what == 'off').number}"
            else:
                raise Refused(400, "There is no such thing to do with a comment.")
    except MarkschemeError as error:
        return _show(call, _desk(call), complaint=sentence(f"{error}"), status=400)
    call.site.database.write(lambda connection: record(
        connection, call.now, call.who, "comment", exam=call.path["exam"], copy=code, did=what,
    ))  # fmt: skip
    return RedirectResponse(f"{desk.sheet(code)}{'?all=1' if call.field('all') else ''}{at}", 303)


def _where(call: Call, scans: Scans, code: str) -> tuple[int, tuple[float, float]]:
    """The page and the place that a form names: where it was clicked, or beside an answer. Raises `MarkschemeError`."""
    if point := call.field("point"):
        return place_of(f"{call.field('number')}:{point}")
    question, _, answer = call.field("beside").partition("|")
    if not question:
        raise MarkschemeError("say where: click on the page, or choose an answer")
    return beside(scans.layout(code), question, answer)
