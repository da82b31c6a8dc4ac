"""The server as a process: its data folder, its lock, its address, and how it ends."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Sequence
from pathlib import Path

import click
import uvicorn
from platformdirs import user_data_path
from sqlalchemy import Connection

from markscheme.bank.catalog import catalog
from markscheme.paper.files import locked
from markscheme.web import logs, people
from markscheme.web.app import application
from markscheme.web.clock import DAY
from markscheme.web.composing import find_papers
from markscheme.web.database import Database
from markscheme.web.desks import serve_folder
from markscheme.web.site import Site

DATABASE = "markscheme.sqlite"
SWITCH = 0.0005  # seconds: the one writer must not wait for Python's lock behind each thread that reads a request
KEPT_ALIVE = 75  # seconds: less, and browsers save into connections that are just being closed


def serve(
    *, host: str, port: int, address: str | None, database: str | None, folder: Path | None, papers: Sequence[Path],
    problems: Sequence[Path] = (), exams: Sequence[Path] = (), jobs: int | None,
) -> None:  # fmt: skip
    """Run a server until it is interrupted. Raises `MarkschemeError` where another one has its data folder."""
    sys.setswitchinterval(SWITCH)
    data = folder or data_folder()
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    with locked(data), _listening(host, port) as sock:
        shown = (address or f"http://localhost:{sock.getsockname()[1]}").rstrip("/")
        site = Site(
            _opened(database, data), data, tuple(papers), tuple(problems), jobs=jobs or os.cpu_count() or 1,
            address=shown,
        )  # fmt: skip
        entrance = site.database.write(lambda connection: _entrance(connection, site.clock()))
        click.echo(f"markscheme serves {shown} from {data}")
        click.echo(f"Enter as its operator: {shown}/enter/{entrance}")
        for root in exams:
            click.echo(f"Mark {root}: {shown}/exams/{_served(site, root)}/mark")
        for error in catalog(site.problems).broken.values():
            click.echo(f"Left out: {error}", err=True)
        click.echo("Stop it with Ctrl+C.")
        config = uvicorn.Config(
            application(site), timeout_keep_alive=KEPT_ALIVE, log_config=logs.CONFIG, log_level="warning",
            server_header=False, timeout_graceful_shutdown=10, proxy_headers=address is not None,
        )  # fmt: skip
        uvicorn.Server(config).run(sockets=[sock])


def data_folder() -> Path:
    """Where a server keeps what it has, unless it is told another place."""
    return user_data_path("markscheme") / "web"


def _entrance(connection: Connection, now: int) -> str:
    """A token by which the operator signs in, for a day."""
    return people.invite(connection, people.operator(connection, now).code, now, DAY)


def _served(site: Site, root: Path) -> str:
    """A paper exam's folder, marked by the operator; the exam's code."""
    operator = site.database.write(lambda connection: people.operator(connection, site.clock()))
    return serve_folder(site, root.absolute(), operator, site.clock())


def _opened(url: str | None, data: Path) -> Database:
    page = data / DATABASE
    found = Database(url or f"sqlite:///{page}")
    found.upgrade()
    found.write(lambda connection: find_papers(connection, data / "papers"))
    if url is None:
        page.chmod(0o600)
    return found


def _listening(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=1024)
