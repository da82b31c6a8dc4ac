"""Leakage: augmented copies of one image on both sides of a split.

Who augments first and splits afterwards asks for images in validation that the model has as good as seen. Two models
show what that does: a nearest neighbor, which does nothing but remember, and a network that the exam's own listing
trains. Each is tried by two protocols: augment, then split the copies at random; or split the images, then augment.
Beside the accuracy that a protocol reports stands the accuracy on fresh images, which were never near either part.

With few images and copies that can be told from other images, the leaking protocol reports far more than fresh images
bear out, and the clean one reports what is true. Labels drawn at random show it at its plainest: nothing can be learned
from them, and the leaking protocol reports nearly everything right, while the clean one reports chance.

That a split leaks does not say that the leak shows. With much noise a copy is hardly nearer to its twin than to other
images, so there is little to gain from having seen the twin; and as the noise makes the copies in the validation part
harder than the images of a test, a leaking protocol may even report too little. With many images a fresh one has a near
neighbor as well, and a twin adds little; a network trained on many reports less than its test. All the while almost
every validation image has a version in the training part. The exam infers the leak from a test accuracy that is
significantly lower, here by more than 0.1: that is a symptom of few images and faithful copies, and its absence proves
nothing.

The key mends the program by augmenting after the split. That is enough against the leak. What validation then reports
is an estimate of the test accuracy only if the validation part is left as it is: where both parts are augmented with
strong noise nothing leaks, and the report is far too low.

The listing is run as it is printed, with a real network where it says that its training code goes. It ends with a
`NameError` before it trains, as it makes its test loader of a name that nothing binds. With that mended it runs,
and shows what the exam says; as repaired in the bank the gap is gone.
"""

from __future__ import annotations

import random
from collections import abc
from collections.abc import Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor
from torch.utils.data import Dataset, Subset

from markscheme.bank.training import leakage as bank
from markscheme.labs.engine.charts import bars, curves, mean
from markscheme.labs.engine.lab import Lab, Measured
from markscheme.labs.engine.trial import Trial
from markscheme.labs.images import Images
from markscheme.labs.networks import Dense, drawn_weights, losses, measure, optimizer_for
from markscheme.mechanisms.splitting import grouped_split, leaking, leaks_between, random_split

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.random import Generator

LEAKING, CLEAN = "augment, then split", "split, then augment"
NOISES = (0.1, 0.2, 0.3, 0.4, 0.6, 0.8)
COUNTS = (30, 100, 300, 1000)
FRESH = 1000
"""At most so many fresh images."""

lab = Lab(
    "leakage",
    title="Leakage",
    source="EECS 182 midterm, Spring 2023, question 6(b)",
    problems=("training/leakage",),
    text="""
    Images are augmented with noisy copies, before or after they are split into training and validation data. Is the
    accuracy that validation reports the one on fresh images?
    """,
)


def parts(trial: Trial, count: int, rng: Generator) -> tuple[Images, Images]:
    """Some images to train and to validate with, at most half of all; and fresh ones."""
    count = min(count, len(trial.images) // 2)
    known, others = trial.images.split(rng, len(trial.images) - count)
    return known, others.take(slice(FRESH))


def neighbor(
    trial: Trial, images: int, copies: int, noise: float, repeats: int, *, by_chance: bool = False
) -> Measured:
    """A nearest neighbor, on average of some repeats: by protocol the accuracy `reported`; that on `fresh` images with
    noise like the copies', and as they come (`plain`); of the validation data, the share `leaked`, and the accuracy on
    their images as they come (`unchanged`).
    """
    rng, draw = trial.random(f"{images} images, noise {noise}"), trial.draw(f"{images} images, noise {noise}: split")
    found: dict[str, list[dict[str, float]]] = {LEAKING: [], CLEAN: []}
    for _ in range(repeats):
        known, fresh = (
            (part.x, rng.integers(trial.images.classes, size=len(part)) if by_chance else part.y)
            for part in parts(trial, images, rng)
        )
        groups = list(range(len(known[1]))) * copies
        y, fresh_y = trial.tensor(known[1][groups]), trial.tensor(fresh[1])
        plain, fresh_plain = trial.tensor(known[0]), trial.tensor(fresh[0])
        noisy, fresh_noisy = (
            trial.tensor(x + noise * rng.standard_normal(x.shape, dtype="float32"))
            for x in (known[0][groups], fresh[0])
        )
        splits = {
            LEAKING: random_split(len(groups), len(groups) // 5, draw),
            CLEAN: grouped_split(groups, len(known[1]) // 5, draw),
        }
        for protocol, (training, validation) in splits.items():
            one, other = list(training), list(validation)
            shown = sorted({groups[index] for index in other})
            asked = {
                "reported": (noisy[other], y[other]), "unchanged": (plain[shown], y[shown]),
                "fresh": (fresh_noisy, fresh_y), "plain": (fresh_plain, fresh_y),
            }  # fmt: skip
            row = {name: nearest_right(noisy[one], y[one], *it) for name, it in asked.items()}
            found[protocol].append({**row, "leaked": len(leaking(groups, validation)) / len(validation)})
    return {protocol: averaged(rows) for protocol, rows in found.items()}


def nearest_right(x: Tensor, y: Tensor, asked: Tensor, wanted: Tensor) -> float:
    """Of the images asked, the share whose nearest training image has their label."""
    nearest = torch.cdist(asked.flatten(1), x.flatten(1)).argmin(1)
    return float((y[nearest] == wanted).float().mean())


def averaged(rows: Sequence[dict[str, float]]) -> dict[str, float]:
    """The mean of each number."""
    return {name: mean([row[name] for row in rows]) for name in rows[0]}


@lab.experiment(quick={"repeats": 4})
def noises(trial: Trial, *, images: int = 100, copies: int = 10, repeats: int = 12) -> Measured:
    """A nearest neighbor, copies of few images with more and more noise."""
    return {str(noise): neighbor(trial, images, copies, noise, repeats) for noise in NOISES}


@lab.experiment(quick={"repeats": 1})
def counts(trial: Trial, *, copies: int = 10, noise: float = 0.3, repeats: int = 3) -> Measured:
    """A nearest neighbor, copies of more and more images."""
    return {str(images): neighbor(trial, images, copies, noise, repeats) for images in COUNTS}


@lab.experiment()
def random_labels(
    trial: Trial, *, images: int = 100, copies: int = 10, noise: float = 0.1, repeats: int = 20
) -> Measured:
    """A nearest neighbor, all images labeled at random."""
    return neighbor(trial, images, copies, noise, repeats, by_chance=True)


@dataclass
class Shown(Dataset[tuple[Tensor, Tensor]]):
    """Images with labels, and for each the number of the image that it shows."""

    x: Tensor
    y: Tensor
    numbers: list[int]

    def __getitem__(self, index: int) -> tuple[Tensor, Tensor]:
        return self.x[index], self.y[index]

    def __len__(self) -> int:
        return len(self.numbers)


def shown(data: Any) -> Shown:
    """What a dataset shows, a part of one too."""
    if isinstance(data, Subset):
        whole, chosen = shown(data.dataset), list(data.indices)
        return Shown(whole.x[chosen], whole.y[chosen], [whole.numbers[index] for index in chosen])
    return data


@lab.experiment(quick={"runs": 2})
def listing(
    trial: Trial, *, images: int = 50, copies: int = 10, noise: float = 0.2, width: int = 128, rate: float = 0.003,
    runs: int = 12,
) -> Measured:  # fmt: skip
    """A network trained by the listing's own loop, as printed, with its test loader mended, and as repaired."""
    how = images, copies, noise, width, rate
    given, error = executed(trial, bank.LISTING, 0, *how)
    found: Measured = {"printed": {"accuracies": given, "error": error}}
    for protocol, program in ((LEAKING, bank.AUGMENTED_FIRST), (CLEAN, bank.REPAIRED)):
        found[protocol] = averaged([executed(trial, program, run, *how)[0] for run in range(runs)])
    return found


@lab.experiment()
def listing_of_many(
    trial: Trial, *, images: int = 500, copies: int = 4, noise: float = 0.3, width: int = 128, rate: float = 0.003
) -> Measured:
    """A network trained on more images and fainter copies by the listing's own loop."""
    return executed(trial, bank.AUGMENTED_FIRST, 0, images, copies, noise, width, rate)[0]


def executed(
    trial: Trial, program: str, run: int, images: int, copies: int, noise: float, width: int, rate: float
) -> tuple[dict[str, float], str]:
    """Run a program with real images, and a network that its loop trains: accuracies, and the error that ended it."""
    rng = trial.random(f"run {run}")
    known, fresh = parts(trial, images, rng)
    sizes = ((known.x[0].size, width), (width, trial.images.classes))
    network = Dense([drawn_weights(["He"], *fans, rng, trial.device) for fans in sizes])
    optimizer = optimizer_for("Adam", network.parameters, rate)
    accuracies: dict[str, float] = {}

    def load(part: Images) -> Shown:
        return Shown(trial.tensor(part.x), trial.tensor(part.y), list(range(len(part))))

    def apply_augmentations(data: Any) -> Shown:
        it = shown(data)
        changed = [it.x + noise * trial.tensor(rng.standard_normal(it.x.shape, dtype="float32")) for _ in range(copies)]
        return Shown(torch.cat([it.x, *changed]), it.y.repeat(1 + copies), it.numbers * (1 + copies))

    def train(x: Tensor, y: Tensor) -> None:
        optimizer.zero_grad()
        losses(network(x), y).sum().backward()
        optimizer.step()

    def report(**loaders: Any) -> None:
        for name, loader in loaders.items():
            x, y = map(torch.cat, zip(*loader, strict=True))
            accuracies[name] = measure(network, x, y)[0][0]

    names = {"load_train_dataset": lambda: load(known), "load_test_dataset": lambda: load(fresh),
             "apply_augmentations": apply_augmentations, "train": train, "report": report}  # fmt: skip
    with seeded(trial, run):
        try:
            exec(with_bodies(program), names)  # noqa: S102 (the text is the bank's own)
        except NameError as error:
            return accuracies, f"NameError: {error}"
    training, validation = shown(names["train_data"]).numbers, shown(names["val_data"]).numbers
    places = range(len(training)), range(len(training), len(training) + len(validation))
    accuracies["leaked"] = len(leaks_between(training + validation, *places)) / len(validation)
    return accuracies, ""


def with_bodies(program: str) -> str:
    """The program with training, validation and testing where it leaves them out."""
    for body, code in (
        ("pass  # train the model", "train(images, labels)"),
        ("pass  # validate it", "report(validation=val_loader)"),
        ("pass  # test it", "report(training=train_loader, test=test_loader)"),
    ):
        program = program.replace(body, code)
    return program


@contextmanager
def seeded(trial: Trial, run: int) -> abc.Generator[None]:
    """The generators that the listing draws from, `random`'s and torch's own, seeded by the trial and then put back."""
    draw, kept = trial.draw(f"run {run}"), random.getstate()
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(draw.below(1 << 63))
        random.seed(draw.below(1 << 63))
        try:
            yield
        finally:
            random.setstate(kept)


def excess(row: dict[str, float], reported: str = "reported", true: str = "fresh") -> float:
    """By how much a report exceeds the truth."""
    return row[reported] - row[true]


@lab.claim("running this code gives accuracies", printed=True, number="accuracies given", above=2,
           where="the listing as printed")  # fmt: skip
def _(listing: Measured) -> float:
    return len(listing["printed"]["accuracies"])


@lab.claim("training data leak into the validation set", printed=True,
           number="share of validation images with a version in training", above=0.9,
           where="the listing, its test loader mended, 10 copies of 50 images")  # fmt: skip
def _(listing: Measured) -> float:
    return listing[LEAKING]["leaked"]


@lab.claim("training data leak into the validation set", printed=True,
           number="share of validation images with a version in training", above=0.9,
           where="the listing, its test loader mended, 4 copies of 500 images")  # fmt: skip
def _(listing_of_many: Measured) -> float:
    return listing_of_many["leaked"]


@lab.claim("high training accuracy and validation accuracy", printed=True, number="the lower of them", above=0.9,
           where="the listing, its test loader mended, 50 images, noise 0.2")  # fmt: skip
def _(listing: Measured) -> float:
    return min(listing[LEAKING]["training"], listing[LEAKING]["validation"])


LOWER = "a significantly lower testing accuracy"


@lab.claim(LOWER, printed=True, number="validation − test", above=0.1,
           where="the listing, its test loader mended, 50 images, noise 0.2")  # fmt: skip
def _(listing: Measured) -> float:
    return excess(listing[LEAKING], "validation", "test")


@lab.claim(LOWER, printed=True, number="validation − test", above=0.1,
           where="the listing, its test loader mended, 500 images, noise 0.3")  # fmt: skip
def _(listing_of_many: Measured) -> float:
    return excess(listing_of_many, "validation", "test")


@lab.claim(LOWER, printed=True, number="reported − fresh", above=0.1,
           where="nearest neighbor, 100 images, noise 0.3; fresh images with noise too")  # fmt: skip
def _(noises: Measured) -> float:
    return excess(noises["0.3"][LEAKING])


@lab.claim(LOWER, printed=True, number="reported − fresh", above=0.1,
           where="nearest neighbor, 1000 images, noise 0.3; fresh images with noise too")  # fmt: skip
def _(counts: Measured) -> float:
    return excess(counts["1000"][LEAKING])


@lab.claim(LOWER, printed=True, number="reported − fresh", above=0.1,
           where="nearest neighbor, 100 images, noise 0.6; fresh images as they come")  # fmt: skip
def _(noises: Measured) -> float:
    return excess(noises["0.6"][LEAKING], "reported", "plain")


@lab.claim("augmenting before the split reports what cannot be learned", number="reported accuracy", above=0.9,
           where="random labels; nearest neighbor, 100 images, noise 0.1")  # fmt: skip
def _(random_labels: Measured) -> float:
    return random_labels[LEAKING]["reported"]


@lab.claim("augmenting after the split reports no more than can be learned", number="reported accuracy", below=0.2,
           where="random labels; nearest neighbor, 100 images, noise 0.1")  # fmt: skip
def _(random_labels: Measured) -> float:
    return random_labels[CLEAN]["reported"]


CORRECT = "to correct this, augment after creating the splits"


@lab.claim(CORRECT, printed=True, number="share of validation images with a version in training", below=0.01,
           where="the listing, repaired")  # fmt: skip
def _(listing: Measured) -> float:
    return listing[CLEAN]["leaked"]


@lab.claim(CORRECT, printed=True, number="validation − test", below=0.1,
           where="the listing, repaired, 50 images, noise 0.2")  # fmt: skip
def _(listing: Measured) -> float:
    return excess(listing[CLEAN], "validation", "test")


@lab.claim(CORRECT, printed=True, number="reported − fresh", above=-0.1, below=0.1,
           where="nearest neighbor, 100 images, noise 0.3; fresh images with noise too")  # fmt: skip
def _(noises: Measured) -> float:
    return excess(noises["0.3"][CLEAN])


@lab.claim(CORRECT, printed=True, number="reported − fresh", above=-0.1, below=0.1,
           where="nearest neighbor, noise 0.6, both parts augmented; fresh images as they come")  # fmt: skip
def _(noises: Measured) -> float:
    return excess(noises["0.6"][CLEAN], "reported", "plain")


@lab.claim(CORRECT, printed=True, number="reported − fresh", above=-0.1, below=0.1,
           where="nearest neighbor, noise 0.6, training part augmented; fresh images as they come")  # fmt: skip
def _(noises: Measured) -> float:
    return excess(noises["0.6"][CLEAN], "unchanged", "plain")


@lab.figure("The accuracy that validation reports, beside the one on fresh images: mean of the seeds, and their range.",
            problems=("training/leakage",), size=(7.4, 2.9))  # fmt: skip
def accuracies(figure: Figure, noises: list[Measured], random_labels: list[Measured], listing: list[Measured]) -> str:
    """A panel a setting, a group of bars a protocol."""
    panels = figure.subplots(1, 3, sharey=True)
    shown = (
        ("nearest neighbor", [row["0.3"] for row in noises], {"reported": "reported", "fresh": "fresh"}),
        ("nearest neighbor, random labels", random_labels, {"reported": "reported", "fresh": "fresh"}),
        ("network, by the listing", listing,
         {"reported": "validation", "fresh": "test"}),
    )  # fmt: skip
    told: list[str] = []
    for axes, (title, rows, names) in zip(panels, shown, strict=True):
        groups = {
            protocol: {name: [row[protocol][key] for row in rows] for name, key in names.items()}
            for protocol in (LEAKING, CLEAN)
        }
        bars(axes, {protocol.replace(", ", ",\n"): it for protocol, it in groups.items()})
        axes.set(title=title, ylim=(0, 1.02))
        told.append(f"{title}: " + "; ".join([
            f"{protocol}, {mean(it['reported']):.2f} reported and {mean(it['fresh']):.2f} on fresh images"
            for protocol, it in groups.items()
        ]))  # fmt: skip
    panels[0].set_ylabel("accuracy")
    panels[1].legend(loc="upper right")
    return f"Accuracies. {'. '.join(told)}."


@lab.figure("Where the leak shows, of a nearest neighbor: fresh images with noise like the copies', and as they come.",
            size=(7.4, 3.0))  # fmt: skip
def visibility(figure: Figure, noises: list[Measured], counts: list[Measured]) -> str:
    """Reported and true accuracy by the copies' noise, and by the number of images."""
    panels = figure.subplots(1, 2, sharey=True)
    told = [
        _by(axes, rows, across, title)
        for axes, rows, across, title in (
            (panels[0], noises, NOISES, "noise of the copies, 100 images"),
            (panels[1], counts, COUNTS, "images, noise 0.3"),
        )
    ]
    panels[0].set(ylim=(0, 1.02), ylabel="accuracy")
    panels[1].set(xscale="log", xticks=COUNTS, xticklabels=COUNTS)
    panels[1].minorticks_off()
    panels[1].legend(loc="lower right")
    return " ".join(told)


def _by(axes: Axes, rows: list[Measured], across: Sequence[float], title: str) -> str:
    kinds = {
        "reported, augmented first": (LEAKING, "reported"), "reported, split first": (CLEAN, "reported"),
        "fresh, with noise": (LEAKING, "fresh"), "fresh, as they come": (LEAKING, "plain"),
    }  # fmt: skip
    lines = {
        name: [[row[str(x)][protocol][key] for x in across] for row in rows] for name, (protocol, key) in kinds.items()
    }
    curves(axes, lines, across)
    axes.set(xlabel=title)
    ends = "; ".join([
        f"{name} from {mean([row[0] for row in it]):.2f} to {mean([row[-1] for row in it]):.2f}"
        for name, it in lines.items()
    ])  # fmt: skip
    return f"By {title}, from {across[0]} to {across[-1]}: {ends}."
