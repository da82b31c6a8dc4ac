"""The values that a student may have gone on from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias


@dataclass(frozen=True, slots=True)
class Candidate:
    """A value that the student may have gone on from."""

    value: Any
    carries: frozenset[str] = frozenset()
    """The student's own answers that are in it."""
    inputs: Mapping[str, Candidate] | None = None
    """What it was computed from, where it was."""
    ill_posed: str = ""
    """The requirement that fails on the way to it."""


Inputs: TypeAlias = Mapping[str, Candidate]
"""One choice of a candidate for each name that flows into a function."""


def values_of(inputs: Inputs) -> dict[str, Any]:
    """The chosen values, by name."""
    return {name: candidate.value for name, candidate in inputs.items()}


def carries_of(inputs: Inputs) -> frozenset[str]:
    """The student's own answers that are in the chosen values."""
    return frozenset[str]().union(*[candidate.carries for candidate in inputs.values()])


def distinct(candidates: Iterable[Candidate]) -> Iterator[Candidate]:
    """The first of each value."""
    seen: list[Any] = []
    for candidate in candidates:
        if candidate.value not in seen:
            seen.append(candidate.value)
            yield candidate
