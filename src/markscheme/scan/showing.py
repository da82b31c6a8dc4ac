"""Scanned pages as pictures for people: whole ones, and the strip on which ID and name are written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from markscheme.core.errors import MarkschemeError
from markscheme.exam.folder import Exam
from markscheme.paper.manifest import Layout, Place
from markscheme.scan.answers import Scans
from markscheme.scan.crops import cut
from markscheme.scan.libraries import opencv
from markscheme.scan.reading import page_named
from markscheme.scan.received import Gray, Unreadable
from markscheme.scan.register import Map
from markscheme.scan.states import Scanned
from markscheme.scan.waiting import about_id

TALLEST: Final = 1500
"""Pixels of a page's longer side, as people are shown it."""
QUALITY: Final = 70
_STRIP: Final = 170 / 72


def size_of(layout: Layout) -> tuple[float, float]:
    """Width and height of a copy's pages, in points: those of large print are as large."""
    return (612.0, 792.0) if layout.page == "letter" else (595.28, 841.89)


def upright(image: Gray, found: Map, layout: Layout, scale: float) -> Gray:
    """A scanned page as it was printed: upright, from edge to edge, with `scale` pixels a point."""
    width, height = size_of(layout)
    whole = Place(kind="space", page=1, x=0, y=0, width=width, height=height)
    return cut(image, found, whole, margin=0, scale=scale)


def page_picture(scans: Scans, it: Scanned, *, turn: int = 0, as_scanned: bool = False) -> bytes:
    """A page as JPEG: upright where it is known how it lies, else as it was scanned, turned by quarters to the left.

    Raises `MarkschemeError` where it is lost or broken.
    """
    image = _image(scans.exam, it.name)
    reading = it.reading
    if reading is not None and reading.is_registered and not as_scanned:
        layout = scans.layout(reading.copy)
        image = upright(image, reading.homography, layout, TALLEST / max(size_of(layout)))
    return _jpeg(np.ascontiguousarray(np.rot90(image, turn % 4)))


def id_picture(scans: Scans, pages: Sequence[Scanned], code: str) -> bytes | None:
    """The strip of a copy's page on which ID and name are written, as JPEG; None where no page has it.

    Raises `MarkschemeError` where the page is lost.
    """
    strip = about_id(scans, code)
    page = next((it for it in pages if strip and it.number == strip.page and it.reading), None)
    if strip is None or page is None or page.reading is None:
        return None
    return _jpeg(cut(_image(scans.exam, page.name), page.reading.homography, strip, margin=0, scale=_STRIP))


def _image(exam: Exam, name: str) -> Gray:
    try:
        return page_named(exam, name)
    except (Unreadable, OSError) as error:
        raise MarkschemeError(f"the page {name} cannot be shown: {error}") from error


def _jpeg(image: Gray) -> bytes:
    cv2 = opencv()
    factor = min(1.0, TALLEST / max(image.shape))
    small = image if factor == 1 else cv2.resize(image, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    return cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])[1].tobytes()
