"""What the reader said before, kept as a guard while it is rebuilt: what has changed, and which changes are judged.

    python -m bench.corpus freeze      every text below, with the status and value that the present code gives it
    python -m bench.corpus compare     the present code beside what was frozen; exit 1 if a difference is not judged

The texts are those of the tests, of `bench/hostile.py`, specimens that the kinds and the bank's answers fabricate, and
the pairs of the suites. `PYTHONPATH=OTHER/src` freezes or compares what another tree says. What is frozen lies in
`bench/out`; judgments lie in `corpus_judged.toml`.
"""

from __future__ import annotations

import argparse
import ast
import json
import lzma
import re
import subprocess
import sys
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, cast

import markscheme as ms
from bench import hostile
from markscheme.draw import Draw
from markscheme.exact import Interval, Matrix, Shape, Vector
from markscheme.kinds import (
    AllThatApply,
    Code,
    Exact,
    Expression,
    Integer,
    IntervalKind,
    Kind,
    Mathematics,
    MatrixKind,
    Numbers,
    OneOf,
    Real,
    RealSetKind,
    RelationKind,
    SeveralKind,
    ShapeKind,
    TokenSequence,
    TokenSequences,
    VectorKind,
    Words,
    YesNo,
)
from markscheme.reading import Unreadable

HERE = Path(__file__).parent
FROZEN = HERE / "out" / "corpus.jsonl.xz"
JUDGED = HERE / "corpus_judged.toml"
TESTS = HERE.parent / "tests"
LONGEST = 2_500
"""Characters of a text of the tests: longer ones are there to be slow."""

WORDS = ("deep", "learn", "<EOS>")
KINDS: dict[str, tuple[Kind[Any], tuple[Any, ...]]] = {
    "Integer": (Integer(), (0, 7, -3, 12, 144, 7193, -100000)),
    "Exact": (Exact(), (Fraction(1, 3), Fraction(-7, 4), 5, Fraction(22, 7))),
    "Exact decimal": (Exact(decimal=True), (Fraction(1, 4), Fraction("-0.65"), 12, Fraction("3.125"))),
    "Real absolute": (Real(absolute="0.01"), (Fraction("3.14"), -2, Fraction(1, 3))),
    "Real relative": (Real(relative="1e-3"), (Fraction("2.718"), 1000, Fraction("0.00042"))),
    "Numbers": (Numbers(count=2), ((1, 2), (Fraction("0.5"), -4))),
    "Numbers unordered": (Numbers(ordered=False, absolute="0.01"), ((1, 2, 3), (Fraction("0.25"), 7))),
    "VectorKind": (VectorKind(), (Vector((2, 3)), Vector((Fraction(1, 2), -4, 0)))),
    "VectorKind decimal": (VectorKind(decimal=True), (Vector((Fraction("0.5"), Fraction("-1.25"))),)),
    "VectorKind near": (VectorKind(absolute="0.001"), (Vector((Fraction(1, 3), 2)),)),
    "MatrixKind": (MatrixKind(), (Matrix([[1, 2], [3, 4]]), Matrix([[0, -1, Fraction(1, 2)]]))),
    "MatrixKind near": (MatrixKind(relative="0.01"), (Matrix([[Fraction(1, 3), 2], [5, -7]]),)),
    "ShapeKind": (ShapeKind(), (Shape((64, 112, 112)), Shape((10, 3)))),
    "IntervalKind": (IntervalKind(), (Interval(1, 4), Interval(None, 3, False, False), Interval(0, 2, True, False))),
    "IntervalKind named": (IntervalKind("λ", decimal=False), (Interval(1, 4), Interval(2, None, False, False))),
    "OneOf": (OneOf(("zero", "Xavier", "He")), ("zero", "Xavier", "He")),
    "OneOf letters": (OneOf("ABCD"), ("A", "D")),
    "AllThatApply": (AllThatApply("1234"), (frozenset("13"), frozenset("2"), frozenset[str]())),
    "AllThatApply words": (AllThatApply(("batch norm", "dropout", "no")), (frozenset(("dropout",)),)),
    "YesNo": (YesNo(), (True, False)),
    "TokenSequence": (TokenSequence(WORDS), (("deep", "learn"), ("learn", "deep", "<EOS>"))),
    "TokenSequences": (TokenSequences(WORDS), ((("deep", "learn"), ("learn", "<EOS>")),)),
}  # fmt: skip
_WRITTEN: dict[str, tuple[Kind[Any], tuple[str, ...]]] = {
    "Adam": (
        Expression(
            ("beta_1", "beta_2", "m_{t-1}", "v_{t-1}", "g_t"),
            also={"m": "m_{t-1}", "v": "v_{t-1}", "g": "g_t"},
        ),
        (r"\beta_1 m_{t-1} + (1 - \beta_1) g_t", r"\beta_2 v_{t-1} + (1 - \beta_2) g_t^2"),
    ),
    "batch norm": (Expression(("gamma", "beta", "mu"), indexed=("dL/dy", "x")), ("gamma dL/dy_i - 1/n sum_j dL/dy_j",)),
    "decay": (Expression(("lambda", "eta")), ("2 eta lambda", "1 - eta")),
    "Mathematics": (Mathematics(), ("x^2 + 2x + 1", "sqrt(2)/2", "sin(x)/x", "e^{-x}", "1/3", "pi/4")),
    "RealSetKind": (RealSetKind(), ("[1, 4)", "x > 2", "(-oo, 1) ∪ (3, oo)")),
    "RelationKind": (RelationKind(), ("2x + 4y = 3", "y = 1/x", "x^2 + y^2 = 4")),
    "SeveralKind": (SeveralKind(), ("1, 2", "{1, 2, 3}", "(1, 2), (3, 4)")),
    "Words": (Words(), ("even", "a regular hexagon")),
}  # fmt: skip
ALL_KINDS = {name: kind for name, (kind, _) in (KINDS | _WRITTEN).items()}
READERS = (
    "Exact",
    "VectorKind",
    "MatrixKind",
    "ShapeKind",
    "IntervalKind",
    "Adam",
    "Mathematics",
    "AllThatApply",
    "TokenSequence",
)
"""Kinds as which each text of the tests is read, beside `ms.parse`."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One text: where it comes from, how it is judged, against which key, as which kind."""

    source: str
    how: str
    kind: str
    key: str
    text: str

    def run(self) -> tuple[str, str]:
        """The status and the value's repr; what raises anything but `Unreadable` is itself a status."""
        try:
            return getattr(self, f"_{self.how}")()
        except Unreadable:
            return "unreadable" if self.how == "parse" else "key not read", ""
        except Exception as error:  # noqa: BLE001 (whatever it is, it is to be seen)
            return f"raised {type(error).__name__}", ""

    def _verify(self) -> tuple[str, str]:
        found = ms.verify(self.key, self.text, ALL_KINDS[self.kind] if self.kind else None)
        return found.status, _shown(found.value)

    def _parse(self) -> tuple[str, str]:
        return "read", _shown(ms.parse(self.text, ALL_KINDS[self.kind] if self.kind else None))

    def _item(self) -> tuple[str, str]:
        found = _posed(self.key).mark({self.kind: self.text})[self.kind]
        return found.status, _shown(found.value)

    def _hostile(self) -> tuple[str, str]:
        key, text = self.pair
        return ms.verify(key, text).status, ""

    @property
    def pair(self) -> tuple[str, str]:
        """Key and text; hostile ones are drawn again by their number."""
        return hostile.pair(int(self.text)) if self.how == "hostile" else (self.key, self.text)


@cache
def _posed(id: str) -> Any:
    return ms.item(id)


def _shown(value: Any) -> str:
    is_set = isinstance(value, frozenset)
    text = repr(sorted(cast("frozenset[Any]", value))) if is_set else repr(value)  # in an order that stays
    return text if len(text) <= 400 else f"{text[:400]}…"


def entries() -> Iterator[Entry]:
    """Every text, each once."""
    yield from dict.fromkeys([*from_tests(), *from_kinds(10_000), *from_bank(13_500), *from_suites()])
    for number in range(hostile.COUNT):
        yield Entry("hostile", "hostile", "", "", str(number))


def from_tests() -> Iterator[Entry]:
    """Strings of the tests: each two beside each other as key and answer, and each alone, read as any kind."""
    for page in sorted(TESTS.glob("test_*.py")):
        tree = ast.parse(page.read_text())
        documents = _documents(tree)
        for node in ast.walk(tree):
            if isinstance(node, ast.Tuple | ast.List | ast.Call):
                said = [_string(it) for it in (node.args if isinstance(node, ast.Call) else node.elts)]
                for key, text in pairwise(said):
                    if key and text is not None:
                        yield Entry("tests", "verify", "", key, text)
            text = _string(node)
            if text and id(node) not in documents:
                yield from (Entry("tests", "parse", kind, "", text) for kind in ("", *READERS))
                if page.stem in {"test_expressions", "test_matrix_expressions"}:
                    yield from (Entry("tests", "item", name, item, text) for item, name in _expressions())


@cache
def _expressions() -> list[tuple[str, str]]:
    """Items and names of the bank's answers that are expressions, of numbers or of matrices."""
    posed = [problem.pose("corpus") for problem in ms.problems().values()]
    return [(item.id, it.name) for item in posed for it in item.problem.asked if isinstance(it.kind, Expression)]


def _documents(tree: ast.AST) -> set[int]:
    """The nodes that are docstrings."""
    bodies = [it.body for it in ast.walk(tree) if isinstance(it, ast.Module | ast.FunctionDef | ast.ClassDef)]
    return {id(body[0].value) for body in bodies if body and isinstance(body[0], ast.Expr)}


def _string(node: ast.AST) -> str | None:
    value = node.value if isinstance(node, ast.Constant) else None
    return value if isinstance(value, str) and len(value) <= LONGEST else None


def from_kinds(count: int) -> Iterator[Entry]:
    """Right, wrong and malformed submissions of each kind, in turn."""
    kept = [(name, kind, key) for name, (kind, keys) in KINDS.items() for key in keys]
    kept += [(name, kind, kind.read(key)) for name, (kind, keys) in _WRITTEN.items() for key in keys]
    for number in range(count):
        name, kind, key = kept[number % len(kept)]
        rng = Draw(f"corpus/{number}")
        for made in ("right", "wrong", "malformed"):
            if name == "Words" and made == "wrong":
                continue  # whether words are wrong, a person decides
            text = kind.malformed(rng) if made == "malformed" else getattr(kind, made)(key, rng)
            yield Entry(f"kinds: {made}", "verify", name, kind.write(key), text)


def from_bank(count: int) -> Iterator[Entry]:
    """The same of the bank's answers, with their own kinds and keys."""
    made = 0
    for seed in range(count):
        for problem in ms.problems().values():
            item = problem.pose(f"corpus {seed}")
            for number, answer in enumerate(problem.asked):
                kind, key, rng = answer.kind, item.values[answer.name], Draw(f"corpus/{item.id}/{number}")
                if isinstance(kind, Code) or kind.by_hand:
                    continue
                for sort, text in (
                    ("right", kind.right(key, rng)),
                    ("wrong", kind.wrong(key, rng)),
                    ("malformed", kind.malformed(rng)),
                ):
                    yield Entry(f"bank: {sort}", "item", answer.name, item.id, text)
                    made += 1
        if made >= count:
            return


def from_suites() -> Iterator[Entry]:
    """The pairs of the suites that have been fetched."""
    from bench import suites  # noqa: PLC0415 (needs what was fetched)

    for row in suites.fetched():
        yield Entry(f"suite: {row.suite}", "verify", "", row.key, row.answer)


def freeze() -> None:
    FROZEN.parent.mkdir(exist_ok=True)
    head = {"package": str(Path(ms.__file__).parent), "commit": _commit(), "version": ms.__version__}
    count = 0
    part = FROZEN.with_suffix(".part")
    with lzma.open(part, "wt", encoding="utf-8", errors="surrogatepass", preset=1) as out:
        print(json.dumps(head), file=out)
        for entry in entries():
            status, value = entry.run()
            print(json.dumps([entry.source, entry.how, entry.kind, entry.key, entry.text, status, value]), file=out)
            count += 1
            if count % 10_000 == 0:
                print(f"{count:,} texts", file=sys.stderr)
    part.rename(FROZEN)
    print(f"{count:,} texts frozen in {FROZEN}: {head}")


def _commit() -> str:
    place = Path(ms.__file__).parent
    found = subprocess.run(
        ["git", "-C", str(place), "log", "-1", "--format=%H", "--", "."], check=False, capture_output=True, text=True
    )
    return found.stdout.strip()


def frozen() -> Iterator[tuple[Entry, str, str]]:
    with lzma.open(FROZEN, "rt", encoding="utf-8", errors="surrogatepass") as page:
        next(page)
        for line in page:
            *entry, status, value = json.loads(line)
            yield Entry(*entry), status, value


@dataclass(frozen=True, slots=True)
class Difference:
    """An entry of which the present code says something else."""

    entry: Entry
    old: str
    new: str
    old_value: str
    new_value: str

    @property
    def group(self) -> tuple[str, str, str]:
        """Where it comes from, and from which status to which; of equal statuses, from which sort of value to which."""
        entry = self.entry
        place = f"{entry.source}, read as {entry.kind or 'anything'}" if entry.how == "parse" else entry.source
        if self.old != self.new:
            return place, self.old, self.new
        return place, f"{self.old} {_sort(self.old_value)}", f"{self.new} {_sort(self.new_value)}"


def _sort(value: str) -> str:
    return re.match(r"\w*", value)[0]  # pyright: ignore[reportOptionalSubscript] (it matches any text)


def differences(jobs: int, source: str = "") -> Iterator[Difference]:
    known = [it for it in frozen() if it[0].source.startswith(source)]
    with ProcessPoolExecutor(jobs) as pool:
        said = pool.map(Entry.run, [entry for entry, _, _ in known], chunksize=500)
        for number, ((entry, status, value), (now, new_value)) in enumerate(zip(known, said, strict=True), 1):
            if number % 20_000 == 0:
                print(f"{number:,} of {len(known):,} texts compared", file=sys.stderr)
            if status != now or value != new_value:
                yield Difference(entry, status, now, value, new_value)


@dataclass(frozen=True, slots=True)
class Judgment:
    """A rule: differences of these sources, kinds, statuses and texts are as they should be, and why."""

    reason: str
    source: str = ""
    kind: str = ""
    old: str = ""
    new: str = ""
    key: str = ""
    text: str = ""

    def covers(self, difference: Difference) -> bool:
        entry = difference.entry
        whole = (
            (self.source, entry.source), (self.kind, entry.kind), (self.old, difference.old), (self.new, difference.new)
        )  # fmt: skip
        if not all([not rule or re.fullmatch(rule, said) for rule, said in whole]):
            return False
        key, text = entry.pair
        return all([not rule or re.search(rule, said[:LONGEST]) for rule, said in ((self.key, key), (self.text, text))])


def judgments() -> list[Judgment]:
    return [Judgment(**rule) for rule in tomllib.loads(JUDGED.read_text()).get("judged", [])]


def compare(found: Iterable[Difference], most: int) -> int:
    """Print differences by group, those first that no judgment covers; their number."""
    rules, open_ones = judgments(), defaultdict[tuple[str, str, str], list[Difference]](list)
    judged = Counter[str]()
    for difference in found:
        rule = next((it for it in rules if it.covers(difference)), None)
        if rule is None:
            open_ones[difference.group].append(difference)
        else:
            judged[rule.reason] += 1
    for (source, old, new), group in sorted(open_ones.items(), key=lambda it: -len(it[1])):
        print(f"\n## {source}: {old} → {new}: {len(group)}")
        for difference in group[:: max(1, len(group) // most)][:most]:
            key, text = difference.entry.pair
            values = "" if difference.old != difference.new else f": {difference.old_value} → {difference.new_value}"
            print(f"- {difference.entry.kind} {key!r} / {text[:200]!r}{values}".replace("-  ", "- "))
    print("\n## Judged")
    for reason, count in judged.most_common():
        print(f"- {count}: {reason}")
    left = sum(map(len, open_ones.values()))
    print(f"\n{left} differences are not judged, {judged.total()} are.")
    return left


def main() -> int:
    asked = argparse.ArgumentParser(
        prog="python -m bench.corpus", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    asked.add_argument("act", choices=("freeze", "compare"))
    asked.add_argument("--jobs", type=int, default=1, help="processes that compare (%(default)s)")
    asked.add_argument("--most", type=int, default=12, help="examples of a group (%(default)s)")
    asked.add_argument(
        "--source", default="", help="compare sources that begin so alone: tests, kinds, bank, suite, hostile"
    )
    asked.add_argument("--values", action="store_true", help="also where the status is the same and the value is not")
    asked.add_argument("--json", action="store_true", help="every difference, one JSON object a line")
    options = asked.parse_args()
    if options.act == "freeze":
        freeze()
        return 0
    if not FROZEN.exists():
        print(
            f"nothing is frozen in {FROZEN}: run `python -m bench.corpus freeze` on the commit before", file=sys.stderr
        )
        return 2
    found = differences(options.jobs, options.source)
    if not options.values:
        found = (it for it in found if it.old != it.new)
    if options.json:
        for it in found:
            print(
                json.dumps([it.entry.source, it.entry.kind, *it.entry.pair, it.old, it.new, it.old_value, it.new_value])
            )
        return 0
    return int(compare(found, options.most) > 0)


if __name__ == "__main__":
    sys.exit(main())
