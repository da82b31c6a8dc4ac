"""Filters: edge and blur filters on photographs, those of the exam and such as are trained.

The filters of the exam are tried on two photographs, in gray and at half their size. Where a photograph has an edge,
and which way it runs, is judged by its slope over windows of 7×7, whatever the filter says. The key's filter answers
vertical edges several times as strongly as horizontal ones, and those between nearly by the cosine of their angle: it
is no detector of vertical edges alone. A filter that is trained to tell vertical edges from horizontal ones, from
random numbers, comes close to that of the key, up to its sign.

The plain mean of nine pixels blurs: hardly anything is left of detail below four pixels, while shapes and mean stay as
they were. But it does not only damp. Stripes of one pixel come out reversed, light for dark, as a mean of three of them
counts one of the pixel's own kind and two of the other. With weights that fall off from the middle, as of a Gaussian,
they vanish. What is trained to take noise from photographs becomes a blur too: no weight is negative, they sum to
nearly 1, and the pixel itself weighs most.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction
from math import pi
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits, conv2d

from markscheme.core.errors import MarkschemeError
from markscheme.labs.engine.charts import COLORS, bare, mean, panel
from markscheme.labs.engine.lab import Lab, Measured, Rows
from markscheme.labs.engine.trial import Trial
from markscheme.labs.networks import optimizer_for
from markscheme.labs.photographs import PHOTOGRAPHS, crops, photograph
from markscheme.mechanisms.convolution import (
    center_weighted,
    compass_kernel,
    convolution_layer,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

KEY = "-1 0 1; -1 0 1; -1 0 1"
MEAN = "1/9 1/9 1/9; 1/9 1/9 1/9; 1/9 1/9 1/9"
GAUSSIAN = "1/16 2/16 1/16; 2/16 4/16 2/16; 1/16 2/16 1/16"
NUMBER = re.compile(r"[+-]?([0-9]{1,9}(\.[0-9]{0,9})?|\.[0-9]{1,9}|[0-9]{1,9}/[1-9][0-9]{0,8})")
ANGLES = 9
"""How many bins of angles there are between an upright edge and a level one."""
lab = Lab(
    "filters",
    title="Filters",
    source="EECS 182 midterm, Spring 2023, question 3(b) and (c)",
    problems=("convolution/edge_filter", "convolution/blur_filter"),
    text="""
    Edge and blur filters on photographs, those of the exam or your own, and filters that are trained. Which edges does
    a filter answer, and what does a blur remove?
    """,
)


def read_kernel(text: str) -> list[list[float]]:
    """A filter from text: rows separated by semicolons; whole numbers, decimals or fractions by spaces.

    >>> read_kernel("0 1/4 0; .25 0 0.25; 0 1/4 0")[1]
    [0.25, 0.0, 0.25]

    Raises `MarkschemeError` for what is no 3×3 of numbers, and where all are 0.
    """
    rows = [row.replace(",", " ").split() for row in text.replace("−", "-").split(";")]
    if [len(row) for row in rows] != [3, 3, 3] or not all(NUMBER.fullmatch(entry) for row in rows for entry in row):
        raise MarkschemeError(f"a filter is three rows of three numbers, such as {KEY!r} or {MEAN!r}, not {text!r}")
    kernel = [[float(Fraction(entry)) for entry in row] for row in rows]
    if not any(map(any, kernel)):
        raise MarkschemeError("a filter of nothing but zeros answers nothing")
    return kernel


def filtered(x: Tensor, kernel: Any) -> Tensor:
    """What a filter gives, laid on each place where it fits."""
    return convolution_layer(x, torch.as_tensor(kernel, dtype=x.dtype, device=x.device)[None, None])


def slopes(x: Tensor) -> tuple[Tensor, Tensor]:
    """The size of a picture's slope over windows of 7×7, and the angle of its edge: 0 upright, π/2 level."""
    box = [[float(share) for share in row] for row in center_weighted(3, Fraction(1, 9))]
    smooth = filtered(filtered(x, box), box)
    across = smooth[..., 1:-1, 2:] - smooth[..., 1:-1, :-2]
    down = smooth[..., 2:, 1:-1] - smooth[..., :-2, 1:-1]
    return torch.hypot(across, down), torch.atan2(down.abs(), across.abs())


def strong_edges(x: Tensor, share: float) -> tuple[Tensor, Tensor, Tensor]:
    """Slope, angle, and where the slope is among the steepest of its picture."""
    slope, angle = slopes(x)
    least = torch.quantile(slope.flatten(1), 1 - share, dim=1)
    return slope, angle, slope >= least[:, None, None, None]


@lab.experiment()
def edges(trial: Trial, *, edge_kernel: str = KEY, side: int = 128) -> Measured:
    """An edge filter on photographs: its answer to edges of each direction, for their slope."""
    kernel = read_kernel(edge_kernel)
    x = crops(trial, "crops", 2, side)
    slope, angle, strong = strong_edges(x, 0.2)
    answer = filtered(x, kernel).abs()[..., 2:-2, 2:-2]
    bins = (angle * (2 * ANGLES / pi)).long().clamp(max=ANGLES - 1)
    places = [strong & (bins == k) for k in range(ANGLES)]
    return {
        "kernel": kernel,
        "by_angle": [float(answer[it].sum() / slope[it].sum()) for it in places],
    }


@lab.experiment(quick={"steps": 60})
def learned_edges(trial: Trial, *, side: int = 128, steps: int = 600, rate: float = 0.1) -> Measured:
    """A filter that is trained to tell upright edges from level ones, by the square of its answer."""
    x = crops(trial, "crops", 2, side)
    slope, angle, strong = strong_edges(x, 0.2)
    windows = x[..., 2:-2, 2:-2].unfold(2, 3, 1).unfold(3, 3, 1).flatten(4) / slope[..., None]
    told = strong & ((angle < pi / 9) | (angle > 7 * pi / 18))
    data, upright = windows[told], (angle[told] < pi / 4).to(x.dtype)
    kernel = trial.tensor(0.3 * trial.random("start").standard_normal(9), double=True).requires_grad_()
    bias = torch.zeros((), dtype=x.dtype, device=x.device, requires_grad=True)
    optimizer = optimizer_for("Adam", [kernel, bias], rate)
    for _ in range(steps):
        optimizer.zero_grad()
        binary_cross_entropy_with_logits((data @ kernel).square() + bias, upright).backward()
        optimizer.step()
    right = ((data @ kernel).square() + bias > 0) == (upright > 0.5)
    found = (kernel / kernel.norm()).detach().reshape(3, 3)
    key = trial.tensor([[float(entry) for entry in row] for row in compass_kernel((0, 1))], double=True)
    cosine = float((found * key).sum() / key.norm())
    return {
        "kernel": (found if cosine > 0 else -found).tolist(),
        "cosine": abs(cosine),
        "accuracy": float(right.to(x.dtype).mean()),
    }


@lab.experiment()
def blurs(trial: Trial, *, blur_kernel: str = MEAN, other_kernel: str = GAUSSIAN, side: int = 128) -> Measured:
    """Two blurs on photographs: what they leave of each frequency, and of the mean."""
    x = crops(trial, "crops", 2, side)
    inner = x[..., 1:-1, 1:-1]
    before = spectrum(inner)
    down = torch.fft.fftfreq(side - 2, device=x.device).abs()[:, None]
    across = torch.fft.fftfreq(side - 2, device=x.device).abs()
    stripes = torch.where(down < 0.06, (across * 40).long().clamp(max=19), -1).expand_as(before[0, 0])
    radius = torch.hypot(down, across)
    found: Measured = {}
    for name, text in (("blur", blur_kernel), ("other", other_kernel)):
        kernel = read_kernel(text)
        y = filtered(x, kernel)
        after = spectrum(y)
        power, kept = before.abs().square().sum((0, 1)), (after * before.conj()).real.sum((0, 1))
        left = after.abs().square().sum((0, 1))
        found[name] = {
            "kernel": kernel,
            "gain": [float(kept[stripes == k].sum() / power[stripes == k].sum()) for k in range(20)],
            "fine": float(left[radius > 1 / 4].sum() / power[radius > 1 / 4].sum()),
            "coarse": float(left[radius < 1 / 32].sum() / power[radius < 1 / 32].sum()),
            "mean": float((y.mean() - inner.mean()).abs() / inner.mean()),
        }
    return found


def spectrum(x: Tensor) -> Tensor:
    """Fourier transforms of pictures without their means, faded out toward the borders."""
    fade = torch.hann_window(x.shape[-1], dtype=x.dtype, device=x.device)
    return torch.fft.fft2((x - x.mean((2, 3), keepdim=True)) * fade[:, None] * fade)


@lab.experiment(quick={"steps": 60})
def learned_blur(trial: Trial, *, noise: float = 0.2, steps: int = 500, rate: float = 0.02) -> Measured:
    """A 3×3 filter that is trained to take noise from photographs."""
    rng = trial.random("noise")
    clean = crops(trial, "crops", 128, 24)
    kernel = trial.tensor(0.3 * trial.random("start").standard_normal((1, 1, 3, 3)), double=True).requires_grad_()
    optimizer = optimizer_for("Adam", [kernel], rate)
    for step in range(steps):
        x = clean[8 * step % 128 :][:8]
        noisy = x + noise * trial.tensor(rng.standard_normal(tuple(x.shape)), double=True)
        optimizer.zero_grad()
        (conv2d(noisy, kernel) - x[..., 1:-1, 1:-1]).square().mean().backward()
        optimizer.step()
    return {"kernel": kernel.detach()[0, 0].tolist()}


EDGE, BLUR = lab.problems
PICTURES = "photographs"


def upright(row: Measured) -> float:
    """The answer to edges within 20° of upright."""
    return mean(row["by_angle"][:2])


lab.claims("the filter detects vertical edges", {"photographs; −1 0 1 in each row, or your own": edges.then(
    lambda row: upright(row) / mean(row["by_angle"][-2:]))}, effect="answer to vertical edges, over horizontal",
    above=1,
    because="a filter of no direction answers both alike", problem=EDGE, printed=True)  # fmt: skip
lab.claims("it answers vertical edges alone",
           {PICTURES: edges.then(lambda row: row["by_angle"][ANGLES // 2] / upright(row))},
           effect="answer to slanting edges (45°), over vertical", below=0.5, because="half of it is no silence",
           problem=EDGE)  # fmt: skip
lab.claims("a filter trained to tell vertical edges from horizontal ones resembles the key's",
           {PICTURES: learned_edges["cosine"]},
           effect="cosine between the two, up to sign", above=0.63, problem=EDGE,
           because="of random filters 95 % have less, as there are nine weights")  # fmt: skip
lab.claims("blurring involves averaging a pixel's value with those of its neighbors",
           {"all weights 1/9, or your own": blurs["blur"]["fine"]},
           effect="power of detail below 4 pixels, after over before",
           below=1, because="blurring leaves less detail", problem=BLUR, printed=True)  # fmt: skip
lab.claims("it leaves coarse shapes more than detail",
           {"all weights 1/9, or your own": blurs["blur"]["coarse"] - blurs["blur"]["fine"]}, problem=BLUR,
           effect="power after over before, above 32 pixels − below 4")  # fmt: skip
lab.claims("a filter trained to remove noise is a blur: no weight is negative",
           {PICTURES: learned_blur["kernel"].then(lambda kernel: min(map(min, kernel)))}, problem=BLUR,
           effect="smallest weight")  # fmt: skip
lab.claims("a filter trained to remove noise is a blur: its weights sum to nearly 1",
           {PICTURES: learned_blur["kernel"].then(lambda kernel: sum(map(sum, kernel)))}, problem=BLUR,
           effect="their sum",
           above=0.95, below=1.05, because="within a twentieth")  # fmt: skip


@lab.identity(
    "the mean of nine damps fine stripes, and does not reverse them", "upright stripes of one pixel", problem=BLUR
)
def _() -> tuple[bool, str]:
    return sum(_stripes(MEAN)) > 0, f"it makes −{-_stripes(MEAN)[1]} of 1: light and dark change places"


@lab.identity("weights 1 2 1; 2 4 2; 1 2 1 damp fine stripes, and do not reverse them", "upright stripes of one pixel",
              problem=BLUR)  # fmt: skip
def _() -> tuple[bool, str]:
    return _stripes(GAUSSIAN)[1] >= 0, "they make 0 of 1"


def _stripes(kernel: str) -> list[Fraction]:
    """What a filter makes of rows −1 1 −1 1 …, exactly: at a pixel of −1, and at one of 1."""
    left, middle, right = (
        sum(map(Fraction, it), Fraction()) for it in zip(*[row.split() for row in kernel.split(";")], strict=True)
    )
    return [left + right - middle, middle - left - right]


@lab.figure("A photograph, and the answer of the edge filter (gray is none). Below: its answer to edges, for their "
            "slope, by their direction (dotted: a cosine); the filter; and one that was trained to tell vertical "
            "edges from horizontal ones.", edges, learned_edges, problems=(EDGE,), size=(7.2, 4.4))  # fmt: skip
def edge_answers(figure: Figure, rows: Rows) -> str:
    """Pictures, the answer by the edge's direction, and filters."""
    panels = figure.subplot_mosaic("ppaa\nggkl", height_ratios=(1.15, 1))
    picture, kernel = _scene(4), rows(edges["kernel"])[0]
    _show(panels["p"], picture, "photograph")
    answer = filtered(torch.from_numpy(picture)[None, None], kernel)[0, 0].numpy()
    most = float(np.quantile(np.abs(answer), 0.995)) or 1.0
    _show(panels["a"], answer, "answer of the edge filter", (-most, most))
    degrees = (np.arange(ANGLES) + 0.5) * 90 / ANGLES
    relative = [[it / (max(row) or 1.0) for it in row] for row in rows(edges["by_angle"])]
    panel(panels["g"], "", {"edge filter": relative}, degrees.tolist())
    panels["g"].plot(degrees, np.cos(np.radians(degrees)), color=COLORS[5], linestyle=":", linewidth=1)
    panels["g"].set(xlabel="direction of the edge", ylabel="answer, over the largest", ylim=(0, 1.08))
    panels["g"].set_xticks([0, 45, 90], ["0°\nvertical", "45°", "90°\nhorizontal"])
    _weights(panels["k"], kernel, "filter")
    _weights(panels["l"], rows(learned_edges["kernel"])[0], "trained filter")
    by_angle = np.mean(relative, 0)
    cosines = rows(learned_edges["cosine"])
    return (
        f"The filter's answer to edges, relative to its largest: {by_angle[0]:.2f} to vertical ones, "
        f"{by_angle[ANGLES // 2]:.2f} at 45°, {by_angle[-1]:.2f} to horizontal ones. The cosine between the trained "
        f"filter and that of the key is {mean(cosines):.2f} on average."
    )


@lab.figure("A photograph's detail, and what the blur leaves. Below: what two blurs leave of stripes, from coarse to "
            "fine: below 0 they come out reversed; the blur; and a filter that was trained to take noise away.",
            blurs, learned_blur, problems=(BLUR,), size=(7.2, 4.4))  # fmt: skip
def blurred(figure: Figure, rows: Rows) -> str:
    """Pictures, gains by frequency, and filters."""
    panels = figure.subplot_mosaic("ppaa\nggkl", height_ratios=(1.15, 1))
    picture, kernel = _scene(2)[70:134, 40:136], rows(blurs["blur"]["kernel"])[0]
    _show(panels["p"], picture[1:-1, 1:-1], "photograph")
    _show(panels["a"], filtered(torch.from_numpy(picture)[None, None], kernel)[0, 0].numpy(), "blurred")
    across = ((np.arange(20) + 0.5) / 40).tolist()
    gains = {name: rows(blurs[which]["gain"]) for name, which in (("blur", "blur"), ("1 2 1", "other"))}
    panel(panels["g"], "", gains, across, xlabel="upright stripes, cycles a pixel", ylabel="gain", legend="best")
    panels["g"].axhline(0, color=COLORS[5], linewidth=0.8)
    _weights(panels["k"], kernel, "blur")
    _weights(panels["l"], rows(learned_blur["kernel"])[0], "trained filter")
    fine = mean(rows(blurs["blur"]["fine"]))
    ends = [mean([row[-1] for row in it]) for it in gains.values()]
    weights = np.mean(rows(learned_blur["kernel"]), 0)
    return (
        f"Of the power of detail below four pixels the blur leaves {fine:.3f}. Its gain for the finest stripes is "
        f"{ends[0]:.2f}, that of the other blur {ends[1]:.2f}. The trained filter weighs the pixel itself "
        f"{weights[1, 1]:.2f} and its neighbors {weights.min():.2f} or more, on average."
    )


def _scene(part: int) -> NDArray[Any]:
    return photograph(PHOTOGRAPHS[0], part)


def _show(axes: Axes, picture: NDArray[Any], title: str, limits: tuple[float, float] = (0.0, 1.0)) -> None:
    """A picture in 64 grays, which keeps its file small."""
    low, high = limits
    grays = np.round(63 * (np.clip(picture, low, high) - low) / (high - low))
    axes.imshow(grays, vmin=0, vmax=63, interpolation="none")
    bare(axes, title)


def _weights(axes: Axes, kernel: Sequence[Sequence[float]], title: str) -> None:
    """A filter's weights as numbers on grays."""
    weights = np.asarray(kernel)
    most = float(np.abs(weights).max()) or 1.0
    axes.imshow(weights, vmin=-1.4 * most, vmax=1.4 * most, interpolation="none")
    for i, row in enumerate(weights.tolist()):
        for j, weight in enumerate(row):
            shown = f"{weight:.2f}".replace("-", "−")
            axes.text(
                j, i, shown, ha="center", va="center", fontsize=8, color="white" if weight < -most / 4 else "black"
            )
    bare(axes, title)
