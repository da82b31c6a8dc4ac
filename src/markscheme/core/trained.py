"""What a lab found when it was run in full, as a problem's solution and its errata have it: shipped data."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from markscheme.core.errors import MarkschemeError
from markscheme.pictures import Picture


@dataclass(frozen=True)
class Trained:
    """A lab's result and its figures in a folder; read when something of it is asked for."""

    lab: str
    folder: Path

    @cached_property
    def page(self) -> dict[str, Any]:
        """Settings, seeds, versions, claims with their verdicts, and every number: the lab's `result.json`."""
        try:
            return json.loads((self.folder / f"{self.lab}.json").read_text("utf-8"))
        except FileNotFoundError as error:
            raise MarkschemeError(f"{self.folder} has no result of the lab {self.lab!r}") from error

    def measured(self, experiment: str) -> list[dict[str, Any]]:
        """What an experiment measured, seed by seed."""
        return self.page["measured"][experiment]

    def claims(self, problem: str) -> list[dict[str, Any]]:
        """What the exam claims about a problem, or else what was found beyond it: `claim`, `where`, `verdict`, and what
        that rests on, `measured`, in words.
        """
        about = [claim for claim in self.page["claims"] if claim["problem"] == problem]
        return [claim for claim in about if claim["printed"]] or about

    def lines(self, problem: str) -> dict[str, str]:
        """For each sentence how it fared, in a line: with the evidence where it was tried in one setting, else in how
        many settings it came to what.
        """
        return {says: in_a_line(tried) for says, tried in self._tried(problem).items()}

    def verdicts(self, problem: str) -> dict[str, str]:
        """For each sentence its verdict alone, or in how many settings it came to what."""
        return {says: verdict_on(tried) for says, tried in self._tried(problem).items()}

    def _tried(self, problem: str) -> dict[str, list[dict[str, Any]]]:
        """The settings in which each sentence was tried."""
        found: dict[str, list[dict[str, Any]]] = {}
        for claim in self.claims(problem):
            found.setdefault(claim["claim"], []).append(claim)
        return found

    def picture(self, problem: str) -> Picture | None:
        """The figure that a problem's solution shows: the first that is about it."""
        for figure in self.page["figures"]:
            if problem in figure["problems"]:
                return _picture(self.file(figure), figure["alternative"], figure["size"][0] * 72)
        return None

    def file(self, figure: Mapping[str, Any]) -> Path:
        """Where a figure is."""
        return self.folder / f"{self.lab}-{figure['name']}.svg"


@cache
def _picture(file: Path, alternative: str, width: float) -> Picture:
    """A figure that ships, read once."""
    return Picture.from_svg(file, alternative, width=width)


def in_a_line(tried: list[dict[str, Any]]) -> str:
    """How one sentence fared in the settings in which it was tried, with the evidence where it was one setting."""
    evidence = f" ({tried[0]['where']}; {tried[0]['measured']})" if len(tried) == 1 else ""
    return verdict_on(tried) + evidence


def verdict_on(tried: list[dict[str, Any]]) -> str:
    """The verdict on a sentence, or how many of the settings in which it was tried came to what."""
    counts = Counter([claim["verdict"] for claim in tried])
    if len(tried) == 1:
        return tried[0]["verdict"]
    if len(counts) == 1:
        return f"{tried[0]['verdict']} in each of {len(tried)} settings"
    return (
        ", ".join([f"{verdict} in {count}" for verdict, count in counts.most_common()]) + f" of {len(tried)} settings"
    )
