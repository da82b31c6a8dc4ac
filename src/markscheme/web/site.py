"""What a running server has: its database, clock, templates, limits and workers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeVar

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse

from markscheme.core.parallel import pool
from markscheme.web import clock
from markscheme.web.assets import asset
from markscheme.web.call import Call
from markscheme.web.clock import Clock
from markscheme.web.database import Database
from markscheme.web.desk import Leases, Shelf
from markscheme.web.lti.keys import PlatformKeys
from markscheme.web.people import Sessions
from markscheme.web.programs import Programs
from markscheme.web.recording import setting
from markscheme.web.security import Limits, new_token, policy
from markscheme.web.work import Work

if TYPE_CHECKING:
    from markscheme.scan.sheets import Sheets

Task = TypeVar("Task")
Result = TypeVar("Result")
MOST_SHELVES = 3


@dataclass
class Site:
    """One server."""

    database: Database
    folder: Path
    """Where papers that were made here are kept."""
    papers: tuple[Path, ...] = ()
    """Folders of papers that may be sat besides the built-in ones."""
    problems: tuple[Path, ...] = ()
    """Folders of problems besides the built-in ones."""
    clock: Clock = clock.now
    jobs: int = 1
    address: str = ""
    """What people type to come here."""
    preparing: set[str] = field(default_factory=set[str])
    """Exams whose sittings are being made ready."""
    troubles: dict[str, str] = field(default_factory=dict[str, str])
    """What went wrong with them."""
    seen: dict[str, int] = field(default_factory=dict[str, int])
    """When each sitting's window was last heard of."""
    passwords: Limits = field(default_factory=lambda: Limits(most=40, a_minute=300))
    """Of everybody together: comparing one takes time and memory on purpose."""
    exams: dict[str, Path] = field(default_factory=dict[str, Path])
    """Folders of exams on paper that are marked here, by the exam's code."""
    works: dict[str, Work] = field(default_factory=dict[str, Work])
    """What is done with an exam in the background, by its code."""
    shelves: dict[str, tuple[dict[str, int], Shelf]] = field(default_factory=dict[str, tuple[dict[str, int], Shelf]])
    """The marks of exams as they were read last, with the ids of their reports."""
    folder_shelves: dict[str, tuple[dict[str, str], Shelf]] = field(
        default_factory=dict[str, tuple[dict[str, str], Shelf]]
    )
    """The marks of exams on paper, with digests of what was handed in."""
    folder_writes: Lock = field(default_factory=Lock)
    """Held by whoever writes into such a folder."""
    sheets: dict[str, tuple[tuple[int, int], Sheets]] = field(
        default_factory=dict[str, "tuple[tuple[int, int], Sheets]"]
    )
    """What their scanned pages have for a marker, with the stamp of the pages then."""
    leases: Leases = field(default_factory=Leases)
    sign_ins: Limits = field(default_factory=lambda: Limits(most=10, a_minute=10))
    platform_keys: PlatformKeys = field(default_factory=PlatformKeys)
    launches: Limits = field(default_factory=lambda: Limits(most=600, a_minute=600))
    api_calls: Limits = field(default_factory=lambda: Limits(most=200, a_minute=600))
    practices: Limits = field(default_factory=lambda: Limits(most=30, a_minute=60))
    programs: Programs = field(default_factory=Programs)
    readings: Limits = field(default_factory=lambda: Limits(most=60, a_minute=600))

    @cached_property
    def sessions(self) -> Sessions:
        """Who is signed in."""
        return Sessions(self.database)

    @cached_property
    def key(self) -> str:
        """The server's own secret, made once."""
        return self.database.write(lambda connection: setting(connection, "key", new_token()))

    @cached_property
    def workers(self) -> Executor:
        """Processes for posing, proving, drawing and running programs."""
        return pool(self.jobs)

    @cached_property
    def _templates(self) -> Environment:
        found = Environment(
            loader=PackageLoader("markscheme.web"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
            lstrip_blocks=True,
        )  # fmt: skip
        functions: dict[str, Any] = {"asset": asset}
        found.globals.update(functions)
        found.filters["clock"] = _told
        return found

    def render(self, call: Call, template: str, status: int, values: Mapping[str, Any]) -> HTMLResponse:
        """A page of a template; `mathlive=True` lets MathLive set styles there."""
        body = self._templates.get_template(template).render(
            call=call, person=call.person, csrf=call.csrf, role=call.role, now=call.now, **values
        )
        headers = {
            "Content-Security-Policy": policy(
                mathlive=bool(values.get("mathlive")), frames=values.get("frames", ()), forms=values.get("forms", ())
            ),
            "Cache-Control": "no-store",
        }
        return HTMLResponse(body, status, headers)

    def do(self, function: Callable[[Task], Result], task: Task) -> Result:
        """One task, done by a worker; here, where there are none."""
        return self.workers.submit(function, task).result() if self.jobs else function(task)

    def renew(self) -> None:
        """Let workers be new ones from now on, which read problem files as they are; what goes on is finished."""
        old = None if self.preparing else self.__dict__.pop("workers", None)
        if old is not None:
            old.shutdown(wait=False)

    def is_working(self, exam: str) -> bool:
        """Whether something is being done with an exam in the background."""
        work = self.works.get(exam)
        return work is not None and not work.has_ended

    def keep_shelf(self, exam: str, reports: dict[str, int], shelf: Shelf) -> None:
        """Keep the marks of an exam for the next page; those of few exams at once."""
        self.shelves.pop(exam, None)
        self.shelves[exam] = (reports, shelf)
        while len(self.shelves) > MOST_SHELVES:
            self.shelves.pop(next(iter(self.shelves)), None)

    def close(self) -> None:
        """Let go of everything."""
        if "workers" in self.__dict__:
            self.workers.shutdown(cancel_futures=True)
        self.programs.close()
        self.database.close()


def _told(milliseconds: int) -> str:
    """A time, as a page tells it."""
    return f"{datetime.fromtimestamp(milliseconds / clock.SECOND, UTC):%Y-%m-%d %H:%M:%S} UTC"
