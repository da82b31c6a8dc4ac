"""What an answer can be: each kind reads, compares and shows its values, and makes submissions of itself for tests."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Literal, TypeAlias, TypeVar

from markscheme.draw import Draw
from markscheme.language import Message, noun_of, say
from markscheme.text.field import Field, Form
from markscheme.text.notation import Notation

if TYPE_CHECKING:
    from markscheme.kinds.tolerance import Tolerance

T = TypeVar("T")

Scoring: TypeAlias = Literal["all-or-nothing", "per-entry", "net-correct"]
"""How an answer of several entries earns its marks; the boxes of a selection are its entries."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Whether a submitted value agrees with the key; `note` says how, where there is more to say than "exactly"."""

    agrees: bool
    note: Message | str = ""

    def __bool__(self) -> bool:
        return self.agrees


@dataclass(frozen=True, slots=True)
class Credit:
    """The share of its marks that a wrong answer earns, from 0 to 1, and what was counted, in a sentence."""

    share: Fraction = Fraction(0)
    counted: Message | str = ""


class Undecided(ValueError):
    """Two values that cannot be told to agree or to differ; says why. Marking leaves them to a person."""


class Kind(ABC, Generic[T]):
    """One kind of answer, such as an integer, a vector or an interval.

    Reading and comparing are two acts: text that cannot be read is "unreadable", never "wrong".
    """

    noun: ClassVar[str]
    """The kind in words, with its article: `a vector`."""
    form: ClassVar[Form] = "expression"
    """How it is typed."""

    @property
    @abstractmethod
    def example(self) -> str:
        """One submission as a student would type it, for prompts and for messages: `[2, 3]`."""

    def field(self) -> Field:
        """How an answer is typed, as data: for forms, pages and other programs."""
        return Field(form=self.form, noun=self.noun, example=self.example)

    @abstractmethod
    def read(self, text: str) -> T:
        """The value that a submission's text says. Raises `Unreadable`; bounded in time and memory whatever it says."""

    @abstractmethod
    def accept(self, value: object) -> T:
        """The value that a program or a published key gives (a list for a vector, say). Raises `TypeError`."""

    @property
    def by_hand(self) -> Message | str:
        """Why a person marks every answer of this kind, in a sentence; empty where markscheme does."""
        return ""

    @property
    def is_run(self) -> bool:
        """Whether its values are programs, of which properties are told what came of running them."""
        return False

    def tried(self, value: T, salt: str = "") -> Any:  # noqa: ARG002 (a default)
        """What properties are told of a value: itself, or what came of running it on inputs that `salt` names.

        Raises `Undecided`.
        """
        return value

    def squares(self, value: T) -> tuple[tuple[str, bool], ...]:  # noqa: ARG002 (a default)
        """The labels of a choice, and whether the value ticks each; none of any other kind."""
        return ()

    def doubts(self, tried: Any) -> Message | str:  # noqa: ARG002 (a default)
        """Why a person looks at a value that has all properties, in a clause; empty where none needs to."""
        return ""

    def failed(self, value: T, tried: Any) -> Message | str:  # noqa: ARG002 (a default)
        """Why nothing came of a value when it was tried, in a sentence; empty where something did."""
        return ""

    @property
    def is_lenient(self) -> bool:
        """Whether values that were computed, and not typed, may agree without being equal."""
        return type(self).compare is not Kind[Any].compare

    def compare(self, key: T, value: T) -> Comparison:
        """Whether `value` agrees with `key`. The default is equality. Raises `Undecided` rather than guess."""
        return Comparison(key == value)

    @property
    def allows(self) -> Tolerance | None:
        """How far its numbers may lie from the key's; None for a kind that has no such bound."""
        return None

    @property
    def scorings(self) -> tuple[Scoring, ...]:
        """How its answers can be scored."""
        return ("all-or-nothing",)

    def entries(self, key: T, value: T) -> list[bool]:  # noqa: ARG002 (a default)
        """Whether each entry is as the key has it; empty where there are none, or not as many as in the key."""
        return []

    def credit(self, key: T, value: T, scoring: Scoring) -> Credit:
        """What a value earns that does not agree with the key, by a scoring of the kind.

        With "per-entry" it is r/n, where r of the key's n entries are right.
        """
        right = self.entries(key, value) if scoring == "per-entry" else []
        return (
            Credit(Fraction(sum(right), len(right)), say("right-entries", right=sum(right), count=len(right)))
            if right
            else Credit()
        )

    def rule(self, scoring: Scoring) -> Message | str:
        """What the paper says of a scoring, in a sentence for students."""
        return say("rule-per-entry" if scoring == "per-entry" else "rule-all-or-nothing", noun=noun_of(self.noun))

    @abstractmethod
    def show(self, value: T) -> Notation:
        """The value as notation, for every target."""

    @abstractmethod
    def write(self, value: T) -> str:
        """The value as a student would type it: `read(write(value))` agrees with `value`."""

    def difference(self, left: T, right: T) -> str:  # noqa: ARG002 (a default)
        """Where two values part, for people: `entry 2: 6 against 5`. Empty where there is no more to say."""
        return ""

    # Submissions that are made up, for tests and simulations: those of our own kinds are in `specimens`

    def right(self, key: T, rng: Draw) -> str:
        """A right submission, in one of the notations that people use."""
        return _specimens().right(self, key, rng)

    def wrong(self, key: T, rng: Draw) -> str:
        """A readable submission that does not agree with `key`."""
        return _specimens().wrong(self, key, rng)

    def malformed(self, rng: Draw) -> str:
        """A submission that cannot be read as this kind."""
        return _specimens().malformed(self, rng)


def _specimens() -> Any:
    from markscheme.kinds import specimens  # noqa: PLC0415 (marking needs none)

    return specimens
