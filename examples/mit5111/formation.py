"""Free energy of a reaction, and the temperature at which it changes its sign."""

from __future__ import annotations

from fractions import Fraction

from markscheme import Draw, Problem, Quantity

problem = Problem(
    "mit5111/formation",
    version=1,
    source="5.111 third hour exam, MIT, Fall 2008, question 1",
    text=r"""
    In the formation of [[oxide]] from its elements the enthalpy changes by $[[dH]]$ kJ/mol and the entropy by
    $[[dS]]$ J/(K mol), whatever the temperature.
    """,
)
OXIDES = ("MgO(s)", "CaO(s)", "ZnO(s)", "FeO(s)", "NiO(s)")


@problem.givens
def draw(rng: Draw) -> dict[str, object]:
    return {"oxide": rng.choice(OXIDES), "dH": -rng.int(240, 640), "dS": -rng.int(80, 140), "T": rng.int(260, 420)}


a = problem.part("a", "By how much does the free energy change at [[T]] K, and is the formation spontaneous there?")
b = problem.part("b", "Is there a temperature at which that changes, and which?")


@problem.answer(marks=4, part=a, kind=Quantity("kJ/mol", relative="0.002"), label=r"$\Delta G$")
def dG(dH: int, dS: int, T: int) -> Fraction:
    r"""$\Delta G = \Delta H - T \Delta S$, with the entropy in kJ.

    $[[dH]] - [[T]] \cdot \frac{[[dS]]}{1000}$
    """
    return dH - Fraction(T * dS, 1000)


@dG.slip("adds the entropy's part")
def _(dH: int, dS: int, T: int) -> Fraction:
    return dH + Fraction(T * dS, 1000)


@dG.slip("leaves the entropy in joules")
def _(dH: int, dS: int, T: int) -> Fraction:
    return Fraction(dH - T * dS)


@problem.answer(marks=2, part=a, label="Spontaneous", fixed=True)
def spontaneous(dG: Fraction) -> bool:
    """It is where the free energy falls."""
    return dG < 0


@problem.answer(marks=2, part=b, label="There is one", fixed=True)
def switches(dH: int, dS: int) -> bool:
    r"""Where $\Delta H$ and $\Delta S$ have the same sign."""
    return (dH < 0) == (dS < 0)


@problem.answer(marks=4, part=b, kind=Quantity("K", relative="0.002"), label="$T^*$")
def T_switch(dH: int, dS: int) -> Fraction:
    r"""There $\Delta G = 0$.

    $\frac{1000 \cdot [[dH]]}{[[dS]]}$
    """
    return Fraction(1000 * dH, dS)


@T_switch.slip("leaves the entropy in joules")
def _(dH: int, dS: int) -> Fraction:
    return Fraction(dH, dS)


@problem.check
def _(dH: int, dS: int, T: int) -> dict[str, object]:
    """In joules and degree by degree: where the free energy's sign changes, by halving."""
    joules = 1000 * dH - sum([dS] * T)
    low, high = Fraction(0), Fraction(10**6)
    signs = [1000 * dH - end * dS > 0 for end in (low, high)]
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if (1000 * dH - middle * dS > 0) == signs[0] else (low, middle)
    return {"dG": Fraction(joules, 1000), "spontaneous": joules < 0, "switches": signs[0] != signs[1], "T_switch": low}


problem.published(
    "fa08",
    givens={"oxide": "MgO(s)", "dH": -602, "dS": -108, "T": 273},
    key={"dG": Fraction("-572.52"), "switches": True, "T_switch": 5570},
)
