"""A student's own sheet, marked up, and the solution behind it: what goes back."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from typing import Any, Final

from markscheme.core.errors import MarkschemeError
from markscheme.exam.folder import Exam
from markscheme.exam.printing import KEYS
from markscheme.marking.gradebook import Mark, Report, decimal
from markscheme.paper.manifest import Place
from markscheme.paper.places import where_answered
from markscheme.scan.answers import Scans, shown
from markscheme.scan.crops import cut
from markscheme.scan.libraries import opencv
from markscheme.scan.reading import page_named
from markscheme.scan.register import DPI

FOLDER: Final = "returned"
QUALITY: Final = 55
COLORS: Final = {"right": "0.10 0.50 0.20", "follow-through": "0.10 0.50 0.20", "slip": "0.75 0.35 0.00",
                 "wrong": "0.75 0.10 0.10"}  # fmt: skip
_OTHERS: Final = "0.25 0.25 0.55"


def returned(exam: Exam, scans: Scans, report: Report) -> bytes:
    """The scanned pages of a copy as a PDF, upright, with marks at each answer, and its key behind them.

    Raises `MarkschemeError` where no page of it came in.
    """
    import pikepdf  # noqa: PLC0415 (the extra `scan`)

    code = report.seed
    layout = scans.layout(code)
    pages = sorted([it for it in scans.pages.values() if it.copy == code and it.counts], key=lambda it: it.number)
    if not pages:
        raise MarkschemeError(f"no page of {code} came in by the scanner")
    whole: Any = pikepdf.new()
    font = whole.make_indirect(pikepdf.Dictionary(
        Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name("/Helvetica-Bold"),
        Encoding=pikepdf.Name.WinAnsiEncoding,
    ))  # fmt: skip
    size = (612.0, 792.0) if layout.page == "letter" else (595.28, 841.89)
    for it in pages:
        assert it.reading is not None
        page = Place(kind="space", page=it.number, x=0, y=0, width=size[0], height=size[1])
        picture = cut(page_named(exam, it.name), it.reading.homography, page, margin=0, scale=DPI / 72)
        signs = [*_signs(report.marks, layout.places, it.number, size)]
        if it is pages[0]:
            signs.append(_text(size[0] / 2 - 40, size[1] - 24, f"{_shown(report)}", _OTHERS, 13))
        _add(whole, picture, size, "\n".join(signs), font)
    key = exam.root / KEYS / f"{code}.pdf"
    if key.is_file():
        with pikepdf.open(key) as behind:
            whole.pages.extend(behind.pages)
    made = io.BytesIO()
    whole.save(made, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return made.getvalue()


def _shown(report: Report) -> str:
    return f"{decimal(report.total)} / {decimal(report.out_of)}"


def _signs(marks: Iterable[Mark], places: Sequence[Place], number: int, size: tuple[float, float]) -> Iterable[str]:
    """A frame around each answer of a page, and its marks beside."""
    for mark in marks:
        here = where_answered(places, mark.question, mark.answer)
        if not here or here[0].page != number:
            continue
        box = shown(here)
        verdict = mark.verdict
        color = COLORS.get(verdict.status, _OTHERS)
        bottom = size[1] - box.y - box.height
        yield f"q {color} RG 1 w {box.x - 2:.1f} {bottom - 2:.1f} {box.width + 4:.1f} {box.height + 4:.1f} re S Q"
        waits = verdict.status in ("by hand", "unreadable") and not mark.decided
        said = f"{'?' if waits else decimal(verdict.marks)}/{decimal(verdict.out_of)}"
        is_line = here[0].kind == "square"  # lines of squares stand close above each other
        x, y = (box.width + 6, box.height / 2 - 3) if is_line else (box.width - 14, box.height + 3.5)
        yield _text(min(box.x + x, size[0] - 40), bottom + y, said, color, 8)


def _text(x: float, y: float, said: str, color: str, size: float) -> str:
    """A line of plain text as content of a PDF."""
    plain = "".join([it if " " <= it <= "~" else "?" for it in said])
    escaped = plain.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
    return f"q {color} rg BT /F1 {size} Tf {x:.1f} {y:.1f} Td ({escaped}) Tj ET Q"


def _add(whole: Any, picture: Any, size: tuple[float, float], signs: str, font: Any) -> None:
    import pikepdf  # noqa: PLC0415

    cv2 = opencv()
    _, packed = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    image = pikepdf.Stream(whole, packed.tobytes())
    image.Type, image.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
    image.Width, image.Height = picture.shape[1], picture.shape[0]
    image.ColorSpace, image.BitsPerComponent, image.Filter = pikepdf.Name.DeviceGray, 8, pikepdf.Name.DCTDecode
    page = whole.add_blank_page(page_size=size)
    page.obj.Resources = pikepdf.Dictionary(
        XObject=pikepdf.Dictionary(Im0=whole.make_indirect(image)), Font=pikepdf.Dictionary(F1=font)
    )
    content = f"q {size[0]} 0 0 {size[1]} 0 0 cm /Im0 Do Q\n{signs}\n"
    page.obj.Contents = whole.make_stream(content.encode("ascii"))
