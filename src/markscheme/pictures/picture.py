"""A picture as data: what to draw, what it says in words, and what the key adds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, TypeAlias, TypedDict

Data: TypeAlias = "Mapping[str, object]"


class Shown(TypedDict):
    """A picture as `pictures.typ` takes it: the name of a drawing, its data, and its alternative text."""

    draw: str
    data: dict[str, object]
    alt: str


class Later(Mapping[str, object]):
    """Data that are made when somebody looks at them: who reads a picture's words alone needs none.

    >>> dict(Later(lambda: {"at": 1}))
    {'at': 1}
    """

    def __init__(self, make: Callable[[], Data]) -> None:
        self._make = make

    @cached_property
    def _made(self) -> Data:
        return self._make()

    def __getitem__(self, name: str) -> object:
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._made)

    def __len__(self) -> int:
        return len(self._made)


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
        data = {**self.data, **self.solution} if solutions else dict(self.data)
        return {"draw": self.draw, "data": data, "alt": self.words(solutions)}

    def words(self, solutions: bool) -> str:
        """What it says, on a blank or in the key."""
        return (solutions and self.alt_solution) or self.alt

    @classmethod
    def from_svg(cls, source: str | Path, alt: str, *, width: float | None = None) -> Picture:
        """A drawing of one's own: SVG as text, or a file of it. `width` is that in print, in points.

        >>> square = '<svg xmlns="http://www.w3.org/2000/svg" width="2cm" height="2cm"/>'
        >>> round(Picture.from_svg(square, "Nothing.").data["width"], 1)
        56.7

        Raises `ValueError` for what is no SVG, for a file that is not there, and without words for it.
        """
        from markscheme.pictures.own import from_svg  # noqa: PLC0415 (start-up time)

        return cls("own", from_svg(source, alt, width), alt)

    @classmethod
    def from_png(cls, source: bytes | Path, alt: str, *, width: float | None = None) -> Picture:
        """An image of one's own: the bytes of a PNG, or a file of it. `width` is that in print, in points."""
        from markscheme.pictures.own import from_png  # noqa: PLC0415 (start-up time)

        return cls("own", from_png(source, alt, width), alt)

    @classmethod
    def from_matplotlib(cls, figure: Any, alt: str) -> Picture:
        """A figure of matplotlib, as it stands: its text as outlines, and the same bytes each time."""
        from markscheme.pictures.own import from_matplotlib  # noqa: PLC0415 (start-up time)

        return cls("own", from_matplotlib(figure, alt), alt)
