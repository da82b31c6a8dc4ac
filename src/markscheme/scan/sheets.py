"""What a marker is shown of scanned pages: crops of one answer, in sheets for which one text is typed.

Three things are asked of a marker: to type what nobody has typed, to say what unclear squares say, and to look again
at some of what was typed. What is shown is made of the pages as they are now; grouping suggests, and marks nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import Final, Literal, TypeAlias

from markscheme.draw import Draw
from markscheme.exam.scanned import owners
from markscheme.exam.store import StoredAnswer
from markscheme.marking.submissions import places_of
from markscheme.scan.answers import Scans, Slot, Unclear, Written, is_changed, read_off
from markscheme.scan.groups import Look, grouped, looks_of, nearness
from markscheme.scan.typing import ink_of

Task: TypeAlias = Literal["type", "squares", "again"]
TASKS: Final[tuple[Task, ...]] = ("type", "squares", "again")
Place: TypeAlias = tuple[str, str]
"""A question and its answer."""
Texts: TypeAlias = Mapping[tuple[str, str, str], StoredAnswer]
"""What is stored, by copy, question and answer."""
Alike: TypeAlias = tuple[list[Written], list[Look], list[list[int]]]
Unexplained: TypeAlias = Callable[[Slot, str], bool]
"""Whether an answer with this text was marked wrong, and no slip explains it."""

MOST: Final = 60
"""Crops of a sheet: more of them nobody looks at."""
ONE_IN: Final = 20
"""Of what was typed so many are looked at again, one drawn in each."""
_MOST_COMPARED: Final = 6


@dataclass(frozen=True)
class Sheet:
    """Crops of one answer for which one text is typed, unless some do not belong."""

    place: Place
    written: tuple[Written, ...]
    text: str = ""
    """What was typed before, where it is looked at again."""
    why: str = ""
    """Why a person is asked, where it is not that nobody has read it."""
    is_empty: bool = False
    """Whether nothing seems to be written on any of them."""

    @property
    def code(self) -> str:
        """The name of the sheet: its first code."""
        return min([it.slot.code for it in self.written])

    @property
    def codes(self) -> list[str]:
        """The copies that it shows."""
        return [it.slot.code for it in self.written]

    @property
    def stamp(self) -> str:
        """What a marker sees of it: another one where a page, a copy or the text is another."""
        seen = [self.text, *[f"{it.slot.code} {it.page}" for it in self.written]]
        return sha256(repr(seen).encode()).hexdigest()[:24]


class Sheets:
    """The sheets of an exam whose pages are as they are now."""

    def __init__(self, scans: Scans) -> None:
        self.scans = scans
        self._alike: dict[Place, Alike] = {}

    @cached_property
    def by_place(self) -> dict[Place, list[Written]]:
        """Every answer of somebody that came in, by question and answer, parents before children."""
        found: dict[Place, list[Written]] = {place: [] for place in places_of(self.scans.exam.paper)}
        whose = owners(self.scans.exam)
        for it in self.scans.written():
            if whose[it.slot.code]:
                found.setdefault((it.slot.question, it.slot.answer), []).append(it)
        return {place: its for place, its in found.items() if its}

    @cached_property
    def by_slot(self) -> dict[Slot, Written]:
        """The same, each by its copy, question and answer."""
        return {it.slot: it for its in self.by_place.values() for it in its}

    @cached_property
    def _unclear(self) -> dict[Place, list[Unclear]]:
        found: dict[Place, list[Unclear]] = {}
        for it in self.scans.choices()[1]:
            if it.written.slot not in self.by_slot:
                continue
            found.setdefault((it.written.slot.question, it.written.slot.answer), []).append(it)
        return found

    def is_chosen(self, place: Place) -> bool:
        """Whether an answer is given by squares."""
        return self.by_place[place][0].places[0][1].kind == "square"

    def left(self, place: Place, texts: Texts, unexplained: Unexplained) -> dict[Task, int]:
        """How many answers a marker is asked for."""
        again = sum([len(it.written) for it in self._again(place, texts, unexplained)])
        if self.is_chosen(place):
            own = [it.written for it in self._unclear.get(place, [])]
            return {"type": 0, "squares": sum([it.slot not in texts for it in own]), "again": again}
        return {"type": sum([it.slot not in texts for it in self.by_place[place]]), "squares": 0, "again": again}

    def of(self, place: Place, task: Task, texts: Texts, unexplained: Unexplained) -> list[Sheet]:
        """The sheets of one answer, in the order in which they are shown."""
        match task:
            case "type":
                found = [] if self.is_chosen(place) else self._to_type(place, texts)
            case "squares":
                found = self._doubtful(place, texts)
            case "again":
                found = self._again(place, texts, unexplained)
        return [part for it in found for part in _parts(it)]

    def counts(self, texts: Texts, unexplained: Unexplained) -> dict[Place, dict[Task, int]]:
        """How many answers a marker is asked for, by question and answer."""
        return {place: self.left(place, texts, unexplained) for place in self.by_place}

    def _grouped(self, place: Place) -> Alike:
        """All crops of an answer, how they look, and which are alike: kept, for typing changes none of it."""
        if place not in self._alike:
            own = self.by_place[place]
            looks = looks_of([ink_of(self.scans, it) for it in own])
            self._alike[place] = own, looks, grouped(looks)
        return self._alike[place]

    def _to_type(self, place: Place, texts: Texts) -> list[Sheet]:
        own, looks, groups = self._grouped(place)
        found: list[Sheet] = []
        for members in groups:
            left = tuple([own[i] for i in members if own[i].slot not in texts])
            if left:
                found.append(Sheet(place, left, is_empty=looks[members[0]].is_empty))
        return found

    def _doubtful(self, place: Place, texts: Texts) -> list[Sheet]:
        """Unclear squares, those that are unclear in the same way together."""
        groups: dict[str, list[Written]] = {}
        for it in self._unclear.get(place, []):
            if it.written.slot not in texts:
                marks = [f"{label} {mark}" for label, mark in it.marks.items() if mark != "empty"]
                groups.setdefault(", ".join(marks) or NO_MARK, []).append(it.written)
        return [Sheet(place, tuple(its), why=f"As the squares look: {why}.") for why, its in groups.items()]

    def _again(self, place: Place, texts: Texts, unexplained: Unexplained) -> list[Sheet]:
        """What is looked at a second time, each text of its own."""
        groups: dict[tuple[str, str], list[Written]] = {}
        for it in self.by_place[place]:
            stored = texts.get(it.slot)
            why = "" if stored is None else self._why_again(it, stored, unexplained)
            if stored is not None and why:
                groups.setdefault((why, stored.text), []).append(it)
        order = sorted(groups, key=lambda it: _WHY.index(it[0]))
        return [Sheet(place, tuple(groups[it]), text=it[1], why=it[0]) for it in order]

    def _why_again(self, it: Written, stored: StoredAnswer, unexplained: Unexplained) -> str:
        off = read_off(stored)
        if off is None:
            return ""
        if is_changed(self.scans, it, off):
            return CHANGED
        if off.how != "typed":
            return ""
        if unexplained(it.slot, stored.text):
            return WRONG
        return DRAWN if Draw(f"look again/{it.page}/{it.slot}").below(ONE_IN) == 0 else ""

    def said_before(self, sheet: Sheet, texts: Texts) -> list[str]:
        """What was typed in the same place already: first what looks most like a sheet, at last what does not."""
        counted = Counter([texts[it.slot].text for it in self.by_place[sheet.place] if it.slot in texts])
        common = [text for text, _ in counted.most_common() if text]
        if self.is_chosen(sheet.place) or not common:
            return common
        own, looks, _ = self._grouped(sheet.place)
        at = {it.slot: i for i, it in enumerate(own)}
        mine = [looks[at[it.slot]] for it in sheet.written[:_MOST_COMPARED]]
        others: dict[str, list[Look]] = {}
        for it in own:
            if it.slot in texts:
                others.setdefault(texts[it.slot].text, []).append(looks[at[it.slot]])
        near = {it: nearness(mine, others[it][:_MOST_COMPARED]) for it in common}
        return sorted(common, key=lambda it: near[it])


NO_MARK: Final = "nothing is marked, on paper so white that faint ink may be lost"
CHANGED: Final = "Another scan of this page counts now, or it looks otherwise."
WRONG: Final = "It was marked wrong, and no slip explains it."
DRAWN: Final = "Drawn, as one in twenty is."
_WHY: Final = (CHANGED, WRONG, DRAWN)


def _parts(sheet: Sheet) -> Iterable[Sheet]:
    """A sheet in parts that somebody looks at."""
    parts: Sequence[tuple[Written, ...]] = [sheet.written[i : i + MOST] for i in range(0, len(sheet.written), MOST)]
    return [Sheet(sheet.place, part, sheet.text, sheet.why, sheet.is_empty) for part in parts]
