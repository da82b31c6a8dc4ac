from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from markscheme.mechanisms.decoding import Hypothesis, beam_search, exhaustive, greedy, sequence_score

Tree = dict[tuple[str, ...], dict[str, int]]
TOKENS = ("a", "b", "END")


@st.composite
def trees(draw: st.DrawFn, *, full: bool = False, ties: bool = True) -> Tree:
    """Trees of depth at most 4 over two words and an end, perhaps with dead ends."""
    prefixes = [p for depth in range(4) for p in product("ab", repeat=depth)]
    scores = draw(st.lists(st.integers(-9, -1), min_size=3 * len(prefixes), max_size=3 * len(prefixes)))
    if not ties:  # a different power of two for each branch: no two sums agree
        order = draw(st.permutations(range(len(scores))))
        scores = [-(2**place) for place in order]
    tree: Tree = {}
    for place, prefix in enumerate(prefixes):
        tokens = TOKENS if full and len(prefix) < 3 else ("END",) if full else draw(st.sets(st.sampled_from(TOKENS)))
        if tokens or not prefix:
            ordered = [token for token in TOKENS if token in tokens] or ["END"]
            tree[prefix] = {token: scores[3 * place + TOKENS.index(token)] for token in ordered}
    return tree


def sequences(tree: Tree) -> list[tuple[int, tuple[str, ...]]]:
    """Every completed sequence with its score, by recursion."""

    def below(prefix: tuple[str, ...], score: int) -> list[tuple[int, tuple[str, ...]]]:
        if prefix and prefix[-1] == "END":
            return [(score, prefix)]
        return [
            found for token, step in tree.get(prefix, {}).items() for found in below((*prefix, token), score + step)
        ]

    return below((), 0)


def levels(tree: Tree, width: int, *, fixed: bool) -> list[tuple[int, tuple[str, ...]]]:
    """What a beam completes, by counting for each sequence of a level how many are better."""
    alive, completed = {(): 0}, list[tuple[int, tuple[str, ...]]]()
    while alive and width > 0:
        level = {(*p, token): s + step for p, s in alive.items() for token, step in tree.get(p, {}).items()}
        kept = {p: s for p, s in level.items() if sum(other > s for other in level.values()) < width}
        ended = {p: s for p, s in kept.items() if p[-1] == "END"}
        completed += [(s, p) for p, s in ended.items()]
        alive = {p: s for p, s in kept.items() if p not in ended}
        width -= 0 if fixed else len(ended)
    return sorted(completed, reverse=True)


def words(hypotheses: tuple[Hypothesis[Fraction], ...]) -> list[tuple[str, float]]:
    return [(" ".join(found.tokens), float(found.score)) for found in hypotheses]


def test_published_search(printed_tree: dict[tuple[str, ...], dict[str, Fraction]]) -> None:
    """The tree rebuilt from the working of question 4 gives the printed answers and the printed iterations."""
    search = beam_search(printed_tree, 2, "EOS")
    assert words(search.completed) == [("deep deep EOS", -0.87), ("learn learn deep EOS", -1.31)]
    assert [step.width for step in search.iterations] == [2, 2, 2, 1]
    assert words(search.iterations[1].kept) == [("deep deep", -0.65), ("learn learn", -0.91)]
    assert words(search.iterations[2].expanded) == [
        ("deep deep EOS", -0.87),
        ("deep deep learn", -2.26),
        ("learn learn EOS", -3.21),
        ("learn learn deep", -1.03),
    ]


@given(trees(ties=False), st.integers(1, 4), st.booleans())
def test_beam_against_counting(tree: Tree, width: int, fixed: bool) -> None:
    """A beam keeps what fewer than `width` others of its level beat, narrower by one for each completed one."""
    found = beam_search(tree, width, "END", fixed=fixed).completed
    assert [(one.score, one.tokens) for one in found] == levels(tree, width, fixed=fixed)


@given(trees(full=True))
def test_wide_beam_is_exhaustive(tree: Tree) -> None:
    """A beam wider than the tree, not narrowed, completes all that exhaustive enumeration does."""
    wide = beam_search(tree, 99, "END", fixed=True).completed
    assert {(one.score, one.tokens) for one in wide} == {(one.score, one.tokens) for one in exhaustive(tree, "END")}


@given(trees())
def test_exhaustive(tree: Tree) -> None:
    """Exhaustive enumeration finds each completed sequence once, best first."""
    found = [(one.score, one.tokens) for one in exhaustive(tree, "END")]
    assert sorted(found) == sorted(sequences(tree))
    assert [score for score, _ in found] == sorted((score for score, _ in found), reverse=True)


@given(trees())
def test_greedy_is_a_beam_of_one(tree: Tree) -> None:
    """Greedy decoding is a beam of width one."""
    alone, beam = greedy(tree, "END"), beam_search(tree, 1, "END")
    (last,) = beam.iterations[-1].kept
    assert (alone.tokens, alone.score, alone.completed) == (last.tokens, last.score, last.completed)
    assert beam.completed == ((alone,) if alone.completed else ())


@given(trees(), st.integers(1, 4), st.booleans())
def test_trace(tree: Tree, width: int, fixed: bool) -> None:
    """The trace holds every child of every live hypothesis kept before, and the scores along the tree."""
    iterations = beam_search(tree, width, "END", fixed=fixed).iterations
    alive: list[tuple[str, ...]] = [()]
    for step in iterations:
        expected = [(*prefix, token) for prefix in alive for token in tree.get(prefix, {})]
        assert [one.tokens for one in step.expanded] == expected
        assert all(one.score == sequence_score(tree, one.tokens) for one in step.expanded)
        assert len(step.kept) == min(step.width, len(step.expanded))
        alive = [one.tokens for one in step.kept if not one.completed]


def test_ties() -> None:
    """Of equal scores the one expanded first is kept."""
    (step,) = beam_search({(): {"b": -1, "a": -1, "c": -1}}, 2, "END").iterations
    assert [one.tokens for one in step.kept] == [("b",), ("a",)]
    assert greedy({(): {"b": -1, "a": -1}}, "END").tokens == ("b",)


def test_decimals() -> None:
    """Decimals add as they are written."""
    tree = {(): {"a": Decimal("-0.1")}, ("a",): {"END": Decimal("-0.2")}}
    assert beam_search(tree, 2, "END").completed[0].score == Decimal("-0.3")


def test_refused_searches() -> None:
    """A beam has a width, a tree has a start, and a scored sequence is in the tree."""
    with pytest.raises(ValueError, match="at least 1 wide, not 0"):
        beam_search({(): {"a": -1}}, 0, "END")
    empty: Tree = {}
    for search in (greedy, exhaustive):
        with pytest.raises(ValueError, match="at its start"):
            search(empty, "END")
    with pytest.raises(ValueError, match="at its start"):
        beam_search(empty, 1, "END")
    with pytest.raises(ValueError, match="not take 'b' after"):
        sequence_score({(): {"a": -1}}, ("a", "b"))
    with pytest.raises(ValueError, match="at least one token"):
        sequence_score({(): {"a": -1}}, ())
