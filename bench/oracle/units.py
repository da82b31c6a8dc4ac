"""Units as people write them; what one is in terms of another, pint says."""

from __future__ import annotations

import re
from fractions import Fraction
from functools import cache
from importlib import import_module
from typing import Any

_NAMED = """
m meter meters; km kilometer kilometers; cm centimeter centimeters; mm millimeter millimeters; nm nanometer nanometers;
inch inch inches; ft foot feet; mi mile miles; yd yard yards; g gram grams; kg kilogram kilograms;
mg milligram milligrams; t tonne tonnes; lb pound pounds; oz ounce ounces; s second seconds;
ms millisecond milliseconds; min minute minutes; h hour hours; day day days; L liter liters; mL milliliter milliliters;
J joule joules; kJ kilojoule kilojoules; MJ megajoule megajoules; eV electronvolt electronvolts;
kWh kilowatt_hour kilowatt_hours; N newton newtons; kN kilonewton kilonewtons; Pa pascal pascals;
kPa kilopascal kilopascals; bar bar bars; W watt watts; kW kilowatt kilowatts; V volt volts; mV millivolt millivolts;
A ampere amperes; mA milliampere milliamperes; ohm ohm ohms; C coulomb coulombs; Hz hertz hertz;
kHz kilohertz kilohertz; MHz megahertz megahertz; GHz gigahertz gigahertz; B byte bytes; kB kilobyte kilobytes;
MB megabyte megabytes; GB gigabyte gigabytes; bit bit bits; mol mole moles; K kelvin kelvins;
"""
LONG = {symbol: (one, many) for symbol, one, many in [said.split() for said in _NAMED.split(";") if said.strip()]}
COMPOUND = (
    "m/s km/h m/s^2 cm^2 m^2 mm^2 inch^2 ft^2 km^2 cm^3 m^3 g/cm^3 kg/m^3 mol/L N*m kg*m/s^2 J/s MB/s W/m^2 mi/h"
).split()
UNITS = (*LONG, *COMPOUND)
_PIECE = re.compile(r"([*/]?)(\w+?)(?:\^(\d))?(?=[*/]|$)")
_RAISED = {"2": "²", "3": "³"}
_POWERS = {"2": "square", "3": "cubic"}


@cache
def _registry() -> Any:
    pint: Any = import_module("pint")
    return pint.UnitRegistry(non_int_type=Fraction)


@cache
def ratio(unit: str, other: str) -> Fraction | None:
    """How many of the other are one of the unit; None where they measure different things."""
    registry = _registry()
    one = registry.Quantity(Fraction(1), unit)
    if not one.is_compatible_with(other) or _is_of_bits(unit) != _is_of_bits(other):
        return None
    size = one.to(other).magnitude
    return Fraction(size).limit_denominator(10**12) if isinstance(size, float) else Fraction(size)


def _is_of_bits(unit: str) -> bool:
    """Whether a unit counts bits, which are pure numbers to pint."""
    return "B" in unit or unit == "bit"


@cache
def alike(unit: str) -> tuple[str, ...]:
    """The other units of the same dimension, but for angles and what counts (pint takes a hertz for a becquerel)."""
    return tuple([other for other in UNITS if other != unit and ratio(unit, other)])


@cache
def unlike(unit: str) -> tuple[str, ...]:
    return tuple([other for other in UNITS if ratio(unit, other) is None])


def written_unit(number: str, unit: str, notation: str, *, is_long: bool) -> str:
    r"""A number with its unit: `5 \text{ km}`, `5 km`, `5 kilometers`, `9.8 m/s²`."""
    if is_long and (words := _in_words(unit, number)):
        return rf"{number} \text{{ {words}}}" if notation == "latex" else f"{number} {words}"
    shown = "".join([_piece(it[1], it[2], it[3] or "", notation) for it in _PIECE.finditer(unit)])
    if notation == "latex":
        return rf"{number} \text{{ {shown}}}" if "^" not in shown else rf"{number} \, \mathrm{{{shown}}}"
    return f"{number} {shown}"


def _piece(sign: str, symbol: str, power: str, notation: str) -> str:
    symbol = {"inch": "in", "ohm": r"\Omega" if notation == "latex" else "Ω"}.get(symbol, symbol)
    sign = {"*": r" \cdot " if notation == "latex" else "·" if notation == "unicode" else "*"}.get(sign, sign)
    raised = _RAISED[power] if power and notation == "unicode" else f"^{power}" if power else ""
    return sign + symbol + raised


def _in_words(unit: str, number: str) -> str:
    """`square centimeters`, `kilometers per hour`; nothing for what nobody says so."""
    words: list[str] = []
    for found in _PIECE.finditer(unit):
        sign, symbol, power = found[1], found[2], found[3] or ""
        if sign == "*" or (power and sign == "/"):
            return ""
        one, many = LONG[symbol]
        said = (one if sign == "/" or number == "1" else many).replace("_", " ")
        words.append(f"{'per ' if sign == '/' else ''}{_POWERS[power] + ' ' if power else ''}{said}")
    return " ".join(words)
