"""The record of a run: from which files, of which version, marks came to be."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from pathlib import Path

import markscheme
from markscheme.marking.gradebook import Report
from markscheme.paper.plan import Paper


def record(paper: Paper, seed: str | None, files: Iterable[Path], reports: Sequence[Report], marks: str) -> str:
    """run.json: marks are a function of what it names; the same of it gives the same marks.csv, whose hash ends it."""
    own = [Path(paper.name)] if Path(paper.name).is_file() else []
    read = {str(page): _hash(page.read_bytes()) for page in [*own, *files]}
    statuses = Counter([mark.verdict.status for report in reports for mark in report.marks])
    said: Mapping[str, object] = {
        "markscheme": markscheme.__version__, "paper": paper.name, "problems": list(paper.only), "seed": seed,
        "files": read, "students": len(reports), "answers": dict(sorted(statuses.items())),
        "marks.csv": _hash(marks.encode()),
    }  # fmt: skip
    return json.dumps(said, indent=2, ensure_ascii=False) + "\n"


def _hash(content: bytes) -> str:
    return f"sha256:{sha256(content).hexdigest()}"
