"""A student's own sheet, marked up, with what was pinned to it, and the solution behind: what goes back."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Sequence
from typing import Any, Final

from markscheme.core.errors import MarkschemeError
from markscheme.exam.folder import Exam
from markscheme.exam.printing import KEYS
from markscheme.marking.gradebook import Mark, Report, decimal
from markscheme.paper.manifest import Place
from markscheme.paper.places import where_answered
from markscheme.paper.printing import compiled
from markscheme.scan.answers import Scans, shown
from markscheme.scan.libraries import opencv
from markscheme.scan.pins import Pin, in_order, pins_of
from markscheme.scan.reading import page_named
from markscheme.scan.register import DPI
from markscheme.scan.showing import size_of, upright

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
    size = size_of(layout)
    numbered = in_order(pins_of(exam, code))
    for it in pages:
        assert it.reading is not None
        picture = upright(page_named(exam, it.name), it.reading.homography, layout, DPI / 72)
        signs = [*_signs(report.marks, layout.places, it.number, size)]
        if it is pages[0]:
            signs.append(_text(size[0] / 2 - 40, size[1] - 24, f"{_shown(report)}", _OTHERS, 13))
        own = [(number, pin) for number, pin in numbered if pin.number == it.number]
        signs += [_pin(number, pin.x, size[1] - pin.y) for number, pin in own]
        _add(whole, picture, size, "\n".join(signs), font)
        _annotate(whole, own, size, font)
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


_PIN: Final = 7.0
"""Points from the middle of a pin to its rim."""
_PINNED: Final = "0.11 0.31 0.56"
_NOTES: Final = 190.0
"""Points that a page with comments is wider, for their texts: nothing that was written is covered by them."""


def _pin(number: int, x: float, y: float) -> str:
    """A disk with a number in it, as content of a PDF, around a place counted from the lower left corner."""
    r, k = _PIN, 0.5523 * _PIN
    said = f"{number}"
    size = 9.0 if len(said) < 2 else 7.5
    disk = (
        f"{x + r:.2f} {y:.2f} m {x + r:.2f} {y + k:.2f} {x + k:.2f} {y + r:.2f} {x:.2f} {y + r:.2f} c "
        f"{x - k:.2f} {y + r:.2f} {x - r:.2f} {y + k:.2f} {x - r:.2f} {y:.2f} c "
        f"{x - r:.2f} {y - k:.2f} {x - k:.2f} {y - r:.2f} {x:.2f} {y - r:.2f} c "
        f"{x + k:.2f} {y - r:.2f} {x + r:.2f} {y - k:.2f} {x + r:.2f} {y:.2f} c b"
    )
    text = _text(x - 0.278 * size * len(said), y - 0.36 * size, said, "1 1 1", size)
    return f"q {_PINNED} rg 1 1 1 RG 0.8 w {disk} Q\n{text}"


def _annotate(whole: Any, pins: Sequence[tuple[int, Pin]], size: tuple[float, float], font: Any) -> None:
    """Widen the last page by a column with the texts of its comments, which are annotations of the PDF too."""
    import pikepdf  # noqa: PLC0415

    if not pins:
        return
    page = whole.pages[-1]
    width, height = size
    page.obj.MediaBox = pikepdf.Array([0, 0, width + _NOTES, height])
    found: list[Any] = []
    for number, it in pins:
        look = whole.make_stream(_pin(number, _PIN + 1, _PIN + 1).encode("ascii"))
        look.Type, look.Subtype = pikepdf.Name.XObject, pikepdf.Name.Form
        look.BBox = pikepdf.Array([0, 0, 2 * _PIN + 2, 2 * _PIN + 2])
        look.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
        x, y, r = it.x, height - it.y, _PIN + 1
        found.append(whole.make_indirect(pikepdf.Dictionary(
            Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Circle, Rect=pikepdf.Array([x - r, y - r, x + r, y + r]),
            Contents=pikepdf.String(it.text), NM=pikepdf.String(f"comment-{number}"), F=4,
            AP=pikepdf.Dictionary(N=look), C=pikepdf.Array([float(one) for one in _PINNED.split()]),
        )))  # fmt: skip
    page.obj.Annots = pikepdf.Array(found)
    with pikepdf.open(io.BytesIO(_notes(pins, height))) as notes:
        page.add_overlay(notes.pages[0], pikepdf.Rectangle(width, 0, width + _NOTES, height))
        whole.pages.extend(notes.pages[1:])  # where there is more than a page is high


def _notes(pins: Sequence[tuple[int, Pin]], height: float) -> bytes:
    """The comments of a page as a column, each beside its pin where all have room; longer than a page if need be."""
    said = json.dumps([[f"{number}", it.text, it.y] for number, it in pins], ensure_ascii=False)
    source = _SOURCE.replace("WIDTH", f"{_NOTES}pt").replace("HEIGHT", f"{height}pt")
    return compiled(
        {"main.typ": source.encode(), "notes.json": said.encode()}, "comments", solutions=False, tagged=False
    )


_SOURCE: Final = """
#import "/paper/exam.typ": styles
#show: styles
#set page(width: WIDTH, height: HEIGHT, margin: (left: 8pt, right: 14pt, y: 36pt), header: none, footer: none)
#set text(size: 9.5pt, hyphenate: true)
#set par(justify: false)
#show regex("\\S{24}"): it => it + sym.zws
#let blue = rgb("#1c4f8f")
#let note(number, said) = block(width: 100%, inset: (left: 7pt, y: 2pt), stroke: (left: 1.5pt + blue), spacing: 0pt, {
  text(fill: blue, weight: "bold", number)
  h(5pt)
  said.split("\\n").join(linebreak())
})
#context {
  let (apart, wide, high) = (8pt, WIDTH - 22pt, HEIGHT - 72pt)
  let notes = json("notes.json").map(it => {
    let made = note(it.at(0), it.at(1))
    (made, measure(width: wide, made).height + apart, it.at(2) * 1pt - 42pt)
  })
  let left = notes.map(it => it.at(1)).sum()
  let y = 0pt
  for (made, height, beside) in notes {
    let gap = calc.max(0pt, calc.min(beside - y, high - y - left)) // beside its pin, if all have room
    v(gap + apart)
    made
    y += gap + height
    left -= height
  }
}
"""


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
