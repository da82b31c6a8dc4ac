"""Fonts beyond those that Typst brings, and what stands for a character that none of them has."""

from __future__ import annotations

import json
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING
from unicodedata import normalize

from markscheme.paper.roster import Student

if TYPE_CHECKING:
    from typst import Compiler

PACKAGES = ("manimgx-fonts", "manimgx-fonts-cjk")
"""Of the extra `fonts`: Noto Sans for 20 scripts, Chinese, Japanese, Korean, and emoji, whole and under the OFL."""
BOX = "□"
"""What is printed for a character without a glyph."""
PRINTED = ("student", "last", "first", "section", "row", "seat")
"""What a cover has of a student."""
_ROOT = Path(__file__).parent.parent


@cache
def compiler(*, system: bool = False) -> Compiler:
    """The one compiler of a process: with the fonts of the extra where they are, and the machine's if asked."""
    from typst import Compiler  # noqa: PLC0415 (30 ms that only printing needs)

    return Compiler(root=_ROOT, font_paths=[*_folders()], ignore_system_fonts=not system)


@cache
def families() -> tuple[str, ...]:
    """The families of the extra in the order in which they are tried: simplified Chinese first of CJK, emoji last."""
    from typst import Fonts  # noqa: PLC0415

    if not _folders():
        return ()
    own, more = (Fonts(include_system_fonts=False, font_paths=paths).families() for paths in ([], [*_folders()]))
    return tuple(sorted(set(more) - set(own), key=lambda it: ("Emoji" in it, it.replace("CJK SC", "CJK"))))


def record(*, system: bool) -> dict[str, object]:
    """Which fonts a run printed with: the same input gives the same bytes with the same ones."""
    found: dict[str, str] = {}
    for package in ("typst", *PACKAGES):
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return {"packages": found, "system": system}


def printable(student: Student, *, system: bool = False) -> Student:
    """A student as it can be printed: with a box for each character that no font has."""
    return Student(**{
        name: "".join([BOX if it in lacking else it for it in _clusters(text)]) if lacking else text
        for name, text in _texts(student).items()
        for lacking in [_lacking(text, system=system)]
    })  # fmt: skip


def without_glyphs(student: Student, *, system: bool = False) -> list[str]:
    """The characters of what is printed of a student for which no font has a glyph."""
    found = [it for name in PRINTED for it in _lacking(_texts(student)[name], system=system)]
    return list(dict.fromkeys(found))


@cache
def _folders() -> tuple[Path, ...]:
    found = [find_spec(package.replace("-", "_")) for package in PACKAGES]
    return tuple([Path(place) for spec in found if spec for place in spec.submodule_search_locations or ()])


def _texts(student: Student) -> dict[str, str]:
    return {name: normalize("NFC", getattr(student, name)) for name in Student.__slots__}


def _lacking(text: str, *, system: bool) -> list[str]:
    return [] if text.isascii() else [it for it in _clusters(text) if not _has_glyph(it, system=system)]


@cache
def _clusters(text: str) -> tuple[str, ...]:
    """The characters of a text as readers count them: a base with its marks, an emoji of several parts."""
    if text.isascii():
        return tuple(text)
    from typst import Compiler  # noqa: PLC0415

    return tuple(json.loads(Compiler(b"", ignore_system_fonts=True).eval(f"{_as_typst(text)}.clusters()")))


@cache
def _has_glyph(cluster: str, *, system: bool) -> bool:
    """Whether Typst can print a character, which PDF/UA asks of it."""
    from typst import TypstError  # noqa: PLC0415

    if cluster.isascii():
        return True
    page = f'#set document(title: "a", date: none)\n#{_as_typst(cluster)}'
    try:
        compiler(system=system).compile(input=page.encode(), format="pdf", pdf_standards=["ua-1"])
    except TypstError:
        return False
    return True


def _as_typst(text: str) -> str:
    """A text by its bytes, whatever it holds."""
    return f"str(bytes(({', '.join(map(str, text.encode()))},)))"
