"""The words of answers, in one place: letters and functions by their names, what frames an answer, what is counted.

A text may say anything, so nothing here lists what denies or hedges: of prose only words that are known to affirm frame
an answer (`LEADS`, `ENDS`), and any other word makes it unreadable.
"""

from __future__ import annotations

from typing import Final

GREEK: Final = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "varepsilon": "ε", "zeta": "ζ", "eta": "η",
    "theta": "θ", "vartheta": "θ", "iota": "ι", "kappa": "κ", "varkappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν",
    "xi": "ξ", "omicron": "ο", "pi": "π", "varpi": "π", "rho": "ρ", "varrho": "ρ", "sigma": "σ", "varsigma": "σ",
    "tau": "τ", "upsilon": "υ", "phi": "φ", "varphi": "φ", "chi": "χ", "psi": "ψ", "omega": "ω", "Gamma": "Γ",
    "Delta": "Δ", "Theta": "Θ", "Lambda": "Λ", "Xi": "Ξ", "Pi": "Π", "Sigma": "Σ", "Upsilon": "Υ", "Phi": "Φ",
    "Psi": "Ψ", "Omega": "Ω", "Alpha": "Α", "Beta": "Β", "Epsilon": "Ε", "Zeta": "Ζ", "Eta": "Η", "Iota": "Ι",
    "Kappa": "Κ", "Mu": "Μ", "Nu": "Ν", "Omicron": "Ο", "Rho": "Ρ", "Tau": "Τ", "Chi": "Χ", "ell": "ℓ", "hbar": "ℏ",
    "nabla": "∇", "aleph": "ℵ", "ϵ": "ε", "ϕ": "φ", "ϑ": "θ",
    "µ": "μ", "∇": "∇",
}  # fmt: skip
SPELLED: Final = {letter: word for word, letter in reversed(GREEK.items()) if word.isascii()}
"""Of each letter one name, as a student would type it."""

FUNCTIONS: Final = {
    "sin": "sin", "cos": "cos", "tan": "tan", "tg": "tan", "cot": "cot", "ctg": "cot", "sec": "sec", "csc": "csc",
    "cosec": "csc", "asin": "asin", "arcsin": "asin", "acos": "acos", "arccos": "acos", "atan": "atan",
    "arctan": "atan", "arctg": "atan", "sinh": "sinh", "cosh": "cosh", "tanh": "tanh", "asinh": "asinh",
    "arcsinh": "asinh", "arsinh": "asinh", "acosh": "acosh", "arccosh": "acosh", "arcosh": "acosh", "atanh": "atanh",
    "arctanh": "atanh", "artanh": "atanh", "exp": "exp", "log": "log", "ln": "ln", "lg": "log10", "log10": "log10",
    "log2": "log2", "lb": "log2", "sqrt": "sqrt", "cbrt": "cbrt", "abs": "abs", "sgn": "sgn", "sign": "sgn",
    "signum": "sgn", "floor": "floor", "ceil": "ceil", "ceiling": "ceil", "round": "round", "gcd": "gcd", "lcm": "lcm",
    "max": "max", "min": "min", "mod": "mod", "factorial": "factorial", "binom": "binom", "binomial": "binom",
    "comb": "binom", "choose": "binom", "gamma": "gamma_function", "det": "det", "tr": "tr", "trace": "tr",
    "erf": "erf", "hypot": "hypot", "relu": "relu", "sigmoid": "sigmoid", "softplus": "softplus", "pow": "pow",
    "rank": "rank", "diag": "diag", "inv": "inv", "sech": "sech", "csch": "csch", "cosech": "csch", "coth": "coth",
    "acot": "acot", "arccot": "acot", "asec": "asec", "arcsec": "asec", "acsc": "acsc", "arccsc": "acsc",
    "acoth": "acoth", "arccoth": "acoth", "arcoth": "acoth", "asech": "asech", "arcsech": "asech", "arsech": "asech",
    "acsch": "acsch", "arccsch": "acsch", "arcsch": "acsch", "sinc": "sinc", "atan2": "atan2", "arctan2": "atan2",
    "re": "re", "real": "re", "im": "im", "imag": "im", "arg": "arg", "conj": "conj", "conjugate": "conj",
}  # fmt: skip
"""How functions are spelled, and what each is called here; `np.`, `math.` and their like may stand before a name."""
MODULES: Final = frozenset("np numpy jnp math torch sp sympy cmath tf F".split())
BARE: Final = frozenset(
    "sin cos tan cot sec csc asin acos atan acot asec acsc arcsin arccos arctan arccot arcsec arccsc sinh cosh tanh "
    "coth sech csch asinh acosh atanh arcsinh arccosh arctanh exp log ln lg lb log10 log2 det tr sgn".split()
)
"""Functions that need no parentheses: `sin 2x`."""
WITH_LAWS: Final = frozenset("E Var Cov Corr P Pr Prob KL H I tr det rank d".split())
"""Names of operators with laws that are not known here: E[X + Y] is E[X] + E[Y]."""
FUNCTION_LETTERS: Final = frozenset("f g h F G H E P T S φ ψ σ Φ Ψ Γ ζ".split())
"""Letters that before parentheses are a function's name rather than a factor."""
CONSTRUCTORS: Final = frozenset(
    "array asarray tensor Tensor Vector Matrix vec mat list tuple Shape Size matrix vector set Set".split()
)

WRAPPERS: Final = frozenset(
    "boxed fbox text textbf textit textsf texttt textnormal textrm mathrm mathit mathsf mathtt mathcal mathbb "
    "mathbf bm "
    "boldsymbol pmb operatorname mbox hbox emph underline ensuremath mathop mathord mathscr mathfrak "
    "displaylines".split()
)
UPRIGHT: Final = frozenset("text textbf textit textsf texttt textnormal textrm mathrm mathsf mbox hbox emph".split())
BOLD: Final = frozenset("mathbf bm boldsymbol pmb vec overrightarrow textbf".split())
ACCENTS: Final = frozenset(
    "hat widehat bar overline tilde widetilde dot ddot dddot check breve acute grave mathring underbar".split()
)
INVISIBLE: Final = frozenset(
    "left right middle big Big bigg Bigg bigl bigr Bigl Bigr biggl biggr Biggl Biggr displaystyle textstyle "
    "scriptstyle "
    "limits nolimits nonumber notag mathstrut strut phantom ! , ; : > quad qquad thinspace medspace thickspace enspace "
    "hspace hfill ~ ( ) [ ] allowbreak newline relax hfil unskip".split()
) | {" ", "\n", "\t"}

LEADS: Final = frozenset(
    "a about above all also am an and answer answers approximately are around as be because been below by can "
    "certainly "
    "chose choose claim clearly compute computed computing conclude conclusion correct could equal equals equation "
    "evaluate evaluates evaluating exactly expression final finally find finding follows for formula found from get "
    "gets getting give given gives giving goes had has have having hence here how i in is it its just key leads let "
    "line marks mathematically must my namely now number obtain obtained obtaining of ok okay on one our out output "
    "part precisely problem prove proves question questions quantity reach reads required requested result resulting "
    "results right roughly say says see selected shape should show shows simplified simplifies simplify simplifying so "
    "solution solutions solve solves solving step steps sum tells that the their then there therefore these they think "
    "this those thus to total us value values want was we well were what when where which will with work "
    "working would write written yield yielding yields you your yes adding subtracting multiplying dividing "
    "substituting expanding factoring combining plugging rearranging counting evaluating calculating calculate "
    "calculation using size area volume length width height distance perimeter radius diameter probability amount "
    "count average desired wanted asked sought product iff only correctly believe hope pick select option choice "
    "letter label largest "
    "smallest greatest maximum minimum maximal minimal matrix vector identity special".split()
) - {"would", "could", "can", "out", "below", "above", "all", "was", "were", "prove"}
"""Words that may stand before an answer in its sentence, and change nothing of what it says."""
QUANTITIES: Final = frozenset(
    "acceleration accuracy charge cost current density deviation energy error force frequency loss mass mean median "
    "mode "
    "output power pressure price rate resistance speed temperature time variance velocity voltage wavelength "
    "weight".split()
)
"""Words that a value may be named by, beside letters."""
CONNECTORS: Final = frozenset(
    "is are be equals = : get gets getting obtain obtained obtaining have has find finding found gives give giving "
    "yields yield yielding so hence thus therefore then answer result solution conclude namely that reads to size "
    "shape evaluates simplifies write written compute answers option choice label letter select selected pick choose "
    "chose say i.e. ie : exactly approximately about roughly around precisely just converges tends for where when "
    "iff only number value".split()
)
"""Of these one stands last before a value: `so the answer is 5`."""
OF: Final = frozenset("value values number amount answer solution solutions choice option".split())
"""What may be said to be `of` something: of others, such as a root, the value is another."""
NUMBERED: Final = frozenset(
    "answer answers option choice solution result question problem part step line number label value".split()
)
"""Of these there are several, which may be numbered: `answer 2: 5`."""
ENDS: Final = frozenset(
    "exactly approximately roughly i hope it is correct this think believe the answer final as required desired asked "
    "wanted solution solutions value result our my we are done qed and that so done respectively here now ok okay "
    "thanks thank you".split()
)
"""Words that may stand behind an answer."""
PLAIN: Final = frozenset(
    "a all an and are as at be but by can do for from get had has have he her here his how if in is it its just let me "
    "my no nor not now of off on one or our out own say see she so the than that them then they this to too two up us "
    "use was way we who why will with yes yet you your".split()
)
"""Short words that are no product of letters."""
NUMERALS: Final = {
    "thousand": 10**3, "thousands": 10**3, "million": 10**6, "millions": 10**6, "billion": 10**9, "trillion": 10**12,
    "hundred": 100, "dozen": 12, "percent": "1/100", "per cent": "1/100", "pct": "1/100", "percentage": "1/100",
    "permille": "1/1000",
}  # fmt: skip
"""What multiplies the number before it."""
NEGATIVE: Final = frozenset("minus negative".split())
COUNTED: Final = frozenset(
    "pixel weight parameter image neuron unit layer filter channel kernel token word sample example class label epoch "
    "step iteration multiplication addition operation flop bias entry element row column dimension node edge vertex "
    "point vector matrix state person people student man woman child way time outcome case solution root digit term "
    "item object piece feature head batch connection path route possibility choice option combination permutation "
    "arrangement subset set group team game mark ball coin card die dice book page box square triangle side angle face "
    "number integer factor divisor multiple value zero".split()
)  # fmt: skip
"""Nouns behind a number that say what is counted, in the singular."""
CURRENCIES: Final = {
    "$": "dollar", "€": "euro", "£": "pound sterling", "¥": "yen", "₹": "rupee", "dollar": "dollar", "usd": "dollar",
    "buck": "dollar", "euro": "euro", "eur": "euro", "gbp": "pound sterling", "yen": "yen", "jpy": "yen",
    "yuan": "yuan", "rmb": "yuan", "cny": "yuan", "rupee": "rupee", "inr": "rupee", "cent": "cent", "franc": "franc",
    "peso": "peso", "ruble": "ruble", "won": "won", "krona": "krona",
}  # fmt: skip
AND: Final = frozenset("and & ∧ \\land \\wedge".split())
OR: Final = frozenset("or ∨ \\lor \\vee".split())
INFINITY: Final = frozenset("inf infinity infty oo ∞ \\infty".split())
TRUTH: Final = {"yes": True, "true": True, "no": False, "false": False}
NONE_OF_THEM: Final = frozenset(
    {"none", "none of them", "none of these", "none of the above", "{}", "∅", "\\emptyset", "\\varnothing"}
)
ALL_OF_THEM: Final = frozenset({"all", "all of them", "all of these", "all of the above"})


def singular(word: str) -> str:
    """A noun in the singular, as far as its ending tells.

    >>> singular("classes"), singular("vertices"), singular("pixels"), singular("bias")
    ('class', 'vertex', 'pixel', 'bias')
    """
    for ending, one in (("ices", "ex"), ("sses", "ss"), ("ies", "y"), ("xes", "x"), ("s", "")):
        if word.endswith(ending) and len(word) > len(ending) + 2 and not word.endswith(("ss", "ias", "ous")):
            return word.removesuffix(ending) + one
    return word


def letter(said: str) -> str:
    r"""The letter that `beta` or `\beta` names; other words as they are.

    >>> letter("\\beta"), letter("Xi"), letter("bet")
    ('β', 'Ξ', 'bet')
    """
    word = said.lstrip("\\")
    return GREEK.get(word, word)
