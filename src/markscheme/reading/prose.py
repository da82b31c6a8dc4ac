r"""The answer within prose: what known words of affirmation frame, a box, or a last formula alone in its line.

No list of denials is complete, so there is none: a word that is not known to affirm stays with the value, and makes the
text unreadable. Reasoning that comes before the sentence of the answer frames nothing; what comes behind it must be
known to change nothing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterator
from typing import Final, NamedTuple, TypeVar, cast

from markscheme.language import say
from markscheme.reading.limits import LONGEST_TEXT, Unreadable
from markscheme.reading.words import CONNECTORS, ENDS, FUNCTIONS, GREEK, LEADS, NUMBERED, OF

T = TypeVar("T")
LONGEST_PROSE: Final = 1 << 16
"""Characters, from the end, within which an answer is looked for."""
_WORDS: Final = re.compile(r"[A-Za-z]{2}").search
_WORD: Final = re.compile(r"([A-Za-z]+(?:['’][A-Za-z]+)?)(?![\w^({\[\\'’])")
_BETWEEN: Final = re.compile(r"(?:[\s,;:*>#\"“”]|(?<=[a-z])-(?=[a-z])|=(?=\s*\S))*")
_LAST_WORD: Final = re.compile(r"[\s,.;*]+([A-Za-z]+(?:['’][A-Za-z]+)?)[\s.*]*$")
_BOX: Final = re.compile(r"\\(?:boxed|fbox)\b")
_BREAK: Final = re.compile(r"(?<=[.!?])[\"*)]*\s+(?=[A-Z$\\(*#\"\d])|\n\s*\n|\n")
_CLAUSE: Final = re.compile(r"[,;—–]\s+(?=[A-Za-z\\$])")
_TAGGED: Final = re.compile(r"<answer>(.{0,2000}?)</answer>\s*$", re.DOTALL)
_ESCAPED_LINES: Final = re.compile(r"(?:\\n)+(?![A-Za-z])")
_THOUGHT: Final = re.compile(r".*</think>", re.DOTALL)
_PROSE: Final = re.compile(r"[A-Za-z'’\s.,!*]*").fullmatch
_ITS_NUMBER: Final = re.compile(r"\(?[0-9]{1,3}[a-z]?\)?\s*:")
_FENCE: Final = re.compile(r"^```[a-z]*\s|\s```$")
_FORMULA: Final = re.compile(r"(?:\$\$?[^$]+\$\$?|\\\[.*\\\]|\\\(.*\\\))[.\s]*", re.DOTALL)
_DOUBLED: Final = re.compile(r"\\\\(?=[A-Za-z]{2})")
_CLAUSE_LEADS: Final = frozenset("so hence thus therefore then and giving which that we it this".split())
_ARTICLES: Final = frozenset({"the", "a", "an"})
_ALIKE: Final = frozenset("mathbf mathrm text frac sqrt cdot times left right begin end boxed".split())


class Piece(NamedTuple):
    """What a text may give as its answer."""

    text: str
    framed: bool = False
    """Whether words stand before it, so that a final `!` may be theirs."""
    whole: bool = True
    """Whether it is the text but for what frames it."""


def pieces(text: str, known: Collection[str] = ()) -> Iterator[Piece]:
    r"""What a text may give as its answer: the whole without its frame, then what its last sentence frames.

    >>> [piece.text for piece in pieces("Adding, we get 4. So the answer is 7.")][1:]
    ['7.']
    >>> [piece.text for piece in pieces("$4$ is wrong")]
    ['$4$ is wrong']
    """
    # Words that are `known` to be answers frame none.
    if len(text) <= 200 and not _WORDS(text) and "#" not in text:
        yield Piece(text)
        return
    text = _opened(text[-LONGEST_PROSE:])
    if len(text) <= LONGEST_TEXT:
        yield _unframed(text, known)
    last = _last_sentence(text, known)
    if last is not None and len(last.text) <= LONGEST_TEXT:
        yield last._replace(whole=False)


def _opened(text: str) -> str:
    """What stands within the marks that programs and models put around an answer."""
    text = _ESCAPED_LINES.sub("\n", text)
    text = _THOUGHT.sub("", text) if "</think>" in text else text
    if tagged := _TAGGED.search(text):
        text = tagged[1]
    bare = _FENCE.sub("", text.strip())
    if bare.startswith("{") and '"' in bare[:3].replace(" ", ""):
        try:
            found = cast("object", json.loads(bare))
        except (ValueError, RecursionError):
            found = None
        if isinstance(found, dict) and len(found := cast("dict[str, object]", found)) == 1:
            ((name, value),) = found.items()
            if name.lower() in {"answer", "final_answer", "result"}:
                return str(value)
    if "####" in text:
        return text.rpartition("####")[2]
    return text


def _unframed(text: str, known: Collection[str]) -> Piece:
    """A text without the words that lead to its value, and those that end it."""
    text = text.strip()
    start, said = _lead(text, known)
    rest = _without_end(text[start:], known)
    return Piece(rest, said or len(rest) < len(text) - start)


def _lead(text: str, known: Collection[str]) -> tuple[int, bool]:
    """Where the value of a sentence starts, behind the words that are known to lead to it; and whether there are any.

    Where words may be the value itself, it starts behind the last that connects, or the last comma or colon.
    """
    place, cut, word, last, before = 0, 0, "", "", ""
    while True:
        start = match.end() if (match := _BETWEEN.match(text, place)) else place
        mark = text[place:start]
        cut = start if last and word not in known and any(it in mark for it in ",:=") else cut
        found = _WORD.match(text, start)
        word = found[1].lower() if found else ""
        is_letter = len(word) == 1 and not (word in {"a", "i"} and _known_next(text, found.end() if found else start))
        if not found or word not in LEADS or is_letter or (word == "of" and last not in OF):
            break
        if not text[found.end() :].strip(" .!*$"):
            return (cut if known else start, True) if last else (0, False)
        place = found.end()
        if word not in _ARTICLES:
            before, last = last, word
        cut = place if word in CONNECTORS else cut
    if known:
        return cut, bool(cut)
    if last in NUMBERED and not set(":=") & set(text[place:start]) and _ITS_NUMBER.match(text, start):
        return 0, False  # "Answer 2: 1" numbers answers, and is no ratio
    if not last or _is_named(text, start):
        return (start if last and last != "of" else 0), bool(last)
    is_led = last in CONNECTORS or cut == start or (before == "is" and last in {"just", "exactly"})
    return (start, True) if is_led else (0, False)


def _known_next(text: str, place: int) -> bool:
    found = _WORD.match(text, place + 1)
    return bool(found and found[1].lower() in LEADS - {"and", "is", "are", "equals", "equal"})


def _is_named(text: str, start: int) -> bool:
    """Whether a name and what it is said to be stand here: `x is 4`, `P(A) = 0.3`."""
    return bool(
        re.match(
            r"\s*[$\\({]{0,3}[A-Za-z\\][\w\\{}(),|' ]{0,30}?\$?\s*(?:=|:|\bis\b|\bequals\b)", text[start : start + 48]
        )
    )


def _without_end(text: str, known: Collection[str]) -> str:
    """A text without the words behind its value that are known to change nothing."""
    rest, is_in_phrase = text, False
    while (found := _LAST_WORD.search(rest[-40:])) and found[1].lower() in ENDS and (is_in_phrase or len(found[1]) > 1):
        if found[1].lower() in known:
            break
        is_in_phrase = True
        rest = rest[: len(rest) - len(rest[-40:]) + found.start()]
    return rest if rest.strip() else text


def _last_sentence(text: str, known: Collection[str]) -> Piece | None:
    """What the last sentence with a value says, if it is framed; no sentence behind it may say anything else."""
    if len(text) > LONGEST_TEXT and "\\\\" in text and "\\begin" not in text:
        text = _DOUBLED.sub(r"\\", text)
    sentences = _sentences(text)
    while sentences and _PROSE(sentences[-1]) and set(re.findall("[a-z]+", sentences[-1].lower())) <= ENDS:
        sentences.pop()
    if not sentences:
        return None
    sentence = sentences[-1]
    if len(sentence) > LONGEST_TEXT:
        return None
    piece = _unframed(sentence, known)
    is_alone = len(sentences) > 1 and text.rstrip().rpartition("\n")[2].strip() == sentence
    if piece.framed or is_alone or _BOX.search(sentence) or _FORMULA.fullmatch(sentence):
        return _last_clause(piece.text, known) or piece
    return _last_clause(sentence, known)


def sentences(text: str) -> list[str]:
    r"""The lines and sentences of a text, each by itself.

    >>> sentences("Yes. Or\nno")
    ['Yes.', 'Or', 'no']
    """
    return [part for it in _BREAK.split(text) if (part := it.strip())]


def _sentences(text: str) -> list[str]:
    """A text at its full stops and lines; a line goes on below where it ends in the middle of unknown words."""
    found: list[list[str]] = []
    has_unknown = False
    for part in [it.strip() for it in _BREAK.split(text)]:
        last = found[-1][-1].rstrip("*\"' ") if found else "."
        goes_on = not last.endswith((".", "!", "?", "$", "\\]", "}")) and (has_unknown or last.endswith(":"))
        if goes_on:
            found[-1] += [part] if part else []
        elif part:
            found.append([part])
            has_unknown = False
        has_unknown = has_unknown or bool(part and set(_said(part)) - LEADS)
    return [" ".join(parts) for parts in found]


def _last_clause(sentence: str, known: Collection[str]) -> Piece | None:
    """What stands behind the last comma, where it is led to, and the rest of the sentence says nothing else."""
    parts = list(_CLAUSE.finditer(sentence))
    if not parts:
        return None
    before, clause = sentence[: parts[-1].start()], sentence[parts[-1].end() :]
    piece = _unframed(clause, known)
    first = next(iter(_said(clause)), "")
    if first not in _CLAUSE_LEADS or not piece.framed or set(_said(before)) - LEADS - ENDS:
        return None
    return piece


def _said(text: str) -> list[str]:
    """The words of a text, without those of mathematics."""
    words = re.findall(r"(?<!\\)\b[A-Za-z]+(?:['’][A-Za-z]+)?\b", re.sub(r"\\[A-Za-z]+", " ", text))
    return [
        word.lower() for word in words
        if len(word) > 1 and word not in FUNCTIONS and word not in GREEK and word not in _ALIKE
    ]  # fmt: skip


def _without_doubt(piece: Piece) -> str:
    said = piece.text.rstrip()
    if piece.framed and said.endswith("!"):
        reason = say("sentence-or-factorial")
        raise Unreadable(reason, text=piece.text, position=len(said) - 1)
    return piece.text


def first_read(text: str, read: Callable[[str], T]) -> T:
    """What the first piece of a text says that can be read. Raises `Unreadable`: the complaint about the whole."""
    complaint: Unreadable | None = None
    for piece in pieces(text):
        try:
            return read(_without_doubt(piece))
        except Unreadable as error:
            complaint = complaint or error
    raise complaint or Unreadable(say("answer-too-long", longest=LONGEST_TEXT, length=len(text)))
