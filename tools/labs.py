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
from markscheme.labs import NAMES

SHIPPED = Path("src/markscheme/bank/trained")
DOCS = Path("docs/labs")
STAR = "\\* "
LEGEND = f"{STAR}the exam or its key says so. ± is the standard deviation over the seeds."


INDEX = """# Labs

What the exam claims about training, trained: `markscheme lab run NAME`, or `make labs` for all.
The verdicts are those of the runs that shipped: five seeds, on a CPU. [Running labs](running.md) says how to run them
and how to write one."""


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
    lines = [*INDEX.splitlines(), "", "| lab | claim | where | verdict |", "|---|---|---|---|"]
    for name in NAMES:
        page = trained(name).page
        lines += [_row(f"[{page['title']}]({name}.md)" if not place else "", claim)
                  for place, claim in enumerate(page["claims"])]  # fmt: skip
    lines += ["", LEGEND]
    found = {DOCS / "README.md": "\n".join(lines) + "\n"}
    return found | {DOCS / f"{name}.md": _page(name) for name in NAMES}


def _row(first: str, claim: dict[str, Any]) -> str:
    return f"| {first} | {_says(claim)} | {claim['where']} | {claim['told']} |"


def _says(claim: dict[str, Any]) -> str:
    return f"{STAR if claim['printed'] else ''}{claim['claim']}"


def _page(name: str) -> str:
    page = trained(name).page
    account = inspect.getdoc(import_module(f"markscheme.labs.{name}")) or ""
    title, _, rest = account.partition("\n")
    lines = [f"# {page['title']}", "", f"*{title}* {page['source']}. `markscheme lab run {name}`", "", rest.strip(), ""]
    lines += ["| claim | where | verdict | claimed |", "|---|---|---|---|"]
    for claim in page["claims"]:
        lines.append(f"| {_says(claim)} | {claim['where']} | {claim['told']} | {claim['wanted']} |")
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
    lines += ["", f"Seeds {page['seeds'][0]} to {page['seeds'][-1]}, on {page['device']}, with {versions}."]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    if len(sys.argv) > 1:
        ship(Path(sys.argv[1]))
        trained.cache_clear()
    DOCS.mkdir(parents=True, exist_ok=True)
    for path, text in pages().items():
        path.write_text(text, "utf-8")
    print(f"{DOCS}: {len(NAMES)} labs")
