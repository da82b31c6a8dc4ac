"""What is cut out of a scanned page: a place, brought upright to a resolution of its own."""

from __future__ import annotations

from typing import Final

import numpy as np

from markscheme.paper.manifest import Place
from markscheme.scan.libraries import opencv
from markscheme.scan.received import Gray
from markscheme.scan.register import DPI, Map

SCALE: Final = 200 / 72
"""Pixels a point, of crops."""
MARGIN: Final = 5.0
"""Points around a place that belong to its crop: people write over edges."""


def cut(page: Gray, found: Map, place: Place, *, margin: float = MARGIN, scale: float = SCALE) -> Gray:
    """A place of a printed page, cut out of its scan: white where the scan ends."""
    cv2 = opencv()

    width, height = round((place.width + 2 * margin) * scale), round((place.height + 2 * margin) * scale)
    to_points = np.array([[1 / scale, 0, place.x - margin], [0, 1 / scale, place.y - margin], [0, 0, 1]])
    return cv2.warpPerspective(
        page, found @ to_points, (max(width, 1), max(height, 1)),
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP, borderValue=(255,),
    )  # fmt: skip


def printed(raster: Gray, place: Place, *, margin: float = MARGIN, scale: float = SCALE) -> Gray:
    """The same place as it was printed, from the blank page's raster."""
    return cut(raster, np.diag([DPI / 72, DPI / 72, 1.0]), place, margin=margin, scale=scale)


def ink(crop: Gray, blank: Gray, *, scale: float = SCALE) -> Gray:
    """What was written on a crop, without what was printed: 0 where there is nothing, 255 for the darkest ink.

    Both have the same shape, and `scale` pixels a point. What is printed hides what was written over it, but for a rim.
    """
    cv2 = opencv()

    side = round(9 * scale) | 1
    light = cv2.dilate(crop, np.ones((side, side), np.uint8))
    small = cv2.resize(light, (-(-light.shape[1] // 4), -(-light.shape[0] // 4)), interpolation=cv2.INTER_AREA)
    even = cv2.GaussianBlur(small, (0, 0), side / 8)  # as smooth as that is, a quarter of the size has all of it
    paper = cv2.resize(even, light.shape[::-1], interpolation=cv2.INTER_LINEAR).astype(np.float32)
    near = cv2.erode(blank, np.ones((round(2 * scale) | 1,) * 2, np.uint8))
    dark = np.clip((0.87 * paper - crop) / np.maximum(0.87 * paper - 50, 40), 0, 1)
    dark[near < 200] = 0
    return (dark * 255).astype(np.uint8)
