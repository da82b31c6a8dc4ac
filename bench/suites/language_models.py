"""Checkers of language models' answers: Math-Verify, NeMo-Skills, and hendrycks/math."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from bench.suites.python_tests import Called, claims
from bench.suites.rows import Row
from bench.suites.sources import Source

NEMO: Final = Source("NVIDIA/NeMo-Skills", "0b012df8a09cd4730d31b16e90a0d8f13d145fb8")
HENDRYCKS: Final = Source("hendrycks/math", "985bdc1696e88e8643f081a0ff4719da39f2ae2a")
_MATH_VERIFY: Final = Path(__file__).parents[1] / "pairs" / "math_verify.json"


def math_verify() -> Iterator[Row]:
    """The short pairs of Math-Verify's tests, which lie beside the bench."""
    for number, (key, answer, expected) in enumerate(json.loads(_MATH_VERIFY.read_text())["pairs"], 1):
        yield Row("Math-Verify", str(number), key, answer, bool(expected))


def nemo_skills() -> Iterator[Row]:
    """Both orders of each pair, as its tests ask. Raises `NotFetched`."""
    for number, claim in enumerate(claims(NEMO.read("tests/test_math_equal.py")), 1):
        match claim.left:
            case Called(function="math_equal", arguments=(key, answer)) if key is not None and answer is not None:
                texts = [it if isinstance(it, str) else _number(it) for it in (key, answer)]
                if all(texts) and isinstance(claim.right, bool):
                    yield Row("NeMo-Skills", f"{claim.test}/{number}", texts[0], texts[1], claim.right)
            case _:
                pass


def _number(value: Any) -> str:
    match value:
        case Called(function="Div", arguments=(above, below)):
            return f"{above}/{below}"
        case int() | float():
            return str(value)
        case _:
            return ""


def hendrycks() -> Iterator[Row]:
    """The pairs that its tests call equivalent or not. Raises `NotFetched`."""
    source = HENDRYCKS.read("modeling/math_equivalence_test.py")
    test = re.compile(r"def (test_\w+)\(self\):\s*test_in = \"(.*)\"\s*test_out = \"(.*)\"\s*self\.assert(True|False)")
    for name, answer, key, expected in test.findall(source):
        texts = [re.sub(r"\\(.)", r"\1", it) for it in (key, answer)]
        yield Row("hendrycks/math", name, texts[0], texts[1], expected == "True")
