"""Follow-through: honest errors are carried, and a question made trivial by an earlier answer is not farmed."""

from __future__ import annotations

import pytest

import markscheme as ms
from bench.farming import MOST_ADDED, MOST_MEMORIZED, Farm
from bench.follow_through import FARMED, Tally, honest_errors, tally
from markscheme.bank.catalog import catalog
from markscheme.exact import Vector
from markscheme.kinds import Integer


@pytest.mark.heavy
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


STOCK = {
    "two vectors everywhere": (
        "attention/linear_rnn",
        {"v_2": "[1, 1]"} | dict.fromkeys(["v_1", "h_2", "k_3", "h_out", "output"], "[1/2, 1/2]"),
    ),
    "one vector everywhere": (
        "attention/linear_rnn",
        dict.fromkeys(["v_1", "h_2", "v_2", "k_3", "h_out", "output"], "[5, 7]"),
    ),
    "the likeliest of the values": (
        "attention/linear_rnn",
        {"v_1": "[2, 2]", "h_2": "[1, -1]", "v_2": "[1, 1]", "k_3": "[5, 3]", "h_out": "[1, 1]", "output": "[1, 1]"},
    ),
    "a constant for a formula": (
        "normalization/mean_only_backward",
        {"gradient": "5", "at_one": "5", "dx": "[5, 5, 5, 5]"},
    ),
    "a formula of other symbols": ("normalization/mean_only_backward", {"gradient": "beta - n", "at_one": "1"}),
    "a formula of one symbol": (
        "normalization/mean_only_backward",
        {"gradient": "gamma^2", "at_one": "1", "dx": "[1, 1, 1, 1]"},
    ),
    "zero before operations": ("backpropagation/computation_graph", {"p": "0", "q": "0", "gradient": "0"}),
    "half a pixel": ("convolution/stack_shape", {"sides": "[1/2, 1/2, 1/2]", "flattened": "8"}),
    "a small norm": ("training/perceptron_bound", {"radius_squared": "5", "bound": "0"}),
    "a slip where the question is ill posed": (
        "regularization/purification_losses",
        {"reconstruction_alpha": "0", "regularization_alpha": "1/2", "regularization_beta": "2",
         "lambda_range": "[0, oo)"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("strategy", STOCK)
def test_known_stock_answers_gain_nothing(strategy: str) -> None:
    """Stock answers in every blank earn together hardly more than each of them alone."""
    name, said = STOCK[strategy]
    problem = ms.problem(name)
    items = [problem.pose(f"stock {seed}") for seed in range(60)]
    together = sum([item.mark(said).marks for item in items])
    alone = sum([item.mark({answer: text}).marks for item in items for answer, text in said.items()])
    assert float(together - alone) <= MOST_ADDED * float(problem.marks) * len(items)


@pytest.mark.heavy
@pytest.mark.parametrize("name", ["backpropagation/computation_graph", "convolution/stack_shape"])
def test_no_stock_answers_are_found_that_gain(name: str) -> None:
    """The best of some hundred strategies gains by follow-through hardly anything."""
    _, best = Farm(ms.problem(name), seeds=60).best(most=150)
    assert best.added <= MOST_ADDED * float(ms.problem(name).marks)


def test_farming_is_noticed_where_it_pays() -> None:
    """Where an answer is carried whatever the one before is, the search finds stock answers that gain."""
    it = ms.Problem("a/problem", version=1, text="")
    it.givens(lambda rng: {"x": rng.int(20, 40), "y": rng.int(3, 9)})
    it.answer("a", lambda x, y: x + y, kind=Integer())  # pyright: ignore[reportUnknownLambdaType, reportUnknownArgumentType]
    last = it.answer("b", lambda a: a + 1, kind=Integer())  # pyright: ignore[reportUnknownLambdaType, reportUnknownArgumentType]
    last.slip("subtracts", lambda a: a - 1)  # pyright: ignore[reportUnknownLambdaType, reportUnknownArgumentType]
    _, best = Farm(it, seeds=10).best(most=100)
    assert best.added == 1


@pytest.mark.parametrize("name", sorted(catalog()))
def test_no_key_is_worth_learning_by_heart(name: str) -> None:
    """One item's key earns little of another's marks, but for what the problem declares to be known."""
    problem = ms.problem(name)
    earned, known = Farm(problem, seeds=40).memorized()
    assert earned - known <= MOST_MEMORIZED * float(problem.marks)


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
