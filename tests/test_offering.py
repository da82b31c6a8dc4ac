"""Laws of choices among values: the options are the answer and its slips, never two alike, the key's place uniform."""

from __future__ import annotations

from collections import Counter

import pytest

from markscheme import Draw, Problem
from markscheme.core.errors import DefinitionError
from markscheme.core.item import Item
from markscheme.paper.plan import Paper, PaperEntry
from markscheme.paper.printing import Copy, pdf


def problem_with(*, size: int = 4, none: bool = False) -> Problem:
    problem = Problem("arithmetic/triple", version=1, text="What is three times [[a]]?")

    @problem.givens
    def draw(rng: Draw) -> dict[str, object]:
        return {"a": rng.int(4, 10**6)}

    @problem.step
    def triple(a: int) -> int:
        """Three of them."""
        return 3 * a

    @triple.check
    def _(a: int) -> int:
        return a + a + a

    triple.slip("squares", lambda a: a * a)  # pyright: ignore[reportUnknownLambdaType, reportUnknownArgumentType]
    triple.slip("doubles", lambda a: 2 * a)  # pyright: ignore[reportUnknownLambdaType, reportUnknownArgumentType]
    triple.slip("doubles by adding", lambda a: a + a)  # pyright: ignore[reportUnknownLambdaType, reportUnknownArgumentType]
    triple.slip("cubes", lambda a: a**3)  # pyright: ignore[reportUnknownLambdaType, reportUnknownArgumentType]
    triple.slip("is undefined", lambda a: a // 0)  # pyright: ignore[reportUnknownLambdaType, reportUnknownArgumentType]
    problem.choice("picked", triple, size=size, none=none, marks=2)
    return problem


def options_of(item: Item) -> dict[str, int]:
    return {name[-1]: value for name, value in item.values.items() if name.startswith("picked_")}


def test_options_are_the_answer_and_its_slips() -> None:
    """One option is the answer, at the key's letter; the others are slips, no two alike; an id has the same ones."""
    problem = problem_with()
    for seed in range(200):
        item = problem.pose(seed)
        a, options = item.givens["a"], options_of(item)
        assert options[item.key["picked"]] == 3 * a
        assert len(set(options.values())) == 4
        assert set(options.values()) <= {3 * a, a * a, 2 * a, a**3}
        assert options_of(problem.pose(seed)) == options


@pytest.mark.parametrize("none", [False, True])
def test_each_letter_is_right_as_often(none: bool) -> None:
    """Each letter is the key's about as often, that of "none of these" too, where no option is the answer."""
    problem = problem_with(none=none)
    items = [problem.pose(f"place {seed}") for seed in range(800)]
    places = Counter([item.key["picked"] for item in items])
    assert sum([(places[letter] - 200) ** 2 / 200 for letter in "ABCD"]) < 21.1  # chi-square, 3 degrees, 99.99 %
    for item in items:
        assert (3 * item.givens["a"] in options_of(item).values()) == (not none or item.key["picked"] != "D")


def test_a_wrong_letter_is_the_slip_it_comes_from() -> None:
    """Marking a wrong letter names the slip whose value stands there; a proof of the answer is one of the choice."""
    problem = problem_with()
    item = problem.pose("1")
    a = item.givens["a"]
    (letter,) = [letter for letter, value in options_of(item).items() if value == a * a]
    assert item.mark({"picked": letter})["picked"].slips == ("squares",)
    assert item.mark({"picked": item.key["picked"]}).marks == 2
    assert problem.prove(seeds=20).unchecked == ()
    for letter in "ABCD":
        assert f"□ {letter}. " in item.prompt("plain")
    assert "Three of them" in item.solution()
    entry = PaperEntry.model_validate({"title": "Q", "question": [{"problem": problem.name}]})
    paper = Paper("Q", entry, {problem.name: problem})  # pyright: ignore[reportArgumentType]
    assert pdf(Copy(paper, "1", paper.items("1")), solutions=True).startswith(b"%PDF")


def test_too_few_slips_are_an_error() -> None:
    """More options than an answer and its slips can give are refused where they are declared."""
    with pytest.raises(DefinitionError, match="has 5 slips, too few for 7 options"):
        problem_with(size=7)
