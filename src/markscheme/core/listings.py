"""What a listing prints: the key of a question whose program stands on the page, run in the sandbox."""

from __future__ import annotations

import re
import sys
from dataclasses import replace
from functools import lru_cache
from hashlib import sha256
from textwrap import dedent
from typing import TYPE_CHECKING, Any, Final

from markscheme.core.errors import DefinitionError
from markscheme.core.offering import named
from markscheme.kinds import Printed
from markscheme.sandbox.outcome import Harness, Limits
from markscheme.text.source import Text
from markscheme.user_cache import keep, kept, page_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from markscheme.core.answer import Answer, Part
    from markscheme.core.marks import Marks
    from markscheme.core.problem import Problem

_LISTING: Final = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)
_BY_CHANCE: Final = frozenset(
    {"random", "secrets", "time", "datetime", "uuid", "os", "socket", "tempfile", "threading"}
)
"""Modules whose work no reader of the page can follow."""


def _no_inputs() -> dict[str, Any]:
    return {}


_HARNESS: Final = Harness(
    """
import io, sys
page = io.StringIO()
def prepare(inputs):
    sys.stdout = page
    return {}
def collect(namespace, names, inputs):
    sys.stdout = sys.__stdout__
    return page.getvalue().split("\\n")
""",
    _no_inputs,
    packages=(),
)
_OTHER: Final = replace(_HARNESS, limits=Limits(hash_seed=4_242))
"""The same with sets in another order."""


def declare(problem: Problem, name: str, marks: Marks, part: Part | None, label: str) -> Answer[..., Any]:
    """Declare the answer; see `Problem.prints`."""
    where = f"the part {part.label}" if part else "the text"
    text = (part.text if part else problem.text).source
    found = _LISTING.findall(dedent(text))
    if len(found) != 1:
        raise DefinitionError(f"{problem.name}: {name} is what a listing prints, and {where} has {len(found)} of them "
                              "(```python … ```); it needs one")  # fmt: skip
    program = Text(f"```python\n{found[0]}```")
    holes = list(dict.fromkeys(program.names))

    def source_at(values: Mapping[str, Any]) -> str:
        shown = program.render("markdown", lambda hole: problem.kind_of(hole).show(values[hole]))
        return shown.removeprefix("```python\n").removesuffix("```")

    answer = problem.answer(
        name, named(holes, lambda values: printed_by(source_at(values))), marks=float(marks), part=part,
        kind=Printed(), label=label,
    )  # fmt: skip
    answer.check(named(holes, lambda values: printed_by(source_at(values), again=True)))
    return answer


def printed_by(program: str, *, again: bool = False) -> str:
    """What a program prints, run in the sandbox; `again`, with sets in another order. Kept from one run to the next.

    Raises `ValueError` where it fails, or prints by chance, and `RuntimeError` where there is no sandbox.
    """
    version = ".".join(map(str, sys.version_info[:3]))
    digest = sha256(f"{version}\0{again}\0{program}".encode()).hexdigest()
    page = page_of("printed", f"{digest}.txt")
    found = kept(page)
    if found is None:
        found = _run(program, again=again)
        keep(page, found)
    return found


@lru_cache(maxsize=512)
def _run(program: str, *, again: bool) -> str:
    from markscheme.sandbox.pool import run  # noqa: PLC0415 (start-up time)

    try:
        outcome = run(program, _OTHER if again else _HARNESS)
    except RuntimeError as error:
        raise RuntimeError(f"the listing is run in the sandbox, and {error} (see `markscheme doctor`)") from error
    if by_chance := sorted(outcome.imports & _BY_CHANCE):
        raise ValueError(f"the listing imports {by_chance[0]}: what it prints cannot be told from the page")
    if outcome.error:
        raise ValueError(f"the listing does not run to its end: {outcome.error.told(program)}")
    lines = Printed().accept("\n".join(outcome.left))
    if not lines:
        raise ValueError("the listing prints nothing")
    return lines
