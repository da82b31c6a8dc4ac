"""tests/golden: every problem of the bank as data, in a form that is read as a diff. Run by `make golden`.

One file a problem: what is posed and what is solved of one drawn item, and what is posed with its published numbers. A
text stands there as Markdown, with a digest of its HTML behind it, so that a change of either is seen.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, cast

from markscheme.bank.catalog import catalog
from markscheme.core.problem import Problem

FOLDER: Final = Path(__file__).parents[1] / "tests" / "golden"
SEED: Final = "golden"


def page_of(problem: Problem) -> Path:
    """The file of a problem."""
    return FOLDER / f"{problem.name}.json"


def page(problem: Problem) -> str:
    """What stands in it."""
    item = problem.pose(SEED)
    solved = item.solved().as_json()
    for answer in solved["answers"].values():
        answer["steps"] = _digest(answer["steps"])  # they stand in the solution
    published = {variant: problem.as_published(variant).posed().as_json() for variant in problem.variants}
    whole = {"posed": item.posed().as_json(), "solved": solved, "published": published}
    return json.dumps(_folded(whole), indent=1, ensure_ascii=False) + "\n"


def _folded(data: Any) -> Any:
    """Data whose texts are one string each: Markdown, and the digest of the HTML."""
    if isinstance(data, Mapping):
        inner = cast("Mapping[str, Any]", data)
        if set(inner) == {"markdown", "html"}:
            own, html = inner["markdown"], inner["html"]
            return own if own == html else f"{own}  <{_digest(html)}>"
        return {name: _folded(it) for name, it in inner.items()}
    return [_folded(it) for it in cast("list[Any]", data)] if isinstance(data, list) else data


def _digest(data: Any) -> str:
    return sha256(json.dumps(data, ensure_ascii=False).encode()).hexdigest()[:8]


def main() -> None:
    kept = {page_of(problem) for problem in catalog().values()}
    for old in set(FOLDER.rglob("*.json")) - kept:
        old.unlink()
    changed = 0
    for problem in catalog().values():
        path, text = page_of(problem), page(problem)
        if not path.is_file() or path.read_text("utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
            changed += 1
    print(f"{changed} of {len(kept)} changed: read `git diff tests/golden`", file=sys.stderr)


if __name__ == "__main__":
    main()
