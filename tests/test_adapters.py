"""Rows in the form of other libraries: what trainers and harnesses are told, and what they call back.

None of those libraries is needed here, or stood in for; `make adapters` runs each.
"""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

import markscheme as ms
from markscheme.core.errors import MarkschemeError
from markscheme.datasets import Row, Score, dataset, score_answer
from markscheme.datasets.adapters.lm_eval import process_results, write_task
from markscheme.datasets.adapters.training import compute_score, reward, verl_rows
from markscheme.datasets.hostile import paid
from markscheme.datasets.rows import flat
from markscheme.datasets.tries import Tries
from markscheme.sandbox import pool

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    return list(dataset(["attention/linear_rnn", "convolution/output_shape"], size=6, seed=4))


@pytest.fixture(scope="module")
def long_row() -> Row:
    return dataset("attention/linear_rnn", size=1, seed=4, ask="all")[0]


def by_trl(reply: Any, row: Row) -> float | None:
    (found,) = reward([reply], [row["metadata"]], [row["answer"]])
    (chat,) = reward([[{"role": "assistant", "content": reply}]], [json.dumps(row["metadata"])], [row["answer"]])
    assert isinstance(reply, list) or chat == found
    return chat


def by_verl(reply: Any, row: Row) -> float:
    (made,) = verl_rows([row])
    return compute_score("markscheme", reply, made["reward_model"]["ground_truth"], made["extra_info"])["score"]


def by_lm_eval(reply: Any, row: Row) -> float:
    return process_results(flat(row), [reply])["marks"]


def by_tries(reply: Any, row: Row) -> float | None:
    """Verifiers and OpenEnv mark by tries; nothing that they are told breaks UTF-8 or holds the item's id."""
    tries = Tries(row, 2)
    turn = tries.reply(reply)
    assert turn.said.encode()
    assert row["metadata"]["id"] not in turn.said
    return turn.gained


@pytest.mark.parametrize("score", [by_trl, by_verl, by_lm_eval, by_tries])
def test_no_hostile_reply_earns_anything_through_an_adapter(score: Any, rows: list[Row], long_row: Row) -> None:
    """Nothing, denials, hedges, code, what speaks to the grader, megabytes: each earns nothing, and raises nothing."""
    assert paid(score, [rows[0], next(row for row in rows if row["metadata"]["problem"].startswith("conv"))]) == []
    assert paid(score, [long_row]) == []


def test_every_adapter_has_an_example_an_extra_and_a_line() -> None:
    """Each module of adapters is run by `make adapters`, can be installed, and stands in docs/models.md."""
    makefile, project, page = (
        (ROOT / name).read_text("utf-8") for name in ("Makefile", "pyproject.toml", "docs/models.md")
    )
    examples = {path.stem.removeprefix("with_") for path in (ROOT / "examples/llm").glob("with_*.py")}
    modules = {path.stem for path in (ROOT / "src/markscheme/datasets/adapters").glob("[a-z]*.py")}
    assert examples == modules - {"training"} | {"trl", "verl"}
    run = next(line for line in makefile.splitlines() if line.startswith("ADAPTERS ?="))
    assert examples == {*run.partition("?=")[2].split()}
    assert [name for name in examples if f"\n{name.replace('_', '-')} = [" not in project] == []
    assert [name for name in modules if f"adapters.{name}." not in page] == []


def test_verl(rows: list[Row]) -> None:
    """A row of verl is plain data, without the metadata in the prompt, and its key earns 1, whatever else verl says."""
    for made in verl_rows(rows):
        assert json.loads(json.dumps(made)) == made
        assert "number" not in made["prompt"][0]
        key, about = made["reward_model"]["ground_truth"], made["extra_info"] | {"num_turns": None}
        assert compute_score(made["data_source"], f"It is {key}", key, about, reward_router_address="x") == {
            "score": 1, "acc": 1, "unscored": 0,
        }  # fmt: skip
    assert compute_score("markscheme", "1", "2", None)["score"] == 0


def test_trl(rows: list[Row]) -> None:
    """A reward has a number for each completion, text or chat, whatever it is."""
    about, keys = [row["metadata"] for row in rows], [row["answer"] for row in rows]
    chats = [[{"role": "assistant", "content": key}] for key in keys]
    assert reward(keys, about, keys, prompts=keys) == reward(chats, about, keys) == [1] * len(rows)
    assert reward(keys, [json.dumps(it) for it in about], keys) == [1] * len(rows)


def test_what_a_person_decides_is_unscored_everywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """A program that no sandbox runs earns nothing: None where a library has that word, else 0.0, and it is said."""
    row = next(it for it in dataset("decoding/beam_step", size=40, seed=1) if "code" in it["metadata"]["answers"])
    monkeypatch.setattr(pool, "unavailable", lambda: "there is no sandbox")
    pool.run.cache_clear()
    program = "kept = []  # never seen before"
    found: Score = score_answer(program, row, explain=True)
    assert (found.value, found.unscored) == (0, ("code",))
    assert by_trl(program, row) is None
    (made,) = verl_rows([row])
    assert compute_score("", program, made["reward_model"]["ground_truth"], made["extra_info"])["unscored"] == 1
    turn = Tries(row, 3).reply(program)
    assert (turn.gained, turn.done) == (None, True)
    assert process_results(flat(row), [program]) == {"marks": 0.0, "unscored": 1.0}


def test_a_second_try_knows_its_slip_and_counts_half(rows: list[Row]) -> None:
    """After a slip the model is told the slip's name and no number of the key; what it gains then counts half."""
    row = next(row for row in rows if row["metadata"]["problem"] == "convolution/output_shape")
    (key,) = ms.item(row["metadata"]["id"]).solved().keys
    slip, given = next(iter(key.slips.items()))
    tries = Tries(row, 3)
    turn = tries.reply(given)
    assert slip in turn.said
    assert row["answer"] not in turn.said
    assert (turn.gained, turn.done, tries.left) == (0, False, 2)
    assert tries.reply(row["answer"]).gained == 0.5
    assert (tries.earned, tries.left) == (0.5, 0)
    with pytest.raises(MarkschemeError, match="no try is left"):
        tries.reply(row["answer"])


def test_tries_are_bounded_and_never_earn_more_than_the_whole(long_row: Row) -> None:
    """However often a model replies, whatever it does well or badly, it earns between its first reply and 1, once."""
    keys = {name: about["key"] for name, about in long_row["metadata"]["answers"].items()}
    first = json.dumps(dict(list(keys.items())[:2]))
    for replies in ([first, "", first], ["", first, long_row["answer"]], [first, long_row["answer"]]):
        tries, gained = Tries(long_row, 3), list[float]()
        for reply in replies:
            gained.append(tries.reply(reply).gained or 0.0)
        assert tries.left == 0
        assert score_answer(replies[0], long_row) <= tries.earned < 1
        assert tries.earned == pytest.approx(sum(gained))
    with pytest.raises(MarkschemeError):
        Tries(long_row, 0)


def test_a_choice_counts_as_first_given() -> None:
    """Who is told that a choice is wrong knows what is right: alone it has one try, and beside others it is kept."""
    made = list(dataset("normalization/axes", size=12, seed=1))
    alone = next(row for row in made if all(it["form"] == "one of" for it in row["metadata"]["answers"].values()))
    assert Tries(alone, 5).left == 1
    whole = dataset("normalization/axes", size=1, seed=1, ask="all")[0]
    keys = {name: about["key"] for name, about in whole["metadata"]["answers"].items()}
    (name, *_) = [it for it, about in whole["metadata"]["answers"].items() if about["form"] == "one of"]
    other = next(label for label in "ABCD" if label != keys[name])
    tries = Tries(whole, 2)
    turn = tries.reply(json.dumps(keys | {name: other, "means": "no number"}))
    assert "counts as first given" in turn.said
    tries.reply(json.dumps(keys))
    marks = {it: verdict.out_of for it, verdict in turn.score.verdicts.items()}
    assert tries.earned == pytest.approx(1 - float(marks[name] + marks["means"] / 2) / float(sum(marks.values())))


def test_what_cannot_be_marked_is_told_without_the_id(rows: list[Row]) -> None:
    """A row of another version is no fault of the model: its episode ends, and the model is not told the item's id."""
    about = rows[0]["metadata"] | {"id": rows[0]["metadata"]["id"].replace("/1/", "/99/")}
    turn = Tries({"question": "", "answer": "7", "metadata": about}, 3).reply("8")
    assert (turn.gained, turn.done, turn.said) == (0, True, "This question cannot be marked.")


def test_a_task_of_lm_eval(rows: list[Row], tmp_path: Path) -> None:
    """A task is YAML with a path in quotes, the rows, and a function that marks; a name that is none is an error."""
    page = write_task(rows, tmp_path / "with space", "ours")
    assert json.dumps(str(tmp_path / "with space" / "ours.jsonl")) in page.read_text("utf-8")
    docs = [json.loads(line) for line in (page.parent / "ours.jsonl").read_text("utf-8").splitlines()]
    assert [process_results(doc, [doc["answer"]]) for doc in docs] == [{"marks": 1.0, "unscored": 0.0}] * len(rows)
    with pytest.raises(MarkschemeError):
        write_task(rows, tmp_path, "../ours")


def test_reasoning_gym() -> None:
    """A set of ours behaves as theirs do: by its seed, with their names in the metadata, and with a curriculum."""
    reasoning_gym: Any = pytest.importorskip("reasoning_gym")
    factory: Any = pytest.importorskip("reasoning_gym.factory")
    register = import_module("markscheme.datasets.adapters.reasoning_gym").register
    (name,) = register(("attention/linear_rnn",))
    assert register(("attention/linear_rnn",)) == [name]
    ours = reasoning_gym.create_dataset(name, size=3, seed=1)
    assert [row["answer"] for row in ours] == [
        row["answer"] for row in dataset("attention/linear_rnn", size=3, seed="1", knobs={"largest": 2})
    ]
    assert ours[0]["metadata"]["source_dataset"] == name
    assert ours.score_answer(None, ours[0]) == 0
    curriculum = factory.create_curriculum(name)
    curriculum.increment_attr_level("largest")
    assert curriculum.generate_configuration().largest > 2
