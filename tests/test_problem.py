"""Declaring a problem: what fits together works, and what does not fails at once, with the name and the near miss."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from markscheme import Draw, Problem
from markscheme.core.errors import DefinitionError
from markscheme.exact import Vector
from markscheme.kinds import Integer, OneOf
from markscheme.pictures import Picture


def problem(name: str = "a/sum", **givens: object) -> Problem:
    made = Problem(name, version=1, text="")
    drawn = givens or {"kernel": 2, "stride": 3}
    made.givens(lambda _: dict(drawn))
    return made


def area(kernel: int, stride: int) -> int:
    return kernel * stride


def unknown_parameter(it: Problem) -> None:
    def area(kernal: int) -> int:
        return kernal

    it.answer(area)


def above_givens(_: Problem) -> None:
    Problem("a/b", version=1, text="").answer("area", area)


def declared_twice(it: Problem) -> None:
    it.answer("area", area)
    it.answer("area", area)


def named_as_a_given(it: Problem) -> None:
    it.answer("stride", area)


def wire_for_no_parameter(it: Problem) -> None:
    it.answer("area", area, strid="kernel")


def wire_from_nothing(it: Problem) -> None:
    it.answer("area", area, stride="kernal")


def keyword_only(it: Problem) -> None:
    def answer(*, kernel: int) -> int:
        return kernel

    it.answer(answer)


def several_at_once(it: Problem) -> None:
    def answer(*kernel: int) -> int:
        return sum(kernel)

    it.answer(answer)


def default_in_the_way(it: Problem) -> None:
    def answer(kernal: int = 1, stride: int = 2) -> int:
        return kernal + stride

    it.answer(answer)


def no_annotation(it: Problem) -> None:
    it.answer("area", lambda kernel: kernel)  # pyright: ignore[reportUnknownArgumentType, reportUnknownLambdaType]


def unknown_annotation(it: Problem) -> None:
    def answer(kernel: int) -> complex:
        return complex(kernel)

    it.answer(answer)


def broken_annotation(it: Problem) -> None:
    def answer(kernel: int) -> int:
        return kernel

    answer.__annotations__["return"] = "Draw.nothing"
    it.answer(answer)


def float_without_tolerance(it: Problem) -> None:
    def answer(kernel: int) -> float:
        return kernel / 2

    it.answer(answer)


def hole_in_a_docstring(it: Problem) -> None:
    def answer(kernel: int) -> int:
        """Twice [[kernal]]."""
        return 2 * kernel

    it.answer(answer)


def hole_in_a_label(it: Problem) -> None:
    it.answer(label="the [[strid]]")(area)


def part_of_another(it: Problem) -> None:
    part = problem("a/other").part("a", "")
    it.part("a", "")
    it.answer(part=part)(area)


def figure_in_the_part_of_another(it: Problem) -> None:
    it.figure(part=problem("a/other").part("a", ""))


def two_parts(it: Problem) -> None:
    it.part("a")
    it.part("a")


def slip_twice(it: Problem) -> None:
    declared = it.answer("area", area)
    declared.slip("adds", area)
    declared.slip("adds", area)


def slip_of_too_many_marks(it: Problem) -> None:
    it.answer(marks=2)(area).slip("adds", area, marks=3)


def negative_marks(it: Problem) -> None:
    it.answer(marks=-1)(area)


def kind_that_is_none(it: Problem) -> None:
    it.answer(kind=Integer)(area)  # type: ignore[call-overload, arg-type]


def slip_needs_more(it: Problem) -> None:
    def slip(kernel: int, area: int) -> int:
        return kernel + area

    it.answer("area", area).slip("adds", slip)


def check_takes_an_answer(it: Problem) -> None:
    it.answer("area", area)

    @it.check
    def _(area: int) -> dict[str, object]:
        return {"area": area}


def givens_twice(it: Problem) -> None:
    it.givens(lambda _: {"x": 1})


def unreadable_parameters(it: Problem) -> None:
    it.answer("area", max)


def options_by_no_given(it: Problem) -> None:
    it.answer(kind=OneOf("AB"), options={"x": "X"}, drawn="kernal")(area)


def options_without_labels(it: Problem) -> None:
    it.answer(options={"x": "X", "y": "Y"})(area)


def more_options_than_labels(it: Problem) -> None:
    it.answer(kind=OneOf("AB"), options={"x": "X", "y": "Y", "z": "Z"})(area)


def published_lacks(it: Problem) -> None:
    it.published("", givens={"kernel": 2}, key={})


def published_unknown(it: Problem) -> None:
    it.published("", givens={"kernel": 2, "stride": 2, "strid": 2}, key={})


def published_unknown_key(it: Problem) -> None:
    it.answer("area", area)
    it.published("", givens={"kernel": 2, "stride": 2}, key={"aera": 4})


def published_wrong_kind(it: Problem) -> None:
    it.answer("area", area)
    it.published("", givens={"kernel": 2, "stride": 2}, key={"area": "four"})


def published_given_of_wrong_kind(it: Problem) -> None:
    it.answer("area", area)
    it.published("", givens={"kernel": [2, 2], "stride": 2}, key={})


def published_twice(it: Problem) -> None:
    it.published("i", givens={"kernel": 2, "stride": 2}, key={})
    it.published("i", givens={"kernel": 2, "stride": 2}, key={})


@pytest.mark.parametrize(
    ("declare", "said"),
    [
        (unknown_parameter, "needs 'kernal'.*(?s:.*)test_problem.py.*(?s:.*)did you mean 'kernel'"),
        (above_givens, "givens are declared above the answers"),
        (declared_twice, "declared twice(?s:.*)def area"),
        (named_as_a_given, "stride is declared twice"),
        (wire_for_no_parameter, "'strid', which is no parameter(?s:.*)did you mean 'stride'"),
        (wire_from_nothing, "needs 'kernal'(?s:.*)did you mean 'kernel'"),
        (keyword_only, "each parameter has a name and a place"),
        (several_at_once, "each parameter has a name and a place"),
        (default_in_the_way, "'kernal', which stays at its default(?s:.*)did you mean 'kernel'"),
        (no_annotation, "needs a return annotation or kind="),
        (unknown_annotation, "no kind of answer is known for complex"),
        (broken_annotation, "in the annotations of"),
        (float_without_tolerance, "states its tolerance"),
        (hole_in_a_docstring, r"\[\[kernal\]\](?s:.*)did you mean 'kernel'"),
        (hole_in_a_label, r"\[\[strid\]\](?s:.*)did you mean 'stride'"),
        (part_of_another, "'a' belongs to another problem"),
        (figure_in_the_part_of_another, "'a' belongs to another problem"),
        (two_parts, "two parts 'a'"),
        (slip_twice, "two slips named 'adds'"),
        (slip_of_too_many_marks, "from 0 to 2 marks, not 3"),
        (negative_marks, "-1 marks"),
        (kind_that_is_none, "kind= is a kind"),
        (slip_needs_more, "slip 'adds' of a/sum: area needs 'area'"),
        (check_takes_an_answer, "check of a/sum needs 'area'"),
        (givens_twice, "declares its givens twice"),
        (unreadable_parameters, "max.* is no function whose parameters can be read"),
        (options_by_no_given, "draws its options by 'kernal'; did you mean 'kernel'"),
        (options_without_labels, "2 options for 0 labels"),
        (more_options_than_labels, "3 options for 2 labels"),
        (published_lacks, "lack 'stride'"),
        (published_unknown, "name 'strid'; did you mean 'stride'"),
        (published_unknown_key, "names 'aera'; did you mean 'area'"),
        (published_wrong_kind, "the published area is not an integer"),
        (published_given_of_wrong_kind, "the published kernel is not an integer"),
        (published_twice, "publishes 'i' twice"),
    ],
)
def test_what_does_not_fit(declare: Callable[[Problem], None], said: str) -> None:
    """What does not fit together is a `DefinitionError` where it is declared, with the definition and the near miss."""
    with pytest.raises(DefinitionError, match=said):
        declare(problem())


@pytest.mark.parametrize(
    ("givens", "said"),
    [
        (lambda: {"x": 1}, "a function of a Draw"),
        (lambda *, _: {"x": 1}, "a function of a Draw"),
        (lambda _, size: {"x": size}, "keyword-only"),
        (lambda _, *, size: {"x": size}, "keyword-only"),
        (lambda _, *, size=(1, 2): {"x": size}, "a number, a text or a bool as default"),
        (lambda _: None, "a dict of values by name"),
        (lambda _: {"x": 1 / 0}, "ZeroDivisionError"),
        (lambda _: {"x": not_yet_there}, "not_yet_there(?s:.*)define it above"),  # type: ignore[name-defined]  # noqa: F821  # pyright: ignore[reportUndefinedVariable]
    ],
)
def test_givens_that_cannot_be(givens: Any, said: str) -> None:
    """Givens are a function of a `Draw` and of knobs that an id can spell, and give a dict whenever they are called."""
    with pytest.raises(DefinitionError, match=said):
        Problem("a/b", version=1, text="").givens(givens)


@pytest.mark.parametrize(("name", "version"), [("A/b", 1), ("a b", 1), ("", 1), ("a//b", 1), ("a/2", 1), ("a/b", 0)])
def test_names_and_versions(name: str, version: int) -> None:
    """A problem's name is one that an id can be made of, and its version counts from 1."""
    with pytest.raises(DefinitionError):
        Problem(name, version=version, text="")


def test_holes_of_the_text() -> None:
    """A hole in the text that no given fills is an error at the givens; one in a part, when the first item is posed."""
    text = Problem("a/b", version=1, text="What is $[[sid]]$?")
    with pytest.raises(DefinitionError, match=r"\[\[sid\]\].*did you mean 'side'"):
        text.givens(lambda _: {"side": 1})
    in_part = problem()
    in_part.part("a", "Take [[strid]].")
    for pose in (lambda: in_part.pose(1), in_part.errata, lambda: in_part.prove(1)):
        in_part.variants.clear()
        in_part.published("", givens={"kernel": 1, "stride": 2}, key={})
        with pytest.raises(DefinitionError, match=r"part a has a hole \[\[strid\]\].*did you mean 'stride'"):
            pose()


def test_a_family_is_a_loop() -> None:
    """One function declared over and over, wired by keyword, is a chain; slips and checks inherit the wires."""
    it = problem("a/chain", h_0=1, u=3)

    def state(h: int, u: int) -> int:
        return 2 * h + u

    for t in (1, 2, 3):
        declared = it.answer(f"h_{t}", state, h=f"h_{t - 1}")
        declared.slip("forgets the input", lambda h: 2 * h)  # pyright: ignore[reportUnknownLambdaType]
        declared.check(lambda h, u: h + u + h)  # pyright: ignore[reportUnknownLambdaType]
    assert it.pose(1).key == {"h_1": 5, "h_2": 13, "h_3": 29}
    assert [slip.wired.names for slip in it.answers["h_3"].slips] == [("h_2",)]
    assert it.prove(1).unchecked == ()


def test_answers_may_be_declared_over_answers() -> None:
    """A family may be declared over a decorated answer: its function is taken."""
    it = problem()
    first = it.answer(area)
    it.answer("volume", first, kernel="area")
    assert it.pose(1).key == {"area": 6, "volume": 18}
    assert first(2, 2) == 4


def test_a_default_that_nothing_names_stays() -> None:
    """A parameter that is neither given nor answered keeps its default, so that a loop may close over its counter."""
    it = problem()
    for t in (2, 3):

        def power(kernel: int, t: int = t) -> int:
            return int(kernel**t)

        it.answer(f"power_{t}", power)
    assert it.pose(1).key == {"power_2": 4, "power_3": 8}


def test_partly_applied_functions() -> None:
    """A partly applied function has no annotations of its own: it is an answer with `kind=`, else a clear error."""
    it = problem()
    it.answer("doubled", partial(area, 2), kind=Integer())
    assert it.pose(1).key == {"doubled": 6}
    with pytest.raises(DefinitionError, match="other"):
        it.answer("other", partial(area, 2))


def test_what_is_declared_later_counts() -> None:
    """A problem may be posed while it is being declared, as in a notebook: the next item has what was added since."""
    it = problem()
    declared = it.answer(area)
    assert it.pose(1).key == {"area": 6}
    it.answer("more", lambda area: area + 1, kind=Integer())  # pyright: ignore[reportUnknownArgumentType, reportUnknownLambdaType]
    assert it.pose(1).key == {"area": 6, "more": 7}
    declared.require("the area is odd")(lambda area: area % 2 == 1)  # pyright: ignore[reportUnknownLambdaType]
    with pytest.raises(Exception, match="the area is odd"):
        it.pose(1)


def test_parts_hold_their_answers() -> None:
    """Marks and sections go by part; two parts of two problems are different, even if they say the same."""
    it = problem()
    a, b = it.part("a", "One."), it.part("b", "Two.")
    it.answer(part=b, marks=2.5)(area)
    it.shown("hint", area, part=a)
    assert it.layout.total == it.marks == 2.5
    assert [(section.part, [answer.name for answer in section.answers]) for section in it.layout.sections] == [
        (a, []),
        (b, ["area"]),
    ]
    assert a != problem().part("a", "One.")


def test_figures_and_symbols() -> None:
    """A figure gets the values that it names; a symbol is the declared one, else it is made from the name."""
    it = Problem("a/b", version=1, text="", symbols={"W": r"\mathbf{W}"})
    it.givens(lambda _: {"W": Vector((1, 2)), "h_out": 1})
    seen: list[object] = []

    @it.figure()
    def _(W: Vector) -> Picture:
        seen.append(W)
        raise NotImplementedError

    with pytest.raises(NotImplementedError):
        it.figures[0].wired(it.pose(1).values)
    assert seen == [(1, 2)]
    assert (it.symbol("W"), it.symbol("h_out")) == (r"\mathbf{W}", r"h_\text{out}")


def test_draws_once_where_it_stands() -> None:
    """The givens are drawn once at declaration, by a stream that the problem's name alone determines."""
    seen: list[int] = []

    def draw(rng: Draw) -> dict[str, object]:
        seen.append(rng.int(0, 10**9))
        return {"x": 1}

    for _ in range(2):
        Problem("a/b", version=1, text="").givens(draw)
    assert len(seen) == 2
    assert seen[0] == seen[1]


def test_without_givens() -> None:
    """A problem in which nothing is drawn needs no givens: it is posed, proven, published and marked; its text has no
    hole, and givens below an answer are refused.
    """
    it = Problem("a/proof", version=1, text="Show that $1 + 1 = 2$, and say how much it is.")

    @it.rubric({"counts": 2})
    def proof() -> None:
        """Count."""

    @it.answer
    def total() -> int:
        """One and one."""
        return 1 + 1

    it.check(lambda: {"total": len("ab")})
    it.published("", key={"total": 3})
    assert it.pose("x").mark({"total": "2"}).marks == 1
    assert it.prove(3).unchecked == ()
    assert it.as_published().mark({"total": "2"})["total"]
    assert it.errata()
    with pytest.raises(DefinitionError, match="the givens stand above the answers"):
        it.givens(lambda _: {"x": 1})
    holed = Problem("a/hole", version=1, text="How much is [[x]]?")
    holed.answer("total", total)
    with pytest.raises(DefinitionError, match=r"a hole \[\[x\]\]"):
        holed.pose(1)


def test_slips_that_are_read() -> None:
    """A table of slips is one slip a row, which is what the answer's kind reads of the text."""
    it = problem(x=3)
    double = it.answer("double", lambda x: 2 * x, kind=Integer())  # pyright: ignore[reportUnknownLambdaType, reportUnknownArgumentType]
    double.slips_read({"forgets the factor": "3", "squares": "3^2"})
    marked = [it.pose(1).mark({"double": text})["double"] for text in ("3", "9", "7")]
    assert [verdict.slips for verdict in marked] == [("forgets the factor",), ("squares",), ()]


def test_answers_that_are_right_together() -> None:
    """Answers are right together where their rule says so, whatever each is alone, and each by itself elsewhere."""
    it = problem(x=12)
    it.answer("first", lambda x: x // 3, marks=2, kind=Integer())  # pyright: ignore[reportUnknownLambdaType, reportUnknownArgumentType]
    second = it.answer("second", lambda first, x: x // first, marks=2, kind=Integer())  # pyright: ignore[reportUnknownLambdaType, reportUnknownArgumentType]
    second.together(lambda first, second, x: first * second == x > first > 1)  # pyright: ignore[reportUnknownLambdaType, reportUnknownArgumentType]
    it.answer("rest", lambda first, second, x: x - first - second, marks=1, kind=Integer())  # pyright: ignore[reportUnknownLambdaType, reportUnknownArgumentType]

    def statuses(**said: str) -> list[str]:
        return [verdict.status for verdict in it.pose(1).mark(said).values()]

    assert statuses(first="6", second="2", rest="5") == ["right", "right", "right"]
    assert statuses(first="4", second="6") == ["right", "wrong", "blank"]
    assert statuses(first="6", second="six") == ["wrong", "unreadable", "blank"]
    assert statuses(first="12", second="1")[0] == "wrong"


def test_a_figure_may_take_all_values() -> None:
    """A figure with `**values` gets the givens and every answer declared above it, and those alone."""
    it = problem(kernel=2, stride=3)
    it.answer("area", area, kind=Integer())
    seen: list[dict[str, Any]] = []

    @it.figure
    def drawn(**values: Any) -> Picture:  # pyright: ignore[reportUnusedFunction]
        seen.append(values)
        return Picture("dot", {}, "A dot.")

    it.answer("later", lambda area: area + 1, kind=Integer())  # pyright: ignore[reportUnknownLambdaType, reportUnknownArgumentType]
    it.pose("1").prompt()
    assert seen[-1] == {"kernel": 2, "stride": 3, "area": area(2, 3)}
