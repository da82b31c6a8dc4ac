"""A paper as PDF: one Typst source for all copies, values entering as data, blank and key with the same pages."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from threading import Lock
from typing import Any

from markscheme.core.errors import MarkschemeError
from markscheme.language import speaking
from markscheme.paper.fonts import compiler, families, printable
from markscheme.paper.frame import frame
from markscheme.paper.places import Place, places_in
from markscheme.paper.plan import Page, Paper
from markscheme.paper.setting import LOGO, source_of
from markscheme.paper.source import Copy, Sheet
from markscheme.pictures.own import PictureError, in_svg

MARGINS = (65.2, 56.7)
"""Above and below, in points: 2.3 cm and 2 cm."""
_LOCK = Lock()  # the one compiler serves all threads


def pdf(copy: Copy, *, solutions: bool, page: Page | None = None, system_fonts: bool = False) -> bytes:
    """A copy as PDF, tagged, with embedded fonts and no date: the same copy gives the same bytes.

    What no font has of a student's name is a box. `system_fonts` also takes the fonts of this machine.
    """
    if copy.student:
        copy = replace(copy, student=printable(copy.student, system=system_fonts))
    paper = copy.paper
    with speaking(paper.entry.lang):
        files = _files(source_of(Sheet(copy, solutions), page or paper.entry.page), paper)
        return compiled(
            files, paper.name, solutions=solutions, system_fonts=system_fonts, last_page=paper.entry.last_page
        )


def rasters(copy: Copy, *, solutions: bool, page: Page | None = None, ppi: float = 144) -> list[bytes]:
    """The pages of a copy as PNG."""
    paper = copy.paper
    with speaking(paper.entry.lang), _LOCK:
        files: Any = _files(source_of(Sheet(copy, solutions), page or paper.entry.page), paper)
        inputs = inputs_of(solutions=solutions, last_page=paper.entry.last_page)
        made = compiler().compile(input=files, format="png", ppi=ppi, sys_inputs=inputs)
    return [one for one in (made if isinstance(made, list) else [made]) if one]


def _files(source: bytes, paper: Paper) -> dict[str, bytes]:
    """A paper's source, and its logo beside it. Raises `MarkschemeError` for a logo that is no picture."""
    logo = paper.logo
    if logo is None:
        return {"main.typ": source}
    content = logo.read_bytes()
    try:
        return {"main.typ": source, LOGO: content if logo.suffix.lower() == ".svg" else in_svg(content, 1).encode()}
    except PictureError as error:
        raise MarkschemeError(f"{paper.name}: logo: {logo.name}: {error}") from error


def compiled(
    files: Mapping[str, bytes], what: str, *, solutions: bool, tagged: bool = True, system_fonts: bool = False,
    last_page: bool = True,
) -> bytes:  # fmt: skip
    """Typst's `main.typ` and the files beside it as PDF; `tagged` asks for PDF/UA-1.

    Files have the same names from copy to copy, for else Typst would remember nothing. Raises `MarkschemeError` where
    they cannot be printed.
    """
    from typst import TypstError  # noqa: PLC0415 (loaded with the compiler)

    try:
        with _LOCK:
            made = compiler(system=system_fonts).compile(
                input=dict(files),  # pyright: ignore[reportArgumentType, reportCallIssue]
                format="pdf",
                sys_inputs=inputs_of(solutions=solutions, last_page=last_page),
                pdf_standards=["ua-1"] if tagged else [],
            )
    except TypstError as error:
        raise MarkschemeError(f"{what} cannot be printed: {error.diagnostic or error.message}") from error
    if not isinstance(made, bytes):
        raise TypeError("a PDF is one file")
    return made


def places(copy: Copy, *, solutions: bool, page: Page | None = None) -> list[Place]:
    """Where a copy is written on, in printed order; its spaces are at the same places in its key."""
    paper = copy.paper
    with speaking(paper.entry.lang):
        files = _files(source_of(Sheet(copy, solutions, places=True), page or paper.entry.page), paper)
        made = compiled(files, paper.name, solutions=solutions, last_page=paper.entry.last_page)
    return places_in(made, paper)[1]


def inputs_of(*, solutions: bool, last_page: bool = True) -> dict[str, str]:
    """What the template knows; the same for all copies, for else Typst would remember nothing from copy to copy.

    It is one input: of several the order changes from run to run, and what hangs on them with it.
    """
    told = {"solutions": solutions, "last-page": last_page, "fonts": families(), "words": frame()}
    return {"told": json.dumps(told, ensure_ascii=False)}


__all__ = ["MARGINS", "Copy", "compiled", "inputs_of", "pdf", "places", "rasters"]
