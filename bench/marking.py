"""A class of 1,000 with whole papers marked on one core, and what a feedback sheet costs.

Answers are right, a slip, wrong, unreadable or blank; whoever goes on from an own wrong answer mostly does so rightly.
Programs are left out: `bench/programs.py` has them. Times are the processor's, whatever else runs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from time import process_time
from typing import Any

from bench.timing import Figure
from markscheme.core.item import Item
from markscheme.draw import Draw
from markscheme.kinds import Code
from markscheme.marking.feedback import Form, feedback_sheet
from markscheme.marking.gradebook import Report, mark_class
from markscheme.marking.submissions import Submission
from markscheme.paper.plan import Paper, load_paper

CLASS = 1000
SHEETS = 60


def answers_of(item: Item, rng: Draw) -> dict[str, str]:
    """What a student answers: mostly right, and rightly on from what was wrong; what is left blank is missing."""
    texts: dict[str, str] = {}
    own: dict[str, Any] = dict(item.values)
    for answer in item.problem.answers.values():
        if any([own[name] != item.values[name] for name in answer.sources]) and rng.chance(4, 5):
            own[answer.name] = _or_key(lambda it=answer: it.wired(own), item, answer.name)
        if answer.role != "asked" or isinstance(answer.kind, Code):
            continue
        kind, turn = answer.kind, rng.below(100)
        if turn < 70 and own[answer.name] == item.values[answer.name]:
            texts[answer.name] = kind.right(own[answer.name], rng)
        elif turn < 80:
            if turn >= 70 and answer.slips:
                own[answer.name] = _or_key(lambda it=answer: rng.choice(it.slips).wired(own), item, answer.name)
            texts[answer.name] = kind.write(own[answer.name])
        elif turn < 92:
            texts[answer.name] = kind.wrong(item.values[answer.name], rng)
            own[answer.name] = kind.read(texts[answer.name])
        elif turn < 95:
            texts[answer.name] = kind.malformed(rng)[:1000]
    return texts


def _or_key(work: Callable[[], Any], item: Item, name: str) -> Any:
    """What comes of going on from wrong values; the key where nothing that can be written does."""
    try:
        value = work()
        is_read = bool(item.problem.answers[name].kind.write(value).strip())
    except Exception:  # noqa: BLE001 (at wrong values anything may fail)
        return item.values[name]
    return value if is_read else item.values[name]


def class_of(paper: Paper, count: int) -> Iterator[Submission]:
    """A class's submissions, each to a copy of its own."""
    for number in range(count):
        student, seed = f"s{number:04}", "class"
        rng = Draw(f"{paper.name} {student}")
        answers = {(str(question.number), question.answer_name): "signed" for question in paper.section_0}
        for slot in paper.slots:
            texts = answers_of(slot.item(f"{seed}/{student}"), rng)
            for space in paper.spaces:
                if space.slot is slot:
                    answers |= {(space.label, it.name): texts[it.name] for it in space.answers if it.name in texts}
        yield Submission(student, seed, answers)


def figures() -> Iterator[Figure]:
    for name in ("eecs182-practice", "eecs182-sp23"):
        paper = load_paper(name)
        submissions = list(class_of(paper, CLASS))
        start = process_time()
        reports = list(mark_class(paper, submissions))
        taken = process_time() - start
        statuses = Counter([mark.verdict.status for report in reports for mark in report.marks])
        note = ", ".join([f"{count} {status}" for status, count in statuses.most_common()])
        yield Figure(f"{CLASS:,} students × {name}, marked", taken, "s", 20, note)
        pairs = list(zip(reports, submissions, strict=True))
        yield Figure(f"a feedback sheet of {name} as HTML", _each(paper, pairs, "html"), "ms", 150)
        yield Figure(f"a feedback sheet of {name} as PDF", _each(paper, pairs, "pdf"), "ms", 100)


def _each(paper: Paper, pairs: list[tuple[Report, Submission]], form: Form) -> float:
    """Milliseconds for one of many sheets, after the first one."""
    first, *others = pairs[: SHEETS + 1]
    feedback_sheet(paper, *first, form)
    start = process_time()
    for pair in others:
        feedback_sheet(paper, *pair, form)
    return 1e3 * (process_time() - start) / SHEETS
