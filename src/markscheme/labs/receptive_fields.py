"""Receptive fields: gaps in kernels, and what a pixel of a trained network really sees.

To dilate a kernel by d is to put d − 1 zeros into each gap; with the 2×2 ones of the exam that gives 20 on its matrix.
For a layer with d = 1 and one with d = 2 above it, just the pixels of a square of 7×7 count, as printed. All this is by
definition, and checked in exact arithmetic: the pixels of the input are changed one at a time, and the output is
compared. With d = 2 twice, which the exam does not ask, the field is 9×9, and only every other row and column of it
counts.

In deep stacks much of the field has little to say. Far more paths lead through the layers to the middle of the field
than to its corners, so the influence falls off like a bell (Luo, Li, Urtasun and Zemel, "Understanding the effective
receptive field in deep convolutional neural networks", 2016), before training and after. Four layers of growing
dilation have the same field as eight plain ones, and spread the influence wider in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import conv2d

from markscheme.labs.engine.charts import COLORS, bare, mean, panel
from markscheme.labs.engine.lab import Lab, Measured, Rows
from markscheme.labs.engine.trial import Trial
from markscheme.labs.networks import optimizer_for
from markscheme.labs.photographs import crops
from markscheme.mechanisms.convolution import cross_correlate, dilate, receptive_field
from markscheme.mechanisms.initialization import variance

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from numpy.random import Generator

STACKS = {"growing": (1, 1, 2, 4), "holes": (2, 2)}
"""Dilations of stacks of 3×3 kernels, from the input on; `fields` adds a plain one."""
MARGIN = 2
"""Pixels around the field that are changed as well."""

DILATED, FIELD = PROBLEMS = "convolution/dilated", "convolution/receptive_field"
lab = Lab(
    "receptive_fields",
    title="Receptive fields",
    source="EECS 182 midterm, Spring 2023, question 3(d)",
    problems=PROBLEMS,
    text="""
    Stacks of convolutions, plain and dilated, learn to take noise from photographs. What does an output pixel depend
    on, and how much?
    """,
)


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


@lab.experiment(quick={"steps": 6, "layers": 6, "channels": 4, "batch": 16, "watched": 1}, seeds=5)
def fields(
    trial: Trial, *, layers: int = 8, channels: int = 8, steps: int = 120, batch: int = 32, rate: float = 0.01,
    noise: float = 0.2, watched: int = 3,
) -> Measured:  # fmt: skip
    """Stacks of 3×3 convolutions that learn to take noise from photographs: how much each pixel of the field moves an
    output pixel, before training and after.
    """
    found: Measured = {}
    for name, dilations in {**STACKS, "plain": (1,) * max(1, layers)}.items():
        stack = Stack(dilations, channels, trial.random(f"weights {name}"), trial.device)
        seen = _noisy(crops(trial, f"watched {name}", watched, stack.field + 2 * MARGIN), noise, trial.random("seen"))
        before = influence(stack, seen)
        _denoise(trial, stack, name, (steps, batch, rate, noise))
        after = influence(stack, seen)
        found[name] = {
            "side": stack.field,
            "moved": float((after > 1e-12 * after.max()).double().mean()),
            "map": [[float(f"{share:.3g}") for share in row] for row in (after / after.sum()).tolist()],
            "spread": [spread(it) for it in (before, after)],
            "within": [within(it) for it in (before, after)],
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
    """By how much the output pixel in the middle moves, on average, when one pixel of its field is changed."""
    side = images.shape[-1]
    count, middle = side * side, (side - stack.field) // 2
    total = torch.zeros(side, side, dtype=images.dtype, device=images.device)
    changes = step * torch.eye(count, dtype=images.dtype, device=images.device).reshape(count, 1, side, side)
    with torch.no_grad():
        for image in images:
            outputs = stack(torch.cat([image[None], image + changes]))[:, 0, middle, middle]
            total += (outputs[1:] - outputs[0]).abs().reshape(side, side)
    return (total / len(images))[MARGIN:-MARGIN, MARGIN:-MARGIN]


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


ONES = ((1, 1), (1, 1))


@lab.identity("with dilation d = 2 the kernel becomes a 3×3 kernel, with zeros in its gaps", "2×2 ones",
              problem=DILATED, printed=True)  # fmt: skip
def _() -> tuple[bool, str]:
    return dilate(ONES, 2) == ((1, 0, 1), (0, 0, 0), (1, 0, 1)), "1 0 1; 0 0 0; 1 0 1"


@lab.identity("M * k_d = [20]", "2×2 ones, d = 2", problem=DILATED, printed=True)
def _() -> tuple[bool, str]:
    found = cross_correlate(((1, 2, 3), (4, 5, 6), (7, 8, 9)), dilate(ONES, 2))
    return found == ((20,),), f"{found[0][0]}"


@lab.identity("a dilation of d introduces d − 1 gaps between two kernel elements", "a 3×3 kernel, d from 1 to 4",
              problem=DILATED, printed=True)  # fmt: skip
def _() -> tuple[bool, str]:
    rows = [dilate([(1, 2, 3)] * 3, d)[0] for d in (1, 2, 3, 4)]
    return [row.index(2) - row.index(1) - 1 for row in rows] == [0, 1, 2, 3], "0, 1, 2 and 3"


@lab.identity("gaps result in a larger receptive field", "3×3 twice: d = 1 and 2, beside d = 1 twice", problem=DILATED,
              printed=True)  # fmt: skip
def _() -> tuple[bool, str]:
    sides = [round(len(moving(it)) ** 0.5) for it in ((1, 2), (1, 1))]
    return sides[0] > sides[1], f"{sides[0]} to {sides[1]} pixels a side"


@lab.identity("the receptive field is 7×7", "d = 1, then d = 2", problem=FIELD, printed=True)
def _() -> tuple[bool, str]:
    return moving((1, 2)) == {
        (i, j) for i in range(1, 8) for j in range(1, 8)
    }, "of 9×9 pixels, just those move the output"


@lab.identity("each pixel of the field's square affects the output", "d = 2 twice, the square of 9×9", problem=FIELD)
def _() -> tuple[bool, str]:
    found = moving((2, 2))
    return len(found) == 81, f"{len(found)} of 81 do: every other row and column"


def moving(dilations: Sequence[int], side: int = 9) -> set[tuple[int, int]]:
    """The pixels of a square that move the output in its middle, through kernels of ones, in whole numbers."""
    found: set[tuple[int, int]] = set()
    for i in range(side):
        for j in range(side):
            rows = [[int((a, b) == (i, j)) for b in range(side)] for a in range(side)]
            for dilation in dilations:
                rows = cross_correlate(rows, [(1, 1, 1)] * 3, dilation=dilation)
            if rows[len(rows) // 2][len(rows) // 2]:
                found.add((i, j))
    return found


SPREAD = fields["plain"]["spread"]
lab.claims("the pixels of a receptive field have unlike influence",
           {"trained, eight plain layers": SPREAD[1], "before training, eight plain layers": SPREAD[0]}, problem=FIELD,
           effect="its spread, over that of an even one", below=1, because="an even influence spreads 1")  # fmt: skip
lab.claims("growing dilation spreads the influence wider in the field",
           {"trained, d = 1, 1, 2, 4 beside eight plain layers": fields["growing"]["spread"][1] - SPREAD[1]},
           effect="difference of their spreads", problem=FIELD)  # fmt: skip


@lab.figure("How much each pixel of its field moves an output pixel of trained stacks of 3×3 kernels, over the most "
            "that one does; white: not at all. Right: how much of all influence lies in a square around the middle; "
            "dotted: were it even.", fields, problems=(FIELD,), size=(7.2, 3.0))  # fmt: skip
def influences(figure: Figure, rows: Rows) -> str:
    """Maps of the influence, and how much of it lies near the middle."""
    from matplotlib.cm import ScalarMappable  # noqa: PLC0415 (labs are listed without it)
    from matplotlib.colors import LogNorm  # noqa: PLC0415

    panels, scale = figure.subplot_mosaic("abcd", width_ratios=(1, 1, 1, 1.5)), LogNorm(1e-4, 1)
    plain = f"{(rows(fields['plain']['side'])[0] - 1) // 2} layers, d = 1"
    names, told = {"holes": "d = 2, 2", "growing": "d = 1, 1, 2, 4", "plain": plain}, ""
    for letter, (name, title) in zip("abc", names.items(), strict=True):
        shares = np.mean(rows(fields[name]["map"]), 0)
        shown = np.where(shares > 0, np.maximum(shares / shares.max(), 1e-4), np.nan)
        panels[letter].imshow(shown, norm=scale, cmap="viridis", interpolation="none")
        bare(panels[letter], f"{title}:\n{len(shares)}×{len(shares)}")
        count = mean(rows(fields[name]["moved"]))
        told += f"{title}: a square of {len(shares)}×{len(shares)}, of which {count:.0%} count. "
    colors = ScalarMappable(norm=scale, cmap="viridis")
    figure.colorbar(colors, ax=[panels[letter] for letter in "abc"], location="bottom", shrink=0.7)
    for place, (name, suffix, when) in enumerate((("growing", "", 1), ("plain", "", 1), ("plain", ", untrained", 0))):
        found = rows(fields[name]["within"][when])
        half = len(found[0]) - 1
        sides = [(2 * k + 1) / (2 * half + 1) for k in range(half + 1)]
        told += panel(panels["d"], "", {names[name] + suffix: found}, sides, first=place)
    even = np.linspace(0, 1, 30)
    panels["d"].plot(even, even**2, color=COLORS[5], linestyle=":", linewidth=1)
    panels["d"].set(
        xlabel="side of the square, over the field's", title="part of all influence", xlim=(0, 1), ylim=(0, 1.4)
    )
    panels["d"].legend(loc="upper left")
    return told
