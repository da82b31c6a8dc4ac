"""Follow-through: honest errors are carried, and a question made trivial by an earlier answer is not farmed."""

from __future__ import annotations

import pytest

import markscheme as ms
from bench.follow_through import FARMED, Tally, honest_errors, tally
from markscheme.exact import Vector


def test_honest_errors_are_carried() -> None:
    """Of honest errors that are carried on correctly hardly any goes to a person, and none is called wrong."""
    found = tally(honest_errors, seeds=60)
    assert found.wrong == 0
    assert found.carried + found.right >= 0.95 * found.asked


@pytest.mark.parametrize("farm", FARMED)
def test_trivial_values_are_not_farmed(farm: str) -> None:
    """A zero or a unit vector, or one that is copied from the page, earns nothing further down by itself."""
    found: Tally = tally(FARMED[farm], seeds=60)
    assert found.carried <= 0.02 * found.asked


@pytest.fixture
def item() -> ms.Item:
    return ms.problem("attention/linear_rnn").as_published()


@pytest.mark.parametrize(
    ("said", "answer", "status"),
    [
        ({"h_2": "[2, 2]", "v_2": "[2, 0]"}, "v_2", "follow-through"),
        ({"h_2": "[2, 2]", "v_2": "[2, 1]"}, "v_2", "right"),
        ({"v_2": "[2, 1]"}, "v_2", "right"),
        ({"h_2": "", "v_2": "[2, 1]"}, "v_2", "right"),
        ({"h_2": "what?", "v_2": "[2, 1]"}, "v_2", "right"),
        ({"h_2": "[2, 2]", "k_3": "[6, -2]"}, "k_3", "right"),
        ({"h_2": "[2, 2]", "k_3": "[3, -1]"}, "k_3", "follow-through"),
        ({"h_2": "[0, 0]", "v_2": "[0, 0]"}, "v_2", "by hand"),
        ({"h_2": "[1, 0]", "v_2": "[1, -1]"}, "v_2", "by hand"),
        ({"h_2": "[2, 2]", "v_2": "[7, 7]"}, "v_2", "wrong"),
    ],
)
def test_each_way_to_go_on(item: ms.Item, said: dict[str, str], answer: str, status: str) -> None:
    """An own earlier answer, a shown hint, a blank one and an unreadable one are all gone on from fairly."""
    assert item.mark(said)[answer].status == status


def test_an_upstream_slip_is_carried_downstream() -> None:
    """A slip in a step that nobody writes down is named where it shows."""
    item = ms.problem("attention/linear_rnn").pose("7")
    values = item.values
    forgotten = values["W_h"] @ values["h_1"]
    verdict = item.mark({"v_2": values["W_V"] @ forgotten})["v_2"]
    assert verdict.status == "slip"
    assert "forgets the input" in verdict.slips


def test_reasons_keep_the_key_to_themselves(item: ms.Item) -> None:
    """The reason for a mark never prints a right value that the student did not write."""
    marked = item.mark({"v_1": "[1, 1]", "h_2": "[9, 9]", "v_2": "[8, 8]", "k_3": "[5, 5]"})
    for name, verdict in marked.items():
        for key in item.key.values():
            assert item.problem.answers[name].kind.write(key) not in verdict.reason


def test_values_may_be_submitted(item: ms.Item) -> None:
    """A value counts as its text does, whatever sequence it is."""
    assert item.mark({"h_2": [2, 3], "v_1": Vector((0, 1)), "v_2": (2, 1)}).marks == 6
    assert item.mark({"h_2": object()})["h_2"].status == "unreadable"
