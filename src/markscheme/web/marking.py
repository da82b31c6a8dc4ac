"""What becomes of sittings that are over: marked by workers, marked again when a key has changed, released.

A report is what the machine gave, with all that it rests on; each time that a sitting is marked there is a new one.
What is released is a report too, with what people decided: a student sees that one until it is revised.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, delete, func, select, update

from markscheme.core.errors import MarkschemeError
from markscheme.language import speaking
from markscheme.marking.feedback import section_html
from markscheme.marking.gradebook import Report
from markscheme.marking.kept import Kept, Task, kept_from, marked, with_values
from markscheme.marking.report import report_sections
from markscheme.marking.submissions import Submission
from markscheme.paper.manifest import digests
from markscheme.paper.plan import load_once
from markscheme.web import saving, schema, sittings, work
from markscheme.web.call import Refused
from markscheme.web.database import Row, first, one, rows
from markscheme.web.guard import may_see
from markscheme.web.recording import record
from markscheme.web.room import end_times
from markscheme.web.work import Done, Work

if TYPE_CHECKING:
    from markscheme.web.site import Site

MARKED = ("marked", "released", "revised")
AT_ONCE = 25
"""Reports in one change of the database: whoever saves meanwhile does not wait long."""


def unmarked(connection: Connection, exam: str) -> list[str]:
    """The sittings that are over and have no marks yet."""
    table = schema.sittings
    query = select(table.c.code).where(table.c.exam == exam, table.c.state.in_(("handed in", "time up")))
    return list(connection.execute(query.order_by(table.c.code)).scalars())


def _tasks(connection: Connection, exam: str, states: Sequence[str]) -> dict[str, Task]:
    """The sittings in some states as what a worker marks, by codes and without names."""
    paper = connection.execute(select(schema.exams.c.paper).where(schema.exams.c.code == exam)).scalar_one()
    table = schema.sittings
    query = select(table).where(table.c.exam == exam, table.c.state.in_(states)).order_by(table.c.code)
    found: dict[str, Task] = {}
    written = saving.texts_of_all(connection, exam)
    for row in rows(connection, query):
        texts = {at: it.text for at, it in written.get(row["code"], {}).items()}
        submission = Submission(row["code"], row["code"], texts, drawn=row["seed"], numbers=row["numbers"])
        found[row["code"]] = (paper, "", submission)
    return found


def mark(site: Site, exam: str) -> Work:
    """Mark what has been handed in, in the background."""
    site.database.write(lambda connection: end_times(connection, exam, site.clock()))
    with site.database.reading() as connection:
        tasks = _tasks(connection, exam, ("handed in", "time up"))

    def keep(code: str, kept: Kept) -> None:
        def change(connection: Connection) -> None:
            sitting = sittings.find(connection, code, site.clock())
            sittings.do(connection, sitting, "mark", site.clock(), "", versions=list(kept.versions))
            add_report(connection, kept, site.clock())

        site.database.write(change)

    plan = Work("marking", len(tasks))
    return work.start(site.works, exam, plan, lambda: work.each(marked, tasks, site.jobs), keep)


def add_report(connection: Connection, kept: Kept, now: int, *, is_released: bool = False) -> None:
    """A new report of a sitting."""
    connection.execute(schema.reports.insert().values(
        sitting=kept.report.seed, at=now, data=kept.as_text(in_words=is_released), versions=" ".join(kept.versions),
        is_released=is_released,
    ))  # fmt: skip


def latest(connection: Connection, exam: str, *, is_released: bool = False) -> dict[str, int]:
    """The last report of each sitting that markers may see: its id, by code."""
    table, sitting = schema.reports, schema.sittings
    query = (
        select(sitting, func.max(table.c.id).label("report"))
        .join(table, table.c.sitting == sitting.c.code)
        .where(sitting.c.exam == exam, table.c.is_released == is_released)
        .group_by(sitting.c.code)
        .order_by(sitting.c.code)
    )
    found = rows(connection, query)
    return {it["code"]: it["report"] for it in found if may_see("marks", it, "", "marker")}


def texts(connection: Connection, reports: Sequence[int]) -> dict[int, str]:
    """Reports as they are kept, by id."""
    table = schema.reports
    found: dict[int, str] = {}
    for start in range(0, len(reports), 500):
        query = select(table.c.id, table.c.data).where(table.c.id.in_(reports[start : start + 500]))
        found |= {it.id: it.data for it in connection.execute(query)}
    return found


def class_report(task: tuple[str, str, Sequence[Report]]) -> list[str]:
    """The teacher's report of a class as HTML, in whatever process, from a paper's name, its manifest, and marks."""
    name, printed, reports = task
    paper = load_once(name, printed=printed)
    with speaking(paper.entry.lang):
        return report_sections(paper, [with_values(it, paper.kinds) for it in reports])


def feedback(task: tuple[str, str, Kept, str, str]) -> str:
    """What a feedback sheet says of one problem as HTML, in whatever process: paper, manifest, marks, seed, label.

    Raises `MarkschemeError` where the copy's numbers are others now than those that were marked.
    """
    name, printed, kept, seed, label = task
    paper = load_once(name, printed=printed).on_copy(seed)
    now = digests(paper.items(seed))
    if any([basis.slot == label and basis.numbers != now.get(label) for basis in kept.bases]):
        raise MarkschemeError("this problem has changed since the exam, and its solution cannot be shown")
    answers = {(it.question, it.answer): it.text for it in kept.report.marks}
    submission = Submission(kept.report.student, kept.report.seed, answers, drawn=seed)
    return section_html(paper, kept.report, submission, label)


# Marked again


def regrade(site: Site, exam: str, who: str) -> Work:
    """Mark all again with papers, problems and package as they are now, and keep that apart: `proposed`."""
    with site.database.reading() as connection:
        tasks = _tasks(connection, exam, MARKED)
    table = schema.proposals

    def begin(connection: Connection) -> None:
        connection.execute(delete(table).where(table.c.sitting.in_(_codes(exam))))
        record(connection, site.clock(), who, "mark again", exam=exam, sittings=len(tasks))

    def keep(code: str, kept: Kept) -> None:
        row = {"sitting": code, "at": site.clock(), "data": kept.as_text()}
        site.database.write(lambda connection: connection.execute(table.insert().values(row)))

    def done() -> Iterator[Done[Kept]]:
        site.database.write(begin)
        yield from work.each(marked, tasks, site.jobs)

    return work.start(site.works, exam, Work("marking again", len(tasks)), done, keep)


def _codes(exam: str) -> Any:
    return select(schema.sittings.c.code).where(schema.sittings.c.exam == exam)


def proposed(connection: Connection, exam: str) -> tuple[dict[str, Kept], str]:
    """What marking again would give, by code, and a stamp of it."""
    table = schema.proposals
    found = rows(connection, select(table).where(table.c.sitting.in_(_codes(exam))).order_by(table.c.sitting))
    stamp = sha256(repr([(it["id"], it["at"], it["sitting"]) for it in found]).encode()).hexdigest()[:24]
    return {it["sitting"]: kept_from(it["data"]) for it in found}, stamp if found else ""


def apply(site: Site, exam: str, who: str, stamp: str) -> int:
    """Let what was proposed be the marks. Raises `Refused` where it is not what was shown."""
    table = schema.proposals
    with site.database.reading() as connection:
        found, now = proposed(connection, exam)
    if not found or stamp != now:
        raise Refused(409, "This is not what was shown: look at the difference again.")
    codes = list(found)
    for start in range(0, len(codes), AT_ONCE):
        some = codes[start : start + AT_ONCE]

        def change(connection: Connection, some: Sequence[str] = some) -> None:
            for code in some:
                row = one(connection, select(schema.sittings).where(schema.sittings.c.code == code))
                if row["state"] in MARKED:
                    add_report(connection, found[code], site.clock())
                    sittings.log(connection, code, site.clock(), who, "marked again", {})
            connection.execute(delete(table).where(table.c.sitting.in_(some)))

        site.database.write(change)
    site.database.write(
        lambda connection: record(connection, site.clock(), who, "apply new marks", exam=exam, sittings=len(codes))
    )
    return len(codes)


# Released


def to_release(connection: Connection, exam: str, standing: Mapping[str, Kept]) -> dict[str, Kept]:
    """What students would see anew: marks that were not released yet, or are others than those that were."""
    shown = latest(connection, exam, is_released=True)
    before = texts(connection, list(shown.values()))
    return {
        code: it for code, it in standing.items()
        if code not in shown or _seen(kept_from(before[shown[code]]).report) != _seen(it.report)
    }  # fmt: skip


def _seen(report: Report) -> object:
    """What a student sees of a report."""
    marks = [(it.question, it.answer, it.verdict.marks, it.verdict.status, it.verdict.message) for it in report.marks]
    return marks, report.total, report.remark


def release(site: Site, exam: str, fresh: Mapping[str, Kept], who: str) -> Work:
    """Let students see marks, in the background: those of `to_release`."""

    def begin(connection: Connection) -> None:
        here = (schema.exams.c.code == exam) & schema.exams.c.released_at.is_(None)
        connection.execute(update(schema.exams).where(here).values(released_at=site.clock()))
        record(connection, site.clock(), who, "release", exam=exam, sittings=len(fresh))

    def keep(code: str, kept: Kept) -> None:
        def change(connection: Connection) -> None:
            sitting = sittings.find(connection, code, site.clock())
            act: sittings.Act = "release" if sitting.state == "marked" else "revise"
            sittings.do(connection, sitting, act, site.clock(), who)
            add_report(connection, kept, site.clock(), is_released=True)

        site.database.write(change)

    def done() -> Iterator[Done[Kept]]:
        site.database.write(begin)
        for code, it in fresh.items():
            yield Done(code, it)

    return work.start(site.works, exam, Work("releasing", len(fresh)), done, keep)


def released(connection: Connection, sitting: str) -> Row | None:
    """The report that a student sees, whoever asks: `guard.may_see` says whether."""
    table = schema.reports
    query = select(table).where(table.c.sitting == sitting, table.c.is_released).order_by(table.c.id.desc()).limit(1)
    return first(connection, query)
