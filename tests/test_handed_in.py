"""To whom a row belongs: what a spreadsheet or a platform makes of ids and seeds costs nobody a mark."""

from __future__ import annotations

import csv
import io
import json
import os
import sys
from pathlib import Path
from random import Random
from subprocess import run as run_process

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.spreadsheet import passed_on, saved
from markscheme.core.errors import MarkschemeError
from markscheme.marking.gradebook import mark_class, totals_csv
from markscheme.marking.report import report_page
from markscheme.marking.roll import Roll
from markscheme.marking.submissions import HandedIn, empty_answers, hand_in, unmatched_csv
from markscheme.paper.files import UNFINISHED, file_names, folded, locked, recover, write_all, write_whole, writing
from markscheme.paper.manifest import (
    NAME,
    Manifest,
    PrintedCopy,
    alike,
    as_printed,
    entry_of,
    numbers_of,
    question_codes,
    read_manifest,
)
from markscheme.paper.plan import Paper, load_paper
from markscheme.paper.roster import Student, columns_not_read, read_roster
from markscheme.paper.spreadsheets import may_have_been

SCHEMAS = Path(__file__).parents[1] / "docs" / "schema"
SHAPE = "convolution/output_shape"
HEAD = "student,seed,question,answer,text\n"
TOML = f'title = "Quiz"\n[[question]]\nproblem = "{SHAPE}"\n'
IDS = ["007", "0042", "1e5", "3-4", "zoé", "s2", "@bob", "-ann", "+1", "12E3", "mar-7", "1234567890123456", "5.10"]


def printed(folder: Path, ids: list[str], seed: str = "2026", toml: str = TOML) -> tuple[Paper, Manifest]:
    """A paper in a folder, and the manifest that printing it for a class leaves."""
    page = folder / "quiz.toml"
    page.write_text(toml, "utf-8")
    paper = load_paper(str(page))
    copies = [
        PrintedCopy(code=seed, student=it, seed=f"{seed}/{it}", numbers=numbers_of(paper.items(f"{seed}/{it}")))
        for it in ids
    ]
    manifest = Manifest(
        paper="quiz", seed=seed, entry=entry_of(paper.entry), questions=question_codes(paper), copies=tuple(copies)
    )
    (folder / NAME).write_bytes(manifest.as_bytes())
    return paper, manifest


def key(paper: Paper, seed: str) -> dict[tuple[str, str], str]:
    """The key of a copy as a student would write it."""
    items = paper.items(seed)
    return {
        (space.label, answer.name): answer.kind.write(items[space.slot.label].key[answer.name])
        for space in paper.spaces
        for answer in space.answers
    }


def handed(folder: Path, paper: Paper, manifest: Manifest | None, rows: list[tuple[str, ...]], **more: str) -> HandedIn:
    """What rows of answers say."""
    page = folder / "answers.csv"
    with page.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([HEAD.strip().split(","), *rows])
    return hand_in(page, paper, Roll(manifest, None, more.get("seed")))


@pytest.fixture(scope="module")
def quiz(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Paper, Manifest]:
    """A class of odd ids."""
    folder = tmp_path_factory.mktemp("quiz")
    return folder, *printed(folder, IDS)


# Ids


@pytest.mark.parametrize("locale", ["us", "eu"])
def test_a_spreadsheet_costs_nobody_a_mark(quiz: tuple[Path, Paper, Manifest], locale: str) -> None:
    """A class file that a spreadsheet saved again is marked as if it had not been, and how ids were read is said."""
    folder, paper, manifest = quiz
    rows = [
        (saved(it, locale), saved("2026", locale), *place, text)
        for it in IDS for place, text in key(paper, f"2026/{it}").items()
    ]  # fmt: skip
    found = handed(folder, paper, manifest, rows)
    assert not found.broken
    assert not found.unmatched
    reports = list(mark_class(paper, found.submissions))
    assert [report.student for report in reports] == IDS
    assert {report.total == report.out_of for report in reports} == {True}
    assert "7 as 007" in found.said[0]


ODD = st.from_regex(r"[0-9a-eE]{1,4}|[0-9]{1,2}-[0-9]{1,2}|[aAkK]{1,2}", fullmatch=True)


@given(st.sets(st.sampled_from(IDS) | ODD, min_size=2), st.data())
def test_nobody_gets_anothers_answers(ids: set[str], data: st.DataObject) -> None:
    """Whatever became of the ids of a class, and whoever is absent, a row is its own student's or nobody's."""
    present = data.draw(st.lists(st.sampled_from(sorted(ids)), unique=True, min_size=1))
    rng = Random(data.draw(st.integers(0, 10**6)))
    locale = rng.choice(["us", "eu"])
    spoiled = {it: (saved(it, locale) if rng.random() < 0.7 else passed_on(it, rng)).strip() for it in present}
    roll = Roll(students=ids)
    roll.match(spoiled.values())
    for it, cell in spoiled.items():
        place = roll.place_of(cell, "")
        assert isinstance(place, str) or place.student == it, (it, cell)


@pytest.mark.parametrize("text", ["8", "s3", "1E+06", "5-Mar", "zoe", "", "nobody", "x" * 5000])
def test_a_stranger_waits(quiz: tuple[Path, Paper, Manifest], text: str) -> None:
    """An id that no copy has is marked as nobody's: it waits by name, with the ids nearest to it, or is broken."""
    folder, paper, manifest = quiz
    found = handed(folder, paper, manifest, [(text, "2026", "1", "shape", "[1]"), ("s2", "2026", "1", "shape", "[1]")])
    assert [it.student for it in found.submissions] == ["s2"]
    assert len(found.unmatched) + len(found.broken) == 1
    if found.unmatched:
        (row,) = csv.DictReader(io.StringIO(unmatched_csv(found.unmatched)))
        assert (row["student"], row["text"]) == (text, "[1]")
        assert "has no copy" in row["why"]
    if text == "s3":
        assert found.unmatched[0].nearest == ("s2",)


@pytest.mark.parametrize(
    ("ids", "text"), [(["7", "007"], "07"), (["1e2", "100"], "1.00E+02"), (["3-4", "4-3"], "4-Mar"), (["a", "A"], "Ａ")]
)
def test_several_may_be_meant(tmp_path: Path, ids: list[str], text: str) -> None:
    """Where two ids may have become what is there, neither is marked, nor is one of them whose twin is not there."""
    paper, manifest = printed(tmp_path, ids)
    rows = [(it, "", "1", "shape", it) for it in (text, *ids)]
    found = handed(tmp_path, paper, manifest, rows)
    assert [(it.student, it.answers["1", "shape"]) for it in found.submissions] == [(it, it) for it in ids]
    assert f"may be {' or '.join(sorted(map(repr, ids)))}" in found.unmatched[0].why
    alone = handed(tmp_path, paper, manifest, rows[1:2])
    assert not alone.submissions
    assert "write '2026/" in alone.unmatched[0].why
    sure = handed(tmp_path, paper, manifest, [(ids[0], f"2026/{ids[0]}", "1", "shape", "x")])
    assert [it.student for it in sure.submissions] == ids[:1]


def test_two_spellings_of_one_student_wait(quiz: tuple[Path, Paper, Manifest]) -> None:
    """Beside an exact id its other spellings are not taken, for they may be somebody else's."""
    folder, paper, manifest = quiz
    found = handed(folder, paper, manifest, [("007", "", "1", "shape", "x"), ("7", "", "1", "shape", "y")])
    assert [(it.student, it.answers["1", "shape"]) for it in found.submissions] == [("007", "x")]
    assert "007 stands in the file too" in found.unmatched[0].why
    found = handed(folder, paper, manifest, [("7", "", "1", "shape", "x"), ("07", "", "1", "shape", "y")])
    assert (found.submissions, len(found.unmatched)) == ([], 2)


def test_ids_come_back_as_they_were_written(quiz: tuple[Path, Paper, Manifest]) -> None:
    """The empty answers.csv has no id that a spreadsheet runs, and each is read as the student's."""
    folder, paper, manifest = quiz
    rows = list(csv.reader(io.StringIO(empty_answers(paper, "2026", [Student(it) for it in IDS]))))[1:]
    assert not [row[0] for row in rows if row[0][0] in "=@+-"]
    found = handed(folder, paper, manifest, [tuple(row) for row in rows])
    assert [it.student for it in found.submissions] == IDS


# Seeds


@pytest.mark.parametrize(
    ("seed", "cell"),
    [
        ("2026-11-28", "11/28/2026"),
        ("2026-11-28", "28.11.2026"),
        ("jul-26", "26-Jul"),
        ("1e5", "1.00E+05"),
        ("07", "7"),
    ],
)
def test_a_seed_that_a_spreadsheet_changed(tmp_path: Path, seed: str, cell: str) -> None:
    """With the manifest it is the seed that was printed; without one the rows wait, unless they look unchanged."""
    paper, manifest = printed(tmp_path, ["s1"], seed)
    rows = [("s1", cell, *place, text) for place, text in key(paper, f"{seed}/s1").items()]
    found = handed(tmp_path, paper, manifest, rows)
    (report,) = mark_class(paper, found.submissions)
    assert report.total == report.out_of
    assert f"{cell} as {seed}" in " ".join(found.said)
    bare = handed(tmp_path, paper, None, rows)
    assert bool(bare.unmatched) == (cell != "7")
    assert handed(tmp_path, paper, None, rows, seed=seed).submissions[0].copy_seed == f"{seed}/s1"


def test_a_seed_that_was_not_printed_waits(quiz: tuple[Path, Paper, Manifest]) -> None:
    """A seed of no printed copy marks nobody; an empty one is the copy's."""
    folder, paper, manifest = quiz
    found = handed(folder, paper, manifest, [("s2", "2025", "1", "shape", "x"), ("zoé", "", "1", "shape", "y")])
    assert [it.student for it in found.submissions] == ["zoé"]
    assert "no copy of the seed '2025' was printed for 's2', but one of '2026'" in found.unmatched[0].why


# What was printed


def test_answers_belong_to_what_was_printed(tmp_path: Path) -> None:
    """A question inserted after printing moves no answer: the paper is marked as it was, and the difference is said."""
    paper, _ = printed(tmp_path, ["s1"])
    answers = key(paper, "2026/s1")
    page = tmp_path / "quiz.toml"
    page.write_text(TOML.replace("[[question]]", f'[[question]]\nproblem = "{SHAPE}"\nseed = "x"\n[[question]]', 1))
    again, manifest, said = as_printed(str(page), tmp_path)
    assert f"1 ({SHAPE}) is new, and was not printed" in said
    found = handed(tmp_path, again, manifest, [("s1", "2026", *place, text) for place, text in answers.items()])
    (report,) = mark_class(again, found.submissions)
    assert (report.total, report.out_of) == (3, 3)


def test_a_changed_problem_stops(tmp_path: Path) -> None:
    """Other versions, answers or numbers of a problem than were printed stop marking, with the difference."""
    _, manifest = printed(tmp_path, ["s1"])
    page = str(tmp_path / "quiz.toml")
    older = manifest.questions[0].model_copy(update={"version": 9, "code": "X"})
    (tmp_path / NAME).write_bytes(manifest.model_copy(update={"questions": (older,)}).as_bytes())
    with pytest.raises(MarkschemeError, match=f"printed from {SHAPE}, version 9, and here is version 1"):
        as_printed(page, tmp_path)
    fewer = manifest.questions[0].model_copy(update={"answers": ("size",), "code": "X"})
    (tmp_path / NAME).write_bytes(manifest.model_copy(update={"questions": (fewer,)}).as_bytes())
    with pytest.raises(MarkschemeError, match="asked size, and asks shape now"):
        as_printed(page, tmp_path)
    other = manifest.copies[0].model_copy(update={"numbers": "0"})
    (tmp_path / NAME).write_bytes(manifest.model_copy(update={"copies": (other,)}).as_bytes())
    paper, manifest, _ = as_printed(page, tmp_path)
    found = handed(tmp_path, paper, manifest, [("s1", "2026", "1", "shape", "x")])
    with pytest.raises(MarkschemeError, match="numbers of s1's copy are not those that were printed"):
        list(mark_class(paper, found.submissions))


def test_the_manifest_is_of_its_schema(quiz: tuple[Path, Paper, Manifest]) -> None:
    """A manifest is of the published form, and is read as it was written; what is none is one line."""
    folder, _, manifest = quiz
    schema = json.loads((SCHEMAS / "manifest.json").read_text("utf-8"))
    jsonschema.validate(json.loads(manifest.as_bytes()), schema)
    assert schema == Manifest.model_json_schema(by_alias=True)
    assert read_manifest(folder) == manifest
    for junk in (b"", b"{}", b"\xff", b"[1]", manifest.as_bytes()[:-20]):
        (folder / "junk.json").write_bytes(junk)
        with pytest.raises(MarkschemeError, match=r"junk\.json is no manifest"):
            read_manifest(folder / "junk.json")


def test_codes_hang_on_what_is_asked(tmp_path: Path) -> None:
    """A question's code is the same wherever it stands, and another as soon as it asks something else."""
    more = TOML + '[[question]]\nproblem = "attention/linear_rnn"\n'
    for text in (TOML, more, more + "knobs = { size = 3 }\n", more + "published = true\n", more + 'seed = "7"\n'):
        (tmp_path / "quiz.toml").write_text(text)
    papers: list[Paper] = []
    for i, text in enumerate((TOML, more, more + "published = true\n", more + 'seed = "7"\n', more + "marks = 7\n")):
        page = tmp_path / f"{i}.toml"
        page.write_text(text)
        papers.append(load_paper(str(page)))
    first, both, published, seeded, scaled = [[it.code for it in question_codes(paper)] for paper in papers]
    assert {codes[0] for codes in (first, both, published, seeded, scaled)} == {first[0]}
    assert len({both[1], published[1], seeded[1]}) == 3
    assert scaled[1] == both[1]


def test_identical_copies_are_found(tmp_path: Path) -> None:
    """Copies that were to differ and do not are named."""
    paper, manifest = printed(tmp_path, ["s1", "s2"])
    assert not alike(manifest.copies)
    same = numbers_of(paper.items("x"))
    copies = [PrintedCopy(code="2026", student=f"s{i}", seed=f"2026/s{i}", numbers=same) for i in range(3)]
    assert alike(copies) == [["s0", "s1", "s2"]]


# Folders


def test_a_folder_opens_its_own_files_alone(tmp_path: Path, quiz: tuple[Path, Paper, Manifest]) -> None:
    """In a folder of hand-ins no link, pipe or device is opened; each is named, and the files beside it are read."""
    _, paper, manifest = quiz
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "s2.csv").write_text("question,answer,text\n1,shape,x\n")
    (folder / "zoé.csv").symlink_to("/etc/hostname")
    (folder / "007.csv").symlink_to("/dev/zero")
    os.mkfifo(folder / "0042.csv")
    found = hand_in(folder, paper, Roll(manifest))
    assert [it.student for it in found.submissions] == ["s2"]
    said = {it.file: it.complaint for it in found.broken}
    assert said.keys() == {"zoé.csv", "007.csv", "0042.csv"}
    assert "it is a link" in said["007.csv"]
    assert "a device" in said["0042.csv"]


@pytest.mark.parametrize(
    ("stem", "student"),
    [
        ("Ada_Lovelace_0042_submission", "0042"),
        ("3-4", "3-4"),
        ("bob_s2_3-4", None),
        ("x_ZOÉ", None),
        ("zoé-final", "zoé"),
    ],
)
def test_names_of_hand_ins(quiz: tuple[Path, Paper, Manifest], stem: str, student: str | None) -> None:
    """A platform's file name is the one student whose id is among its pieces; with several, or none, it waits."""
    roll = Roll(quiz[2])
    assert roll.of_file(stem) == (student or stem)


def test_a_file_without_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file larger than the most is refused by name before it is read whole."""
    monkeypatch.setattr("markscheme.paper.tables.MOST_BYTES", 1000)
    (tmp_path / "roster.csv").write_text("student\n" + "s\n" * 2000)
    with pytest.raises(MarkschemeError, match=r"roster\.csv is larger than"):
        read_roster(tmp_path / "roster.csv")


def test_one_cell_does_not_break_without_end(tmp_path: Path) -> None:
    """Of a file in which a quote breaks row after row reading ends, with the first that is too many."""
    (tmp_path / "roster.csv").write_text("student,last\n" + 's,"x"y\n' * 5000)
    with pytest.raises(MarkschemeError, match="more than 1000 broken rows"):
        read_roster(tmp_path / "roster.csv")


# Ids and files


@pytest.mark.parametrize("odd", ["x" * 65, "a/b", "..", "a\x1bb", "a b", "x-key", "=1", "a\u202eb"])
def test_ids_that_may_not_be(tmp_path: Path, odd: str) -> None:
    """An id that would make trouble in a file's name, a sheet or a terminal is a broken row of the roster."""
    (tmp_path / "roster.csv").write_text(f"student\n{odd}\ns1\n", "utf-8")
    students, broken = read_roster(tmp_path / "roster.csv")
    assert [it.student for it in students] == ["s1"]
    assert "\x1b" not in str(broken[0])


def test_accents_of_ids_are_composed(tmp_path: Path) -> None:
    """A roster from a Mac, whose accents are signs of their own, has the same ids."""
    (tmp_path / "roster.csv").write_text("student\nzoe\u0301\n", "utf-8")
    assert [it.student for it in read_roster(tmp_path / "roster.csv")[0]] == ["zoé"]


@given(
    st.lists(st.text(max_size=90) | st.sampled_from(["s2", "S2", "CON", "con.x", "K", "\u212a", "é", "e\u0301", "."]))
)
def test_names_of_files(ids: list[str]) -> None:
    """Ids become names of files of which no two are one file, and none is a device, on any system."""
    names = file_names(ids)
    assert len({folded(it) for it in names}) == len(ids)
    for name in names:
        assert 0 < len(name.encode()) <= 190
        assert name.isprintable()
        assert not set(name) & set('/\\:*?"<>|')
        assert name.partition(".")[0].casefold() not in {"con", "lpt1", "nul"}


def test_absent_students_are_told(quiz: tuple[Path, Paper, Manifest]) -> None:
    """Who had a copy and handed nothing in stands in the totals, without marks, and in the report."""
    folder, paper, manifest = quiz
    found = handed(folder, paper, manifest, [("s2", "", "1", "shape", "x")])
    reports = list(mark_class(paper, found.submissions))
    absent = Roll(manifest).absent(["s2"])
    assert set(absent) == set(IDS) - {"s2"}
    rows = list(csv.DictReader(io.StringIO(totals_csv(reports, absent))))
    assert {row["note"] for row in rows[1:]} == {"nothing was handed in"}
    assert {row["marks"] for row in rows[1:]} == {""}
    assert "1234567890123456" in report_page(paper, reports, absent)


def test_what_may_have_been_is_no_guess() -> None:
    """Words that differ in more than what spreadsheets and systems change are not taken for one another."""
    for cell, word in [
        ("8", "007"),
        ("4-Mar", "4-5"),
        ("zoe", "zoé"),
        ("s1", "s2"),
        ("1E+05", "1e6"),
        ("12/11/2026", "2026-11-28"),
    ]:
        assert not may_have_been(cell, word)


# Killed

KILLED = """
import os, signal, sys
from pathlib import Path
from markscheme.paper import files

def attempt(folder, at):
    '''Write new files over old ones, and be killed at the system call of a number.'''
    calls = iter(range(at + 1))
    def counted(function):
        def call(*arguments, **named):
            if next(calls, at) >= at:
                os.kill(os.getpid(), signal.SIGKILL)
            return function(*arguments, **named)
        return call
    for name in ("replace", "unlink", "mkdir", "write_text"):
        setattr(Path, name, counted(getattr(Path, name)))
    files.write_all({folder / name: b"new" for name in ("a", "b", "sub/c", "d")})

root = Path(sys.argv[1])
for at in range(40):
    folder = root / str(at)
    (folder / "sub").mkdir(parents=True)
    for name in ("a", "b", "sub/c"):
        (folder / name).write_bytes(b"old")
    child = os.fork()
    if child == 0:
        attempt(folder, at)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if not os.WIFSIGNALED(status):
        print(at)
        break
"""


def test_killed_anywhere(tmp_path: Path) -> None:
    """Killed at any moment a command leaves all files old or all new once the next one looks, and nothing beside."""
    ran = run_process([sys.executable, "-c", KILLED, tmp_path], capture_output=True, text=True, check=True)
    moments = int(ran.stdout)
    assert moments > 8
    states: set[tuple[bytes, ...]] = set()
    for at in range(moments):
        folder = tmp_path / str(at)
        with locked(folder):  # a killed process keeps no lock
            recover(folder)
        found = {str(it.relative_to(folder)): it.read_bytes() for it in folder.rglob("*") if it.is_file()}
        states.add(tuple(found.values()))
        assert found.keys() in ({"a", "b", "sub/c"}, {"a", "b", "sub/c", "d"})
        assert len(set(found.values())) == 1, (at, found)
        assert not (folder / UNFINISHED).exists()
    assert {b"old", b"new"} == {state[0] for state in states}


def test_two_commands_in_one_folder(tmp_path: Path) -> None:
    """The second of two commands that write into one folder is refused, and leaves nothing; then it may."""
    with writing(tmp_path / "out") as files:
        files.add("a", b"1")
        with pytest.raises(MarkschemeError, match="another command writes there"), writing(tmp_path / "out"):
            pytest.fail("both write")
    assert [it.name for it in (tmp_path / "out").iterdir()] == ["a"]
    write_all({tmp_path / "out" / "b": b"2"})


def test_an_error_leaves_no_folder(tmp_path: Path) -> None:
    """A command that fails leaves neither files nor the folders that it made."""

    def fail() -> None:
        with writing(tmp_path / "a" / "b") as files:
            files.add("x/y", b"1")
            raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        fail()
    assert not list(tmp_path.iterdir())


def test_leftovers_of_a_single_file_go(tmp_path: Path) -> None:
    """What a killed process left of a file goes when the file is written again, unless it may still be written."""
    old, fresh = tmp_path / ".page.1.part", tmp_path / ".page.2.part"
    old.write_bytes(b"x")
    os.utime(old, (1, 1))
    fresh.write_bytes(b"x")
    write_whole(tmp_path / "page", b"1")
    assert sorted(it.name for it in tmp_path.iterdir()) == [".page.2.part", "page"]


# What others call the columns


@pytest.mark.parametrize(
    "head",
    [
        "Student ID,Last Name,First Name,Email Address,Extra Time,Large Print",
        "ID;Surname;Given name;E-Mail;extra_time;large_print",
        "Matrikelnummer\tNachname\tVorname\tMail\tZeitzuschlag\tlarge print",
        "student,last,first,email,extra time,Large_Print",
    ],
)
def test_heads_that_people_and_platforms_write(tmp_path: Path, head: str) -> None:
    """A roster is read by what its columns mean, whatever separates words and columns."""
    separator = next(it for it in ";\t," if it in head)
    page = tmp_path / "roster.csv"
    page.write_text(f"{head}\n{separator.join(['s1', 'Curie', 'Marie', 'm@example.org', '25%', 'yes'])}\n", "utf-8")
    students, broken = read_roster(page)
    assert not broken
    assert students == [Student("s1", "Curie", "Marie", email="m@example.org", extra_time="25%", large_print="yes")]
    assert columns_not_read(page) == []


def test_columns_that_mean_nothing_are_named(tmp_path: Path) -> None:
    """A column that is not read is named, with what it may be meant for; two for one thing stop."""
    page = tmp_path / "roster.csv"
    page.write_text("student,lagre_print,shoe size\ns1,yes,9\n")
    (said,) = columns_not_read(page)
    assert "'lagre_print' (for 'large_print'?), 'shoe size'" in said
    page.write_text("student,last name,surname\ns1,a,b\n")
    with pytest.raises(MarkschemeError, match="2 columns are called 'last': 'last name', 'surname'"):
        read_roster(page)
    page = tmp_path / "roster.jsonl"
    page.write_text('{"student": "s1", "last name": "a", "surname": "b"}\n')
    assert "two fields are called 'last'" in str(read_roster(page)[1][0])


@pytest.mark.parametrize(("said", "language"), [("de", "de"), ("German", "de"), ("", ""), ("klingon", None)])
def test_languages_of_a_roster(tmp_path: Path, said: str, language: str | None) -> None:
    """A language is a code or a name that there are words of; another one is a broken row."""
    (tmp_path / "roster.csv").write_text(f"student,language\ns1,{said}\n")
    students, broken = read_roster(tmp_path / "roster.csv")
    assert [it.language for it in students] == ([] if language is None else [language])
    assert [("klingon" in str(it)) for it in broken] == ([True] if language is None else [])
