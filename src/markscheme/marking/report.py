"""What a class's marks say to its teacher: how they spread, which answers are hard, which tell students apart.

Difficulty is the share of the marks that was earned. Discrimination is the correlation of an answer's marks with the
rest of the paper's. Reliability is Cronbach's alpha: "Coefficient alpha and the internal structure of tests",
Psychometrika 16 (1951).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from html import escape
from math import floor
from statistics import correlation, fmean, median, pvariance, stdev
from typing import Any

from markscheme.core.marks import Status, status_of
from markscheme.kinds import Kind
from markscheme.language import NOTHING, Message, say, speaking
from markscheme.marking.gradebook import Report
from markscheme.marking.groups import Group, same_wrong, waiting
from markscheme.marking.roll import copy_seed
from markscheme.marking.submissions import places_of
from markscheme.paper.plan import Paper, Slot
from markscheme.paper.web_page import page
from markscheme.pictures import Tally, answer_graph, histogram, scatter
from markscheme.pictures.svg import svg
from markscheme.text.document import html_table

PARTS = 12
MOST_LISTED = 100
LEAST_DISCRIMINATION = 0.1
MOST_NAMED = 12
LONGEST_SHOWN = 60


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
    statuses: Counter[Status]
    slips: Counter[str]
    shared: tuple[Group, ...]
    """Wrong values that several students gave, the commonest first."""


@dataclass(frozen=True, slots=True)
class Statistics:
    """A class's marks in numbers."""

    totals: tuple[float, ...]
    out_of: float
    alpha: float | None
    """Cronbach's alpha; None for fewer than two students or answers, or totals that never vary."""
    answers: tuple[AnswerStatistics, ...]


def statistics(paper: Paper, reports: Sequence[Report]) -> Statistics:
    """The numbers of a class; whatever waits for a person counts as nothing yet."""
    earned = [
        {(mark.question, mark.answer): float(mark.verdict.marks) if report.counts else 0.0 for mark in report.marks}
        for report in reports
    ]
    totals = [float(report.total) for report in reports]
    places = list(dict.fromkeys([place for row in earned for place in row]))
    places.sort(key={place: i for i, place in enumerate(places_of(paper))}.__getitem__)
    answers = [_answer(place, reports, earned, totals, paper.kinds.get(place)) for place in places]
    common = [place for place in places if all([place in row for row in earned])]
    alpha = _alpha([[row[place] for row in earned] for place in common], totals) if len(common) == len(places) else None
    return Statistics(tuple(totals), max([float(report.out_of) for report in reports]), alpha, tuple(answers))


def _alpha(columns: Sequence[Sequence[float]], totals: Sequence[float]) -> float | None:
    count = len(columns)
    if count < 2 or len(totals) < 2 or (spread := pvariance(totals)) == 0:
        return None
    return count / (count - 1) * (1 - sum([pvariance(column) for column in columns]) / spread)


def _answer(
    place: tuple[str, str],
    reports: Sequence[Report],
    rows: Sequence[Mapping[tuple[str, str], float]],
    totals: Sequence[float],
    kind: Kind[Any] | None,
) -> AnswerStatistics:
    """One answer over the students whose copies ask it."""
    marks = [mark for report in reports for mark in report.marks if (mark.question, mark.answer) == place]
    earned = [row[place] for row in rows if place in row]
    rest = [total - row[place] for row, total in zip(rows, totals, strict=True) if place in row]
    out_of = float(marks[0].verdict.out_of)
    return AnswerStatistics(
        *place,
        out_of=out_of,
        difficulty=fmean(earned) / out_of if out_of else 1.0,
        discrimination=_correlation(earned, rest),
        statuses=Counter([mark.verdict.status for mark in marks]),
        slips=Counter([slip for mark in marks for slip in mark.verdict.slips]),
        shared=same_wrong(marks, kind),
    )


def _correlation(one: Sequence[float], other: Sequence[float]) -> float | None:
    """Pearson's correlation; None where one side never varies."""
    return correlation(one, other) if len(one) > 1 and pvariance(one) and pvariance(other) else None


def report_page(paper: Paper, reports: Sequence[Report], absent: Sequence[str] = ()) -> str:
    """The report as a web page that needs nothing else."""
    with speaking(paper.entry.lang):
        return _page(paper, reports, absent)


def _page(paper: Paper, reports: Sequence[Report], absent: Sequence[str]) -> str:
    facts = [paper.entry.course, paper.entry.term, f"{say('report-students', count=len(reports))}"]
    return page(paper.entry.title, facts, f"{say('report')}", report_sections(paper, reports, absent))


def report_sections(paper: Paper, reports: Sequence[Report], absent: Sequence[str] = ()) -> list[str]:
    """The report without a page around it: HTML, a section each, in the language that is spoken."""
    found = statistics(paper, reports)
    return [
        _spread(found),
        _answers(found),
        *_lost(paper, reports),
        _slips(found, paper, reports),
        _unread(reports),
        *_alike(paper, reports),
        *_absent(absent),
    ]


def _spread(found: Statistics) -> str:
    totals = found.totals
    counts = [0] * PARTS
    for total in totals:
        counts[min(PARTS - 1, int(PARTS * total / found.out_of)) if found.out_of else 0] += 1
    drawn = svg(
        histogram(counts, 0, found.out_of or 1, name=f"{say('column-marks')}", counted=f"{say('report-counted')}")
    )
    rows = {
        "mean": say("marks-of", marks=_rounded(fmean(totals), 1), most=_shortest(found.out_of)),
        "median": _shortest(median(totals)),
        "deviation": _rounded(stdev(totals), 1) if len(totals) > 1 else NOTHING,
        "range": say("report-from-to", low=_shortest(min(totals)), high=_shortest(max(totals))),
        "alpha": NOTHING if found.alpha is None else _rounded(found.alpha, 2),
    }  # fmt: skip
    said = [(f"{say(f'spread-{name}')}", f"{value}") for name, value in rows.items() if value]
    return f"<h2>{say('report-marks')}</h2>\n<figure>{drawn}</figure>\n{_table((), said)}"


def _rounded(number: float, places: int) -> Message:
    """A number with one or two decimals."""
    return say(f"decimals-{places}", number=Fraction(f"{number:.{places}f}"))


def _shortest(number: float) -> Message:
    """A number with as many decimals as it needs."""
    return say("number", number=Fraction(f"{number:g}"))


def _answers(found: Statistics) -> str:
    rows = [
        (it.question, it.answer, f"{_shortest(it.out_of)}", f"{100 * it.difficulty:.0f} %",
         "" if it.discrimination is None else f"{_rounded(it.discrimination, 2)}",
         ", ".join([f"{count} {status_of(status)}" for status, count in it.statuses.most_common()]))
        for it in found.answers
    ]  # fmt: skip
    heads = _heads("question", "answer", "marks", "earned", "with-the-rest", "statuses")
    words = f"<p>{say('report-answers-about')}</p>"
    return f"<h2>{say('report-answers')}</h2>\n{words}\n{_plotted(found)}\n{_table(heads, rows)}"


def _heads(*names: str) -> list[str]:
    return [f"{say(f'column-{name}')}" for name in names]


def _plotted(found: Statistics) -> str:
    points = [
        (100 * it.difficulty, up, f"{it.question} {it.answer}" if up < LEAST_DISCRIMINATION else "")
        for it in found.answers if (up := it.discrimination) is not None
    ]  # fmt: skip
    if not points:
        return ""
    lowest = min([0.0, *[floor(10 * up) / 10 for _, up, _ in points]])
    across, up = (0, 100, f"{say('report-earned')}"), (lowest, 1, f"{say('column-with-the-rest')}")
    return f"<figure>{svg(scatter(points, across, up))}</figure>"


def _lost(paper: Paper, reports: Sequence[Report]) -> Iterator[str]:
    """Of each problem whose answers build on one another, their graph, with how the class did at each."""
    graphs = [(slot, tallies(paper, slot, reports)) for slot in paper.slots]
    drawn = "\n".join([
        f"<h3>{escape(f'{slot.label}. {slot.problem.title}')}</h3>\n<figure>{svg(answer_graph(answers))}</figure>"
        for slot, answers in graphs if any([answer.carried for answer in answers])
    ])  # fmt: skip
    if drawn:
        yield f"<h2>{say('report-lost')}</h2>\n<p>{say('report-lost-about')}</p>\n{drawn}"


def tallies(paper: Paper, slot: Slot, reports: Sequence[Report]) -> list[Tally]:
    """The class at each answer of a problem; of what flows into it through another answer, only that one."""
    places = {answer.name: space.label for space in paper.spaces if space.slot is slot for answer in space.answers}
    statuses = [
        there for report in reports
        if (there := {it.answer: it.verdict.status for it in report.marks if places.get(it.answer) == it.question})
    ]  # fmt: skip
    before = {it.name: [name for name in it.ancestors if name in places] for it in slot.layout.asked}

    def carried(start: str, end: str) -> int:
        return sum([it[start] in ("wrong", "slip") and it[end] == "follow-through" for it in statuses])

    return [
        Tally(name, Counter([it[name] for it in statuses]), {
            parent: carried(parent, name)
            for parent in parents if not any([parent in before[other] for other in parents])
        })
        for name, parents in before.items()
    ]  # fmt: skip


def _slips(found: Statistics, paper: Paper, reports: Sequence[Report]) -> str:
    slips = [(it.question, it.answer, slip, str(n)) for it in found.answers for slip, n in it.slips.items()]
    shared = sorted([row for row in slips if row[-1] != "1"], key=lambda row: -int(row[-1]))
    wrong = [
        (it.question, it.answer, _brief(group.text), str(len(group.students)), _some(group.students))
        for it in found.answers for group in it.shared[:5]
    ]  # fmt: skip
    heads = _heads("question", "answer", "slip", "students")
    alone = f"<p>{say('report-slips-alone', count=len(slips) - len(shared))}</p>"
    pieces = [f"<h2>{say('report-slips')}</h2>", *([_table(heads, shared)] if shared else []), alone]
    if wrong:
        pieces.append(f"<h2>{say('report-same-wrong')}</h2>")
        if paper.is_seeded and len({copy_seed(report.seed, report.student) for report in reports}) > 1:
            pieces.append(f"<p>{say('report-own-numbers')}</p>")
        pieces += [_table(_heads("question", "answer", "as-most", "students", "who"), wrong)]
    return "\n".join(pieces)


def _brief(text: str) -> str:
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"


def _some(students: Sequence[str]) -> str:
    named = ", ".join(students[:MOST_NAMED])
    more = len(students) - MOST_NAMED
    return f"{say('report-and-more', named=named, count=more)}" if more > 0 else named


def _unread(reports: Sequence[Report]) -> str:
    unread = [
        (report.student, mark.question, mark.answer, _brief(mark.text), mark.verdict.reason.partition("\n")[0])
        for report in reports for mark in report.marks if mark.is_unreadable
    ]  # fmt: skip
    left = sum([report.waiting for report in reports])
    about = say("report-waiting", waiting=left + len(unread), unread=len(unread))
    said = f"<h2>{say('report-for-a-person')}</h2>\n<p>{about}</p>"
    if not unread:
        return said
    return f"{said}\n{_table(_heads('student', 'question', 'answer', 'text', 'why'), unread[:MOST_LISTED])}"


def _alike(paper: Paper, reports: Sequence[Report]) -> Iterator[str]:
    """Answers that wait for a person and mean the same."""
    rows = [
        (it.question, it.answer, _brief(it.text), str(len(it.students)), _some(it.students))
        for it in waiting(paper, reports)
        if len(it.students) > 1 and it.text
    ]
    if rows:
        heads = _heads("question", "answer", "as-most", "students", "who")
        yield f"<h3>{say('report-alike')}</h3>\n{_table(heads, rows[:MOST_LISTED])}"


def _absent(absent: Sequence[str]) -> Iterator[str]:
    """Who handed nothing in: they count nowhere above."""
    if absent:
        yield f"<h2>{say('report-absent')}</h2>\n<p>{len(absent)}: {escape(', '.join(absent))}.</p>"


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    return html_table(heads, [[escape(cell) for cell in row] for row in rows])
