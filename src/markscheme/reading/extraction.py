r"""The answer within prose: what stands in a box, behind "the answer is", or in the last formula.

A text that says an answer and nothing else needs none of this: it is tried where a whole text cannot be read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from markscheme.reading.limits import LONGEST_TEXT

LONGEST_PROSE: Final = 1 << 20
NEAR_THE_END: Final = 4_000
"""Characters within which the last formula is looked for."""
_BOX: Final = re.compile(r"\\(?:boxed|fbox)\s*\{")
_SAID: Final = re.compile(r"(?i)\b(?:final\s+)?answer\s*(?:is|:|=)\s*")
_FORMULA: Final = re.compile(
    r"\$\$([^$]{1,2000})\$\$|\\\[(.{1,2000}?)\\\]|\\\((.{1,2000}?)\\\)|\$([^$\n]{1,2000})\$", re.DOTALL
)
_SENTENCE: Final = re.compile(r"[.!?]?\s*(?:\n|$)|[.!?]\s+[A-Z]")
_NUMBER: Final = re.compile(r"(?<![\w.,])[-−]?\d[\d.,]*(?!\w)")
_MATHEMATICS: Final = re.compile(r"[=<>≤≥\\{}\[\]()^*/+|_;]")
_NAME: Final = re.compile(r"\\?[^\W\d_]+(?:_\{?\w+\}?)?(?:\([^\W\d_]\))?")
_DENIED: Final = re.compile(r"(?i)\b(?:not|isn't|never|wrong|incorrect)\b[^.\n]{0,20}$")


def answers_in(text: str) -> Iterator[str]:
    r"""What a text may give as its answer, the plainest first; nothing of what it denies.

    >>> list(answers_in(r"Adding, we get $x = 3$, hence \boxed{3}."))
    ['3', 'x = 3']
    >>> list(answers_in("It costs 2.74 euros."))
    ['2.74']
    """
    if len(text) > LONGEST_PROSE:
        return
    seen = {text.strip()}
    formula = _last_formula(text)
    for found in (_boxed(text), _behind_words(text), formula, _end_of_chain(formula or text), _only_number(text)):
        if found and found not in seen and len(found) <= LONGEST_TEXT:
            seen.add(found)
            yield found


def _boxed(text: str) -> str:
    """What stands in the last box."""
    start = -1
    for match in _BOX.finditer(text):
        start = match.end()
    if start < 0 or _DENIED.search(text[max(0, start - 60) : start].rpartition("\\")[0]):
        return ""
    depth = 1
    for place in range(start, min(len(text), start + LONGEST_TEXT)):
        depth += (text[place] == "{") - (text[place] == "}")
        if depth == 0:
            return text[start:place].strip()
    return text[start : start + LONGEST_TEXT].strip(" $.\n")


def _behind_words(text: str) -> str:
    """What follows the last "answer is", to the end of the sentence."""
    start = -1
    for match in _SAID.finditer(text):
        start = match.end()
    if start < 0:
        return ""
    rest = text[start : start + LONGEST_TEXT]
    end = _SENTENCE.search(rest)
    return (rest[: end.start()] if end else rest).strip(" *:\"'")


def _last_formula(text: str) -> str:
    """The last formula between delimiters."""
    text = text[-NEAR_THE_END:]
    found, start = "", 0
    for match in _FORMULA.finditer(text):
        found, start = next(it for it in match.groups() if it is not None).strip(), match.start()
    return "" if found and _DENIED.search(text[max(0, start - 60) : start]) else found


def _end_of_chain(text: str) -> str:
    """What a chain of equations ends in that starts with a name: 11 in `x = 5 + 6 = 11`; no approximations."""
    exact = re.split(r"\\approx|≈", text.strip(" $."), maxsplit=1)[0]
    sides = exact.split("=")
    is_chain = _NAME.fullmatch(sides[0].strip()) and len(sides) > 1 and (len(sides) > 2 or exact != text.strip(" $."))
    return sides[-1].strip() if is_chain and len(text) <= LONGEST_TEXT else ""


def _only_number(text: str) -> str:
    """The number of a text in words that has but one."""
    if len(text) > LONGEST_TEXT or _MATHEMATICS.search(text) or not re.search(r"[^\W\d_]{2}", text):
        return ""
    numbers = _NUMBER.findall(text)
    if len(numbers) != 1:
        return ""
    place = text.index(numbers[0])
    return "" if _DENIED.search(text[max(0, place - 60) : place]) else numbers[0].rstrip(".,")
