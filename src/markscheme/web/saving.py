"""What a student types is saved at once, into a log that only grows.

Each window of a browser is a client with a name, and numbers what it sends: what was sent twice is saved once. A save
says on which revision of the answer it builds. If another window has saved since, it is a conflict: both texts are
kept, the earlier one counts, and the student is told and chooses. What comes after the end is kept, and does not count.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal, TypeAlias

from sqlalchemy import ColumnElement, Connection, bindparam, func, select, update

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
# Statements of every save, built once: building one takes longer than running it.
_SAME = select(_SAVES.verdict, _SAVES.revision).where(
    _SAVES.sitting == bindparam("code"), _SAVES.client == bindparam("of"), _SAVES.sequence == bindparam("number")
)
_CURRENT = (
    select(_SAVES.revision, _SAVES.text)
    .where(
        _SAVES.sitting == bindparam("code"),
        _SAVES.question == bindparam("of_question"),
        _SAVES.answer == bindparam("of_answer"),
        _SAVES.revision.is_not(None),
    )
    .order_by(_SAVES.revision.desc())
    .limit(1)
)
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
    .values(revision=bindparam("revision"), last_saved_at=bindparam("last_saved_at"))
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


def save(connection: Connection, code: str, it: Save, now: int) -> Saved:
    """Take a save. Raises `Refused` from a client that sends without end, and where nothing is saved yet."""
    sitting = sittings.find(connection, code, now)
    before = connection.execute(_SAME, {"code": code, "of": it.client, "number": it.sequence}).first()
    current = _current(connection, code, it.question, it.answer)
    if before is not None:
        verdict, revision = before
        shown = revision if verdict == "saved" else current[0]
        return Saved(verdict, it.sequence, it.question, it.answer, shown, current[1], sitting.left(now))
    if sitting.state in ("made", "ready", "void"):
        raise sittings.NotNow(sitting.state, "save")
    verdict: Verdict = "saved"
    if sitting.state in sittings.OVER:
        verdict = "late"
    elif it.base != current[0] and it.text != current[1]:
        verdict = "conflict"
    if sitting.revision >= MOST_SAVES or (verdict != "saved" and _set_aside(connection, code) >= MOST_SET_ASIDE):
        raise Refused(429, "This sitting has been saved too often: tell the room.")
    revision = sitting.revision + 1 if verdict == "saved" else None
    row = {"sitting": code, "at": now, "verdict": verdict, "revision": revision, **asdict(it)}
    connection.execute(_INSERT, row)
    if revision is None:
        return Saved(verdict, it.sequence, it.question, it.answer, *current, sitting.left(now))
    connection.execute(_SAVED, {"sitting": code, "revision": revision, "last_saved_at": now})
    return Saved("saved", it.sequence, it.question, it.answer, revision, it.text, sitting.left(now))


def _set_aside(connection: Connection, code: str) -> int:
    table = schema.saves
    here = (table.c.sitting == code) & table.c.revision.is_(None)
    return connection.execute(select(func.count()).select_from(table).where(here)).scalar_one()


def _current(connection: Connection, code: str, question: str, answer: str) -> tuple[int, str]:
    found = connection.execute(_CURRENT, {"code": code, "of_question": question, "of_answer": answer}).first()
    return (found.revision, found.text) if found else (0, "")


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
    for code, question, answer, revision, text in connection.execute(query, {"of": of}):
        found.setdefault(code, {})[question, answer] = Text(revision, text)
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
