"""`ms.verify` beside Math-Verify, on the same pairs in the same run: pairs a second, and what each says of them.

`python bench/verify.py` also lists the pairs on which markscheme differs from what Math-Verify's tests expect.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from time import perf_counter
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

import markscheme as ms
from bench.timing import Figure, machine, table
from markscheme.reading import Unreadable

PAIRS: list[tuple[str, str, int]] = json.loads((Path(__file__).with_name("pairs") / "math_verify.json").read_text())[
    "pairs"
]
INTEGERS = [(str(n), str(n + (n % 3 == 0))) for n in range(20_000)]


def ours(gold: str, said: str) -> str:
    try:
        return ms.verify(gold, said).status
    except Unreadable:
        return "key not read"


def theirs() -> Callable[[str, str], bool]:
    peer: Any = import_module("math_verify")
    targets = [peer.LatexExtractionConfig(boxed_match_priority=0), peer.ExprExtractionConfig()]
    return lambda gold, said: bool(peer.verify(peer.parse(gold, targets), peer.parse(said, targets)))


def timed(judge: Callable[[str, str], object]) -> tuple[list[object], float]:
    start = perf_counter()
    found = [judge(gold, said) for gold, said, _ in PAIRS]
    return found, len(PAIRS) / (perf_counter() - start)


def figures() -> Iterator[Figure]:
    said, rate = timed(ours)
    verdicts, peer = timed(theirs())
    agreed = sum([(it == "right") == bool(expected) for it, (_, _, expected) in zip(said, PAIRS, strict=True)])
    wrongly = sum([it == "right" and not expected for it, (_, _, expected) in zip(said, PAIRS, strict=True)])
    same = sum([it == bool(expected) for it, (_, _, expected) in zip(verdicts, PAIRS, strict=True)])
    yield Figure("Math-Verify: pairs a second", peer, "", note=f"{same} of {len(PAIRS)} as its tests expect")
    yield Figure("`ms.verify`: pairs a second", rate, "", note=f"{rate / peer:.1f} × the peer")
    yield Figure("`ms.verify`: as Math-Verify's tests expect", 100 * agreed / len(PAIRS), "%")
    yield Figure("`ms.verify`: right where they expect wrong", wrongly, "", note="see the list of `bench/verify.py`")
    start = perf_counter()
    for key, text in INTEGERS:
        ms.verify(key, text)
    yield Figure("`ms.verify`: integers a second", len(INTEGERS) / (perf_counter() - start), "")


if __name__ == "__main__":
    print(f"{machine()}\n\n{table(figures())}\n\nWhere markscheme differs from what Math-Verify's tests expect:")
    for gold, said, expected in PAIRS:
        status = ours(gold, said)
        if (status == "right") != bool(expected):
            print(f"- {gold!r} / {said!r}: expected {'right' if expected else 'wrong'}, {status}")
