"""Wrong answers: a key changed in one place, in its words, its units, its brackets, or its frame."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Final, TypeAlias

from bench.oracle import prose
from bench.oracle.changes import CHANGES, is_scalar
from bench.oracle.keys import Door, Key
from bench.oracle.notation import drawn_hand, needs_latex, written
from bench.oracle.proof import differ
from bench.oracle.terms import Term, is_expression
from bench.oracle.values import rounds_to
from markscheme.draw import Draw

Making: TypeAlias = Callable[[Key, Draw], "str | None"]
BEHIND: Final = ("!", "%", "^2", "i", "x", "/2", "!!", " percent", r"\%", "e3", "_2", "²", ".5", "0", "²x", "**2")
MONTHS: Final = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
_BESIDE: Final = ("neighbor of a number", "sign", "added", "another word", "other unit")
_NO_FORMULA: Final = {"words", "tokens", "choice", "yes or no", "percent", "money"}
PLAIN_NUMBERS: Final = ("integer", "fraction", "decimal", "irrational", "combinatorial")


def changed(kind: str, key: Key, rng: Draw) -> str | None:
    """The text of a key with one change that is proven to make a difference; None where the draw made none."""
    other = CHANGES[kind](key.term, rng)
    if other is None or not differ(key.term, other) or _is_rounding(key.term, other):
        return None
    text = written(other, drawn_hand(rng, "latex" if needs_latex(other) else None))
    return _framed(text, rng)


def _is_rounding(key: Term, other: Term) -> bool:
    """Whether the other, or an entry of it, is a decimal that the rule of three digits allows for the key."""
    pairs = [(key, other), *zip(key.parts, other.parts, strict=False)]
    decimals = [(one, it.text) for one, it in pairs if it.head == "number" and "." in it.text]
    return any([is_expression(one) and not one.named() and rounds_to(one, text) for one, text in decimals])


def _framed(text: str, rng: Draw) -> str:
    """A text as it is, in dollars if it has commands, or affirmed."""
    is_latex = "\\" in text or "^{" in text
    if rng.chance(2, 3):
        return f"${text}$" if is_latex and rng.chance(1, 2) else text
    frame = rng.choice(prose.AFFIRMED)
    return frame.format(f"${text}$" if is_latex and "boxed" not in frame else text)


def _within(frame: str, key: Key, rng: Draw) -> str:
    """The key itself in a frame, as a formula or plainly."""
    text = written(key.term, drawn_hand(rng, "latex" if needs_latex(key.term) else None))
    is_plain = "\\" not in text and (key.kind in _NO_FORMULA or rng.chance(1, 2))
    return frame.format(text if is_plain or "boxed" in frame else f"${text}$")


def _denied(frames: tuple[str, ...]) -> Making:
    """The key itself in words that deny it."""

    def making(key: Key, rng: Draw) -> str | None:
        frame = rng.choice(frames)
        is_double = key.kind == "yes or no" and any([it in frame for it in ("false", "true", "wrong")])
        return None if is_double else _within(frame, key, rng)

    return making


def turned_in_words(key: Key, rng: Draw) -> str | None:
    """Words that make another number, expression or set of the key."""
    if key.term.head == "number" and rng.chance(1, 2):
        frame, number = rng.choice(tuple(prose.CHANGED)), Fraction(key.term.text)
        return _within(frame, key, rng) if prose.CHANGED[frame](number) != number else None
    if key.kind in {"interval", "set", "vector", "matrix", "inequality"}:
        return _within(rng.choice(prose.OPERATED), key, rng)
    if is_expression(key.term) and key.term.named():
        return _within(rng.choice(prose.FORMED), key, rng)
    is_size = key.kind in {*PLAIN_NUMBERS, "quantity", "percent"}
    return _within(rng.choice(prose.BOUNDED), key, rng) if is_size else None


def several_tries(key: Key, rng: Draw) -> str | None:
    """The key among others: this or that, two boxes, a chain of which the last is the key."""
    other = CHANGES[rng.choice(_BESIDE)](key.term, rng)
    if other is None or not differ(key.term, other):
        return None
    hand = drawn_hand(rng, "latex" if needs_latex(key.term) else None)
    own, wrong = written(key.term, hand), written(other, hand)
    frames = [it for it in prose.TRIED if key.kind not in {"interval", "inequality"} or " or " not in it]
    if "\\" in own or rng.chance(1, 3):
        frames = [*[it.replace("{w}", "${w}$").replace("{k}", "${k}$") for it in frames], *prose.BOXED]
    if is_scalar(key.term) and not key.term.named():
        frames += prose.CHAINED
    return rng.choice(frames).format(w=wrong, k=own)


def extended(key: Key, rng: Draw) -> str | None:
    """A factorial, a power, a letter or a factor of a hundred behind a bare number."""
    return key.text + rng.choice(BEHIND) if key.kind == "integer" else None


def dated(key: Key, rng: Draw) -> str | None:
    """What a spreadsheet makes of a fraction or a ratio: a date, or a time."""
    parts = key.text.split("/" if key.kind == "fraction" else ":")
    if (
        key.kind not in {"fraction", "ratio"}
        or len(parts) != 2
        or not all([it.isdigit() and 0 < int(it) < 13 for it in parts])
    ):
        return None
    day, month = map(int, parts)
    frames = (
        "{0}/{1}/2026",
        "{0}-{2}",
        "{2}-{0:02}",
        "{1}.{0}.2026",
        "2026-{0:02}-{1:02}",
        "{0:02}:{1:02}:00",
        "{2} {0}",
    )
    return rng.choice(frames).format(day, month, MONTHS[month - 1])


def joined_otherwise(key: Key, rng: Draw) -> str | None:
    """`or` where all of several values hold."""
    if key.term.head != "named" or len(key.term.parts) < 2:
        return None
    return rng.choice((" or ", ", or ", "; else ")).join([written(it, drawn_hand(rng)) for it in key.term.parts])


OTHERWISE: Final[dict[str, Making]] = {
    "denied before": _denied(prose.DENIED_BEFORE),
    "denied behind": _denied(prose.DENIED_BEHIND),
    "changed in words": turned_in_words,
    "several tries": several_tries,
    "a sign behind": extended,
    "a date": dated,
    "or for and": joined_otherwise,
}
KINDS: Final = (*CHANGES, *OTHERWISE)


def wrong_answer(key: Key, kind: str, door: Door, rng: Draw) -> str | None:
    """A wrong answer of a kind, or None where this draw gives none that is proven to be wrong."""
    if kind == "other brackets" and door == "kind" and key.kind == "vector":
        return None  # a vector is asked for, and programs write it in braces
    return changed(kind, key, rng) if kind in CHANGES else OTHERWISE[kind](key, rng)
