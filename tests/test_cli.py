"""The command line: what each command prints, how it ends, and that a mistake costs one line and no file."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from openpyxl import load_workbook

import markscheme as ms
from markscheme.cli.main import Commands, main
from markscheme.sandbox import unavailable

COMMANDS = list(Commands.homes)
MARKSCHEME = Path(sys.executable).with_name("markscheme")


@dataclass(frozen=True)
class Ran:
    """What a run of the command line left."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Run: TypeAlias = Callable[..., Ran]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """The command line in this process, through `main`, as the script calls it."""

    def run_main(*arguments: str | Path) -> Ran:
        monkeypatch.setattr(sys, "argv", ["markscheme", *map(str, arguments)])
        capsys.readouterr()
        code: object = 0
        try:
            main()
        except SystemExit as stop:
            code = stop.code
        captured = capsys.readouterr()
        assert isinstance(code, int)
        return Ran(code, captured.out, captured.err)

    return run_main


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Each test runs in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def script(*arguments: str | Path, cwd: Path | None = None, **env: str) -> subprocess.CompletedProcess[str]:
    """The installed script in a process of its own."""
    return subprocess.run(
        [MARKSCHEME, *arguments], capture_output=True, text=True, check=False, cwd=cwd, env=os.environ | env
    )


def pages(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, with what is in it."""
    return {str(page.relative_to(folder)): page.read_bytes() for page in folder.rglob("*") if page.is_file()}


def assert_one_line(ran: Ran, *says: str) -> None:
    """A mistake of the user: exit code 2, nothing on stdout, one line on stderr that says what is wrong."""
    assert ran.code == 2, ran
    assert ran.out == ""
    assert ran.err.startswith("markscheme: ")
    assert ran.err.endswith("\n")
    assert ran.err.count("\n") == 1, ran.err
    for words in says:
        assert words in ran.err


# What commands print


@pytest.mark.parametrize("command", COMMANDS)
def test_help_teaches(run: Run, command: str) -> None:
    """`--help` says what the command does, and has an example that calls it."""
    ran = run(command, "--help")
    assert ran.code == 0
    assert f"Usage: markscheme {command}" in ran.out
    assert re.search(rf"\n +markscheme {command} *", ran.out.split("Example")[-1])
    assert run(command, "-h") == ran


@pytest.mark.parametrize("arguments", [(), ("--help",), ("-h",)])
def test_the_door(run: Run, arguments: tuple[str, ...]) -> None:
    """`markscheme` alone, like its --help, lists the commands with examples and shell completion."""
    ran = run(*arguments)
    assert (ran.code, ran.err) == (0, "")
    assert all(f"\n  {command} " in ran.out for command in COMMANDS)
    assert "Examples:" in ran.out
    assert "_MARKSCHEME_COMPLETE" in ran.out


def test_version(run: Run) -> None:
    """`--version` prints the package's version."""
    import markscheme  # noqa: PLC0415

    assert run("--version").out == f"markscheme, version {markscheme.__version__}\n"


def test_script_is_installed() -> None:
    """The script `markscheme` is installed, completes names of problems, and keeps stdout for results."""
    completed = script(_MARKSCHEME_COMPLETE="bash_complete", COMP_WORDS="markscheme show attention/lin", COMP_CWORD="2")
    assert "attention/linear_rnn" in completed.stdout
    wrong = script("lst")
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert wrong.stderr == "markscheme: there is no command 'lst'; did you mean 'list'?\n"


LIST = {"name", "version", "title", "source", "marks", "answers", "knobs", "published", "lab"}
SHOW = {"id", "posed"}
PROOF = {"problem", "proven", "items", "checks", "draws_per_item", "unchecked"}
FINDING = {"problem", "variant", "kind", "about", "printed", "computed", "holds", "evidence"}
VERDICT = {"status", "marks", "out_of", "reason", "sentence", "slips", "carried_from", "value", "agrees"}


@pytest.mark.parametrize(
    ("arguments", "fields", "code"),
    [
        ("list --json", LIST, 0),
        ("show attention/linear_rnn --json", SHOW, 0),
        ("show attention/linear_rnn --seed 7 --knob largest=3 --solution --json", SHOW | {"solved"}, 0),
        ("prove attention/linear_rnn convolution/output_shape --seeds 3 --jobs 1 --json", PROOF, 0),
        ("errata --json", FINDING, 0),
        ("errata eecs182-sp23 --json", FINDING, 0),
        ("verify 1/2 0.5 --json", VERDICT, 0),
        ("verify [1,2] [2,1] --json", VERDICT, 1),
        ("verify 3 (( --json", VERDICT, 1),
        ("doctor --json", {"what", "serves", "state", "found", "mend", "is_needed"}, 0),
    ],
)
def test_json(run: Run, arguments: str, fields: set[str], code: int) -> None:
    """With --json stdout is JSON alone: an object, or a list of objects, with the fields stated."""
    ran = run(*arguments.split())
    assert (ran.code, ran.err) == (code, "")
    rows: list[dict[str, object]] = ran.json if isinstance(ran.json, list) else [ran.json]
    assert rows
    assert all(set(row) == fields for row in rows)


def test_list(run: Run) -> None:
    """The list has every problem of the bank, as a table and as JSON."""
    names = [row["name"] for row in run("list", "--json").json]
    assert {"attention/linear_rnn", "convolution/output_shape"} <= set(names)
    shown = run("list").out
    assert all(name in shown for name in names)


@pytest.mark.parametrize("columns", [60, 80])
def test_list_on_a_narrow_terminal(run: Run, monkeypatch: pytest.MonkeyPatch, columns: int) -> None:
    """On a narrow terminal no line of the list is too long, and every name and every word stands whole."""
    monkeypatch.setenv("COLUMNS", str(columns))
    out = run("list").out
    assert max(map(len, out.splitlines())) <= columns
    for problem in ms.problems().values():
        assert f"\n{problem.name}\n" in f"\n{out}"
        assert {answer.name for answer in problem.asked} <= set(re.split(r"[\s,]+", out))


def test_errata(run: Run) -> None:
    """The errata of the built-in paper have k_3 as printed and as computed; every form has every finding."""
    found = run("errata", "eecs182-sp23", "--json").json
    assert [
        (row["printed"], row["computed"]) for row in found if row["about"] == "k_3" and row["kind"] == "answer"
    ] == [("[6, -1]", "[6, -2]")]
    assert {row["kind"] for row in found} == {"answer", "claim"}
    assert {row["kind"] for row in run("errata", "eecs182-sp23", "--discrimination", "--json").json} == {"slip"}
    assert all(row["holds"] and row["evidence"] for row in found)
    sheet = run("errata", "eecs182-sp23", "--format", "md").out
    assert sheet.count("\n| `") == len(found)
    assert run("errata", "eecs182-sp23", "--format", "md", "--out", "deep/errata.md").code == 0
    assert Path("deep/errata.md").read_text("utf-8").strip() == sheet.strip()
    assert "[6, -1]" in run("errata", "eecs182-sp23").out


def test_brackets_are_no_markup(run: Run) -> None:
    """What looks like markup in a table's cell is printed, not obeyed."""
    Path("a.csv").write_text("student,question,answer,text\n[/b],4(a),h_2,x\n[red]z,1,honor_code,[/i]\n", "utf-8")
    ran = run("mark", "eecs182-sp23", "a.csv", "--out", "out")
    assert ran.code == (0 if "4(a)" in Path("out/marks.csv").read_text("utf-8") else 2)
    assert "[red]z" in ran.out
    assert "[/i]" in ran.out


@pytest.mark.parametrize("target", ["plain", "markdown", "html", "latex", "typst"])
def test_show(run: Run, target: str) -> None:
    """The question is shown in every format, and its solution only when it is asked for."""
    question = run("show", "attention/linear_rnn", "--published", "--format", target)
    solved = run("show", "attention/linear_rnn", "--published", "--format", target, "--solution")
    assert question.code == solved.code == 0
    assert len(solved.out) > len(question.out) > 300
    assert "moved on by" in solved.out
    assert "moved on by" not in question.out


@pytest.fixture
def practice(run: Run, monkeypatch: pytest.MonkeyPatch, here: Path) -> Callable[..., Ran]:
    """`practice` with what a student types, line by line; the record is kept in the test's folder."""
    monkeypatch.setattr("markscheme.cli.practicing._page", lambda: here / "data" / "practice.jsonl")

    def practiced(*arguments: str, lines: str) -> Ran:
        monkeypatch.setattr(sys, "stdin", io.StringIO(lines))
        return run("practice", *arguments)

    return practiced


def test_practice(practice: Callable[..., Ran], here: Path) -> None:
    """An item is posed, answered, explained; another one is posed harder; what was done is kept, and shown."""
    item = ms.problem("convolution/output_shape").pose("practice 1")
    key = item.problem.answers["shape"].kind.write(item.key["shape"])
    ran = practice("convolution/output_shape", lines=f"?\n{key}\ns\nh\n\nx\nq\n")
    assert (ran.code, ran.err) == (0, "")
    assert "convolution/output_shape/1/practice 1\n" in ran.out
    assert "shape: right, 3 of 3 marks" in ran.out
    assert ran.out.count("kernel fits") == 2  # the hint, and the solution
    assert "practice 2?largest=80" in ran.out
    assert "shape: blank, 0 of 3 marks" in ran.out
    assert "'x' is none of these" in ran.out
    kept = [json.loads(line) for line in (here / "data" / "practice.jsonl").read_text().splitlines()]
    assert [(entry["item"], entry["marks"]) for entry in kept] == [
        ("convolution/output_shape/1/practice 1", 3), ("convolution/output_shape/1/practice 2?largest=80", 0)
    ]  # fmt: skip
    found = practice("--record", "--json", lines="").json
    assert [(row["problem"], row["items"], row["marks"], row["out_of"]) for row in found] == [
        ("convolution/output_shape", 2, 3, 6)
    ]
    assert "convolution/output_shape" in practice("--record", lines="").out


def test_practice_takes_the_least_practiced(practice: Callable[..., Ran]) -> None:
    """Without a name it takes what was practiced least, and never the same seed twice."""
    first = practice(lines="\n\n\n\n\n\no\n").out
    assert "attention/linear_rnn/1/practice 1" in first
    assert "backpropagation/computation_graph/2/practice 1" in first
    assert "attention/linear_rnn/1/practice 2" in practice("attention/linear_rnn", lines="").out
    assert "backpropagation/computation_graph/2/practice 1" in practice(lines="").out


def test_practice_hints_step_by_step(practice: Callable[..., Ran]) -> None:
    """Hints are the steps that lead to an answer, one by one, then its own reason, and never its value."""
    item = ms.problem("regularization/purification_range").pose("practice 1")
    key = item.problem.answers["lambda_range"].kind.write(item.key["lambda_range"])
    out = " ".join(practice("regularization/purification_range", lines="?\n" * 6).out.split())
    assert "keeps most: it is damped enough last" in out
    assert "That is all there is to say without the answer." in out
    assert key not in out


@pytest.mark.parametrize("lines", ["", "q\n", "\nq\n", "[1]\ne\ne\ne\nq\n"])
def test_practice_ends_quietly(practice: Callable[..., Ran], lines: str) -> None:
    """However input ends, practice ends without an error."""
    assert practice("convolution/output_shape", lines=lines).code == 0


def test_practice_outlives_a_broken_record(practice: Callable[..., Ran], here: Path) -> None:
    """Lines of the record that are none are passed over."""
    (here / "data").mkdir()
    (here / "data" / "practice.jsonl").write_text('nonsense\n{"item": 1}\n[]\n')
    assert practice("--record", lines="").out == "Nothing was practiced yet: markscheme practice\n"


def test_what_people_decide(run: Run, here: Path) -> None:
    """A rubric sheet goes out and comes back, what moved is told, and a sheet that is filled in is never emptied."""
    (here / "answers.csv").write_text("student,question,answer,text\ns1,1(b),why,they leak\ns1,1(a),A,zero\n")
    command = ("mark", "eecs182-sp23", "answers.csv", "--questions", "training/leakage", "--out", "marks")
    assert "marks/by_hand.csv" in run(*command).out
    sheet = here / "marks" / "by_hand.csv"
    rows = list(csv.DictReader(sheet.read_text().splitlines()))
    with sheet.open("w", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows([row | {"marks": row["out_of"], "who": "Ada"} for row in rows])
    before = pages(here)
    assert_one_line(run(*command), "marks/by_hand.csv is filled in, and would be emptied")
    assert pages(here) == before
    sheet.rename(here / "decided.csv")
    ran = run(*command, "--by-hand", "decided.csv")
    assert (ran.code, "1 answer moved" in ran.out) == (0, True)
    assert not sheet.exists()
    (moved,) = csv.DictReader((here / "marks" / "moved.csv").read_text().splitlines())
    assert (moved["before"], moved["after"]) == ("0 (by hand)", "8 (by hand)")
    assert "No answers moved" in run(*command, "--by-hand", "decided.csv").out


def test_sheets_as_xlsx(run: Run, here: Path) -> None:
    """by_hand.xlsx goes out, comes back filled in, and is never emptied; what a student wrote is no formula in it."""
    (here / "answers.csv").write_text("student,question,answer,text\ns1,1(b),why,=HYPERLINK(1)\n")
    command = ("mark", "eecs182-sp23", "answers.csv", "--questions", "training/leakage", "--out", "marks", "--xlsx")
    ran = run(*command)
    assert all(f"marks/{name}.xlsx" in ran.out for name in ("marks", "totals", "by_hand"))
    page = here / "marks" / "by_hand.xlsx"
    book: Any = load_workbook(page)
    heads = [cell.value for cell in book.active[1]]
    for row in book.active.iter_rows(min_row=2):
        cells = dict(zip(heads, row, strict=True))
        assert (cells["text"].value, cells["text"].data_type) == ("'=HYPERLINK(1)", "s")
        cells["marks"].value = cells["out_of"].value
    book.save(page)
    before = pages(here)
    assert_one_line(run(*command), "marks/by_hand.xlsx is filled in, and would be emptied")
    assert_one_line(run(*command[:-1]), "marks/by_hand.xlsx is filled in, and would be emptied")
    assert pages(here) == before
    page.rename(here / "decided.xlsx")
    ran = run(*command, "--by-hand", "decided.xlsx", "--json")
    assert (ran.code, ran.json["students"][0]["marks"]) == (0, 8)
    totals: Any = load_workbook(here / "marks" / "totals.xlsx").active
    assert [cell.value for cell in totals[2]][2:4] == [8, 21]


def test_a_folder_handed_in(run: Run, here: Path) -> None:
    """A folder with a file a student is marked as one CSV is; what cannot be used in it is named."""
    (here / "all.csv").write_text('student,question,answer,text\ns1,1(a),h_2,x\ns2,1(a),h_2,"[1, 2]"\n')
    (here / "in").mkdir()
    (here / "in" / "s1.jsonl").write_text('{"question": "1(a)", "answer": "h_2", "text": "x"}\n')
    (here / "in" / "s2.csv").write_text('question,answer,text\n1a,h_2,"[1, 2]"\n')
    command = ("mark", "eecs182-sp23", "--questions", "attention/linear_rnn")
    assert run(*command, "all.csv", "--out", "a").code == run(*command, "in", "--out", "b").code == 0
    assert (here / "a" / "marks.csv").read_bytes() == (here / "b" / "marks.csv").read_bytes()
    (here / "in" / "s3.csv").write_bytes(b"\xff")
    (here / "in" / "sub").mkdir()
    ran = run(*command, "in", "--out", "b")
    assert ran.code == 2
    first, second = ran.err.splitlines()
    assert first.startswith("markscheme: s3.csv: in/s3.csv is not UTF-8 text (byte 0); save it as CSV UTF-8 (it may be")
    assert second.startswith("markscheme: sub: it is no file of a student")
    said = json.loads((here / "b" / "run.json").read_text())
    assert [file["name"] for file in said["files"]["answers"]] == ["s1.jsonl", "s2.csv", "s3.csv"]


def test_what_marks_hang_on(run: Run, here: Path) -> None:
    """run.json has the version, the seed and the hash of each file read; the same run gives the same bytes."""
    (here / "quiz.toml").write_text(RNN)
    (here / "answers.csv").write_text(ANSWERS + "s1,1,1(a),h_2,x\n")
    (here / "roster.csv").write_text("student\ns1\n")
    for out in ("a", "b"):
        assert run(*MARK[:3], "--out", out, "--seed", "1", "--roster", "roster.csv").code == 0
    assert pages(here / "a") == pages(here / "b")
    said = json.loads((here / "a" / "run.json").read_text())
    assert (said["markscheme"], said["paper"], said["seed"]) == (ms.__version__, "quiz.toml", "1")
    assert said["problems"] == ["attention/linear_rnn@1"]
    read = {"paper": "quiz.toml", "answers": "answers.csv", "roster": "roster.csv"}
    assert said["files"] == {
        role: [{"name": name, "sha256": hashlib.sha256((here / name).read_bytes()).hexdigest()}]
        for role, name in read.items()
    }
    assert (said["students"], said["answers"], said["statuses"]) == (1, 6, {"blank": 5, "unreadable": 1})
    (here / "answers.csv").write_text(ANSWERS + "s1,1,1(a),h_2,y\n")
    assert run(*MARK[:3], "--out", "b", "--seed", "1", "--roster", "roster.csv").code == 0
    changed = json.loads((here / "b" / "run.json").read_text())
    assert {key for key in said if said[key] != changed[key]} == {"files"}


@pytest.mark.parametrize(("words", "name"), [(("--feedback",), "s1.html"), (("--feedback", "pdf"), "s1.pdf")])
def test_forms_of_feedback(run: Run, here: Path, words: tuple[str, ...], name: str) -> None:
    """`--feedback` alone writes a web page for each student, `--feedback pdf` a PDF."""
    (here / "quiz.toml").write_text(RNN)
    (here / "answers.csv").write_text(ANSWERS + "s1,1,1(a),h_2,x\n")
    ran = run(*MARK[:3], *words, *MARK[3:])
    assert (ran.code, "out/feedback: 1 sheets" in ran.out) == (0, True)
    assert [page.name for page in (here / "out" / "feedback").iterdir()] == [name]


def test_a_program_to_work_on(run: Run, here: Path) -> None:
    """`show --save` writes the program, and `try` marks it: as it is a leak, mended right, broken with a caret."""
    if reason := unavailable():
        pytest.skip(f"no program can be run here: {reason}")
    page = here / "my.py"
    assert "markscheme try training/leakage my.py" in run("show", "training/leakage", "--save", "my.py").out
    ran = run("try", "training/leakage", "my.py")
    assert (ran.code, ran.err) == (1, "")
    assert re.search(r"versions of image \d are in both the training and the validation data", ran.out)
    assert_one_line(run("show", "training/leakage", "--save", "my.py"), "my.py exists already")
    page.write_text(ms.problem("training/leakage").pose("1").key["code"])
    assert run("try", "training/leakage", "my.py") == Ran(0, "code: right, 4 of 4 marks\n  Right.\n", "")
    page.write_text("x = 1\nsplit = int(0.8 * 5))\n")
    ran = run("try", "training/leakage", "my.py", "--json")
    found = json.loads(ran.out)
    assert (ran.code, found["status"], found["marks"], found["out_of"]) == (1, "wrong", 0, 4)
    assert found["sentence"].endswith("in line 2:\n  split = int(0.8 * 5))\n                      ^")
    page.write_text("  \n")
    assert json.loads(run("try", "training/leakage", "my.py", "--json").out)["status"] == "blank"


def test_the_doctor_finds_what_is_there(run: Run) -> None:
    """`doctor` tries each thing that markscheme uses, and what is not there comes with how to mend it."""
    ran = run("doctor", "--json")
    found = {row["what"]: row for row in ran.json}
    assert {name for name, row in found.items() if row["is_needed"]} == {"Typst", "fonts", "pandoc"}
    assert ran.code == 0
    assert all(found[name]["state"] == "ok" for name in ("Python", "Typst", "fonts", "pandoc"))
    assert all(bool(row["mend"]) == (row["state"] != "ok") for row in ran.json)
    assert (found["bubblewrap"]["state"] == "ok") == (unavailable() == "")
    told = run("doctor").out
    assert all(row["what"] in told and row["mend"][:60] in told for row in ran.json)


@pytest.mark.heavy
@pytest.mark.parametrize(
    ("bwrap", "state", "says"),
    [
        (None, "missing", "apt-get install bubblewrap"),
        ("#!/bin/sh\n[ $1 = --version ] && echo bubblewrap 0.6.1 && exit\n"
         "echo 'No permissions to create new namespace' >&2\nexit 1\n", "broken", "sysctl"),
        ("#!/bin/sh\nexit 3\n", "broken", "sysctl"),
    ],
)  # fmt: skip
def test_the_doctor_without_bubblewrap(here: Path, bwrap: str | None, state: str, says: str) -> None:
    """Where bubblewrap is not there, or cannot start, `doctor` and `try` say so, and how to mend it: nothing fails."""
    tools = here / "bin"
    tools.mkdir()
    if bwrap:
        (tools / "bwrap").write_text(bwrap)
        (tools / "bwrap").chmod(0o755)
    (tools / "sh").symlink_to("/bin/sh")
    (here / "my.py").write_text("x = 1\n")
    environment = os.environ | {"PATH": str(tools)}

    def ran(*words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", "from markscheme.cli.main import main; main()", *words]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    doctor = ran("doctor", "--json")
    (found,) = [row for row in json.loads(doctor.stdout) if row["what"] == "bubblewrap"]
    assert (doctor.returncode, doctor.stderr, found["state"]) == (0, "", state)
    assert says in found["mend"]
    tried = ran("try", "training/leakage", "my.py")
    assert (tried.returncode, tried.stderr) == (1, "")
    assert "by hand, 0 of 4 marks" in tried.stdout
    assert len(re.findall("is not installed|cannot start", tried.stdout)) == 1
    answers = "student,question,answer,text\n" + "".join([f"s{n},1(b),code,x = {n}\n" for n in range(5)])
    (here / "answers.csv").write_text(answers)
    marked = ran("mark", "eecs182-sp23", "answers.csv", "--questions", "training/leakage", "--out", "marks")
    assert (marked.returncode, marked.stderr) == (0, "")
    assert len(re.findall("is not installed|cannot start", marked.stdout)) == 1
    assert "5 programs were not run" in marked.stdout


def test_answers_to_try(run: Run, here: Path) -> None:
    """`try` marks answers by name from a JSON file too, numbers and lists as they stand there."""
    (here / "a.json").write_text('{"v_1": [0, 1], "h_2": "[2, 2]", "v_2": "(2, 0)"}')
    ran = run("try", "attention/linear_rnn", "a.json", "--published", "--json")
    assert ran.code == 1
    statuses = {name: verdict["status"] for name, verdict in json.loads(ran.out)["answers"].items()}
    assert statuses == {"v_1": "right", "h_2": "wrong", "v_2": "follow-through"}


@pytest.mark.parametrize(
    ("name", "page", "text", "says"),
    [
        ("attention/linear_rnn", "my.py", "x = 1", "asks for no program"),
        ("attention/linear_rnn", "a.json", "[1", "a.json"),
        ("attention/linear_rnn", "a.json", "[1]", "answers by name"),
        ("attention/linear_rnn", "a.json", '{"h2": 1}', "did you mean 'h_2'"),
        ("training/leekage", "my.py", "x = 1", "did you mean 'training/leakage'"),
        ("training/leakage", "my.py", "\udc80", "not UTF-8"),
        ("training/leakage", "none.py", None, "none.py"),
    ],
)
def test_what_cannot_be_tried(run: Run, here: Path, name: str, page: str, text: str | None, says: str) -> None:
    """A file that cannot be marked is one line that says why."""
    if text is not None:
        (here / page).write_text(text, "utf-8", errors="surrogateescape")
    assert_one_line(run("try", name, page), says)


def test_nothing_to_save(run: Run) -> None:
    """A problem without a program has none to save."""
    assert_one_line(run("show", "attention/linear_rnn", "--save", "my.py"), "has no program to save")


def test_show_is_the_item(run: Run) -> None:
    """A seed and knobs of `show` pose the item that `ms.item` poses from the printed id."""
    import markscheme as ms  # noqa: PLC0415

    shown = run("show", "attention/linear_rnn", "--seed", "7", "--knob", "largest=3", "--json", "--solution").json
    item = ms.item(shown["id"])
    assert shown["posed"] == item.posed().as_json()
    key = {name: answer["written"] for name, answer in shown["solved"]["answers"].items()}
    assert item.mark(key).marks == item.problem.marks


@pytest.mark.parametrize(
    ("key", "text", "code", "says"),
    [
        ("[6,-2]", r"\begin{bmatrix}6\\-2\end{bmatrix}", 0, "right"),
        ("1/2", "0.5", 0, "right"),
        ("3", "4", 1, "wrong"),
        ("3", "", 1, "blank"),
        ("3", "((", 1, "unreadable"),
        ("7", "9**9**9**9", 1, "by hand"),
    ],
)
def test_verify(run: Run, key: str, text: str, code: int, says: str) -> None:
    """`verify` prints the verdict, and its exit code says whether the text agrees."""
    ran = run("verify", key, text)
    assert (ran.code, ran.err) == (code, "")
    assert ran.out.startswith(says)


# Proof

WRONG = '''
from markscheme import Draw, Problem

problem = Problem("own/wrong", version=1, text="How much is $[[a]] + 1$?")

@problem.givens
def draw(rng: Draw) -> dict[str, object]:
    return {"a": rng.int(2, 9)}

@problem.answer
def total(a: int) -> int:
    return a + 1

@problem.check
def _(a: int) -> dict[str, object]:
    """Wrong for large numbers."""
    return {"total": a + 1 if a < 6 else 77}
'''
WRONG_PAPER = 'title = "Quiz"\nproblems = ["wrong"]\n[[question]]\nproblem = "own/wrong"\n'


@pytest.fixture
def wrong(here: Path) -> Path:
    """A folder with a problem whose check refutes its key, and a paper with it."""
    (here / "wrong").mkdir()
    (here / "wrong" / "it.py").write_text(WRONG)
    (here / "quiz.toml").write_text(WRONG_PAPER)
    return here / "wrong"


def test_failed_proof(run: Run, wrong: Path) -> None:
    """A key that does not prove: exit code 1, with the item, the two answers, and where each is computed."""
    ran = run("prove", "own/wrong", "attention/linear_rnn", "--seeds", "20", "--problems", wrong, "--jobs", "1")
    assert ran.code == 1
    assert "two ways to total part" in ran.err
    assert "own/wrong/1/" in ran.err
    assert "77" in ran.err
    assert [line.split()[:2] for line in ran.out.splitlines() if "/" in line] == [
        ["own/wrong", "no"],
        ["attention/linear_rnn", "yes"],
    ]


def test_failed_proof_as_json(run: Run, wrong: Path) -> None:
    """As JSON too a failed proof is named, beside those that held, and exits with 1."""
    ran = run("prove", "attention/linear_rnn", "own/wrong", "--seeds=20", "--problems", wrong, "--jobs=1", "--json")
    assert (ran.code, ran.err) == (1, "")
    held, failed = ran.json
    assert (held["problem"], held["proven"], held["items"]) == ("attention/linear_rnn", True, 21)
    assert (failed["problem"], failed["proven"]) == ("own/wrong", False)
    assert "two ways to total part" in failed["error"]


def test_no_paper_without_proof(run: Run, wrong: Path) -> None:
    """A paper whose key does not prove is not printed."""
    before = pages(wrong.parent)
    ran = run("paper", "quiz.toml", "--seed", "3", "--out", "out", "--roster", _roster(wrong.parent, 12), "--jobs", "1")
    assert_one_line(ran, "quiz.toml: question 1 is not printed, for its key does not prove", "77")
    assert pages(wrong.parent).keys() - before.keys() == {"roster.csv"}


def test_no_second_way(run: Run, wrong: Path) -> None:
    """An answer without a second way is named where its paper is printed, and with --strict no file is written."""
    (wrong / "it.py").write_text(WRONG.partition("@problem.check")[0])
    before = pages(wrong.parent)
    assert_one_line(run("paper", "quiz.toml", "--seed", "x", "--format", "md", "--out", "out", "--strict"),
                    "no second way to 1 total (own/wrong)")  # fmt: skip
    assert pages(wrong.parent) == before
    ran = run("paper", "quiz.toml", "--seed", "x", "--format", "md", "--out", "out")
    assert ran.code == 0
    assert "no second way to 1 total (own/wrong)" in ran.err
    printed = run("paper", "eecs182-sp23", "--format", "md", "--out", "exam", "--strict", "--json")
    assert (printed.code, printed.err, printed.json["unchecked"]) == (0, "", {})


def _roster(folder: Path, count: int) -> Path:
    page = folder / "roster.csv"
    rows = [f"s{i:03},Last{i},First{i}\n" for i in range(count)]
    page.write_text("student,last,first\n" + "".join(rows), "utf-8")
    return page


# Bad input: one line, exit code 2, no file

RNN = 'title = "Quiz"\n[[question]]\nproblem = "attention/linear_rnn"\n'
ANSWERS = "student,seed,question,answer,text\n"
PAPER = ("paper", "quiz.toml", "--out", "out", "--seed", "1")
MARK = ("mark", "quiz.toml", "answers.csv", "--out", "out")

BAD_ARGUMENTS: list[tuple[tuple[str, ...], tuple[str, ...]]] = [
    (("lsit",), ("there is no command 'lsit'", "did you mean 'list'?")),
    (("list", "--jsn"), ("--jsn", "--json")),
    (("list", "--problems", "nowhere"), ("the folder of problems nowhere does not exist",)),
    (("show",), ("Missing argument 'NAME'", "markscheme show --help")),
    (("show", "atention/linear_rnn"), ("did you mean 'attention/linear_rnn'?",)),
    (("show", "attention/linear_rnn", "extra"), ("extra",)),
    (("show", "attention/linear_rnn", "--knob", "larges=3"), ("no knob 'larges'", "did you mean 'largest'?")),
    (("show", "attention/linear_rnn", "--knob", "largest=x"), ("the knob 'largest' is like 2, not 'x'",)),
    (("show", "attention/linear_rnn", "--knob", "largest"), ("NAME=VALUE, not 'largest'",)),
    (
        ("show", "convolution/output_shape", "--published"),
        ("is published several times; name one of 'csc671-25', 'i', 'ii'",),
    ),
    (
        ("show", "convolution/output_shape", "--published", "iii"),
        ("not published as 'iii'; name one of 'csc671-25', 'i', 'ii'",),
    ),
    (("show", "attention/linear_rnn", "--published", "--seed", "1"), ("without --seed and --knob",)),
    (("show", "attention/linear_rnn", "--format", "word"), ("'word'", "plain")),
    (("prove", "attention/linear_rn"), ("did you mean 'attention/linear_rnn'?",)),
    (("prove", "--seeds", "many"), ("--seeds", "'many'")),
    (("prove", "--jobs", "0"), ("--jobs", "0")),
    (
        ("errata", "eecs182-sp32"),
        ("there is no paper 'eecs182-sp32'", "did you mean 'eecs182-sp23' or 'eecs182-practice'?"),
    ),
    (("errata", "--out", "file/errata.md"), ("file/errata.md cannot be written",)),
    (("verify", "abc(", "3"), ("expected",)),
    (("verify", "3"), ("Missing argument 'TEXT'",)),
    (("new", "Bad Name"), ("words of a-z, 0-9 and _", "'Bad Name'")),
    (("new", "a/b", "--out", "file"), ("'file'", "is a file")),
    (("new", "a/b", "--out", "file/deep"), ("file/deep/b.py cannot be written",)),
    (("paper", "eecs182-sp23"), ("Missing option '--out'",)),
    (("paper", "nowhere.toml", "--out", "out"), ("there is no paper 'nowhere.toml'",)),
    (("paper", "eecs182-sp32", "--out", "out"), ("did you mean 'eecs182-sp23' or 'eecs182-practice'?",)),
    (("paper", "eecs182-sp23", "--out", "file"), ("'file'", "is a file")),
    (("paper", "eecs182-sp23", "--out", "file/deep"), ("file/deep", "cannot be written")),
    (
        ("paper", "eecs182-sp23", "--questions", "attention/linear_rnn", "--out", "taken"),
        ("taken/answers.csv cannot be written",),
    ),
    (("paper", "eecs182-sp23", "--out", "out", "--page", "a5"), ("'a5'", "a4")),
    (("paper", "eecs182-sp23", "--out", "out", "--questions", "linear_rn"), ("did you mean 'attention/linear_rnn'?",)),
    (("paper", "eecs182-sp23", "--out", "out", "--roster", "nowhere.csv"), ("nowhere.csv cannot be read",)),
    (("mark", "eecs182-sp23", "nowhere.csv", "--out", "out"), ("nowhere.csv cannot be read",)),
    (("mark", "eecs182-sp23", "nowhere.xlsx", "--out", "out"), ("nowhere.xlsx cannot be read",)),
    (
        ("mark", "eecs182-sp23", "taken", "--out", "out"),
        ("taken has no row that can be marked; answers.csv: it",),
    ),
    (("mark", "eecs182-sp23", "a.csv", "--out", "out", "--feedback", "doc"), ("--feedback", "'doc'", "pdf")),
    (("prove", "--scheduler", "nonsense"), ("no scheduler answers at nonsense",)),
    (("check", "nowhere"), ("the folder of problems nowhere does not exist",)),
    (("check", "taken"), ("taken: no file here defines problems", "markscheme new")),
    (("check", "taken", "--seeds", "0"), ("0 is not in the range",)),
]


@pytest.mark.parametrize(("arguments", "says"), BAD_ARGUMENTS, ids=[" ".join(row[0]) for row in BAD_ARGUMENTS])
def test_bad_arguments(run: Run, here: Path, arguments: tuple[str, ...], says: tuple[str, ...]) -> None:
    """A mistake in the arguments is one line that names it, with the near miss, and leaves no file."""
    (here / "file").write_text("in the place of a folder")
    (here / "taken" / "answers.csv").mkdir(parents=True)
    before = pages(here)
    assert_one_line(run(*arguments), *says)
    assert pages(here) == before


BAD_PAPERS: list[tuple[str, tuple[str, ...]]] = [
    ('title = "T"\n[[question]\n', ("quiz.toml", "line 2")),
    ("title = 'T'\ntitle = 'U'\n", ("quiz.toml", "line 2")),
    ("", ("quiz.toml, line 1: title", "required")),
    ('title = "T"\n', ("quiz.toml", "question", "required")),
    ('title = "T"\n[question]\nproblem = "x"\n', ("quiz.toml", "question")),
    ('practice_for = "eecs182-sp23"\n' + RNN, ("quiz.toml", "in place of questions")),
    ('title = "T"\npractice_for = "eecs182-sp32"\n', ("there is no paper 'eecs182-sp32'", "did you mean")),
    ('title = "T"\npractice_for = "eecs182-practice"\n', ("is itself practice for eecs182-sp23",)),
    ('title = "T"\npractice_for = "quiz.toml"\n', ("is itself practice for quiz.toml",)),
    ('title = 3\n[[question]]\nproblem = "x"\n', ("quiz.toml, line 1: title", "string")),
    (RNN + 'prblem = "x"\n', ("quiz.toml, line 4: question 1", "did you mean 'problem'?")),
    ('titel = "T"\n' + RNN, ("quiz.toml, line 1", "did you mean 'title'?")),
    (RNN + 'marks = "two"\n', ("quiz.toml, line 4: question 1, marks", "number")),
    (RNN + "marks = -1\n", ("quiz.toml, line 4: question 1, marks", "greater than or equal to 0")),
    (RNN + "marks = inf\n", ("quiz.toml, line 4: question 1, marks", "finite")),
    (RNN + "space = nan\n", ("quiz.toml, line 4: question 1, space",)),
    (RNN + "published = [1]\n", ("quiz.toml, line 4: question 1, published",)),
    (RNN + 'published = "ii"\n', ("quiz.toml: question 1: attention/linear_rnn is not published as 'ii'",)),
    (RNN + "published = true\nseed = 3\n", ("quiz.toml: question 1", "neither 'seed' nor 'knobs'")),
    (RNN + "knobs = { larges = 3 }\n", ("quiz.toml: question 1", "did you mean 'largest'?")),
    (RNN + 'knobs = { largest = "x" }\n', ("the knob 'largest' is like 2, not 'x'",)),
    (RNN + '[[question]]\nproblem = "atention/linear_rnn"\n', ("quiz.toml: question 2", "'attention/linear_rnn'?")),
    (RNN + '[[question.part]]\nproblem = "x"\n', ("question 1: a part has either a problem or parts of its own",)),
    (RNN + '[[question]]\ntitle = "Empty"\n', ("question 2: a part has either a problem or parts of its own",)),
    (RNN + '[[question]]\nkind = "free"\nmarks = 1\n', ("question 2", "'free'", "section 0")),
    (RNN + '[[question]]\nkind = "fre"\n', ("quiz.toml, line 5: question 2, kind", "'honor_code'")),
    (RNN + 'name = "x"\n', ("question 1", "section 0", "'name'")),
    ('title = "T"\n[[question]]\nmarks = 3\n[[question.part]]\nproblem = "attention/linear_rnn"\n', ("no 'marks'",)),
    ('title = "T"\n[[question]]\nkind = "free"\nproblem = "x"\n', ("question 1", "'free'", "no problem")),
    ('title = "T"\npage = "a5"\n[[question]]\nproblem = "x"\n', ("quiz.toml, line 2: page", "'letter' or 'a4'")),
    ('title = "T"\nproblems = ["none"]\n[[question]]\nproblem = "x"\n', ("none does not exist",)),
    (
        'title = "T"\n[[question]]\nproblem = "convolution/output_shape"\npublished = true\n',
        ("published 3 times; name one: 'csc671-25', 'i', 'ii'",),
    ),
]


@pytest.mark.parametrize(("toml", "says"), BAD_PAPERS, ids=range(len(BAD_PAPERS)))
def test_bad_paper(run: Run, here: Path, toml: str, says: tuple[str, ...]) -> None:
    """A mistake in a paper's file is one line with the file, the place and what was expected, and leaves no file."""
    (here / "quiz.toml").write_text(toml)
    before = pages(here)
    is_named = not any(word in toml for word in ("problems", "knob", "sp32"))
    assert_one_line(run(*PAPER), "quiz.toml" if is_named else "", *says)
    assert pages(here) == before


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("# markscheme\ndef (", "mine.py, line 2: SyntaxError"),
        (WRONG.replace("def total(a: int)", "def total(b: int)"), "mine.py, line 10: own/wrong: total needs 'b'"),
        (WRONG.replace("own/wrong", "attention/linear_rnn"), "is defined twice, in the bank"),
    ],
)
def test_bad_problem(run: Run, here: Path, source: str, says: str) -> None:
    """A problem file that cannot be used is one line, however long the error is, with the file and the line."""
    (here / "mine").mkdir()
    (here / "mine" / "mine.py").write_text(source)
    name = "attention/linear_rnn" if "linear_rnn" in source else "own/wrong"
    assert_one_line(run("show", name, "--problems", "mine"), says)
    for command in (("list",), ("prove", "--seeds", "0", "--jobs", "1")) if name == "own/wrong" else (("list",),):
        ran = run(*command, "--problems", "mine")
        assert ran.code == 2
        assert "attention/linear_rnn" in ran.out or name == "attention/linear_rnn"
        assert says in ran.err


@pytest.mark.parametrize("page", ["quiz.toml", "roster.csv", "answers.csv"])
def test_not_utf_8(run: Run, here: Path, page: str) -> None:
    """A file that is not UTF-8 is named, with the byte."""
    contents = {
        "quiz.toml": RNN,
        "roster.csv": "student,last\ns1,Müller\n",
        "answers.csv": ANSWERS + "s1,1,1(a),h_2,é\n",
    }
    for name, text in contents.items():
        (here / name).write_bytes(text.replace("Quiz", "Quizé").encode("latin-1" if name == page else "utf-8"))
    command = PAPER if page == "quiz.toml" else MARK
    assert_one_line(run(*command, "--roster", "roster.csv"), f"{page} is not UTF-8 text (byte ")
    assert not (here / "out").exists()


def test_byte_order_mark(run: Run, here: Path) -> None:
    """A byte order mark, as Windows writes it, changes nothing."""
    (here / "quiz.toml").write_text(RNN, "utf-8-sig")
    (here / "answers.csv").write_text(ANSWERS + "s1,common:1,1(a),h_2,x\n", "utf-8-sig")
    assert run(*MARK).code == 0


BAD_CSV: list[tuple[str, str, tuple[str, ...]]] = [
    ("answers.csv", "", ("answers.csv, row 1: a column 'student' is missing",)),
    ("answers.csv", "student,quesion,answer,text\n", ("'question' is missing; did you mean 'quesion'?",)),
    ("answers.csv", "pupil;question;answer;text\n", ("'student' is missing; known: answer, pupil, question, text",)),
    ("answers.csv", "student|question|answer|text\n", ("answers.csv, row 1: a column 'student' is missing",)),
    ("answers.csv", "student,question,answer,text,text\n", ("answers.csv, row 1: 2 columns are called 'text'",)),
    ("answers.csv", '"student\n', ("answers.csv, row 1:", "check the quotes")),
    ("answers.csv", ANSWERS, ("answers.csv has no row that can be marked",)),
    ("answers.csv", ANSWERS + ",1,1(a),h_2,x\n,1,1(a),v_1,x\n", ("row 2: column 'student' is empty (and 1 more)",)),
    ("answers.csv", ANSWERS + "s1,9,1(a),h_2,x\n", ("row 2: column 'seed' is '9', but --seed is '1'",)),
    ("roster.csv", "", ("roster.csv, row 1: a column 'student' is missing",)),
    ("roster.csv", "studnet,last\n", ("did you mean 'studnet'?",)),
    ("roster.csv", "student\n", ("roster.csv has no student",)),
    ("roster.csv", "student\n../../x\n", ("roster.csv has no student", "row 2: column 'student'")),
]


@pytest.mark.parametrize(("page", "text", "says"), BAD_CSV, ids=range(len(BAD_CSV)))
def test_bad_csv(run: Run, here: Path, page: str, text: str, says: tuple[str, ...]) -> None:
    """A file that is no roster, or no answers.csv, or holds no row to use, is one line and leaves no file."""
    contents = {"quiz.toml": RNN, "roster.csv": "student\ns1\n", "answers.csv": ANSWERS + "s1,1,1(a),h_2,x\n"}
    for name, kept in contents.items():
        (here / name).write_text(text if name == page else kept, "utf-8")
    before = pages(here)
    assert_one_line(run(*MARK, "--seed", "1", "--roster", "roster.csv"), *says)
    assert pages(here) == before


def test_broken_rows(run: Run, here: Path) -> None:
    """Broken rows of both files are named, a line each, and the others are marked and written."""
    (here / "quiz.toml").write_text(RNN)
    (here / "roster.csv").write_text("student,last\ns1,A\ns1,B\n,C\ns2,D\n")
    rows = [
        "s1,1,1(a),h_2,x",
        "s1,1,9z,h_2,x",
        "s1,1,1(a),h_9,x",
        's1,1,1(a),v_1,"x"y',
        "s3,1,1(a),k_3,x",
        "s1,1,1(a),h_2,y",
    ]
    (here / "answers.csv").write_text(ANSWERS + "\n".join([*rows, "s1,1,1(a),v_2,x,z", "s1,2,1(a),v_2,x"]) + "\n")
    ran = run(*MARK, "--roster", "roster.csv", "--json")
    assert ran.code == 2
    complaints = ran.err.splitlines()
    expected = [
        ("roster.csv, row 3", "'student'", "twice"),
        ("roster.csv, row 4", "'student'", "empty"),
        ("answers.csv, row 3", "'question'", "'9z'"),
        ("answers.csv, row 4", "'answer'", "did you mean 'h_2'"),
        ("answers.csv, row 5", "quotes"),
        ("answers.csv, row 7", "'answer'", "twice"),
        ("answers.csv, row 8", "6 columns"),
        ("answers.csv, row 9", "'seed'", "'2'"),
        ("answers.csv, row 6", "'s3' is not in the roster", "'s2'"),
    ]
    assert len(complaints) == len(expected)
    assert all(word in line for line, words in zip(complaints, expected, strict=True) for word in words)
    said = [line.removeprefix("markscheme: ").replace("waits in unmatched.csv: ", "") for line in complaints]
    assert (ran.json["broken_rows"], ran.json["unmatched"]) == (said[:-1], said[-1:])
    assert [student["student"] for student in ran.json["students"]] == ["s1"]
    assert ran.json["absent"] == ["s2"]
    with (here / "out" / "totals.csv").open(newline="") as page:
        assert [(row["student"], row["note"]) for row in csv.DictReader(page)] == [
            ("s1", ""),
            ("s2", "nothing was handed in"),
        ]
    with (here / "out" / "unmatched.csv").open(newline="") as page:
        assert [row["student"] for row in csv.DictReader(page)] == ["s3"]


def test_broken_roster_row(run: Run, here: Path) -> None:
    """`paper` prints the copies of the rows that it can use, names the others, and exits with 2."""
    (here / "quiz.toml").write_text(RNN)
    (here / "roster.csv").write_text("student,last\ns1,A\na/b,B\ns2,C,D\nx-key,E\n")
    ran = run(*PAPER, "--roster", "roster.csv", "--format", "md")
    assert ran.code == 2
    assert [line.split(":")[1].strip() for line in ran.err.splitlines()] == [f"roster.csv, row {n}" for n in (3, 4, 5)]
    assert set(pages(here / "out")) == {"quiz-s1.md", "quiz-s1-key.md", "answers.csv", "manifest.json"}


# Writing


def test_new(run: Run, here: Path) -> None:
    """`new` writes a problem that loads, proves, poses, marks, and stands in a paper beside it."""
    ran = run("new", "circuits/divider", "--out", "mine")
    assert (ran.code, ran.err) == (0, "")
    assert "markscheme prove circuits/divider --problems mine" in ran.out
    proof = run("prove", "circuits/divider", "--problems", "mine", "--seeds", "20", "--jobs", "1", "--json").json
    assert proof[0]["proven"]
    assert proof[0]["unchecked"] == []
    assert "circuits/divider" in [row["name"] for row in run("list", "--problems", "mine", "--json").json]
    shown = run("show", "circuits/divider", "--problems", "mine", "--json", "--solution").json
    assert shown["solved"]["answers"].keys() == {"current", "across"}
    (here / "quiz.toml").write_text('title = "Q"\nproblems = ["./mine"]\n[[question]]\nproblem = "circuits/divider"\n')
    assert run(*PAPER, "--format", "md").code == 0
    shown = run("show", "circuits/divider", "--problems", "mine", "--json", "--solution", "--seed", "1").json
    key = {name: answer["written"] for name, answer in shown["solved"]["answers"].items()}
    page = here / "out" / "answers.csv"
    rows = list(csv.DictReader(page.read_text("utf-8").splitlines()))
    assert [row["question"] for row in rows] == ["1(a)", "1(b)"]
    filled = [f"s1,{row['seed']},{row['question']},{row['answer']},{key[row['answer']]}" for row in rows]
    page.write_text("student,seed,question,answer,text\n" + "\n".join(filled), "utf-8")
    marked = run("mark", "quiz.toml", page, "--out", "marks", "--json").json
    assert (marked["students"][0]["marks"], marked["students"][0]["out_of"]) == (4, 4)


def test_new_overwrites_nothing(run: Run, here: Path) -> None:
    """`new` refuses to write over a file."""
    run("new", "circuits/divider")
    (here / "divider.py").write_text("precious")
    assert_one_line(run("new", "other/divider"), "divider.py exists already")
    assert (here / "divider.py").read_text() == "precious"


@pytest.mark.parametrize("name", ["a", "a/b/c", "a_b/c_2"])
def test_names_of_new(run: Run, here: Path, name: str) -> None:
    """A name of any depth makes a problem of that name."""
    assert run("new", name).code == 0
    assert run("prove", name, "--problems", ".", "--seeds", "2", "--jobs", "1").code == 0


def test_filled_answers_are_kept(run: Run, here: Path) -> None:
    """`paper` writes over an empty answers.csv, and never over one that somebody has filled in."""
    (here / "quiz.toml").write_text(RNN)
    for _ in range(2):
        assert run(*PAPER, "--format", "md").code == 0
    page = here / "out" / "answers.csv"
    page.write_text(page.read_text().replace("h_2,\n", 'h_2,"[1, 2]"\n'))
    before = pages(here)
    assert_one_line(run(*PAPER, "--format", "md"), "out/answers.csv is filled in")
    assert pages(here) == before


def test_paper_as_json(run: Run, here: Path) -> None:
    """`paper --json` says what was printed, from which seed, and where the files are; nothing else is left behind."""
    (here / "quiz.toml").write_text(RNN)
    said = run(*PAPER, "--format", "md", "--json").json
    told = {
        "paper",
        "seed",
        "marks",
        "copies",
        "files",
        "broken_rows",
        "fonts",
        "without_glyphs",
        "fill",
        "unchecked",
        "alike",
        "hardly_drawn",
    }
    assert said.keys() == told
    assert (said["seed"], said["marks"], said["copies"], said["broken_rows"]) == ("1", 14, 1, [])
    assert sorted(said["files"]) == sorted(f"out/{page}" for page in pages(here / "out"))
    assert {Path(page).name for page in said["files"]} == {"quiz.md", "quiz-key.md", "answers.csv", "manifest.json"}


@pytest.mark.parametrize("form", ["pdf", "html", "md"])
def test_forms(run: Run, here: Path, form: str) -> None:
    """Each format gives a blank, a key and an empty answers.csv, and a table for people."""
    ran = run("paper", "eecs182-sp23", "--questions", "attention/linear_rnn", "--format", form, "--out", "out")
    assert (ran.code, ran.err) == (0, "")
    assert "Midterm Exam: 1 question, 14 marks" in ran.out
    made = {f"eecs182-sp23.{form}", f"eecs182-sp23-key.{form}", "answers.csv", "manifest.json"}
    assert set(pages(here / "out")) == made


def test_seed_of_today(run: Run, here: Path) -> None:
    """Without a seed a paper that draws numbers has a word with the date in it, which no spreadsheet changes, and says
    so; one that draws none has none.
    """
    (here / "quiz.toml").write_text(RNN)
    seed = run("paper", "quiz.toml", "--out", "out", "--format", "md", "--json").json["seed"]
    assert re.fullmatch(r"seed[0-9]{6}", seed)
    (here / "quiz.toml").write_text(RNN + "published = true\n")
    assert run("paper", "quiz.toml", "--out", "out", "--format", "md", "--json").json["seed"] == ""


# A class, in processes of its own


@pytest.mark.heavy
def test_a_class(here: Path) -> None:
    """Four copies printed, filled in and marked: the key earns everything, whatever the number of processes."""
    from markscheme.bank.catalog import catalog  # noqa: PLC0415

    (here / "quiz.toml").write_text(RNN)
    roster = _roster(here, 4)
    printed = script(*PAPER, "--roster", roster, "--format", "md", "--jobs", "2", "--json")
    assert (printed.returncode, printed.stderr) == (0, "")
    assert json.loads(printed.stdout)["copies"] == 4
    page = here / "out" / "answers.csv"
    rows = list(csv.DictReader(page.read_text("utf-8").splitlines()))
    assert len(rows) == 4 * 6
    problem = catalog()["attention/linear_rnn"]
    for row in rows:
        item = problem.pose(f"{row['seed']}/{row['student']}")
        row["text"] = problem.answers[row["answer"]].kind.write(item.key[row["answer"]])
        if row["student"] == "s002" and row["answer"] == "h_2":
            row["text"] = "[77, 78]"
    with page.open("w", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    for jobs in ("1", "2"):
        more = ("--jobs", jobs, "--out", f"marks{jobs}", "--json", "--feedback", "pdf")
        ran = script("mark", "quiz.toml", page, "--roster", roster, *more)
        assert (ran.returncode, ran.stderr) == (0, "")
        students = json.loads(ran.stdout)["students"]
        marks = {student["student"]: student["marks"] for student in students}
        assert {name for name, earned in marks.items() if earned != 14} == {"s002"}
        assert json.loads(ran.stdout)["absent"] == []
    assert pages(here / "marks1") == pages(here / "marks2")
    assert len(pages(here / "marks1")) == 4 + 4


@pytest.mark.heavy
def test_printing_in_processes(here: Path) -> None:
    """Copies are the same whether one process prints them or two."""
    (here / "quiz.toml").write_text(RNN)
    for jobs in ("1", "2"):
        ran = script(
            "paper", "quiz.toml", "--seed=1", "--roster", _roster(here, 3), "--jobs", jobs, "--out", f"o{jobs}"
        )
        assert (ran.returncode, ran.stderr) == (0, "")
    assert pages(here / "o1") == pages(here / "o2")
    assert len(pages(here / "o1")) == 8


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="processes are looked for in /proc")
def test_a_killed_command_leaves_no_worker(tmp_path: Path) -> None:
    """A command that is killed takes the processes that it started along."""
    start = "from markscheme.cli.main import main; main()"
    command = [sys.executable, "-c", start, "prove", "--seeds", "100000", "--jobs", "2"]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        started = _wait_for(lambda: len(found) > 2 and found if (found := _below(process.pid)) else None)
        process.kill()
    assert started
    assert _wait_for(lambda: not any(map(_is_alive, started)))


def _is_alive(pid: int) -> bool:
    """Whether a process runs; what nobody has waited for has no command line any more."""
    try:
        return bool(Path(f"/proc/{pid}/cmdline").read_bytes())
    except OSError:
        return False


def _below(pid: int) -> list[int]:
    """The processes that a process has started."""
    children = Path(f"/proc/{pid}/task/{pid}/children")
    found = [int(it) for it in children.read_text().split()] if children.exists() else []
    return [*found, *[it for child in found for it in _below(child)]]


def _wait_for(found: Callable[[], Any]) -> Any:
    """What is found within a minute of looking."""
    for _ in range(600):
        if value := found():
            return value
        time.sleep(0.1)
    return None
