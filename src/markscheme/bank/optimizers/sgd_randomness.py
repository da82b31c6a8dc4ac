"""What is random in stochastic gradient descent, and how often it updates, found by training twice."""

from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from itertools import combinations
from typing import Literal, TypeAlias

from markscheme import Draw, Problem
from markscheme.exact import Rational
from markscheme.kinds import TokenSequence

Letter: TypeAlias = Literal["A", "B", "C", "D"]
LETTERS: tuple[Letter, ...] = ("A", "B", "C", "D")
Methods: TypeAlias = tuple[str, ...]

STOCHASTIC = ("few", "shuffled", "single")
REPEATABLE = ("batches", "stored", "several")
NOISY = ("noise", "kicks")
STILL = ("whole", "pixels", "smaller")
OPTIONS = {
    "few": "It draws a few of the training examples at random for each update.",
    "shuffled": "It shuffles the training examples before each pass, and updates the weights after every batch.",
    "single": "It draws one training example at random for each update.",
    "batches": "It updates the weights after every batch; the batches are always the same, in the same order.",
    "stored": "It updates the weights after each training example, in the order in which they are stored.",
    "several": "It makes several updates of the weights in each pass over the training examples.",
    "noise": "It changes each update of the weights by a small random number.",
    "kicks": "It moves the weights by small random numbers after each pass.",
    "whole": "It updates the weights once a pass, by the gradient over all training examples.",
    "pixels": "It takes an image of random pixels to start with.",
    "smaller": "It makes the learning rate smaller after each pass.",
}

problem = Problem(
    "optimizers/sgd_randomness",
    version=1,
    title="Randomness of SGD",
    source="CSC 671 midterm, question 18",
    symbols={"updates": r"\text{updates}", "random": r"\text{random}"},
    text=r"""
    A network is trained on [[examples]] examples with a batch size of [[batch]], for [[passes]] passes; where the last
    batch of a pass is smaller, it is used as well.
    """,
)
a = problem.part("a", "How many updates of the weights are there in all?")
b = problem.part(
    "b",
    "Gradient descent follows the gradient of the loss over the training examples, and ends the same whenever it "
    "starts the same. Stochastic gradient descent does not: its updates follow gradients over some of the "
    "examples, and two runs from the same start differ. Which of these changes alone makes the one into the other? "
    "What is not said to be random is not.",
)


@problem.givens(methods=TokenSequence(OPTIONS))
def draw(rng: Draw, *, largest: int = 400) -> dict[str, object]:
    batch = rng.int(6, 32)
    whole = rng.int(2, max(3, largest // batch))
    others = rng.sample((rng.choice(REPEATABLE), rng.choice(NOISY), *rng.sample(STILL, 2)), 3)
    return {
        "examples": whole * batch + rng.int(1, batch - 1),
        "batch": batch,
        "passes": rng.int(2, 9),
        "methods": rng.shuffled((rng.choice(STOCHASTIC), *others)),
    }


@problem.step(part=a)
def updates_a_pass(examples: int, batch: int) -> int:
    r"""Each pass has a batch for every [[batch]] examples, and one for what is left.

    $\left\lceil [[examples]] / [[batch]] \right\rceil$
    """
    return -(-examples // batch)


@updates_a_pass.slip("drops the last batch")
def _(examples: int, batch: int) -> int | None:
    return examples // batch if examples % batch else None


@updates_a_pass.slip("counts the examples of a batch")
def _(examples: int, batch: int) -> int | None:
    return batch if batch != -(-examples // batch) else None


@updates_a_pass.slip("updates once a pass")
def _(examples: int, batch: int) -> int | None:
    return 1 if batch < examples else None


@problem.answer(marks=1, part=a)
def updates(updates_a_pass: int, passes: int) -> int:
    r"""As many in each pass.

    $[[updates_a_pass]] \cdot [[passes]]$
    """
    return updates_a_pass * passes


@updates.slip("counts one pass")
def _(updates_a_pass: int, passes: int) -> int | None:
    return updates_a_pass if passes > 1 else None


TARGETS = (1, 2, 4, 8)
"""The network of the trial is one weight w, and the loss of an example is (w − target)²/2."""


def run(method: str, seed: str, passes: int = 3) -> Iterator[tuple[Rational, Rational]]:
    """Train from 0 with one method, and give each weight and, by what it moved, the gradient that it followed."""
    rng, w, rate = Draw(seed), Fraction(0), Fraction(1, 2)
    order: list[int] = list(TARGETS)
    for _ in range(passes):
        order = list(rng.shuffled(order)) if method == "shuffled" else order
        for batch in batches_of(method, order, rng):
            gradient = w - Fraction(sum(batch), len(batch))
            if method == "noise":
                gradient += Fraction(rng.int(1, 9), 97)
            yield w, gradient
            w -= rate * gradient
        if method == "kicks":
            kick = Fraction(rng.int(1, 9), 97)
            yield w, -kick / rate
            w += kick
        rate = rate / 2 if method == "smaller" else rate


def batches_of(method: str, order: list[int], rng: Draw) -> list[list[int]]:
    """The batches of one pass."""
    if method in ("few", "single"):
        size = 2 if method == "few" else 1
        return [list(rng.sample(order, size)) for _ in range(len(order) // size)]
    size = {"shuffled": 2, "batches": 2, "several": 2, "stored": 1}.get(method, len(order))
    return [order[at : at + size] for at in range(0, len(order), size)]


@cache
def is_random(method: str) -> bool:
    """Whether runs from the same start differ."""
    return len({tuple(run(method, f"run {number}")) for number in range(8)}) > 1


@cache
def follows_examples(method: str) -> bool:
    """Whether each step follows the gradient over some of the examples, and nothing else."""
    parts = [part for size in range(1, len(TARGETS) + 1) for part in combinations(TARGETS, size)]
    return all(
        [gradient in {w - Fraction(sum(part), len(part)) for part in parts} for w, gradient in run(method, "run")]
    )


@problem.answer(marks=1, part=b, label="which", options=OPTIONS, drawn="methods")
def random(methods: Methods) -> Letter:
    """What is random must be the choice of the examples. Batches in a fixed order bring more updates, but two runs
    agree to the last bit; noise that is added follows no gradient of examples.
    """
    (found,) = [method for method in methods if is_random(method) and follows_examples(method)]
    return LETTERS[methods.index(found)]


@random.trace("option", "two runs", "each update follows")
def _(methods: Methods) -> list[tuple[object, ...]]:
    return [
        (
            letter,
            "differ" if is_random(method) else "agree",
            "a gradient over examples" if follows_examples(method) else "something else",
        )
        for letter, method in zip(LETTERS, methods, strict=True)
    ]


@random.slip("takes more updates for randomness", may_coincide=True)
def _(methods: Methods) -> Letter | None:
    return lettered(methods, REPEATABLE)


@random.slip("takes any random number for it", may_coincide=True)
def _(methods: Methods) -> Letter | None:
    return lettered(methods, NOISY)


def lettered(methods: Methods, sort: tuple[str, ...]) -> Letter | None:
    return next((letter for letter, method in zip(LETTERS, methods, strict=True) if method in sort), None)


@problem.check
def _(examples: int, batch: int, passes: int, methods: Methods) -> dict[str, object]:
    """Walk through all passes and count batches; and of the options find the one that draws examples."""
    count = 0
    for _ in range(passes):
        waiting = examples
        while waiting > 0:
            waiting -= batch
            count += 1
    (found,) = [place for place, method in enumerate(methods) if method in STOCHASTIC]
    return {"updates_a_pass": count // passes, "updates": count, "random": "ABCD"[found]}
