"""Public names that are loaded when they are first used, so that an import is quick."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from typing import Any


def lazily(package: str, homes: Mapping[str, Iterable[str]]) -> Callable[[str], Any]:
    """The `__getattr__` of a package whose names have these modules within it as their homes.

    >>> lazily("markscheme", {"exact": ["Vector"]})("Vector").__module__
    'markscheme.exact'
    """
    home_of = {name: home for home, names in homes.items() for name in names}

    def loaded(name: str) -> Any:
        if name not in home_of:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        value = getattr(import_module(f"{package}.{home_of[name]}"), name)
        setattr(sys.modules[package], name, value)
        return value

    return loaded
