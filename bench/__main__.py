"""`python -m bench`: every figure, as one table; exit 1 if a claim is missed. `python -m bench start` for one part."""

from __future__ import annotations

import sys
from importlib import import_module

from bench.timing import Figure, machine, table

PARTS = (
    "start", "items", "papers", "marking", "follow_through", "programs", "verify", "oracle", "speed", "hostile",
    "mechanisms", "labs",
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
    return 0 if all(figure.holds for figure in found) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
