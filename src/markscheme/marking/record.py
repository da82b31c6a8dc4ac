"""run.json: what the marks of a class are a function of. It has no date: the same run gives the same bytes."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from markscheme import __version__
from markscheme.core.marks import plain, total
from markscheme.marking.gradebook import Report
from markscheme.paper.plan import Paper


def run_record(
    name: str,
    paper: Paper,
    seed: str | None,
    files: Mapping[str, Iterable[Path]],
    reports: Sequence[Report],
    broken: int,
) -> str:
    """The paper, its problems, seeds, the version, the SHA-256 of every file that was read, and counts."""
    marks = [mark for report in reports for mark in report.marks]
    said = {
        "markscheme": __version__,
        "paper": name,
        "questions": list(paper.only),
        "problems": sorted({f"{slot.problem.name}@{slot.problem.version}" for slot in paper.slots}),
        "seed": seed,
        "seeds": sorted({report.seed for report in reports}),
        "files": {role: [_hashed(page) for page in pages if page.is_file()] for role, pages in files.items()},
        "students": len(reports),
        "answers": len(marks),
        "statuses": dict(sorted(Counter([mark.verdict.status for mark in marks]).items())),
        "decided_by_people": sum([mark.decided for mark in marks]),
        "broken_rows": broken,
        "marks": plain(total([report.total for report in reports])),
    }
    return json.dumps(said, ensure_ascii=False, indent=2) + "\n"


def _hashed(page: Path) -> dict[str, str]:
    with page.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return {"name": page.name.encode(errors="replace").decode(), "sha256": digest}
