"""Pairs of key and answer that others wrote to test their own judges, read from their files where these were fetched.

Nothing of theirs is kept here but what `pairs/` states with its license: an adapter says where the pairs stand at one
commit, and `judged.toml` says of single rows, by suite and id, where a suite itself is wrong or has another convention.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from bench.suites import kas, lambda_feedback, language_models, mitx, numbas, prairielearn, stack, webwork
from bench.suites.rows import Row
from bench.suites.sources import NotFetched, Source

SUITES: Final[dict[str, tuple[Callable[[], Iterator[Row]], Source | None]]] = {
    "Math-Verify": (language_models.math_verify, None),
    "STACK": (stack.rows, stack.SOURCE),
    "KAS": (kas.rows, kas.SOURCE),
    "compareExpressions": (lambda_feedback.rows, lambda_feedback.SOURCE),
    "mitx-grading": (mitx.rows, mitx.SOURCE),
    "NeMo-Skills": (language_models.nemo_skills, language_models.NEMO),
    "hendrycks/math": (language_models.hendrycks, language_models.HENDRYCKS),
    "PrairieLearn": (prairielearn.rows, prairielearn.SOURCE),
    "Numbas": (numbas.rows, numbas.SOURCE),
    "WeBWorK": (webwork.rows, webwork.SOURCE),
}


def rows(suite: str) -> list[Row]:
    """The rows of a suite, each pair once. Raises `NotFetched`."""
    found: dict[tuple[str, str, bool, str], Row] = {}
    for row in SUITES[suite][0]():
        found.setdefault((row.key, row.answer, row.expected, repr(row.asked)), row)
    return list(found.values())


def fetched() -> Iterator[Row]:
    """The rows of every suite that is here."""
    for suite in SUITES:
        try:
            yield from rows(suite)
        except NotFetched:
            continue


def fetch(suite: str) -> None:
    """Fetch a suite from GitHub, where it is not here. Raises `NotFetched`."""
    source = SUITES[suite][1]
    if source is not None:
        source.fetch()


@dataclass(frozen=True, slots=True)
class Judgment:
    """What a person found of a row: what to expect of it instead (None: nothing), and why."""

    expected: bool | None
    reason: str


@cache
def judgments() -> dict[tuple[str, str], Judgment]:
    """The judged rows by suite and id."""
    page = tomllib.loads(Path(__file__).with_name("judged.toml").read_text())
    return {
        (it["suite"], row): Judgment({"right": True, "wrong": False, "either": None}[it["expect"]], it["reason"])
        for it in page.get("judged", [])
        for row in it["ids"]
    }
