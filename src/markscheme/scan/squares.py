"""Whether a square is marked: how dark it is within, against the same square as it was printed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

import numpy as np

from markscheme.paper.manifest import Place
from markscheme.scan.crops import cut, printed
from markscheme.scan.libraries import opencv
from markscheme.scan.received import Gray
from markscheme.scan.register import Map

Mark: TypeAlias = Literal["empty", "marked", "doubtful"]

SCALE: Final = 4
"""Pixels a point."""
MARGIN: Final = 4.0
REACH: Final = 3.0
EMPTY: Final = 0.035
"""Darkness within, up to which a square is empty."""
MARKED: Final = 0.14
"""Darkness within, from which it is marked: a crease through a square is less."""
FULL: Final = 0.5
UNSEEN: Final = 9.0
_OUTLINE: Final = 0.2
"""How dark the outline of a square is at least, where it is what was found."""
ASTRAY: Final = 0.16
"""Darkness around, from which a full square may be one that was crossed out, and an empty one may be meant."""


@dataclass(frozen=True)
class Square:
    """How dark a square is within and around, from 0 to 1, and what that says."""

    within: float
    around: float
    """`UNSEEN` where its outline was not found."""

    @property
    def mark(self) -> Mark:
        """What a square says; whatever is not clear is doubtful.

        >>> [Square(*it).mark for it in ((0, 0), (0.9, 0.02), (0.2, 0), (0.05, 0), (0.9, 0.3), (0, 0.4))]
        ['empty', 'marked', 'marked', 'doubtful', 'doubtful', 'doubtful']
        """
        if self.around >= UNSEEN:
            return "doubtful"
        if self.within <= EMPTY:
            return "empty" if self.around <= ASTRAY else "doubtful"
        if self.within < MARKED or (self.within > FULL and self.around > ASTRAY):
            return "doubtful"
        return "marked"


def square(page: Gray, found: Map, place: Place, raster: Gray) -> Square:
    """How dark a square of a scanned page is, found again near where the map says."""
    cv2 = opencv()

    wide = cut(page, found, place, margin=MARGIN + REACH, scale=SCALE)
    blank = printed(raster, place, margin=MARGIN, scale=SCALE)
    edge = round((MARGIN - 1.5) * SCALE)
    sought = blank[edge:-edge, edge:-edge]
    smooth = cv2.GaussianBlur(wide, (0, 0), 1.2)
    scores = cv2.matchTemplate(
        smooth[edge:-edge, edge:-edge], cv2.GaussianBlur(sought, (0, 0), 1.5), cv2.TM_CCOEFF_NORMED
    )
    _, best, _, (x, y) = cv2.minMaxLoc(scores)
    most = 2 * round(REACH * SCALE)
    is_seen = best >= 0.3 and 0 < x < most and 0 < y < most
    seen = wide[y : y + blank.shape[0], x : x + blank.shape[1]]
    paper = float(np.percentile(wide, 85))
    dark = np.clip((0.86 * paper - seen.astype(np.float32)) / max(0.86 * paper - 50, 40), 0, 1)
    rows, columns = blank.shape
    inner, outer = round((MARGIN + 1.3) * SCALE), round((MARGIN - 1.2) * SCALE)
    near = cv2.erode(blank, np.ones((9, 9), np.uint8)) < 215
    around = ~near
    around[outer : rows - outer, outer : columns - outer] = False
    within = dark[inner : rows - inner, inner : columns - inner]
    outline = np.zeros_like(around)
    outline[outer : rows - outer, outer : columns - outer] = blank[outer : rows - outer, outer : columns - outer] < 110
    outline[inner : rows - inner, inner : columns - inner] = False
    is_unseen = not is_seen or not outline.any() or float(dark[outline].mean()) < _OUTLINE
    if is_unseen and float(within.mean()) < FULL:  # no outline that is askew makes a square half dark
        return Square(round(float(within.mean()), 3), UNSEEN)
    return Square(round(float(within.mean()), 3), round(float(dark[around].mean()) if around.any() else 0, 3))


def chosen(squares: Mapping[str, Mark], *, several: bool) -> str | None:
    """What a choice says, by the marks of its squares; None where a person has to look.

    Where several apply the answer is their labels, of which `none` excludes all others.

    >>> chosen({"A": "empty", "B": "marked"}, several=False), chosen({"A": "marked", "B": "marked"}, several=False)
    ('B', None)
    >>> chosen({"1": "marked", "2": "empty", "3": "marked", "none": "empty"}, several=True)
    '1, 3'
    """
    if "doubtful" in squares.values():
        return None
    marked: Sequence[str] = [label for label, it in squares.items() if it == "marked"]
    if len(marked) > 1 and (not several or {"none", "?"} & set(marked)):
        return None
    return ", ".join(marked)
