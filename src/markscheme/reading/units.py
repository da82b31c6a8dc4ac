"""Units behind a number, and what one is of another."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final

LONGEST: Final = 200
"""Characters of a text that may end in a unit."""
_SIZES: Final = {
    "length": "m meter meters metre metres 1; mm millimeter millimeters 1/1000; cm centimeter centimeters 1/100; "
              "nm 1/1000000000; km kilometer kilometers 1000; inch inches 0.0254; ft foot feet 0.3048; "
              "yd yard yards 0.9144; mi mile miles 1609.344",
    "mass": "kg kilogram kilograms 1; g gram grams 1/1000; mg 1/1000000; lb lbs 0.45359237; oz 0.028349523125",
    "time": "s sec second seconds 1; ms 1/1000; min minute minutes 60; h hr hour hours 3600; day days 86400; "
            "week weeks 604800",
    "years": "year years 1; month months 1/12",
    "volume": "L l liter liters litre litres 1; ml mL 1/1000",
    "speed": "mph 1609.344/3600; kph 1000/3600",
    "angle": "degree degrees 1; radian radians rad irrational",
    "dollars": "dollar dollars usd USD 1; cent cents 1/100",
}  # fmt: skip
_COUNTED: Final = "euro euros eur EUR pounds yen yuan rupees people students ways points times unit units".split()


@dataclass(frozen=True, slots=True)
class Unit:
    """What a number counts: its name, what that measures, its size (None where it is no fraction), and its power."""

    name: str
    dimension: str
    size: Fraction | None
    power: int = 1

    def in_terms_of(self, other: Unit) -> Fraction | None:
        """How many of the other are one of these; None where they measure different things.

        >>> UNITS["km"].in_terms_of(UNITS["cm"]), UNITS["km"].in_terms_of(UNITS["kg"])
        (Fraction(100000, 1), None)
        """
        if (self.dimension, self.power) != (other.dimension, other.power):
            return None
        if self.size is None or other.size is None:
            return Fraction(1) if self.size is other.size else None
        return (self.size / other.size) ** self.power

    def __str__(self) -> str:
        return self.name if self.power == 1 else f"{self.name}^{self.power}"


def _table() -> dict[str, Unit]:
    table = {name: Unit(name, name.removesuffix("s"), Fraction(1)) for name in _COUNTED}
    for dimension, groups in _SIZES.items():
        for group in groups.split("; "):
            *names, said = group.split()
            above, _, below = said.partition("/")
            size = None if said == "irrational" else Fraction(above) / Fraction(below or 1)
            table |= {name: Unit(name, dimension, size) for name in names}
    return table


UNITS: Final = _table()
_BEHIND: Final = re.compile(
    r"(?P<number>.*[\d})%])\s*(?P<upright>\\(?:text|mathrm|textnormal|textrm|mbox)\s*\{)?\s*(?P<unit>[A-Za-z]{1,12})"
    r"\s*\}?(?:\^?\{?(?P<power>[23²³])\}?)?[\s.$}]*",
    re.DOTALL,
)
_BARE: Final = re.compile(r"[-+0-9.,/\s]*").fullmatch
_POWERS: Final = {"2": 2, "²": 2, "3": 3, "³": 3}


def parted(text: str, *, sure: bool = False) -> tuple[str, Unit | None]:
    r"""A number and the unit behind it; the text itself and None where no unit is known.

    A single letter may be a symbol: where that is to be `sure`, it is a unit only in `\text{m}` and its like.

    >>> number, unit = parted(r"15 \text{ cm}^2")
    >>> number, str(unit), parted("2x")
    ('15', 'cm^2', ('2x', None))
    >>> parted("3 h", sure=True)
    ('3 h', None)
    """
    if _BARE(text) or len(text) > LONGEST:
        return text, None
    found = _BEHIND.fullmatch(text.strip(" $"))
    if found is None or found["unit"] not in UNITS or (sure and len(found["unit"]) == 1 and not found["upright"]):
        return text, None
    return found["number"], replace(UNITS[found["unit"]], power=_POWERS.get(found["power"] or "", 1))
