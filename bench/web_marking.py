"""Marking on the server: `python -m bench.web_marking [--sittings 1000] [--reported 427]`.

A class has sat a practice midterm of twenty problems; every second answer is right. It is marked, marked again after a
change with its difference shown, and reported on. Writing the sittings is not counted.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from os import cpu_count
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Connection, select

from bench.timing import Figure, table
from markscheme.marking.decisions import decided
from markscheme.marking.submissions import questions_of
from markscheme.paper.manifest import numbers_of
from markscheme.paper.plan import load_once
from markscheme.web import clock, courses, desk, desks, marking, people, preparing, schema
from markscheme.web.database import Database, one
from markscheme.web.pages.grading import difference
from markscheme.web.site import Site
from markscheme.web.work import Work, each

PAPER = "eecs182-practice"


def copy_of(seed: str) -> tuple[str, list[tuple[str, str, str]]]:
    """The numbers of a copy, and answers to it of which every second one is right."""
    paper = load_once(PAPER).on_copy(seed)
    items = paper.items(seed)
    rows = [(question, names[0], "signed") for question, names in questions_of(paper).items() if "code" in names[0]]
    for space in paper.spaces:
        for number, answer in enumerate(space.answers):
            right = answer.kind.write(items[space.slot.label].values[answer.name])
            rows.append((space.label, answer.name, "[1, 2]" if number % 2 else right))
    return numbers_of(items), rows


def filled(site: Site, count: int, jobs: int) -> str:
    """A class that has handed in; the exam's code."""
    now = clock.now()

    def make(connection: Connection) -> str:
        teacher = people.operator(connection, now)
        course = courses.add_course(connection, "Bench", teacher.code, now)
        exam = courses.add_exam(connection, course, "Bench", PAPER, 60, now)
        for i in range(count):
            courses.add_student(connection, course, f"s{i}", f"Student {i}", "", now)
        preparing.enroll(connection, exam, now)
        return exam

    exam = site.database.write(make)
    with site.database.reading() as connection:
        seeds = {it.code: it.seed for it in connection.execute(select(schema.sittings.c.code, schema.sittings.c.seed))}
    for it in each(copy_of, seeds, jobs):
        assert it.result is not None, it.why_not
        numbers, rows = it.result
        code = it.name

        def keep(connection: Connection, code: str = code, numbers: str = numbers, rows: object = rows) -> None:
            row = schema.sittings
            state = {"numbers": numbers, "state": "handed in"}
            connection.execute(row.update().where(row.c.code == code).values(state))
            connection.execute(schema.saves.insert(), [
                {"sitting": code, "at": now, "client": "a", "sequence": i, "base": 0, "revision": i,
                 "verdict": "saved", "question": question, "answer": answer, "text": text}
                for i, (question, answer, text) in enumerate(rows, start=1)  # type: ignore[call-overload]
            ])  # fmt: skip

        site.database.write(keep)
    return exam


def ended(work: Work) -> None:
    while not work.has_ended:
        time.sleep(0.05)
    assert not work.failed, work.failed


def figures(arguments: Sequence[str] = ()) -> list[Figure]:
    """Each in seconds."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sittings", type=int, default=1000)
    parser.add_argument("--reported", type=int, default=427)
    options = parser.parse_args(arguments)
    jobs = cpu_count() or 1
    with TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'web.sqlite'}")
        database.upgrade()
        site = Site(database, Path(folder), jobs=jobs)
        exam = filled(site, options.sittings, jobs)
        start = time.perf_counter()
        ended(marking.mark(site, exam))
        marked = time.perf_counter() - start
        with database.reading() as connection:
            row = one(connection, select(schema.exams).where(schema.exams.c.code == exam))
        board = desk.board(desks.SittingsDesk(site, row))
        before = board.reports()
        start = time.perf_counter()
        ended(marking.regrade(site, exam, ""))
        with database.reading() as connection:
            found, _ = marking.proposed(connection, exam)
        assert not difference(before, decided([it.report for it in found.values()], board.held[0])).totals
        again = time.perf_counter() - start
        site.do(len, "x")  # the server's workers are there when a page is asked for
        some = [replace(it) for it in before[: options.reported]]
        start = time.perf_counter()
        site.do(marking.class_report, (*board.desk.source, some))
        reported = time.perf_counter() - start
        site.close()
    what = f"{len(before)} sittings of {len(before[0].marks)} answers"
    return [
        Figure(f"marked: {what}", marked, "s"),
        Figure(f"marked again with the difference: {what}", again, "s", limit=20),
        Figure(f"report on {len(some)} sittings", reported, "s", limit=5),
    ]


if __name__ == "__main__":
    print(table(figures(sys.argv[1:])))
