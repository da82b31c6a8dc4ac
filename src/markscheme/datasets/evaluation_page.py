"""The report of an evaluation as files: data for programs, and a page for people."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from html import escape
from typing import Any, Final


def written(report: Mapping[str, Any]) -> dict[str, str]:
    """The files of a report, by name."""
    return {"report.json": f"{json.dumps(report, indent=2)}\n", "report.html": _page(report)}


LEGEND: Final = "Bars are shares of the marks; the lines across them are 95 % intervals."
_HEAD: Final = (
    '<!doctype html>\n<html lang="en"><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width, initial-scale=1">'
)
_STYLE: Final = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #1c1c1c; }
h1 { font-size: 1.5rem } h2 { font-size: 1.2rem; margin-top: 2.2rem }
table { border-collapse: collapse; width: 100%; table-layout: fixed }
th.n { width: 5rem } th:last-child { width: 45% }
th, td { text-align: left; padding: .25rem .6rem }
th { border-bottom: 2px solid #999 } td { border-bottom: 1px solid #ddd } td.n, th.n { text-align: right }
.bar { position: relative; height: 1rem; min-width: 12rem; background: #eee }
.bar i { position: absolute; inset: 0 auto 0 0; background: #3b6fb5 }
.bar b { position: absolute; top: .4rem; height: .2rem; background: #111 }
@media (prefers-color-scheme: dark) { body { background: #161616; color: #e6e6e6 } .bar { background: #333 }
.bar b { background: #fff } td { border-color: #444 } }
"""


def _page(report: Mapping[str, Any]) -> str:
    parts = [
        f"<h1>How {escape(' and '.join(report['models']))} answered</h1>",
        f"<p>{report['rows']} questions, replies to each: {report['samples']}. {LEGEND}</p>",
    ]
    if compared := report.get("compared"):
        parts.append(
            f"<p><strong>{escape(compared['first'])} less {escape(compared['second'])}</strong>, row by row: "
            f"{100 * compared['mean']:+.1f} points, {100 * compared['low']:+.1f} to {100 * compared['high']:+.1f}.</p>"
        )
    for model, said in report["models"].items():
        parts += [f"<h2>{escape(model)}</h2>", *_of_model(said)]
    body = "\n".join([part for part in parts if part])
    return f"{_HEAD}<title>Evaluation</title><style>{_STYLE}</style>\n<body>{body}</body></html>\n"


def _of_model(said: Mapping[str, Any]) -> Iterator[str]:
    cost = "" if said["cost"] is None else f", at a cost of {said['cost']:.2f}"
    chances = ", ".join([f"pass@{k} {100 * share:.1f} %" for k, share in said["pass_at"].items()])
    yield _bars("", {"all marks": said["score"], "wholly right": said["right"]})
    yield (
        f"<p>{chances}. {said['asked']} replies, of which {said['failed']} failed and {said['unscored']} wait for a "
        f"person; {said['tokens_in']:,} tokens in, {said['tokens_out']:,} out{cost}.</p>"
    )
    yield _bars("Published numbers beside fresh ones: who has seen an exam does better on its own", said["by_origin"])
    yield _bars("By problem", said["by_problem"])
    yield _bars("By level", said["by_level"]) if said["by_level"] else ""
    yield _counts("Slips", said["slips"])
    yield _counts("Verdicts", said["statuses"])
    yield _counts("Replies that could not be taken apart", said["unclear"])


def _bars(title: str, groups: Mapping[str, Mapping[str, float]]) -> str:
    rows = [
        f"<tr><td>{escape(name)}</td><td class=n>{it['rows']}</td><td class=n>{100 * it['mean']:.1f} %</td><td>"
        f'<div class=bar role=img aria-label="{100 * it["low"]:.1f} to {100 * it["high"]:.1f} %">'
        f'<i style="width:{100 * it["mean"]:.1f}%"></i>'
        f'<b style="left:{100 * it["low"]:.1f}%;width:{100 * (it["high"] - it["low"]):.1f}%"></b></div></td></tr>'
        for name, it in groups.items()
    ]
    head = "<tr><th></th><th class=n>rows</th><th class=n>mean</th><th>0 to 100 %</th></tr>"
    return (f"<h3>{escape(title)}</h3>" if title else "") + f"<table>{head}{''.join(rows)}</table>"


def _counts(title: str, counts: Mapping[str, int]) -> str:
    rows = [f"<tr><td>{escape(name)}</td><td class=n>{count}</td></tr>" for name, count in counts.items()]
    return f"<h3>{escape(title)}</h3><table>{''.join(rows)}</table>" if rows else ""
