r"""The answer within prose: what stands in a box, behind "the answer is", or in the last formula.

A text that says an answer and nothing else needs none of this: it is tried where a whole text cannot be read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from markscheme.reading.limits import LONGEST_TEXT

LONGEST_PROSE: Final = 1 << 16
"""Characters, from the end, within which an answer is looked for."""
NEAR_THE_END: Final = 4_000
"""Characters within which the last formula is looked for."""
_BOX: Final = re.compile(r"\\(?:boxed|fbox)\s*\{")
_SAID: Final = re.compile(r"(?i)\b(?:final\s+)?answer\s*(?:is|:|=)\s*")
_FORMULA: Final = re.compile(
    r"\$\$([^$]{1,2000})\$\$|\\\[((?:(?!\\\[).){1,2000}?)\\\]|\\\(((?:(?!\\\().){1,2000}?)\\\)|\$([^$\n]{1,2000})\$",
    re.DOTALL,
)
_LISTED: Final = re.compile(r"\s*(?:,|;|\bor\b|\band\b)+\s*(?:\bor\b|\band\b)?\s*")
_AND: Final = re.compile(r"\b(?:or|and)\b|[,;]")
_SENTENCE: Final = re.compile(r"[.!?]?\s*(?:\n|$)|[.!?]\s+[A-Z]")
_NUMBER: Final = re.compile(r"(?<![\w.,])[-−]?\d[\d.,]*(?!\w)")
_MATHEMATICS: Final = re.compile(r"[=<>≤≥\\{}\[\]()^*/+|_;]")
_NAME: Final = re.compile(r"\\?[^\W\d_]+(?:_\{?\w+\}?)?(?:\([^\W\d_]\))?")
_DENIED: Final = re.compile(r"(?i)\b(?:not|isn't|never|wrong|incorrect)\b[^.\n\d]{0,20}$")
_HEDGED: Final = re.compile(r"(?i)\b(?:or|maybe|perhaps|possibly|either)\b[^.\n\d]{0,20}$")
_ESCAPED: Final = re.compile(r"\\\\(?=[A-Za-z]{2})")
_BETWEEN: Final = re.compile(r"[^=\n]{0,40}\n?[^=\n]{0,40}")
_SENTENCE_ENDS: Final = re.compile(r"[.!?](?:\s|$)|\bnot?\b")
_ENDS_IN_NUMBER: Final = re.compile(
    r"(?:\b(?:is|are|equals|be|gives?|makes?)|['’]s)\s+[$€£¥]?([-−]?\d[\d.,]*)\s?(?:[$€£¥%°]|[A-Za-z]{0,12}[²³]?)[.!]?\s*$"
)
MOST_BOXES: Final = 20


def answers_in(text: str) -> Iterator[str]:
    r"""What a text may give as its answer, the plainest first; nothing of what it denies.

    The whole text comes first, unless it has several boxes: those that stand together are one answer, in a list.

    >>> list(answers_in(r"Adding, we get $x = 3$, hence \boxed{3}."))[1:]
    ['3', 'x = 3']
    >>> list(answers_in(r"\boxed{1} paper and \boxed{2} bins"))
    ['1, 2']
    """
    boxes = _last_boxes(text[-LONGEST_PROSE:]) if "\\" in text else []
    if len(boxes) < 2:
        yield text
    seen = {text.strip()}
    text = text[-LONGEST_PROSE:]
    if "\\\\" in text and "\\begin" not in text:
        text = _ESCAPED.sub(r"\\", text)
        boxes = _last_boxes(text)
    if len(boxes) > 1:
        yield ", ".join(boxes)
        return
    formula = _last_formula(text)
    chain = _end_of_chain(formula or text)
    for found in (text, *boxes, _behind_words(text), formula, chain, _only_number(text), _last_number(text)):
        if found and found.strip() not in seen and len(found) <= LONGEST_TEXT:
            seen.add(found.strip())
            yield found


def _last_boxes(text: str) -> list[str]:
    """What stands in the last box, and in those before it with little in between; each once, none that is denied."""
    starts = list(_BOX.finditer(text))[-MOST_BOXES:]
    boxes: list[str] = []
    following = len(text)
    for match in reversed(starts):
        box, end = _box(text, match.end())
        if boxes and not (_BETWEEN.fullmatch(between := text[end:following]) and not _SENTENCE_ENDS.search(between)):
            break
        if _DENIED.search(text[max(0, match.start() - 60) : match.start()]):
            break
        following = match.start()
        if box not in boxes:
            boxes.insert(0, box)
    return boxes


def _box(text: str, start: int) -> tuple[str, int]:
    """What stands in the box that starts here, and where it ends."""
    depth = 1
    for place in range(start, min(len(text), start + LONGEST_TEXT)):
        depth += (text[place] == "{") - (text[place] == "}")
        if depth == 0:
            return text[start:place].strip(), place + 1
    return text[start : start + LONGEST_TEXT].strip(" $.\n"), len(text)


def _behind_words(text: str) -> str:
    """What follows the last "answer is", to the end of the sentence."""
    start = -1
    for match in _SAID.finditer(text):
        start = match.end()
        is_hedged = _HEDGED.search(text[max(0, match.start() - 60) : match.start()])
        start = -1 if is_hedged else start
    if start < 0:
        return ""
    rest = text[start : start + LONGEST_TEXT]
    end = _SENTENCE.search(rest)
    return (rest[: end.start()] if end else rest).strip(" *:\"'")


def _last_formula(text: str) -> str:
    """The last formula between delimiters, and those before it that are listed with it: two are not two tries."""
    text = text[-NEAR_THE_END:]
    matches = list(_FORMULA.finditer(text))
    found: list[str] = []
    for match, after in zip(reversed(matches), [None, *reversed(matches)]):  # noqa: B905 (one more)
        if after is not None and not _LISTED.fullmatch(text[match.end() : after.start()]):
            break
        found.insert(0, next(it for it in match.groups() if it is not None).strip())
    before = text[: matches[-len(found)].start()][-60:] if found else ""
    if not found or _DENIED.search(before) or _HEDGED.search(before):
        return ""
    return ", ".join(found)


def _end_of_chain(text: str) -> str:
    """What a chain of equations ends in: 11 in `x = 5 + 6 = 11`; no approximations, and none of several equations."""
    if _AND.search(text):
        return ""
    exact = re.split(r"\\approx|≈", text.strip(" $."), maxsplit=1)[0]
    sides = exact.split("=")
    is_chain = len(sides) > 2 or (len(sides) == 2 and exact != text.strip(" $.") and _NAME.fullmatch(sides[0].strip()))
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


def _last_number(text: str) -> str:
    """The number that a text ends in, as in `which is 12 m²`."""
    end = text[-NEAR_THE_END:]
    found = _ENDS_IN_NUMBER.search(end)
    if found is None or _DENIED.search(end[: found.start()]) or _HEDGED.search(end[: found.start()]):
        return ""
    return found[1].rstrip(".,")
