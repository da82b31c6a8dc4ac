"""A problem's texts in other languages than its own, checked against what they stand for."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from markscheme.core.errors import DefinitionError, UnknownName, near_misses
from markscheme.language import languages
from markscheme.text.source import Text

if TYPE_CHECKING:
    from markscheme.core.problem import Problem

Texts = Mapping[str, str]


def known_language(lang: str) -> str:
    """A language that there is a catalog of. Raises `UnknownName`."""
    if lang not in languages():
        raise UnknownName(no_language(lang))
    return lang


def no_language(lang: str) -> str:
    """What is wrong with a language that there is no catalog of."""
    return f"there are no words in the language {lang!r}; {near_misses(lang, languages())}"


def translate(
    problem: Problem, language: str, *, text: str, title: str, parts: Texts, beside: Texts, labels: Texts,
    options: Mapping[str, Texts], why: Texts, words: Texts,
) -> None:  # fmt: skip
    """Add a language to a problem; see `Problem.in_language`."""
    where = f"{problem.name} in {language!r}"
    if language not in languages():
        raise DefinitionError(f"{where}: {no_language(language)}")
    if language in problem.graph.translations:
        raise DefinitionError(f"{where}: its texts are given twice")
    found: dict[str, str] = {}

    def add(what: str, original: Text | str, own: str) -> None:
        source = original.source if isinstance(original, Text) else original
        new = inspect.cleandoc(own).strip()
        holes, own_holes = [_holes(sorted(set(Text(it).names))) for it in (source, new)]
        if holes != own_holes:
            raise DefinitionError(f"{where}: {what} has the holes {own_holes}, and the original {holes}")
        if not new or found.setdefault(source, new) != new:
            raise DefinitionError(f"{where}: {what} is {'said in two ways' if new else 'empty'}")

    def add_all(what: str, originals: Mapping[str, Text], given: Texts, needed: Iterable[str] = ()) -> None:
        for name, own in given.items():
            if name not in originals:
                raise DefinitionError(f"{where}: there is no {what} {name!r}; {near_misses(name, originals)}")
            add(f"{what} {name}", originals[name], own)
        if lacking := [name for name in needed if name not in given]:
            raise DefinitionError(f"{where}: the {what} {lacking[0]!r} is lacking, which its question would have in "
                                  "another language")  # fmt: skip

    answers = problem.answers.values()
    add("the text", problem.text, text)
    if title:
        add("the title", problem.title, title)
    texts = {part.label: part.text for part in problem.parts if part.text.source}
    add_all("part", texts, parts, texts)
    add_all("text beside", problem.beside, beside, problem.beside)
    add_all("label of", {it.name: it.label for it in answers}, labels)
    chosen = {it.name: it.options.texts for it in answers if it.options}
    add_all("options of", dict.fromkeys(chosen, Text("")), dict.fromkeys(options, ""), ())
    for name, texts in chosen.items():
        in_words = [key for key, it in texts.items() if _has_words(it.source)]
        add_all(f"option of {name}", texts, options.get(name, {}), in_words)
    explained = {it.name: (it, said) for it in answers if (said := it.explanation[0])}
    reasons = {name: explained[name][0].rewired(own) if name in explained else own for name, own in why.items()}
    add_all("reason for", {name: said for name, (_, said) in explained.items()}, reasons)
    add_all("words", {it: Text(it) for it in phrases(problem)}, words)
    problem.graph.translations[language] = found
    problem.graph.layouts.clear()


def phrases(problem: Problem) -> Iterator[str]:
    """The short texts of a problem: heads and cells of tables, points of rubrics, names of slips, properties."""
    for table in problem.tables:
        yield from [it.source for it in (*table.columns, *[cell for row in table.rows for cell in row])]
    for answer in problem.answers.values():
        yield from [column for trace in answer.traces for column in trace.columns]
        yield from [point for point, _ in answer.kind.field().points]
        yield from [slip.name for slip in answer.slips]
        yield from [rule.sentence for rule in answer.properties]


def _has_words(source: str) -> bool:
    """Whether anything but formulas and numbers stands in a text."""
    outside = "".join(re.sub(r"\[\[\w+\]\]", "", source).split("$")[::2])
    return any([letter.isalpha() for letter in outside])


def _holes(names: list[str]) -> str:
    return ", ".join([f"[[{name}]]" for name in names]) or "none"
