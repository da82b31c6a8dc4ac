"""What stands around an answer: words that affirm it, words that deny it, words that make another of it."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Final


def _frames(text: str) -> tuple[str, ...]:
    """The frames of a text, set apart by bars; `⏎` is a new line, `␣` a space that counts."""
    said = " ".join(text.split())
    return tuple([it.strip().replace("⏎", "\n").replace("␣", " ") for it in said.split("|")])


AFFIRMED: Final = _frames(r"""
The answer is {}. | So the answer is {} | the answer is: {} | The final answer is {}. | Answer: {} | Therefore, {}.
| Hence {}. | Thus, {} | We get {}. | so we get {} | We obtain {} | We find that {}. | It follows that {}. | This
gives {}. | The result is {}. | which equals {} | = {} | **Answer:** {} | Final answer: {} | Therefore the answer is
{}. | My answer is {}. | I get {} | It is {}. | Solution: {} | **{}** | \boxed{{{}}} | $\boxed{{{}}}$ | The answer
is $\boxed{{{}}}$. | So \boxed{{{}}} is the answer. | #### {} | <answer>{}</answer> | <think>Let me see. First guess
9931.</think>⏎{} | Let me think.⏎⏎{} | We multiply out and collect terms.⏎⏎The answer is {}. | First we simplify;
then we solve.⏎\boxed{{{}}} | ␣␣{}␣␣ | {}. | `{}` | "{}" | The correct answer is {}. | Hence the answer is {}. |
ANSWER: {} | Finally we have {}. | That is, {}. | In conclusion, the answer is {}.
""")
"""Frames of an answer: known words of affirmation, a box, a tag, a line of its own."""
BARE: Final = _frames(r"""
\boxed{{{}}} | $\boxed{{{}}}$ | #### {} | <answer>{}</answer> | ␣␣{}␣␣ | `{}` | "{}"
""")
"""Those among them that are no sentence."""
DENIED_BEFORE: Final = _frames(r"""
It is not {}. | it cannot be {} | The answer is not {}. | the answer isn't {} | It can't be {}. | I doubt that it is
{}. | anything except {} | anything but {} | everything other than {} | all but: {} | never {} | certainly not {} |
The wrong answer is {}. | my second choice is {} | It is far from {}. | A common mistake is {}. | You might think
that it is {}. | not equal to {} | different from {} | the opposite of {} | the negation of {} | the complement of
{} | instead of {} | rather than {} | unlike {} | If we had forgotten the sign, it would be {}. | It would be wrong
to say {}. | We exclude {}. | ≠ {} | \neq {} | It is no longer {}. | none of the above, so not {} | neither {} nor
anything like it | The answer is hardly {}. | Nobody would say {}. | We ruled out {}. | The answer is anything but
{}. | Therefore it is not {}. | So the answer cannot be {}. | I first thought of {}. | The previous answer was {}. |
the answer must not be {} | It fails to be {}. | I used to believe it is {}. | Suppose it were {}. | Is it {}? |
unless it is {} | the answer differs from {} | The answer, which is not {}. | By no means {}. | It is impossible
that it is {}. | Contrary to {} | The answer is not \boxed{{{}}}. | The incorrect answer is \boxed{{{}}} | != {} |
=/= {} | It was {} before the correction. | Without loss of generality not {} | I refuse to answer {}.
""")
"""Words in front that deny, doubt, replace or put off."""
DENIED_BEHIND: Final = _frames(r"""
{} is wrong | {} is not correct. | {} is incorrect | {} is not the answer. | {} is false. | {}? No. | {} can be
excluded. | \boxed{{{}}} is not correct | The answer is {}, which is wrong. | {} cannot be right. | {} does not
work. | {} does not hold | The answer is {}. No, that is wrong. | {} was my first guess, but it fails. | The answer
is {}. This is not true. | {} isn't it. | {} is out of the question. | {} is too small | {} is too large. | {}, but
that is impossible. | The answer is {} is a mistake. | {} is what most people wrongly say. | {} not | The answer is
{}. Just kidding. | {} would be wrong. | {} (false) | {} (wrong) | The answer is {}... not! | \boxed{{{}}} is wrong;
I do not know the answer. | {} is only an upper bound. | {} is close, yet not right. | {} is excluded | The answer
is {}. Wait, that cannot be. | {} must be rejected. | {} is the wrong answer. | {} contradicts the assumption. | {}
is no solution.
""")
"""Words behind that take it back."""
BOUNDED: Final = _frames(r"""
at least {} | at most {} | more than {} | less than {} | no more than {} | fewer than {} | above {} | below {} | up
to {} | over {} | under {} | The answer is at least {}. | the answer is greater than {} | > {} | < {} | >= {} | \le
{} | {} or more | {} or less | {} at least | {} or fewer | between 0 and {} | not below {} | exceeds {} | ≥ {} | x >
{} | bounded by {}
""")
"""Words that make bounds of a number."""
FORMED: Final = _frames(r"""
the derivative of {} | the integral of {} | the inverse of {} | the square root of {} | the negative of {} | the
logarithm of {} | proportional to {} | The answer is the derivative of {}. | minus {} | O({}) | twice {} | the order
of {} | the absolute value of the sine of {} | a constant plus {} | the gradient of {} | the expectation of {}
""")
"""Words that make another expression of an expression."""
OPERATED: Final = _frames(r"""
the complement of {} | a subset of {} | outside of {} | everything outside {} | the interior of the complement of {}
| the inverse of {} | the length of {} | the sum of {} | the first entry of {} | orthogonal to {} | the determinant of
{} | half of {} | all but one of {}
""")
"""Words that make something else of a set, a vector or a matrix."""
TRIED: Final = _frames("""
{w} or {k} | {k} or {w} | either {k} or {w} | {w}, no, {k} is wrong too | {k}? {w}? | maybe {k}, maybe {w}
| {w}; no, {k}; or {w} | {k} ... or {w}
""")
BOXED: Final = _frames(r"""
\boxed{{{w}}} \boxed{{{k}}} | \boxed{{{k}}} or \boxed{{{w}}} | \boxed{{{w}}}, \boxed{{{k}}}
""")
CHAINED: Final = _frames(r"""
x = {w} = {k} | {w} = {k} | {k} = {w} | {w} \approx {k} | $x = {w} = {k}$ | The answer is {w} = {k}.
""")
"""Two answers, one of them the key: this or that, two boxes, a chain with a false link."""
CHANGED: Final[dict[str, Callable[[Fraction], Fraction | None]]] = {
    "minus {}": lambda it: -it, "negative {}": lambda it: -it, "twice {}": lambda it: 2 * it,
    "half of {}": lambda it: it / 2, "double {}": lambda it: 2 * it, "the square of {}": lambda it: it * it,
    "the square root of {}": lambda _: None, "the reciprocal of {}": lambda it: 1 / it if it else None,
    "one more than {}": lambda it: it + 1, "{} thousand": lambda it: 1000 * it, "{} million": lambda it: 10**6 * it,
    "{} squared": lambda it: it * it, "{} times 3": lambda it: 3 * it, "{} dozen": lambda it: 12 * it,
    "{} plus one": lambda it: it + 1, "{}k": lambda it: 1000 * it, "three times {}": lambda it: 3 * it,
    "{} hundred": lambda it: 100 * it, "{} billion": lambda it: 10**9 * it, "a third of {}": lambda it: it / 3,
    "{} less one": lambda it: it - 1, "the answer is minus {}.": lambda it: -it,
    "The answer is twice {}.": lambda it: 2 * it, "{} per thousand": lambda it: it / 1000,
    "{} halves": lambda it: it / 2, "ten to the {}": lambda _: None, "a factor of 10 above {}": lambda _: None,
    "half {}": lambda it: it / 2,
}  # fmt: skip
"""Words that make another number of a number: which, or None where it is no number of the same sort."""


def _framed(*frames: str) -> tuple[Callable[..., str], ...]:
    return tuple([frame.format for frame in frames])


WRITTEN: Final[dict[str, tuple[Callable[..., str], ...]]] = {
    "label": _framed(
        "{}", "({})", "{}.", "{})", "option {}", "Option {}", "[{}]", "**{}**", r"\text{{{}}}", r"\boxed{{{}}}",
        "choice {}", r"\boxed{{\text{{{}}}}}", "the answer is {}", "The answer is ({}).", "Answer: {}",
        r"$\mathbf{{{}}}$", "the correct option is {}", r"\textbf{{({})}}",
    ),
    "yes": _framed(
        "{}", "{}", "{}.", r"\text{{{}}}", r"\boxed{{{}}}", "The answer is {}", "**{}**", "Answer: {}", " {} ",
        r"\boxed{{\text{{{}}}}}",
    ),
    "words": _framed(
        "{}", "{}.", r"\text{{{}}}", r"$\text{{{}}}$", r"\boxed{{\text{{{}}}}}", "**{}**", "The answer is {}.",
        "Answer: {}", '"{}"',
    ),
    "tokens": (
        lambda *said: " ".join(said), lambda *said: f"[{', '.join(said)}]", lambda *said: f"({', '.join(said)})",
        lambda *said: ", ".join(said), lambda *said: "[" + ", ".join([f'"{it}"' for it in said]) + "]",
        lambda *said: f'"{" ".join(said)}"', lambda *said: " -> ".join(said), lambda *said: " → ".join(said),
        lambda *said: f"the answer is {' '.join(said)}", lambda *said: rf"\text{{{' '.join(said)}}}",
    ),
    "shape": (
        lambda *said: f"({', '.join(said)})", lambda *said: f"[{', '.join(said)}]", lambda *said: ", ".join(said),
        lambda *said: f"torch.Size([{', '.join(said)}])", lambda *said: "x".join(said), lambda *said: "×".join(said),
        lambda *said: " x ".join(said), lambda *said: r" \times ".join(said), lambda *said: "*".join(said),
    ),
    "ratio": _framed("{} : {}", "{}:{}", r"{}\!:\!{}", "{} to {}", "{}/{}", r"\frac{{{}}}{{{}}}", "{}∶{}"),
}  # fmt: skip
"""Words, labels and lists of words as people write them."""
