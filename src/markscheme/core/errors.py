"""Errors, each with what is wrong, where, and how to mend it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


class MarkschemeError(Exception):
    """A mistake in what the user gave; the command line prints it as one line and exits with 2."""


class DefinitionError(MarkschemeError):
    """A problem whose definition does not fit together; raised when its file is imported."""


class UnknownName(MarkschemeError, KeyError):
    """A name that names nothing; the message has the near misses."""

    def __str__(self) -> str:
        return str(self.args[0])


class PosingError(MarkschemeError):
    """A problem that can hardly be posed: every draw was turned down."""


class ProofError(MarkschemeError, AssertionError):
    """Two ways to one answer that part."""


def some(names: Sequence[str], most: int = 12) -> str:
    """The first names of many.

    >>> some(["ann", "bob", "cem"], 2)
    'ann, bob and 1 more'
    """
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def near_misses(name: str, known: Iterable[str]) -> str:
    """`did you mean 'kernel'?`, or the names there are, for the end of a message.

    >>> near_misses("kernal", ["kernel", "stride"])
    "did you mean 'kernel'?"
    >>> near_misses("x", ["kernel", "stride"])
    'known: kernel, stride'
    """
    from difflib import get_close_matches  # noqa: PLC0415 (start-up time)

    known = sorted(known)
    tails = {known_name.rsplit("/", 1)[-1]: known_name for known_name in known}
    close = get_close_matches(name, known, n=2) or [tails[t] for t in get_close_matches(name, tails, n=2)]
    if close:
        return f"did you mean {' or '.join(map(repr, close))}?"
    return f"known: {some(known, 40) or 'none'}"
