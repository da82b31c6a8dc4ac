"""Laws of an item as data: what a student may see has no key in it, and every form is the published one."""

import gzip
import json
import re
from collections import Counter
from dataclasses import replace
from html import escape
from itertools import product
from pathlib import Path
from statistics import median
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from bench.round_trip import tried
from markscheme.bank.catalog import catalog
from markscheme.core.errors import MarkschemeError, UnknownName
from markscheme.core.item import Item
from markscheme.core.problem import Problem
from markscheme.core.verdict import Marked
from markscheme.draw import Draw
from markscheme.text.document import Drawing
from markscheme.text.notation import TARGETS, Target
from tools import golden

SCHEMAS = Path(__file__).parent.parent / "docs" / "schema"
PROBLEMS = list(catalog().values())
SEEDS = ("1", "2", "3", "4")


def checked(data: Any, form: str) -> Any:
    """Data that has been through JSON, and has the published form."""
    read = json.loads(json.dumps(data))
    Draft202012Validator(json.loads((SCHEMAS / f"{form}.json").read_text("utf-8"))).validate(read)
    return read


def items(problem: Problem) -> list[Item]:
    return [problem.as_published(variant) for variant in problem.variants] + [problem.pose(seed) for seed in SEEDS]


@pytest.mark.parametrize("problem", PROBLEMS, ids=lambda problem: problem.name)
def test_items_have_the_published_forms(problem: Problem) -> None:
    """What is posed and what is solved have the forms of docs/schema, and every figure is drawn by its reference."""
    for item in items(problem):
        posed, solved = item.posed(), item.solved()
        said = checked(posed.as_json(), "posed")
        checked(solved.as_json(), "solved")
        assert [field["name"] for field in fields_of(said)] == [answer.name for answer in item.layout.asked]


@pytest.mark.parametrize("problem", PROBLEMS, ids=lambda it: it.name)
def test_a_question_is_written_as_its_blocks_are(problem: Problem) -> None:
    """A question whose texts were written once, for another item, is what the blocks of this item are, in each target
    and language, at drawn numbers and at published ones.
    """
    first, *items = [problem.pose(seed) for seed in ("1", "2", "three")] + [
        *map(problem.as_published, problem.variants)
    ]
    texts: list[Target] = [target for target in TARGETS if target != "html"]  # which is written from blocks each time
    for target, lang in product(texts, ("en", "de")):
        first.prompt(target, lang)
        for item in items:
            assert item.prompt(target, lang) == item.posed(lang=lang).write(target), (item.id, target, lang)


@pytest.mark.parametrize("problem", PROBLEMS, ids=lambda problem: problem.name)
def test_data_is_as_it_was_reviewed(problem: Problem) -> None:
    """What is posed and solved of a problem is what tests/golden has; `make golden` writes it anew, to be read as a
    diff.
    """
    assert golden.page(problem) == golden.page_of(problem).read_text("utf-8"), "run make golden and read the diff"


def test_every_golden_page_is_of_a_problem_and_data_is_small() -> None:
    """No page of tests/golden is left of a problem that is gone, and the median item has at most 8 kB, gzipped."""
    assert set(golden.FOLDER.rglob("*.json")) == {golden.page_of(problem) for problem in PROBLEMS}
    sizes = [len(gzip.compress(json.dumps(problem.pose("1").posed().as_json()).encode())) for problem in PROBLEMS]
    assert median(sizes) <= 8_000


@pytest.mark.parametrize("problem", PROBLEMS, ids=lambda problem: problem.name)
def test_figures_are_drawn_by_reference(problem: Problem) -> None:
    """Every reference of what is posed draws a figure with its words, and no other does."""
    posed = problem.pose("1").posed()
    for figure in figures_of(posed.as_json()):
        assert posed.svg(figure["svg"]).startswith("<svg")
        assert escape(figure["alt"]) in posed.svg(figure["svg"])
    with pytest.raises(UnknownName):
        posed.svg("sha256:0")


def fields_of(said: Any) -> list[Any]:
    blocks = [block for section in said["sections"] for block in section["blocks"]]
    return [field for block in blocks if block["type"] == "fields" for field in block["fields"]]


def figures_of(said: Any) -> list[Any]:
    blocks = [*said["blocks"], *[block for section in said["sections"] for block in section["blocks"]]]
    return [block for block in blocks if block["type"] == "figure"]


@pytest.mark.parametrize("problem", PROBLEMS, ids=lambda problem: problem.name)
def test_what_is_posed_does_not_know_the_key(problem: Problem) -> None:
    """With the answers of another item in place of its own, nothing of what a student sees is another."""
    one, *others = items(problem)
    shown = {name for name, answer in problem.answers.items() if answer.role == "shown"}
    seen = json.dumps(one.posed().as_json())
    for other in others:
        values = {name: value for name, value in other.values.items() if name in problem.answers and name not in shown}
        swapped = replace(one, values={**one.values, **values})
        assert json.dumps(swapped.posed().as_json()) == seen


@pytest.mark.parametrize("problem", PROBLEMS, ids=lambda problem: problem.name)
def test_what_is_posed_has_no_id(problem: Problem) -> None:
    """Neither the id nor the seed of an item is in what a student sees; its code is."""
    item = problem.pose("a-seed-that-is-nowhere-else")
    seen = json.dumps(item.posed("c0de").as_json()) + item.posed("c0de").write("html")
    assert "a-seed-that-is-nowhere-else" not in seen
    assert '"code": "c0de"' in seen


@pytest.mark.parametrize(
    "problem", [it for it in PROBLEMS if any(answer.options for answer in it.asked)], ids=lambda problem: problem.name
)
def test_the_place_of_the_key_says_nothing(problem: Problem) -> None:
    """Over 400 seeds the right options stand at every place about equally often (chi-square, below the 99.99th
    percentile).
    """
    for answer in problem.asked:
        if answer.options:
            labels = answer.kind.field().labels
            keys = [problem.pose(f"place {seed}").key[answer.name] for seed in range(400)]
            places = Counter([label for key in keys for label in ([key] if isinstance(key, str) else key)])
            expected = sum(places.values()) / len(labels)
            assert sum([(places[label] - expected) ** 2 / expected for label in labels]) < 15.1 + 3.5 * len(labels)


# Marks as data


@pytest.mark.parametrize("problem", PROBLEMS, ids=lambda problem: problem.name)
def test_marks_survive_as_data(problem: Problem) -> None:
    """Verdicts as JSON have the published form, and come back with status, exact marks, reason, slips and what they go
    on from; so they do from another process. `python -m bench.round_trip` does it 10,000 times.
    """
    wrong, statuses = tried((problem.name, 0, 20))
    assert not wrong
    assert len(statuses) > 2


def test_what_was_carried_on_is_told() -> None:
    """Marks as data name the earlier answers that an answer goes on from, and are those of another form's reader."""
    item = catalog()["attention/linear_rnn"].as_published()
    carried = item.mark({"h_2": "[2, 4]", "v_2": "[2, 2]"}).as_json()["answers"]["v_2"]
    assert (carried["status"], carried["carried_from"], carried["value"]) == ("follow-through", ["h_2"], "[2, 2]")
    with pytest.raises(MarkschemeError, match="not the verdicts"):
        Marked.from_json({"schema": "markscheme/posed/1"})


# What is typed, before it is marked


@pytest.mark.parametrize("problem", PROBLEMS, ids=lambda problem: problem.name)
def test_what_is_read_is_what_was_typed(problem: Problem) -> None:
    """What is read of a submission is shown as its kind writes it, right or wrong alike; else a complaint says why."""
    rng = Draw(f"what is read: {problem.name}")
    item = problem.pose("1")
    for answer in item.layout.asked:
        kind, key = answer.kind, item.values[answer.name]
        for text in (kind.right(key, rng), kind.wrong(key, rng)):
            read = item.read(answer.name, text)
            assert read
            assert kind.field().is_long or read.mathml
            assert not kind.field().is_long or read.plain == kind.write(kind.read(text))
        malformed = item.read(answer.name, kind.malformed(rng))
        assert kind.by_hand or (not malformed and malformed.complaint and not malformed.plain)
        assert not item.read(answer.name, "  ")
    with pytest.raises(UnknownName, match="asks no 'nothing'"):
        item.read("nothing", "2")


def test_hints_lead_to_an_answer() -> None:
    """Hints are the steps before an answer that nobody sees, in order, then its reason; never the answer."""
    item = catalog()["attention/linear_rnn"].as_published()
    first, second, last = item.hints("output")
    assert "[2, 6, 4]" in first
    assert "[0, 1, 0]" in second
    assert "[2, 1]" not in last
    assert item.like("7").id == "attention/linear_rnn/1/7"
    assert catalog()["attention/linear_rnn"].pose("1", largest=3).like(2).id.endswith("/2?largest=3")


def test_boxes_of_a_figure_are_inputs() -> None:
    """On a page each answer has one input, of its own name; those of a figure's boxes stand in it, which is a group."""
    item = catalog()["attention/linear_rnn"].pose("boxes")
    page = item.posed().write("html")
    names = re.findall(r'<(?:input|textarea)[^>]* name="([^"]+)"', page)
    assert sorted(names) == sorted(it.name for it in item.layout.asked)
    (drawn,) = re.findall(r"<svg.*?</svg>", page, re.DOTALL)
    typed = r'<foreignObject width="[\d.]+" height="[\d.]+"><input [^>]*name="(\w+)" aria-label="[^"]+"'
    inside = re.findall(typed, drawn)
    assert set(inside) == {"v_1", "h_2", "v_2", "k_3", "h_out"}
    assert drawn.startswith('<svg role="group"')
    assert "<input" not in item.solution("html")
    (figure,) = [block for block in item.posed().all_blocks() if isinstance(block, Drawing)]
    assert set(re.findall(r'<rect data-field="(\w+)"', figure.svg())) == set(inside)
    assert 'href="field:' not in page
