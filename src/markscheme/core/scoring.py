"""How an answer of several entries, or boxes to tick, is scored: all or nothing, each for itself, or with a penalty."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, Final, Literal, TypeAlias, get_args

from markscheme.kinds import AllThatApply, Kind

Scoring: TypeAlias = Literal["all", "each", "penalty"]
"""`all`: all the marks or none. `each`: the share of entries, or of boxes ticked or left blank, that are as in the key.
`penalty`: of boxes, the right ticks less the wrong ones, over all right ones, and no less than 0."""
SCORINGS: Final[tuple[str, ...]] = get_args(Scoring)
_SAID: Final = {
    "each": "Each of the {} counts for itself.",
    "penalty": "Each right tick earns its share of the marks, and each wrong one takes as much away, down to 0.",
}


def unfit(kind: Kind[Any], scoring: Scoring) -> str:
    """Why a kind's answers cannot be scored like that; empty where they can.

    >>> from markscheme.kinds import Integer
    >>> unfit(AllThatApply("abc"), "penalty"), unfit(Integer(), "each")
    ('', 'an integer has no entries that could count for themselves')
    """
    if scoring not in SCORINGS:
        return f"scoring is one of {', '.join(SCORINGS)}, not {scoring!r}"
    if scoring == "penalty" and not isinstance(kind, AllThatApply):
        return f"a penalty is for boxes to tick, not for {kind.noun}"
    if scoring == "each" and not kind.entries:
        return f"{kind.noun} has no entries that could count for themselves"
    return ""


def rule(kind: Kind[Any], scoring: Scoring) -> str:
    """What students are told of the scoring; nothing where it is all or none.

    >>> rule(AllThatApply("abc"), "each")
    'Each of the boxes counts for itself.'
    """
    return _SAID.get(scoring, "").format(kind.entries)


def share(kind: Kind[Any], key: Any, value: Any, scoring: Scoring) -> tuple[Fraction, str]:
    """The share of the marks that a wrong answer earns, from 0 to 1, and why.

    >>> share(AllThatApply("abcd"), frozenset("ab"), frozenset("ac"), "each")
    (Fraction(1, 2), '2 of 4 boxes are as they should be')
    >>> share(AllThatApply("abcd"), frozenset("ab"), frozenset("ac"), "penalty")
    (Fraction(0, 1), '1 right tick, 1 wrong')
    """
    if scoring == "penalty":
        right, wrong = len(key & value), len(value - key)
        earned = Fraction(right - wrong, len(key)) if key else Fraction(not value)
        return max(Fraction(0), earned), f"{right} right tick{'' if right == 1 else 's'}, {wrong} wrong"
    right, of = kind.agreeing(key, value)
    are = "is as it" if right == 1 else "are as they"
    return Fraction(right, of), f"{right} of {of} {kind.entries} {are} should be"
