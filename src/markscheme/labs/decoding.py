"""Decoding: greedy, beams, sampling and the likeliest of all, in a model of characters that is trained on sonnets.

A network reads the last six characters and how far into its line it stands, and says how likely each next character is.
It learns from eighteen sonnets of Shakespeare, and is asked to continue the other four. Decoders look for the likeliest
end of a word, or of a line, a character at a time; as in the exam a completed hypothesis that is kept makes the beam
narrower. What they should find is known here. A sequence only becomes less likely as it grows, so all completions above
a bound are found by extending the prefixes above it alone; the bound falls until there are enough, and what was not
extended is below it. That is an exhaustive search, and it leaves nothing out.

The key calls the two sequences that its beam of two completes the most likely ones. In its tree of a few words they
are. In a full vocabulary they seldom are both: the second has to survive in the one place that is left beside the
first, and what begins likely does not always end so. A beam of sixteen nearly always has the likeliest word, as few
beginnings of a word compete. For the end of a line, which takes more characters, sixteen are not enough for most. Nor
is a wider beam always better: what it keeps in addition can displace, a step later, the prefix that would have won.

The narrowing itself hardly ever costs the likeliest completion, which is mostly among the first that are completed. It
costs the others: the hypotheses that the narrowed beam completes late are less likely together than those of a beam
that stays wide.

Whether one should wish to find the likeliest is another matter. The likeliest end of a line is much shorter than what
the poet wrote, as each character costs probability and the end of the line costs it once; a narrow beam hides this
fault of the model by not finding it. In longer texts, where nothing ends, the likelier text is the one that repeats
itself: greedy decoding and the beam turn in circles, text that is sampled does not, and the poet's own is less likely
to the model than any that a search comes up with. Samples, in turn, are a poor way to search: as many of them as a beam
is wide contain the likeliest word less often than the beam does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from importlib.resources import files
from itertools import pairwise
from math import exp
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from markscheme.labs.engine.charts import COLORS, STYLES, curves, mean
from markscheme.labs.engine.lab import Lab, Measured
from markscheme.labs.engine.trial import Trial
from markscheme.labs.networks import Dense, drawn_weights, optimizer_for, train
from markscheme.mechanisms.decoding import Tokens, beam_search, greedy, sequence_score, top_p

if TYPE_CHECKING:
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

    def sampled(self, count: int, rng: Generator, *, nucleus: float = 1.0) -> list[tuple[float, str]]:
        """Continuations drawn a character at a time, each with its log-probability; from a `nucleus`, if that is
        below 1.
        """
        state, made = self.model.state(self.prompt), [(0.0, "")] * count
        state = State(state.recent.expand(count, -1), state.columns.expand(count))
        alive = list(range(count))
        for _ in range(self.longest):
            rows = self.steps(state).tolist()
            drawn = [_drawn(row, rng, nucleus) for row in rows]
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


def _drawn(scores: Sequence[float], rng: Generator, nucleus: float) -> int:
    allowed = top_p(scores, nucleus) if nucleus < 1 else range(len(scores))
    shares = np.cumsum([exp(scores[it]) for it in allowed])
    return allowed[min(int(np.searchsorted(shares, rng.random() * shares[-1], side="right")), len(shares) - 1)]


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


@lab.experiment(quick={"epochs": 3, "prompts": 12})
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
    return {**_searched(trees, written), "loss": loss, "sampled": mean(drawn), "narrowing": _narrowing(trees)}


@lab.experiment(quick={"epochs": 3, "prompts": 10})
def lines(trial: Trial, *, hidden: int = 128, epochs: int = 8, prompts: int = 30, left: int = 10) -> Measured:
    """The end of a line, before the last word that leaves at least `left` characters to come."""
    model, poems, loss = _trained(trial, hidden, epochs)
    starts = _line_starts(poems, left)
    trees, written = _chosen(trial, starts, prompts, partial(Continuations, model, longest=64, ends="\n"))
    return {**_searched(trees, written), "loss": loss}


@lab.experiment(quick={"epochs": 3, "length": 60})
def texts(
    trial: Trial, *, hidden: int = 128, epochs: int = 8, length: int = 200, width: int = 8, nucleus: float = 0.9
) -> Measured:
    """Poems continued after their first lines by `length` characters, whatever they are."""
    model, poems, loss = _trained(trial, hidden, epochs)
    rng = trial.random("samples")
    made: dict[str, list[tuple[float, str]]] = {
        name: [] for name in ("beam", "greedy", "nucleus", "sampling", "written")
    }
    for poem in poems:
        start = poem.index("\n") + 1
        tree = Continuations(model, poem[:start], length)
        path, beam = greedy(tree, ""), beam_search(tree, width, "").rounds[-1].kept
        best = max(beam, key=lambda it: it.score)
        written = poem[start : start + length]
        made["greedy"].append((path.score, "".join(path.tokens)))
        made["beam"].append((best.score, "".join(best.tokens)))
        made["sampling"] += tree.sampled(1, rng)
        made["nucleus"] += tree.sampled(1, rng, nucleus=nucleus)
        made["written"].append((sequence_score(tree, tuple(written)), written))
    return {
        "score": {name: mean([score / len(text) for score, text in it]) for name, it in made.items()},
        "new": {name: mean([_new(text) for _, text in it]) for name, it in made.items()},
        "text": {name: it[0][1] for name, it in made.items()},
        "loss": loss,
    }


def _new(text: str, size: int = 4) -> float:
    """The share of a text's runs of four characters that did not occur in it before."""
    runs = [text[place : place + size] for place in range(len(text) - size + 1)]
    return len(set(runs)) / len(runs)


def _searched(trees: Sequence[Continuations], written: Sequence[str]) -> Measured:
    """By width, over the prompts: how often the beam has the likeliest completion, and the two likeliest; how much less
    likely its best is, and how long. And how often a beam twice as wide has a less likely one.
    """
    rows: dict[str, list[dict[str, float]]] = {str(width): [] for width in WIDTHS}
    lengths, worse, examples = list[int](), list[bool](), list[dict[str, str]]()
    for tree, words in zip(trees, written, strict=True):
        (score, best), (_, second) = tree.likeliest(2)
        example = {"prompt": tree.prompt.split("\n")[-1], "written": words, "likeliest": best}
        scores: list[float] = []
        for width in WIDTHS:
            done = [("".join(it.tokens), it.score) for it in beam_search(tree, width, END).completed]
            text, reached = done[0] if done else (END, tree[()][END])  # one that completes nothing stops at once
            rows[str(width)].append({"best": text == best, "two": {it for it, _ in done[:2]} == {best, second},
                                     "lost": score - reached, "length": len(text)})  # fmt: skip
            scores.append(reached)
            example[str(width)] = text
        worse += [after < before for before, after in pairwise(scores)]
        lengths.append(len(best))
        examples.append(example)
    measures = ("best", "two", "lost", "length")
    by_width = {name: {width: mean([row[name] for row in it]) for width, it in rows.items()} for name in measures}
    return {**by_width, "likeliest": mean(lengths), "written": mean([len(it) + 1 for it in written]),
            "worse": mean(worse), "examples": examples[:3]}  # fmt: skip


def _narrowing(trees: Sequence[Continuations], width: int = 8) -> dict[str, float]:
    """How often a beam that stays wide has a likelier best completion than one that narrows, and how often as many as
    the beam is wide are likelier together.
    """
    best, together = list[bool](), list[bool]()
    for tree in trees:
        narrowed, wide = (
            [it.score for it in beam_search(tree, width, END, fixed=fixed).completed] for fixed in (False, True)
        )
        best.append(wide[:1] > narrowed[:1])
        together.append(sum(wide[: len(narrowed)]) > sum(narrowed))
    return {"best": mean(best), "together": mean(together)}


@lab.claim("the beam finds the most likely completed sequences", printed=True, above=0.9,
           number="share of prompts with the two likeliest", where="a beam of 2, the next word")  # fmt: skip
def _(words: Measured) -> float:
    return words["two"]["2"]


@lab.claim("the beam finds the most likely completed sequence", printed=True, above=0.8,
           number="share of prompts with the likeliest", where="a beam of 16, the next word")  # fmt: skip
def _(words: Measured) -> float:
    return words["best"]["16"]


@lab.claim("the beam finds the most likely completed sequence", printed=True, above=0.8,
           number="share of prompts with the likeliest", where="a beam of 16, the end of a line")  # fmt: skip
def _(lines: Measured) -> float:
    return lines["best"]["16"]


@lab.claim("a wide beam finds likelier sequences than greedy decoding", above=0.5,
           number="log-probability gained", where="a beam of 16, the end of a line")  # fmt: skip
def _(lines: Measured) -> float:
    return lines["lost"]["1"] - lines["lost"]["16"]


@lab.claim("a beam twice as wide finds nothing less likely", below=1e-9,
           number="share of doublings after which it does", where="widths 1 to 16, the end of a line")  # fmt: skip
def _(lines: Measured) -> float:
    return lines["worse"]


@lab.claim("a beam that stays wide finds a likelier sequence than one that narrows", above=0.1,
           number="share of prompts where its best is likelier", where="a beam of 8, the next word")  # fmt: skip
def _(words: Measured) -> float:
    return words["narrowing"]["best"]


@lab.claim(
    "a beam that stays wide finds likelier sequences than one that narrows",
    above=0.1,
    number="share of prompts where its 8 best are likelier together",
    where="a beam of 8, the next word",
)
def _(words: Measured) -> float:
    return words["narrowing"]["together"]


@lab.claim("a beam finds the likeliest sequence more often than as many samples do", above=0.1,
           number="share of prompts, beam − samples", where="16 of each, the next word")  # fmt: skip
def _(words: Measured) -> float:
    return words["best"]["16"] - words["sampled"]


@lab.claim("the likeliest end of a line is about as long as the poet's", above=0.8, below=1.25,
           number="its length / the poet's", where="the end of a line")  # fmt: skip
def _(lines: Measured) -> float:
    return lines["likeliest"] / lines["written"]


@lab.claim("a wider beam ends a line sooner", below=0.9, number="length, beam of 16 / greedy",
           where="the end of a line")  # fmt: skip
def _(lines: Measured) -> float:
    return lines["length"]["16"] / lines["length"]["1"]


@lab.claim("the poet's text is as likely as one that is searched for", below=0.5,
           number="log-probability a character, beam of 8 − poet", where="longer texts")  # fmt: skip
def _(texts: Measured) -> float:
    return texts["score"]["beam"] - texts["score"]["written"]


@lab.claim("likelier text repeats itself more", above=0.2, number="share of new runs of four, sampled − beam of 8",
           where="longer texts")  # fmt: skip
def _(texts: Measured) -> float:
    return texts["new"]["sampling"] - texts["new"]["beam"]


SOUGHT = (("words", "best", "the likeliest word"), ("words", "two", "the two likeliest words"),
          ("lines", "best", "the likeliest end of a line"))  # fmt: skip
METHODS = {"greedy": "greedy", "beam": "a beam of 8", "nucleus": "nucleus of 90 %", "sampling": "sampling",
           "written": "Shakespeare"}  # fmt: skip


@lab.figure("How often a beam finds what an exhaustive search finds, and how much less likely the best that it finds "
            "is: mean of the seeds, and their range.", problems=("decoding/beam_search",), size=(7.4, 2.9))  # fmt: skip
def found(figure: Figure, words: list[Measured], lines: list[Measured]) -> str:
    """Shares and log-probabilities by the width of the beam."""
    shares, lost = figure.subplots(1, 2)
    rows = {"words": words, "lines": lines}
    by_name = {name: [list(row[what].values()) for row in rows[where]] for where, what, name in SOUGHT}
    curves(shares, by_name, WIDTHS)
    sampled = mean([row["sampled"] for row in words])
    shares.plot([16], [sampled], "x", color=COLORS[0],
                label="the likeliest word, 16 samples")  # fmt: skip
    shares.set(title="share of prompts where it is found", ylim=(0, 1.02), xlabel="width of the beam")
    figure.legend(*shares.get_legend_handles_labels(), loc="outside lower center", ncols=2)
    by_task = {name: [list(row["lost"].values()) for row in rows[where]] for where, what, name in SOUGHT
               if what == "best"}  # fmt: skip
    for place, (name, values) in zip((0, 2), by_task.items(), strict=True):
        curves(lost, {name: values}, WIDTHS, first=place)
    lost.set(title="log-probability lost", xlabel="width of the beam", ylim=(0, None))
    for axes in (shares, lost):
        axes.set_xscale("log", base=2)
        axes.set_xticks(WIDTHS, [str(width) for width in WIDTHS])
        axes.minorticks_off()
    told = [f"{name} {', '.join([f'{mean(it):.2f}' for it in zip(*values, strict=True)])}"
            for name, values in by_name.items()]  # fmt: skip
    return (f"Shares of prompts where a beam of 1, 2, 4, 8 and 16 finds it: {'; '.join(told)}; 16 samples find the "
            f"likeliest word in {sampled:.2f}.")  # fmt: skip


@lab.figure("Left: how long the end of a line is, by the width of the beam, beside the likeliest of all and the "
            "poet's. Right: how likely texts of 200 characters are, and which share of their runs of four characters "
            "is new; a dot a seed.", size=(7.4, 2.8))  # fmt: skip
def likely(figure: Figure, lines: list[Measured], texts: list[Measured]) -> str:
    """What is likely is short, or repeats itself."""
    lengths, repeated = figure.subplots(1, 2)
    curves(lengths, {"beam": [list(row["length"].values()) for row in lines]}, WIDTHS)
    levels = {name: mean([row[name] for row in lines]) for name in ("written", "likeliest")}
    for place, (name, level) in enumerate(levels.items(), 1):
        lengths.axhline(level, color=COLORS[place], linestyle=STYLES[place],
                        label={"written": "Shakespeare", "likeliest": "the likeliest of all"}[name])  # fmt: skip
    lengths.set(
        title="the end of a line",
        xlabel="width of the beam",
        ylabel="characters",
        ylim=(0, 1.4 * lengths.get_ylim()[1]),
    )
    lengths.set_xscale("log", base=2)
    lengths.set_xticks(WIDTHS, [str(width) for width in WIDTHS])
    lengths.minorticks_off()
    lengths.legend(loc="upper right")
    for place, (method, name) in enumerate(METHODS.items()):
        across, up = ([row[what][method] for row in texts] for what in ("score", "new"))
        repeated.plot(across, up, "os^Dv"[place], color=COLORS[place], label=name, markersize=4)
    repeated.set(title="longer texts", xlabel="log-probability a character", ylabel="share of new runs", ylim=(0, 1.02))
    repeated.legend()
    told = [" and ".join([f"{mean([row[what][method] for row in texts]):.2f}" for what in ("score", "new")])
            + f" ({name})" for method, name in METHODS.items()]  # fmt: skip
    by_width = [f"{mean([row['length'][str(width)] for row in lines]):.1f} with a beam of {width}" for width in WIDTHS]
    return (f"Characters to the end of a line: {', '.join(by_width)}; {levels['likeliest']:.1f} for the likeliest, "
            f"{levels['written']:.1f} for Shakespeare's. Log-probability a character and share of new runs of four: "
            f"{'; '.join(told)}.")  # fmt: skip


@lab.figure("What is found with the first seed: ends of three lines, and longer texts after a first line, of which the "
            "beginning.", size=(7.4, 2.6))  # fmt: skip
def examples(figure: Figure, lines: list[Measured], texts: list[Measured]) -> str:
    """A table of texts."""
    names = {"1": "greedy", "4": "a beam of 4", "16": "a beam of 16", "likeliest": "the likeliest",
             "written": "Shakespeare"}  # fmt: skip
    ends = lines[0]["examples"]
    rows = [("the end of a line", *[f"… {' '.join(example['prompt'].split()[-4:])} …" for example in ends])]
    rows += [(name, *[example[key].strip() or "(it ends here)" for example in ends]) for key, name in names.items()]
    rows += [("",), ("longer texts",)]
    rows += [(name, texts[0]["text"][method][:64].replace("\n", " / ")) for method, name in METHODS.items()]
    axes = figure.subplots()
    axes.axis("off")
    axes.set(xlim=(0, 1), ylim=(len(rows), 0))
    for place, row in enumerate(rows):
        weight = "bold" if row[0] in ("the end of a line", "longer texts") else "normal"
        for column, text in enumerate(row):
            axes.text((0, 0.2, 0.47, 0.74)[column], place, text, va="top", fontsize=8, weight=weight,
                      family="monospace" if column else None)  # fmt: skip
    return " ".join([f"{row[0]}: {'; '.join(row[1:])}." for row in rows if len(row) > 1])
