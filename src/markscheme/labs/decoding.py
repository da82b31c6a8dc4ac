"""Decoding: greedy, beams, sampling and the likeliest of all, in a model of characters that is trained on sonnets.

A network reads the last six characters and how far into its line it stands, and says how likely each next character is.
It learns from eighteen sonnets of Shakespeare, and is asked to continue the other four. Decoders look for the likeliest
end of a word, or of a line, a character at a time; as in the exam a completed hypothesis that is kept makes the beam
narrower. What they should find is known here. A sequence only becomes less likely as it grows, so all completions above
a bound are found by extending the prefixes above it alone; the bound falls until there are enough, and what was not
extended is below it. That is an exhaustive search, and it leaves nothing out.

The key calls the two sequences that its beam of two completes the most likely ones. In its tree of a few words they
are, as going through all of it shows. What follows goes beyond the exam. In a full vocabulary they seldom are both: the
second has to survive in the one place that is left beside the first, and what begins likely does not always end so. A
beam of sixteen nearly always has the likeliest word, as few beginnings of a word compete. For the end of a line, which
takes more characters, sixteen are not enough for most. Nor is a wider beam always better: what it keeps in addition can
displace, a step later, the prefix that would have won.

Whether one should wish to find the likeliest is another matter. The likeliest end of a line is much shorter than what
the poet wrote, as each character costs probability and the end of the line costs it once; a narrow beam hides this
fault of the model by not finding it. Samples, in turn, are a poor way to search: as many of them as a beam is wide
contain the likeliest word less often than the beam does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from importlib.resources import files
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor

from markscheme.bank.decoding import beam_search as bank
from markscheme.bank.printed.eecs182_sp23.beam_search import published
from markscheme.labs.engine.charts import COLORS, STYLES, mean, panel
from markscheme.labs.engine.lab import Lab, Measured, Quantity, Rows
from markscheme.labs.engine.trial import Trial
from markscheme.labs.networks import Dense, drawn_weights, optimizer_for, train
from markscheme.mechanisms.decoding import Tokens, beam_search

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.random import Generator

CHARACTERS = " abcdefghijklmnopqrstuvwxyz\n"
END = "\n"
WINDOW, COLUMNS, HELD_OUT = 6, 64, 4
WIDTHS = (1, 2, 4, 8, 16)

lab = Lab(
    "decoding",
    title="Decoding",
    source="EECS 182 midterm, Spring 2023, question 4",
    problems=("decoding/beam_search",),
    text="""
    A small model of characters, trained on sonnets, ends words and lines: greedily, with beams, by sampling, and by an
    exhaustive search. Do beams find the likeliest, and is the likeliest what one wants?
    """,
    version=2,
)


@dataclass(frozen=True)
class State:
    """What the model sees of some texts: their last characters, n × `WINDOW`, and how long their last lines are."""

    recent: Tensor
    columns: Tensor

    def extended(self, rows: Tensor, characters: Tensor) -> State:
        """The texts of `rows`, each with one more character."""
        recent = torch.cat([self.recent[rows, 1:], characters[:, None]], 1)
        ended = characters == CHARACTERS.index("\n")
        return State(recent, torch.where(ended, 0, self.columns[rows] + 1))


@dataclass(frozen=True)
class Model:
    """A network of one hidden layer."""

    network: Dense
    device: str

    def state(self, text: str) -> State:
        """A text as the model sees it."""
        recent = [CHARACTERS.index(it) for it in text[-WINDOW:].rjust(WINDOW, "\n")]
        column = len(text) - 1 - text.rfind("\n")
        return State(torch.tensor([recent], device=self.device), torch.tensor([column], device=self.device))

    def __call__(self, state: State) -> Tensor:
        """The log-probability of each character as the next one, n × characters."""
        with torch.no_grad():
            return self.network(_inputs(state))[0].log_softmax(1)


def _inputs(state: State) -> Tensor:
    device = state.recent.device
    last = torch.eye(len(CHARACTERS), device=device)[state.recent].flatten(1)
    return torch.cat([last, torch.eye(COLUMNS, device=device)[state.columns.clamp(max=COLUMNS - 1)]], 1)


@dataclass(eq=False)
class Continuations(Mapping[Tokens, Mapping[str, float]]):
    """The tree of what may follow a prompt, up to `longest` characters; it grows where it is looked at.

    Each of the characters `ends` ends a continuation: in the tree they are one, `END`.
    """

    model: Model
    prompt: str
    longest: int
    ends: str = ""
    _known: dict[Tokens, dict[str, float]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.inner = [place for place, it in enumerate(CHARACTERS) if it not in self.ends]
        self.tokens = [CHARACTERS[place] for place in self.inner] + [END] * bool(self.ends)

    def steps(self, state: State) -> Tensor:
        """The log-probability of each token as the next one."""
        scores = self.model(state)
        parts = [scores[:, self.inner]]
        if self.ends:
            parts.append(scores[:, [CHARACTERS.index(it) for it in self.ends]].logsumexp(1, keepdim=True))
        return torch.cat(parts, 1)

    def __getitem__(self, prefix: Tokens) -> Mapping[str, float]:
        if len(prefix) >= self.longest or (self.ends and prefix[-1:] == (END,)):
            raise KeyError(prefix)
        if prefix not in self._known:
            scores = self.steps(self.model.state(self.prompt + "".join(prefix)))[0]
            self._known[prefix] = dict(zip(self.tokens, scores.tolist(), strict=True))
        return self._known[prefix]

    def __iter__(self) -> Iterator[Tokens]:
        return iter(self._known)

    def __len__(self) -> int:
        return len(self._known)

    def likeliest(self, count: int) -> list[tuple[float, str]]:
        """The likeliest completions of all, each with its log-probability."""
        bound, found = -4.0, list[tuple[float, str]]()
        while len(found) < count:
            bound -= 1
            found = self._above(bound)
        return sorted(found, reverse=True)[:count]

    def _above(self, bound: float) -> list[tuple[float, str]]:
        """All completions with a log-probability of at least `bound`; no prefix below it can become one."""
        found: list[tuple[float, str]] = []
        state = self.model.state(self.prompt)
        device = state.recent.device
        scores, texts = torch.zeros(1, device=device), torch.zeros(1, 0, dtype=torch.int64, device=device)
        characters, end = torch.tensor([*self.inner, -1], device=device), len(self.inner)
        for _ in range(self.longest):
            extended = scores[:, None] + self.steps(state)
            rows, tokens = (extended >= bound).nonzero(as_tuple=True)
            scores, texts = extended[rows, tokens], torch.cat([texts[rows], tokens[:, None]], 1)
            done = tokens == end
            found += zip(scores[done].tolist(), [self._text(it) for it in texts[done].tolist()], strict=True)
            state = state.extended(rows[~done], characters[tokens[~done]])
            scores, texts = scores[~done], texts[~done]
            if not len(scores):
                break
        return found

    def _text(self, tokens: Sequence[int]) -> str:
        return "".join([self.tokens[it] for it in tokens])

    def sampled(self, count: int, rng: Generator) -> list[tuple[float, str]]:
        """Continuations drawn a character at a time, each with its log-probability."""
        state, made = self.model.state(self.prompt), [(0.0, "")] * count
        state = State(state.recent.expand(count, -1), state.columns.expand(count))
        alive = list(range(count))
        for _ in range(self.longest):
            rows = self.steps(state).tolist()
            drawn = [_drawn(row, rng) for row in rows]
            for place, row, token in zip(alive, rows, drawn, strict=True):
                made[place] = made[place][0] + row[token], made[place][1] + self.tokens[token]
            going = [k for k, token in enumerate(drawn) if token < len(self.inner)]
            alive = [alive[k] for k in going]
            if not alive:
                break
            kept, new = (torch.tensor(it, device=state.recent.device)
                         for it in (going, [self.inner[drawn[k]] for k in going]))  # fmt: skip
            state = state.extended(kept, new)
        return made


def _drawn(scores: Sequence[float], rng: Generator) -> int:
    shares = np.cumsum(np.exp(scores))
    return min(int(np.searchsorted(shares, rng.random() * shares[-1], side="right")), len(shares) - 1)


def _trained(trial: Trial, hidden: int, epochs: int) -> tuple[Model, list[str], float]:
    """A model, the poems that it has not seen, and its loss on them, in nats a character."""
    rng = trial.random("poems")
    poems = _poems()
    order = [poems[place] for place in rng.permutation(len(poems))]
    inputs = (len(CHARACTERS) * WINDOW + COLUMNS, hidden)
    weights = trial.random("weights")
    layers = [drawn_weights(("Xavier",), *fans, weights, trial.device) for fans in (inputs, (hidden, len(CHARACTERS)))]
    network = Dense(layers, "tanh")
    data, held_out = (_windows(trial, part) for part in (order[HELD_OUT:], order[:HELD_OUT]))
    curve = train(network, optimizer_for("Adam", network.parameters, 0.005), data, held_out, epochs=epochs, batch=128,
                  rng=trial.random("batches"))  # fmt: skip
    return Model(network, trial.device), order[:HELD_OUT], curve.loss[0][-1]


def _poems() -> list[str]:
    """The sonnets, in lower case, with letters, spaces and ends of lines alone."""
    text = (files("markscheme.labs") / "texts" / "sonnets.txt").read_text("utf-8").lower().replace("-", " ")
    return ["".join([it for it in poem.strip() if it in CHARACTERS]) + "\n" for poem in text.split("\n\n")]


def _windows(trial: Trial, poems: Sequence[str]) -> tuple[Tensor, Tensor]:
    """Inputs of the network, one for each character of some poems, and the characters."""
    recent, columns, following = list[list[int]](), list[int](), list[int]()
    for poem in poems:
        codes = [CHARACTERS.index(it) for it in "\n" * WINDOW + poem]
        for place, code in enumerate(codes[WINDOW:]):
            recent.append(codes[place : place + WINDOW])
            columns.append(place - 1 - poem.rfind("\n", 0, place))
            following.append(code)
    return _inputs(State(trial.tensor(recent), trial.tensor(columns))), trial.tensor(following)


def _line_starts(poems: Sequence[str], left: int) -> list[tuple[str, str]]:
    """For each line what stands before its last words, `left` characters or more, and these words."""
    found: list[tuple[str, str]] = []
    for poem in poems:
        start = 0
        for line in poem.splitlines():
            cut = line.rfind(" ", 0, max(0, len(line) - left)) + 1
            found.append((poem[: start + cut], line[cut:]))
            start += len(line) + 1
    return found


def _chosen(
    trial: Trial, places: Sequence[tuple[str, str]], count: int, tree: Callable[[str], Continuations]
) -> tuple[list[Continuations], list[str]]:
    """The trees after some of the prompts, and what the poet wrote there."""
    chosen = [places[place] for place in trial.random("prompts").permutation(len(places))[:count]]
    return [tree(prompt) for prompt, _ in chosen], [written for _, written in chosen]


@lab.experiment(quick={"epochs": 1, "prompts": 3}, seeds=5)
def words(trial: Trial, *, hidden: int = 128, epochs: int = 8, prompts: int = 80, samples: int = 16) -> Measured:
    """The next word, up to the space or the end of the line after it; also by samples, of which the likeliest counts,
    and with a beam that stays wide.
    """
    model, poems, loss = _trained(trial, hidden, epochs)
    places = [(poem[: at + 1], poem[at + 1 :].split()[0]) for poem in poems
              for at, it in enumerate(poem[:-1]) if it == " "]  # fmt: skip
    trees, written = _chosen(trial, places, prompts, partial(Continuations, model, longest=16, ends=" \n"))
    rng = trial.random("samples")
    drawn = [max(tree.sampled(samples, rng))[1] == tree.likeliest(1)[0][1] for tree in trees]
    return {**_searched(trees, written), "loss": loss, "sampled": mean(drawn)}


@lab.experiment(quick={"epochs": 1, "prompts": 2}, seeds=5)
def lines(trial: Trial, *, hidden: int = 128, epochs: int = 8, prompts: int = 30, left: int = 10) -> Measured:
    """The end of a line, before the last word that leaves at least `left` characters to come."""
    model, poems, loss = _trained(trial, hidden, epochs)
    starts = _line_starts(poems, left)
    trees, written = _chosen(trial, starts, prompts, partial(Continuations, model, longest=64, ends="\n"))
    return {**_searched(trees, written), "loss": loss}


def _searched(trees: Sequence[Continuations], written: Sequence[str]) -> Measured:
    """By width, over the prompts: how often the beam has the likeliest completion, and the two likeliest; how much less
    likely its best is, and how long. And how often a beam twice as wide has a less likely one.
    """
    rows: dict[str, list[dict[str, float]]] = {str(width): [] for width in WIDTHS}
    lengths, worse = list[int](), list[bool]()
    for tree in trees:
        (score, best), (_, second) = tree.likeliest(2)
        scores: list[float] = []
        for width in WIDTHS:
            done = [("".join(it.tokens), it.score) for it in beam_search(tree, width, END).completed]
            text, reached = done[0] if done else (END, tree[()][END])  # one that completes nothing stops at once
            rows[str(width)].append({"best": text == best, "two": {it for it, _ in done[:2]} == {best, second},
                                     "lost": score - reached, "length": len(text)})  # fmt: skip
            scores.append(reached)
        worse += [after < before for before, after in pairwise(scores)]
        lengths.append(len(best))
    measures = ("best", "two", "lost", "length")
    by_width = {name: {width: mean([row[name] for row in it]) for width, it in rows.items()} for name in measures}
    return {**by_width, "likeliest": mean(lengths), "written": mean([len(it) + 1 for it in written]),
            "worse": mean(worse)}  # fmt: skip


@lab.identity("the beam finds the most likely completed sequences", "the exam's tree, rebuilt from its working",
              printed=True)  # fmt: skip
def _() -> tuple[bool, str]:
    tree = published.givens["tree"]
    beam = [(it.tokens, it.score) for it in beam_search(tree, 2, bank.END).completed]
    every = sorted(_completed(tree, (), 0), key=lambda it: -it[1])
    return sorted(beam) == sorted(every[:2]), f"of the {len(every)} that the tree completes it has the two likeliest"


def _completed(tree: Mapping[Tokens, Any], prefix: Tokens, score: Any) -> Iterator[tuple[Tokens, Any]]:
    """All that a tree completes, each with its log-probability."""
    for token, step in tree.get(prefix, {}).items():
        if token == bank.END:
            yield (*prefix, token), score + step
        else:
            yield from _completed(tree, (*prefix, token), score + step)


WORD, LINE = "the next word", "the end of a line"
HALF = "more often than not"
lab.claims("the beam finds the two most likely completed sequences", {f"a beam of 2, {WORD}": words["two"]["2"]},
           effect="share of prompts", above=0.5, because=HALF)  # fmt: skip
lab.claims("the beam finds the most likely completed sequence",
           {f"a beam of 16, {WORD}": words["best"]["16"], f"a beam of 16, {LINE}": lines["best"]["16"]},
           effect="share of prompts", above=0.5, because=HALF)  # fmt: skip
lab.claims("a wide beam finds likelier sequences than greedy decoding",
           {f"a beam of 16, {LINE}": lines["lost"]["1"] - lines["lost"]["16"]},
           effect="log-probability gained")  # fmt: skip
lab.claims("a beam twice as wide may find a less likely one", {f"widths 1 to 16, {LINE}": lines["worse"]},
           effect="share of doublings after which it does")  # fmt: skip
lab.claims("a beam finds the likeliest sequence more often than as many samples do",
           {f"16 of each, {WORD}": words["best"]["16"] - words["sampled"]},
           effect="share of prompts, beam − samples")  # fmt: skip
lab.claims("the likeliest end of a line is shorter than the poet's", {LINE: lines["likeliest"] / lines["written"]},
           effect="its length / the poet's", below=1, because="shorter is below 1")  # fmt: skip
lab.claims("a wider beam ends a line sooner", {LINE: lines["length"]["16"] / lines["length"]["1"]},
           effect="length, beam of 16 / greedy", below=1, because="sooner is below 1")  # fmt: skip


SOUGHT = ((words, "best", "the likeliest word"), (words, "two", "the two likeliest words"),
          (lines, "best", "the likeliest end of a line"))  # fmt: skip


@lab.figure("How often a beam finds what an exhaustive search finds, and how much less likely the best that it finds "
            "is: mean of the seeds, and their range.", words, lines, problems=("decoding/beam_search",),
            size=(7.4, 2.9))  # fmt: skip
def found(figure: Figure, rows: Rows) -> str:
    """Shares and log-probabilities by the width of the beam."""
    shares, lost = figure.subplots(1, 2)

    def by_width(quantity: Quantity) -> list[list[float]]:
        return [list(row.values()) for row in rows(quantity)]

    told = panel(shares, "share of prompts where it is found",
                 {name: by_width(trained[what]) for trained, what, name in SOUGHT}, WIDTHS, ylim=(0, 1.02))  # fmt: skip
    sampled = mean(rows(words["sampled"]))
    shares.plot([16], [sampled], "x", color=COLORS[0], label="the likeliest word, 16 samples")
    figure.legend(*shares.get_legend_handles_labels(), loc="outside lower center", ncols=2)
    for place, (trained, what, name) in enumerate(SOUGHT):
        if what == "best":
            told += panel(lost, "log-probability lost", {name: by_width(trained["lost"])}, WIDTHS, first=place)
    lost.set_ylim(bottom=0)
    _by_width(shares)
    _by_width(lost)
    return f"From a beam of 1 to one of 16: {told}16 samples find the likeliest word in {sampled:.2f}."


def _by_width(axes: Axes) -> None:
    axes.set_xscale("log", base=2)
    axes.set_xticks(WIDTHS, [str(width) for width in WIDTHS])
    axes.set_xlabel("width of the beam")


@lab.figure("How long the end of a line is, by the width of the beam, beside the likeliest of all and the poet's.",
            lines, size=(5.0, 2.8))  # fmt: skip
def lengths(figure: Figure, rows: Rows) -> str:
    """What is likely is short."""
    axes, ends = figure.subplots(), [list(row.values()) for row in rows(lines["length"])]
    told = panel(axes, "characters to the end of a line", {"beam": ends}, WIDTHS)
    for place, (key, name) in enumerate({"written": "Shakespeare", "likeliest": "the likeliest of all"}.items(), 1):
        level = mean(rows(lines[key]))
        axes.axhline(level, color=COLORS[place], linestyle=STYLES[place], label=name)
        told += f"{name} {level:.1f}. "
    _by_width(axes)
    axes.set(ylim=(0, 1.4 * axes.get_ylim()[1]))
    axes.legend(loc="upper right")
    return told
