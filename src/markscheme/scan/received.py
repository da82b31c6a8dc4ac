"""Pages out of what comes from a scanner or a camera: PDFs, TIFFs and pictures, one at a time."""

from __future__ import annotations

import io
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from markscheme.core.errors import MarkschemeError
from markscheme.scan.libraries import opencv, pdfium

Gray: TypeAlias = NDArray[np.uint8]
"""A page, by rows: 0 is black."""
Form: TypeAlias = Literal["pdf", "tiff", "picture"]

PICTURES: Final = frozenset({".jpg", ".jpeg", ".png", ".bmp", ".webp"})
_BESIDE: Final = frozenset({".txt", ".md", ".csv", ".json", ".xml", ".log", ".db", ".ini"})
"""Endings of what scanners and systems leave in a folder of pages."""
MOST_PAGES: Final = 20_000
MOST_BYTES: Final = 4_000_000_000
MOST_PIXELS: Final = 80_000_000
LONGEST: Final = 3600
"""Pixels of the longer side, beyond which a page is made smaller: 300 dpi and a little."""
SHORTEST: Final = 300
"""Pixels of the shorter side, below which nothing can be read."""
_PLAIN: Final = 100_000


class Unreadable(ValueError):
    """One page cannot be read; why stands in its message. The others are not touched by it."""


@dataclass(frozen=True)
class Batch:
    """A file as it was received."""

    path: Path
    digest: str
    """Of its bytes: the same file again is the same batch."""
    form: Form
    pages: int


def look(path: Path) -> Batch:
    """What a file is, and how many pages it has. Raises `MarkschemeError` where it is none that can be read."""
    suffix = path.suffix.lower()
    if not path.is_file():
        raise MarkschemeError(f"{path} is no file: name PDFs, TIFFs, pictures, or folders of them")
    try:
        size = path.stat().st_size
        if not 0 < size <= MOST_BYTES:
            said = (
                "is empty"
                if not size
                else f"has {size / 1e9:.1f} GB, and {MOST_BYTES / 1e9:.0f} are the most: split it"
            )
            raise MarkschemeError(f"{path} {said}")
        digest = _digest(path)
    except OSError as error:
        raise MarkschemeError(f"{path} cannot be read: {error.strerror}") from error
    if suffix in (".tif", ".tiff"):
        return Batch(path, digest, "tiff", _frames(path))
    if suffix in PICTURES:
        _frames(path)
        return Batch(path, digest, "picture", 1)
    if suffix == ".pdf":
        with _pdf(path) as whole:
            count = len(whole.pages)
        if not 0 < count <= MOST_PAGES:
            said = "has no page" if not count else f"has {count} pages, and {MOST_PAGES} are the most at once: split it"
            raise MarkschemeError(f"{path} {said}")
        return Batch(path, digest, "pdf", count)
    known = ", ".join([".pdf", ".tif", *sorted(PICTURES)])
    raise MarkschemeError(f"{path} is none of {known}: save it as a PDF or as a JPEG")


def files_in(folder: Path) -> list[Path]:
    """The files of a folder and of those in it, in the order of their names, but for what lies beside pages everywhere.

    Any other one is named, for `look` to say that it is none that can be read: a photograph is never passed over.
    """
    found = [it for it in folder.rglob("*") if it.is_file() and it.suffix.lower() not in _BESIDE]
    return sorted([it for it in found if not any(name.startswith(".") for name in it.relative_to(folder).parts)])


def pages_of(batch: Batch, numbers: range) -> Iterator[tuple[int, Gray | Unreadable]]:
    """The pages of a batch, counted from 0, each as it is asked for: never two at once in memory."""
    if batch.form == "pdf":
        yield from _pdf_pages(batch.path, numbers)
        return
    for number in numbers:
        try:
            yield number, _frame(batch.path, number)
        except Unreadable as error:
            yield number, error


def _digest(path: Path) -> str:
    hashed = sha256()
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            hashed.update(piece)
    return hashed.hexdigest()[:16]


@contextmanager
def _pdf(path: Path) -> Generator[Any]:
    import pikepdf  # noqa: PLC0415 (the extra `scan`)

    try:
        whole = pikepdf.open(path, attempt_recovery=False)  # of one that is cut off, pages would be lost in silence
    except pikepdf.PasswordError as error:
        raise MarkschemeError(f"{path} is encrypted: save it without a password") from error
    except pikepdf.PdfError as error:
        said = str(error).removeprefix(f"{path}: ")
        raise MarkschemeError(f"{path} is no whole PDF ({said}): scan it again, or save it anew") from error
    with whole:
        yield whole


def _pdf_pages(path: Path, numbers: range) -> Iterator[tuple[int, Gray | Unreadable]]:
    pypdfium2 = pdfium()

    with _pdf(path) as whole:
        drawn: Any = None
        try:
            for number in numbers:
                try:
                    page = _plain_picture(whole.pages[number])
                    if page is None:
                        drawn = drawn or pypdfium2.PdfDocument(path)
                        page = _drawn(drawn, number)
                    yield number, _of_a_size(page)
                except Unreadable as error:
                    yield number, error
                except Exception as error:  # noqa: BLE001 (whatever a broken page makes two libraries raise)
                    yield number, Unreadable(f"this page of the PDF is broken ({type(error).__name__}: {error})")
        finally:
            if drawn is not None:
                drawn.close()


def _plain_picture(page: Any) -> Gray | None:
    """The picture of a page that is one JPEG and nothing else; None where it has to be drawn."""
    cv2 = opencv()
    import pikepdf  # noqa: PLC0415

    found: Any = list(page.get("/Resources", {}).get("/XObject", {}).values())
    if len(found) != 1 or "/Annots" in page:
        return None
    (one,) = found
    space = one.get("/ColorSpace")
    space = space[0] if isinstance(space, pikepdf.Array) else space
    if (
        one.get("/Subtype") != "/Image"
        or one.get("/Filter") not in ("/DCTDecode", pikepdf.Array([pikepdf.Name.DCTDecode]))
        or space not in ("/DeviceGray", "/DeviceRGB", "/CalGray", "/CalRGB", "/ICCBased")
        or any(name in one for name in ("/SMask", "/Mask", "/Decode"))
        or not _fills(page)
    ):
        return None
    packed = one.read_raw_bytes()
    with _opened(io.BytesIO(packed)) as picture:
        _bounded(*picture.size)  # what the PDF says of it may be another size
    return cv2.imdecode(np.frombuffer(packed, np.uint8), cv2.IMREAD_GRAYSCALE)


def _fills(page: Any) -> bool:
    """Whether a page draws its one picture over all of itself, and not mirrored."""
    import pikepdf  # noqa: PLC0415

    contents = page.get("/Contents")
    streams: Any = contents if isinstance(contents, pikepdf.Array) else [contents]
    if sum([int(it.get("/Length", 0)) for it in streams if it is not None]) > _PLAIN:
        return False
    matrix, stack, drawn = pikepdf.Matrix(), list[Any](), list[Any]()
    for operands, operator in pikepdf.parse_content_stream(page):
        match str(operator):
            case "q":
                stack.append(matrix)
            case "Q" if stack:
                matrix = stack.pop()
            case "cm":
                matrix = pikepdf.Matrix(*[float(it) for it in operands]) @ matrix
            case "Do":
                drawn.append(matrix)
            case "Tj" | "TJ" | "'" | '"' | "f" | "F" | "f*" | "B" | "S" | "sh" | "W" | "W*" | "BI" | "INLINE IMAGE":
                return False
            case _:
                pass
    if len(drawn) != 1:
        return False
    (a, b, c, d, _, _) = drawn[0].shorthand
    box = [float(it) for it in page.mediabox]
    area = abs((box[2] - box[0]) * (box[3] - box[1]))
    return a * d - b * c > 0.9 * area


def _drawn(whole: Any, number: int) -> Gray:
    """A page drawn at the resolution of its largest picture, within reason."""
    page = whole[number]
    width, height = page.get_size()
    if not (0 < width < 20_000 and 0 < height < 20_000):
        raise Unreadable(f"this page of the PDF is {width:.0f} by {height:.0f} points")
    pictures = page.get_objects(filter=[pdfium().raw.FPDF_PAGEOBJ_IMAGE], max_depth=3)
    sizes = [it.get_px_size() for it in pictures]
    for size in sizes:
        _bounded(*size)
    most = max([max(it) for it in sizes], default=0)
    longer = max(width, height)
    scale = min(max(most / longer, 100 / 72), 300 / 72, LONGEST / longer) if most else min(200 / 72, LONGEST / longer)
    return np.array(page.render(scale=scale, grayscale=True).to_numpy()).squeeze()


def _bounded(width: int, height: int) -> None:
    if width * height > MOST_PIXELS:
        raise Unreadable(f"a picture of {width} by {height} pixels: scan it with 200 to 300 dpi")


def _of_a_size(page: Gray | None) -> Gray:
    cv2 = opencv()

    if page is None or not page.size:
        raise Unreadable("the picture of this page is broken")
    if min(page.shape) < SHORTEST:
        raise Unreadable(f"a picture of {page.shape[1]} by {page.shape[0]} pixels: nothing can be read on it")
    longer = max(page.shape)
    if longer > LONGEST:
        page = cv2.resize(page, None, fx=LONGEST / longer, fy=LONGEST / longer, interpolation=cv2.INTER_AREA)
    return np.ascontiguousarray(page)


@contextmanager
def _opened(path: Path | io.BytesIO) -> Generator[Any]:
    import warnings  # noqa: PLC0415

    from PIL import Image  # noqa: PLC0415

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # a bound of our own follows
        with Image.open(path) as whole:
            yield whole


def _frames(path: Path) -> int:
    from PIL import Image  # noqa: PLC0415

    try:
        with _opened(path) as whole:
            count = int(getattr(whole, "n_frames", 1))
    except Image.DecompressionBombError as error:
        raise MarkschemeError(f"{path} has too many pixels: scan it with 200 to 300 dpi") from error
    except Exception as error:  # PIL raises much
        what = type(error).__name__
        raise MarkschemeError(f"{path} is no picture that can be read ({what}): save it as JPEG or PDF") from error
    if count > MOST_PAGES:
        raise MarkschemeError(f"{path} has {count} pages, and {MOST_PAGES} are the most at once: split it")
    return count


def _frame(path: Path, number: int) -> Gray:
    from PIL import Image, ImageOps  # noqa: PLC0415

    try:
        with _opened(path) as whole:
            whole.seek(number)
            _bounded(*whole.size)
            whole.draft("L", (LONGEST, LONGEST))
            upright = ImageOps.exif_transpose(whole)
            if upright.mode in ("RGBA", "LA", "P"):
                clear = upright.convert("RGBA")
                upright = Image.alpha_composite(Image.new("RGBA", clear.size, "white"), clear)
            elif upright.mode.startswith("I;16") or upright.mode in ("I", "F"):
                deep = np.asarray(upright, np.float32)
                return _of_a_size(np.clip(deep / max(float(deep.max()), 1) * 255, 0, 255).astype(np.uint8))
            page = np.array(upright.convert("L"))
    except Unreadable:
        raise
    except Exception as error:
        raise Unreadable(f"this picture is broken ({type(error).__name__}: {error})") from error
    return _of_a_size(page)


def as_png(page: Gray) -> bytes:
    """A picture as PNG."""
    from PIL import Image  # noqa: PLC0415

    made = io.BytesIO()
    Image.fromarray(page).save(made, "PNG")
    return made.getvalue()
