"""MITx's grading library: what its tests say of a grader and a submission.

A row tests equivalence where a grader of formulas, numbers, matrices, intervals, lists or words has no options beyond
its answers, its variables, and a tolerance.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any, Final, cast

from bench.suites.python_tests import Called, Claim, Item, claims
from bench.suites.rows import Row
from bench.suites.sources import Source
from markscheme.kinds import Real

SUITE: Final = "mitx-grading"
SOURCE: Final = Source("mitodl/mitx-grading-library", "7cdcfc4651771ee3f6e6db779d42b8f4524ed14d")
PATHS: Final = tuple([f"tests/{it}.py" for it in (
    "formulagrader/test_formulagrader", "formulagrader/test_matrixgrader", "formulagrader/test_intervalgrader",
    "test_singlelistgrader", "test_stringgrader", "comparers/test_linear_comparer")])  # fmt: skip
GRADERS: Final = {f"{it}Grader" for it in ("Formula", "Numerical", "Matrix", "Interval", "SingleList", "String")}
_HARMLESS: Final = set(
    "answers variables tolerance samples failable_evals debug subgrader max_array_dim partial_credit numbered_vars "
    "suppress_warnings entry_partial_credit identity_dim".split()
)


def rows() -> Iterator[Row]:
    """The rows, key first. Raises `NotFetched`."""
    count: Counter[str] = Counter()
    for path in PATHS:
        for claim in claims(SOURCE.read(path)):
            for key, answer, expected, grader in _graded(claim):
                count[claim.test] += 1
                place = f"{claim.test}/{count[claim.test]}"
                yield Row(SUITE, place, key, answer, expected, _apart(grader), _tolerance(grader))


def _graded(claim: Claim) -> Iterator[tuple[str, str, bool, Called]]:
    call, verdict = claim.left, claim.right
    if isinstance(call, Item) and call.key == "ok":
        call = call.of
    elif isinstance(call, Item) and call.key == "grade_decimal":
        call, verdict = call.of, verdict == 1
    elif isinstance(verdict, dict):
        verdict = verdict.get("ok")
    if not isinstance(call, Called) or not isinstance(call.function, Called) or len(call.arguments) < 2:
        return
    grader, (expected, answer, *_) = call.function, call.arguments
    key = expected if isinstance(expected, str) else _key(grader)
    if (
        grader.name in GRADERS
        and isinstance(key, str)
        and isinstance(answer, str)
        and answer
        and verdict in (True, False, "partial")
    ):
        yield key, answer, (verdict is True) == claim.equal, grader


def _key(grader: Called) -> str | None:
    """The one answer of a grader as text."""
    answers: Any = grader.options.get("answers", grader.arguments[0] if grader.arguments else None)
    if type(answers) is dict:
        answers = answers.get("expect")
    match answers:
        case str() as text:
            return text
        case [str(), *_] if grader.name == "SingleListGrader":
            texts = cast("list[Any]", answers)
            return ", ".join(texts) if all([isinstance(it, str) for it in texts]) else None
        case [left, low, high, right] if grader.name == "IntervalGrader":
            return f"{left}{low}, {high}{right}"
        case _:
            return None


def _apart(grader: Called) -> str:
    if more := set(grader.options) - _HARMLESS:
        return f"options of the question: {min(more)}"
    is_text = grader.name in {"SingleListGrader", "StringGrader"}
    long = [it for it in grader.options.get("variables", ()) if isinstance(it, str) and len(it.partition("_")[0]) > 1]
    return "names that the question declares" if long and not is_text else ""


def _tolerance(grader: Called) -> Real | None:
    bound: Any = grader.options.get("tolerance")
    if grader.name not in {"FormulaGrader", "NumericalGrader"} or not bound or grader.options.get("variables"):
        return None
    if isinstance(bound, str):
        return Real(relative=str(float(bound.strip("%")) / 100)) if bound.endswith("%") else None
    return Real(absolute=str(bound))
