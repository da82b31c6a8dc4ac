"""A copy as a Typst source: its texts, and beside them the values, formulas, pictures and tables that enter as data."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from markscheme.core.item import Item
from markscheme.core.marks import Marks
from markscheme.core.problem import Problem
from markscheme.language import say
from markscheme.paper.plan import Paper
from markscheme.paper.roster import Student
from markscheme.text.conversion import FORMULA
from markscheme.text.document import Block, Choices, Drawing, Fields, Head, Phrase, Prose, Table
from markscheme.text.notation import Grid, Notation, Target, as_data, in_line


@dataclass(frozen=True)
class Copy:
    """One copy of a paper: its seed, the student it is for, and the items that stand in it."""

    paper: Paper
    seed: str
    """What its footer says: the seed, or a code that gives nothing away."""
    items: Mapping[str, Item]
    student: Student | None = None
    version: str = ""
    neighbors: Mapping[str, str] = field(default_factory=dict[str, str])
    """Who sits `left`, `right`, `front` and `behind`, where that is known."""
    codes: Sequence[object] = ()
    """The codes of each page, for a scanner: see `exam/codes.py`."""
    id_boxes: int = 0
    """How many characters an ID has that is to be written on it; 0 where that is not known."""
    id_grid: bool = False
    """Whether there is a column of squares, one for each digit, below each of its boxes."""
    large: bool = False
    """Whether the text has 18 pt."""


@dataclass(kw_only=True)
class Source:
    """A Typst source, and beside it what enters it as JSON."""

    values: list[object] = field(default_factory=list[object])
    formulas: list[object] = field(default_factory=list[object])
    pictures: list[object] = field(default_factory=list[object])
    tables: list[object] = field(default_factory=list[object])

    def phrase(self, phrase: Phrase) -> str:
        """A text with its values beside it, and its formulas in words."""

        def write(node: Notation, target: Target, *, math: bool) -> str:  # noqa: ARG001 (content is content)
            if math:
                return f"#w({self.add(self.values, as_data(node))});"
            return self.value(in_line(node))

        spoken = iter(phrase.text.formulas(phrase.fill))

        def formula(match: re.Match[str]) -> str:
            return f"#m({self.add(self.formulas, next(spoken))}, {match[0]});"

        return FORMULA.sub(formula, phrase.text.render("typst", phrase.fill, write))

    def value(self, node: Notation) -> str:
        """A value as content of prose."""
        return f"#v({self.add(self.values, as_data(node))});"

    def block(self, block: Block) -> str:
        """A block of a question or of a solution."""
        match block:
            case Prose(phrase):
                text = self.phrase(phrase)
                return re.sub(r"^(#m\(\d+, )\$(\S.*)\$\);$", r"\1$ \2 $);", text) if _has_grid(phrase) else text
            case Drawing():
                under = f", caption: [{self.phrase(block.caption)}]" if block.caption else ""
                return f"#picture({self.add(self.pictures, block.shown)}{under})"
            case Table(columns, rows):
                heads = ", ".join([f"[{self.phrase(column)}]" for column in columns])
                cells = [[as_data(cell) for cell in row if isinstance(cell, Notation)] for row in rows]
                return f"#table-of({self.add(self.tables, cells)}, ({heads},))"
            case Head() | Fields() | Choices():
                return ""

    def add(self, store: list[object], entry: object) -> int:
        """The number of an entry that enters the source."""
        store.append(entry)
        return len(store) - 1

    def entering(self, **more: object) -> str:
        """What enters the source, as JSON."""
        own = {"values": self.values, "formulas": self.formulas, "pictures": self.pictures, "tables": self.tables}
        return json.dumps(own | more, ensure_ascii=False, sort_keys=True)


@dataclass
class Sheet(Source):
    """The source of a copy; `None` stands for what only the key knows."""

    copy: Copy
    solutions: bool
    places: bool = False
    trained: dict[str, Problem] = field(default_factory=dict[str, Problem])

    def add_secret(self, entry: object) -> int:
        """The number of a value that is not there on a blank."""
        return self.add(self.values, entry if self.solutions else None)

    @property
    def data(self) -> str:
        """What enters the source, as JSON."""
        student = self.copy.student
        known = {} if student is None else {
            "id": student.student, "last": student.last, "first": student.first, "section": student.section,
            "row": student.row, "seat": student.seat, **self.copy.neighbors,
        }  # fmt: skip
        version = f"{say('version', version=self.copy.version)}" if self.copy.version else ""
        told = {"seed": self.copy.seed, "student": known, "version": version}
        told |= {"codes": self.copy.codes} if self.copy.codes and not self.solutions else {}
        told |= {"id_boxes": self.copy.id_boxes} if self.copy.id_boxes else {}
        told |= {"id_grid": True} if self.copy.id_grid else {}
        return self.entering(copy=told)


def _has_grid(phrase: Phrase) -> bool:
    return any(isinstance(phrase.fill(name), Grid) for name in phrase.text.names)


def nothing(name: str) -> str:
    """What fills a text without holes."""
    raise KeyError(name)


def number(marks: Marks) -> str:
    """Marks as a number that Typst reads: `4`, `2.5`."""
    return f"{marks}" if isinstance(marks, int) else f"{float(marks):g}"


def call(name: str, **arguments: str | Marks | None) -> str:
    """A call of a Typst function with texts and numbers; what is None is left out."""
    given = {
        key: typst_string(value) if isinstance(value, str) else number(value)
        for key, value in arguments.items()
        if value is not None
    }
    return f"{name}({', '.join([f'{key}: {value}' for key, value in given.items()])})"


def typst_string(text: str) -> str:
    """A text as a string literal of Typst: data, whatever it says."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
