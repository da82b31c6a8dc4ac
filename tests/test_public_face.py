"""`import markscheme as ms`: what it offers, and what it costs."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

import markscheme as ms
from markscheme import exact, kinds
from markscheme.pictures import Picture
from markscheme.sandbox import Harness

PACKAGE = Path(ms.__file__).parent


def python(code: str, *flags: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *flags, "-c", code], capture_output=True, text=True, check=False)


@pytest.mark.parametrize("name", ms.__all__)
def test_every_name_loads(name: str) -> None:
    """Each name of `__all__` is there, and what is a class or a function says in a docstring what it is."""
    value = getattr(ms, name)
    assert value is not None
    if callable(value):
        assert (value.__doc__ or "").strip()


def test_names_are_listed() -> None:
    """`dir(ms)` lists the public names, each once."""
    assert set(ms.__all__) <= set(dir(ms))
    assert len(ms.__all__) == len(set(ms.__all__))


def test_unknown_name() -> None:
    """A name that is not there is an AttributeError that says so, as Python's own modules do."""
    with pytest.raises(AttributeError, match="no attribute 'promblem'"):
        _ = ms.promblem


def test_no_module_bears_a_functions_name() -> None:
    """Importing a module of the package never replaces a public name."""
    modules = {page.stem for page in PACKAGE.iterdir() if page.suffix == ".py" or page.is_dir()}
    assert modules.isdisjoint(ms.__all__)


def test_import_is_light() -> None:
    """`import markscheme` loads neither numpy nor what prints, and nothing of the package but itself."""
    code = "import sys, markscheme; print(*[name for name in sys.modules])"
    loaded = set(python(code).stdout.split())
    assert loaded.isdisjoint({"numpy", "typst", "pydantic", "pypandoc", "rich", "click", "markscheme.core"})


def test_posing_and_marking_is_light() -> None:
    """Posing an item and marking a right answer loads neither what prints nor what reads papers."""
    code = (
        "import sys, markscheme as ms; i = ms.problem('convolution/output_shape').pose(1); "
        "i.mark({'shape': str(list(i.key['shape']))}).marks == 3 or exit('not marked right'); print(*sys.modules)"
    )
    ran = python(code)
    assert ran.returncode == 0, ran.stderr
    assert set(ran.stdout.split()).isdisjoint({"numpy", "typst", "pydantic", "pypandoc", "rich", "click"})


def test_what_authors_need_is_at_the_root() -> None:
    """All kinds, exact values, pictures and programs are names of `markscheme` itself, and the very ones of their
    homes.
    """
    for name in kinds.__all__:
        assert name in ("Comparison", "Credit", "Scoring", "kind_for", "kind_of", "register") or (
            getattr(ms, name) is getattr(kinds, name)
        )
    assert (ms.Vector, ms.Matrix, ms.Shape, ms.Interval) == (exact.Vector, exact.Matrix, exact.Shape, exact.Interval)
    assert (ms.Picture, ms.Harness) == (Picture, Harness)


@pytest.mark.parametrize("name", sorted(ms.problems()))
def test_what_is_shown_has_no_key(name: str) -> None:
    """What Python and a notebook show of a problem and an item is the question, without the key, as its law has it."""
    problem = ms.problem(name)
    item, other = problem.pose("1"), problem.pose("2")
    shown = {name for name, answer in problem.answers.items() if answer.role == "shown"}
    values = {name: value for name, value in other.values.items() if name in problem.answers and name not in shown}
    swapped = replace(item, values={**item.values, **values})
    assert repr(item) == f"Item('{item.id}')" == repr(swapped)
    assert repr(problem) == f"Problem('{name}', version={problem.version})"
    for page in ("html", "markdown"):
        said = getattr(item, f"_repr_{page}_")()
        assert item.prompt(page) in said
        assert said == getattr(swapped, f"_repr_{page}_")()
        assert item.prompt(page) in getattr(problem, f"_repr_{page}_")()


def test_verdicts_are_shown() -> None:
    """A notebook shows a verdict and a marked item as a table in which a student's text is no markup."""
    marked = ms.problem("attention/linear_rnn").as_published().mark({"h_2": "<b>|*x", "v_1": "[0, 1]"})
    assert repr(marked) == "Marked('attention/linear_rnn/1@', 2 of 14)"
    assert repr(marked["v_1"]) == "Verdict('right', 2 of 2)"
    html, markdown = marked._repr_html_(), marked._repr_markdown_()
    assert "<b>" not in html + marked["h_2"]._repr_html_()
    assert "&lt;b&gt;" in html
    assert "2 of 14 marks" in html
    rows = [line for line in markdown.splitlines() if line.startswith("| ")]
    assert len(rows) == 2 + len(marked)
    assert {row.count("|") for row in rows} == {5}
    assert "unreadable" in marked["h_2"]._repr_markdown_()


def test_the_catalog_is_shown(tmp_path: Path) -> None:
    """A notebook shows the problems as a table, and what is wrong with files that cannot be used."""
    (tmp_path / "mine.py").write_text("import markscheme\n<broken>\n")
    found = ms.problems(tmp_path)
    assert repr(found) == f"Catalog({len(found)} problems, and 1 file that cannot be used)"
    for page in ("html", "markdown"):
        said = getattr(found, f"_repr_{page}_")()
        assert "SyntaxError" in said
        assert "Attention on linear RNNs" in said


@pytest.mark.parametrize("write", ["prompt", "solution"])
def test_no_such_target(write: str) -> None:
    """A target that is none is an error that names those that are, and what prints a PDF."""
    item = ms.problem("attention/linear_rnn").as_published()
    with pytest.raises(ms.UnknownName, match=r"markdown, html, latex, typst or plain, not as 'pdf'.*markscheme paper"):
        getattr(item, write)("pdf")


def test_refused_without_docstrings() -> None:
    """`python -OO` removes the explanations, and is refused with a sentence that says so."""
    ran = python("import markscheme", "-OO")
    assert ran.returncode == 1
    assert ran.stderr.splitlines()[-1].startswith("ImportError: markscheme shows docstrings")


def test_errors_are_of_one_family() -> None:
    """Whoever catches MarkschemeError catches every mistake that markscheme names."""
    family = (ms.DefinitionError, ms.PosingError, ms.ProofError, ms.UnknownName)
    assert all(issubclass(error, ms.MarkschemeError) for error in family)


def test_the_doors_of_the_design() -> None:
    """The calls on the first page of the design work as they stand there."""
    problem = ms.problem("attention/linear_rnn")
    assert ms.problems()["attention/linear_rnn"] is problem
    item = problem.pose("2026-07", largest=3)
    assert ms.item(item.id).givens == item.givens
    assert "h_2" in item.key
    marked = problem.as_published().mark({"v_1": "[0,1]", "h_2": "[2,2]", "v_2": "[2,0]"})
    assert [marked[name].status for name in ("v_1", "v_2", "k_3")] == ["right", "follow-through", "blank"]
    assert marked["h_2"].status in ("wrong", "slip")
    assert marked.marks == 4
    assert marked.out_of == 14
    assert "[6, -1]" in [finding.printed for finding in ms.errata("eecs182-sp23") if finding.about == "k_3"]
    assert ms.verify("1/2", "0.5")
    assert not ms.verify("1/2", "0.6")
    with pytest.raises(ms.UnknownName, match="did you mean 'attention/linear_rnn'"):
        ms.problem("attention/linear_rn")
