"""The questions of a paper, made of the entries of its file: checked where each stands, numbered and labeled."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from markscheme.bank.catalog import Catalog
from markscheme.core.errors import MarkschemeError, near_misses
from markscheme.core.marks import Marks, exact_marks, written
from markscheme.language import Message, say, words
from markscheme.paper.consistent import check_alike, check_choice, check_penalty, refuse
from markscheme.paper.entries import AlternativesEntry, PaperEntry, PartEntry, QuestionEntry
from markscheme.paper.questions import Group, Question, Slot, Space, label_at, short_label
from markscheme.paper.rules import NO_CHOICE_RULE, ChoiceRule
from markscheme.text.source import Text

_INHERITED = ("penalty", "floor", "dont_know", "bonus", "page_break")
_OF_PARTS = ("text", "part", "title", "kind", "choose", "counts", "pool", *_INHERITED)


@dataclass(frozen=True)
class _Above:
    """What holds where a part stands."""

    bonus: bool = False
    choices: ChoiceRule = NO_CHOICE_RULE


class Builder:
    """Makes the questions of one paper. Raises `MarkschemeError` with the paper, the question and what was expected."""

    def __init__(self, name: str, entry: PaperEntry, problems: Catalog) -> None:
        self.name = name
        self.entry = entry
        self.problems = problems
        self._occurrences: dict[tuple[object, ...], int] = {}
        self._names = frozenset([name for asked in entry.question for name in _problems_in(asked)])

    def questions(self) -> tuple[Question, ...]:
        """The questions in printed order, with what students are told of how marks are counted."""
        made = tuple([self._question(number, asked) for number, asked in enumerate(self.entry.question, start=1)])
        first = next((i for i, question in enumerate(made) if question.kind == "problem"), len(made))
        for question in made[first:]:
            if question.kind != "problem":
                raise MarkschemeError(f"{self.name}: question {question.number}: a question of kind {question.kind!r} "
                                      "is in section 0, above the questions with problems")  # fmt: skip
        for chosen in self.entry.choose:
            made = self._choose(chosen, made)
        return made

    def _question(self, number: int, entry: QuestionEntry) -> Question:
        where = f"question {number}"
        title = Text(entry.title, inline=True)
        if entry.kind == "problem":
            refuse(self.name, entry, where, "ask", "required", "name", why="is of section 0 alone")
            body = self._group((str(number),), entry, where, _Above(), alone=_is_alone(entry))
            return Question(number, title, "problem", body, 0, entry=entry)
        if entry.problem or entry.part:
            raise MarkschemeError(
                f"{self.name}: {where}: a question of kind {entry.kind!r} has a text and marks, and no problem"
            )
        own = ("ask", "required") if entry.kind == "honor_code" else ()
        allowed = ("text", "marks", "title", "kind", "name", *own)
        self._only(entry, where, *allowed, what=f"a question of kind {entry.kind!r}")
        body = Group((str(number),), Text(entry.text.strip()), (), None, ())
        return Question(number, title, entry.kind, body, self._own_marks(entry, where), entry.name or entry.kind, entry)

    def _own_marks(self, entry: QuestionEntry, where: str) -> Marks:
        if isinstance(entry.marks, dict):
            raise MarkschemeError(f"{self.name}: {where}: only a problem has marks by the names of its answers")
        return exact_marks(entry.marks or 0)

    def _group(self, path: tuple[str, ...], entry: PartEntry, where: str, above: _Above, *, alone: bool) -> Group:
        if bool(entry.problem) == bool(entry.part):
            raise MarkschemeError(f"{self.name}: {where}: a part has either a problem or parts of its own")
        above = self._below(above, entry, where)
        text = Text(entry.text.strip())
        if entry.problem:
            refuse(self.name, entry, where, "choose", "counts", "pool", why="is for what has parts")
            slot = self._slot(path, entry, where, above)
            group = Group(path, text, (), slot, tuple(_spaces(slot)), entry)
        elif alone:
            self._only(entry, where, *_OF_PARTS, what="what has parts of its own")
            refuse(self.name, entry, where, "choose", "pool", why="is of several parts, and here is one")
            inner = self._group(path, entry.part[0], where, above, alone=_is_alone(entry.part[0]))
            own = {key: getattr(entry, key) for key in _INHERITED if key in entry.model_fields_set}
            text = Text(f"{text.source}\n\n{inner.text.source}".strip())
            group = replace(inner, text=text, entry=inner.entry.model_copy(update=own))
        else:
            self._only(entry, where, *_OF_PARTS, what="what has parts of its own")
            labels = [label_at(len(path), i) for i in range(len(entry.part))]
            groups = [
                self._group((*path, label), part, f"{where}, part {label}", above, alone=False)
                for label, part in zip(labels, entry.part, strict=True)
            ]
            group = Group(path, text, tuple(groups), None, (), entry)
            check_choice(self.name, group, where)
        if entry.penalty is not None:
            check_penalty(self.name, group, where)
        return replace(group, rules=(*_told(group, entry), *group.rules))

    def _below(self, above: _Above, entry: PartEntry, where: str) -> _Above:
        """What holds below an entry."""
        if entry.bonus and above.bonus:
            raise MarkschemeError(f"{self.name}: {where}: what it stands in is 'bonus' already")
        if entry.penalty is None:
            refuse(self.name, entry, where, "floor", why="is of a 'penalty', and none is beside it")
            if "dont_know" in entry.model_fields_set and not above.choices.penalty:
                refuse(self.name, entry, where, "dont_know", why="takes nothing off, nor does any wrong choice here: "
                             "give a 'penalty' as well, or leave it out")  # fmt: skip
        elif above.choices.penalty:
            raise MarkschemeError(f"{self.name}: {where}: what it stands in has a 'penalty' already")
        choices = above.choices
        if entry.penalty is not None:
            choices = replace(choices, penalty=exact_marks(entry.penalty))
        if entry.dont_know is not False:
            choices = replace(choices, dont_know=exact_marks(0 if entry.dont_know is True else entry.dont_know))
        elif "dont_know" in entry.model_fields_set:
            choices = replace(choices, dont_know=None)
        return _Above(above.bonus or entry.bonus, choices)

    def _choose(self, chosen: AlternativesEntry, made: tuple[Question, ...]) -> tuple[Question, ...]:
        """The questions with a choice among some of them, told at each of these."""
        where = f"[[choose]] of {', '.join(map(str, chosen.questions))}"
        there = {it.number: it for it in made}
        for number in chosen.questions:
            if number not in there or there[number].kind != "problem":
                raise MarkschemeError(f"{self.name}: {where}: there is no question {number} with a problem")
        taken = [number for it in self.entry.choose for number in it.questions]
        if len(taken) != len(set(taken)):
            raise MarkschemeError(f"{self.name}: {where}: a question stands in one [[choose]], and there once")
        if chosen.count >= len(chosen.questions):
            raise MarkschemeError(f"{self.name}: {where}: count = {chosen.count} leaves none out")
        options = [(f"question {n}", there[n].marks, there[n].is_bonus) for n in chosen.questions]
        check_alike(self.name, options, "choose", where)
        names = listed([say("question-number", number=number) for number in chosen.questions])
        told = say(f"choose-{chosen.counts}", options=names, count=chosen.count)
        return tuple([
            replace(it, body=replace(it.body, rules=(told, *it.body.rules))) if it.number in chosen.questions else it
            for it in made
        ])  # fmt: skip

    def _only(self, entry: PartEntry, where: str, *allowed: str, what: str) -> None:
        for key in entry.model_fields_set.difference(allowed):
            raise MarkschemeError(f"{self.name}: {where}: {what} has no {key!r}")

    def _slot(self, path: tuple[str, ...], entry: PartEntry, where: str, above: _Above) -> Slot:
        name = entry.problem or ""
        if name not in self.problems:
            raise MarkschemeError(
                f"{self.name}: {where}: there is no problem {name!r}; {near_misses(name, self.problems)}"
            )
        problem = self.problems[name]
        for knob in entry.knobs:
            if knob not in problem.knobs:
                raise MarkschemeError(
                    f"{self.name}: {where}: {name} has no knob {knob!r}; {near_misses(knob, problem.knobs)}"
                )
        if entry.published is not False and (entry.knobs or entry.seed is not None):
            raise MarkschemeError(f"{self.name}: {where}: published numbers have neither 'seed' nor 'knobs'")
        if isinstance(entry.published, str) and entry.published not in problem.variants:
            raise MarkschemeError(f"{self.name}: {where}: {name} is not published as {entry.published!r}; "
                                  f"{near_misses(entry.published, problem.variants)}")  # fmt: skip
        if entry.published is True and problem.default_variant is None:
            raise MarkschemeError(f"{self.name}: {where}: {name} is published {len(problem.variants)} times; "
                                  f"name one: {', '.join(map(repr, problem.variants)) or 'none'}")  # fmt: skip
        if entry.scoring and not any([answer.can_be_scored(entry.scoring) for answer in problem.asked]):
            raise MarkschemeError(f"{self.name}: {where}: no answer of {name} can be scored {entry.scoring!r}")
        slot = Slot(path, entry, problem, 1)
        for answer in entry.marks if isinstance(entry.marks, dict) else ():
            if answer not in (known := [it.name for it in slot.layout.asked]):
                raise MarkschemeError(f"{self.name}: {where}: {name} asks no {answer!r}; {near_misses(answer, known)}")
        drawn = (name, entry.published, entry.seed)
        self._occurrences[drawn] = self._occurrences.get(drawn, 0) + 1
        made = Slot(path, entry, problem, self._occurrences[drawn], self._names, above.bonus, above.choices)
        if entry.space == 0 and (long := [it.name for it in made.layout.asked if it.kind.field().is_long]):
            raise MarkschemeError(f"{self.name}: {where}: space = 0 leaves no room to write {long[0]} into")
        return made


def _is_alone(entry: PartEntry) -> bool:
    return bool(entry.problem) or (len(entry.part) == 1 and _is_alone(entry.part[0]))


def _problems_in(entry: PartEntry) -> Iterator[str]:
    if entry.problem:
        yield entry.problem
    for part in entry.part:
        yield from _problems_in(part)


def _spaces(slot: Slot) -> Iterator[Space]:
    own = 0
    for section in slot.layout.sections:
        path = slot.path
        if section.part is not None:
            path = (*slot.path, label_at(len(slot.path), own))
            own += 1
        if section.answers:
            yield Space(path, slot, section)


def _told(group: Group, entry: PartEntry) -> Iterator[Message]:
    """What students are told of how marks are counted here."""
    if entry.bonus:
        yield say("bonus-rule")
    if entry.choose:
        names = listed([words(short_label(inner.path)) for inner in group.groups])
        yield say(f"choose-{entry.counts or 'best'}", options=names, count=entry.choose)
    if entry.penalty is not None:
        yield say("penalty", points=say("in-points", marks=exact_marks(entry.penalty)))
        yield say("floor", floor=written(exact_marks(entry.floor or 0)).replace("-", "−"))
    if entry.dont_know is not False:
        earns = exact_marks(0 if entry.dont_know is True else entry.dont_know)
        yield say("dont-know-earns", points=say("in-points", marks=earns)) if earns else say("dont-know-rule")


def listed(names: Sequence[Message]) -> Message:
    """Names in a row: `(a), (b) and (d)`."""
    *before, last = names
    return say("list-and-last", of=tuple(before), last=last) if before else last
