"""The sandbox: what a program may do, what it may not, and what is said of it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import markscheme as ms
from markscheme.bank.training import leakage
from markscheme.core.errors import ProofError
from markscheme.kinds import Code
from markscheme.sandbox import Harness, Limits, bubblewrap, pool, run, unavailable
from tests.hostile_programs import HOSTILE

if unavailable() and "CI" not in os.environ:
    pytest.skip(f"no program can be run here: {unavailable()}", allow_module_level=True)

ITEM = ms.problem("training/leakage").pose("sandbox")
KIND: Any = ITEM.problem.answers["code"].kind
SHORT = Limits(seconds=1.5, cpu_seconds=2)
ECHO = Harness(
    "def prepare(inputs): return dict(inputs)\ndef collect(namespace, names): return namespace.get('x')\n",
    inputs=lambda: {"a": [1, 2]},
    limits=SHORT,
)
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
def short(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The problem with a limit of time that tests can wait for."""
    before = KIND.harness
    object.__setattr__(KIND, "harness", replace(before, limits=SHORT))
    yield
    object.__setattr__(KIND, "harness", before)


@pytest.mark.parametrize("name", REPAIRS)
def test_any_repair_passes(name: str) -> None:
    """A program that mends the leak is right, however it is written."""
    verdict = ITEM.mark({"code": REPAIRS[name]})["code"]
    assert verdict.status == "right", verdict.reason


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
    assert verdict.marks == 0
    assert verdict.status in {"wrong", "slip", "by hand"}
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
    assert outcome.error.after or "number" in outcome.error.message


def test_what_a_program_says_moves_no_cursor() -> None:
    """An error's own words, and a line that is quoted, come out without what a terminal would act on."""
    for program in ("raise ValueError('\\x1b[2J\\x07')", "x = 1; y = '\x1b[2J' +"):
        error = run(program, ECHO).error
        assert error
        assert "\x1b" not in error.told(program)


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
    with pytest.raises(RuntimeError, match="does not start \\(no room\\)"):
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
    answer.slip("counts back", lambda: "x = 2")
    with pytest.raises(ProofError, match="'counts too far' and 'counts back'"):
        problem.prove(1)
    answer.slips[-1:] = []
    answer.slip("is right", lambda: "x = 6 // 2")
    with pytest.raises(ProofError, match="'is right' of x has every property"):
        problem.prove(1)


def test_what_else_there_was_is_said() -> None:
    """A right program is told what else the listing had, and one that mended it all is not."""
    mended, kept = (
        ITEM.mark({"code": REPAIRS[name]})["code"].reason for name in ("permutes", "changes as few lines as can be")
    )
    assert "`test_dataset`" in kept
    assert "shuffle=True" in kept
    assert "`test_dataset`" not in mended


def test_torch_itself_agrees() -> None:
    """With the real torch.utils.data in place of stand-ins, the key and slips are judged alike."""
    pytest.importorskip("torch", reason="torch is not installed: pip install torch==2.13.0")
    real = replace(
        leakage.HARNESS, inputs=lambda: leakage.inputs(real=True), packages=("numpy", "torch"), preload=("torch",),
        limits=Limits(seconds=30, cpu_seconds=60, memory=4 << 30, file_size=64 << 20),
    )  # fmt: skip
    before = KIND.harness
    key = {**ITEM.values, "code": leakage.REPAIRED}
    answer = ITEM.problem.answers["code"]
    tried = answer.slips[:2]  # each needs torch anew, in a worker of its own
    slips = {slip.name: answer.first_lacking({**key, "code": slip.wired(ITEM.values)})[0] for slip in tried}
    object.__setattr__(KIND, "harness", real)
    try:
        assert answer.lacks(key) == ""
        for slip in tried:
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
