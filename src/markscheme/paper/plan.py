"""A paper as a plan: a TOML file that says which problems stand where, checked and labeled."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TypeVar

from markscheme.bank.catalog import PRINTED, Catalog, catalog
from markscheme.core.errata import Finding
from markscheme.core.errors import MarkschemeError, near_misses
from markscheme.core.item import Item
from markscheme.core.verdict import Marks, exact_marks, total, written
from markscheme.draw import Draw
from markscheme.language import Message, say, words
from markscheme.paper.consistent import (
    check_alike,
    check_choice,
    check_penalty,
    check_whole,
    cover_lines,
    refuse,
)
from markscheme.paper.entries import (
    AlternativesEntry,
    Page,
    PaperEntry,
    PartEntry,
    QuestionEntry,
    known_language,
    line_of,
    printed_entry,
    read_entry,
)
from markscheme.paper.questions import Group, Question, Slot, Space, label_at, label_of, short_label
from markscheme.paper.rules import NO_CHOICE_RULE, Alternatives, ChoiceRule, Floor, Rules
from markscheme.text.source import Text

_INHERITED = ("penalty", "floor", "dont_know", "bonus", "page_break")
_OF_PARTS = ("text", "part", "title", "kind", "choose", "counts", "pool", *_INHERITED)
_SPELLING = re.compile(r"[\s().]")
Entry = TypeVar("Entry", bound="PartEntry")


@dataclass(frozen=True)
class _Above:
    """What holds where a part stands."""

    bonus: bool = False
    choices: ChoiceRule = NO_CHOICE_RULE


class Paper:
    """A paper: its questions, numbered and labeled, and the problems that stand in them."""

    def __init__(
        self, name: str, entry: PaperEntry, problems: Catalog, only: tuple[str, ...] = (), printed: str = ""
    ) -> None:
        self.name = name
        self.only = only
        self.printed = printed
        """The manifest that the questions are from, where the paper is taken as it was printed."""
        self.entry = entry
        self.problems = problems
        self._occurrences: dict[tuple[object, ...], int] = {}
        self._names = frozenset([name for asked in entry.question for name in _problems_in(asked)])
        self.cover_lines = cover_lines(name, entry)
        self.questions = tuple([self._question(number, asked) for number, asked in enumerate(entry.question, start=1)])
        for question in self.main:
            if question.kind != "problem":
                raise MarkschemeError(f"{name}: question {question.number}: a question of kind {question.kind!r} is in "
                                      "section 0, above the questions with problems")  # fmt: skip
        for chosen in entry.choose:
            self._choose(chosen)
        check_whole(self)

    @property
    def short_name(self) -> str:
        """What its files are called."""
        return Path(self.name).stem if self.name.endswith(".toml") else self.name

    @property
    def section_0(self) -> tuple[Question, ...]:
        """The questions at the start that may be answered before time starts."""
        first = next(
            (i for i, question in enumerate(self.questions) if question.kind == "problem"), len(self.questions)
        )
        return self.questions[:first]

    @property
    def main(self) -> tuple[Question, ...]:
        """The questions after section 0."""
        return self.questions[len(self.section_0) :]

    @property
    def marks(self) -> Marks:
        """The marks of the whole paper."""
        carried = {it.number: it.marks for it in self.questions if not it.is_bonus}
        for chosen in self.entry.choose:
            for number in chosen.questions[chosen.count :]:
                del carried[number]
        return total(carried.values())

    @property
    def bonus_marks(self) -> Marks:
        """The marks that there are on top."""
        labels = self.rules.bonus
        return total([space.marks for space in self.spaces if space.label in labels])

    @property
    def is_seeded(self) -> bool:
        """Whether anything in it depends on the seed of a copy."""
        return self.has_pools or any(slot.entry.published is False and slot.entry.seed is None for slot in self.slots)

    @cached_property
    def has_pools(self) -> bool:
        """Whether copies differ in what they ask."""
        return any([group.entry.pool for group in self._groups])

    @property
    def _groups(self) -> Iterator[Group]:
        """Every group, those within others first."""
        for question in self.questions:
            yield from _inner_first(question.body)

    @cached_property
    def rules(self) -> Rules:
        """The rules of its marks, as plain data."""
        chosen = [
            Alternatives(
                group.entry.choose,
                group.entry.counts or "best",
                tuple([(inner.label, inner.labels) for inner in group.groups]),
            )
            for group in self._groups if group.entry.choose
        ]  # fmt: skip
        bodies = {question.number: question.body for question in self.questions}
        chosen += [
            Alternatives(it.count, it.counts, tuple([(f"{at}", bodies[at].labels) for at in it.questions]))
            for it in self.entry.choose
        ]
        floors = [
            Floor(group.label, group.labels, exact_marks(group.entry.floor or 0))
            for group in self._groups if group.entry.penalty is not None
        ]  # fmt: skip
        bonus = frozenset([space.label for space in self.spaces if space.is_bonus])
        return Rules(bonus, tuple(chosen), tuple(floors))

    def in_language(self, lang: str) -> Paper:
        """The paper with the words of its pages in a language; as it is where none is named."""
        if lang in ("", self.entry.lang):
            return self
        other = copy(self)
        other.entry = self.entry.model_copy(update={"lang": lang})
        return other

    def on_copy(self, seed: str) -> Paper:
        """What the copy of a seed asks: of each pool, the parts that the seed draws."""
        if not self.has_pools:
            return self
        drawn = copy(self)
        for name in ("spaces", "_labels", "rules"):
            drawn.__dict__.pop(name, None)
        drawn.questions = tuple([replace(it, body=self._drawn(it.body, seed)) for it in self.questions])
        return drawn

    def _drawn(self, group: Group, seed: str) -> Group:
        groups = tuple([self._drawn(inner, seed) for inner in group.groups])
        if not group.entry.pool:
            return replace(group, groups=groups)
        at = sorted(Draw(f"pool {group.label} of {seed}").sample(range(len(groups)), group.entry.pool))
        here = [groups[i] for i in at]
        told = say("pool", count=len(groups), options=_listed([words(short_label(inner.path)) for inner in here]))
        return replace(group, groups=tuple(here), rules=(told, *group.rules))

    def copy_seed(self, seed: str, student: str = "", version: str = "") -> str:
        """The seed of a copy: of a version, a student, or of all.

        >>> load_paper("eecs182-practice").copy_seed("2026", "s001", "B")
        '2026/B'
        """
        own = version or student
        return f"{seed}/{own}" if own else seed

    @property
    def logo(self) -> Path | None:
        """The picture on its first page: a file beside its own."""
        return Path(self.name).parent / self.entry.logo if self.entry.logo else None

    @cached_property
    def spaces(self) -> tuple[Space, ...]:
        """Every answer space, in printed order."""
        return tuple([space for question in self.questions for space in question.body.all_spaces()])

    def label(self, text: str) -> str:
        """The label of a question as it is printed, also without its parentheses; what names none stays as it is.

        >>> load_paper("eecs182-sp23").label("10bii")
        '10(b)ii'
        """
        return self._labels.get(_SPELLING.sub("", text), text)

    @cached_property
    def _labels(self) -> Mapping[str, str]:
        labels = [space.label for space in self.spaces]
        return {_SPELLING.sub("", label): label for label in labels}

    @property
    def slots(self) -> tuple[Slot, ...]:
        """Every problem that stands in it, in printed order."""
        return tuple({id(space.slot): space.slot for space in self.spaces}.values())

    def items(self, seed: str) -> dict[str, Item]:
        """The items of a copy, by the labels of their slots."""
        return {slot.label: slot.item(seed) for slot in self.on_copy(seed).slots}

    def errata(self) -> list[Finding]:
        """What the printed keys of its problems get wrong."""
        return [found for slot in self.slots if slot.variant is not None for found in slot.problem.errata(slot.variant)]

    def discrimination(self) -> list[Finding]:
        """The slips that the published numbers of its problems cannot tell from the key."""
        slots = [slot for slot in self.slots if slot.variant is not None]
        return [found for slot in slots for found in slot.problem.discrimination(slot.variant)]

    def texts(self) -> Iterator[Text]:
        """Every text of the paper itself."""
        yield Text(self.entry.instructions)
        for question in self.questions:
            yield question.title
            yield from _texts(question.body)

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

    def _choose(self, chosen: AlternativesEntry) -> None:
        """Take in a choice among questions, and tell it at each of them."""
        where = f"[[choose]] of {', '.join(map(str, chosen.questions))}"
        there = {it.number: it for it in self.questions}
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
        names = _listed([say("question-number", number=number) for number in chosen.questions])
        told = say(f"choose-{chosen.counts}", options=names, count=chosen.count)
        self.questions = tuple([
            replace(it, body=replace(it.body, rules=(told, *it.body.rules))) if it.number in chosen.questions else it
            for it in self.questions
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


def load_paper(name: str, only: tuple[str, ...] = (), lang: str = "", printed: str = "") -> Paper:
    """The paper of a TOML file, or a built-in one; with `only`, the questions that hold these problems.

    `lang` is another language than its file says. With `printed`, a manifest, the questions are those that were
    printed, whatever the file says now. Raises `MarkschemeError` with the file, the line and what was expected.
    """
    if printed:
        entry = printed_entry(Path(printed))
        folders = _folders([(_page_of(name, Path()), entry)])
        return Paper(name, entry, catalog(tuple(folders)), only, printed).in_language(
            known_language(lang or entry.lang)
        )
    (_, entry), *exam = pages = _pages(name)
    if exam:
        questions = tuple([_with_fresh_numbers(it) for it in exam[0][1].question])
        entry = entry.model_copy(update={"question": questions, "choose": exam[0][1].choose})
    if lang:
        entry = entry.model_copy(update={"lang": known_language(lang)})
    return _chosen(Paper(name, entry, catalog(tuple(_folders(pages)))), only)


def files_of(name: str) -> list[Path]:
    """The files that make a paper: its own, its exam's where it is for practice, and problem files in its folders."""
    pages = _pages(name)
    logos = [page.parent / entry.logo for page, entry in pages if entry.logo]
    return (
        [page for page, _ in pages] + logos + [it for folder in _folders(pages) for it in sorted(folder.rglob("*.py"))]
    )


def _pages(name: str) -> list[tuple[Path, PaperEntry]]:
    """The file of a paper, and that of the exam whose questions it has."""
    page = _page_of(name, Path())
    entry = read_entry(page, name)
    if not entry.practice_for:
        return [(page, entry)]
    exam_page = _page_of(entry.practice_for, page.parent)
    exam = read_entry(exam_page, entry.practice_for)
    if exam.practice_for:
        raise MarkschemeError(f"{name}: {entry.practice_for} is itself practice for {exam.practice_for}: name that")
    return [(page, entry), (exam_page, exam)]


def _folders(pages: Iterable[tuple[Path, PaperEntry]]) -> list[Path]:
    return [page.parent / folder for page, entry in pages for folder in entry.problems]


def load_once(name: str, only: tuple[str, ...] = (), lang: str = "", printed: str = "") -> Paper:
    """`load_paper`, for many copies: the paper is read again only when its files have changed."""
    return _loaded(name, only, lang, printed, (_stamp(name), _stamp(printed)))


def _stamp(name: str) -> object:
    page = Path(name)
    if not name or not page.is_file():
        return None
    state = page.stat()
    return page.resolve(), state.st_mtime_ns, state.st_size


@lru_cache(maxsize=4)
def _loaded(name: str, only: tuple[str, ...], lang: str, printed: str, _stamps: object) -> Paper:
    return load_paper(name, only, lang, printed)


def _chosen(paper: Paper, only: tuple[str, ...]) -> Paper:
    if not only:
        return paper
    held = {
        question.number: {space.slot.problem.name for space in question.body.all_spaces()}
        for question in paper.questions
    }
    for name in only:
        if not any(name in names for names in held.values()):
            raise MarkschemeError(
                f"{paper.name} has no {name!r}; {near_misses(name, set[str]().union(*held.values()))}"
            )
    questions = [
        asked for number, asked in enumerate(paper.entry.question, start=1) if not held[number].isdisjoint(only)
    ]
    kept = [number for number in range(1, len(paper.entry.question) + 1) if not held[number].isdisjoint(only)]
    chosen = [it for it in paper.entry.choose if set(it.questions) <= set(kept)]
    moved = [it.model_copy(update={"questions": tuple([kept.index(n) + 1 for n in it.questions])}) for it in chosen]
    update = {"question": tuple(questions), "choose": tuple(moved)}
    return Paper(paper.name, paper.entry.model_copy(update=update), paper.problems, only)


def built_in_papers() -> Mapping[str, Path]:
    """The papers that come with markscheme, by name."""
    return {page.stem: page for page in sorted(PRINTED.glob("*/*.toml"))}


def _page_of(name: str, folder: Path) -> Path:
    """The file of a paper, which is built in or named from a folder."""
    built_in = built_in_papers()
    page = built_in.get(name, folder / name)
    if page.suffix == ".toml" and page.is_file():
        return page
    raise MarkschemeError(
        f"there is no paper {name!r}: give a TOML file, or one that is built in; {near_misses(name, built_in)}"
    )


def _with_fresh_numbers(entry: Entry) -> Entry:
    fresh = {"published": False, "seed": None, "part": tuple([_with_fresh_numbers(part) for part in entry.part])}
    return entry.model_copy(update={key: value for key, value in fresh.items() if key in entry.model_fields_set})


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
        names = _listed([words(short_label(inner.path)) for inner in group.groups])
        yield say(f"choose-{entry.counts or 'best'}", options=names, count=entry.choose)
    if entry.penalty is not None:
        yield say("penalty", points=say("in-points", marks=exact_marks(entry.penalty)))
        yield say("floor", floor=written(exact_marks(entry.floor or 0)).replace("-", "−"))
    if entry.dont_know is not False:
        earns = exact_marks(0 if entry.dont_know is True else entry.dont_know)
        yield say("dont-know-earns", points=say("in-points", marks=earns)) if earns else say("dont-know-rule")


def _listed(names: Sequence[Message]) -> Message:
    """Names in a row: `(a), (b) and (d)`."""
    *before, last = names
    return say("list-and-last", of=tuple(before), last=last) if before else last


def _inner_first(group: Group) -> Iterator[Group]:
    for inner in group.groups:
        yield from _inner_first(inner)
    yield group


def _texts(group: Group) -> Iterator[Text]:
    yield group.text
    for inner in group.groups:
        yield from _texts(inner)


__all__ = [
    "Group",
    "Page",
    "Paper",
    "PaperEntry",
    "Question",
    "QuestionEntry",
    "Slot",
    "Space",
    "built_in_papers",
    "files_of",
    "label_at",
    "label_of",
    "line_of",
    "load_once",
    "load_paper",
]
