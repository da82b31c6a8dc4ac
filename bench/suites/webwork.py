"""WeBWorK's pg: scores, comparisons of intervals, and conversions of units that its tests state."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from bench.suites.rows import Row
from bench.suites.sources import Source

SUITE: Final = "WeBWorK"
SOURCE: Final = Source("openwebwork/pg", "7d9017bc3166379de7ec3637c508cc15c5215e91")
SCORES: Final = ("contexts/trig_degrees", "macros/math_objects_basics", "macros/math_objects_more", "contexts/fraction")
INTERVALS: Final = ("contexts/interval", "contexts/alternative_intervals")
UNITS: Final = "basic_module conversions electromagnetic electron_volts length radiation time volume".split()
_MADE: Final = re.compile(r"my \$(\w+)\s*=\s*(?:Compute|Real|Formula)\(['\"]([^'\"$]+)['\"]\)")
_SCORE: Final = re.compile(
    r"check_score\((?:\$(\w+)|Compute\(['\"]([^'\"$]+)['\"]\)),\s*(?:Compute\()?['\"]([^'\"$]+)['\"]\)?\),\s*([01])"
)
_SAME: Final = re.compile(
    r"ok (?:Compute|Interval)\(['\"]([^'\"]+)['\"]\)\s*(==|!=)\s*(?:Compute|Interval)\(['\"]([^'\"]+)['\"]\)"
)
_FACTORIAL: Final = re.compile(r"Compute\('(\d!)'\)->value,\s*(\d+)")
_UNIT: Final = r"(?:multiply_by\(([\dEe.+-]+),\s*evaluate_units\('([^']+)'\)\)|\{ evaluate_units\('([^']+)'\) \})"
_UNITS: Final = re.compile(rf"is {_UNIT},\s*{_UNIT}")


def rows() -> Iterator[Row]:
    """The rows, key first. Raises `NotFetched`."""
    for path in SCORES:
        source = SOURCE.read(f"t/{path}.t")
        made = dict(_MADE.findall(source))
        for number, (name, text, answer, score) in enumerate(_SCORE.findall(source), 1):
            key = text or made.get(name, "")
            apart = "degrees without a sign" if "degrees" in path else ""
            if key and "$" not in key:
                yield Row(SUITE, f"{path}/{number}", key, answer, score == "1", apart)
    for path in INTERVALS:
        source = SOURCE.read(f"t/{path}.t")
        made = dict(_MADE.findall(source))
        for number, (answer, sign, key) in enumerate(_SAME.findall(source), 1):
            said = _with_values(answer, made)
            if "$" not in said:
                yield Row(SUITE, f"{path}/{number}", key, said, sign == "==")
    for number, (text, value) in enumerate(_FACTORIAL.findall(SOURCE.read("t/math_objects/factorial.t")), 1):
        yield Row(SUITE, f"factorial/{number}", value, text, True)
    for path in UNITS:
        for number, found in enumerate(_UNITS.findall(SOURCE.read(f"t/units/{path}.t")), 1):
            key, answer = [f"{it[0] or 1} {it[1] or it[2]}" for it in (found[3:], found[:3])]
            yield Row(SUITE, f"units/{path}/{number}", key, answer, True)


def _with_values(text: str, made: dict[str, str]) -> str:
    """A text of Perl with what its variables were made of."""
    return re.sub(r"\$(\w+)", lambda it: made.get(it[1], it[0]), text)
