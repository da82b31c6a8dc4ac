"""Purification: a linear encoder that learns to reconstruct its data under weight decay, and what it lets through.

A square matrix W is trained, by gradient descent from random numbers, to make ‖X − WX‖² + λ‖W‖² small. It ends where
the formula says, at U diag(σ²/(σ² + λ)) Uᵀ: each singular direction of the data is kept to a share that its singular
value and λ decide. With the data of 10(a) the weak feature is let through by half at the very λ at which the exam's two
encoders tie. At the tie neither is better, so it belongs to the λ at which α is not better; the printed range leaves it
out.

The bottleneck that the exam speaks of shows in the sum of the shares, which shrinks. It is none of rank: every
direction is let through by a little, and W stays invertible. Without λ, W comes to the identity where the data fill all
directions. The digits do not: some pixels are dark in all of them, no loss says anything about these, and there W stays
as it was drawn.

That weight decay is ridge regularization holds for the decay that is added to the gradient, with 2λ for the factor, by
SGD or by Adam. The decoupled decay of AdamW goes beyond the exam: it pulls on the weights themselves, beside steps
whose size hardly depends on the gradient's, and so it bounds the weights and has its end elsewhere.

As a purifier W is useful. Trained on clean images, it takes more than half of the noise from others that it has never
seen. The best λ is known beforehand: for noise of variance s² in each entry the expected loss of a denoiser,
E‖X − W(X + N)‖², is exactly ‖X − WX‖² + n s² ‖W‖², so that λ = n s² for n images. A smaller λ lets more noise through,
a larger one takes more of the image with the noise.

The range of 10(c), from 1 to 4, is exact, and what a scan over λ with a trained W for each finds. The printed working
has 0.6 in place of 0.5 in one line; that would begin at 2/3.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import adaptive_avg_pool2d

from markscheme.core.errors import MarkschemeError
from markscheme.exact import Matrix
from markscheme.labs.engine.charts import COLORS, mean, panel
from markscheme.labs.engine.lab import Lab, Measured, Quantity, Rows
from markscheme.labs.engine.trial import Trial
from markscheme.labs.networks import optimizer_for
from markscheme.mechanisms.regularization import purification_loss, purifier, purifier_range, shrinkage

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

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
    version=2,
)


def descent(X: Tensor, strengths: Sequence[float], start: Tensor, *, steps: int, momentum: float) -> Tensor:
    """Encoders, strengths × m × m, by gradient descent on ‖X − WX‖² + λ‖W‖², one for each λ, side by side.

    Each loss is divided by its largest curvature, so that one rate suits all.
    """
    lams = torch.tensor(list(strengths), dtype=X.dtype, device=X.device)
    curvatures = 2 * (torch.linalg.matrix_norm(X, 2).square() + lams)
    few = torch.linalg.qr(X.T).R.T  # ‖X − WX‖ = ‖R − WR‖, with m columns in place of n
    W = start.expand(len(lams), -1, -1).clone().requires_grad_()
    optimizer = optimizer_for("SGD", [W], 1.0, momentum=momentum)
    for _ in range(steps):
        optimizer.zero_grad()
        losses = (few - W @ few).square().sum((1, 2)) + lams * W.square().sum((1, 2))
        (losses / curvatures).sum().backward()
        optimizer.step()
    return W.detach()


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


@lab.experiment(quick={"steps": 300})
def encoders(trial: Trial, *, steps: int = 3000) -> Measured:
    """The data of 10(a): an encoder trained for each of several λ, beside the two of the exam."""
    lams = [TIE * Fraction(2) ** k for k in range(-5, 6)]
    X = trial.tensor([[float(entry) for entry in row] for row in DATA], double=True)
    W = descent(X, [0.0, *map(float, lams)], drawn_start(trial, 2), steps=steps, momentum=0.985)
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


@lab.experiment(quick={"steps": 150}, seeds=5)
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
    W = descent(X, [*lams, 0.0], drawn_start(trial, len(X)), steps=steps, momentum=0.97)
    purified = W[:-1] @ noisy
    pictures = {"clean": clean, "noisy": noisy, **{name: purified[TIMES.index(it)] for name, it in SHOWN.items()}}
    return {
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


@lab.experiment(quick={"steps": 150})
def scan(trial: Trial, *, points: int = 20, steps: int = 1000) -> Measured:
    """Data with the singular values of 10(c): what encoders trained for many λ keep of each direction."""
    X, U = drawn_data(trial, points)
    lams = np.geomspace(0.2, 12, 33).tolist()
    W = descent(X, lams, drawn_start(trial, len(SIGMAS)), steps=steps, momentum=0.95)
    return {
        "lambda": lams,
        "share": shares(W, U).T.tolist(),
        "from_formula": max(distances(W, torch.stack([purifier(X, lam) for lam in lams]))),
    }


@lab.experiment(quick={"steps": 200}, seeds=5)
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


LOSSES, MINIMIZER, RANGE = lab.problems
STRONG = "the data of 10(a), λ = 0.008"


def at(lam: float, what: str, shift: int = 0) -> Quantity:
    """What was measured at a λ of the first experiment."""
    return encoders.then(lambda row: row[what][shift + row["lambda"].index(lam)])


def difference(lam: Fraction) -> Fraction:
    """L₂(β) − L₂(α), exactly."""
    one, other = (purification_loss(encoder, DATA, lam) for encoder in (BETA, ALPHA))
    return Fraction(one) - other


@lab.identity("the β encoder is a better choice for λ > 0.001", "the data of 10(a), in fractions", problem=LOSSES,
              printed=True)  # fmt: skip
def _() -> tuple[bool, str]:
    return all(difference(TIE * k / 8) == TIE - TIE * k / 8 for k in range(17)), "L₂(β) − L₂(α) = 0.001 − λ"


@lab.identity("α is not a better solution for λ > 0.001 alone", "the data of 10(a), in fractions", problem=LOSSES,
              printed=True)  # fmt: skip
def _() -> tuple[bool, str]:
    return difference(TIE) > 0, "at λ = 0.001 the two are equally good, so α is not better there either"


@lab.identity("the gradient of L₂ is zero at XXᵀ(XXᵀ + λI)⁻¹", "the data of 10(a), in fractions", problem=MINIMIZER,
              printed=True)  # fmt: skip
def _() -> tuple[bool, str]:
    gram, (a, b) = DATA @ DATA.T, (Fraction(1, 1000), Fraction(2))
    for lam in (a, b):
        (p, q), (_, r) = gram + ALPHA * lam
        inverse = Matrix([(r, -q), (-q, p)]) * (1 / Fraction(p * r - q * q))
        W = gram @ inverse
        if W @ gram - gram + W * lam != Matrix([(0, 0), (0, 0)]):
            return False, f"not at λ = {lam}"
    return True, "zero"


@lab.identity("1 ≤ λ ≤ 4 keeps 80 % of the first three directions and at most 50 % of the others",
              "the singular values of 10(c), in fractions", problem=RANGE, printed=True)  # fmt: skip
def _() -> tuple[bool, str]:
    found = purifier_range(SIGMAS, KEPT, LEAST, MOST)
    return found is not None and (found.low, found.high) == (1, 4), f"exactly for λ in {found}"


@lab.identity("σ₄²/(σ₄² + λ) ≤ 0.6 implies λ ≥ 1", "the printed working", problem=RANGE, printed=True)
def _() -> tuple[bool, str]:
    lam = Fraction(2, 3)
    return shrinkage(SIGMAS[KEPT], lam) > Fraction(
        6, 10
    ), f"at λ = {lam} the share is {shrinkage(SIGMAS[KEPT], lam)}: 0.6 stands where 0.5 is meant"


lab.claims("regularization prevents the encoder from learning an identity mapping", {STRONG: at(0.008, "from_identity",
           1)},
           effect="distance from I, relative to I", problem=LOSSES,
           printed=True)  # fmt: skip
lab.claims("regularization induces a bottleneck in the encoder", {STRONG: at(0.008, "trace")},
           effect="sum of the shares",
           below=2, because="without a bottleneck both directions pass whole", problem=LOSSES,
           printed=True)  # fmt: skip
lab.claims("the bottleneck is not one of rank", {STRONG: at(0.008, "flattest")}, above=0.01, problem=LOSSES,
           effect="smallest singular value of W over its largest", because="one in a hundred is no zero")  # fmt: skip
lab.claims("without regularization the encoder learns the identity mapping",
           {"the data of 10(a)": encoders["from_identity"][0],
           "images, some of whose pixels are always dark": images["from_identity"]},
           effect="distance from I, relative to I", below=1e-3, because="a thousandth, which no picture shows",
           problem=LOSSES)  # fmt: skip
lab.claims(
    "training ends at U diag(σ²/(σ² + λ)) Uᵀ",
    {"the data of 10(a), 11 values of λ": encoders["from_formula"],
     "the singular values of 10(c), 33 values of λ": scan["from_formula"],
     "images, 9 values of λ": images["from_formula"].then(max)},
    effect="largest distance, relative", below=1e-3, because="a thousandth, which no picture shows", problem=MINIMIZER,
    printed=True,
)  # fmt: skip
for name in DECAYS:
    lab.claims("weight decay is equivalent to ridge-style regularization",
               {f"{name}, a weight decay of 2λ": decay[name]},
               effect="distance from the formula, relative", below=0.01, because="a hundredth, as steps go on",
               problem=MINIMIZER, printed=name == "SGD")  # fmt: skip
lab.claims("ridge-style regularization achieves non-trivial purification",
           {"noisy images that were not trained on, λ = n s²": images.then(
               lambda row: row["error"][TIMES.index(1.0)] / row["error_before"])},
           effect="squared error after, over before", below=1, because="purer is nearer", problem=MINIMIZER,
           printed=True)  # fmt: skip


def _of_least(errors: list[float]) -> float:
    return TIMES[errors.index(min(errors))]


lab.claims("it purifies best at λ = n s², for n images and noise of variance s²",
           {"noisy images that were not trained on": images["error"].then(_of_least)},
           effect="best λ over n s²", above=0.4, below=2.5, because="the neighbors in the scan are 0.5 and 2",
           problem=MINIMIZER)  # fmt: skip


@lab.figure("Left: the loss of the exam's two encoders and of a trained one. Right: what the trained one lets through "
            "of each feature. Dotted: the tie.", encoders, problems=(LOSSES,), size=(7.0, 2.7))  # fmt: skip
def tie(figure: Figure, rows: Rows) -> str:
    """Losses over λ, and the trained encoder's way from α to β."""
    lams = rows(encoders["lambda"])[0]
    left, right = figure.subplots(1, 2)
    told = panel(left, "loss L₂", {name: rows(encoders["loss"][name]) for name in ("α", "β", "trained")}, lams,
                 xlabel="λ", xscale="log", yscale="log", legend="best")  # fmt: skip
    told += panel(right, "share let through", {f"{name} feature": rows(encoders[name]) for name in ("strong", "weak")},
                  lams, xlabel="λ", xscale="log", ylim=(0, 1.08), legend="best")  # fmt: skip
    for axes in (left, right):
        axes.axvline(float(TIE), color=COLORS[5], linestyle=":", linewidth=1)
    return f"The losses of α and β cross at λ = {float(TIE):g}; from {lams[0]:.2g} to {lams[-1]:.2g}: {told}"


@lab.figure("Left: held-out images, the same with noise, and what trained encoders make of these. Right: the error "
            "left, over that of the noise.", images, problems=(MINIMIZER,), size=(7.4, 2.9))  # fmt: skip
def purified(figure: Figure, rows: Rows) -> str:
    """Pictures before and after; errors over λ."""
    pictures, right = figure.subplots(1, 2, width_ratios=(1.6, 1))
    found = rows(images)
    _pictures(pictures, found[0]["pictures"])
    ratios = [[error / row["error_before"] for error in row["error"]] for row in found]
    panel(right, "error after / before", {"error": ratios}, TIMES, xlabel="λ / (n s²)", xscale="log", ylim=(0, None))
    told = ", ".join([f"{name} {mean([row[TIMES.index(it)] for row in ratios]):.2f}" for name, it in SHOWN.items()])
    apart = max([distance for row in found for distance in row["from_formula"]])
    return (
        f"Images clean, noisy, and purified with a small, the right and a large λ: with the first noise remains, the "
        f"last makes all images alike. The squared error left, over that of the noise: {told}. Relative to its "
        f"size no encoder is further from the formula than {apart:.1g}."
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


@lab.figure("What trained encoders keep of the eight directions of 10(c), by λ. Dotted: 80 % and 50 %; shaded: from 1 "
            "to 4.", scan, problems=(RANGE,), size=(5.4, 3.0))  # fmt: skip
def shares_kept(figure: Figure, rows: Rows) -> str:
    """The scan over λ."""
    axes, lams = figure.subplots(), rows(scan["lambda"])[0]
    lines = {f"σ = {float(sigma):g}": rows(scan["share"][place]) for place, sigma in enumerate(SIGMAS)}
    told = panel(axes, "share kept", lines, lams, xlabel="λ", xscale="log")
    for level in (LEAST, MOST):
        axes.axhline(float(level), color=COLORS[5], linestyle=":", linewidth=1)
    axes.axvspan(1, 4, color=COLORS[2], alpha=0.12, linewidth=0)
    axes.set_xticks([0.25, 1, 4, 16], ["0.25", "1", "4", "16"])
    figure.legend(*axes.get_legend_handles_labels(), loc="outside right center")
    return f"From λ = {lams[0]:.2g} to {lams[-1]:.2g}: {told}"
