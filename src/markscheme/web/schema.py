"""The tables. Times are milliseconds since 1970 in UTC; what is called a log has rows that are added and never changed.

Alembic brings a filled database to this form: `web/migrations`.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)  # fmt: skip
from sqlalchemy.schema import SchemaItem

META: Final = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

CODE = String(32)
"""An opaque name, drawn by `secrets`."""
REVISION: Final = "marking"
"""The last migration: a database that says this is as it is to be."""
ROLES: Final = ("student", "marker", "teacher")
"""What a person may be in a course, each allowed all that those before it are."""
STATES: Final = (
    "made", "ready", "running", "paused", "handed in", "time up", "marked", "released", "revised", "void",
)  # fmt: skip
"""Of a sitting."""
LOGS: Final = ("audit", "sitting_log", "saves", "decisions", "requests", "replies")
"""Tables whose rows are never changed; nor removed, but for a person whose data is deleted, and of `audit` not then."""


def _key() -> Column[int]:
    return Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True)


def _of(table: str, *, null: bool = False, index: bool = True) -> Column[str]:
    return Column(table, CODE, ForeignKey(f"{_PLURAL[table]}.code", ondelete="CASCADE"), nullable=null, index=index)


_PLURAL = {
    "person": "people", "course": "courses", "exam": "exams", "sitting": "sittings", "lti_platform": "lti_platforms",
}  # fmt: skip


def _owner(*, index: bool = True) -> Column[str]:
    """A person, or a browser of nobody in particular."""
    return Column("owner", String(48), nullable=False, index=index)


def _table(name: str, *columns: SchemaItem) -> Table:
    return Table(name, META, *columns)


def _code() -> Column[str]:
    return Column("code", CODE, primary_key=True)


def _text(name: str, default: str = "") -> Column[str]:
    return Column(name, Text, nullable=False, default=default, server_default=default)


def _when(name: str, *, null: bool = False) -> Column[int]:
    return Column(name, BigInteger, nullable=null)


def _one_of(column: str, values: tuple[str, ...]) -> CheckConstraint:
    listed = ", ".join([f"'{it}'" for it in values])
    return CheckConstraint(f"{column} IN ({listed})", name=column)


settings = _table("settings", Column("name", String(64), primary_key=True), _text("value"))

people = _table(
    "people", _code(), _text("name"),
    Column("email", String(320), nullable=True, unique=True),
    _text("password"),
    Column("is_operator", Boolean, nullable=False, default=False),
    _when("made_at"),
)  # fmt: skip

sessions = _table(
    "sessions", Column("hash", String(64), primary_key=True), _of("person"), _when("made_at"), _when("ends_at"),
)  # fmt: skip

invitations = _table(
    "invitations", Column("hash", String(64), primary_key=True), _of("person"), _when("made_at"), _when("ends_at"),
)  # fmt: skip

courses = _table("courses", _code(), _text("title"), _when("made_at"))

members = _table(
    "members", _key(), _of("course"), _of("person"),
    Column("role", String(16), nullable=False),
    _text("student"),  # the id in the roster
    _text("section"),
    Column("extra_factor", Float, nullable=False, default=1.0),
    Column("extra_minutes", Integer, nullable=False, default=0),
    UniqueConstraint("course", "person"),
    _one_of("role", ROLES),
)  # fmt: skip

exams = _table(
    "exams", _code(), _of("course"), _text("title"),
    _text("paper"),  # a built-in one, or its file
    Column("minutes", Integer, nullable=False),
    _when("opens_at", null=True), _when("closes_at", null=True), _when("made_at"), _when("released_at", null=True),
)  # fmt: skip

sittings = _table(
    "sittings", _code(), _of("exam"), _of("person"),
    _text("seed"), _text("numbers"),  # their digest, when it was prepared
    Column("state", String(16), nullable=False),
    Column("allowed_ms", BigInteger, nullable=False),
    _when("started_at", null=True), _when("ends_at", null=True), _when("paused_at", null=True),
    _when("ended_at", null=True),
    Column("revision", Integer, nullable=False, default=0),
    _when("last_saved_at", null=True),
    _text("receipt"),
    UniqueConstraint("exam", "person"),
    _one_of("state", STATES),
)  # fmt: skip

pages = _table(  # posed, proven and drawn before the start
    "pages", _key(), _of("sitting"),
    Column("number", Integer, nullable=False),
    _text("title"), _text("html"),
    UniqueConstraint("sitting", "number"),
)  # fmt: skip

sitting_log = _table(
    "sitting_log", _key(), _of("sitting"), _when("at"), _text("who"), _text("what"), _text("data", "{}"),
)  # fmt: skip

saves = _table(
    "saves", _key(), _of("sitting"), _when("at"),
    Column("client", String(32), nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("base", Integer, nullable=False),
    Column("revision", Integer, nullable=True),  # NULL: kept, and does not count
    Column("verdict", String(16), nullable=False),
    _text("question"), _text("answer"), _text("text"),
    UniqueConstraint("sitting", "client", "sequence"),
    _one_of("verdict", ("saved", "conflict", "late")),
)  # fmt: skip
Index("ix_saves_of_answer", saves.c.sitting, saves.c.question, saves.c.answer, saves.c.revision)

reports = _table(  # what marks came of it, each time it was marked
    "reports", _key(), _of("sitting"), _when("at"),
    _text("data"),  # JSON of the marks
    _text("versions"),  # of problems and package
    Column("is_released", Boolean, nullable=False, default=False),
)  # fmt: skip

decisions = _table(
    "decisions", _key(), _of("sitting"), _when("at"),
    _text("question"), _text("answer"), _text("marks"), _text("reason"), _text("who"), _text("kind"), _text("on_text"),
)  # fmt: skip

tokens = _table(  # for programs, by `/api/v1`
    "tokens", _key(), _of("person"),
    Column("hash", String(64), nullable=False, unique=True),
    _text("name"), _text("scopes"),
    _when("made_at"), _when("ends_at"), _when("used_at", null=True), _when("revoked_at", null=True),
)  # fmt: skip

lti_platforms = _table(  # learning platforms, as the operator registered them
    "lti_platforms", _code(), _text("name"),
    Column("issuer", String(500), nullable=False), Column("client", String(255), nullable=False),
    _text("login_url"), _text("token_url"), _text("token_audience"), _text("keys_url"), _text("deployments"),
    Column("may_make_courses", Boolean, nullable=False, default=False),
    _when("made_at"),
    UniqueConstraint("issuer", "client"),
)  # fmt: skip

lti_states = _table(  # launches that have begun: each ends once
    "lti_states", Column("hash", String(64), primary_key=True), _of("lti_platform"),
    Column("browser", String(64), nullable=False), Column("nonce", String(64), nullable=False),
    _text("target"), _when("ends_at"),
)  # fmt: skip

lti_tickets = _table(  # what a launch leads to in a later step, once
    "lti_tickets", Column("hash", String(64), primary_key=True), _of("lti_platform"),
    Column("browser", String(64), nullable=False), Column("kind", String(16), nullable=False),
    _text("data", "{}"), _when("ends_at"),
)  # fmt: skip

lti_people = _table(  # who somebody of a platform is here
    "lti_people", _key(), _of("lti_platform"), Column("subject", String(255), nullable=False), _of("person"),
    _when("made_at"),
    UniqueConstraint("lti_platform", "subject"),
)  # fmt: skip

lti_contexts = _table(  # which course a platform's is
    "lti_contexts", _key(), _of("lti_platform"), Column("deployment", String(255), nullable=False),
    Column("context", String(255), nullable=False), _of("course"), _text("title"), _when("made_at"),
    UniqueConstraint("lti_platform", "deployment", "context"),
)  # fmt: skip

lti_roles = _table(  # what the last launch made of somebody in a course
    "lti_roles", _key(), _of("course"), _of("person"), Column("role", String(16), nullable=False),
    UniqueConstraint("course", "person"),
    _one_of("role", ROLES),
)  # fmt: skip

lti_links = _table(  # a platform's links to exams, and where grades go
    "lti_links", _key(), _of("lti_platform"), Column("deployment", String(255), nullable=False),
    Column("resource", String(255), nullable=False), _of("exam"), _text("line_item"),
    UniqueConstraint("lti_platform", "deployment", "resource"),
)  # fmt: skip

lti_grades = _table(  # the outbox: each is tried until it has arrived
    "lti_grades", _key(),
    Column("link", BigInteger().with_variant(Integer, "sqlite"),
           ForeignKey("lti_links.id", ondelete="CASCADE"), nullable=False, index=True),
    _of("sitting"),
    Column("report", BigInteger().with_variant(Integer, "sqlite"), nullable=False),
    Column("subject", String(255), nullable=False),
    Column("marks", Float, nullable=False), Column("out_of", Float, nullable=False),
    Column("state", String(16), nullable=False),
    Column("tries", Integer, nullable=False, default=0),
    _when("made_at"), _when("next_at"), _when("arrived_at", null=True), _text("trouble"),
    UniqueConstraint("link", "sitting", "report"),
    _one_of("state", ("waiting", "arrived", "replaced", "given up")),
)  # fmt: skip
Index("ix_lti_grades_due", lti_grades.c.state, lti_grades.c.next_at)

audit = _table("audit", _key(), _when("at"), _text("who"), _text("what"), _text("data", "{}"))

practice = _table(  # an item somebody tries; signed out, its owner is a browser
    "practice", _code(), _owner(), _of("person", null=True), _text("problem"),
    _text("item"),  # its id, which has the seed
    Column("level", Integer, nullable=False, default=0),
    Column("made_at", BigInteger, nullable=False, index=True),
    _text("texts", "{}"),  # JSON, by answer
    _text("hints", "{}"),  # JSON: how many were shown, by answer
    _text("marked"),  # JSON of the last verdicts
    _when("solved_at", null=True),
    Column("rating", Integer, nullable=True),
)  # fmt: skip

cards = _table(  # when a problem is due again
    "cards", _key(), _owner(index=False), _of("person", null=True), _text("problem"),
    _text("card"),  # JSON of FSRS
    _when("due_at"),
    Column("reviewed_at", BigInteger, nullable=False, index=True),
    UniqueConstraint("owner", "problem"),
)  # fmt: skip

proposals = _table(  # what marking again would give, until it is applied
    "proposals", _key(), _of("sitting"), _when("at"), _text("data"), UniqueConstraint("sitting"),
)  # fmt: skip

comments = _table(  # what markers said of answers, to be said again
    "comments", _key(), _of("exam"), _when("at"), _text("who"), _text("question"), _text("answer"),
    Column("text", String(500), nullable=False),
)  # fmt: skip

requests = _table(  # for a second look at released marks
    "requests", _key(), _of("sitting"), _when("at"), _text("question"), _text("answer"), _text("reason"),
)  # fmt: skip

replies = _table(
    "replies", _key(),
    Column("request", BigInteger, ForeignKey("requests.id", ondelete="CASCADE"), nullable=False, index=True),
    _when("at"), _text("who"), _text("text"),
)  # fmt: skip
