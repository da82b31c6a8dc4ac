"""Leakage: augmented copies of one image on both sides of a split, and what augmenting is good for.

Who augments first and splits afterwards asks for images in validation that the model has as good as seen. Two models
show what that does: a network that the exam's own listing trains, and a nearest neighbor, which does nothing but
remember. Each is tried by two protocols: augment, then split the copies at random; or split the images, then augment.
Beside the accuracy that a protocol reports stands the accuracy on fresh images, which were never near either part.

With few images and copies that can be told from other images, the leaking protocol reports far more than fresh images
bear out, and the clean one reports what is true. Labels drawn at random show it at its plainest: nothing can be learned
from them, and the leaking protocol reports nearly everything right, while the clean one reports chance.

That a split leaks does not say that the leak shows: that is a finding beyond the exam, whose program has the symptom.
Where the noise makes the copies in the validation part harder than the images of a test, a leaking protocol may even
report too little, while almost every validation image has a version in the training part.

The key mends the program by augmenting after the split. That ends the leak. What validation then reports is an estimate
of the test accuracy if the validation part is left as it is: where both parts are augmented with strong noise, nothing
leaks, and the report is far too low.

The exam augments to regularize. So it does: of networks trained on a hundred images for as many steps, each at its best
rate, those that see the images moved by a pixel do better on fresh images than those that see them as they are.

The listing is run as it is printed, with a real network where it says that its training code goes. It ends with a
`NameError`, as it makes its test loader of a name that nothing binds. With that mended it shows what the exam says; as
repaired in the bank the gap is gone.
"""

from __future__ import annotations

import random
from collections import abc
from collections.abc import Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor
from torch.utils.data import Dataset, Subset

from markscheme.bank.printed.eecs182_sp23 import leakage as printed
from markscheme.bank.training import _leakage_programs as bank
from markscheme.labs.engine.charts import bars, mean, panel
from markscheme.labs.engine.lab import Lab, Measured, Quantity, Rows
from markscheme.labs.engine.trial import Parts, Trial
from markscheme.labs.images import Images
from markscheme.labs.networks import Dense, drawn_weights, he, losses, measure, optimizer_for
from markscheme.labs.tuning import EACH, Built, at_best, swept
from markscheme.mechanisms.splitting import grouped_split, random_split

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from numpy.random import Generator

LEAKING, CLEAN = "augment, then split", "split, then augment"
NOISES = (0.1, 0.2, 0.3, 0.4, 0.6, 0.8)
RATES = (0.0003, 0.001, 0.003, 0.01, 0.03)
PLAIN, NOISY, MOVED = AUGMENTED = "as they are", "with noise", "moved by up to half a pixel"
FRESH = 1000
"""At most so many fresh images."""

lab = Lab(
    "leakage",
    title="Leakage",
    source="EECS 182 midterm, Spring 2023, question 6(b)",
    problems=("training/leakage",),
    text="""
    Images are augmented with noisy copies, before or after they are split into training and validation data. Is the
    accuracy that validation reports the one on fresh images? And does augmenting regularize?
    """,
    version=2,
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
    noise like the copies', and as they come (`plain`); of the validation data, that on their images as they
    come (`unchanged`).
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
            found[protocol].append(row)
    return {protocol: averaged(rows) for protocol, rows in found.items()}


def nearest_right(x: Tensor, y: Tensor, asked: Tensor, wanted: Tensor) -> float:
    """Of the images asked, the share whose nearest training image has their label."""
    nearest = torch.cdist(asked.flatten(1), x.flatten(1)).argmin(1)
    return float((y[nearest] == wanted).float().mean())


def averaged(rows: Sequence[dict[str, float]]) -> dict[str, float]:
    """The mean of each number."""
    return {name: mean([row[name] for row in rows]) for name in rows[0]}


@lab.experiment(quick={"repeats": 1})
def noises(trial: Trial, *, images: int = 100, copies: int = 10, repeats: int = 12) -> Measured:
    """A nearest neighbor, copies of few images with more and more noise."""
    return {str(noise): neighbor(trial, images, copies, noise, repeats) for noise in NOISES}


@lab.experiment(quick={"repeats": 1})
def random_labels(
    trial: Trial, *, images: int = 100, copies: int = 10, noise: float = 0.1, repeats: int = 20
) -> Measured:
    """A nearest neighbor, all images labeled at random."""
    return neighbor(trial, images, copies, noise, repeats, by_chance=True)


@dataclass
class Shown(Dataset[tuple[Tensor, Tensor]]):
    """Images with labels."""

    x: Tensor
    y: Tensor

    def __getitem__(self, index: int) -> tuple[Tensor, Tensor]:
        return self.x[index], self.y[index]

    def __len__(self) -> int:
        return len(self.y)


def shown(data: Any) -> Shown:
    """What a dataset shows, a part of one too."""
    if isinstance(data, Subset):
        whole, chosen = shown(data.dataset), list(data.indices)
        return Shown(whole.x[chosen], whole.y[chosen])
    return data


@lab.experiment(quick={"runs": 1}, seeds=5)
def listing(
    trial: Trial, *, images: int = 50, copies: int = 10, noise: float = 0.2, width: int = 128, rate: float = 0.003,
    runs: int = 12,
) -> Measured:  # fmt: skip
    """A network trained by the listing's own loop, with its test loader mended, and as repaired."""
    how = images, copies, noise, width, rate
    return {protocol: averaged([executed(trial, program, run, *how) for run in range(runs)])
            for protocol, program in ((LEAKING, bank.AUGMENTED_FIRST), (CLEAN, bank.REPAIRED))}  # fmt: skip


def executed(
    trial: Trial, program: str, run: int, images: int, copies: int, noise: float, width: int, rate: float
) -> dict[str, float]:
    """Run a program with real images, and a network that its loop trains: accuracies."""
    rng = trial.random(f"run {run}")
    known, fresh = parts(trial, images, rng)
    sizes = ((known.x[0].size, width), (width, trial.images.classes))
    network = Dense([drawn_weights(["He"], *fans, rng, trial.device) for fans in sizes])
    optimizer = optimizer_for("Adam", network.parameters, rate)
    accuracies: dict[str, float] = {}

    def load(part: Images) -> Shown:
        return Shown(trial.tensor(part.x), trial.tensor(part.y))

    def apply_augmentations(data: Any) -> Shown:
        it = shown(data)
        changed = [it.x + noise * trial.tensor(rng.standard_normal(it.x.shape, dtype="float32")) for _ in range(copies)]
        return Shown(torch.cat([it.x, *changed]), it.y.repeat(1 + copies))

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
        exec(with_bodies(program), names)  # noqa: S102 (the text is the bank's own)
    return accuracies


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


@lab.experiment(quick={"epochs": 1}, seeds=5)
def augmentation(
    trial: Trial, *, images: int = 100, copies: int = 10, noise: float = 0.2, width: int = 128, epochs: int = 15
) -> Measured:
    """Networks trained on few images as they are, with noise, and moved by a share of a pixel, for as many steps."""
    whole, rng = trial.parts(), trial.random("augmentation")
    x, y = (it[:images] for it in whole.training)
    again = x.repeat(copies, 1, 1)
    added = noise * trial.tensor(rng.standard_normal(tuple(again.shape), dtype="float32"))
    moved = again
    for axis in (1, 2):  # each image by a share of its own, up or left or back
        share = trial.tensor(rng.uniform(-0.5, 0.5, (len(again), 1, 1)))
        beside = torch.where(share > 0, moved.roll(1, axis), moved.roll(-1, axis))
        moved = moved + share.abs() * (beside - moved)
    seen = {PLAIN: again, NOISY: again + added, MOVED: moved}

    def build(names: Sequence[str]) -> Built:
        weights, sizes = trial.random("weights"), (x[0].numel(), width, trial.images.classes)
        network = Dense([drawn_weights(he(len(names)), *fans, weights, trial.device) for fans in pairwise(sizes)])
        return network, network.parameters

    return {
        name: swept(trial, Parts((shown, y.repeat(copies)), whole.validation, whole.test), [name], RATES, build,
                    optimizer="Adam", epochs=epochs)
        for name, shown in seen.items()
    }  # fmt: skip


@lab.identity("running this code gives accuracies", "the listing as recovered", printed=True)
def _() -> tuple[bool, str]:
    names = [name for _, name in printed.unbound(bank.LISTING)]
    return not names, f"it ends with a NameError, as nothing binds {' and '.join(names)}" if names else "it runs"


@lab.identity("training data leak into the validation set", "the listing, its test loader mended", printed=True)
def _() -> tuple[bool, str]:
    found = printed.shared(*printed.parts_of(100, augmented_first=True, both=False))
    return bool(found), f"of 100 images {len(found)} have versions on both sides"


CORRECT = "to correct this, augment after creating the splits"


@lab.identity(CORRECT, "the listing, repaired: the leak", printed=True)
def _() -> tuple[bool, str]:
    found = printed.shared(*printed.parts_of(100, augmented_first=False, both=False))
    return not found, f"of 100 images {len(found) or 'none'} have versions on both sides"


def excess(row: Quantity, reported: str = "reported", true: str = "fresh") -> Quantity:
    """By how much a report exceeds the truth."""
    return row[reported] - row[true]


LOWER = "a high training and validation accuracy, but a significantly lower testing accuracy"
HIGH = listing[LEAKING].then(lambda row: min(row["training"], row["validation"]) - row["test"])
lab.claims(LOWER, {"the listing, its test loader mended, 50 images, noise 0.2": HIGH},
           effect="lower of training and validation − test", above=0, printed=True,
           because="an interval above 0 is what significant says")  # fmt: skip
lab.claims(
    LOWER,
    {
        "nearest neighbor, 100 images, noise 0.3; fresh images with noise too": excess(noises["0.3"][LEAKING]),
        "nearest neighbor, 100 images, noise 0.6, which fresh images have not": excess(
            noises["0.6"][LEAKING], "reported", "plain"
        ),
    },
    effect="validation − fresh",
)  # fmt: skip
lab.claims(CORRECT, {"the listing, repaired, 50 images, noise 0.2": excess(listing[CLEAN], "validation", "test")},
           effect="validation − test", above=-0.13, below=0.13, printed=True,
           because="the standard error of one validation by ten images, of which 77 % are right")  # fmt: skip
lab.claims(
    CORRECT,
    {
        "nearest neighbor, 100 images, noise 0.3; fresh images with noise too": excess(noises["0.3"][CLEAN]),
        "nearest neighbor, both parts augmented with noise 0.6, which fresh images have not": excess(
            noises["0.6"][CLEAN], "reported", "plain"
        ),
        "nearest neighbor, training part augmented with noise 0.6": excess(noises["0.6"][CLEAN], "unchanged", "plain"),
    },
    effect="validation − fresh", above=-0.1, below=0.1,
    because="the standard error of one validation by twenty images, of which 72 % are right",
)  # fmt: skip
lab.claims("augmenting before the split reports what cannot be learned",
           {"random labels; nearest neighbor, 100 images, noise 0.1": random_labels[LEAKING]["reported"]},
           effect="reported accuracy", above=0.1, because="chance")  # fmt: skip
lab.claims("augmenting after the split reports no more than can be learned",
           {"random labels; nearest neighbor, 100 images, noise 0.1": random_labels[CLEAN]["reported"]},
           effect="reported accuracy", below=0.167,
           because="chance, and the standard error of one validation by twenty images")  # fmt: skip
lab.claims(
    "data augmentation regularizes the training",
    {f"images {name}, 100 images, network, {EACH}": augmentation[name].then(at_best, name)
     - augmentation[PLAIN].then(at_best, PLAIN) for name in (NOISY, MOVED)},
    effect="accuracy on fresh images, augmented − as they are",
)  # fmt: skip


@lab.figure("The accuracy that validation reports, beside the one on fresh images: mean of the seeds, and their "
            "range.",
            noises, random_labels, listing, problems=("training/leakage",), size=(7.4, 2.9))  # fmt: skip
def accuracies(figure: Figure, rows: Rows) -> str:
    """A panel a setting, a group of bars a protocol."""
    nearest = {"reported": "reported", "fresh": "fresh"}
    told = ""
    for axes, (title, found, names) in zip(
        figure.subplots(1, 3, sharey=True),
        (("network, by the listing", listing, {"reported": "validation", "fresh": "test"}),
         ("nearest neighbor", noises["0.3"], nearest), ("nearest neighbor,\nrandom labels", random_labels, nearest)),
        strict=True,
    ):  # fmt: skip
        groups = {
            protocol.replace(", ", ",\n"): {name: rows(found[protocol][key]) for name, key in names.items()}
            for protocol in (LEAKING, CLEAN)
        }
        told += bars(axes, title, groups, ylim=(0, 1.02), legend="upper right" if "random" in title else "")
    return f"Accuracies. {told}"


KINDS = {
    "reported, augmented first": (LEAKING, "reported"), "reported, split first": (CLEAN, "reported"),
    "fresh, with noise": (LEAKING, "fresh"), "fresh, as they come": (LEAKING, "plain"),
}  # fmt: skip


@lab.figure("Left: where the leak shows, of a nearest neighbor: fresh images with noise like the copies', and as they "
            "come. Right: what augmenting does for a network, by rate.",
            noises, augmentation, size=(7.4, 3.2))  # fmt: skip
def visibility(figure: Figure, rows: Rows) -> str:
    """Reported and true accuracy by the copies' noise; accuracy with augmentation."""
    left, right = figure.subplots(1, 2, sharey=True)
    lines = {name: [[row[str(it)][protocol][key] for it in NOISES] for row in rows(noises)]
             for name, (protocol, key) in KINDS.items()}  # fmt: skip
    told = panel(left, "nearest neighbor, 100 images", lines, NOISES, xlabel="noise of the copies", ylim=(0, 1.02))
    figure.legend(*left.get_legend_handles_labels(), loc="outside lower left", ncols=2)
    shown = {f"images {name}": rows(augmentation[name]["test"][name]) for name in AUGMENTED}
    return told + panel(right, "network, 100 images", shown, RATES, xlabel="rate", xscale="log", legend="lower center")
