"""How far down the pages of a copy are filled, from the pages as they are typeset."""

from __future__ import annotations

import zlib

from markscheme.paper.plan import Page
from markscheme.paper.printing import MARGINS, Copy, rasters

_POINTS_A_PIXEL = 4
_WHITE = 250


def fills(copy: Copy, *, solutions: bool, page: Page | None = None) -> list[float]:
    """Page by page, from 0 to 1: how far down the room between the margins the last ink of the page stands.

    Ink is whatever is printed there, an empty box as well; head and foot do not count.
    """
    made = rasters(copy, solutions=solutions, page=page, ppi=72 / _POINTS_A_PIXEL)
    return [_filled(_rows(png)) for png in made]


def _filled(rows: list[bytes]) -> float:
    above, below = (round(margin / _POINTS_A_PIXEL) for margin in MARGINS)
    room = rows[above : len(rows) - below]
    inked = [i for i, row in enumerate(room, start=1) if min(row) < _WHITE]
    return max(inked, default=0) / len(room)


def _rows(png: bytes) -> list[bytes]:
    """The rows of a PNG of 8 bits a channel, not interlaced, as Typst writes it (RFC 2083)."""
    channels = {0: 1, 2: 3, 4: 2, 6: 4}[png[25]]
    length = int.from_bytes(png[16:20], "big") * channels
    packed, at = b"", 8
    while at < len(png):
        size, kind = int.from_bytes(png[at : at + 4], "big"), png[at + 4 : at + 8]
        packed += png[at + 8 : at + 8 + size] if kind == b"IDAT" else b""
        at += 12 + size
    data = zlib.decompress(packed)
    rows: list[bytes] = []
    above = bytes(length)
    for start in range(0, len(data), length + 1):
        above = _unfiltered(data[start], data[start + 1 : start + 1 + length], above, channels)
        rows.append(above)
    return rows


def _unfiltered(method: int, row: bytes, above: bytes, channels: int) -> bytes:
    made = bytearray(channels) + bytearray(row)  # with a pixel of zeros to the left
    for i, up in enumerate(above):
        left, corner = made[i], above[i - channels] if i >= channels else 0
        guess = (0, left, up, (left + up) // 2, _paeth(left, up, corner))[method]
        made[i + channels] = (made[i + channels] + guess) % 256
    return bytes(made[channels:])


def _paeth(left: int, up: int, corner: int) -> int:
    return min((left, up, corner), key=lambda it: abs(left + up - corner - it))
