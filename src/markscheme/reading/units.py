"""Units behind a number: what they are called, how large they are, and whether one measures what another does."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache, lru_cache
from pathlib import Path
from typing import Final, TypeAlias

from markscheme.reading.words import COUNTED, CURRENCIES, letter, singular

Dimensions: TypeAlias = tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Unit:
    """What a number counts: its size in base units, and the powers of what it measures.

    >>> km, hour = unit("km"), unit("hours")
    >>> str(km / hour), (km / hour).in_terms_of(unit("m") / unit("s"))
    ('km/hours', Fraction(5, 18))
    >>> km.in_terms_of(hour)
    """

    name: str
    size: Fraction
    dimensions: Dimensions
    is_sure: bool = field(default=True, compare=False)
    """Whether its name can be nothing else: a bare letter may be a symbol, too."""
    is_known: bool = True
    """Whether it is known what one of them is; a noun may be anything."""

    def in_terms_of(self, other: Unit) -> Fraction | None:
        """How many of the other are one of these; None where they measure different things."""
        return self.size / other.size if self.dimensions == other.dimensions else None

    def __mul__(self, other: Unit) -> Unit:
        return self._with(other, 1, "·")

    def __truediv__(self, other: Unit) -> Unit:
        return self._with(other, -1, "/")

    def __pow__(self, power: int) -> Unit:
        named = self.name if power == 1 else f"{self.name}^{power}"
        dimensions = tuple([(it, count * power) for it, count in self.dimensions if power])
        return Unit(named, self.size**power, dimensions, self.is_sure, self.is_known)

    def _with(self, other: Unit, power: int, sign: str) -> Unit:
        counts = dict(self.dimensions)
        for dimension, count in other.dimensions:
            counts[dimension] = counts.get(dimension, 0) + power * count
        dimensions = tuple(sorted([(it, count) for it, count in counts.items() if count]))
        sure, known = self.is_sure or other.is_sure, self.is_known and other.is_known
        return Unit(f"{self.name}{sign}{other.name}", self.size * other.size**power, dimensions, sure, known)

    def __str__(self) -> str:
        return self.name


ONE: Final = Unit("", Fraction(1), ())


_ANGLES: Final[dict[str, Dimensions]] = {"degree": (("angle", 1),), "deg": (("angle", 1),), "radian": (), "rad": ()}


@cache
def _table() -> tuple[dict[str, Fraction], dict[str, tuple[Fraction, Dimensions]]]:
    """Prefixes with their sizes, units with theirs and what they measure; made of pint's by `tools/units.py`."""
    data = json.loads(Path(__file__).with_name("units.json").read_text("utf-8"))
    prefixes = {letter(name): Fraction(size) for name, size in data["prefixes"].items()}
    units: dict[str, tuple[Fraction, Dimensions]] = {}
    for name, (size, measures) in data["units"].items():
        powers = [it.split("^") for it in measures.split()]
        units[name] = Fraction(size), tuple(sorted([(f"[{dimension}]", int(power)) for dimension, power in powers]))
    return prefixes, units


@lru_cache(maxsize=1_024)
def unit(word: str) -> Unit | None:
    """The unit that a word names: a symbol or a name, with an SI prefix, in the singular or plural; a currency.

    >>> unit("kJ") == unit("kilojoules"), unit("square"), str(unit("ft"))
    (False, None, 'ft')
    >>> unit("kJ").in_terms_of(unit("J")), unit("MB").in_terms_of(unit("bits"))
    (Fraction(1000, 1), Fraction(8000000, 1))
    """
    if money := CURRENCIES.get(word.lower()) or CURRENCIES.get(word.lower().removesuffix("s")):
        return Unit(word, Fraction(1), ((money, 1),))
    if word.lower().removesuffix("s") in _ANGLES:
        return Unit(word, Fraction(1), _ANGLES[word.lower().removesuffix("s")])
    prefixes, units = _table()
    for said in dict.fromkeys([word, word.removesuffix("s"), word.lower(), word.lower().removesuffix("s")]):
        if len(said) < 3 and said != word:
            break
        for prefix in ("", *prefixes):
            rest = said[len(prefix) :]
            found = units.get(rest) if said.startswith(prefix) and rest else None
            if found and (not prefix or _takes(rest, prefix)):
                sure = len(word) > 1
                return Unit(word, found[0] * prefixes.get(prefix, Fraction(1)), found[1], sure)
    return None


def _takes(rest: str, prefix: str) -> bool:
    """Whether a unit has prefixes of this sort: symbols stand before symbols, names before names."""
    if rest in {"bit", "bits", "byte", "bytes", "ton", "tonne"}:
        return len(prefix) > 2
    is_symbol = len(rest) <= 3 and rest not in {"bar", "mol", "cal", "are"}
    if len(prefix) > 2 and rest in {"A", "V", "W", "F", "H", "J", "N", "T", "Hz", "Pa", "Ω", "ohm", "eV", "L"}:
        return True
    return (len(prefix) <= 2) == is_symbol or rest in {"eV", "bar", "mol", "cal", "Hz", "Pa", "Wh", "Ohm", "ohm"}


def counted(word: str) -> Unit | None:
    """What a noun counts, if it is one of those that are counted.

    >>> counted("pixels") == counted("pixel"), counted("wrong")
    (True, None)
    """
    one = singular(word.lower())
    return Unit(one, Fraction(1), ((one, 1),)) if one in COUNTED else None


def noun(word: str) -> Unit:
    """A noun of which it is not known what one of them is."""
    return Unit(word, Fraction(1), ((word.lower(), 1),), is_known=False)
