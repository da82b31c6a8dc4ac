"""Pictures that were not drawn here: SVG and PNG of an author, and figures of matplotlib."""

from __future__ import annotations

import io
import re
import struct
from base64 import b64encode
from pathlib import Path
from typing import Any, Final
from xml.etree import ElementTree

LARGEST: Final = 4 << 20
WIDEST: Final = 480.0
"""As wide as the text of a page, in points."""
_POINTS: Final = {"": 0.75, "px": 0.75, "pt": 1.0, "in": 72.0, "cm": 72 / 2.54, "mm": 72 / 25.4}
_LENGTH: Final = re.compile(r"\s*([0-9]*\.?[0-9]+)\s*(px|pt|in|cm|mm|)\s*").fullmatch
_DOCTYPE: Final = re.compile(r"<!DOCTYPE[^>\[]*>")
_DECLARES: Final = re.compile(r"<!(?!--|\[CDATA\[)").search
_METADATA: Final = re.compile(r"<metadata\b.*?</metadata>", re.DOTALL)
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_MATPLOTLIB: Any = {"svg.hashsalt": "markscheme", "svg.fonttype": "path"}


class PictureError(ValueError):
    """A picture that cannot be used; says which, and why."""


def from_svg(source: str | Path, alt: str, width: float | None) -> dict[str, Any]:
    """The data of a picture of SVG; see `Picture.from_svg`."""
    where = f"{source}: " if isinstance(source, Path) else ""
    text = _read(source).decode("utf-8", "replace") if isinstance(source, Path) else source
    if len(text) > LARGEST:
        raise PictureError(f"{where}a picture has at most {LARGEST >> 20} MiB")
    text = _DOCTYPE.sub("", text, count=1)
    if _DECLARES(text):
        raise PictureError(f"{where}a picture declares no entities")
    try:
        root = ElementTree.fromstring(text)  # noqa: S314 (an author's own file, without entities)
    except ElementTree.ParseError as error:
        raise PictureError(f"{where}this is no SVG: {error}") from None
    if root.tag.rpartition("}")[2] != "svg":
        raise PictureError(f"{where}this is no SVG, but <{root.tag}>")
    if script := next((it.tag for it in root.iter() if str(it.tag).rpartition("}")[2] == "script"), None):
        raise PictureError(f"{where}a picture runs no program: take <{script.rpartition('}')[2]}> out")
    text = _METADATA.sub("", text[text.index("<svg") :])
    return _picture(text, alt, width or _width(root), where)


def from_png(source: bytes | Path, alt: str, width: float | None) -> dict[str, Any]:
    """The data of a picture of a PNG; see `Picture.from_png`."""
    where, image = (f"{source}: ", _read(source)) if isinstance(source, Path) else ("", source)
    if not image.startswith(_PNG) or len(image) < 24:
        raise PictureError(f"{where}this is no PNG")
    if len(image) > LARGEST:
        raise PictureError(f"{where}a picture has at most {LARGEST >> 20} MiB")
    across, down = struct.unpack(">II", image[16:24])
    text = _framed("png", image, f"{across}", f"{down}")
    return _picture(text, alt, width or 0.75 * across, where)


def in_svg(image: bytes, points: float) -> str:
    """A PNG or JPEG within an SVG, each pixel so many points wide: Typst is given files of text alone.

    Raises `PictureError` for what is neither.
    """
    from PIL import Image, UnidentifiedImageError  # noqa: PLC0415 (loaded where it is used)

    try:
        with Image.open(io.BytesIO(image), formats=("PNG", "JPEG")) as opened:
            wide, tall = opened.size
            kind = str(opened.format).lower()
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError):
        raise PictureError("this is neither a PNG nor a JPEG") from None
    size = f' width="{wide * points:.2f}pt" height="{tall * points:.2f}pt"'
    return _framed(kind, image, f"{wide}", f"{tall}", size)


def _framed(kind: str, image: bytes, wide: str, high: str, size: str = "") -> str:
    """An SVG that holds nothing but an image, which fills it."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}"{size}><image width="{wide}" '
        f'height="{high}" href="data:image/{kind};base64,{b64encode(image).decode()}"/></svg>'
    )


def from_matplotlib(figure: Any, alt: str) -> dict[str, Any]:
    """The data of a picture of a figure; see `Picture.from_matplotlib`."""
    import matplotlib as mpl  # noqa: PLC0415 (an extra, loaded where it is used)

    made = io.StringIO()
    with mpl.rc_context(_MATPLOTLIB):  # pyright: ignore[reportUnknownMemberType]
        figure.savefig(made, format="svg", metadata={"Date": None, "Creator": None})
    return from_svg(made.getvalue(), alt, None)


def _read(page: Path) -> bytes:
    try:
        return page.read_bytes()
    except OSError as error:
        raise PictureError(f"the picture {page} cannot be read: {error.strerror}") from None


def _picture(text: str, alt: str, width: float, where: str) -> dict[str, Any]:
    if not alt.strip():
        raise PictureError(f"{where}a picture has words for those who cannot see it: alt=...")
    return {"svg": text, "width": min(width, WIDEST)}


def as_image(text: str, width: float) -> str:
    """An SVG as the image in another: its styles, names and whatever else is in it concern no page that shows it."""
    root = ElementTree.fromstring(text)  # noqa: S314 (checked when the picture was made)
    wide, high = f"{width:g}", f"{width * _height_to_width(root):g}"
    return _framed("svg+xml", text.encode(), wide, high, f' width="{wide}pt" height="{high}pt"')


def _height_to_width(root: ElementTree.Element) -> float:
    """The proportions that an SVG says it has; 3 : 4 where it does not say, or says nonsense."""
    try:
        *_, across, down = map(float, re.split(r"[\s,]+", root.get("viewBox", "").strip()))
    except ValueError:
        sides = [_LENGTH(root.get(side, "")) for side in ("width", "height")]
        across, down = [float(found[1]) * _POINTS[found[2]] if found else 0.0 for found in sides]
    return down / across if across > 0 and down > 0 else 0.75


def _width(root: ElementTree.Element) -> float:
    """How wide an SVG says it is, in points."""
    if found := _LENGTH(root.get("width", "")):
        return float(found[1]) * _POINTS[found[2]]
    box = re.split(r"[\s,]+", root.get("viewBox", "").strip())
    return 0.75 * float(box[2]) if len(box) == 4 else WIDEST / 2
