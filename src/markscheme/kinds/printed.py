"""The kind of what a program prints: lines of text, compared as a reader of a page can tell them apart."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import ClassVar, Final

from markscheme.kinds.base import Comparison, Kind, Undecided
from markscheme.language import say
from markscheme.reading.limits import Unreadable
from markscheme.text.field import Form
from markscheme.text.notation import Notation, Word

MOST_LINES: Final = 40
LONGEST_LINE: Final = 200
NEW_LINE: Final = "⏎"
_QUOTES: Final = str.maketrans("‘’“”′″´`−\u00a0\t", "''\"\"'\"''-  ")
_BESIDE: Final = re.compile(r" *([\[\](){},:=]) *")


@dataclass(frozen=True)
class Printed(Kind[str]):
    r"""What a program prints, line by line. Spaces at the end of a line, and around brackets and commas, do not count.

    >>> kind = Printed()
    >>> key = kind.accept("[1, 2]\n3 4")
    >>> [bool(kind.compare(key, kind.read(text))) for text in ("[1,2]\n3 4\n", "[1, 2] ⏎ 3 4", "[1, 2]\n34")]
    [True, True, False]

    Whether other quotation marks are meant a person decides.
    """

    noun: ClassVar[str] = "what is printed"
    form: ClassVar[Form] = "output"

    @property
    def example(self) -> str:
        return f"[1, 2] {NEW_LINE} 3"

    def read(self, text: str) -> str:
        if len(text) > MOST_LINES * LONGEST_LINE:
            raise Unreadable(say("characters-too-many", most=MOST_LINES * LONGEST_LINE))
        fenced = re.fullmatch(r"\s*```\w*\n(.*?)\n?```\s*", text, re.DOTALL)
        said = _lines((fenced[1] if fenced else text).replace(NEW_LINE, "\n"))
        lines = said.split("\n")
        if len(lines) > MOST_LINES or max(map(len, lines)) > LONGEST_LINE:
            raise Unreadable(say("lines-too-many", lines=MOST_LINES, longest=LONGEST_LINE))
        if not said or not said.replace("\n", "").replace(" ", "").isprintable():
            raise Unreadable(say("expected-printed-lines"), text=text)
        return said

    def accept(self, value: object) -> str:
        if isinstance(value, str):
            return _lines(value)
        raise TypeError(f"expected {self.noun}, as a text, not {value!r}")

    def compare(self, key: str, value: str) -> Comparison:
        if key == value:
            return Comparison(True)
        expected, found = (_BESIDE.sub(r"\1", " ".join(_each(text))) for text in (key, value))
        if expected == found:
            return Comparison(True, say("same-but-spaces"))
        if expected.replace('"', "'") == found.replace('"', "'"):
            raise Undecided(say("other-quotation-marks"))
        return Comparison(False)

    def show(self, value: str) -> Notation:
        return Word(f" {NEW_LINE} ".join(value.split("\n")))

    def write(self, value: str) -> str:
        return value

    def difference(self, left: str, right: str) -> str:
        for number, (one, other) in enumerate(zip(left.split("\n"), right.split("\n"), strict=False), start=1):
            if one != other:
                return f"line {number}: {one} against {other}"
        return f"{left.count(chr(10)) + 1} lines against {right.count(chr(10)) + 1}"


def _lines(text: str) -> str:
    """Lines without spaces at their ends and empty ones around them, in plain quotation marks."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n").translate(_QUOTES)
    return "\n".join([line.rstrip() for line in plain.split("\n")]).strip("\n").rstrip()


def _each(text: str) -> list[str]:
    """The lines, each with single spaces; where a line ends stays visible."""
    return [f"{' '.join(line.split())}\n" for line in text.split("\n")]
