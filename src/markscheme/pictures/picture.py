"""A picture as data: what to draw, what it says in words, and what the key adds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias, TypedDict

Data: TypeAlias = "Mapping[str, object]"
PACKAGE = Path(__file__).parent.parent


class Shown(TypedDict):
    """A picture as `pictures.typ` takes it: the name of a drawing, its data, and its alternative text."""

    draw: str
    data: dict[str, object]
    alt: str


def _no_data() -> dict[str, object]:
    return {}


@dataclass(frozen=True)
class Picture:
    """A drawing's name, its data (JSON, what everyone sees) and its alternative text, and what the key adds to both.

    >>> picture = Picture("dot", {"at": 1}, "A dot.", {"color": "red"}, "A red dot.")
    >>> picture.shown(solutions=False)
    {'draw': 'dot', 'data': {'at': 1}, 'alt': 'A dot.'}
    >>> picture.shown(solutions=True)
    {'draw': 'dot', 'data': {'at': 1, 'color': 'red'}, 'alt': 'A red dot.'}
    """

    draw: str
    data: Data
    alt: str
    solution: Data = field(default_factory=_no_data)
    alt_solution: str = ""

    def shown(self, solutions: bool) -> Shown:
        """The picture on a blank, or in the key."""
        if not solutions:
            return {"draw": self.draw, "data": dict(self.data), "alt": self.alt}
        return {"draw": self.draw, "data": {**self.data, **self.solution}, "alt": self.alt_solution or self.alt}


def svg_file(path: Path, width: float, alt: str) -> Picture:
    """An SVG that ships with the package, `width` points wide in print: what a lab drew of what it measured."""
    return Picture("svg-file", {"file": f"/{path.relative_to(PACKAGE).as_posix()}", "width": width}, alt)
