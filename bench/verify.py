"""`ms.verify` on the pairs that other judges are tested with, and its time beside theirs.

    python -m bench.verify                      the tables: agreement by suite and kind, false rights, by hand, speed
    python -m bench.verify --fetch              fetch the suites from GitHub first
    python -m bench.verify --list false-wrongs  each such pair, with the reason that is given

A pair that its suite calls right agrees if it is right here, one that it calls wrong if it is wrong or unreadable here;
rows that test form alone, or a suite's own options, are set apart. `bench/speed.py` has the times.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import markscheme as ms
from bench import speed, suites
from bench.suites.language_models import math_verify
from bench.suites.rows import Row
from bench.suites.sources import NotFetched
from bench.timing import Figure, machine, table
from markscheme.reading import Unreadable

FROM_TESTS: list[tuple[str, str, int]] = json.loads(
    (Path(__file__).with_name("pairs") / "math_verify.json").read_text()
)["pairs"]
NO_NOTATION = {
    (row.answer, int(row.expected)): suites.judgments()[row.suite, row.id].reason
    for row in math_verify()
    if (row.suite, row.id) in suites.judgments()
}
"""Pairs of Math-Verify's that are judged otherwise, by their answer and what is expected: no question of notation."""
DIFFERENT = {
    (key, answer): reason
    for reason, pairs in json.loads(Path(__file__).with_name("pairs").joinpath("different.json").read_text()).items()
    for key, answer in pairs
}
"""Pairs of Math-Verify's on which this package says otherwise, by why."""


def ours(gold: str, said: str) -> str:
    try:
        return ms.verify(gold, said).status
    except Unreadable:
        return "key not read"


def figures() -> Iterator[Figure]:
    """What is claimed of the suites that are here: agreement, false rights, what is left to a person."""
    found = [judged(row) for row in suites.fetched() if row.tests_equivalence]
    outcomes = Counter([it.outcome for it in found])
    yield Figure("suites: pairs as expected", agreement(outcomes), "%", least=92, note=f"of {len(found):,}")
    yield Figure("suites: marked wrongly as right", outcomes["false right"], "", 0)
    yield Figure("suites: left to a person, of the readable", by_hand(found), "%", 3)


OUTCOMES: Final = (
    "agrees",
    "agrees, unreadable",
    "false right",
    "false wrong",
    "by hand",
    "unreadable",
    "key not read",
    "judged either",
)
LISTS: Final = {
    "false-rights": ("false right",), "false-wrongs": ("false wrong",), "by-hand": ("by hand",),
    "unreadable": ("unreadable", "key not read"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Judged:
    """A row of a suite, what is expected of it after judgment (None: anything), and what is said of it."""

    row: Row
    expected: bool | None
    status: str
    reason: str
    judgment: str = ""

    @property
    def outcome(self) -> str:
        if self.expected is None:
            return "judged either"
        if self.status in {"by hand", "key not read"}:
            return self.status
        if self.status in {"unreadable", "blank"}:
            return "unreadable" if self.expected else "agrees, unreadable"
        if (self.status == "right") == self.expected:
            return "agrees"
        return "false wrong" if self.expected else "false right"

    @property
    def data(self) -> dict[str, Any]:
        row = asdict(self.row) | {"asked": repr(self.row.asked or ""), "kind": self.row.kind}
        return row | {"status": self.status, "outcome": self.outcome, "reason": self.reason, "judgment": self.judgment}


def judged(row: Row) -> Judged:
    found = suites.judgments().get((row.suite, row.id))
    expected = found.expected if found else row.expected
    try:
        verdict = ms.verify(row.key, row.answer, row.asked)
    except Unreadable as error:
        return Judged(row, expected, "key not read", error.reason, found.reason if found else "")
    return Judged(row, expected, verdict.status, verdict.reason, found.reason if found else "")


def by_group(found: Iterable[Judged], group: Callable[[Judged], str]) -> str:
    """Outcomes by suite or kind, and the share that agrees, as a Markdown table."""
    groups: dict[str, Counter[str]] = {}
    for it in found:
        groups.setdefault(group(it), Counter())[it.outcome] += 1
    ordered = sorted(groups.items(), key=lambda it: -it[1].total())
    total = sum(groups.values(), Counter[str]())
    lines = [f"| | pairs | agree | {' | '.join(OUTCOMES)} |", f"|---|{'--:|' * (len(OUTCOMES) + 2)}"]
    for name, outcomes in [*ordered, ("**all**", total)]:
        cells = [str(outcomes[it] or "") for it in OUTCOMES]
        lines.append(f"| {name} | {outcomes.total()} | {agreement(outcomes):.1f} % | {' | '.join(cells)} |")
    return "\n".join(lines)


def agreement(outcomes: Counter[str]) -> float:
    """Per cent of the pairs on which something is expected that are as expected."""
    expected = outcomes.total() - outcomes["judged either"]
    return 100 * (outcomes["agrees"] + outcomes["agrees, unreadable"]) / max(1, expected)


def by_hand(found: Iterable[Judged]) -> float:
    """Per cent of the readable pairs that are left to a person."""
    statuses = Counter([it.status for it in found])
    readable = statuses.total() - statuses["unreadable"] - statuses["blank"] - statuses["key not read"]
    return 100 * statuses["by hand"] / max(1, readable)


def listed(found: Iterable[Judged], outcomes: tuple[str, ...]) -> str:
    lines = [
        f"- {it.row.suite} {it.row.id} ({it.row.kind}): {it.row.key!r} / {it.row.answer!r}: {it.status}: "
        f"{it.reason[:120]!r}"
        for it in found
        if it.outcome in outcomes
    ]
    return "\n".join(lines) or "none"


def report(found: list[Judged]) -> str:
    """The tables."""
    compared = [it for it in found if it.row.tests_equivalence]
    apart = Counter(
        [f"{it.row.suite}: {it.row.apart.partition(':')[0]}" for it in found if not it.row.tests_equivalence]
    )
    wrong = [it for it in compared if it.outcome == "false wrong"]
    judgments = [it for it in compared if it.judgment]
    parts = [
        f"## By suite\n\n{by_group(compared, lambda it: it.row.suite)}",
        f"## By kind\n\n{by_group(compared, lambda it: it.row.kind)}",
        f"By hand: {by_hand(compared):.2f} % of the readable pairs (at most 3 wanted).",
        f"## False rights\n\n{listed(compared, ('false right',))}",
        "## False wrongs\n\n"
        + "\n".join([f"- {kind}: {n}" for kind, n in Counter([it.row.kind for it in wrong]).most_common()]),
        f"## Judged otherwise than their suite: {len(judgments)}",
        "## Set apart, as they test something else than equivalence\n\n"
        + "\n".join([f"- {why}: {count}" for why, count in apart.most_common()]),
    ]
    return "\n\n".join(parts)


def main() -> int:
    asked = argparse.ArgumentParser(
        prog="python -m bench.verify", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    asked.add_argument(
        "--suite", action="append", choices=tuple(suites.SUITES), help="this suite alone (may be repeated)"
    )
    asked.add_argument("--kind", help="pairs of this kind alone")
    asked.add_argument("--list", choices=tuple(LISTS), help="list these pairs instead of the tables")
    asked.add_argument("--apart", action="store_true", help="list pairs that are set apart too")
    asked.add_argument("--json", action="store_true", help="every pair, one JSON object a line, and no tables")
    asked.add_argument("--fetch", action="store_true", help="fetch suites that are not here from GitHub")
    asked.add_argument("--before", type=Path, help="a tree of an older commit, to time integers against")
    asked.add_argument("--no-speed", action="store_true", help="leave the times out")
    options = asked.parse_args()
    found: list[Judged] = []
    for suite in options.suite or suites.SUITES:
        try:
            found += [judged(row) for row in _rows(suite, fetch=options.fetch)]
        except NotFetched as error:
            print(f"{suite} is left out: {error}; `--fetch` fetches it", file=sys.stderr)
    known, here = {(it.row.suite, it.row.id) for it in found}, {it.row.suite for it in found}
    for suite, row in suites.judgments().keys() - known:
        if suite in here:
            print(f"{suite} has no row {row}, which judged.toml judges", file=sys.stderr)
    found = [it for it in found if options.kind in {None, it.row.kind}]
    if options.json:
        print("\n".join([json.dumps(it.data, ensure_ascii=False) for it in found]))
    elif options.list:
        print(listed([it for it in found if options.apart or it.row.tests_equivalence], LISTS[options.list]))
    else:
        print(f"{machine()}\n\n{report(found)}")
        print("" if options.no_speed else f"\n## Speed\n\n{table(speed.figures(options.before))}")
    return 0


def _rows(suite: str, *, fetch: bool) -> list[Row]:
    try:
        return suites.rows(suite)
    except NotFetched:
        if not fetch:
            raise
    suites.fetch(suite)
    return suites.rows(suite)


if __name__ == "__main__":
    sys.exit(main())
