"""The sandbox: what a program may do, what it may not, and what is said of it."""

from __future__ import annotations

import json
import os
import re
import textwrap
import tracemalloc
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from time import sleep
from typing import Any

import pytest
from hypothesis import given
from hypothesis.strategies import binary, booleans, dictionaries, floats, integers, lists, none, recursive, text

import markscheme as ms
from markscheme.bank.training import _leakage_programs as leakage
from markscheme.bank.training._leakage_runs import REAL
from markscheme.core.errors import DefinitionError, ProofError
from markscheme.kinds import Code
from markscheme.sandbox import Harness, Limits, Outcome, bubblewrap, cgroup, is_installed, pool, run, unavailable
from markscheme.sandbox.received import Meddled, read
from markscheme.sandbox.worker import Worker
from tests.honest_programs import ALIKE, BY_HAND, HONEST
from tests.hostile_programs import HOSTILE, HOSTILE_LINES, LEAKS

if unavailable() and "CI" not in os.environ:
    pytest.skip(f"no program can be run here: {unavailable()}", allow_module_level=True)

ITEM = ms.problem("training/leakage").pose("sandbox")
KIND: Any = ITEM.problem.answers["code"].kind
SHORT = Limits(seconds=1.5, cpu_seconds=2)
PATIENT = Limits(seconds=60, cpu_seconds=20)
ECHO = Harness(
    "def prepare(inputs): return dict(inputs)\ndef collect(namespace, names): return namespace.get('x')\n",
    inputs=lambda: {"a": [1, 2]},
    limits=SHORT,
)
json_values = recursive(
    none() | booleans() | integers(-(2**62), 2**62) | floats(allow_nan=False, allow_infinity=False)
    | text("abc öß€ []{}:,\"\\", max_size=8),
    lambda inner: lists(inner, max_size=4) | dictionaries(text("xyz", max_size=3), inner, max_size=4), max_leaves=20,
)  # fmt: skip
LOADERS = """
train_loader = DataLoader(train_data, batch_size=32)
val_loader = DataLoader(val_data, batch_size=32)
"""
START = "from torch.utils.data import *\nimport random, torch\ndata = load_train_dataset()\n"

REPAIRS = {
    "splits first": leakage.REPAIRED,
    "groups": leakage.GROUPED,
    "changes as few lines as can be": leakage.LISTING.replace(
        "augmented_dataset = apply_augmentations(train_dataset)", "augmented_dataset = train_dataset"
    ).replace("Subset(augmented_dataset, train_idxs)", "apply_augmentations(Subset(augmented_dataset, train_idxs))"),
    "augments on the fly": START + """
class Fly(Dataset):
    def __init__(self, images): self.images = images
    def __len__(self): return len(self.images)
    def __getitem__(self, i): return apply_augmentations(self.images[i])
train, val_data = random_split(data, [80, 20])
train_data = Fly(train)
""" + LOADERS,
    "augments images alone on the fly": START + """
class Fly(Dataset):
    def __init__(self, images): self.images = images
    def __len__(self): return len(self.images)
    def __getitem__(self, i):
        image, label = self.images[i]
        return apply_augmentations(image) if random.random() < .5 else image, label
train, val_data = random_split(data, [0.8, 0.2], generator=torch.Generator().manual_seed(0))
train_data = Fly(train)
""" + LOADERS,
    "permutes": START + """
order = torch.randperm(len(data)).tolist()
train_data = apply_augmentations(Subset(data, order[:80])); val_data = Subset(data, order[80:])
""" + LOADERS,
    "permutes with NumPy": START + """
import numpy as np
order = np.random.default_rng(0).permutation(len(data))
train_data = apply_augmentations(Subset(data, order[:80])); val_data = Subset(data, order[80:])
""" + LOADERS,
    "splits with scikit-learn": START + """
from sklearn.model_selection import train_test_split
train, val_data = train_test_split(data, test_size=0.2, random_state=0)
train_data = apply_augmentations(train)
""" + LOADERS,
    "groups with scikit-learn": START + """
from sklearn.model_selection import GroupShuffleSplit
augmented = apply_augmentations(data)
groups = [i % len(data) for i in range(len(augmented))]
train, val = next(GroupShuffleSplit(test_size=0.2, random_state=0).split(augmented, groups=groups))
train_data = Subset(augmented, train)
val_data = Subset(augmented, [i for i in val if i < len(data)])
""" + LOADERS,
    "joins originals and copies": START + """
order = random.sample(range(len(data)), len(data))
train = Subset(data, order[20:])
train_data = ConcatDataset([train, Subset(apply_augmentations(train), range(80, 240))])
val_data = Subset(data, order[:20])
""" + LOADERS,
    "samples": START + """
order = random.sample(range(100), 100)
augmented = apply_augmentations(data)
train_loader = DataLoader(augmented, sampler=SubsetRandomSampler([i + k for i in order[20:] for k in (0, 100, 200)]))
val_loader = DataLoader(data, sampler=SubsetRandomSampler(order[:20]))
""",
}  # fmt: skip


@pytest.fixture
def short() -> Iterator[None]:
    """The problem with a limit of time that tests can wait for."""
    yield from limited(SHORT)


@pytest.fixture
def patient() -> Iterator[None]:
    """The problem with limits that no program meets which only trains, however busy the machine is."""
    yield from limited(PATIENT)


def limited(limits: Limits) -> Generator[None]:
    before = KIND.harness
    object.__setattr__(KIND, "harness", replace(before, limits=limits))
    yield
    object.__setattr__(KIND, "harness", before)


@pytest.mark.parametrize("name", REPAIRS)
def test_any_repair_passes(name: str) -> None:
    """A program that mends the leak is right, however it is written."""
    verdict = ITEM.mark({"code": REPAIRS[name]})["code"]
    assert verdict.status == "right", verdict.reason


@pytest.mark.heavy
@pytest.mark.parametrize("name", [name for name in HONEST if name not in ALIKE])
def test_people_mend_it_in_their_own_ways(name: str) -> None:
    """A program that mends the leak in whatever style is right, or a person decides; it is never wrong."""
    needs_libraries = not is_installed(REAL.packages)
    verdict = ITEM.mark({"code": HONEST[name]})["code"]
    expected = {"by hand"} if name in BY_HAND else {"right", "by hand"} if needs_libraries else {"right"}
    assert verdict.status in expected, verdict.reason


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("indices = list(range(num_data))", "indices = sorted(range(num_data), key=str)", "versions of image"),
        ("train_idxs, val_idxs = indices[:split], indices[split:]",
         "train_idxs, val_idxs = indices[:split], indices[split:] + indices[:1]", "versions of image"),
    ],
)  # fmt: skip
def test_any_leak_fails(old: str, new: str, reason: str) -> None:
    """A program that still leaks fails, and the verdict names an image on both sides."""
    source = leakage.AUGMENTED_FIRST if "sorted" in new else leakage.REPAIRED
    verdict = ITEM.mark({"code": source.replace(old, new)})["code"]
    assert verdict.marks == 0
    assert reason in verdict.reason


@pytest.mark.usefixtures("short")
@pytest.mark.parametrize("name", HOSTILE)
def test_harm_earns_nothing(name: str) -> None:
    """A hostile program changes no mark, sees no key, outlives nothing, and is told what it ran into."""
    program, expected = HOSTILE[name]
    verdict = ITEM.mark({"code": program})["code"]
    if "takes more than" in verdict.reason and not re.search(expected, verdict.reason):  # on a busy machine
        with contextmanager(limited)(PATIENT):
            verdict = ITEM.mark({"code": program})["code"]
    assert verdict.marks == 0
    assert verdict.status in {"wrong", "slip", "by hand"}
    assert re.search(expected, verdict.reason), verdict.reason


@pytest.mark.heavy
@pytest.mark.usefixtures("patient")
@pytest.mark.parametrize("name", LEAKS)
def test_no_leak_is_right(name: str) -> None:
    """A program that leaks, or that could, is never right: it is wrong, or a person decides, and it is told why."""
    program, expected = LEAKS[name]
    verdict = ITEM.mark({"code": program})["code"]
    assert verdict.status in {"wrong", "slip", "by hand"}, verdict.reason
    assert verdict.marks < verdict.out_of
    if "import torch" not in program or is_installed(REAL.packages):
        assert re.search(expected, verdict.reason), verdict.reason


def test_nothing_outlives_its_program() -> None:
    """When the waiting workers are closed, no process of the sandbox is left."""
    run("import threading, time\nthreading.Thread(target=time.sleep, args=(99,)).start()", ECHO)
    for workers in pool._POOLS.values():
        workers.close()
    ours = {os.getpid()}
    left: list[str] = []
    for page in sorted(Path("/proc").glob("[0-9]*"), key=lambda page: int(page.name)):
        try:
            parent = int((page / "stat").read_text().rpartition(")")[2].split()[1])
            words = (page / "cmdline").read_bytes()
        except OSError:
            continue
        if parent in ours:
            ours.add(int(page.name))
            left += [words.decode()] if b"bwrap" in words else []
    assert left == []


def test_plain_data_comes_back() -> None:
    """What a program leaves comes back as data, and what it prints beside it."""
    outcome = run("x = {'sum': sum(a), 'text': 'ü', 'none': None, 'half': 0.5, 'pair': (1, True)}; print('said')", ECHO)
    assert outcome.left == {"sum": 3, "text": "ü", "none": None, "half": 0.5, "pair": [1, True]}
    assert outcome.printed == "said\n"
    assert outcome.error is None


@pytest.mark.parametrize(
    "program",
    ["x = object()", "x = {1: 2}", "x = [float('inf')]", "class I(int): pass\nx = I(3)", "x = [[]]\nx[0] = x"],
)
def test_other_data_does_not(program: str) -> None:
    """What is no plain data is told as what it is, and does not come out."""
    outcome = run(program, ECHO)
    assert outcome.left is None
    assert outcome.error
    assert outcome.error.after or "number" in f"{outcome.error.message}"


def test_what_a_program_says_moves_no_cursor() -> None:
    """An error's own words, and a line that is quoted, come out without what a terminal would act on."""
    for program in ("raise ValueError('\\x1b[2J\\x07')", "x = 1; y = '\x1b[2J' +"):
        error = run(program, ECHO).error
        assert error
        assert "\x1b" not in f"{error.told(program)}"


def test_the_same_program_does_the_same() -> None:
    """Randomness is seeded by the program's text, NumPy's too: the same program gives the same verdict again."""
    program = "import random, numpy\nx = [random.random(), float(numpy.random.default_rng(0).random()), hash('x')]"
    first = run(program, ECHO)
    run.cache_clear()
    assert run(program, ECHO).left == first.left


def test_programs_run_side_by_side() -> None:
    """Threads run programs at the same time, each in a worker of its own."""
    with ThreadPoolExecutor(4) as threads:
        found = list(
            threads.map(lambda n: run(f"import os\nx = [{n}, os.listdir('.')]\nopen('x', 'w')", ECHO), range(12))
        )
    assert [outcome.left for outcome in found] == [[n, []] for n in range(12)]


def test_a_person_decides_without_a_sandbox(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nothing can be run the answer is "by hand", the sentence says how to mend it, and proofs leave it out."""
    monkeypatch.setattr(pool, "unavailable", lambda: "bubblewrap is not installed: apt-get install bubblewrap")
    run.cache_clear()
    verdict = ITEM.mark({"code": "train_loader = 1"})["code"]
    assert verdict.status == "by hand"
    assert "apt-get install bubblewrap" in verdict.reason
    assert ITEM.problem.prove(1).unchecked == ("code",)


@pytest.mark.parametrize(
    ("platform", "found", "says"),
    [("darwin", "/bin/bwrap", "on Linux alone"), ("linux", None, "apt-get install bubblewrap")],
)
def test_why_there_is_no_sandbox(monkeypatch: pytest.MonkeyPatch, platform: str, found: str | None, says: str) -> None:
    """Each reason why nothing can be run is a sentence of its own."""
    monkeypatch.setattr("sys.platform", platform)
    monkeypatch.setattr("shutil.which", lambda _: found)
    assert says in bubblewrap.unavailable.__wrapped__()


def test_a_sandbox_that_does_not_start_is_no_fault_of_the_program(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the worker itself fails, nothing is said of the program: a person decides."""
    monkeypatch.setattr(bubblewrap, "command", lambda *_: ["/bin/echo", "no room"])
    harness = replace(ECHO, limits=Limits(seconds=1.4))
    with pytest.raises(RuntimeError, match=r"does not start \((no room|it ends without a result)\)"):
        run("x = 1", harness)


def test_known_wrong_programs_have_their_own_reasons() -> None:
    """A proof refuses a known-wrong program that is right, and two that fail alike."""
    problem = ms.Problem("a/program", version=1, text="Set x to 3.")
    problem.givens(lambda rng: {"n": rng.int(1, 3)})

    def x() -> None:
        """It is three."""

    answer = problem.code({"is three": 1}, solution="x = 3", harness=ECHO)(x)
    answer.property("is a number")(lambda x: isinstance(x.left, int))
    answer.property("is three")(lambda x: x.left == 3 or f"x is {x.left}")
    answer.slip("leaves a text", lambda: "x = '3'")
    answer.slip("counts too far", lambda: "x = 4")
    answer.check(lambda: "x = 1 + 2")
    assert problem.prove(1).unchecked == ()
    marked = problem.pose(1).mark({"x": "x = 5"})["x"]
    assert marked.reason == "A known slip: counts too far. It should be one that is three, but x is 5."
    for program in ("???", "while True: pass", "1 / 0", "x = object()"):
        failing = problem.pose(1).mark({"x": program})["x"]
        assert (failing.status, failing.marks, failing.slips) == ("wrong", 0, ()), failing.reason
    answer.slip("counts back", lambda: "x = 2")
    with pytest.raises(ProofError, match="'counts too far' and 'counts back'"):
        problem.prove(1)
    answer.slips[-1:] = []
    answer.slip("is right", lambda: "x = 6 // 2")
    with pytest.raises(ProofError, match="'is right' of x has every property"):
        problem.prove(1)


@pytest.mark.parametrize("program", ["???", "1 / 0", "while True: pass", "x = object()"])
def test_a_slip_is_shown_by_what_it_lacks(program: str) -> None:
    """A known-wrong program that fails to run, or cannot be looked at, is no slip: the proof refuses it."""
    problem = three()
    problem.answers["x"].slip("fails", lambda: program, marks=1)
    with pytest.raises(ProofError, match="the slip 'fails' of x is shown by no property"):
        problem.prove(1)
    assert problem.pose(1).mark({"x": "also = not a program"})["x"].slips == ()


def test_a_slip_lacks_the_property_that_it_names() -> None:
    """A slip names a property declared above it, and is refused where another is the first that it lacks."""
    problem = three()
    answer = problem.answers["x"]
    with pytest.raises(DefinitionError, match="did you mean 'is three'"):
        answer.slip("counts too far", lambda: "x = 4", lacks="is thre")
    answer.slip("counts too far", lambda: "x = 4", marks=1, lacks="is three")
    assert problem.prove(1).unchecked == ()
    answer.slip("leaves a text", lambda: "x = 'three'", lacks="is three")
    with pytest.raises(ProofError, match="should first lack 'is three', but lacks 'is a number'"):
        problem.prove(1)


def test_a_listing_earns_nothing_as_it_stands() -> None:
    """A proof refuses a question whose listing is right already, or earns marks as a slip."""
    for listing, marks in (("x = 2 + 1", 0), ("x = 4", 1)):
        problem = three(listing)
        problem.answers["x"].slip("counts too far", lambda: "x = 4", marks=marks, lacks="is three")
        with pytest.raises(ProofError, match="the listing of x earns 1 marks as it stands"):
            problem.prove(1)


def test_a_key_needs_no_person() -> None:
    """A proof refuses a model solution that a person would have to read."""
    problem = three(solution="x = eval('3')")
    with pytest.raises(ProofError, match=r"the key of x would be read by a person: .*`eval` in line 1"):
        problem.prove(1)


def three(listing: str = "", solution: str = "x = 3") -> ms.Problem:
    """An author's own problem, which asks for a program that sets x to 3."""
    problem = ms.Problem("a/program", version=1, text="Set x to 3.")
    problem.givens(lambda rng: {"n": rng.int(1, 3)})

    def x() -> None:
        """It is three."""

    harness = replace(ECHO, limits=Limits(seconds=1, cpu_seconds=2))
    answer = problem.code({"is three": 1}, solution=solution, listing=listing, harness=harness)(x)
    answer.property("is a number")(lambda x: isinstance(x.left, int))
    answer.property("is three")(lambda x: x.left == 3 or f"x is {x.left}")
    answer.check(lambda: "x = 1 + 2")
    return problem


def test_the_question_of_the_docs_holds() -> None:
    """The program question of docs/problems.md is proven as it stands there, and marks what it says."""
    page = (Path(__file__).parents[1] / "docs" / "problems.md").read_text("utf-8")
    (example, by_hand) = re.findall(r"```python\n(.*?)```", page.partition("## Programs")[2], re.DOTALL)[:2]
    problem = ms.Problem("a/largest", version=1, text="Write `largest`.")
    problem.givens(lambda rng: {"n": rng.int(1, 9)})
    names: dict[str, Any] = {"problem": problem, "Harness": Harness, "Outcome": Outcome, "Draw": ms.Draw,
                             "LISTING": "def largest(xs): ..."}  # fmt: skip
    exec(example, names)
    names["code"].check(lambda: "def largest(xs): return sorted(xs)[-1]")
    assert problem.prove(20).unchecked == ()
    marked = [problem.pose(1).mark({"code": program})["code"] for program in (
        "def largest(xs): return min(xs)", "def largest(xs): return sum(xs)", "def largest(xs): return xs[0", "x = 1",
        "def largest(xs):\n    m = xs[0]\n    for x in xs: m = x if x > m else m\n    return m")]  # fmt: skip
    assert [it.status for it in marked] == ["slip", "slip", "wrong", "wrong", "right"]
    assert [it.marks for it in marked] == [1, 0, 0, 0, 2]
    exec(by_hand, names)
    outcome = run("answer = sum(xs)", names["HARNESS"])
    assert [it.left for it in outcome.runs] == [sum(it.inputs["xs"]) for it in outcome.runs]


DOUBLE = Harness.calling("double", lambda rng: {"x": rng.int(1, 10**6)}, runs=4, limits=SHORT)


def test_a_program_is_run_on_what_it_cannot_know() -> None:
    """Inputs are drawn from the item and the program's own text: each run has its own, and no text holds its own."""
    program = "def double(x): return 2 * x"
    one, other, changed = (run(text, DOUBLE, salt) for text, salt in
                           ((program, "a"), (program, "b"), (f"{program}\n", "a")))  # fmt: skip
    assert all(it.left == 2 * it.inputs["x"] for outcome in (one, other, changed) for it in outcome.runs)
    drawn = [it.inputs["x"] for outcome in (one, other, changed) for it in outcome.runs]
    assert len(set(drawn)) == 12
    run.cache_clear()
    assert run(program, DOUBLE, "a").runs == one.runs


def test_arguments_come_when_the_program_has_ended() -> None:
    """What a function is to be called with is nowhere in the process while the program runs."""
    looks = (
        "import gc, sys\nframe, seen = sys._getframe(), []\n"
        "while frame: seen.append(repr(frame.f_locals)); frame = frame.f_back\n"
        "texts = [repr(it) for it in gc.get_objects() if type(it) in (dict, list, tuple)]\n"
        "known = ' '.join([*seen, *texts])\ndef double(x): return str(x) in known"
    )
    harness = replace(DOUBLE, inputs=lambda rng: {"x": rng.int(10**12, 10**13)}, limits=Limits(), runs=1)
    assert run(looks, harness).left is False


def test_a_later_run_may_fail() -> None:
    """A program that fails in one of its runs fails, and one that is wrong in one of them is wrong."""
    assert run(
        "n = []\ndef double(x): return 2 * x\nimport math\nmath.n = getattr(math, 'n', 0) + 1\n1 / (math.n - 3)", DOUBLE
    ).error
    problem = ms.Problem("a/double", version=1, text="Double.")
    problem.givens(lambda rng: {"n": rng.int(1, 3)})

    def double() -> None:
        """It doubles."""

    answer = problem.code({"doubles": 1}, solution="def double(x): return x + x", harness=DOUBLE)(double)
    answer.property("doubles")(lambda double: double.left == 2 * double.inputs["x"])
    verdict = problem.pose(1).mark({"double": "n = 0\ndef double(x):\n    return 2 * x if x % 5 else 0"})["double"]
    assert verdict.status in ("right", "wrong")
    lucky = [f"#{n}\ndef double(x): return 2 * x if x % 3 else 0" for n in range(8)]
    assert [problem.pose(1).mark({"double": text})["double"].status for text in lucky].count("right") < 8


@pytest.mark.parametrize("line", HOSTILE_LINES, ids=range(len(HOSTILE_LINES)))
def test_what_comes_out_is_bounded(line: bytes) -> None:
    """Whatever a line says, it is refused or read as bounded data, in 50 MB at most; no text in it moves a cursor."""
    tracemalloc.start()
    try:
        found, count = read(line, Limits().values)
        assert count <= Limits().values
        assert str(found).isprintable()
    except Meddled:
        pass
    finally:
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert peak < 50 << 20


@given(json_values)
def test_what_is_bounded_comes_out_as_it_is(value: Any) -> None:
    """Plain data within the bounds are read as they are written."""
    found, _ = read(json.dumps({"left": value}).encode(), Limits().values)
    assert found == {"left": value}


@given(binary(max_size=200))
def test_bytes_are_read_or_refused(page: bytes) -> None:
    """Any bytes are a dict, or are refused; nothing else comes of them."""
    try:
        found, _ = read(page, 100)
    except Meddled:
        return
    assert isinstance(found, dict)


@pytest.mark.parametrize("kind", ["SyntaxError", "ValueError"])
def test_places_of_an_error_are_in_the_text(kind: str) -> None:
    """A line or a column that is not in the program is not told, whatever an error says of it."""
    for line, column in ((10**9, 10**9), (1, 10**9), (-1, -1), (0, 0), (1, 2)):
        error = pool._error({"kind": kind, "message": "m", "line": line, "column": column}, "x = 1", has_column=True)
        assert len(f"{error.told('x = 1')}") < 100
        assert (error.line, error.column) == ((1, 2) if (line, column) == (1, 2) else (1 if line == 1 else None, None))


REACHES = {
    "f.__globals__": True, "getattr(f, name)": True, "getattr(f, 'shape')": False, "import gc": True,
    "import random\nrandom.shuffle = f": True, "import random as r\nq = r\nq.shuffle = f": True,
    "import random\nrandom._os.write(5, b'')": True, "from os import *": True,
    "import os\nos.environ['A'] = 'b'": False, "import sys\nsys.stdout.write('x')": False,
    "import sys\nsys.modules": True, "import operator as o\no.attrgetter": True,
    "match f:\n    case object(__code__=c): pass": True, "'{0.__globals__}'.format(f)": True, "open(3, 'wb')": True,
    "open('notes.txt')": False, "class A:\n    def __init__(self): self.x = 1": False, "type(x).size = 3": True,
    "import torch\ntorch.backends.cudnn.deterministic = True": False,
    "data = f()\ndata.dataset.transform = None": False, "import numpy as np\nnp.load('x', allow_pickle=True)": True,
    "model.eval()": False, "eval('1')": True, "exec('1')": True,
    "def eval(x): return x\neval(1)": False, "for m in [random]: m.shuffle = f": True, "import pandas": True,
    "import random\nr = random": True, "import random\ngetattr(random, '_os')": True, "o = open": True,
    "import os\nos.splice(0, 1, 1)": True, "import os\nos.makedirs('a')": False, "import os\nf(os)": True,
    "import sys\nsys.path": True, "import sys\nprint(x, file=sys.stderr)": False, "type(x)(3)": True,
    "print(type(x))": False, "type(x) is int": False, "f'{type(x).__name__}'": False, "x.__class__(3)": True,
    "class A:\n    def f(self): return type(self)()": False, "import logging.config": True,
    "from os import splice": True,
    "from os.path import join": False, "import os.path": False, "import collections.abc": False,
    "from random import _os": True, "import numpy as np\nnp.random.seed(0)": False, "args = f()\nargs.config": False,
    "f.__annotations__": True,
}  # fmt: skip


@pytest.mark.parametrize("program", REACHES)
def test_what_a_text_reaches_for(program: str) -> None:
    """What looks into the process, or changes what is not its own, is told before the program runs; nothing else is."""
    outcome = run(
        f"x = 3\nif x > 3:\n{textwrap.indent(program, '    ')}" if "import *" not in program else program, ECHO
    )
    assert bool(outcome.reaches) == REACHES[program], (outcome.reaches, outcome.error)


def test_a_group_bounds_what_the_kernel_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a control group can be made each worker is in one of its own, which goes with it."""
    mounted = next(
        (it for it in (Path("/sys/fs/cgroup/memory"), Path("/sys/fs/cgroup")) if os.access(it, os.W_OK)), None
    )
    above = mounted / f"markscheme-tests-{os.getpid()}" if mounted else None
    try:
        assert above is not None
        above.mkdir()
    except (AssertionError, OSError):
        pytest.skip("no control group can be made here")
    try:
        monkeypatch.setenv("MARKSCHEME_CGROUP", str(above))
        cgroup.parent.cache_clear()
        if cgroup.parent() is None:
            pytest.skip("control groups without a bound on memory")
        worker = Worker(ECHO)
        (group,) = above.glob("markscheme-*")
        assert within_seconds(lambda: bool((group / "cgroup.procs").read_text().split()))
        worker.end()
        assert within_seconds(lambda: not group.exists() or not (group / "cgroup.procs").read_text().split())
        harness = replace(ECHO, limits=Limits(seconds=1.7))
        assert run("x = 'in a group'", harness).left == "in a group"
        greedy = (
            "import os\nfor n in range(900):\n    with open(str(n), 'w') as page: page.write('x' * 9_000)\nx = 'kept'"
        )
        assert run(greedy, harness).left == "kept"
    finally:
        cgroup.parent.cache_clear()
        for workers in pool._POOLS.values():
            workers.close()
        assert within_seconds(lambda: is_gone(above))


def is_gone(above: Path) -> bool:
    """Whether a group is gone, with all groups in it."""
    for group in (*above.glob("markscheme-*"), above):
        cgroup.remove(group)
    return not above.exists()


def within_seconds(holds: Callable[[], bool]) -> bool:
    """Whether something comes to hold, given time."""
    for _ in range(200):
        if holds():
            return True
        sleep(0.05)
    return False


def test_what_else_there_was_is_said() -> None:
    """A right program is told what else the listing had, and one that mended it all is not."""
    mended, kept = (
        ITEM.mark({"code": REPAIRS[name]})["code"].reason for name in ("permutes", "changes as few lines as can be")
    )
    assert "`test_dataset`" in kept
    assert "shuffle=True" in kept
    assert "`test_dataset`" not in mended


@pytest.mark.heavy
def test_torch_itself_agrees() -> None:
    """With the real torch.utils.data in place of stand-ins, the key and what leaks or loses labels are judged alike."""
    if not is_installed(REAL.packages):
        pytest.skip("torch and scikit-learn are not installed: pip install 'markscheme[labs]'")
    real = replace(REAL, limits=replace(REAL.limits, seconds=30, cpu_seconds=60))
    before = KIND.harness
    key = {**ITEM.values, "code": leakage.REPAIRED}
    answer = ITEM.problem.answers["code"]
    slips = {slip.name: answer.first_lacking({**key, "code": slip.wired(ITEM.values)})[0] for slip in answer.slips[:1]}
    object.__setattr__(KIND, "harness", real)
    try:
        assert not answer.lacks(key)
        for slip in answer.slips[:1]:
            assert answer.first_lacking({**key, "code": slip.wired(ITEM.values)})[0] == slips[slip.name]
    finally:
        object.__setattr__(KIND, "harness", before)


@pytest.mark.parametrize("text", ["", " \n\n  "])
def test_an_empty_program_is_blank(text: str) -> None:
    """An empty file is blank, not wrong."""
    assert ITEM.mark({"code": text})["code"].status == "blank"


def test_a_program_without_end_is_unreadable() -> None:
    """A text that is too long to be looked at is never run."""
    assert ITEM.mark({"code": "x = 1\n" * 9_000})["code"].status == "unreadable"
    assert isinstance(KIND, Code)
