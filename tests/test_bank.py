"""The conformance suite: laws that every problem of the bank keeps, on its published numbers and on seeds."""

from __future__ import annotations

import inspect
import re
from collections import Counter
from functools import cache
from math import exp
from pathlib import Path
from typing import Any, get_type_hints

import pytest
from beartype.door import is_bearable

import markscheme as ms
from markscheme.bank.catalog import catalog
from markscheme.core.called import mechanisms_of
from markscheme.core.item import Item
from markscheme.core.marks import Marks, total
from markscheme.core.problem import Problem
from markscheme.core.wiring import Wired
from markscheme.draw import Draw
from markscheme.pictures.svg import svg
from markscheme.sandbox import unavailable
from markscheme.text.notation import TARGETS, Target

ONE_FOR_MANY = {
    # formulas do not depend on numbers; each stands beside numbers that do
    "normalization/mean_only_backward: gradient",
    "normalization/mean_only_backward: at_one",
    "normalization/mean_only_backward: limit",
    "optimizers/adam_fill_in: m",
    "optimizers/adam_fill_in: v",
    "optimizers/weight_decay: gamma",
    "regularization/purification_minimizer: left",
    "regularization/purification_minimizer: middle",
    "regularization/purification_minimizer: right",
    # the program of the question is one, and so is its repair
    "training/leakage: code",
    "decoding/beam_step: code",
    # a choice of two
    "point_clouds/downsampling: algorithm",
    "normalization/standardization: in_both",
}
"""Answers that are right for more than 40 % of the seeds, by the nature of the question."""
SEEDS = [str(seed) for seed in range(12)]
PROBLEMS = sorted(catalog())


@cache
def items(name: str) -> tuple[Item, ...]:
    problem = ms.problem(name)
    return (*(problem.as_published(variant) for variant in problem.variants), *map(problem.pose, SEEDS))


def functions_of(problem: Problem) -> list[tuple[str, Wired]]:
    """Every wired function of a problem, named."""
    found = [(f"check {i}", check) for i, check in enumerate(problem.checks)]
    for answer in problem.answers.values():
        found.append((answer.name, answer.wired))
        found += [(f"{answer.name}: {slip.name}", slip.wired) for slip in answer.slips]
        found += [(f"{answer.name}: {rule.sentence}", rule.wired) for rule in answer.requirements + answer.properties]
        found += [(f"{answer.name}: check", check) for check in answer.checks]
        found += [(f"{answer.name}: remark", remark) for remark in answer.remarks]
        found += [(f"{answer.name}: trace", trace.wired) for trace in answer.traces]
    return found + [("figure", figure.wired) for figure in problem.figures]


def by_machine(item: Item) -> Marks:
    """The marks that no person needs to give."""
    return total([item.layout.marks[answer.name] for answer in item.layout.asked if not answer.kind.by_hand])


pytestmark = pytest.mark.parametrize("name", PROBLEMS)


def test_every_answer_is_proven(name: str) -> None:
    """Every answer and step is computed a second way, and the two agree on every item."""
    problem = ms.problem(name)
    proof = problem.prove(40)
    assert proof.unchecked == tuple([it.name for it in problem.answers.values() if it.kind.is_run and unavailable()])
    assert proof.draws_per_item < 3


def test_checks_share_no_code_with_answers(name: str) -> None:
    """A check calls no mechanism at all, and no answer's function: what it confirms it computes otherwise."""
    problem = ms.problem(name)
    answers = {id(answer.function): answer.name for answer in problem.answers.values()}
    checks = [*problem.checks, *(check for answer in problem.answers.values() for check in answer.checks)]
    for check in checks:
        assert mechanisms_of(check.function) == set()
        function = inspect.unwrap(check.function)
        called = [function.__globals__.get(name) for name in function.__code__.co_names]
        functions = [getattr(value, "function", value) for value in called]
        assert [answers[id(function)] for function in functions if id(function) in answers] == []


def test_edges_accept_what_flows(name: str) -> None:
    """What flows into a parameter is what its annotation says, and what a function returns is what it promises."""
    problem = ms.problem(name)
    if unavailable() and any(answer.kind.is_run for answer in problem.asked):
        pytest.skip(f"no program can be run here: {unavailable()}")
    for item in items(name):
        for owner, wired in functions_of(problem):
            hints = get_type_hints(wired.function)
            for parameter, source in wired.wires.items():
                value = item.values[source]
                if source in problem.answers and problem.answers[source].kind.is_run:
                    value = problem.answers[source].kind.tried(value)  # what properties and remarks are told
                hint = hints[parameter] if parameter in hints else hints["values"]  # of a figure that takes all
                assert is_bearable(value, hint), f"{owner}({parameter}: {hint}) gets {value!r}"
        for answer in problem.answers.values():
            promised = get_type_hints(answer.function)["return"]
            assert is_bearable(item.values[answer.name], promised), answer.name


def test_an_id_gives_the_same_item_again(name: str) -> None:
    """The id of an item poses it again, with the same givens and answers."""
    for item in items(name):
        again = ms.item(item.id)
        assert again.givens == item.givens
        assert again.values == item.values


def test_problems_pose_well(name: str) -> None:
    """Items differ as often as if 630 were equally likely, and no one answer is right for more than 40 % of them."""
    problem = ms.problem(name)
    posed = [problem.pose(str(seed)) for seed in range(250)]
    assert len({repr(sorted(item.givens.items())) for item in posed}) >= 630 * (1 - exp(-250 / 630))
    for answer in problem.asked:
        if not answer.kind.by_hand:
            written = Counter(answer.kind.write(item.key[answer.name]) for item in posed)
            is_guessable = max(written.values()) > 100
            assert is_guessable == (f"{name}: {answer.name}" in ONE_FOR_MANY), answer.name


def test_right_submissions_earn_all_marks(name: str) -> None:
    """What a kind writes of the key, in any of its notations, is right."""
    for item in items(name):
        rng = Draw(item.id)
        said = {answer.name: answer.kind.right(item.key[answer.name], rng) for answer in item.layout.asked}
        marked = item.mark(said)
        assert marked.marks == by_machine(item), (said, dict(marked))
        assert marked.by_hand == tuple([answer.name for answer in item.layout.asked if answer.kind.by_hand])
        assert item.mark(item.key).marks == by_machine(item)


def test_what_a_check_returns_is_right(name: str) -> None:
    """What the checks return earns the marks too: the key, or of an open-ended answer another one."""
    for item in items(name):
        for check in item.problem.checks:
            found = {answer: value for answer, value in check(item.values).items() if answer in item.key}
            assert all(item.mark({answer: value})[answer] for answer, value in found.items())


def test_wrong_submissions_are_not_right(name: str) -> None:
    """What a kind makes up as wrong is read, and is not right; what it garbles is unreadable; nothing is blank."""
    for item in items(name):
        rng = Draw(item.id)
        for answer in item.layout.asked:
            wrong = answer.kind.wrong(item.key[answer.name], rng)
            assert item.mark({answer.name: wrong})[answer.name].status in ("wrong", "slip", "by hand"), wrong
            garbled = answer.kind.malformed(rng)
            assert item.mark({answer.name: garbled})[answer.name].status == "unreadable", garbled
            assert item.mark({answer.name: "  "})[answer.name].status == "blank"


def test_slips_are_named(name: str) -> None:
    """The value of a strict slip differs from the key at posed numbers, and is marked as that slip."""
    problem = ms.problem(name)
    for seed in SEEDS:
        item = problem.pose(seed)
        for answer in problem.asked:
            for slip in answer.slips:
                value = _or_none(slip.wired, item)
                if slip.decides:
                    assert not value, (answer.name, slip.name)
                if value is None or slip.decides or not slip.strict:
                    continue
                verdict = item.mark({answer.name: value})[answer.name]
                assert verdict.status == "slip", (answer.name, slip.name, verdict)
                assert slip.name in verdict.slips
                assert slip.name in verdict.reason


def _or_none(wired: Wired, item: Item) -> Any:
    try:
        return wired(item.values)
    except (ArithmeticError, ValueError, LookupError, TypeError):
        return None


def test_slips_are_plenty(name: str) -> None:
    """A problem has at least two slips, each a verb phrase that a sentence can take, as is each property."""
    answers = ms.problem(name).answers.values()
    slips = [slip.name for answer in answers for slip in answer.slips]
    assert len(set(slips)) >= 2
    phrases = [*slips, *(rule.sentence for answer in answers for rule in answer.properties)]
    assert all(re.match(r"(never |only |always )?[a-z]+s\b", phrase) for phrase in phrases), phrases


@pytest.mark.parametrize("target", TARGETS)
def test_questions_and_solutions_are_whole(name: str, target: Target) -> None:
    """In every target no hole is left open, and the question differs from its solution."""
    for item in items(name)[:4]:
        prompt, solution = item.prompt(target), item.solution(target)
        for text in (prompt, solution):
            said = re.sub(r'base64,[^"]*', "", text)
            assert not re.search(r"Hq\d|\[\[[a-zA-Z_]\w*\]\]", said), said
            assert len(text) > 60
        assert prompt != solution


def test_answers_explain_themselves(name: str) -> None:
    """A problem names its source, and each answer has an explanation that is a sentence."""
    problem = ms.problem(name)
    assert problem.source
    assert problem.title
    for answer in problem.answers.values():
        words, _ = answer.explanation
        assert words is not None, answer.name
        assert words.source.rstrip().endswith((".", "$", ":")), answer.name


def test_figures_are_drawn(name: str) -> None:
    """Each figure is drawn blank and filled in, with words beside it, and its blank shows no answer's mark."""
    problem = ms.problem(name)
    for item in items(name)[:3]:
        for figure in problem.figures:
            picture = figure.wired(item.values)
            for solutions in (False, True):
                drawn = svg(picture, solutions=solutions)
                assert drawn.startswith("<svg")
                assert "<title" in drawn
            assert len(picture.alt) > 20


def test_files_are_named_for_their_problem(name: str) -> None:
    """A problem stands in the file of its name, and publishes numbers of the exam."""
    problem = ms.problem(name)
    page = Path(inspect.getfile(problem.draw))
    assert f"{page.parent.name}/{page.stem}" == name
    assert problem.variants
