"""The names of a problem: givens, then answers, as they are declared; each answer knows those above it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from markscheme.language import Message, spoken, words

if TYPE_CHECKING:
    from markscheme.core.answer import Answer
    from markscheme.core.layout import Layout
    from markscheme.core.solving import Plan


@dataclass(eq=False)
class Graph:
    """What a problem's answers know of it."""

    name: str
    version: int
    symbols: dict[str, str] = field(default_factory=dict[str, str])
    """As LaTeX, where they are declared."""
    sample: dict[str, object] = field(default_factory=dict[str, object])
    """One draw of the givens, made where they were declared; every draw has its names."""
    answers: dict[str, Answer[..., Any]] = field(default_factory=dict[str, "Answer[..., Any]"])
    plan: tuple[Plan, ...] | None = None
    """How items are posed; None until the first is, and after something more is declared."""
    layouts: dict[str | None, Layout] = field(default_factory=dict[str | None, "Layout"])
    """What is asked and where, by the name of published numbers; of all that can be asked, under None."""
    translations: dict[str, dict[str, str]] = field(default_factory=dict[str, "dict[str, str]"])
    """Its texts in other languages, by the original."""

    def said(self, text: str) -> str:
        """A text in the language that is spoken, where there is one."""
        return self.translations.get(spoken(), {}).get(text, text) if self.translations else text

    def words(self, text: str) -> Message:
        """A text as a message that is a sentence in each of its languages."""
        return words(text, **{language: own[text] for language, own in self.translations.items() if text in own})

    @property
    def names(self) -> tuple[str, ...]:
        """Every name that a function may take, in order."""
        return (*self.sample, *self.answers)

    def names_before(self, name: str) -> tuple[str, ...]:
        """The names that are known where an answer is declared."""
        names = self.names
        return names[: names.index(name)]

    def symbol(self, name: str) -> str:
        r"""The symbol of a name as LaTeX: as declared, else made from the name.

        >>> Graph("a/b", 1, {"x": "x^*"}).symbol("x"), Graph("a/b", 1).symbol("h_out")
        ('x^*', 'h_\\text{out}')
        """
        return self.symbols.get(name) or symbol_of(name)


_GREEK = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau phi chi psi omega "
    "Gamma Delta Theta Lambda Xi Pi Sigma Phi Psi Omega"
).split()


def symbol_of(name: str) -> str:
    r"""A LaTeX symbol for a name.

    >>> symbol_of("h_1"), symbol_of("gamma"), symbol_of("output"), symbol_of("W_h")
    ('h_1', '\\gamma', '\\text{output}', 'W_h')
    """
    base, _, index = name.strip("_").partition("_")
    if base in _GREEK:
        base = f"\\{base}"
    elif len(base) > 1:
        return rf"\text{{{name.replace('_', ' ')}}}"
    if not index:
        return base
    return f"{base}_{index}" if len(index) == 1 else rf"{base}_\text{{{index.replace('_', ' ')}}}"
