"""Algorithms in pseudocode, side by side, with blanks that the key fills in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from markscheme.pictures.picture import Later, Picture
from markscheme.pictures.values import node, words
from markscheme.text.notation import Notation


@dataclass(frozen=True)
class Blank:
    """A place to fill in, and what belongs there."""

    label: str
    filled: Notation


Piece: TypeAlias = str | Notation | Blank


@dataclass(frozen=True)
class Step:
    """One numbered line: words, notation and blanks, in order."""

    pieces: Sequence[Piece]
    depth: int = 0


@dataclass(frozen=True)
class Algorithm:
    """A title, and what is done, line by line."""

    title: str
    steps: Sequence[Step]


def pseudocode(algorithms: Sequence[Algorithm]) -> Picture:
    """Algorithms side by side, their lines numbered.

    >>> from markscheme.text.notation import Symbol
    >>> steps = [Step(["repeat"]), Step([Symbol("x"), "is", Blank("A", Symbol("y"))], 1)]
    >>> double = Algorithm("Algorithm 1: doubling", steps)
    >>> print(pseudocode([double]).alt)
    Algorithm 1: doubling. Line 1: repeat. Line 2, indented: x is (A), a blank.
    >>> print(pseudocode([double]).alt_solution)
    Algorithm 1: doubling. Line 1: repeat. Line 2, indented: x is (A) y.

    Raises `ValueError` if there is no algorithm, or two blanks have one label.
    """
    blanks = [piece for it in algorithms for step in it.steps for piece in step.pieces if isinstance(piece, Blank)]
    labels = [blank.label for blank in blanks]
    if not algorithms or len(set(labels)) < len(labels):
        raise ValueError(f"pseudocode has an algorithm or more, and each of its blanks its own label, not {labels}")

    def data() -> dict[str, object]:
        return {
            "algorithms": [
                {
                    "title": it.title,
                    "steps": [
                        {"depth": step.depth, "pieces": [_shown(piece) for piece in step.pieces]} for step in it.steps
                    ],
                }
                for it in algorithms
            ]
        }

    solution = Later(lambda: {"filled": {blank.label: node(blank.filled) for blank in blanks}})
    alt, alt_solution = (" ".join(_told(algorithms, solutions=solutions)) for solutions in (False, True))
    return Picture("pseudocode", Later(data), alt, solution, alt_solution)


def _shown(piece: Piece) -> object:
    return {"blank": piece.label} if isinstance(piece, Blank) else node(piece)


def _told(algorithms: Sequence[Algorithm], *, solutions: bool) -> Iterator[str]:
    for it in algorithms:
        yield f"{it.title}."
        for number, step in enumerate(it.steps, 1):
            said = " ".join([_said(piece, solutions=solutions) for piece in step.pieces])
            yield f"Line {number}{', indented' if step.depth else ''}: {said.replace(' ,', ',')}."


def _said(piece: Piece, *, solutions: bool) -> str:
    if not isinstance(piece, Blank):
        return words(piece)
    return f"({piece.label}) {words(piece.filled)}" if solutions else f"({piece.label}), a blank"
