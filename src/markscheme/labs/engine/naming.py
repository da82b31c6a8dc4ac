"""The labs that there are, by name."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from markscheme.core.errors import MarkschemeError, UnknownName, near_misses
from markscheme.labs.engine.lab import Lab

NEEDED = {"torch": "torch", "sklearn": "scikit-learn", "scipy": "scipy", "matplotlib": "matplotlib"}
"""What labs import, and the package that has it."""
NAMES = (
    "filters", "receptive_fields", "decoding", "attention", "initialization", "leakage", "point_clouds",
    "normalization", "optimizers", "purification",
)  # fmt: skip
"""In the order of the exam's questions; each is a module here."""


def named(name: str) -> Lab:
    """The lab of a name. Raises `UnknownName` with the near misses, and `MarkschemeError` where torch is missing."""
    if name not in NAMES:
        raise UnknownName(f"there is no lab {name!r}; {near_misses(name, NAMES)}")
    refuse_without_libraries()
    return import_module(f"markscheme.labs.{name}").lab


def refuse_without_libraries() -> None:
    """Raise `MarkschemeError` where torch or another is not installed."""
    missing = [package for module, package in NEEDED.items() if find_spec(module) is None]
    if missing:
        raise MarkschemeError(f"labs need {', '.join(missing)}: pip install 'markscheme[labs]' (a CPU build of torch "
                              "does: https://pytorch.org/get-started)")  # fmt: skip
