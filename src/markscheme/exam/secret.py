"""What a class has that nobody can guess: seeds of copies, and codes that give nothing away.

A seed is HMAC-SHA-256 of the secret and of what the copy is of: its number, or a version. Whoever has the package and a
printed code has neither the numbers of another copy nor its key. Each question's numbers hang on the seed and the name
of its problem, so that a question more or less changes no other.
"""

from __future__ import annotations

import hmac
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from markscheme.core.errors import MarkschemeError
from markscheme.paper.manifest import LETTERS, letters

NAME = "secret"
PRIVATE = 0o600
"""The mode of files that hold the secret or seeds."""
CODE = 8
"""The letters of a copy's code, of which the last is a check."""


@dataclass(frozen=True, slots=True)
class Secret:
    """A class's secret. It is never shown, nor does its `repr`.

    >>> ours = Secret(bytes(32))
    >>> ours.code(1), ours.seed("1") == ours.seed("2"), ours
    ('JDJSDTHP', False, Secret())
    """

    key: bytes

    def __repr__(self) -> str:
        return "Secret()"

    @classmethod
    def new(cls) -> Secret:
        """A new one."""
        return cls(secrets.token_bytes(32))

    def seed(self, copy: str) -> str:
        """The seed of a copy."""
        return self._digest(f"seed of {copy}").hex()

    def code(self, number: int, attempt: int = 0) -> str:
        """What is printed on a copy in its place: letters, and a check on them."""
        body = letters(self._digest(f"code of {number}, {attempt}"), CODE - 1)
        return body + check_letter(body)

    def order(self, what: str, names: list[str]) -> list[str]:
        """Names in an order that nobody can foresee, and that is always the same."""
        return sorted(names, key=lambda name: self._digest(f"order of {what}: {name}"))

    def _digest(self, said: str) -> bytes:
        return hmac.digest(self.key, said.encode(), "sha256")


def check_letter(body: str) -> str:
    """The letter that a code ends with: another one if a letter is misread, or two are exchanged.

    >>> check_letter("BCDFGHJ") == check_letter("BCDFGJH")
    False
    """
    return LETTERS[sum([(i + 2) * LETTERS.index(it) for i, it in enumerate(body)]) % len(LETTERS)]


def is_code(text: str) -> bool:
    """Whether a text is a code whose check is right.

    >>> is_code("JDJSDTHP"), is_code("JDJSDTHQ"), is_code("s001")
    (True, False, False)
    """
    return len(text) == CODE and set(text) <= set(LETTERS) and check_letter(text[:-1]) == text[-1]


def read_secret(folder: Path) -> Secret:
    """The secret of a folder. Raises `MarkschemeError` where it is missing, or others may read it."""
    page = folder / NAME
    try:
        mode = page.stat().st_mode
        key = bytes.fromhex(page.read_text("ascii").strip())
    except (OSError, ValueError) as error:
        raise MarkschemeError(f"{page} cannot be read: without it no copy can be made again ({error})") from error
    if os.name == "posix" and mode & 0o077:
        raise MarkschemeError(f"{page} can be read by others: whoever has it has every key; chmod 600 {page}")
    return Secret(key)
