"""What a problem may be wrong in before a student sees it: each fault with what to do."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import suppress
from dataclasses import asdict, dataclass, fields, is_dataclass, replace
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final, cast

from markscheme.core.called import answers_called_by
from markscheme.core.errors import MarkschemeError
from markscheme.core.item import Item
from markscheme.core.proof import prove_item, unconfirmed
from markscheme.core.writing import in_target, options
from markscheme.draw import Draw
from markscheme.pictures import Picture
from markscheme.pictures.svg import svg
from markscheme.text.conversion import convert_ahead, converted
from markscheme.text.document import Drawing
from markscheme.text.notation import TARGETS

if TYPE_CHECKING:
    from markscheme.core.answer import Answer
    from markscheme.core.layout import FigureRule
    from markscheme.core.problem import Problem
    from markscheme.text.source import Text

FEWEST_ITEMS: Final = 5
"""Different items that many seeds give at least."""
MOST_OFTEN: Final = Fraction(2, 5)
"""How often the commonest answer may be right; the survey of the bank has the same rule."""
FEWEST_SEEDS: Final = 10
"""Seeds below which nothing is said of how often an answer is right."""
DRAWN: Final = 3
"""Items whose figures are drawn, and which are written in every target."""
COMPARED: Final = 6
"""Items whose figures are compared, with those of another process and with the key."""
ALIKE_BY_NATURE: Final = ("expression", "equation", "words", "prose", "program")
"""Forms of answers that may be one for all seeds: a formula does not depend on numbers."""


MENDS: Final[Mapping[str, str]] = {
    "posing": "Mend what is named; `markscheme show NAME --seed SEED` runs it again.",
    "givens": "Draw everything from the Draw that the givens get (rng.int, rng.choice, …): no random, clock, hash, "
    "order of a set, file, or variable that outlives a call.",
    "changed": "Let no answer, slip or figure change {name}, which it is given: copy it first (sorted, list).",
    "same items": "Draw more of the givens, or from wider ranges; where nothing is drawn there is no need of givens.",
    "answers": "Declare an answer: @problem.answer.",
    "kind": "Return what {name} is declared to be, for every draw, or give it another annotation or kind=.",
    "proof": "Find out which of the two is wrong, and mend it.",
    "unchecked": "Add @problem.check, or @ANSWER.check, which shares no code with the answer (programs need a sandbox: "
    "`markscheme doctor`).",
    "marking": "Mend what {name} returns, its kind, or its properties.",
    "options": "Draw so that the options of {name} differ, or require it.",
    "errata": "Mend the claim, or the printed key.",
    "guessable": "Draw so that {name} varies, ask for it as a choice, or, where it is one for all by nature, declare "
    "it with fixed=True.",
    "leak": "Let texts, labels, tables and figures of the question show givens and shown values alone; what a figure "
    "shows of the key belongs into its solution.",
    "figure": "Let the figure {name} return a Picture, with its words, for every draw.",
    "alternative text": "Say of the figure {name} what is seen; what the key adds belongs into alt_solution.",
    "text": "Mend the text “{name}”; `markscheme show NAME --format html` shows what becomes of it.",
    "writing": "Mend the text, trace, label or table that is named.",
    "print": "Mend what Typst names: a text, a label, or a symbol in it.",
}
"""What to do about each sort of fault."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong with a problem: what about it, in which item, in words, and how to mend it."""

    problem: str
    about: str
    what: str
    mend: str
    item: str = ""

    def as_json(self) -> dict[str, str]:
        """The fault as plain data."""
        return asdict(self)


def fault(problem: str, about: str, what: str, item: str = "", *, name: str = "") -> Fault:
    """A fault with what to do about its sort; `name` is what it is about."""
    return Fault(problem, about, what, MENDS[about].format(name=name), item)


@dataclass(frozen=True, slots=True)
class Checked:
    """What came of checking a problem on its seeds."""

    problem: str
    items: int
    faults: tuple[Fault, ...]


def check(problem: Problem, seeds: Sequence[str]) -> Checked:
    """Everything that can be found out about a problem by posing it from seeds, here and now.

    >>> import markscheme as ms
    >>> checked = check(ms.problem("convolution/output_shape"), [str(seed) for seed in range(20)])
    >>> checked.items, checked.faults
    (23, ())
    """
    items: list[Item] = []
    faults: list[Fault] = []
    tasks = [lambda variant=variant: problem.as_published(variant) for variant in problem.variants]
    tasks += [lambda seed=seed: problem.pose(seed) for seed in seeds]
    for task in tasks:
        try:
            items.append(task())
        except Exception as error:  # noqa: BLE001 (whatever a problem raises is its fault)
            if not faults:
                faults.append(fault(problem.name, "posing", said_by(error)))
    if not problem.asked:
        faults.append(fault(problem.name, "answers", "It asks nothing."))
    drawn = [item for item in items if item.identity.variant is None]
    for find in _FINDERS:
        faults += _at_most_one(find(problem, items if find in _OF_ALL else drawn))
    if any([it.about == "same items" for it in faults]):  # which says it all
        faults = [it for it in faults if it.about != "guessable"]
    return Checked(problem.name, len(items), tuple(faults))


def _at_most_one(faults: Iterable[Fault]) -> list[Fault]:
    """One fault of each sort that is about the same thing: the first item that has it suffices."""
    found: dict[tuple[str, str], Fault] = {}
    for it in faults:
        found.setdefault((it.about, it.mend), it)
    return list(found.values())


def said_by(error: BaseException) -> str:
    """What an error says, in a line."""
    words = " ".join(str(error).split())
    return words if isinstance(error, MarkschemeError) else f"{type(error).__name__}: {words}"


# Givens


def values_of(items: Iterable[Item]) -> dict[str, dict[str, str]]:
    """What items are, by id, as texts that are equal in every process exactly where the values are."""
    return {item.id: _values_of(item, with_figures=count < COMPARED) for count, item in enumerate(items)}


def _values_of(item: Item, *, with_figures: bool) -> dict[str, str]:
    shown = {name: in_words(value) for name, value in item.values.items()}
    for figure in item.problem.figures if with_figures else ():
        with suppress(Exception):  # reported where figures are looked at
            shown[f"the figure {figure.name}"] = in_words(figure.wired(item.values))
    return shown


def pose_again(problem: Problem, seeds: Iterable[str]) -> list[Item]:
    """The items of seeds, in their order, posed from the last one on; without those that cannot be posed."""
    items: list[Item] = []
    for seed in reversed([*seeds]):
        with suppress(MarkschemeError):
            items.append(problem.pose(seed))
    return items[::-1]


def in_words(value: Any) -> str:
    """A value as a text that hangs neither on the process nor on the order of a set.

    >>> in_words({"b": {3, 1}, "a": (1, Fraction(1, 2))})
    "{'a': (1, 1/2), 'b': {1, 3}}"
    """
    match value:
        case str() | bytes() | bool() | int() | float() | complex() | None:
            return repr(value)
        case Fraction():
            return str(value)
        case Mapping():
            pairs = cast("Mapping[Any, Any]", value).items()
            return f"{{{', '.join(sorted([f'{in_words(name)}: {in_words(it)}' for name, it in pairs]))}}}"
        case AbstractSet():
            return f"{{{', '.join(sorted([in_words(it) for it in cast('AbstractSet[Any]', value)]))}}}"
        case list() | tuple():
            return f"({', '.join([in_words(it) for it in cast('Sequence[Any]', value)])})"
        case _ if hasattr(value, "tolist"):
            return in_words(value.tolist())
        case _ if is_dataclass(value):
            own = {it.name: getattr(value, it.name) for it in fields(value) if it.repr}
            return f"{type(value).__name__}{in_words(own)}"
        case _:
            return re.sub(r" at 0x[0-9a-f]+", "", repr(value))


def given_elsewhere(
    problem: str, here: Mapping[str, Mapping[str, str]], there: Mapping[str, Mapping[str, str]], where: str
) -> Fault | None:
    """The first item that is another one where it was posed again."""
    different = [item for item in here if here[item] != there.get(item)]
    if not different:
        return None
    one, other = here[different[0]], there.get(different[0])
    if other is None:
        return fault(problem, "givens", f"It cannot be posed {where}.", different[0])
    name = next(name for name in (*one, *other) if one.get(name) != other.get(name))
    many = f", and so on in {len(different)} of {len(here)} items" if len(different) > 1 else ""
    what = f"{name} is {_short(one.get(name))}, and {_short(other.get(name))} {where}{many}."
    return fault(problem, "givens", what, different[0])


def _short(text: str | None) -> str:
    return "nothing" if text is None else text if len(text) <= 60 else f"{text[:57]}…"


def _mutated(problem: Problem, items: Sequence[Item]) -> Iterator[Fault]:
    """No function changes what it is given: the givens of an item are those that were drawn."""
    for item in items:
        if item.draws == 1:
            first = problem.draw(Draw(item.id), **item.identity.knobs)
            for name, value in item.givens.items():
                if in_words(first[name]) != in_words(value):
                    what = (
                        f"{name} is drawn as {_short(in_words(first[name]))}, and is {_short(in_words(value))} later."
                    )
                    yield fault(problem.name, "changed", what, item.id, name=name)


def _posed_twice(problem: Problem, items: Sequence[Item]) -> Iterator[Fault]:
    again = values_of(pose_again(problem, [item.identity.seed or "" for item in items]))
    if found := given_elsewhere(problem.name, values_of(items), again, "when it is posed again, in another order"):
        yield found


def _same_items(problem: Problem, items: Sequence[Item]) -> Iterator[Fault]:
    different = set[str]()
    for item in items:
        if not problem.sample or len(different) == FEWEST_ITEMS:
            return
        different.add(_seen(item))
    if len(different) < min(FEWEST_ITEMS, len(items)):
        many = "1 different item" if len(different) == 1 else f"{len(different)} different items"
        yield fault(problem.name, "same items", f"{len(items)} seeds give {many}.", items[0].id)


def _seen(item: Item) -> str:
    try:
        posed = item.posed()
        drawings = [block.reference() for block in posed.all_blocks() if isinstance(block, Drawing)]
        return f"{posed.write('markdown')} {drawings}"
    except Exception:  # noqa: BLE001 (reported where questions are written)
        return in_words(item.givens)


# Answers


def _kinds(problem: Problem, items: Sequence[Item]) -> Iterator[Fault]:
    for item in items:
        for answer in problem.answers.values():
            if said := _not_of_its_kind(item, answer):
                yield fault(problem.name, "kind", said, item.id, name=answer.name)


def _not_of_its_kind(item: Item, answer: Answer[..., Any]) -> str:
    value = item.values[answer.name]
    try:
        answer.kind.accept(value)
    except Exception as error:  # noqa: BLE001 (whatever it is, the value is none of the kind)
        return f"{answer.name} is {_short(repr(value))}, not {answer.kind.noun}: {said_by(error)}."
    return ""


def _sound(items: Iterable[Item]) -> list[Item]:
    """The items whose answers are of their kinds."""
    return [it for it in items if not any([_not_of_its_kind(it, answer) for answer in it.problem.answers.values()])]


def _proofs(problem: Problem, items: Sequence[Item]) -> Iterator[Fault]:
    unchecked: dict[str, Item] = {}
    for item in _sound(items):
        try:
            confirmed = prove_item(item)
        except Exception as error:  # noqa: BLE001
            yield fault(problem.name, "proof", said_by(error), item.id)
        else:
            for name in unconfirmed(problem, confirmed):
                unchecked.setdefault(name, item)
    checks = [*problem.checks, *[check for answer in problem.answers.values() for check in answer.checks]]
    if called := [name for check in checks for name in answers_called_by(check.function, problem)]:
        what = f"A check calls the answer {called[0]} itself, and so confirms nothing."
        yield fault(problem.name, "unchecked", what, name=called[0])
    if unchecked:
        item = next(iter(unchecked.values()))
        yield fault(problem.name, "unchecked", f"No second way to {', '.join(unchecked)}.", item.id)


def _marked_right(problem: Problem, items: Sequence[Item]) -> Iterator[Fault]:
    """What is typed as the key is right."""
    for item in _sound(items):
        for answer in item.layout.asked:
            if answer.kind.by_hand:
                continue
            try:
                typed = answer.kind.write(item.values[answer.name])
                verdict = item.mark({answer.name: typed})[answer.name]
            except Exception as error:  # noqa: BLE001
                said = f"{answer.name} cannot be marked: {said_by(error)}."
            else:
                if verdict.status in ("right", "by hand"):
                    continue
                said = f"{answer.name} typed as the key, {_short(typed)}, is {verdict.status}: {verdict.reason}"
            yield fault(problem.name, "marking", said, item.id, name=answer.name)


def _options(problem: Problem, items: Sequence[Item]) -> Iterator[Fault]:
    for item in items:
        for answer in problem.asked:
            texts = Counter([phrase.write("markdown") for _, phrase in options(item, answer)])
            if texts and (most := texts.most_common(1)[0])[1] > 1:
                what = f"Two options of {answer.name} are alike: {_short(most[0])}."
                yield fault(problem.name, "options", what, item.id, name=answer.name)


def _printed(problem: Problem, _: Sequence[Item]) -> Iterator[Fault]:
    """What an exam printed of it can be looked at."""
    try:
        problem.errata()
        problem.discrimination()
    except Exception as error:  # noqa: BLE001
        yield fault(problem.name, "errata", f"Its claims cannot be decided: {said_by(error)}.")


def _guessable(problem: Problem, items: Sequence[Item]) -> Iterator[Fault]:
    sound = _sound(items)
    if len(sound) < FEWEST_SEEDS or not problem.sample:
        return
    for answer in problem.asked:
        said = Counter([in_words(item.values[answer.name]) for item in sound])
        commonest, count = said.most_common(1)[0]
        if count > MOST_OFTEN * len(sound) and not _may_be_common(answer, is_constant=count == len(sound)):
            what = f"{answer.name} is {_short(commonest)} for {count} of {len(sound)} seeds: that is easily guessed."
            yield fault(problem.name, "guessable", what, name=answer.name)


def _may_be_common(answer: Answer[..., Any], *, is_constant: bool) -> bool:
    """Whether one answer may be right for many seeds, or for all, by the nature of the question."""
    field = answer.kind.field()
    by_nature = is_constant and field.form in ALIKE_BY_NATURE
    return answer.fixed or bool(answer.kind.by_hand) or field.is_chosen or by_nature


# What is seen


def _leaks(problem: Problem, items: Sequence[Item]) -> Iterator[Fault]:
    """What is posed is the same with the answers of another item."""
    hidden = [name for name, answer in problem.answers.items() if not answer.is_printed]
    for item, other in pairwise(items[: DRAWN + 1]):
        own = _as_posed(item)
        swapped = replace(item, values={**item.values, **{name: other.values[name] for name in hidden}})
        seen = _as_posed(swapped)
        if own is not None and seen is not None and own != seen:
            at = next((i for i, (one, two) in enumerate(zip(own, seen, strict=False)) if one != two), 0)
            what = f"What a student sees changes with the key, at “{own[max(0, at - 30) : at + 30]}”."
            yield fault(problem.name, "leak", what, item.id)


def _as_posed(item: Item) -> str | None:
    try:
        return json.dumps(item.posed().as_json(), ensure_ascii=False)
    except Exception:  # noqa: BLE001 (reported where questions are written)
        return None


def _figures(problem: Problem, items: Sequence[Item]) -> Iterator[Fault]:
    for count, item in enumerate(_sound(items)):
        for figure in problem.figures:
            if said := _no_picture(figure, item, is_drawn=count < DRAWN):
                yield fault(problem.name, "figure", said, item.id, name=figure.name)


def _no_picture(figure: FigureRule, item: Item, *, is_drawn: bool) -> str:
    try:
        picture = figure.wired(item.values)
    except Exception as error:  # noqa: BLE001
        return f"The figure {figure.name} fails: {said_by(error)}."
    if not isinstance(picture, Picture):
        return f"The figure {figure.name} returns {_short(repr(picture))}, which is no Picture."
    if not picture.alt.strip():
        return f"The figure {figure.name} says nothing to readers who cannot see it: its alternative text is empty."
    for solutions in (False, True) if is_drawn else ():
        try:
            svg(picture, solutions=solutions)
        except Exception as error:  # noqa: BLE001
            return f"The figure {figure.name} cannot be drawn: {said_by(error)}."
    return ""


def _alternatives(problem: Problem, items: Sequence[Item]) -> Iterator[Fault]:
    """An alternative text does not hold the key where nothing else of the question does."""
    sound = [(item, _without_figures(item)) for item in _sound(items[:COMPARED])] if problem.figures else []
    for answer in problem.asked:
        if answer.kind.field().is_chosen or answer.kind.by_hand:
            continue
        for figure in [it for it in problem.figures if it.place != "solution"]:
            said = [
                (item, written, words)
                for item, around in sound
                if (words := _alternative(figure, item))
                and (written := _written(answer, item.values[answer.name]))
                and not _holds(around, written)
            ]
            given_away = [item for item, written, words in said if _holds(words, written)]
            by_chance = [
                _holds(words, written) for (_, written, _), (_, other, words) in pairwise(said) if written != other
            ]
            if by_chance and len(given_away) >= 0.8 * len(said) and sum(by_chance) <= 0.5 * len(by_chance):
                what = f"The words of the figure {figure.name} hold the key of {answer.name}, which nothing else shows."
                yield fault(problem.name, "alternative text", what, given_away[0].id, name=figure.name)


def _alternative(figure: FigureRule, item: Item) -> str:
    try:
        picture = figure.wired(item.values)
    except Exception:  # noqa: BLE001 (reported where figures are looked at)
        return ""
    return picture.alt if isinstance(picture, Picture) else ""


def _written(answer: Answer[..., Any], value: Any) -> str:
    try:
        return answer.kind.write(value)
    except Exception:  # noqa: BLE001 (reported where it is marked)
        return ""


def _without_figures(item: Item) -> str:
    """The words of a question, and every value that it is made of."""
    try:
        blocks = [block for block in item.posed().all_blocks() if not isinstance(block, Drawing)]
        text = in_target(blocks, "markdown")
    except Exception:  # noqa: BLE001 (reported where questions are written)
        text = ""
    return f"{text} {in_words(item.givens)}"


def _holds(text: str, written: str) -> bool:
    """Whether a text has what is written as a word or number of its own."""
    pattern = rf"(?<![\w.\-]){re.escape(written)}(?![\w]|\.\d)"
    return re.search(pattern, text.replace("−", "-")) is not None


# Texts

_CODE = re.compile(r"^(```|~~~).*?^\1[ \t]*$|(?<!`)(`+)(?!`).*?(?<!`)\2(?!`)", re.DOTALL | re.MULTILINE)
_FORMULAS = re.compile(r"(?<!\\)(\$\$?).+?(?<!\\)\1", re.DOTALL)
_NO_WORDS = re.compile(r"\]\([^)]*\)|\{[^}]*\}|\[\[\w+\]\]|https?://\S+")
_WORD = re.compile(r"[^\W\d_]{3,}")


def _texts(problem: Problem, _: Sequence[Item]) -> Iterator[Fault]:
    """Every text reaches every target whole."""
    texts = list({(text.source, text.inline): text for text in problem.texts() if text.source}.values())
    with suppress(RuntimeError):  # of texts that cannot be converted side by side, each is converted alone
        convert_ahead(texts)
    for text in texts:
        if said := _misread(text):
            yield fault(problem.name, "text", said, name=_short(" ".join(text.source.split())))


def _misread(text: Text) -> str:
    """What pandoc does not make of a text, in a sentence; empty where it makes all of it."""
    try:
        forms = {target: converted(text, target) for target in TARGETS if target != "markdown"}
    except Exception as error:  # noqa: BLE001
        return f"pandoc does not take it: {said_by(error)}."
    if raw := re.search(r'<span class="math[^>]*>(.*?)</span>', forms["html"], re.DOTALL):
        return f"Its formula {raw[1]} is no mathematics that pandoc knows, and would be printed as it stands here."
    prose = _CODE.sub(" ", text.with_sentinels)
    prose = _FORMULAS.sub(" ", prose)
    if re.search(r"^(```|~~~)", prose, re.MULTILINE):
        return "It has a listing without an end: close it with ``` on a line of its own."
    if re.search(r"(?<!\\)\$", prose):
        return r"It has a $ that opens no formula, or closes none; write \$ for the sign."
    for command in re.findall(r"\\[A-Za-z]{2,}", prose):
        return f"It has {command} outside a formula, where it is no command."
    words = _WORD.findall(_NO_WORDS.sub(" ", re.sub(r"Hq\d+q", " ", prose)))
    for target in ("typst", "html"):
        kept = set(_WORD.findall(re.sub(r"<[^>]*>", "", forms[target]) if target == "html" else forms[target]))
        for word in words:
            if word not in kept:
                return f"Its word “{word}” is lost in {target}: it was taken for markup."
    return ""


def _writing(problem: Problem, items: Sequence[Item]) -> Iterator[Fault]:
    """Question and solution are written in every target."""
    steps: tuple[tuple[str, Callable[[Item], object]], ...] = (
        ("posed as data", lambda item: item.posed().as_json()),
        ("solved as data", lambda item: item.solved().as_json()),
        *[(f"written as {it}", lambda item, it=it: item.prompt(it) + item.solution(it)) for it in TARGETS],
    )
    for item in _sound(items)[:DRAWN]:
        if any([_no_picture(figure, item, is_drawn=True) for figure in problem.figures]):
            continue  # reported there
        for what, step in steps:
            try:
                step(item)
            except Exception as error:  # noqa: BLE001
                said = f"It cannot be {what}: {said_by(error)}."
                yield fault(problem.name, "writing", said, item.id)
                break


_FINDERS: Final = (
    _texts, _kinds, _proofs, _marked_right, _figures, _writing, _posed_twice, _mutated, _same_items, _guessable, _leaks,
    _alternatives, _options, _printed,
)  # fmt: skip
_OF_ALL: Final = (_kinds, _proofs, _marked_right, _figures, _writing)
"""What holds of published numbers as well."""
