"""What marking says of one answer, and of one item."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from markscheme.core.errors import MarkschemeError, UnknownName, near_misses
from markscheme.core.marks import Marks, Status, exactly, marks_from, total, written
from markscheme.language import NOTHING, Message

if TYPE_CHECKING:
    from markscheme.core.item import Item

MARKED: Final = "markscheme/marked/2"
"""The form of `Marked.as_json`: docs/schema/marked.json."""


@dataclass(frozen=True, slots=True, repr=False)
class Verdict:
    """What marking says of one answer. True where the answer agrees with the key.

    `by hand` earns nothing yet: a person decides.
    """

    status: Status
    marks: Marks = 0
    out_of: Marks = 1
    message: Message = NOTHING
    """Why, as data."""
    slips: tuple[str, ...] = ()
    value: Any = None
    carried_from: tuple[str, ...] = ()
    """The earlier answers that it goes on from, of one that is carried on."""
    text: str | None = None
    """The value as its kind writes it; None where nothing was read."""

    @property
    def reason(self) -> str:
        """Why, in a sentence of the language that is spoken."""
        return f"{self.message}"

    def __bool__(self) -> bool:
        return self.status == "right"

    def __repr__(self) -> str:
        return f"Verdict({self.status!r}, {written(self.marks)} of {written(self.out_of)})"

    def _repr_markdown_(self) -> str:
        from markscheme.core.notebook import verdicts_as  # noqa: PLC0415 (start-up time)

        return verdicts_as("markdown", {"": self})

    def _repr_html_(self) -> str:
        from markscheme.core.notebook import verdicts_as  # noqa: PLC0415 (start-up time)

        return verdicts_as("html", {"": self})

    def as_json(self, *, in_words: bool = True) -> dict[str, Any]:
        """The verdict as plain data, with exact marks: 2, "2.5" or "1/3"; why, as code and arguments and in words."""
        return {
            "status": self.status,
            "marks": exactly(self.marks),
            "out_of": exactly(self.out_of),
            "reason": self.message.as_json(),
            **({"sentence": self.reason} if in_words else {}),
            "slips": list(self.slips),
            "carried_from": list(self.carried_from),
            "value": self.text,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Verdict:
        """The verdict that `as_json` made the data of; its value is a text, which the answer's kind reads."""
        marks, out_of = marks_from(data["marks"]), marks_from(data["out_of"])
        slips, carried_from = tuple(data["slips"]), tuple(data["carried_from"])
        reason = Message.from_json(data["reason"])
        return cls(data["status"], marks, out_of, reason, slips, data["value"], carried_from, data["value"])


@cache
def _version() -> str:
    """The version of the package, looked up once, where marks become data."""
    from importlib.metadata import version  # noqa: PLC0415 (30 ms)

    return version("markscheme")


@dataclass(frozen=True, slots=True, repr=False)
class Marked(Mapping[str, Verdict]):
    """The verdicts on one item, by the names of its answers."""

    id: str
    verdicts: Mapping[str, Verdict]
    item: Item | None = field(default=None, repr=False, compare=False)
    """The item that was marked, where it is at hand: it knows how values are written."""

    def __reduce__(self) -> tuple[Any, ...]:
        return Marked, (self.id, self._with_texts())

    def _with_texts(self) -> dict[str, Verdict]:
        """The verdicts with what was read as text."""
        if self.item is None:
            return dict(self.verdicts)
        return {name: replace(verdict, text=self._text(name, verdict)) for name, verdict in self.verdicts.items()}

    def _text(self, name: str, verdict: Verdict) -> str | None:
        if self.item is None or verdict.status in ("blank", "unreadable"):
            return verdict.text
        value = verdict.value
        if value is None and verdict.status == "right":  # the key to the letter
            value = self.item.values[name]
        return None if value is None else self.item.problem.answers[name].kind.write(value)

    @property
    def marks(self) -> Marks:
        """The marks earned so far."""
        return total([verdict.marks for verdict in self.verdicts.values()])

    @property
    def out_of(self) -> Marks:
        """The marks that there are."""
        return total([verdict.out_of for verdict in self.verdicts.values()])

    @property
    def by_hand(self) -> tuple[str, ...]:
        """The answers that wait for a person."""
        return tuple([name for name, verdict in self.verdicts.items() if verdict.status == "by hand"])

    def as_json(self) -> dict[str, Any]:
        """The verdicts as plain data, in the form of docs/schema/marked.json."""
        return {
            "schema": MARKED,
            "id": self.id,
            "markscheme": _version(),
            "marks": exactly(self.marks),
            "out_of": exactly(self.out_of),
            "answers": {name: verdict.as_json() for name, verdict in self._with_texts().items()},
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Marked:
        """The verdicts that `as_json` made the data of. Raises `MarkschemeError` for data of another form.

        >>> from fractions import Fraction
        >>> from markscheme.language import say
        >>> marked = Marked("a/b/1/7", {"x": Verdict("slip", Fraction(1, 3), 1, say("right"), ("halves",), text="2")})
        >>> Marked.from_json(marked.as_json()).as_json() == marked.as_json()
        True
        """
        if data.get("schema") != MARKED:
            raise MarkschemeError(
                f"these are not the verdicts of an item in the form {MARKED}, but {data.get('schema')!r}"
            )
        return cls(data["id"], {name: Verdict.from_json(it) for name, it in data["answers"].items()})

    def __repr__(self) -> str:
        return f"Marked({self.id!r}, {written(self.marks)} of {written(self.out_of)})"

    def _repr_markdown_(self) -> str:
        from markscheme.core.notebook import marked_as  # noqa: PLC0415 (start-up time)

        return marked_as("markdown", self)

    def _repr_html_(self) -> str:
        from markscheme.core.notebook import marked_as  # noqa: PLC0415 (start-up time)

        return marked_as("html", self)

    def __getitem__(self, name: str) -> Verdict:
        try:
            return self.verdicts[name]
        except KeyError:
            raise UnknownName(f"{self.id} asks no {name!r}; {near_misses(name, self.verdicts)}") from None

    def __iter__(self) -> Iterator[str]:
        return iter(self.verdicts)

    def __len__(self) -> int:
        return len(self.verdicts)
