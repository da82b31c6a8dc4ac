"""Which way an equilibrium of gases shifts."""

from __future__ import annotations

from typing import Literal

from markscheme import Draw, Problem

Way = Literal["products", "reactants", "neither"]
REACTIONS = {
    "3 NO(g) ⇌ N₂O(g) + NO₂(g)": (3, 2, -1),
    "N₂(g) + 3 H₂(g) ⇌ 2 NH₃(g)": (4, 2, -1),
    "N₂O₄(g) ⇌ 2 NO₂(g)": (1, 2, 1),
    "2 SO₃(g) ⇌ 2 SO₂(g) + O₂(g)": (2, 3, 1),
    "PCl₅(g) ⇌ PCl₃(g) + Cl₂(g)": (1, 2, 1),
}
"""Moles of gas before and after, and whether heat is taken (1) or given off (-1)."""

problem = Problem(
    "mit5111/stress",
    version=1,
    source="5.111 third hour exam, MIT, Fall 2008, question 2",
    text="In a vessel is an equilibrium of [[reaction]]. The reaction as it is written is [[heat]].",
)


@problem.givens
def draw(rng: Draw) -> dict[str, object]:
    reaction = rng.choice(tuple(REACTIONS))
    return {"reaction": reaction, "heat": "exothermic" if REACTIONS[reaction][2] < 0 else "endothermic",
            "bath": rng.choice(("cooled", "heated")), "piston": rng.choice(("reduced", "increased")),
            "held": rng.choice(("the total pressure", "the volume"))}  # fmt: skip


a = problem.part("a", "It is [[bath]]. To which side does it shift?")
b = problem.part("b", "Its volume is [[piston]], at the same temperature. To which side does it shift?")
c = problem.part(
    "c",
    "Argon, which does not react, is added while the temperature and [[held]] are kept. To which side does it shift?",
)


@problem.answer(marks=4, part=a, label="Toward")
def by_heat(reaction: str, bath: str) -> Way:
    """Against the change of temperature: where heat is taken away, to the side that gives it off."""
    takes = REACTIONS[reaction][2] > 0
    return "products" if takes == (bath == "heated") else "reactants"


@by_heat.slip("shifts along with the change")
def _(reaction: str, bath: str) -> Way:
    return "reactants" if (REACTIONS[reaction][2] > 0) == (bath == "heated") else "products"


@problem.answer(marks=4, part=b, label="Toward")
def by_volume(reaction: str, piston: str) -> Way:
    """In less room, to the side with fewer moles of gas."""
    before, after, _ = REACTIONS[reaction]
    return "products" if (after < before) == (piston == "reduced") else "reactants"


@by_volume.slip("takes the side with more gas")
def _(reaction: str, piston: str) -> Way:
    before, after, _ = REACTIONS[reaction]
    return "reactants" if (after < before) == (piston == "reduced") else "products"


@problem.answer(marks=4, part=c, label="Toward")
def by_argon(reaction: str, held: str) -> Way:
    """At the same pressure the vessel has grown, and partial pressures fell; in the same volume none changes."""
    before, after, _ = REACTIONS[reaction]
    return "neither" if held == "the volume" else "products" if after > before else "reactants"


@by_argon.slip("thinks that argon presses on the others")
def _(reaction: str) -> Way:
    before, after, _ = REACTIONS[reaction]
    return "products" if after < before else "reactants"


@problem.check
def _(reaction: str, bath: str, piston: str, held: str) -> dict[str, object]:
    """By quotients: partial pressures that are scaled change Q by a power of the scale, temperature changes K."""
    before, after, heat = REACTIONS[reaction]

    def side(q: float, k: float) -> Way:
        return "neither" if q == k else "products" if q < k else "reactants"

    warmer = 1.25 if bath == "heated" else 0.8
    squeezed = 2.0 if piston == "reduced" else 0.5
    thinner = 1.0 if held == "the volume" else 0.5
    return {
        "by_heat": side(1.0, warmer**heat),
        "by_volume": side(squeezed ** (after - before), 1.0),
        "by_argon": side(thinner ** (after - before), 1.0),
    }


problem.published(
    "fa08",
    givens={
        "reaction": "3 NO(g) ⇌ N₂O(g) + NO₂(g)",
        "heat": "exothermic",
        "bath": "cooled",
        "piston": "reduced",
        "held": "the total pressure",
    },
    key={"by_heat": "products", "by_volume": "products", "by_argon": "reactants"},
)
