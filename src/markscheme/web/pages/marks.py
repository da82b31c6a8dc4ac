"""What a student sees once marks are released: marks with reasons, solutions, and a way to ask for a second look."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, func, select
from starlette.responses import RedirectResponse, Response

from markscheme.core.marks import status_of, total, written
from markscheme.language import speaking
from markscheme.marking.gradebook import Mark
from markscheme.marking.kept import Kept, kept_from
from markscheme.paper.plan import load_once
from markscheme.web import marking, schema
from markscheme.web.call import Call, Refused
from markscheme.web.database import one
from markscheme.web.guard import may_see
from markscheme.web.pages.grading import asked
from markscheme.web.recording import record
from markscheme.web.routing import SITTER, page

MOST_REASON = 2000
MOST_REQUESTS = 20
"""Of one sitting."""


def _released(call: Call, what: str) -> Kept:
    """The marks that were released to the student who asks. Raises `Refused` before that."""
    with call.site.database.reading() as connection:
        now = one(connection, select(schema.sittings).where(schema.sittings.c.code == call.path["sitting"]))
        row = marking.released(connection, call.path["sitting"])
    if row is None or not may_see(what, now, call.me.code, call.role):
        raise Refused(409, "Marks are shown here when your teacher releases them.")
    return kept_from(row["data"])


def _paper(call: Call) -> str:
    with call.site.database.reading() as connection:
        return one(connection, select(schema.exams).where(schema.exams.c.code == call.row["exam"]))["paper"]


@page("/sit/{sitting}/marks", access=SITTER)
def marks(call: Call) -> Response:
    """All marks of a sitting, with reasons."""
    kept = _released(call, "marks")
    report = kept.report
    loaded = load_once(_paper(call))
    titles = {it.label: it.problem.title for it in loaded.slots}
    slots: dict[str, list[Mark]] = {}
    for mark, basis in zip(report.marks, kept.bases, strict=True):
        slots.setdefault(basis.slot or mark.question, []).append(mark)
    with speaking(loaded.entry.lang):
        sections = [
            {
                "label": label, "title": titles.get(label, ""), "rows": [_row(it) for it in rows],
                "earned": written(total([it.verdict.marks for it in rows])),
                "out_of": written(total([it.verdict.out_of for it in rows])), "has_solution": label in titles,
            }
            for label, rows in slots.items()
        ]  # fmt: skip
        remark = f"{report.remark}"
    with call.site.database.reading() as connection:
        requests = asked(connection, schema.requests.c.sitting == call.path["sitting"])
    return call.render(
        "sitting/marks.html", sitting=call.row, sections=sections, total=written(report.total),
        out_of=written(report.out_of), remark=remark, requests=requests,
        places=[(it.question, it.answer) for it in report.marks], most_reason=MOST_REASON,
    )  # fmt: skip


def _row(mark: Mark) -> dict[str, object]:
    verdict = mark.verdict
    return {
        "name": f"{mark.question} {mark.answer.replace('_', ' ')}", "text": mark.text, "marks": written(verdict.marks),
        "out_of": written(verdict.out_of), "reason": verdict.reason,
        "status": "marked by a person" if mark.decided else f"{status_of(verdict.status)}",
        "is_full": verdict.marks == verdict.out_of,
    }  # fmt: skip


@page("/sit/{sitting}/marks/{label}", access=SITTER)
def solution(call: Call) -> Response:
    """One problem: the question, the marks, the working with own numbers, and the solution."""
    _released(call, "marks")
    kept = _released(call, "key")
    label = call.path["label"]
    labels: Sequence[str] = list(dict.fromkeys([it.slot for it in kept.bases if it.slot]))
    if label not in labels:
        raise Refused(404, f"This exam has no question {label[:20]!r}.")
    html = call.site.do(marking.feedback, (_paper(call), "", kept, call.row["seed"], label))
    at = labels.index(label)
    return call.render(
        "sitting/solution.html", sitting=call.row, html=html, label=label,
        before=labels[at - 1] if at else "", after=labels[at + 1] if at + 1 < len(labels) else "",
    )  # fmt: skip


@page("/sit/{sitting}/second-look", access=SITTER, methods=("POST",))
def second_look(call: Call) -> Response:
    """Ask that an answer be looked at again, and say why."""
    kept = _released(call, "marks")
    question, _, answer = call.field("place").partition(" ")
    reason = call.field("reason").strip()
    if (question, answer) not in {(it.question, it.answer) for it in kept.report.marks}:
        raise Refused(400, "Choose one of your answers.")
    if not 0 < len(reason) <= MOST_REASON:
        raise Refused(400, f"Say why, in at most {MOST_REASON:,} characters.")
    table = schema.requests

    def change(connection: Connection) -> None:
        own = select(func.count()).select_from(table).where(table.c.sitting == call.path["sitting"])
        if connection.execute(own).scalar_one() >= MOST_REQUESTS:
            raise Refused(429, f"At most {MOST_REQUESTS} requests: talk to your teacher.")
        connection.execute(table.insert().values(
            sitting=call.path["sitting"], at=call.now, question=question, answer=answer, reason=reason
        ))  # fmt: skip
        record(connection, call.now, call.who, "ask for a second look", sitting=call.path["sitting"], question=question)

    call.site.database.write(change)
    return RedirectResponse(f"/sit/{call.path['sitting']}/marks#second-look", 303)
