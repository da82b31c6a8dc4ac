"""Handwriting of a sort: an alphabet of single strokes of our own, with each writer's slant, pen and jitter."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from markscheme.scan.libraries import opencv

cv2 = opencv()
Gray: TypeAlias = NDArray[np.uint8]
Stroke: TypeAlias = Sequence[tuple[float, float]]


def _arc(x: float, y: float, rx: float, ry: float, start: float, end: float) -> list[tuple[float, float]]:
    """Points of an arc, in degrees from the right on, clockwise on the page."""
    steps = max(4, int(abs(end - start) / 24))
    angles = [math.radians(start + (end - start) * i / steps) for i in range(steps + 1)]
    return [(x + rx * math.cos(it), y + ry * math.sin(it)) for it in angles]


# A letter's width, and its strokes: x to the right, y from 0 (top) to 1 (line), below it more than 1.
ALPHABET: dict[str, tuple[float, list[Stroke]]] = {
    "0": (0.6, [_arc(0.3, 0.5, 0.27, 0.5, -80, 285)]),
    "1": (0.35, [[(0.05, 0.25), (0.2, 0), (0.2, 1)]]),
    "2": (0.6, [[*_arc(0.3, 0.28, 0.26, 0.28, -170, 30), (0.04, 1), (0.58, 0.98)]]),
    "3": (0.58, [[*_arc(0.27, 0.25, 0.24, 0.25, -160, 90), *_arc(0.27, 0.74, 0.28, 0.26, -85, 155)]]),
    "4": (0.62, [[(0.4, 0), (0.04, 0.66), (0.6, 0.64)], [(0.43, 0.3), (0.42, 1)]]),
    "5": (0.6, [[(0.52, 0.02), (0.12, 0.02), (0.08, 0.45), *_arc(0.27, 0.68, 0.28, 0.31, -115, 150)]]),
    "6": (0.6, [[(0.48, 0.02), *_arc(0.5, 0.68, 0.42, 0.6, -125, -180), *_arc(0.31, 0.72, 0.24, 0.27, 180, -190)]]),
    "7": (0.58, [[(0.04, 0.03), (0.55, 0.02), (0.22, 1)]]),
    "8": (0.58, [[*_arc(0.29, 0.25, 0.22, 0.24, 60, -240), *_arc(0.29, 0.74, 0.26, 0.26, -70, 250)]]),
    "9": (0.58, [[*_arc(0.29, 0.28, 0.23, 0.27, -10, -370), (0.5, 0.4), (0.44, 1)]]),
    "[": (0.34, [[(0.3, -0.1), (0.08, -0.1), (0.08, 1.12), (0.3, 1.12)]]),
    "]": (0.34, [[(0.04, -0.1), (0.26, -0.1), (0.26, 1.12), (0.04, 1.12)]]),
    "(": (0.3, [_arc(0.36, 0.5, 0.26, 0.68, -115, -245)]),
    ")": (0.3, [_arc(-0.06, 0.5, 0.26, 0.68, -65, 65)]),
    ",": (0.25, [[(0.15, 0.92), (0.13, 1.02), (0.04, 1.2)]]),
    ".": (0.22, [[(0.1, 0.95), (0.13, 1.0)]]),
    "-": (0.45, [[(0.04, 0.55), (0.4, 0.53)]]),
    "+": (0.5, [[(0.04, 0.55), (0.44, 0.55)], [(0.24, 0.33), (0.24, 0.77)]]),
    "/": (0.45, [[(0.42, -0.08), (0.04, 1.1)]]),
    "=": (0.5, [[(0.04, 0.42), (0.42, 0.41)], [(0.04, 0.66), (0.42, 0.65)]]),
    "x": (0.5, [[(0.05, 0.4), (0.45, 1)], [(0.45, 0.4), (0.04, 1)]]),
    "*": (0.3, [[(0.12, 0.55), (0.16, 0.58)]]),
    " ": (0.32, []),
    "?": (0.5, [[*_arc(0.25, 0.22, 0.2, 0.22, -170, 60), (0.25, 0.7)], [(0.25, 0.95), (0.26, 1.0)]]),
}
# Words are not read: each letter of them is one of a few loops.
_LOOPS: list[tuple[float, list[Stroke]]] = [
    (0.5, [[*_arc(0.25, 0.75, 0.2, 0.25, -40, -360), (0.47, 1)]]),
    (0.4, [[(0.05, 0.5), (0.06, 1), *_arc(0.2, 0.72, 0.15, 0.22, 180, 360), (0.36, 1)]]),
    (0.35, [[(0.15, -0.05), (0.15, 0.85), *_arc(0.27, 0.85, 0.12, 0.15, 180, 60)]]),
    (0.45, [[(0.05, 0.78), *_arc(0.22, 0.76, 0.18, 0.24, 0, -290)]]),
]


@dataclass(frozen=True)
class Hand:
    """How somebody writes."""

    slant: float
    width: float
    jitter: float
    pen: float
    """In points."""
    ink: int
    seed: int

    @classmethod
    def drawn(cls, rng: np.random.Generator) -> Hand:
        """Somebody's."""
        return cls(float(rng.normal(0.08, 0.14)), float(rng.uniform(0.85, 1.2)), float(rng.uniform(0.012, 0.03)),
                   float(rng.uniform(0.7, 1.4)), int(rng.integers(15, 110)), int(rng.integers(2**31)))  # fmt: skip

    def strokes(self, text: str, rng: np.random.Generator) -> tuple[float, list[NDArray[np.float64]]]:
        """How wide a text is, in heights of a digit, and its strokes."""
        x = 0.0
        found: list[NDArray[np.float64]] = []
        own = np.random.default_rng(self.seed)
        habits = {it: own.normal(0, 0.02, 4) for it in sorted(ALPHABET)}
        for letter in text:
            width, strokes = ALPHABET.get(letter) or _LOOPS[ord(letter) % len(_LOOPS)]
            tilt, grow, up, wide = habits.get(letter, np.zeros(4)) + rng.normal(0, 0.02, 4)
            for it in strokes:
                points = _smooth(np.array(it, float))
                points = points + _wobble(len(points), self.jitter, rng)
                y = (points[:, 1] - 0.5) * (1 + grow) + 0.5 + up
                across = points[:, 0] * self.width * (1 + wide) + (1 - y) * (self.slant + tilt)
                found.append(np.column_stack([x + across, y]))
            x += (width + 0.12) * self.width * (1 + float(rng.normal(0, 0.05)))
        return x, found


def _smooth(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """More points along a stroke."""
    lengths: NDArray[np.float64] = np.linalg.norm(np.diff(points, axis=0), axis=1)
    steps: NDArray[np.float64] = np.concatenate([np.zeros(1), np.cumsum(lengths)])
    at = np.linspace(0, float(steps[-1]), max(4, int(float(steps[-1]) / 0.06)))
    return np.column_stack([np.interp(at, steps, points[:, 0]), np.interp(at, steps, points[:, 1])])


def _wobble(count: int, amount: float, rng: np.random.Generator) -> NDArray[np.float64]:
    """A shift that changes slowly along a stroke."""
    knots = rng.normal(0, amount, (max(2, count // 5 + 1), 2))
    at = np.linspace(0, len(knots) - 1, count)
    return np.column_stack([np.interp(at, np.arange(len(knots)), knots[:, i]) for i in range(2)])


def write(page: Gray, hand: Hand, text: str, box: tuple[float, float, float, float], rng: np.random.Generator,
          *, dpi: int = 200, most: float = 13) -> None:  # fmt: skip
    """Write a text into a box (x, y, width, height in points), in lines where it says so, as large as fits."""
    x, y, width, height = box
    lines = [hand.strokes(line, rng) for line in text.split("\n")]
    size = min(most, height / (1.45 * len(lines)), *[width / max(it, 0.1) for it, _ in lines])
    for i, (wide, strokes) in enumerate(lines):
        left = x + (width - wide * size) * float(rng.uniform(0.2, 0.8))
        top = y + (height - 1.45 * size * len(lines)) * float(rng.uniform(0.3, 0.7)) + 1.45 * size * i + 0.2 * size
        for it in strokes:
            stroke(page, it * size + (left, top), hand.pen, hand.ink, dpi)


def stroke(page: Gray, points: Any, pen: float, ink: int, dpi: int = 200) -> None:
    """A stroke of a pen through points of a page."""
    scale = dpi / 72
    at = np.rint(np.asarray(points) * scale * 16).astype(np.int32)
    layer = np.full_like(page, 255)
    x0, y0 = np.maximum(at.min(0) // 16 - 12, 0)
    x1, y1 = at.max(0) // 16 + 12
    part = layer[y0:y1, x0:x1]
    if part.size:
        cv2.polylines(
            part,
            [at - [x0 * 16, y0 * 16]],
            isClosed=False,
            color=ink,
            thickness=max(1, round(pen * scale)),
            lineType=cv2.LINE_AA,
            shift=4,
        )
        page[y0:y1, x0:x1] = np.minimum(page[y0:y1, x0:x1], part)


def scribble(page: Gray, hand: Hand, box: tuple[float, float, float, float], rng: np.random.Generator) -> None:
    """Working that nobody reads."""
    x, y, width, height = box
    for _ in range(int(rng.integers(3, 9))):
        left, top = x + rng.uniform(0, 0.7) * width, y + rng.uniform(0.05, 0.85) * height
        text = "".join(rng.choice([*"0123456789+-=x()[]/ "], int(rng.integers(4, 16))))
        write(page, hand, text, (left, top, 0.3 * width, 14), rng, most=9)


def mark_square(page: Gray, kind: str, box: tuple[float, float, float, float], rng: np.random.Generator) -> None:
    """Mark a square in one of the ways in which people do."""
    x, y, side, _ = box
    ink, pen = int(rng.integers(15, 90)), float(rng.uniform(0.7, 1.4))

    def off(amount: float = 1.0) -> float:
        return float(rng.normal(0, amount))

    def draw(*points: tuple[float, float], ink: int = ink, pen: float = pen) -> None:
        stroke(page, np.array(points), pen, ink)

    match kind:
        case "cross" | "light":
            light: dict[str, Any] = {"ink": int(rng.integers(115, 150)), "pen": 0.9} if kind == "light" else {}
            draw((x + off(), y + off()), (x + side + off(), y + side + off()), **light)
            draw((x + side + off(), y + off()), (x + off(), y + side + off()), **light)
        case "tick":
            draw((x + 1 + off(), y + side * 0.55 + off()), (x + side * 0.4 + off(0.6), y + side + off(0.6)),
                 (x + side * 1.3 + off(2), y - side * 0.4 + off(2)))  # fmt: skip
        case "fill":
            for row in np.arange(0.5, side, 0.9):
                draw((x + 0.4 + off(0.4), y + row + off(0.3)), (x + side - 0.4 + off(0.4), y + row + off(0.3)))
        case "scrawl":
            draw(*[(x + side * i / 7, y + (side if i % 2 else 0) + off(0.8)) for i in range(8)])
        case "corrected":
            mark_square(page, "fill", box, rng)
            for _ in range(3):
                draw((x - 3 + off(), y - 3 + off()), (x + side + 3 + off(), y + side + 3 + off()), pen=1.3)
                draw((x + side + 3 + off(), y - 3 + off()), (x - 3 + off(), y + side + 3 + off()), pen=1.3)
        case "dot":
            a, b = x + float(rng.uniform(1.5, 6)), y + float(rng.uniform(1.5, 6))
            draw((a, b), (a + 0.5, b + 0.4), pen=0.8)
        case "dash":
            draw((x - 7 + off(), y + 4 + off()), (x + 0.6 + off(0.4), y + 5 + off()))
        case _:
            pass
