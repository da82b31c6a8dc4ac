"""The nodes of a problem's graph: answers with their slips, requirements, properties, checks and traces."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from typing import Any, Final, Generic, Literal, ParamSpec, TypeAlias, TypeVar, cast, overload

from markscheme.core.errors import DefinitionError, near_misses
from markscheme.core.graph import Graph
from markscheme.core.marks import Marks, exact_marks
from markscheme.core.wiring import Values, Wired, parameters_of, wire
from markscheme.kinds import Kind, Scoring
from markscheme.language import NOTHING, Message, as_message, say
from markscheme.text.source import Text

P = ParamSpec("P")
R = TypeVar("R")
F = TypeVar("F", bound=Callable[..., Any])
Role: TypeAlias = Literal["asked", "shown", "option", "step"]
LONGEST_COUNTEREXAMPLE = 300
RUNS: Final = "runs to its end"
"""What every program is asked before its properties: what fails there is no slip."""
MOST_JUDGED = 512
SORTS_OF_INPUTS = 4
"""How many different inputs a program gets in the items of a problem, so that a proof can run its programs on all."""


@dataclass(frozen=True, eq=False)
class Part:
    """A part of a problem, with its own text; parts of two problems are two, whatever they say."""

    label: str
    text: Text


@dataclass(frozen=True)
class Slip:
    """A named wrong version of an answer. A strict one tells right from wrong at the numbers drawn."""

    name: str
    wired: Wired
    strict: bool = True
    marks: Marks = 0
    decides: bool = False
    """Of an open-ended answer: whether it takes the submission and says if it is this slip, not an example."""
    lacks: str = ""
    """Of a program: the property that shows it, which it is the first to lack."""


@dataclass(frozen=True)
class Rule:
    """A sentence about values, and the function that decides it."""

    sentence: str
    wired: Wired


@dataclass(frozen=True)
class Options:
    """The options of a choice: their texts by key, and the name of the given that says which were drawn, in order."""

    texts: Mapping[str, Text]
    drawn: str | None = None

    def of(self, values: Values) -> tuple[Text, ...]:
        """The options of one item, in order."""
        keys = cast("Sequence[str]", values[self.drawn]) if self.drawn else tuple(self.texts)
        return tuple([self.texts[key] for key in keys])


@dataclass(frozen=True)
class Trace:
    """Rounds of an algorithm as a table: one function gives the rows, one row a tuple of cells."""

    columns: tuple[str, ...]
    wired: Wired


@dataclass
class Answer(Generic[P, R]):
    """A node of the graph: a function of givens and earlier answers. Calling it calls the function.

    It is *asked* (the student writes it), *shown* (printed as a hint), an *option* (to choose) or a *step*. With
    properties it is *open-ended*: whatever has them all is right, and what the function returns is one example.
    """

    graph: Graph = field(repr=False)
    name: str
    function: Callable[P, R] = field(repr=False)
    wired: Wired = field(repr=False)
    kind: Kind[Any] = field(repr=False)
    role: Role
    marks: Marks
    part: Part | None
    label: Text
    options: Options | None = None
    scoring: Scoring | None = None
    """How it earns its marks, where that is said; else all or nothing."""
    fixed: bool = False
    """Whether it is one for all items by the nature of the question, as a limit is."""
    follows: str = ""
    """Of a choice among values, and of its options: the answer that they come from, and whose proof is theirs."""
    slips: list[Slip] = field(default_factory=list["Slip"], repr=False)
    requirements: list[Rule] = field(default_factory=list["Rule"], repr=False)
    properties: list[Rule] = field(default_factory=list["Rule"], repr=False)
    remarks: list[Wired] = field(default_factory=list["Wired"], repr=False)
    joint: list[Wired] = field(default_factory=list["Wired"], repr=False)
    """What decides whether it is right together with answers above it."""
    checks: list[Wired] = field(default_factory=list["Wired"], repr=False)
    judged: dict[object, tuple[str, Message]] = field(default_factory=dict[object, "tuple[str, Message]"], repr=False)
    """What programs lack, of the latest ones."""
    traces: list[Trace] = field(default_factory=list["Trace"], repr=False)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        return self.function(*args, **kwargs)

    @overload
    def slip(
        self, name: str, /, *, may_coincide: bool = ..., marks: float = ..., lacks: str = ...
    ) -> Callable[[Callable[..., R | bool | None]], Callable[..., R | bool | None]]: ...
    @overload
    def slip(
        self,
        name: str,
        function: Callable[..., R | bool | None],
        /,
        *,
        may_coincide: bool = ...,
        marks: float = ...,
        lacks: str = ...,
    ) -> Callable[..., R | bool | None]: ...
    def slip(
        self,
        name: str,
        function: Callable[..., R | bool | None] | None = None,
        /,
        *,
        may_coincide: bool = False,
        marks: float = 0,
        lacks: str = "",
    ) -> Any:
        """Declare a named wrong version of this answer; it inherits the answer's wires.

        A slip that is undefined at some numbers returns None, or fails there with an arithmetic or value error.
        With `may_coincide` it may equal the key: it serves diagnosis and no draw is turned down for it.
        A slip of an open-ended answer gives an example; or it takes the submission, by the answer's name, and says
        whether that is this slip. A slip of a program `lacks` a property, declared above: whatever runs, and lacks
        that one first, is this slip.
        """
        sentences = [rule.sentence for rule in self.properties]
        if lacks and lacks not in sentences:
            raise DefinitionError(f"{self.owner}: the slip {name!r} lacks a property that is none above it, "
                                  f"{lacks!r}; {near_misses(lacks, sentences)}")  # fmt: skip

        def declare(function: Callable[..., R | bool | None]) -> Callable[..., R | bool | None]:
            if any(slip.name == name for slip in self.slips):
                raise DefinitionError(f"{self.owner} has two slips named {name!r}; give each its own name")
            wired = self._wire(function, f"slip {name!r} of {self.owner}", itself=bool(self.properties))
            earned = exact_marks(marks)
            if not 0 <= earned <= self.marks:
                raise DefinitionError(
                    f"{self.owner}: the slip {name!r} earns from 0 to {self.marks} marks, not {marks}"
                )
            self.slips.append(Slip(name, wired, not may_coincide, earned, self.name in wired.names, lacks))
            return function

        return declare if function is None else declare(function)

    def slips_read(self, wrong: Mapping[str, str]) -> None:
        r"""Declare slips by what they write, each a name and a text that the answer's kind reads.

        `rate.slips_read({"forgets the learning rate": r"\lambda"})`.
        """

        def reader(text: str) -> Callable[[], Any]:
            def read() -> Any:
                return self.kind.read(text)

            return read

        for name, text in wrong.items():
            self.slip(name, reader(text))

    def require(self, sentence: str) -> Callable[[F], F]:
        """Declare what must hold for the answer to be well posed; draws in which it does not are turned down."""

        def declare(function: F) -> F:
            self.requirements.append(Rule(sentence, self._wire(function, f"requirement {sentence!r} of {self.owner}")))
            return function

        return declare

    def check(self, function: F) -> F:
        """Declare a second way to this answer, which shares no code with it; it inherits the answer's wires.

        A check of an open-ended answer returns another right one; or takes one, under the answer's name, and decides.
        """
        self.checks.append(self._wire(function, f"check of {self.owner}", itself=bool(self.properties)))
        return function

    def remark(self, function: F) -> F:
        """Declare what else is to be said of a right answer: the function takes it, and returns a sentence or None."""
        self.remarks.append(self._wire(function, f"remark of {self.owner}"))
        return function

    def together(self, function: F) -> F:
        """Declare when answers are right together, whatever each is alone (the factors of a product).

        The function takes this answer and others above it, under their names, and decides.
        """
        self.joint.append(self._wire(function, f"what {self.owner} is right together with"))
        return function

    def trace(self, *columns: str) -> Callable[[F], F]:
        """Declare a table that shows how the answer comes about: the function returns rows, as tuples of values."""

        def declare(function: F) -> F:
            self.traces.append(Trace(columns, self._wire(function, f"trace of {self.owner}")))
            return function

        return declare

    @property
    def owner(self) -> str:
        """The answer's full name, for messages."""
        return f"{self.graph.name}: {self.name}"

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """Of a choice, what can be chosen; of an ordering, the lines."""
        return self.kind.field().labels

    @cached_property
    def is_chosen(self) -> bool:
        """Whether it is answered by filling squares."""
        return self.kind.field().is_chosen

    @property
    def symbol(self) -> str:
        """The answer's symbol as LaTeX."""
        return self.graph.symbol(self.name)

    def _wire(self, function: Callable[..., Any], owner: str, *, itself: bool = True) -> Wired:
        self.graph.plan = None
        parameters = parameters_of(function, owner)
        renamed = {parameter: source for parameter, source in self.wired.wires.items() if parameter in parameters}
        known = [*self.wired_before, self.name] if itself else self.wired_before
        return wire(function, known, owner, renamed)

    @cached_property
    def wired_before(self) -> tuple[str, ...]:
        """The names declared above this answer."""
        return self.graph.names_before(self.name)

    @property
    def sources(self) -> tuple[str, ...]:
        """The names that flow into this answer and into its properties."""
        names = [name for wired in (self.wired, *[rule.wired for rule in self.properties]) for name in wired.names]
        return tuple(dict.fromkeys([name for name in names if name != self.name]))

    def lacks(self, values: Values) -> Message:
        """The first property that is lacking and stands under the answer's name, in a sentence; empty if none.

        Raises `Undecided` for a program that cannot be run.
        """
        return self.first_lacking(values)[1]

    def first_lacking(self, values: Values) -> tuple[str, Message]:
        """The first property that is lacking, and what the answer's author is told; both empty if it has them all.

        A program lacks a property where it does in one of its runs. Raises `Undecided` where a property cannot tell.
        """
        if not self.kind.is_run or not self._properties_take_itself_alone:
            return self._first_lacking(values)
        key = (self.kind, values[self.name], self._salt(values))
        if (found := self.judged.get(key)) is None:
            if len(self.judged) >= MOST_JUDGED:
                self.judged.clear()
            found = self.judged[key] = self._first_lacking(values)
        return found

    @property
    def _properties_take_itself_alone(self) -> bool:
        return all([rule.wired.names == (self.name,) for rule in self.properties])

    def _first_lacking(self, values: Values) -> tuple[str, Message]:
        submitted = values[self.name]
        tried = self.tried(values)
        if failure := self.kind.failed(submitted, tried):
            return RUNS, as_message(failure)
        runs = [{**values, self.name: run} for run in tried.each()] if self.kind.is_run else [values]
        for rule in self.properties:
            for run in runs:
                found = rule.wired(run)
                if isinstance(found, str):
                    cut = found if len(found) <= LONGEST_COUNTEREXAMPLE else f"{found[:LONGEST_COUNTEREXAMPLE]}…"
                    return rule.sentence, say("lacks-for", property=self.graph.words(rule.sentence), shown=cut)
                if not found:
                    return rule.sentence, say("lacks", property=self.graph.words(rule.sentence))
        return "", NOTHING

    def tried(self, values: Values) -> Any:
        """What properties are told of what stands under the answer's name: of a program, what came of running it.

        Raises `Undecided` for a program that cannot be run.
        """
        return self.kind.tried(values[self.name], self._salt(values) if self.kind.is_run else "")

    def _salt(self, values: Values) -> str:
        """What names the inputs of a program, beside its text: one of a few for all the items of a problem."""
        givens = repr([(name, values[name]) for name in self.graph.sample])
        return f"{self.graph.name}/{self.graph.version}: {sha256(givens.encode()).digest()[0] % SORTS_OF_INPUTS}"

    def doubts(self, values: Values) -> Message | str:
        """Why a person looks at an answer that has every property, in a clause; empty where none needs to."""
        return self.kind.doubts(self.tried(values))

    def remarked(self, values: Values) -> str:
        """What else is to be said of a right answer, in sentences."""
        if not self.remarks:
            return ""
        values = {**values, self.name: self.tried(values)}
        return " ".join([said for remark in self.remarks if (said := remark(values))])

    def is_right(self, value: Any, values: Values) -> bool:
        """Whether a value is right among `values`: by its properties, or against the value that stands there."""
        if self.properties:
            return not self.lacks({**values, self.name: value})
        key = values[self.name]
        return bool(key == value or self.kind.compare(key, value).agrees)

    def can_be_scored(self, scoring: Scoring) -> bool:
        """Whether its kind has the scoring, and one key to count against: no open-ended answer stands above."""
        before = [self.graph.answers[name] for name in self.ancestors]
        return scoring in self.kind.scorings and not any([answer.properties for answer in (*before, self)])

    @property
    def is_printed(self) -> bool:
        """Whether a student sees its value: as a hint, or as an option."""
        return self.role in ("shown", "option")

    @property
    def ancestors(self) -> list[str]:
        """The answers that flow into this one, in the order of the graph."""
        answers = self.graph.answers
        found = set[str]()
        waiting = [name for name in self.sources if name in answers]
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                waiting += [source for source in answers[name].sources if source in answers]
        return [name for name in answers if name in found]

    @cached_property
    def explanation(self) -> tuple[Text | None, str | None]:
        """Why, in words; and the formula, as LaTeX with a hole for each parameter: the docstring's last paragraph."""
        paragraphs = re.split(r"\n\s*\n", inspect.cleandoc(self.function.__doc__ or ""))
        formula = None
        if len(paragraphs) > 1 and (match := re.fullmatch(r"\$([^$]+)\$", paragraphs[-1].strip())):
            formula = match[1]
            paragraphs.pop()
        words = "\n\n".join(paragraphs).strip()
        return (Text(self.rewired(words)) if words else None), formula

    def rewired(self, text: str) -> str:
        """A text with holes of parameters as one with those of the values that flow into them."""
        return re.sub(r"\[\[(\w+)\]\]", lambda hole: f"[[{self.wired.wires.get(hole[1], hole[1])}]]", text)

    @cached_property
    def equation(self) -> Text:
        """The formula with symbols, with values, and its value; where there is no formula, the symbol and the value."""
        _, formula = self.explanation
        if formula is None:
            return Text(f"${self.symbol} = [[{self.name}]]$")
        if "[[" not in formula:
            return Text(f"${self.symbol} = {formula} = [[{self.name}]]$")
        symbols = re.sub(r"(\w|[_^])?\[\[(\w+)\]\]([_^]?)", self._as_symbol, formula)
        return Text(f"${self.symbol} = {symbols} = {self.rewired(formula)} = [[{self.name}]]$")

    @property
    def wanted(self) -> Text | None:
        """What an open-ended answer must have, in words."""
        if not self.properties:
            return None
        *others, last = [self.graph.words(rule.sentence) for rule in self.properties]
        listed = say("list-and-last", of=tuple(others), last=last) if others else last
        return Text(f"{say('wanted', properties=listed)}")

    def _as_symbol(self, hole: re.Match[str]) -> str:
        """The symbol in place of a hole: apart from a command before it, and whole where it bears an index."""
        before, name, after = hole[1] or "", hole[2], hole[3]
        symbol = self.graph.symbol(self.wired.wires.get(name, name))
        if after or before in ("_", "^"):
            return f"{before}{{{symbol}}}{after}"
        return f"{before} {symbol}" if before else symbol

    # The last of the class: from here on `property` is this method.
    def property(self, sentence: str) -> Callable[[F], F]:
        """Declare what a right answer has ("ignores images of one gray"), which makes the answer open-ended.

        The function takes the submission under the answer's name, beside the answer's wires. It returns True, False, or
        a clause that shows where the submission fails ("on [[5, 5]] it gives 10"). Properties are tried in order, on
        whatever a student wrote: the first may state a shape, and each ends in time that does not grow with numbers.
        """

        def declare(function: F) -> F:
            if self.scoring is not None:
                raise DefinitionError(f"{self.owner} has properties, and so no entries to score {self.scoring!r}")
            self.properties.append(Rule(sentence, self._wire(function, f"property {sentence!r} of {self.owner}")))
            return function

        return declare
