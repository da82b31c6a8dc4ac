"""How far down the pages of a copy are filled, from the pages as they are typeset."""

from __future__ import annotations

from io import BytesIO

from PIL import Image

from markscheme.paper.plan import Page
from markscheme.paper.printing import MARGINS, Copy, rasters

_POINTS_A_PIXEL = 4
_WHITE = 250


def fills(copy: Copy, *, solutions: bool, page: Page | None = None) -> list[float]:
    """Page by page, from 0 to 1: how far down the room between the margins the last ink of the page stands.

    Ink is whatever is printed there, an empty box as well; head and foot do not count.
    """
    made = rasters(copy, solutions=solutions, page=page, ppi=72 / _POINTS_A_PIXEL)
    return [_filled(Image.open(BytesIO(png)).convert("L")) for png in made]


def _filled(page: Image.Image) -> float:
    above, below = (round(margin / _POINTS_A_PIXEL) for margin in MARGINS)
    room = page.crop((0, above, page.width, page.height - below))
    inked = room.point([255] * _WHITE + [0] * (256 - _WHITE)).getbbox()
    return inked[3] / room.height if inked else 0.0
