"""What a lab leaves on disk: result.json, its figures, and one page that says what was claimed and what came of it."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from html import escape
from pathlib import Path

from markscheme.bank.catalog import catalog
from markscheme.labs.engine.charts import saved
from markscheme.labs.engine.lab import Drawing
from markscheme.labs.engine.result import Result, dumped
from markscheme.paper.files import write_all
from markscheme.paper.web_page import page

STYLE = """
<style>
td:nth-child(3) { white-space: nowrap; font-weight: bold; }
.held { color: light-dark(#15803d, #7fd6a4); }
.refuted { color: var(--accent); }
.mixed { color: light-dark(#a16207, #f0c674); }
figure img { max-width: 100%; background: white; } figcaption { color: var(--quiet); font-size: 0.92em; }
</style>
"""


LEGEND = "<p class=quiet>± is the standard deviation over the seeds.</p>"


def files(result: Result) -> dict[str, bytes]:
    """Everything about a result, by file name."""
    made: dict[str, bytes] = {}
    shown: list[dict[str, object]] = []
    pictures: list[tuple[Drawing, str, bytes]] = []
    for drawing, figure, words in result.figures:
        picture = saved(figure, "svg")
        made |= {f"{drawing.name}.svg": picture, f"{drawing.name}.png": saved(figure, "png")}
        shown.append({"name": drawing.name, "caption": drawing.caption, "alternative": words,
                      "problems": list(drawing.problems), "size": list(drawing.size)})  # fmt: skip
        pictures.append((drawing, words, picture))
    made["result.json"] = dumped({**result.as_json(), "figures": shown}).encode()
    made["report.html"] = _report(result, pictures).encode()
    return made


def write(result: Result, folder: Path) -> list[Path]:
    """Write them into a folder, all of them or none, and return their paths."""
    pages = {folder / name: content for name, content in files(result).items()}
    write_all(pages)
    return list(pages)


def _report(result: Result, pictures: list[tuple[Drawing, str, bytes]]) -> str:
    lab = result.lab
    claims = "".join([
        f"<tr><td>{escape(evidence.claim.says)}{' <small>(the exam)</small>' if evidence.claim.printed else ''}</td>"
        f"<td>{escape(evidence.claim.where)}</td>"
        f"<td class={evidence.verdict}>{evidence.verdict} in {evidence.counted}</td>"
        f"<td>{escape(evidence.measured)} (claimed: {escape(evidence.wanted)})</td></tr>"
        for evidence in result.evidence
    ])  # fmt: skip
    heads = "".join([f"<th>{head}</th>" for head in ("claim", "where", "verdict", "measured")])
    sections = [
        f"<p>{escape(lab.text)}</p>{STYLE}",
        f"<table><thead><tr>{heads}</tr></thead><tbody>{claims}</tbody></table>{LEGEND}",
    ]
    sections += [f"<p>Settings other than the lab's own: {escape(result.changed)}.</p>"] if result.changed else []
    sections += [f"<p>{escape(said)}.</p>" for said in result.diverged]
    sections += [
        f'<figure><img alt="{escape(words)}" src="data:image/svg+xml;base64,{b64encode(picture).decode()}">'
        f"<figcaption>{escape(drawing.caption)}</figcaption></figure>"
        for drawing, words, picture in pictures
    ]
    sections.append(_settings(result.settings))
    for name in lab.problems:
        problem = catalog()[name]
        item = problem.as_published(next(iter(problem.variants)))
        sections.append(f"<details><summary>The question: {escape(problem.title)}, <code>{name}</code></summary>"
                        f"{item.prompt('html')}</details>")  # fmt: skip
    versions = ", ".join([f"{name} {version}" for name, version in result.versions.items()])
    facts = [lab.source, f"{len(result.seeds)} seeds", result.device, f"data: {result.data}", versions]
    return page(f"Lab: {lab.title}", facts, "", sections)


def _settings(settings: Mapping[str, Mapping[str, object]]) -> str:
    rows = "".join([
        f"<tr><td>{name}</td><td>{escape(', '.join([f'{key} = {value}' for key, value in own.items()]))}</td></tr>"
        for name, own in settings.items()
    ])  # fmt: skip
    return f"<details><summary>Settings</summary><table><tbody>{rows}</tbody></table></details>"
