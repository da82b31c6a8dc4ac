"""What a text says as an answer, and what leads to one: before anything is marked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from markscheme.core.errors import UnknownName, near_misses
from markscheme.core.writing import phrase, steps
from markscheme.language import NOTHING, Message, say
from markscheme.reading.limits import Unreadable
from markscheme.text.document import Block, Prose, write
from markscheme.text.notation import Target, show

if TYPE_CHECKING:
    from markscheme.core.answer import Answer
    from markscheme.core.item import Item


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read in a text, in each notation; or the complaint, and the place in the text that it is about."""

    plain: str = ""
    latex: str = ""
    mathml: str = ""
    complaint: Message = NOTHING
    position: int | None = None

    def __bool__(self) -> bool:
        return not self.complaint

    def as_json(self) -> dict[str, Any]:
        """The reading as plain data, without what is empty: a complaint as a sentence, and as code and arguments."""
        own = {"plain": self.plain, "latex": self.latex, "mathml": self.mathml, "complaint": f"{self.complaint}"}
        found: dict[str, Any] = {name: value for name, value in own.items() if value}
        found |= {"reason": self.complaint.as_json()} if self.complaint else {}
        return found if self.position is None else found | {"position": self.position}


def read_answer(item: Item, name: str, text: str) -> Reading:
    """What a text says as an answer of an item. A blank says nothing."""
    kind = _asked(item, name).kind
    if not text.strip():
        return Reading(complaint=say("nothing-written"))
    try:
        value = kind.read(text)
    except Unreadable as error:
        return Reading(complaint=error.message, position=error.position)
    if kind.field().is_long:
        return Reading(plain=kind.write(value))
    node = kind.show(value)
    return Reading(show(node, "plain", math=True), show(node, "latex", math=True), show(node, "html", math=True))


@dataclass(frozen=True, slots=True)
class Hint:
    """One thing that leads to an answer, and the asked answers whose keys can be read off it."""

    blocks: tuple[Block, ...]
    reveals: tuple[str, ...]

    def write(self, target: Target) -> str:
        """The hint in a target's markup."""
        return write(self.blocks, target).strip()


def hints(item: Item, name: str, target: Target) -> Iterator[str]:
    """What leads to an answer, one thing after another: the steps before it that nobody asks, and its own reason."""
    answer = _asked(item, name)
    return (hint.write(target) for hint in _hints(item, answer))


def hints_of(item: Item, name: str) -> tuple[Hint, ...]:
    """The same hints, each with what it gives away: a step is worked out from the keys of the answers before it.

    >>> import markscheme as ms
    >>> item = ms.problem("attention/linear_rnn").as_published()
    >>> [hint.reveals for hint in hints_of(item, "output")]
    [('h_2', 'k_3', 'h_out'), ('h_2', 'k_3', 'h_out'), ()]
    """
    return tuple(_hints(item, _asked(item, name)))


def _hints(item: Item, answer: Answer[..., Any]) -> Iterator[Hint]:
    said = set[str]()
    for name in answer.ancestors:
        step = item.problem.answers[name]
        if not item.layout.is_seen(step):
            asked = [earlier for earlier in item.layout.marks if earlier in step.ancestors]
            yield Hint(tuple(steps(item, step, said)), tuple(asked))
    words, _ = answer.explanation
    if words and not answer.kind.by_hand and answer.name not in words.names:
        named = [other for other in item.layout.marks if other in words.names]
        yield Hint((Prose(phrase(item, words)),), tuple(named))


def _asked(item: Item, name: str) -> Answer[..., Any]:
    if name not in item.layout.marks:
        raise UnknownName(f"{item.id} asks no {name!r}; {near_misses(name, item.layout.marks)}")
    return item.problem.answers[name]
