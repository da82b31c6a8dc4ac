"""What goes into the sandbox, and what comes out."""

from __future__ import annotations

import inspect
import marshal
import re
from binascii import b2a_base64
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from hashlib import sha256
from typing import Any

from markscheme.draw import Draw
from markscheme.language import Message, say, words

KIB, MIB = 1 << 10, 1 << 20
LONGEST_MESSAGE = 300
LONGEST_QUOTED = 120
ENDED = "Ended"
"""The kind of an error that is no exception: the program was ended, or ended itself."""
_COLLECT = re.compile(r"^def collect\b", re.MULTILINE)
_PREPARE = re.compile(r"^def prepare\b", re.MULTILINE)


@dataclass(frozen=True)
class Limits:
    """What a program may use: seconds of wall time and of CPU time, bytes, and how many of what."""

    seconds: float = 5.0
    cpu_seconds: int = 6
    memory: int = 256 * MIB
    """Beyond what Python itself takes."""
    libraries: int = 0
    """Of address space beyond that, for libraries that map large files, as torch with CUDA does."""
    file_size: int = 4 * MIB
    folder: int = 16 * MIB
    """Of the working folder, which is empty, in memory, and gone with the program."""
    files: int = 64
    names: int = 1_000
    """Of files and folders in the working folder: the kernel keeps each in memory."""
    threads: int = 64
    output: int = 64 * KIB
    """Of what it prints; a program that prints more is ended."""
    result: int = 512 * KIB
    values: int = 10_000
    """Of the numbers, texts, lists and dicts that it leaves, over all its runs."""
    hash_seed: int = 0
    """What Python orders sets of texts by."""


@dataclass(frozen=True)
class Harness:
    """The trusted code around a program, and what it may import beside the standard library.

    `source` runs in the sandbox too, and is to hold nothing that tells right from wrong. It may define
    `prepare(inputs)`, which returns the names that the program finds, and defines `collect(namespace, names, inputs)`,
    which returns plain data (numbers, texts, lists, dicts) of what the program left in its namespace; `names` are those
    that its code mentions. What stands from `collect` on reaches the sandbox when the program has come to its end, and
    without a `prepare` the inputs do as well.

    `inputs` draws plain data for one run, of a `Draw` and, where it takes it, the number of the run; a program is run
    `runs` times, in one process, each time from its start. The draws hang on the program's own text as well, so that no
    program can hold what it will be given.
    """

    source: str
    inputs: Callable[..., Any] = dict
    packages: tuple[str, ...] = ("numpy",)
    preload: tuple[str, ...] = ()
    """Modules that a worker has imported before it gets a program."""
    limits: Limits = field(default_factory=Limits)
    runs: int = 3
    stands_in_for: tuple[str, ...] = ()
    """Libraries of which the source defines a part: a program that needs more of one is no wrong program."""
    real: Harness | None = None
    """The same with those libraries themselves, for where they are installed."""

    @classmethod
    def calling(cls, name: str, arguments: Callable[..., dict[str, Any]], **settings: Any) -> Harness:
        """A harness for a function that the program defines: `outcome.left` is what it returns for the arguments."""
        return cls(_CALLING.format(name=name), arguments, **settings)

    @cached_property
    def before(self) -> str:
        """What of the source runs before the program, compiled, as text."""
        return _compiled(self.source[: self._collect_starts])

    @cached_property
    def after(self) -> str:
        """What of the source runs when the program has come to its end, compiled, as text."""
        return _compiled(self.source[self._collect_starts :])

    @cached_property
    def prepares(self) -> bool:
        """Whether the program finds names that are made from its inputs."""
        return _PREPARE.search(self.source) is not None

    @cached_property
    def _collect_starts(self) -> int:
        match = _COLLECT.search(self.source)
        if match is None:
            raise ValueError("a harness defines `def collect(namespace, names, inputs):`, at the start of a line")
        return match.start()

    def inputs_of(self, program: str, salt: str) -> list[Any]:
        """The inputs of each run of a program."""
        taken = len([it for it in inspect.signature(self.inputs).parameters.values() if it.kind is not it.KEYWORD_ONLY])
        if not taken:
            return [self.inputs()]
        digest = sha256(program.encode("utf-8", "surrogatepass")).hexdigest()
        draws = [Draw(f"{salt}: {digest}: run {number}") for number in range(self.runs)]
        return [self.inputs(*(rng, number)[:taken]) for number, rng in enumerate(draws)]


def _compiled(source: str) -> str:
    """Code for the same Python inside."""
    return b2a_base64(marshal.dumps(compile(source, "<harness>", "exec", dont_inherit=True)), newline=False).decode()


_CALLING = """
def collect(namespace, names, inputs):
    if not callable(namespace.get({name!r})):
        raise NameError("there is no function `{name}` when it ends")
    return namespace[{name!r}](*inputs.values())
"""


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
    message: Message | str = ""
    line: int | None = None
    column: int | None = None
    module: str = ""
    """What it would import, where that is not there."""
    after: bool = False
    """Whether the program had come to its end, and what it left could not be collected."""
    raised: bool = False
    """Whether a `raise` of the program's own stands in that line."""

    def told(self, program: str) -> Message:
        """A clause: "it ends with ZeroDivisionError: division by zero, in line 3: x = 1 / 0"."""
        said = self.message if self.kind == ENDED else f"{self.kind}{f': {self.message}' if self.message else ''}"
        if isinstance(said, str):
            said = words(said if len(said) <= LONGEST_MESSAGE else f"{said[:LONGEST_MESSAGE]}…")
        lines = program.split("\n")
        if self.line is None or not 1 <= self.line <= len(lines):
            return said
        quoted = showable(lines[self.line - 1])
        if self.column is None or not 1 <= self.column <= LONGEST_QUOTED:
            quoted = quoted.strip()
            cut = quoted if len(quoted) <= LONGEST_QUOTED else f"{quoted[:LONGEST_QUOTED]}…"
            return say("error-in-line", error=said, line=self.line, code=cut)
        return say("error-at", error=said, line=self.line, code=quoted[:LONGEST_QUOTED], position=self.column - 1)


@dataclass(frozen=True)
class Run:
    """One run of a program: what it was given, and what it left."""

    inputs: Any
    left: Any


@dataclass(frozen=True, eq=False)
class Outcome:
    """What came of a program: what it left, or how it failed. A property is told of one run at a time."""

    runs: tuple[Run, ...] = ()
    error: ProgramError | None = None
    printed: str = ""
    seconds: float = 0.0
    reaches: Message | str = ""
    """What in its text looks into the process that runs it, or changes what is not its own; read before it ran."""
    imports: frozenset[str] = frozenset()
    """The modules that its text imports."""
    number: int = 0
    """Which run `inputs` and `left` are of."""

    @property
    def left(self) -> Any:
        """What the program left in this run; None where it failed."""
        return self.runs[self.number].left if self.runs else None

    @property
    def inputs(self) -> Any:
        """What the program was given in this run; None where it failed."""
        return self.runs[self.number].inputs if self.runs else None

    def each(self) -> Iterator[Outcome]:
        """The same outcome, run by run."""
        return (replace(self, number=number) for number in range(len(self.runs)))
