"""What came of a lab: settings, versions, every number, and how each claim fared."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import isfinite, nan
from typing import TYPE_CHECKING, Any, cast

from markscheme.labs.engine.charts import drawn
from markscheme.labs.engine.lab import Drawing, Lab, Measured, Settings
from markscheme.labs.engine.ruling import Evidence, ruled

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True)
class Result:
    """A lab that was run, as data."""

    lab: Lab
    device: str
    data: str
    versions: Mapping[str, str]
    processor: Mapping[str, Sequence[str]]
    """The instructions that the libraries used."""
    settings: Mapping[str, Settings]
    measured: Mapping[str, Sequence[Measured]]
    """By experiment, what was measured with each seed, from 0 on."""
    again: Mapping[str, Sequence[Measured]]
    """The same with the first of the seeds, held to the oldest instructions."""

    @cached_property
    def evidence(self) -> list[Evidence]:
        """How each claim fared."""
        return ruled(self.lab, self.measured, self.again)

    @property
    def seeds(self) -> str:
        """How many, in words: `10 seeds (lines: 5)`."""
        counts = {name: len(rows) for name, rows in self.measured.items()}
        most = max(counts.values(), default=0)
        fewer = ", ".join([f"{name}: {count}" for name, count in counts.items() if count != most])
        return f"{most} seed{'s' * (most != 1)}{f' ({fewer})' * bool(fewer)}"

    @property
    def changed(self) -> str:
        """The settings that are not the lab's own, in words; what claims say of their settings is of the lab's own."""
        return ", ".join([
            f"{name}.{setting} = {value}"
            for name, settings in self.settings.items()
            for setting, value in settings.items()
            if value != self.lab.experiments[name].settings[setting]
        ])  # fmt: skip

    @cached_property
    def figures(self) -> list[tuple[Drawing, Figure, str]]:
        """Each drawing of the lab whose experiments were tried, as a matplotlib figure, with its words."""
        return [(it, *drawn(it, self.measured)) for it in self.lab.drawings if it.of <= self.measured.keys()]

    @property
    def diverged(self) -> list[str]:
        """Where numbers became infinite or NaN, in sentences: of a training the loss and what depends on it."""
        found: list[str] = []
        for name, rows in self.measured.items():
            lost = [dict.fromkeys(_lost(row)) for row in rows]
            for path in dict.fromkeys([path for paths in lost for path in paths]):
                count = sum([path in paths for paths in lost])
                found.append(f"{name}: {path} became infinite or NaN with {count} of {len(rows)} seeds")
        return found

    def as_json(self) -> dict[str, object]:
        """Plain data; where a number is none, `null` stands."""
        return {
            "lab": self.lab.name, "version": self.lab.version, "title": self.lab.title, "source": self.lab.source,
            "problems": list(self.lab.problems), "device": self.device, "data": self.data, "seeds": self.seeds,
            "versions": dict(self.versions), "processor": plain(self.processor),
            "settings": {name: dict(settings) for name, settings in self.settings.items()},
            "claims": [plain(evidence.as_json()) for evidence in self.evidence],
            "diverged": self.diverged,
            "measured": {name: plain(rows) for name, rows in self.measured.items()},
            "again": {name: plain(rows) for name, rows in self.again.items()},
        }  # fmt: skip


def _lost(value: Any, path: str = "") -> Iterator[str]:
    """The paths below which some number is none; the places of a list are not told apart."""
    if isinstance(value, dict):
        for name, inner in cast("dict[str, Any]", value).items():
            yield from _lost(inner, f"{path} {name}".strip())
    elif isinstance(value, list):
        yield from dict.fromkeys([lost for inner in cast("list[Any]", value) for lost in _lost(inner, path)])
    elif isinstance(value, float) and not isfinite(value):
        yield path


def plain(value: Any) -> Any:
    """Measurements as JSON has them: floats to six digits, `null` for what is no number.

    >>> plain({"loss": [1 / 3, float("nan")], "epochs": 2})
    {'loss': [0.333333, None], 'epochs': 2}
    """
    if isinstance(value, Mapping):
        return {str(name): plain(inner) for name, inner in cast("Mapping[Any, Any]", value).items()}
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in cast("list[Any]", value)]
    if value is None or isinstance(value, bool | int | str):
        return value
    number = float(value)
    return float(f"{number:.6g}") if isfinite(number) else None


def read(value: Any) -> Any:
    """Measurements from JSON: `null` is no number again."""
    if isinstance(value, dict):
        return {name: read(inner) for name, inner in cast("dict[str, Any]", value).items()}
    if isinstance(value, list):
        return [read(inner) for inner in cast("list[Any]", value)]
    return nan if value is None else value


def dumped(data: object) -> str:
    """JSON with a line for each experiment's seed, and no more."""
    return json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":")) + "\n"
