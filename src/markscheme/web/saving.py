"""What a student types is saved at once, into a log that only grows.

Each window of a browser is a client with a name, and numbers what it sends: what was sent twice is saved once. A save
says on which revision of the answer it builds. If another window has saved since, it is a conflict: both texts are
kept, the earlier one counts, and the student is told and chooses. What comes after the end is kept, and does not count.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cache
from typing import Any, Literal, TypeAlias

from sqlalchemy import ColumnElement, Connection, TextClause, bindparam, func, select, text, update

from markscheme.marking.submissions import FIELDS as ANSWER_FIELDS
from markscheme.paper.tables import csv_text, safe_cell, safe_id
from markscheme.web import schema, sittings
from markscheme.web.call import Refused
from markscheme.web.database import Row, Selectable, one, rows

Verdict: TypeAlias = Literal["saved", "conflict", "late"]
MOST_TEXT = 50_000
MOST_SAVES = 20_000
"""Of one sitting, that count."""
MOST_SET_ASIDE = 2000
"""Of one sitting, that do not."""


MOST_NAME = 64
_SAVES, _SITTINGS = schema.saves.c, schema.sittings.c
# Statements of every save, built once: building one takes longer than running it. What is asked for comes as one list
# of lists in JSON, so that one statement serves many saves, by the table's indices.
_ASKED = {
    "sqlite": ("json_each(:asked) AS asked", "json_extract(asked.value, '$[{}]')"),
    "postgresql": ("json_array_elements(CAST(:asked AS json)) AS asked", "(asked.value ->> {})"),
}
_SAME = """
    SELECT sitting, client, sequence, verdict, revision FROM {asked}
    JOIN saves ON sitting = {0} AND client = {1} AND sequence = CAST({2} AS INTEGER)"""
_CURRENT = """
    SELECT sitting, question, answer, revision, text FROM {asked}
    JOIN saves ON sitting = {0} AND question = {1} AND answer = {2} AND revision =
    (SELECT max(revision) FROM saves WHERE sitting = {0} AND question = {1} AND answer = {2})"""
_INSERT = schema.saves.insert()


def _counting(which: ColumnElement[bool]) -> Selectable:
    """The last save of each answer, of those that count."""
    last = (
        select(_SAVES.sitting, func.max(_SAVES.revision).label("revision"))
        .where(which, _SAVES.revision.is_not(None))
        .group_by(_SAVES.sitting, _SAVES.question, _SAVES.answer)
        .subquery()
    )
    return select(_SAVES.sitting, _SAVES.question, _SAVES.answer, _SAVES.revision, _SAVES.text).join(
        last, (_SAVES.revision == last.c.revision) & (_SAVES.sitting == last.c.sitting)
    )


_TEXTS = _counting(_SAVES.sitting == bindparam("of"))
_TEXTS_OF_ALL = _counting(_SAVES.sitting.in_(select(_SITTINGS.code).where(_SITTINGS.exam == bindparam("of"))))
_SET_ASIDE = (
    select(schema.saves).where(_SAVES.sitting == bindparam("of"), _SAVES.revision.is_(None)).order_by(_SAVES.id)
)
_SAVED = (
    update(schema.sittings)
    .where(_SITTINGS.code == bindparam("sitting"))
    .values(revision=bindparam("to"), last_saved_at=bindparam("at"))
)


@dataclass(frozen=True, slots=True)
class Save:
    """One change of one answer, as a client sends it."""

    client: str
    sequence: int
    base: int
    """The revision of the answer that was changed; 0 for none."""
    question: str
    answer: str
    text: str


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of a save: its verdict, and what counts for the answer now."""

    verdict: Verdict
    sequence: int
    question: str
    answer: str
    revision: int
    text: str
    """What counts; of a save that counts it is what was sent, and left out."""
    left: int
    """Milliseconds."""

    def as_json(self) -> dict[str, Any]:
        """For the client."""
        data = asdict(self)
        if self.verdict == "saved":
            del data["text"]
        return data


def save_from(data: Mapping[str, Any]) -> Save:
    """A save from what a client sent. Raises `Refused` for what no client of ours sends."""
    missing = [name for name in Save.__dataclass_fields__ if name not in data]
    if missing:
        raise Refused(400, f"A save has {missing[0]}.")
    numbers = (data["sequence"], data["base"])
    texts = (data["client"], data["question"], data["answer"], data["text"])
    if not all([type(it) is int and 0 <= it < 2**31 for it in numbers]) or not all([type(it) is str for it in texts]):
        raise Refused(400, "A save has whole numbers and texts.")
    found = Save(**{name: data[name] for name in Save.__dataclass_fields__})
    if not found.client.isalnum() or len(found.client) > 32:
        raise Refused(400, "A client's name is letters and digits, 32 at most.")
    if not all([len(it) <= MOST_NAME and it.isprintable() for it in (found.question, found.answer)]):
        raise Refused(400, "There is no such answer.")
    if len(found.text) > MOST_TEXT:
        raise Refused(413, f"An answer has at most {MOST_TEXT:,} characters.")
    if not all([_is_whole(it) for it in (found.text, found.question, found.answer)]):
        raise Refused(400, "The text has half of a character.")
    return replace(found, text=found.text.replace("\0", "\ufffd"))


def _is_whole(text: str) -> bool:
    """Whether a text can be written as UTF-8."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class Sent:
    """What one window sent at once: saves of a sitting, in their order. All of them are taken, or none."""

    sitting: str
    saves: Sequence[Save]
    now: int


def save(connection: Connection, code: str, it: Save, now: int) -> Saved:
    """Take a save. Raises `Refused` from a client that sends without end, and where nothing is saved yet."""
    (outcome,) = save_all(connection, [Sent(code, (it,), now)])
    if isinstance(outcome, Refused):
        raise outcome
    return outcome[0]


def save_all(connection: Connection, sent: Sequence[Sent]) -> list[list[Saved] | Refused]:
    """Take what many windows sent, in its order, in as many statements as one save needs."""
    books = _books(connection, sent)
    outcomes: list[list[Saved] | Refused] = []
    for it in sent:
        book = books[it.sitting]
        book.sitting = sittings.as_of(connection, book.sitting, it.now)
        tried = book.copy()
        try:
            outcomes.append([tried.take(connection, one, it.now) for one in it.saves])
        except Refused as refused:
            outcomes.append(refused)
        else:
            books[it.sitting] = tried
    if kept := [row for book in books.values() for row in book.kept]:
        connection.execute(_INSERT, kept)
    if moved := [book.moved for book in books.values() if any([row["revision"] for row in book.kept])]:
        connection.execute(_SAVED, moved)
    return outcomes


@dataclass(slots=True)
class _Book:
    """What is known of a sitting while saves of it are taken."""

    sitting: sittings.Sitting
    verdicts: dict[tuple[str, int], tuple[Verdict, int | None]]
    """And revisions, of the saves that were taken, by client and number."""
    current: dict[tuple[str, str], tuple[int, str]]
    """Revision and text that count, by question and answer."""
    kept: list[Row]
    """Rows of saves that are not in the database yet."""

    def copy(self) -> _Book:
        return _Book(self.sitting, dict(self.verdicts), dict(self.current), list(self.kept))

    @property
    def moved(self) -> Row:
        """What changes in the sitting's row."""
        return {"sitting": self.sitting.code, "to": self.sitting.revision, "at": self.sitting.last_saved_at}

    def take(self, connection: Connection, it: Save, now: int) -> Saved:
        """Take one save. Raises `Refused`."""
        current = self.current.get((it.question, it.answer), (0, ""))
        left = self.sitting.left(now)
        if before := self.verdicts.get((it.client, it.sequence)):
            verdict, revision = before
            shown = current[0] if revision is None else revision
            return Saved(verdict, it.sequence, it.question, it.answer, shown, current[1], left)
        verdict = self._verdict(it, current)
        if self.sitting.revision >= MOST_SAVES or (
            verdict != "saved" and self._set_aside(connection) >= MOST_SET_ASIDE
        ):
            raise Refused(429, "This sitting has been saved too often: tell the room.")
        revision = None
        if verdict == "saved":
            revision = self.sitting.revision + 1
            current = self.current[it.question, it.answer] = (revision, it.text)
            self.sitting = replace(self.sitting, revision=revision, last_saved_at=now)
        self.verdicts[it.client, it.sequence] = (verdict, revision)
        self.kept.append(
            {"sitting": self.sitting.code, "at": now, "verdict": verdict, "revision": revision, **asdict(it)}
        )
        return Saved(verdict, it.sequence, it.question, it.answer, *current, left)

    def _verdict(self, it: Save, current: tuple[int, str]) -> Verdict:
        if self.sitting.state in ("made", "ready", "void"):
            raise sittings.NotNow(self.sitting.state, "save")
        if self.sitting.state in sittings.OVER:
            return "late"
        return "conflict" if it.base != current[0] and it.text != current[1] else "saved"

    def _set_aside(self, connection: Connection) -> int:
        here = (_SAVES.sitting == self.sitting.code) & _SAVES.revision.is_(None)
        stored = connection.execute(select(func.count()).select_from(schema.saves).where(here)).scalar_one()
        return stored + sum([row["revision"] is None for row in self.kept])


def _books(connection: Connection, sent: Sequence[Sent]) -> dict[str, _Book]:
    """What the database knows of the sittings, saves and answers that were sent."""
    books = {it.code: _Book(it, {}, {}, []) for it in sittings.stored(connection, {it.sitting for it in sent})}
    numbers = {(it.sitting, one.client, one.sequence) for it in sent for one in it.saves}
    for code, client, sequence, verdict, revision in _found(connection, _SAME, numbers):
        books[code].verdicts[client, sequence] = (verdict, revision)
    places = {(it.sitting, one.question, one.answer) for it in sent for one in it.saves}
    for code, question, answer, revision, content in _found(connection, _CURRENT, places):
        books[code].current[question, answer] = (revision, content)
    return books


def _found(connection: Connection, query: str, asked: Iterable[tuple[str, str, str | int]]) -> Iterable[Any]:
    statement = _built(query, connection.dialect.name)
    return connection.execute(statement, {"asked": json.dumps(sorted(asked))})


@cache
def _built(query: str, dialect: str) -> TextClause:
    source, value = _ASKED[dialect]
    return text(query.format(*[value.format(at) for at in range(3)], asked=source))


@dataclass(frozen=True, slots=True)
class Text:
    """What counts for an answer, and since which revision."""

    revision: int
    text: str


def texts(connection: Connection, code: str) -> dict[tuple[str, str], Text]:
    """What counts for each answer of a sitting, by question and answer."""
    return _texts(connection, _TEXTS, code).get(code, {})


def texts_of_all(connection: Connection, exam: str) -> dict[str, dict[tuple[str, str], Text]]:
    """What counts in every sitting of an exam in which something was written, by code, question and answer."""
    return _texts(connection, _TEXTS_OF_ALL, exam)


def _texts(connection: Connection, query: Selectable, of: str) -> dict[str, dict[tuple[str, str], Text]]:
    found: dict[str, dict[tuple[str, str], Text]] = {}
    for code, question, answer, revision, content in connection.execute(query, {"of": of}):
        found.setdefault(code, {})[question, answer] = Text(revision, content)
    return found


def set_aside(connection: Connection, code: str) -> list[Row]:
    """The texts that were kept and do not count: of other windows, or late."""
    return rows(connection, _SET_ASIDE, of=code)


def receipt(code: str, answers: Mapping[tuple[str, str], Text]) -> str:
    """What a student may keep to prove what was handed in: a hash of every text.

    >>> receipt("ab12", {("1", "x"): Text(3, "7")})
    '2368-77e2-cdd1-028d-8ea2'
    """
    digest = hashlib.sha256(f"{code}\n".encode())
    for (question, answer), it in sorted(answers.items()):
        for part in (question, answer, it.text):
            content = part.encode()
            digest.update(f"{len(content)}:".encode() + content)
    found = digest.hexdigest()[:20]
    return "-".join([found[i : i + 4] for i in range(0, 20, 4)])


def hand_in(connection: Connection, code: str, now: int, who: str) -> sittings.Sitting:
    """End a sitting, with a receipt. Raises `NotNow`."""
    sitting = sittings.find(connection, code, now)
    found = receipt(code, texts(connection, code))
    if sitting.state == "time up":
        ended = sitting
    else:
        ended = sittings.do(connection, sitting, "hand in", now, who, receipt=found)
    connection.execute(update(schema.sittings).where(schema.sittings.c.code == code).values(receipt=found))
    return replace(ended, receipt=found)


def answers_csv(connection: Connection, exam: str) -> str:
    """answers.csv of an exam, as `markscheme mark` takes it; the seed is the sitting's code."""
    table, member = schema.sittings, schema.members
    row = one(connection, select(schema.exams).where(schema.exams.c.code == exam))
    query = (
        select(table.c.code, member.c.student)
        .join(member, (member.c.person == table.c.person) & (member.c.course == row["course"]))
        .where(table.c.exam == exam, table.c.state != "void")
        .order_by(member.c.student)
    )
    written = texts_of_all(connection, exam)
    found = [
        (safe_id(it["student"]), it["code"], question, answer, safe_cell(current.text))
        for it in rows(connection, query)
        for (question, answer), current in sorted(written.get(it["code"], {}).items())
    ]
    return csv_text(ANSWER_FIELDS, found)
