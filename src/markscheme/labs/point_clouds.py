"""Point clouds: sets as inputs, groups of neighbors, and the points that a network keeps.

Digits become clouds: the pixels brighter than a quarter of the full range, as points with coordinates from −1 to 1. All
clouds have the same number of points: some of them are left out, or come twice. Their first order is that of reading.

A network that treats each point alone and pools over all of them sees a set. Permuting the points changes its feature
by rounding at most, and its accuracy not at all. A network that reads the same points as one long row learns at which
place of the row to expect what: permuted, its accuracy falls nearly to chance. ReLU is not what makes the first one
invariant: its output changes as the points do, row by row, and the pooling takes that out. What a set network does not
see is how often a point comes, if it pools by the maximum. The mean does see it: one point repeated often pulls it to
that point, and the accuracy is lost. A mean makes a network invariant to the order, not to the sampling of the cloud.

The exam's four groupings are put into one network each. With neighbors at different distances the key is right: 1, 3
and 4 are invariant, and 2 is not. On a grid, though, neighbors are often equally far. If the order of the cloud decides
between them, as a sorting routine does that is told nothing else, methods 1 and 3 change with the order; if coordinates
decide, they do not. Method 4 takes the largest of the distances, and ties do not matter to a maximum.

Half of the points is kept before the second layer: by furthest point sampling, by chance, or by nearest point sampling,
which collects neighbors around its start. On clouds as they are furthest sampling is best, as the key has it, and where
one point is repeated it is best by far: it spends no place on a point that it has, while chance spends many. With a few
outliers it is the other way round. What is far from everything else is just what it keeps, all of it, so that among
fewer points the outliers weigh more: chance does better, and nearest sampling, which the key rejects, does best of all,
as it seldom gets that far. Points that are most different are most significant only in clouds without noise.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor

from markscheme.labs.engine.charts import COLORS, bars, mean
from markscheme.labs.engine.lab import Lab, Measured
from markscheme.labs.engine.trial import Trial
from markscheme.labs.networks import Dense, drawn_weights, measure, optimizer_for, train
from markscheme.mechanisms.point_clouds import furthest_points, knn_group

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from numpy.random import Generator
    from numpy.typing import NDArray

BRIGHT = 0.25
METHODS = (
    "1: nearest, by distance", "2: nearest, by order", "3: within r, by distance", "4: furthest distance within r",
)  # fmt: skip
BY_ORDER, BY_PLACE, APART = TIES = "ties by order", "ties by coordinates", "no ties"
WHERE = {
    BY_ORDER: "the order of the cloud decides between neighbors equally far",
    BY_PLACE: "coordinates decide between neighbors equally far",
    APART: "no two neighbors equally far",
}
SAMPLINGS = ("furthest", "random", "nearest")
PLAIN, REPEATED, OUTLIERS = CLOUDS = "as they are", "a point repeated", "outliers"
WITH = {PLAIN: "as they are", REPEATED: "with one point repeated 32 times", OUTLIERS: "with two outliers"}

INVARIANCE, GROUPING, DOWNSAMPLING = PROBLEMS = (
    "point_clouds/permutation_invariance", "point_clouds/grouping", "point_clouds/downsampling",
)  # fmt: skip

lab = Lab(
    "point_clouds",
    title="Point clouds",
    source="EECS 182 midterm, Spring 2023, question 7",
    problems=PROBLEMS,
    text="""
    Digits as sets of points. Does a network mind the order of the points, alone or with their neighbors? And which
    points should it keep?
    """,
)


@dataclass(frozen=True)
class Clouds:
    """Clouds of whole coordinates, count × points × 2, which range from −`extent` to `extent`; labels; which of the
    clouds are training data, and which are held out.
    """

    points: NDArray[Any]
    y: NDArray[Any]
    extent: float
    training: NDArray[Any]
    held_out: NDArray[Any]


def clouds(trial: Trial, points: int, images: int) -> Clouds:
    """At most so many images as clouds, in the order of reading."""
    rng = trial.random("clouds")
    taken = trial.images.take(rng.permutation(len(trial.images))[:images])
    height, width = taken.x.shape[1:]
    made: list[NDArray[Any]] = []
    for image in taken.x:
        places = np.argwhere(image > min(BRIGHT, image.max() / 2))
        if len(places) == 0:
            places = np.argwhere(image == image.max())
        chosen = rng.permutation(len(places))[:points]
        again = rng.integers(len(places), size=points - len(chosen))
        row, column = places[np.sort(np.concatenate([chosen, again]))].T
        made.append(np.stack([2 * column - (width - 1), (height - 1) - 2 * row], axis=1))
    order = rng.permutation(len(taken))
    count = len(taken) // 5
    return Clouds(np.stack(made).astype(float), taken.y, max(height, width, 2) - 1.0, order[count:], order[:count])


def shuffled(points: NDArray[Any], rng: Generator) -> NDArray[Any]:
    """Each cloud in an order of its own."""
    orders = rng.permuted(np.tile(np.arange(points.shape[1]), (len(points), 1)), axis=1)
    return np.take_along_axis(points, orders[:, :, None], axis=1)


class SetNetworks:
    """Networks side by side: layers with ReLU that all points share, pooling over the points, and a linear layer.

    `pools` has a network's pooling each; all start from the same weights.
    """

    def __init__(self, pools: Sequence[str], sizes: Sequence[int], rng: Generator, device: str) -> None:
        self.pools = pools
        self.weights = [drawn_weights(["He"], *fans, rng, device).repeat(len(pools), 1, 1) for fans in pairwise(sizes)]
        self.biases = [torch.zeros(len(pools), 1, size, device=device) for size in sizes[1:]]
        for parameter in self.parameters:
            parameter.requires_grad_()

    @property
    def parameters(self) -> list[Tensor]:
        """Weights, then biases."""
        return [*self.weights, *self.biases]

    def of_points(self, x: Tensor) -> Tensor:
        """Features, networks × batch × points × …, of clouds that are batch × points × …, or batch × networks × …"""
        each = x if x.ndim == 4 else x[:, None].expand(-1, len(self.pools), -1, -1)
        h = each.transpose(0, 1).flatten(1, 2)
        for W, b in zip(self.weights[:-1], self.biases[:-1], strict=True):
            h = torch.relu(torch.baddbmm(b, h, W))
        return h.unflatten(1, (len(x), -1))

    def pooled(self, x: Tensor) -> Tensor:
        """The global features, networks × batch × …"""
        h = self.of_points(x)
        return torch.stack(
            [net.amax(1) if pool == "max" else net.mean(1) for net, pool in zip(h, self.pools, strict=True)]
        )

    def __call__(self, x: Tensor) -> Tensor:
        return torch.baddbmm(self.biases[-1], self.pooled(x), self.weights[-1])


def fit(
    trial: Trial, network: SetNetworks | Dense, data: tuple[Tensor, Tensor], held_out: tuple[Tensor, Tensor],
    rate: float, epochs: int,
) -> None:  # fmt: skip
    """Train networks by Adam."""
    optimizer = optimizer_for("Adam", network.parameters, rate)
    train(network, optimizer, data, held_out, epochs=epochs, batch=64, rng=trial.random("batches"))


def changes(before: Tensor, after: Tensor) -> list[float]:
    """For each network, by how much what it computes differs, relative to what it was."""
    return [float((b - a).norm() / a.norm()) for a, b in zip(before.detach(), after.detach(), strict=True)]


@lab.experiment(quick={"epochs": 5})
def sets(
    trial: Trial, *, images: int = 2000, points: int = 32, widths: int = 32, features: int = 128, repeats: int = 64,
    rate: float = 0.01, epochs: int = 30,
) -> Measured:  # fmt: skip
    """Set networks by the maximum and by the mean, and a network on flattened points: accuracies, and changes."""
    data = clouds(trial, points, images)
    rng = trial.random("weights")
    classes = trial.images.classes
    nets = SetNetworks(("max", "mean"), (2, widths, features, classes), rng, trial.device)
    flat = Dense([drawn_weights(["He"], *fans, rng, trial.device) for fans in ((2 * points, 128), (128, classes))])
    x, y = trial.tensor(data.points / data.extent), trial.tensor(data.y)
    held, wanted = x[data.held_out], y[data.held_out]
    for network in (nets, flat):
        fit(trial, network, (x[data.training], y[data.training]), (held, wanted), rate, epochs)
    permuted = trial.tensor(shuffled(data.points[data.held_out], trial.random("orders")) / data.extent)
    again = torch.cat([held, held[:, :1].expand(-1, repeats, -1)], dim=1)
    found = {"in order": [*measure(nets, held, wanted)[0], *measure(flat, held, wanted)[0]],
             "permuted": [*measure(nets, permuted, wanted)[0], *measure(flat, permuted, wanted)[0]],
             "a point repeated": measure(nets, again, wanted)[0]}  # fmt: skip
    return {
        "accuracy": {name: dict(zip(("max", "mean", "flattened"), it, strict=False)) for name, it in found.items()},
        "F": dict(zip(nets.pools, changes(nets.pooled(held), nets.pooled(permuted)), strict=True)),
        "ReLU": dict(zip(nets.pools, changes(nets.of_points(held), nets.of_points(permuted)), strict=True)),
    }


def grouped(cloud: NDArray[Any], m: int, r: float, ties: str) -> NDArray[Any]:
    """The rows of the four methods, 4 × points × 2(points + 1), with zeros where a row is shorter.

    A point stands first in its own row. Of equally far points the first of the cloud comes first, or by coordinates
    the higher one, then the left one.
    """
    n = len(cloud)
    ranked = np.lexsort((cloud[:, 0], -cloud[:, 1])) if ties == BY_PLACE else np.arange(n)
    order = ranked[knn_group(cloud[ranked], cloud, n)]
    distances = np.sqrt(((cloud[order] - cloud[:, None]) ** 2).sum(2))
    inside = distances < r
    in_order = np.concatenate([order[:, :1], np.sort(order[:, 1 : m + 1], axis=1)], axis=1)
    rows = np.zeros((len(METHODS), n, 2 * (n + 1)))
    rows[0, :, : 2 * (m + 1)] = cloud[order[:, : m + 1]].reshape(n, -1)
    rows[1, :, : 2 * (m + 1)] = cloud[in_order].reshape(n, -1)
    rows[2, :, : 2 * n] = np.where(inside[:, :, None], cloud[order], 0).reshape(n, -1)
    rows[3, :, :2] = cloud
    rows[3, :, 2] = np.where(inside, distances, 0).max(1)
    return rows


@lab.experiment(quick={"images": 600, "epochs": 3})
def groupings(
    trial: Trial, *, images: int = 2000, points: int = 32, neighbors: int = 4, radius: float = 0.5, features: int = 64,
    rate: float = 0.01, epochs: int = 8,
) -> Measured:  # fmt: skip
    """A network for each grouping, one layer and the mean: by how much F and the predictions change when the points are
    permuted, on pixels (with two rules for ties), and on points moved by up to a quarter of a pixel.
    """
    data = clouds(trial, points, images)
    moved = data.points + trial.random("moves").uniform(-0.5, 0.5, data.points.shape)
    found: Measured = {}
    for cloud, rules in ((data.points, (BY_ORDER, BY_PLACE)), (moved, (APART,))):

        def rows(those: NDArray[Any], ties: str) -> Tensor:
            made = [grouped(it, neighbors, radius * data.extent, ties) for it in those]
            return trial.tensor(np.stack(made).astype(np.float32) / data.extent)

        sizes = (2 * (points + 1), features, trial.images.classes)
        nets = SetNetworks(("mean",) * len(METHODS), sizes, trial.random("weights"), trial.device)
        y = trial.tensor(data.y)
        held = rows(cloud[data.held_out], rules[0]), y[data.held_out]
        fit(trial, nets, (rows(cloud[data.training], rules[0]), y[data.training]), held, rate, epochs)
        permuted = shuffled(cloud[data.held_out], trial.random("orders"))
        for ties in rules:
            other = rows(permuted, ties)
            found[ties] = {
                "accuracy": measure(nets, *held)[0],
                "F": changes(nets.pooled(held[0]), nets.pooled(other)),
                "changed": (nets(held[0]).argmax(2) != nets(other).argmax(2)).float().mean(1).tolist(),
            }
    return found


def half(points: NDArray[Any], rng: Generator) -> NDArray[Any]:
    """The places of half of the points of each cloud, count × 3 × half, by each sampling, from starts by chance."""
    count, n, _ = points.shape
    starts, kept = rng.integers(n, size=count), (n + 1) // 2
    furthest = [furthest_points(cloud, kept, int(start)) for cloud, start in zip(points, starts, strict=True)]
    by_chance = rng.permuted(np.tile(np.arange(n), (count, 1)), axis=1)[:, :kept]
    return np.stack([np.stack(furthest), by_chance, nearest_points(points, kept, starts)], axis=1)


def nearest_points(points: NDArray[Any], kept: int, starts: NDArray[Any]) -> NDArray[Any]:
    """Nearest point sampling, of all clouds at once: again and again the remaining point nearest to one sampled."""
    each = np.arange(len(points))
    gaps, taken = np.full(points.shape[:2], np.inf), np.zeros(points.shape[:2], bool)
    chosen = [starts]
    while len(chosen) < kept:
        taken[each, chosen[-1]] = True
        gaps = np.minimum(gaps, ((points - points[each, chosen[-1]][:, None]) ** 2).sum(2))
        chosen.append(np.where(taken, np.inf, gaps).argmin(1))
    return np.stack(chosen, axis=1)


@lab.experiment(quick={"epochs": 5})
def samplings(
    trial: Trial, *, images: int = 2000, points: int = 32, widths: int = 32, repeats: int = 32, outliers: int = 2,
    rate: float = 0.01, epochs: int = 40,
) -> Measured:  # fmt: skip
    """A network of two layers and the mean for each sampling of half of the points before the second: accuracies on
    clouds as they are, as in training; with one point repeated; and with outliers 3 to 4 away from the middle.
    """
    data = clouds(trial, points, images)
    rng = trial.random("samples")
    whole = data.points / data.extent
    y = trial.tensor(data.y)
    sizes = (2, widths, 2 * widths, trial.images.classes)
    nets = SetNetworks(("mean",) * len(SAMPLINGS), sizes, trial.random("weights"), trial.device)
    held, wanted = whole[data.held_out], y[data.held_out]
    angle, reach = rng.uniform(0, 2 * np.pi, (len(held), outliers)), rng.uniform(3, 4, (len(held), outliers, 1))
    far = reach * np.stack([np.cos(angle), np.sin(angle)], axis=2)
    tried = {
        PLAIN: held,
        REPEATED: np.concatenate([held, np.repeat(held[:, points // 2, None], repeats, axis=1)], axis=1),
        OUTLIERS: np.concatenate([held, far], axis=1),
    }
    kept = {name: half(those, rng) for name, those in tried.items()}

    def sampled(those: NDArray[Any], places: NDArray[Any]) -> Tensor:
        return trial.tensor(np.take_along_axis(those[:, None], places[:, :, :, None], axis=2))

    training = sampled(whole[data.training], half(whole[data.training], rng)), y[data.training]
    fit(trial, nets, training, (sampled(held, kept[PLAIN]), wanted), rate, epochs)
    accuracy = {name: measure(nets, sampled(those, kept[name]), wanted)[0] for name, those in tried.items()}
    share = (kept[OUTLIERS] >= points).sum(2).mean(0) / max(outliers, 1)
    return {
        "accuracy": {name: dict(zip(SAMPLINGS, it, strict=True)) for name, it in accuracy.items()},
        "outliers kept": dict(zip(SAMPLINGS, map(float, share), strict=True)),
        "example": {"points": held[0].tolist(), "kept": kept[PLAIN][0].tolist()},
    }


def lost(measured: Measured, network: str, after: str) -> float:
    """The accuracy that a network loses."""
    return measured["accuracy"]["in order"][network] - measured["accuracy"][after][network]


for pooling in ("mean", "max"):

    @lab.claim("permuting the order of points will not change F", printed=True, problem=INVARIANCE, below=1e-5,
               number="relative change of F", where=f"{pooling} pooling, in floats")  # fmt: skip
    def _(sets: Measured, pool: str = pooling) -> float:
        return sets["F"][pool]


@lab.claim("ReLU is invariant to the permutation of the order of input points", printed=True, problem=INVARIANCE,
           number="relative change of its output", below=1e-5, where="of the points, before pooling")  # fmt: skip
def _(sets: Measured) -> float:
    return sets["ReLU"]["mean"]


for network, where in (
    ("mean", "set network, mean"),
    ("max", "set network, maximum"),
    ("flattened", "flattened points"),
):

    @lab.claim("the order of the points does not matter to the accuracy", problem=INVARIANCE, number="accuracy lost",
               below=0.02, where=where)  # fmt: skip
    def _(sets: Measured, network: str = network) -> float:
        return lost(sets, network, "permuted")


for network, where in (("mean", "set network, mean"), ("max", "set network, maximum")):

    @lab.claim("how often a point comes does not matter to the accuracy", problem=INVARIANCE, number="accuracy lost",
               below=0.02, where=f"{where}; one point 64 times more")  # fmt: skip
    def _(sets: Measured, network: str = network) -> float:
        return lost(sets, network, "a point repeated")


for name, method, rules in (
    ("first", 0, (APART, BY_ORDER, BY_PLACE)), ("third", 2, (APART, BY_ORDER, BY_PLACE)),
    ("fourth", 3, (APART, BY_ORDER)),
):  # fmt: skip
    for ties in rules:

        @lab.claim(f"the {name} method is permutation-invariant", printed=True, problem=GROUPING, below=1e-5,
                   number="relative change of F", where=WHERE[ties])  # fmt: skip
        def _(groupings: Measured, method: int = method, ties: str = ties) -> float:
            return groupings[ties]["F"][method]


@lab.claim("the second method cannot guarantee permutation invariance", printed=True, problem=GROUPING, above=1e-5,
           number="relative change of F", where=WHERE[APART])  # fmt: skip
def _(groupings: Measured) -> float:
    return groupings[APART]["F"][1]


for other in ("random", "nearest"):
    for cloud in CLOUDS:

        @lab.claim(f"furthest point sampling is a better pooling layer than {other}", problem=DOWNSAMPLING,
                   printed=other == "nearest", above=0, number=f"accuracy, furthest − {other}",
                   where=f"clouds {WITH[cloud]}")  # fmt: skip
        def _(samplings: Measured, other: str = other, cloud: str = cloud) -> float:
            row = samplings["accuracy"][cloud]
            return row["furthest"] - row[other]


@lab.claim("it keeps single individual points alone", printed=True, problem=DOWNSAMPLING, above=0.9,
           number="share of the outliers kept", where="furthest point sampling, two outliers")  # fmt: skip
def _(samplings: Measured) -> float:
    return samplings["outliers kept"]["furthest"]


@lab.figure("Accuracy with the points in the order of training, permuted, and with one point 64 times more: mean of "
            "the seeds, and their range.", problems=(INVARIANCE,), size=(6.4, 2.8))  # fmt: skip
def order(figure: Figure, sets: list[Measured]) -> str:
    """A group of bars a network."""
    axes = figure.subplots()
    groups = {
        title: {name: [row["accuracy"][name][network] for row in sets]
                for name in sets[0]["accuracy"] if network in sets[0]["accuracy"][name]}
        for network, title in (("max", "set, maximum"), ("mean", "set, mean"), ("flattened", "flattened"))
    }  # fmt: skip
    bars(axes, groups)
    axes.set(ylabel="accuracy", ylim=(0, 1))
    axes.legend(loc="upper right", ncols=3)
    told = [
        f"{title}: " + ", ".join([f"{name} {mean(it):.2f}" for name, it in by_order.items()])
        for title, by_order in groups.items()
    ]
    return f"Accuracy. {'; '.join(told)}."


@lab.figure("Predictions that change when the points are permuted, by grouping and by what decides between neighbors "
            "that are equally far: mean of the seeds, and their range.", problems=(GROUPING,),
            size=(7.0, 2.8))  # fmt: skip
def changed(figure: Figure, groupings: list[Measured]) -> str:
    """A group of bars a method."""
    axes = figure.subplots()
    groups = {
        method: {ties: [row[ties]["changed"][place] for row in groupings] for ties in TIES}
        for place, method in enumerate(METHODS)
    }
    bars(axes, {method.replace(": ", ":\n").replace(", ", ",\n"): it for method, it in groups.items()})
    axes.set(ylabel="predictions changed")
    axes.legend(loc="upper right")
    told = [
        f"{method}: " + ", ".join([f"{mean(it):.3f} ({ties})" for ties, it in by_ties.items()])
        for method, by_ties in groups.items()
    ]
    right = mean([accuracy for row in groupings for it in row.values() for accuracy in it["accuracy"]])
    return f"Share of predictions that change, of networks with an accuracy of {right:.2f}. {'; '.join(told)}."


@lab.figure("Accuracy with half of the points, by how they are sampled; below, what is kept of a cloud as it is "
            "(gray: left out).", problems=(DOWNSAMPLING,), size=(7.2, 4.6))  # fmt: skip
def kept(figure: Figure, samplings: list[Measured]) -> str:
    """Bars by cloud and sampling; below, an example."""
    grid = figure.add_gridspec(2, len(SAMPLINGS), height_ratios=(1, 1.1))
    axes = figure.add_subplot(grid[0, :])
    groups = {
        cloud: {name: [row["accuracy"][cloud][name] for row in samplings] for name in SAMPLINGS} for cloud in CLOUDS
    }
    bars(axes, groups)
    axes.set(ylabel="accuracy", ylim=(0, 1))
    axes.legend(loc="upper right", ncols=3)
    example = samplings[0]["example"]
    for place, name in enumerate(SAMPLINGS):
        below = figure.add_subplot(grid[1, place])
        points = np.asarray(example["points"])
        sampled = points[example["kept"][place]]
        below.scatter(*points.T, s=26, color="#cbd5e1")
        below.scatter(*sampled.T, s=28, color=COLORS[place], marker="osD"[place])
        below.set(title=name, aspect="equal", xlim=(-1.2, 1.2), ylim=(-1.2, 1.2), xticks=(-1, 0, 1), yticks=(-1, 0, 1))
    told = [
        f"clouds {WITH[cloud]}: " + ", ".join([f"{name} {mean(it):.2f}" for name, it in by_name.items()])
        for cloud, by_name in groups.items()
    ]
    share = ", ".join([f"{name} {mean([row['outliers kept'][name] for row in samplings]):.2f}" for name in SAMPLINGS])
    return f"Accuracy with half of the points. {'; '.join(told)}. Share of the outliers that are kept: {share}."
