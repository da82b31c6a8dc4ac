"""Point clouds: sets as inputs, groups of neighbors, and the points that a network keeps.

Digits become clouds: the pixels brighter than a quarter of the full range, as points with coordinates from −1 to 1. All
clouds have the same number of points: some of them are left out, or come twice. Their first order is that of reading.

A network that treats each point alone and pools over all of them sees a set: its feature does not depend on the order,
exactly. A network that reads the same points as one long row learns at which place of the row to expect what: permuted,
its accuracy falls nearly to chance. ReLU is not what makes the first one invariant: its output changes as the points
do, row by row, and the pooling takes that out. What a set network does not see is how often a point comes, if it pools
by the maximum. The mean does see it: one point repeated often pulls it to that point, and the accuracy is lost.

The exam's four groupings are checked in exact arithmetic. Without neighbors at equal distances the key is right: 1, 3
and 4 are invariant, and 2 is not. On the exam's own cloud, which lies on a grid, neighbors are equally far. If the
order of the cloud decides between them, as a sorting routine does that is told nothing else, methods 1 and 3 change
with the order; if coordinates decide, they do not. Method 4 takes the largest of the distances, and ties do not matter
to a maximum. Do neighborhoods help? A network is trained for each grouping, and one without, each at its best rate.

Half of the points is kept before the second layer: by furthest point sampling, by chance, or by nearest point sampling,
which collects neighbors around its start. Each network has its own best rate. A few outliers are all kept by furthest
point sampling, as the key says of single points. Whether that hurts depends on what the network was trained on: one
that met outliers in training knows what to make of them, one that did not is misled the more, the more of them are
kept.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import torch
from torch import Tensor

from markscheme.exact import Matrix
from markscheme.labs.engine.charts import COLORS, bars, panel
from markscheme.labs.engine.lab import Lab, Measured, Quantity, Rows
from markscheme.labs.engine.trial import Parts, Trial
from markscheme.labs.networks import Dense, drawn_weights, measure, optimizer_for, train
from markscheme.labs.tuning import EACH, ONE, Built, at_best, by_name, lead, swept
from markscheme.mechanisms import point_clouds as pc
from markscheme.mechanisms.point_clouds import furthest_points, knn_group

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from numpy.random import Generator
    from numpy.typing import NDArray

BRIGHT = 0.25
ALONE = "no neighbors"
METHODS = (
    "1: nearest, by distance", "2: nearest, by order", "3: within r, by distance", "4: furthest distance within r",
)  # fmt: skip
RATES = (0.001, 0.003, 0.01, 0.03)
SAMPLINGS = ("furthest", "random", "nearest")
PLAIN, REPEATED, OUTLIERS, TRAINED = CLOUDS = (
    "clouds as they are", "one point 32 times more", "two outliers, none in training", "two outliers, in training too",
)  # fmt: skip

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
    version=2,
)


@dataclass(frozen=True)
class Clouds:
    """Clouds of whole coordinates, count × points × 2, which range from −`extent` to `extent`, and labels; which are to
    train with, to choose by, and to judge by.
    """

    points: NDArray[Any]
    y: NDArray[Any]
    extent: float
    places: tuple[NDArray[Any], NDArray[Any], NDArray[Any]]

    def parts(self, trial: Trial, x: NDArray[Any]) -> Parts:
        """The three parts of what was made of all clouds, with labels."""
        return Parts(*[(trial.tensor(x[it]), trial.tensor(self.y[it])) for it in self.places])


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
    first, second = 3 * len(taken) // 5, 4 * len(taken) // 5
    parts = order[:first], order[first:second], order[second:]
    return Clouds(np.stack(made).astype(float), taken.y, max(height, width, 2) - 1.0, parts)


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
        """Features, networks × batch × points × …, of clouds that are batch × points × …, or batch × ways × points × …
        with the same number of neighboring networks for each way.
        """
        ways = x if x.ndim == 4 else x[:, None]
        each = ways.repeat_interleave(len(self.pools) // ways.shape[1], 1)
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


@lab.experiment(quick={"images": 400, "epochs": 2}, seeds=5)
def sets(
    trial: Trial, *, images: int = 2000, points: int = 32, widths: int = 32, features: int = 128, repeats: int = 64,
    rate: float = 0.01, epochs: int = 20,
) -> Measured:  # fmt: skip
    """Set networks by the maximum and by the mean, and a network on flattened points: accuracies with the points in the
    order of training, permuted, and with one of them repeated.
    """
    data = clouds(trial, points, images)
    rng, classes = trial.random("weights"), trial.images.classes
    nets = SetNetworks(("max", "mean"), (2, widths, features, classes), rng, trial.device)
    flat = Dense([drawn_weights(["He"], *fans, rng, trial.device) for fans in ((2 * points, 128), (128, classes))])
    parts = data.parts(trial, data.points / data.extent)
    for network in (nets, flat):
        train(network, optimizer_for("Adam", network.parameters, rate), parts.training, parts.validation,
              epochs=epochs, batch=64, rng=trial.random("batches"))  # fmt: skip
    held, y = parts.test
    permuted = trial.tensor(shuffled(data.points[data.places[2]], trial.random("orders")) / data.extent)
    again = torch.cat([held, held[:, :1].expand(-1, repeats, -1)], dim=1)
    found = {"in order": [*measure(nets, held, y)[0], *measure(flat, held, y)[0]],
             "permuted": [*measure(nets, permuted, y)[0], *measure(flat, permuted, y)[0]],
             "a point repeated": measure(nets, again, y)[0]}  # fmt: skip
    return {name: dict(zip(("max", "mean", "flattened"), it, strict=False)) for name, it in found.items()}


def grouped(cloud: NDArray[Any], m: int, r: float) -> NDArray[Any]:
    """The rows of points without neighbors and of the four methods, 5 × points × 2(points + 1), with zeros where a row
    is shorter. A point stands first in its own row; of equally far points the higher one comes first, then the left
    one.
    """
    n = len(cloud)
    ranked = np.lexsort((cloud[:, 0], -cloud[:, 1]))
    order = ranked[knn_group(cloud[ranked], cloud, n)]
    distances = np.sqrt(((cloud[order] - cloud[:, None]) ** 2).sum(2))
    inside = distances < r
    in_order = np.concatenate([order[:, :1], np.sort(order[:, 1 : m + 1], axis=1)], axis=1)
    rows = np.zeros((1 + len(METHODS), n, 2 * (n + 1)))
    rows[0, :, :2] = cloud
    rows[1, :, : 2 * (m + 1)] = cloud[order[:, : m + 1]].reshape(n, -1)
    rows[2, :, : 2 * (m + 1)] = cloud[in_order].reshape(n, -1)
    rows[3, :, : 2 * n] = np.where(inside[:, :, None], cloud[order], 0).reshape(n, -1)
    rows[4, :, :2] = cloud
    rows[4, :, 2] = np.where(inside, distances, 0).max(1)
    return rows


@lab.experiment(quick={"images": 200, "epochs": 1}, seeds=5, again=1)
def groupings(
    trial: Trial, *, images: int = 2000, points: int = 32, neighbors: int = 4, radius: float = 0.5, features: int = 32,
    epochs: int = 12,
) -> Measured:  # fmt: skip
    """A network without neighbors and one for each grouping, of one layer and the mean, at each rate."""
    data = clouds(trial, points, images)
    rows = [grouped(it, neighbors, radius * data.extent).astype(np.float32) / data.extent for it in data.points]

    def build(names: Sequence[str]) -> Built:
        sizes = (2 * (points + 1), features, trial.images.classes)
        nets = SetNetworks(("mean",) * len(names), sizes, trial.random("weights"), trial.device)
        return nets, nets.parameters

    return swept(trial, data.parts(trial, np.stack(rows)), (ALONE, *METHODS), RATES, build, optimizer="Adam",
                 epochs=epochs)  # fmt: skip


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


@lab.experiment(quick={"images": 200, "epochs": 1}, seeds=5, again=1)
def samplings(
    trial: Trial, *, images: int = 2000, points: int = 32, widths: int = 32, repeats: int = 32, outliers: int = 2,
    epochs: int = 25,
) -> Measured:  # fmt: skip
    """A network of two layers and the mean for each sampling of half of the points before the second, at each rate:
    trained on clouds as they are, and on such with outliers 3 to 4 away from the middle; and the accuracies of the
    first, at the best rate, with one point repeated and with outliers.
    """
    data, rng = clouds(trial, points, images), trial.random("samples")
    whole = data.points / data.extent
    angle, reach = rng.uniform(0, 2 * np.pi, (len(whole), outliers)), rng.uniform(3, 4, (len(whole), outliers, 1))
    far = np.concatenate([whole, reach * np.stack([np.cos(angle), np.sin(angle)], axis=2)], axis=1)
    again = np.concatenate([whole, np.repeat(whole[:, points // 2, None], repeats, axis=1)], axis=1)[data.places[2]]
    kept = {PLAIN: half(whole, rng), TRAINED: half(far, rng)}
    made: list[SetNetworks] = []

    def build(names: Sequence[str]) -> Built:
        sizes = (2, widths, 2 * widths, trial.images.classes)
        made.append(SetNetworks(("mean",) * len(names), sizes, trial.random("weights"), trial.device))
        return made[-1], made[-1].parameters

    def trained(those: NDArray[Any], name: str) -> Measured:
        sampled = np.take_along_axis(those[:, None], kept[name][..., None], axis=2)
        return swept(trial, data.parts(trial, sampled), SAMPLINGS, RATES, build, optimizer="Adam", epochs=epochs)

    found = {PLAIN: trained(whole, PLAIN), TRAINED: trained(far, TRAINED)}
    y = trial.tensor(data.y[data.places[2]])
    for name, those, places in ((REPEATED, again, half(again, rng)),
                                (OUTLIERS, far[data.places[2]], kept[TRAINED][data.places[2]])):  # fmt: skip
        sampled = trial.tensor(np.take_along_axis(those[:, None], places[..., None], axis=2))
        found[name] = {**found[PLAIN], "test": by_name(SAMPLINGS, measure(made[0], sampled, y)[0], len(RATES))}
    share = (kept[TRAINED] >= points).sum(2).mean(0) / max(outliers, 1)
    return {
        **found,
        "outliers kept": dict(zip(SAMPLINGS, map(float, share), strict=True)),
        "example": {"points": whole[0].tolist(), "kept": kept[PLAIN][0].tolist()},
    }


DIGIT = ((0, 4), (0, 3), (0, 2), (0, 1))
"""The exam's own cloud: neighbors on a line are equally far."""
SCATTERED = ((1, -2), (2, 1), (2, -3), (0, 3), (3, 3))
"""No two are equally far from a third."""
WEIGHTS = Matrix([(1, -2), (-2, 1), (3, 1), (1, -1), (-2, 3), (2, 1), (-1, 2), (1, 1), (2, -3), (-1, 1)])
BY_ORDER, BY_PLACE = "the order of the cloud", "coordinates"


def same(cloud: pc.Cloud, features: Callable[[pc.Cloud], object]) -> tuple[bool, str]:
    """Whether no order of a cloud changes its features, in fractions."""
    order = pc.permutation_counterexample(cloud, features)
    if order is None:
        return True, f"the same for each order of {len(cloud)} points, in fractions"
    return False, f"another one for the order {', '.join([str(it + 1) for it in order])}"


@lab.identity("permuting the order of points will not change F", "mean pooling", problem=INVARIANCE, printed=True)
def _() -> tuple[bool, str]:
    return same(SCATTERED, lambda cloud: pc.pooled(cloud, lambda points, i: points[i], WEIGHTS))


@lab.identity("ReLU is invariant to the permutation of the order of input points", "of the points, before pooling",
              problem=INVARIANCE, printed=True)  # fmt: skip
def _() -> tuple[bool, str]:
    holds, shown = same(SCATTERED, lambda cloud: [[max(0, x), max(0, y)] for x, y in cloud])
    return holds, f"{shown}: it is permuted as the points are (equivariant)"


for name, group, size in (
    ("first", pc.nearest_by_distance, {"m": 2}), ("third", pc.within_by_distance, {"r": 4}),
    ("fourth", pc.furthest_within, {"r": 4}),
):  # fmt: skip
    for cloud, ties, where in (
        (SCATTERED, {}, "no two neighbors equally far"), (DIGIT, {}, f"the exam's cloud; {BY_ORDER} decides on ties"),
        (DIGIT, {"ties": "coordinates"}, f"the exam's cloud; {BY_PLACE} decide on ties"),
    ):  # fmt: skip
        if ties and name == "fourth":
            continue
        rule = partial(cast("Any", group), **size, **ties)

        @lab.identity(
            f"the {name} method is permutation-invariant", where, problem=GROUPING, printed=cloud is SCATTERED
        )
        def _(cloud: pc.Cloud = cloud, rule: pc.Grouping = rule) -> tuple[bool, str]:
            return same(cloud, lambda points: pc.pooled(points, rule, WEIGHTS))


@lab.identity("the second method cannot guarantee permutation invariance", "no two neighbors equally far",
              problem=GROUPING, printed=True)  # fmt: skip
def _() -> tuple[bool, str]:
    holds, shown = same(SCATTERED, lambda cloud: pc.pooled(cloud, partial(pc.nearest_by_order, m=2), WEIGHTS))
    return not holds, shown


def lost(network: str, after: str) -> Quantity:
    """The accuracy that a network loses."""
    return sets["in order"][network] - sets[after][network]


lab.claims("a network on flattened points needs their order", {"permuted": lost("flattened", "permuted")},
           effect="accuracy lost", problem=INVARIANCE)  # fmt: skip
lab.claims("a network with mean pooling sees how often a point comes",
           {"one point 64 times more": lost("mean", "a point repeated")},
           effect="accuracy lost", problem=INVARIANCE)  # fmt: skip
lab.claims("neighborhoods help", {f"method {it}, {EACH}": lead(groupings, it, ALONE)[EACH] for it in METHODS},
           effect="accuracy, with − without", problem=GROUPING)  # fmt: skip
for other in ("nearest", "random"):
    for cloud in CLOUDS:
        is_exam = other == "nearest" and cloud in (PLAIN, TRAINED)
        found = lead(samplings[cloud], "furthest", other)
        lab.claims(
            f"furthest point sampling is a better pooling layer than {other} point sampling",
            {f"{cloud}, {rate}": found[rate] for rate in ((EACH, ONE) if is_exam else (EACH,))},
            effect=f"accuracy, furthest − {other}", problem=DOWNSAMPLING,
            printed=is_exam,
        )  # fmt: skip
lab.claims("it keeps single individual points alone",
           {"furthest point sampling, two outliers": samplings["outliers kept"]["furthest"]},
           effect="share of the outliers kept", above=0.5, because="half of all points are kept",
           problem=DOWNSAMPLING, printed=True)  # fmt: skip


@lab.figure("Accuracy with the points in the order of training, permuted, and with one point 64 times more: mean of "
            "the seeds, and their range.", sets, problems=(INVARIANCE,), size=(6.4, 2.8))  # fmt: skip
def order(figure: Figure, rows: Rows) -> str:
    """A group of bars a network."""
    groups = {
        title: {name: rows(sets[name][network]) for name in ("in order", "permuted", "a point repeated")
                if (name, network) != ("a point repeated", "flattened")}
        for network, title in (("max", "set, maximum"), ("mean", "set, mean"), ("flattened", "flattened"))
    }  # fmt: skip
    return bars(figure.subplots(), "accuracy", groups, ylim=(0, 1.15), legend="upper right")


@lab.figure("Accuracy of a network without neighbors and of one for each grouping, by learning rate: mean of the "
            "seeds, and their range.", groupings, problems=(GROUPING,), size=(6.4, 2.8))  # fmt: skip
def neighborhoods(figure: Figure, rows: Rows) -> str:
    """A curve a grouping."""
    lines = {name: rows(groupings["test"][name]) for name in (ALONE, *METHODS)}
    return panel(figure.subplots(), "accuracy", lines, RATES, xscale="log", xlabel="rate", legend="lower right")


@lab.figure("Accuracy with half of the points, by how they are sampled, each at its best rate; below, what is kept of "
            "a cloud as it is (gray: left out).", samplings, problems=(DOWNSAMPLING,), size=(7.2, 4.6))  # fmt: skip
def kept(figure: Figure, rows: Rows) -> str:
    """Bars by cloud and sampling; below, an example."""
    grid = figure.add_gridspec(2, len(SAMPLINGS), height_ratios=(1, 1.1))
    groups = {
        cloud.replace(", ", ",\n"): {name: rows(samplings[cloud].then(at_best, name)) for name in SAMPLINGS}
        for cloud in CLOUDS
    }
    told = bars(figure.add_subplot(grid[0, :]), "accuracy", groups, ylim=(0, 1), legend="upper right")
    example = rows(samplings["example"])[0]
    for place, name in enumerate(SAMPLINGS):
        below = figure.add_subplot(grid[1, place])
        points = np.asarray(example["points"])
        below.scatter(*points.T, s=26, color="#cbd5e1")
        below.scatter(*points[example["kept"][place]].T, s=28, color=COLORS[place], marker="osD"[place])
        below.set(title=name, aspect="equal", xlim=(-1.2, 1.2), ylim=(-1.2, 1.2), xticks=(-1, 0, 1), yticks=(-1, 0, 1))
    return f"With half of the points: {told}"
