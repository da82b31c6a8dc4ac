"""The two desks: of an exam that is sat here, and of a paper exam's folder."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from sqlalchemy import Connection, func, select

from markscheme.exam.folder import Exam, open_exam, opened
from markscheme.exam.marking import submissions_of
from markscheme.exam.store import StoredDecision
from markscheme.marking.kept import Kept, kept_from, marked
from markscheme.marking.submissions import Submission
from markscheme.paper.files import locked
from markscheme.paper.manifest import NAME
from markscheme.paper.plan import Paper, load_once
from markscheme.paper.source import Copy
from markscheme.paper.web_page import question_html
from markscheme.scan.answers import Scans, Slot
from markscheme.scan.sheets import Sheets
from markscheme.web import courses, marking, schema, work
from markscheme.web.call import Refused
from markscheme.web.clock import in_iso
from markscheme.web.database import Row, rows
from markscheme.web.desk import Desk, Shelf
from markscheme.web.people import Person
from markscheme.web.work import Work

if TYPE_CHECKING:
    from markscheme.core.reading import Reading
    from markscheme.web.site import Site


def desk_of(site: Site, exam: Row) -> Desk:
    """The desk of an exam. Raises `Refused` for a folder that the server was not started with."""
    if exam["code"] in site.exams:
        return FolderDesk(site, exam["code"], site.exams[exam["code"]])
    if exam["minutes"] == 0:
        raise Refused(404, "This is an exam on paper: start the server with --exam and its folder.")
    return SittingsDesk(site, exam)


class SittingsDesk:
    """Sittings in the database."""

    def __init__(self, site: Site, row: Row) -> None:
        self._site = site
        self._row = row
        self.exam: str = row["code"]

    @property
    def paper(self) -> Paper:
        return load_once(self._row["paper"])

    @property
    def source(self) -> tuple[str, str]:
        return self._row["paper"], ""

    def shelf(self) -> Shelf:
        with self._site.database.reading() as connection:
            latest = marking.latest(connection, self.exam)
            before, shelf = self._site.shelves.get(self.exam, (dict[str, int](), Shelf({})))
            if latest and before == latest:
                return shelf
            known = {before[code]: it for code, it in shelf.kept.items()}
            texts = marking.texts(connection, [it for it in latest.values() if it not in known])
        shelf = Shelf({code: known.get(number) or kept_from(texts[number]) for code, number in latest.items()})
        self._site.keep_shelf(self.exam, latest, shelf)
        return shelf

    def decisions(self) -> list[StoredDecision]:
        with self._site.database.reading() as connection:
            return _decisions(connection, self.exam)

    def add(self, rows: Sequence[StoredDecision], check: Callable[[Sequence[StoredDecision]], None]) -> None:
        def change(connection: Connection) -> None:
            check(_decisions(connection, self.exam))
            now = self._site.clock()
            connection.execute(schema.decisions.insert(), [
                {"sitting": it.code, "at": now, "question": it.question, "answer": it.answer, "marks": it.marks,
                 "reason": it.reason, "who": it.who, "kind": it.kind, "on_text": it.on_text}
                for it in rows
            ])  # fmt: skip

        self._site.database.write(change)

    def signs(self, person: Person) -> str:
        return person.code

    def signed(self) -> Mapping[str, str]:
        table = schema.decisions
        query = (
            select(schema.people.c.code, schema.people.c.name)
            .join(table, table.c.who == schema.people.c.code)
            .join(schema.sittings, schema.sittings.c.code == table.c.sitting)
            .where(schema.sittings.c.exam == self.exam)
            .distinct()
        )
        with self._site.database.reading() as connection:
            return {it.code: it.name for it in connection.execute(query)}

    def unmarked(self) -> list[str]:
        with self._site.database.reading() as connection:
            return marking.unmarked(connection, self.exam)

    def mark(self) -> Work:
        return marking.mark(self._site, self.exam)

    def picture(self, code: str, question: str, answer: str) -> str:  # noqa: ARG002 (a text has none)
        return ""

    def sheet(self, code: str, question: str = "", answer: str = "") -> str:  # noqa: ARG002 (nothing was scanned)
        return ""

    def question(self, code: str, number: int) -> str:
        table = schema.pages
        query = select(table.c.html).where(table.c.sitting == code, table.c.number == number)
        with self._site.database.reading() as connection:
            return connection.execute(query).scalar() or ""


def _decisions(connection: Connection, exam: str) -> list[StoredDecision]:
    table = schema.decisions
    query = (
        select(table)
        .join(schema.sittings, schema.sittings.c.code == table.c.sitting)
        .where(schema.sittings.c.exam == exam)
        .order_by(table.c.id)
    )
    return [
        StoredDecision(
            it["sitting"], it["question"], it["answer"], it["marks"], it["reason"], it["who"], it["kind"],
            it["on_text"], "web", in_iso(it["at"]),
        )
        for it in rows(connection, query)
    ]  # fmt: skip


class FolderDesk:
    """A paper exam's folder, in which answers and decisions stay where the command line has them."""

    def __init__(self, site: Site, code: str, root: Path) -> None:
        self._site = site
        self.root = root
        self.exam = code

    @cached_property
    def folder(self) -> Exam:
        """The exam's folder, as it was when it was first asked for."""
        return open_exam(self.root)

    @property
    def paper(self) -> Paper:
        return self.folder.paper

    @property
    def source(self) -> tuple[str, str]:
        return self.folder.name, str(self.root / NAME)

    @cached_property
    def _submissions(self) -> dict[str, Submission]:
        """What was handed in, by code and without names."""
        return {it.seed: replace(it, student=it.seed) for it in submissions_of(self.folder)}

    @cached_property
    def _prints(self) -> dict[str, str]:
        """What was handed in of each copy, as a digest."""
        return {
            code: sha256(repr((sorted(it.answers.items()), sorted(it.unread.items()))).encode()).hexdigest()
            for code, it in self._submissions.items()
        }  # fmt: skip

    def shelf(self) -> Shelf:
        before, shelf = self._site.folder_shelves.get(self.exam, ({}, Shelf({})))
        now = self._prints
        if any([now.get(code) != digest for code, digest in before.items()]):
            kept = {code: it for code, it in shelf.kept.items() if now.get(code) == before[code]}
            before, shelf = {code: before[code] for code in kept}, Shelf(kept)
            self._site.folder_shelves[self.exam] = (before, shelf)
        return shelf

    def decisions(self) -> list[StoredDecision]:
        return self.folder.store.decisions()

    def add(self, rows: Sequence[StoredDecision], check: Callable[[Sequence[StoredDecision]], None]) -> None:
        with self.writing() as exam:
            check(exam.store.decisions())
            with exam.store.adding("decide", rows[0].who, file="web", decisions=len(rows)) as adding:
                adding.decisions(rows)

    @contextmanager
    def writing(self) -> Generator[Exam]:
        """The folder, for as long as something is written into it: one after another. Raises `MarkschemeError`."""
        with self._site.folder_writes, locked(self.root):
            yield opened(self.root)

    def signs(self, person: Person) -> str:
        return person.name

    def signed(self) -> Mapping[str, str]:
        return {}

    def unmarked(self) -> list[str]:
        marked_now = self.shelf().kept
        return [code for code in self._submissions if code not in marked_now]

    def mark(self) -> Work:
        prints = self._prints
        tasks = {code: (*self.source, self._submissions[code]) for code in self.unmarked()}

        def keep(code: str, kept: Kept) -> None:
            before, shelf = self._site.folder_shelves.get(self.exam, ({}, Shelf({})))
            made: dict[str, Kept] = {**shelf.kept, code: kept}
            self._site.folder_shelves[self.exam] = ({**before, code: prints[code]}, Shelf(made))

        plan = Work("marking", len(tasks))
        return work.start(
            self._site.works, self.exam, plan, lambda: work.each(marked, tasks, self._site.jobs), keep
        )  # fmt: skip

    @cached_property
    def has_scans(self) -> bool:
        """Whether any page has been scanned."""
        return self.folder.store.pages_stamp()[0] > 0

    @cached_property
    def sheets(self) -> Sheets:
        """What its scanned pages have for a marker: kept until something more happens to them."""
        stamp = self.folder.store.pages_stamp()
        before = self._site.sheets.get(self.exam)
        if before is None or before[0] != stamp:
            known = before[1].scans.folded if before and before[0][0] <= stamp[0] else None
            before = stamp, Sheets(Scans(self.folder, known))
            self._site.sheets[self.exam] = before
        return before[1]

    def picture(self, code: str, question: str, answer: str) -> str:
        if not self.has_scans or (code, question, answer) not in self.sheets.by_slot:
            return ""
        return f"/exams/{self.exam}/scans/crop?{urlencode({'code': code, 'question': question, 'answer': answer})}"

    def sheet(self, code: str, question: str = "", answer: str = "") -> str:
        if not self.has_scans or code not in self.sheets.scans.copies:
            return ""
        written = self.sheets.by_slot.get(Slot(code, question, answer))
        at = f"#page-{written.places[0][1].page}" if written else ""
        return f"/exams/{self.exam}/scans/copy/{code}{at}"

    def question(self, code: str, number: int) -> str:
        seed = self._submissions[code].copy_seed
        paper = self.paper.on_copy(seed)
        copy = Copy(paper, "", paper.items(seed), None, "")
        return "".join([question_html(copy, it) for it in paper.questions if it.number == number])

    def read(self, code: str, question: str, answer: str, text: str) -> Reading | None:
        """What a text says as an answer of a copy; None where the answer is none of a problem."""
        paper = self.paper.on_copy(seed := self.folder.copy(code).seed)
        space = next((it for it in paper.spaces if it.label == question), None)
        return None if space is None else space.slot.item(seed).read(answer, text)


def serve_folder(site: Site, root: Path, operator: Person, now: int) -> str:
    """Let a paper exam's folder be marked here by the operator; returns the exam's code.

    Raises `MarkschemeError` where it is no exam's folder, or what was frozen has changed.
    """
    exam = open_exam(root)
    digest = sha256(repr([it.code for it in exam.manifest.copies]).encode()).hexdigest()[:12]
    code = f"paper{digest}"

    def change(connection: Connection) -> None:
        table = schema.exams
        if connection.execute(select(func.count()).where(table.c.code == code)).scalar_one():
            return
        course = courses.add_course(connection, "Exams on paper", operator.code, now)
        connection.execute(table.insert().values(
            code=code, course=course, title=exam.paper.entry.title, paper=exam.name, minutes=0, made_at=now
        ))  # fmt: skip

    site.database.write(change)
    site.exams[code] = root
    return code
