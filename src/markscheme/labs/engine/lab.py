"""A lab: experiments that train, claims that they put to the test, figures of what came of it."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, TypeVar

from markscheme.core.errors import DefinitionError, MarkschemeError, near_misses
from markscheme.core.wiring import Wired, definition, parameters_of, wire

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Measured: TypeAlias = dict[str, Any]
"""What an experiment measured with one seed: numbers, lists and dictionaries of them."""
Setting: TypeAlias = "bool | int | float | str"
Settings: TypeAlias = Mapping[str, Setting]
Verdict: TypeAlias = Literal["held", "refuted", "mixed"]
F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True)
class Experiment:
    """One thing to try with a seed; its keyword-only parameters are its settings."""

    name: str
    function: Callable[..., Measured]
    settings: Settings
    quick: Settings
    """What `--quick` sets instead."""

    def settings_for(self, *, quick: bool, chosen: Settings) -> dict[str, Setting]:
        """All settings, with those of `--quick` and those chosen by the user in place."""
        return {**self.settings, **(self.quick if quick else {}), **chosen}


@dataclass(frozen=True)
class Claim:
    """A sentence that a number decides, seed by seed: it holds where the number lies above and below the limits."""

    says: str
    number: str
    wired: Wired
    above: float | None
    below: float | None
    problem: str
    where: str
    """Under which settings the claim is tried."""
    printed: bool
    """Whether the exam or its key says so; the others are ours."""
    of_machine: bool
    """Whether it is about this machine's arithmetic, so that another may rule otherwise."""

    def holds(self, value: float) -> bool:
        """Whether it holds where the number is this one; a number that is none holds nothing."""
        return (
            isfinite(value)
            and (self.above is None or value > self.above)
            and (self.below is None or value < self.below)
        )


@dataclass(frozen=True)
class Drawing:
    """A figure of all seeds: `draw` gets an empty one and the measurements that it names, and returns it in words."""

    name: str
    caption: str
    problems: tuple[str, ...]
    wired: Wired
    size: tuple[float, float]

    def draw(self, measured: Mapping[str, Sequence[Measured]], figure: Figure) -> str:
        """Draw into the figure, and say in words what it shows."""
        return self.wired({**measured, "figure": figure})


class Lab:
    """What the exam asserts about training, tried.

    An experiment is a function of a `Trial` (a seed, a device, data) whose keyword-only parameters are its settings. It
    returns what it measured. A claim is a function of the experiments that its parameters name, each with what it
    measured with one seed, and returns the number that decides it. A figure gets all seeds.

    >>> from markscheme.labs.engine.trial import Trial
    >>> lab = Lab("dice", title="Dice", source="question 0", problems=(), text="Two dice.")
    >>> @lab.experiment(quick={"throws": 10})
    ... def two(trial: Trial, *, throws: int = 100) -> Measured:
    ...     return {"mean": float(trial.random().integers(1, 7, (throws, 2)).sum(1).mean())}
    >>> @lab.claim("two dice show seven on average", number="mean − 7", above=-1, below=1)
    ... def _(two: Measured) -> float:
    ...     return two["mean"] - 7
    >>> lab.claims[0].holds(lab.claims[0].wired({"two": {"mean": 7.2}}))
    True
    """

    def __init__(
        self, name: str, *, title: str, source: str, problems: Sequence[str], text: str, version: int = 1
    ) -> None:
        self.name = name
        self.title = title
        self.source = source
        self.problems = tuple(problems)
        self.text = inspect.cleandoc(text).strip()
        self.version = version
        """Rises when an experiment measures something else with the same settings: older runs are not resumed."""
        self.experiments: dict[str, Experiment] = {}
        self.claims: list[Claim] = []
        self.drawings: list[Drawing] = []

    def experiment(self, *, quick: Settings = MappingProxyType({})) -> Callable[[F], F]:
        """Declare an experiment; `quick` has the settings that make it last a second or two."""

        def declare(function: F) -> F:
            name = function.__name__
            if name in self.experiments:
                raise DefinitionError(f"the lab {self.name} has two experiments {name!r}")
            _, *rest = parameters_of(function, f"experiment {name} of the lab {self.name}").values()
            for parameter in rest:
                if parameter.kind is not parameter.KEYWORD_ONLY or not isinstance(
                    parameter.default, bool | int | float | str
                ):
                    raise DefinitionError(f"{self.name}: a setting is keyword-only and has a default, not {parameter}, "
                                          f"in\n{definition(function)}")  # fmt: skip
            settings = {parameter.name: parameter.default for parameter in rest}
            for setting in quick:
                if setting not in settings:
                    raise DefinitionError(f"{self.name}: {name} has no setting {setting!r}; "
                                          f"{near_misses(setting, settings)}")  # fmt: skip
            self.experiments[name] = Experiment(name, function, settings, dict(quick))
            return function

        return declare

    def claim(
        self, says: str, *, number: str, above: float | None = None, below: float | None = None, problem: str = "",
        where: str = "", printed: bool = False, of_machine: bool = False,
    ) -> Callable[[F], F]:  # fmt: skip
        """Declare a claim: with each seed its function's number must be above and below the limits given."""
        if above is None and below is None:
            raise DefinitionError(f"{self.name}: nothing would refute the claim {says!r}: give above=, below= or both")
        if any((it.says, it.where) == (says, where) for it in self.claims):
            raise DefinitionError(f"{self.name} claims {says!r} twice in one setting: tell them apart by where=")

        def declare(function: F) -> F:
            wired = wire(function, tuple(self.experiments), f"claim {says!r} of the lab {self.name}")
            about = problem or (self.problems[0] if self.problems else "")
            self.claims.append(Claim(says, number, wired, above, below, about, where, printed, of_machine))
            return function

        return declare

    def figure(
        self, caption: str, *, problems: Sequence[str] = (), size: tuple[float, float] = (7.0, 2.9)
    ) -> Callable[[F], F]:
        """Declare a figure, `size` in inches; its function's name is the figure's."""

        def declare(function: F) -> F:
            name = function.__name__
            known = ("figure", *self.experiments)
            wired = wire(function, known, f"figure {name} of the lab {self.name}")
            self.drawings.append(Drawing(name, caption, tuple(problems), wired, size))
            return function

        return declare

    def chosen(self, settings: Mapping[str, object]) -> dict[str, dict[str, Setting]]:
        """The settings of a user, `depth` or `relu.depth`, by experiment, each as its default is typed.

        Raises `MarkschemeError` for a setting that there is not, or a value that is none for it.
        """
        found: dict[str, dict[str, Setting]] = {name: {} for name in self.experiments}
        for key, value in settings.items():
            experiment, _, setting = key.rpartition(".")
            having = [name for name, it in self.experiments.items()
                      if setting in it.settings and experiment in ("", name)]  # fmt: skip
            if not having:
                raise MarkschemeError(f"the lab {self.name} has no setting {key!r}; {near_misses(key, self._known())}")
            for name in having:
                found[name][setting] = _typed(key, value, self.experiments[name].settings[setting])
        return found

    def _known(self) -> Collection[str]:
        full = {f"{name}.{setting}" for name, it in self.experiments.items() for setting in it.settings}
        return full | {setting for it in self.experiments.values() for setting in it.settings}


def _typed(key: str, value: object, default: Setting) -> Setting:
    """A value as the default's type has it."""
    wanted = type(default)
    if wanted is bool:
        known = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
        if str(value).lower() in known:
            return known[str(value).lower()]
        raise MarkschemeError(f"{key} is yes or no, not {value!r}")
    try:
        typed = wanted(str(value))
    except ValueError:
        noun = "a whole number" if wanted is int else "a number"
        raise MarkschemeError(f"{key} is {noun}, such as {default}, not {value!r}") from None
    if isinstance(typed, float) and not isfinite(typed):
        raise MarkschemeError(f"{key} is a finite number, not {value!r}")
    if isinstance(typed, int) and typed < 0:
        raise MarkschemeError(f"{key} is 0 or more, not {value!r}")
    return typed
