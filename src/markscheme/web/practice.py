"""Practice: an item with fresh numbers, tries at it, hints, its solution, and when to meet its problem again.

An item is kept by its id, which holds its seed, under an opaque code; pages are made of the code alone. When a problem
is due again is FSRS's business (the library `fsrs`): the first check of an item, or asking for its solution before,
rates how well the problem was remembered.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING, Any, TypeAlias

from fsrs import Card, Rating, Scheduler
from sqlalchemy import Connection, RowMapping, delete, select, update

from markscheme.bank.catalog import catalog, item_of
from markscheme.core.difficulty import turned
from markscheme.core.errors import MarkschemeError, UnknownName
from markscheme.core.reading import hints_of
from markscheme.core.verdict import Marked
from markscheme.web import schema
from markscheme.web.clock import DAY, SECOND
from markscheme.web.security import new_code

if TYPE_CHECKING:
    from markscheme.core.item import Item
    from markscheme.core.problem import Problem
    from markscheme.text.notation import Target

Folders: TypeAlias = tuple[Path, ...]
LEVELS = range(-3, 4)
"""How often a problem's knobs may be turned from where its author set them: an item of any size could cost any time."""
VISITORS_KEPT = 60 * DAY
SEED_BYTES = 12

SCHEDULER = Scheduler(desired_retention=0.9, learning_steps=(), relearning_steps=(), enable_fuzzing=False)
"""Without steps of minutes: a problem comes back after a day or more, and always after the same time."""


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose practice it is: a person's, or, signed out, a browser's."""

    person: str | None
    visitor: str

    @property
    def key(self) -> str:
        """What rows are found by."""
        return self.person if self.person is not None else f"visitor {self.visitor}"


@dataclass(frozen=True, slots=True)
class Try:
    """One item being practiced, as it stands."""

    code: str
    problem: str
    item_id: str
    level: int
    texts: Mapping[str, str] = field(default_factory=dict[str, str])
    hints: Mapping[str, int] = field(default_factory=dict[str, int])
    """How many hints were shown, by answer."""
    marked: Marked | None = None
    """The last verdicts."""
    is_solved: bool = False
    """Whether the solution was asked for."""
    rating: int | None = None
    folders: Folders = ()
    """Of problems that are not built in."""

    @property
    def item(self) -> Item:
        """The item. Raises `MarkschemeError` where its problem has changed since, or is gone."""
        return item_of(self.item_id, self.folders)


def pose(problem: Problem, level: int) -> Item:
    """An item that nobody can foresee. Raises `MarkschemeError` where there is none of this level."""
    if level not in LEVELS:
        raise MarkschemeError(f"There is no {'harder' if level > 0 else 'easier'} one.")
    knobs: Mapping[str, object] = {}
    for _ in range(abs(level)):
        knobs = turned(problem, knobs, harder=level > 0)
    return problem.pose(token_hex(SEED_BYTES), **knobs)


def start(connection: Connection, owner: Owner, problem: str, level: int, now: int, folders: Folders = ()) -> Try:
    """A new item of a problem. Raises `MarkschemeError` for a problem that there is not, and for no such level."""
    item = pose(catalog(folders)[problem], level)
    made = Try(new_code(), problem, item.id, level, folders=folders)
    forget_visitors(connection, now)
    connection.execute(
        schema.practice.insert().values(
            code=made.code,
            owner=owner.key,
            person=owner.person,
            problem=problem,
            item=item.id,
            level=level,
            made_at=now,
        )
    )
    return made


def find(connection: Connection, owner: Owner, code: str, folders: Folders = ()) -> Try:
    """A try of this owner's. Raises `UnknownName` for any other."""
    table = schema.practice
    row = connection.execute(select(table).where(table.c.code == code, table.c.owner == owner.key)).mappings().first()
    if row is None:
        raise UnknownName("There is no such item of yours.")
    return _try_of(row, folders)


def _try_of(row: RowMapping, folders: Folders) -> Try:
    marked = Marked.from_json(json.loads(row["marked"])) if row["marked"] else None
    return Try(
        row["code"], row["problem"], row["item"], row["level"], json.loads(row["texts"]), json.loads(row["hints"]),
        marked, row["solved_at"] is not None, row["rating"], folders,
    )  # fmt: skip


def keep_texts(connection: Connection, it: Try, texts: Mapping[str, str]) -> Try:
    """Keep what stands in the fields."""
    _update(connection, it, texts=json.dumps(texts, ensure_ascii=False))
    return replace(it, texts=texts)


def mark(identity: str, texts: Mapping[str, str], folders: Folders) -> dict[str, Any]:
    """The verdicts on texts as data: what a worker's process does."""
    return item_of(identity, folders).mark({name: text for name, text in texts.items() if text.strip()}).as_json()


def keep_marks(connection: Connection, owner: Owner, it: Try, marked: Mapping[str, Any], now: int) -> Try:
    """Keep the verdicts; the first ones say how well the problem was remembered."""
    found = Marked.from_json(marked)
    _update(connection, it, marked=json.dumps(marked, ensure_ascii=False))
    it = replace(it, marked=found)
    return it if it.rating is not None else _rate(connection, owner, it, rating_of(found, it), now)


def rating_of(marked: Marked, it: Try) -> Rating | None:
    """What a first check says of memory; nothing where a person would have to decide all of it.

    All right is good; with hints, with an error carried on or with something left to a person it was hard; and anything
    wrong is to be met again.
    """
    decided = [verdict for verdict in marked.values() if verdict.status != "by hand"]
    if not decided:
        return None
    if any([verdict.marks != verdict.out_of for verdict in decided]):
        return Rating.Again
    is_plain = len(decided) == len(marked) and all([verdict.status == "right" for verdict in decided])
    return Rating.Good if is_plain and not any(it.hints.values()) else Rating.Hard


def solve(connection: Connection, owner: Owner, it: Try, now: int) -> Try:
    """Show the solution; before any check it is as good as not remembered."""
    if it.is_solved:
        return it
    _update(connection, it, solved_at=now)
    it = replace(it, is_solved=True)
    return it if it.marked is not None or it.rating is not None else _rate(connection, owner, it, Rating.Again, now)


def _update(connection: Connection, it: Try, **values: object) -> None:
    table = schema.practice
    connection.execute(update(table).where(table.c.code == it.code).values(**values))


# Hints


@dataclass(frozen=True, slots=True)
class Hints:
    """What was said about one answer so far, and whether there is more."""

    name: str
    said: tuple[str, ...]
    left: int
    waits_for: tuple[str, ...] = ()
    """The answers whose keys the next hint would give away, and that were not tried yet."""


def hints(it: Try, target: Target = "html") -> list[Hints]:
    """The hints of each answer that has any."""
    item, found = it.item, list[Hints]()
    for name in item.layout.marks:
        all_of_it = hints_of(item, name)
        shown = all_of_it[: it.hints.get(name, 0)]
        rest = all_of_it[len(shown) :]
        waits = tuple([other for other in rest[0].reveals if not _was_tried(it, other)]) if rest else ()
        if all_of_it:
            found.append(Hints(name, tuple([hint.write(target) for hint in shown]), len(rest), waits))
    return found


def hint(connection: Connection, it: Try, name: str) -> Try:
    """One hint more on an answer. Raises `MarkschemeError` where it would give away an answer that was not tried."""
    own = next((found for found in hints(it) if found.name == name), None)
    if own is None or not own.left:
        raise MarkschemeError("That is all there is to say without the answer.")
    if own.waits_for and not it.is_solved:
        raise MarkschemeError(f"The next hint has {', '.join(own.waits_for)} in it: try that first, and check it.")
    counts = {**it.hints, name: it.hints.get(name, 0) + 1}
    _update(connection, it, hints=json.dumps(counts))
    return replace(it, hints=counts)


def _was_tried(it: Try, name: str) -> bool:
    return it.is_solved or (it.marked is not None and it.marked[name].status not in ("blank", "unreadable"))


# When to meet a problem again


def _rate(connection: Connection, owner: Owner, it: Try, rating: Rating | None, now: int) -> Try:
    if rating is None:
        return it
    table = schema.cards
    own = (table.c.owner == owner.key) & (table.c.problem == it.problem)
    before = connection.execute(select(table.c.card).where(own)).scalar()
    card = Card.from_json(before) if before else Card(card_id=1)
    card, _ = SCHEDULER.review_card(card, rating, _time(now))
    values = {"card": card.to_json(), "due_at": int(card.due.timestamp() * SECOND), "reviewed_at": now}
    if before is None:
        connection.execute(table.insert().values(owner=owner.key, person=owner.person, problem=it.problem, **values))
    else:
        connection.execute(update(table).where(own).values(**values))
    _update(connection, it, rating=int(rating))
    return replace(it, rating=int(rating))


def _time(now: int) -> datetime:
    return datetime.fromtimestamp(now / SECOND, UTC)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a problem stands with somebody."""

    due_at: int | None = None
    """None for a problem that was never practiced."""
    recall: float = 0.0
    """How likely it is to be remembered now, as FSRS has it."""
    is_due: bool = False

    def when(self, now: int) -> str:
        """When it is due, in words."""
        if self.due_at is None:
            return "new"
        if self.is_due:
            return "due today"
        days = (_time(self.due_at).date() - _time(now).date()).days
        return "due tomorrow" if days == 1 else f"due in {days} days"


def standings(connection: Connection, owner: Owner, now: int) -> dict[str, Standing]:
    """The problems that somebody has practiced, by name."""
    table = schema.cards
    rows = connection.execute(select(table).where(table.c.owner == owner.key)).mappings()
    tomorrow = datetime.combine(_time(now).date() + timedelta(days=1), datetime.min.time(), UTC)
    return {
        row["problem"]: Standing(
            row["due_at"],
            SCHEDULER.get_card_retrievability(Card.from_json(row["card"]), _time(now)),
            row["due_at"] < tomorrow.timestamp() * SECOND,
        )
        for row in rows
    }


def next_problem(known: Mapping[str, Standing], names: Iterable[str]) -> str:
    """What to practice next: what has been due longest, then what is new, then what is due soonest."""

    def order(name: str) -> tuple[int, int]:
        standing = known.get(name)
        if standing is None or standing.due_at is None:
            return 1, 0
        return (0 if standing.is_due else 2), standing.due_at

    return min(names, key=order)


# What there is to practice


@dataclass(frozen=True, slots=True)
class About:
    """A problem, as a list of problems tells it."""

    name: str
    title: str
    topic: str
    marks: str
    has_levels: bool


def problems(folders: Folders = ()) -> Mapping[str, About]:
    """The problems that can be practiced, by name."""
    return {name: about(it) for name, it in catalog(folders).items()}


@lru_cache(maxsize=1024)
def about(problem: Problem) -> About:
    """A problem, as a list of problems tells it."""
    from markscheme.core.writing import in_marks  # noqa: PLC0415

    return About(
        problem.name, problem.title, problem.name.partition("/")[0].replace("_", " "), in_marks(problem.marks),
        any([type(knob) is int and knob > 0 for knob in problem.knobs.values()]),
    )  # fmt: skip


def forget_visitors(connection: Connection, now: int) -> None:
    """Drop what browsers of nobody in particular left long ago."""
    old = schema.practice.c.made_at < now - VISITORS_KEPT
    connection.execute(delete(schema.practice).where(schema.practice.c.person.is_(None), old))
    stale = schema.cards.c.reviewed_at < now - VISITORS_KEPT
    connection.execute(delete(schema.cards).where(schema.cards.c.person.is_(None), stale))
