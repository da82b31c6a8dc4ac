"""What a model's reply says, answer by answer: from its tags, from JSON, or, of one answer, as a whole."""

from __future__ import annotations

import json
import re
from collections.abc import Container, Mapping
from typing import Any, Final, cast

LONGEST: Final = 100_000
"""Characters of a reply that are read; a longer one is no answer."""
_TAG = re.compile(r"<answer(?:\s+name\s*=\s*[\"']?(?P<name>\w{1,100})[\"']?)?\s*>|(?P<end></answer\s*>)")
_TICKS = "```"
_FENCE = re.compile(r"```[a-z0-9]*[ \t]*\r?\n")
_OPEN = re.compile(r"<answer[\s>]")
_THOUGHT = "</think>"
_NOT_CLOSED = "an answer's tag is not closed"


class Unclear(ValueError):
    """A reply that does not say which answer it gives."""


def answers_in(reply: str, names: tuple[str, ...], programs: Container[str] = ()) -> dict[str, str]:
    """The text of each answer that a reply gives. What stands before the end of its thoughts does not count.

    >>> answers_in('<answer name="a">1</answer> <answer name="b">2</answer>', ("a", "b"))
    {'a': '1', 'b': '2'}
    >>> answers_in('{"a": "1", "b": [1, 2]}', ("a", "b"))
    {'a': '1', 'b': '[1, 2]'}
    >>> answers_in("It is 7.", ("a",))
    {'a': 'It is 7.'}

    An answer that is one of the `programs` may stand in a fence, with prose around it.
    Raises `Unclear` where it is too long, gives several answers of a name, or one that is not asked.
    """
    if len(reply) > LONGEST:
        raise Unclear(f"the reply is longer than {LONGEST:,} characters")
    said = reply.rpartition(_THOUGHT)[2] if _THOUGHT in reply else reply
    if _OPEN.search(said):
        found = _tagged(said, names)
    elif len(names) > 1:
        found = _of_json(said, names)
    else:
        found = dict.fromkeys(names, said)
    return {name: _unfenced(text) if name in programs else text for name, text in found.items()}


def _unfenced(text: str) -> str:
    blocks: list[str] = []
    opened: list[str] | None = None
    for line in text.splitlines(keepends=True):
        if opened is None:
            opened = [] if _FENCE.fullmatch(line) else None
        elif line.rstrip() == _TICKS:
            blocks.append("".join(opened))
            opened = None
        else:
            opened.append(line)
    if len(blocks) > 1:
        raise Unclear("it has several programs; the whole one stands inside <answer></answer> tags")
    return blocks[0] if blocks else text


def _tagged(said: str, names: tuple[str, ...]) -> dict[str, str]:
    found: dict[str, str] = {}
    opened: re.Match[str] | None = None
    count = 0
    for tag in _TAG.finditer(said):
        if tag["end"] is None:
            if opened is not None:
                raise Unclear(_NOT_CLOSED)
            opened, count = tag, count + 1
        elif opened is not None:
            name, text = (
                opened["name"] or (names[0] if len(names) == 1 else ""),
                said[opened.end() : tag.start()].strip(),
            )
            if name not in names:
                raise Unclear(f"an answer is named {name!r}; asked is {', '.join(names)}" if name else
                              f"an answer has no name; asked are {', '.join(names)}")  # fmt: skip
            if found.setdefault(name, text) != text:
                raise Unclear(f"it gives two answers to {name}")
            opened = None
    if opened is not None or count != len(_OPEN.findall(said)):
        raise Unclear(_NOT_CLOSED)
    return found


def _of_json(said: str, names: tuple[str, ...]) -> dict[str, str]:
    """The one JSON object of a reply, which may stand in a fence."""
    parts = said.split(_TICKS)
    text = parts[1] if len(parts) == 3 else said
    start, end = text.find("{"), text.rfind("}")
    if start < 0 or end < start:
        raise Unclear(f"it has no answers in tags or in JSON; asked are {', '.join(names)}")
    try:
        data: Any = json.loads(text[start : end + 1], object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        raise Unclear(f"its JSON cannot be read: {error}") from None
    if not isinstance(data, Mapping):
        raise Unclear("its JSON is no object")
    given = cast("Mapping[str, Any]", data)
    if unknown := [name for name in given if name not in names]:
        raise Unclear(f"an answer is named {unknown[0][:100]!r}; asked is {', '.join(names)}")
    return {name: value if isinstance(value, str) else json.dumps(value) for name, value in given.items()}


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands there twice")
    return found
