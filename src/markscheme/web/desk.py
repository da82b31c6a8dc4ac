"""The marking desk: answers that wait for a person, question by question, by codes and never by names.

An exam that is sat here and one on paper have each a `Desk`; everything else is the same. Decisions are added to a log
and never changed. A decision is on what its marker saw: where somebody else decided meanwhile it is refused.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from hashlib import sha256
from typing import Any, Literal, Protocol, TypeAlias

from markscheme.core.marks import Marks, exact_marks
from markscheme.exam.marking import Disagreement, holding
from markscheme.exam.store import StoredDecision
from markscheme.kinds import Kind
from markscheme.marking.decision import Decision
from markscheme.marking.decisions import Place, by_points, decided, override
from markscheme.marking.gradebook import Mark, Report
from markscheme.marking.groups import alike
from markscheme.marking.kept import Basis, Kept
from markscheme.marking.submissions import places_of
from markscheme.paper.plan import Paper
from markscheme.web.call import Refused
from markscheme.web.clock import MINUTE
from markscheme.web.people import Person
from markscheme.web.work import Work

View: TypeAlias = Literal["waiting", "second", "wrong", "decided"]
VIEWS: tuple[View, ...] = ("waiting", "second", "wrong", "decided")
MOST_COMMENT = 500
LEASE = 5 * MINUTE


class Desk(Protocol):
    """Where an exam's answers, marks and decisions are."""

    exam: str

    @property
    def paper(self) -> Paper: ...

    @property
    def source(self) -> tuple[str, str]:
        """What a worker loads the paper by: its name, and its manifest if it was printed."""
        ...

    def shelf(self) -> Shelf:
        """Everything that is marked, by code."""
        ...

    def decisions(self) -> list[StoredDecision]:
        """The log, in order."""
        ...

    def add(self, rows: Sequence[StoredDecision], check: Callable[[Sequence[StoredDecision]], None]) -> None:
        """Add to the log, unless `check` raises at what stands in it then."""
        ...

    def signs(self, person: Person) -> str:
        """How a person signs decisions."""
        ...

    def signed(self) -> Mapping[str, str]:
        """Whose the signatures of the log are, for people to read."""
        ...

    def unmarked(self) -> list[str]:
        """The codes that have been handed in, and not been marked yet."""
        ...

    def mark(self) -> Work:
        """Mark those in the background."""
        ...

    def picture(self, code: str, question: str, answer: str) -> str:
        """The address of a picture of what was written; empty where there is none."""
        ...

    def sheet(self, code: str, question: str = "", answer: str = "") -> str:
        """The address of a copy's scanned pages, at an answer if one is named; empty where there are none."""
        ...

    def question(self, code: str, number: int) -> str:
        """A question of a copy as HTML, as the student had it."""
        ...


@dataclass
class Shelf:
    """The marks of a class as the machine gave them."""

    kept: Mapping[str, Kept]
    """By code."""
    _groups: dict[tuple[str, str, bool], list[tuple[Mark, ...]]] = field(
        default_factory=dict[tuple[str, str, bool], list[tuple[Mark, ...]]]
    )

    @property
    def reports(self) -> list[Report]:
        """The reports, without decisions."""
        return [it.report for it in self.kept.values()]

    @cached_property
    def marks(self) -> dict[Place, tuple[Mark, Basis]]:
        """Each mark with what it rests on, by code, question and answer."""
        return {
            (mark.seed, mark.question, mark.answer): (mark, basis)
            for it in self.kept.values() for mark, basis in zip(it.report.marks, it.bases, strict=True)
        }  # fmt: skip

    @cached_property
    def places(self) -> dict[tuple[str, str], list[tuple[Mark, Basis]]]:
        """The marks of each question and answer."""
        found: dict[tuple[str, str], list[tuple[Mark, Basis]]] = {}
        for mark, basis in self.marks.values():
            found.setdefault((mark.question, mark.answer), []).append((mark, basis))
        return found

    def groups(self, question: str, answer: str, kind: Kind[Any] | None, *, queued: bool) -> list[tuple[Mark, ...]]:
        """Answers that are decided once: those that were left to a person, or those that were marked and lost marks."""
        name = (question, answer, queued)
        if name not in self._groups:
            there = self.places.get((question, answer), [])
            chosen = [it for it in there if (it[0].is_queued if queued else _lost(it[0]))]
            self._groups[name] = alike(chosen, kind)
        return self._groups[name]


def _lost(mark: Mark) -> bool:
    return not mark.is_queued and mark.verdict.status != "blank" and mark.verdict.marks != mark.verdict.out_of


@dataclass(frozen=True)
class Pile:
    """Answers to one question that are decided together."""

    marks: tuple[Mark, ...]
    basis: Basis
    """Of the first."""
    decisions: Mapping[Place, Sequence[StoredDecision]]
    """What people have said of them, on the texts as they are."""

    @property
    def question(self) -> str:
        return self.marks[0].question

    @property
    def answer(self) -> str:
        return self.marks[0].answer

    @property
    def code(self) -> str:
        """The name of the pile: its first code."""
        return min([it.seed for it in self.marks])

    @property
    def out_of(self) -> Marks:
        return self.marks[0].verdict.out_of

    @property
    def is_queued(self) -> bool:
        """Whether it was left to a person; else it was marked, and other marks are an override."""
        return self.marks[0].is_queued

    @property
    def texts(self) -> list[tuple[str, int]]:
        """How it was written, and how often, the commonest first."""
        counted: dict[str, int] = {}
        for it in self.marks:
            counted[it.text] = counted.get(it.text, 0) + 1
        return sorted(counted.items(), key=lambda it: -it[1])

    @property
    def standing(self) -> list[StoredDecision]:
        """What stands there: each decision once, whatever answers it is on."""
        every = [it for rows in self.decisions.values() for it in rows]
        return list({(it.who, it.marks, it.reason, it.kind): it for it in every}.values())

    @property
    def stamp(self) -> str:
        """What a marker sees of it: another one where an answer came, went or changed, or somebody decided."""
        seen = [
            (it.seed, it.text, len(self.decisions.get((it.seed, it.question, it.answer), ()))) for it in self.marks
        ]  # fmt: skip
        return sha256(repr(sorted(seen)).encode()).hexdigest()[:24]


@dataclass(frozen=True)
class Board:
    """A desk at one moment: its marks, and what people have said of them."""

    desk: Desk
    shelf: Shelf
    decisions: Sequence[StoredDecision]

    @cached_property
    def current(self) -> dict[Place, list[StoredDecision]]:
        """The decisions on texts as they are, by place."""
        found: dict[Place, list[StoredDecision]] = {}
        for it in self.decisions:
            place = (it.code, it.question, it.answer)
            at = self.shelf.marks.get(place)
            if at is not None and at[0].text == it.on_text:
                found.setdefault(place, []).append(it)
        return found

    @cached_property
    def held(self) -> tuple[dict[Place, Decision], list[Disagreement], list[str]]:
        """The decisions that hold, disagreements, and decisions on texts that have changed since."""
        return holding(self.decisions, [mark for mark, _ in self.shelf.marks.values()])

    @property
    def apart(self) -> list[Disagreement]:
        return self.held[1]

    def reports(self) -> list[Report]:
        """The reports with the decisions that hold."""
        return decided(self.shelf.reports, self.held[0])

    def shows(self, mark: Mark, view: View, me: str) -> bool:
        """Whether a view has an answer for a marker."""
        rows = self.current.get((mark.seed, mark.question, mark.answer), [])
        people = {it.who for it in rows}
        match view:
            case "waiting" | "wrong":
                return not rows
            case "second":
                return len(people) == 1 and me not in people and all([it.kind == "by hand" for it in rows])
            case "decided":
                return bool(rows)

    def piles(self, question: str, answer: str, view: View, me: str) -> list[Pile]:
        """What there is to decide at one question and answer."""
        kind = self.desk.paper.kinds.get((question, answer))
        groups = list(self.shelf.groups(question, answer, kind, queued=view != "wrong"))
        if view == "decided":
            groups += self.shelf.groups(question, answer, kind, queued=False)
            others = [it for it in self.shelf.places.get((question, answer), []) if not _grouped(it[0])]
            groups += [(mark,) for mark, _ in others]
        shown = [tuple([mark for mark in group if self.shows(mark, view, me)]) for group in groups]
        return [self.pile(marks) for marks in shown if marks]

    def pile(self, marks: tuple[Mark, ...]) -> Pile:
        """Answers with what people have said of them."""
        places = [(it.seed, it.question, it.answer) for it in marks]
        rows = {place: self.current[place] for place in places if place in self.current}
        return Pile(marks, self.shelf.marks[places[0]][1], rows)

    def single(self, code: str, question: str, answer: str) -> Pile | None:
        """One answer of one copy."""
        at = self.shelf.marks.get((code, question, answer))
        return None if at is None else self.pile((at[0],))

    def counts(self, me: str) -> dict[tuple[str, str], dict[str, int]]:
        """How many answers each view has, by question and answer, in printed order."""
        found: dict[tuple[str, str], dict[str, int]] = {}
        for place, there in self.shelf.places.items():
            queued = [mark for mark, _ in there if mark.is_queued]
            found[place] = {
                "waiting": sum([self.shows(it, "waiting", me) for it in queued]),
                "second": sum([self.shows(it, "second", me) for it in queued]),
                "wrong": sum([_lost(it) and self.shows(it, "wrong", me) for it, _ in there]),
                "decided": sum([self.shows(it, "decided", me) for it, _ in there]),
            }
        order = {place: i for i, place in enumerate(places_of(self.desk.paper))}
        return dict(sorted(found.items(), key=lambda it: order.get(it[0], len(order))))


def _grouped(mark: Mark) -> bool:
    return mark.is_queued or _lost(mark)


def board(desk: Desk) -> Board:
    """A desk as it stands."""
    return Board(desk, desk.shelf(), desk.decisions())


# Deciding


class Conflict(Exception):
    """Somebody else decided meanwhile, or the answers are others now: what stands there."""

    def __init__(self, standing: Sequence[StoredDecision]) -> None:
        super().__init__("decided meanwhile")
        self.standing = standing


@dataclass(frozen=True)
class Given:
    """What a marker gives."""

    marks: Mapping[str, Marks]
    """For each point."""
    comment: str
    """With an override, why."""


def decide(board: Board, pile: Pile, given: Given, person: Person, stamp: str, when: str) -> None:
    """Decide a pile as its marker saw it. Raises `Conflict`, or `Refused` for an override without a reason."""
    me = board.desk.signs(person)
    rows = [_row(pile, mark, given, person, me, when) for mark in pile.marks]
    if stamp != pile.stamp:
        if _is_there(pile, rows):
            return  # it was sent twice
        raise Conflict(pile.standing)

    def check(now: Sequence[StoredDecision]) -> None:
        later = Board(board.desk, board.shelf, now).pile(pile.marks)
        if later.stamp != stamp:
            raise Conflict(later.standing)

    board.desk.add(rows, check)


def _row(pile: Pile, mark: Mark, given: Given, person: Person, me: str, when: str) -> StoredDecision:
    if pile.is_queued and not _is_settled(pile):
        decision = by_points(given.marks, dict(pile.basis.points), given.comment)
        kind = "by hand"
    else:
        if not given.comment:
            raise Refused(400, "Other marks in place of the machine's, or of two markers', need a reason.")
        decision = override(mark, _total(given.marks), person.name, given.comment, when[:10])
        kind = "override"
    reason = json.dumps(decision.message.as_json(), ensure_ascii=False)
    return StoredDecision(
        mark.seed, mark.question, mark.answer, str(Fraction(decision.marks)), reason, me, kind, mark.text, "web", when
    )


def _is_settled(pile: Pile) -> bool:
    """Whether marks by hand are not enough any more: people differ, or it has been overridden."""
    for rows in pile.decisions.values():
        last = {it.who: it.marks for it in rows if it.kind == "by hand"}
        if len(set(last.values())) > 1 or any([it.kind == "override" for it in rows]):
            return True
    return False


def needs_reason(pile: Pile) -> bool:
    """Whether marks there are an override, which says why."""
    return not pile.is_queued or _is_settled(pile)


def _total(marks: Mapping[str, Marks]) -> Marks:
    return exact_marks(sum([Fraction(it) for it in marks.values()], Fraction(0)))


def _is_there(pile: Pile, rows: Iterable[StoredDecision]) -> bool:
    """Whether decisions stand there already, each as the last one."""
    last = {place: its[-1] for place, its in pile.decisions.items()}
    wanted = [(it, last.get((it.code, it.question, it.answer))) for it in rows]
    return all([was and (was.who, was.marks, was.kind) == (it.who, it.marks, it.kind) for it, was in wanted])


# Leases


class Leases:
    """Who is at which pile, for a few minutes: a second marker is given another one.

    They only spread markers out: what keeps one from overwriting another is the stamp of `decide`.

    >>> leases = Leases()
    >>> leases.take(("exam", "3", "x", "ab"), "Ada", 0), leases.take(("exam", "3", "x", "ab"), "Bob", 1)
    ('', 'Ada')
    """

    def __init__(self) -> None:
        self._taken: dict[tuple[str, str, str, str], tuple[str, int]] = {}

    def take(self, at: tuple[str, str, str, str], who: str, now: int) -> str:
        """Take a pile, and leave those that one had; returns who else has it, if somebody does."""
        other = self.holder(at, who, now)
        for place, (holder, until) in list(self._taken.items()):
            if holder == who or until <= now:
                del self._taken[place]
        if not other:
            self._taken[at] = (who, now + LEASE)
        return other

    def take_free(self, places: Sequence[tuple[str, str, str, str]], start: int, who: str, now: int) -> tuple[int, str]:
        """Take the first pile from `start` on, and around, that nobody else has: its index, and who else has it.

        Where others have all, it is the first of those.
        """
        order = [*range(start, len(places)), *range(min(start, len(places)))]
        free = [i for i in order if not self.holder(places[i], who, now)]
        at = (free or order or [0])[0]
        return at, self.take(places[at], who, now) if places else ""

    def holder(self, at: tuple[str, str, str, str], who: str, now: int) -> str:
        """Who else has a pile."""
        holder, until = self._taken.get(at, ("", 0))
        return holder if holder != who and until > now else ""
