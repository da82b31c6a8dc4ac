"""Maxima's notation turned into what people write; what only a program of Maxima's says has none."""

from __future__ import annotations

import re
from typing import Final


class NoNotation(ValueError):
    """A text that calls for Maxima itself: a predicate, an assumption, a command."""


_NAMES: Final = {"%pi": "pi", "%e": "e", "%i": "i", "minf": "-oo", "inf": "oo", "nounor": "or", "nounand": "and"}
_KNOWN: Final = set(
    "sin cos tan sec csc cot sinh cosh tanh sech csch coth asin acos atan asinh acosh atanh arcsin arccos arctan exp "
    "log ln sqrt abs binomial signum floor ceiling min max gcd lcm root lg matrix oo oc co cc stackunits and or not "
    "cosec cosech acot ntuple pm union intersection sum product".split()
)
_SPANS: Final = {"oo": "()", "oc": "(]", "co": "[)", "cc": "[]"}


def in_common_notation(text: str) -> str:
    """A text of Maxima as mathematics. Raises `NoNotation`.

    >>> in_common_notation("%union(oo(1,2),co(a[1],%pi/inf))")
    '(1, 2) ∪ [a_1, pi/oo)'
    """
    if re.search(r":|'\w|\bnoun(?!or\b|and\b)\w|\bnot\b.*\bnoun|#(?!pm#)\D*=", text) and not text.startswith('"'):
        raise NoNotation("a command or an unevaluated form")
    if re.search(r"\b(all|none)\b", text):
        raise NoNotation("all and none")
    if text.startswith('"') and text.endswith('"'):
        return text.strip('"')
    said = text.replace("#pm#", "±")
    said = re.sub(r"#", " ≠ ", said)
    said = re.sub(r"%?\b(\w+)\b(?!\()|%(pi|e|i)\b", lambda it: _NAMES.get(it[0], it[0]), said)
    said = re.sub(r"%(?=union|intersection)", "", said)
    said = re.sub(r"\b([A-Za-z]\w*)\[(\w+)\]", r"\1_\2", said)
    unknown = [it for it in re.findall(r"\b([A-Za-z]\w+)\s*\(", said) if it not in _KNOWN]
    if unknown or "%" in said:
        raise NoNotation(unknown[0] if unknown else text)
    return _applied(said)


def with_units(text: str) -> str:
    """A quantity: the product of a number and units as the number, then its units. Raises `NoNotation`.

    >>> with_units("12.3*m*s^(-1)"), with_units("stackunits(4,m^2)")
    ('12.3 m*s^-1', '4 m^2')
    """
    if found := re.fullmatch(r"stackunits\(([^(),]+),([^,]+)\)", text):
        return f"{found[1]} {found[2]}"
    found = re.fullmatch(r"(-?[\d.]+(?:[eE][-+]?\d+)?(?:\*10\^\(?-?\d+\)?)?)\s*\*\s*([A-Za-z].*)", text)
    if found is None:
        return in_common_notation(text)
    return f"{found[1]} " + re.sub(r"\((-?\d+)\)", r"\1", found[2])


def _applied(text: str) -> str:
    """Calls that people write otherwise: intervals, matrices, roots, logarithms, unions, sums."""
    found = re.search(
        r"\b(oo|oc|co|cc|matrix|root|lg|union|intersection|stackunits|signum|sum|product|ceiling|cosech?)\(", text
    )
    if found is None:
        return text
    inner, end = _within(text, found.end())
    parts = [_applied(it.strip()) for it in _split(inner)]
    return text[: found.start()] + _written(found[1], parts) + _applied(text[end:])


def _within(text: str, start: int) -> tuple[str, int]:
    depth = 1
    for place in range(start, len(text)):
        depth += (text[place] in "([{") - (text[place] in ")]}")
        if depth == 0:
            return text[start:place], place + 1
    raise NoNotation("unbalanced parentheses")


def _split(text: str) -> list[str]:
    parts, depth = [""], 0
    for sign in text:
        depth += (sign in "([{") - (sign in ")]}")
        if sign == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += sign
    return parts


def _written(function: str, parts: list[str]) -> str:
    match function, parts:
        case (("oo" | "oc" | "co" | "cc"), [low, high]):
            left, right = _SPANS[function]
            return f"{left}{low}, {high}{right}"
        case "matrix", _:
            return f"[{', '.join(parts)}]"
        case "root", [what]:
            return f"sqrt({what})"
        case "root", [what, degree]:
            return f"({what})^(1/({degree}))"
        case "lg", [what]:
            return f"log_{{10}}({what})"
        case "lg", [what, base]:
            return f"log_{{{base}}}({what})"
        case (("union" | "intersection"), _):
            return (" ∪ " if function == "union" else " ∩ ").join(parts)
        case "stackunits", [number, unit]:
            return f"({number} {unit})"
        case (("sum" | "product"), [what, index, low, high]):
            return rf"\{'sum' if function == 'sum' else 'prod'}_{{{index}={low}}}^{{{high}}} ({what})"
        case (("signum" | "ceiling" | "cosec" | "cosech"), [what]):
            return {"signum": "sgn", "ceiling": "ceil", "cosec": "csc", "cosech": "csch"}[function] + f"({what})"
        case _:
            raise NoNotation(f"{function} of {len(parts)}")
