"""How fast `ms.verify` is, beside Math-Verify and inspect_ai in the same run, and beside an older tree of its own.

    python -m bench.speed
    python -m bench.speed --before ../older      integers too, in turn with the package in ../older/src

Each pair is judged once, so that no cache helps; each judge has judged a few others before. Times are the processor's,
whatever else runs.
"""

from __future__ import annotations

import argparse
import gc
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import process_time
from typing import Any, Final

import markscheme as ms
from bench import hostile, suites
from bench.suites.language_models import math_verify as pairs_of_math_verify
from bench.timing import Figure, machine, table
from markscheme.draw import Draw
from markscheme.reading import Unreadable

WARM_UP: Final = [("sqrt(2)", r"$\frac{2}{\sqrt{2}}$"), ("[1, 2]", r"$\boxed{[1, 2]}$"), ("x^2", "$x*x$")]
FIRST: Final = {
    "a number": ("1/3", "0.333"), "an expression": ("(x+1)^2", "x^2 + 2x + 1"),
    "a matrix": ("[[1, 2], [3, 4]]", "1 2; 3 4"),
    "an equation": ("2x + 4y = 3", "y = 3/4 - x/2"), "a unit": (r"5 \text{ km}", "5000 m"),
    "prose": ("7", "So the answer is 7."), "hostile text": ("7", "9**9**9**9"),
}  # fmt: skip
"""Calls that may be the first of a process."""
HEAVY: Final = (
    ("tan(tan(tan(x)))", "tan(tan(tan(x)))"), ("y = tan(tan(x))", "tan(tan(x)) = y"), ("x^x^2 = y", "y = x^(x^2)"),
    ("y = (x^2+1)^40 - (x^2-1)^40", "y = (x^2-1)^40 - (x^2+1)^40"), ("y = e^(tan(x^3))", "y = e^{\\tan(x^3)} + 1"),
    ("sqrt(2)^sqrt(3)^sqrt(5)", "1.4142^1.7320^2.236"), ("\\prod_{k=1}^{50} k", "50!"), ("(x-a)^6000", "(a-x)^6000"),
    ("\\sum_{k=1}^{n} k^5", "n^2(n+1)^2(2n^2+2n-1)/12"), ("sin(sin(sin(sin(x)))) = y", "y = sin(sin(sin(x)))"),
    ("[[1,2,3],[4,5,6],[7,8,10]]^{-1}", "[[1,2],[3,4]]"), ("|x-1| + |x-2| + |x-3| + |x-4| > 5", "x < 1 or x > 3"),
    ("x^5 - 3x + 1 = 0", "x^5 + 1 = 3x"), ("log(log(log(x)))", "ln(ln(ln(x)))"), ("x!/(x-3)!", "x(x-1)(x-2)"),
)  # fmt: skip
"""Pairs that take long to compare: nested functions and powers, in equations too."""
_INTEGERS = """
from time import process_time
import markscheme as ms
pairs = [(str(n), str(n + (n % 3 == 0))) for n in range(20_000)]
for key, text in pairs[:50]: ms.verify(key, text + "1")
start = process_time()
for key, text in pairs: ms.verify(key, text)
print(len(pairs) / (process_time() - start))
"""


def matrices(count: int = 60) -> Iterator[tuple[str, str]]:
    """Matrices of 3×3: of each three answers one has another entry."""
    for number in range(count):
        rng = Draw(f"matrices/{number}")
        rows = [[rng.int(-99, 99) for _ in range(3)] for _ in range(3)]
        other = [[*row] for row in rows]
        other[rng.below(3)][rng.below(3)] += number % 3 == 0
        key, said = [r" \\ ".join([" & ".join(map(str, row)) for row in it]) for it in (rows, other)]
        yield rf"$\begin{{pmatrix}}{key}\end{{pmatrix}}$", rf"$\begin{{bmatrix}}{said}\end{{bmatrix}}$"


PAIRS: Final = [*[(row.key, row.answer) for row in pairs_of_math_verify()], *matrices()]
"""What all judges are timed on."""


def ours(key: str, answer: str) -> str:
    try:
        return ms.verify(key, answer).status
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
    for pair in WARM_UP:
        judge(*pair)
    found: list[bool] = []
    start = process_time()
    for pair in PAIRS:
        try:
            found.append(judge(*pair) in {True, "right"})
        except Exception:  # noqa: BLE001 (a peer that fails has not called it right)
            found.append(False)
    return found, len(PAIRS) / (process_time() - start)


def integers_a_second(source: Path) -> float:
    """Integers that a package judges in a second, in a process of its own."""
    environment = os.environ | {"PYTHONPATH": str(source)}
    ran = subprocess.run([sys.executable, "-c", _INTEGERS], check=True, capture_output=True, text=True, env=environment)
    return float(ran.stdout)


def beside_before(before: Path, rounds: int = 5) -> tuple[float, float]:
    """Integers a second here and in another tree: the best of rounds that take turns."""
    here = Path(ms.__file__).parents[1]
    measured = [(integers_a_second(here), integers_a_second(before / "src")) for _ in range(rounds)]
    return max([own for own, _ in measured]), max([other for _, other in measured])


def first_call(key: str, text: str, runs: int = 5) -> float:
    """Processor seconds of one call in a fresh process, the import included and the interpreter's own start not.

    The median of runs after one that leaves compiled bytecode, as an installed package has it.
    """
    call = f"import markscheme as ms\nms.verify({key!r}, {text!r})"
    code = f"from time import process_time as c; s = c()\n{call}\nprint(c() - s)"
    with TemporaryDirectory() as bytecode:
        own = {"PYTHONPATH": str(Path(ms.__file__).parents[1]), "PYTHONPYCACHEPREFIX": bytecode}
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"} | own
        ran = [
            subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, env=environment)
            for _ in range(runs + 1)
        ]
    return median([float(it.stdout) for it in ran[1:]])


def slow_calls() -> list[tuple[float, str, str]]:
    """Processor seconds, slowest first, of the suites' pairs, the heavy ones, and some hostile texts."""
    pairs = [*HEAVY, *[(row.key, row.answer) for row in suites.fetched()], *hostile.texts(2_000)]
    times: list[tuple[float, str, str]] = []
    for key, answer in WARM_UP:
        ours(key, answer)
    gc.collect()
    gc.freeze()  # what the peers have loaded is not looked through while a call is timed
    for key, answer in pairs:
        start = process_time()
        ours(key, answer)
        times.append((process_time() - start, key, answer))
    return sorted(times, reverse=True)


def figures(before: Path | None = None) -> Iterator[Figure]:
    _, rate = timed(ours)
    for name, judge in (("Math-Verify", math_verify()), ("inspect_ai", inspect_ai())):
        _, peer = timed(judge)
        yield Figure(f"{name}: pairs a second", peer, "")
        if name == "Math-Verify":
            yield Figure("`ms.verify`: pairs a second", rate, "")
            yield Figure("`ms.verify`: Math-Verify's time over its own", rate / peer, "×", least=30)
    if before is None:
        yield Figure(
            "`ms.verify`: integers a second", integers_a_second(Path(ms.__file__).parents[1]), "", least=50_000
        )
    else:
        own, other = beside_before(before)
        yield Figure("`ms.verify`: integers a second", own, "", note=f"before: {other:,.0f}")
        yield Figure("`ms.verify`: integers, over the older tree's", own / other, "×", least=1)
    firsts = {kind: first_call(key, text) for kind, (key, text) in FIRST.items()}
    worst = max(firsts, key=lambda kind: firsts[kind])
    note = ", ".join([f"{kind} {1e3 * seconds:.0f}" for kind, seconds in firsts.items()])
    yield Figure("`ms.verify`: first call of a process, import and all", 1e3 * firsts[worst], "ms", 150, note)
    seconds, key, text = slow_calls()[0]
    yield Figure("`ms.verify`: slowest call", 1e3 * seconds, "ms", 50, f"{key[:60]!r} / {text[:60]!r}")


def main() -> int:
    asked = argparse.ArgumentParser(
        prog="python -m bench.speed", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    asked.add_argument("--before", type=Path, help="a tree of an older commit, whose package is in its src/")
    asked.add_argument("--slowest", type=int, metavar="N", help="list the N slowest calls, and nothing else")
    options = asked.parse_args()
    if options.slowest:
        for seconds, key, text in slow_calls()[: options.slowest]:
            print(f"- {1e3 * seconds:.1f} ms: {key[:100]!r} / {text[:100]!r}")
        return 0
    if options.before and not (options.before / "src" / "markscheme").is_dir():
        print(f"there is no package in {options.before / 'src'}: give a tree, such as a git worktree", file=sys.stderr)
        return 2
    print(f"{machine()}\n\n{table(figures(options.before))}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
