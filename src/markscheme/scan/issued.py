"""Which of the codes that were printed stands on a page whose codes nobody can decode: torn, run together, washed out.

A decoder has to be right about nearly every module. Where it is known where the page lies and which codes there are,
a part of the modules tells: each code that was printed is laid over the page, and one that fits far better than any
other is the page's.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from hashlib import sha256
from typing import Final

import numpy as np
from numpy.typing import NDArray

from markscheme.exam.codes import MODULES, PageCode, runs, written
from markscheme.exam.secret import CODE
from markscheme.paper.manifest import Place
from markscheme.scan.codes import Found
from markscheme.scan.crops import cut
from markscheme.scan.libraries import opencv
from markscheme.scan.received import Gray
from markscheme.scan.register import EDGE, Map, mapped

LEAST: Final = 0.6
"""How like a page its own codes are at least, both corners together."""
MARGIN: Final = 0.15
"""By how much they are liker than any others that were printed."""
_SAME: Final = 0.1
"""By how much others may seem liker in one corner, where nothing is left to see."""
NEVER_PRINTED: Final = tuple([sha256(f"{i}".encode()).hexdigest()[:CODE].upper() for i in range(64)])
"""Codes of copies that no exam has, with which those that were printed are compared as well."""
_SIDE: Final = 4 * MODULES
"""Pixels of a code's side as it is compared."""
_REACH: Final = 2.0
"""Points by which a code may lie aside of where the page's map says."""


def issued_on(page: Gray, lies: Map, size: tuple[float, float], pages: Sequence[PageCode]) -> list[Found]:
    """The codes on a scan that a map takes a printed page of `size` points to, if it is one of some printed `pages`,
    each given by its code in either corner; none where no page's codes fit far better than all others.
    """
    if not pages:
        return []
    known = [*pages, *[pages[0]._replace(copy=it) for it in NEVER_PRINTED]]
    places = {"A": (EDGE, EDGE), "B": (size[0] - 2 * EDGE, size[1] - 2 * EDGE)}
    likeness = np.array([_likeness(page, lies, at, corner, known) for corner, at in places.items()])
    total = likeness.sum(0)
    best = int(total.argmax())
    others = np.delete(likeness, best, axis=1)
    is_sure = (
        best < len(pages)
        and total[best] >= LEAST
        and total[best] - others.sum(0).max() >= MARGIN
        and bool((likeness[:, best] >= others.max(1) - _SAME).all())
    )
    if not is_sure:
        return []
    square = EDGE * np.array([(0, 0), (1, 0), (1, 1), (0, 1)])
    return [Found(pages[best]._replace(corner=it), mapped(lies, square + at)) for it, at in places.items()]


def _likeness(
    page: Gray, lies: Map, at: tuple[float, float], corner: str, pages: Sequence[PageCode]
) -> NDArray[np.float64]:
    """How like what stands in a corner is to each page's code there, from 0 to 1."""
    cv2 = opencv()
    place = Place(kind="square", page=1, x=at[0], y=at[1], width=EDGE, height=EDGE)
    seen = cut(page, lies, place, margin=_REACH, scale=_SIDE / EDGE)
    if not seen.std():
        return np.zeros(len(pages))
    pictures = [_picture(written(it._replace(corner=corner))) for it in pages]
    return np.array([max(float(cv2.matchTemplate(seen, it, cv2.TM_CCOEFF_NORMED).max()), 0) for it in pictures])


@lru_cache(maxsize=4096)
def _picture(text: str) -> Gray:
    """A code as a scan has it: dark modules on white paper, softened."""
    made = np.full((MODULES, MODULES), 255, np.uint8)
    for column, row, length in runs(text):
        made[row, column : column + length] = 0
    large = opencv().resize(made, (_SIDE, _SIDE), interpolation=opencv().INTER_NEAREST)
    return opencv().GaussianBlur(large, (0, 0), 1.5)
