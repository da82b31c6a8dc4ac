"""Printed keys and workings against computing: what differs, what is refuted, what holds only under a condition."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from markscheme.core.errors import MarkschemeError
from markscheme.core.item import Item
from markscheme.core.posing import as_published
from markscheme.core.published import TRUE, Claim, Published, Ruling, never
from markscheme.core.solving import tells_apart
from markscheme.core.writing import filling
from markscheme.text.notation import show

if TYPE_CHECKING:
    from markscheme.core.answer import Answer
    from markscheme.core.problem import Problem


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that the printed paper gets wrong, or that its numbers cannot tell apart.

    `holds` is "never", or the condition under which it holds.
    """

    problem: str
    variant: str
    kind: Literal["answer", "claim", "slip"]
    about: str
    printed: str
    computed: str
    holds: str
    evidence: str

    def as_json(self) -> dict[str, str]:
        """The finding as plain data."""
        return asdict(self)


def errata(problem: Problem, variant: str | None = None) -> list[Finding]:
    """What computing finds wrong in the printed keys and workings of a problem, or of one variant of it."""
    return [found for own in _variants(problem, variant) for found in _errata(problem, problem.variants[own])]


def discrimination(problem: Problem, variant: str | None = None) -> list[Finding]:
    """The strict slips that published numbers cannot tell from the key."""
    return [found for own in _variants(problem, variant) for found in _slips(as_published(problem, own))]


def ruling_on(claim: Claim, item: Item) -> Ruling:
    """What computing says of the claim at an item's numbers."""
    try:
        decided: bool | Ruling | None = claim.wired(item.values)
    except Exception as error:
        raise MarkschemeError(f"{item.id}: the claim {claim.says!r} fails: {type(error).__name__}: {error}") from error
    if decided is None:
        raise MarkschemeError(f"{item.id}: the claim {claim.says!r} is not decided: its function returns None")
    if isinstance(decided, Ruling):
        return decided
    if decided:
        return TRUE
    inputs = [f"{name} = {written}" for name in claim.wired.names if (written := _written(item, name))]
    return never(f"computing gives {', '.join(inputs)}" if inputs else "computing refutes it")


def _variants(problem: Problem, variant: str | None) -> list[str]:
    return [*problem.variants] if variant is None else [variant]


def _errata(problem: Problem, published: Published) -> Iterator[Finding]:
    item = as_published(problem, published.variant)
    yield from _answers(item, published)
    for claim in published.claims:
        ruling = ruling_on(claim, item)
        if ruling.holds != "always":
            yield Finding(
                problem.name, published.variant, "claim", claim.about or claim.where, claim.says,
                ruling.computed, ruling.holds, ruling.evidence,
            )  # fmt: skip


def _answers(item: Item, published: Published) -> list[Finding]:
    """Printed values that differ from the computed ones, each with the printed values that contradict it."""
    problem = item.problem
    world: dict[str, Any] = dict(item.givens)
    carries: dict[str, list[str]] = {}
    found: dict[str, Finding] = {}
    for name, answer in problem.answers.items():
        sources = sorted(
            {wrong for source in answer.wired.names for wrong in carries.get(source, [])}, key=list(world).index
        )
        carried = _carried(answer, world)
        if name not in published.key:
            world[name] = item.values[name] if carried is None else carried
            carries[name] = sources
            continue
        printed = world[name] = published.key[name]
        if not answer.is_right(printed, item.values):
            carries[name] = [name]
            found[name] = _finding(item, published, answer, printed)
        elif sources and carried is not None and not answer.is_right(printed, {**world, name: carried}):
            write = answer.kind.write
            said = f"; from the printed {' and '.join(sources)} would follow {name} = {write(carried)}, "
            for source in sources:
                evidence = f"{found[source].evidence}{said}and the paper prints {write(printed)}"
                found[source] = replace(found[source], evidence=evidence)
    return list(found.values())


def _carried(answer: Answer[..., Any], printed: Mapping[str, Any]) -> Any:
    """The answer at printed values, as its kind has it; None where they cannot be carried."""
    try:
        return answer.kind.accept(answer.wired(printed))
    except Exception:  # noqa: BLE001 (a wrong printed value may be of a shape that nobody foresaw)
        return None


def _finding(item: Item, published: Published, answer: Answer[..., Any], printed: Any) -> Finding:
    write, computed = answer.kind.write, item.values[answer.name]
    evidence = _evidence(item, answer, printed)
    return Finding(
        item.problem.name, published.variant, "answer", answer.name, write(printed), write(computed), "never", evidence
    )


def _evidence(item: Item, answer: Answer[..., Any], printed: Any) -> str:
    """How the answer is computed, on one line: `k_3 = W_K h_3 = [[2, -1], [-1, 1]] [4, 2] = [6, -2]`.

    Of an open-ended answer: what it lacks.
    """
    if answer.properties:
        return f"{answer.lacks({**item.values, answer.name: printed})}"
    return " ".join(answer.equation.render("plain", filling(item)).split())


def _slips(item: Item) -> Iterator[Finding]:
    """Strict slips in what the exam asks, and on the way there, that its numbers cannot tell from the key."""
    worked = [answer for section in item.layout.sections for answer in section.worked]
    for name, answer in [(answer.name, answer) for answer in worked]:
        for slip in answer.slips:
            if slip.strict and not answer.kind.is_run and not tells_apart(answer, slip, item.values):
                key = answer.kind.write(item.values[name])
                evidence = (
                    f"at the published numbers the slip '{slip.name}' gives the key too, {key}: no discrimination"
                )
                variant = item.identity.variant or ""
                yield Finding(item.problem.name, variant, "slip", name, slip.name, key, "at other numbers", evidence)


def _written(item: Item, name: str) -> str:
    try:
        kind = item.problem.kind_of(name)
    except TypeError:
        return ""
    return show(kind.show(item.values[name]), "plain", math=False)
