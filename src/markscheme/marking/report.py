"""What a class's marks say to its teacher: how they spread, which answers are hard, which tell students apart.

Difficulty is the share of the marks that was earned. Discrimination is the correlation of an answer's marks with the
rest of the paper's. Reliability is Cronbach's alpha: "Coefficient alpha and the internal structure of tests",
Psychometrika 16 (1951).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from statistics import correlation, fmean, median, pvariance, stdev

from markscheme.marking.gradebook import Mark, Report
from markscheme.paper.plan import Paper
from markscheme.paper.web_page import page
from markscheme.pictures import histogram
from markscheme.pictures.svg import svg
from markscheme.text.document import html_table

PARTS = 12
MOST_LISTED = 100


@dataclass(frozen=True, slots=True)
class AnswerStatistics:
    """One answer of a paper, over a class."""

    question: str
    answer: str
    out_of: float
    difficulty: float
    """The share of its marks that was earned, from 0 to 1."""
    discrimination: float | None
    """Correlation with the rest of the paper; None where one of them never varies."""
    statuses: Counter[str]
    slips: Counter[str]
    wrong: Counter[str]
    """Wrong texts that several students wrote, and how many did."""


@dataclass(frozen=True, slots=True)
class Statistics:
    """A class's marks in numbers."""

    totals: tuple[float, ...]
    out_of: float
    alpha: float | None
    """Cronbach's alpha; None for fewer than two students or answers, or totals that never vary."""
    answers: tuple[AnswerStatistics, ...]


def statistics(reports: Sequence[Report]) -> Statistics:
    """The numbers of a class; whatever waits for a person counts as nothing yet."""
    earned = [[float(mark.verdict.marks) if report.counts else 0.0 for mark in report.marks] for report in reports]
    totals = [sum(row) for row in earned]
    columns = list(zip(*earned, strict=True))
    places = [(mark.question, mark.answer) for mark in reports[0].marks]
    answers = [
        _answer(place, [report.marks[i] for report in reports], columns[i], totals) for i, place in enumerate(places)
    ]
    return Statistics(tuple(totals), float(reports[0].out_of), _alpha(columns, totals), tuple(answers))


def _alpha(columns: Sequence[Sequence[float]], totals: Sequence[float]) -> float | None:
    count = len(columns)
    if count < 2 or len(totals) < 2 or (spread := pvariance(totals)) == 0:
        return None
    return count / (count - 1) * (1 - sum([pvariance(column) for column in columns]) / spread)


def _answer(
    place: tuple[str, str], marks: Sequence[Mark], earned: Sequence[float], totals: Sequence[float]
) -> AnswerStatistics:
    out_of = float(marks[0].verdict.out_of)
    wrong = Counter([" ".join(mark.text.split()) for mark in marks if mark.verdict.status in ("wrong", "slip")])
    return AnswerStatistics(
        *place,
        out_of=out_of,
        difficulty=fmean(earned) / out_of if out_of else 1.0,
        discrimination=_correlation(earned, [total - own for total, own in zip(totals, earned, strict=True)]),
        statuses=Counter([mark.verdict.status for mark in marks]),
        slips=Counter([slip for mark in marks for slip in mark.verdict.slips]),
        wrong=Counter({text: count for text, count in wrong.items() if text and count > 1}),
    )


def _correlation(one: Sequence[float], other: Sequence[float]) -> float | None:
    """Pearson's correlation; None where one side never varies."""
    return correlation(one, other) if pvariance(one) and pvariance(other) else None


def report_page(paper: Paper, reports: Sequence[Report]) -> str:
    """The report as a web page that needs nothing else."""
    found = statistics(reports)
    facts = [paper.entry.course, paper.entry.term, f"{len(reports)} student{'' if len(reports) == 1 else 's'}"]
    return page(paper.entry.title, facts, "Report", [_spread(found), _answers(found), _slips(found), _unread(reports)])


def _spread(found: Statistics) -> str:
    totals = found.totals
    counts = [0] * PARTS
    for total in totals:
        counts[min(PARTS - 1, int(PARTS * total / found.out_of)) if found.out_of else 0] += 1
    drawn = svg(histogram(counts, 0, found.out_of or 1, name="marks", counted="students"))
    rows = {
        "mean": f"{fmean(totals):.1f} of {found.out_of:g}", "median": f"{median(totals):g}",
        "standard deviation": f"{stdev(totals):.1f}" if len(totals) > 1 else "",
        "lowest to highest": f"{min(totals):g} to {max(totals):g}",
        "reliability (Cronbach's α)": "" if found.alpha is None else f"{found.alpha:.2f}",
    }  # fmt: skip
    return f"<h2>Marks</h2>\n<figure>{drawn}</figure>\n{_table((), [row for row in rows.items() if row[1]])}"


def _answers(found: Statistics) -> str:
    rows = [
        (it.question, it.answer, f"{it.out_of:g}", f"{100 * it.difficulty:.0f} %",
         "" if it.discrimination is None else f"{it.discrimination:.2f}",
         ", ".join([f"{count} {status}" for status, count in it.statuses.most_common()])) for it in found.answers
    ]  # fmt: skip
    heads = ("question", "answer", "marks", "earned", "with the rest", "statuses")
    words = "<p>“Earned” is the share of the marks that the class got; “with the rest” how an answer's marks go with "
    return f"<h2>Answers</h2>\n{words}the rest of the paper's, from −1 to 1.</p>\n{_table(heads, rows)}"


def _slips(found: Statistics) -> str:
    slips = [(it.question, it.answer, slip, str(n)) for it in found.answers for slip, n in it.slips.most_common()]
    wrong = [(it.question, it.answer, text, str(n)) for it in found.answers for text, n in it.wrong.most_common(5)]
    heads = ("question", "answer", "slip", "students")
    pieces = [
        "<h2>Slips</h2>",
        _table(heads, sorted(slips, key=lambda row: -int(row[-1]))) if slips else "<p>None.</p>",
    ]
    if wrong:
        pieces += ["<h2>The same wrong answer</h2>", _table((*heads[:2], "text", "students"), wrong)]
    return "\n".join(pieces)


def _unread(reports: Sequence[Report]) -> str:
    unread = [
        (report.student, mark.question, mark.answer, mark.text, mark.verdict.reason.partition("\n")[0])
        for report in reports for mark in report.marks if mark.is_unreadable
    ]  # fmt: skip
    waiting = sum([report.waiting for report in reports])
    said = f"<h2>For a person</h2>\n<p>{waiting} answers wait in by_hand.csv; {len(unread)} could not be read.</p>"
    if not unread:
        return said
    return f"{said}\n{_table(('student', 'question', 'answer', 'text', 'why'), unread[:MOST_LISTED])}"


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    return html_table(heads, [[escape(cell) for cell in row] for row in rows])
