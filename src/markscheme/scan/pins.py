"""Comments pinned to a place on a page of a copy: kept with who wrote them, taken off and put back, never changed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from math import isfinite
from typing import Final

from markscheme.core.errors import MarkschemeError
from markscheme.exam.folder import Exam
from markscheme.exam.store import StoredPin
from markscheme.marking.submissions import places_of
from markscheme.paper.manifest import Layout
from markscheme.paper.places import where_answered
from markscheme.scan.answers import Scans, shown
from markscheme.scan.deciding import one_line
from markscheme.scan.showing import size_of

MOST_TEXT: Final = 1_000
"""Characters of a comment."""
MOST_PINS: Final = 99
"""Comments on a copy that stand at once."""
_INSIDE: Final = 9.0
"""Points from the edge of a page within which no comment is pinned: its pin would not be whole."""


@dataclass(frozen=True)
class Pin:
    """A comment, and where it is pinned to."""

    code: str
    name: str
    """Its number on its copy, in the order in which they were written."""
    number: int
    """The page's, from 1."""
    x: float
    y: float
    """Points from the upper left corner of the page as it was printed."""
    text: str
    who: str
    at: str
    page: str = ""
    """The scanned page on which it was written."""
    is_off: bool = False
    """Whether somebody took it off."""


def pins_of(exam: Exam, code: str, *, taken_off: bool = False) -> list[Pin]:
    """The comments on a copy that stand, as they were written; or those that were taken off too."""
    found: dict[str, Pin] = {}
    for it in exam.store.pins(code):
        if it.what == "set":
            found[it.pin] = Pin(code, it.pin, who=it.who, at=it.at, **it.data)
        elif it.pin in found:
            found[it.pin] = replace(found[it.pin], is_off=it.what == "off")
    return [it for it in found.values() if taken_off or not it.is_off]


def in_order(pins: Iterable[Pin]) -> list[tuple[int, Pin]]:
    """Comments as they are read, from the top of the first page down, each with the number that is shown."""
    return [*enumerate(sorted(pins, key=lambda it: (it.number, it.y, it.x, int(it.name))), start=1)]


def set_pin(scans: Scans, name: str, number: int, at: tuple[float, float], text: str, who: str) -> Pin:
    """Pin a comment to a place on a page of a copy that came in.

    Raises `MarkschemeError` where there is no such page, no such place on it, or no text that can be shown.
    """
    exam = scans.exam
    code = exam.copy(name).code
    page = scans.counting(code, number)
    if page is None:
        raise MarkschemeError(f"page {number} of {code} has not come in")
    width, height = size_of(scans.layout(code))
    x, y = at
    if not (isfinite(x) and isfinite(y) and 0 <= x <= width and 0 <= y <= height):
        raise MarkschemeError(f"the page has {width:.0f} by {height:.0f} points from its upper left corner")
    said, who = _written(text), one_line(who)
    before = exam.store.pins(code)
    if len(pins_of(exam, code)) >= MOST_PINS:
        raise MarkschemeError(f"{code} has {MOST_PINS} comments, and more are too many to be read")
    here = {"number": number, "x": round(min(max(x, _INSIDE), width - _INSIDE), 1),
            "y": round(min(max(y, _INSIDE), height - _INSIDE), 1), "text": said, "page": page.name}  # fmt: skip
    pin = f"{1 + sum([it.what == 'set' for it in before])}"
    with exam.store.adding("comment", who, code=code, pin=pin) as adding:
        adding.pins([StoredPin(code, pin, "set", here, who)])
    return next(it for it in pins_of(exam, code) if it.name == pin)


def move_pin(exam: Exam, code: str, name: str, who: str, *, off: bool) -> Pin:
    """Take a comment off, or put it back; twice is once. Raises `MarkschemeError` where there is none such."""
    found = next((it for it in pins_of(exam, code, taken_off=True) if it.name == name), None)
    if found is None:
        raise MarkschemeError(f"{code} has no comment {name[:20]!r}")
    who = one_line(who)
    if found.is_off != off:
        what = "off" if off else "back"
        with exam.store.adding(f"comment {what}", who, code=code, pin=name) as adding:
            adding.pins([StoredPin(code, name, what, {}, who)])
    return replace(found, is_off=off)


def _written(text: str) -> str:
    if len(text) > MOST_TEXT:
        raise MarkschemeError(f"{len(text):,} characters, and {MOST_TEXT:,} are the most")
    lines = ["".join([it if it.isprintable() else " " for it in line]).rstrip() for line in text.strip().splitlines()]
    said = "\n".join(lines)
    if not said:
        raise MarkschemeError("write a comment")
    return said


def answers_on(scans: Scans, code: str, number: int) -> list[tuple[str, str]]:
    """The questions and answers that are written on a page of a copy, as they are asked."""
    copy, places = scans.exam.copy(code), scans.layout(code).places
    asked = places_of(scans.exam.paper.on_copy(copy.seed))
    return [at for at in asked if (here := where_answered(places, *at)) and here[0].page == number]


def beside(layout: Layout, question: str, answer: str) -> tuple[int, tuple[float, float]]:
    """The page of an answer, and the place right of where it is written. Raises `MarkschemeError`."""
    here = where_answered(layout.places, question, answer)
    if not here:
        raise MarkschemeError(f"nothing is written for {question} {answer}")
    box = shown(here)
    width, _ = size_of(layout)
    return here[0].page, (min(box.x + box.width + 2 * _INSIDE, width - 2 * _INSIDE), box.y + box.height / 2)


def place_of(said: str) -> tuple[int, tuple[float, float]]:
    """A page and a place on it. Raises `MarkschemeError`.

    >>> place_of("3:310,420.5")
    (3, (310.0, 420.5))
    """
    found = _PLACE.fullmatch(said[:50].strip())
    if found is None:
        raise MarkschemeError(f"a place has a page and points, as in 3:310,420, and not {said[:50]!r}")
    number, x, y = found.groups()
    return int(number), (float(x), float(y))


_PLACE: Final = re.compile(r"([0-9]{1,4}):([0-9]{1,5}(?:\.[0-9]{1,3})?),([0-9]{1,5}(?:\.[0-9]{1,3})?)")
