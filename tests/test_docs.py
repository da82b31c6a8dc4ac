"""What docs/answers.md says of answers, row by row."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import markscheme as ms

ANSWERS = Path(__file__).parents[1] / "docs" / "answers.md"
ROWS = re.findall(r"^\| (.+?) \| `(.+)` \| `(.+)` \| ([a-z ]+) \|$", ANSWERS.read_text(encoding="utf-8"), re.MULTILINE)


@pytest.mark.parametrize(("sentence", "key", "answer", "expected"), ROWS)
def test_what_is_said_of_answers_holds(sentence: str, key: str, answer: str, expected: str) -> None:
    """The verdict on the example beside a sentence of docs/answers.md is the one that stands there."""
    assert ms.verify(key, answer).status == expected, sentence


def test_every_row_has_an_example() -> None:
    """No row of the tables of docs/answers.md is without an example that was judged."""
    lines = ANSWERS.read_text(encoding="utf-8").splitlines()
    assert len([line for line in lines if line.startswith("| ") and not line.startswith("| |")]) == len(ROWS)
