"""A row with more than one try: a model is told its slip by name, and may reply again; never the key."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from markscheme.core.errors import MarkschemeError
from markscheme.core.verdict import Verdict
from markscheme.datasets.scoring import Score, score_answer

LATER: Final = Fraction(1, 2)
"""What a try is worth of the one before it."""
CHOSEN: Final = frozenset({"one of", "all that apply", "yes or no", "ordering"})
"""Forms of which "wrong" says much of what is right: they count as first given."""
LONGEST_COMPLAINT: Final = 500


@dataclass(frozen=True, slots=True)
class Turn:
    """What comes of a reply."""

    gained: float | None
    """What it earns beside what was earned before it, from 0 to 1; None where a person would have to decide."""
    done: bool
    said: str
    """What the model is told: of each answer whether it is right, and the names of known slips."""
    score: Score


class Tries:
    """A row asked of a model, with a bounded number of tries.

    What a later try gains counts half of what it would have at the try before. Choices count as first given: to be
    told that one is wrong is to be told what is right. Of several answers each keeps what it is at the best reply.

    >>> from markscheme.datasets import dataset
    >>> (row,) = dataset("convolution/output_shape", size=1, seed=2)
    >>> tries = Tries(row)
    >>> tries.reply("I cannot say.").done, tries.reply(row["answer"]).gained, tries.earned
    (False, 0.5, 0.5)

    Raises `MarkschemeError` for less than one try.
    """

    def __init__(self, row: Mapping[str, Any], most: int = 3) -> None:
        if most < 1:
            raise MarkschemeError(f"a row has at least one try, not {most}")
        self.row = row
        self._about: Mapping[str, Any] = row["metadata"].get("answers", {})
        self.left = most if set(self._about) - self._chosen() else 1
        self.earned = 0.0
        """What all replies earn together, from 0 to 1."""
        self.unscored: tuple[str, ...] = ()
        """The answers of the last reply that a person would have to look at."""
        self.replies = 0
        self._best = Fraction(0)
        self._first: dict[str, Verdict] = {}

    def _chosen(self) -> set[str]:
        return {name for name, about in self._about.items() if about["form"] in CHOSEN}

    def reply(self, text: object) -> Turn:
        """What comes of a reply. Raises `MarkschemeError` where no try is left."""
        if not self.left:
            raise MarkschemeError("no try is left")
        score = score_answer(text, self.row, explain=True)
        verdicts = self._counted(score)
        value = self._share(verdicts) if self._about else Fraction(score.value)
        gained = max(value - self._best, Fraction(0)) * LATER**self.replies
        self._best = max(value, self._best)
        self.earned = float(min(Fraction(self.earned) + gained, Fraction(1)))
        self.replies += 1
        self.unscored = score.unscored
        open_ = {name for name, it in verdicts.items() if not it and name not in self._first} if verdicts else {""}
        over = value == 1 or self.unscored or not score.marked or not open_
        self.left = 0 if over else self.left - 1
        nothing_known = bool(self.unscored) and not gained
        said = "\n".join(self._told(score, verdicts)).encode("utf-8", "replace").decode()  # it quotes the reply
        return Turn(None if nothing_known else float(gained), not self.left, said, score)

    def _counted(self, score: Score) -> dict[str, Verdict]:
        """The verdicts, those on choices as they were at first."""
        for name in self._chosen() & set(score.verdicts):
            if score.verdicts[name].status not in ("blank", "unreadable"):
                self._first.setdefault(name, score.verdicts[name])
        return {name: self._first.get(name, verdict) for name, verdict in score.verdicts.items()}

    def _share(self, verdicts: Mapping[str, Verdict]) -> Fraction:
        out_of = sum([Fraction(it.out_of) for it in verdicts.values()])
        earned = sum([Fraction(it.marks) for it in verdicts.values()])
        return min(max(earned / out_of, Fraction(0)), Fraction(1)) if out_of else Fraction(0)

    def _told(self, score: Score, verdicts: Mapping[str, Verdict]) -> Iterator[str]:
        if not score.marked:
            yield "This question cannot be marked."
            return
        if not verdicts:
            yield f"No answer can be found: {score.reason[:LONGEST_COMPLAINT]}."
        for name, verdict in verdicts.items():
            label = f"`{name}`: " if len(verdicts) > 1 else ""
            yield f"{label}{_word_on(verdict)}{' A choice counts as first given.' if name in self._first else ''}"
        if self.left:
            count = "1 try" if self.left == 1 else f"{self.left} tries"
            yield f"You may try again ({count} left); give all answers again."


def _word_on(verdict: Verdict) -> str:
    """What a verdict says to one who may try again: nothing that leads to the key but the name of a slip."""
    match verdict.status:
        case "right" | "follow-through":
            return "Right." if verdict else "Right, going on from an earlier answer that is not."
        case "slip":
            return f"Not right. A known slip: {'; '.join(verdict.slips)}."
        case "unreadable":
            return f"It cannot be read: {verdict.reason[:LONGEST_COMPLAINT]}"
        case "blank":
            return "Nothing was answered."
        case "by hand":
            return "A person would have to decide."
        case _:
            return "Not right."
