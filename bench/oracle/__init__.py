"""Answers of which an independent oracle knows whether they are right, and what `ms.verify` says of them.

From keys of every kind wrong answers are made and shown to differ by sympy and pint, and right ones shown to agree.
Nothing that decides it is markscheme's but the source of draws. `python -m bench.oracle --help`
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from dataclasses import dataclass
from itertools import repeat
from typing import Any, Literal, TypeAlias, TypeVar, cast

import markscheme as ms
from bench.oracle.keys import KEYS, Door, Key
from bench.oracle.rewrites import REWRITES, right_answer
from bench.oracle.store import kept
from bench.oracle.wrong import KINDS, wrong_answer
from bench.timing import Figure
from markscheme.draw import Draw
from markscheme.kinds import Kind
from markscheme.reading import Unreadable

T = TypeVar("T")
Side: TypeAlias = Literal["wrong", "right"]
SIDES: tuple[Side, ...] = ("wrong", "right")
STATUSES = ("right", "wrong", "by hand", "unreadable", "blank", "key not read")
COUNT = 100_000
_TRIES = 40


@dataclass(frozen=True, slots=True)
class Row:
    """A key, an answer made from it, how it was made, and the verdict."""

    side: Side
    key_kind: str
    door: Door
    key: str
    kind: str
    text: str
    status: str
    reason: str

    @property
    def is_false(self) -> bool:
        """Whether the verdict is right of a wrong answer, or wrong of a right one."""
        return self.status == ("right" if self.side == "wrong" else "wrong")


def answers(side: Side, key: Key, count: int) -> Iterator[tuple[Door, str, str]]:
    """Up to `count` different answers of a key, by kinds in turn; kinds that give no more are left out."""
    made: set[tuple[Door, str]] = set()
    kinds = list(Draw(f"oracle/{side}/{key.text}").shuffled(tuple(KINDS if side == "wrong" else REWRITES)))
    make = wrong_answer if side == "wrong" else right_answer
    turn = 0
    misses = Counter[str]()
    while kinds and len(made) < count:
        kind = kinds[turn % len(kinds)]
        rng = Draw(f"oracle/{side}/{key.kind}/{key.text}/{turn}")
        door = rng.choice(key.doors)
        text = make(key, kind, door, rng)
        turn += 1
        if text is None or (door, text) in made or (side == "wrong" and text == key.text):
            misses[kind] += 1
            if misses[kind] >= _TRIES:
                kinds.remove(kind)
            continue
        misses[kind] = 0
        made.add((door, text))
        yield door, kind, text


def verdict(key: object, kind: Kind[Any] | None, text: str) -> tuple[str, str]:
    """What markscheme says, and why; a key that it refuses is not read."""
    try:
        found = ms.verify(key, text, kind)
    except (Unreadable, TypeError) as error:
        return "key not read", str(error)
    return found.status, found.reason


def rows(count: int = COUNT, jobs: int = 1, sides: tuple[Side, ...] = SIDES) -> Iterator[Row]:
    """`count` rows a side, as far as the keys give so many; what some keys cannot give is made from the others."""
    with ProcessPoolExecutor(jobs) as pool:
        for side in sides:
            made = kept(f"{side}-{count}", lambda side=side: _leveled(list(_made(side, count, pool)), count))
            for number, row in enumerate(pool.map(_judged, repeat(side), made, chunksize=100), 1):
                yield row
                if number % 10_000 == 0:
                    print(f"{number:,} {side} answers judged", file=sys.stderr)


def _made(side: Side, count: int, pool: Executor) -> Iterator[list[list[Any]]]:
    """Answers of each key, up to twice its share: its number, and what `answers` gives."""
    share = -(-count // len(KEYS))
    for number, own in enumerate(pool.map(_of_key, repeat(side), range(len(KEYS)), repeat(2 * share)), 1):
        yield own
        if number % 40 == 0:
            print(f"{side} answers made from {number} of {len(KEYS)} keys", file=sys.stderr)


def _of_key(side: Side, number: int, count: int) -> list[list[Any]]:
    return [[number, *answer] for answer in answers(side, KEYS[number], count)]


def _judged(side: Side, made: list[Any]) -> Row:
    number, door, kind, text = cast("tuple[int, Door, str, str]", made)
    key = KEYS[number]
    status, reason = verdict(*key.asked(door), text)
    return Row(side, key.kind, door, key.text, kind, text, status, reason)


def _leveled(by_key: list[list[T]], count: int) -> list[T]:
    """The first of each key, as many of each as give `count` together."""
    low, high = 0, max(map(len, by_key), default=0)
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if sum([min(len(it), middle) for it in by_key]) >= count else (middle + 1, high)
    return [row for own in by_key for row in own[:low]][:count]


def figures(count: int = 4_000, jobs: int = 2) -> Iterator[Figure]:
    found = list(rows(count, jobs))
    wrong = [row for row in found if row.side == "wrong"]
    right = [row for row in found if row.side == "right"]
    missed = [row for row in right if row.status != "right"]
    false = sum([row.is_false for row in wrong])
    yield Figure("oracle: wrong answers marked right", false, "", 0, f"of {len(wrong):,}")
    share = 100 * (len(right) - len(missed)) / len(right)
    yield Figure("oracle: rewrites marked right", share, "%", least=99, note=f"of {len(right):,}")
    wrongly = 100 * sum([row.is_false for row in missed]) / max(1, len(missed))
    yield Figure("oracle: of the others, marked wrong", wrongly, "%", 10)
