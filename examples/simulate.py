"""A class of 20 that sits a paper: each student has a skill, makes the slips that the problems name, and leaves blanks.

    python examples/simulate.py examples/mit5111-fa08.toml out

prints the paper, fills in its answers.csv, and marks it: out/marks/report.html shows the class.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import markscheme as ms
from markscheme.cli.main import app
from markscheme.paper.plan import Paper, load_paper

STUDENTS = 20


def answers_of(paper: Paper, seed: str, student: str) -> Iterator[tuple[str, str, str]]:
    """What one student writes: question, answer and text."""
    rng = ms.Draw(f"{student} sits {paper.short_name}")
    skill = rng.int(4, 9)  # of ten answers so many are right
    copy = paper.on_copy(seed)
    items = copy.items(seed)
    for space in copy.spaces:
        item = items[space.slot.label]
        for answer in space.answers:
            key = item.values[answer.name]
            if rng.int(1, 10) <= skill:
                text = answer.kind.right(key, rng)
            elif rng.chance(1, 5):
                text = ""
            else:
                text = _wrong(item, answer, key, rng)
            yield space.label, answer.name, text


def _wrong(item: ms.Item, answer: Any, key: Any, rng: ms.Draw) -> str:
    """A named slip, or, where none is at hand, what the kind makes up."""
    said: list[str] = []
    for slip in answer.slips:
        if slip.decides:
            continue
        try:
            value = slip.wired(item.values)
            said += [] if value is None else [answer.kind.write(answer.kind.accept(value))]
        except (ArithmeticError, ValueError, LookupError, TypeError):
            continue
    if said and rng.chance(3, 4):
        return rng.choice(said)
    try:
        return answer.kind.wrong(key, rng)
    except TypeError:  # of prose a person says what is wrong
        return "I do not know why."


def main(page: str, out: Path, seed: str = "sim") -> None:
    """Print the paper for a roster, fill in what the students write, and mark it."""
    students = [f"s{number:03}" for number in range(1, STUDENTS + 1)]
    out.mkdir(parents=True, exist_ok=True)
    roster = out / "roster.csv"
    roster.write_text("student\n" + "".join([f"{it}\n" for it in students]), "utf-8")
    _run("paper", page, "--seed", seed, "--roster", roster, "--out", out / "papers")
    paper = load_paper(page)
    with (out / "papers" / "answers.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    written = {
        (student, question, answer): text
        for student in students
        for question, answer, text in answers_of(paper, f"{seed}/{student}", student)
    }
    for row in rows:
        row["text"] = written[row["student"], row["question"], row["answer"]]
    with (out / "answers.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    _run("mark", page, out / "answers.csv", "--roster", roster, "--feedback", "--out", out / "marks")


def _run(*words: str | Path) -> None:
    app([str(word) for word in words], standalone_mode=False)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
