"""Answers within prose, and several at once: what is found, what is left alone, and what it may cost."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

import markscheme as ms
from markscheme.draw import Draw
from markscheme.kinds import SeveralKind
from markscheme.reading import Unreadable
from markscheme.reading.prose import pieces
from tests.steps import at_most

RIGHT = [
    ("9", r"Answer \[ 9 \]"), ("9", "Answer $ 9 $"), ("9", r"Answer \( 9 \)"), ("10", r"Answer \( (9+1) \)"),
    ("28%", "28 percent"), ("28%", r"$\boxed{28}$ percent"), ("28%", r"$\boxed{28 pct}"),
    (r"\frac{9}{4}\pi", r"Therefore $\boxed{\frac94\pi}$."), ("35", r"We get \boxed{35 \text{ cm}}."),
    (r"2 \sin b \cos a", r"By sum-to-product, \[\sin(a+b) - \sin(a-b) = \boxed{2 \sin b \cos a}.\]"),
    ("x >= 5", r"Therefore $x \geq 5$ is the solution."),
    ("[6, -2]", r"So k_3 = W h_3, and the answer is \boxed{[6, -2]}."), ("2.74", "It is 2.74 euros."),
    ("7", "First I thought of 3. The final answer is 7."), ("7", "**Answer:** 7"), ("0.5", "The answer is: 1/2\n\nOK."),
    ("1000.99", "1000,99"), ("0,25", "1/4"), ("1000", "1 000"), ("32349", r"\boxed{32,\! 349}"), ("14916", "14{,}916"),
    # several
    ("1, 2", "2 and 1"), (r"\{1, 2\}", "2, 1"), ("-2,1", r"\boxed{-2,1}"), ("(1,2),(3,4)", "(3,4), (1,2)"),
    (r"1 \pm \sqrt{19}", r"1+\sqrt{19}, 1-\sqrt{19}"), (r"\{1\pm\sqrt{5},-2\}", r"\boxed{\{-2, 1\pm\sqrt{5}\}}"),
    (r"(3, \frac{\pi}{2})", r"\left( 3, \frac{\pi}{2} \right)"), ("x = 1, x = 2", "1 or 2"), (r"\pm 3", "3, -3"),
    ("-12;-11;-10", r"$\boxed{\{-10, -12, -11\}}$"), ("a + b, ab", "ba and b + a"),
]  # fmt: skip
NOT_RIGHT = [
    ("5", r"It is not \boxed{5}."), ("5", "The answer is not 5."), ("7", "Either 7 or 8."), ("7", "3 4 5 6 7"),
    ("0", "a + 3z = 0"), ("1", "2x + z = 1"), ("(0,9)", "[0,9)"), ("(1, 2)", "(2, 1)"), ("1, 2", "1, 2, 3"),
    ("1, 2", "1, 1"), ("{1, 2}", "1, 3"), ("[6, -2]", r"the answer is \boxed{[-2, 6]}"), ("7", "see page 7 and 9"),
    ("(1,2),(3,4)", "(2,1),(4,3)"), ("3", "I do not know."), ("9", r"\boxed{10}, not 9"),
    ("2", "$3$ or $2$"), ("2", "$3$, $2$"), ("2", "x = 3 or x = 2"), ("2", r"\boxed{3}, \boxed{2}"),
    ("2", "$2$ and $3$"), ("2", "$3$ or maybe $2$"), ("2", "The answer is 3, or the answer is 2."),
    ("2", "it is 3 or it is 2"), ("2", "Answer 2: 1"), ("2", "Option 1: 2\nOption 2: 1"), ("3", "Part 3: 1"),
    ("192", "0 192"), ("1", "Result 2:1"),
]  # fmt: skip


@pytest.mark.parametrize(("key", "text"), RIGHT)
def test_answers_are_found(key: str, text: str) -> None:
    """What a text gives as its answer is judged, in whatever words it stands."""
    assert ms.verify(key, text), ms.verify(key, text)


@pytest.mark.parametrize(("key", "text"), NOT_RIGHT)
def test_what_is_not_said_is_not_right(key: str, text: str) -> None:
    """What a text denies, lists among others, or says of something else is not taken for its answer."""
    assert not ms.verify(key, text), ms.verify(key, text)


def test_the_verdict_says_what_was_read() -> None:
    """Where a piece of a text was judged, the reason says which."""
    assert ms.verify("7", "So the final answer is 7, I hope.").reason == "Right; read in the text: 7"
    assert (
        ms.verify("3/4", r"So we get \boxed{0.75}, I hope.").reason
        == "Right: another form of the key; read in the text: \\boxed{0.75}"
    )


@given(st.text(max_size=60), st.text(max_size=20))
def test_lenience_reads_what_was_unread(prose: str, answer: str) -> None:
    """Prose around an answer never changes a verdict that the whole text has."""
    text = f"{prose}{answer}"
    with suppress(Unreadable):
        whole = ms.parse(text)
        for piece in pieces(text):
            with suppress(Unreadable):
                assert ms.parse(piece.text) == whole, piece
                break


HOSTILE = {
    "boxes": "\\boxed{" * 100_000,
    "dollars": "$" * 1_000_000,
    "formulas": "$x$" * 300_000,
    "open": "\\[" * 500_000,
    "answers": "the answer is " * 70_000,
    "numbers": "1 " * 500_000,
    "long": "a" * 1_000_001,
    "braces": "{" * 1_990,
    "commas": "," * 1_990,
    "signs": "±" * 1_990,
    "items": "1," * 990,
    "nested": "(" * 900 + "1,2" + ")" * 900,
    "sets": "{1,{1,{1,{1,2}}}}",
    "names": "x=" * 900,
}


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_prose_is_cheap(hostile: str) -> None:
    """However long a text is, looking for its answer ends soon."""
    with at_most(1_000_000):
        verdict = ms.verify("1, 2", HOSTILE[hostile])
    assert not verdict


LISTS = st.lists(st.sampled_from(["1", "sqrt(2)", "x", "(1, 2)", "{1, 2}", "-1/2", "a+b", "π"]), min_size=2, max_size=5)


@given(LISTS, st.integers(0, 99))
def test_lists_are_read_in_any_order(items: list[str], seed: int) -> None:
    """A bare list agrees with itself in any order, and one in parentheses in its own alone."""
    kind = SeveralKind()
    shuffled = Draw(str(seed)).shuffled(items)
    assert kind.compare(kind.read(", ".join(items)), kind.read(" and ".join(shuffled)))
    ordered = kind.compare(kind.read(f"({', '.join(items)})"), kind.read(f"({', '.join(shuffled)})"))
    assert bool(ordered) == (list(shuffled) == items)
    assert kind.compare(kind.read(", ".join(items)), kind.read(kind.write(kind.read(", ".join(items)))))


@given(st.text(alphabet="0123456789,;(){}[]±x=. andor\\$", max_size=30))
def test_any_list_is_read_or_unreadable(text: str) -> None:
    """No text makes the reader of lists raise anything but Unreadable."""
    with suppress(Unreadable):
        SeveralKind().read(text)
