"""What printing, handling and scanning do to a page, with the true map from its points to the pixels of the scan."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, get_args

import numpy as np
from numpy.typing import NDArray

from markscheme.scan.libraries import opencv

cv2 = opencv()
Gray: TypeAlias = NDArray[np.uint8]
Points: TypeAlias = NDArray[np.float64]
Level: TypeAlias = Literal["clean", "mild", "harsh", "photo"]
LEVELS: tuple[Level, ...] = get_args(Level)


@dataclass(frozen=True)
class Strength:
    """How strongly a level degrades."""

    turn: float
    """Degrees, at most."""
    scale: float
    shift: float
    """Inches."""
    upside_down: float
    """Of how many pages."""
    lost_corner: float
    one_bit: float
    folded: float
    holes: float
    shows_through: float
    shrunk: float
    """Of how many pages that were printed to fit."""
    blur: float
    noise: float
    jpeg: int
    shade: float
    jitter: float
    """Pixels at 200 dpi by which the feed of paper wavers."""
    tilt: float = 0
    """Of a camera, as a share of the page's width."""
    resolutions: tuple[int, ...] = (200,)


STRENGTHS: dict[Level, Strength] = {
    "clean": Strength(0.3, 0.002, 0, 0, 0, 0, 0, 0, 0, 0, 0.4, 2, 85, 0, 0),
    "mild": Strength(1.5, 0.015, 0.05, 0.25, 0, 0.1, 0, 0.1, 0.1, 0.1, 0.7, 5, 60, 0.12, 0, 0, (150, 200, 300)),
    "harsh": Strength(
        5, 0.03, 0.08, 0.25, 0.35, 0.2, 0.1, 0.3, 0.3, 0.2, 1.0, 10, 40, 0.35, 1.5, resolutions=(100, 150, 200, 300)
    ),
    "photo": Strength(8, 0.1, 0.1, 0.25, 0, 0, 0, 0.1, 0.2, 0.1, 0.9, 6, 70, 0.3, 0, tilt=0.09, resolutions=(220,)),
}  # fmt: skip


@dataclass(frozen=True)
class Scan:
    """A page as it comes from a scanner, and what was done to it."""

    page: Gray
    truth: Callable[[Points], Points]
    """From points of the page as it was set to pixels."""
    dpi: int
    done: dict[str, Any]


def scanned(page: Gray, rng: np.random.Generator, level: Level, behind: Gray | None = None) -> Scan:
    """A page at 200 dpi, degraded. `behind` may show through."""
    how = STRENGTHS[level]
    dpi = int(rng.choice(how.resolutions))
    page = page.copy()
    done: dict[str, Any] = {"dpi": dpi}
    if behind is not None and rng.random() < how.shows_through:
        page = _showing_through(page, behind, float(rng.uniform(0.06, 0.16)))
        done["shows through"] = True
    if rng.random() < how.holes:
        _punched(page, rng)
        done["holes"] = True
    if rng.random() < how.folded:
        _fold(page, rng)
        done["folded"] = True
    moved = _mapped(page.shape, rng, how, dpi, done)
    height, width = (round(it * dpi / 200) for it in page.shape)
    rim = int(rng.choice([255, 235, 30])) if level == "harsh" else 90 if level == "photo" else 250
    made = cv2.warpPerspective(page, moved, (width, height), flags=cv2.INTER_AREA, borderValue=(rim,))
    amount = float(rng.uniform(0.3, 1) * how.jitter * dpi / 200)
    phase, waves = float(rng.uniform(0, 6.28)), float(rng.uniform(0.5, 1.5))
    if amount:
        rows = np.arange(height, dtype=np.float32)
        aside = (amount * np.sin(2 * math.pi * rows / height * waves + phase)).astype(np.float32)
        columns = np.tile(np.arange(width, dtype=np.float32), (height, 1)) + aside[:, None]
        made = cv2.remap(made, columns, np.tile(rows[:, None], (1, width)), cv2.INTER_LINEAR, borderValue=(250,))
    if rng.random() < how.lost_corner:
        done["lost"] = _torn(made, rng, dpi)
    made = _exposed(made, rng, how, dpi)
    if rng.random() < how.one_bit:
        done["one bit"] = True
        made = np.where(made < rng.integers(120, 175), 0, 255).astype(np.uint8)
    else:
        _, packed = cv2.imencode(".jpg", made, [cv2.IMWRITE_JPEG_QUALITY, how.jpeg])
        made = np.asarray(cv2.imdecode(packed, cv2.IMREAD_GRAYSCALE), np.uint8)

    def truth(points: Points) -> Points:
        straight = np.column_stack([points * (200 / 72), np.ones(len(points))]) @ moved.T
        seen = straight[:, :2] / straight[:, 2:]
        seen[:, 0] -= amount * np.sin(2 * math.pi * seen[:, 1] / height * waves + phase)
        return seen

    return Scan(made, truth, dpi, done)


def _mapped(shape: tuple[int, ...], rng: np.random.Generator, how: Strength, dpi: int, done: dict[str, Any]) -> Points:
    """The map from a page at 200 dpi to its scan."""
    height, width = shape[:2]
    turned = float(rng.uniform(-how.turn, how.turn))
    upside_down = bool(rng.random() < how.upside_down)
    shrunk = float(rng.uniform(0.94, 0.97)) if rng.random() < how.shrunk else 1.0
    size = (1 + float(rng.uniform(-how.scale, how.scale))) * shrunk * (0.88 if how.tilt else 1)
    stretch = 1 + float(rng.uniform(-0.004, 0.004))
    angle = math.radians(turned + 180 * upside_down)
    c, s = math.cos(angle), math.sin(angle)
    about = np.array([[1, 0, -width / 2], [0, 1, -height / 2], [0, 0, 1.0]])
    turn = np.array([[c * size, -s * size * stretch, 0], [s * size, c * size * stretch, 0], [0, 0, 1.0]])
    dx, dy = rng.uniform(-how.shift, how.shift, 2) * 200
    back = np.array([[1, 0, width / 2 + dx], [0, 1, height / 2 + dy], [0, 0, 1.0]])
    moved = back @ turn @ about
    if how.tilt:
        corners = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
        tilted = corners + rng.uniform(-how.tilt, how.tilt, (4, 2)).astype(np.float32) * width * 0.5
        moved = np.asarray(cv2.getPerspectiveTransform(corners, tilted)) @ moved
    done |= {"turned": round(turned, 2), "upside down": upside_down, "size": round(size, 3)}
    return np.diag([dpi / 200, dpi / 200, 1.0]) @ moved


def _showing_through(page: Gray, behind: Gray, share: float) -> Gray:
    mirrored = cv2.GaussianBlur(cv2.flip(behind, 1), (0, 0), 2)
    return np.clip(page.astype(np.float32) - share * (255 - mirrored.astype(np.float32)), 0, 255).astype(np.uint8)


def _punched(page: Gray, rng: np.random.Generator) -> None:
    """Two holes at the left, and what a staple leaves."""
    height = page.shape[0]
    for y in (height / 2 - 315, height / 2 + 315):
        cv2.circle(page, (int(95 + rng.normal(0, 5)), int(y)), 24, int(rng.choice([20, 60, 180])), -1)
    x, y = (int(it) for it in rng.uniform(25, 60, 2))
    cv2.line(page, (x, y), (x + 50, y + int(rng.integers(-30, 30))), 90, 4)


def _fold(page: Gray, rng: np.random.Generator) -> None:
    """A crease across the page: a dark line with a light one beside it."""
    height, width = page.shape
    y = int(rng.uniform(0.3, 0.7) * height)
    slope = int(rng.normal(0, 15))
    cv2.line(page, (0, y), (width, y + slope), 150, 3)
    cv2.line(page, (0, y + 4), (width, y + slope + 4), 250, 2)


def _torn(page: Gray, rng: np.random.Generator, dpi: int) -> int:
    """Take a corner away; say which, clockwise from the upper left."""
    height, width = page.shape
    corner = int(rng.integers(4))
    x, y = [(0, 0), (width, 0), (width, height), (0, height)][corner]
    length = rng.uniform(0.7, 1.15) * dpi
    right, down = 1 if x == 0 else -1, 1 if y == 0 else -1
    triangle = np.array([(x, y), (x + right * length * rng.uniform(0.8, 1.3), y), (x, y + down * length)], np.int32)
    cv2.fillPoly(page, [triangle], int(rng.choice([255, 20])))
    return corner


def _exposed(page: Gray, rng: np.random.Generator, how: Strength, dpi: int) -> Gray:
    """Shade across the page, blur and noise."""
    height, width = page.shape
    made = page.astype(np.float32)
    if how.shade:
        gx, gy = rng.uniform(-1, 1, 2)
        rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
        slope = gx * (columns / width - 0.5) + gy * (rows / height - 0.5)
        made *= 1 - how.shade * (slope - slope.min())
    made = cv2.GaussianBlur(made, (0, 0), how.blur * float(rng.uniform(0.7, 1.2)) * dpi / 200)
    noise = rng.standard_normal((height, width), np.float32) * how.noise
    return np.clip(made + noise, 0, 255).astype(np.uint8)
