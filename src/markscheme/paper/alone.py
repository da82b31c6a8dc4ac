"""One problem alone in a paper: whether Typst takes its texts, and prints its question and its key."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from markscheme.bank.catalog import Catalog
from markscheme.core.checking import Fault, fault, said_by
from markscheme.core.errors import MarkschemeError
from markscheme.core.problem import Problem
from markscheme.paper.plan import Paper, PaperEntry, QuestionEntry
from markscheme.paper.printing import Copy, compiled, pdf
from markscheme.text.conversion import converted
from markscheme.text.source import Text


def unprintable(page: Path, problem: Problem, seed: str) -> Iterator[Fault]:
    """What is wrong with a problem of a file on paper: its texts, then one copy, blank and key."""
    texts = [text for text in problem.texts() if text.source]
    if not _is_typeset(texts):
        for text in texts:
            if not _is_typeset([text]):
                shown = " ".join(text.source.split())[:60]
                yield fault(problem.name, "text", "Typst does not take it.", name=shown)
        return
    entry = PaperEntry(title=problem.title, question=(QuestionEntry(problem=problem.name, title=problem.title),))
    paper = Paper(problem.name, entry, Catalog([page]))
    try:
        copy = Copy(paper, seed, paper.items(seed))
        for solutions in (False, True):
            pdf(copy, solutions=solutions)
    except Exception as error:  # noqa: BLE001 (whatever printing raises, the problem is not printed)
        yield fault(problem.name, "print", f"Its copy cannot be printed: {said_by(error)}.", seed)


def _is_typeset(texts: Sequence[Text]) -> bool:
    """Whether Typst takes texts as they are before values enter."""
    source = "\n\n".join(['#import "/paper/exam.typ": *', *[f"#[\n{converted(text, 'typst')}\n]" for text in texts]])
    try:
        compiled({"main.typ": source.encode()}, "a text", solutions=False, tagged=False)
    except MarkschemeError:
        return False
    return True
