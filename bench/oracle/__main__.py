"""`python -m bench.oracle`: what becomes of wrong answers and of rewrites, by how they were made."""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from dataclasses import asdict

from bench.oracle import COUNT, SIDES, STATUSES, Row, rows
from bench.timing import machine


def table(found: list[Row], by: str) -> str:
    """Statuses by kind, the most false first."""
    groups: dict[str, Counter[str]] = {}
    for row in found:
        groups.setdefault(getattr(row, by), Counter())[row.status] += 1
    false = Counter([getattr(row, by) for row in found if row.is_false])
    lines = [f"| {by.replace('_', ' ')} | rows | {' | '.join(STATUSES)} |", f"|---|{'--:|' * (len(STATUSES) + 1)}"]
    for group, statuses in sorted(groups.items(), key=lambda it: -false[it[0]]):
        cells = [str(statuses[status]) for status in STATUSES]
        lines.append(f"| {group} | {statuses.total()} | {' | '.join(cells)} |")
    return "\n".join(lines)


def listed(found: list[Row], most: int) -> str:
    return "\n".join(
        [f"- {row.kind}: {row.key!r} / {row.text!r}: {row.status}: {row.reason[:100]!r}" for row in found[:most]]
    )


def report(side: str, own: list[Row]) -> str:
    statuses = Counter([row.status for row in own])
    said = ", ".join([f"{statuses[it]:,} {it} ({statuses[it] / len(own):.2%})" for it in STATUSES if statuses[it]])
    title = f"## {'Wrong answers' if side == 'wrong' else 'Rewrites'}: {len(own):,}: {said}"
    return "\n\n".join(["", title, *[table(own, by) for by in ("kind", "key_kind", "door")]])


def _is_listed(row: Row, which: str) -> bool:
    return row.is_false if which == "false" else row.status == which


def main() -> int:
    asked = argparse.ArgumentParser(prog="python -m bench.oracle", description=__doc__)
    asked.add_argument("--count", type=int, default=COUNT, help="rows a side (%(default)s)")
    asked.add_argument("--jobs", type=int, default=1, help="processes (%(default)s)")
    asked.add_argument("--side", choices=SIDES, help="wrong answers alone, or rewrites alone")
    asked.add_argument(
        "--list",
        choices=("false", *STATUSES),
        help="list these rows too: false is right of wrong ones, wrong of right ones",
    )
    asked.add_argument("--kind", help="list rows of this kind of answer or key alone")
    asked.add_argument("--most", type=int, default=200, help="rows to list (%(default)s)")
    asked.add_argument("--json", action="store_true", help="every row, one JSON object a line, and no tables")
    options = asked.parse_args()
    sides = (options.side,) if options.side else SIDES
    found = list(rows(options.count, options.jobs, sides))
    if options.json:
        for row in found:
            print(json.dumps(asdict(row), ensure_ascii=False))
    else:
        print(machine())
        for side in sides:
            own = [row for row in found if row.side == side]
            print(report(side, own))
            wanted = [
                row for row in own if _is_listed(row, options.list) and options.kind in {None, row.kind, row.key_kind}
            ]
            print(f"\n{listed(wanted, options.most)}" if options.list else "")
    return int(any([row.is_false for row in found if row.side == "wrong"]))


if __name__ == "__main__":
    sys.exit(main())
