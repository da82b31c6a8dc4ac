"""What markscheme says, in every language that it speaks."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from importlib import import_module
from pathlib import Path

import pytest
from fluent.syntax import FluentParser
from fluent.syntax import ast as ftl
from fluent.syntax.visitor import Visitor
from hypothesis import given
from hypothesis import strategies as st

from markscheme.bank.catalog import catalog as catalog_in
from markscheme.core.errors import UnknownName
from markscheme.core.item import Item
from markscheme.core.problem import Problem
from markscheme.kinds import Integer
from markscheme.kinds.base import Kind
from markscheme.language import (
    ENGLISH,
    Argument,
    Message,
    codes,
    joined,
    languages,
    noun_of,
    say,
    speaking,
    spoken,
    words,
)
from markscheme.paper.frame import frame
from markscheme.paper.plan import built_in_papers, load_paper
from markscheme.paper.source import Copy
from markscheme.paper.web_page import html, markdown

SOURCE = Path(__file__).parents[1] / "src" / "markscheme"
EXAMPLES = Path(__file__).parents[1] / "examples"
COINS = """
from markscheme import Draw, Problem
problem = Problem("mine/coins", version=1, text="[[n]] coins.")
@problem.givens
def draw(rng: Draw) -> dict[str, object]:
    return {"n": rng.int(5, 9)}
a, b = problem.part("a", "How many?"), problem.part("b", "And twice?")
@problem.answer(part=a)
def mean(n: int) -> int:
    "It is [[n]]."
    return n
@problem.answer(part=b)
def twice(mean: int) -> int:
    return 2 * mean
"""
JOINED = frozenset({"sentences", "clauses", "alternatives", "places", "enumeration"})


class Variables(Visitor):
    """The variables of an entry."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def visit_VariableReference(self, node: ftl.VariableReference) -> None:
        self.names.add(node.id.name)


def catalog(language: str) -> dict[str, frozenset[str]]:
    """The codes of a language, each with the variables of its sentence; a page that does not parse fails here."""
    found: dict[str, frozenset[str]] = {}
    for page in sorted((SOURCE / "languages" / language).glob("*.ftl")):
        for entry in FluentParser().parse(page.read_text("utf-8")).body:
            assert not isinstance(entry, ftl.Junk), f"{page}: {entry.content}"
            if isinstance(entry, ftl.Message):
                assert entry.id.name not in found, f"{language} has two sentences for {entry.id.name}"
                seen = Variables()
                seen.visit(entry)
                found[entry.id.name] = frozenset(seen.names)
    return found


@cache
def said() -> list[tuple[str, re.Pattern[str], frozenset[str] | None]]:
    """Every place that says something: where, a pattern of its codes, and the arguments it gives (None: any)."""
    return list(places_that_say())


def places_that_say() -> Iterator[tuple[str, re.Pattern[str], frozenset[str] | None]]:
    for page in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(page.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "say" and node.args:
                names = [it.arg for it in node.keywords]
                given = None if None in names else frozenset([it for it in names if it])
                for pattern in patterns(node.args[0]):
                    yield f"{page.relative_to(SOURCE)}:{node.lineno}", pattern, given
    for page in sorted(SOURCE.rglob("*.typ")):
        for match in re.finditer(r"\bsay\(\"([\w-]+)\"((?:, \w+: \w+(?:\.\w+)?)*)\)", page.read_text("utf-8")):
            yield page.name, re.compile(f"frame-{match[1]}"), frozenset(re.findall(r"(\w+):", match[2]))


def piece(node: ast.expr) -> str:
    """A piece of a text as a pattern: one of the words that stand there, or anything."""
    match node:
        case ast.Constant(value=str(text)):
            return re.escape(text)
        case ast.FormattedValue(value=ast.IfExp() as chosen):
            return f"({'|'.join([it.pattern for it in patterns(chosen)])})"
        case _:
            return ".+"


def patterns(node: ast.expr) -> list[re.Pattern[str]]:
    """The codes that an expression may stand for."""
    match node:
        case ast.Constant(value=str(code)):
            return [re.compile(re.escape(code))]
        case ast.IfExp():
            return [*patterns(node.body), *patterns(node.orelse)]
        case ast.JoinedStr():
            return [re.compile("".join(map(piece, node.values)))]
        case _:
            return []


@pytest.mark.parametrize("language", languages())
def test_whatever_is_said_has_a_sentence_that_takes_its_arguments(language: str) -> None:
    """Each code that the source says stands in each catalog, and no sentence asks for what it is not given."""
    known = catalog(language)
    for where, pattern, names in said():
        matching = [code for code in known if pattern.fullmatch(code)]
        assert matching, f"{where}: no sentence in {language!r} for {pattern.pattern}"
        for code in matching:
            assert names is None or known[code] <= names, f"{where}: {code} in {language!r} asks for {known[code]}"


@pytest.mark.parametrize("language", languages())
def test_languages_have_the_same_sentences(language: str) -> None:
    """Every language has each sentence that English has, no other, and of the same arguments."""
    assert catalog(language) == catalog(ENGLISH)


def test_every_sentence_is_said_somewhere() -> None:
    """No catalog keeps a sentence that nothing says any more."""
    places = said()
    for page in (SOURCE / "kinds").glob("*.py"):
        import_module(f"markscheme.kinds.{page.stem}".removesuffix(".__init__"))
    own = {f"{code}{tail}" for code in (*JOINED, "list") for tail in ("", "-between")}
    nouns = {code for code in codes(ENGLISH) if code.startswith("noun-")}
    spelled = " ".join([page.read_text("utf-8") for page in sorted(SOURCE.rglob("*.py"))])
    typeset = " ".join([page.read_text("utf-8") for page in sorted(SOURCE.rglob("*.typ"))])
    for code in codes(ENGLISH) - own - nouns:
        is_said = any(pattern.fullmatch(code) for _, pattern, _ in places)
        is_typeset = code.startswith("frame-") and f'"{code.removeprefix("frame-")}"' in typeset
        assert is_said or is_typeset or f'"{code}"' in spelled, f"nothing says {code}"
    named = {noun_of(kind.noun).code for kind in kinds(Kind) if kind.__module__.startswith("markscheme.")}
    literal = {noun_of(noun).code for noun in re.findall(r"(?:noun_of|such_as)\(\"([^\"]+)\"", spelled)}
    assert named <= nouns <= named | literal


def kinds(kind: type) -> Iterator[type[Kind[object]]]:
    for below in kind.__subclasses__():
        if "noun" in vars(below):
            yield below
        yield from kinds(below)


arguments: st.SearchStrategy[Argument] = st.recursive(
    st.one_of(st.text(), st.integers(-(10**9), 10**9), st.fractions(max_denominator=10**6)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(tuple),
        st.builds(Message, st.sampled_from(["right", "clauses"]), st.dictionaries(st.text(max_size=5), inner)),
    ),
    max_leaves=8,
)


@given(st.dictionaries(st.text(min_size=1, max_size=8), arguments, max_size=4))
def test_messages_come_back_from_json(given: dict[str, Argument]) -> None:
    """A message that became data and came back is the same, whatever its arguments are."""
    message = Message("any-code", given)
    assert Message.from_json(message.as_json()) == message


@given(st.text())
def test_what_a_student_wrote_enters_a_sentence_as_it_is(text: str) -> None:
    """No text of a stranger is markup of the catalogs: it comes out character by character."""
    assert say("in-marks", marks=text).sentence().startswith(text)
    assert words(text).sentence("de") == text
    assert str(joined("clauses", "a", words(text))) == (f"a; {text}" if text else "a")


@pytest.mark.parametrize(
    ("marks", "english", "german"),
    [
        (0, "0 marks", "0 Punkte"), (1, "1 mark", "1 Punkt"), (2, "2 marks", "2 Punkte"),
        (Fraction(5, 2), "2.5 marks", "2,5 Punkte"), (Fraction(1, 3), "1/3 marks", "1/3 Punkte"),
        (1234, "1234 marks", "1234 Punkte"),
    ],
)  # fmt: skip
def test_numbers_are_written_and_counted_as_in_the_language(marks: int | Fraction, english: str, german: str) -> None:
    """Plural forms and decimal marks are the language's, and digits stand in no groups."""
    message = say("in-marks", marks=marks)
    assert (message.sentence(), message.sentence("de")) == (english, german)


def test_speaking_ends() -> None:
    """A language is spoken within its `with`, also one that an error ends."""
    with speaking("de"):
        assert str(say("right")) == "Richtig."
    with pytest.raises(RuntimeError, match="Lösung"), speaking("de"):
        raise RuntimeError(str(say("solution")))
    assert (spoken(), str(say("right"))) == ("en", "Right.")


@pytest.mark.parametrize("name", built_in_papers())
def test_a_paper_in_another_language_asks_the_same(name: str) -> None:
    """Of a German paper none of the frame is English; its questions and labels are those of the English one."""
    german, own = load_paper(name, lang="de"), load_paper(name)
    assert [space.label for space in german.spaces] == [space.label for space in own.spaces]
    copies = [Copy(paper, "1", paper.items("1")) for paper in (german, own)]
    for write in (html, markdown):
        page, other = (write(copy, solutions=False) for copy in copies)
        english = r"\b\d+ marks?\b|, such as (<code>|`)|or nothing counts"
        assert (bool(re.search(english, page)), bool(re.search(english, other))) == (False, True)
        assert re.search(r"\b\d+ Punkte?\b", page)
        assert 'lang="de"' in page or write is markdown


def test_the_frame_is_in_the_language_that_is_spoken() -> None:
    """The words that go to the printed page are those of the paper's language."""
    with speaking("de"):
        assert [it in frame().values() for it in ("LÖSUNGEN", "SOLUTIONS")] == [True, False]
    assert [it in frame().values() for it in ("LÖSUNGEN", "SOLUTIONS")] == [False, True]


# A problem's own texts


@pytest.fixture(scope="module")
def coins() -> Item:
    """An item of the example that has texts in German."""
    return load_paper(f"{EXAMPLES / 'mit18440-fa12.toml'}").slots[0].item("")


def test_a_problem_speaks_its_languages(coins: Item) -> None:
    """In another language each text that the problem has in it stands in place of its own, with the same values, in
    what is posed, solved, printed and said of slips; without it nothing changes.
    """
    posed, other = coins.posed(), coins.posed(lang="de")
    assert (posed.lang, other.lang, other.title) == ("en", "de", "Münzen")
    assert "6 unabhängige faire Münzen" in other.write("plain")
    assert "tossed" not in json.dumps(other.as_json())
    assert "Münzen" not in json.dumps(posed.as_json()) + coins.solution()
    assert "trägt ein Halbes bei" in coins.solution(lang="de")
    paper = load_paper(f"{EXAMPLES / 'mit18440-fa12.toml'}", lang="de")
    page = markdown(Copy(paper, "", {slot.label: slot.item("") for slot in paper.slots}), solutions=True)
    assert all([words in page for words in ("Was ist die Varianz?", "Die Varianz einer Münze", "people have")])
    message = coins.mark({"variance": "3"})["variance"].message
    assert message.sentence() == "A known slip: gives the mean."
    assert Message.from_json(message.as_json()).sentence("de") == "Ein bekannter Fehler: gibt den Erwartungswert an."
    with pytest.raises(UnknownName, match="'fr'"):
        coins.posed(lang="fr")


def test_parts_as_one_question_keep_their_language() -> None:
    """What an exam asks of one part alone is one text, in each language."""
    problem = Problem("language/joined", version=1, text="Given [[a]].")
    problem.givens(lambda rng: {"a": rng.int(1, 9)})
    one, two = problem.part("a", "Double it."), problem.part("b", "Halve it.")
    for name, part in (("double", one), ("half", two)):
        problem.answer(name, lambda a: a, part=part, kind=Integer())
    problem.published("x", givens={"a": 3}, key={}, asks={"double": 1})
    problem.in_language("de", text="Gegeben [[a]].", parts={"a": "Verdopple es.", "b": "Halbiere es."})
    assert problem.as_published().prompt("plain", lang="de").splitlines()[:3] == ["Gegeben 3.", "", "Verdopple es."]
    assert problem.as_published().prompt("plain").startswith("Given 3.\n\nDouble it.")


@pytest.mark.parametrize(
    ("beside", "said"),
    [
        ('title = "Münze"', "text = .* is lacking"),
        ('text = "Geworfen werden [[m]]."', r"the text has the holes \[\[m\]\], and the original \[\[n\]\]"),
        ('text = "[[n]]"\nparts = {a = "Wie viele?"}', "the part 'b' is lacking"),
        ('text = "[[n]]"\nparts = {a = "A", b = "B", c = "C"}', "there is no part 'c'"),
        ('text = "[[n]]"\nparts = {a = "A", b = ""}', "part b is empty"),
        ('text = "[[n]]"\nparts = "A"', "parts is a table of texts"),
        ('text = "[[n]]"\nlables = {mean = "M"}', "there is no 'lables'.*labels"),
        ('text = "[[n]]"\nparts = {a = "A", b = "B"}\nwords = {"adds" = "x"}', "there is no words 'adds'"),
        ('text = "[[n]]"\nparts = {a = "A", b = "B"}\nwhy = {mean = "[[m]]"}', r"the holes \[\[m\]\]"),
        ('text = "[[n]]', "coins.de.toml"),
    ],
)
def test_texts_that_do_not_fit_are_refused(beside: str, said: str, tmp_path: Path) -> None:
    """A file of texts that lacks a text or a hole, or has what the problem has not, is named with what is wrong, and
    the problem is refused, not shown half in one language.
    """
    (tmp_path / "coins.py").write_text(COINS, "utf-8")
    (tmp_path / "coins.de.toml").write_text(beside, "utf-8")
    (error,) = catalog_in((tmp_path,)).broken.values()
    assert re.search(f"coins.de.toml: .*{said}|{said}", f"{error}")


def test_a_file_of_a_language_that_is_none_is_refused(tmp_path: Path) -> None:
    """Texts in a language that pages are not written in are refused; other TOML files beside a problem are not read,
    and those of a language as often as problems are looked for.
    """
    (tmp_path / "coins.py").write_text(COINS, "utf-8")
    (tmp_path / "coins.midterm.toml").write_text("text = 1", "utf-8")
    (tmp_path / "coins.de.toml").write_text(
        '\ufefftext = "[[n]] Münzen."\nparts = {a = "Wie viele?", b = "Und zweimal?"}', "utf-8"
    )
    for _ in range(2):  # the second time beside another file, with the module at hand
        found = catalog_in((tmp_path,))
        assert not found.broken
        assert "Münzen" in found["mine/coins"].pose("1").prompt("plain", "de")
        (tmp_path / "other.py").write_text(COINS.replace("mine/coins", "mine/other"), "utf-8")
    (tmp_path / "coins.de.toml").unlink()
    (tmp_path / "coins.xx.toml").write_text('text = "[[n]]"', "utf-8")
    (error,) = catalog_in((tmp_path,)).broken.values()
    assert re.search("coins.xx.toml: .*no words in the language 'xx'", f"{error}")
