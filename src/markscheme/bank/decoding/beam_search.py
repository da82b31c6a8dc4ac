"""Beam search in a small tree of words."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from heapq import nlargest
from itertools import product
from math import exp, log, prod
from typing import Self, TypeAlias

from markscheme import Draw, Problem
from markscheme.bank.decoding._beam_trees import END, MARGIN, Tokens, Tree, grown
from markscheme.bank.trained import trained
from markscheme.kinds import Numbers, TokenSequences
from markscheme.mechanisms import decoding
from markscheme.pictures import Picture
from markscheme.pictures import tree as tree_of_tokens
from markscheme.text.notation import Line, Notation, Number, Symbol

Sequences: TypeAlias = tuple[Tokens, ...]
Search: TypeAlias = decoding.Search[Decimal]

WORDS = ("deep", "learn", "nets", "train")

problem = Problem(
    "decoding/beam_search",
    version=2,
    title="Beam search",
    source="EECS 182 midterm, Spring 2023, question 4",
    lab=trained("decoding"),
    symbols={"beam": "k"},
    text=r"""
    A decoder looks for likely sequences with a beam of $k = [[beam]]$. In each iteration it extends every hypothesis
    that it holds by every word that may come next, and keeps the likeliest results, as many as the beam is wide. A
    hypothesis that ends in `<EOS>` is complete: if it is among those kept, it is set aside, extended no more, and the
    beam is narrower by one from then on. The search is over when nothing is left of the beam.

    In the tree each word bears its log-probability given the words before it; what the tree leaves out is too unlikely
    to matter. Which [[beam]] complete sequences does the decoder find (write them with their `<EOS>`), and what is the
    log-probability of each as a whole?
    """,
)


@problem.givens
def draw(rng: Draw, *, words: int = 2, depth: int = 5) -> dict[str, object]:
    vocabulary = rng.sample(WORDS, min(max(2, words), len(WORDS)))
    return {"beam": 2, "tree": grown(rng, vocabulary, rng.int(4, max(4, depth)))}


@problem.answer(marks=4, kind=TokenSequences((*WORDS, END)), label="The complete sequences, in any order")
def sequences(tree: Tree, beam: int) -> Sequences:
    """A hypothesis is as likely as the product of its words' probabilities, so its log-probability is a sum: that of
    the hypothesis extended, plus that of the new word. All sums of an iteration compete, whichever hypothesis they
    extend, and only the best stay.
    """
    return completed(decoding.beam_search(tree, beam, END))


def completed(search: Search) -> Sequences:
    return tuple([hypothesis.tokens for hypothesis in search.completed])


@sequences.require("sums are 0.05 apart where they decide")
def _(tree: Tree, beam: int) -> bool:
    """Those kept from those eliminated; and those found from all others that are complete, so that `scores` tells."""
    search = decoding.beam_search(tree, beam, END)
    for step in search.iterations:
        eliminated = [hypothesis.score for hypothesis in step.expanded if not hypothesis.kept]
        if eliminated and min([hypothesis.score for hypothesis in step.kept]) - max(eliminated) < MARGIN:
            return False
    found = {hypothesis.tokens: hypothesis.score for hypothesis in search.completed}
    others = [other.score for other in decoding.exhaustive(tree, END) if other.tokens not in found]
    return all([abs(other - total) >= MARGIN for other in others for total in found.values()])


@sequences.trace("$t$", "beam", "hypothesis", "so far, and the new word", "sum", "")
def _(tree: Tree, beam: int) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    for t, step in enumerate(decoding.beam_search(tree, beam, END).iterations, 1):
        for found in step.expanded:
            *words, last = found.tokens
            new = tree[tuple(words)][last]
            verdict = "completed" if found.kept and found.completed else "kept" if found.kept else "eliminated"
            added = sum_of([found.score - new, new] if words else [new])
            rows.append((t, step.width, " ".join(found.tokens), added, hundredths(found.score), verdict))
    return rows


def hundredths(number: Decimal) -> Number:
    return Number(format(number, ".2f"))


def sum_of(terms: list[Decimal]) -> Line:
    """Log-probabilities written as a sum, without a + before a minus."""
    parts: list[Notation] = [hundredths(terms[0])]
    for term in terms[1:]:
        parts += [Symbol("−" if term <= 0 else "+"), hundredths(abs(term))]
    return Line(tuple(parts))


@sequences.slip("takes the likeliest word each time")
def _(tree: Tree) -> Sequences | None:
    found = decoding.greedy(tree, END)
    return (found.tokens,) if found.completed else None


@sequences.slip("never narrows the beam, and takes what completes first")
def _(tree: Tree, beam: int) -> Sequences:
    found: list[Tokens] = []
    for step in decoding.beam_search(tree, beam, END, fixed=True).iterations:
        found += [hypothesis.tokens for hypothesis in step.kept if hypothesis.completed]
        if len(found) >= beam:
            break
    return tuple(found)


@sequences.slip("never narrows the beam, and takes all that completes")
def _(tree: Tree, beam: int) -> Sequences:
    return completed(decoding.beam_search(tree, beam, END, fixed=True))


@sequences.slip("takes the likeliest sequences of the whole tree")
def _(tree: Tree, beam: int) -> Sequences:
    return tuple([found.tokens for found in decoding.exhaustive(tree, END)[:beam]])


@sequences.slip("keeps the best word of each hypothesis, not the best of all", may_coincide=True)
def _(tree: Tree) -> Sequences:
    return tuple([(word, *best_words(tree, (word,))) for word in tree[()]])


def best_words(tree: Tree, prefix: Tokens) -> Tokens:
    """The likeliest word each time, from a prefix on."""
    branches = tree.get(prefix)
    if not branches:
        return ()
    best = max(branches, key=branches.__getitem__)
    return (best, *best_words(tree, (*prefix, best)))


@dataclass(frozen=True, order=True, slots=True)
class LastStep:
    """A log-probability that forgets what it is added to."""

    step: Decimal

    def __add__(self, other: Self) -> Self:
        return other


@sequences.slip("compares the last words alone, not the sums", may_coincide=True)
def _(tree: Tree, beam: int) -> Sequences:
    last = {path: {word: LastStep(step) for word, step in branches.items()} for path, branches in tree.items()}
    return tuple([found.tokens for found in decoding.beam_search(last, beam, END).completed])


@sequences.slip("adds probabilities", may_coincide=True)
def _(tree: Tree, beam: int) -> Sequences:
    plain = {path: {word: exp(step) for word, step in branches.items()} for path, branches in tree.items()}
    return tuple([found.tokens for found in decoding.beam_search(plain, beam, END).completed])


@problem.answer(
    marks=4, kind=Numbers(ordered=False, absolute="0.005"), label="Their log-probabilities, in the same order"
)
def scores(sequences: Sequences, tree: Tree) -> tuple[Fraction, ...]:
    """The log-probability of a whole sequence is the sum along its way through the tree, `<EOS>` included."""
    return tuple([Fraction(decoding.sequence_score(tree, tokens)) for tokens in sequences])


@scores.require("two different sequences are complete")
def _(sequences: Sequences) -> bool:
    return len(set(sequences)) > 1 and all([tokens[-1] == END for tokens in sequences])


@scores.trace("sequence", "along its way", "sum")
def _(sequences: Sequences, tree: Tree) -> list[tuple[object, ...]]:
    ways = [steps(tree, tokens) for tokens in sequences]
    return [
        (" ".join(tokens), sum_of(way), hundredths(sum(way, Decimal(0))))
        for tokens, way in zip(sequences, ways, strict=True)
    ]


def steps(tree: Tree, tokens: Tokens) -> list[Decimal]:
    """The log-probability of each word of a sequence."""
    return [tree[tokens[:place]][token] for place, token in enumerate(tokens)]


def rounded(number: float) -> Fraction:
    return Fraction(round(10_000 * number), 10_000)


@scores.slip("normalizes by length")
def _(sequences: Sequences, tree: Tree) -> tuple[Fraction, ...]:
    return tuple([Fraction(sum(steps(tree, tokens), Decimal(0))) / len(tokens) for tokens in sequences])


@scores.slip("leaves out <EOS>")
def _(sequences: Sequences, tree: Tree) -> tuple[Fraction, ...]:
    return tuple([Fraction(sum(steps(tree, tokens)[:-1], Decimal(0))) for tokens in sequences])


@scores.slip("gives the log-probability of the last word alone")
def _(sequences: Sequences, tree: Tree) -> tuple[Fraction, ...]:
    return tuple([Fraction(steps(tree, tokens)[-1]) for tokens in sequences])


@scores.slip("multiplies log-probabilities")
def _(sequences: Sequences, tree: Tree) -> tuple[Fraction, ...]:
    return tuple([Fraction(prod(steps(tree, tokens))) for tokens in sequences])


@scores.slip("adds probabilities")
def _(sequences: Sequences, tree: Tree) -> tuple[Fraction, ...]:
    return tuple([rounded(sum([exp(step) for step in steps(tree, tokens)])) for tokens in sequences])


@scores.slip("gives the probability, not its logarithm")
def _(sequences: Sequences, tree: Tree) -> tuple[Fraction, ...]:
    return tuple([rounded(exp(sum(steps(tree, tokens)))) for tokens in sequences])


@problem.figure()
def _(tree: Tree, beam: int) -> Picture:
    search = decoding.beam_search(tree, beam, END)
    kept = [found.tokens for step in search.iterations for found in step.kept]
    flat = {(*path, word): step for path, branches in tree.items() for word, step in branches.items()}
    return tree_of_tokens(flat, kept=kept, completed=completed(search))


@problem.check
def _(tree: Tree, beam: int) -> dict[str, object]:
    """Brute force: every string of t tokens that the tree spells, scored from the start, in hundredths.

    The log-probabilities by another way: probabilities multiplied, and the logarithm of the product.
    """
    step: dict[Tokens, int] = {}
    for path, branches in tree.items():
        for word, value in branches.items():
            step[*path, word] = int(100 * value)
    tokens = sorted({path[-1] for path in step})
    total = {path: sum([step[path[:t]] for t in range(1, len(path) + 1)]) for path in step}
    found, alive = list[Tokens](), {()}
    for t in range(1, max(map(len, step)) + 1):
        strings: list[Tokens] = [path for path in product(tokens, repeat=t) if path in step and path[:-1] in alive]
        best = nlargest(beam - len(found), strings, key=total.__getitem__)
        found += [path for path in best if path[-1] == END]
        alive = {path for path in best if path[-1] != END}
    chances = [prod([exp(step[path[:t]] / 100) for t in range(1, len(path) + 1)]) for path in found]
    return {"sequences": found, "scores": [Fraction(round(100 * log(chance)), 100) for chance in chances]}
