"""Pictures on axes: point clouds, shrinkage factors, and losses as lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from math import ceil, cos, floor, log10, radians, sin
from typing import TypeAlias

from markscheme.exact import Interval
from markscheme.pictures.picture import Later, Picture
from markscheme.pictures.values import Real, digits, label, listed, node, said
from markscheme.text.notation import Listing, Number

_Box: TypeAlias = tuple[float, float, float, float]


def point_cloud(
    points: Sequence[tuple[Real, Real]],
    radius: Real | None = None,
    center: tuple[Real, Real] | None = None,
    *,
    names: Sequence[str] | None = None,
    chosen: Sequence[int] = (),
) -> Picture:
    """Points with their coordinates on light axes, if wanted with a circle of a radius around a center.

    The points are `x_1`, `x_2`, … unless `names` says otherwise. In the key, those `chosen` (indices, from 0, in the
    order of choice) carry their number.

    >>> picture = point_cloud([(0, 4), (0, 3)], radius=2, center=(0, 4), chosen=[1])
    >>> print(picture.alt)
    2 points in the plane: x_1 (0, 4), x_2 (0, 3). A dashed circle of radius r = 2 around (0, 4).
    >>> print(picture.alt_solution)
    2 points in the plane: x_1 (0, 4), x_2 (0, 3). A dashed circle of radius r = 2 around (0, 4). Chosen, in order: x_2.

    Raises `ValueError` if there are no points, or a radius comes without a center.
    """
    if not points:
        raise ValueError("a point cloud has at least one point")
    if (radius is None) != (center is None):
        raise ValueError("a circle has a radius and a center")
    names = [f"x_{i + 1}" for i in range(len(points))] if names is None else names
    told = [f"({digits(x)}, {digits(y)})" for x, y in points]
    called = [f"{said(name)} {told[i]}" for i, name in enumerate(names)] or told

    def data() -> dict[str, object]:
        r = float(radius or 0)
        around = [(float(center[0]) + s * r, float(center[1]) + s * r) for s in (-1, 1)] if center is not None else []
        spots = [(float(x), float(y)) for x, y in points]
        ranges = [_whole([spot[axis] for spot in spots + around]) for axis in (0, 1)]
        unit = min(30.0, 260 / (ranges[0][1] - ranges[0][0]), 190 / (ranges[1][1] - ranges[1][0]))
        hub = (float(center[0]) * unit, float(center[1]) * unit) if center is not None else (0.0, 0.0)
        ring = [(hub[0] + r * unit * cos(radians(a)), hub[1] + r * unit * sin(radians(a))) for a in range(0, 360, 5)]
        spots_drawn = [(x * unit, y * unit) for x, y in spots]
        widths = [4.0 * len(text) + 2 for text in called]
        sides, taken = _sides(spots_drawn, widths, ring if r else [], ranges[0][0] * unit)
        return {
            "points": [
                {
                    "x": spots[i][0],
                    "y": spots[i][1],
                    "name": label(names[i]) if i < len(names) else None,
                    "label": node(Listing((Number(digits(x)), Number(digits(y))), "(", ")")),
                    "side": sides[i],
                }
                for i, (x, y) in enumerate(points)
            ],
            "unit": unit,
            "room": 4.5 * max(map(len, called)) + 8,
            "angle": _clear_angle(hub, r * unit, taken),
            "circle": [float(center[0]), float(center[1]), r] if center is not None else None,
            "x": _axis(*ranges[0], "x", int((ranges[0][1] - ranges[0][0]) * unit / 26), grid=True),
            "y": _axis(*ranges[1], "y", int((ranges[1][1] - ranges[1][0]) * unit / 26), grid=True),
        }

    alt = f"{len(points)} {'points' if len(points) > 1 else 'point'} in the plane: {', '.join(called)}."
    if radius is not None and center is not None:
        alt += f" A dashed circle of radius r = {digits(radius)} around ({digits(center[0])}, {digits(center[1])})."
    if not chosen:
        return Picture("point-cloud", Later(data), alt)
    order = ", ".join(said(names[i]) if i < len(names) else told[i] for i in chosen)
    return Picture("point-cloud", Later(data), alt, {"chosen": list(chosen)}, f"{alt} Chosen, in order: {order}.")


def shrinkage(
    singular_values: Sequence[Real],
    lambda_range: Interval | None,
    *,
    kept: int,
    least: Real,
    most: Real,
    upto: Real | None = None,
    shown: bool = True,
) -> Picture:
    """The factor σ²/(σ²+λ) over λ for the two critical singular values: the last one kept and the first one not.

    `least` is the least factor for those kept, `most` the largest for the others. The key shades `lambda_range`
    (`None` if no λ will do). With `shown=False` the blank has the axes and the limits alone, to draw on.

    >>> picture = shrinkage([10, 8, 4, 1], Interval(1, 4), kept=3, least=Fraction(4, 5), most=Fraction(1, 2))
    >>> print(picture.alt)
    Two falling curves of the factor σ²/(σ²+λ) over λ from 0 to 8: a solid one for σ_3 = 4 and a dashed one for \
σ_4 = 1. Dotted lines stand at 0.8, the least factor for the kept directions, and at 0.5, the largest for the others.
    >>> print(picture.alt_solution.removeprefix(picture.alt))
     The range of λ that meets both is shaded: [1, 4].

    Raises `ValueError` unless there is a singular value on both sides of the cut.
    """
    if not 0 < kept < len(singular_values):
        raise ValueError(f"the number kept is between 1 and {len(singular_values) - 1}, not {kept}")
    critical = [(kept, singular_values[kept - 1]), (kept + 1, singular_values[kept])]
    if upto is None:
        upto = _nice(2 * float(critical[0][1]) ** 2 * (1 / float(least) - 1))
    curves = [
        {
            "square": float(sigma) ** 2,
            "kept": index <= kept,
            "label": {"base": "σ", "sub": str(index), "is": node(Number(digits(sigma)))},
        }
        for index, sigma in critical
    ]
    data: dict[str, object] = {
        "curves": curves,
        "limits": [
            {"at": float(least), "label": f"at least {digits(least)}"},
            {"at": float(most), "label": f"at most {digits(most)}"},
        ],
        "x": _axis(0, float(upto), "λ", 8),
        "y": _axis(0, 1, "factor", 5),
    }
    told = [f"σ_{index} = {digits(sigma)}" for index, sigma in critical]
    alt = (
        f"Two falling curves of the factor σ²/(σ²+λ) over λ from 0 to {digits(upto)}: a solid one for {told[0]} and a "
        f"dashed one for {told[1]}. Dotted lines stand at {digits(least)}, the least factor for the kept directions, "
        f"and at {digits(most)}, the largest for the others."
    )
    blank, blank_alt = data, alt
    if not shown:
        blank = {name: value for name, value in data.items() if name != "curves"}
        blank_alt = (
            f"Empty axes to draw on, for the factor σ²/(σ²+λ) over λ from 0 to {digits(upto)}. Dotted lines stand at "
            f"{digits(least)}, the least factor for the kept directions, and at {digits(most)}, the largest for "
            "the others."
        )
    if lambda_range is None:
        return Picture("shrinkage", blank, blank_alt, {"curves": curves, "range": None}, f"{alt} No λ meets both.")
    low, high = lambda_range.low, lambda_range.high
    ends = [
        {"at": float(end), "label": digits(end), "side": side}
        for end, side in ((low, "low"), (high, "high"))
        if end is not None and 0 <= end <= float(upto)
    ]
    shaded: dict[str, object] = {
        "low": 0.0 if low is None else float(low),
        "high": float(upto) if high is None else float(high),
        "ends": ends,
    }
    alt = f"{alt} The range of λ that meets both is shaded: {lambda_range}."
    return Picture("shrinkage", blank, blank_alt, {"curves": curves, "range": shaded}, alt)


def loss_lines(
    losses: Mapping[str, tuple[Real, Real]],
    *,
    against: str | None = None,
    upto: Real | None = None,
    shown: bool = True,
) -> Picture:
    """Losses a + bλ as lines over λ, one for each name and its (a, b); the key marks where the two lines cross.

    The key shades the λ at which `against` (the first, unless named) is not better than the other. With
    `shown=False` the blank has the axes alone, to draw on.

    >>> picture = loss_lines({"α": (0, 2), "β": (Decimal("0.001"), 1)})
    >>> print(picture.alt)
    Loss L_2 over λ from 0 to 0.002, two straight lines: α = 0 + 2 λ and β = 0.001 + 1 λ.
    >>> print(picture.alt_solution.removeprefix(picture.alt))
     They cross at λ = 0.001, where both are 0.002. Shaded: the λ from 0.001 on, where α is not better than β.

    Raises `ValueError` unless there are two lines that cross at a positive λ.
    """
    if len(losses) != 2:
        raise ValueError(f"two losses are compared, not {len(losses)}")
    (first, (a, b)), (second, (c, d)) = ((name, tuple(map(_exact, ab))) for name, ab in losses.items())
    if b == d or (c - a) / (b - d) <= 0:
        raise ValueError(f"the lines of {first} and {second} cross at a positive λ")
    tie = (c - a) / (b - d)
    against = first if against is None else against
    if against not in losses:
        raise ValueError(f"one of {listed(list(losses))} is compared with the other, not {against!r}")
    other = second if against == first else first
    end = _exact(upto) if upto is not None else _exact(_nice(2 * float(tie)))
    top = max(a + b * end, c + d * end, a, c)
    lines = [
        {
            "from": [0.0, float(p)],
            "to": [float(end), float(p + q * end)],
            "label": label(name),
            "style": style,
        }
        for style, (name, p, q) in enumerate(((first, a, b), (second, c, d)))
    ]
    data: dict[str, object] = {
        "x": _axis(0, float(end), "λ", 5),
        "y": _axis(0, float(top), r"\mathcal{L}_2", 5),
    }
    height = a + b * tie
    slope = {first: b, second: d}
    later = slope[against] > slope[other]  # the steeper line is the worse one after the crossing
    crossing: dict[str, object] = {
        "x": float(tie),
        "y": float(height),
        "better": [float(tie), float(end)] if later else [0.0, float(tie)],
        "label": {"base": "λ", "is": node(Number(digits(tie)))},
    }
    told = listed([f"{said(name)} = {digits(p)} + {digits(q)} λ" for name, (p, q) in losses.items()])
    axes = f"Loss L_2 over λ from 0 to {digits(end)}"
    full = f"{axes}, two straight lines: {told}."
    marked = (
        f" They cross at λ = {digits(tie)}, where both are {digits(height)}. Shaded: the λ "
        f"{'from' if later else 'up to'} {digits(tie)}{' on' if later else ''}, where {said(against)} is not better "
        f"than {said(other)}."
    )
    if shown:
        return Picture("loss-lines", {**data, "lines": lines}, full, {"crossing": crossing}, full + marked)
    return Picture(
        "loss-lines", data, f"{axes}: empty axes to draw on.", {"lines": lines, "crossing": crossing}, full + marked
    )


def accuracy_curves(panels: Mapping[str, Mapping[str, Sequence[float]]]) -> Picture:
    """Validation accuracy over epochs, from 0 on, in panels side by side: each with a title, and curves by their names.

    >>> print(accuracy_curves({"ReLU": {"A": [0.1, 0.9], "B": [0.1, 0.1]}}).alt)
    Validation accuracy over epochs. ReLU: A rises from 0.1 to 0.9 (on average 0.5); B from 0.1 to 0.1 (on average 0.1).

    Raises `ValueError` unless all curves have one length.
    """
    lengths = {len(curve) for curves in panels.values() for curve in curves.values()}
    if len(lengths) != 1 or lengths == {1}:
        raise ValueError(f"curves have one length of at least 2, not {sorted(lengths)}")
    (length,) = lengths
    told: list[str] = []
    for title, curves in panels.items():
        ends = [
            f"{name}{' rises' if curve[-1] > 2 * curve[0] else ''} from {digits(curve[0])} to {digits(curve[-1])} "
            f"(on average {sum(curve) / length:.2g})"
            for name, curve in curves.items()
        ]
        told.append(f"{title}: {'; '.join(ends)}.")

    def data() -> dict[str, object]:
        return {
            "x": _axis(0, length - 1, "epoch", 5),
            "y": _axis(0, 1, "accuracy", 5, grid=True),
            "panels": [
                {"title": title, "curves": [{"label": label(name), "points": list(c)} for name, c in curves.items()]}
                for title, curves in panels.items()
            ],
        }

    return Picture("accuracy-curves", Later(data), f"Validation accuracy over epochs. {' '.join(told)}")


def histogram(counts: Sequence[int], low: float, high: float, *, name: str, counted: str) -> Picture:
    """How many fall into each of as many equal parts of a range, from `low` to `high`, as bars.

    >>> print(histogram([1, 3, 0], 0, 30, name="marks", counted="students").alt)
    Students by marks: from 0 to 10: 1; from 10 to 20: 3; from 20 to 30: 0.

    Raises `ValueError` for no parts, or an empty range.
    """
    if not counts or not low < high:
        raise ValueError(f"a histogram has parts, and a range from low to high, not {len(counts)} from {low} to {high}")
    edges = [low + (high - low) * place / len(counts) for place in range(len(counts) + 1)]
    parts = zip(pairwise(edges), counts, strict=True)
    told = [f"from {edge:g} to {after:g}: {count}" for (edge, after), count in parts]
    data: dict[str, object] = {
        "x": _axis(low, high, name, 10),
        "y": _axis(0, max(4, *counts), counted, 4, grid=True),
        "counts": list(counts),
    }
    return Picture("histogram", data, f"{counted.capitalize()} by {name}: {'; '.join(told)}.")


def scatter(
    points: Sequence[tuple[float, float, str]], x: tuple[float, float, str], y: tuple[float, float, str]
) -> Picture:
    """Points on axes, each with its name or none; an axis is its ends and its name.

    >>> print(scatter([(40, 0.5, ""), (90, -0.1, "8 dx")], (0, 100, "earned"), (-0.2, 1, "with the rest")).alt)
    2 points, with the rest against earned. Among them: 8 dx (90, -0.1).
    """
    named = [f"{name} ({digits(round(at, 2))}, {digits(round(up, 2))})" for at, up, name in points if name]
    data: dict[str, object] = {
        "x": _axis(*x, 10),
        "y": _axis(*y, 5, grid=True),
        "points": [{"x": at, "y": up, "name": name} for at, up, name in points],
    }
    told = f" Among them: {', '.join(named)}." if named else ""
    return Picture("scatter", data, f"{len(points)} points, {y[2]} against {x[2]}.{told}")


def _exact(number: Real) -> Fraction:
    return Fraction(Decimal(repr(number))) if isinstance(number, float) else Fraction(number)


def _nice(number: float) -> Decimal:
    """The next round number from `number` on: 1, 1.5, 2, 3, 4, 5, 6, 8 times a power of ten."""
    power = floor(log10(number))
    scale = Decimal(1).scaleb(power)
    steps = ("1", "1.5", "2", "3", "4", "5", "6", "8", "10")
    return next(Decimal(step) * scale for step in steps if float(Decimal(step) * scale) >= number * (1 - 1e-9))


def _axis(low: float, high: float, name: str, about: int, *, grid: bool = False) -> dict[str, object]:
    """An axis with round numbers on it, at most `about` steps, and the room in points that they take at the left."""
    power = floor(log10((high - low) / about))
    step = next(
        Decimal(m) * Decimal(1).scaleb(e)
        for e in (power, power + 1)
        for m in ("1", "2", "2.5", "5")
        if float(Decimal(m) * Decimal(1).scaleb(e)) * about >= (high - low) * (1 - 1e-9)
    )
    first, last = ceil(low / float(step) - 1e-9), floor(high / float(step) + 1e-9)
    numbers = [i * step for i in range(first, last + 1)]
    return {
        "range": [low, high],
        "ticks": [{"at": float(number), "label": node(Number(digits(number)))} for number in numbers],
        "label": label(name),
        "grid": grid,
        "room": 22 + 4.2 * max(len(digits(number)) for number in numbers),
    }


def _whole(numbers: Sequence[float]) -> tuple[float, float]:
    """A range of whole numbers with some room around the numbers, and with zero if it is near."""
    low, high = min(numbers), max(numbers)
    room = max(0.5, (high - low) * 0.08)
    if 0 < low <= (high - low):
        low = 0
    return float(floor(low - room)), float(ceil(high + room))


def _sides(
    spots: Sequence[tuple[float, float]], widths: Sequence[float], ring: Sequence[tuple[float, float]], axis: float
) -> tuple[list[str], list[_Box]]:
    """For each point the side on which its label is clear of points, earlier labels, the ring, and the axis."""
    taken: list[_Box] = [(x - 4, y - 4, x + 4, y + 4) for x, y in spots]
    circle = [(x - 0.8, y - 0.8, x + 0.8, y + 0.8) for x, y in ring]
    beyond: _Box = (axis - 1e4, -1e4, axis, 1e4)
    sides: list[str] = []

    def places(x: float, y: float, width: float) -> Iterator[tuple[str, _Box]]:
        yield "right", (x + 6, y - 5, x + 6 + width, y + 5)
        yield "left", (x - 6 - width, y - 5, x - 6, y + 5)
        yield "above", (x - width / 2, y + 6, x + width / 2, y + 16)
        yield "below", (x - width / 2, y - 16, x + width / 2, y - 6)

    for i, (x, y) in enumerate(spots):
        others = [*taken[:i], *taken[i + 1 :], *circle, beyond]
        # min keeps the first of equals
        side, box = min(places(x, y, widths[i]), key=lambda place: _overlap(place[1], others))
        sides.append(side)
        taken.append(box)
    return sides, taken


def _overlap(box: _Box, others: Sequence[_Box]) -> float:
    """The area that a box shares with others, of each by itself."""
    left, low, right, high = box
    shared = 0.0
    for x0, y0, x1, y1 in others:
        if x0 < right and x1 > left and y0 < high and y1 > low:
            shared += (min(right, x1) - max(left, x0)) * (min(high, y1) - max(low, y0))
    return shared


def _clear_angle(hub: tuple[float, float], radius: float, taken: Sequence[_Box]) -> int:
    """The angle in degrees at which an arrow from the hub meets fewest points and labels."""

    def met(angle: int) -> int:
        spots = [(k / 12 * radius, radians(angle)) for k in range(3, 13)]
        ends = [(hub[0] + reach * cos(turn), hub[1] + reach * sin(turn)) for reach, turn in spots]
        return sum(x0 - 4 <= x <= x1 + 4 and y0 - 4 <= y <= y1 + 4 for x, y in ends for x0, y0, x1, y1 in taken)

    return min((40, 140, 220, 320, 20, 160, 200, 340, 65, 115, 245, 295), key=met)
