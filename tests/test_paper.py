"""Papers: the plan, the printed copies, the web page; what a blank may know and what a key must say."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import zlib
from collections.abc import Callable
from fractions import Fraction
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

import markscheme as ms
from markscheme.bank.catalog import catalog
from markscheme.cli.main import app
from markscheme.core.errors import MarkschemeError
from markscheme.paper import printing
from markscheme.paper.copies import make_copy
from markscheme.paper.files import write_all, write_whole
from markscheme.paper.filling import fills
from markscheme.paper.fonts import BOX, without_glyphs
from markscheme.paper.places import Place
from markscheme.paper.plan import Page, Paper, PaperEntry, label_at, load_paper
from markscheme.paper.printing import MARGINS, Copy
from markscheme.paper.roster import Student, read_roster
from markscheme.paper.source import Sheet
from markscheme.paper.web_page import html, markdown

RNN, SHAPE = "attention/linear_rnn", "convolution/output_shape"
Entry: TypeAlias = dict[str, Any]
T = TypeVar("T")


def plan(*questions: Entry, **entry: Any) -> Paper:
    """A paper of some questions, as its file would have them."""
    asked = {"title": "Quiz", "question": questions} | entry
    return Paper("quiz", PaperEntry.model_validate(asked), catalog())


def labels(paper: Paper) -> list[str]:
    return [space.label for space in paper.spaces]


# The plan


@pytest.mark.parametrize(
    ("questions", "expected"),
    [
        ([{"problem": SHAPE}], "1"),
        ([{"problem": RNN}], "1(a) 1(b)"),
        ([{"problem": SHAPE}, {"problem": RNN}], "1 2(a) 2(b)"),
        ([{"part": [{"problem": RNN}]}], "1(a) 1(b)"),
        ([{"part": [{"part": [{"problem": RNN}]}]}], "1(a) 1(b)"),
        ([{"part": [{"problem": RNN}, {"problem": SHAPE}]}], "1(a)i 1(a)ii 1(b)"),
        ([{"part": [{"problem": SHAPE}, {"problem": SHAPE}]}], "1(a) 1(b)"),
        ([{"part": [{"part": [{"problem": SHAPE}, {"problem": SHAPE}]}]}], "1(a)i 1(a)ii"),
        (
            [{"part": [{"part": [{"problem": RNN}, {"problem": SHAPE}]}, {"problem": SHAPE}]}],
            "1(a)i(A) 1(a)i(B) 1(a)ii 1(b)",
        ),
        ([{"kind": "honor_code"}, {"kind": "free"}, {"problem": RNN}], "3(a) 3(b)"),
    ],
)
def test_labels(questions: list[Entry], expected: str) -> None:
    """A problem alone in its question gives its own parts the letters; elsewhere they get the next level."""
    assert labels(plan(*questions)) == expected.split()


def test_label_levels() -> None:
    """Labels run letters, Roman numerals, capitals; what would need a fourth level, or a 27th letter, is refused."""
    assert [label_at(1, i) for i in (0, 25)] == ["a", "z"]
    assert [label_at(2, i) for i in range(12)] == "i ii iii iv v vi vii viii ix x xi xii".split()
    assert [label_at(3, i) for i in (0, 25)] == ["A", "Z"]
    for depth, index in ((4, 0), (1, 26), (2, 12), (3, 26)):
        with pytest.raises(MarkschemeError):
            label_at(depth, index)


def test_labels_are_unique() -> None:
    """In a paper of every problem of the bank, published and drawn, each answer space has a label of its own."""
    entries = [{"problem": name} for name in catalog()]
    entries += [{"problem": name, "published": variant} for name in catalog() for variant in catalog()[name].variants]
    assert len(set(labels(plan(*entries)))) == len(labels(plan(*entries)))


@pytest.mark.parametrize("marks", [0, 1, 7, 10, 14, 2.5])
def test_marks_override(marks: float) -> None:
    """`marks` says what a problem carries; its answers share it in whole or half marks, and add up to it."""
    paper = plan({"problem": RNN, "marks": marks})
    first, second = paper.spaces
    assert paper.marks == paper.questions[0].marks == first.marks + second.marks == marks
    assert abs(first.marks - Fraction(str(marks)) * 10 / 14) <= 1


def test_marks_add_up() -> None:
    """The marks of a paper are those of its questions, and theirs those of their answer spaces."""
    paper = plan(
        {"kind": "honor_code", "marks": 1},
        {"kind": "free", "marks": 4},
        {"part": [{"problem": RNN, "marks": 5}, {"part": [{"problem": SHAPE}, {"problem": SHAPE, "marks": 1}]}]},
    )
    assert [question.marks for question in paper.questions] == [1, 4, 9]
    assert paper.marks == 14
    assert sum(space.marks for space in paper.spaces) == 9


def test_section_0() -> None:
    """The honor code and free questions stand before the others, with a name for answers.csv and no item."""
    paper = plan(
        {"kind": "honor_code", "marks": 1},
        {"kind": "free", "name": "favorite", "marks": 2},
        {"problem": SHAPE},
    )
    assert [(q.number, q.answer_name) for q in paper.section_0] == [(1, "honor_code"), (2, "favorite")]
    assert [question.number for question in paper.main] == [3]
    assert list(paper.items("1")) == ["3"]
    with pytest.raises(MarkschemeError, match="section 0, above the questions with problems"):
        plan({"problem": SHAPE}, {"kind": "free"})


@pytest.mark.parametrize(
    ("entry", "id"),
    [
        ({"problem": SHAPE}, f"{SHAPE}/1/S"),
        ({"problem": SHAPE, "published": "ii"}, f"{SHAPE}/1@ii"),
        ({"problem": RNN, "published": True}, f"{RNN}/1@"),
        ({"problem": RNN, "published": False}, f"{RNN}/1/S"),
        ({"problem": RNN, "seed": "own"}, f"{RNN}/1/own"),
        ({"problem": RNN, "seed": 7}, f"{RNN}/1/7"),
        ({"problem": RNN, "knobs": {"largest": 3}}, f"{RNN}/1/S?largest=3"),
        ({"problem": RNN, "seed": "own", "knobs": {"largest": "3"}}, f"{RNN}/1/own?largest=3"),
    ],
)
def test_items(entry: Entry, id: str) -> None:
    """The item in a paper is the one that its id poses: published, from a seed of its own, or from the copy's."""
    paper = plan(entry)
    (item,) = paper.items("S").values()
    assert item.id == id
    assert ms.item(id).values == item.values
    assert paper.is_seeded == ("S" in id)


def test_same_problem_twice() -> None:
    """The same problem twice in a copy has different numbers; seeds that are named are posed as named."""
    paper = plan(
        {"problem": SHAPE}, {"problem": SHAPE}, {"problem": SHAPE, "seed": "x"}, {"problem": SHAPE, "seed": "y"}
    )
    items = list(paper.items("S").values())
    assert len({str(item.givens) for item in items}) == 4
    assert [item.id.split("/1/")[1] for item in items] == ["S", "S#2", "x", "y"]


NAMES = st.sampled_from(list(catalog()))


@given(names=st.lists(NAMES, min_size=1, max_size=4), extra=NAMES, at=st.integers(0, 4), section_0=st.booleans())
def test_inserting_a_question(names: list[str], extra: str, at: int, section_0: bool) -> None:
    """Inserting a question changes nobody else's numbers, wherever it stands."""
    entries: list[Entry] = [{"problem": name} for name in names if name != extra] or [{"problem": SHAPE, "seed": 1}]
    longer = [*entries[:at], {"problem": extra}, *entries[at:]]
    before = [item.identity for item in plan(*entries).items("S").values()]
    after = [item.identity for item in plan(*([{"kind": "free"}] if section_0 else []), *longer).items("S").values()]
    del after[min(at, len(entries))]
    assert after == before


def test_published_beside_drawn() -> None:
    """Published numbers beside a problem do not change what its seed draws."""
    (_, drawn) = plan({"problem": SHAPE, "published": "i"}, {"problem": SHAPE}).items("S").values()
    assert drawn.id == f"{SHAPE}/1/S"


def test_only_some_questions() -> None:
    """`only` keeps the questions that hold a problem; a name that is not there is refused with the near miss."""
    assert {slot.problem.name for slot in load_paper("eecs182-sp23", (RNN,)).slots} == {RNN}
    with pytest.raises(MarkschemeError, match=f"did you mean '{RNN}'"):
        load_paper("eecs182-sp23", ("attention/linear_rn",))


def test_practice_has_the_questions_with_numbers_of_its_own() -> None:
    """The practice paper has the exam's problems under its labels, with its marks, and numbers from the seed."""
    exam, practice = load_paper("eecs182-sp23"), load_paper("eecs182-practice")
    assert [(it.label, it.problem.name, it.marks) for it in practice.slots] == [
        (it.label, it.problem.name, it.marks) for it in exam.slots
    ]
    assert [question.marks for question in exam.questions] == [1, 4, 19, 8, 14, 21, 22, 14, 10, 31]
    assert (exam.is_seeded, practice.is_seeded) == (False, True)
    first, second = practice.items("7"), practice.items("8")
    assert all(first[label].identity.variant is None for label in first)
    assert all(first[label].givens != second[label].givens for label in first)
    assert first["3(a)i"].givens != first["3(a)ii"].givens


def test_practice_for_a_paper_of_ones_own(tmp_path: Path) -> None:
    """`practice_for` names a file beside the paper's own, with its folders of problems."""
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "loud.py").write_text(LOUD)
    (tmp_path / "quiz.toml").write_text(
        'title = "Q"\nproblems = ["mine"]\n[[question]]\nproblem = "own/loud"\nseed = "s"\n'
    )
    (tmp_path / "again.toml").write_text('title = "A"\npractice_for = "quiz.toml"\n')
    (slot,) = load_paper(str(tmp_path / "again.toml")).slots
    assert (slot.problem.name, slot.entry.seed) == ("own/loud", None)


def test_folders_stand_beside_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`problems = ["./mine"]` is a folder beside the paper's file, from wherever the paper is loaded."""
    own = tmp_path / "exam" / "mine"
    own.mkdir(parents=True)
    (own / "loud.py").write_text(LOUD)
    page = tmp_path / "exam" / "quiz.toml"
    page.write_text('title = "Quiz"\nproblems = ["./mine"]\n[[question]]\nproblem = "own/loud"\n')
    monkeypatch.chdir(tmp_path)
    assert load_paper("exam/quiz.toml").slots[0].problem.name == "own/loud"
    assert load_paper(str(page)).short_name == "quiz"


# Printing

KEY = 987654321987
WHY = "Sesquipedalian considerations prevail"
LOUD = f'''
from markscheme import Draw, Problem

problem = Problem("own/loud", version=1, title="Loud", text="How much is $[[a]] + 1$?")

@problem.givens
def draw(rng: Draw) -> dict[str, object]:
    return {{"a": {KEY - 1}}}

@problem.answer(marks=2)
def total(a: int) -> int:
    """{WHY}."""
    return a + 1

@total.trace("step", "why")
def _(a: int) -> list[tuple[object, ...]]:
    return [("idiosyncratic", a + 1)]

@problem.check
def _(a: int) -> dict[str, object]:
    return {{"total": sum([a, 1])}}
'''
SECRETS = (str(KEY), "Sesquipedalian", "idiosyncratic")
STUDENT = Student("s-042", "#panic()", "<b>$x$ & Zoë", "2", "z@x.edu", "7", "12")


@pytest.fixture(scope="module")
def exam() -> Copy:
    """The built-in paper."""
    return make_copy(load_paper("eecs182-sp23"), "")


@pytest.fixture(scope="module")
def quiz(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    """A student's copy of a paper with a problem of one's own whose solution is loud, and hostile strings."""
    folder = tmp_path_factory.mktemp("quiz")
    (folder / "mine").mkdir()
    (folder / "mine" / "loud.py").write_text(LOUD)
    page = folder / "quiz.toml"
    page.write_text(
        'title = "Quiz <i> #panic() $"\ncourse = "C & D"\nterm = "Fall"\ninstructor = "N. N."\npage = "a4"\n'
        'instructions = "Bring a *pencil*."\nproblems = ["./mine"]\n'
        '[[question]]\nkind = "honor_code"\ntext = "I am honest."\n'
        '[[question]]\nproblem = "own/loud"\n[[question]]\nproblem = "attention/linear_rnn"\n'
        '[[question]]\nproblem = "convolution/output_shape"\n'
    )
    return make_copy(load_paper(str(page)), "2026", STUDENT)


@pytest.fixture(scope="module")
def bank() -> Copy:
    """Every problem of the bank, drawn from a seed: every other one alone in its question, the rest beside others."""
    each = [{"problem": name} for name in catalog()]
    return make_copy(plan(*each[::2], {"part": each[1::2]}), "2026")


@pytest.fixture(scope="module", params=["exam", "quiz", "bank"])
def copy(request: pytest.FixtureRequest) -> Copy:
    """Each of the three papers."""
    made = request.getfixturevalue(request.param)
    assert isinstance(made, Copy)
    return made


def once(make: Callable[..., T]) -> Callable[..., T]:
    """The same function, that makes each copy once for all tests."""
    made: dict[tuple[object, ...], tuple[Copy, T]] = {}

    def known(copy: Copy, *, solutions: bool, page: Page | None = None) -> T:
        form = (id(copy), solutions, page or copy.paper.entry.page)
        if form not in made:
            made[form] = (copy, make(copy, solutions=solutions, page=page))
        return made[form][1]

    return known


pdf, places = once(printing.pdf), once(printing.places)


def text_of(printed: bytes, *flags: str) -> str:
    """The text of a PDF, as a reader would copy it; pages end with a form feed."""
    ran = subprocess.run(["pdftotext", *flags, "-", "-"], input=printed, capture_output=True, check=True)
    return ran.stdout.decode()


def about(printed: bytes, tool: str) -> str:
    """What poppler says of a PDF."""
    return subprocess.run([tool, "-"], input=printed, capture_output=True, check=True).stdout.decode()


def everything_in(printed: bytes) -> str:
    """Whatever a PDF holds, streams unpacked, strings in either encoding."""
    pieces = [printed]
    for stream in re.finditer(rb"stream\r?\n(.*?)\r?\nendstream", printed, re.DOTALL):
        try:
            pieces.append(zlib.decompress(stream[1]))
        except zlib.error:
            pieces.append(stream[1])
    whole = b"\n".join(pieces)
    return whole.decode("latin-1") + whole.replace(b"\0", b"").decode("latin-1")


def words_of(text: str) -> str:
    return " ".join(text.split())


def spaces_of(copy: Copy, *, solutions: bool, page: Page) -> list[Place]:
    found = places(copy, solutions=solutions, page=page)
    return [it for it in found if it.kind == "space" and it.question and not it.name]  # not those of section 0


@pytest.mark.heavy
@pytest.mark.parametrize("page", ["letter", "a4"])
def test_same_pages(copy: Copy, page: Page) -> None:
    """Question by question a blank and its key have the same pages, and every answer space stands at the same place."""
    blank, key = (text_of(pdf(copy, solutions=which, page=page)).split("\f") for which in (False, True))
    appendix = next((i for i, text in enumerate(key) if "Appendix: working in full" in text), len(key) - 1)
    assert len(blank) - 1 == appendix
    found = [spaces_of(copy, solutions=which, page=page) for which in (False, True)]
    assert found[0] == found[1]
    assert [place.question for place in found[0]] == [space.label for space in copy.paper.spaces]


@pytest.mark.parametrize("page", ["letter", "a4"])
def test_spaces_are_on_the_page(copy: Copy, page: Page) -> None:
    """Every answer space lies inside the page, in printed order, and covers no other."""
    width, height = {"letter": (612, 792), "a4": (595.3, 841.9)}[page]
    found = spaces_of(copy, solutions=False, page=page)
    assert [(place.page, place.y) for place in found] == sorted((place.page, place.y) for place in found)
    for place, following in zip(found, [*found[1:], None], strict=True):
        assert place.x > 30
        assert place.x + place.width < width - 30
        assert place.y > 30
        assert place.y + place.height < height - 30
        if following and following.page == place.page:
            assert place.y + place.height < following.y


def test_solutions_are_in_the_key_alone(quiz: Copy) -> None:
    """Nothing of a solution is in the blank, visible or not: no key, no reason, no trace; the key has them all."""
    blank, key = (pdf(quiz, solutions=which) for which in (False, True))
    for secret in SECRETS:
        assert secret in text_of(key)
        assert secret not in text_of(blank)
        assert secret not in everything_in(blank)
    assert "SOLUTIONS" in text_of(key)
    assert "SOLUTIONS" not in text_of(blank)


def test_reasons_are_in_the_key_alone(copy: Copy) -> None:
    """No explanation of an answer is in a blank, and each is in its key."""
    blank, key = (words_of(text_of(pdf(copy, solutions=which))) for which in (False, True))
    for item in copy.items.values():
        for answer in [answer for section in item.layout.sections for answer in section.worked]:
            explained, _ = answer.explanation
            for words in re.findall(r"[A-Za-z ]{24,}", explained.source if explained else "")[:1]:
                said = " ".join(words.split()[:-1])  # the last word may be hyphenated into what follows
                assert said in key, answer.name
                assert said not in blank, answer.name


def test_a_choice_is_ticked_on_paper(exam: Copy) -> None:
    """The labels of a choice stand beside squares wherever it is asked, on the blank copy as in the key."""
    for solutions in (False, True):
        text = text_of(pdf(exam, solutions=solutions), "-layout")
        for letter in "ABC":
            assert re.search(rf"(?:^|page) *{letter}: +zero +Xavier +He$", text, re.MULTILINE), letter


def test_none_of_these_can_be_marked(exam: Copy) -> None:
    """Where none of the options may apply, there is a square for that, on the blank copy as in the key."""
    for solutions in (False, True):
        assert text_of(pdf(exam, solutions=solutions)).count("None of these") == 1


def test_blank_sheet_has_no_secret_data(quiz: Copy) -> None:
    """What enters the source of a blank beside the text has None where the key has a solution."""
    sheets = [Sheet(quiz, which) for which in (False, True)]
    for sheet in sheets:
        sheet.add_secret({"secret": KEY})
        sheet.add(sheet.values, {"given": 3})
    assert [sheet.values for sheet in sheets] == [[None, {"given": 3}], [{"secret": KEY}, {"given": 3}]]
    assert str(KEY) not in sheets[0].data


@pytest.mark.parametrize("solutions", [False, True])
def test_pdf_is_sound(copy: Copy, solutions: bool) -> None:
    """A PDF is tagged, says its title and language, embeds every font as a subset, and has no date."""
    printed = pdf(copy, solutions=solutions)
    said = about(printed, "pdfinfo")
    assert re.search(r"^Tagged: +yes$", said, re.MULTILINE)
    assert "CreationDate" not in said
    assert "ModDate" not in said
    entry = copy.paper.entry
    assert f"Title:           {': '.join(filter(None, [entry.course, entry.title]))}\n" in said
    assert not re.search(rb"/CreationDate|/ModDate|xmp:CreateDate|xmp:ModifyDate", printed)
    assert b"/Lang" in printed
    fonts = [line.split() for line in about(printed, "pdffonts").splitlines()[2:]]
    assert fonts
    assert all(row[-5:-2] == ["yes", "yes", "yes"] for row in fonts)


@pytest.mark.parametrize(
    ("page", "size"), [("letter", "612 x 792 pts"), ("a4", "595.276 x 841.89 pts"), (None, "595.")]
)
def test_page_size(quiz: Copy, page: Page | None, size: str) -> None:
    """The page is US Letter or A4; without an option, what the paper's file says."""
    assert f"Page size:       {size}" in about(pdf(quiz, solutions=False, page=page), "pdfinfo")


def test_a_students_copy(quiz: Copy) -> None:
    """A student's copy has the name, the id, the places and the seed on it, whatever the name is."""
    said = text_of(pdf(quiz, solutions=False), "-layout")
    cover, *others = said.split("\f")[:-1]
    for known in (STUDENT.last, STUDENT.first, STUDENT.student, STUDENT.section, STUDENT.row, STUDENT.seat):
        assert known in cover
    assert all(STUDENT.student in page for page in others)
    assert all(page.count("2026") for page in (cover, *others))
    assert "Bring a pencil." in words_of(cover)
    assert "I am honest." in words_of(cover)


def test_students_differ() -> None:
    """Two students have different numbers, and a student's copy is the one of the seed S/student."""
    paper = plan({"problem": RNN})
    one, other = (make_copy(paper, "2026", Student(name)) for name in ("s1", "s2"))
    assert one.items["1"].givens != other.items["1"].givens
    assert one.items["1"].id == f"{RNN}/1/2026/s1"


def test_cover_without_section_0() -> None:
    """A paper without section 0 says nothing of one on its cover."""
    cover = text_of(pdf(make_copy(plan({"problem": SHAPE}), "1"), solutions=False)).split("\f")[0]
    assert "Section 0" not in cover
    assert "Instructions" in cover


def test_marks_are_printed(quiz: Copy) -> None:
    """The marks of each question and of the paper stand on the cover."""
    cover = text_of(pdf(quiz, solutions=False), "-layout").split("\f")[0]
    points = next(line for line in cover.splitlines() if line.split()[:1] == ["Points"])
    marks = [question.marks for question in quiz.paper.questions]
    assert points.split() == ["Points", *map(str, marks), str(sum(marks))]


@pytest.mark.heavy
def test_same_bytes(tmp_path: Path) -> None:
    """The same paper and seed give the same bytes in every process, with a roster and without."""
    (tmp_path / "quiz.toml").write_text(
        f'title = "Q"\n[[question]]\nproblem = "{RNN}"\n[[question]]\nproblem = "{SHAPE}"\n'
    )
    (tmp_path / "roster.csv").write_text("student,last\ns1,A\ns2,B\n")
    code = (
        "import sys; from markscheme.cli.main import app\n"
        "for more in ([], ['--roster', 'roster.csv']): app([*sys.argv[1:], *more], standalone_mode=False)"
    )
    made: list[dict[str, bytes]] = []
    for hash_seed in "12":
        command = [sys.executable, "-c", code, "paper", "quiz.toml", "--seed", "S", "--out", f"out{hash_seed}"]
        environment = os.environ | {"PYTHONHASHSEED": hash_seed}
        subprocess.run([*command, "--jobs", "1"], cwd=tmp_path, env=environment, check=True, capture_output=True)
        made.append({page.name: page.read_bytes() for page in (tmp_path / f"out{hash_seed}").iterdir()})
    assert made[0] == made[1]
    assert len(made[0]) == 8


@pytest.mark.heavy
def test_same_bytes_again(exam: Copy) -> None:
    """The one compiler carries nothing from one copy to the next."""
    first = pdf(exam, solutions=False)
    printing.pdf(exam, solutions=True, page="a4")
    assert printing.pdf(exam, solutions=False) == first


# On the web


class Page_(HTMLParser):
    """What a page refers to, its tags, and its text."""

    VOID = frozenset({"meta", "link", "br", "hr", "img", "input", "col", "wbr"})

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.references: list[str] = []
        self.open: list[str] = []
        self.text: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        if tag not in self.VOID:
            self.open.append(tag)
        for name, value in attrs:
            assert not name.startswith("on"), "a page has no scripts"
            if name in {"src", "href", "xlink:href", "srcset", "data", "action"}:
                self.references.append(value or "")

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.VOID:
            assert self.open.pop() == tag

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in self.VOID:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        self.text.append(data)


@pytest.mark.parametrize("solutions", [False, True])
def test_web_page_is_one_file(copy: Copy, solutions: bool) -> None:
    """A web page refers to nothing outside itself, runs nothing, closes every tag, and has MathML and SVG."""
    page = html(copy, solutions=solutions)
    read = Page_(page)
    assert not read.open
    assert {"math", "svg", "h1", "title"} <= read.tags
    assert read.tags.isdisjoint({"script", "link", "iframe", "object", "embed", "base"})
    assert all(reference.startswith(("#", "data:")) for reference in read.references)
    outside = set(re.findall(r"https?://[^\"'\s<)]+", page))
    assert outside <= {
        "http://www.w3.org/1998/Math/MathML", "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink",
        "http://www.w3.org/1999/xhtml",
    }  # fmt: skip
    assert not re.search(r"@import|url\(\s*[\"']?(?!data:|#)", page)


@pytest.mark.parametrize("write", [html, markdown])
def test_web_page_keeps_secrets(quiz: Copy, write: Any) -> None:
    """On the web and as Markdown too, nothing of a solution is in the blank, and all of it in the key."""
    blank, key = write(quiz, solutions=False), write(quiz, solutions=True)
    for secret in SECRETS:
        assert secret in key
        assert secret not in blank


def test_web_page_of_a_student(quiz: Copy) -> None:
    """A web page has the title, the instructions, the student and the seed on it, as text and never as markup."""
    page = html(quiz, solutions=False)
    said = words_of(" ".join(Page_(page).text))
    for known in ("Quiz <i> #panic() $", "C & D", "2026", f"{STUDENT.last}, {STUDENT.first}", "s-042", "Bring a"):
        assert known in said
    assert "Bring a *pencil*." in markdown(quiz, solutions=False)
    assert "s-042" in markdown(quiz, solutions=False)


def test_every_answer_has_a_field(copy: Copy) -> None:
    """Every answer that is asked has its place on the web page of a blank."""
    page = words_of(" ".join(Page_(html(copy, solutions=False)).text))
    for label in labels(copy.paper):
        assert f"({label[-1]})" in page or re.search(rf"\b{label[0]}\.", page)
    for item in copy.items.values():
        for answer in item.layout.asked:
            assert answer.options or f"such as {answer.kind.example}" in page


# Files


def test_all_or_none(tmp_path: Path) -> None:
    """If one of several files cannot be written, none is, and what was there before stays."""
    old, blocked = tmp_path / "old", tmp_path / "blocked"
    old.write_bytes(b"old")
    blocked.mkdir()
    with pytest.raises(MarkschemeError, match=r"blocked cannot be written: .*; choose a folder to write to"):
        write_all({old: b"new", tmp_path / "other": b"new", blocked: b"new"})
    assert [page.name for page in sorted(tmp_path.iterdir())] == ["blocked", "old"]
    assert old.read_bytes() == b"old"


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everywhere")
def test_folder_without_permission(tmp_path: Path) -> None:
    """A folder that may not be written to is a MarkschemeError, and gets no file."""
    tmp_path.chmod(0o555)
    with pytest.raises(MarkschemeError, match="Permission denied"):
        write_whole(tmp_path / "page", b"x")
    tmp_path.chmod(0o755)
    assert not list(tmp_path.iterdir())


def test_written_whole(tmp_path: Path) -> None:
    """Files are written with the folders that they need, and nothing beside them."""
    write_all({tmp_path / "a" / "b": b"1", tmp_path / "c": b"2"})
    assert sorted(str(page.relative_to(tmp_path)) for page in tmp_path.rglob("*")) == ["a", "a/b", "c"]


# The roster


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (",A", "'student' is empty"),
        ("s1,A", "twice"),
        ("a/b,A", "not 'a/b'"),
        ("..,A", "not '..'"),
        ("a b,A", "not 'a b'"),
        ("x-key,A", "solutions"),
        ("s2,A,B,C", "4 columns, but the first row names 2"),
        ('s2,"A"B', "check the quotes"),
        ('s2,"A', "check the quotes"),
    ],
)
def test_broken_row_of_a_roster(tmp_path: Path, row: str, says: str) -> None:
    """A broken row is named with its number and what is wrong; the rows before and after it are kept."""
    page = tmp_path / "roster.csv"
    page.write_text(f"student,last\ns1,A\n\n{row}\ns9,Z\n")
    students, broken = read_roster(page)
    assert [student.student for student in students] == ["s1", "s9"]
    assert [(one.file, one.row) for one in broken] == [("roster.csv", 4)]
    assert says in broken[0].complaint


def test_roster(tmp_path: Path) -> None:
    """Columns of a roster may stand in any order, be left out, or be ones that later versions know."""
    page = tmp_path / "roster.csv"
    page.write_text('email,Student , LAST,pronouns\r\nz@x.edu,s1,"Last, Jr.",she\r\n,é-1\r\n', "utf-8-sig")
    students, broken = read_roster(page)
    assert not broken
    assert students == [Student("s1", last="Last, Jr.", email="z@x.edu"), Student("é-1")]


# Names, pages


LONG = "Wolfeschlegelsteinhausenbergerdorffwelchevoralternwarengewis"
SCRIPTS = ("李", "สมชาย", "Ńgũgĩ", "👩🏽\u200d🔬", "محمد", "नरेंद्र", LONG)


def cover(name: str) -> str:
    """The text of a cover with a name on it."""
    page = pdf(make_copy(plan({"problem": SHAPE}), "1", Student("s1", name, name)), solutions=False)
    return text_of(page, "-l", "1")


@pytest.mark.parametrize("name", SCRIPTS)
def test_any_script_prints(name: str) -> None:
    """A name of any script is printed, and no character of it is missing."""
    assert without_glyphs(Student("s1", name, name)) == []
    assert BOX not in cover(name)
    if name.isascii():
        assert re.sub("[\xad-]?\n", "", cover(name)).count(name) == 2


def test_a_name_without_glyphs() -> None:
    """A character that no font has is printed as a box, and told; the copy prints, and the rest of the name with it."""
    student = Student("s1", "ᠮᠣᠩ Bat", "Ada")
    assert without_glyphs(student) == ["ᠮ", "ᠣ", "ᠩ"]
    assert f"{3 * BOX} Bat" in cover(student.last)


def test_a_name_stops_no_class(tmp_path: Path) -> None:
    """A name that no font has stops nobody's copy; the student is named on stderr and in the JSON."""
    (tmp_path / "quiz.toml").write_text(f'title = "Quiz"\n[[question]]\nproblem = "{SHAPE}"\n')
    (tmp_path / "roster.csv").write_text("student,last\ns1,ᠮ\ns2,Lovelace\n", "utf-8")
    ran = CliRunner().invoke(
        app, f"paper {tmp_path}/quiz.toml --seed 1 --roster {tmp_path}/roster.csv --json --out {tmp_path}/out".split()
    )
    assert ran.exit_code == 0
    assert json.loads(ran.stdout)["without_glyphs"] == {"s1": ["ᠮ"]}
    assert ran.stderr.startswith("s1: ")
    assert len([*(tmp_path / "out").glob("*.pdf")]) == 4


@pytest.mark.heavy
def test_pages_are_filled(exam: Copy) -> None:
    """The published exam takes at most 22 pages, and its key is filled alike, with at most four pages of appendix."""
    blank, key = (fills(exam, solutions=which) for which in (False, True))
    assert len(blank) <= 22
    assert len(key) <= len(blank) + 4
    assert all(0 < share <= 1 for share in blank + key)
    assert blank == pytest.approx(key[: len(blank)], abs=0.02)


def test_fill_is_where_the_last_ink_stands() -> None:
    """More room for working fills the page further, by as much."""
    small, large = (fills(make_copy(plan({"problem": SHAPE, "space": cm}), "1"), solutions=False)[1] for cm in (4, 14))
    height = 792 - sum(MARGINS)
    assert large - small == pytest.approx(10 / 2.54 * 72 / height, abs=0.02)
