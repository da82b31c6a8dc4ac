"""A class: 1,000 students' papers marked with their feedback, on one core.

Submissions are made up as students make them: right in any notation, carried on from an error, wrong, garbled, blank.
Answers that are programs are left out: `bench/programs.py` measures those.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import islice
from statistics import median
from time import perf_counter

from bench.timing import Figure
from markscheme.core.item import Item
from markscheme.draw import Draw
from markscheme.kinds import Code, Rubric
from markscheme.marking.feedback import html, pdf
from markscheme.marking.gradebook import Report, mark_paper, marks_csv
from markscheme.marking.report import statistics
from markscheme.marking.submissions import Submission
from markscheme.paper.plan import Paper, load_paper

STUDENTS = 1_000
SHEETS = 40


def submission(paper: Paper, student: str) -> Submission:
    """What a student of a class hands in: seven in ten answers right."""
    rng = Draw(student)
    made = Submission(student, "bench", {(str(it.number), it.answer_name): "signed" for it in paper.section_0})
    for slot in paper.slots:
        item = slot.item(made.copy_seed)
        spaces = {answer.name: space.label for space in paper.spaces if space.slot is slot for answer in space.answers}
        for name, label in spaces.items():
            made.answers[label, name] = _text(item, name, rng)
    return made


def _text(item: Item, name: str, rng: Draw) -> str:
    kind, key = item.problem.answers[name].kind, item.values[name]
    if isinstance(kind, Code):
        return ""
    if isinstance(kind, Rubric):
        return "because the padding is one on each side"
    match rng.below(20):
        case 0:
            return ""
        case 1:
            return kind.malformed(rng)
        case 2 | 3 | 4 | 5:
            return kind.wrong(key, rng)
        case _:
            return kind.right(key, rng)


def figures(students: int = STUDENTS) -> Iterator[Figure]:
    paper = load_paper("eecs182-practice")
    submissions = [submission(paper, f"s{number:04}") for number in range(students)]
    start = perf_counter()
    reports: list[Report] = [mark_paper(paper, handed_in) for handed_in in submissions]
    marks_csv(reports)
    statistics(paper, reports)
    seconds = perf_counter() - start
    statuses = Counter([mark.verdict.status for report in reports for mark in report.marks])
    said = ", ".join([f"{count:,} {status}" for status, count in statuses.most_common()])
    yield Figure(f"{students:,} papers marked: verdicts, reasons, statistics", seconds, "s", limit=20, note=said)
    for name, make, limit in (("PDF", pdf, 100.0), ("HTML", html, None)):
        make(paper, reports[-1], submissions[-1])
        times: list[float] = []
        for report, handed_in in islice(zip(reports, submissions, strict=True), SHEETS):
            start = perf_counter()
            make(paper, report, handed_in)
            times.append(1e3 * (perf_counter() - start))
        yield Figure(f"a feedback sheet in {name}, median of {len(times)}", median(times), "ms", limit=limit)


if __name__ == "__main__":
    import sys

    from bench.timing import table

    print(table(figures(int(sys.argv[1]) if len(sys.argv) > 1 else STUDENTS)))
