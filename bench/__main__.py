"""`python -m bench`: every figure as a table; exit 1 if one is missed that is no time. `python -m bench start`: one."""

from __future__ import annotations

import sys
from importlib import import_module

from bench.timing import Figure, machine, table

PARTS = (
    "start", "items", "figures", "papers", "marking", "follow_through", "farming", "programs", "verify", "oracle",
    "speed", "hostile", "mechanisms", "labs", "datasets", "dataset_files", "class", "web", "web_marking",
)  # fmt: skip


def main(asked: list[str]) -> int:
    unknown = sorted({*asked} - {*PARTS})
    if unknown:
        print(f"there is no part {', '.join(unknown)}; the parts are {', '.join(PARTS)}", file=sys.stderr)
        return 2
    found: list[Figure] = []
    for part in asked or PARTS:
        found += import_module(f"bench.{part}").figures()
    print(f"{machine()}\n\n{table(found)}")
    return int(any(figure.fails for figure in found))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
