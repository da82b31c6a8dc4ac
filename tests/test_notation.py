"""Notation: every target shows every node, and no word can leave its place."""

from __future__ import annotations

import json
import re
from typing import Any
from xml.etree import ElementTree

import pypandoc  # pyright: ignore[reportMissingTypeStubs]
import pytest
import typst
from hypothesis import given
from hypothesis import strategies as st

from markscheme.text.notation import (
    TARGETS,
    Grid,
    Line,
    Listing,
    Notation,
    Number,
    Over,
    Ratio,
    Root,
    Scripts,
    Symbol,
    Word,
    as_data,
    parenthesized,
    show,
)

HOSTILE_WORDS = (
    "<EOS>",
    "</mtext><script>alert(1)</script>",
    "$x$",
    r"\end{document}",
    '"; #panic("x"); "',
    "a_b^c & d % e # f ~",
    "*bold* _it_ `code`",
    "[link](x)",
    "1. item",
    "- item",
    "# head",
    "a\nb",
    "\x00\u202e\ud800",
    "}{",
    "\\",
    "#let x = 1",
    "</math>",
    "@cite",
    "!x",
    "é λ",
    '"',
    "//comment",
    "/*",
    "",
    " ",
)
SYMBOLS = "λ∞≤≥<>=∪∈×+-−·→∅xR,;[](){}|#$_^~\\\"'/&%.!ℝ"


def nested(inner: st.SearchStrategy[Notation]) -> st.SearchStrategy[Notation]:
    rows = st.integers(1, 3).flatmap(
        lambda n: st.lists(st.lists(inner, min_size=n, max_size=n).map(tuple), min_size=1, max_size=3).map(tuple)
    )
    delimiters = st.sampled_from(("[", "]", "(", ")", "{", "}", "⟨", "⟩", ""))
    items = st.lists(inner, max_size=3).map(tuple)
    return (
        rows.map(Grid)
        | st.builds(Listing, items, delimiters, delimiters, st.sampled_from((", ", "; ", " ", " → ", "")))
        | st.lists(inner, min_size=1, max_size=4).map(tuple).map(Line)
        | st.builds(Over, inner, inner)
        | st.builds(Scripts, inner, st.none() | inner, st.none() | inner)
        | st.builds(Root, inner)
    )


numbers = st.decimals(-999, 999, places=2).map(lambda x: Number(str(x))) | st.integers(-99, 99).map(
    lambda x: Number(str(x))
)
words = st.sampled_from(HOSTILE_WORDS).map(Word) | st.text(max_size=12).map(Word)
ratios = st.tuples(st.integers(-9, 9), st.integers(1, 9)).map(lambda x: Ratio(str(x[0]), str(x[1])))
nodes: st.SearchStrategy[Any] = st.recursive(
    numbers | words | ratios | st.sampled_from(SYMBOLS).map(Symbol), nested, max_leaves=8
)

SHOWN = [
    (
        Number("-3"),
        {
            "markdown": ("-3", "-3"),
            "latex": ("-3", r"\(-3\)"),
            "html": ("<mrow><mo>−</mo><mn>3</mn></mrow>", "−3"),
            "typst": ("-3", '#"−3";'),
            "plain": ("-3", "-3"),
        },
    ),
    (
        Ratio("-1", "2"),
        {
            "markdown": (r"-\frac{1}{2}", r"$-\frac{1}{2}$"),
            "typst": ("-frac(1, 2)", "$-frac(1, 2)$"),
            "plain": ("-1/2", "-1/2"),
        },
    ),
    (
        Word("<EOS>"),
        {
            "markdown": (r"\text{\textless{}EOS\textgreater{}}", r"\<EOS\>"),
            "html": ("<mtext>&lt;EOS&gt;</mtext>", "&lt;EOS&gt;"),
            "typst": ('"<EOS>"', '#"<EOS>";'),
            "plain": ("<EOS>", "<EOS>"),
        },
    ),
    (
        Symbol("λ"),
        {"latex": (r"\lambda", r"\(\lambda\)"), "html": ("<mi>λ</mi>", "<math><mi>λ</mi></math>"), "plain": ("λ", "λ")},
    ),
    (Number("1.5e-7"), {"latex": (r"1.5 \times 10^{-7}", r"\(1.5 \times 10^{-7}\)"), "plain": ("1.5e-7", "1.5e-7")}),
    (
        Grid(((Number("-1"), Number("2")), (Number("0"), Number("1")))),
        {
            "markdown": (
                r"\begin{bmatrix} -1 & 2 \\ 0 & 1 \end{bmatrix}",
                r"$\begin{bmatrix} -1 & 2 \\ 0 & 1 \end{bmatrix}$",
            ),
            "typst": ('mat(delim: "[", -1, 2; 0, 1)', '$mat(delim: "[", -1, 2; 0, 1)$'),
            "plain": ("[[-1, 2], [0, 1]]", "[[-1, 2], [0, 1]]"),
        },
    ),
    (Grid(((Number("2"),), (Number("3"),))), {"plain": ("[2, 3]", "[2, 3]")}),
    (
        Listing((Number("1"), Ratio("1", "2")), "(", "]"),
        {
            "latex": (r"\left(1, \frac{1}{2}\right]", r"\(\left(1, \frac{1}{2}\right]\)"),
            "plain": ("(1, 1/2]", "(1, 1/2]"),
        },
    ),
    (Listing((Number("1"),), "{", "}"), {"markdown": (r"\{1\}", r"$\{1\}$"), "plain": ("{1}", "{1}")}),
    (
        Line((Number("1"), Symbol("≤"), Symbol("λ"))),
        {"latex": (r"1 \le \lambda", r"\(1 \le \lambda\)"), "plain": ("1 ≤ λ", "1 ≤ λ")},
    ),
    (Line((Symbol("-"), Symbol("∞"))), {"latex": (r"- \infty", r"\(- \infty\)"), "plain": ("-∞", "-∞")}),
    (
        Scripts(Scripts(Symbol("g"), Symbol("t")), None, Number("2")),
        {
            "latex": ("g_{t}^{2}", r"\(g_{t}^{2}\)"),
            "html": (
                "<msubsup><mrow><mi>g</mi></mrow><mrow><mi>t</mi></mrow><mrow><mn>2</mn></mrow></msubsup>",
                "<math><msubsup><mrow><mi>g</mi></mrow><mrow><mi>t</mi></mrow><mrow><mn>2</mn></mrow></msubsup></math>",
            ),
            "typst": ("attach(g, b: t, t: 2)", "$attach(g, b: t, t: 2)$"),
            "plain": ("g_t^2", "g_t^2"),
        },
    ),
    (
        Over(Line((Symbol("1"), Symbol("+"), Symbol("x"))), Root(Symbol("v"))),
        {
            "latex": (r"\frac{1 + x}{\sqrt{v}}", r"\(\frac{1 + x}{\sqrt{v}}\)"),
            "typst": ("frac(1 \\+ x, sqrt(v))", "$frac(1 \\+ x, sqrt(v))$"),
            "plain": ("(1 + x)/(√(v))", "(1 + x)/(√(v))"),
        },
    ),
    (Word("1. first"), {"markdown": (r"\text{1. first}", r"1\. first")}),
]


@pytest.mark.parametrize(("node", "shown"), SHOWN, ids=lambda x: str(x)[:40])
def test_notations(node: Notation, shown: dict[Any, tuple[str, str]]) -> None:
    """A node looks so in each target, as mathematics and in prose."""
    for target, (math, prose) in shown.items():
        assert (show(node, target, math=True), show(node, target, math=False)) == (math, prose)


@given(nodes)
def test_every_target_shows_every_node(node: Notation) -> None:
    """Whatever a node says, each target shows it on one line of text that can be encoded."""
    for target in TARGETS:
        for math in (True, False):
            shown = show(node, target, math=math)
            assert "\n" not in shown
            shown.encode()


@given(nodes)
def test_html_is_well_formed(node: Notation) -> None:
    """HTML is well formed, and holds no element but those of MathML."""
    math = f"<math>{show(node, 'html', math=True)}</math>"
    for written in (math, f"<p>{show(node, 'html', math=False)}</p>"):
        tags = {element.tag for element in ElementTree.fromstring(written).iter()}
        assert tags <= {"math", "p", *"mrow mo mn mi mtext mfrac mtable mtr mtd mspace msub msup msubsup msqrt".split()}


@given(nodes)
def test_data_is_json(node: Notation) -> None:
    """The data of a node survive JSON."""
    assert json.loads(json.dumps(as_data(node)).encode()) == as_data(node)


@pytest.mark.parametrize("word", HOSTILE_WORDS)
def test_words_stay_words(word: str) -> None:
    """Pandoc reads a word that was shown in Markdown, HTML or LaTeX as plain text of the same characters."""
    expected = " ".join(show(Word(word), "plain", math=False).split())
    for target, format_ in (("markdown", "markdown-smart-auto_identifiers"), ("html", "html"), ("latex", "latex")):
        if target == "latex" and "`" in word:  # pandoc does not know \textasciigrave
            continue
        text = f"{show(Word(word), target, math=False)} x"  # pyright: ignore[reportArgumentType]
        document = json.loads(pypandoc.convert_text(text, "json", format=format_))
        inlines = [inline["t"] for block in document["blocks"] for inline in block["c"]]
        assert {block["t"] for block in document["blocks"]} == {"Para"} or target == "html"
        assert set(inlines) <= {"Str", "Space"}
        said = " ".join("".join([i.get("c", " ") for block in document["blocks"] for i in block["c"]]).split())
        assert said == f"{expected} x".strip()


def test_typst_compiles() -> None:
    """Typst compiles every node, as mathematics, within mathematics and in prose."""
    samples = [node for node, _ in SHOWN] + [Word(word) for word in HOSTILE_WORDS] + [Symbol(one) for one in SYMBOLS]
    samples += [Grid(((node, Listing((node, node), "[", ")")),)) for node in samples]
    samples += [Listing((node, node), "]", "[", "; ") for node in samples[:20]]
    lines = [
        f"{show(node, 'typst', math=False)} $2 dot {show(parenthesized(node), 'typst', math=True)} + x$"
        for node in samples
    ]
    assert typst.compile("\n\n".join(lines).encode(), format="pdf")


@given(st.lists(nodes, min_size=1, max_size=5))
def test_typst_compiles_anything(samples: list[Notation]) -> None:
    """No node breaks out of its place in a Typst document."""
    lines = [f"{show(node, 'typst', math=False)} $2 dot {show(node, 'typst', math=True)} + x$" for node in samples]
    assert typst.compile("\n\n".join(lines).encode(), format="svg")


def test_parentheses() -> None:
    """After an operator a negative number and a fraction stand in parentheses, anything else does not."""
    assert show(parenthesized(Number("-2")), "latex", math=True) == "(-2)"
    assert show(parenthesized(Ratio("1", "2")), "latex", math=True) == r"\left(\frac{1}{2}\right)"
    for node in (Number("2"), Word("-"), Symbol("λ")):
        assert parenthesized(node) is node


def test_readmes_of_targets_differ_in_prose_only() -> None:
    """Markdown and LaTeX share their mathematics, and part in how prose sets it off."""
    node = Listing((Ratio("1", "2"), Symbol("∞")), "[", ")")
    assert show(node, "markdown", math=True) == show(node, "latex", math=True)
    assert re.fullmatch(r"\$.*\$", show(node, "markdown", math=False))
