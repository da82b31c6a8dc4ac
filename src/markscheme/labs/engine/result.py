"""What came of a lab: settings, versions, every number, and how each claim fared."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import isfinite, nan
from statistics import fmean, stdev
from typing import TYPE_CHECKING, Any, cast

from markscheme.labs.engine.charts import drawn
from markscheme.labs.engine.lab import Claim, Drawing, Lab, Measured, Settings, Verdict

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True)
class Evidence:
    """A claim, and the number that decides it for each seed."""

    claim: Claim
    values: tuple[float, ...]

    @classmethod
    def of(cls, claim: Claim, measured: Mapping[str, Sequence[Measured]]) -> Evidence:
        """How a claim fares, by what its experiments measured with each seed."""
        seeds = zip(*[measured[name] for name in claim.wired.names], strict=True)
        rows = [dict(zip(claim.wired.names, row, strict=True)) for row in seeds]
        return cls(claim, tuple([float(claim.wired(row)) for row in rows]))

    @property
    def held(self) -> int:
        """With how many seeds it held."""
        return sum([self.claim.holds(value) for value in self.values])

    @property
    def verdict(self) -> Verdict:
        """Held with all seeds, refuted with all, or mixed."""
        return "held" if self.held == len(self.values) else "mixed" if self.held else "refuted"

    @property
    def measured(self) -> str:
        """The number with its standard deviation over the seeds: `He − Xavier = 0.64 ± 0.05`."""
        known = [value for value in self.values if isfinite(value)]
        if len(known) < len(self.values):
            lost = len(self.values) - len(known)
            return f"{self.claim.number} is no number with {lost} of {len(self.values)} seeds"
        return f"{self.claim.number} = {short(fmean(known), stdev(known) if len(known) > 1 else None)}"

    @property
    def wanted(self) -> str:
        """What the number must be for the claim to hold: `> 0`."""
        limits = [("> ", self.claim.above), ("< ", self.claim.below)]
        return " and ".join([f"{sign}{limit:.3g}".replace("-", "−") for sign, limit in limits if limit is not None])

    @property
    def counted(self) -> str:
        """In how many seeds the verdict was reached: `4 of 5 seeds`; for a mixed one, in how many it held."""
        count = len(self.values) if self.verdict == "refuted" else self.held
        return f"{count} of {len(self.values)} seed{'s' if len(self.values) > 1 else ''}"

    def __str__(self) -> str:
        return f"{'held' if self.verdict == 'mixed' else self.verdict} in {self.counted}; {self.measured}"

    def as_json(self) -> dict[str, object]:
        """Plain data."""
        return {
            "claim": self.claim.says, "where": self.claim.where, "problem": self.claim.problem,
            "printed": self.claim.printed, "verdict": self.verdict, "held": self.held, "seeds": len(self.values),
            "number": self.claim.number, "wanted": self.wanted, "values": plain(self.values), "told": str(self),
        }  # fmt: skip


def short(mean: float, spread: float | None) -> str:
    """A mean with its standard deviation, to as many digits as the second is known to.

    >>> short(0.6412, 0.0518), short(1.6e-15, None), short(137.3, 8.7), short(-0.5, 0.0), short(-0.001, 0.02)
    ('0.64 ± 0.05', '1.6e-15', '137 ± 9', '−0.5', '0.00 ± 0.02')
    """
    if not spread:
        return f"{mean:.3g}".replace("-", "−") if abs(mean) > 1e-3 or not mean else f"{mean:.2g}"
    if max(abs(mean), spread) < 1e-3 or abs(mean) >= 1e6:
        return f"{mean:.2g} ± {spread:.1g}"
    places = min(6, max(0, -int(f"{spread:.0e}".split("e")[1]), 0 if abs(mean) >= 100 else 2 if abs(mean) < 10 else 1))
    return f"{round(mean, places) + 0.0:.{places}f} ± {spread:.{places}f}".replace("-", "−")


@dataclass(frozen=True)
class Result:
    """A lab that was run, as data."""

    lab: Lab
    seeds: tuple[int, ...]
    device: str
    data: str
    versions: Mapping[str, str]
    settings: Mapping[str, Settings]
    measured: Mapping[str, Sequence[Measured]]
    """By experiment, what was measured with each seed."""

    @cached_property
    def evidence(self) -> list[Evidence]:
        """How each claim fared."""
        return [Evidence.of(claim, self.measured) for claim in self.lab.claims]

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
        """Each drawing of the lab, as a matplotlib figure, with its words."""
        return [(drawing, *drawn(drawing, self.measured)) for drawing in self.lab.drawings]

    @property
    def diverged(self) -> list[str]:
        """Where numbers ceased to be numbers, in sentences: of a training the loss and what depends on it."""
        found: list[str] = []
        for name, rows in self.measured.items():
            lost = [dict.fromkeys(_lost(row)) for row in rows]
            for path in dict.fromkeys([path for paths in lost for path in paths]):
                count = sum([path in paths for paths in lost])
                found.append(f"{name}: {path} became infinite or no number with {count} of {len(rows)} seeds")
        return found

    def as_json(self) -> dict[str, object]:
        """Plain data; where a number is none, `null` stands."""
        return {
            "lab": self.lab.name, "version": self.lab.version, "title": self.lab.title, "source": self.lab.source,
            "problems": list(self.lab.problems), "device": self.device, "data": self.data,
            "seeds": list(self.seeds), "versions": dict(self.versions),
            "settings": {name: dict(settings) for name, settings in self.settings.items()},
            "claims": [evidence.as_json() for evidence in self.evidence],
            "diverged": self.diverged,
            "measured": {name: plain(rows) for name, rows in self.measured.items()},
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
    if isinstance(value, bool | int | str):
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
