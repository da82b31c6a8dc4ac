"""The card of a set: what is in it, how it was made, and what it is no test of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from markscheme import __version__
from markscheme.bank.catalog import catalog
from markscheme.datasets.rows import is_known
from markscheme.datasets.splits import SPLITS
from markscheme.datasets.writing import recipe_in, rows_in

NAMED: Final = 4
"""Problems that the title names."""
DISJOINT: Final = (
    "Rows of different splits have no content in common, whatever their seeds: a hash of an item's problem and givens "
    "says which split it belongs to. No two rows of a split have the same content and ask for the same."
)
SCORED: Final = (
    "`markscheme.datasets.score_answer(reply, row)` marks a reply by the row alone, with partial credit and "
    "follow-through; what a person would have to decide earns 0 and is listed as unscored."
)


def card(folder: Path, form: str) -> str:
    """The card of the set in a folder, as Markdown with the heading that Hugging Face reads."""
    splits = {split: sorted(folder.glob(f"{split}-*.{form}")) for split in SPLITS}
    splits = {split: paths for split, paths in splits.items() if paths}
    counts = {split: _counted(paths) for split, paths in splits.items()}
    recipes = [recipe_in(folder, split) for split in splits]
    names = sorted({name for count in counts.values() for name, _ in count})
    proven = all([recipe["prove"] for recipe in recipes])
    return "\n".join([
        *_heading(splits, form),
        f"# {', '.join(names) if len(names) < NAMED else f'{len(names)} problems'}, by markscheme",
        "",
        f"Made by markscheme {__version__} from the seed `{recipes[0]['seed']}`. {_proof(proven)}",
        "",
        DISJOINT,
        "",
        f"| problem | {' | '.join(splits)} | answer | commonest answer |",
        f"|---|{'--:|' * len(splits)}---|--:|",
        *[_line(name, counts) for name in names],
        "",
        *_known(names),
        SCORED,
        "",
    ])  # fmt: skip


def _heading(splits: dict[Any, list[Path]], form: str) -> Iterator[str]:
    yield "---"
    yield "license: mit"
    yield "task_categories: [question-answering]"
    yield "language: [en]"
    yield "configs:"
    yield "- config_name: default"
    yield "  data_files:"
    for split in splits:
        yield f"  - split: {split}"
        yield f"    path: {split}-*.{form}"
    yield "---"
    yield ""


def _proof(proven: bool) -> str:
    if proven:
        return "Each key was computed a second way, by code that shares none with the first, and both agree."
    return "The keys of this set were not proven when it was made (`--no-prove`)."


def _counted(paths: list[Path]) -> dict[tuple[str, str], Counter[str]]:
    """How often each key comes, by problem and by what is asked."""
    found: dict[tuple[str, str], Counter[str]] = {}
    for path in paths:
        for row in rows_in(path):
            metadata = row["metadata"]
            kinds = ", ".join(dict.fromkeys([about["form"] for about in metadata["answers"].values()]))
            found.setdefault((metadata["problem"], kinds), Counter())[row["answer"]] += 1
    return found


def _line(name: str, counts: dict[Any, dict[tuple[str, str], Counter[str]]]) -> str:
    own = [
        {kinds: count for (problem, kinds), count in counted.items() if problem == name} for counted in counts.values()
    ]
    numbers = [f"{sum([count.total() for count in it.values()]):,}" for it in own]
    together: Counter[str] = Counter()
    for it in own:
        for count in it.values():
            together += count
    ((_, most),) = together.most_common(1)
    forms = "; ".join(sorted({kinds for it in own for kinds in it}))
    return f"| {name} | {' | '.join(numbers)} | {forms} | {100 * most / together.total():.0f} % |"


def _known(names: list[str]) -> list[str]:
    known = {name: [it.name for it in catalog()[name].asked if is_known(it)] for name in names if name in catalog()}
    known = {name: answers for name, answers in known.items() if answers}
    programs = [name for name in names if name in catalog() and any([it.kind.is_run for it in catalog()[name].asked])]
    lines = [f"One program is right for all rows that ask for it: {', '.join(programs)}.", ""] if programs else []
    if not known:
        return lines
    said = "; ".join([f"{name}: {', '.join(answers)}" for name, answers in known.items()])
    return [f"These answers are one for all items, a formula to know, and are not asked: {said}.", "", *lines]
