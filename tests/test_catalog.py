"""Where problems are found: the bank, plug-ins, folders of users; and the ids that pose an item again."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import markscheme as ms
from markscheme.bank import catalog as module
from markscheme.bank.catalog import Catalog, catalog, item_of
from markscheme.core.identity import Identity

OWN = """
from markscheme import Draw, Problem

problem = Problem("{name}", version={version}, text="How much is $[[a]] + 1$?")

@problem.givens
def draw(rng: Draw, *, largest: int = 9, sign: str = "+", scale: float = 1.5, odd: bool = False) -> dict[str, object]:
    return {{"a": rng.int(2, largest)}}

@problem.answer(marks=2)
def total(a: int) -> int:
    return a + 1

@problem.check
def _(a: int) -> dict[str, object]:
    return {{"total": len([*range(a), None])}}
"""


def own(page: Path, name: str = "own/sum", version: int = 1) -> Path:
    """A problem of one's own in a file."""
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text(OWN.format(name=name, version=version), "utf-8")
    return page


# The bank


def test_bank_is_lazy() -> None:
    """A file of the bank, and what was printed of it, is imported when its problem is asked for."""
    code = (
        "import sys; from markscheme.bank.catalog import catalog; names = list(catalog()); len(catalog()); "
        "'attention/linear_rnn' in catalog(); catalog()['convolution/output_shape']; "
        "print(*[name for name in sys.modules if name.startswith('markscheme.bank') and name.endswith('_shape')])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.split() == [
        "markscheme.bank.convolution.output_shape",
        "markscheme.bank.printed.csc671.output_shape",
        "markscheme.bank.printed.eecs182_sp23.output_shape",
    ]


def test_names_are_sorted_and_found() -> None:
    """The catalog iterates over sorted names, and each names the problem that it gives."""
    names = list(catalog())
    assert names == sorted(set(names))
    assert len(catalog()) == len(names)
    assert all(catalog()[name].name == name for name in names)


@pytest.mark.parametrize(
    ("asked", "near"),
    [
        ("atention/linear_rnn", "attention/linear_rnn"),
        ("linear_rnn", "attention/linear_rnn"),
        ("convolution/output_shap", "convolution/output_shape"),
        ("output_shapes", "convolution/output_shape"),
    ],
)
def test_near_miss(asked: str, near: str) -> None:
    """An unknown name is an UnknownName, a KeyError too, that names the near miss."""
    with pytest.raises(ms.UnknownName, match=rf"there is no problem '{asked}'; did you mean .*'{near}'") as caught:
        catalog()[asked]
    assert isinstance(caught.value, KeyError)
    assert asked not in catalog()


# Folders of users


def test_own_folder(tmp_path: Path) -> None:
    """Problems in a folder stand beside the bank's, however deep, one or several a file."""
    own(tmp_path / "deep" / "er" / "one.py", "own/one")
    own(tmp_path / "two.py", "own/two")
    found = ms.problems(tmp_path)
    assert {"own/one", "own/two", "attention/linear_rnn"} <= set(found)
    assert found["own/one"].prove(5).items == 5
    assert "own/one" not in ms.problems()


def test_only_problem_files_are_run(tmp_path: Path) -> None:
    """What is hidden, or has nothing to do with markscheme, is not imported."""
    trap = "raise SystemExit('this file was run')\n"
    (tmp_path / "clean_up.py").write_text(trap)
    own(tmp_path / "one.py")
    for page in (".venv/lib/it.py", "_old/it.py", "__pycache__/it.py", "_it.py", "__init__.py"):
        (tmp_path / page).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / page).write_text(f"import markscheme\n{trap}")
    assert "own/sum" in catalog((tmp_path,))


def test_no_such_folder(tmp_path: Path) -> None:
    """A folder that is not there is named."""
    with pytest.raises(ms.MarkschemeError, match=r"the folder of problems .*nowhere does not exist"):
        catalog((tmp_path / "nowhere",))


@pytest.mark.parametrize(("first", "second"), [("a/x.py", "a/y.py"), ("a/x.py", "b/x.py")])
def test_defined_twice(tmp_path: Path, first: str, second: str) -> None:
    """A name that two files define is an error with both files, in one folder or in two."""
    pages = [own(tmp_path / page) for page in (first, second)]
    found = Catalog(dict.fromkeys(page.parent for page in pages))
    with pytest.raises(ms.DefinitionError, match=r"own/sum is defined twice") as caught:
        found["own/sum"]
    assert "own/sum" not in list(found)
    assert all(str(page) in str(caught.value) for page in pages)


def test_the_banks_name(tmp_path: Path) -> None:
    """A problem of one's own cannot take a name of the bank: an id would mean two items."""
    page = own(tmp_path / "mine.py", "attention/linear_rnn")
    with pytest.raises(ms.DefinitionError, match=r"attention/linear_rnn is defined twice, in the bank") as caught:
        Catalog([tmp_path])["attention/linear_rnn"]
    assert str(page) in str(caught.value)


def test_same_folder_twice(tmp_path: Path) -> None:
    """A folder that is given twice, or inside another, gives each of its problems once."""
    own(tmp_path / "in" / "one.py")
    assert "own/sum" in Catalog([tmp_path, tmp_path / "in", tmp_path / "in" / ".." / "in"])


BAD_HOLE = """from markscheme import Problem
p = Problem('a/b', version=1, text='[[x]]')
@p.givens
def draw(rng):
    return {'y': 1}
"""


@pytest.mark.parametrize(
    ("source", "line", "says"),
    [
        ("# markscheme\n\ndef (", 3, "SyntaxError"),
        ("import markscheme\n\nprint(nothing)", 3, "NameError: name 'nothing' is not defined"),
        ("from markscheme import Problem\n\n\nProblem('Bad Name', version=1, text='')", 4, "a problem's name is words"),
        ("from markscheme import Problem\np = Problem('a/b', version=0, text='')", 2, "version is 1 or more"),
        (BAD_HOLE, 3, "has a hole [[x]]"),
        ("import markscheme_nowhere", 1, "ModuleNotFoundError"),
    ],
)
def test_error_in_a_file(tmp_path: Path, source: str, line: int, says: str) -> None:
    """An error in a user's file is one MarkschemeError with the file, the line and what is wrong."""
    page = tmp_path / "mine.py"
    page.write_text(source)
    (error,) = Catalog([tmp_path]).broken.values()
    assert str(error).startswith(f"{page}, line {line}: ")
    assert says in str(error)
    page.write_text(OWN.format(name="own/mended", version=1))
    assert "own/mended" in Catalog([tmp_path])


def test_a_broken_file_hides_no_other(tmp_path: Path) -> None:
    """Beside a file that cannot be used the others can; its error answers whoever asks for what it seems to define."""
    own(tmp_path / "good.py", "own/good")
    broken = own(tmp_path / "broken.py", "own/broken")
    broken.write_text(broken.read_text("utf-8").replace("def total(a: int)", "def total(b: int)"), "utf-8")
    (tmp_path / "leaves.py").write_text("import markscheme, sys\nsys.exit(3)\n")
    assert ms.problem("own/good", tmp_path).prove(3).items == 3
    found = ms.problems(tmp_path)
    assert "own/broken" in found
    assert {"own/good", "own/broken"} & set(found) == {"own/good"}
    with pytest.raises(ms.DefinitionError, match=r"broken\.py, line 10: own/broken: total needs 'b'"):
        ms.problem("own/broken", tmp_path)
    with pytest.raises(ms.UnknownName, match=r"no problem 'own/leaves'(?s:.*)leaves\.py, line 2: SystemExit: 3"):
        ms.problem("own/leaves", tmp_path)


def test_changed_file(tmp_path: Path) -> None:
    """A file that has changed is read again, as an author in a notebook expects."""
    page = own(tmp_path / "one.py", "own/first")
    before = ms.problems(tmp_path)["own/first"]
    assert ms.problems(tmp_path)["own/first"] is before
    own(page, "own/second_name")
    assert {"own/first", "own/second_name"} & set(ms.problems(tmp_path)) == {"own/second_name"}


# Plug-ins


@pytest.fixture
def plugin(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[str]:
    """A package that offers a problem by the entry point."""
    own(tmp_path / "plugged_in.py", "plugged/sum")
    monkeypatch.syspath_prepend(tmp_path)
    points = [EntryPoint("anything", "plugged_in", module.PLUGINS)]
    monkeypatch.setattr(module, "entry_points", lambda group: points if group == module.PLUGINS else [])
    caches = (module._plugins, module._catalog)
    for cache in caches:
        cache.cache_clear()
    yield "plugged/sum"
    sys.modules.pop("plugged_in", None)
    for cache in caches:
        cache.cache_clear()


def test_plugin(plugin: str) -> None:
    """A plug-in's problems are in the catalog, and their ids pose them again."""
    item = ms.problem(plugin).pose("x")
    assert ms.item(item.id).givens == item.givens


# Ids

SEEDS = st.one_of(
    st.text(st.characters(codec="utf-8")),
    st.text("/?%#@&= +é🎓\t\n0aZ", max_size=12),
    st.sampled_from(["", "2026/s001", "100%", "%41", "why?", "a?b=c", "1@ii", "x/1/y", "🎓/ü", "  two  words ", "+"]),
)


@given(seed=SEEDS)
def test_id_round_trip(seed: str) -> None:
    """The id of an item poses the same item again, whatever text the seed is."""
    item = ms.problem("convolution/output_shape").pose(seed)
    again = ms.item(item.id)
    assert (again.id, again.values) == (item.id, item.values)
    assert again.identity.seed == seed


@given(one=SEEDS, other=SEEDS)
def test_ids_differ(one: str, other: str) -> None:
    """Two seeds never have one id."""
    name = "convolution/output_shape"
    assert (str(Identity(name, 1, seed=one)) == str(Identity(name, 1, seed=other))) == (one == other)


@given(
    seed=SEEDS, largest=st.integers(9, 99), sign=SEEDS, scale=st.floats(allow_nan=False, allow_infinity=False),
    odd=st.booleans(),
)  # fmt: skip
def test_knobs_in_ids(
    tmp_path_factory: pytest.TempPathFactory, seed: str, largest: int, sign: str, scale: float, odd: bool
) -> None:
    """Knobs of every type travel in the id, and the id poses the same item with them."""
    folder = tmp_path_factory.getbasetemp() / "knobs"
    if not folder.exists():
        own(folder / "one.py")
    item = catalog((folder,))["own/sum"].pose(seed, largest=largest, sign=sign, scale=scale, odd=odd)
    again = item_of(item.id, (folder,))
    assert (again.id, again.values, again.identity) == (item.id, item.values, item.identity)


def test_default_knobs_leave_no_trace() -> None:
    """A knob at its default gives the item, and the id, that leaving it out gives."""
    problem = ms.problem("attention/linear_rnn")
    assert problem.pose("7", **problem.knobs).id == problem.pose("7").id


@pytest.mark.parametrize("name", list(catalog()))
def test_published_ids(name: str) -> None:
    """The id of published numbers gives them again, for every variant of every problem."""
    problem = ms.problem(name)
    for variant in problem.variants:
        item = problem.as_published(variant)
        assert ms.item(item.id).values == item.values


def test_neighbors_share_nothing() -> None:
    """Seeds that are alike give items that are not."""
    problem = ms.problem("convolution/output_shape")
    givens = [str(problem.pose(seed).givens) for seed in ("1", "2", "1 ", "01", "1/1", "1/2", "")]
    assert len(set(givens)) == len(givens)


def test_version_has_risen(tmp_path: Path) -> None:
    """An id of an older version is refused: the problem as it is now would draw other numbers."""
    own(tmp_path / "one.py", version=2)
    with pytest.raises(ms.MarkschemeError, match=r"own/sum/1/x is of version 1, but its problem is at 2"):
        item_of("own/sum/1/x", (tmp_path,))


@pytest.mark.parametrize(
    ("id", "says"),
    [
        ("attention/linear_rnn", "an item's id is name/version/seed"),
        ("", "an item's id is"),
        ("attention/linear_rnn/x/1", "an item's id is"),
        ("attention/linear_rn/1/7", "did you mean 'attention/linear_rnn'"),
        ("attention/linear_rnn/2/7", "is of version 2, but its problem is at 1"),
        ("attention/linear_rnn/1@ii", "is not published as 'ii'"),
        ("convolution/output_shape/1@", "name one of 'csc671-25', 'i', 'ii'"),
        ("attention/linear_rnn/1/7?larges=3", "did you mean 'largest'"),
        ("attention/linear_rnn/1/7?largest=x", "the knob 'largest' is like 2, not 'x'"),
    ],
)
def test_no_such_item(id: str, says: str) -> None:
    """What is no id, or names nothing that is there, is a MarkschemeError that says which part."""
    with pytest.raises(ms.MarkschemeError, match=says):
        ms.item(id)
