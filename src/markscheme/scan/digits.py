"""A digit written by hand into a box: how likely it is to be each of the ten. Trained by `tools/digits.py`."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from markscheme.scan.libraries import opencv
from markscheme.scan.received import Gray

FILE: Final = Path(__file__).with_suffix(".npz")
_LEAST_INK: Final = 0.012
"""The share of a box below which nothing is written in it."""
_RIM: Final = 0.13
"""The share of a box's sides along which stands what belongs to its neighbor, or to its frame."""
_ASIDE: Final = 4
"""Pixels by which a frame may lie aside of where it was printed."""
_AT_ONCE: Final = 128
"""Pictures that are looked at together: their windows are large."""
_FAINTEST: Final = 20.0
"""Levels of gray by which ink is darker than the paper."""


def likely(crop: Gray, blank: Gray) -> NDArray[np.float64]:
    """How likely a box's content is each digit: ten shares that add up to 1, all alike where nothing can be read.

    `crop` is the box as it was scanned, `blank` as it was printed.
    """
    written = digit_in(crop, blank)
    if written is None:
        return np.full(10, 0.1)
    return shares(written[None])[0]


def digit_in(crop: Gray, blank: Gray) -> NDArray[np.float32] | None:
    """What is written in a box, as the network takes it; None where it is nothing, or no one thing."""
    cv2 = opencv()

    if blank.shape != crop.shape:
        return None
    rows, columns = (round(it * _RIM) for it in crop.shape)
    inner = np.zeros(crop.shape, bool)
    inner[rows:-rows, columns:-columns] = True
    frame = cv2.erode(blank, np.ones((2 * _ASIDE + 1,) * 2, np.uint8)) < 200
    smooth = cv2.GaussianBlur(crop, (0, 0), 1.5).astype(np.float32)
    paper = float(np.median(smooth[inner]))
    dark = np.where(frame, 0, np.maximum(paper - smooth, 0))
    darkest = float(np.percentile(dark[inner], 98))
    grain = 1.48 * float(np.median(np.abs(smooth[inner] - paper)))
    if darkest < max(_FAINTEST, 5 * grain):
        return None
    seen = dark > max(0.4 * darkest, 3 * grain)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(seen.astype(np.uint8), connectivity=8)
    kept = np.zeros_like(seen)
    for i in range(1, count):
        own = labels == i
        if stats[i, cv2.CC_STAT_AREA] >= 0.004 * crop.size and (own & inner).sum() > 0.3 * own.sum():
            kept |= own
    if kept.mean() < _LEAST_INK:
        return None
    near = cv2.dilate(kept.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    return normal((np.where(near, np.clip(dark / darkest, 0, 1), 0) * 255).astype(np.uint8))


def normal(ink: Gray) -> NDArray[np.float32]:
    """Ink as the network takes it: 20 pixels at its longer side, its center of mass in the middle of 28 by 28."""
    cv2 = opencv()

    rows, columns = np.nonzero(ink > 40)
    if not len(rows):
        return np.zeros((28, 28), np.float32)
    box = ink[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1].astype(np.float32)
    factor = 20 / max(box.shape)
    size = (max(1, round(box.shape[1] * factor)), max(1, round(box.shape[0] * factor)))
    small: NDArray[np.float32] = cv2.resize(box, size, interpolation=cv2.INTER_AREA if factor < 1 else cv2.INTER_LINEAR)
    made = np.zeros((28, 28), np.float32)
    mass = max(float(small.sum()), 1e-6)
    down, across = small.sum(1), small.sum(0)
    y = round(14 - float(down @ np.arange(len(down))) / mass)
    x = round(14 - float(across @ np.arange(len(across))) / mass)
    y, x = min(max(y, 0), 28 - small.shape[0]), min(max(x, 0), 28 - small.shape[1])
    made[y : y + small.shape[0], x : x + small.shape[1]] = small
    return made / max(float(made.max()), 1.0)


def shares(pictures: NDArray[np.float32], *, doubt: float = 1) -> NDArray[np.float64]:
    """How likely pictures of shape (n, 28, 28) are each digit: shape (n, 10); less surely with more `doubt`."""
    some = [pictures[at : at + _AT_ONCE] for at in range(0, len(pictures), _AT_ONCE)]
    scores = np.concatenate([np.zeros((0, 10)), *map(_scores, some)]) / doubt
    likely = np.exp(scores - scores.max(1, keepdims=True, initial=-np.inf))
    return likely / likely.sum(1, keepdims=True)


def _scores(pictures: NDArray[np.float32]) -> NDArray[np.float64]:
    w = _weights()
    hidden = _pooled(_convolved(pictures[:, None], w["0.weight"], w["0.bias"]))
    hidden = _pooled(_convolved(hidden, w["3.weight"], w["3.bias"]))
    hidden = np.maximum(hidden.reshape(len(pictures), -1) @ w["8.weight"].T + w["8.bias"], 0)
    return (hidden @ w["11.weight"].T + w["11.bias"]).astype(float)


def _convolved(x: NDArray[np.float32], weight: NDArray[np.float32], bias: NDArray[np.float32]) -> NDArray[np.float32]:
    """A convolution and a ReLU: (n, c, h, w) to (n, f, h − k + 1, w − k + 1)."""
    windows = sliding_window_view(x, weight.shape[2:], (2, 3))
    made = np.tensordot(windows, weight, ([1, 4, 5], [1, 2, 3])) + bias
    return np.maximum(made.transpose(0, 3, 1, 2), 0)


def _pooled(x: NDArray[np.float32]) -> NDArray[np.float32]:
    n, c, h, w = x.shape
    return x.reshape(n, c, h // 2, 2, w // 2, 2).max((3, 5))


@cache
def _weights() -> dict[str, NDArray[np.float32]]:
    with np.load(FILE) as found:
        return {name: found[name].astype(np.float32) for name in found.files}
