"""A world for the tests of marking: a paper with prose, slips and keys that occur nowhere else, sat and handed in."""

from __future__ import annotations

import atexit
import re
import shutil
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from time import sleep
from typing import Any

from sqlalchemy import update

from markscheme.paper.plan import load_once
from markscheme.web import schema
from markscheme.web.database import Database
from markscheme.web.site import Site
from tests.web.site import Client, World, filled

PRODUCT = '''
"""A product, and a number that goes on from it."""
from markscheme import Draw, Problem

problem = Problem("tested/product", version=1, source="made for tests", text="Take $a = [[a]]$ and $b = [[b]]$.")


@problem.givens
def draw(rng: Draw) -> dict[str, object]:
    return dict(a=rng.int(10_000, 99_999), b=rng.int(10_000, 99_999))


@problem.answer(marks=2)
def product(a: int, b: int) -> int:
    """The product $ab$"""
    return a * b + OFF


@product.slip("adds")
def _(a: int, b: int) -> int:
    return a + b


@problem.answer(marks=1)
def double(product: int) -> int:
    """Twice the product"""
    return 2 * product


@problem.check
def _(a: int, b: int) -> dict[str, object]:
    found = sum([a for _ in range(b % 7)]) + a * (b - b % 7) + OFF
    return dict(product=found, double=found + found)


@problem.rubric({"names the cause": 2, "names the cure": 1}, label="Why does it grow?")
def why() -> None:
    """The canary of the cause is [[a]]."""
'''
PAPER = """
title = "Products"
problems = ["./mine"]

[[question]]
kind = "honor_code"
title = "Honor code"
text = "I have worked alone."
marks = 1

[[question]]
title = "A product"
problem = "tested/product"

[[question]]
title = "Output shapes"
problem = "convolution/output_shape"
seed = "same for all"
"""
PRODUCT_AT, DOUBLE_AT, WHY_AT, SHAPE_AT = ("2", "product"), ("2", "double"), ("2", "why"), ("3", "shape")
CANARIES = ("canary of the cause", "names the cure", "adds")
"""What stands only in keys, rubrics and the names of slips."""


def change_key(folder: Path, off: int = 0) -> None:
    """Write the problem, with a key that is so much off."""
    (folder / "mine").mkdir(exist_ok=True)
    (folder / "mine" / "product.py").write_text(PRODUCT.replace("OFF", f"{off}"), "utf-8")


STUDENTS = ("ann", "bob", "cem", "dan", "eve")


def marking_world(folder: Path) -> World:
    """A course whose exam has such a paper, sat by all but one and marked: a copy of one that is made once."""
    made = _made()
    for name in ("mine", "paper.toml", "web.sqlite"):
        source = made.site.folder / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, folder / name)
    database = Database(f"sqlite:///{folder / 'web.sqlite'}")
    found = World(Site(database, folder, jobs=0), made.course, made.exam, dict(made.people), list(made.time))
    found.site.clock = lambda: found.time[0]
    paper = str(folder / "paper.toml")
    database.write(lambda connection: connection.execute(update(schema.exams).values(paper=paper)))
    return found


@cache
def _made() -> World:
    folder = Path(mkdtemp())
    atexit.register(shutil.rmtree, folder)
    change_key(folder)
    it = filled(folder, f"sqlite:///{folder / 'web.sqlite'}", STUDENTS, PAPER)
    it.site.jobs = 0
    for name, texts in answers(it).items():
        sit(it, name, texts)
    assert not mark(it).failed
    it.site.close()
    return it


def answers(it: World) -> dict[str, dict[tuple[str, str], str]]:
    """What students write: two say the same of the question that is the same for all, and make the same slip."""
    k = {name: keys(it, name) for name in STUDENTS}
    added = {name: str(int(its["a"]) + int(its["b"])) for name, its in k.items()}
    return {
        "ann": {PRODUCT_AT: k["ann"]["product"], DOUBLE_AT: "7", WHY_AT: "It is large.", SHAPE_AT: "huh ]]"},
        "bob": {PRODUCT_AT: added["bob"], DOUBLE_AT: "8", WHY_AT: "It is large.", SHAPE_AT: "huh  ]]"},
        "cem": {PRODUCT_AT: added["cem"], WHY_AT: "<script>alert(1)</script> & more", SHAPE_AT: "other ]]"},
        "dan": {PRODUCT_AT: "12", SHAPE_AT: "[1, 2, 3, 4]"},
    }


def keys(it: World, name: str) -> dict[str, str]:
    """A student's keys."""
    row = it.sitting(name)
    items = load_once(str(it.site.folder / "paper.toml")).items(row["seed"])
    values = {**items["2"].values, **items["3"].values}
    return {key: f"{value}" for key, value in values.items()}


def sit(it: World, name: str, texts: dict[tuple[str, str], str]) -> str:
    """Start, write and hand in; returns the sitting's code."""
    student, code = it.client(name), it.sitting(name)["code"]
    assert student.act(f"/sit/{code}/start", {"honor": "signed"}).status_code == 200
    saves = [
        {"client": "a", "sequence": i, "base": 0, "question": at[0], "answer": at[1], "text": text}
        for i, (at, text) in enumerate(texts.items(), start=1)
    ]  # fmt: skip
    response = student.act(f"/sit/{code}/save", json={"saves": saves})
    assert [one["verdict"] for one in response.json()["saved"]] == ["saved"] * len(saves)
    assert student.act(f"/sit/{code}/hand-in").status_code == 200
    return code


def done(it: World, exam: str = "") -> Any:
    """Wait for what is done in the background."""
    work = it.site.works[exam or it.exam]
    for _ in range(3000):
        if work.has_ended:
            return work
        sleep(0.02)
    raise AssertionError(f"{work} goes on")


def mark(it: World) -> Any:
    """Mark what was handed in, as a marker does."""
    it.client("marker").act(f"/exams/{it.exam}/mark")
    return done(it)


def release(it: World, **more: str) -> Any:
    """Release the marks, as a teacher does."""
    teacher = it.client("teacher")
    page = teacher.get(f"/exams/{it.exam}/release").text
    stamp = re.findall(r'name="stamp" value="([^"]*)"', page)
    response = teacher.act(f"/exams/{it.exam}/release", {"stamp": (stamp or [""])[0], **more})
    if response.status_code == 200:
        done(it)
    return response


def group(client: Client, it: World, question: str, answer: str, view: str = "waiting", **more: str) -> dict[str, str]:
    """What a marker's page of a group would send."""
    query = {"question": question, "answer": answer, "view": view, **more}
    page = client.get(f"/exams/{it.exam}/mark/answers", params=query).text
    found = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page.partition('id="decide"')[2]))
    found.pop("csrf", None)
    return found


def decide(client: Client, it: World, form: dict[str, str], **given: str) -> Any:
    """Send a decision."""
    return client.act(f"/exams/{it.exam}/mark/answers", {**form, **{k.replace("_", "-"): v for k, v in given.items()}})
