"""Purification: a linear encoder that learns to reconstruct its data under weight decay, and what it lets through.

A square matrix W is trained, by gradient descent from random numbers, to make ‖X − WX‖² + λ‖W‖² small. It ends where
the formula says, at U diag(σ²/(σ² + λ)) Uᵀ: each singular direction of the data is kept to a share that its singular
value and λ decide. With the data of 10(a) the weak feature is let through by half at the very λ at which the exam's two
encoders tie. At the tie neither is better, so it belongs to the λ at which α is not better; the printed range leaves it
out.

Is that a bottleneck? In the sense of a rank it is not: every direction is let through by a little, and W stays
invertible. What shrinks is the sum of the shares. Without λ, W comes to the identity where the data fill all
directions. The digits do not: some pixels are dark in all of them, no loss says anything about these, and there W stays
as it was drawn. Weight decay is what makes an end of it.

That weight decay is ridge regularization holds for the decay that is added to the gradient, with 2λ for the factor, by
SGD or by Adam. The decoupled decay of AdamW is something else: it pulls on the weights themselves, beside steps whose
size hardly depends on the gradient's, and so it bounds the weights and has its end elsewhere.

As a purifier W is useful. Trained on clean images, it takes more than half of the noise from others that it has never
seen. The best λ is known beforehand: for noise of variance s² in each entry the expected loss of a denoiser,
E‖X − W(X + N)‖², is exactly ‖X − WX‖² + n s² ‖W‖², so that λ = n s² for n images. A smaller λ lets more noise through,
a larger one takes more of the image with the noise.

The range of 10(c), from 1 to 4, is what a scan over λ with a trained W for each finds. The printed working has 0.6 in
place of 0.5 in one line; that would begin at 2/3. All this is about a training that has come to its end. The share of a
direction rises at a speed that grows with σ² + λ, so a training that starts at zero and is stopped early has kept too
little of the third direction, whatever λ. It has learned still less of the weak ones: without any λ, stopping at the
right time keeps the first three and damps the others just as well.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import adaptive_avg_pool2d

from markscheme.core.errors import MarkschemeError
from markscheme.exact import Matrix
from markscheme.labs.engine.charts import COLORS, STYLES, curves, mean
from markscheme.labs.engine.lab import Lab, Measured
from markscheme.labs.engine.trial import Trial
from markscheme.labs.networks import optimizer_for
from markscheme.mechanisms.regularization import purification_loss, purifier, purifier_range, shrinkage

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

T = TypeVar("T")

DATA = Matrix(
    [[Fraction(entry) for entry in row.split()] for row in ("-2.17 1.98 2.41 -2.03", "0.02 -0.01 0.01 -0.02")]
)
ALPHA, BETA = Matrix([(1, 0), (0, 1)]), Matrix([(1, 0), (0, 0)])
TIE = Fraction(1, 1000)
SIGMAS = tuple([Fraction(sigma) for sigma in "10 8 4 1 0.5 0.36 0.16 0.01".split()])
KEPT, LEAST, MOST = 3, Fraction(8, 10), Fraction(1, 2)
TIMES = tuple([2.0**k for k in (-5, -3, -2, -1, 0, 1, 2, 3, 5)])
"""λ over n s², for n images and noise of variance s²."""
SHOWN = {"λ = n s²/32": 2.0**-5, "λ = n s²": 1.0, "λ = 32 n s²": 2.0**5}
DECAYS = {"SGD": 0.01, "Adam": 0.02, "AdamW": 0.02}
"""Optimizers, each with its rate."""

lab = Lab(
    "purification",
    title="Purification",
    source="EECS 182 midterm, Spring 2023, question 10",
    problems=(
        "regularization/purification_losses",
        "regularization/purification_minimizer",
        "regularization/purification_range",
    ),
    text="""
    A square matrix W is trained to reconstruct data X while weight decay λ holds it small. Does it end where the
    formula says, which directions does it keep, and does it take noise from images?
    """,
)


def descent(
    X: Tensor, strengths: Sequence[float], start: Tensor, *, steps: int, momentum: float,
    watch: Callable[[Tensor], T] = lambda _: None, watched: Sequence[int] = (),
) -> tuple[Tensor, list[T]]:  # fmt: skip
    """Encoders, strengths × m × m, by gradient descent on ‖X − WX‖² + λ‖W‖², one for each λ, side by side.

    Each loss is divided by its largest curvature, so that one rate suits all. With them what `watch` makes of the
    encoders after the steps `watched`.
    """
    lams = torch.tensor(list(strengths), dtype=X.dtype, device=X.device)
    curvatures = 2 * (torch.linalg.matrix_norm(X, 2).square() + lams)
    few = torch.linalg.qr(X.T).R.T  # ‖X − WX‖ = ‖R − WR‖, with m columns in place of n
    W = start.expand(len(lams), -1, -1).clone().requires_grad_()
    optimizer = optimizer_for("SGD", [W], 1.0, momentum=momentum)
    seen: list[T] = []
    for step in range(steps + 1):
        if step in watched:
            seen.append(watch(W.detach()))
        if step < steps:
            optimizer.zero_grad()
            losses = (few - W @ few).square().sum((1, 2)) + lams * W.square().sum((1, 2))
            (losses / curvatures).sum().backward()
            optimizer.step()
    return W.detach(), seen


def drawn_start(trial: Trial, size: int) -> Tensor:
    """A square matrix of normal numbers, each row of length 1 on average."""
    return trial.tensor(trial.random("start").standard_normal((size, size)) / size**0.5, double=True)


def drawn_data(trial: Trial, points: int) -> tuple[Tensor, Tensor]:
    """Data with the singular values of 10(c) and random singular vectors; and the left ones."""
    rng = trial.random("data")
    size = len(SIGMAS)
    U, V = (np.linalg.qr(rng.standard_normal((rows, size)))[0] for rows in (size, max(points, size)))
    return trial.tensor(U * [float(sigma) for sigma in SIGMAS] @ V.T, double=True), trial.tensor(U, double=True)


def shares(W: Tensor, U: Tensor) -> Tensor:
    """What each encoder keeps of each left singular direction: the diagonal of UᵀWU."""
    return torch.einsum("ij,kil,lj->kj", U, W, U)


def distances(W: Tensor, wanted: Tensor) -> list[float]:
    """How far matrices lie from those wanted, relative to these."""
    return (torch.linalg.matrix_norm(W - wanted) / torch.linalg.matrix_norm(wanted)).tolist()


@lab.experiment(quick={"steps": 2000})
def encoders(trial: Trial, *, steps: int = 3000) -> Measured:
    """The data of 10(a): an encoder trained for each of several λ, beside the two of the exam."""
    lams = [TIE * Fraction(2) ** k for k in range(-5, 6)]
    X = trial.tensor([[float(entry) for entry in row] for row in DATA], double=True)
    W, _ = descent(X, [0.0, *map(float, lams)], drawn_start(trial, 2), steps=steps, momentum=0.985)
    stretches = torch.linalg.svdvals(W)
    losses = {
        name: [float(purification_loss(encoder, DATA, lam)) for lam in lams]
        for name, encoder in (("α", ALPHA), ("β", BETA))
    }
    penalties = trial.tensor([float(lam) for lam in lams], double=True) * W[1:].square().sum((1, 2))
    trained = (X - W[1:] @ X).square().sum((1, 2)) + penalties
    return {
        "lambda": [float(lam) for lam in lams],
        "loss": {**losses, "trained": trained.tolist()},
        "strong": W[1:, 0, 0].tolist(),
        "weak": W[1:, 1, 1].tolist(),
        "trace": W[1:].diagonal(dim1=1, dim2=2).sum(1).tolist(),
        "flattest": (stretches[1:, -1] / stretches[1:, 0]).tolist(),
        "from_identity": distances(W, torch.eye(2, dtype=W.dtype, device=W.device)),
        "from_formula": max(distances(W[1:], torch.stack([purifier(X, float(lam)) for lam in lams]))),
    }  # fmt: skip


@lab.experiment(quick={"steps": 800})
def images(trial: Trial, *, side: int = 8, noise: float = 0.25, steps: int = 1200, shown: int = 5) -> Measured:
    """Images, of at most `side` pixels a side (larger ones are averaged): encoders trained on clean ones for several λ,
    and what they make of noisy ones that they have not seen.
    """
    training, held_out = trial.images.split(trial.random("split"))
    if noise <= 0:
        raise MarkschemeError(f"images need some noise to be purified of, not {noise:g}")
    height, width = training.x.shape[1:]
    small = min(max(1, side), height), min(max(1, side), width)
    X, clean = [adaptive_avg_pool2d(trial.tensor(it.x, double=True), small).flatten(1).T for it in (training, held_out)]
    noisy = clean + noise * trial.tensor(trial.random("noise").standard_normal(tuple(clean.shape)), double=True)
    unit = X.shape[1] * noise**2
    lams = [unit * it for it in TIMES]
    wanted = torch.stack([purifier(X, lam) for lam in lams])
    W, _ = descent(X, [*lams, 0.0], drawn_start(trial, len(X)), steps=steps, momentum=0.97)
    U, sigmas, _ = torch.linalg.svd(X, full_matrices=False)
    purified = W[:-1] @ noisy
    pictures = {"clean": clean, "noisy": noisy, **{name: purified[TIMES.index(it)] for name, it in SHOWN.items()}}
    kept = shares(W[:-1], U)
    return {
        "sigma": (sigmas / unit**0.5).tolist(),
        "share": {name: kept[TIMES.index(it)].tolist() for name, it in SHOWN.items()},
        "from_formula": distances(W[:-1], wanted),
        "from_identity": distances(W[-1:], torch.eye(len(X), dtype=X.dtype, device=X.device))[0],
        "error": [float(it) for it in (purified - clean).square().mean((1, 2))],
        "error_before": float((noisy - clean).square().mean()),
        "pictures": {
            name: [[[round(pixel, 2) for pixel in row] for row in picture]
                   for picture in it[:, : max(1, shown)].T.reshape(-1, *small).tolist()]
            for name, it in pictures.items()
        },
    }  # fmt: skip


@lab.experiment(quick={"steps": 600})
def scan(trial: Trial, *, points: int = 20, steps: int = 1000) -> Measured:
    """Data with the singular values of 10(c): what encoders trained for many λ keep of each direction."""
    X, U = drawn_data(trial, points)
    lams = np.geomspace(0.2, 12, 33).tolist()
    W, _ = descent(X, lams, drawn_start(trial, len(SIGMAS)), steps=steps, momentum=0.95)
    return {
        "lambda": lams,
        "share": shares(W, U).T.tolist(),
        "from_formula": max(distances(W, torch.stack([purifier(X, lam) for lam in lams]))),
    }


@lab.experiment()
def stopping(trial: Trial, *, points: int = 20) -> Measured:
    """The same data, from W = 0 by plain gradient descent: the shares after each of 100 steps, with λ = 0 and λ = 2."""
    X, U = drawn_data(trial, points)
    start = torch.zeros_like(U)
    _, path = descent(X, (0.0, 2.0), start, steps=100, momentum=0, watch=lambda W: shares(W, U),
                      watched=range(101))  # fmt: skip
    kept = torch.stack(path)
    return {
        name: {"first": kept[:, place, :KEPT].amin(1).tolist(), "others": kept[:, place, KEPT:].amax(1).tolist()}
        for place, name in enumerate(("none", "two"))
    }


@lab.experiment(quick={"steps": 1000})
def decay(trial: Trial, *, points: int = 20, lam: float = 2.0, steps: int = 2000) -> Measured:
    """The same data: how far from the formula the optimizers end whose own weight decay is 2λ."""
    X, _ = drawn_data(trial, points)
    wanted = purifier(X, lam)
    found: dict[str, float] = {}
    for name, rate in DECAYS.items():
        W = drawn_start(trial, len(SIGMAS)).requires_grad_()
        optimizer = optimizer_for(name, [W], rate, 2 * lam)
        for _ in range(steps):
            optimizer.zero_grad()
            (X - W @ X).square().sum().backward()
            optimizer.step()
        found[name] = distances(W.detach()[None], wanted)[0]
    return found


def crossing(lams: Sequence[float], kept: Sequence[float], level: float) -> float:
    """The λ at which a share that falls with λ is this large; not a number where it never is."""
    if not kept[-1] < level < kept[0]:
        return float("nan")
    return float(np.exp(np.interp(-level, -np.asarray(kept), np.log(lams))))


LOSSES, MINIMIZER, RANGE = lab.problems


@lab.claim("β is a better choice than α for λ > 0.001", printed=True, number="highest L₂(β) − L₂(α)", below=0,
           problem=LOSSES, where="0.002 and more")  # fmt: skip
def _(encoders: Measured) -> float:
    rows = zip(encoders["lambda"], encoders["loss"]["α"], encoders["loss"]["β"], strict=True)
    return max([beta - alpha for lam, alpha, beta in rows if lam > float(TIE)])


@lab.claim("α is better than β unless λ > 0.001", printed=True, number="L₂(β) − L₂(α)", above=0,
           problem=LOSSES, where="at the tie, λ = 0.001")  # fmt: skip
def _(encoders: Measured) -> float:
    at = encoders["lambda"].index(float(TIE))
    return encoders["loss"]["β"][at] - encoders["loss"]["α"][at]


@lab.claim("the trained encoder passes from α to β where the two tie, at λ = 0.001",
           number="λ at which half of the weak feature is let through", above=0.00095, below=0.00105,
           problem=LOSSES, where="the data of 10(a)")  # fmt: skip
def _(encoders: Measured) -> float:
    return crossing(encoders["lambda"], encoders["weak"], 0.5)


@lab.claim("regularization prevents the encoder from learning an identity mapping", printed=True,
           number="distance from I, relative to I", above=0.5, problem=LOSSES,
           where="the data of 10(a), λ = 0.008")  # fmt: skip
def _(encoders: Measured) -> float:
    return encoders["from_identity"][1 + encoders["lambda"].index(0.008)]


@lab.claim("without regularization the encoder learns the identity mapping", number="distance from I, relative to I",
           below=0.01, problem=LOSSES, where="the data of 10(a)")  # fmt: skip
def _(encoders: Measured) -> float:
    return encoders["from_identity"][0]


@lab.claim("without regularization the encoder learns the identity mapping", number="distance from I, relative to I",
           below=0.01, problem=LOSSES, where="images")  # fmt: skip
def _(images: Measured) -> float:
    return images["from_identity"]


@lab.claim("regularization induces a bottleneck in the encoder", printed=True, number="sum of the shares, of 2 at most",
           below=1.5, problem=LOSSES, where="less is let through in all, λ = 0.008")  # fmt: skip
def _(encoders: Measured) -> float:
    return encoders["trace"][encoders["lambda"].index(0.008)]


@lab.claim("regularization induces a bottleneck in the encoder", printed=True,
           number="smallest singular value of W over its largest", below=0.01, problem=LOSSES,
           where="the rank falls, λ = 0.008")  # fmt: skip
def _(encoders: Measured) -> float:
    return encoders["flattest"][encoders["lambda"].index(0.008)]


FORMULA = "training ends at U diag(σ²/(σ² + λ)) Uᵀ"


@lab.claim(FORMULA, printed=True, number="largest distance, relative", below=1e-3, problem=MINIMIZER,
           where="the data of 10(a), 11 values of λ")  # fmt: skip
def _(encoders: Measured) -> float:
    return encoders["from_formula"]


@lab.claim(FORMULA, printed=True, number="largest distance, relative", below=1e-3, problem=MINIMIZER,
           where="the singular values of 10(c), 33 values of λ")  # fmt: skip
def _(scan: Measured) -> float:
    return scan["from_formula"]


@lab.claim(FORMULA, printed=True, number="largest distance, relative", below=1e-3, problem=MINIMIZER,
           where="images, 9 values of λ")  # fmt: skip
def _(images: Measured) -> float:
    return max(images["from_formula"])


EQUIVALENT = "weight decay is equivalent to ridge-style regularization"


@lab.claim(EQUIVALENT, printed=True, number="distance from the formula, relative", below=0.05, problem=MINIMIZER,
           where="SGD, a weight decay of 2λ")  # fmt: skip
def _(decay: Measured) -> float:
    return decay["SGD"]


@lab.claim(EQUIVALENT, printed=True, number="distance from the formula, relative", below=0.05, problem=MINIMIZER,
           where="Adam, a weight decay of 2λ")  # fmt: skip
def _(decay: Measured) -> float:
    return decay["Adam"]


@lab.claim(EQUIVALENT, printed=True, number="distance from the formula, relative", below=0.05, problem=MINIMIZER,
           where="AdamW, a weight decay of 2λ")  # fmt: skip
def _(decay: Measured) -> float:
    return decay["AdamW"]


@lab.claim("ridge-style regularization achieves non-trivial purification", printed=True,
           number="error of noisy images after, over before", below=0.5, problem=MINIMIZER,
           where="held-out images, λ = n s²")  # fmt: skip
def _(images: Measured) -> float:
    return images["error"][TIMES.index(1.0)] / images["error_before"]


@lab.claim("it purifies best at λ = n s², for n images and noise of variance s²", number="best λ over n s²",
           above=0.4, below=2.5, problem=MINIMIZER, where="held-out images")  # fmt: skip
def _(images: Measured) -> float:
    return TIMES[int(np.argmin(images["error"]))]


@lab.claim("the first three directions are preserved to at least 80 % for λ ≤ 4", printed=True,
           number="highest such λ", above=3.95, below=4.05, problem=RANGE,
           where="the singular values of 10(c)")  # fmt: skip
def _(scan: Measured) -> float:
    return min([crossing(scan["lambda"], kept, float(LEAST)) for kept in scan["share"][2:KEPT]])


@lab.claim("the remaining directions are attenuated to at most 50 % for λ ≥ 1", printed=True, number="lowest such λ",
           above=0.99, below=1.01, problem=RANGE, where="the singular values of 10(c)")  # fmt: skip
def _(scan: Measured) -> float:
    return crossing(scan["lambda"], np.max(scan["share"][KEPT:], 0).tolist(), float(MOST))


@lab.claim("σ₄²/(σ₄² + λ) ≤ 0.6 implies λ ≥ 1", printed=True, number="lowest λ with a share of at most 0.6",
           above=0.99, problem=RANGE, where="the printed working")  # fmt: skip
def _(scan: Measured) -> float:
    return crossing(scan["lambda"], scan["share"][KEPT], 0.6)


def margin(kept: Measured, step: int) -> float:
    """By how much both demands are met: negative where one is not."""
    return min(kept["first"][step] - float(LEAST), float(MOST) - kept["others"][step])


@lab.claim("at λ from 1 to 4 the learned purifier is guaranteed to do both", printed=True,
           number="by how much both are met", above=0, problem=RANGE,
           where="λ = 2, trained from zero for 100 steps")  # fmt: skip
def _(stopping: Measured) -> float:
    return margin(stopping["two"], 100)


@lab.claim("at λ from 1 to 4 the learned purifier is guaranteed to do both", printed=True,
           number="by how much both are met", above=0, problem=RANGE,
           where="λ = 2, stopped after 5 steps")  # fmt: skip
def _(stopping: Measured) -> float:
    return margin(stopping["two"], 5)


@lab.claim("stopping early does both without any λ", number="by how much both are met", above=0, problem=RANGE,
           where="λ = 0, stopped after 30 steps")  # fmt: skip
def _(stopping: Measured) -> float:
    return margin(stopping["none"], 30)


@lab.figure("Left: the loss of the exam's two encoders and of a trained one. Right: what the trained one lets "
            "through of each feature. Dotted: the tie.", problems=(LOSSES,), size=(7.0, 2.7))  # fmt: skip
def tie(figure: Figure, encoders: list[Measured]) -> str:
    """Losses over λ, and the trained encoder's way from α to β."""
    lams = encoders[0]["lambda"]
    left, right = figure.subplots(1, 2)
    curves(left, {name: [row["loss"][name] for row in encoders] for name in ("α", "β", "trained")}, lams)
    left.set(xlabel="λ", ylabel="loss L₂", yscale="log")
    kept = {name: [row[name] for row in encoders] for name in ("strong", "weak")}
    curves(right, {f"{name} feature": rows for name, rows in kept.items()}, lams)
    right.set(xlabel="λ", ylabel="share let through", ylim=(0, 1.08))
    for axes in (left, right):
        axes.set_xscale("log")
        axes.axvline(float(TIE), color=COLORS[5], linestyle=":", linewidth=1)
        axes.legend()
    first, half, last = (mean([row[k] for row in kept["weak"]]) for k in (0, lams.index(float(TIE)), -1))
    strong = min([min(row) for row in kept["strong"]])
    return (
        f"The losses of α and β cross at λ = {float(TIE):g}; that of the trained encoder lies below both. It lets at "
        f"least {strong:.3f} of the strong feature through; of the weak one {first:.2f} at λ = {lams[0]:.2g}, "
        f"{half:.2f} at the tie and {last:.2f} at λ = {lams[-1]:.2g}."
    )


@lab.figure("Left: held-out images, the same with noise, and what trained encoders make of these. Middle: what they "
            "keep of each singular direction; lines: the formula. Right: the error left, over that of the noise.",
            problems=(MINIMIZER,), size=(7.4, 2.9))  # fmt: skip
def purified(figure: Figure, images: list[Measured]) -> str:
    """Pictures before and after; shares; errors over λ."""
    pictures, middle, right = figure.subplots(1, 3, width_ratios=(1.6, 1.1, 1))
    _pictures(pictures, images[0]["pictures"])
    _shares_by_sigma(middle, images[0])
    ratios = [[error / row["error_before"] for error in row["error"]] for row in images]
    curves(right, {"error": ratios}, TIMES)
    right.set(xlabel="λ / (n s²)", ylabel="error after / before", xscale="log", ylim=(0, None))
    told = ", ".join([f"{name} {mean([row[TIMES.index(it)] for row in ratios]):.2f}" for name, it in SHOWN.items()])
    apart = max([distance for row in images for distance in row["from_formula"]])
    return (
        f"Images clean, noisy, and purified with a small, the right and a large λ: with the first noise remains, the "
        f"last makes all images alike. The squared error left, over that of the noise: {told}. The shares kept lie on "
        f"σ²/(σ² + λ); relative to its size no encoder is further from the formula than {apart:.1g}."
    )


def _pictures(axes: Axes, pictures: dict[str, list[list[list[float]]]]) -> None:
    """A row of images a kind, with gaps between them."""
    rows = [
        np.concatenate(np.pad(row, ((0, 0), (1, 1), (1, 1)), constant_values=np.nan), 1) for row in pictures.values()
    ]
    axes.imshow(np.concatenate(rows), vmin=0, vmax=1, interpolation="none")
    axes.set_yticks([len(rows[0]) * (k + 0.5) - 0.5 for k in range(len(rows))], list(pictures))
    axes.set_xticks([])
    axes.tick_params(length=0)
    axes.grid(visible=False)
    axes.spines[:].set_visible(False)


def _shares_by_sigma(axes: Axes, measured: Measured) -> None:
    """Dots for what was trained; lines for the formula."""
    across = np.geomspace(0.0007, 50, 60)
    for place, (name, it) in enumerate(SHOWN.items()):
        kept = across**2 / (across**2 + it)
        axes.plot(across, kept, color=COLORS[place], linestyle=STYLES[place], linewidth=1, label=name)
        axes.plot(measured["sigma"], measured["share"][name], "o", color=COLORS[place], markersize=2.5)
    axes.set(xlabel="σ / (s √n)", ylabel="share kept", xscale="log", xlim=(0.0007, 50), ylim=(0, 1.05))
    axes.legend(loc="upper left", fontsize=7, borderaxespad=0)


@lab.figure("Left: what trained encoders keep of the eight directions of 10(c); lines: the formula; shaded: λ from 1 "
            "to 4. Right: training from zero, step by step: the least of the first three, the most of the others. "
            "Dotted: 80 % and 50 %.", problems=(RANGE,), size=(7.4, 3.0))  # fmt: skip
def shares_kept(figure: Figure, scan: list[Measured], stopping: list[Measured]) -> str:
    """The scan over λ, and the course of a training."""
    left, right = figure.subplots(1, 2, sharey=True)
    _shares_by_lambda(left, scan)
    labels = {"first": ("first three", -0.05, 100), "others": ("others", 0.05, 70)}
    for place, (name, lam) in enumerate((("none", "λ = 0"), ("two", "λ = 2"))):
        for which, (label, away, end) in labels.items():
            first = 2 * place + (which == "others")
            rows = [row[name][which] for row in stopping]
            curves(right, {f"{label}, {lam}": rows}, first=first)
            step, below = (100, -0.07) if first == 3 else (end, away)
            right.text(step, np.mean(rows, 0)[step] + below, f"{label}, {lam}", color=COLORS[first], ha="right",
                       va="center", fontsize=8)  # fmt: skip
    right.set(xlabel="step")
    for axes in (left, right):
        for level in (LEAST, MOST):
            axes.axhline(float(level), color=COLORS[5], linestyle=":", linewidth=1)
    high = mean([crossing(row["lambda"], row["share"][KEPT - 1], float(LEAST)) for row in scan])
    low = mean([crossing(row["lambda"], row["share"][KEPT], float(MOST)) for row in scan])
    told = "; ".join([
        f"{label} the first three keep at least {mean([row[name]['first'][30] for row in stopping]):.2f} and the "
        f"others at most {mean([row[name]['others'][30] for row in stopping]):.2f}"
        for name, label in (("none", "without λ"), ("two", "with λ = 2"))
    ])  # fmt: skip
    return (
        f"The third direction falls to 80 % at λ = {high:.2f}, the fourth to 50 % at λ = {low:.2f}: between these both "
        f"demands are met. Trained from zero, after 30 steps {told}."
    )


def _shares_by_lambda(axes: Axes, scan: list[Measured]) -> None:
    lams = scan[0]["lambda"]
    across = np.geomspace(lams[0], lams[-1], 40)
    for place, sigma in enumerate(SIGMAS):
        strong = place < KEPT
        color, end = COLORS[not strong], -1 if strong else 0
        kept = np.mean([row["share"][place] for row in scan], 0)
        formula = [float(shrinkage(sigma, Fraction(lam))) for lam in across]
        axes.plot(across, formula, color=color, linestyle=STYLES[not strong], linewidth=1)
        axes.plot(lams[::4], kept[::4], "o" if strong else "s", color=color, markersize=3)
        axes.annotate(f"σ = {float(sigma):g}", (lams[end], kept[end]), xytext=(5 if strong else -5, 0),
                      textcoords="offset points", ha="left" if strong else "right", va="center", fontsize=7,
                      color=color)  # fmt: skip
    ends = purifier_range(SIGMAS, KEPT, LEAST, MOST)
    assert ends is not None
    assert ends.low is not None
    assert ends.high is not None
    axes.axvspan(float(ends.low), float(ends.high), color=COLORS[2], alpha=0.12, linewidth=0)
    axes.set(xlabel="λ", ylabel="share kept", xscale="log", xlim=(0.05, 30), ylim=(-0.03, 1.04))
    axes.set_xticks([0.25, 1, 4, 16], ["0.25", "1", "4", "16"])
    axes.minorticks_off()
