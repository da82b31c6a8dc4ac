"""Blocks as plain data: each text as Markdown with LaTeX and as HTML with MathML, each picture by reference."""

from __future__ import annotations

from typing import Any

from markscheme.text.document import Block, Choices, Drawing, Fields, Head, Phrase, Prose, Table
from markscheme.text.notation import Notation, show


def as_json(block: Block) -> dict[str, Any]:
    """A block as JSON can carry it; `docs/schema/posed.json` has its forms."""
    match block:
        case Prose(phrase):
            return {"type": "prose", "text": written(phrase)}
        case Head(label, marks, body):
            return {"type": "head", "label": label, "marks": marks} | ({"text": written(body)} if body else {})
        case Table(columns, rows):
            heads = [written(column) for column in columns]
            return {"type": "table", "columns": heads, "rows": [[written(cell) for cell in row] for row in rows]}
        case Drawing():
            found: dict[str, Any] = {"type": "figure", "svg": block.reference(), "alt": block.alternative}
            return found | ({"caption": written(block.caption)} if block.caption else {})
        case Choices(options, marked, _):
            shown = [{"label": label, "text": written(phrase)} for label, phrase in options]
            return {"type": "options", "options": shown} | ({"right": sorted(marked)} if marked is not None else {})
        case Fields(blanks):
            return {
                "type": "fields",
                "fields": [{"name": it.name, "label": written(it.label), **it.field.as_json()} for it in blanks],
            }


def written(text: Phrase | Notation) -> dict[str, str]:
    """A text or a value as Markdown, its mathematics in LaTeX, and as HTML, its mathematics in MathML."""
    if isinstance(text, Phrase):
        return {"markdown": text.write("markdown"), "html": text.write("html")}
    return {"markdown": show(text, "markdown", math=False), "html": show(text, "html", math=False)}
