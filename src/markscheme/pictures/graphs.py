"""Pictures made of boxes and arrows: computation graphs and trees of tokens."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from markscheme.pictures.picture import Later, Picture
from markscheme.pictures.values import Real, Value, digits, label, listed, node, said, words
from markscheme.text.notation import Number


@dataclass(frozen=True, slots=True)
class Node:
    """A box at a column and a row (0 at the left and at the top); if `asked`, it is empty on the blank."""

    id: str
    value: Value
    column: float
    row: float
    asked: bool = False
    label: str | None = None  # what is printed, such as `h_\text{out}`; else the id
    size: tuple[float, float] | None = None  # width and height in points, where they differ from the others'


@dataclass(frozen=True, slots=True)
class Edge:
    """An arrow from one node to another, with a label such as `W_K`."""

    start: str
    end: str
    label: str | None = None


def computation_graph(
    nodes: Sequence[Node],
    edges: Sequence[Edge],
    *,
    box: tuple[float, float] = (46, 44),
    spacing: tuple[float, float] = (104, 84),
    sideways: bool = False,
) -> Picture:
    """A graph of values: boxes filled in, or empty where the student writes. If `sideways`, all arrows leave a box at
    its side, and reach the next one there.

    >>> picture = computation_graph(
    ...     [Node("u_1", 2, 0, 1), Node("h_1", (0, 2), 0, 0, asked=True)], [Edge("u_1", "h_1", "W_u")])
    >>> print(picture.alt)
    Computation graph. Given: u_1 = 2. Empty boxes to fill in: h_1. Arrows: u_1 to h_1 (times W_u).
    >>> print(picture.alt_solution)
    Computation graph. Given: u_1 = 2. Filled in: h_1 = [0, 2]. Arrows: u_1 to h_1 (times W_u).

    Raises `ValueError` if an edge names no node, or two nodes share an id.
    """
    names = {n.id: said(n.label or n.id) for n in nodes}
    if len(names) != len(nodes):
        raise ValueError("nodes of a graph have ids of their own")
    for edge in edges:
        if missing := {edge.start, edge.end} - set(names):
            raise ValueError(f"an edge joins two nodes of the graph, and {min(missing)!r} is none")
    given = [f"{names[n.id]} = {words(n.value)}" for n in nodes if not n.asked]
    asked = [n for n in nodes if n.asked]
    arrows = [f"{names[e.start]} to {names[e.end]}" + (f" (times {said(e.label)})" if e.label else "") for e in edges]
    before = "Computation graph." + (f" Given: {', '.join(given)}." if given else "")
    after = f" Arrows: {', '.join(arrows)}." if arrows else ""
    empty = f" Empty boxes to fill in: {listed([names[n.id] for n in asked])}." if asked else ""
    filled = f" Filled in: {', '.join(f'{names[n.id]} = {words(n.value)}' for n in asked)}." if asked else ""

    def data() -> dict[str, object]:
        return {
            "box": list(box),
            "spacing": list(spacing),
            "nodes": [
                {
                    "id": n.id,
                    "label": label(n.label or n.id),
                    "value": None if n.asked else node(n.value),
                    "column": n.column,
                    "row": n.row,
                    "asked": n.asked,
                    "size": list(n.size or box),
                }
                for n in nodes
            ],
            "edges": [{"from": e.start, "to": e.end, "label": label(e.label) if e.label else None} for e in edges],
            **({"sideways": True} if sideways else {}),
        }

    return Picture(
        "computation-graph",
        Later(data),
        before + empty + after,
        Later(lambda: {"filled": {n.id: node(n.value) for n in asked}}),
        before + filled + after,
    )


@dataclass(frozen=True, slots=True)
class Tally:
    """How a class did at an answer: students by status; and by earlier answer, how many carried an error on from it."""

    id: str
    counts: Mapping[str, int]
    carried: Mapping[str, int]


STATUSES = ("right", "follow-through", "by hand", "slip", "wrong", "unreadable", "blank")


def answer_graph(answers: Sequence[Tally]) -> Picture:
    """Answers in the order of their graph, each with a bar of how a class did there, and the errors carried on.

    >>> h, v = Tally("h", {"right": 4, "wrong": 2}, {}), Tally("v", {"right": 4, "follow-through": 2}, {"h": 2})
    >>> print(answer_graph([h, v]).alt)
    Graph of answers. h: 4 right, 2 wrong. v: 4 right, 2 follow-through; from an error in h: 2.
    """
    width = max([96, *[5.4 * len(it.id) + 12 for it in answers]])
    columns: dict[str, int] = {}
    for it in answers:
        columns[it.id] = max([columns[name] + 1 for name in it.carried], default=0)
    for it in reversed(answers):  # as far to the right as what builds on it allows
        columns[it.id] = min(
            [columns[that.id] - 1 for that in answers if it.id in that.carried], default=columns[it.id]
        )
    heights = Counter(columns.values())
    rows = {column: (max(heights.values()) - height) / 2 for column, height in heights.items()}
    nodes: list[dict[str, object]] = []
    words: list[str] = []
    for it in answers:
        counts = [(status, it.counts[status]) for status in STATUSES if it.counts.get(status)]
        nodes.append({
            "id": it.id, "label": it.id, "value": None, "asked": False, "column": columns[it.id],
            "row": rows[columns[it.id]], "size": [width, 38], "counts": counts,
        })  # fmt: skip
        rows[columns[it.id]] += 1
        went = "".join([f"; from an error in {name}: {count}" for name, count in it.carried.items() if count])
        words.append(f"{it.id}: {', '.join([f'{count} {status}' for status, count in counts])}{went}.")
    data: dict[str, object] = {
        "box": [width, 38],
        "spacing": [width + 64, 62],
        "nodes": nodes,
        "sideways": True,
        "edges": [
            {"from": name, "to": it.id, "label": None, "carried": count}
            for it in answers for name, count in it.carried.items()
        ],
        "legend": [status for status in STATUSES if any([it.counts.get(status) for it in answers])],
    }  # fmt: skip
    return Picture("computation-graph", data, f"Graph of answers. {' '.join(words)}")


def rnn_attention(values: Mapping[str, Value], *, asked: Collection[str] = (), steps: int = 3) -> Picture:
    """A recurrent network with attention: inputs `u_t`, states `h_0` to `h_out`, keys, values and the query `q`.

    >>> values = {"u_1": 1, "h_0": (0, 0), "h_1": (0, 1), "h_out": (2, 1),
    ...           "k_1": (-1, 1), "v_1": (0, 1), "q": (7, 10)}
    >>> picture = rnn_attention(values, asked={"v_1", "h_out"}, steps=1)
    >>> for sentence in picture.alt.split(". "):  # doctest: +ELLIPSIS
    ...     print(sentence)
    Computation graph
    Given: u_1 = 1, h_0 = [0, 0], h_1 = [0, 1], k_1 = [-1, 1], q = [7, 10]
    Empty boxes to fill in: v_1 and h_out
    Arrows: u_1 to h_1 (times W_u), h_0 to h_1 (times W_h), h_1 to k_1 (times W_K), h_1 to v_1 (times W_V), ...
    """
    nodes: list[Node] = []
    edges: list[Edge] = []

    def put(name: str, column: float, row: float, size: tuple[float, float] | None = None) -> None:
        label = r"h_\text{out}" if name == "h_out" else None
        nodes.append(Node(name, values[name], column, row, name in asked, label, size))

    for t in range(1, steps + 1):
        put(f"u_{t}", t - 0.12, 1.86, (28, 22))
    put("h_0", 0, 1)
    for t in range(1, steps + 1):
        put(f"h_{t}", t - 0.12, 1)
        put(f"k_{t}", t - 0.36, 0)
        put(f"v_{t}", t + 0.12, 0)
        edges += [
            Edge(f"u_{t}", f"h_{t}", "W_u"),
            Edge(f"h_{t - 1}", f"h_{t}", "W_h"),
            Edge(f"h_{t}", f"k_{t}", "W_K"),
            Edge(f"h_{t}", f"v_{t}", "W_V"),
        ]
    put("h_out", steps + 0.88, 1)
    put("q", steps + 0.88, 0)
    edges += [Edge(f"h_{steps}", "h_out", "W_h"), Edge("h_out", "q", "W_Q")]
    return computation_graph(nodes, edges)


def tree(
    log_probabilities: Mapping[tuple[str, ...], Real],
    *,
    kept: Collection[tuple[str, ...]] = (),
    completed: Collection[tuple[str, ...]] = (),
) -> Picture:
    """A tree of tokens by time step, each with its log-probability after the words before it.

    In the key, the hypotheses that a search `kept` are drawn firm, the `completed` ones ticked, those that it
    considered and dropped crossed out, and each sum so far stands beside its word.

    >>> picture = tree({("a",): -0.5, ("b",): -0.9, ("a", "<EOS>"): -0.25}, kept=[("a",)], completed=[("a", "<EOS>")])
    >>> print(picture.alt)
    Tree of tokens with log-probabilities. From the start: a -0.5, b -0.9. After "a": <EOS> -0.25.
    >>> print(picture.alt_solution.split("Search: ")[1])
    "a" -0.5 kept; "b" -0.9 eliminated; "a <EOS>" -0.75 completed.

    Raises `ValueError` if a sequence comes without the sequence that it continues.
    """
    scores = {path: _decimal(score) for path, score in log_probabilities.items()}
    children: dict[tuple[str, ...], list[tuple[str, ...]]] = {(): []}
    for path in sorted(scores, key=len):
        if path[:-1] not in children:
            raise ValueError(f"a sequence continues one of the tree, and {' '.join(path)!r} does not")
        children[path] = []
    for path in scores:
        children[path[:-1]].append(path)
    rows: dict[tuple[str, ...], float] = {}
    next_row = 0.0

    def settle(path: tuple[str, ...]) -> float:
        nonlocal next_row
        below = [settle(child) for child in children[path]]
        rows[path] = (below[0] + below[-1]) / 2 if below else next_row
        next_row += 0 if below else 1
        return rows[path]

    settle(())
    ids = {path: str(i) for i, path in enumerate(scores)}
    survivors = set(kept) | set(completed)
    considered = [path for path in sorted(scores, key=len) if len(path) == 1 or path[:-1] in set(kept)]
    verdicts = {
        path: "completed" if path in set(completed) else "kept" if path in survivors else "eliminated"
        for path in considered
    }
    totals = {path: sum((scores[path[: i + 1]] for i in range(len(path))), Decimal(0)) for path in considered}
    alt = "Tree of tokens with log-probabilities."
    for path, following in children.items():
        if following:
            alt += f' After "{" ".join(path)}": ' if path else " From the start: "
            alt += ", ".join(f"{child[-1]} {digits(scores[child])}" for child in following) + "."
    search = [f'"{" ".join(path)}" {digits(totals[path])} {verdicts[path]}' for path in considered]

    def data() -> dict[str, object]:
        return {
            "root": rows[()],
            "width": 54 + 5.2 * min(18, max([len(path[-1]) for path in scores], default=0)),
            "nodes": [
                {
                    "id": ids[path],
                    "word": path[-1],
                    "value": node(_rounded(score)),
                    "step": len(path),
                    "row": rows[path],
                    "parent": ids.get(path[:-1]),
                }
                for path, score in scores.items()
            ],
        }

    def solution() -> dict[str, object]:
        return {
            "verdicts": {ids[path]: verdict for path, verdict in verdicts.items()},
            "totals": {ids[path]: node(_rounded(totals[path])) for path in considered if len(path) > 1},
        }

    if not survivors:
        return Picture("token-tree", Later(data), alt)
    return Picture("token-tree", Later(data), alt, Later(solution), f"{alt} Search: {'; '.join(search)}.")


def _decimal(number: Real) -> Decimal:
    return Decimal(digits(number))


def _rounded(number: Decimal) -> Value:
    """A score with two digits after the point, or with all that it has."""
    return Number(format(number, ".2f")) if number == number.quantize(Decimal("0.01")) else number
