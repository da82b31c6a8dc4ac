"""Where a printed page lies on a scan: first by its codes, then by patches of the blank page.

A map takes points of the printed page (1/72 inch, from the upper left corner) to pixels of the scan. Half of the
patches make a map, and the other half says how far off it is; what cannot be shown to lie right goes to a person.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Final, TypeAlias, cast

import numpy as np
from numpy.typing import NDArray

from markscheme.scan.codes import Found
from markscheme.scan.libraries import opencv
from markscheme.scan.received import Gray

Points: TypeAlias = NDArray[np.float64]
"""Of shape (n, 2)."""
Map: TypeAlias = NDArray[np.float64]
"""A homography, of shape (3, 3)."""

EDGE: Final = 36.0
"""Points from the edges of a page to its codes, and the side of a code: see `exam.typ`."""
DPI: Final = 150
"""Of the blank page's raster."""
COARSE: Final = 50
PATCHES: Final = 64
MOST_RESIDUAL: Final = 1.0
"""In points, at the 90th percentile of the patches that did not make the map: 2.8 pixels at 200 dpi."""
MOST_APART: Final = 1.5
LEAST_MATCHED: Final = 0.55
_AS_LIKE: Final = 0.6
_STRAYS: Final = 0.6
"""Points by which a patch strays that counts half."""
_ROUNDS: Final = 4
_FEW: Final = 7
"""Patches by which a part of the page is judged."""
_FAR: Final = 12.0
_NEAR: Final = 0.4
"""A residual at which no second look is needed."""


@dataclass(frozen=True)
class Blank:
    """A printed page: its raster at `DPI`, and points in it that stand out, spread over the page."""

    raster: Gray
    spots: NDArray[np.int64]
    coarse: Gray
    coarse_spots: NDArray[np.int64]

    @property
    def size(self) -> tuple[float, float]:
        """Width and height in points."""
        height, width = self.raster.shape
        return width * 72 / DPI, height * 72 / DPI


@dataclass(frozen=True)
class Registration:
    """Where a page lies, and how well that is shown."""

    map: Map
    residual: float
    """In points, at the 90th percentile of patches that did not make the map."""
    matched: float
    """The share of patches that were found where they should be."""
    quarters: int
    """In how many quarters of the page."""
    apart: float
    """By how much, in points, maps by one half of the patches and by the other differ, where they differ most."""

    @property
    def holds(self) -> bool:
        """Whether crops may be cut by it."""
        far_off = self.residual > MOST_RESIDUAL or self.apart > MOST_APART
        return not far_off and self.matched >= LEAST_MATCHED and self.quarters >= 3


def blank_page(raster: Gray) -> Blank:
    """A printed page, from its raster at `DPI`."""
    cv2 = opencv()

    half, coarse = (cv2.resize(raster, None, fx=it, fy=it, interpolation=cv2.INTER_AREA) for it in (0.5, COARSE / DPI))
    spots = _standing_out(half, PATCHES, DPI // 2, 9)
    return Blank(raster, 2 * spots, coarse, spots[:40] * 2 * COARSE // DPI)


def _standing_out(raster: Gray, count: int, dpi: int, radius: float) -> NDArray[np.int64]:
    """Points of a raster that stand out, at most a few in each cell of a grid, but for its rim."""
    cv2 = opencv()

    scale = dpi / 72
    rim = round((radius + 2) * scale)
    mask = np.zeros_like(raster)
    mask[rim:-rim, rim:-rim] = 255
    found: Any = cv2.goodFeaturesToTrack(
        cv2.GaussianBlur(raster, (0, 0), 1), 12 * count, 0.03, 9 * scale, mask=mask, blockSize=max(3, round(3 * scale))
    )
    points: NDArray[np.int64] = (
        np.zeros((0, 2), np.int64) if found is None else np.rint(found.reshape(-1, 2)).astype(np.int64)
    )
    height, width = raster.shape
    cells: dict[tuple[int, int], int] = {}
    kept: list[NDArray[np.int64]] = []
    most = max(2, count // 12)
    for it in points:
        cell = (int(it[0] * 4 // width), int(it[1] * 5 // height))
        if cells.get(cell, 0) < most:
            cells[cell] = cells.get(cell, 0) + 1
            kept.append(it)
    return np.array(kept, np.int64).reshape(-1, 2)


def register(page: Gray, blank: Blank, found: Sequence[Found]) -> Registration:
    """Where a printed page lies on a scan on which codes were found."""
    starts = _by_codes(found, blank)
    return _best(page, blank, starts, (30, 14))


def register_unread(page: Gray, blank: Blank) -> Registration:
    """Where a printed page may lie on a scan without a code that can be read, in one of four turns."""
    height, width = page.shape
    wide, tall = blank.size
    corners = np.array([(0, 0), (width, 0), (width, height), (0, height)], float)
    printed = np.array([(0, 0), (wide, 0), (wide, tall), (0, tall)], float)
    starts = [cast("Map", _affine(printed, np.roll(corners, turn, axis=0))) for turn in range(4)]
    return _best(page, blank, starts, (40, 24, 14))


def _best(page: Gray, blank: Blank, starts: Iterable[Map], reaches: Sequence[float]) -> Registration:
    tried: list[Registration] = []
    for start in starts:
        made = _refined(page, blank, start, reaches)
        tried.append(made)
        if made.holds:
            break
    return min(tried, key=lambda it: (not it.holds, -it.matched, it.residual))


def _refined(page: Gray, blank: Blank, start: Map, reaches: Sequence[float]) -> Registration:
    """A map made better step by step: from far with a coarse raster, then near with a fine one."""
    found = start
    for reach in reaches:
        points, seen = _matched(page, blank.coarse, blank.coarse_spots, COARSE, found, 16, reach)
        made = _fitted(points, seen, found, 3.0, affine=len(points) < 20)
        found = found if made is None else made
    for reach in (6, 3):
        points, seen = _matched(page, blank.raster, blank.spots, DPI, found, 9, reach)
        if len(points) < 16:
            break
        shown = _shown(page, blank, found, points, seen)
        if shown is None:
            break
        if reach == 3 or shown.residual < _NEAR:
            return shown
        found = shown.map
    return Registration(found, np.inf, 0, 0, np.inf)


def _shown(page: Gray, blank: Blank, found: Map, points: Points, seen: Points) -> Registration | None:
    """The map by all patches, and what two maps by a half each say of it; None where patches do not agree.

    A map without perspective, which strays less where there are no patches, is taken unless it fits much worse.
    """
    made: list[tuple[float, Map, Points, float]] = []
    astray, by = _astray(page, blank, found, points)
    for affine in (True, False):
        maps = [_agreed(points[i], seen[i], found, affine=affine) for i in (slice(0, None, 2), slice(1, None, 2))]
        maps.append(_agreed(points, seen, found, affine=affine))
        fits = [it for it in maps if it is not None]
        if len(fits) < len(maps):
            continue
        off = np.zeros(len(points))
        for i, half in enumerate(fits[:2]):
            back = mapped(_inverse(half), mapped(found, seen[1 - i :: 2]))
            off[1 - i :: 2] = np.linalg.norm(back - points[1 - i :: 2], axis=1)
        between = [mapped(_inverse(a), mapped(b, _grid(blank))) - _grid(blank) for a, b in combinations(fits, 2)]
        apart = max([float(np.linalg.norm(it, axis=1).max()) for it in between])
        made.append((_residual(points, off, astray, by), fits[2], off, apart))
    if not made:
        return None
    residual, whole, off, apart = made[0] if len(made) == 1 or made[0][0] < 1.3 * made[1][0] + 0.02 else made[1]
    wide, tall = blank.size
    quarters = {(x > wide / 2, y > tall / 2) for x, y in points[off < MOST_RESIDUAL]}
    share = len(points) / len(blank.spots)
    return Registration(whole, residual, share * float((off < 2).mean()), len(quarters), apart)


def _residual(points: Points, off: NDArray[np.float64], astray: Points, by: NDArray[np.float64]) -> float:
    """By how much patches are off: all but a tenth of those that were found, and most of any few that follow each other
    down the page, with those that were found only farther away.
    """
    each = np.append(off, by)[np.argsort(np.append(points[:, 1], astray[:, 1]), kind="stable")]
    few = np.lib.stride_tricks.sliding_window_view(each, min(_FEW, len(each)))
    return max(float(np.percentile(off, 90)), float(np.median(few, axis=1).max()))


def _astray(page: Gray, blank: Blank, found: Map, points: Points) -> tuple[Points, NDArray[np.float64]]:
    """Patches that are not where a map says and stand farther away, with how far in points.

    What stands nowhere says nothing: it is torn off, written over, or too coarse.
    """
    there = {*map(tuple, np.rint(points * DPI / 72).astype(int).tolist())}
    lost = np.array([it for it in blank.spots.tolist() if tuple(it) not in there], np.int64).reshape(-1, 2)
    at, seen = _matched(page, blank.raster, lost, DPI, found, 9, _FAR)
    return at, np.linalg.norm(seen - at, axis=1)


def _inverse(found: Map) -> Map:
    return np.linalg.inv(found).astype(np.float64)


def _grid(blank: Blank) -> Points:
    """Points all over the part of a page that is written on."""
    wide, tall = blank.size
    return np.array([(x, y) for x in np.linspace(45, wide - 45, 4) for y in np.linspace(45, tall - 45, 5)])


def _by_codes(found: Sequence[Found], blank: Blank) -> list[Map]:
    """Maps by the corners of codes: by both as far as they go, then by each alone."""
    wide, tall = blank.size
    source: list[Points] = []
    target: list[Points] = []
    for it in found:
        x, y = (EDGE, EDGE) if it.code.corner == "A" else (wide - 2 * EDGE, tall - 2 * EDGE)
        source.append(np.array([(x, y), (x + EDGE, y), (x + EDGE, y + EDGE), (x, y + EDGE)]))
        target.append(it.corners)
    maps: list[Map | None] = []
    if len(found) > 1:
        maps += [
            _affine(np.concatenate(source), np.concatenate(target)),
            _perspective(np.concatenate(source), np.concatenate(target)),
        ]
    maps += [_similar(a, b) for a, b in zip(source, target, strict=True)]
    return [it for it in maps if it is not None]


def _matched(
    page: Gray, raster: Gray, spots: NDArray[np.int64], dpi: int, found: Map, radius: float, reach: float
) -> tuple[Points, Points]:
    """Patches of a raster, found again on a scan that a map brings to it: where each stands, and where it was seen, in
    points of the page.
    """
    cv2 = opencv()

    scale = dpi / 72
    height, width = raster.shape
    r, q = round(radius * scale), round(reach * scale)
    way = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP

    def brought(x: int, y: int, size: tuple[int, int]) -> Gray:
        """The scan as it lies over a part of the raster."""
        corner = np.array([[1 / scale, 0, x / scale], [0, 1 / scale, y / scale], [0, 0, 1]])
        return cv2.warpPerspective(page, found @ corner, size, flags=way, borderValue=(255,))

    whole = brought(0, 0, (width + q, height + q)) if dpi == COARSE else None
    at: list[tuple[float, float]] = []
    seen: list[tuple[float, float]] = []
    for x, y in spots.tolist():
        x0, x1, y0, y1 = max(x - r, 0), min(x + r + 1, width), max(y - r, 0), min(y + r + 1, height)
        left, up = min(q, x0), min(q, y0)
        if whole is None:
            window = brought(x0 - left, y0 - up, (x1 - x0 + left + q, y1 - y0 + up + q))
        else:
            window = whole[y0 - up : y1 + q, x0 - left : x1 + q]
        scores = cv2.matchTemplate(window, raster[y0:y1, x0:x1], cv2.TM_CCOEFF_NORMED)
        _, best, _, (mx, my) = cv2.minMaxLoc(scores)
        if best < _AS_LIKE or not (0 < mx < scores.shape[1] - 1 and 0 < my < scores.shape[0] - 1):
            continue
        dx = mx - left + _top(scores[my, mx - 1], scores[my, mx], scores[my, mx + 1])
        dy = my - up + _top(scores[my - 1, mx], scores[my, mx], scores[my + 1, mx])
        at.append((x / scale, y / scale))
        seen.append(((x + dx) / scale, (y + dy) / scale))
    return np.array(at).reshape(-1, 2), np.array(seen).reshape(-1, 2)


def _top(before: float, here: float, after: float) -> float:
    """Where between two neighbors a parabola through three scores has its top."""
    bend = float(before) - 2 * float(here) + float(after)
    return 0.0 if abs(bend) < 1e-6 else 0.5 * (float(before) - float(after)) / bend


def _fitted(points: Points, seen: Points, found: Map, within: float, *, affine: bool = False) -> Map | None:
    """A map under which points lie where they were seen, most of them within so many points; None where few agree."""
    cv2 = opencv()

    if len(points) < 6:
        return None
    points, seen = np.ascontiguousarray(points), np.ascontiguousarray(seen)
    if affine:
        made, agree = cv2.estimateAffine2D(points, seen, method=cv2.RANSAC, ransacReprojThreshold=within)
        made = None if made is None else np.vstack([made, [0, 0, 1]])
    else:
        made, agree = cv2.findHomography(points, seen, cv2.RANSAC, within)
    if made is None or int(agree.sum()) < 6:
        return None
    return found @ cast("Map", made)


def _agreed(points: Points, seen: Points, found: Map, *, affine: bool) -> Map | None:
    """A map on which patches agree that were all seen near: by least squares, where one counts less the more it strays.

    None is left out, so that many in one part of a page do not outvote the few in another.
    """
    if len(points) < 6:
        return None
    middle, size = points.mean(0), 300.0
    a, b = (points - middle) / size, (seen - middle) / size
    plain, none = np.column_stack([a, np.ones(len(a))]), np.zeros((len(a), 3))
    rows = np.concatenate([np.hstack([plain, none]), np.hstack([none, plain])])
    if not affine:
        rows = np.hstack([rows, -np.concatenate([b[:, :1] * a, b[:, 1:] * a])])
    sought = np.concatenate([b[:, 0], b[:, 1]])
    if np.linalg.matrix_rank(rows.T @ rows) < rows.shape[1]:
        return None
    made, weighed = np.eye(3), rows
    for _ in range(_ROUNDS):
        solved = np.linalg.solve(weighed.T @ rows, weighed.T @ sought)
        made = np.append(solved, [0, 0, 1] if affine else [1]).reshape(3, 3)
        off = ((mapped(made, a) - b) ** 2).sum(1) * size**2
        weighed = rows / np.tile(1 + off / _STRAYS**2, 2)[:, None]
    back = np.array([[1 / size, 0, -middle[0] / size], [0, 1 / size, -middle[1] / size], [0, 0, 1]])
    return found @ _inverse(back) @ made @ back


def _affine(source: Points, target: Points) -> Map | None:
    solved, _, rank, _ = np.linalg.lstsq(np.column_stack([source, np.ones(len(source))]), target, rcond=None)
    return np.vstack([solved.T, [0, 0, 1]]) if rank == 3 else None


def _perspective(source: Points, target: Points) -> Map | None:
    cv2 = opencv()

    made, _ = cv2.findHomography(source, target, 0)
    return None if made is None else cast("Map", np.asarray(made, float))


def _similar(source: Points, target: Points) -> Map | None:
    """The best map of turning, scaling and shifting."""
    a, b = source - source.mean(0), target - target.mean(0)
    z, w = a[:, 0] + 1j * a[:, 1], b[:, 0] + 1j * b[:, 1]
    if not (norm := float((abs(z) ** 2).sum())):
        return None
    turn = complex((z.conj() * w).sum() / norm)
    linear = np.array([(turn.real, -turn.imag), (turn.imag, turn.real)])
    shift = target.mean(0) - linear @ source.mean(0)
    return np.vstack([np.column_stack([linear, shift]), [0, 0, 1]])


def mapped(found: Map, points: Points) -> Points:
    """Points of a page in pixels of its scan.

    >>> mapped(np.diag([2.0, 2.0, 1.0]), np.array([(1.0, 3.0)])).tolist()
    [[2.0, 6.0]]
    """
    made = np.column_stack([points, np.ones(len(points))]) @ found.T
    return made[:, :2] / made[:, 2:]
