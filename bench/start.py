"""How long the first import takes."""

from __future__ import annotations

from collections.abc import Iterator

from bench.timing import Figure, cold


def figures() -> Iterator[Figure]:
    yield Figure("`import markscheme`", cold("import markscheme"), "s", 0.15, "median of 15 fresh processes")
    yield Figure("`import markscheme.mechanisms`", cold("import markscheme.mechanisms"), "s", 0.15, "the same")
