"""Fair comparisons: each method at many learning rates, and the rate chosen on images that no verdict sees."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import isfinite
from typing import Any, TypeAlias

from torch import Tensor

from markscheme.labs.engine.charts import mean
from markscheme.labs.engine.lab import Measured, Quantity
from markscheme.labs.engine.trial import Parts, Trial
from markscheme.labs.networks import Forward, measure, optimizer_for, train

Built: TypeAlias = tuple[Forward, Sequence[Tensor]]
"""Networks side by side, and their parameters, whose first axis is the networks."""
EACH, ONE = "each at its best rate", "at one rate"


def swept(
    trial: Trial, parts: Parts, names: Sequence[Any], rates: Sequence[float], build: Callable[[Sequence[Any]], Built],
    *, optimizer: str, epochs: int, batch: int = 64,
) -> Measured:  # fmt: skip
    """A network for each name and rate, trained side by side on the same batches. By name and rate: the accuracy on
    images to choose by, after each epoch; and on those to judge by, after the last.
    """
    forward, parameters = build([name for name in names for _ in rates])
    curves = train(forward, optimizer_for(optimizer, parameters, [*rates] * len(names)), parts.training,
                   parts.validation, epochs=epochs, batch=batch, rng=trial.random("batches"))  # fmt: skip
    rows = {"validation": curves.accuracy, "test": measure(forward, *parts.test)[0]}
    return {"rates": list(rates), **{what: by_name(names, it, len(rates)) for what, it in rows.items()}}


def by_name(names: Sequence[Any], rows: Sequence[Any], count: int) -> dict[str, list[Any]]:
    """Rows that go through the rates of each name, `count` of them, by name."""
    return {str(name): list(rows[place * count : (place + 1) * count]) for place, name in enumerate(names)}


def validated(found: Measured, name: str) -> list[float]:
    """The accuracy to choose by at each rate; what diverged is never chosen."""
    return [curve[-1] if isfinite(curve[-1]) else -1.0 for curve in found["validation"][name]]


def best(found: Measured, name: str) -> int:
    """The place of the rate at which a method does best, on the images to choose by."""
    accuracies = validated(found, name)
    return accuracies.index(max(accuracies))


def shared(found: Measured, *names: str) -> int:
    """The place of the rate at which some methods do best together: by the mean of what they reach."""
    together = [mean(it) for it in zip(*[validated(found, name) for name in names], strict=True)]
    return together.index(max(together))


def at_best(found: Measured, name: str) -> float:
    """The accuracy of a method at its best rate."""
    return found["test"][name][best(found, name)]


def lead(found: Quantity, one: str, other: str) -> dict[str, Quantity]:
    """By how much one method's accuracy exceeds another's: each at its best rate, and both at the best for both."""

    def together(found: Measured) -> float:
        place = shared(found, one, other)
        return found["test"][one][place] - found["test"][other][place]

    return {EACH: found.then(at_best, one) - found.then(at_best, other), ONE: found.then(together)}
