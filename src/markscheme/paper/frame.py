"""The words of a printed page that no author wrote, for `exam.typ`, in the language that is spoken."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from markscheme.language import codes, say, spoken

PREFIX = "frame-"
_FILLED_IN = {
    "frame-page": ("page",),
    "frame-page-of": ("page", "last"),
    "frame-question-number": ("question",),
    "frame-feedback-to": ("title",),
}
"""What the page itself fills in, in braces until then."""


def frame() -> Mapping[str, str]:
    """The words by what `exam.typ` calls them: the same for all copies."""
    return _frame(spoken())


@cache
def _frame(language: str) -> Mapping[str, str]:
    words = {
        code.removeprefix(PREFIX): say(code, **{name: f"{{{name}}}" for name in _FILLED_IN.get(code, ())}).sentence(
            language
        )
        for code in sorted(codes(language))
        if code.startswith(PREFIX)
    }
    return {"lang": language, **words}
