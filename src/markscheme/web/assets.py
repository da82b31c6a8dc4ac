"""The scripts and styles of the pages: built by `make web-assets`, under names that change with what is in them."""

from __future__ import annotations

import json
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from markscheme.core.errors import UnknownName, near_misses

STATIC = Path(__file__).parent / "static"
"""What is served under `/static/`; a file's name has a hash, so that a browser may keep it for ever."""
FRONTEND = Path(__file__).parent / "frontend"
"""What it is built from."""
MANIFEST = STATIC / "manifest.json"


@cache
def manifest() -> dict[str, Any]:
    """Which file each name is, what they were built from, and with what."""
    return json.loads(MANIFEST.read_text("utf-8"))


def asset(name: str) -> str:
    """The address of a script or a style. Raises `UnknownName`.

    >>> asset("style.css").startswith("/static/style-")
    True
    """
    files = manifest()["files"]
    if name not in files:
        raise UnknownName(f"there is no asset {name!r}; {near_misses(name, files)}")
    return f"/static/{files[name]}"


def hash_of(page: Path) -> str:
    """What is in a file, as a hash."""
    return sha256(page.read_bytes()).hexdigest()[:16]


def sources() -> dict[str, str]:
    """What the assets are built from, as it is now: hashes by path."""
    pages = [
        page
        for page in sorted(FRONTEND.rglob("*"))
        if page.is_file() and page.suffix in (".js", ".css", ".json", ".txt")
    ]
    return {page.relative_to(FRONTEND).as_posix(): hash_of(page) for page in pages}
