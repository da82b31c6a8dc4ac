r"""Text to expressions in declared symbols, and in declared matrices: `diag(f(σ_i))`, transposes and inverses."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from markscheme.language import noun_of, say
from markscheme.reading.grammar import Dialect, read
from markscheme.reading.limits import Unreadable, bounded
from markscheme.reading.prose import first_read
from markscheme.reading.symbols import Symbols
from markscheme.reading.syntax import Applied, Called, Constant, Name, Rows, rebuilt

MOST_WORK = 1_000
MOST_NODES = 100


@lru_cache(maxsize=1_024)
def read_expression(text: str, symbols: Symbols) -> Any:
    r"""The formula that a text says.

    >>> read_expression(r"2 \beta_1", Symbols(("beta_1",)))
    Applied(operation='*', parts=(Constant(value=2), Name(name='beta_1', index=None, bold=False)))

    Raises `Unreadable`.
    """
    expected = noun_of("a matrix expression") if symbols.matrices else noun_of("an expression")
    dialect = Dialect(expected, symbols, most_work=MOST_NODES if symbols.matrices else MOST_WORK)
    return first_read(bounded(text), lambda said: diagonals(read(said, dialect), symbols, said))


def diagonals(tree: Any, symbols: Symbols, text: str) -> Any:
    """A tree whose diagonal matrices are `diag` of their entry at the index."""
    match tree:
        case Called("diag", entries):
            return Applied("diag", (_general(list(entries), symbols, text),))
        case Rows(rows):
            kept: list[Any] = []
            for i, row in enumerate(rows):
                for j, entry in enumerate(row):
                    is_left_out = entry in (Called("blank"), Called("dots"), Constant(0))
                    if i != j and not is_left_out:
                        raise Unreadable(say("only-diagonal-rows"), text=text)
                    kept += [] if is_left_out else [entry]
            return Applied("diag", (_general(kept, symbols, text),))
        case _:
            return rebuilt(tree, lambda it: diagonals(it, symbols, text)) if symbols.matrices else tree


def _general(entries: list[Any], symbols: Symbols, text: str) -> Any:
    """The entry at `i` that is meant by one, or by several from the first to the last."""
    index, size = symbols.index, symbols.size
    if len(entries) == 1 and entries[0] == _moved(entries[0], {"1", "2", "3", size}, index):
        return entries[0]
    *first, last = entries or [Constant(0)]
    meant = {_moved(entry, {str(place)}, index) for place, entry in enumerate(first, 1)} | {_moved(last, {size}, index)}
    if len(first) not in {1, 2, 3} or len(meant) > 1:
        raise Unreadable(say("expected-entry-at", index=index, size=size), text=text)
    return meant.pop()


def _moved(tree: Any, places: set[str], index: str) -> Any:
    """A tree with its entries at some places taken at the free index."""
    if isinstance(tree, Name) and tree.index in places:
        return Name(tree.name, index)
    return rebuilt(tree, lambda it: _moved(it, places, index))
