"""How a claim fares: the interval of its effect, beside its limits and beside what another processor changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf, isfinite, nan, sqrt
from statistics import fmean, stdev

from markscheme.labs.engine.lab import Claim, Identity, Lab, Measured, Verdict

ERROR = 0.05
"""The chance that any of a lab's intervals misses, at most."""
TIMES = 3
"""A verdict stands where its margin is so many times what the oldest instructions change."""
RESAMPLED = 10
"""From so many seeds on an interval is no narrower than that of a bootstrap."""


@dataclass(frozen=True)
class Evidence:
    """A claim, its verdict, and what that rests on."""

    claim: Claim | Identity
    verdict: Verdict
    measured: str
    """In words: an effect with its interval, or what shows an identity."""
    values: tuple[float, ...] = ()
    """The effect with each seed."""
    low: float = nan
    high: float = nan
    """Its interval, at a confidence at which all of the lab's hold together."""
    margin: float = nan
    """How far the interval's near end is from the limit that it clears."""
    change: float = nan
    """What the oldest instructions change of the effect, or other seeds, where a trial is too long for that: rounding
    does no more than start anew. NaN where it was not measured.
    """

    @property
    def stability(self) -> str:
        """The change under the oldest instructions, and how many times it fits into the margin."""
        if not isfinite(self.change):
            return ""
        if not isfinite(self.margin) or not self.change:
            return digits(self.change)
        return (
            f"{digits(self.change)} ({min(self.margin / self.change, 999):.{int(self.margin < 10 * self.change)}f} ×)"
        )

    def __str__(self) -> str:
        return f"{self.verdict}; {self.measured}"

    def as_json(self) -> dict[str, object]:
        """Plain data; `null` for what there is not."""
        claim = self.claim
        found: dict[str, object] = {
            "claim": claim.says, "where": claim.where, "problem": claim.problem, "printed": claim.printed,
            "verdict": self.verdict, "measured": self.measured,
        }  # fmt: skip
        if isinstance(claim, Claim):
            found |= {
                "effect": claim.effect, "wanted": claim.wanted, "because": claim.because, "values": self.values,
                "low": self.low, "high": self.high, "margin": self.margin, "change": self.change,
                "stability": self.stability,
            }  # fmt: skip
        return found


def ruled(
    lab: Lab, measured: Mapping[str, Sequence[Measured]], again: Mapping[str, Sequence[Measured]]
) -> list[Evidence]:
    """How each sentence of a lab fares whose experiments were tried; `again` is held to the oldest instructions."""
    claims = [it for it in lab.sentences if isinstance(it, Claim)]
    confidence = 1 - ERROR / max(1, len(claims))
    found: list[Evidence] = []
    for it in lab.sentences:
        if isinstance(it, Identity):
            holds, shown = it.check()
            found.append(Evidence(it, "by definition" if holds else "refuted", shown))
        elif it.quantity.names <= measured.keys():
            try:
                values, others = _effects(it, measured), _effects(it, again)
            except LookupError:  # what it is about was not among the settings
                found.append(Evidence(it, "not shown", "not measured with these settings"))
            else:
                too_long = not any([lab.experiments[name].again for name in it.quantity.names])
                found.append(weighed(it, values, others, confidence, as_seeds=too_long))
    return found


def _effects(claim: Claim, rows: Mapping[str, Sequence[Measured]]) -> list[float]:
    """The effect with each seed; none where not all of its experiments were tried."""
    return [float(value) for value in claim.quantity.by_seed(rows)] if claim.quantity.names <= rows.keys() else []


def weighed(
    claim: Claim, values: Sequence[float], others: Sequence[float], confidence: float, *, as_seeds: bool = False
) -> Evidence:
    """How a claim fares by its effect with each seed, and with the first of them under the oldest instructions; or
    else, where `as_seeds`, another processor is taken to change as much as other seeds do.

    >>> from markscheme.labs.engine.lab import constant
    >>> claim = Claim("it is more", "here", constant(0), "more − less", 0, None, "the sentence says so", "", True)
    >>> weighed(claim, [0.2, 0.3, 0.25], [0.2], 0.95).verdict
    'held'
    >>> weighed(claim, [0.2, 0.3, 0.25], [0.12], 0.95).verdict
    'platform-dependent'
    >>> weighed(claim, [0.2, 0.3, -0.1], [0.2], 0.95).measured
    'more − less = 0.13 (−0.38 to 0.65)'
    """
    lost = sum(not isfinite(value) for value in values)
    if lost:
        return Evidence(claim, "not shown", f"{claim.effect} is NaN with {lost} of {len(values)} seeds", tuple(values))
    low, high = interval(values, confidence)
    margin, shift = _margin(claim, low, high), 0.0
    change = stdev(values) / sqrt(len(values)) if as_seeds and len(values) > 1 else nan
    if others and all(map(isfinite, others)):
        moved = [other - value for other, value in zip(others, values, strict=False)]
        shift = fmean(moved)
        change = max(abs(shift), sqrt(fmean([it * it for it in moved]) / len(values)))
    verdict = _verdict(claim, low, high)
    if verdict != _verdict(claim, low + shift, high + shift) or (verdict != "not shown" and margin < TIMES * change):
        verdict = "platform-dependent"
    return Evidence(claim, verdict, f"{claim.effect} = {told(values, low, high)}", tuple(values), low, high,
                    margin, change)  # fmt: skip


def _verdict(claim: Claim, low: float, high: float) -> Verdict:
    above, below = -inf if claim.above is None else claim.above, inf if claim.below is None else claim.below
    return "held" if above < low and high < below else "refuted" if high < above or low > below else "not shown"


def _margin(claim: Claim, low: float, high: float) -> float:
    """From the near end of the interval to the limit that it clears; NaN where it clears none."""
    above, below = -inf if claim.above is None else claim.above, inf if claim.below is None else claim.below
    within, beyond = min(low - above, below - high), max(above - high, low - below)
    return within if within > 0 else beyond if beyond > 0 else nan


def interval(values: Sequence[float], confidence: float) -> tuple[float, float]:
    """Of a mean over seeds, by Student's t, and from ten seeds on no narrower than a bootstrap's percentiles; without
    ends for one seed.

    >>> low, high = interval([0.1, 0.2, 0.3], 0.95)
    >>> round(low, 3), round(high, 3)
    (-0.048, 0.448)
    """
    if len(values) < 2:
        return -inf, inf
    from scipy.special import stdtrit  # noqa: PLC0415 (labs are listed without it)

    mean, deviation = fmean(values), stdev(values)
    half = float(stdtrit(len(values) - 1, (1 + confidence) / 2)) * deviation / sqrt(len(values))
    low, high = mean - half, mean + half
    if len(values) >= RESAMPLED and deviation:
        from numpy import mean as average  # noqa: PLC0415
        from numpy.random import default_rng  # noqa: PLC0415
        from scipy.stats import bootstrap  # noqa: PLC0415

        drawn = bootstrap((values,), average, confidence_level=confidence, method="percentile",
                          rng=default_rng(0)).confidence_interval  # fmt: skip
        low, high = min(low, float(drawn.low)), max(high, float(drawn.high))
    return low, high


def told(values: Sequence[float], low: float, high: float) -> str:
    """A mean with its interval, to two digits of the interval's half width.

    >>> told([0.2213, 0.2213], 0.178, 0.264), told([1.0, 1.0], 1.0, 1.0), told([0.71], float("-inf"), float("inf"))
    ('0.221 (0.178 to 0.264)', '1 with every seed', '0.71 with one seed')
    """
    mean = fmean(values)
    if not isfinite(low):
        return f"{digits(mean)} with one seed"
    half = (high - low) / 2
    if not half:
        return f"{digits(mean)} with every seed"
    if max(abs(low), abs(high)) < 1e-3 or max(abs(low), abs(high)) >= 1e5:
        return f"{digits(mean)} ({digits(low)} to {digits(high)})"
    places = max(0, 1 - int(f"{half:e}".split("e")[1]))
    return " ".join([
        f"{mean:.{places}f}", f"({low:.{places}f} to {high:.{places}f})".replace("-", "−"),
    ]).replace("-", "−")  # fmt: skip


def digits(number: float) -> str:
    """A number to two or three digits.

    >>> digits(0.03012), digits(-1.6e-15), digits(137.3), digits(0.0)
    ('0.0301', '−1.6e−15', '137', '0')
    """
    return (f"{number:.3g}" if abs(number) > 1e-3 or not number else f"{number:.2g}").replace("-", "−")
