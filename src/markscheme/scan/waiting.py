"""What waits for a person: pages, scans of one page that differ, copies of nobody; each with what is likely of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from math import log
from typing import Final, Literal, TypeAlias

from markscheme.exam.scanned import owners
from markscheme.paper.manifest import Place
from markscheme.scan.answers import Scans, around
from markscheme.scan.deciding import Decision
from markscheme.scan.ids import free_students, shares
from markscheme.scan.states import WAITING, Scanned

Kind: TypeAlias = Literal["page", "collision", "owner"]
LIKELY: Final = 5
"""Students that are offered for a copy."""
_CLEAR: Final = log(20)
"""By how much the likeliest student must be likelier than the next one to be offered with a key, as a logarithm."""
_WORST: Final = 0.02
"""How likely each digit of a student that is offered with a key is at least."""
_BESIDE: Final = 45.0
"""Points above and below the place for an ID that are shown with it: the name is written there, or at its left."""


@dataclass(frozen=True)
class Waiting:
    """Something that a person decides."""

    kind: Kind
    pages: tuple[Scanned, ...]
    """A page; all scans of a page that collide; of a copy of nobody the pages that came in."""
    copy: str = ""
    offered: Decision | None = None
    """What is likely, and taken by one key."""
    likely: tuple[str, ...] = ()
    """Students whose ID is like what stands in the boxes, the likeliest first."""

    @property
    def name(self) -> str:
        """By which it is known: a copy's code, or the name of the first page."""
        return self.copy if self.kind == "owner" else self.pages[0].name


def waiting(scans: Scans) -> list[Waiting]:
    """All that a person has to decide: pages in the order in which they came, then copies."""
    found: list[Waiting] = []
    seen: set[tuple[str, int]] = set()
    there = {(it.copy, it.number) for it in scans.pages.values() if it.counts}
    for it in scans.pages.values():
        if it.state == "collision":
            if (it.copy, it.number) not in seen:
                seen.add((it.copy, it.number))
                found.append(Waiting("collision", tuple(beside(scans.pages, it.name)), it.copy))
        elif it.state in WAITING and it.state != "received":
            found.append(Waiting("page", (it,), it.copy, _likely_of(it, there)))
    return found + of_nobody(scans)


def beside(pages: Mapping[str, Scanned], name: str) -> list[Scanned]:
    """A page with all other scans of the same printed page, as they came."""
    it = pages[name]
    if it.state not in _OF_ONE:
        return [it]
    return [one for one in pages.values() if one.state in _OF_ONE and (one.copy, one.number) == (it.copy, it.number)]


_OF_ONE: Final = frozenset({"registered", "duplicate", "collision"})


def stamp_of(pages: Mapping[str, Scanned], names: Iterable[str]) -> str:
    """How pages stand, with the other scans of theirs: another stamp as soon as anybody has decided about them."""
    told = [
        (it.name, it.state, it.copy, it.number, it.who, it.chosen, it.why)
        for name in names if name in pages for it in beside(pages, name)
    ]  # fmt: skip
    return sha256(repr(told).encode()).hexdigest()[:24]


def _likely_of(it: Scanned, there: set[tuple[str, int]]) -> Decision | None:
    """What is likely of a page; None where a person has to look for it."""
    if it.state == "inferred":
        return Decision("confirm", (it.name,))
    if it.state == "unknown" and it.reading and it.reading.looks_empty:
        return Decision("blank", (it.name,))
    if it.state == "foreign":
        return Decision("discard", (it.name,), why=it.why)
    if it.state == "badly registered" and (it.copy, it.number) in there:
        return Decision("discard", (it.name,), why=f"another scan is page {it.number} of {it.copy}")
    return None


def likely_slots(scans: Scans, name: str, most: int) -> list[tuple[str, int]]:
    """Pages of copies that a scanned page may be, the likeliest first.

    First what is missing of the copies before and behind it, then what is missing of others that came in, and then
    copies of which nothing came in.
    """
    names = [*scans.pages]
    at = names.index(name)
    near = [scans.pages[it] for it in (*names[max(0, at - 1) : at], *names[at + 1 : at + 2])]
    missing = scans.missing()
    came = [(code, number) for code, numbers in missing.items() for number in numbers]
    close = {(it.copy, it.number + step) for it in near for step in (1, -1)}
    copies = {it.copy for it in near}
    came.sort(key=lambda it: (it not in close, it[0] not in copies))
    absent = [it.code for it in scans.exam.manifest.copies if it.layout and it.code not in scans.copies]
    found = came[:most]
    for code in absent:
        if len(found) < most:
            found += [(code, number) for number in range(1, scans.layout(code).pages + 1)]
    return found[:most]


# Whose a copy is


def of_nobody(scans: Scans) -> list[Waiting]:
    """The copies that came in and are nobody's yet."""
    known = owners(scans.exam)
    free = free_students(scans.exam, known, scans.pages.values())
    return [of_copy(scans, code, free) for code in scans.copies if not known[code]]


def of_copy(scans: Scans, code: str, free: Sequence[str]) -> Waiting:
    """A copy whose student is asked for, with those of the roster whose ID is like what was read."""
    pages = sorted([it for it in scans.pages.values() if it.copy == code and it.counts], key=lambda it: it.number)
    read = next((it.reading.id for it in pages if it.reading and it.reading.id), ())
    scored = sorted([(-sum(map(log, shares(read, it))), it) for it in free if read and len(it) == len(read)])[:LIKELY]
    likely = tuple([it for _, it in scored])
    is_clear = len(scored) == 1 or (len(scored) > 1 and scored[1][0] - scored[0][0] >= _CLEAR)
    is_likely = bool(likely) and min(shares(read, likely[0])) >= _WORST
    offered = Decision("owner", copy=code, student=likely[0]) if is_clear and is_likely else None
    return Waiting("owner", tuple(pages), code, offered, likely)


def about_id(scans: Scans, code: str) -> Place | None:
    """The strip of a page beside the boxes for an ID, where the name is written too; None where there are none."""
    layout = scans.layout(code)
    boxes = [it for it in layout.places if it.kind == "id"]
    boxes = [it for it in boxes if it.page == boxes[0].page]
    if not boxes:
        return None
    whole = around(boxes)
    left = min(whole.x - 4, _EDGE)
    strip = {"x": left, "y": whole.y - _BESIDE, "width": max(_ACROSS, whole.x + whole.width + 4 - left)}
    return whole.model_copy(update=strip | {"height": whole.height + 2 * _BESIDE})


_EDGE: Final = 50.0
"""Points of the margin of a page; what is printed is right of it."""
_ACROSS: Final = 512.0
