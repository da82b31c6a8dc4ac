"""The card of a set: what is in it, how it was made, and what it is no test of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from markscheme import __version__
from markscheme.bank.catalog import catalog
from markscheme.datasets.digests import digest_of
from markscheme.datasets.rows import Row, is_known
from markscheme.datasets.splits import SPLITS
from markscheme.datasets.writing import recipe_in, rows_in

NAMED: Final = 4
"""Problems that the title names."""
MOST_KEYS: Final = 4_000
"""Different keys of a problem that are counted before those that came once are forgotten."""
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
    tallies: dict[str, Tally] = {}
    for split, paths in splits.items():
        for row in (row for path in paths for row in rows_in(path)):
            tallies.setdefault(row["metadata"]["problem"], Tally()).add(split, row)
    recipes = [recipe_in(folder, split) for split in splits]
    names = sorted(tallies)
    proven = all([recipe["prove"] for recipe in recipes])
    return "\n".join([
        *_heading(splits, form),
        f"# {', '.join(names) if len(names) < NAMED else f'{len(names)} problems'}, by markscheme",
        "",
        f"Made by markscheme {__version__} from the seed `{recipes[0]['seed']}`. {_proof(names, proven=proven)}",
        "",
        DISJOINT,
        "",
        f"| problem | {' | '.join(splits)} | answer | commonest answer |",
        f"|---|{'--:|' * len(splits)}---|--:|",
        *[_line(name, tallies[name], splits) for name in names],
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


def _proof(names: Iterable[str], *, proven: bool) -> str:
    if not proven:
        return "The keys of this set were not proven when it was made (`--no-prove`)."
    said = "Each key was computed a second way, by code that shares none with the first, and both agree."
    return f"{said} A key that is a program was run, if a sandbox could start." if _with_programs(names) else said


@dataclass
class Tally:
    """What a problem has in a set: rows by split, the forms of its answers, and how often its keys come.

    Where there are many different keys those that came once are forgotten, so that memory is bounded: of a key that
    comes once in a thousand rows or more, a few of the first times at most are lost.
    """

    rows: Counter[str] = field(default_factory=Counter[str])
    forms: set[str] = field(default_factory=set[str])
    keys: Counter[int] = field(default_factory=Counter[int])
    room: int = MOST_KEYS

    def add(self, split: str, row: Row) -> None:
        """Count a row."""
        self.rows[split] += 1
        self.forms.add(", ".join(dict.fromkeys([about["form"] for about in row["metadata"]["answers"].values()])))
        self.keys[digest_of(row["answer"])] += 1
        if len(self.keys) > self.room:
            self.keys = Counter({key: count for key, count in self.keys.items() if count > 1})
            self.room = max(MOST_KEYS, 2 * len(self.keys))

    @property
    def commonest(self) -> float:
        """The share of rows that have the commonest key."""
        return max(self.keys.values(), default=1) / self.rows.total()


def _line(name: str, tally: Tally, splits: Iterable[str]) -> str:
    numbers = [f"{tally.rows[split]:,}" for split in splits]
    return f"| {name} | {' | '.join(numbers)} | {'; '.join(sorted(tally.forms))} | {100 * tally.commonest:.0f} % |"


def _known(names: list[str]) -> list[str]:
    known = {name: [it.name for it in catalog()[name].asked if is_known(it)] for name in names if name in catalog()}
    known = {name: answers for name, answers in known.items() if answers}
    programs = _with_programs(names)
    lines = [f"One program is right for all rows that ask for it: {', '.join(programs)}.", ""] if programs else []
    if not known:
        return lines
    said = "; ".join([f"{name}: {', '.join(answers)}" for name, answers in known.items()])
    return [f"These answers are one for all items, a formula to know, and are not asked: {said}.", "", *lines]


def _with_programs(names: Iterable[str]) -> list[str]:
    """The problems that ask for a program."""
    return [name for name in names if name in catalog() and any([it.kind.is_run for it in catalog()[name].asked])]
