"""Files written whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Mapping
from errno import EISDIR
from pathlib import Path

from markscheme.core.errors import MarkschemeError


def write_whole(page: Path, content: bytes) -> None:
    """Write a file whole, or leave it as it was. Raises `MarkschemeError` where it cannot be written."""
    write_all({page: content})


def write_all(pages: Mapping[Path, bytes]) -> None:
    """Write several files, all of them or none. Raises `MarkschemeError` where one cannot be written."""
    parts: dict[Path, Path] = {}
    page = Path()
    try:
        for page, content in pages.items():
            page.parent.mkdir(parents=True, exist_ok=True)
            if page.is_dir():
                raise IsADirectoryError(EISDIR, "a folder of that name is there")
            part = page.with_name(f".{page.name}.{os.getpid()}.part")
            parts[page] = part
            part.write_bytes(content)
        for page, part in parts.items():
            part.replace(page)
    except OSError as error:
        raise MarkschemeError(
            f"{page} cannot be written: {error.strerror}; choose another folder with --out"
        ) from error
    finally:
        for part in parts.values():
            part.unlink(missing_ok=True)
