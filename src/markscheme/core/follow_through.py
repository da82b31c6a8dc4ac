"""What explains a wrong answer: the student's own earlier answers carried on correctly, or a slip, here or upstream.

Follow-through is not to be farmed: `still_a_test.py` says when a carried answer goes to a person instead.

Functions of authors meet values here that nobody foresaw: whatever they raise, the value cannot be carried. Numbers
far beyond the key's are not carried at all, for `range(n)` and `2**n` must end. What a function costs within
that bound is its author's to know.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import islice, product
from typing import TYPE_CHECKING, Any

from markscheme.core.answer import RUNS
from markscheme.core.candidate import Candidate, Inputs, carries_of, distinct, values_of
from markscheme.core.marks import Marks
from markscheme.core.still_a_test import Trial, numbers_in
from markscheme.core.unforeseen import CANNOT_BE_TRIED, agrees, called, first_lacking, is_slip, lacking
from markscheme.core.verdict import Verdict
from markscheme.core.wiring import Wired
from markscheme.kinds import Undecided
from markscheme.language import NOTHING, Message, as_message, joined, message_of, say

if TYPE_CHECKING:
    from markscheme.core.answer import Answer, Slip
    from markscheme.core.item import Item

MOST_CANDIDATES = 8
MOST_COMBINATIONS = 64
MOST_UPSTREAM_CALLS = 10_000
"""How much work the search for a slip upstream may be, counted in calls, for one submission."""
LARGEST_CARRIED = 10_000
TIMES_THE_KEY = 100
"""A number is carried up to `LARGEST_CARRIED`, and up to so many times the largest that stands there in the key."""


def explain(item: Item, verdicts: dict[str, Verdict]) -> None:
    """Replace each "wrong" by what explains it, in the order of the graph; an open-ended one may be right after all."""
    _judge_open_ended(item, verdicts, _judge_together(item, verdicts))
    student = Student(item, verdicts)
    for answer in item.layout.asked:
        verdict = verdicts[answer.name]
        if verdict.status == "wrong":
            explanations = (student.carried_on, student.slipped, student.too_large_to_carry, _plain_wrong)
            found = (explanation(answer, verdict) for explanation in explanations)
            verdicts[answer.name] = next(it for it in found if it is not None)


def _judge_together(item: Item, verdicts: dict[str, Verdict]) -> set[str]:
    """The answers that are right together, and are so called: what comes after them goes with the key's as well."""
    together = set[str]()
    for answer in item.problem.answers.values():
        for rule in answer.joint:
            own = {name: verdicts[name] for name in rule.names if name in verdicts}
            if answer.name not in own or any([verdict.status in ("blank", "unreadable") for verdict in own.values()]):
                continue
            submitted = {name: verdict.value for name, verdict in own.items() if verdict.value is not None}
            if called(rule, {**item.values, **submitted}):
                together.update(own)
                for name, verdict in own.items():
                    if verdict.status != "right":
                        said = say("right-together", others=joined("places", *[it for it in own if it != name]))
                        verdicts[name] = Verdict("right", verdict.out_of, verdict.out_of, said, value=verdict.value)
    return together


def _judge_open_ended(item: Item, verdicts: dict[str, Verdict], together: set[str]) -> None:
    """Judge open-ended answers by their properties; what comes after a right one must go with the student's.

    Those that are right together are judged already.
    """
    values = dict(item.values)
    own = set[str]()
    for name, answer in item.problem.answers.items():
        if name in together:
            continue
        verdict = verdicts.get(name)
        is_moved = not own.isdisjoint(answer.sources) and not answer.is_printed
        moved = called(answer.wired, values) if is_moved and not answer.properties else None
        if verdict is not None and verdict.status in ("right", "wrong"):
            if answer.properties and verdict.status == "wrong":
                verdict = verdicts[name] = _judged_by_properties(item, answer, verdict)
            submitted = item.values[name] if verdict.value is None else verdict.value  # None: the key to the letter
            goes = is_moved and _goes_with(answer, values, submitted)
            if is_moved and verdict.status == "right" and not goes:
                said = say("goes-with-another", others=_listed(own, answer))
                verdicts[name] = Verdict("wrong", 0, verdict.out_of, said, value=submitted)
            elif goes or (answer.properties and verdict.status == "right"):
                moved = submitted
        if moved is not None and moved != item.values[name]:
            values[name] = moved
            own.add(name)


def _listed(own: set[str], answer: Answer[..., Any]) -> Message:
    return joined("places", *[name for name in answer.sources if name in own])


def _goes_with(answer: Answer[..., Any], values: Mapping[str, Any], value: Any) -> bool:
    """Whether an answer is right where the values have other open-ended answers than the key's."""
    if answer.properties:
        return not lacking(answer, {**values, answer.name: value})
    return agrees(answer, called(answer.wired, values), value)


def _judged_by_properties(item: Item, answer: Answer[..., Any], verdict: Verdict) -> Verdict:
    """An open-ended answer that is not the key: right with every property, else wrong for the first that it lacks."""
    values = {**item.values, answer.name: verdict.value}
    try:
        lacking = answer.lacks(values)
        doubts = NOTHING if lacking else as_message(answer.doubts(values))
    except Undecided as error:
        return Verdict("by hand", 0, verdict.out_of, say("not-decided", why=message_of(error)), value=verdict.value)
    except Exception:  # noqa: BLE001 (a property may not foresee what is submitted)
        lacking, doubts = CANNOT_BE_TRIED, NOTHING
    if lacking:
        return Verdict("wrong", 0, verdict.out_of, lacking, value=verdict.value)
    if doubts:
        reason = say("has-but", doubts=doubts)
        return Verdict("by hand", 0, verdict.out_of, reason, value=verdict.value)
    reason = joined("sentences", say("right-by-properties"), answer.remarked(values))
    return Verdict("right", verdict.out_of, verdict.out_of, reason, value=verdict.value)


def _plain_wrong(_answer: Answer[..., Any], verdict: Verdict) -> Verdict:
    reason = say("wrong")
    if verdict.message:  # where it fails
        reason = say("wrong-for", reason=verdict.message)
    return Verdict("wrong", 0, verdict.out_of, reason, value=verdict.value)


class Student:
    """One student's item: the own answers that are not the key to the letter, and what may follow from them."""

    def __init__(self, item: Item, verdicts: Mapping[str, Verdict]) -> None:
        self.item = item
        self.verdicts = verdicts
        self.wrong = {name: verdict.value for name, verdict in verdicts.items() if verdict.status == "wrong"}
        self.rounded = {
            name: verdict.value
            for name, verdict in verdicts.items()
            if verdict.status == "right" and verdict.value is not None
        }
        self.too_large = set[str]()
        """Names that the student may have gone on from at numbers too large to try."""
        self._trial = Trial(self)
        self._upstream_calls = 0
        self._candidates: dict[str, tuple[Candidate, ...]] = {}
        self._recomputed: dict[str, Candidate] = {}
        for name in item.problem.answers:  # in the order of the graph, so that nothing recurs deeply
            self._candidates_of(name)

    def carried_on(self, answer: Answer[..., Any], verdict: Verdict) -> Verdict | None:
        """Follow-through, if it is right at the student's earlier answers; "by hand" if those spoil the question."""
        by_hand: Verdict | None = None
        for inputs in self._combinations(answer.sources):
            carries = carries_of(inputs)
            if not carries:
                continue
            value = called(answer.wired, values_of(inputs))
            if answer.properties:
                follows = value is not None and not lacking(answer, {**values_of(inputs), answer.name: verdict.value})
            else:
                follows = agrees(answer, value, verdict.value)
            if not follows:
                continue
            earlier = tuple(sorted(carries, key=list(self.verdicts).index))
            spoiled = NOTHING if carries.isdisjoint(self.wrong) else self._trial.spoiled(answer, inputs, value)
            if not spoiled:
                reason = say("carried-on", earlier=earlier)
                return Verdict(
                    "follow-through", verdict.out_of, verdict.out_of, reason, value=verdict.value, carried_from=earlier
                )
            reason = say("follows-but", earlier=earlier, spoiled=spoiled)
            by_hand = replace(self._by_hand(verdict, reason), carried_from=earlier) if by_hand is None else by_hand
        return by_hand

    def slipped(self, answer: Answer[..., Any], verdict: Verdict) -> Verdict | None:
        """The slips that give this answer: its own, or one in a step or an unanswered question before it."""
        found: dict[str, tuple[Message, Any]] = {}
        for slip in answer.slips:
            for inputs in self._combinations(slip.wired.names):
                said = called(slip.wired, values_of(inputs))
                if is_slip(answer, slip, said, verdict.value) or self._fails_alike(answer, slip, said, verdict.value):
                    found[slip.name] = self._named(slip.name), self._worth(answer, slip, inputs)
                    break
        for name, slip_name in self._upstream_slips(answer, verdict.value) if not found else ():
            found.setdefault(slip_name, (say("slip-carried-on", slip=self._named(slip_name), name=name), 0))
        for slip_name, places in self._repeated_slips(answer, verdict.value) if not found else ():
            own = [self.item.layout.worth(answer, slip.marks) for slip in answer.slips if slip.name == slip_name]
            found[slip_name] = (
                say("slip-at", slip=self._named(slip_name), places=joined("places", *places)),
                sum(own),
            )
        if not found:
            return None
        reason = say("known-slip", slips=joined("alternatives", *[said for said, _ in found.values()]))
        if answer.properties:
            reason = joined("sentences", reason, verdict.message)
        marks = max([marks for _, marks in found.values()])
        return Verdict("slip", marks, verdict.out_of, reason, tuple(found), verdict.value)

    def _named(self, slip: str) -> Message:
        """What a slip is called, in every language that the problem has."""
        return self.item.problem.graph.words(slip)

    def _worth(self, answer: Answer[..., Any], slip: Slip, inputs: Inputs) -> Marks:
        """What a slip earns: nothing where it is made at earlier answers that spoil the question."""
        worth = self.item.layout.worth(answer, slip.marks)
        if not worth or self.wrong.keys().isdisjoint(carries_of(inputs)):
            return worth
        own = {name: inputs[name] if name in inputs else self._likeliest(name) for name in answer.wired.names}
        return 0 if self._trial.spoiled(answer, own, called(answer.wired, values_of(own))) else worth

    def _fails_alike(self, answer: Answer[..., Any], slip: Slip, said: Any, submitted: Any) -> bool:
        """Whether a program runs, and lacks first the property that shows a slip."""
        if not answer.kind.is_run or not isinstance(said, str):
            return False
        own, _ = first_lacking(answer, {**self.item.values, answer.name: submitted})
        if own in ("", RUNS):
            return False
        return own == (slip.lacks or first_lacking(answer, {**self.item.values, answer.name: said})[0])

    def too_large_to_carry(self, answer: Answer[..., Any], verdict: Verdict) -> Verdict | None:
        """To a person where the answer may follow from numbers that are too large to go on from."""
        if self.too_large.isdisjoint(answer.sources):
            return None
        reason = say("follows-too-large")
        return self._by_hand(verdict, reason)

    @staticmethod
    def _by_hand(verdict: Verdict, reason: Message) -> Verdict:
        return Verdict("by hand", 0, verdict.out_of, reason, value=verdict.value)

    # What the student may have gone on from

    def _candidates_of(self, name: str) -> tuple[Candidate, ...]:
        if name not in self._candidates:
            self._candidates[name] = tuple(islice(self._carriable(name), MOST_CANDIDATES))
        return self._candidates[name]

    def _carriable(self, name: str) -> Iterator[Candidate]:
        for candidate in distinct(self._may_go_on_from(name)):
            if not candidate.carries or self._is_bounded(name, candidate.value):
                yield candidate
            else:
                self.too_large.add(name)

    def _may_go_on_from(self, name: str) -> Iterator[Candidate]:
        answer = self.item.problem.answers.get(name)
        if answer is None:
            yield Candidate(self.item.values[name])
        elif name in self.wrong:
            yield self._candidate(answer, self.wrong[name], frozenset([name]), None)
        elif self._is_answered(name):
            yield Candidate(self.item.values[name])
            if name in self.rounded:  # right within tolerance: the student may go on rounded
                yield Candidate(self.rounded[name], frozenset([name]))
        else:
            if not self.too_large.isdisjoint(answer.wired.names):
                self.too_large.add(name)
            key = Candidate(self.item.values[name])
            if self.item.layout.is_seen(answer):  # printed, or passed on for a blank; nobody reads the key's step
                yield key
            for number, inputs in enumerate(self._combinations(answer.wired.names)):
                if carries := carries_of(inputs):
                    value = called(answer.wired, values_of(inputs))
                    if value is None:
                        continue
                    made = self._candidate(answer, value, carries, inputs)
                else:
                    made = key
                if number == 0 and self._is_bounded(name, made.value):
                    self._recomputed[name] = made
                yield made

    def _candidate(
        self, answer: Answer[..., Any], value: Any, carries: frozenset[str], inputs: Inputs | None
    ) -> Candidate:
        ill_posed = next((it.ill_posed for it in (inputs or {}).values() if it.ill_posed), "")
        if self._is_bounded(answer.name, value):
            ill_posed = ill_posed or self._broken_requirement(answer, value, inputs or {})
        return Candidate(value, carries, inputs, ill_posed)

    def broken(self, answer: Answer[..., Any], inputs: Inputs, value: Any) -> str:
        """The requirement that fails on the way to an answer's value; empty where none does."""
        return self._candidate(answer, value, frozenset(), inputs).ill_posed

    def _broken_requirement(self, answer: Answer[..., Any], value: Any, inputs: Inputs) -> str:
        for rule in answer.requirements:
            if not called(rule.wired, self.world(rule.wired, {**values_of(inputs), answer.name: value})):
                return rule.sentence
        return ""

    def world(self, wired: Wired, known: Mapping[str, Any]) -> dict[str, Any]:
        """The values that flow into a function beside an answer: what is known there, and what goes with it."""
        return {
            name: known[name] if name in known else self._likeliest(name).value
            for name in wired.names
            if name in known or self._candidates_of(name)
        }

    def _likeliest(self, name: str) -> Candidate:
        """What follows if the student computed everything from the own answers."""
        return self._recomputed.get(name) or self._candidates_of(name)[0]

    def _is_answered(self, name: str) -> bool:
        return name in self.verdicts and self.verdicts[name].status not in ("blank", "unreadable")

    def _is_bounded(self, name: str, value: Any) -> bool:
        largest = _largest(value)
        return largest <= LARGEST_CARRIED or largest <= TIMES_THE_KEY * _largest(self.item.values[name])

    def _combinations(self, names: Iterable[str]) -> Iterator[Inputs]:
        """Choices of candidates: everything recomputed first, then one by one."""
        names = tuple(names)
        choices = [self._candidates_of(name) for name in names]
        if not all(choices):
            return
        if any([len(choice) > 1 for choice in choices]):
            yield {name: self._likeliest(name) for name in names}
        for chosen in islice(product(*choices), MOST_COMBINATIONS):
            yield dict(zip(names, chosen, strict=True))

    # Slips upstream

    def _upstream_slips(self, answer: Answer[..., Any], submitted: Any) -> Iterator[tuple[str, str]]:
        """Slips in what the student did not write down, which carried on correctly give the submitted answer."""
        answers = self.item.problem.answers
        way = answer.ancestors
        for name in way:
            if self._is_answered(name) or answers[name].is_printed:
                continue
            for slip in answers[name].slips:
                if slip.decides:
                    continue
                for inputs in self._combinations(slip.wired.names):
                    wrong = called(slip.wired, values_of(inputs))
                    if wrong is not None and any([
                        agrees(answer, self._downstream([*way, answer.name], {name: wrong}, hints=hints), submitted)
                        for hints in (True, False)
                    ]):  # fmt: skip
                        yield name, slip.name
                        break

    def _repeated_slips(self, answer: Answer[..., Any], submitted: Any) -> Iterator[tuple[str, list[Message]]]:
        """Slips of one name, made here and in what the student did not write down, or in several such places."""
        answers = self.item.problem.answers
        way = [*answer.ancestors, answer.name]
        places: dict[str, list[Message]] = {}
        for name in way:
            if name == answer.name or not (self._is_answered(name) or answers[name].is_printed):
                for slip in answers[name].slips:
                    if not slip.decides:
                        places.setdefault(slip.name, []).append(
                            say("place-here") if name == answer.name else say("place-in", name=name)
                        )
        for slip_name, where in places.items():
            if len(where) > 1 and any([
                agrees(answer, self._downstream(way, {}, slip_name, hints=hints), submitted)
                for hints in (True, False)
            ]):  # fmt: skip
                yield slip_name, where

    def _downstream(self, way: list[str], start: Mapping[str, Any], slip_name: str = "", *, hints: bool) -> Any:
        """The last answer on a way when those in `start` have other values, or a slip is made wherever it can be.

        Hints are used as printed, or recomputed.
        """
        world = {**self.item.values, **self.wrong, **start}
        changed = {*start, *self.wrong}
        *_, last = way
        for name in way:
            node = self.item.problem.answers[name]
            slip = next((it.wired for it in node.slips if it.name == slip_name and not it.decides), None)
            is_fixed = name in start or self._is_answered(name) or (hints and node.is_printed)
            if name != last and (is_fixed or (slip is None and changed.isdisjoint(node.wired.names))):
                continue
            sources = {*node.wired.names, *(slip.names if slip else ())}
            self._upstream_calls += 1
            if self._upstream_calls > MOST_UPSTREAM_CALLS or not all(
                [self._is_bounded(source, world[source]) for source in changed.intersection(sources)]
            ):
                return None
            world[name] = called(slip, world) if slip else None
            if world[name] is None:  # no slip is to be made here, or none can be
                world[name] = called(node.wired, world)
            if world[name] is None:
                return None
            changed.add(name)
        return world[last]


def _largest(value: Any) -> Any:
    return max([abs(number) for _, number in numbers_in(value)], default=0)
