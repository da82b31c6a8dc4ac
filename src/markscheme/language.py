"""What markscheme says: messages as data, a code and its arguments, and the catalogs that make sentences of them.

The catalogs are Fluent's (`languages/LANGUAGE/*.ftl`). A sentence is made when it is asked for, in the language that
is spoken then: English, unless `speaking` says another. Nothing else in markscheme depends on the language.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeAlias

if TYPE_CHECKING:
    from fluent.runtime import FluentBundle

Argument: TypeAlias = "str | int | Fraction | Message | tuple[Argument, ...]"
"""What enters a sentence: words as they are, numbers, other messages, or several of these in a row."""

ENGLISH: Final = "en"
OTHERWISE: Final = "otherwise"
"""The argument that is the sentence where no catalog has one."""
TEXT: Final = "text"
"""The code of words that somebody wrote: they are the same in every language in which nobody wrote them too."""
_FOLDER = Path(__file__).parent / "languages"
_SPOKEN: ContextVar[str] = ContextVar("language", default=ENGLISH)


@dataclass(frozen=True, slots=True)
class Message:
    """A sentence, or a part of one, as data: what is said, by its code in the catalogs, and of what.

    >>> message = say("right-entries", right=2, count=3)
    >>> str(message), message.sentence("de")
    ('Right entries: 2 of 3.', 'Richtige Einträge: 2 von 3.')
    >>> message.as_json()
    {'code': 'right-entries', 'arguments': {'right': 2, 'count': 3}}
    """

    code: str
    arguments: Mapping[str, Argument] = field(default_factory=dict[str, "Argument"])

    def __hash__(self) -> int:
        return hash((self.code, *self.arguments.items()))

    def __bool__(self) -> bool:
        return self.code != TEXT or bool(self.arguments["text"])

    def __str__(self) -> str:
        return self.sentence()

    def sentence(self, language: str | None = None) -> str:
        """The message in a language, or in that which is spoken."""
        if self.code == TEXT:  # what somebody wrote needs no catalog
            return str(self.arguments.get(language or _SPOKEN.get(), self.arguments["text"]))
        return _sentence(self, language or _SPOKEN.get())

    def walk(self) -> Iterator[Message]:
        """The message, and those within it."""
        yield self
        for argument in self.arguments.values():
            for it in argument if isinstance(argument, tuple) else (argument,):
                if isinstance(it, Message):
                    yield from it.walk()

    def as_json(self) -> dict[str, Any]:
        """The message as plain data: numbers that are not whole are written `{"exact": "1/3"}`."""
        return {"code": self.code, "arguments": {name: _as_json(it) for name, it in self.arguments.items()}}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Message:
        """The message that `as_json` made the data of.

        >>> message = say("clauses", of=(words("a"), say("marks-of", marks=Fraction(1, 3), most=1)))
        >>> Message.from_json(message.as_json()) == message
        True
        """
        return cls(data["code"], {name: _from_json(it) for name, it in data["arguments"].items()})


def say(code: str, /, **arguments: Argument) -> Message:
    """A message of the catalogs, with its arguments by name."""
    return Message(code, arguments)


def words(said: str, **others: str) -> Message:
    """Words that somebody wrote, as a message: the name of a slip, a property, what a person decided.

    >>> str(words("adds", de="addiert")), words("adds", de="addiert").sentence("de")
    ('adds', 'addiert')
    """
    return Message(TEXT, {"text": said, **others})


def as_message(said: str | Message) -> Message:
    """Words or a message as a message: kinds and checks that others write say what they have to say in words."""
    return said if isinstance(said, Message) else words(said)


def joined(code: str, *said: str | Message) -> Message:
    """Several messages in a row, without those that are empty: as "sentences", "clauses", "alternatives" or "places".

    >>> str(joined("clauses", "one", "", "two")), str(joined("sentences", say("right")))
    ('one; two', 'Right.')
    """
    kept = [message for it in said if (message := as_message(it))]
    if len(kept) < 2:
        return kept[0] if kept else NOTHING
    return Message(code, {"of": tuple(kept)})


def noun_of(noun: str) -> Message:
    """What a kind is called, such as `a vector`, as a message; a kind of somebody's own is called as they say.

    >>> noun_of("a vector").sentence("de"), noun_of("a lattice").sentence("de")
    ('ein Vektor', 'a lattice')
    """
    return say(f"noun-{noun.replace(' ', '-')}", otherwise=noun)


def message_of(error: Exception) -> Message:
    """What an error says, as a message."""
    return as_message(error.args[0]) if error.args and isinstance(error.args[0], Message) else words(f"{error}")


@cache
def languages() -> tuple[str, ...]:
    """The languages that there are catalogs of.

    >>> languages()
    ('de', 'en')
    """
    return tuple(sorted([folder.name for folder in _FOLDER.iterdir() if folder.is_dir()]))


def spoken() -> str:
    """The language that sentences are made in."""
    return _SPOKEN.get()


@contextmanager
def speaking(language: str) -> Generator[None]:
    """Make sentences in a language, within a `with`.

    >>> with speaking("de"):
    ...     str(say("right"))
    'Richtig.'
    """
    token = _SPOKEN.set(language)
    try:
        yield
    finally:
        _SPOKEN.reset(token)


@cache
def codes(language: str) -> frozenset[str]:
    """The codes that a language has sentences for."""
    return frozenset(_catalog(language)._messages)  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]


@lru_cache(maxsize=4096)
def _sentence(message: Message, language: str) -> str:
    catalog = _catalog(language)
    if not catalog.has_message(message.code):
        if language != ENGLISH and _catalog(ENGLISH).has_message(message.code):
            return _sentence(message, ENGLISH)
        if OTHERWISE in message.arguments:
            return str(message.arguments[OTHERWISE])
        raise LookupError(f"no catalog has a sentence for {message.code!r}")
    given = {name: _entering(argument, language, message.code) for name, argument in message.arguments.items()}
    pattern = catalog.get_message(message.code).value
    sentence, errors = catalog.format_pattern(pattern, given) if pattern else ("", ["it has no sentence"])
    if errors:
        raise LookupError(f"{message.code} in {language!r}: {errors[0]}")
    return str(sentence)


def _entering(argument: Argument, language: str, code: str) -> Any:
    """An argument as Fluent takes it; numbers are written as people of the language do, without groups of digits."""
    match argument:
        case Message():
            return argument.sentence(language)
        case tuple():
            between = f"{code}-between" if _catalog(language).has_message(f"{code}-between") else "list-between"
            return _sentence(Message(between), language).join([str(_entering(it, language, code)) for it in argument])
        case bool() | str():
            return str(argument)
        case _:
            return _number(argument)


def _number(number: int | Fraction) -> Any:
    from decimal import Decimal  # noqa: PLC0415 (start-up time)

    from fluent.runtime.types import fluent_number  # noqa: PLC0415 (start-up time)

    if isinstance(number, int):
        return fluent_number(number, useGrouping=False)
    if (decimal := Decimal(f"{float(number):g}")) == number:
        return fluent_number(decimal, useGrouping=False, maximumFractionDigits=10)
    return str(number)


@cache
def _catalog(language: str) -> FluentBundle:
    """The catalog of a language, read once."""
    from fluent.runtime import FluentBundle, FluentResource  # noqa: PLC0415 (start-up time)

    own: dict[str, Any] = {"OPEN": _open, "SENTENCE": _whole_sentence, "POINTED": _pointed}
    found = FluentBundle([language], functions=own, use_isolating=False)
    for page in sorted((_FOLDER / language).glob("*.ftl")):
        found.add_resource(FluentResource(page.read_text("utf-8")))
    return found


def _open(sentence: str) -> str:
    """A sentence that goes on: without its full stop."""
    return sentence.rstrip(".")


def _whole_sentence(clause: str) -> str:
    """A clause as a sentence of its own."""
    return f"{clause[:1].upper()}{clause[1:]}" + ("" if clause.endswith((".", "^")) else ".")


def _pointed(text: str, position: int) -> str:
    """A text in a line below, with a caret under a place in it."""
    return f"\n  {text}\n  {' ' * int(position)}^"


def _as_json(argument: Argument) -> Any:
    match argument:
        case Message():
            return argument.as_json()
        case tuple():
            return [_as_json(it) for it in argument]
        case Fraction():
            return {"exact": str(argument)}
        case _:
            return argument


def _from_json(data: Any) -> Argument:
    if isinstance(data, list):
        return tuple([_from_json(it) for it in data])  # pyright: ignore[reportUnknownVariableType]
    if isinstance(data, dict):
        return Fraction(data["exact"]) if "exact" in data else Message.from_json(data)  # pyright: ignore[reportUnknownArgumentType]
    return data


NOTHING: Final = words("")
