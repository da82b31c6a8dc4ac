"""Marks as data, there and back: nothing of any verdict is lost.

    python -m bench.round_trip --items 10000

Each item of each problem is answered rightly, wrongly, unreadably, with another item's key or not at all, answer by
answer; what is marked goes through JSON and, in another process, through pickle, and has the form of
docs/schema/marked.json.
"""

from __future__ import annotations

import argparse
import json
import pickle
import sys
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

import markscheme as ms
from bench.timing import Figure, table
from markscheme.core.answer import Answer
from markscheme.core.item import Item
from markscheme.core.parallel import pool, run
from markscheme.core.verdict import Marked
from markscheme.draw import Draw
from markscheme.language import languages

AT_ONCE = 50


@cache
def validator() -> Draft202012Validator:
    schema = Path(__file__).parents[1] / "docs" / "schema" / "marked.json"
    return Draft202012Validator(json.loads(schema.read_text("utf-8")))


def said(answer: Answer[..., Any], item: Item, rng: Draw) -> str:
    """What some student may have written."""
    kind, key = answer.kind, item.values[answer.name]
    other = item.problem.pose(f"another {rng.below(5)}", **item.identity.knobs)
    return rng.choice((
        lambda: kind.right(key, rng), lambda: kind.write(key), lambda: kind.wrong(key, rng),
        lambda: kind.write(other.values[answer.name]), lambda: kind.malformed(rng), lambda: "",
    ))()  # fmt: skip


def lost(marked: Marked) -> str:
    """What is lost on the way there and back; empty where nothing is."""
    data = marked.as_json()
    page = json.dumps(data)
    back = Marked.from_json(json.loads(page))
    if errors := [error.message for error in validator().iter_errors(json.loads(page))]:  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
        return f"its form: {errors[0]}"
    if back.as_json() != data or pickle.loads(pickle.dumps(marked)).as_json() != data:
        return "its data"
    for name, verdict in marked.items():
        for what in ("status", "marks", "out_of", "message", "slips", "carried_from"):
            if getattr(back[name], what) != getattr(verdict, what):
                return f"{what} of {name}"
        for lang in languages():
            if back[name].message.sentence(lang) != verdict.message.sentence(lang):
                return f"the {lang} sentence of {name}"
    return ""


def tried(task: tuple[str, int, int]) -> tuple[list[str], dict[str, int]]:
    """The items of which something is lost, and how many verdicts there are of each status."""
    problem, first, last = ms.problem(task[0]), task[1], task[2]
    wrong: list[str] = []
    statuses = Counter[str]()
    for seed in range(first, last):
        item = problem.pose(f"round trip {seed}")
        rng = Draw(f"round trip: {item.id}")
        marked = item.mark({answer.name: said(answer, item, rng) for answer in item.layout.asked})
        statuses.update([verdict.status for verdict in marked.values()])
        if what := lost(marked):
            wrong.append(f"{item.id}: {what}")
    return wrong, dict(statuses)


def main() -> int:
    parser = argparse.ArgumentParser(description="Marked items as JSON, there and back.")
    parser.add_argument("--items", type=int, default=10_000)
    parser.add_argument("--jobs", type=int, default=2)
    asked = parser.parse_args()
    names = list(ms.problems())
    share = -(-asked.items // len(names))
    tasks = [(name, at, min(at + AT_ONCE, share)) for name in names for at in range(0, share, AT_ONCE)]
    statuses = Counter[str]()
    wrong: list[str] = []
    with pool(asked.jobs) as executor:
        for some, counted in run(tried, tasks, executor):
            wrong += some
            statuses.update(counted)
    print("\n".join(wrong[:20]))
    print(", ".join([f"{status}: {count}" for status, count in statuses.most_common()]))
    print(table([Figure("marked items, there and back", share * len(names), ""), Figure("lost", len(wrong), "", 0)]))
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
