"""Khan Academy's KAS: pairs of its browser tests that are compared, normalized, expanded, collected or simplified."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from string import ascii_letters
from typing import Final

from bench.suites.rows import Row
from bench.suites.sources import Source
from markscheme.kinds import Mathematics

SUITE: Final = "KAS"
SOURCE: Final = Source("Khan/KAS", "a5b04e0688ec692da86e2991cd389f1fd3831528")
PATH: Final = "test.html"
POSITIVE: Final = Mathematics(positive=ascii_letters)
"""What its rules of powers and logarithms, by which it expands and collects, take letters to be."""
_TEXT: Final = r'"((?:[^"\\]|\\.)*)"'
_PAIR: Final = re.compile(
    rf"\b(comp|norm|stripnorm|expand|collect|factor|simplify|parseEq|parseNeq)\((?:assert,\s*)?{_TEXT},\s*{_TEXT}"
    r"(?:,\s*(true|false)?)?"
)
_LIST: Final = re.compile(r"var (forms\w*) = \[(.*?)\];", re.DOTALL)
_EACH: Final = re.compile(r"_\.each\((forms\w*), function\(form\) \{\s*(\w+)\((?:assert,\s*)?forms")


def rows() -> Iterator[Row]:
    """The rows, key first. Raises `NotFetched`."""
    source = SOURCE.read(PATH)
    count: Counter[str] = Counter()
    form_alone = False
    forms: dict[str, list[str]] = {}
    for line in _statements(source):
        if "_.partial" in line or "QUnit.test(" in line:
            form_alone = "form" in line if "QUnit.test(" in line else form_alone
        if found := _LIST.search(line):
            forms[found[1]] = re.findall(_TEXT, found[2])
        elif found := _EACH.search(line):
            first, *others = forms[found[1]]
            for other in others:
                count[found[2]] += 1
                yield Row(SUITE, f"{found[2]}/{count[found[2]]}", first, other, True)
        elif found := _PAIR.search(line):
            how, answer, key, expected = found.groups()
            count[how] += 1
            is_right = how != "parseNeq" and expected != "false"
            apart = "form alone" if form_alone and not is_right else ""
            if key and answer:
                asked = POSITIVE if how in {"expand", "collect"} else None
                yield Row(SUITE, f"{how}/{count[how]}", _plain(key), _plain(answer), is_right, apart, asked)


def _statements(source: str) -> list[str]:
    """Statements of JavaScript, each on one line, without comments."""
    bare = re.sub(r"^\s*//.*$", "", source[source.find('QUnit.module("checking form")') :], flags=re.MULTILINE)
    lists = re.sub(r"var forms\w* = \[.*?\];", lambda it: it[0].replace("\n", " ") + "\n", bare, flags=re.DOTALL)
    return re.sub(r"(function\(form\) \{)\s*", r"\1 ", lists).splitlines()


def _plain(text: str) -> str:
    return text.replace("\\\\", "\\")
