"""A paper as a plan: a TOML file that says which problems stand where, checked and labeled."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal, TypeAlias, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from pydantic_core import PydanticCustomError

from markscheme.bank.catalog import PRINTED, Catalog, catalog
from markscheme.core.answer import Answer
from markscheme.core.errata import Finding
from markscheme.core.errors import MarkschemeError, near_misses
from markscheme.core.item import Item
from markscheme.core.layout import Layout, Section
from markscheme.core.problem import Problem
from markscheme.core.verdict import Marks, exact_marks, total
from markscheme.kinds import Scoring
from markscheme.language import ENGLISH, languages
from markscheme.text.source import Text

Page: TypeAlias = Literal["letter", "a4"]
_SPELLING = re.compile(r"[\s().]")
Entry = TypeVar("Entry", bound="PartEntry")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class PartEntry(_Strict):
    """A part of a question as its file has it: a problem, or parts of its own, under a text."""

    text: str = ""
    problem: str | None = None
    published: bool | str = False
    seed: str | int | None = None
    knobs: dict[str, int | float | str | bool] = Field(default_factory=dict[str, "int | float | str | bool"])
    marks: Annotated[float, Field(ge=0)] | dict[str, Annotated[float, Field(ge=0)]] | None = None
    """What the question carries, or what each answer of its problem does, by name."""
    scoring: Scoring | None = None
    space: float | None = Field(default=None, gt=0, le=24)
    """Height of the space for working, in cm."""
    part: tuple[PartEntry, ...] = ()


class QuestionEntry(PartEntry):
    """A question as its file has it. The `honor_code` and `free` questions at the start are section 0."""

    title: str = ""
    kind: Literal["problem", "honor_code", "free"] = "problem"
    name: str = Field(default="", pattern=r"^([a-z]\w*)?$")
    """What answers.csv calls the answer to a question of section 0."""


class PaperEntry(_Strict):
    """A paper as its file has it."""

    title: str
    course: str = ""
    term: str = ""
    instructor: str = ""
    location: str = ""
    instructions: str = ""
    page: Page = "letter"
    lang: str = ENGLISH
    """The language of all but the questions' own texts: cover, marks, instructions, reasons."""
    problems: tuple[str, ...] = ()
    practice_for: str = ""
    """The paper whose questions this one has, with fresh numbers: a built-in one, or a file beside this one."""
    question: tuple[QuestionEntry, ...] = ()

    @field_validator("lang")
    @classmethod
    def _is_known(cls, lang: str) -> str:
        if lang not in languages():
            raise PydanticCustomError("lang", "{said}", {"said": _no_language(lang)})
        return lang


@dataclass(frozen=True)
class Slot:
    """Where a problem stands in a paper. `path` is its label, level by level."""

    path: tuple[str, ...]
    entry: PartEntry
    problem: Problem
    occurrence: int
    others: frozenset[str] = frozenset()
    """The problems of the whole paper."""

    @property
    def label(self) -> str:
        """The label as it is printed and as answers.csv has it: `3(a)i`."""
        return label_of(self.path)

    @property
    def variant(self) -> str | None:
        """The published numbers that stand here, if any do."""
        return self.problem.default_variant if self.entry.published is True else self.entry.published or None

    @cached_property
    def layout(self) -> Layout:
        """What is asked here, for the marks that the paper gives."""
        if self.variant is None:
            own = self.problem.layout_beside(self.others)
        else:
            own = self.problem.variants[self.variant].layout
        if isinstance(self.entry.marks, dict):
            given = {name: exact_marks(marks) for name, marks in self.entry.marks.items()}
            return replace(own, marks={**own.marks, **given})
        return own if self.entry.marks is None else own.scaled(exact_marks(self.entry.marks))

    @property
    def marks(self) -> Marks:
        """What the problem carries in this paper."""
        return self.layout.total

    def item(self, seed: str) -> Item:
        """The item that stands here, in the copy of a seed."""
        item = self._posed(seed)
        asked_as = None if self.layout is item.layout else self.layout
        if asked_as is None and self.entry.scoring is None:
            return item
        return replace(item, scoring=self.entry.scoring, asked_as=asked_as)

    def _posed(self, seed: str) -> Item:
        if self.entry.published is not False:
            return self.problem.as_published(self.variant)
        own = seed if self.entry.seed is None else str(self.entry.seed)
        return self.problem.pose(own if self.occurrence == 1 else f"{own}#{self.occurrence}", **self.entry.knobs)


@dataclass(frozen=True)
class Space:
    """Where students answer: the answers of one section of a problem, under one label."""

    path: tuple[str, ...]
    slot: Slot
    section: Section

    @property
    def label(self) -> str:
        """The label as it is printed and as answers.csv has it."""
        return label_of(self.path)

    @property
    def answers(self) -> tuple[Answer[..., Any], ...]:
        """The answers that are written here."""
        return self.section.answers

    @property
    def marks(self) -> Marks:
        """What this space carries."""
        return total([self.slot.layout.marks[answer.name] for answer in self.answers])


@dataclass(frozen=True)
class Group:
    """A labeled part of a question that has parts of its own, a problem, or both."""

    path: tuple[str, ...]
    text: Text
    groups: tuple[Group, ...]
    slot: Slot | None
    spaces: tuple[Space, ...]

    @property
    def marks(self) -> Marks:
        """What the part carries."""
        return total([inner.marks for inner in (*self.groups, *self.spaces)])

    @property
    def below(self) -> tuple[Slot, ...]:
        """The problems whose figures may stand with its text: those of its parts, or of a question without parts."""
        if not self.groups and len(self.path) > 1:
            return ()
        return tuple([group.slot for group in self.groups or (self,) if group.slot])

    def all_spaces(self) -> Iterator[Space]:
        """The spaces in it, in printed order."""
        yield from self.spaces
        for group in self.groups:
            yield from group.all_spaces()


@dataclass(frozen=True)
class Question:
    """A numbered question: problems in it, or a question of section 0 that no problem stands behind."""

    number: int
    title: Text
    kind: Literal["problem", "honor_code", "free"]
    body: Group
    own_marks: Marks
    answer_name: str = ""

    @property
    def marks(self) -> Marks:
        """What the question carries."""
        return self.body.marks if self.kind == "problem" else self.own_marks


class Paper:
    """A paper: its questions, numbered and labeled, and the problems that stand in them."""

    def __init__(self, name: str, entry: PaperEntry, problems: Catalog, only: tuple[str, ...] = ()) -> None:
        self.name = name
        self.only = only
        self.entry = entry
        self.problems = problems
        self._occurrences: dict[tuple[object, ...], int] = {}
        self._names = frozenset([name for asked in entry.question for name in _problems_in(asked)])
        self.questions = tuple([self._question(number, asked) for number, asked in enumerate(entry.question, start=1)])
        for question in self.main:
            if question.kind != "problem":
                raise MarkschemeError(f"{name}: question {question.number}: a question of kind {question.kind!r} is in "
                                      "section 0, above the questions with problems")  # fmt: skip

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
        return total([question.marks for question in self.questions])

    @property
    def is_seeded(self) -> bool:
        """Whether anything in it depends on the seed of a copy."""
        return any(slot.entry.published is False and slot.entry.seed is None for slot in self.slots)

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
        return {slot.label: slot.item(seed) for slot in self.slots}

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
        if entry.kind != "problem":
            if entry.problem or entry.part:
                raise MarkschemeError(
                    f"{self.name}: {where}: a question of kind {entry.kind!r} has a text and marks, and no problem"
                )
            what = f"a question of kind {entry.kind!r}"
            self._only(entry, where, "text", "marks", "title", "kind", "name", what=what)
            body = Group((str(number),), Text(entry.text.strip()), (), None, ())
            return Question(
                number,
                Text(entry.title, inline=True),
                entry.kind,
                body,
                self._own_marks(entry, where),
                entry.name or entry.kind,
            )
        body = self._group((str(number),), entry, where, alone=_is_alone(entry))
        return Question(number, Text(entry.title, inline=True), "problem", body, 0)

    def _own_marks(self, entry: QuestionEntry, where: str) -> Marks:
        if isinstance(entry.marks, dict):
            raise MarkschemeError(f"{self.name}: {where}: only a problem has marks by the names of its answers")
        return exact_marks(entry.marks or 0)

    def _group(self, path: tuple[str, ...], entry: PartEntry, where: str, *, alone: bool) -> Group:
        if bool(entry.problem) == bool(entry.part):
            raise MarkschemeError(f"{self.name}: {where}: a part has either a problem or parts of its own")
        if isinstance(entry, QuestionEntry) and entry.name:
            raise MarkschemeError(f"{self.name}: {where}: only a question of section 0 has a 'name'")
        text = Text(entry.text.strip())
        if entry.problem:
            slot = self._slot(path, entry, where)
            return Group(path, text, (), slot, tuple(_spaces(slot)))
        self._only(entry, where, "text", "part", "title", "kind", what="what has parts of its own")
        if alone:
            inner = self._group(path, entry.part[0], where, alone=_is_alone(entry.part[0]))
            return Group(
                path, Text(f"{text.source}\n\n{inner.text.source}".strip()), inner.groups, inner.slot, inner.spaces
            )
        groups = [
            self._group((*path, label_at(len(path), i)), part, f"{where}, part {label_at(len(path), i)}", alone=False)
            for i, part in enumerate(entry.part)
        ]
        return Group(path, text, tuple(groups), None, ())

    def _only(self, entry: PartEntry, where: str, *allowed: str, what: str) -> None:
        for key in entry.model_fields_set.difference(allowed):
            raise MarkschemeError(f"{self.name}: {where}: {what} has no {key!r}")

    def _slot(self, path: tuple[str, ...], entry: PartEntry, where: str) -> Slot:
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
        return Slot(path, entry, problem, self._occurrences[drawn], self._names)


def load_paper(name: str, only: tuple[str, ...] = (), lang: str = "") -> Paper:
    """The paper of a TOML file, or a built-in one; with `only`, the questions that hold these problems.

    `lang` is another language than its file says.

    Raises `MarkschemeError` with the file, the line and what was expected.
    """
    (_, entry), *exam = pages = _pages(name)
    if exam:
        entry = entry.model_copy(update={"question": tuple([_with_fresh_numbers(it) for it in exam[0][1].question])})
    if lang:
        entry = entry.model_copy(update={"lang": known_language(lang)})
    return _chosen(Paper(name, entry, catalog(tuple(_folders(pages)))), only)


def known_language(lang: str) -> str:
    """A language that there is a catalog of. Raises `MarkschemeError`."""
    if lang not in languages():
        raise MarkschemeError(_no_language(lang))
    return lang


def _no_language(lang: str) -> str:
    return f"there are no words in the language {lang!r}; {near_misses(lang, languages())}"


def files_of(name: str) -> list[Path]:
    """The files that make a paper: its own, its exam's where it is for practice, and problem files in its folders."""
    pages = _pages(name)
    return [page for page, _ in pages] + [it for folder in _folders(pages) for it in sorted(folder.rglob("*.py"))]


def _pages(name: str) -> list[tuple[Path, PaperEntry]]:
    """The file of a paper, and that of the exam whose questions it has."""
    page = _page_of(name, Path())
    entry = _read(page, name)
    if not entry.practice_for:
        return [(page, entry)]
    exam_page = _page_of(entry.practice_for, page.parent)
    exam = _read(exam_page, entry.practice_for)
    if exam.practice_for:
        raise MarkschemeError(f"{name}: {entry.practice_for} is itself practice for {exam.practice_for}: name that")
    return [(page, entry), (exam_page, exam)]


def _folders(pages: Iterable[tuple[Path, PaperEntry]]) -> list[Path]:
    return [page.parent / folder for page, entry in pages for folder in entry.problems]


def load_once(name: str, only: tuple[str, ...] = (), lang: str = "") -> Paper:
    """`load_paper`, for many copies: the paper is read again only when its file has changed."""
    page = Path(name)
    state = page.stat() if page.is_file() else None
    return _loaded(name, only, lang, state and (page.resolve(), state.st_mtime_ns, state.st_size))


@lru_cache(maxsize=4)
def _loaded(name: str, only: tuple[str, ...], lang: str, stamp: object) -> Paper:  # noqa: ARG001 (it tells versions apart)
    return load_paper(name, only, lang)


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
    return Paper(paper.name, paper.entry.model_copy(update={"question": tuple(questions)}), paper.problems, only)


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


def _read(page: Path, name: str) -> PaperEntry:
    """A paper as its file has it."""
    try:
        text = page.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise MarkschemeError(f"{name} is not UTF-8 text (byte {error.start}); save it as UTF-8") from error
    try:
        entry = PaperEntry.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise MarkschemeError(f"{name}: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        line = line_of(text, first["loc"])
        raise MarkschemeError(
            f"{name}, line {line}: {_in_words(first['loc'])}: {_complaint(first['type'], first['msg'], first['loc'])}"
        ) from error
    if bool(entry.question) == bool(entry.practice_for):
        raise MarkschemeError(f"{name}: a [[question]] is required, or a 'practice_for' in place of questions")
    return entry


def _with_fresh_numbers(entry: Entry) -> Entry:
    fresh = {"published": False, "seed": None, "part": tuple([_with_fresh_numbers(part) for part in entry.part])}
    return entry.model_copy(update={key: value for key, value in fresh.items() if key in entry.model_fields_set})


def line_of(text: str, location: tuple[int | str, ...]) -> int:
    r"""The line of a TOML file where the table or key of a location stands.

    >>> line_of('title = "x"\n\n[[question]]\nmarks = "two"\n', ("question", 0, "marks"))
    4
    """
    lines = text.splitlines()
    at, end = 0, len(lines)
    header = ""
    for name, index in zip(location, (*location[1:], ""), strict=True):
        if isinstance(name, int):
            continue
        if isinstance(index, int):
            header = f"{header}.{name}" if header else name
            starts = [i for i in range(at, end) if re.match(rf"\s*\[\[\s*{re.escape(header)}\s*\]\]", lines[i])]
            if index >= len(starts):
                break
            at, end = starts[index], (*starts, end)[index + 1]
        else:
            keys = [i for i in range(at, end) if re.match(rf"\s*\"?{re.escape(name)}\"?\s*=", lines[i])]
            at = keys[0] if keys else at
    return at + 1


def _complaint(kind: str, message: str, location: tuple[int | str, ...]) -> str:
    if kind == "extra_forbidden":
        model = PaperEntry if len(location) == 1 else QuestionEntry
        known = list[str](model.model_fields)
        return f"nothing here is called {location[-1]!r}; {near_misses(str(location[-1]), known)}"
    return message[:1].lower() + message[1:]


def _in_words(location: tuple[int | str, ...]) -> str:
    words: list[str] = []
    for name in location:
        if isinstance(name, int):
            words[-1] += f" {name + 1}"
        else:
            words.append(name)
    return ", ".join(words)


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


def label_of(path: tuple[str, ...]) -> str:
    """A label as it is printed: letters below a question and capitals stand in parentheses.

    >>> label_of(("5",)), label_of(("5", "a")), label_of(("10", "b", "ii"))
    ('5', '5(a)', '10(b)ii')
    """
    return "".join([f"({name})" if depth in (1, 3) else name for depth, name in enumerate(path)])


def label_at(depth: int, index: int) -> str:
    """The label of a part: letters below a question, then Roman numerals, then capitals.

    >>> label_at(1, 1), label_at(2, 2), label_at(3, 0)
    ('b', 'iii', 'A')
    """
    if depth > 3:
        raise MarkschemeError("parts nest at most three deep below a question")
    if index >= 26 or (depth == 2 and index >= 12):
        raise MarkschemeError(f"one part has at most {12 if depth == 2 else 26} parts of its own")
    roman = "i ii iii iv v vi vii viii ix x xi xii".split()
    return (chr(ord("a") + index), roman[index] if index < len(roman) else "", chr(ord("A") + index))[depth - 1]


def _texts(group: Group) -> Iterator[Text]:
    yield group.text
    for inner in group.groups:
        yield from _texts(inner)
