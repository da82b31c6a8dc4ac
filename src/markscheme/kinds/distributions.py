"""The kind of a distribution by name, with its parameters: Bin(10, 0.3), N(0, 4), Poisson(3)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar, Final, Literal, TypeAlias, cast

from markscheme.kinds.base import Comparison, Kind, Undecided
from markscheme.kinds.collections import bare
from markscheme.language import Message, say
from markscheme.reading.limits import Unreadable, bounded
from markscheme.reading.numbers import read_number
from markscheme.reading.prose import first_read
from markscheme.text.field import Form
from markscheme.text.notation import Line, Listing, Notation, Word

Law: TypeAlias = tuple[str, tuple[Fraction, ...]]
"""A name of `NAMES`, and its parameters."""

NAMES: Final[dict[str, tuple[str, int, tuple[str, ...]]]] = {
    "Bernoulli": ("Bernoulli", 1, ("bernoulli", "ber", "bern")),
    "binomial": ("Bin", 2, ("binomial", "bin", "binom", "b")),
    "geometric": ("Geom", 1, ("geometric", "geom", "geo")),
    "Poisson": ("Poisson", 1, ("poisson", "poi", "pois", "po")),
    "hypergeometric": ("Hypergeom", 3, ("hypergeometric", "hypergeom", "hyp", "hypgeom")),
    "uniform": ("U", 2, ("uniform", "u", "unif", "uni")),
    "exponential": ("Exp", 1, ("exponential", "exp", "expo")),
    "normal": ("N", 2, ("normal", "n", "norm", "gaussian", "gauss")),
    "gamma": ("Gamma", 2, ("gamma", "ga")),
    "beta": ("Beta", 2, ("beta", "be")),
    "chi-squared": ("Chi2", 1, ("chisquared", "chisquare", "chi2", "χ2", "chisq")),
    "Student": ("t", 1, ("student", "t", "studentt", "studentst")),
    "F": ("F", 2, ("f", "fisher")),
}
"""By name: how it is written, how many parameters it has, and its spellings."""
_SPELLED: Final = {spelling: name for name, (_, _, spellings) in NAMES.items() for spelling in spellings}
_CALLED: Final = re.compile(r"^(?:\w+\s*(?:∼|~|=|:|\\sim)\s*)?(?P<name>[^()\[\]]+)[(\[](?P<inside>[^()\[\]]*)[)\]]$")
_TYPESETTING: Final = re.compile(r"\\(?:text|mathrm|mathcal|operatorname|left|right|,|;)|[${}\\\s_^'’-]")


@dataclass(frozen=True)
class Distribution(Kind[Law]):
    r"""A distribution with its parameters; of a normal one mean and variance, of a gamma one shape and rate.

    >>> kind = Distribution()
    >>> kind.read(r"X \sim \mathcal{N}(0, 4)") == kind.read("normal(0, 4)") == kind.accept(("normal", (0, 4)))
    True
    >>> kind.read("Binomial(10, 3/10)") == kind.read("Bin(10, 0.3)")
    True

    What is right by another convention goes to a person; with `spread` a normal one has its standard deviation.
    """

    spread: Literal["variance", "standard deviation"] = "variance"
    noun: ClassVar[str] = "a distribution"
    form: ClassVar[Form] = "words"

    @property
    def example(self) -> str:
        return "Bin(10, 0.3)"

    def read(self, text: str) -> Law:
        return first_read(bounded(text), self._read)

    def _read(self, text: str) -> Law:
        said = " ".join(bare(text).split()).strip().rstrip(".")
        match = _CALLED.match(said.strip("$ ").replace("\\left", "").replace("\\right", ""))
        if match is None:
            raise Unreadable(say("expected-distribution", example=self.example), text=text)
        name = _SPELLED.get(_TYPESETTING.sub("", match["name"]).removesuffix("distribution").casefold())
        if name is None:
            raise Unreadable(say("no-such-distribution", name=match["name"].strip()), text=text)
        parameters = [it for it in match["inside"].split(";" if ";" in match["inside"] else ",") if it.strip()]
        if len(parameters) != NAMES[name][1]:
            raise Unreadable(
                say("parameters-of", name=NAMES[name][0], count=NAMES[name][1], said=len(parameters)), text=text
            )
        return name, tuple([Fraction(read_number(it)) for it in parameters])

    def accept(self, value: object) -> Law:
        if isinstance(value, tuple) and len(cast("tuple[object, ...]", value)) == 2:
            name, parameters = cast("tuple[object, object]", value)
            if isinstance(name, str) and isinstance(parameters, Sequence) and name in NAMES:
                given = cast("Sequence[int | Fraction | float]", parameters)
                if len(given) == NAMES[name][1]:
                    return name, tuple([Fraction(str(it)) for it in given])
        known = ", ".join(NAMES)
        raise TypeError(f"expected a name ({known}) and its parameters, not {value!r}")

    def compare(self, key: Law, value: Law) -> Comparison:
        if key == value:
            return Comparison(True)
        if key[0] == value[0] == "normal" and key[1][0] == value[1][0]:
            own, other = key[1][1], value[1][1]
            if other == own * own or own == other * other:
                raise Undecided(Message("variance-or-another" if self.spread == "variance" else "deviation-or-another"))
        is_rated = key[0] == value[0] and key[0] in ("exponential", "gamma")
        if is_rated and key[1][:-1] == value[1][:-1] and key[1][-1] * value[1][-1] == 1:
            raise Undecided(say("rate-or-reciprocal"))
        return Comparison(False)

    def show(self, value: Law) -> Notation:
        name, parameters = value
        return Line((Word(NAMES[name][0]), Listing(tuple([Word(_written(it)) for it in parameters]), "(", ")")))

    def write(self, value: Law) -> str:
        name, parameters = value
        return f"{NAMES[name][0]}({', '.join(map(_written, parameters))})"

    def difference(self, left: Law, right: Law) -> str:
        return f"{self.write(left)} against {self.write(right)}"


def _written(number: Fraction) -> str:
    decimal = f"{float(number):.10g}"
    return decimal if Fraction(decimal) == number else f"{number}"
