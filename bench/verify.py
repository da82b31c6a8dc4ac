"""`ms.verify` beside Math-Verify and the scorer of inspect_ai, on the same pairs in the same run.

The pairs are those of Math-Verify's own tests (`pairs/math_verify.json`), and matrices of 3×3. Each is judged once, so
that no cache helps; each judge has judged a few others before. `python bench/verify.py` also lists every pair on which
markscheme differs from what Math-Verify's tests expect, with the reason.
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
from markscheme.draw import Draw
from markscheme.reading import Unreadable

FROM_TESTS: list[tuple[str, str, int]] = json.loads(
    (Path(__file__).with_name("pairs") / "math_verify.json").read_text()
)["pairs"]
INTEGERS = [(str(n), str(n + (n % 3 == 0))) for n in range(20_000)]
WARM_UP = [("sqrt(2)", r"$\frac{2}{\sqrt{2}}$"), ("[1, 2]", r"$\boxed{[1, 2]}$"), ("x^2", "$x*x$")]

NO_NOTATION = {
    ("Answer $ \n 9 \n $", 0): "they expect that a formula over several lines is not found; it is here",
    ("Answer \\( \n 9 \n \\)", 0): "they expect that a formula over several lines is not found; it is here",
    ("Answer $ \\frac{1}{2} \\$ = \\frac{10}{9} $", 1): "an escaped dollar within dollars: no formula",
    (
        "$\\begin{pmatrix}-\\\x0crac{7}{4}&-2\\\\4&\\frac{1}{4}\\\\\\end{pmatrix}$",
        1,
    ): r"their text has a form feed for `\f`",
    ("$-2 \\\\le x \\\\le 7$", 0): r"they expect `\\le` for `\le` both to be read and not to be",
    ("$f(y)$", 1): "they expect f(x) and f(y) both to be the same and not to be",
    ("$1 + \\frac{1}{\\mathrm{e}}$", 1): "they expect 1 - 1/e to be 1 + 1/e",
}
"""Pairs whose verdict is no question of notation, by their answer and what is expected."""
DIFFERENT = {
    ("$\\begin{pmatrix}0.33\\\\0.2 \\end{pmatrix}$", 1): "0.33 for 1/3: a rounding has three digits or more here",
    ("$F_n = \\sum_{k=0}^{n-1} F_{n-k-1} F_k$", 1): "sums over an index are not read outside of a declared kind",
}


def matrices(count: int = 60) -> Iterator[tuple[str, str, int]]:
    """Matrices of 3×3: of each three answers one has another entry."""
    for number in range(count):
        rng = Draw(f"matrices/{number}")
        rows = [[rng.int(-99, 99) for _ in range(3)] for _ in range(3)]
        other = [[*row] for row in rows]
        other[rng.below(3)][rng.below(3)] += number % 3 == 0
        key, said = [r" \\ ".join([" & ".join(map(str, row)) for row in it]) for it in (rows, other)]
        yield rf"$\begin{{pmatrix}}{key}\end{{pmatrix}}$", rf"$\begin{{bmatrix}}{said}\end{{bmatrix}}$", number % 3 != 0


PAIRS = [*FROM_TESTS, *matrices()]


def ours(gold: str, said: str) -> str:
    try:
        return ms.verify(gold, said).status
    except Unreadable:
        return "key not read"


def math_verify() -> Callable[[str, str], bool]:
    peer: Any = import_module("math_verify")
    targets = [peer.LatexExtractionConfig(boxed_match_priority=0), peer.ExprExtractionConfig()]
    return lambda gold, said: bool(peer.verify(peer.parse(gold, targets), peer.parse(said, targets)))


def inspect_ai() -> Callable[[str, str], bool]:
    """What its scorer does in its worker thread: the thread itself, and its timeout, are left out in its favor."""
    scorer: Any = import_module("inspect_ai.scorer._math")
    read, score = scorer._parse_targets_worker, scorer._score_answer_worker  # noqa: SLF001 (public is what awaits them)
    return lambda gold, said: score(said, read((gold,))[0]).status == "correct"


def timed(judge: Callable[[str, str], object]) -> tuple[list[bool], float]:
    """Whether a judge calls each pair right, and pairs a second."""
    for gold, said in WARM_UP:
        judge(gold, said)
    found: list[bool] = []
    start = perf_counter()
    for gold, said, _ in PAIRS:
        try:
            found.append(judge(gold, said) in {True, "right"})
        except Exception:  # noqa: BLE001 (a peer that fails has not called it right)
            found.append(False)
    return found, len(PAIRS) / (perf_counter() - start)


def as_expected(found: list[bool]) -> str:
    """How many of Math-Verify's own pairs, and of those which concern a notation, are as its tests expect."""
    same = [
        (it == bool(expected), (said, expected)) for it, (_, said, expected) in zip(found, FROM_TESTS, strict=False)
    ]
    noted = [agrees for agrees, pair in same if pair not in NO_NOTATION]
    all_of_them = f"{sum([agrees for agrees, _ in same])} of {len(same)} as Math-Verify's tests expect"
    return f"{all_of_them}; of notations {sum(noted)} of {len(noted)}"


def figures() -> Iterator[Figure]:
    own, rate = timed(ours)
    slowest = 0.0
    for name, judge in (("Math-Verify", math_verify()), ("inspect_ai", inspect_ai())):
        verdicts, peer = timed(judge)
        slowest = peer if name == "Math-Verify" else slowest
        yield Figure(f"{name}: pairs a second", peer, "", note=as_expected(verdicts))
    pairs = zip(own, PAIRS, strict=True)
    notations = [(it, bool(pair[1])) for it, (_, *pair) in pairs if tuple(pair) not in NO_NOTATION]
    wrongly = sum([it and not expected for it, expected in notations])
    other = 100 * sum([one != expected for one, expected in notations]) / len(notations)
    yield Figure("`ms.verify`: pairs a second", rate, "", note=as_expected(own))
    yield Figure("`ms.verify`: Math-Verify's time over its own", rate / slowest, "×", least=20)
    yield Figure("`ms.verify`: other than expected, of notations", other, "%", limit=3)
    yield Figure("`ms.verify`: right where wrong is expected", wrongly, "", limit=0)
    start = perf_counter()
    for key, text in INTEGERS:
        ms.verify(key, text)
    yield Figure("`ms.verify`: integers a second", len(INTEGERS) / (perf_counter() - start), "", least=50_000)


if __name__ == "__main__":
    print(f"{machine()}\n\n{table(figures())}\n\nWhere markscheme differs from what Math-Verify's tests expect:")
    for gold, said, expected in PAIRS:
        status = ours(gold, said)
        if (status == "right") != bool(expected):
            reason = (NO_NOTATION | DIFFERENT).get((said, expected), "no reason is on record")
            print(f"- {gold!r} / {said!r}: expected {'right' if expected else 'wrong'}, {status}: {reason}")
