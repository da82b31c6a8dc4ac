"""The acceptance of an exam: a class of generated students, from the roster to the last mark, with rounds of `kill -9`.

    python -m bench.class_exam [--students 300] [--kills 30] [--jobs N] [--out out/class]

Each mark must be the one that was simulated, or wait by name for a person; at most one in twenty may wait.
"""

from __future__ import annotations

import argparse
import csv
import json
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

from bench.spreadsheet import passed_on, saved
from markscheme.core.item import Item
from markscheme.draw import Draw
from markscheme.exam.folder import Exam, open_exam
from markscheme.paper.manifest import PrintedCopy
from markscheme.paper.tables import csv_text

TOML = """
title = "Midterm"
course = "EECS 182"
term = "Fall 2026"
location = "Hall 1"
[[question]]
kind = "honor_code"
title = "Honor code"
text = "I worked on my own."
marks = 1
[[question]]
title = "Shapes"
problem = "convolution/output_shape"
[[question]]
title = "Attention"
problem = "attention/linear_rnn"
[[question]]
title = "Dilated"
problem = "convolution/dilated"
[[question]]
title = "Receptive field"
problem = "convolution/receptive_field"
"""
LAST = ("Lovelace", "Noether", "Łukasiewicz", "王", "Müller", "Nguyễn", "O’Brien", "Ковалевская", "محمد",
        "Παπαδόπουλος",
        "=SUM(A1)", "#set page()", "<b>Bold</b>", "Ramanujan", "D'Ángelo y Fernández de la Cuesta")  # fmt: skip
FIRST = ("Ada", "Emmy", "Jan", "小明", "Jörg", "Thị Ánh", "Zoë", "Софья", "علي", "Ελένη", "+Bob", "@x", "José María")
KINDS = ("right", "right", "right", "right", "right", "right", "wrong", "carried", "unreadable", "blank")
MOST_WAITING = 0.05
MARKSCHEME = Path(sys.executable).with_name("markscheme")


@dataclass
class Simulated:
    """What a student wrote, and what it must earn."""

    rows: list[tuple[str, str, str]] = field(default_factory=list[tuple[str, str, str]])
    """Question, answer, text."""
    earned: dict[tuple[str, str], Fraction | None] = field(default_factory=dict[tuple[str, str], "Fraction | None"])
    """By question and answer; None where a person decides."""


def ids(count: int, rng: Random) -> list[str]:
    """Ids of which some are odd: zeros in front, powers of ten, dates, accents, signs."""
    odd = [
        "1e5",
        "12E3",
        "3-4",
        "zoé",
        "@bob",
        "-ann",
        "+1",
        "mar-7",
        "2-29",
        "JOSÉ",
        "x.y",
        "5.10",
        "1234567890123456",
    ]
    plain = [f"{rng.randrange(10**8):08}" for _ in range(count // 3)]
    named = [f"s{i:03}" for i in range(count)]
    return list(dict.fromkeys([*odd, *plain, *named]))[:count]


def roster(names: list[str], rng: Random) -> str:
    """A roster in many scripts, with extra time and large print."""
    return csv_text(("student", "last", "first", "section", "email", "extra_time", "large_print"), [
        (it, rng.choice(LAST), rng.choice(FIRST), rng.choice("ABC"), f"{i}@example.org",
         "25%" if rng.random() < 0.06 else "", "yes" if rng.random() < 0.03 else "")
        for i, it in enumerate(names)
    ])  # fmt: skip


def answers_of(exam: Exam, copy: PrintedCopy, rng: Random) -> Simulated:
    """What one student writes: right, wrong, carried on from a wrong answer, unreadable, or nothing."""
    made = Simulated([("1", "honor_code", "signed")], {("1", "honor_code"): Fraction(1)})
    items = exam.paper.items(copy.seed)
    for slot in exam.paper.slots:
        item, kind = items[slot.label], rng.choice(KINDS)
        spaces = [space for space in exam.paper.spaces if space.slot is slot]
        texts = written(item, kind, rng)
        for space in spaces:
            for answer in space.answers:
                worth = Fraction(slot.layout.marks[answer.name])
                text, earns = texts[answer.name]
                made.rows.append((space.label, answer.name, text))
                made.earned[space.label, answer.name] = None if earns is None else worth * earns
    return made


def written(item: Item, kind: str, rng: Random) -> Mapping[str, tuple[str, bool | None]]:
    """The text of each answer, and whether it earns its marks; None where a person decides."""
    asked = [answer.name for answer in item.layout.asked]
    key = {name: item.problem.kind_of(name).write(item.values[name]) for name in asked}
    found: dict[str, tuple[str, bool | None]] = {name: (text, True) for name, text in key.items()}
    spoiled = rng.choice(asked)
    match kind:
        case "blank":
            return dict.fromkeys(asked, ("", False))
        case "unreadable":
            return found | {spoiled: ("]] what [[", None)}
        case "wrong" if len(asked) == 1 or not any([it != spoiled for it in asked]):
            return {
                spoiled: (item.problem.kind_of(spoiled).wrong(item.values[spoiled], Draw(f"{rng.random()}")), False)
            }
        case "carried" if "h_2" in asked:
            return carried(item, found)
        case _:
            return found


def carried(item: Item, found: dict[str, tuple[str, bool | None]]) -> dict[str, tuple[str, bool | None]]:
    """A slip at h_2, and everything after it worked out rightly from there."""
    values: dict[str, Any] = dict(item.values)
    first, second = values["h_2"]
    values["h_2"] = type(values["h_2"])((first + 3, second - 2))
    found = found | {"h_2": (item.problem.kind_of("h_2").write(values["h_2"]), False)}
    for name, answer in item.problem.answers.items():
        if "h_2" in answer.ancestors and name != "h_2":
            values[name] = answer.wired(values)
            if name in found:
                found[name] = (item.problem.kind_of(name).write(values[name]), True)
    return found


def spoiled(rows: list[tuple[str, ...]], rng: Random) -> bytes:
    """The class's file as it comes back: saved by a spreadsheet, with another separator and other accents."""
    locale = rng.choice(["us", "eu"])
    handed_on = {it: passed_on(it, rng) for it in {row[0] for row in rows} if rng.random() < 0.05}
    told = [(handed_on.get(row[0], saved(row[0], locale)), *row[1:]) for row in rows]
    text = csv_text(("student", "seed", "question", "answer", "text"), told)
    separated = "\n".join([
        ";".join([f'"{cell.replace(chr(34), chr(34) * 2)}"' for cell in row]) for row in csv.reader(text.splitlines())
    ])  # fmt: skip
    return separated.encode("utf-16") if rng.random() < 0.5 else b"\xef\xbb\xbf" + separated.encode()


def run(*arguments: object, ok: tuple[int, ...] = (0,)) -> str:
    """A command, which must end well."""
    ran = subprocess.run([MARKSCHEME, *map(str, arguments)], capture_output=True, text=True, check=False)
    if ran.returncode not in ok:
        raise SystemExit(f"{' '.join(map(str, arguments))}: {ran.returncode}\n{ran.stdout}\n{ran.stderr}")
    return ran.stdout


def killed(command: list[object], rounds: int, rng: Random, folder: Path) -> int:
    """Start a command again and again, and kill it after a while; say how often it was killed before it ended."""
    count = 0
    for _ in range(rounds):
        process = subprocess.Popen(
            [MARKSCHEME, *map(str, command)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            process.wait(rng.uniform(0.3, 6.0))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            count += 1
        for name in ("manifest.json", "secret"):
            if not (folder / name).is_file():
                raise SystemExit(f"after kill -9 {folder / name} is gone")
    return count


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--students", type=int, default=300)
    parser.add_argument("--kills", type=int, default=30)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=Path("out/class"))
    wanted = parser.parse_args()
    rng = Random(wanted.seed)
    out: Path = wanted.out
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    names = ids(wanted.students, rng)
    (out / "quiz.toml").write_text(TOML, "utf-8")
    (out / "roster.csv").write_text(roster(names, rng), "utf-8")
    (out / "hall.txt").write_text("\n".join(["........  .........."] * (1 + wanted.students // 15)), "utf-8")
    (out / "grades.toml").write_text(
        "\n".join([f'[[grade]]\nname = "{name}"\nfrom = {least}' for name, least in (("A", 85), ("B", 70), ("F", 0))])
    )
    folder, times = out / "midterm", dict[str, float]()

    def timed(what: str, *arguments: object, ok: tuple[int, ...] = (0,)) -> str:
        start = time.perf_counter()
        said = run(*arguments, ok=ok)
        times[what] = time.perf_counter() - start
        return said

    timed("new", "exam", "new", folder, "--paper", out / "quiz.toml", "--roster", out / "roster.csv", "--room",
          out / "hall.txt", "--spare", 5)  # fmt: skip
    timed("seat", "exam", "seat", folder)
    half = wanted.kills // 2
    kills = killed(["exam", "print", folder, "--jobs", wanted.jobs], wanted.kills - half, rng, folder)
    timed("print, what was left", "exam", "print", folder, "--jobs", wanted.jobs)
    exam = open_exam(folder)
    present = [it for it in exam.manifest.copies if it.student and rng.random() < 0.97]
    simulated = {it.student: answers_of(exam, it, rng) for it in present}
    rows = [(it.student, it.code, *row) for it in present for row in simulated[it.student].rows]
    (out / "handed-in.csv").write_bytes(spoiled(rows, rng))
    mark: list[object] = ["exam", "mark", folder, out / "handed-in.csv", "--feedback", "--jobs", wanted.jobs]
    kills += killed(mark, half, rng, folder)
    said = json.loads(timed("mark, with feedback", *mark, "--json", ok=(0, 2)))
    timed("report", "exam", "report", folder, "--grades", out / "grades.toml", "--export", "canvas")
    timed("verify", "exam", "verify", folder)
    report(said, simulated, names, times, kills, folder)


def report(
    said: Mapping[str, Any],
    simulated: Mapping[str, Simulated],
    names: list[str],
    times: Mapping[str, float],
    kills: int,
    folder: Path,
) -> None:
    """Hold marks against what was simulated, and end with 1 where they differ."""
    marks = {it["student"]: it for it in said["students"]}
    nobodys = [it for it in simulated if it not in marks]
    answers = [(it, answer) for it in marks for answer in marks[it]["answers"]]
    waiting = [(it, answer) for it, answer in answers if answer["status"] in ("by hand", "unreadable")]
    unreadable = [it for it, answer in waiting if simulated[it].earned[answer["question"], answer["answer"]] is None]
    wrong: list[str] = []
    for it, answer in answers:
        expected = simulated[it].earned[answer["question"], answer["answer"]]
        waits = answer["status"] in ("by hand", "unreadable")
        if not waits and (expected is None or answer["marks"] != float(expected)):
            wrong.append(f"{it} {answer['question']} {answer['answer']}: {answer['marks']}, not {expected}")
    silent = [it for it in nobodys if it not in said["absent"]]
    share = (len(waiting) + sum([len(simulated[it].rows) for it in nobodys])) / sum(
        [len(it.rows) for it in simulated.values()]
    )
    print(f"{len(names)} students, {len(simulated)} handed in, {len(marks)} marked, {kills} kills")
    print(f"  {len(nobodys)} students' rows wait in unmatched.csv: {nobodys}; ids were read so: {said['read_as']}")
    print(
        f"  {len(answers)} answers: {len(wrong)} have other marks than were simulated, "
        f"{len(waiting)} wait for a person, {len(unreadable)} of them because they were written to be unreadable"
    )
    print("  " + ", ".join([f"{what} {seconds:.1f} s" for what, seconds in times.items()]))
    leftovers = [str(it) for it in folder.rglob("*") if it.name.endswith(".part") or it.name == "UNFINISHED"]
    failed = [*wrong[:20], *[f"{it} is neither marked nor named" for it in silent], *leftovers]
    if share > MOST_WAITING:
        failed.append(f"{share:.1%} of the answers wait: more than {MOST_WAITING:.0%}")
    if failed:
        raise SystemExit("\n".join(failed))
    print(f"every mark is the one that was simulated, or waits by name ({share:.1%})")


if __name__ == "__main__":
    main()
