"""The rules of a paper's marks: bonus, alternatives of which some count, wrong choices that cost, and a floor."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from markscheme.core.marks import Marks, total
from markscheme.language import Message, say

if TYPE_CHECKING:
    from markscheme.paper.entries import Counting


@dataclass(frozen=True, slots=True)
class ChoiceRule:
    """What a wrong choice takes off, and what "I don't know" earns, if that is offered."""

    penalty: Marks = 0
    dont_know: Marks | None = None


NO_CHOICE_RULE = ChoiceRule()


@dataclass(frozen=True, slots=True)
class Alternatives:
    """Parts or questions of which `count` count: each a name, and the labels of its answer spaces."""

    count: int
    counting: Counting
    options: tuple[tuple[str, frozenset[str]], ...]

    @property
    def said(self) -> Message:
        """The rule, in a clause."""
        options = tuple([name for name, _ in self.options])
        return say(
            "alternatives-best" if self.counting == "best" else "alternatives-first", options=options, count=self.count
        )


@dataclass(frozen=True, slots=True)
class Floor:
    """What some answer spaces come to at least, together."""

    where: str
    labels: frozenset[str]
    least: Marks


@dataclass(frozen=True, slots=True)
class Earned:
    """What was earned at one answer: its label, the marks, what there is, and whether anything was answered."""

    label: str
    marks: Marks
    out_of: Marks
    is_answered: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """What comes of a student's marks by the rules: the total, what there was, and why some marks do not count."""

    total: Marks
    out_of: Marks
    dropped: Mapping[str, Message] = field(default_factory=dict[str, Message])
    """By label."""
    raised: tuple[Message, ...] = ()
    """A sentence for each floor that was reached."""


@dataclass(frozen=True, slots=True)
class Rules:
    """All rules of a paper, as plain data; the empty ones add up."""

    bonus: frozenset[str] = frozenset()
    alternatives: tuple[Alternatives, ...] = ()
    """Those within others come first."""
    floors: tuple[Floor, ...] = ()

    def standing(self, earned: Sequence[Earned]) -> Standing:
        """The total of some marks. Of equally good alternatives those that are printed first count.

        >>> parts = tuple([(name, frozenset([name])) for name in ("1(a)", "1(b)", "1(c)")])
        >>> marks = [Earned("1(a)", 1, 4, True), Earned("1(b)", 3, 4, True), Earned("1(c)", 2, 4, True)]
        >>> standing = Rules(alternatives=(Alternatives(2, "best", parts),)).standing(marks)
        >>> standing.total, standing.out_of, f"{standing.dropped['1(a)']}"
        (5, 8, 'of 1(a), 1(b), 1(c) those 2 count that earned most')
        """
        there = {it.label for it in earned}
        dropped: dict[str, Message] = {}
        left_out = set[str]()
        for rule in self.alternatives:
            options = [labels & there for _, labels in rule.options]
            ranked = sorted(range(len(options)), key=lambda i: self._rank(rule, options[i] - dropped.keys(), earned))
            for i in ranked[rule.count :]:
                dropped |= dict.fromkeys(options[i] - dropped.keys(), rule.said)
            for labels in options[rule.count :]:  # all carry the same
                left_out |= labels
        dropped = {it.label: dropped[it.label] for it in earned if it.label in dropped}  # in printed order
        counted = [it for it in earned if it.label not in dropped]
        raised = tuple([
            say("comes-to", where=floor.where, least=floor.least, sum=sum_of)
            for floor in self.floors
            if (sum_of := total([it.marks for it in counted if it.label in floor.labels])) < floor.least
        ])  # fmt: skip
        whole = self._sum(counted)
        out_of = total([it.out_of for it in earned if it.label not in self.bonus and it.label not in left_out])
        return Standing(max(whole, 0), out_of, dropped, raised)

    def _rank(self, rule: Alternatives, labels: Iterable[str], earned: Sequence[Earned]) -> tuple[Marks, bool]:
        """What is least for the option that counts first; a sort keeps the printed order of those that are alike."""
        here = [it for it in earned if it.label in set(labels)]
        is_answered = any([it.is_answered for it in here])
        return -self._sum(here) if rule.counting == "best" else 0, not is_answered

    def _sum(self, earned: Sequence[Earned]) -> Marks:
        """Marks with the floors of what they are of."""
        below = {label for floor in self.floors for label in floor.labels}
        sums = [it.marks for it in earned if it.label not in below]
        for floor in self.floors:
            here = [it.marks for it in earned if it.label in floor.labels]
            sums += [max(total(here), floor.least)] if here else []
        return total(sums)


NO_RULES = Rules()
