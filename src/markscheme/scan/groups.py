"""One answer across all copies, grouped by how it looks, so that a person types what stands there once for a group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from markscheme.scan.digits import normal, shares
from markscheme.scan.libraries import opencv, scipy
from markscheme.scan.received import Gray

ALIKE: Final = 0.45
"""The distance between looks, from 0 to about 1, up to which crops are in one group on average."""
NOTHING: Final = 0.0012
"""The share of a blank that is inked, up to which nothing is written there."""
MOST_SIGNS: Final = 40
DOUBT: Final = 4.0
"""By how much the reader of digits is doubted, which sees brackets and commas as well."""


@dataclass(frozen=True)
class Look:
    """How what is written looks: its signs from left to right, line by line, each as features that hands share."""

    counts: tuple[int, ...]
    """How many signs each line has; none where nothing is written."""
    signs: NDArray[np.float64]
    """Of each sign which digit it is like, how high, where and how wide it is: shape (signs, 13)."""

    @property
    def is_empty(self) -> bool:
        """Whether nothing is written."""
        return not self.counts


def looks_of(inks: Sequence[Gray]) -> list[Look]:
    """How each of some crops' ink looks: 0 where there is none, 255 where it is darkest."""
    found: list[list[list[_Sign]]] = [_lines(it) for it in inks]
    pictures = [normal(sign.ink) for lines in found for line in lines for sign in line]
    like = shares(np.stack(pictures), doubt=DOUBT) if pictures else np.zeros((0, 10))
    at = 0
    looks: list[Look] = []
    for lines in found:
        count = sum([len(line) for line in lines])
        own = np.array([sign.shape for line in lines for sign in line]).reshape(-1, 3)
        looks.append(Look(tuple([len(it) for it in lines]), np.column_stack([np.sqrt(like[at : at + count]), own])))
        at += count
    return looks


@dataclass(frozen=True)
class _Sign:
    ink: Gray
    shape: tuple[float, float, float]
    """Its height and the height of its middle, against its line, and the logarithm of its width by its height."""


def _lines(ink: Gray) -> list[list[_Sign]]:
    """The signs of each line of a crop."""
    cv2 = opencv()
    dark = (ink > 70).astype(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(dark, connectivity=8)
    kept = [i for i in range(1, count) if stats[i, cv2.CC_STAT_AREA] >= 5]
    if sum([int(stats[i, cv2.CC_STAT_AREA]) for i in kept]) <= NOTHING * ink.size or len(kept) > MOST_SIGNS:
        return [] if len(kept) <= MOST_SIGNS else [[_Sign(ink, (1, 0.5, 0))]]
    boxes = {i: tuple(int(stats[i, at]) for at in range(4)) for i in kept}
    rows = _apart([(y, y + h, i) for i, (_, y, _, h) in boxes.items()], 0.35)
    found: list[list[_Sign]] = []
    for row in rows:
        top = min([boxes[i][1] for i in row])
        tall = max([boxes[i][1] + boxes[i][3] for i in row]) - top
        line: list[_Sign] = []
        for parts in _apart([(boxes[i][0], boxes[i][0] + boxes[i][2], i) for i in row], 0.5):
            up, down = min([boxes[i][1] for i in parts]), max([boxes[i][1] + boxes[i][3] for i in parts])
            left, right = min([boxes[i][0] for i in parts]), max([boxes[i][0] + boxes[i][2] for i in parts])
            shape = ((down - up) / tall, ((up + down) / 2 - top) / tall, float(np.log((right - left) / (down - up))))
            box = (slice(up, down), slice(left, right))
            line.append(_Sign(np.where(np.isin(labels[box], parts), ink[box], 0), shape))
        found.append(line)
    return found


def _apart(spans: Sequence[tuple[int, int, int]], most: float) -> list[list[int]]:
    """Spans (from, to, number) in groups that overlap by more than a share of the shorter one, in order."""
    groups: list[tuple[int, int, list[int]]] = []
    for start, end, number in sorted(spans):
        if groups:
            first, last, members = groups[-1]
            if min(last, end) - start > most * min(end - start, last - first):
                groups[-1] = (first, max(last, end), [*members, number])
                continue
        groups.append((start, end, [number]))
    return [members for _, _, members in groups]


def grouped(looks: Sequence[Look]) -> list[list[int]]:
    """The numbers of looks that are alike: those without ink first of all, then the largest group."""
    shapes: dict[tuple[int, ...], list[int]] = {}
    for i, it in enumerate(looks):
        shapes.setdefault(it.counts, []).append(i)
    empty = shapes.pop((), [])
    found: list[list[int]] = []
    for members in shapes.values():
        found += _clusters(looks, members)
    return ([empty] if empty else []) + sorted(found, key=lambda it: (-len(it), it[0]))


def _clusters(looks: Sequence[Look], members: Sequence[int]) -> list[list[int]]:
    """Groups among looks with as many signs."""
    if len(members) < 2:
        return [[*members]]
    trees = scipy("cluster.hierarchy")
    signs = np.stack([looks[i].signs for i in members])
    apart = _apart_in_looks(signs, signs)
    tree = trees.linkage(apart[np.triu_indices(len(members), 1)], "average")
    numbers: list[int] = trees.fcluster(tree, ALIKE, "distance").tolist()
    found: dict[int, list[int]] = {}
    for i, number in zip(members, numbers, strict=True):
        found.setdefault(number, []).append(i)
    return [*found.values()]


def _apart_in_looks(some: NDArray[np.float64], others: NDArray[np.float64]) -> NDArray[np.float64]:
    """How far looks with as many signs are from others, by their most different sign: shape (some, others).

    Both have shape (looks, signs, features).
    """
    apart = np.zeros((len(some), len(others)))
    for at in range(some.shape[1]):
        apart = np.maximum(apart, np.minimum(_signs_apart(some[:, at], others[:, at]), _FARTHEST))
    return apart


def _signs_apart(some: NDArray[np.float64], others: NDArray[np.float64]) -> NDArray[np.float64]:
    """How far signs are from others, by which digits they are like and by their shapes: shape (some, others)."""
    digits = np.sqrt(np.maximum(1 - some[:, :10] @ others[:, :10].T, 0))
    return digits + np.abs(some[:, None, 10:] - others[None, :, 10:]) @ _WEIGHTS


def nearness(some: Sequence[Look], others: Sequence[Look]) -> float:
    """How far looks are from others, from 0, by the two most alike; one with as many signs is nearer than any else."""
    alike = [(one, other) for one in some for other in others if one.counts == other.counts]
    if alike:
        return min([float(_apart_in_looks(one.signs[None], other.signs[None])[0, 0]) for one, other in alike])
    pairs = [(one, other) for one in some[:_FEW] for other in others[:_FEW]]
    return _FARTHEST + min([_aligned(one.signs, other.signs) for one, other in pairs], default=np.inf)


def _aligned(some: NDArray[np.float64], others: NDArray[np.float64]) -> float:
    """How far signs are from others, by the best way to pair them in order, where a sign may have no partner."""
    best = _ALONE * np.arange(len(others) + 1)
    for row in _signs_apart(some, others):
        best = np.minimum(best + _ALONE, np.append(np.inf, best[:-1] + row))
        for j in range(1, len(best)):
            best[j] = min(best[j], best[j - 1] + _ALONE)
    return float(best[-1]) / max(len(some), len(others), 1)


_FARTHEST: Final = 1.5
_ALONE: Final = 0.5
"""How far a sign without a partner is."""
_FEW: Final = 2
"""Looks of each side that are aligned."""
_WEIGHTS: Final = np.array([0.5, 0.5, 0.12])


def sheet(crops: Sequence[tuple[str, Gray]], columns: int = 5, *, cell: tuple[int, int] = (360, 150)) -> Gray:
    """Crops beside each other, each with what is said of it above."""
    cv2 = opencv()

    wide, tall = cell
    head = 26
    rows = -(-len(crops) // columns)
    whole = np.full((rows * (tall + head + 8), columns * (wide + 8)), 255, np.uint8)
    for i, (said, crop) in enumerate(crops):
        y, x = i // columns * (tall + head + 8), i % columns * (wide + 8)
        factor = min(wide / crop.shape[1], tall / crop.shape[0], 2.0)
        small = cv2.resize(crop, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
        cv2.putText(whole, said, (x + 4, y + 19), cv2.FONT_HERSHEY_SIMPLEX, 0.55, 0, 1, cv2.LINE_AA)
        whole[y + head : y + head + small.shape[0], x : x + small.shape[1]] = small
        cv2.rectangle(whole, (x, y + head), (x + wide, y + head + tall), 170, 1)
    return whole
