"""Text to sequences of tokens of a given vocabulary, one or several."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, TypeAlias

from markscheme.reading.lexer import bounded, quoted
from markscheme.reading.limits import MOST_ENTRIES, Unreadable

Sequence: TypeAlias = tuple[str, ...]

_ARROW: Final = re.compile(r"->|→|⟶|\\to\b|\\rightarrow\b")
_ANGLED: Final = re.compile(r"(<[^<>\s]{1,40}>)")
_DIVIDER: Final = re.compile(r"[\s,\[\](){}\"'“”‘’`$*]+")
_INDEX: Final = re.compile(r"_\{(\w{1,40})\}")
_GROUP: Final = re.compile(r"[\[(]([^\[\]()]*)[\])]")
_NUMBERED: Final = re.compile(r"\s{0,9}(?:[0-9]{1,2}[.)]|[-*•])\s")
_LEAD: Final = re.compile(r"[^=:]{0,80}(?:=|:|\bis\b|\bare\b)", re.IGNORECASE)
_DENIAL: Final = re.compile(r"\b(?:not|no|never|or)\b|n['’]t\b", re.IGNORECASE)


def read_sequence(text: str, vocabulary: tuple[str, ...]) -> Sequence:
    """The tokens that a text says, with spaces, commas or arrows between them.

    >>> read_sequence("Deep -> deep -> EOS", ("deep", "learn", "<EOS>"))
    ('deep', 'deep', '<EOS>')

    Raises `Unreadable`.
    """
    return _sequence(_led(bounded(text), vocabulary), text, vocabulary)


def read_sequences(text: str, vocabulary: tuple[str, ...]) -> tuple[Sequence, ...]:
    """Several sequences: one a line, or divided by `;`, in brackets, or with commas where spaces divide tokens.

    >>> read_sequences("deep <EOS>; learn", ("deep", "learn", "<EOS>"))
    (('deep', '<EOS>'), ('learn',))

    Raises `Unreadable`.
    """
    said = _led(bounded(text), vocabulary)
    return tuple([_sequence(part, text, vocabulary) for part in _parts(said, vocabulary) if part.strip()]) or (
        _sequence(said, text, vocabulary),
    )


def _parts(text: str, vocabulary: tuple[str, ...]) -> list[str]:
    lines = [_NUMBERED.sub("", line, count=1) if _NUMBERED.match(line) else line for line in re.split(r"[;\n]", text)]
    lines = [line for line in lines if line.strip(" ,[]()")]
    if len(lines) != 1:
        return lines
    text = lines[0]
    groups = _GROUP.findall(text)
    if groups and not _GROUP.sub("", text).strip(" ,[]()&and"):
        return groups
    parts = re.split(r",|\band\b", text) if "and" not in _spellings(vocabulary) else text.split(",")
    return parts if any(len(_words(part)) > 1 for part in parts) else [text]


def _sequence(part: str, text: str, vocabulary: tuple[str, ...]) -> Sequence:
    words = _words(part)
    if len(words) > MOST_ENTRIES:
        raise Unreadable(f"at most {MOST_ENTRIES} tokens are read", text=text)
    if not words:
        raise Unreadable(f"expected a sequence of tokens such as {' '.join(vocabulary[:3])}", text=text)
    return tuple([_token(word, text, vocabulary) for word in words])


def _words(part: str) -> list[str]:
    divided = _ANGLED.sub(r" \1 ", _ARROW.sub(" ", _INDEX.sub(r"_\1", part)))
    return [word for word in _DIVIDER.split(divided) if word and word != "."]


def _token(word: str, text: str, vocabulary: tuple[str, ...]) -> str:
    spellings = _spellings(vocabulary)
    for candidate in (word, _fold(word), _fold(word.rstrip("."))):
        if candidate in spellings:
            return spellings[candidate]
    raise Unreadable(f"{quoted(word)} is not one of the tokens {', '.join(vocabulary)}", text=text)


@lru_cache(maxsize=256)
def _spellings(vocabulary: tuple[str, ...]) -> dict[str, str]:
    """Spellings of a token: case, angle brackets and underscores do not matter where that names no other."""
    folds = [_fold(token) for token in vocabulary]
    spellings = {fold: token for fold, token in zip(folds, vocabulary, strict=True) if folds.count(fold) == 1}
    return spellings | {token: token for token in vocabulary}


def _fold(token: str) -> str:
    return token.strip("<>").replace("_", "").casefold()


def _led(text: str, vocabulary: tuple[str, ...]) -> str:
    """What follows a lead-in such as `y =` that is no token itself."""
    lead = _LEAD.match(text)
    if not lead or _DENIAL.search(lead[0]):
        return text
    spellings = _spellings(vocabulary)
    said = (_fold(word) for word in re.findall(r"[^\s=:]+", lead[0]))
    return text if any(word in spellings for word in said) else text[lead.end() :]
