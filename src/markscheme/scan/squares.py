"""Whether a square is marked: how dark it is within, against the same square as it was printed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

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
_CREASE: Final = 0.1
_SEEN: Final = 0.3
"""The share of a row through a square that has to be free of print, to be seen."""
_FAR: Final = 40.0
"""Points to both sides of a square over which a crease goes on."""
_ASKEW: Final = 7
"""Pixels by which a crease rises or falls over there."""
_SPECKS: Final = 0.03
ASTRAY: Final = 0.16
"""Darkness around, from which a full square may be one that was crossed out, and an empty one may be meant."""


@dataclass(frozen=True)
class Square:
    """How dark a square is within and around, from 0 to 1, and what that says."""

    within: float
    around: float
    """`UNSEEN` where its outline was not found, and where a crease or specks are taken for ink."""

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
    dark = _darkness(seen, paper)
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
    inked = round(float(within.mean()), 3)
    if inked < FULL and (is_unseen or (inked > EMPTY and _creased(page, found, place, raster, paper))):
        return Square(inked, UNSEEN)  # no outline that is askew, and no crease, makes a square half dark
    if _speckled(seen, paper, ~near):
        return Square(inked, UNSEEN)
    return Square(inked, round(float(dark[around].mean()) if around.any() else 0, 3))


def _darkness(seen: Gray, paper: float) -> NDArray[np.float32]:
    """How dark each pixel is against the paper, from 0 to 1."""
    return np.clip((0.86 * paper - seen.astype(np.float32)) / max(0.86 * paper - 50, 40), 0, 1)


def _creased(page: Gray, found: Map, place: Place, raster: Gray, paper: float) -> bool:
    """Whether a line goes over a square and far beyond it, as no mark does: a crease.

    Counted is what was printed nowhere near, in rows and in columns of the page.
    """
    cv2 = opencv()
    for across in (True, False):
        x, y = (_FAR, 0.0) if across else (0.0, _FAR)
        size = {"x": place.x - x, "y": place.y - y, "width": place.width + 2 * x, "height": place.height + 2 * y}
        strip = place.model_copy(update=size)
        seen = cut(page, found, strip, margin=MARGIN + REACH, scale=SCALE)
        blank = printed(raster, strip, margin=MARGIN + REACH, scale=SCALE)
        dark = _darkness(seen, paper)
        free = cv2.erode(blank, np.ones((13, 13), np.uint8)) >= 215
        dark, free = (dark, free) if across else (dark.T, free.T)
        thick = cv2.dilate(np.ascontiguousarray(dark), np.ones((_ASKEW, 1)))
        rows = zip(thick, free, strict=True)
        if any([float(np.median(row[has])) > _CREASE for row, has in rows if has.mean() > _SEEN]):
            return True
    return False


def _speckled(seen: Gray, paper: float, free: NDArray[np.bool_]) -> bool:
    """Whether paper is strewn with specks where nothing was printed, as by a scan of one bit in the shade."""
    cv2 = opencv()

    specks = np.clip(_darkness(seen, paper) - _darkness(cv2.medianBlur(np.ascontiguousarray(seen), 11), paper), 0, 1)
    specks[~free] = 0
    usual = [float(np.median(specks.sum(i) / np.maximum(free.sum(i), 1))) for i in (0, 1)]  # a crease is in few rows
    return min(usual) > _SPECKS


_SAID: Final = (0.9991, 0.0001)
"""How likely the digit of a column is that says one, and the others."""
_DOUBTED: Final = 0.003
"""How likely a digit of a column is that says none, or several: less than of any digit of an ID that is taken."""


def digit_of(column: Mapping[int, Mark]) -> tuple[float, ...]:
    """How likely each digit is by the squares of its column, of which one has to be marked and all others are empty.

    >>> one = {it: "marked" if it == 2 else "empty" for it in range(10)}
    >>> digit_of(one)[:4], max(digit_of(one | {7: "marked"})), max(digit_of(one | {7: "doubtful"}))
    ((0.0001, 0.0001, 0.9991, 0.0001), 0.003, 0.003)
    """
    seen = [it for it in range(10) if column[it] != "empty"]
    if len(seen) == 1 and column[seen[0]] == "marked":
        return tuple([_SAID[it != seen[0]] for it in range(10)])
    return tuple([_DOUBTED if not seen or it in seen else _SAID[1] for it in range(10)])


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
