"""A form of HTML with what a student has written in it: for pages that need no script."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape, unescape

_CONTROL = re.compile(
    r'<textarea(?P<long> name="(?P<called>[^"]*)"[^>]*)>(?P<before>[^<]*)</textarea>'
    r'|<input(?P<own>[^>]* name="(?P<name>[^"]*)"(?: value="(?P<value>[^"]*)")?[^>]*?)(?P<end>/?)>'
)


def filled(html: str, texts: Mapping[str, str]) -> str:
    """The form that `Posed.write("html")` gives, with texts by the names of its inputs; all others stay as they are.

    >>> filled('<label>x <input name="x" data-typed="{}"></label>', {"x": '1 < "2"'})
    '<label>x <input name="x" data-typed="{}" value="1 &lt; &quot;2&quot;"></label>'
    """

    def fill(control: re.Match[str]) -> str:
        name = unescape(control["called"] or control["name"] or "")
        if name not in texts:
            return control[0]
        text = texts[name]
        if control["long"]:
            return f"<textarea{control['long']}>\n{escape(text)}</textarea>"  # a first line break is no part of it
        if control["value"] is None:
            return f'<input{control["own"]} value="{escape(text)}"{control["end"]}>'
        chosen = unescape(control["value"]) in [it.strip() for it in text.split(",")]
        return f"<input{control['own']}{' checked' if chosen else ''}{control['end']}>"

    return _CONTROL.sub(fill, html)
