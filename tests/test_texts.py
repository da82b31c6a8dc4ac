"""Texts of authors: holes, parentheses, conversions."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from markscheme.exact import Vector
from markscheme.kinds import Integer, VectorKind
from markscheme.text import conversion
from markscheme.text.notation import TARGETS, Listing, Notation, Number, Target, Word
from markscheme.text.source import Text
from tools import gallery, mechanisms
from tools.texts import PAGE, conversions


def test_shipped_conversions_are_fresh() -> None:
    """The conversions that ship are those of the texts as they stand; `make texts` renews them."""
    assert json.loads(PAGE.read_text("utf-8")) == json.loads(conversions())


def number(name: str) -> Notation:
    return Integer().show({"a": -2, "b": 3}[name])


@pytest.mark.parametrize(
    ("source", "markdown"),
    [
        (r"$2 \cdot [[a]]$", r"$2 \cdot (-2)$"),
        ("$[[a]] + [[b]]$", "$-2 + 3$"),
        ("$[[b]] + [[a]]$", "$3 + (-2)$"),
        ("$x = [[a]]$", "$x = -2$"),
        ("$([[a]], [[b]])$", "$(-2, 3)$"),
        ("$[[a]]^2$", "$(-2)^2$"),
        ("take [[b]] steps", "take 3 steps"),
    ],
)
def test_negative_numbers_get_parentheses_where_they_need_them(source: str, markdown: str) -> None:
    """After an operator or a factor, and under a power, a negative number stands in parentheses, and only there."""
    assert Text(source).render("markdown", number) == markdown


@pytest.mark.parametrize("target", TARGETS)
def test_every_target_fills_every_hole(target: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    """A text that does not ship is converted on first use; its holes are filled inside and outside mathematics."""
    kept: dict[str, object] = {}
    monkeypatch.setattr(conversion, "_kept", kept.get)
    monkeypatch.setattr(conversion, "_keep", kept.setdefault)
    text = Text(rf"For {target}: a layer has [[n]] filters, $h_2 = W_h h_1 + [[h]]$, and **no** more.")
    values = {"n": Integer().show(64), "h": VectorKind().show(Vector((2, -3)))}
    rendered = text.render(target, values.__getitem__)
    assert "64" in rendered
    assert "Hq" not in rendered
    assert "3" in rendered


def test_plain_text_reads_as_mathematics() -> None:
    """In plain text factors stand apart, and fractions, powers and indices stay readable."""
    text = Text(r"$\frac{\sigma_3^2}{\sigma_3^2 + \lambda} \ge 0.8$ and $W_h h_{t-1}$")
    assert text.render("plain", number) == "σ_3²/(σ_3² + λ) ≥ 0.8 and W_h h_(t − 1)"


def test_the_gallery_is_fresh() -> None:
    """GALLERY.md is what `make gallery` writes now, and its pictures are there."""
    root = Path(__file__).parent.parent
    text, pictures = gallery.page()
    assert (root / "GALLERY.md").read_text("utf-8") == text
    assert set((root / gallery.PICTURES).iterdir()) == {root / path for path in pictures}


def test_the_readme_shows_the_template() -> None:
    """The problem in the README is the one that `markscheme new` writes."""
    root = Path(__file__).parent.parent
    template = (root / "src/markscheme/cli/new_problem.py.txt").read_text("utf-8")
    assert f"```python\n{template.replace('NAME', 'circuits/divider')}```" in (root / "README.md").read_text("utf-8")


def test_the_pages_of_the_mechanisms_are_fresh() -> None:
    """docs/mechanisms is what `make gallery` writes now, a page a family."""
    root = Path(__file__).parents[1]
    pages = mechanisms.pages()
    assert {path.name for path in (root / mechanisms.FOLDER).iterdir()} == {path.name for path in pages}
    for path, page in pages.items():
        assert (root / path).read_text("utf-8") == page, path


def test_values_stand_in_listings() -> None:
    """A hole in a listing or in inline code is filled as a program has it, in every target, and nothing in it ends the
    code.
    """
    text = Text("Here `x = [[x]]`, and $[[x]]$:\n\n```python\nprint([[x]] + [[xs]])\n```")
    values = {"x": Number("-2"), "xs": Listing((Number("1"), Number("3")))}
    for target in TARGETS:
        rendered = re.sub(r"<[^>]*>|\\\w+|[{}\\]", "", text.render(target, values.__getitem__))
        assert "x = -2" in rendered
        assert "-2 + [1, 3]" in re.sub(r"\s+", " ", rendered)
    hostile = text.render("typst", lambda _: Word("1```\n#panic()"))
    assert "```\n#panic" not in hostile
