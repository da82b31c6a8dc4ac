"""What an exam printed of a problem, as data: the numbers, the key, what it asked, and what else it claims."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias, TypeVar

from markscheme.core.graph import Graph
from markscheme.core.layout import Figure, FigureRule
from markscheme.core.marks import Marks
from markscheme.core.wiring import Wired, wire

F = TypeVar("F", bound=Callable[..., Any])
Where: TypeAlias = Literal["question", "working", "key"]


@dataclass(frozen=True, slots=True)
class Ruling:
    """What computing says of a claim: it holds "always", "never", or under a condition; with the evidence."""

    holds: str
    evidence: str = ""
    computed: str = ""


TRUE = Ruling("always")


def never(evidence: str, computed: str = "") -> Ruling:
    """The ruling on a claim that is refuted."""
    return Ruling("never", evidence, computed)


def only_if(condition: str, evidence: str, computed: str = "") -> Ruling:
    """The ruling on a claim that holds under a condition, with the counterexample where it fails.

    Raises `ValueError` for a condition that is none.
    """
    if condition.strip() in ("", "always", "never"):
        raise ValueError(f"a claim holds only if something does, not {condition!r}")
    return Ruling(condition, evidence, computed)


@dataclass(frozen=True, slots=True)
class Claim:
    """A statement of the printed paper, and the function that decides it by computing."""

    says: str
    about: str
    where: Where
    wired: Wired


@dataclass
class Published:
    """Published numbers: the givens, the key as printed, and what else the paper claims."""

    graph: Graph = field(repr=False)
    """The names that its claims and figures take."""
    variant: str
    givens: Mapping[str, Any]
    key: Mapping[str, Any]
    asks: Mapping[str, Marks]
    """The answers that the exam asks, with their marks there."""
    text: str | None = None
    """The question as it is asked there, where it is not the problem's text."""
    parts: Mapping[str, str] | None = None
    figures: tuple[FigureRule, ...] | None = None
    """The problem's figures that it shows, as it shows them; else all."""
    own_figures: list[FigureRule] = field(default_factory=list["FigureRule"])
    """Figures of the exam that the problem has not."""
    claims: list[Claim] = field(default_factory=list["Claim"])

    def figure(self, shown: Figure) -> Callable[[F], F]:
        """Declare a figure of the exam that the problem has not: a function that returns a `Picture`."""

        def declare(function: F) -> F:
            wired = wire(function, self.graph.names, f"figure of {self.graph.name}, published as {self.variant!r}")
            self.own_figures.append(FigureRule(function.__name__, None, wired).shown_as(shown))
            self.graph.layouts.clear()
            return function

        return declare

    def claim(
        self, says: str, /, *, about: str = "", where: Where = "working"
    ) -> Callable[[Callable[..., bool | Ruling]], Callable[..., bool | Ruling]]:
        """Declare a statement of the printed paper; the function below it decides by computing whether it holds."""

        def declare(function: Callable[..., bool | Ruling]) -> Callable[..., bool | Ruling]:
            owner = f"claim {says!r} of {self.graph.name}"
            self.claims.append(Claim(says, about, where, wire(function, self.graph.names, owner)))
            return function

        return declare
