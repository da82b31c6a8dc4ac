"""Where every scanned page has ended: a state each, from all that happened to it. They add up to what was received."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Literal, TypeAlias, get_args

import numpy as np

from markscheme.exam.store import StoredPage
from markscheme.scan.reading import GRID, Reading

State: TypeAlias = Literal[
    "received", "registered", "badly registered", "inferred", "unknown", "duplicate", "collision", "foreign",
    "inconsistent", "extra", "blank", "discarded",
]  # fmt: skip
STATES: Final[tuple[State, ...]] = get_args(State)
Act: TypeAlias = Literal["confirm", "extra", "blank", "discard", "count", "undo"]
ACTS: Final[tuple[Act, ...]] = get_args(Act)
WAITING: Final[frozenset[State]] = frozenset(
    {"received", "badly registered", "inferred", "unknown", "collision", "foreign", "inconsistent"}
)
"""The states in which a page waits: to be read, or for a person."""
_ALIKE: Final = 12.0
"""By how much, of 255, the ink of two scans of one sheet differs in a cell; one more digit differs by 16 or more."""
_NEARLY: Final = 1.0


@dataclass(frozen=True)
class Scanned:
    """A page as it stands now."""

    name: str
    file: str
    """The name of the file that it came in."""
    state: State
    reading: Reading | None = None
    copy: str = ""
    number: int = 0
    why: str = ""
    """What a person has to know of it, in a sentence."""
    who: str = ""
    """Who decided where it belongs; empty where nobody had to."""
    chosen: int = 0
    """Where a person said that of several scans of one page this one counts: the later they said so the more."""
    as_read: Reading | None = None
    """What was read of it before a person said which page it is."""

    @property
    def counts(self) -> bool:
        """Whether answers are read off it."""
        return self.state == "registered"


@dataclass(frozen=True)
class Folded:
    """Pages as they stand after the first events, to which more come."""

    count: int = 0
    """How many events that were."""
    each: Mapping[str, Scanned] = field(default_factory=dict[str, Scanned])
    """Every page by itself."""

    def then(self, rows: Iterable[StoredPage]) -> Folded:
        """The same after more events."""
        found, at = dict(self.each), self.count
        for at, it in enumerate(rows, start=self.count + 1):
            if it.what == "received":
                found.setdefault(it.page, Scanned(it.page, str(it.data.get("file", "")), "received"))
            elif it.page in found:
                page = found[it.page]
                found[it.page] = _read(page, it) if it.what == "read" else _decided(page, it, at)
        return Folded(at, found)

    @property
    def pages(self) -> dict[str, Scanned]:
        """Every page that was received, in the order in which they came, each in its one state."""
        return _sorted_out(dict(self.each))


def fold(rows: Iterable[StoredPage]) -> dict[str, Scanned]:
    """Every page that was received, in the order in which they came, each in its one state, after all events."""
    return Folded().then(rows).pages


def _read(page: Scanned, row: StoredPage) -> Scanned:
    """A page after it was read; what a person decided about it stays, and one that a person placed is read as such."""
    reading = Reading.from_json(row.data)
    page = page if row.who else replace(page, as_read=reading)
    if page.who and page.state in ("extra", "blank", "discarded"):
        return replace(page, reading=reading)
    return replace(_as_read(page, reading), who=row.who or page.who)


def _as_read(page: Scanned, reading: Reading) -> Scanned:
    state: State
    match reading.whose:
        case "ours" if reading.is_registered:
            state = "registered" if reading.codes else "inferred"
        case "ours":
            state = "badly registered"
        case "foreign" | "inconsistent" | "unknown":
            state = reading.whose
    return replace(
        page,
        state=state,
        reading=reading,
        copy=reading.copy,
        number=reading.number,
        why=reading.why,
        who="",
        chosen=0,
    )


def _decided(page: Scanned, row: StoredPage, at: int) -> Scanned:
    """A page after a person decided about it, as the event number `at`. What makes no sense changes nothing."""
    why, who = str(row.data.get("why", "")), row.who or "somebody"
    copy = str(row.data.get("copy", ""))
    match row.what:
        case "undo":
            return (
                _as_read(page, page.as_read)
                if page.as_read
                else replace(page, state="received", reading=None, copy="", number=0, who="", why="", chosen=0)
            )
        case "discard":
            return replace(page, state="discarded", why=why, who=who)
        case "blank":
            return replace(page, state="blank", why=why, who=who)
        case "extra":
            return replace(page, state="extra", copy=copy or page.copy, number=0, why=why, who=who)
        case "confirm" if page.state == "inferred":
            return replace(page, state="registered", why=why, who=who)
        case "count" if page.state == "registered":
            return replace(page, who=who, why=why, chosen=at)
        case _:
            return page


def _sorted_out(found: dict[str, Scanned]) -> dict[str, Scanned]:
    """Of several scans of one page one counts: the one that a person names, or the first, if all are of one sheet."""
    slots: dict[tuple[str, int], list[Scanned]] = {}
    for it in found.values():
        if it.state == "registered":
            slots.setdefault((it.copy, it.number), []).append(it)
    for several in slots.values():
        if len(several) > 1:
            found |= {it.name: it for it in _one_counts(several)}
    return found


def _one_counts(several: Sequence[Scanned]) -> list[Scanned]:
    named = [it for it in several if it.chosen]
    first = max(named, key=lambda it: it.chosen) if named else several[0]
    if not named and not all([alike(first, it) for it in several[1:]]):
        said = f"{len(several)} scans are page {first.number} of {first.copy}, and differ: which one counts?"
        return [replace(it, state="collision", why=said) for it in several]
    said = f"{first.name} is the same page, and counts"
    return [replace(it, state="duplicate", why=said) for it in several if it is not first]


def alike(one: Scanned, other: Scanned) -> bool:
    """Whether two scans of a page are of one sheet: the same is written on both, where it is."""
    inks = [np.frombuffer(bytes.fromhex(it.reading.ink), np.uint8) for it in (one, other) if it.reading]
    if len(inks) < 2 or any([len(it) != GRID[0] * GRID[1] for it in inks]):
        return False
    apart = np.abs(inks[0].astype(float) - inks[1])
    return bool(apart.max() <= _ALIKE and apart.mean() <= _NEARLY)


def counts(pages: Mapping[str, Scanned]) -> dict[State, int]:
    """How many pages are in each state; they add up to the pages that were received."""
    found = Counter([it.state for it in pages.values()])
    return {state: found[state] for state in STATES}
