"""Pictures and the printed page: a blank gives nothing away, a key moves nothing, and strings stay text."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ElementTree
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any, cast

import pytest
import typst
from matplotlib.figure import Figure

import markscheme
from markscheme.exact import Interval
from markscheme.paper.printing import compiled, inputs_of
from markscheme.paper.source import typst_string
from markscheme.pictures import (
    Algorithm,
    Blank,
    Edge,
    Node,
    Picture,
    Step,
    Tally,
    answer_graph,
    computation_graph,
    dilated_kernel,
    gray_image,
    histogram,
    loss_lines,
    normalization_cubes,
    point_cloud,
    pseudocode,
    receptive_fields,
    rnn_attention,
    scatter,
    shrinkage,
    tree,
)
from markscheme.pictures.svg import svg
from markscheme.pictures.values import Value
from markscheme.text.notation import Root, Symbol, Word

HOSTILE = ("#panic()", "$", "<script>alert(1)</script>", '#eval("1")', "*_`\\", "\"'&]]>")
NAMES = ("u_1", "u_2", "u_3", "h_0", "h_1", "h_2", "h_3", "h_out", "k_1", "k_2", "k_3", "v_1", "v_2", "v_3", "q")
STATES: dict[str, Value] = {name: i - 1 if i < 3 else (i, -i) for i, name in enumerate(NAMES)}
STATES["h_2"] = (2, 777)
WORDS = {
    ("deep",): -0.6,
    ("learn",): -0.8,
    ("deep", "deep"): -0.05,
    ("deep", "<EOS>"): -2.99,
    ("learn", "learn"): -0.11,
}


def hostile_tree() -> Picture:
    return tree({(word,): -1 for word in HOSTILE}, kept=[(HOSTILE[0],)], completed=[(HOSTILE[1],)])


def hostile_graph() -> Picture:
    nodes = [Node(word, word, i, i % 2, asked=i == 0) for i, word in enumerate(HOSTILE)]
    return computation_graph(nodes, [Edge(HOSTILE[0], HOSTILE[1], HOSTILE[2])])


PICTURES = {
    "graph": rnn_attention(STATES, asked={"v_1", "h_2", "v_2", "k_3", "h_out"}),
    "small graph": rnn_attention(STATES, steps=1),
    "tree": tree(WORDS, kept=[("deep",), ("learn",), ("deep", "deep")], completed=[("learn", "learn")]),
    "kernel": dilated_kernel([[1, -2, 3], [0, Fraction(1, 2), 0], [-1, 2, 1]], matrix=[[1, 2], [3, 4]]),
    "asked kernel": dilated_kernel([[1, 1], [1, 1]], (1, 2, 3), asked=True),
    "image": gray_image([[0, 4, 9], [Fraction(9, 2), 5, 1]], name="X"),
    "fields": receptive_fields((3, 2, 5), (2, 1, 1), (1, 2, 3), (1, 2, 2), (3, 7, 31)),
    "wide fields": receptive_fields((5,) * 4, (2,) * 4, (3,) * 4, (1, 2, 4, 8), (13, 37, 85, 181)),
    "histogram": histogram([0, 3, 12, 1], 0, 61, name="marks", counted="students"),
    "scatter": scatter([(20, 0.5, ""), (60, -0.3, HOSTILE[0])], (0, 100, "earned"), (-0.3, 1, "with the rest")),
    "answers": answer_graph(
        [Tally("a", {"right": 2, "blank": 300}, {}), Tally(HOSTILE[0], {"slip": 1, "follow-through": 3}, {"a": 3})]
    ),
    "cubes": normalization_cubes(
        {"A": (1, 3, 2, 2), "B": (2, 2, 1, 4), "C": (1, 1, 3, 4)}, 3, 4, names={"A": "batch", "B": "layer"}
    ),
    "deep cube": normalization_cubes({HOSTILE[0]: (1, 2, 1, 1)}, 2, 6, axes=("N", "C", "HW")),
    "cloud": point_cloud([(0, 4), (0, 3), (0, 2), (Fraction(1, 2), 1)], Decimal("1.5"), (0, 3), chosen=[0, 3]),
    "one point": point_cloud([(-1, -1)]),
    "shrinkage": shrinkage([10, 8, 4, 1], Interval(1, 4), kept=3, least=Decimal("0.8"), most=Decimal("0.5")),
    "no shrinkage": shrinkage([10, 0.01], None, kept=1, least=0.8, most=0.5, upto=60),
    "losses": loss_lines({"α": (0, 2), "β": (Decimal("0.001"), 1)}),
    "empty axes": loss_lines({"α": (0, 2), "β": (400, 1)}, shown=False, against="β"),
    "pseudocode": pseudocode(
        [
            Algorithm("Algorithm 1", [Step(["repeat"]), Step(["x", Symbol("←"), Blank("A", Word("secret sum"))], 1)]),
            Algorithm(HOSTILE[2], [Step(HOSTILE)]),
        ]
    ),
    "hostile tree": hostile_tree(),
    "hostile graph": hostile_graph(),
}


def root_of(text: str) -> ElementTree.Element:
    return ElementTree.fromstring(text)


@pytest.mark.parametrize("name", PICTURES)
@pytest.mark.parametrize("solutions", [False, True])
def test_a_picture_is_one_accessible_svg_and_the_same_twice(name: str, solutions: bool) -> None:
    picture = PICTURES[name]
    text = svg(picture, solutions=solutions)
    root = root_of(text)
    title = root[0]
    assert title.tag.endswith("title")
    assert title.text == picture.shown(solutions)["alt"]
    assert root.get("aria-labelledby") == title.get("id")
    assert root.get("role") == "img"
    assert text == svg(picture, solutions=solutions)


@pytest.mark.parametrize("name", PICTURES)
def test_a_key_has_the_size_of_its_blank(name: str) -> None:
    blank, key = (root_of(svg(PICTURES[name], solutions=solutions)) for solutions in (False, True))
    assert [blank.get(side) for side in ("width", "height")] == [key.get(side) for side in ("width", "height")]


def test_a_blank_does_not_know_what_is_asked() -> None:
    for picture, secret in (
        (PICTURES["graph"], "777"),
        (PICTURES["tree"], "0.65"),
        (PICTURES["shrinkage"], "range of λ"),
        (PICTURES["losses"], "cross"),
        (PICTURES["cloud"], "chosen"),
        (PICTURES["asked kernel"], '"0"'),
        (PICTURES["fields"], "31"),
        (PICTURES["cubes"], "batch"),
        (PICTURES["pseudocode"], "secret sum"),
    ):
        blank, key = (json.dumps(picture.shown(solutions), ensure_ascii=False) for solutions in (False, True))
        assert secret not in blank
        assert secret in key


def test_a_blank_does_not_depend_on_what_is_asked() -> None:
    other = rnn_attention({**STATES, "h_2": (-12345, Fraction(22, 7))}, asked={"v_1", "h_2", "v_2", "k_3", "h_out"})
    assert svg(other) == svg(PICTURES["graph"])


def test_the_identifiers_of_two_pictures_differ() -> None:
    first, second = (set(re.findall(r'\bid="([^"]+)"', svg(PICTURES[name]))) for name in ("graph", "tree"))
    assert first
    assert second
    assert not first & second
    text = svg(PICTURES["graph"])
    assert set(re.findall(r'href="#([^"]+)"', text)) <= first


def test_strings_stay_text() -> None:
    for name in ("hostile tree", "hostile graph", "answers", "scatter"):
        text = svg(PICTURES[name], solutions=True)
        assert "<script" not in text
        assert not list(root_of(text).iter("{http://www.w3.org/2000/svg}script"))


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda: computation_graph([Node("a", 1, 0, 0)], [Edge("a", "b")]), "'b' is none"),
        (lambda: computation_graph([Node("a", 1, 0, 0)] * 2, []), "ids of their own"),
        (lambda: tree({("a", "b"): -1}), "'a b' does not"),
        (lambda: dilated_kernel([[1], [1, 2]]), r"not \[1, 2\]"),
        (lambda: dilated_kernel([[1]], 0), "at least 1, not 0"),
        (lambda: gray_image([[0, 10]]), "from 0 to 9, not 10"),
        (lambda: receptive_fields((), (), (), (), ()), "one layer or more"),
        (lambda: receptive_fields((3, 3), (1,), (1, 2), (1, 1), (3, 7)), r"not \[2, 1, 2, 2, 2\]"),
        (lambda: normalization_cubes({"A": (1, 4, 2, 2)}, 3, 4), "not in 1 to 4 and 2 to 2"),
        (lambda: normalization_cubes({}, 3, 4, axes=("N", "C", "H")), "not N, C and H"),
        (lambda: point_cloud([]), "at least one point"),
        (lambda: point_cloud([(0, 0)], radius=1), "a radius and a center"),
        (lambda: shrinkage([1], None, kept=1, least=1, most=0), "not 1"),
        (lambda: loss_lines({"a": (0, 1), "b": (1, 1)}), "cross"),
    ],
)
def test_what_cannot_be_drawn_says_so(wrong: object, message: str) -> None:
    assert callable(wrong)
    with pytest.raises(ValueError, match=message):
        wrong()


# ---- The printed page ------------------------------------------------------------------------------------------------

MAIN = r"""
#import "/paper/exam.typ": *
#let (given, v, w, m, picture, table-of, cover) = entering(json(bytes(sys.inputs.data)))
#show: exam.with(title: "Midterm", course: "EECS 182", page: "%(page)s")
#cover(location: "Room 1", marks: "1 point", questions: ((1, 1), (2, 7)))[
  #question(level: 2, 1, "Honor", [1 or #m(0, $-oo$);])[Sign. #signature-line()]
]
#std.v(%(fill)s)
#let on(name) = context [#metadata((name, here().page()))<test-page>]
#question(2, [First#on("title")], [7 points])[
  Some#on("words") text before the parts, long enough to need its two lines, as in an exam: a page is narrow.
  #part("(a)", [3 pts])[
    Give #m(1, $h_1 = #w(0)$); exactly.#on("asks")
    #answer-space("2a", height: 4cm, working: %(working)s,
      fields: (field(m(2, $h$), 2cm, height: 1cm, value: %(value)s),))
  ]
  #part("(b)", [4 pts])[Look. #picture(0) #choices("2b", ([One], [Two]), marked: %(marked)s)
    #answer-space("2b", height: 2cm, fields: (field([x], 2cm, value: given(1)),), working: %(long)s)
    #free-space(lines: 2, working: %(working)s)
    #table-of(0, ([t],))]
]
#doodle-page()
#context for it in query(<ms-spot>) {
  let (page, x, y) = it.location().position()
  [#metadata((it.value, page, x.pt(), y.pt()))<test-spot>]
}
"""
SECRETS = {
    "marked": "(1,)",
    "value": '("word", "SECRET")',
    "working": "[SECRET]",
    "long": "[#lorem(200) SECRET]",
}
ROOT = Path(markscheme.__file__).parent
COMPILER = typst.Compiler(root=ROOT, ignore_system_fonts=True)


def inputs(solutions: bool, picture: str = "graph") -> dict[str, str]:
    data = json.dumps(
        {
            "formulas": ["minus infinity", "h_1 = a vector", "h"],
            "values": [["grid", [[["number", "-3"]], [["ratio", "1", "2"]]]], ["word", HOSTILE[0]], [1]]
            if solutions
            else [["grid", [[["number", "-3"]], [["ratio", "1", "2"]]]], None, None],
            "pictures": [PICTURES[picture].shown(solutions)],
            "tables": [[[["word", HOSTILE[2]]], [["number", "1"]]]],
            "copy": {"seed": HOSTILE[2], "student": {"id": HOSTILE[0], "last": HOSTILE[2], "row": 3}},
        }
    )
    return {**inputs_of(solutions=solutions), "data": data}


def printed(
    solutions: bool, *, page: str = "us-letter", fill: str = "0cm", picture: str = "graph", **secrets: str
) -> bytes:
    main = MAIN % {"page": page, "fill": fill, **SECRETS, **secrets}
    made = COMPILER.compile(
        input=main.encode(), format="pdf", sys_inputs=inputs(solutions, picture), pdf_standards=["ua-1"]
    )
    assert isinstance(made, bytes)
    return made


def asked_of(solutions: bool, selector: str, *, page: str = "us-letter", fill: str = "0cm") -> list[object]:
    main = MAIN % {"page": page, "fill": fill, **SECRETS}
    compiler = typst.Compiler(input=main.encode(), root=ROOT, ignore_system_fonts=True, sys_inputs=inputs(solutions))
    return json.loads(compiler.query(selector, field="value"))


def test_what_typst_is_told_is_one_input() -> None:
    """The order of several inputs changes from run to run, and Typst would set again all that hangs on them."""
    assert [len(inputs_of(solutions=it)) for it in (False, True)] == [1, 1]


@pytest.mark.parametrize("solutions", [False, True])
def test_a_paper_is_accessible_and_has_the_same_bytes_twice(solutions: bool) -> None:
    assert printed(solutions) == printed(solutions)


def test_a_blank_paper_has_nothing_of_the_solution_in_it() -> None:
    assert printed(False) == printed(False, marked="()", value="none", working="none", long="none")


@pytest.mark.parametrize("page", ["us-letter", "a4"])
def test_a_key_has_the_boxes_where_the_blank_has_them(page: str) -> None:
    blank, key = (boxes_of(solutions, page=page) for solutions in (False, True))
    assert [name for what, name in blank if what == "space"] == ["2a", "2b", ""]
    assert {box: blank[box] for box in key} == key
    assert {what for what, _ in blank.keys() - key.keys()} == {"blank"}  # which the key's picture has filled in


def boxes_of(
    solutions: bool, *, page: str = "us-letter", fill: str = "0cm"
) -> dict[tuple[str, str], tuple[int, list[float]]]:
    """Spaces, squares and blanks by what they are and of what: the page, and the upper left and lower right corner."""
    spots: list[Any] = asked_of(solutions, "<test-spot>", page=page, fill=fill)
    pairs = zip(spots[::2], spots[1::2], strict=True)
    return {(what, name): (at, [*one, *other]) for ((what, name), at, *one), (_, _, *other) in pairs}


def pages_of(fill: str) -> dict[str, int]:
    """The pages of what MAIN names."""
    found: dict[str, int] = {}
    for pair in asked_of(False, "<test-page>", fill=fill):
        assert isinstance(pair, list)
        name, page = cast("list[Any]", pair)
        found[name] = page
    return found


@pytest.mark.parametrize("centimeters", range(4, 25, 2))
def test_what_asks_is_not_parted_from_its_space(centimeters: int) -> None:
    """The paragraph before a space to write in stands on its page, and a title on that of its first words."""
    fill = f"{centimeters}cm"
    pages = pages_of(fill)
    assert pages["asks"] == boxes_of(False, fill=fill)["space", "2a"][0]
    assert pages["title"] == pages["words"]


def test_a_page_ends_where_a_block_does_not_fit() -> None:
    """A space that does not fit takes what asks for it to the next page, and not the paragraphs before."""
    pages = pages_of("18cm")
    assert pages["words"] + 1 == pages["asks"]


def test_every_notation_is_drawn() -> None:
    """A root in a picture is drawn as one."""
    step = Step([Root(Symbol("v")), "is a root"])
    assert svg(pseudocode([Algorithm("Roots", [step])])).startswith("<svg")


@pytest.mark.parametrize(
    "algorithms", [[], [Algorithm("Twice", [Step([Blank("A", Word("x")), Blank("A", Word("y"))])])]]
)
def test_blanks_have_labels(algorithms: list[Algorithm]) -> None:
    """Pseudocode has an algorithm, and no two blanks of one label."""
    with pytest.raises(ValueError, match="its own label"):
        pseudocode(algorithms)


# Pictures of one's own


OWN = '<svg xmlns="http://www.w3.org/2000/svg" width="60" height="20"><rect width="60" height="20"/></svg>'


def test_a_picture_of_ones_own_stands_everywhere(tmp_path: Path) -> None:
    """An SVG, a PNG and a figure of matplotlib stand on paper and on the web, with their words, the same each time."""
    figure = Figure(figsize=(2, 1))
    figure.subplots().plot([1, 2], [2, 1])
    figure.savefig(tmp_path / "it.png", dpi=50)
    (tmp_path / "it.svg").write_text(OWN, "utf-8")
    for make in (
        lambda: Picture.from_svg(tmp_path / "it.svg", "A bar."),
        lambda: Picture.from_svg(OWN, "A bar."),
        lambda: Picture.from_png(tmp_path / "it.png", "A bar."),
        lambda: Picture.from_matplotlib(figure, "A bar."),
    ):
        picture = make()
        assert picture == make()
        assert "<title" in svg(picture)
        assert "A bar." in svg(picture)
        data = typst_string(json.dumps(picture.shown(solutions=False)))
        source = f'#import "/pictures/pictures.typ": drawing\n#drawing(json(bytes({data})))'
        assert compiled({"main.typ": source.encode()}, "it", solutions=False, tagged=False).startswith(b"%PDF")


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("<svg", "no SVG"),
        ("<html/>", "no SVG, but <html>"),
        ('<!DOCTYPE x [<!ENTITY a "aaaa">]><svg>&a;</svg>', "no entities"),
        ('<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>', "runs no program"),
        (Path("nowhere.svg"), "nowhere.svg cannot be read"),
    ],
)
def test_what_is_no_picture_is_refused(source: str | Path, says: str) -> None:
    """What is no SVG, or is more than a picture, is refused with what is wrong; and so is a picture without words."""
    with pytest.raises(ValueError, match=says):
        Picture.from_svg(source, "A bar.")
    with pytest.raises(ValueError, match="words for those"):
        Picture.from_svg(OWN, " ")
    with pytest.raises(ValueError, match="no PNG"):
        Picture.from_png(b"GIF89a", "A bar.")
