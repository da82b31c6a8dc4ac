"""manifest.json: what was printed, so that what comes back is marked as that and as nothing else.

It has the paper's questions as they were, each with a code that hangs on what is asked and not on where it stands, and
the copies, each with its seed and a digest of its numbers. docs/schema/manifest.json is its form.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, Literal

from pydantic import Field, ValidationError

from markscheme import __version__
from markscheme.core.content import content_of
from markscheme.core.errors import MarkschemeError
from markscheme.core.item import Item
from markscheme.paper.entries import Page, PaperEntry, Strict
from markscheme.paper.plan import Paper, load_paper
from markscheme.paper.questions import Slot

NAME: Final = "manifest.json"
FORM: Final = "markscheme/manifest/1"
"""The form of a manifest: docs/schema/manifest.json."""


class PrintedQuestion(Strict):
    """A problem, or a question of section 0, as it stands in the paper that was printed."""

    code: str
    """Of what is asked: the problem, its version, its numbers' source and its answers. Its place changes nothing."""
    label: str
    problem: str = ""
    version: int = 0
    answers: tuple[str, ...] = ()


class Place(Strict):
    """Where something is written on a page: its box in points, from the upper left corner."""

    kind: Literal["space", "blank", "square", "id"]
    question: str = ""
    """The label of the space that it belongs to."""
    name: str = ""
    """The answer, and behind a `/` the square's option; `continued` for the square that says so; of an ID, the number
    of its box, if it has boxes, and behind a `/` the digit of a square of its column."""
    page: int
    x: float
    y: float
    width: float
    height: float


class Layout(Strict):
    """The pages of copies that look alike but for their values."""

    page: Page
    large: bool = False
    pages: int
    places: tuple[Place, ...]


class PrintedCopy(Strict):
    """A copy, and whose it is."""

    code: str
    """What the footer says, and the column `seed` of answers.csv: a code, or the seed of one-offs."""
    number: int = 0
    student: str = ""
    """Empty where the copy is for whoever takes it."""
    seed: str
    version: str = ""
    """The paper's version that it is, where there are several."""
    numbers: str
    """A digest of the numbers drawn."""
    large: bool = False
    late: bool = False
    """Whether its student came into the roster after others' copies were printed."""
    layout: str = ""
    """The digest of its `Layout`."""


class Frozen(Strict):
    """A file that the copies were made of, by its path from the manifest, as it was."""

    name: str
    sha256: str


class Manifest(Strict):
    """What was printed."""

    schema_: str = Field(default=FORM, alias="schema")
    markscheme: str = Field(default_factory=lambda: __version__)
    exam: str = ""
    """The letters that name an exam on its pages."""
    paper: str
    """The name of the paper's file, or of a built-in paper."""
    only: tuple[str, ...] = ()
    """The problems that were chosen of it, where not all were."""
    seed: str = ""
    """What copies of one-offs have in common."""
    page: Page = "letter"
    entry: dict[str, Any]
    """The paper as its file had it."""
    questions: tuple[PrintedQuestion, ...]
    copies: tuple[PrintedCopy, ...]
    frozen: tuple[Frozen, ...] = ()
    fonts: dict[str, Any] = Field(default_factory=dict[str, Any])
    """With which typesetter and fonts it was printed."""
    layouts: dict[str, Layout] = Field(default_factory=dict[str, Layout])

    def as_bytes(self) -> bytes:
        """The manifest as a file; the same manifest, the same bytes."""
        dumped = self.model_dump(mode="json", by_alias=True, exclude_defaults=True)
        said: dict[str, Any] = {"schema": self.schema_, "markscheme": self.markscheme, **dumped}
        layouts: dict[str, Any] = said.pop("layouts", {})
        text = json.dumps(said, ensure_ascii=False, indent=1)
        if layouts:  # a line each
            lines = ",\n".join([f"  {json.dumps(name)}: {json.dumps(it)}" for name, it in layouts.items()])
            text = f'{text[:-2]},\n "layouts": {{\n{lines}\n }}\n}}'
        return f"{text}\n".encode()

    @property
    def by_student(self) -> Mapping[str, PrintedCopy]:
        """The copies that are some student's."""
        return {copy.student: copy for copy in self.copies if copy.student}


def read_manifest(page: Path) -> Manifest:
    """The manifest in a file, or in a folder that was printed to. Raises `MarkschemeError`."""
    page = page / NAME if page.is_dir() else page
    try:
        is_now = page.stat()
        return _read(page, is_now.st_mtime_ns, is_now.st_size, is_now.st_ino)
    except OSError as error:
        raise MarkschemeError(f"{page} cannot be read: {error.strerror}; `markscheme paper` leaves it beside its copies"
                              ) from error  # fmt: skip
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "line 1"
        raise MarkschemeError(f"{page} is no manifest of a printed paper: {where}: {first['msg']}") from error


@lru_cache(maxsize=8)
def _read(page: Path, _changed: int, _size: int, _inode: int) -> Manifest:
    """The manifest in a file as it is now: one of a large class takes some time to read."""
    return Manifest.model_validate_json(page.read_bytes())


def question_codes(paper: Paper) -> tuple[PrintedQuestion, ...]:
    """The questions of a paper, each with its code, in printed order."""
    section_0 = [
        PrintedQuestion(code=_code("section 0", it.kind, it.answer_name, it.body.text.source), label=str(it.number),
                        answers=(it.answer_name,))
        for it in paper.section_0
    ]  # fmt: skip
    return (*section_0, *[_question(slot) for slot in paper.slots])


def _question(slot: Slot) -> PrintedQuestion:
    entry = slot.entry
    answers = tuple([answer.name for answer in slot.layout.asked])
    source = ("published", slot.variant) if entry.published is not False else ("drawn", entry.seed)
    knobs = sorted(entry.knobs.items())
    return PrintedQuestion(
        code=_code(slot.problem.name, slot.problem.version, source, knobs, slot.occurrence, answers),
        label=slot.label, problem=slot.problem.name, version=slot.problem.version, answers=answers,
    )  # fmt: skip


LETTERS: Final = "BCDFGHJKMNPQRSTVWXZ"
"""Of codes: no vowels, and none that is taken for another."""


def letters(digest: bytes, count: int) -> str:
    """A digest as letters that no spreadsheet takes for a date or a number, and no reader for others.

    >>> letters(b"abc", 4)
    'FFNZ'
    """
    number = int.from_bytes(digest, "big")
    found = ""
    for _ in range(count):
        number, rest = divmod(number, len(LETTERS))
        found += LETTERS[rest]
    return found


def _code(*said: object) -> str:
    return letters(sha256(repr(said).encode()).digest(), 6)


def digests(items: Mapping[str, Item]) -> dict[str, str]:
    """A digest of what each question of a copy asks."""
    return {label: content_of(item) for label, item in items.items()}


def numbers_of(items: Mapping[str, Item]) -> str:
    """A digest of the numbers of a copy; two copies with the same one ask the same."""
    return of_all(digests(items))


def of_all(found: Mapping[str, str]) -> str:
    """The digest of a copy, from those of its questions."""
    return sha256(repr(sorted(found.items())).encode()).hexdigest()[:24]


def alike(copies: Iterable[PrintedCopy]) -> list[list[str]]:
    """The students whose copies have the same numbers, though each was to have its own."""
    groups: dict[str, list[str]] = {}
    for copy in copies:
        groups.setdefault(copy.numbers, []).append(copy.student)
    return [students for students in groups.values() if len(students) > 1]


def hardly_drawn(paper: Paper, copies: Sequence[Mapping[str, str]]) -> dict[str, int]:
    """The questions of which over half of the copies have the same numbers, and how many copies that are."""
    drawn = [slot.label for slot in paper.slots if slot.entry.published is False and slot.entry.seed is None]
    most = {label: Counter([it[label] for it in copies if label in it]).most_common(1) for label in drawn}
    return {label: found[0][1] for label, found in most.items() if found and found[0][1] > max(1, len(copies) / 2)}


def as_printed(name: str, page: Path, lang: str = "") -> tuple[Paper, Manifest, list[str]]:
    """The paper that was printed, its manifest, and in what the file of the paper differs now.

    Raises `MarkschemeError` where a problem is another version, or asks other things, than what was printed.
    """
    page = page / NAME if page.is_dir() else page
    manifest = read_manifest(page)
    paper = load_paper(name, lang=lang, printed=str(page))
    if paper.short_name != manifest.paper:
        raise MarkschemeError(f"{page} is of the paper {manifest.paper!r}, not of {paper.short_name!r}")
    check_questions(paper, manifest, str(page))
    return paper, manifest, differences(load_paper(name, manifest.only), manifest)


def check_questions(paper: Paper, manifest: Manifest, where: str) -> None:
    """Raise `MarkschemeError` where problems ask other things than what was printed of them."""
    for now, then in zip(question_codes(paper), manifest.questions, strict=True):
        if now.version != then.version:
            raise MarkschemeError(
                f"{where}: question {then.label} was printed from {then.problem}, version {then.version}, and here is "
                f"version {now.version}; take markscheme {manifest.markscheme}, or the problem's file as it was"
            )
        if now.code != then.code:
            raise MarkschemeError(
                f"{where}: question {then.label} ({then.problem or 'section 0'}) asked {', '.join(then.answers)}, and "
                f"asks {', '.join(now.answers)} now; take the problem's file as it was when it was printed"
            )


def differences(now: Paper, manifest: Manifest) -> list[str]:
    """In what a paper differs from what was printed, a sentence each."""
    if entry_of(now.entry) == manifest.entry:
        return []
    before = {it.code: it for it in manifest.questions}
    after = {it.code: it for it in question_codes(now)}
    said = [f"{it.label} ({it.problem or 'section 0'}) is new, and was not printed"
            for code, it in after.items() if code not in before]  # fmt: skip
    said += [f"{it.label} ({it.problem or 'section 0'}) was printed, and is not there now"
             for code, it in before.items() if code not in after]  # fmt: skip
    said += [f"{it.label} is {after[code].label} now" for code, it in before.items()
             if code in after and it.label != after[code].label]  # fmt: skip
    return said or ["texts or marks are others"]


def entry_of(entry: PaperEntry) -> dict[str, Any]:
    """A paper's entry as a manifest has it."""
    return json.loads(entry.model_dump_json(exclude_unset=True))
