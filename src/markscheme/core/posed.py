"""An item as data: what a student may see of it, and, in a type of its own, what comes after release."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from markscheme.core.errors import UnknownName
from markscheme.core.marks import Marks, exactly, total
from markscheme.core.translating import known_language
from markscheme.core.wiring import UNDEFINED
from markscheme.core.writing import asking, figures, in_marks, in_target, phrase, solution, steps
from markscheme.kinds import Scoring
from markscheme.language import ENGLISH, speaking, spoken
from markscheme.text.data import as_json
from markscheme.text.data import written as in_both
from markscheme.text.document import Block, Drawing, Head, Phrase, Prose
from markscheme.text.source import Text

if TYPE_CHECKING:
    from markscheme.core.answer import Answer
    from markscheme.core.item import Item
    from markscheme.text.notation import Target

POSED: Final = "markscheme/posed/1"
"""The form of `Posed.as_json`: docs/schema/posed.json."""
SOLVED: Final = "markscheme/solved/1"
"""The form of `Solved.as_json`: docs/schema/solved.json."""


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a question, or the whole of one without parts: its text, and what is written there."""

    label: str
    marks: Mapping[str, Marks]
    """What each answer earns."""
    scorings: Mapping[str, Scoring]
    """How it earns its marks, where that is said."""
    text: Phrase
    blocks: tuple[Block, ...]

    def as_json(self) -> dict[str, Any]:
        """The section as plain data; each of its fields has the marks that it earns."""
        blocks = [as_json(block) for block in self.blocks]
        for block in blocks:
            for field in block.get("fields", ()):
                field["marks"] = exactly(self.marks[field["name"]])
                if field["name"] in self.scorings:
                    field["scoring"] = self.scorings[field["name"]]
        own = {"label": self.label, "marks": exactly(total(self.marks.values()))}
        return own | ({"text": in_both(self.text)} if self.text.text.source else {}) | {"blocks": blocks}


@dataclass(frozen=True, slots=True)
class Posed:
    """What a student may see of an item: no key, no id and no seed.

    `code` is what the item is called where a class sits it. JSON has the form of docs/schema/posed.json.
    """

    problem: str
    version: int
    title: str
    blocks: tuple[Block, ...]
    sections: tuple[Section, ...]
    code: str = ""
    lang: str = ENGLISH
    """The language of what is said."""

    @property
    def marks(self) -> Marks:
        """The marks of all of it."""
        return total([marks for section in self.sections for marks in section.marks.values()])

    def write(self, target: Target = "markdown") -> str:
        """The question, in a target's markup."""
        with speaking(self.lang):
            return in_target(list(self.all_blocks()), target)

    def as_json(self) -> dict[str, Any]:
        """The question as plain data; figures by reference, which `svg` draws."""
        own = {"schema": POSED, "problem": self.problem, "version": self.version, "title": self.title}
        own |= ({"code": self.code} if self.code else {}) | ({"lang": self.lang} if self.lang != ENGLISH else {})
        with speaking(self.lang):
            blocks = [as_json(block) for block in self.blocks]
            sections = [section.as_json() for section in self.sections]
        return own | {"marks": exactly(self.marks), "blocks": blocks, "sections": sections}

    def svg(self, reference: str) -> str:
        """The figure that a reference names, as SVG. Raises `UnknownName`."""
        return _svg(self.all_blocks(), reference, self.title)

    def all_blocks(self) -> Iterator[Block]:
        """The question from its first text to its last blank."""
        yield from self.blocks
        for section in self.sections:
            if section.label:
                yield Head(f"({section.label})", in_marks(total(section.marks.values())), section.text)
            yield from section.blocks


@dataclass(frozen=True, slots=True)
class Key:
    """The right answer to one question: as a student would type it, shown, where its marks lie, and the slips."""

    name: str
    written: str
    shown: Phrase
    points: tuple[tuple[str, Marks], ...]
    slips: Mapping[str, str]
    """What each slip that is defined here gives, as a student would type it."""
    steps: tuple[Block, ...]

    def as_json(self) -> dict[str, Any]:
        """The key of one answer as plain data."""
        return {
            "written": self.written,
            "shown": in_both(self.shown),
            "points": [{"point": point, "marks": exactly(marks)} for point, marks in self.points],
            "slips": dict(self.slips),
            "steps": [as_json(block) for block in self.steps],
        }


@dataclass(frozen=True, slots=True)
class Solved:
    """What is released of an item when it has been sat: keys, worked steps, slips, and where the marks lie.

    JSON has the form of docs/schema/solved.json.
    """

    id: str
    keys: tuple[Key, ...]
    blocks: tuple[Block, ...]
    """The worked solution, whole."""
    lang: str = ENGLISH
    """The language of what is said."""

    def write(self, target: Target = "markdown") -> str:
        """The worked solution, in a target's markup."""
        with speaking(self.lang):
            return in_target(list(self.blocks), target)

    def as_json(self) -> dict[str, Any]:
        """The solution as plain data; figures by reference, which `svg` draws."""
        with speaking(self.lang):
            answers = {key.name: key.as_json() for key in self.keys}
            blocks = [as_json(block) for block in self.blocks]
        own = {"schema": SOLVED, "id": self.id} | ({"lang": self.lang} if self.lang != ENGLISH else {})
        return own | {"answers": answers, "solution": blocks}

    def svg(self, reference: str) -> str:
        """The figure that a reference names, as SVG. Raises `UnknownName`."""
        return _svg(self.all_blocks(), reference, self.id)

    def all_blocks(self) -> Iterator[Block]:
        """The worked solution from its first text to its last."""
        return iter(self.blocks)


def posed(item: Item, code: str = "", lang: str = "") -> Posed:
    """What a student may see of an item. Its texts are filled with nothing else than givens and shown values."""
    with speaking(known_language(lang or spoken())):
        return _posed(item, code)


def _posed(item: Item, code: str) -> Posed:
    layout = item.layout
    seen = replace(item, values={name: value for name, value in item.values.items() if _is_seen(item, name)})

    def drawn(place: Any) -> list[Block]:
        return figures(item, layout.shows(place), solutions=False)

    sections = [
        Section(
            section.label if section.part else "",
            {answer.name: layout.marks[answer.name] for answer in section.answers},
            {answer.name: scoring for answer in section.answers if (scoring := item.scoring_of(answer))},
            phrase(seen, section.text),
            tuple(asking(item, section)),
        )
        for section in layout.sections
    ]
    blocks = [*drawn("above"), Prose(phrase(seen, layout.text)), *drawn("question")]
    problem = item.problem
    title = problem.graph.said(problem.title)
    return Posed(problem.name, problem.version, title, tuple(blocks), tuple(sections), code, spoken())


def solved(item: Item, lang: str = "") -> Solved:
    """What is released of an item when it has been sat."""
    with speaking(known_language(lang or spoken())):
        keys = tuple([_key(item, answer) for answer in item.layout.asked])
        return Solved(item.id, keys, tuple(solution(item)), spoken())


def _is_seen(item: Item, name: str) -> bool:
    answer = item.problem.answers.get(name)
    return answer is None or answer.is_printed


def _key(item: Item, answer: Answer[..., Any]) -> Key:
    value = item.values[answer.name]
    slips: dict[str, str] = {}
    for slip in answer.slips:
        if not slip.decides:
            try:
                said = slip.wired(item.values)
            except UNDEFINED:
                continue
            if said is not None:
                slips[slip.name] = answer.kind.write(answer.kind.accept(said))
    shown = phrase(item, Text(f"[[{answer.name}]]", inline=True))
    return Key(answer.name, answer.kind.write(value), shown, item.layout.points(answer), slips,
               tuple(steps(item, answer, set())))  # fmt: skip


def _svg(blocks: Iterator[Block], reference: str, where: str) -> str:
    for block in blocks:
        if isinstance(block, Drawing) and block.reference() == reference:
            return block.svg()
    raise UnknownName(f"{where} has no figure {reference!r}")
