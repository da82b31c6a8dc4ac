"""Question 4 as printed: its numbers, its key, its claims."""

from collections.abc import Callable
from decimal import Decimal

from markscheme import never, only_if
from markscheme.bank.decoding.beam_search import END, Sequences, Tree, problem
from markscheme.core.published import Ruling
from markscheme.mechanisms import decoding


def branches(**logs: str) -> dict[str, Decimal]:
    """Branches as the paper's tree had them, `EOS` for `<EOS>`."""
    return {END if word == "EOS" else word: Decimal(value) for word, value in logs.items()}


# The figure is lost: these are the log-probabilities that give the sums of the printed working, for the hypotheses that
# it goes on from. The last word, "learn" at -1.38, is a guess.
published = problem.published(
    "",
    givens={
        "beam": 2,
        "tree": {
            (): branches(deep="-0.6", learn="-0.8"),
            ("deep",): branches(deep="-0.05", EOS="-2.99"),
            ("learn",): branches(deep="-3.1", learn="-0.11"),
            ("deep", "deep"): branches(EOS="-0.22", learn="-1.61"),
            ("learn", "learn"): branches(EOS="-2.30", deep="-0.12"),
            ("learn", "learn", "deep"): branches(EOS="-0.28", learn="-1.38"),
        },
    },
    key={"sequences": ["deep deep <EOS>", "learn learn deep <EOS>"], "scores": [Decimal("-0.87"), Decimal("-1.31")]},
)

WORKING: dict[int, dict[str, str]] = {
    1: {"deep": "-0.6", "learn": "-0.8"},
    2: {"deep deep": "-0.65", "deep <EOS>": "-3.59", "learn deep": "-3.9", "learn learn": "-0.91"},
    3: {
        "deep deep <EOS>": "-0.87",
        "deep deep learn": "-2.26",
        "learn learn <EOS>": "-3.21",
        "learn learn learn": "-1.03",
    },
    4: {"learn learn deep <EOS>": "-1.31", "learn learn <EOS>": "-2.41"},
}
"""The printed working: in each iteration the hypotheses and their sums."""


def sums_by_iteration(tree: Tree, beam: int) -> dict[int, dict[str, Decimal]]:
    """What the search computes, in the form of the printed working."""
    iterations = decoding.beam_search(tree, beam, END).iterations
    return {t: {" ".join(found.tokens): found.score for found in step.expanded} for t, step in enumerate(iterations, 1)}


def line_of_working(t: int, label: str, printed: str) -> Callable[[Tree, int], bool | Ruling]:
    """Whether in iteration t the hypothesis of this name has the sum that is printed beside it."""

    def decide(tree: Tree, beam: int) -> bool | Ruling:
        sums = sums_by_iteration(tree, beam)
        here = sums.get(t, {})
        if here.get(label) == Decimal(printed):
            return True
        said = [f"iteration {t} has no '{label}'" if label not in here else f"the sum of '{label}' is {here[label]}"]
        said += [f"iteration {u} has it, with {sums[u][label]}" for u in sums if u != t and label in sums[u]]
        bearers = [name for name, total in here.items() if total == Decimal(printed)]
        for name in bearers:
            goes_on = any(later.startswith(f"{name} ") for later in WORKING.get(t + 1, {}))
            said.append(f"{printed} is the sum of '{name}'{', from which the paper itself goes on' if goes_on else ''}")
        return never(
            f"in the tree as reconstructed {'; '.join(said)}", bearers[0] if bearers else str(here.get(label, ""))
        )

    return decide


for t, hypotheses in WORKING.items():
    for label, printed in hypotheses.items():
        published.claim(f"t = {t}: {label}: {printed}", about="sequences")(line_of_working(t, label, printed))


@published.claim("2 completed sequences", about="sequences", where="question")
def _(sequences: Sequences) -> bool:
    return len(sequences) == 2


@published.claim("at t = 1 there are only two hypotheses", about="sequences")
def _(tree: Tree) -> bool:
    return len(tree[()]) == 2


@published.claim("at t = 2 hypotheses are eliminated, since only the top two are kept", about="sequences")
def _(tree: Tree, beam: int) -> bool:
    second = decoding.beam_search(tree, beam, END).iterations[1]
    return len(second.kept) == 2 < len(second.expanded)


@published.claim("after t = 3 there is one more completed sequence to get", about="sequences")
def _(tree: Tree, beam: int) -> bool:
    iterations = decoding.beam_search(tree, beam, END).iterations
    done = [sum([found.completed for found in step.kept]) for step in iterations]
    return beam - sum(done[:3]) == 1 == sum(done[3:])


@published.claim("the beam finds the most likely completed sequences", about="sequences", where="key")
def _(sequences: Sequences, tree: Tree) -> bool | Ruling:
    """Over what is drawn, and over all that may follow unseen where the tree breaks off: a sum only falls."""
    ranking = decoding.exhaustive(tree, END)
    best = ranking[: len(sequences)]
    if {found.tokens for found in best} != set(sequences):
        better = [f"'{' '.join(found.tokens)}' has {found.score}" for found in best if found.tokens not in sequences]
        return never(f"of all completed sequences of the tree, {' and '.join(better)}")
    drawn = [(*path, word) for path, branches in tree.items() for word in branches if word != END]
    open_ends = [path for path in drawn if path not in tree and decoding.sequence_score(tree, path) > best[-1].score]
    if open_ends:
        return only_if("nothing follows but what is drawn", f"'{' '.join(open_ends[0])}' might go on to a better end")
    return True


@published.claim("the 2 completed sequences that this decoder would consider", about="sequences", where="question")
def _(tree: Tree, beam: int) -> bool | Ruling:
    expanded = [found for step in decoding.beam_search(tree, beam, END).iterations for found in step.expanded]
    ended, kept = ([found for found in expanded if found.completed and (found.kept or not k)] for k in (False, True))
    if len(ended) == beam:
        return True
    names = [f"'{' '.join(found.tokens)}'" for found in ended]
    return only_if("to consider is to keep", f"{len(ended)} completed sequences enter an iteration: "
                   f"{', '.join(names)}; {len(kept)} of them are kept")  # fmt: skip
