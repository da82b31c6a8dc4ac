"""The server under load: `python -m bench.web [--sitting 500] [--seconds 30] [--kills 20] [--postgres]`.

The load runs on the same cores as the server. Sittings are made ready before the time is taken, one of them by posing
and proving, the others with its pages. A save counts as acknowledged when its answer has come; after each `kill -9`
every acknowledged save must be in the database.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from secrets import token_hex
from tempfile import TemporaryDirectory
from urllib.request import urlopen

from sqlalchemy import Connection, create_engine, select

from bench.timing import Figure, table
from markscheme.web import clock, courses, people, preparing, schema, security
from markscheme.web.database import Database
from markscheme.web.security import COOKIE, csrf_of
from tools.with_postgres import server

QUESTIONS = 16
PAPER = 'title = "Load"\n' + '\n[[question]]\nproblem = "attention/linear_rnn"\n' * QUESTIONS
EVERY = 5.0  # seconds between two saves of one student


@dataclass
class Student:
    """One browser: its cookie, and what was acknowledged to it."""

    sitting: str
    token: str
    csrf: str
    sequence: int = 0
    revisions: dict[str, int] = field(default_factory=dict[str, int])
    acknowledged: list[tuple[str, int]] = field(default_factory=list[tuple[str, int]])
    client: str = field(default_factory=lambda: token_hex(8))


def made(database: Database, folder: Path, count: int) -> list[Student]:
    """A course of so many students, their sittings ready."""
    page = folder / "paper.toml"
    page.write_text(PAPER, "utf-8")
    now = clock.now()
    key = security.new_token()
    found: list[Student] = []

    def fill(connection: Connection) -> str:
        connection.execute(schema.settings.insert().values(name="key", value=key))
        teacher = people.operator(connection, now)
        course = courses.add_course(connection, "Load", teacher.code, now)
        exam = courses.add_exam(connection, course, "Load", str(page), 60, now)
        courses.open_exam(connection, exam, now)
        for i in range(count):
            courses.add_student(connection, course, f"s{i}", f"Student {i}", "", now)
        preparing.enroll(connection, exam, now)
        return exam

    exam = database.write(fill)
    with database.reading() as connection:
        query = select(schema.sittings.c.code, schema.sittings.c.person).where(schema.sittings.c.exam == exam)
        sittings = [(it.code, it.person) for it in connection.execute(query)]
    preparing.prepare(database, exam, [sittings[0][0]], now)

    def ready(connection: Connection) -> None:
        own = schema.pages.c.sitting == sittings[0][0]
        pages = [dict(it) for it in connection.execute(select(schema.pages).where(own)).mappings()]
        for code, _ in sittings[1:]:
            rows = [{**it, "sitting": code} for it in pages]
            connection.execute(schema.pages.insert(), [{k: v for k, v in it.items() if k != "id"} for it in rows])
            connection.execute(schema.sittings.update().where(schema.sittings.c.code == code).values(state="ready"))
        for code, person in sittings:
            token = people.sign_in(connection, person, now)
            found.append(Student(code, token, csrf_of(key, token)))

    database.write(ready)
    return found


class Talk:
    """One connection of HTTP/1.1, kept alive and opened again when it is lost."""

    def __init__(self, port: int, student: Student) -> None:
        self._port, self._student = port, student
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, method: str, path: str, body: bytes = b"", sort: str = "application/json") -> tuple[int, bytes]:
        """Status and body of an answer. Raises `OSError` or `EOFError` where none comes."""
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self._port)
        reader, writer = self._streams
        it = self._student
        head = (
            f"{method} {path} HTTP/1.1\r\nHost: localhost:{self._port}\r\nCookie: {COOKIE}={it.token}\r\n"
            f"X-CSRF-Token: {it.csrf}\r\nContent-Type: {sort}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        try:
            writer.write(head.encode() + body)
            await writer.drain()
            lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            length = next((int(line[15:]) for line in lines if line.lower().startswith("content-length:")), 0)
            return int(lines[0].split()[1]), await reader.readexactly(length)
        except (OSError, EOFError):
            self.close()
            raise

    def close(self) -> None:
        """Let go of the connection."""
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None


async def save(talk: Talk, it: Student) -> float:
    """One save; the seconds until it was acknowledged."""
    it.sequence += 1
    answer = ("h_2", "k_3", "v_2", "output")[it.sequence % 4]
    question = "1(b)" if answer == "output" else "1(a)"
    sent = {
        "client": it.client, "sequence": it.sequence, "base": it.revisions.get(answer, 0), "question": question,
        "answer": answer, "text": f"[{it.sequence}, {it.sequence % 7}]",
    }  # fmt: skip
    start = time.perf_counter()
    status, body = await talk.ask("POST", f"/sit/{it.sitting}/save", json.dumps({"saves": [sent]}).encode())
    if status != 200:
        raise RuntimeError(f"a save was answered {status}: {body[:200]!r}")
    took = time.perf_counter() - start
    found = json.loads(body)["saved"][0]
    it.revisions[answer] = found["revision"]
    it.acknowledged.append((it.client, it.sequence))
    return took


async def sitting(port: int, it: Student, wait: float, until: float, times: list[float]) -> None:
    """A student who writes, and goes on when the server is gone."""
    talk = Talk(port, it)
    await asyncio.sleep(wait)
    while time.perf_counter() < until:
        try:
            times.append(await save(talk, it))
        except (OSError, EOFError):
            return
        await asyncio.sleep(EVERY)
    talk.close()


async def loaded(port: int, students: Sequence[Student], seconds: float) -> list[float]:
    """Everybody writes for so many seconds; how long each save took."""
    times: list[float] = []
    until = time.perf_counter() + seconds
    spread = EVERY / len(students)
    await asyncio.gather(*[sitting(port, it, i * spread, until, times) for i, it in enumerate(students)])
    return times


async def all_start(port: int, students: Sequence[Student]) -> list[float]:
    """Everybody starts at once; the seconds until each had the first page."""

    async def one(it: Student) -> float:
        talk = Talk(port, it)
        start = time.perf_counter()
        form = "application/x-www-form-urlencoded"
        status, body = await talk.ask("POST", f"/sit/{it.sitting}/start", f"csrf={it.csrf}&honor=signed".encode(), form)
        assert status == 303, (status, body[:300])
        status, body = await talk.ask("GET", f"/sit/{it.sitting}/1")
        assert status == 200, (status, body[:300])
        talk.close()
        return time.perf_counter() - start

    return list(await asyncio.gather(*map(one, students)))


async def pages(port: int, students: Sequence[Student], at_once: int) -> list[float]:
    """Pages of questions for each, so many at a time."""
    times: list[float] = []
    gate = asyncio.Semaphore(at_once)

    async def one(it: Student) -> None:
        talk = Talk(port, it)
        async with gate:
            for number in (2, 9, QUESTIONS):
                start = time.perf_counter()
                status, _ = await talk.ask("GET", f"/sit/{it.sitting}/{number}")
                assert status == 200
                times.append(time.perf_counter() - start)
        talk.close()

    await asyncio.gather(*map(one, students))
    return times


async def readings(port: int, students: Sequence[Student]) -> list[float]:
    """What is said of a text while it is typed, to one student after the other."""
    times: list[float] = []
    for it in students:
        talk = Talk(port, it)
        for text in ("[1", "[1, 2]", "[1, 2/3]"):
            start = time.perf_counter()
            sent = json.dumps({"name": "1(a) h_2", "text": text}).encode()
            status, body = await talk.ask("POST", f"/sit/{it.sitting}/read", sent)
            assert status == 200, (status, body[:300])
            times.append(time.perf_counter() - start)
        talk.close()
    return times


def syncs(folder: Path) -> list[float]:
    """How long the disk takes to keep 4 kB, in seconds: no save can take less."""
    times: list[float] = []
    with (folder / "synced").open("wb") as page:
        for _ in range(300):
            page.write(b"x" * 4096)
            start = time.perf_counter()
            page.flush()
            os.fsync(page.fileno())
            times.append(time.perf_counter() - start)
    return times


@contextmanager
def running(folder: Path, url: str | None) -> Generator[tuple[int, subprocess.Popen[str], float]]:
    """`markscheme serve` as a process: its port, the process, and how long it took to answer."""
    start = time.perf_counter()
    command = [
        sys.executable,
        "-c",
        "from markscheme.cli.main import main; main()",
        "serve",
        "--port",
        "0",
        "--data",
        str(folder),
        "--jobs",
        "2",
    ]
    process = subprocess.Popen([*command, *(["--database", url] if url else [])], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    port = int(process.stdout.readline().split("localhost:")[1].split()[0])
    try:
        with urlopen(f"http://localhost:{port}/health") as answer:
            assert answer.status == 200
        yield port, process, time.perf_counter() - start
    finally:
        process.kill()
        process.wait()


def lost(url: str, students: Sequence[Student]) -> int:
    """How many acknowledged saves are not in the database."""
    engine = create_engine(url)
    table = schema.saves
    with engine.connect() as connection:
        kept = {(it.client, it.sequence) for it in connection.execute(select(table.c.client, table.c.sequence))}
    engine.dispose()
    return sum([at not in kept for it in students for at in it.acknowledged])


def percentile(times: Sequence[float], share: float) -> float:
    """A percentile in milliseconds."""
    return 1000 * sorted(times)[min(len(times) - 1, int(share * len(times)))]


def measured(name: str, folder: Path, url: str | None, options: argparse.Namespace) -> Iterator[Figure]:
    """The figures of one database."""
    address = url or f"sqlite:///{folder / 'markscheme.sqlite'}"
    database = Database(address)
    database.upgrade()
    students = made(database, folder, options.sitting)
    database.close()
    with running(folder, url) as (port, process, start):
        yield Figure(f"{name}: start", start, "s", limit=2)
        first = asyncio.run(all_start(port, students[:250]))
        asyncio.run(all_start(port, students[250:]))
        note = f"{len(first)} start a paper of {QUESTIONS} questions at once: the last first page"
        yield Figure(f"{name}: all start", max(first), "s", limit=10, note=note)
        asked = asyncio.run(pages(port, students[:100], 1))
        yield Figure(f"{name}: a page, median", percentile(asked, 0.5), "ms", limit=10, note="one asks at a time")
        asked = asyncio.run(pages(port, students, 10))
        yield Figure(f"{name}: a page, p99", percentile(asked, 0.99), "ms", limit=1000, note="ten ask at a time")
        read = asyncio.run(readings(port, students[:100]))
        yield Figure(f"{name}: a reading, p99", percentile(read, 0.99), "ms", limit=20, note="while somebody types")
        disk = syncs(folder)
        note = "what the disk takes to keep 4 kB, in the same run"
        yield Figure(f"{name}: the disk alone, median", percentile(disk, 0.5), "ms", note=note)
        yield Figure(f"{name}: the disk alone, p99", percentile(disk, 0.99), "ms")
        before = resident(process.pid)
        times = asyncio.run(loaded(port, students, options.seconds))
        note = f"{len(students)} sitting, each saving every {EVERY:g} s: {len(times)} saves"
        yield Figure(f"{name}: a save, median", percentile(times, 0.5), "ms", note=note)
        yield Figure(f"{name}: a save, p99", percentile(times, 0.99), "ms", limit=25)
        yield Figure(
            f"{name}: memory that the load added", resident(process.pid) - before, "MB", note=f"to {before:.0f}"
        )
    for _ in range(options.kills):
        with running(folder, url) as (port, process, _):
            asyncio.run(killed(port, students, process))
    total = sum([len(it.acknowledged) for it in students])
    note = f"{options.kills} rounds of kill -9 in the load, {total} saves acknowledged"
    yield Figure(f"{name}: acknowledged saves lost", lost(address, students), "saves", limit=0, note=note)


async def killed(port: int, students: Sequence[Student], process: subprocess.Popen[str]) -> None:
    """A few seconds of load with a kill in the middle."""

    async def kill() -> None:
        await asyncio.sleep(1.0)
        process.send_signal(signal.SIGKILL)

    times: list[float] = []
    until = time.perf_counter() + 2
    writers = [sitting(port, it, i * 0.002, until, times) for i, it in enumerate(students)]
    await asyncio.gather(kill(), *writers)


def resident(pid: int) -> float:
    """The memory of a process in MB."""
    for line in Path(f"/proc/{pid}/status").read_text("ascii").splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return 0.0


def figures(arguments: Sequence[str] = ()) -> list[Figure]:
    """Of SQLite, and of PostgreSQL where it is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sitting", type=int, default=500)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--postgres", action="store_true", help="with a PostgreSQL server of its own as well")
    options = parser.parse_args(arguments)
    found: list[Figure] = []
    with TemporaryDirectory() as folder:
        found += measured("SQLite", Path(folder), None, options)
    with server() if options.postgres else nullcontext() as url, TemporaryDirectory() as folder:
        found += measured("PostgreSQL", Path(folder), url, options) if url else []
    return found


if __name__ == "__main__":
    print(table(figures(sys.argv[1:])))
