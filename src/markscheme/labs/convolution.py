"""Convolution: edge and blur filters on photographs, gaps in kernels, and what a pixel of a trained net really sees.

The filters of the exam are tried on two photographs, in gray and at half their size. Where a photograph has an edge,
and which way it runs, is judged by its slope over windows of 7×7, whatever the filter says. The key's filter answers
vertical edges several times as strongly as horizontal ones, and those between nearly by the cosine of their angle: it
is no detector of vertical edges alone. On a photograph turned by a quarter turn its strongest answer stays about the
same, as photographs have edges both ways; to judge a filter by that takes a picture of one edge. A filter that is
trained to tell vertical edges from horizontal ones, from random numbers, comes close to that of the key, up to its
sign.

The plain mean of nine pixels blurs: hardly anything is left of detail below four pixels, while shapes and mean stay as
they were. But it does not only damp. Stripes of one pixel come out reversed, light for dark, as a mean of three of them
counts one of the pixel's own kind and two of the other. With weights that fall off from the middle, as of a Gaussian,
they vanish. What is trained to take noise from photographs becomes a blur too: no weight is negative, they sum to
nearly 1, and the pixel itself weighs most.

To dilate a kernel by d is to put d − 1 zeros into each gap. So ends a dense kernel that is trained to do on random
images what a dilated one does; trained on the 2×2 ones of the exam, it gives 20 on the exam's matrix.

Receptive fields are measured in trained networks: the pixels of the input are changed one at a time, and the output is
compared. For a layer with d = 1 and one with d = 2 above it, just the pixels of a square of 7×7 count, as printed. That
the field is the region whose pixels affect the output holds there; with d = 2 twice the field is 9×9, and only every
other row and column of it counts.

In deep stacks much of the field has little to say. Far more paths lead through the layers to the middle of the field
than to its corners, so the influence falls off like a bell (Luo, Li, Urtasun and Zemel, "Understanding the effective
receptive field in deep convolutional neural networks", 2016), before training and after. Four layers of growing
dilation have the same field as eight plain ones, and spread the influence wider in it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction
from functools import cache
from itertools import pairwise
from math import pi
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import adaptive_avg_pool2d, binary_cross_entropy_with_logits, conv2d

from markscheme.core.errors import MarkschemeError
from markscheme.labs.engine.charts import COLORS, curves, mean
from markscheme.labs.engine.lab import Lab, Measured
from markscheme.labs.engine.trial import Trial
from markscheme.labs.networks import optimizer_for
from markscheme.mechanisms.convolution import (
    center_weighted,
    compass_kernel,
    convolution_layer,
    dilate,
    receptive_field,
)
from markscheme.mechanisms.initialization import variance

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.random import Generator
    from numpy.typing import NDArray

PHOTOGRAPHS = ("china.jpg", "flower.jpg")
KEY = "-1 0 1; -1 0 1; -1 0 1"
MEAN = "1/9 1/9 1/9; 1/9 1/9 1/9; 1/9 1/9 1/9"
GAUSSIAN = "1/16 2/16 1/16; 2/16 4/16 2/16; 1/16 2/16 1/16"
NUMBER = re.compile(r"[+-]?([0-9]{1,9}(\.[0-9]{0,9})?|\.[0-9]{1,9}|[0-9]{1,9}/[1-9][0-9]{0,8})")
ANGLES = 9
"""How many bins of angles there are between an upright edge and a level one."""
PAPER_INPUT = [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 9.0]]
STACKS = {"paper": (1, 2), "undilated": (1, 1), "holes": (2, 2), "growing": (1, 1, 2, 4)}
"""Dilations of stacks of 3×3 kernels, from the input on; `fields` adds a plain one."""

lab = Lab(
    "convolution",
    title="Convolution",
    source="EECS 182 midterm, Spring 2023, question 3",
    problems=(
        "convolution/edge_filter",
        "convolution/blur_filter",
        "convolution/dilated",
        "convolution/receptive_field",
    ),
    text="""
    Edge and blur filters on photographs, those of the exam or your own; filters and stacks of convolutions that are
    trained. Which edges does a filter answer, what does a blur remove, and what does an output pixel depend on?
    """,
)


def read_kernel(text: str) -> list[list[float]]:
    """A filter from text: rows parted by semicolons; whole numbers, decimals or fractions by spaces.

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


@cache
def photograph(name: str, part: int = 2) -> NDArray[Any]:
    """One of scikit-learn's photographs in gray from 0 to 1, each side divided by `part`."""
    from sklearn.datasets import load_sample_image  # noqa: PLC0415 (it needs Pillow)

    gray = torch.from_numpy(cast("NDArray[Any]", load_sample_image(name)).mean(2) / 255)
    height, width = gray.shape
    return adaptive_avg_pool2d(gray[None], (height // part, width // part))[0].numpy()


def crops(trial: Trial, purpose: str, count: int, side: int) -> Tensor:
    """Squares of the photographs at random, by turns of each, as count × 1 × side × side."""
    photographs = [photograph(name) for name in PHOTOGRAPHS]
    most = min(min(it.shape) for it in photographs)
    if not 8 <= side <= most:
        raise MarkschemeError(f"a square of a photograph has a side from 8 to {most}, not {side}")
    rng = trial.random(purpose)
    found: list[NDArray[Any]] = []
    for place in range(count):
        picture = photographs[place % len(photographs)]
        top, left = (int(rng.integers(length - side + 1)) for length in picture.shape)
        found.append(picture[top : top + side, left : left + side])
    return trial.tensor(np.stack(found)[:, None], double=True)


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
    """An edge filter on photographs: its answer to edges of each direction, for their slope; and to turned pictures."""
    kernel = read_kernel(edge_kernel)
    x = crops(trial, "crops", 2, side)
    slope, angle, strong = strong_edges(x, 0.2)
    answer = filtered(x, kernel).abs()[..., 2:-2, 2:-2]
    bins = (angle * (2 * ANGLES / pi)).long().clamp(max=ANGLES - 1)
    places = [strong & (bins == k) for k in range(ANGLES)]
    turned = filtered(torch.rot90(x, -1, (2, 3)), kernel).abs()
    return {
        "kernel": kernel,
        "by_angle": [float(answer[it].sum() / slope[it].sum()) for it in places],
        "turned": float(turned.amax((1, 2, 3)).mean() / answer.amax((1, 2, 3)).mean()),
    }


@lab.experiment(quick={"steps": 400})
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


@lab.experiment(quick={"steps": 400})
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


@lab.experiment()
def gaps(trial: Trial, *, steps: int = 100) -> Measured:
    """Dense kernels trained to do on random images what dilated ones do: 2×2 ones at d = 2; a random one at d = 3."""
    ones = torch.ones(2, 2, dtype=torch.float64)
    paper = _imitated(trial, ones, 2, steps)
    rng = trial.random("kernel")
    signs = rng.choice((-1.0, 1.0), (3, 3))
    random = _imitated(trial, torch.from_numpy(signs * rng.uniform(0.5, 1.5, (3, 3))), 3, steps)
    used = (random.abs() > 0.01 * random.abs().max()).any(0).nonzero().flatten().tolist()
    dilated = trial.tensor([[float(entry) for entry in row] for row in dilate([(1, 1), (1, 1)], 2)], double=True)
    return {
        "from_dilated": float((paper - dilated).abs().max()),
        "answer": float(filtered(trial.tensor(PAPER_INPUT, double=True)[None, None], paper)),
        "gap": mean([float(after - before - 1) for before, after in pairwise(used)]),
    }


def _imitated(trial: Trial, kernel: Tensor, dilation: int, steps: int) -> Tensor:
    """The dense kernel that learns from a dilated one, by gradient descent from random numbers."""
    teacher, side = kernel.to(trial.device)[None, None], dilation * (len(kernel) - 1) + 1
    rng = trial.random(f"images {dilation}")
    student = trial.tensor(rng.standard_normal((1, 1, side, side)), double=True).requires_grad_()
    optimizer = optimizer_for("SGD", [student], 0.2, momentum=0.0)
    for _ in range(steps):
        x = trial.tensor(rng.standard_normal((16, 1, side + 7, side + 7)), double=True)
        optimizer.zero_grad()
        (conv2d(x, student) - convolution_layer(x, teacher, dilation=dilation)).square().mean().backward()
        optimizer.step()
    return student.detach()[0, 0]


class Stack:
    """3×3 convolutions with ReLU between them, without padding, from He weights; one channel goes in and one out."""

    def __init__(self, dilations: Sequence[int], channels: int, rng: Generator, device: str) -> None:
        self.dilations = tuple(dilations)
        self.field = receptive_field([3] * len(dilations), [1] * len(dilations), dilations)[-1]
        widths = [1, *[channels] * (len(dilations) - 1), 1]
        self.kernels = [
            torch.from_numpy(
                rng.standard_normal((fan_out, fan_in, 3, 3), dtype="float32")
                * np.float32(float(variance("He", 9 * fan_in, 9 * fan_out)) ** 0.5)
            ).to(device).requires_grad_()
            for fan_in, fan_out in pairwise(widths)
        ]  # fmt: skip
        self.biases = [torch.zeros(len(kernel), device=device, requires_grad=True) for kernel in self.kernels]

    @property
    def parameters(self) -> list[Tensor]:
        """Kernels, then biases."""
        return [*self.kernels, *self.biases]

    def __call__(self, x: Tensor) -> Tensor:
        for kernel, bias, dilation in zip(self.kernels, self.biases, self.dilations, strict=True):
            h = x if kernel is self.kernels[0] else torch.relu(x)
            x = conv2d(h, kernel.to(h.dtype), bias.to(h.dtype), dilation=dilation)
        return x


@lab.experiment(quick={"steps": 40, "layers": 6, "channels": 6, "batch": 16, "watched": 2})
def fields(
    trial: Trial, *, layers: int = 8, channels: int = 8, steps: int = 120, batch: int = 32, rate: float = 0.01,
    noise: float = 0.2, watched: int = 3,
) -> Measured:  # fmt: skip
    """Stacks of 3×3 convolutions that learn to take noise from photographs: which pixels move an output pixel, and how
    much, before training and after.
    """
    found: Measured = {}
    for name, dilations in {**STACKS, "plain": (1,) * max(1, layers)}.items():
        stack = Stack(dilations, channels, trial.random(f"weights {name}"), trial.device)
        margin = 2
        seen = _noisy(crops(trial, f"watched {name}", watched, stack.field + 2 * margin), noise, trial.random("seen"))
        before = influence(stack, seen)
        _denoise(trial, stack, name, (steps, batch, rate, noise))
        after = influence(stack, seen)
        inner = after[margin:-margin, margin:-margin]
        moved = after > 1e-12 * after.max()
        rows = moved.any(1).nonzero().flatten().tolist()
        columns = moved.any(0).nonzero().flatten().tolist()
        found[name] = {
            "formula": stack.field,
            "side": max(rows[-1] - rows[0], columns[-1] - columns[0]) + 1 if rows else 0,
            "moved": float((inner > 1e-12 * after.max()).double().mean()),
            "map": [[float(f"{share:.3g}") for share in row] for row in (inner / inner.sum()).tolist()],
            "spread": [spread(it[margin:-margin, margin:-margin]) for it in (before, after)],
            "within": [within(it[margin:-margin, margin:-margin]) for it in (before, after)],
        }
    return found


def _noisy(x: Tensor, noise: float, rng: Generator) -> Tensor:
    return x + noise * torch.from_numpy(rng.standard_normal(tuple(x.shape))).to(x.device)


def _denoise(trial: Trial, stack: Stack, name: str, how: tuple[int, int, float, float]) -> None:
    """Train a stack to give the middle of noisy pictures without their noise."""
    steps, batch, rate, noise = how
    border = stack.field // 2
    clean = crops(trial, f"training {name}", 256, stack.field + 8).float()
    rng = trial.random(f"batches {name}")
    optimizer = optimizer_for("Adam", stack.parameters, rate)
    for _ in range(steps):
        x = clean[torch.from_numpy(rng.integers(len(clean), size=batch)).to(clean.device)]
        added = trial.tensor(rng.standard_normal(tuple(x.shape), dtype="float32"))
        optimizer.zero_grad()
        (stack(x + noise * added) - x[..., border:-border, border:-border]).square().mean().backward()
        optimizer.step()


def influence(stack: Stack, images: Tensor, step: float = 0.5) -> Tensor:
    """By how much the output pixel in the middle moves, on average, when one pixel of the input is changed."""
    side = images.shape[-1]
    count, middle = side * side, (side - stack.field) // 2
    total = torch.zeros(side, side, dtype=images.dtype, device=images.device)
    changes = step * torch.eye(count, dtype=images.dtype, device=images.device).reshape(count, 1, side, side)
    with torch.no_grad():
        for image in images:
            outputs = stack(torch.cat([image[None], image + changes]))[:, 0, middle, middle]
            total += (outputs[1:] - outputs[0]).abs().reshape(side, side)
    return total / len(images)


def spread(shares: Tensor) -> float:
    """How far influence lies from the middle, root mean square, over what it would be were it even in the field."""
    side = len(shares)
    away = torch.arange(side, dtype=shares.dtype, device=shares.device) - side // 2
    squares = away.square() + away.square()[:, None]
    return float(((shares * squares).sum() / shares.sum() / squares.mean()).sqrt())


def within(shares: Tensor) -> list[float]:
    """The part of all influence in each square around the middle, from the one pixel to the whole field."""
    half = len(shares) // 2
    return [
        float(shares[half - k : half + k + 1, half - k : half + k + 1].sum() / shares.sum()) for k in range(half + 1)
    ]


EDGE, BLUR, DILATED, FIELD = lab.problems


def upright(by_angle: Sequence[float]) -> float:
    """The answer to edges within 20° of upright."""
    return mean(by_angle[:2])


@lab.claim("the edge filter detects vertical edges", printed=True,
           number="answer to vertical edges, over horizontal", above=2, problem=EDGE,
           where="photographs; −1 0 1 in each row, or your own")  # fmt: skip
def _(edges: Measured) -> float:
    return upright(edges["by_angle"]) / mean(edges["by_angle"][-2:])


@lab.claim("it answers vertical edges alone", number="answer to slanting edges (45°), over vertical", below=0.25,
           problem=EDGE, where="photographs")  # fmt: skip
def _(edges: Measured) -> float:
    return edges["by_angle"][ANGLES // 2] / upright(edges["by_angle"])


@lab.claim("it answers a picture turned by a quarter turn at most half as strongly", below=0.5, problem=EDGE,
           number="strongest answer to the turned picture, over that to the picture",
           where="photographs, which have edges both ways")  # fmt: skip
def _(edges: Measured) -> float:
    return edges["turned"]


@lab.claim("a filter trained to tell vertical edges from horizontal ones becomes the key's", above=0.8, problem=EDGE,
           number="cosine between the two", where="photographs")  # fmt: skip
def _(learned_edges: Measured) -> float:
    return learned_edges["cosine"]


@lab.claim("averaging a pixel's value with those of its neighbors blurs", printed=True, problem=BLUR,
           number="power of detail below 4 pixels, after over before", below=0.15,
           where="all weights 1/9, or your own")  # fmt: skip
def _(blurs: Measured) -> float:
    return blurs["blur"]["fine"]


@lab.claim("it leaves coarse shapes as they are", problem=BLUR, above=0.95,
           number="power of shapes above 32 pixels, after over before",
           where="all weights 1/9, or your own")  # fmt: skip
def _(blurs: Measured) -> float:
    return blurs["blur"]["coarse"]


@lab.claim("it keeps the mean of a picture", problem=BLUR, number="change of the mean, relative", below=0.01,
           where="all weights 1/9, or your own")  # fmt: skip
def _(blurs: Measured) -> float:
    return blurs["blur"]["mean"]


@lab.claim("fine stripes are damped, and not reversed", problem=BLUR, number="lowest gain of a frequency",
           above=-0.1, where="all weights 1/9, or your own")  # fmt: skip
def _(blurs: Measured) -> float:
    return min(blurs["blur"]["gain"])


@lab.claim("fine stripes are damped, and not reversed", problem=BLUR, number="lowest gain of a frequency", above=-0.1,
           where="weights 1 2 1; 2 4 2; 1 2 1, over 16")  # fmt: skip
def _(blurs: Measured) -> float:
    return min(blurs["other"]["gain"])


@lab.claim("a filter trained to remove noise is a blur: no weight is negative", problem=BLUR, number="smallest weight",
           above=0, where="photographs")  # fmt: skip
def _(learned_blur: Measured) -> float:
    return min(map(min, learned_blur["kernel"]))


@lab.claim("a filter trained to remove noise is a blur: its weights sum to 1", problem=BLUR, number="their sum",
           above=0.95, below=1.05, where="photographs")  # fmt: skip
def _(learned_blur: Measured) -> float:
    return sum(map(sum, learned_blur["kernel"]))


@lab.claim("with dilation d = 2 the kernel becomes a 3×3 kernel, with zeros in its gaps", printed=True, problem=DILATED,
           number="most that an entry of the trained kernel differs", below=1e-6, where="2×2 ones")  # fmt: skip
def _(gaps: Measured) -> float:
    return gaps["from_dilated"]


@lab.claim("M * k_d = [20]", printed=True, problem=DILATED, number="what the trained kernel gives", above=19.9,
           below=20.1, where="2×2 ones, d = 2")  # fmt: skip
def _(gaps: Measured) -> float:
    return gaps["answer"]


@lab.claim("a dilation of d introduces d − 1 gaps between two kernel elements", printed=True, problem=DILATED,
           number="zeros between neighbors in the trained kernel", above=1.9, below=2.1,
           where="a random 3×3 kernel, d = 3")  # fmt: skip
def _(gaps: Measured) -> float:
    return gaps["gap"]


@lab.claim("gaps result in a larger receptive field", printed=True, problem=DILATED,
           number="side with d = 1 and 2, less side with d = 1 twice", above=0, where="two trained layers")  # fmt: skip
def _(fields: Measured) -> float:
    return fields["paper"]["side"] - fields["undilated"]["side"]


@lab.claim("the receptive field is 7×7", printed=True, problem=FIELD, number="side measured", above=6.5, below=7.5,
           where="trained, d = 1, then d = 2")  # fmt: skip
def _(fields: Measured) -> float:
    return fields["paper"]["side"]


REGION = "the receptive field is the region whose pixels affect the output"


@lab.claim(REGION, printed=True, problem=FIELD, number="share of its pixels that do", above=0.999,
           where="trained, d = 1, then d = 2")  # fmt: skip
def _(fields: Measured) -> float:
    return fields["paper"]["moved"]


@lab.claim(REGION, printed=True, problem=FIELD, number="share of its pixels that do", above=0.999,
           where="trained, d = 2 twice, the square of 9×9")  # fmt: skip
def _(fields: Measured) -> float:
    return fields["holes"]["moved"]


@lab.claim("deeper stacks have the field that the formula gives", problem=FIELD, number="side measured, less formula",
           above=-0.5, below=0.5, where="trained, d = 1, 1, 2, 4")  # fmt: skip
def _(fields: Measured) -> float:
    return fields["growing"]["side"] - fields["growing"]["formula"]


@lab.claim("deeper stacks have the field that the formula gives", problem=FIELD, number="side measured, less formula",
           above=-0.5, below=0.5, where="trained, plain layers of d = 1")  # fmt: skip
def _(fields: Measured) -> float:
    return fields["plain"]["side"] - fields["plain"]["formula"]


@lab.claim("all pixels of a receptive field have a like influence", problem=FIELD, above=0.85,
           number="its spread, over that of an even one", where="trained, plain layers of d = 1")  # fmt: skip
def _(fields: Measured) -> float:
    return fields["plain"]["spread"][1]


@lab.claim("growing dilation spreads the influence wider in the field", problem=FIELD, above=0.05,
           number="relative spread with d = 1, 1, 2, 4, less that of plain layers", where="trained")  # fmt: skip
def _(fields: Measured) -> float:
    return fields["growing"]["spread"][1] - fields["plain"]["spread"][1]


@lab.figure("A photograph, and the answer of the edge filter (gray is none). Below: its answer to edges, for their "
            "slope, by their direction (dotted: a cosine); the filter; and one that was trained to tell vertical edges "
            "from horizontal ones.", problems=(EDGE,), size=(7.2, 4.4))  # fmt: skip
def edge_answers(figure: Figure, edges: list[Measured], learned_edges: list[Measured]) -> str:
    """Pictures, the answer by the edge's direction, and filters."""
    panels = figure.subplot_mosaic("ppaa\nggkl", height_ratios=(1.15, 1))
    picture, kernel = _scene(4), edges[0]["kernel"]
    _show(panels["p"], picture, "photograph")
    answer = filtered(torch.from_numpy(picture)[None, None], kernel)[0, 0].numpy()
    most = float(np.quantile(np.abs(answer), 0.995)) or 1.0
    _show(panels["a"], answer, "answer of the edge filter", (-most, most))
    degrees = (np.arange(ANGLES) + 0.5) * 90 / ANGLES
    relative = [[it / (max(row["by_angle"]) or 1.0) for it in row["by_angle"]] for row in edges]
    curves(panels["g"], {"edge filter": relative}, degrees.tolist())
    panels["g"].plot(degrees, np.cos(np.radians(degrees)), color=COLORS[5], linestyle=":", linewidth=1)
    panels["g"].set(xlabel="direction of the edge", ylabel="answer, over the largest", ylim=(0, 1.08))
    panels["g"].set_xticks([0, 45, 90], ["0°\nvertical", "45°", "90°\nhorizontal"])
    _weights(panels["k"], kernel, "filter")
    _weights(panels["l"], learned_edges[0]["kernel"], "trained filter")
    by_angle = np.mean(relative, 0)
    cosines = [row["cosine"] for row in learned_edges]
    return (
        f"The filter's answer to edges, relative to its largest: {by_angle[0]:.2f} to vertical ones, "
        f"{by_angle[ANGLES // 2]:.2f} at 45°, {by_angle[-1]:.2f} to horizontal ones. The cosine between the trained "
        f"filter and that of the key is {mean(cosines):.2f} on average."
    )


@lab.figure("A photograph's detail, and what the blur leaves. Below: what two blurs leave of stripes, from coarse to "
            "fine: below 0 they come out reversed; the blur; and a filter that was trained to take noise "
            "away.", problems=(BLUR,), size=(7.2, 4.4))  # fmt: skip
def blurred(figure: Figure, blurs: list[Measured], learned_blur: list[Measured]) -> str:
    """Pictures, gains by frequency, and filters."""
    panels = figure.subplot_mosaic("ppaa\nggkl", height_ratios=(1.15, 1))
    picture, kernel = _scene(2)[70:134, 40:136], blurs[0]["blur"]["kernel"]
    _show(panels["p"], picture[1:-1, 1:-1], "photograph")
    _show(panels["a"], filtered(torch.from_numpy(picture)[None, None], kernel)[0, 0].numpy(), "blurred")
    across = ((np.arange(20) + 0.5) / 40).tolist()
    gains = {name: [row[which]["gain"] for row in blurs] for name, which in (("blur", "blur"), ("1 2 1", "other"))}
    curves(panels["g"], gains, across)
    panels["g"].axhline(0, color=COLORS[5], linewidth=0.8)
    panels["g"].set(xlabel="upright stripes, cycles a pixel", ylabel="gain")
    panels["g"].legend()
    _weights(panels["k"], kernel, "blur")
    _weights(panels["l"], learned_blur[0]["kernel"], "trained filter")
    fine = mean([row["blur"]["fine"] for row in blurs])
    ends = [mean([row[-1] for row in rows]) for rows in gains.values()]
    weights = np.mean([row["kernel"] for row in learned_blur], 0)
    return (
        f"Of the power of detail below four pixels the blur leaves {fine:.3f}. Its gain for the finest stripes is "
        f"{ends[0]:.2f}, that of the other blur {ends[1]:.2f}. The trained filter weighs the pixel itself "
        f"{weights[1, 1]:.2f} and its neighbors {weights.min():.2f} or more, on average."
    )


@lab.figure("How much each pixel of its field moves an output pixel of trained stacks of 3×3 kernels, over the most "
            "that one does; white: not at all. Right: how much of all influence lies in a square around the middle; "
            "dotted: were it even.", problems=(FIELD,), size=(7.2, 4.0))  # fmt: skip
def receptive_fields(figure: Figure, fields: list[Measured]) -> str:
    """Maps of the influence, and how much of it lies near the middle."""
    from matplotlib.cm import ScalarMappable  # noqa: PLC0415 (labs are listed without it)
    from matplotlib.colors import LogNorm  # noqa: PLC0415

    panels = figure.subplot_mosaic("abe\ncde", width_ratios=(1, 1, 1.35))
    names = {"paper": "d = 1, 2", "holes": "d = 2, 2", "growing": "d = 1, 1, 2, 4",
             "plain": f"{(fields[0]['plain']['formula'] - 1) // 2} layers, d = 1"}  # fmt: skip
    scale = LogNorm(1e-4, 1)
    for letter, (name, title) in zip("abcd", names.items(), strict=True):
        shares = np.mean([row[name]["map"] for row in fields], 0)
        shown = np.where(shares > 0, np.maximum(shares / shares.max(), 1e-4), np.nan)
        panels[letter].imshow(shown, norm=scale, cmap="viridis", interpolation="none")
        _bare(panels[letter], f"{title}: {len(shares)}×{len(shares)}")
    colors = ScalarMappable(norm=scale, cmap="viridis")
    figure.colorbar(colors, ax=[panels[letter] for letter in "abcd"], location="left", shrink=0.7)
    right = panels["e"]
    lines = (("growing", "", 1), ("plain", "", 1), ("plain", ", untrained", 0))
    for place, (name, suffix, when) in enumerate(lines):
        label, rows = names[name] + suffix, [row[name]["within"][when] for row in fields]
        half = len(rows[0]) - 1
        curves(right, {label: rows}, [(2 * k + 1) / (2 * half + 1) for k in range(half + 1)], first=place)
    even = np.linspace(0, 1, 30)
    right.plot(even, even**2, color=COLORS[5], linestyle=":", linewidth=1)
    right.set(xlabel="side of the square, over the field's", ylabel="part of all influence")
    right.set(xlim=(0, 1), ylim=(0, 1.3))
    right.set_yticks([0, 0.25, 0.5, 0.75, 1])
    right.legend(loc="upper left")
    told = "; ".join([
        f"{title}: a square of {fields[0][name]['side']}×{fields[0][name]['side']}, of which "
        f"{mean([row[name]['moved'] for row in fields]):.0%} count" for name, title in names.items()
    ])  # fmt: skip
    spreads = {name: mean([row[name]["spread"][1] for row in fields]) for name in ("growing", "plain")}
    return (
        f"Measured fields. {told}. Relative to an even influence it spreads {spreads['plain']:.2f} times as wide in "
        f"the plain layers, and {spreads['growing']:.2f} times with growing dilation."
    )


def _scene(part: int) -> NDArray[Any]:
    return photograph(PHOTOGRAPHS[0], part)


def _bare(axes: Axes, title: str) -> None:
    axes.set(title=title)
    axes.set_xticks([])
    axes.set_yticks([])
    axes.grid(visible=False)
    axes.spines[:].set_visible(False)


def _show(axes: Axes, picture: NDArray[Any], title: str, limits: tuple[float, float] = (0.0, 1.0)) -> None:
    """A picture in 64 grays, which keeps its file small."""
    low, high = limits
    grays = np.round(63 * (np.clip(picture, low, high) - low) / (high - low))
    axes.imshow(grays, vmin=0, vmax=63, interpolation="none")
    _bare(axes, title)


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
    _bare(axes, title)
