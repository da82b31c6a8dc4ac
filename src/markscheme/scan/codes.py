"""The codes of a scanned page, wherever they are and however it is turned."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from markscheme.exam.codes import PageCode, read
from markscheme.scan.libraries import opencv, zxing
from markscheme.scan.received import Gray

_RIM: Final = 30
"""Pixels of white around a corner that is looked at enlarged."""


@dataclass(frozen=True)
class Found:
    """A code, and its four corners in pixels, from its own upper left one on clockwise: shape (4, 2)."""

    code: PageCode
    corners: NDArray[np.float64]


def codes_on(page: Gray) -> list[Found]:
    """The codes of exams that stand on a page: cheap looks first, and on until two corners are there.

    A page whose second code is lost has one; it is looked for as long as the cheap looks last.
    """
    found: dict[PageCode, Found] = {}
    for cheap, look in _looks(page):
        if found and not cheap:
            break
        for it in look():
            found.setdefault(it.code, it)
        if {"A", "B"} <= {it.corner for it in found}:
            break
    return [*found.values()]


def _looks(page: Gray) -> Iterator[tuple[bool, Callable[[], list[Found]]]]:
    cv2 = opencv()

    height, width = page.shape

    def resized(of: Gray, factor: float) -> Gray:
        way = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
        return np.ascontiguousarray(cv2.resize(of, None, fx=factor, fy=factor, interpolation=way))

    longer = max(page.shape)
    for side in (1100, 2200):
        if longer > 1.3 * side:
            yield True, lambda side=side: _read(resized(page, side / longer), side / longer)
    yield True, lambda: _read(page, 1)
    smooth = cv2.GaussianBlur(page, (0, 0), 1.0)
    yield True, lambda: _read(smooth, 1)

    quarters = [(x, y) for y in (0, height - height // 4) for x in (0, width - width // 3)]

    def corners() -> list[Found]:
        return [
            it
            for x, y in quarters
            for it in _read(resized(smooth[y : y + height // 4, x : x + width // 3], 2), 2, (x, y), _RIM)
        ]

    yield False, corners
    yield False, lambda: _read(cv2.createCLAHE(3, (8, 8)).apply(smooth), 1)

    def sharpened() -> list[Found]:
        larger = resized(page, 1.5)
        return _read(cv2.addWeighted(larger, 2.2, cv2.GaussianBlur(larger, (0, 0), 2.5), -1.2, 0), 1.5)

    yield False, sharpened

    def thinned() -> list[Found]:
        """Where ink has run, as in a scan of one bit: what is darkest alone."""
        found: list[Found] = []
        for x, y in quarters:
            larger = resized(page[y : y + height // 4, x : x + width // 3], 2)
            even = cv2.GaussianBlur(larger, (0, 0), max(0.3, min(page.shape) / 1700))
            paper = float(np.percentile(even, 85))
            for share in (0.28, 0.5):
                found += _read(np.where(even > share * paper, 255, 0).astype(np.uint8), 2, (x, y), _RIM)
        return found

    yield False, thinned


def _read(page: Gray, factor: float, offset: tuple[int, int] = (0, 0), rim: int = 0) -> list[Found]:
    """The codes of a page that was made larger by a factor, cut out at an offset; with a white rim around it, a code at
    the very edge of a scan is read too.
    """
    if rim:
        page = opencv().copyMakeBorder(page, rim, rim, rim, rim, opencv().BORDER_CONSTANT, value=(255,))
    found: list[Found] = []
    for it in zxing().read_barcodes(np.ascontiguousarray(page), formats=zxing().BarcodeFormat.QRCode, try_invert=False):
        code = read(it.text)
        if code is None:
            continue
        at = it.position
        corners = np.array([(p.x, p.y) for p in (at.top_left, at.top_right, at.bottom_right, at.bottom_left)], float)
        found.append(Found(code, (corners - rim) / factor + offset))
    return found
