"""What was made once, kept in the user's cache: a cache that cannot be written costs time, nothing else."""

from __future__ import annotations

import os
from pathlib import Path


def page_of(folder: str, name: str) -> Path:
    """Where something is kept."""
    from platformdirs import user_cache_path  # noqa: PLC0415 (only where something is not at hand)

    return user_cache_path("markscheme") / folder / name


def kept(page: Path) -> str | None:
    """The text that was kept; None where there is none that can be read."""
    try:
        return page.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return None


def keep(page: Path, text: str) -> None:
    """Keep a text, whole or not at all."""
    part = page.with_suffix(f".{os.getpid()}")
    try:
        page.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(text, "utf-8")
        part.replace(page)
    except OSError:
        part.unlink(missing_ok=True)
