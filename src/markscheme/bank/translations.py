"""Texts of a problem in other languages, in files beside it: `NAME.de.toml` beside `NAME.py`."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, cast
from weakref import WeakKeyDictionary

from markscheme.core.errors import DefinitionError, MarkschemeError, near_misses
from markscheme.core.problem import Problem

_LANGUAGE: Final = re.compile(r"[a-z]{2}(?:-[A-Za-z]+)?").fullmatch
_DEPTHS: Final = {"text": 0, "title": 0, "parts": 1, "beside": 1, "labels": 1, "options": 2, "why": 1, "words": 1}
"""What may stand in such a file, and within how many tables."""
_FORMS: Final = ("a text", "a table of texts", "a table of tables of texts")

_TAKEN: Final[WeakKeyDictionary[Problem, set[Path]]] = WeakKeyDictionary()
"""The files that problems have the texts of."""


def pages_beside(page: Path) -> list[Path]:
    """The files with a problem file's texts in other languages."""
    beside = sorted(page.parent.glob(f"{page.stem}.*.toml"))
    return [it for it in beside if _LANGUAGE(_language_of(it))]


def translate(page: Path, problems: list[Problem]) -> None:
    """Give a file's problem the texts that stand beside it, once. Raises `DefinitionError` with the file's name."""
    for beside in pages_beside(page):
        if len(problems) != 1:
            raise DefinitionError(
                f"{beside.name} has the texts of one problem, and {page.name} defines {len(problems)}"
            )
        taken = _TAKEN.setdefault(problems[0], set())
        if beside in taken:
            continue
        try:
            problems[0].in_language(_language_of(beside), **_read(beside))
        except MarkschemeError as error:
            raise DefinitionError(f"{beside.name}: {error}") from None
        taken.add(beside)


def _language_of(page: Path) -> str:
    return page.suffixes[-2].removeprefix(".") if len(page.suffixes) > 1 else ""


def _read(page: Path) -> dict[str, Any]:
    try:
        given = tomllib.loads(page.read_text("utf-8-sig"))
    except (OSError, ValueError) as error:
        raise MarkschemeError(f"{error}") from None
    for name, value in given.items():
        if name not in _DEPTHS:
            raise DefinitionError(f"there is no {name!r}; {near_misses(name, _DEPTHS)}")
        if not _is_form(value, _DEPTHS[name]):
            raise DefinitionError(f"{name} is {_FORMS[_DEPTHS[name]]}")
    if "text" not in given:
        raise DefinitionError("text = '''...''' is lacking: the question itself")
    return given


def _is_form(value: object, depth: int) -> bool:
    if not depth:
        return isinstance(value, str)
    if not isinstance(value, Mapping):
        return False
    return all([_is_form(inner, depth - 1) for inner in cast("Mapping[str, object]", value).values()])
