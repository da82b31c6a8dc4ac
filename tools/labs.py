"""Ship what the labs found: their results and figures into the package, and docs/labs, a page a lab.

`make labs` runs the labs into out/labs; `python tools/labs.py out/labs` ships them, and with no folder writes
docs/labs again from what has shipped.
"""

from __future__ import annotations

import inspect
import json
import shutil
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

from markscheme.bank.catalog import catalog
from markscheme.bank.trained import trained
from markscheme.core.trained import in_a_line
from markscheme.labs import NAMES

SHIPPED = Path("src/markscheme/bank/trained")
DOCS = Path("docs/labs")
STAR = "\\* "
LEGEND = (
    f"{STAR}the exam or its key says so; others are further findings. An effect stands with its interval; all of a "
    "lab's hold together with 95 %. Change: by the oldest instructions, and how often it fits into the margin: below 3 "
    "a verdict is platform-dependent."
)


INDEX = """# Labs

What the exam claims about training, trained: `markscheme lab run NAME`, or `make labs` for all.
The verdicts are those of the runs that shipped, on a CPU. [Running labs](running.md) says what a verdict is, how to run
labs, and how to write one. Their tables are on their pages; here is a line a sentence."""


def ship(out: Path) -> None:
    """Results and figures from a run into the package."""
    for stale in (*SHIPPED.glob("*.json"), *SHIPPED.glob("*.svg")):
        stale.unlink()
    for name in NAMES:
        result = out / name / "result.json"
        shutil.copyfile(result, SHIPPED / f"{name}.json")
        page = json.loads(result.read_text("utf-8"))
        for figure in page["figures"]:
            shutil.copyfile(out / name / f"{figure['name']}.svg", SHIPPED / f"{name}-{figure['name']}.svg")


def pages() -> dict[Path, str]:
    """docs/labs by path."""
    lines = [*INDEX.splitlines(), "", "| lab | claim | verdict |", "|---|---|---|"]
    for name in NAMES:
        page = trained(name).page
        for place, (says, tried) in enumerate(by_sentence(page["claims"]).items()):
            link = "" if place else f"[{page['title']}]({name}.md)"
            lines.append(f"| {link} | {says} | {in_a_line(tried)} |")
    lines += ["", f"{STAR}the exam or its key says so; others are further findings."]
    found = {DOCS / "README.md": "\n".join(lines) + "\n"}
    return found | {DOCS / f"{name}.md": _page(name) for name in NAMES}


def by_sentence(claims: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """Claims by their sentence, those of the exam apart."""
    found: dict[str, list[dict[str, Any]]] = {}
    for claim in claims:
        found.setdefault(_says(claim), []).append(claim)
    return found


def _says(claim: dict[str, Any]) -> str:
    return f"{STAR if claim['printed'] else ''}{claim['claim']}"


def _page(name: str) -> str:
    page = trained(name).page
    account = inspect.getdoc(import_module(f"markscheme.labs.{name}")) or ""
    title, _, rest = account.partition("\n")
    lines = [f"# {page['title']}", "", f"*{title}* {page['source']}. `markscheme lab run {name}`", "", rest.strip(), ""]
    lines += ["| claim | where | verdict | measured | claimed | change |", "|---|---|---|---|---|---|"]
    for claim in page["claims"]:
        wanted = f"{claim['wanted']}: {claim['because']}" if "wanted" in claim else ""
        cells = [_says(claim), claim["where"], f"**{claim['verdict']}**", claim["measured"], wanted,
                 claim.get("stability", "")]  # fmt: skip
        lines.append(f"| {' | '.join(cells)} |")
    lines += ["", LEGEND]
    for figure in page["figures"]:
        file = f"../../{SHIPPED.as_posix()}/{name}-{figure['name']}.svg"
        lines += ["", f"![{figure['alternative']}]({file})", "", figure["caption"]]
    lines += ["", "## What the exam asks about it", ""]
    for problem in page["problems"]:
        lines.append(f"- [{catalog()[problem].title}](../../GALLERY.md#{problem.replace('/', '')}) (`{problem}`)")
    lines += ["", "## Settings", "", "| experiment | settings |", "|---|---|"]
    lines += [f"| {experiment} | {', '.join([f'{key} = {value}' for key, value in settings.items()])} |"
              for experiment, settings in page["settings"].items()]  # fmt: skip
    versions = ", ".join([f"{name} {version}" for name, version in page["versions"].items()])
    used = "; ".join([f"{name}: {', '.join(it) or 'baseline'}" for name, it in page["processor"].items()])
    lines += ["", f"{page['seeds']}, on {page['device']} ({used}), with {versions}."]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    if len(sys.argv) > 1:
        ship(Path(sys.argv[1]))
        trained.cache_clear()
    DOCS.mkdir(parents=True, exist_ok=True)
    for path, text in pages().items():
        path.write_text(text, "utf-8")
    print(f"{DOCS}: {len(NAMES)} labs")
