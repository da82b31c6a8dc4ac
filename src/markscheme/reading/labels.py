"""Text to labels: one of some, all that apply, and sequences of tokens of a vocabulary."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Final, TypeAlias, TypeVar

from markscheme.language import say
from markscheme.reading.lexer import quoted
from markscheme.reading.limits import MOST_ENTRIES, Unreadable, bounded
from markscheme.reading.prose import Piece, pieces, sentences
from markscheme.reading.words import ALL_OF_THEM, LEADS, NONE_OF_THEM, PLAIN, WRAPPERS

T = TypeVar("T")
Sequence: TypeAlias = tuple[str, ...]
_NOUN: Final = re.compile(r"(?:the\s{1,9})?(?:option|choice|answer|letter|number|label)s?\s", re.IGNORECASE)
_WRAPPED: Final = re.compile(rf"\\(?:{'|'.join(sorted(WRAPPERS))})\s?\{{(.*)\}}", re.DOTALL)
_DIVIDER: Final = re.compile(r"[,;&+\n]|\band\b|\\n", re.IGNORECASE)
_PAIRS: Final = {"(": ")", "[": "]", "{": "}", '"': '"', "'": "'", "“": "”", "‘": "’", "$": "$", "`": "`", "*": "*"}
_OPTION: Final = re.compile(r"\s*\(?([A-Za-z0-9])[.):]\s+([A-Z][A-Za-z]{2,})\.?\s*")
_NO_OPTION: Final = frozenset(
    "actually bad cannot doubtful eliminated error excluded false hardly however impossible incorrect invalid kidding "
    "maybe mistaken never none nonsense nope not oops perhaps rejected sorry true unless untrue wait wrong".split()
)
"""Words behind a letter that are hardly its option's."""

_ARROW: Final = re.compile(r"->|→|⟶|\\to\b|\\rightarrow\b")
_ANGLED: Final = re.compile(r"(<[^<>\s]{1,40}>)")
_TOKENS_APART: Final = re.compile(r"[\s,\[\](){}\"'“”‘’`$*]+")
_INDEX: Final = re.compile(r"_\{(\w{1,40})\}")
_GROUP: Final = re.compile(r"[\[(]([^\[\]()]*)[\])]")
_NUMBERED: Final = re.compile(r"\s{0,9}(?:[0-9]{1,2}[.)]|[-*•])\s")
_SCORE: Final = re.compile(r"\s*[:(=,]\s*(?:log\s?p\s?=\s?)?[-−]?[0-9]+(?:\.[0-9]+)?\)?\s*$")
_LABEL: Final = re.compile(r"\s*[A-Za-z_]{1,20}\s*[:=]\s*")


def read_choice(text: str, labels: tuple[str, ...]) -> str:
    """The label that a text names.

    >>> read_choice("(b)", ("A", "B")), read_choice("the answer is He.", ("zero", "Xavier", "He"))
    ('B', 'He')

    Raises `Unreadable`.
    """
    if text in labels:
        return text
    for piece in pieces(bounded(text), _words_of(labels)):
        if (chosen := _label(piece.text, labels)) is not None:
            said = dict.fromkeys([it for part in sentences(text) if (it := _label(part, labels)) is not None])
            if said.keys() - {chosen}:
                raise Unreadable(f"it says both {' and '.join(said | {chosen: None})}: write one of them", text=text)
            return chosen
    raise Unreadable(say("expected-one-of", labels=", ".join(labels), said=quoted(text.strip())), text=text)


def read_choices(text: str, labels: tuple[str, ...]) -> frozenset[str]:
    """The labels that a text names.

    >>> sorted(read_choices("(1), (3) and (4)", ("1", "2", "3", "4")))
    ['1', '3', '4']
    >>> read_choices("none", ("1", "2"))
    frozenset()

    Raises `Unreadable`.
    """
    for piece in pieces(bounded(text), _words_of(labels)):
        for candidate in _peeled(piece.text):
            if (chosen := _several(candidate, labels)) is not None:
                return chosen
    some = ", ".join(labels[:2])
    said = quoted(text.strip())
    raise Unreadable(say("expected-some-of", labels=", ".join(labels), some=some, said=said), text=text)


def _several(text: str, labels: tuple[str, ...]) -> frozenset[str] | None:
    said = folded(text)
    if (one := _spellings(labels, folded).get(said)) is not None:
        return frozenset({one})
    if said in NONE_OF_THEM or said in ALL_OF_THEM:
        return frozenset() if said in NONE_OF_THEM else frozenset(labels)
    for parts in _divisions(text, labels):
        named = [_label(part, labels) for part in parts if part.strip()]
        if named and None not in named:
            return frozenset([label for label in named if label is not None])
    return None


def _divisions(text: str, labels: tuple[str, ...]) -> Iterator[list[str]]:
    """The ways to divide a text into labels: by commas, by spaces, and `ABD` letter by letter."""
    yield _DIVIDER.split(text)
    yield _DIVIDER.sub(" ", text).split()
    if all(len(label) == 1 for label in labels) and len(set(text)) == len(text):
        yield list(text)


def _label(text: str, labels: tuple[str, ...]) -> str | None:
    """The label that a text is, without what is around it; behind a letter its option's text may stand."""
    spellings = _spellings(labels, folded)
    found = next((spellings[it] for candidate in _peeled(text) if (it := folded(candidate)) in spellings), None)
    option = _OPTION.fullmatch(text) if found is None else None
    if option and option[2].lower() not in _NO_OPTION | PLAIN | LEADS | spellings.keys():
        return spellings.get(folded(option[1]))
    return found


@lru_cache(maxsize=256)
def _words_of(labels: tuple[str, ...]) -> frozenset[str]:
    """The words of labels or tokens, which are no words around them."""
    return frozenset([word for label in labels for word in folded(label).strip("<>").split()])


@lru_cache(maxsize=256)
def _spellings(names: tuple[str, ...], fold: Callable[[str], str]) -> dict[str, str]:
    """What a name may be spelled as: itself, and folded where that names no other."""
    folds = [fold(name) for name in names]
    spellings = {folded: name for folded, name in zip(folds, names, strict=True) if folds.count(folded) == 1}
    return spellings | {name: name for name in names}


def folded(text: str) -> str:
    """A text without regard to case and the width of its spaces."""
    return " ".join(text.casefold().split())


def _peeled(text: str) -> Iterator[str]:
    """The text with one layer after another taken off: spaces, brackets, quotation, a final period."""
    for _ in range(8):
        yield text
        peeled = _peel(text)
        if peeled == text:
            return
        text = peeled


def _peel(text: str) -> str:
    text = text.strip()
    if wrapped := _WRAPPED.fullmatch(text):
        return wrapped[1]
    if noun := _NOUN.match(text):
        return text[noun.end() :]
    if len(text) > 1 and _PAIRS.get(text[0]) == text[-1]:
        return text[1:-1]
    if (text[:2], text[-2:]) in {("\\{", "\\}"), ("\\[", "\\]"), ("\\(", "\\)")}:
        return text[2:-2]
    return text[:-1] if text.endswith(".") or (text.endswith(")") and "(" not in text) else text


# Sequences


def read_sequence(text: str, vocabulary: tuple[str, ...]) -> Sequence:
    """The tokens that a text says, with spaces, commas or arrows between them.

    >>> read_sequence("Deep -> deep -> EOS", ("deep", "learn", "<EOS>"))
    ('deep', 'deep', '<EOS>')

    Raises `Unreadable`.
    """
    return _first(text, lambda said: _sequence(said, text, vocabulary), vocabulary)


def read_sequences(text: str, vocabulary: tuple[str, ...]) -> tuple[Sequence, ...]:
    """Several sequences: one a line, or divided by `;`, in brackets, or with commas where spaces divide tokens.

    >>> read_sequences("deep <EOS>; learn", ("deep", "learn", "<EOS>"))
    (('deep', '<EOS>'), ('learn',))

    Raises `Unreadable`.
    """

    def read(said: str) -> tuple[Sequence, ...]:
        found = [_sequence(part, text, vocabulary) for part in _parts(said, vocabulary) if part.strip()]
        return tuple(found) or (_sequence(said, text, vocabulary),)

    return _first(text, read, vocabulary)


def _first(text: str, read: Callable[[str], T], vocabulary: tuple[str, ...]) -> T:
    """What the first piece of a text says that can be read; the complaint of the whole where none can."""
    spellings, complaint = _spellings(vocabulary, _fold), None
    for piece in (Piece(bounded(text)), *pieces(text, _words_of(vocabulary))):
        wrapped = _WRAPPED.fullmatch(piece.text.strip(" $"))
        said = wrapped[1] if wrapped else piece.text
        label = _LABEL.match(said)
        if label and _fold(re.sub(r"[\s:=]", "", label[0])) not in spellings:
            said = said[label.end() :]
        try:
            return read(said)
        except Unreadable as error:
            complaint = complaint or error
    raise complaint or Unreadable(say("nothing-answered"), text=text)


def _parts(text: str, vocabulary: tuple[str, ...]) -> list[str]:
    lines = [_NUMBERED.sub("", line, count=1) if _NUMBERED.match(line) else line for line in re.split(r"[;\n]", text)]
    lines = [_SCORE.sub("", line) for line in lines if line.strip(" ,[]()")]
    if len(lines) != 1:
        return lines
    text = lines[0]
    groups = _GROUP.findall(text)
    if groups and not _GROUP.sub("", text).strip(" ,[]()&and"):
        return groups
    parts = re.split(r",|\band\b", text) if "and" not in _spellings(vocabulary, _fold) else text.split(",")
    return parts if any(len(_words(part)) > 1 for part in parts) else [text]


def _sequence(part: str, text: str, vocabulary: tuple[str, ...]) -> Sequence:
    words = _words(_SCORE.sub("", part) if _SCORE.search(part) and not _is_token(part, vocabulary) else part)
    if len(words) > MOST_ENTRIES:
        raise Unreadable(say("tokens-too-many", most=MOST_ENTRIES), text=text)
    if not words:
        raise Unreadable(say("expected-tokens", tokens=" ".join(vocabulary[:3])), text=text)
    return tuple([_token(word, text, vocabulary) for word in words])


def _is_token(part: str, vocabulary: tuple[str, ...]) -> bool:
    """Whether what ends in a number ends in a token that is one."""
    words = _words(part)
    return bool(words) and _fold(words[-1]) in _spellings(vocabulary, _fold)


def _words(part: str) -> list[str]:
    divided = _ANGLED.sub(r" \1 ", _ARROW.sub(" ", _INDEX.sub(r"_\1", part)))
    return [word for word in _TOKENS_APART.split(divided) if word and word != "."]


def _token(word: str, text: str, vocabulary: tuple[str, ...]) -> str:
    spellings = _spellings(vocabulary, _fold)
    for candidate in (word, _fold(word), _fold(word.rstrip("."))):
        if candidate in spellings:
            return spellings[candidate]
    raise Unreadable(say("no-such-token", word=quoted(word), tokens=", ".join(vocabulary)), text=text)


def _fold(token: str) -> str:
    """A token without regard to case, angle brackets and underscores."""
    return token.strip("<>").replace("_", "").casefold()
