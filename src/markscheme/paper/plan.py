"""A paper as a plan: a TOML file that says which problems stand where, checked and labeled."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from copy import copy
from dataclasses import replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, TypeVar

from markscheme.bank.catalog import PRINTED, Catalog, catalog
from markscheme.bank.translations import pages_beside
from markscheme.core.errata import Finding
from markscheme.core.errors import MarkschemeError, near_misses
from markscheme.core.item import Item
from markscheme.core.marks import Marks, exact_marks, total
from markscheme.core.translating import known_language
from markscheme.draw import Draw
from markscheme.kinds import Kind
from markscheme.language import say, words
from markscheme.paper.building import Builder, listed
from markscheme.paper.consistent import (
    check_whole,
    cover_lines,
)
from markscheme.paper.entries import (
    Page,
    PaperEntry,
    PartEntry,
    QuestionEntry,
    line_of,
    printed_entry,
    read_entry,
)
from markscheme.paper.questions import Group, Question, Slot, Space, label_at, label_of, short_label
from markscheme.paper.rules import Alternatives, Floor, Rules
from markscheme.text.source import Text

_SPELLING = re.compile(r"[\s().]")
Entry = TypeVar("Entry", bound="PartEntry")


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
        self.cover_lines = cover_lines(name, entry)
        self.questions = Builder(name, entry, problems).questions()
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
        for name in ("spaces", "kinds", "_labels", "rules"):
            drawn.__dict__.pop(name, None)
        drawn.questions = tuple([replace(it, body=self._drawn(it.body, seed)) for it in self.questions])
        return drawn

    def _drawn(self, group: Group, seed: str) -> Group:
        groups = tuple([self._drawn(inner, seed) for inner in group.groups])
        if not group.entry.pool:
            return replace(group, groups=groups)
        at = sorted(Draw(f"pool {group.label} of {seed}").sample(range(len(groups)), group.entry.pool))
        here = [groups[i] for i in at]
        told = say("pool", count=len(groups), options=listed([words(short_label(inner.path)) for inner in here]))
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

    @cached_property
    def kinds(self) -> Mapping[tuple[str, str], Kind[Any]]:
        """The kind of each answer, by question and name."""
        return {(space.label, answer.name): answer.kind for space in self.spaces for answer in space.answers}

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
    own = [it for folder in _folders(pages) for it in problem_files(folder)]
    return [page for page, _ in pages] + logos + own


def problem_files(folder: Path) -> list[Path]:
    """The files of a folder that make its problems: theirs, and their texts in other languages."""
    return [it for page in sorted(folder.rglob("*.py")) for it in (page, *pages_beside(page))]


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
