"""A paper's rules as data: what they come to, what they print, and which cannot hold together."""

from __future__ import annotations

import csv
import io
import json
import subprocess
from collections.abc import Mapping
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from markscheme.bank.catalog import catalog
from markscheme.cli.main import app
from markscheme.core.errors import MarkschemeError
from markscheme.marking.gradebook import mark_paper, says_dont_know
from markscheme.marking.report import statistics
from markscheme.marking.submissions import Submission
from markscheme.paper.copies import dealt, make_copy
from markscheme.paper.places import Place
from markscheme.paper.plan import Paper, PaperEntry, load_paper
from markscheme.paper.printing import Copy, pdf, places, rasters
from markscheme.paper.roster import Student
from markscheme.paper.rules import Alternatives, Earned, Floor, Rules
from markscheme.paper.web_page import html, markdown

SHAPE, STACK, COUNT = "convolution/output_shape", "convolution/stack_shape", "training/parameter_count"
CHOICE, GROUPING, PROOF = "optimizers/sgd_randomness", "point_clouds/grouping", "point_clouds/permutation_invariance"
LOGO = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="9" height="9"/></svg>'


def plan(*questions: Mapping[str, Any], **entry: Any) -> Paper:
    """A paper of some questions, as its file would have them."""
    return Paper("quiz", PaperEntry.model_validate({"title": "Quiz", "question": questions} | entry), catalog())


def parts(*marks: float, **rule: Any) -> dict[str, Any]:
    """A question of parts that carry some marks, under a rule."""
    names = (SHAPE, STACK, COUNT, SHAPE)
    return {"part": [{"problem": name, "marks": it} for name, it in zip(names, marks, strict=False)]} | rule


def keyed(paper: Paper, seed: str, *labels: str) -> dict[tuple[str, str], str]:
    """The keys of a copy as a student types them, at some labels or everywhere."""
    asked = paper.on_copy(seed)
    items = asked.items(seed)
    return {
        (space.label, it.name): it.kind.write(items[space.slot.label].values[it.name])
        for space in asked.spaces if not labels or space.label.startswith(labels)
        for it in space.answers
    }  # fmt: skip


def total(paper: Paper, answers: Mapping[tuple[str, str], str], seed: str = "common:1") -> tuple[float, float]:
    report = mark_paper(paper, Submission("s", seed, dict(answers)))
    return float(report.total), float(report.out_of)


def words_in(page: bytes, tmp_path: Path) -> str:
    (tmp_path / "page.pdf").write_bytes(page)
    shown = subprocess.run(["pdftotext", "-layout", tmp_path / "page.pdf", "-"], check=True, capture_output=True)
    return " ".join(shown.stdout.decode().split())


# What marks come to

MARKS = st.lists(st.tuples(st.integers(-4, 4), st.booleans()), min_size=2, max_size=6)


@given(MARKS, st.data())
def test_the_best_count(earned: list[tuple[int, bool]], data: st.DataObject) -> None:
    """Of alternatives the best come to no less than any others, the first answered are counted as they are printed."""
    count = data.draw(st.integers(1, len(earned) - 1))
    names = [f"1({letter})" for letter in "abcdef"[: len(earned)]]
    rows = [Earned(name, marks, 4, is_answered) for name, (marks, is_answered) in zip(names, earned, strict=True)]
    options = tuple([(name, frozenset([name])) for name in names])
    best = Rules(alternatives=(Alternatives(count, "best", options),)).standing(rows)
    assert best.total == max(0, *[sum(marks for marks, _ in some) for some in combinations(earned, count)])
    assert best.out_of == 4 * count
    assert len(best.dropped) == len(earned) - count
    first = Rules(alternatives=(Alternatives(count, "first", options),)).standing(rows)
    answered = [it.label for it in rows if it.is_answered][:count]
    assert not first.dropped.keys() & set(answered)


@given(MARKS, st.integers(-3, 0))
def test_a_floor(earned: list[tuple[int, bool]], least: int) -> None:
    """What stands under a floor comes to no less, the rest adds up beside it, and a total is never negative."""
    rows = [Earned(f"{i}", marks, 4, True) for i, (marks, _) in enumerate(earned)]
    held = frozenset([row.label for row in rows[1:]])
    found = Rules(floors=(Floor("1", held, least),)).standing(rows)
    inside = sum([row.marks for row in rows[1:]])
    assert found.total == max(0, rows[0].marks + max(inside, least))
    assert bool(found.raised) == (inside < least)


def test_choose_bonus_and_questions() -> None:
    """K of n parts or questions carry k times their marks; a bonus is earned on top and is nothing that is lacking."""
    paper = plan(parts(4, 4, 4, choose=2), {"problem": SHAPE}, {"problem": SHAPE}, {"problem": SHAPE, "bonus": True},
                 choose=[{"questions": [2, 3], "count": 1}])  # fmt: skip
    assert (paper.marks, paper.bonus_marks) == (11, 3)
    assert total(paper, keyed(paper, "1")) == (14, 11)
    assert total(paper, keyed(paper, "1", "1(a)", "1(c)", "3")) == (11, 11)
    assert total(paper, keyed(paper, "1", "1(b)", "2", "4")) == (10, 11)
    report = mark_paper(paper, Submission("s", "common:1", keyed(paper, "1")))
    assert "1(c)i" in f"{report.remark}"
    assert "those 2 count that earned most" in f"{report.remark}"


def test_the_first_that_were_answered() -> None:
    """Where the first ones count, a later part does not replace an earlier one that is wrong."""
    paper = plan(parts(4, 4, 4, choose=1, counts="first"))
    wrong = {("1(a)", "shape"): "[1, 1, 1, 1]"}
    assert total(paper, wrong | keyed(paper, "1", "1(b)")) == (0, 4)
    assert total(paper, keyed(paper, "1", "1(b)")) == (4, 4)


@pytest.mark.parametrize(("floor", "earned"), [(None, 3), (-0.5, 2.5), (-2, 2)])
def test_wrong_choices_cost(floor: float | None, earned: float) -> None:
    """A wrong choice takes its penalty off, down to the floor; blanks, "I don't know" and others take nothing."""
    rule = {"penalty": 1, "dont_know": True} | ({} if floor is None else {"floor": floor})
    paper = plan({"problem": CHOICE} | rule, {"problem": SHAPE})
    (right,) = [text for (_, name), text in keyed(paper, "1", "1").items() if name == "random"]
    wrong = next(it for it in "ABCD" if it != right)
    rest = keyed(paper, "1", "2")
    assert total(paper, rest | {("1(b)", "random"): wrong}) == (earned, 5)
    assert total(paper, rest | {("1(b)", "random"): right}) == (4, 5)
    for nothing in ("", "I don't know", "?"):
        assert total(paper, rest | {("1(b)", "random"): nothing}) == (3, 5)
    assert total(paper, rest | {("1(a)", "updates"): "-7"}) == (3, 5)  # is no choice


def test_not_knowing_may_earn() -> None:
    """What "I don't know" earns is as the paper says, and without the paper's offer it is an answer like another."""
    answers = {("1(b)", "random"): "I don’t know."}
    assert total(plan({"problem": CHOICE, "penalty": 1, "dont_know": 0.25}), answers) == (0.25, 2)
    report = mark_paper(plan({"problem": CHOICE}), Submission("s", "common:1", dict(answers)))
    assert [mark.verdict.status for mark in report.marks] == ["blank", "unreadable"]
    assert not any(map(says_dont_know, ("A", "no", "none", "yes", "")))


def test_an_honor_code_that_is_not_required() -> None:
    """Where the honor code is not required, only its own marks are lost without it."""
    signed = [{"kind": "honor_code", "marks": 1, "text": "I did."}, {"problem": SHAPE}]
    for required, marks in ((True, 0), (False, 3)):
        paper = plan(signed[0] | {"required": required}, signed[1])
        assert total(paper, keyed(paper, "1") | {("1", "honor_code"): "no"}) == (marks, 4)


# Pools and versions


def test_a_pool() -> None:
    """Each copy has as many parts of a pool as it says, under their own labels; all are drawn in equal shares."""
    paper = plan(parts(4, 4, 4, pool=1))
    copies = [paper.on_copy(f"1/s{i}") for i in range(300)]
    drawn = [copy.questions[0].body.groups[0].label for copy in copies]
    assert all(len(copy.questions[0].body.groups) == 1 and copy.marks == paper.marks == 4 for copy in copies)
    counts = [drawn.count(label) for label in ("1(a)", "1(b)", "1(c)")]
    assert sum(counts) == 300
    assert sum([(it - 100) ** 2 / 100 for it in counts]) < 13.8
    reports = [
        mark_paper(paper, Submission(f"s{i}", "1", keyed(paper, f"1/s{i}"))) for i in range(12)
    ]  # fmt: skip
    assert {(report.total, report.out_of) for report in reports} == {(4, 4)}
    found = statistics(paper, reports)
    assert found.alpha is None
    assert sum([sum(it.statuses.values()) for it in found.answers if it.answer == "shape"]) < 12


def test_neighbors_have_other_versions() -> None:
    """Where rows and seats are known, no two neighbors have one version; else versions go round."""
    paper = plan({"problem": SHAPE}, versions=["A", "B", "C"])
    seats = [(row, seat) for row in range(1, 6) for seat in range(1, 7)]
    room = dict(
        zip(seats, dealt(paper, [Student(f"s{r}-{s}", row=f"{r}", seat=f"{s}") for r, s in seats]), strict=True)
    )
    assert all(room[row, seat] != room.get((row, seat + 1)) for row, seat in seats)
    assert all(room[row, seat] != room.get((row + 1, seat)) for row, seat in seats)
    assert dealt(paper, [Student(f"s{i}") for i in range(4)]) == ["A", "B", "C", "A"]


PAPER = """
title = "Quiz"
versions = ["A", "B"]
logo = "logo.svg"

[[question]]
pool = 1
[[question.part]]
problem = "convolution/output_shape"
[[question.part]]
problem = "optimizers/sgd_randomness"
marks = 3

[[question]]
problem = "optimizers/sgd_randomness"
penalty = 0.5
dont_know = true
space = 0
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "quiz.toml").write_text(PAPER, "utf-8")
    (tmp_path / "logo.svg").write_text(LOGO, "utf-8")
    (tmp_path / "roster.csv").write_text("student\ns1\ns2\ns3\n", "utf-8")
    return tmp_path


@pytest.mark.parametrize("roster", [True, False])
def test_versions_from_paper_to_marks(folder: Path, roster: bool) -> None:
    """Copies of one version are alike, versions differ; answers.csv filled in with the keys earns all the marks."""
    out, page = folder / "out", folder / "quiz.toml"
    who = ["--roster", f"{folder / 'roster.csv'}"] if roster else []
    run = CliRunner()
    made = run.invoke(
        app, ["paper", f"{page}", "--seed", "w", "--out", f"{out}", "--format", "md", "--jobs", "1", *who]
    )
    assert made.exit_code == 0, made.output
    names = ("s1", "s3", "s2") if roster else ("A", "A", "B")
    one, same, other = [(out / f"quiz-{name}-key.md").read_text("utf-8") for name in names]
    assert one.replace("(s1)", "").replace("s1", "") == same.replace("s3", "")
    assert one != other
    assert "Version A" in one
    assert "Version B" in other
    paper = load_paper(f"{page}")
    rows = list(csv.DictReader((out / "answers.csv").read_text("utf-8").splitlines()))
    for row in rows:
        keys = keyed(paper, row["seed"].removeprefix("common:"))
        row["student"] = row["student"] or row["seed"][-1]
        row["text"] = keys[row["question"], row["answer"]]
    with (folder / "filled.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    args = ["mark", f"{page}", f"{folder / 'filled.csv'}", "--seed", "w", "--out", f"{folder / 'marks'}", "--json"]
    marked = run.invoke(app, args)
    assert marked.exit_code == 0, marked.output
    students = json.loads(marked.stdout)["students"]
    assert {(it["marks"], it["out_of"]) for it in students} == {(5, 5)}
    assert len(students) == (3 if roster else 2)


def test_a_seed_of_no_version(folder: Path) -> None:
    """A row whose seed names no version, or a question that its copy has not, is broken: no other copy is marked."""
    paper = load_paper(f"{folder / 'quiz.toml'}")
    (asked,) = [group.label for group in paper.on_copy("w/A").questions[0].body.groups]
    lacking = {"1(a)": "1(b)i", "1(b)": "1(a)"}[asked]
    name = {"1(b)i": "updates", "1(a)": "shape"}[lacking]
    rows = ["student,seed,question,answer,text", "s1,w,2(b),random,A", f"s2,common:w/A,{lacking},{name},1",
            "s3,common:w/A,2(b),random,A"]  # fmt: skip
    (folder / "a.csv").write_text("\n".join(rows), "utf-8")
    made = CliRunner().invoke(
        app, ["mark", f"{folder / 'quiz.toml'}", f"{folder / 'a.csv'}", "--out", f"{folder / 'm'}"]
    )
    assert made.exit_code == 2
    assert "common:2026/A or common:2026/B" in made.stderr
    assert f"the copy of s2 has no {lacking}" in made.stderr


# What is printed


def test_rules_are_told(folder: Path) -> None:
    """Each rule of the marks stands on the page, in print, on the web and in Markdown, with its squares."""
    questions = [
        parts(4, 4, 4, choose=2),
        {"problem": CHOICE, "penalty": 0.5, "dont_know": True, "bonus": True, "space": 0},
    ]
    paper = plan(*questions, {"problem": SHAPE}, date="12 March 2027", duration=50)
    copy = make_copy(paper, "1")
    shown = {
        "pdf": words_in(pdf(copy, solutions=False), folder), "html": html(copy, solutions=False),
        "md": markdown(copy, solutions=False),
    }  # fmt: skip
    for form, text in shown.items():
        for told in ("2 count: those that earn you most", "A wrong choice takes 0.5 points off", "come on top",
                     "50 minutes", "12 March 2027"):  # fmt: skip
            assert told in text, (form, told)
        assert "I don" in text
        assert "bonus" in text


def spaces_of(copy: Copy, *, solutions: bool = False) -> list[Place]:
    return [it for it in places(copy, solutions=solutions) if it.kind == "space" and it.question]


def test_the_first_page(folder: Path) -> None:
    """Cover lines, date, logo, language and page breaks are as the file says; without a cover the questions follow."""
    entry = {"lang": "de", "cover_fields": ["student", "Tutor: {section}"], "notice": "", "date": "12. März"}
    copy = make_copy(plan({"problem": SHAPE}, **entry), "1", Student("s7", section="G5"))
    words = words_in(pdf(copy, solutions=False), folder)
    assert "Tutor: G5" in words
    assert "Matrikelnummer in DRUCKSCHRIFT: s7" in words
    assert "Seite 1 von 3" in words
    assert "12. März" in words
    assert "PRINT" not in words
    assert "Sitz" not in words
    assert "Doodle" not in words
    without = plan({"problem": SHAPE}, {"problem": STACK, "page_break": True}, cover=False, last_page=False)
    boxes = spaces_of(make_copy(without, "1"))
    assert [box.page for box in boxes] == [1, 2, 2]
    assert "continued" not in words_in(pdf(make_copy(without, "1"), solutions=False), folder)
    breaks = plan({"problem": SHAPE}, {"problem": SHAPE}, page_breaks="questions", cover=False)
    assert [box.page for box in spaces_of(make_copy(breaks, "1"))] == [1, 2]


@pytest.mark.parametrize("form", ["png", "jpeg"])
def test_a_logo_of_pixels(folder: Path, form: str) -> None:
    """A logo may be a PNG or JPEG, and stands on the first page; one that is no picture is named."""
    made = io.BytesIO()
    Image.new("RGB", (40, 20), "red").save(made, form)
    (folder / f"logo.{form}").write_bytes(made.getvalue())
    (folder / "quiz.toml").write_text(PAPER.replace("logo.svg", f"logo.{form}"), "utf-8")
    copy = make_copy(load_paper(f"{folder / 'quiz.toml'}"), "1")
    page = Image.open(io.BytesIO(rasters(copy, solutions=False, ppi=36)[0])).convert("RGB")
    assert any(
        [red > 150 and green < 60 and blue < 60 for red, green, blue in zip(*[iter(page.tobytes())] * 3, strict=True)]
    )
    (folder / f"logo.{form}").write_bytes(b"\xff\xd8 no picture")
    with pytest.raises(MarkschemeError, match=f"logo.{form}: this is neither a PNG nor a JPEG"):
        pdf(copy, solutions=False)


def test_no_space_to_work_in() -> None:
    """`space = 0` prints blanks alone, at the same places in the key, whose working stands in the appendix."""
    paper = plan({"problem": SHAPE, "space": 0}, {"problem": CHOICE, "space": 0})
    copy = make_copy(paper, "1")
    blank, key = (spaces_of(copy, solutions=solutions) for solutions in (False, True))
    assert blank == key
    assert max([box.height for box in blank]) < 20


TWO = {"part": [{"problem": SHAPE}, {"problem": SHAPE}]}
BROKEN: list[tuple[list[dict[str, Any]], dict[str, Any], str]] = [
    ([TWO | {"choose": 2}], {}, "choose = 2 of 2 parts leaves none out"),
    ([TWO | {"choose": 1, "pool": 1}], {}, "'choose' is the student's choice, 'pool' the seed's"),
    ([TWO | {"counts": "first"}], {}, "'counts' says which parts count, and 'choose' is not given"),
    ([parts(4, 3, choose=1)], {}, "(a) has 4 and (b) 3: give each its 'marks'"),
    ([parts(4, 3, pool=1)], {}, "what 'pool' is of carries the same marks"),
    ([{"problem": SHAPE, "choose": 1}], {}, "'choose' is for what has parts"),
    ([{"part": [{"problem": SHAPE}], "pool": 1}], {}, "'pool' is of several parts, and here is one"),
    ([{"part": [{"problem": SHAPE}, {"problem": SHAPE, "bonus": True}], "choose": 1}], {}, "either all is 'bonus'"),
    ([{"problem": SHAPE, "bonus": True}], {}, "everything is 'bonus'"),
    ([TWO | {"bonus": True, "part": [{"problem": SHAPE, "bonus": True}, {"problem": SHAPE}]}], {}, "'bonus' already"),
    ([{"problem": SHAPE, "penalty": 1}], {}, "nothing here is a choice"),
    ([{"problem": CHOICE, "floor": -1}], {}, "'floor' is of a 'penalty', and none is beside it"),
    ([{"problem": CHOICE, "dont_know": True}], {}, "give a 'penalty' as well, or leave it out"),
    ([{"problem": CHOICE, "dont_know": 1, "penalty": 1}], {}, "would earn 1, and a right random earns 1"),
    ([{"problem": GROUPING, "penalty": 1, "scoring": "net-correct"}], {}, "give one of them"),
    ([{"part": [{"problem": CHOICE, "penalty": 1}, {"problem": CHOICE}], "penalty": 1}], {}, "'penalty' already"),
    ([{"problem": PROOF, "space": 0}], {}, "space = 0 leaves no room to write proof into"),
    ([{"problem": SHAPE}], {"versions": ["A"]}, "versions are two or more different names"),
    ([{"problem": SHAPE}], {"versions": ["A", "b/c"]}, "up to 12 letters and digits, not 'b/c'"),
    ([{"problem": SHAPE}], {"versions": ["A", "a"]}, "versions are two or more different names"),
    ([{"problem": SHAPE, "published": "i"}], {"versions": ["A", "B"]}, "versions A and B would be alike"),
    ([{"problem": SHAPE}], {"cover": False, "notice": "Go"}, "'notice' is of a cover, and 'cover' is false"),
    ([{"problem": SHAPE}], {"cover_fields": ["studnt"]}, "a label of your own ends in a colon"),
    ([{"problem": SHAPE}], {"cover_fields": ["Group: {sectoin}"]}, "is none of 'location'"),
    ([{"problem": SHAPE}], {"logo": "none.svg"}, "there is no .svg, .png, .jpg, .jpeg file 'none.svg' beside it"),
    ([{"problem": SHAPE}] * 2, {"choose": [{"questions": [1, 3], "count": 1}]}, "there is no question 3"),
    ([{"problem": SHAPE}] * 2, {"choose": [{"questions": [1, 2], "count": 2}]}, "count = 2 leaves none out"),
    ([{"problem": SHAPE}, {"problem": STACK}], {"choose": [{"questions": [1, 2], "count": 1}]}, "question 1 has 3"),
    ([{"problem": SHAPE, "required": False}], {}, "'required' is of section 0 alone"),
]  # fmt: skip


@pytest.mark.parametrize(("questions", "entry", "said"), BROKEN, ids=[said for _, _, said in BROKEN])
def test_rules_that_cannot_hold(questions: list[dict[str, Any]], entry: dict[str, Any], said: str) -> None:
    """Rules that contradict each other, or say nothing, are named before anything is printed."""
    with pytest.raises(MarkschemeError) as caught:
        plan(*questions, **entry)
    assert said in str(caught.value)
