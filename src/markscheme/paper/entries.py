"""A paper's TOML file as data: what may stand in it, and complaints with the line where something else does."""

from __future__ import annotations

import datetime as dt
import json
import re
import tomllib
from pathlib import Path
from typing import Annotated, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from pydantic_core import PydanticCustomError

from markscheme.core.errors import MarkschemeError, near_misses
from markscheme.core.translating import no_language
from markscheme.kinds import Scoring
from markscheme.language import ENGLISH, languages

Page: TypeAlias = Literal["letter", "a4"]
Counting: TypeAlias = Literal["best", "first"]
"""Which of the alternatives count: those that earn most, or the first that were answered."""
COVER_FIELDS = ("location", "student", "name", "section", "row and seat", "neighbors")
"""The lines of a cover, in the order in which they stand if nothing is said."""
Positive: TypeAlias = Annotated[float, Field(ge=0)]


class Strict(BaseModel):
    """What a file says, of which nothing is overlooked."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class PartEntry(Strict):
    """A part of a question as its file has it: a problem, or parts of its own, under a text."""

    text: str = ""
    problem: str | None = None
    published: bool | str = False
    seed: str | int | None = None
    knobs: dict[str, int | float | str | bool] = Field(default_factory=dict[str, "int | float | str | bool"])
    marks: Positive | dict[str, Positive] | None = None
    """What the question carries, or what each answer of its problem does, by name."""
    scoring: Scoring | None = None
    space: float | None = Field(default=None, ge=0, le=24)
    """Height of the space for working, in cm; 0 for blanks alone."""
    page_break: bool = False
    bonus: bool = False
    """Whether its marks come on top of the paper's."""
    choose: int | None = Field(default=None, ge=1)
    """How many of its parts count."""
    counts: Counting | None = None
    pool: int | None = Field(default=None, ge=1)
    """How many of its parts, which the seed of a copy draws, a copy has."""
    penalty: float | None = Field(default=None, gt=0)
    """The marks that each wrong choice takes off."""
    floor: float | None = Field(default=None, le=0)
    """The least that what has a penalty can come to."""
    dont_know: bool | Positive = False
    """Whether choices offer "I don't know", or what that earns."""
    part: tuple[PartEntry, ...] = ()


class QuestionEntry(PartEntry):
    """A question as its file has it. The `honor_code` and `free` questions at the start are section 0."""

    title: str = ""
    kind: Literal["problem", "honor_code", "free"] = "problem"
    name: str = Field(default="", pattern=r"^([a-z]\w*)?$")
    """What answers.csv calls the answer to a question of section 0."""
    ask: str = ""
    """What an honor code asks for, above the statement."""
    required: bool = True
    """Whether nothing counts where the honor code is not signed."""


class AlternativesEntry(Strict):
    """Questions of which some count."""

    questions: tuple[int, ...] = Field(min_length=2)
    count: int = Field(ge=1)
    counts: Counting = "best"


class PaperEntry(Strict):
    """A paper as its file has it."""

    title: str
    course: str = ""
    term: str = ""
    instructor: str = ""
    location: str = ""
    date: str | dt.date = ""
    duration: str | int = ""
    """In words, or in minutes."""
    lang: str = ENGLISH
    """The language of all but the questions' own texts: cover, marks, instructions, reasons."""
    logo: str = ""
    instructions: str = ""
    page: Page = "letter"
    page_breaks: Literal["where needed", "questions"] = "where needed"
    cover: bool = True
    """Whether the first page is a cover; else the questions start below a head."""
    cover_fields: tuple[str, ...] | None = None
    """Its lines: names of `COVER_FIELDS`, or labels of one's own that end in a colon."""
    notice: str | None = None
    """The words in the frame at its foot; none if empty."""
    id: Literal["boxes", "grid"] = "boxes"
    """Whether a spare copy of an exam has beside the boxes for an ID squares to fill in, a column for each digit."""
    last_page: bool = True
    """Whether a page for anything else ends it."""
    versions: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    practice_for: str = ""
    """The paper whose questions this one has, with fresh numbers: a built-in one, or a file beside this one."""
    choose: tuple[AlternativesEntry, ...] = ()
    question: tuple[QuestionEntry, ...] = ()

    @field_validator("lang")
    @classmethod
    def _is_known(cls, lang: str) -> str:
        if lang not in languages():
            raise PydanticCustomError("lang", "{said}", {"said": no_language(lang)})
        return lang


def read_entry(page: Path, name: str) -> PaperEntry:
    """A paper as its file has it. Raises `MarkschemeError` with the file, the line and what was expected."""
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


def printed_entry(page: Path) -> PaperEntry:
    """A paper as a manifest has it. Raises `MarkschemeError`."""
    try:
        return PaperEntry.model_validate(json.loads(page.read_bytes())["entry"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise MarkschemeError(f"{page} is no manifest of a printed paper ({' '.join(str(error).split())})") from error


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
