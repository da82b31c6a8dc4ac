"""Numbas: answers to its parts, expressions that it simplifies, and the examples of its documentation.

A row tests equivalence where both sides are mathematics: what calls for Numbas's own language (where `log` has base 10)
is set apart.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from string import ascii_letters
from typing import Final

from bench.suites.rows import Row
from bench.suites.sources import Source
from markscheme.kinds import Mathematics

POSITIVE: Final = Mathematics(positive=ascii_letters)
"""What its rules, by which it simplifies roots, take letters to be."""
SUITE: Final = "Numbas"
SOURCE: Final = Source("numbas/Numbas", "8f449f52f2686bf24c85ddd66e0a668ea52500c3")
_TEXT: Final = r"(?:'((?:[^'\\]|\\.)*)'|\"((?:[^\"\\]|\\.)*)\")"
_SIMPLIFIED: Final = re.compile(rf"assert\.equal\(simplifyExpression\({_TEXT}[^)]*\),\s*{_TEXT}")
_EVALUATED: Final = re.compile(
    rf"closeEqual\(assert, evaluate(?:Number)?\({_TEXT}\)(?:\.value)?,\s*(-?[\d.]+(?:/\d+)?),"
)
_PART: Final = re.compile(
    rf"createPartFromJSON\((?P<part>\{{[^\n]*)|['\"]?\banswer['\"]?:\s*{_TEXT}|(?P<test>QUnit\.test|question_test)\("
    rf"|mark_part\(p,\s*{_TEXT}\)|res\.credit,\s*(?P<credit>[\d.]+)"
)
_OWN: Final = re.compile(
    r"\b(vector|matrix|list|set|dict|html|string|expression|dec|decimal|isa|except|map|filter|let|random|"
    r"shuffle|\w*name\w*|safe|latex|rational|number|json|dot|bar|in|if|switch|repeat|len|length|precround|siground|"
    r"int|fact|perm|comb|round|trunc|fract|degrees|radians|log|award|the|assert|range|table|and|or|not|xor|implies|true|"
    r"false|clamp|tonearest|interval|try|canonical_compare|largest_square_factor|gcd_without\w*|\w+:\w*)\b|"
    r"[\"\[\]{}#|&;]|\.\.|->|^$|\w+ \(\w"
)


def rows() -> Iterator[Row]:
    """The rows, key first. Raises `NotFetched`."""
    yield from _parts(SOURCE.read("tests/parts/part-tests.mjs"))
    source = SOURCE.read("tests/jme/jme-tests.mjs")
    for number, found in enumerate(_SIMPLIFIED.findall(source), 1):
        text, simple = (found[0] or found[1]), (found[2] or found[3])
        yield replace(_row(f"simplified/{number}", _plain(simple), _plain(text)), asked=POSITIVE)
    for number, found in enumerate(_EVALUATED.findall(source), 1):
        yield _row(f"evaluated/{number}", found[2], _plain(found[0] or found[1]))
    documents = SOURCE.read("tests/jme/doc-tests.mjs").removeprefix("export default").strip().rstrip(";")
    for topic in json.loads(documents):
        for function in topic["fns"]:
            for number, example in enumerate(function["examples"], 1):
                place = f"documentation/{topic['name']}/{function['name']}/{number}"
                yield _row(place, example.get("out", ""), example["in"])


def _row(id: str, key: str, answer: str, *, expected: bool = True) -> Row:
    is_own = bool(_OWN.search(key) or _OWN.search(answer))
    return Row(SUITE, id, key, answer, expected, "Numbas's own language" if is_own else "")


def _parts(source: str) -> Iterator[Row]:
    """The answers to parts whose key is an expression and nothing else is asked of it."""
    key = answer = ""
    number = 0
    for found in _PART.finditer(source):
        groups = found.groupdict()
        if groups["test"]:
            key = answer = ""
        elif groups["part"]:
            said = re.search(rf"answer['\"]?:\s*{_TEXT}", groups["part"])
            is_plain = "jme" in groups["part"] and not re.search(r"[rR]ules|pattern|must|[cC]heck", groups["part"])
            key = (said[1] or said[2]) if said and is_plain else ""
            answer = ""
        elif groups["credit"] is None and found[0].startswith("mark_part"):
            answer = _plain(next((it for it in found.groups()[-3:-1] if it), ""))
        elif groups["credit"] and key and answer:
            number += 1
            if float(groups["credit"]) in {0, 1} and "{" not in key:
                yield _row(f"part/{number}", _plain(key), answer, expected=float(groups["credit"]) == 1)
            answer = ""


def _plain(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)
