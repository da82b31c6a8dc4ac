"""A problem is a program: givens, answers as functions of givens and earlier answers, slips, checks, printed keys."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ParamSpec, TypeAlias, TypeVar, cast, get_type_hints, overload

from markscheme.core.answer import Answer, Options, Part, Role
from markscheme.core.errors import DefinitionError, UnknownName, near_misses
from markscheme.core.graph import Graph
from markscheme.core.identity import is_name
from markscheme.core.layout import FigureRule, Layout, Place, TableRule, as_asked, whole
from markscheme.core.marks import Marks, exact_marks, total
from markscheme.core.offering import offer
from markscheme.core.posing import as_published, pose
from markscheme.core.published import Published
from markscheme.core.trained import Trained
from markscheme.core.translating import translate
from markscheme.core.wiring import Wired, definition, parameters_of, takes_all, wire, wire_all
from markscheme.draw import Draw
from markscheme.kinds import Code, Kind, Rubric, Scoring, TextKind, kind_for, kind_of
from markscheme.kinds.registry import is_kind
from markscheme.sandbox import Harness
from markscheme.text.source import Text, listing

if TYPE_CHECKING:
    from markscheme.core.errata import Finding
    from markscheme.core.item import Item
    from markscheme.core.layout import Figure
    from markscheme.core.proof import Proof

P = ParamSpec("P")
R = TypeVar("R")
F = TypeVar("F", bound=Callable[..., Any])
GivensFunction: TypeAlias = Callable[..., dict[str, object]]


def _nothing(_: Draw) -> dict[str, object]:
    return {}


def _exact(points: Mapping[str, float]) -> dict[str, Marks]:
    return {point: exact_marks(marks) for point, marks in points.items()}


class Problem:
    """An exam problem: a text with holes, and the graph of its answers.

    >>> problem = Problem("arithmetic/sum", version=1, text="What is $[[a]] + [[b]]$?")
    >>> @problem.givens
    ... def draw(rng: Draw) -> dict[str, object]:
    ...     return {"a": rng.int(1, 9), "b": rng.int(1, 9)}
    >>> @problem.answer(marks=2)
    ... def total(a: int, b: int) -> int:
    ...     return a + b
    >>> @total.slip("multiplies")
    ... def _(a: int, b: int) -> int:
    ...     return a * b
    >>> item = problem.pose("2026-07")
    >>> item.mark({"total": str(item.key["total"])}).marks
    2

    Raises `DefinitionError`, when the file is imported, for names that do not fit together.
    """

    def __init__(
        self,
        name: str,
        *,
        version: int,
        text: str,
        title: str = "",
        source: str = "",
        symbols: Mapping[str, str] = MappingProxyType({}),
        lab: Trained | None = None,
        beside: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        if not is_name(name):
            raise DefinitionError(f"a problem's name is words of a-z, 0-9 and _ joined by /, not {name!r}")
        if version < 1:
            raise DefinitionError(f"{name}: a problem's version is 1 or more, not {version}")
        self.name = name
        self.version = version
        self.title = title or name.rsplit("/", 1)[-1].replace("_", " ").capitalize()
        self.source = source
        self.text = Text(inspect.cleandoc(text).strip())
        self.beside = {other: Text(inspect.cleandoc(own).strip()) for other, own in beside.items()}
        """Its text where a paper asks another problem too, by the name of that: it gives nothing of it away."""
        self.graph = Graph(name, version, dict(symbols))
        """Its names, as its answers know them."""
        self.lab = lab
        """What was really trained about it."""
        self.parts: list[Part] = []
        self.answers = self.graph.answers
        self.checks: list[Wired] = []
        self.figures: list[FigureRule] = []
        self.tables: list[TableRule] = []
        self.variants: dict[str, Published] = {}
        self.knobs: dict[str, object] = {}
        self._draw: GivensFunction | None = None
        self._given_kinds: dict[str, Kind[Any]] = {}

    def __repr__(self) -> str:
        return f"Problem({self.name!r}, version={self.version})"

    def _repr_markdown_(self) -> str:
        from markscheme.core.notebook import problem_as  # noqa: PLC0415 (start-up time)

        return problem_as("markdown", self)

    def _repr_html_(self) -> str:
        from markscheme.core.notebook import problem_as  # noqa: PLC0415 (start-up time)

        return problem_as("html", self)

    # Declaring

    @overload
    def givens(self, function: GivensFunction, /) -> GivensFunction: ...
    @overload
    def givens(self, /, **kinds: Kind[Any]) -> Callable[[GivensFunction], GivensFunction]: ...
    def givens(self, function: GivensFunction | None = None, /, **kinds: Kind[Any]) -> Any:
        """Declare how the givens are drawn: a function of a `Draw` and of keyword-only difficulty knobs.

        It returns the same names whatever it draws. Kinds are read off the answers' annotations; name here those that
        cannot be: `@problem.givens(score=Real(absolute=0.01))`. A problem in which nothing is drawn has no givens.
        """

        def declare(function: GivensFunction) -> GivensFunction:
            if self._draw is not None:
                raise DefinitionError(f"{self.name} declares its givens twice")
            if self.answers:
                raise DefinitionError(f"{self.name}: the givens stand above the answers, which may need them, unlike\n"
                                      f"{definition(function)}")  # fmt: skip
            rng, *knobs = parameters_of(function, f"the givens of {self.name}").values() or (None,)
            if rng is None or rng.kind not in (rng.POSITIONAL_ONLY, rng.POSITIONAL_OR_KEYWORD):
                raise DefinitionError(
                    f"{self.name}: the givens are a function of a Draw, unlike\n{definition(function)}"
                )
            for knob in knobs:
                if knob.kind is not knob.KEYWORD_ONLY or not isinstance(knob.default, bool | int | float | str):
                    raise DefinitionError(f"{self.name}: a knob of the givens is keyword-only and has a number, a text "
                                          f"or a bool as default, not {knob}, in\n{definition(function)}")  # fmt: skip
                self.knobs[knob.name] = knob.default
            self.graph.sample = self._drawn_once(function)
            self._draw = function
            self._given_kinds |= kinds
            for name in kinds:
                if name not in self.sample:
                    raise DefinitionError(f"{self.name} gives no {name!r}; {near_misses(name, self.sample)}")
            self._check_texts()
            return function

        return declare if function is None else declare(function)

    def part(self, label: str, text: str = "") -> Part:
        """Declare a part with its own text; answers name it with `part=`."""
        if any(part.label == label for part in self.parts):
            raise DefinitionError(f"{self.name} has two parts {label!r}")
        part = Part(label, Text(inspect.cleandoc(text).strip()))
        self.parts.append(part)
        self.graph.layouts.clear()
        return part

    @overload
    def answer(self, function: Callable[P, R], /) -> Answer[P, R]: ...
    @overload
    def answer(
        self, /, *, marks: float = ..., part: Part | None = ..., kind: Kind[Any] | None = ..., label: str = ...,
        options: Mapping[str, str] | None = ..., drawn: str | None = ..., scoring: Scoring | None = ...,
        fixed: bool = ...,
    ) -> Callable[[Callable[P, R]], Answer[P, R]]: ...  # fmt: skip
    @overload
    def answer(
        self, name: str, function: Callable[P, R], /, *, marks: float = ..., part: Part | None = ...,
        kind: Kind[Any] | None = ..., label: str = ..., options: Mapping[str, str] | None = ...,
        drawn: str | None = ..., scoring: Scoring | None = ..., fixed: bool = ..., **wires: str,
    ) -> Answer[P, R]: ...  # fmt: skip
    def answer(
        self, name: str | Callable[..., Any] = "", function: Callable[..., Any] | None = None, /, *, marks: float = 1,
        part: Part | None = None, kind: Kind[Any] | None = None, label: str = "",
        options: Mapping[str, str] | None = None, drawn: str | None = None, scoring: Scoring | None = None,
        fixed: bool = False, **wires: str,
    ) -> Any:  # fmt: skip
        """Declare an answer that the student writes.

        As a decorator, the function's name is the answer's; called with a name and a function, `wires` say which value
        a parameter gets (`h="h_1"`), so that a plain loop declares a family. The return annotation names the kind,
        unless `kind` does. The docstring explains; its last paragraph, if it is one formula `$...$` with holes such as
        `[[parameter]]`, is shown with symbols and with values. `options` are the texts of a choice, by key, and `drawn`
        names the given that says which of them this item has. `scoring="per-entry"` gives marks for each right entry.
        `fixed` says that it is one for all items by the nature of the question, as a limit is, and no oversight.
        """
        if options is None:
            choice = None
        else:
            texts = {key: Text(inspect.cleandoc(text).strip(), inline=True) for key, text in options.items()}
            for key, text in texts.items():
                self._check_holes(text, f"option {key!r}", self._printed)
            choice = Options(texts, drawn)
        if choice and drawn is not None and drawn not in self.sample:
            raise DefinitionError(f"{self.name} draws its options by {drawn!r}; {near_misses(drawn, self.sample)}")
        return self._declare(
            "asked", name, function, wires, exact_marks(marks), part, kind, label, choice, scoring, fixed
        )

    def rubric(
        self, points: Mapping[str, float], /, *, part: Part | None = None, label: str = ""
    ) -> Callable[[Callable[[], None]], Answer[[], str]]:
        """Declare an explanation or a proof that a person marks, point by point; each point says what earns its marks.

        The function has no parameters and no body: its docstring is the model answer.
        """
        return self._by_hand(Rubric(_exact(points)), None, part, label)

    def code(
        self, points: Mapping[str, float], /, *, solution: str, listing: str = "", harness: Harness | None = None,
        part: Part | None = None, label: str = "",
    ) -> Callable[[Callable[[], None]], Answer[[], str]]:  # fmt: skip
        """Declare a program to write, with one that is right, and a rubric as for prose.

        The function has no parameters and no body: its docstring says what the solution does, and why. With a `harness`
        programs are run in the sandbox, and `.property` is told the `Outcome`; slips are programs that are known to be
        wrong. A person has the rubric where nothing can be run. `listing` is the program of the question.
        """
        kind = Code(_exact(points), harness, listing.strip("\n"))
        return self._by_hand(kind, solution.strip("\n"), part, label)

    def _by_hand(
        self, kind: Rubric, solution: str | None, part: Part | None, label: str
    ) -> Callable[[Callable[[], None]], Answer[[], str]]:
        def declare(function: Callable[[], None]) -> Answer[[], str]:
            text = inspect.cleandoc(function.__doc__ or "")

            def model() -> str:
                return text if solution is None else solution

            model.__name__, model.__doc__, model.__module__ = function.__name__, text, function.__module__
            return self._declare("asked", model, None, {}, kind.marks, part, kind, label, None)

        return declare

    @overload
    def shown(self, function: Callable[P, R], /) -> Answer[P, R]: ...
    @overload
    def shown(
        self, /, *, part: Part | None = ..., kind: Kind[Any] | None = ...
    ) -> Callable[[Callable[P, R]], Answer[P, R]]: ...
    @overload
    def shown(
        self,
        name: str,
        function: Callable[P, R],
        /,
        *,
        part: Part | None = ...,
        kind: Kind[Any] | None = ...,
        **wires: str,
    ) -> Answer[P, R]: ...
    def shown(
        self, name: str | Callable[..., Any] = "", function: Callable[..., Any] | None = None, /, *,
        part: Part | None = None, kind: Kind[Any] | None = None, **wires: str,
    ) -> Any:  # fmt: skip
        """Declare a value that is printed as a hint: students may go on from it, or from their own carried through."""
        return self._declare("shown", name, function, wires, 0, part, kind, "", None)

    def offered(
        self, name: str, function: Callable[..., Any], kind: Kind[Any], part: Part | None = None
    ) -> Answer[..., Any]:
        """Declare a value that is printed as an option to choose; `choice` does for its own."""
        return self._declare("option", name, function, {}, 0, part, kind, "", None)

    def choice(
        self, name: str, of: Answer[..., Any], size: int = 4, *, none: bool = False, marks: float = 1,
        part: Part | None = None, label: str = "",
    ) -> Answer[..., Any]:  # fmt: skip
        """Declare a choice among values: that of an answer above (a step, say), and what its slips give.

        Which slips, and in which order, is drawn for each item; no two options are alike, and draws that give too few
        are turned down. With `none` the last option is "None of these", and is right as often as the others. A wrong
        letter is the slip that its value comes from.

        >>> problem = Problem("arithmetic/triple", version=1, text="What is three times [[a]]?")
        >>> @problem.givens
        ... def draw(rng: Draw) -> dict[str, object]:
        ...     return {"a": rng.int(3, 9)}
        >>> @problem.step
        ... def triple(a: int) -> int:
        ...     return 3 * a
        >>> _ = triple.slip("squares", lambda a: a * a), triple.slip("doubles", lambda a: 2 * a)
        >>> picked = problem.choice("picked", triple, size=3)
        >>> item = problem.pose("1")
        >>> item.values[f"picked_{item.key['picked']}"] == 3 * item.givens["a"]
        True
        """
        return offer(self, name, of, size, none=none, marks=marks, part=part, label=label)

    def prints(
        self, name: str = "output", *, marks: float = 1, part: Part | None = None, label: str = "It prints"
    ) -> Answer[..., Any]:
        r"""Declare what the listing of the question prints: that of the part, or of the problem's text.

        The listing is the one that stands there, with its holes filled; its key is what comes out when it is run in the
        sandbox. Where there is none, or the listing fails, nothing can be posed.

        >>> text = "What is printed?\n\n```python\nprint([[a]] * [0])\n```"
        >>> problem = Problem("python/lists", version=1, text=text)
        >>> @problem.givens
        ... def draw(rng: Draw) -> dict[str, object]:
        ...     return {"a": rng.int(2, 4)}
        >>> output = problem.prints(marks=2)
        >>> slip = output.slip("multiplies numbers", lambda a: "0")
        """
        from markscheme.core.listings import declare  # noqa: PLC0415 (start-up time)

        return declare(self, name, exact_marks(marks), part, label)

    @overload
    def step(self, function: Callable[P, R], /) -> Answer[P, R]: ...
    @overload
    def step(
        self, /, *, part: Part | None = ..., kind: Kind[Any] | None = ...
    ) -> Callable[[Callable[P, R]], Answer[P, R]]: ...
    @overload
    def step(
        self,
        name: str,
        function: Callable[P, R],
        /,
        *,
        part: Part | None = ...,
        kind: Kind[Any] | None = ...,
        **wires: str,
    ) -> Answer[P, R]: ...
    def step(
        self, name: str | Callable[..., Any] = "", function: Callable[..., Any] | None = None, /, *,
        part: Part | None = None, kind: Kind[Any] | None = None, **wires: str,
    ) -> Any:  # fmt: skip
        """Declare a value on the way, neither asked nor shown: it carries follow-through, and printed keys name it."""
        return self._declare("step", name, function, wires, 0, part, kind, "", None)

    def check(self, function: F) -> F:
        """Declare a second way: a function of the givens that returns answers by name and shares no code with them."""
        self.checks.append(wire(function, tuple(self.sample), f"check of {self.name}"))
        return function

    @overload
    def figure(self, function: F, /) -> F: ...
    @overload
    def figure(self, /, *, part: Part | None = ..., answered: bool = ..., place: Place = ...) -> Callable[[F], F]: ...
    def figure(
        self, function: Callable[..., Any] | None = None, /, *, part: Part | None = None, answered: bool = False,
        place: Place = "question",
    ) -> Any:  # fmt: skip
        """Declare a figure: a function that returns a `Picture`, of the values that it names, or of all as `**values`.
        With `answered`, students write into the figure; at the place "solution" it is drawn beside the working alone.
        """
        self._check_part(part, f"figure of {self.name}")

        def declare(function: Callable[..., Any]) -> Callable[..., Any]:
            owner = f"figure of {self.name}"
            wired = wire_all(function, self.names) if takes_all(function, owner) else wire(function, self.names, owner)
            self.figures.append(FigureRule(function.__name__, part, wired, answered, place))
            self.graph.layouts.clear()
            return function

        return declare if function is None else declare(function)

    def table(self, columns: Sequence[str], rows: Sequence[Sequence[str]], *, part: Part | None = None) -> None:
        """Declare a table to fill in. Cells are texts; one that is the hole of an asked answer is a blank to write in.

        >>> problem = Problem("arithmetic/double", version=1, text="Complete the table.")
        >>> @problem.givens
        ... def draw(rng: Draw) -> dict[str, object]:
        ...     return {"a": rng.int(1, 9)}
        >>> @problem.answer
        ... def double(a: int) -> int:
        ...     return 2 * a
        >>> problem.table(["number", "its double"], [["[[a]]", "[[double]]"]])
        >>> print(problem.pose("1").prompt("plain").splitlines()[4].split())
        ['7', '____']
        """
        self._check_part(part, f"table of {self.name}")
        cells = tuple([tuple([Text(cell, inline=True) for cell in row]) for row in rows])
        for name in [name for row in cells for cell in row for name in cell.names]:
            if name not in self.names:
                raise DefinitionError(f"{self.name}: a table has a cell [[{name}]]; {near_misses(name, self.names)}")
        if any([len(row) != len(columns) for row in cells]):
            raise DefinitionError(f"{self.name}: each row of a table has {len(columns)} cells, one for each column")
        self.tables.append(TableRule(part, tuple([Text(column, inline=True) for column in columns]), cells))
        self.graph.layouts.clear()

    def published(
        self,
        variant: str,
        *,
        givens: Mapping[str, object] = MappingProxyType({}),
        key: Mapping[str, object],
        asks: Mapping[str, float] | None = None,
        text: str | None = None,
        parts: Mapping[str, str] | None = None,
        figures: Mapping[str, Figure] | None = None,
    ) -> Published:
        """Declare published numbers with the key as printed, for any answer or step; `.claim` adds to it.

        `asks` has the answers that the exam asks, with their marks there; else it asks all. `text` is the question as
        it is asked there; without `parts`, texts by the labels of the problem's parts, it has none. `figures` has the
        problem's figures that the exam shows, by the names of their functions, with captions; else it shows all.
        """
        if variant in self.variants:
            raise DefinitionError(f"{self.name} publishes {variant!r} twice")
        self._same_names(givens, f"the published givens {variant!r}")
        for name in key:
            if name not in self.answers:
                raise DefinitionError(
                    f"{self.name}: the printed key {variant!r} names {name!r}; {near_misses(name, self.answers)}"
                )
        accepted = {name: self._accept(name, value) for name, value in givens.items()}
        printed = {name: self._accept(name, value) for name, value in key.items()}
        marks = {it.name: it.marks for it in self.asked}
        for name, earned in (asks or {}).items():
            if name not in marks:
                raise DefinitionError(f"{self.name} published as {variant!r} asks {name!r}; {near_misses(name, marks)}")
            marks[name] = exact_marks(earned)
        asked = {name: earned for name, earned in marks.items() if asks is None or name in asks}
        for label in parts or ():
            if label not in (labels := [part.label for part in self.parts]):
                raise DefinitionError(f"{self.name} published as {variant!r} has a part {label!r}; "
                                      f"{near_misses(label, labels)}")  # fmt: skip
        own = None if text is None else inspect.cleandoc(text).strip()
        texts = None if parts is None else {label: inspect.cleandoc(it).strip() for label, it in parts.items()}
        shown = None if figures is None else tuple([self._figure(it).shown_as(own) for it, own in figures.items()])
        self.variants[variant] = Published(self.graph, variant, accepted, printed, asked, own, texts, shown)
        return self.variants[variant]

    def in_language(
        self, language: str, *, text: str, title: str = "", parts: Mapping[str, str] = MappingProxyType({}),
        beside: Mapping[str, str] = MappingProxyType({}), labels: Mapping[str, str] = MappingProxyType({}),
        options: Mapping[str, Mapping[str, str]] = MappingProxyType({}),
        why: Mapping[str, str] = MappingProxyType({}), words: Mapping[str, str] = MappingProxyType({}),
    ) -> None:  # fmt: skip
        """Declare its texts in another language, below all else; in a file, `NAME.de.toml` beside `NAME.py`.

        The text, those of parts and `beside`, and options in words are needed; `labels` of answers, `why` (what
        docstrings explain, without the formula), and `words` (heads of tables, points of rubrics, slips, properties, by
        the original) may be left out. Each has the holes of its original. What an exam printed stays as it was printed.

        >>> problem = Problem("arithmetic/half", version=1, text="What is half of [[a]]?")
        >>> @problem.givens
        ... def draw(rng: Draw) -> dict[str, object]:
        ...     return {"a": 2 * rng.int(1, 9)}
        >>> @problem.answer
        ... def half(a: int) -> int:
        ...     return a // 2
        >>> problem.in_language("de", text="Was ist die Hälfte von [[a]]?")
        >>> problem.pose("1").posed(lang="de").write("plain").splitlines()[0]
        'Was ist die Hälfte von 4?'

        Raises `DefinitionError`.
        """
        translate(self, language, text=text, title=title, parts=parts, beside=beside, labels=labels, options=options,
                  why=why, words=words)  # fmt: skip

    def said(self, text: Text) -> Text:
        """A text in the language that is spoken, where the problem has it so."""
        own = self.graph.said(text.source)
        return text if own is text.source else replace(text, source=own)

    def _figure(self, name: str) -> FigureRule:
        figures = {figure.name: figure for figure in self.figures}
        if name not in figures:
            raise DefinitionError(f"{self.name} has no figure {name!r}; {near_misses(name, figures)}")
        return figures[name]

    # Using

    def pose(self, seed: str | int, **knobs: object) -> Item:
        """The item of a seed: the same on every machine. Raises `PosingError` if hardly any draw is well posed."""
        return pose(self, str(seed), knobs)

    def as_published(self, variant: str | None = None) -> Item:
        """The item with the published numbers; with several variants, one must be named."""
        return as_published(self, variant)

    def prove(self, seeds: int = 200) -> Proof:
        """Run the checks on published numbers and on seeds. Raises `ProofError` at the first two ways that part."""
        from markscheme.core.proof import prove  # noqa: PLC0415 (start-up time)

        return prove(self, [str(seed) for seed in range(seeds)])

    def errata(self, variant: str | None = None) -> list[Finding]:
        """What the printed keys and workings get wrong, computed: of all published numbers, or of one variant."""
        from markscheme.core.errata import errata  # noqa: PLC0415 (start-up time)

        return errata(self, variant)

    def discrimination(self, variant: str | None = None) -> list[Finding]:
        """The strict slips that its published numbers, or one variant of them, cannot tell from the key."""
        from markscheme.core.errata import discrimination  # noqa: PLC0415 (start-up time)

        return discrimination(self, variant)

    @property
    def sample(self) -> Mapping[str, object]:
        """One draw of the givens, made where they were declared; every draw has its names."""
        return self.graph.sample

    @property
    def names(self) -> tuple[str, ...]:
        """Every name that a function may take: givens, then answers, in order."""
        return self.graph.names

    @property
    def asked(self) -> tuple[Answer[..., Any], ...]:
        """The answers that the student writes, in order."""
        return tuple([answer for answer in self.answers.values() if answer.role == "asked"])

    @property
    def marks(self) -> Marks:
        """The marks of the whole problem."""
        return total([answer.marks for answer in self.asked])

    @property
    def draw(self) -> GivensFunction:
        """The function that draws the givens; of a problem without givens it draws nothing."""
        return self._draw or _nothing

    def kind_of(self, name: str) -> Kind[Any]:
        """The kind of a given or an answer."""
        if name in self.answers:
            return self.answers[name].kind
        if name not in self._given_kinds:
            self._given_kinds[name] = self._kind_of_given(name)
        return self._given_kinds[name]

    def symbol(self, name: str) -> str:
        r"""The symbol of a name as LaTeX: as declared, else made from the name.

        >>> Problem("a/b", version=1, text="").symbol("h_out")
        'h_\\text{out}'
        """
        return self.graph.symbol(name)

    @property
    def default_variant(self) -> str | None:
        """The published numbers that need not be named: those without a name, or the only ones."""
        if "" in self.variants:
            return ""
        return next(iter(self.variants)) if len(self.variants) == 1 else None

    @property
    def layout(self) -> Layout:
        """All that it can ask, section by section."""
        return self.layout_of(None)

    def layout_of(self, variant: str | None) -> Layout:
        """What an exam asked with published numbers, section by section; without their name, all that it can ask."""
        if variant not in self.graph.layouts:
            laid = whole(self) if variant is None else as_asked(self, self.variants[variant])
            self.graph.layouts[variant] = laid
        return self.graph.layouts[variant]

    def layout_beside(self, others: Collection[str]) -> Layout:
        """All that it can ask, in a paper that asks other problems too."""
        text = next((text for name, text in self.beside.items() if name in others), None)
        return self.layout if text is None else replace(self.layout, text=text)

    def texts(self) -> Iterator[Text]:
        """Every text of the problem that a target may need, in each of its languages."""
        for text in self._texts():
            yield text
            yield from [replace(text, source=own[text.source]) for own in self.graph.translations.values()
                        if text.source in own]  # fmt: skip

    def _texts(self) -> Iterator[Text]:
        yield from (self.text, *self.beside.values())
        yield Text(self.title, inline=True)
        for part in self.parts:
            yield part.text
        for answer in self.answers.values():
            words, _ = answer.explanation
            if words:
                yield words
            yield answer.label
            field = answer.kind.field()
            if field.is_long:
                if field.form == "program":
                    yield listing(answer.function())
            else:
                yield answer.equation
            if answer.wanted:
                yield answer.wanted
            if answer.options:
                yield from answer.options.texts.values()
            for trace in answer.traces:
                yield from (Text(column, inline=True) for column in trace.columns)
        for table in self.tables:
            yield from (*table.columns, *[cell for row in table.rows for cell in row])
        for variant in self.variants:
            yield from self.layout_of(variant).texts()

    # Wiring

    def _declare(
        self, role: Role, name: str | Callable[..., Any], function: Callable[..., Any] | None, wires: Mapping[str, str],
        marks: Marks, part: Part | None, kind: Kind[Any] | None, label: str, options: Options | None,
        scoring: Scoring | None = None, fixed: bool = False,
    ) -> Any:  # fmt: skip
        if not isinstance(name, str):
            name, function = "", name

        def declare(function: Callable[..., Any]) -> Answer[..., Any]:
            if isinstance(function, Answer):  # a family may be declared over an answer that stands above
                function = cast("Answer[..., Any]", function).function
            own = name or getattr(function, "__name__", repr(function))
            owner = f"{self.name}: {own}"
            self.graph.plan = None
            self.graph.layouts.clear()
            if own in self.names:
                raise DefinitionError(f"{owner} is declared twice, the second time in\n{definition(function)}")
            if not own.isidentifier():
                raise DefinitionError(f"{self.name}: an answer's name is an identifier, not {own!r}")
            self._check_part(part, owner)
            if marks < 0:
                raise DefinitionError(f"{owner} carries {marks} marks; 0 or more are meant")
            if kind is not None and not is_kind(kind):
                raise DefinitionError(f"{owner}: kind= is a kind such as Integer(), not {kind!r}")
            wired = self._wired(function, owner, wires)
            answer = Answer[..., Any](
                self.graph, own, function, wired, kind or self._kind_returned(function, owner), role, marks, part,
                Text(label or f"${self.symbol(own)}$", inline=True), options, scoring, fixed,
            )  # fmt: skip
            self.answers[own] = answer
            self._check_answer(answer)
            words, formula = answer.explanation
            for text in (words, Text(f"${formula}$") if formula else None):
                for hole in text.names if text else ():
                    if wired.wires.get(hole, hole) not in self.names:
                        raise DefinitionError(f"{owner}: the docstring has a hole [[{hole}]], which names nothing, in\n"
                                              f"{definition(function)}\n{near_misses(hole, self.names)}")  # fmt: skip
            return answer

        return declare if function is None else declare(function)

    def _wired(self, function: Callable[..., Any], owner: str, wires: Mapping[str, str]) -> Wired:
        try:
            return wire(function, self.names, owner, wires)
        except DefinitionError as error:
            if self._draw is None:
                raise DefinitionError(f"{error}; givens are declared above the answers that need them") from None
            raise

    def _check_answer(self, answer: Answer[..., Any]) -> None:
        for hole in answer.label.names:
            if hole not in self.names:
                raise DefinitionError(f"{answer.owner}: its label has a hole [[{hole}]], which names nothing; "
                                      f"{near_misses(hole, self.names)}")  # fmt: skip
        if answer.scoring is not None and not answer.can_be_scored(answer.scoring):
            known = ", ".join(answer.kind.scorings)
            raise DefinitionError(f"{answer.owner} cannot be scored {answer.scoring!r}: {answer.kind.noun} is scored "
                                  f"{known}, and what hangs on an open-ended answer by none of them")  # fmt: skip
        labels = answer.kind.field().labels
        options = answer.options.of(self.sample) if answer.options else ()
        if answer.options and len(options) != len(labels):
            raise DefinitionError(
                f"{answer.owner} has {len(options)} options for {len(labels)} labels of {answer.kind}"
            )

    def _check_part(self, part: Part | None, owner: str) -> None:
        if part is not None and part not in self.parts:
            raise DefinitionError(f"{owner}: the part {part.label!r} belongs to another problem")

    def _drawn_once(self, function: GivensFunction) -> dict[str, object]:
        """One draw, made at declaration, so that the names of the givens are known to what is declared below."""
        try:
            sample = function(Draw(f"{self.name}: declaration"))
        except NameError as error:
            raise DefinitionError(f"{self.name}: the givens are drawn once where they are declared, and {error}: "
                                  f"define it above\n{definition(function)}") from error  # fmt: skip
        except Exception as error:
            raise DefinitionError(f"{self.name}: drawing the givens failed: {type(error).__name__}: {error}, in\n"
                                  f"{definition(function)}") from error  # fmt: skip
        if not isinstance(sample, dict):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise DefinitionError(f"{self.name}: the givens are a dict of values by name, not {sample!r}, in\n"
                                  f"{definition(function)}")  # fmt: skip
        return sample

    def _kind_returned(self, function: Callable[..., Any], owner: str) -> Kind[Any]:
        try:
            annotation = get_type_hints(function).get("return")
        except Exception as error:
            raise DefinitionError(f"{owner}: {error}, in the annotations of\n{definition(function)}") from error
        if annotation is None:
            raise DefinitionError(f"{owner} needs a return annotation or kind=, in\n{definition(function)}")
        try:
            return kind_for(annotation)
        except TypeError as error:
            raise DefinitionError(f"{owner}: {error}, in\n{definition(function)}") from error

    def _kind_of_given(self, name: str) -> Kind[Any]:
        for answer in self.answers.values():
            for parameter, source in answer.wired.wires.items():
                annotation = get_type_hints(answer.function).get(parameter) if source == name else None
                if annotation is not None:
                    try:
                        return kind_for(annotation)
                    except TypeError:
                        continue
        if isinstance(self.sample.get(name), str):
            return TextKind()
        try:
            return kind_of(self.sample[name])
        except KeyError:
            raise UnknownName(f"{self.name} has no {name!r}; {near_misses(name, self.names)}") from None

    def _accept(self, name: str, value: object) -> object:
        try:
            kind = self.kind_of(name)
        except TypeError:
            return value
        try:
            return kind.accept(value)
        except TypeError as error:
            raise DefinitionError(f"{self.name}: the published {name} is not {kind.noun}: {error}") from None

    def _same_names(self, givens: Mapping[str, object], what: str) -> None:
        for name in givens:
            if name not in self.sample:
                raise DefinitionError(f"{self.name}: {what} name {name!r}; {near_misses(name, self.sample)}")
        for name in self.sample:
            if name not in givens:
                raise DefinitionError(f"{self.name}: {what} lack {name!r}")

    def check_parts(self) -> None:
        """Check the holes of the parts' texts, which may also show values: once the whole problem is declared."""
        self._check_texts()
        for part in self.parts:
            self._check_holes(part.text, f"part {part.label}", self._printed)

    @property
    def _printed(self) -> list[str]:
        return [answer.name for answer in self.answers.values() if answer.is_printed]

    def _check_texts(self) -> None:
        for text in (self.text, *self.beside.values()):
            self._check_holes(text, "text")

    def _check_holes(self, text: Text, where: str, shown: Collection[str] = ()) -> None:
        for name in text.names:
            if name not in self.sample and name not in shown:
                raise DefinitionError(f"{self.name}: the {where} has a hole [[{name}]], neither given nor shown; "
                                      f"{near_misses(name, [*self.sample, *shown])}")  # fmt: skip
