"""A pair of key and answer from a suite, and of what sort it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bench.suites.topics import topic
from markscheme.kinds import Kind


@dataclass(frozen=True, slots=True)
class Row:
    """A pair: what its suite expects, and why it is set apart, where it tests something else than equivalence.

    `id` is the row's place in its suite. `asked` is the kind that the suite's own options amount to: a tolerance, or
    letters that are positive.
    """

    suite: str
    id: str
    key: str
    answer: str
    expected: bool
    apart: str = ""
    asked: Kind[Any] | None = None

    @property
    def tests_equivalence(self) -> bool:
        return not self.apart

    @property
    def kind(self) -> str:
        return topic(self.key, self.answer)
