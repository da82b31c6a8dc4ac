"""Lambda Feedback's compareExpressions: its tests of symbolic answers and of physical quantities.

A row tests equivalence unless the question's own criteria, names or conventions decide it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

from bench.suites.python_tests import Called, Claim, Item, claims
from bench.suites.rows import Row
from bench.suites.sources import Source
from markscheme.kinds import Mathematics, Real

SUITE: Final = "compareExpressions"
SOURCE: Final = Source("lambda-feedback/compareExpressions", "0bf556e660543945b395d184aa13260ae5e0c5c6")
PATHS: Final = ("app/tests/symbolic_evaluation_test.py", "app/tests/physical_quantity_evaluation_test.py",
                "app/tests/example_test.py", "app/tests/multi_character_test.py")  # fmt: skip
_APART: Final = {
    "criteria": "criteria of the question", "symbols": "names that the question declares", "convention": "a convention",
    "input_symbols": "names that the question declares", "plus_minus": "names that the question declares",
    "multiple_answers_criteria": "criteria of the question", "disabled_evaluation_nodes": "criteria of the question",
    "substitutions": "values that the question declares", "alternatives": "names that the question declares",
    "specialFunctions": "functions of a library", "reserved_keywords": "names that the question declares",
}  # fmt: skip


_SYMPY: Final = re.compile(r"\b(summation|sum|int|Lambda|factorial2|plus_minus|minus_plus|atan2)\b")


def rows() -> Iterator[Row]:
    """The rows, key first. Raises `NotFetched`."""
    count: Counter[str] = Counter()
    for path in PATHS:
        for claim in claims(SOURCE.read(path), generate_input_variations=_as_given):
            pair = _pair(claim)
            if pair is None:
                continue
            answer, key, options, expected = pair
            count[claim.test] += 1
            apart = "sympy's own notation" if _SYMPY.search(f"{key} {answer}") else _apart(options)
            yield Row(SUITE, f"{claim.test}/{count[claim.test]}", key, answer, expected, apart, _asked(options))


def _as_given(response: str = "", answer: str = "") -> list[tuple[str, str]]:
    """The pair itself, and with carets for powers, as their tests vary it."""
    given = [(response, answer)]
    carets = (response.replace("**", "^"), answer.replace("**", "^"))
    return given if carets == given[0] else [*given, carets]


def _pair(claim: Claim) -> tuple[str, str, dict[str, Any], bool] | None:
    match claim.left:
        case Item(of=Called(function="evaluation_function") as call, key="is_correct"):
            pass
        case _:
            return None
    texts = [it for it in call.arguments if isinstance(it, str)]
    options: dict[str, Any] = dict(*[it for it in call.arguments if isinstance(it, dict)][:1])
    if len(texts) < 2 or not isinstance(claim.right, bool) or not all([it.strip() for it in texts]):
        return None
    return texts[0], texts[1], options, claim.right == claim.equal


def _apart(options: dict[str, Any]) -> str:
    if options.get("physical_quantity") and any([it in options for it in ("rtol", "atol", "rel_tol")]):
        return "a tolerance with units"
    return next((why for option, why in _APART.items() if options.get(option)), "")


def _asked(options: dict[str, Any]) -> Real | Mathematics | None:
    """A tolerance, or the letters that are said to be positive."""
    if positive := re.findall(r"\('(\w+)',\s*'positive'\)", options.get("symbol_assumptions", "")):
        return Mathematics(positive=positive)
    relative, absolute = options.get("rtol", options.get("rel_tol")), options.get("atol")
    if options.get("physical_quantity") or not (relative or absolute):
        return None
    return Real(relative=str(relative) if relative else None, absolute=str(absolute) if absolute else None)
