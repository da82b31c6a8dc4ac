"""What `markscheme check` finds: each broken problem of a folder is named for its fault, and good ones pass."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from markscheme.cli.main import main
from tests.own_problem import GOOD

pytestmark = pytest.mark.heavy

DRAWN = 'return {"a": rng.int(10, 99), "b": rng.int(100, 999)}'
ANSWER = "    return a + b\n"
TEXT = "How much is $[[a]] + [[b]]$?"
CHECK = '    return {"total": len([*range(a), *range(b)])}\n'
PIPELINE = 'Picture("pipeline", {"tensors": [{"name": None, "shape": "two"}], "layers": []}, "Two steps.")'
FIGURE = """

@problem.figure()
def picture(a: int, b: int) -> Picture:
    return PIPELINE
""".replace("PIPELINE", PIPELINE)


@dataclass(frozen=True)
class Broken:
    """A fault: its sort, what is said of it, and how the good file becomes bad."""

    about: str
    says: str
    swaps: tuple[tuple[str, str], ...] = ()
    above: str = ""
    below: str = ""
    page: str = ""

    def source(self, name: str) -> str:
        source = GOOD
        for old, new in self.swaps:
            assert old in source
            source = source.replace(old, new)
        return f"{self.above}{source}{self.below}".replace("NAME", name)


def drawn(code: str, above: str = "") -> Broken:
    """Givens of which `b` comes from elsewhere."""
    return Broken("givens", "b is ", ((DRAWN, f'return {{"a": rng.int(10, 99), "b": {code}}}'),), above)


def text(says: str, more: str, below: str = "") -> Broken:
    return Broken("text", says, ((TEXT, f"{TEXT} {more}"), ("text=", "text=r")) if "\\" in more else
                  (("text=\"", "text=\"\"\""), (f'{TEXT}"', f'{TEXT} {more}"""')), below=below)  # fmt: skip


def figure(about: str, says: str, returned: str) -> Broken:
    return Broken(about, says, below=FIGURE.replace(PIPELINE, returned))


def answer(about: str, says: str, *lines: str, kind: str = "int", check: str = "") -> Broken:
    body = "".join([f"    {line}\n" for line in lines])
    swaps = ((ANSWER, body), ("b: int) -> int:", f"b: int) -> {kind}:"))
    return Broken(about, says, (*swaps, (CHECK, f"    return {check}\n")) if check else swaps)


BROKEN = {
    # the file
    "syntax": answer("file", "SyntaxError", "return a +"),
    "no_module": Broken("file", "ModuleNotFoundError", above="import markscheme_nowhere\n"),
    "parameter": Broken("file", "needs 'aa'", (("def total(a: int", "def total(aa: int"),)),
    "leaves": Broken("file", "SystemExit", below="raise SystemExit(0)\n"),
    "hole": Broken("file", "has a hole [[c]]", ((TEXT, "How much is $[[c]]$?"),)),
    "first_of_two": Broken("file", "defined twice", (("own/NAME", "own/two"),)),
    "second_of_two": Broken("file", "defined twice", (("own/NAME", "own/two"),)),
    "of_the_bank": Broken("file", "defined twice, in the bank", (("own/NAME", "attention/linear_rnn"),)),
    "hidden": Broken("file", "defines no problem", below="del problem\n"),
    "crashes": Broken("file", "ends the process", below="import os\n\nos._exit(0)\n"),
    "crashes_later": answer("file", "ends the process", "import os", "os._exit(3)"),
    "capital": Broken("file", "starts with a small letter", page="Capital.py"),
    "endless": answer("time", "more than", "while a: pass"),
    # givens that are not drawn
    "random": drawn("random.randint(100, 999)", "import random\n"),
    "clock": drawn("int(time.time()) // 100 % 900 + 100", "import time\n"),
    "today": drawn("date.today().toordinal() % 900 + 100", "from datetime import date\n"),
    "set_order": drawn("int(list({'123', '234', '345', '456'})[0])"),
    "hashed": drawn("100 + hash('x') % 900"),
    "counted": drawn("next(COUNT)", "from itertools import count\n\nCOUNT = count(100)\n"),
    "used_up": drawn("POOL.pop(rng.below(len(POOL)))", "POOL = [*range(100, 3000)]\n"),
    "at_import": drawn("HERE + rng.int(0, 9)", "import random\n\nHERE = random.randint(100, 9999)\n"),
    "process": drawn("100 + os.getpid() % 10007", "import os\n"),
    "numpy": drawn("int(numpy.random.default_rng().integers(100, 999))", "import numpy\n"),
    "answer_at_random": Broken("givens", "total is", ((ANSWER, "    return a + random.randint(1, 999)\n"),
                                                      (CHECK, "    return {}\n")), "import random\n"),
    "figure_at_random": Broken("givens", "the figure picture is", above="import random\n",
                               below=FIGURE.replace('"two"', "str(random.random())")),
    "changes_a_given": Broken("changed", "xs is drawn as", ((DRAWN, "return {'xs': [*rng.ints(5, 10, 99)]}"),
                              ("[[a]] + [[b]]", "[[xs]]"), ("a: int, b: int", "xs: list[int]"),
                              (ANSWER, "    xs.sort()\n    return xs[0] + 2 * xs[-1]\n"),
                              (CHECK, "    return {}\n"))),
    # keys
    "two_ways": answer("proof", "two ways to total part", "return a + b + (a == 57 or b % 3 == 0)"),
    "check_fails": Broken("proof", "a check of own/check_fails failed: ZeroDivisionError",
                          ((CHECK, '    return {"total": a // 0}\n'),)),
    "unchecked": Broken("unchecked", "No second way to total", ((CHECK, "    return {}\n"),)),
    "calls_itself": Broken("unchecked", "calls the answer total itself",
                           ((CHECK, '    return {"total": total(a, b)}\n'),)),
    "claims": Broken("errata", "ZeroDivisionError", below="""

@problem.published("", givens={"a": 3, "b": 1}, key={"total": 4}).claim("it is", about="total", where="key")
def _(a: int) -> bool:
    return 1 // (a - 3) > 0
"""),
    "alike": Broken("options", "Two options of total are alike: either", (
        ("@problem.answer(marks=2)", '@problem.answer(marks=2, options={"A": "either", "B": "either"})'),
        ("b: int) -> int:", 'b: int) -> Literal["A", "B"]:'), (ANSWER, '    return "AB"[(a + b) % 2]\n'),
        (CHECK, '    return {"total": "AB"[(a ^ b) & 1]}\n'))),
    "half": answer("kind", "not an integer", "return (a + b) / 2"),
    "nothing": answer("kind", "total is None, not an integer", "return None if b % 4 == 0 else a + b"),
    "no_vector": answer("kind", "not a vector", "return a + b", kind="Vector"),
    "no_label": answer("kind", "total is 'C'", 'return "C" if b % 2 else "A"', kind='Literal["A", "B"]'),
    "divides": answer("posing", "the answer total fails at its own numbers", "return (a + b) // (b % 3)"),
    "names_vary": Broken("posing", "came in some alone", ((DRAWN, DRAWN + ' if rng.chance(3, 4) else {"a": 1}'),)),
    "never_holds": Broken("posing", "draws were turned down",
                          below="\n\n@total.require('is small')\ndef _(a: int) -> bool:\n    return a < 0\n"),
    "asks_nothing": Broken("answers", "asks nothing", (("@problem.answer(marks=2)", "@problem.step"),)),
    # how it draws
    "three_items": Broken("same items", "3 different items", ((DRAWN, 'return {"a": rng.int(10, 12), "b": 200}'),)),
    "one_item": Broken("same items", "1 different item.", ((DRAWN, 'return {"a": 10, "b": 200}'),)),
    "even_or_odd": answer("guessable", "total is ", "return (a + b) % 2", check='{"total": (a % 2) ^ (b % 2)}'),
    "always": answer("guessable", "total is 0 for", "return a - a", check='{"total": 0}'),
    # figures
    "figure_fails": figure("figure", "The figure picture fails: KeyError", "{}['x']"),
    "no_picture": figure("figure", "which is no Picture", "'a picture'"),
    "figure_of_nothing": figure("figure", "returns None", "None"),
    "cannot_be_drawn": figure("figure", "cannot be drawn", 'Picture("no such drawing", {}, "Nothing.")'),
    "no_words": figure("figure", "alternative text is empty", PIPELINE.replace("Two steps.", " ")),
    "told": figure("alternative text", "hold the key of total",
                   PIPELINE.replace('"Two steps."', 'f"It gives {a + b}."')),
    "drawn_key": Broken("leak", "changes with the key",
                        below=FIGURE.replace("a: int, b: int", "total: int").replace('"two"', "str(total)")),
    # texts
    "no_such_command": text(r"\fraction", r"Or $\fraction{1}{2}$?"),
    "no_brace": text("no mathematics", r"Or $\frac{1}{2$?"),
    "dollar": text("opens no formula", "It costs $5."),
    "bold": text(r"\textbf outside a formula", r"\textbf{All} of it."),
    "tag": text("is lost in", "If x <beta and gamma> y."),
    "listing": text("listing without an end", "\n\n```python\nprint(1)\n"),
    "raw_typst": text("Typst does not take", "`#nothing(`{=typst}"),
    "trace_fails": Broken("writing", "KeyError",
                          below="\n\n@total.trace('n')\ndef _(a: int) -> list[object]:\n    return [{}['n']]\n"),
}  # fmt: skip
"""By the name of the file."""

WHOLE = {
    "plain": Broken("", ""),
    "figured": Broken("", "", below=FIGURE),
    "argued": Broken("", "", below="""

@problem.rubric({"says why": 2})
def reason() -> None:
    \"\"\"Because of the carry.\"\"\"
"""),
    "half_of_it": answer("", "", "return Fraction(a + b, 2)", kind="Fraction",
                         check='{"total": sum((a, b)) / Fraction(2)}'),
    "chosen": answer("", "", 'return "A" if (a + b) % 2 else "B"', kind='Literal["A", "B"]',
                     check='{"total": "BA"[(a + b) & 1]}'),
    "by_a_set": Broken("", "", (('"b": rng.int(100, 999)', '"b": rng.choice(sorted({*range(100, 999)}))'),)),
}  # fmt: skip
"""Nothing is wrong with these."""


def written(folder: Path) -> None:
    """The folder of all files."""
    for name, it in {**BROKEN, **WHOLE}.items():
        (folder / (it.page or f"{name}.py")).write_text(it.source(name), "utf-8")
    (folder / "not_ours.py").write_text("raise SystemExit('this file was run')\n", "utf-8")


@cache
def checked() -> tuple[int, dict[str, Any], str]:
    """Exit code, what was found by file, and what was complained of, of one run on the folder."""
    with TemporaryDirectory() as folder:
        written(Path(folder))
        command = [Path(sys.executable).with_name("markscheme"), "check", folder, "--seeds", "12", "--limit", "3"]
        ran = subprocess.run([*command, "--jobs", "2", "--json"], capture_output=True, text=True, check=False)
    assert ran.stdout, ran.stderr
    return ran.returncode, {Path(it["file"]).stem: it for it in json.loads(ran.stdout)}, ran.stderr


def test_no_file_blocks_another() -> None:
    """Every problem file is in the report, broken or not, and the exit code says that something is wrong."""
    code, found, _ = checked()
    assert code == 1
    assert set(found) == {Path(it.page).stem if it.page else name for name, it in {**BROKEN, **WHOLE}.items()}
    assert len(BROKEN) >= 30


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_wrong_is_found(name: str) -> None:
    """Each fault is found, and said in words with what to do; of answers and items the id is named."""
    broken = BROKEN[name]
    faults = checked()[1][Path(broken.page).stem if broken.page else name]["faults"]
    assert any([fault["about"] == broken.about and broken.says in fault["what"] for fault in faults]), faults
    assert all([fault["mend"] for fault in faults])
    if broken.about in ("kind", "proof", "posing"):
        assert all([f"own/{name}/1/" in fault["item"] + fault["what"] for fault in faults])


@pytest.mark.parametrize("name", WHOLE)
def test_what_is_right_passes(name: str) -> None:
    """Of a good file nothing is said."""
    assert checked()[1][name]["faults"] == []
    assert checked()[1][name]["problems"] == [f"own/{name}"]


def test_a_file_that_is_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A file may be checked by itself: exit code 0 and a table where nothing is wrong, 1 and the fault where it is."""
    for name, it, code in (("plain", WHOLE["plain"], 0), ("half", BROKEN["half"], 1)):
        page = tmp_path / f"{name}.py"
        page.write_text(it.source(name), "utf-8")
        monkeypatch.setattr(sys, "argv", ["markscheme", "check", str(page), "--seeds", "6", "--jobs", "1"])
        if code:
            with pytest.raises(SystemExit, match="1"):
                main()
        else:
            main()
        out = capsys.readouterr().out
        assert f"own/{name}" in out
        assert ("nothing wrong" in out) == (code == 0)
        assert ("not an integer" in out) == (code == 1)
