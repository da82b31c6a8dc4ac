"""`src/markscheme/reading/units.json`: names, symbols, sizes and dimensions of units, from pint's registry.

Run it where pint is installed: `python tools/units.py`. Constants, units with an offset, and letters that are symbols
in most texts are left out.
"""

from __future__ import annotations

import json
from fractions import Fraction
from importlib import import_module
from importlib.resources import files
from pathlib import Path
from typing import Any

TABLE = Path(__file__).parents[1] / "src/markscheme/reading/units.json"
LETTERS = frozenset("m s g A K N J W V C F H S T L l h B d".split())
"""Units of one letter; the others are variables far more often."""
DIMENSIONS = {
    "[length]": "length", "[mass]": "mass", "[time]": "time", "[current]": "current", "[temperature]": "temperature",
    "[substance]": "substance", "[luminosity]": "luminosity",
}  # fmt: skip
BITS = {"bit": 1, "bits": 1, "byte": 8, "bytes": 8, "B": 8, "octet": 8}
IN_TWO_WORDS = frozenset(
    "fluid_ounce nautical_mile light_year metric_ton short_ton long_ton troy_ounce watt_hour electron_volt".split()
)
OTHER = frozenset(
    "count dozen degree deg arcdeg radian rad turn px pixel point pp bag are at th li eu hand link chain quarter "
    "section "
    "shot shake pole gamma lambda fifth perch molecule particle blob jig quad pica pond stone tex den sv rpm rps "
    "revolutions_per_minute revolutions_per_second ECC Ne NeC Nm BDFT BF FBM LMH PSH RKM SPL Gb Ta Tj Tt Td".split()
)
YEARS = {"year": 12, "yr": 12, "month": 1, "decade": 120, "century": 1200, "centuries": 1200}
"""In months, whose length in days is no one number."""


def constants() -> set[str]:
    """The names that pint lists as constants."""
    lines = (files("pint") / "constants_en.txt").read_text("utf-8").splitlines()
    return {name.strip() for line in lines if "=" in line and line[:1] != "#" for name in line.split("=")}


def main() -> None:
    pint: Any = import_module("pint")
    registry = pint.UnitRegistry(non_int_type=Fraction, autoconvert_offset_to_baseunit=True)
    left_out = constants() | OTHER
    units: dict[str, list[str]] = {}
    for name in sorted(set(registry._units)):  # noqa: SLF001 (there is no public list)
        definition = registry._units[name]  # noqa: SLF001
        plain = name.replace("_", "").replace("µ", "").replace("Å", "").replace("Ω", "")
        if {name, definition.name} & left_out or not (plain.isascii() and (plain.isalpha() or not plain)):
            continue
        if ("_" in name and name not in IN_TWO_WORDS) or definition.name in YEARS:
            continue
        if not definition.is_multiplicative or (len(name) == 1 and name not in LETTERS | {"Å", "Ω"}):
            continue
        try:
            size, _ = registry.get_root_units(name)
            dimensions = dict(registry.get_dimensionality(name))
        except (pint.errors.PintError, TypeError, ValueError, ZeroDivisionError):
            continue
        is_whole = all(int(power) == power for power in dimensions.values())
        if dimensions and is_whole and not set(dimensions) - set(DIMENSIONS):
            shown = " ".join([f"{DIMENSIONS[it]}^{power}" for it, power in sorted(dimensions.items())])
            units[name] = [str(Fraction(size).limit_denominator(10**40)), shown]
    units |= {name: [str(months), "month^1"] for name, months in YEARS.items()}
    units |= {"atm": ["101325000", "length^-1 mass^1 time^-2"], "t": ["1000000", "mass^1"]}
    units |= {name: [str(size), "data^1"] for name, size in BITS.items()}
    prefixes = {
        name: str(Fraction(it.converter.scale))
        for name, it in sorted(registry._prefixes.items())  # noqa: SLF001
        if name and (name.isascii() or name == "µ")
    }  # fmt: skip
    TABLE.write_text(json.dumps({"prefixes": prefixes, "units": units}, ensure_ascii=False, indent=0) + "\n", "utf-8")


if __name__ == "__main__":
    main()
