"""What goes into the sandbox, and what comes out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

MIB = 1 << 20
LONGEST_MESSAGE = 300
ENDED = "Ended"
"""The kind of an error that is no exception: the program was ended, or ended itself."""


@dataclass(frozen=True)
class Limits:
    """What a program may use: seconds of wall time and of CPU time, and bytes."""

    seconds: float = 5.0
    cpu_seconds: int = 6
    memory: int = 256 * MIB
    file_size: int = 4 * MIB
    folder: int = 16 * MIB
    """Of the working folder, which is empty, in memory, and gone with the program."""
    files: int = 64
    output: int = 64 * 1024
    """Of what it prints; a program that prints more is ended."""
    result: int = 4 * MIB


@dataclass(frozen=True)
class Harness:
    """The trusted code around a program, and what it may import beside the standard library.

    `source` runs in the sandbox too. It defines `prepare(inputs)`, which returns the names that the program finds, and
    `collect(namespace, names)`, which returns plain data (numbers, texts, lists, dicts) of what the program left in its
    namespace; `names` are those that its code mentions. `inputs` makes plain data for `prepare`.
    """

    source: str
    inputs: Callable[[], Any] = dict
    packages: tuple[str, ...] = ("numpy",)
    preload: tuple[str, ...] = ()
    """Modules that a worker has imported before it gets a program."""
    limits: Limits = field(default_factory=Limits)


def showable(text: str) -> str:
    r"""A stranger's text for a terminal or a page: on one line, and without what moves the cursor or cannot be seen.

    >>> showable("\x1b[2Jx =\n1")
    '�[2Jx = 1'
    """
    return "".join([it if it.isprintable() else " " if it.isspace() else "�" for it in text])


@dataclass(frozen=True)
class ProgramError:
    """How a program failed, in its own words, and the line and column of it, counted from 1, where there is one."""

    kind: str
    message: str = ""
    line: int | None = None
    column: int | None = None
    module: str = ""
    """What it would import, where that is not there."""
    after: bool = False
    """Whether the program had come to its end, and what it left could not be collected."""

    def told(self, program: str) -> str:
        """A clause: "it ends with ZeroDivisionError: division by zero, in line 3: x = 1 / 0"."""
        said = self.message if self.kind == ENDED else f"{self.kind}{f': {self.message}' if self.message else ''}"
        said = said if len(said) <= LONGEST_MESSAGE else f"{said[:LONGEST_MESSAGE]}…"
        lines = program.split("\n")
        if self.line is None or not 1 <= self.line <= len(lines):
            return said
        quoted = showable(lines[self.line - 1])
        if self.column is None:
            return f"{said}, in line {self.line}: {quoted.strip()}"
        return f"{said}, in line {self.line}:\n  {quoted}\n  {' ' * max(0, self.column - 1)}^"


@dataclass(frozen=True)
class Outcome:
    """What came of a program: what it left, or how it failed."""

    left: Any = None
    error: ProgramError | None = None
    printed: str = ""
    seconds: float = 0.0
