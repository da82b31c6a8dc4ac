"""One step of a beam search: by hand at a few numbers, then as a program that is run on others."""

from typing import Any, cast

from markscheme import Draw, Problem
from markscheme.exact import Matrix
from markscheme.kinds import Numbers
from markscheme.mechanisms import decoding
from markscheme.sandbox import Harness, Limits, Outcome

STARTER = '''
def step(scores, log_probabilities, width):
    """The width best continuations, best first: (score, hypothesis, token)."""
    return []
'''.strip("\n")

SOLVED = '''
def step(scores, log_probabilities, width):
    """The width best continuations, best first: (score, hypothesis, token)."""
    continued = [
        (score + log_probability, hypothesis, token)
        for hypothesis, (score, row) in enumerate(zip(scores, log_probabilities))
        for token, log_probability in enumerate(row)
    ]
    return sorted(continued, reverse=True)[:width]
'''.strip("\n")

BY_A_HEAP = """
from heapq import heappush, heappop, heapreplace

def step(scores, log_probabilities, width):
    heap = []
    for h in range(len(scores)):
        for t in range(len(log_probabilities[h])):
            candidate = (scores[h] + log_probabilities[h][t], h, t)
            if len(heap) < width:
                heappush(heap, candidate)
            elif candidate > heap[0]:
                heapreplace(heap, candidate)
    return [heappop(heap) for _ in range(len(heap))][::-1]
""".strip("\n")

TOO_MANY = SOLVED.replace("[:width]", "[: width + 1]")
ONE_SHORT = SOLVED.replace("[:width]", "[: width - 1]")
STEPS_ALONE = SOLVED.replace("(score + log_probability,", "(log_probability,")
ONE_OF_EACH = """
def step(scores, log_probabilities, width):
    rows = [sorted(((scores[h] + p, h, t) for t, p in enumerate(row)), reverse=True)
            for h, row in enumerate(log_probabilities)]
    fair = [row[place] for place in range(len(rows[0])) for row in rows]
    return sorted(fair[:width], reverse=True)
""".strip("\n")
WORST_FIRST = SOLVED.replace("[:width]", "[:width][::-1]")

problem = Problem(
    "decoding/beam_step",
    version=1,
    title="One step of a beam",
    source="after EECS 182 midterm, Spring 2023, question 4",
    symbols={"kept_scores": r"\text{kept}"},
    text=f"""
    A beam of width [[width]] holds the hypotheses 0, 1, and so on. Their scores so far are $[[scores]]$. Row $h$ of the
    matrix

    $$[[log_probabilities]]$$

    has the log-probabilities of the tokens 0, 1, and so on after hypothesis $h$ (all in hundredths, so that they are
    whole numbers). In one step every hypothesis is continued by every token, and the beam keeps the best.

    ```python
    {STARTER.replace(chr(10), chr(10) + "    ")}
    ```
    """,
)
a = problem.part("a", "Which scores has the beam after this step? List them, best first.")
b = problem.part("b", "From which hypothesis does each of them come? List their numbers in the same order.")
c = problem.part(
    "c",
    "Write the function `step`: of a list of scores, a list of rows (one for each hypothesis) and a width, it returns "
    "a list of triples, each a score, the number of the hypothesis and the number of the token. No two continuations "
    "have the same score. It is called with other numbers, up to 16 hypotheses and 2,000 tokens, and has five seconds.",
)


def table(scores: list[int], totals: list[int]) -> list[list[int]]:
    """The rows of log-probabilities for which the continuations have these scores."""
    tokens = len(totals) // len(scores)
    return [[total - score for total in totals[h * tokens : (h + 1) * tokens]] for h, score in enumerate(scores)]


@problem.givens(scores=Numbers(whole=True))
def draw(rng: Draw, *, hypotheses: int = 3, tokens: int = 4) -> dict[str, object]:
    scores = sorted(rng.distinct(hypotheses, -60, -5), reverse=True)
    totals = list(rng.distinct(hypotheses * tokens, -160, -61))
    return {"scores": tuple(scores), "log_probabilities": Matrix(table(scores, totals)), "width": hypotheses}


def kept(scores: tuple[int, ...], log_probabilities: Matrix, width: int) -> list[tuple[int, int, int]]:
    rows = cast("list[list[int]]", [list(row) for row in log_probabilities])
    return decoding.beam_step(list(scores), rows, width)


def best_of_each(scores: tuple[int, ...], log_probabilities: Matrix) -> list[tuple[int, int]]:
    each = [(max(row) + score, h) for h, (score, row) in enumerate(zip(scores, log_probabilities, strict=True))]
    return sorted(cast("list[tuple[int, int]]", each), reverse=True)


@problem.answer(marks=1, part=a, kind=Numbers(whole=True), label="The scores, best first")
def kept_scores(scores: tuple[int, ...], log_probabilities: Matrix, width: int) -> tuple[int, ...]:
    """A continuation has the score of its hypothesis plus the log-probability of its token: log-probabilities add. All
    hypotheses compete for the places of the beam.
    """
    return tuple([score for score, _, _ in kept(scores, log_probabilities, width)])


@kept_scores.slip("forgets the scores so far")
def _(scores: tuple[int, ...], log_probabilities: Matrix, width: int) -> tuple[int, ...]:
    return tuple([score for score, _, _ in kept(tuple([0 for _ in scores]), log_probabilities, width)])


@kept_scores.slip("keeps the best of each hypothesis")
def _(scores: tuple[int, ...], log_probabilities: Matrix) -> tuple[int, ...]:
    return tuple([score for score, _ in best_of_each(scores, log_probabilities)])


@problem.answer(marks=1, part=b, kind=Numbers(whole=True), label="Their hypotheses, in the same order")
def kept_from(scores: tuple[int, ...], log_probabilities: Matrix, width: int) -> tuple[int, ...]:
    """Each score of (a) stands in one row: a hypothesis may be continued several times, or not at all."""
    return tuple([hypothesis for _, hypothesis, _ in kept(scores, log_probabilities, width)])


@kept_from.slip("counts hypotheses from 1")
def _(scores: tuple[int, ...], log_probabilities: Matrix, width: int) -> tuple[int, ...]:
    return tuple([hypothesis + 1 for _, hypothesis, _ in kept(scores, log_probabilities, width)])


@kept_from.slip("keeps the best of each hypothesis")
def _(scores: tuple[int, ...], log_probabilities: Matrix) -> tuple[int, ...]:
    return tuple([hypothesis for _, hypothesis in best_of_each(scores, log_probabilities)])


@problem.check
def _(scores: tuple[int, ...], log_probabilities: Matrix, width: int) -> dict[str, object]:
    """One after the other: what is best of what has not been taken yet."""
    left = {(h, t): score + step for h, score in enumerate(scores) for t, step in enumerate(log_probabilities[h])}
    taken: list[tuple[int, int]] = []
    for _ in range(width):
        taken.append(max(left.keys() - set(taken), key=lambda place: left[place]))
    return {"kept_scores": tuple([left[place] for place in taken]), "kept_from": tuple([h for h, _ in taken])}


# The program

SHAPES = ((3, 4, 3), (1, 12, 4), (6, 9, 2), (4, 2, 20), (16, 2_000, 16))
"""Hypotheses, tokens and width of each run: the fourth has fewer continuations than places, the last takes the time."""
PRIME = 32_003


def inputs(rng: Draw, run: int) -> dict[str, Any]:
    """Arguments of `step`; of no two continuations the scores are equal."""
    hypotheses, tokens, width = SHAPES[run]
    scores = rng.distinct(hypotheses, -999, -1)
    factor, shift = rng.int(PRIME // 3, PRIME - 1), rng.below(PRIME)
    totals = [-1_000 - (factor * place + shift) % PRIME for place in range(hypotheses * tokens)]
    return {"scores": list(scores), "log_probabilities": table(list(scores), totals), "width": width}


REAL = Harness.calling(
    "step", inputs, runs=len(SHAPES), packages=("numpy", "torch"), preload=("torch",),
    limits=Limits(seconds=10, cpu_seconds=12, memory=3 << 29, libraries=16 << 30),
)  # fmt: skip
HARNESS = Harness.calling("step", inputs, runs=len(SHAPES), stands_in_for=("torch",), real=REAL)


@problem.code(
    {
        "gives each continuation the score so far plus the step": 1,
        "lets all continuations compete": 2,
        "returns them in the form and the order asked for": 1,
    },
    solution=SOLVED,
    listing=STARTER,
    harness=HARNESS,
    part=c,
    label="The function `step`",
)
def code() -> None:
    """All continuations in one list, best first, and cut to the width. A heap of the best so far would do with less
    memory; and since only the best `width` of a row can be kept, each row could be cut first.
    """


def triples(code: Outcome) -> list[tuple[float, int, int]]:
    """What it returns, once it has the right form."""
    return [(score, hypothesis, token) for score, hypothesis, token in code.left]


def wanted(code: Outcome) -> list[tuple[int, int, int]]:
    return decoding.beam_step(code.inputs["scores"], code.inputs["log_probabilities"], code.inputs["width"])


def called(code: Outcome) -> str:
    given = code.inputs
    tokens = len(given["log_probabilities"][0])
    return f"of {len(given['scores'])} hypotheses with {tokens} tokens and width {given['width']}"


def is_triple(row: Any, hypotheses: int, tokens: int) -> bool:
    if not (isinstance(row, list) and len(cast("list[Any]", row)) == 3):
        return False
    score, hypothesis, token = cast("list[Any]", row)
    whole = type(hypothesis) is int and type(token) is int
    return type(score) in (int, float) and whole and 0 <= hypothesis < hypotheses and 0 <= token < tokens


@code.property("returns triples of a score, a hypothesis and a token")
def _(code: Outcome) -> bool | str:
    given = code.inputs
    left: Any = code.left
    if not isinstance(left, list):
        return f"{called(code)} it returns no list"
    hypotheses, tokens = len(given["scores"]), len(given["log_probabilities"][0])
    odd = next((row for row in cast("list[Any]", left) if not is_triple(row, hypotheses, tokens)), None)
    return odd is None or f"{called(code)} it returns {odd}"


@code.property("fills the beam")
def _(code: Outcome) -> bool | str:
    count = len({*triples(code)})
    return count >= len(wanted(code)) or f"{called(code)} it returns {count} of {len(wanted(code))} continuations"


@code.property("adds the scores so far to the steps")
def _(code: Outcome) -> bool | str:
    given = code.inputs
    for score, h, t in triples(code):
        right = given["scores"][h] + given["log_probabilities"][h][t]
        if score != right:
            return f"{called(code)} it has {score} for token {t} after hypothesis {h}, not {right}"
    return True


@code.property("keeps the best of all continuations")
def _(code: Outcome) -> bool | str:
    missed = sorted({*wanted(code)} - {*triples(code)}, reverse=True)
    return (
        not missed
        or f"{called(code)} it leaves out the score {missed[0][0]}, of token {missed[0][2]} after {missed[0][1]}"
    )


@code.property("keeps no more than the beam is wide")
def _(code: Outcome) -> bool | str:
    count = len(triples(code))
    return count == len(wanted(code)) or f"{called(code)} it returns {count} triples, not {len(wanted(code))}"


@code.property("has the best first")
def _(code: Outcome) -> bool | str:
    scores = [score for score, _, _ in triples(code)]
    return scores == sorted(scores, reverse=True) or f"{called(code)} it begins with {scores[0]}"


for name, program, earned, lacks in (
    ("leaves places of the beam empty", ONE_SHORT, 0, "fills the beam"),
    ("forgets the scores so far", STEPS_ALONE, 0, "adds the scores so far to the steps"),
    ("keeps the best of each hypothesis", ONE_OF_EACH, 1, "keeps the best of all continuations"),
    ("keeps too many", TOO_MANY, 3, "keeps no more than the beam is wide"),
    ("has the worst first", WORST_FIRST, 3, "has the best first"),
):

    def known_wrong(program: str = program) -> str:
        return program

    code.slip(name, known_wrong, marks=earned, lacks=lacks)


@code.check
def _() -> str:
    """Another way, which never sorts: a heap of the best so far."""
    return BY_A_HEAP


# The exam asks for a whole search in a small tree: the numbers are ours.
problem.published(
    "",
    givens={"scores": (-12, -20, -31), "log_probabilities": [[-60, -85, -52, -97], [-41, -75, -49, -90],
                                                             [-88, -36, -70, -95]], "width": 3},
    key={},
)  # fmt: skip
