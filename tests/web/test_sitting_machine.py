"""A sitting under everything that can happen to it, in any order, on a clock that the test moves."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import Connection, create_engine, insert, select

from markscheme.web import saving, schema, sittings
from markscheme.web.call import Refused
from markscheme.web.clock import MINUTE, SECOND
from markscheme.web.database import rows

CLIENTS = st.sampled_from(["one", "two"])
ANSWERS = st.sampled_from([("1", "x"), ("2(a)", "y")])
TEXTS = st.text(max_size=5)


class Sat(RuleBasedStateMachine):
    """What counts is the last text that was taken in time, each text that was sent is kept, and no time is lost."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 1_000_000
        self.counts: dict[tuple[str, str], str] = {}
        self.revisions: dict[tuple[str, str], int] = {}
        self.places: list[tuple[str, str]] = []
        """Of each revision."""
        self.sent: list[saving.Save] = []
        self.verdicts: list[tuple[str, int | None]] = []
        self.paused = 0
        self.given = 60 * MINUTE
        self.started: int | None = None
        self.paused_at: int | None = None
        self.voided = False
        self.handed_in = False

    @initialize()
    def prepared(self) -> None:
        self.engine = create_engine("sqlite://")
        schema.META.create_all(self.engine)
        self.connection = self.engine.connect()
        self.connection.execute(schema.sittings.insert().values(
            code="s", exam="e", person="p", state="ready", allowed_ms=self.given
        ))  # fmt: skip

    def teardown(self) -> None:
        if hasattr(self, "connection"):
            self.connection.close()
            self.engine.dispose()

    # What the clock says by the test's own reckoning

    @property
    def ends_at(self) -> int | None:
        return None if self.started is None else self.started + self.given + self.paused

    @property
    def runs(self) -> bool:
        if self.ends_at is None or self.voided or self.handed_in:
            return False
        return self.paused_at is not None or self.now < self.ends_at

    def find(self) -> sittings.Sitting:
        return sittings.find(self.connection, "s", self.now)

    @rule(seconds=st.sampled_from([1, 60, 600, 2000]))
    def time_passes(self, seconds: int) -> None:
        self.now += seconds * SECOND

    @precondition(lambda self: self.started is None and not self.voided)
    @rule()
    def starts(self) -> None:
        sittings.do(self.connection, self.find(), "start", self.now, "p")
        self.started = self.now

    @precondition(lambda self: self.runs and self.paused_at is None)
    @rule()
    def is_paused(self) -> None:
        sittings.do(self.connection, self.find(), "pause", self.now, "t")
        self.paused_at = self.now

    @precondition(lambda self: self.paused_at is not None and not self.voided)
    @rule()
    def goes_on(self) -> None:
        sittings.do(self.connection, self.find(), "resume", self.now, "t")
        self.paused += self.now - (self.paused_at or 0)
        self.paused_at = None

    @precondition(lambda self: self.runs or (self.started is None and not self.voided))
    @rule(minutes=st.integers(1, 20))
    def gets_time(self, minutes: int) -> None:
        sittings.give_time(self.connection, self.find(), minutes * MINUTE, self.now, "t")
        self.given += minutes * MINUTE

    @precondition(lambda self: self.runs and self.paused_at is None)
    @rule()
    def hands_in(self) -> None:
        assert saving.hand_in(self.connection, "s", self.now, "p").state == "handed in"
        self.handed_in = True

    @precondition(lambda self: self.started is not None)
    @rule(stop=st.integers(0, 9))
    def is_voided_rarely(self, stop: int) -> None:
        if stop == 0 and not self.voided:
            sittings.do(self.connection, self.find(), "void", self.now, "t")
            self.voided, self.paused_at = True, None

    @precondition(lambda self: self.started is not None and not self.voided)
    @rule(client=CLIENTS, at=ANSWERS, text=TEXTS, behind=st.integers(0, 2))
    def saves(self, client: str, at: tuple[str, str], text: str, behind: int) -> None:
        known = [0, *[it for it, place in enumerate(self.places, start=1) if place == at]]
        base = known[max(0, len(known) - 1 - behind)]
        it = saving.Save(client, len(self.sent) + 1, base, *at, text)
        found = saving.save(self.connection, "s", it, self.now)
        before = self.counts.get(at, "")
        if not self.runs:
            assert found.verdict == "late"
        elif base != self.revisions.get(at, 0) and text != before:
            assert found.verdict == "conflict"
        else:
            assert found.verdict == "saved"
            self.counts[at], self.revisions[at] = text, found.revision
            self.places.append(at)
        assert found.text == self.counts.get(at, "")
        self.sent.append(it)
        self.verdicts.append((found.verdict, found.revision))

    @precondition(lambda self: self.sent)
    @rule(data=st.data())
    def sends_again(self, data: Any) -> None:
        at = data.draw(st.integers(0, len(self.sent) - 1))
        found = saving.save(self.connection, "s", self.sent[at], self.now)
        assert found.verdict == self.verdicts[at][0]

    @invariant()
    def the_last_text_in_time_counts(self) -> None:
        if hasattr(self, "connection"):
            texts = saving.texts(self.connection, "s")
            assert {at: it.text for at, it in texts.items()} == self.counts
            assert {at: it.revision for at, it in texts.items()} == self.revisions

    @invariant()
    def nothing_that_was_sent_is_lost(self) -> None:
        if hasattr(self, "connection"):
            kept = rows(self.connection, select(schema.saves).order_by(schema.saves.c.id))
            assert [(it["client"], it["sequence"], it["text"]) for it in kept] == [
                (it.client, it.sequence, it.text) for it in self.sent
            ]

    @invariant()
    def the_time_is_as_the_clock_says(self) -> None:
        if hasattr(self, "connection") and self.ends_at is not None and not self.handed_in and not self.voided:
            found = self.find()
            at = self.now if self.paused_at is None else self.paused_at
            assert found.left(self.now) == max(0, self.ends_at - at)
            assert (found.state == "time up") == (not self.runs)


Sat.TestCase.settings = settings(max_examples=25, stateful_step_count=40, deadline=None)
test_a_sitting_loses_nothing = Sat.TestCase


SAVES = st.builds(
    lambda client, sequence, base, at, text: saving.Save(client, sequence, base, at[0], at[1], text),
    CLIENTS, st.integers(1, 6), st.integers(0, 3), ANSWERS, TEXTS,
)  # fmt: skip
SENT = st.builds(
    saving.Sent, st.sampled_from(["s", "early", "void"]), st.lists(SAVES, min_size=1, max_size=3), st.integers(0, 20)
)
STARTED = {"allowed_ms": 10, "started_at": 0, "ends_at": 10, "exam": "e"}


@given(st.lists(SENT, min_size=1, max_size=12))
def test_what_comes_together_becomes_what_it_would_alone(sent: list[saving.Sent]) -> None:
    """Saves of many sittings in one change, before, at and after the end: as one after the other, to the last row."""

    def told(connection: Connection, groups: list[list[saving.Sent]]) -> list[object]:
        schema.META.create_all(connection)
        for code, state in (("s", "running"), ("early", "ready"), ("void", "void")):
            connection.execute(insert(schema.sittings).values(code=code, person=code, state=state, **STARTED))
        found = [outcome for group in groups for outcome in saving.save_all(connection, group)]
        tables = (schema.saves, schema.sittings, schema.sitting_log)
        kept = [sorted(tuple(it.items()) for it in rows(connection, select(*table.c))) for table in tables[1:]]
        saves = sorted([repr({**it, "id": 0}) for it in rows(connection, select(schema.saves))])
        return [*[it.said if isinstance(it, Refused) else it for it in found], kept, saves]

    engine = create_engine("sqlite://")
    with engine.connect() as one:
        apart = told(one, [[it] for it in sent])
    engine.dispose()
    with engine.connect() as one:
        assert told(one, [sent]) == apart
    engine.dispose()
