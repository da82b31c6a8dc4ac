"""How well a model did: shares of the marks with their intervals, by problem and level, its slips, and a comparison."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from math import comb, sqrt
from statistics import fmean, stdev
from typing import Any, Final

from markscheme.bank.catalog import catalog
from markscheme.core.errors import MarkschemeError
from markscheme.datasets.asking import Reply
from markscheme.datasets.rows import Ask, Row, row_of, scorable
from markscheme.datasets.scoring import Score, score_answer
from markscheme.datasets.sets import askable, dataset

EVALUATION: Final = "markscheme/evaluation/1"
Z: Final = 1.959964
"""Standard deviations on each side of a 95 % interval."""


def questions(names: Sequence[str], size: int, seed: str, ask: Ask = "one", *, published: bool = True) -> list[Row]:
    """Fresh rows, and those of the published items of the same problems, each told in the metadata."""
    rows = list(dataset(names, size, seed, ask=ask))
    for name in (names or askable()) if published else ():
        problem = catalog()[name]
        for variant in problem.variants:
            item = problem.as_published(variant)
            asked = scorable(item)
            for answers in [asked] if ask == "all" and asked else [(answer,) for answer in asked]:
                row = row_of(item, answers)
                row["metadata"]["published"] = True
                rows.append(row)
    return rows


def report_on(
    rows: Sequence[Row], replies: Sequence[Reply], models: Sequence[str], price: tuple[float, float] | None = None
) -> dict[str, Any]:
    """What came of it, as plain data. `replies` come model by model, row by row, sample by sample.

    >>> rows = questions(["convolution/output_shape"], 2, "1", published=False)
    >>> replies = [Reply("", "m", "", 0, text) for text in (rows[0]["answer"], "17")]
    >>> report = report_on(rows, replies, ["m"])
    >>> report["models"]["m"]["score"]["mean"], report["models"]["m"]["right"]["mean"]
    (0.5, 0.5)
    """
    samples = len(replies) // (len(rows) * len(models))
    if samples * len(rows) * len(models) != len(replies):
        raise MarkschemeError(f"{len(replies)} replies are not those of {len(models)} models to {len(rows)} rows")
    scores: dict[str, list[list[Score]]] = {}
    own: dict[str, Any] = {}
    for number, model in enumerate(models):
        said = replies[number * len(rows) * samples : (number + 1) * len(rows) * samples]
        by_row = [said[i * samples : (i + 1) * samples] for i in range(len(rows))]
        scores[model] = [
            [score_answer(reply.text, row, explain=True) for reply in of_row]
            for row, of_row in zip(rows, by_row, strict=True)
        ]
        own[model] = _of_model(rows, said, scores[model], samples, price)
    report: dict[str, Any] = {"schema": EVALUATION, "rows": len(rows), "samples": samples, "models": own}
    if len(models) == 2:
        first, second = ([fmean([it.value for it in of_row]) for of_row in scores[model]] for model in models)
        differences = [one - other for one, other in zip(first, second, strict=True)]
        report["compared"] = {"first": models[0], "second": models[1]} | interval(differences, -1, 1)
    return report


def _of_model(
    rows: Sequence[Row], replies: Sequence[Reply], scores: Sequence[Sequence[Score]], samples: int,
    price: tuple[float, float] | None,
) -> dict[str, Any]:  # fmt: skip
    means = [fmean([it.value for it in of_row]) for of_row in scores]
    right = [sum([it.value == 1 for it in of_row]) for of_row in scores]
    together = list(zip(rows, means, strict=True))
    groups = {
        "by_problem": [(row["metadata"]["problem"], mean) for row, mean in together],
        "by_level": [
            (f"level {row['metadata']['level']}", mean) for row, mean in together if "level" in row["metadata"]
        ],
        "by_origin": [("published" if "published" in row["metadata"] else "fresh", mean) for row, mean in together],
    }
    verdicts = [verdict for of_row in scores for it in of_row for verdict in it.verdicts.values()]
    tokens_in, tokens_out = sum([it.tokens_in for it in replies]), sum([it.tokens_out for it in replies])
    cost = None if price is None else (tokens_in * price[0] + tokens_out * price[1]) / 1e6
    return {
        "asked": len(replies),
        "failed": sum([bool(reply.error) for reply in replies]),
        "unscored": sum([bool(it.unscored) for of_row in scores for it in of_row]),
        "score": interval(means),
        "right": wilson(sum([count > 0 for count in right]), len(right)) if samples == 1 else interval(
            [count / samples for count in right]),
        "pass_at": {str(k): fmean([pass_at(samples, count, k) for count in right]) for k in range(1, samples + 1)},
        **{name: _by_group(pairs) for name, pairs in groups.items()},
        "statuses": dict(Counter([verdict.status for verdict in verdicts]).most_common()),
        "slips": dict(Counter([slip for verdict in verdicts for slip in verdict.slips]).most_common()),
        "unclear": dict(Counter([it.reason for of_row in scores for it in of_row if it.reason]).most_common(10)),
        "tokens_in": tokens_in,
        "tokens_out": tokens_out,
        "cost": cost,
    }  # fmt: skip


def _by_group(pairs: Iterable[tuple[str, float]]) -> dict[str, dict[str, float]]:
    groups: dict[str, list[float]] = {}
    for name, mean in pairs:
        groups.setdefault(name, []).append(mean)
    return {name: interval(means) for name, means in sorted(groups.items())}


def interval(values: Sequence[float], least: float = 0, most: float = 1) -> dict[str, float]:
    """A mean over rows and its 95 % interval (normal, cut at what is possible); of one row nothing is known.

    >>> {name: round(value, 6) for name, value in interval([0, 1, 1, 1]).items()}
    {'mean': 0.75, 'low': 0.260009, 'high': 1, 'rows': 4}
    """
    mean = fmean(values)
    half = Z * stdev(values) / sqrt(len(values)) if len(values) > 1 else most - least
    return {"mean": mean, "low": max(least, mean - half), "high": min(most, mean + half), "rows": len(values)}


def wilson(count: int, of: int) -> dict[str, float]:
    """A share and its 95 % interval (Wilson 1927), which says something where all or none are right, too.

    >>> {name: round(value, 3) for name, value in wilson(10, 10).items()}
    {'mean': 1.0, 'low': 0.722, 'high': 1.0, 'rows': 10}
    """
    share, z2 = count / of, Z * Z
    middle, half = share + z2 / (2 * of), Z * sqrt(share * (1 - share) / of + z2 / (4 * of * of))
    low, high = (middle - half) / (1 + z2 / of), (middle + half) / (1 + z2 / of)
    return {"mean": share, "low": min(max(0, low), share), "high": max(min(1, high), share), "rows": of}


def pass_at(samples: int, right: int, k: int) -> float:
    """How likely one of k replies is right, of which `right` of `samples` were: without bias (Chen et al. 2021).

    >>> pass_at(4, 1, 1), pass_at(4, 1, 2), pass_at(4, 3, 2)
    (0.25, 0.5, 1.0)
    """
    return 1 - comb(samples - right, k) / comb(samples, k)
