"""What a lab leaves on disk: result.json, its figures, and one page that says what was claimed and what came of it."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from html import escape
from pathlib import Path

from markscheme.bank.catalog import catalog
from markscheme.labs.engine.charts import saved
from markscheme.labs.engine.lab import Claim, Drawing, Identity
from markscheme.labs.engine.result import Result, dumped
from markscheme.labs.engine.ruling import Evidence
from markscheme.paper.files import write_all
from markscheme.paper.web_page import page

STYLE = """
<style>
td:nth-child(3) { white-space: nowrap; font-weight: bold; }
.held td:nth-child(3), .by-definition td:nth-child(3) { color: light-dark(#15803d, #7fd6a4); }
.refuted td:nth-child(3) { color: var(--accent); }
.not-shown td:nth-child(3), .platform-dependent td:nth-child(3) { color: light-dark(#a16207, #f0c674); }
figure img { max-width: 100%; background: white; } figcaption { color: var(--quiet); font-size: 0.92em; }
</style>
"""


LEGEND = (
    "<p class=quiet>* the exam or its key says so; others are further findings. All intervals of a lab hold together "
    "with 95 %. Held: an effect's interval lies beyond the limit as a whole; refuted: beyond it on the other side. "
    "Change: by the oldest instructions, and how often that fits into the margin; below 3 a verdict depends on the "
    "platform.</p>"
)


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
    claims = "".join([_row(evidence) for evidence in result.evidence])
    heads = "".join([f"<th>{head}</th>" for head in ("claim", "where", "verdict", "measured", "claimed", "change")])
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
    facts = [lab.source, result.seeds, result.device, f"data: {result.data}", versions]
    return page(f"Lab: {lab.title}", facts, "", sections)


def _row(evidence: Evidence) -> str:
    claim = evidence.claim
    cells = [f"{'* ' * claim.printed}{claim.says}", claim.where, evidence.verdict, evidence.measured, claimed(claim),
             evidence.stability]  # fmt: skip
    shown = "</td><td>".join(map(escape, cells))
    return f"<tr class={evidence.verdict.replace(' ', '-')}><td>{shown}</td></tr>"


def claimed(claim: Claim | Identity) -> str:
    """What a claim asks of its effect, and why: `> 0, as better is more`."""
    return f"{claim.wanted}: {claim.because}" if isinstance(claim, Claim) else ""


def _settings(settings: Mapping[str, Mapping[str, object]]) -> str:
    rows = "".join([
        f"<tr><td>{name}</td><td>{escape(', '.join([f'{key} = {value}' for key, value in own.items()]))}</td></tr>"
        for name, own in settings.items()
    ])  # fmt: skip
    return f"<details><summary>Settings</summary><table><tbody>{rows}</tbody></table></details>"
