"""A lab: experiments that train, claims that they put to the test, figures of what came of it."""

from __future__ import annotations

import inspect
import operator
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, overload

from markscheme.core.errors import DefinitionError, MarkschemeError, near_misses
from markscheme.core.wiring import definition, parameters_of

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Measured: TypeAlias = dict[str, Any]
"""What an experiment measured with one seed: numbers, lists and dictionaries of them."""
Setting: TypeAlias = "bool | int | float | str"
Settings: TypeAlias = Mapping[str, Setting]
Rows: TypeAlias = "Callable[[Quantity], list[Any]]"
"""From a quantity to what it is with each seed."""
Verdict: TypeAlias = Literal["held", "refuted", "not shown", "by definition", "platform-dependent"]
SEEDS = 10
"""Of an experiment whose trial lasts less than 3 s; of others, 5."""


@dataclass(frozen=True, eq=False)
class Quantity:
    """What experiments will have measured with a seed, or a part of it, named before they ran.

    >>> quantity = Quantity(frozenset({"two"}), lambda measured: measured["two"])["means"][0] - 7
    >>> quantity.of({"two": {"means": [7.5]}})
    0.5
    """

    names: frozenset[str]
    """Of the experiments."""
    of: Callable[[Mapping[str, Measured]], Any]
    """From what each measured, by name."""

    @overload
    def then(self, function: Callable[[Any], Any]) -> Quantity: ...

    @overload
    def then(self, function: Callable[..., Any], *others: Any) -> Quantity: ...

    def then(self, function: Callable[..., Any], *others: Any) -> Quantity:
        """What a function makes of it and of others."""
        parts = [it if isinstance(it, Quantity) else constant(it) for it in (self, *others)]
        names = frozenset[str]().union(*[it.names for it in parts])
        return Quantity(names, lambda measured: function(*[it.of(measured) for it in parts]))

    def __getitem__(self, key: str | int) -> Quantity:
        return self.then(operator.itemgetter(key))

    def __sub__(self, other: Quantity | float) -> Quantity:
        return self.then(operator.sub, other)

    def __truediv__(self, other: Quantity | float) -> Quantity:
        return self.then(operator.truediv, other)

    def by_seed(self, measured: Mapping[str, Sequence[Measured]]) -> list[Any]:
        """It, for each seed with which all its experiments were tried."""
        seeds = zip(*[measured[name] for name in self.names], strict=False)
        return [self.of(dict(zip(self.names, row, strict=True))) for row in seeds]


def constant(value: Any) -> Quantity:
    """A quantity that no experiment measures."""
    return Quantity(frozenset(), lambda _: value)


@dataclass(frozen=True, eq=False)
class Experiment(Quantity):
    """One thing to try with a seed; its keyword-only parameters are its settings."""

    name: str
    function: Callable[..., Measured]
    settings: Settings
    quick: Settings
    """What `--quick` sets instead."""
    seeds: int
    again: int
    """With how many of them once more, held to the oldest instructions."""
    is_apart: bool
    """Whether it is so long that it is run only when asked for: else its shipped measurements stand."""

    def settings_for(self, *, quick: bool, chosen: Settings) -> dict[str, Setting]:
        """All settings, with those of `--quick` and those chosen by the user in place."""
        return {**self.settings, **(self.quick if quick else {}), **chosen}


@dataclass(frozen=True)
class Claim:
    """A sentence that an effect decides, by its interval: it holds where that lies beyond the limits as a whole."""

    says: str
    where: str
    """Under which settings the claim is tried."""
    quantity: Quantity
    effect: str
    """What the quantity is, in words."""
    above: float | None
    below: float | None
    because: str
    """Why these are the limits."""
    problem: str
    printed: bool
    """Whether the exam or its key says so, and of this setting; others are further findings."""

    @property
    def wanted(self) -> str:
        """What the effect must be for the claim to hold: `> 0`."""
        limits = [("> ", self.above), ("< ", self.below)]
        return " and ".join([f"{sign}{limit:.3g}".replace("-", "−") for sign, limit in limits if limit is not None])


@dataclass(frozen=True)
class Identity:
    """A sentence that is true or false by definition: it is checked once, in exact arithmetic."""

    says: str
    where: str
    check: Callable[[], tuple[bool, str]]
    """Whether it is so, and what shows it."""
    problem: str
    printed: bool


@dataclass(frozen=True)
class Drawing:
    """A figure of all seeds: `draw` gets an empty one, and a function from a quantity to its values by seed; it returns
    what is shown, in words.
    """

    name: str
    caption: str
    problems: tuple[str, ...]
    draw: Callable[[Figure, Rows], str]
    size: tuple[float, float]
    of: frozenset[str]
    """The experiments without which there is nothing to draw."""


class Lab:
    """What the exam asserts about training, tried.

    An experiment is a function of a `Trial` (a seed, a device, data) whose keyword-only parameters are its settings. It
    returns what it measured with its seed. Declared, it is a handle: what it measures is named by items of it, and a
    claim is about such a quantity.

    >>> from markscheme.labs.engine.trial import Trial
    >>> lab = Lab("dice", title="Dice", source="question 0", problems=(), text="Two dice.")
    >>> @lab.experiment(quick={"throws": 10})
    ... def two(trial: Trial, *, throws: int = 100) -> Measured:
    ...     return {"mean": float(trial.random().integers(1, 7, (throws, 2)).sum(1).mean())}
    >>> lab.claims("two dice show more than one", {"100 throws": two["mean"]}, effect="mean", above=6,
    ...            because="one die shows 6 at most")
    >>> lab.sentences[0].quantity.of({"two": {"mean": 7.2}}), lab.sentences[0].wanted
    (7.2, '> 6')
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
        self.sentences: list[Claim | Identity] = []
        self.drawings: list[Drawing] = []

    def experiment(
        self, *, quick: Settings = MappingProxyType({}), seeds: int = SEEDS, again: int = 2, apart: bool = False
    ) -> Callable[[Callable[..., Measured]], Experiment]:
        """Declare an experiment; `quick` has the settings that make it last a second or two."""

        def declare(function: Callable[..., Measured]) -> Experiment:
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
            made = Experiment(
                frozenset({name}), operator.itemgetter(name), name, function, settings, dict(quick), seeds, again, apart
            )
            self.experiments[name] = made
            return made

        return declare

    def claims(
        self, says: str, cases: Mapping[str, Quantity], *, effect: str, above: float | None = None,
        below: float | None = None, because: str = "no difference", problem: str = "", printed: bool = False,
    ) -> None:  # fmt: skip
        """Claim a sentence in each case, by where it is tried: the effect lies above and below the limits given, or
        else above 0.
        """
        above = 0.0 if above is None and below is None else above
        if (above, below) not in ((0, None), (None, 0)) and because == "no difference":
            raise DefinitionError(f"{self.name}: the claim {says!r} does not say why its limit is {above or below}")
        for where, quantity in cases.items():
            self._add(Claim(says, where, quantity, effect, above, below, because, self._about(problem), printed))

    def identity(
        self, says: str, where: str, *, problem: str = "", printed: bool = False
    ) -> Callable[[Callable[[], tuple[bool, str]]], Callable[[], tuple[bool, str]]]:
        """Declare a sentence whose function checks it exactly, and returns what shows that it is so or not."""

        def declare(check: Callable[[], tuple[bool, str]]) -> Callable[[], tuple[bool, str]]:
            self._add(Identity(says, where, check, self._about(problem), printed))
            return check

        return declare

    def _about(self, problem: str) -> str:
        return problem or (self.problems[0] if self.problems else "")

    def _add(self, claim: Claim | Identity) -> None:
        if any((it.says, it.where) == (claim.says, claim.where) for it in self.sentences):
            raise DefinitionError(f"{self.name} claims {claim.says!r} twice in one setting: tell them apart by where")
        self.sentences.append(claim)

    def figure(
        self, caption: str, *of: Experiment, problems: Sequence[str] = (), size: tuple[float, float] = (7.0, 2.9)
    ) -> Callable[[Callable[[Figure, Rows], str]], Drawing]:
        """Declare a figure of experiments, `size` in inches; its function's name is the figure's."""

        def declare(function: Callable[[Figure, Rows], str]) -> Drawing:
            needed = frozenset({it.name for it in of})
            made = Drawing(function.__name__, caption, tuple(problems), function, size, needed)
            self.drawings.append(made)
            return made

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
