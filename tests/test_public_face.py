"""`import markscheme as ms`: what it offers, and what it costs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import markscheme as ms

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
