"""What a listing prints: its key is run in the sandbox, and read as a page has it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from markscheme import Draw, Printed, Problem
from markscheme.core import listings
from markscheme.core.errors import DefinitionError, MarkschemeError
from markscheme.core.proof import ProofError, prove_item
from markscheme.kinds import Undecided
from markscheme.paper.plan import Paper, PaperEntry
from markscheme.paper.printing import Copy, pdf
from markscheme.sandbox.bubblewrap import unavailable

needs_sandbox = pytest.mark.skipif(bool(unavailable()), reason="no sandbox here")


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listings, "page_of", lambda folder, name: tmp_path / folder / name)


def asking(program: str, **givens: object) -> Problem:
    problem = Problem("python/printed", version=1, text=f"What is printed?\n\n```python\n{program}\n```\n")

    @problem.givens
    def draw(rng: Draw) -> dict[str, object]:
        return {"a": rng.int(2, 9)} | givens

    problem.prints(marks=2)
    return problem


@needs_sandbox
def test_the_key_is_what_the_listing_on_the_page_prints() -> None:
    """The program that runs is the one that is shown, with its drawn numbers; another way of running it agrees."""
    problem = asking(
        "xs = [[xs]]\nprint(xs[1:], [[a]] - [[b]])\nprint()\nprint('a'.join('bcd'), end='!')", xs=[3, 1, 2], b=-4
    )
    for seed in ("1", "2"):
        item = problem.pose(seed)
        assert item.key == {"output": f"[1, 2] {item.givens['a'] + 4}\n\nbacad!"}
        assert "- -4" in item.prompt("markdown")
        assert prove_item(item) == {"output": 1}
        assert item.mark({"output": item.key["output"]})["output"].status == "right"
    entry = PaperEntry.model_validate({"title": "P", "question": [{"problem": problem.name}]})
    paper = Paper("p", entry, {problem.name: problem})  # pyright: ignore[reportArgumentType]
    assert pdf(Copy(paper, "1", paper.items("1")), solutions=True).startswith(b"%PDF")


@needs_sandbox
@pytest.mark.parametrize(
    ("program", "said"),
    [
        ("print([[a]] / 0)", "does not run to its end"),
        ("x = [[a]]", "prints nothing"),
        ("import random\nprint(random.random())", "imports random"),
        ("while [[a]]: pass", "does not run to its end"),
    ],
)
def test_what_has_no_answer_is_not_posed(program: str, said: str) -> None:
    """A listing that fails, never ends, prints nothing, or works by chance, poses nothing and says why."""
    with pytest.raises(MarkschemeError, match=said):
        asking(program).pose("1")


@needs_sandbox
def test_what_hangs_on_the_order_of_a_set_is_no_key() -> None:
    """What differs from process to process does not prove."""
    item = asking("print({'a', 'b', 'c', 'd', 'e', [[a]]})").pose("1")
    with pytest.raises(ProofError):
        prove_item(item)


@pytest.mark.parametrize("text", ["no listing", "```python\nprint(1)\n```\n\n```python\nprint(2)\n```"])
def test_one_listing(text: str) -> None:
    """Which listing is meant must be plain."""
    with pytest.raises(DefinitionError, match="it needs one"):
        Problem("python/none", version=1, text=text).prints()


LINES = st.lists(st.text("ab1 [](),'", min_size=1, max_size=8).map(str.strip).filter(bool), min_size=1, max_size=4)


@given(LINES)
def test_lines_are_read_as_they_are_printed(lines: list[str]) -> None:
    """Lines come in by their ends or by ⏎, in a fence or without; in one line they are another text."""
    kind = Printed()
    key = kind.accept("\n".join(lines))
    for text in (
        key,
        f"{key}\n",
        " ⏎ ".join(lines),
        f"```\n{key}\n```",
        key.replace("'", "’"),
        key.replace("\n", "\r\n"),
    ):
        assert kind.compare(key, kind.read(text)).agrees
    if len(lines) > 1:
        assert not kind.compare(key, kind.read("".join(lines))).agrees


def test_spaces_and_quotes() -> None:
    """Spaces beside brackets and commas say nothing, those between numbers do; other quotes a person looks at."""
    kind = Printed()
    assert kind.compare("[1, 2] 3", "[ 1,2 ] 3").agrees
    assert not kind.compare("1 2", "12").agrees
    with pytest.raises(Undecided):
        kind.compare("['a']", '["a"]')
