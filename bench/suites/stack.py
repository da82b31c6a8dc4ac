"""STACK's answer tests: fixtures in PHP, answers in Maxima's notation.

A row tests equivalence where STACK compares values: `AlgEquiv`, `Sets`, `SysEquiv`, numbers within a tolerance, and
units where the two numbers need no rounding to agree. Of its tests of form (`EqualComAss`, `CasEqual`, `FacForm`, …) a
row that is accepted tests equivalence too, and one that is refused does where STACK notes that the two are not
equivalent; the others test form alone.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from bench.suites.maxima import NoNotation, in_common_notation, with_units
from bench.suites.rows import Row
from bench.suites.sources import Source
from markscheme.kinds import Real

SUITE: Final = "STACK"
SOURCE: Final = Source("maths/moodle-qtype_stack", "a14f3034a0e45aab27dcae96c526a6095dbf6ef7")
PATH: Final = "tests/fixtures/answertestfixtures.class.php"
VALUES: Final = {"AlgEquiv", "Sets", "SysEquiv", "StringSloppy"}
FORMS: Final = {"EqualComAss", "CasEqual", "FacForm", "SingleFrac", "PartFrac", "CompSquare"}
UNITS: Final = {"Units", "UnitsStrict"}
_STRING: Final = re.compile(r"'((?:[^'\\]|\\.)*)'")
_TEXT: Final = r"'(?:[^'\\]|\\.)*'(?:\s*\.\s*'(?:[^'\\]|\\.)*')*"
_ROW: Final = re.compile(rf"\[\s*'(\w+)',\s*({_TEXT}),\s*({_TEXT}),\s*({_TEXT}),\s*(-?\d),\s*({_TEXT}|null)")


def rows() -> Iterator[Row]:
    """The rows with a verdict, in the notation that people use. Raises `NotFetched`."""
    count: Counter[str] = Counter()
    for test, options, answer, key, score, note in _ROW.findall(SOURCE.read(PATH)):
        count[test] += 1
        expected = score in {"1", "-3"}
        if score == "-1" or not (VALUES | FORMS | UNITS | {"NumRelative", "NumAbsolute"}) & {test}:
            continue
        translate = with_units if test in UNITS else in_common_notation
        said_key, said_answer = _text(key), _text(answer)
        tolerance = None
        try:
            apart = _apart(test, expected, _text(note))
            written = translate(said_key), translate(said_answer)
            tolerance = _tolerance(test, _text(options))
            if tolerance and written[0][:1] in "[{":
                apart = apart or "a tolerance within lists and sets"
            if test in UNITS and expected and _is_rounded(*written):
                apart = apart or "significant figures"
        except NoNotation as error:
            apart, written = f"a program in Maxima: {error}", (said_key, said_answer)
        if all(written):
            yield Row(SUITE, f"{test}/{count[test]}", *written, expected, apart, tolerance)


def _text(quoted: str) -> str:
    return "".join([re.sub(r"\\(['\\])", r"\1", it) for it in _STRING.findall(quoted)])


def _apart(test: str, expected: bool, note: str) -> str:
    if test == "StringSloppy":
        return "words by their letters"
    if test in FORMS and not expected and "AlgEquiv-false" not in note:
        return "form alone"
    if test in UNITS and any([it in note for it in ("Digits", "Inaccurate", "ATNum")]):
        return "significant figures"
    if test == "UnitsStrict" and not expected and "compatible" in note:
        return "form alone"
    return ""


def _is_rounded(key: str, answer: str) -> bool:
    """Whether two quantities in one unit differ in their numbers."""
    (number, _, unit), (other, _, of_other) = [it.partition(" ") for it in (key, answer)]
    return unit == of_other and number != other


def _tolerance(test: str, options: str) -> Real | None:
    if test not in {"NumRelative", "NumAbsolute"}:
        return None
    try:
        bound = str(float(options or "0.05"))
    except ValueError:
        raise NoNotation(options) from None
    return Real(relative=bound) if test == "NumRelative" else Real(absolute=bound)
