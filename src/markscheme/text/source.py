"""An author's text: Markdown with LaTeX mathematics and `[[name]]` holes, rendered into any target."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Literal, Protocol, TypeAlias

from markscheme.text.notation import Notation, Target, Word, parenthesized, show

_HOLE = re.compile(r"\[\[(\w+)\]\]")
_CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)
_MATHEMATICS = re.compile(r"(?<!\\)(\$\$?)")
_OPENS_A_TERM = re.compile(
    r"(?:^|[=(\[{,;:&<>|]|\\(?:le|ge|leq|geq|approx|in|colon|lfloor|lceil|\\|,|;|quad|text\{[^}]*\}))\s*$"
)

Filling: TypeAlias = Callable[[str], "Notation | str"]
"""What stands in the hole of a name: a notation, or text already written in the target."""

Form: TypeAlias = Target | Literal["formulas"]
"""What a text is converted to: a target's markup, or the formulas alone, in words, one a line."""


class Write(Protocol):
    """How a notation is written in a target: `show`, unless values travel beside the text."""

    def __call__(self, node: Notation, target: Target, *, math: bool) -> str: ...


@dataclass(frozen=True, slots=True)
class Hole:
    """Where a value enters a text. After an operator or a factor it is `guarded`: a negative gets parentheses."""

    name: str
    in_mathematics: bool
    guarded: bool
    in_code: bool = False


@dataclass(frozen=True)
class Text:
    """One text of an author. An `inline` one is a phrase, without a paragraph of its own.

    >>> text = Text("A layer has $[[stride]]$ as stride.")
    >>> text.names
    ('stride',)
    """

    source: str
    inline: bool = False

    @cached_property
    def holes(self) -> tuple[Hole, ...]:
        """The holes, in order."""
        return tuple(_holes(self.source))

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the holes, in order, with repetitions."""
        return tuple(hole.name for hole in self.holes)

    @cached_property
    def with_sentinels(self) -> str:
        """The source as a converter may have it: each hole is a word that survives."""
        numbers = iter(range(len(self.holes)))

        def sentinel(_: re.Match[str]) -> str:
            number = next(numbers)
            return rf"\text{{Hq{number}q}}" if self.holes[number].in_mathematics else f"Hq{number}q"

        return _HOLE.sub(sentinel, self.source)

    def render(self, form: Form, fill: Filling, write: Write = show) -> str:
        """The text in a target's markup, with the holes filled; `write` says how a notation is written there."""
        target = "plain" if form == "formulas" else form
        return "".join([
            piece if isinstance(piece, str) else filled(piece, fill(piece.name), target, write)
            for piece in _pieces(self, form)
        ])  # fmt: skip

    def left_open(self, form: Form, mark: Callable[[Hole], str]) -> str:
        """The text in a target's markup, with a mark in place of each hole."""
        return "".join([piece if isinstance(piece, str) else mark(piece) for piece in _pieces(self, form)])

    def formulas(self, fill: Filling) -> list[str]:
        """Its formulas in words, one by one, for people who cannot see them."""
        return self.render("formulas", fill).splitlines()


def listing(program: str, language: str = "python") -> Text:
    """A program as a text: its lines are numbered and highlighted where a target can."""
    return Text(f"```{language}\n{program}\n```")


def _holes(source: str) -> list[Hole]:
    found: list[Hole] = []
    code = [match.span() for match in _CODE.finditer(source)]
    for match in _HOLE.finditer(source):
        if any([start < match.start() < end for start, end in code]):
            found.append(Hole(match[1], in_mathematics=False, guarded=False, in_code=True))
            continue
        before = source[: match.start()]
        delimiters = _MATHEMATICS.findall(before)
        inside = len(delimiters) % 2 == 1
        formula = _MATHEMATICS.split(before)[-1] if inside else ""
        tight_after = source[match.end() : match.end() + 1] == "^"
        found.append(Hole(match[1], inside, inside and (tight_after or not _OPENS_A_TERM.search(formula))))
    return found


def filled(hole: Hole, filling: Notation | str, target: Target, write: Write = show) -> str:
    """What a hole is filled with, in a target's markup."""
    if isinstance(filling, str):
        return filling
    if hole.in_code:
        return _in_code(show(filling, "plain", math=True), target)
    notation = parenthesized(filling) if hole.guarded else filling
    return write(notation, target, math=hole.in_mathematics)


def _in_code(value: str, target: Target) -> str:
    """A value within a listing or inline code, as a program would have it; nothing in it ends the code."""
    value = " ".join(value.replace("−", "-").replace("`", "'").split())
    return value if target in ("markdown", "typst", "plain") else show(Word(value), target, math=False)


@lru_cache(maxsize=4096)
def _pieces(text: Text, form: Form) -> tuple[str | Hole, ...]:
    from markscheme.text.conversion import converted  # noqa: PLC0415 (start-up time)

    markup = text.with_sentinels if form == "markdown" else converted(text, form)
    pieces: list[str | Hole] = []
    end = 0
    for match in _wrapped_sentinel(form).finditer(markup):
        pieces += [markup[end : match.start()], text.holes[int(match["number"] or match["bare"])]]
        end = match.end()
    return (*pieces, markup[end:])


@lru_cache
def _wrapped_sentinel(form: Form) -> re.Pattern[str]:
    """The sentinel in a form, with the wrapping that mathematics puts around it."""
    sentinel = r"Hq(?P<number>\d+)q"
    wrapped = {
        "markdown": rf"\\text\{{{sentinel}\}}",
        "latex": rf"\\text\{{{sentinel}\}}",
        "typst": rf'upright\("{sentinel}"\)',
        "html": rf"<mtext[^>]*>{sentinel}</mtext>",
        "plain": sentinel,
        "formulas": sentinel,
    }[form]
    bare = sentinel.replace("?P<number>", "?P<bare>")
    return re.compile(f"{wrapped}|{bare}")
