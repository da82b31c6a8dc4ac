"""What docs/web.md says to programs, tried: its commands against a server that listens."""

from __future__ import annotations

import json
import re
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest
import uvicorn

from markscheme.web.api import tokens
from markscheme.web.app import application
from tests.web.site import World, world

pytestmark = pytest.mark.web
PAGE = Path(__file__).parents[2] / "docs" / "web.md"
LISTING = next(it for it in re.findall(r"```sh\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL) if "curl" in it)


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[World, str]]:
    found = world(tmp_path)
    server = uvicorn.Server(uvicorn.Config(application(found.site), port=0, log_level="warning", lifespan="off"))
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield found, f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join()
    while found.site.preparing:
        time.sleep(0.05)
    found.site.close()


def test_the_commands_for_programs_do_what_they_say(served: tuple[World, str]) -> None:
    """Each command of the page is answered with what it asks for, by a server over HTTP."""
    it, address = served
    token = it.site.database.write(
        lambda connection: tokens.make(
            connection, it.people["teacher"].code, "docs", list(tokens.SCOPES), 1, it.time[0]
        )
    )  # fmt: skip
    environment = {"TOKEN": token, "API": f"{address}/api/v1", "COURSE": it.course, "EXAM": it.exam}
    commands = [line for line in LISTING.splitlines() if line.startswith("curl")]
    said = {}
    for command in commands:
        done = subprocess.run(
            ["bash", "-c", f"{command} --fail-with-body --max-time 60"], env={"PATH": "/usr/bin:/bin", **environment},
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, f"{command}: {done.stdout} {done.stderr}"
        said[command.rsplit("$API", 1)[-1].strip('"')] = json.loads(done.stdout)
    assert [row["title"] for row in said["/courses"]["items"]] == ["Deep learning"]
    assert (said["/courses/$COURSE/roster"]["taken"], said["/courses/$COURSE/roster"]["broken"]) == (1, [])
    assert said["/courses/$COURSE/exams"]["minutes"] == 80
    assert said["/exams/$EXAM/open"]["opens_at"] == "2030-05-04T10:15:00Z"
    assert {row["student"] for row in said["/exams/$EXAM/sittings?limit=200"]["items"]} >= {"ann", "bob"}
    assert said["/exams/$EXAM/marks"] == {"items": [], "next": None}
    assert len(said) == len(commands) == LISTING.count("\ncurl")
