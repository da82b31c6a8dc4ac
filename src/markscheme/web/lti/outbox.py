"""Grades go back to platforms from a table that outlives the server: each is tried until it has arrived.

Whatever was released last counts: a mark of 0, and one that was changed later, as any other. A platform that is down
or refuses is tried again, later each time.
"""

from __future__ import annotations

import json
import logging
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from threading import Event, Thread
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit, urlunsplit

from sqlalchemy import Connection, func, select, update

from markscheme.web import schema
from markscheme.web.clock import DAY, HOUR, SECOND
from markscheme.web.database import Row, rows
from markscheme.web.lti import keys, platforms
from markscheme.web.lti.launching import SCORE
from markscheme.web.lti.platforms import Platform
from markscheme.web.released import marks_of

if TYPE_CHECKING:
    from markscheme.web.site import Site

LOG = logging.getLogger("markscheme.web")
EVERY: Final = 15.0  # seconds
FIRST_PAUSE: Final = 30 * SECOND
LONGEST_PAUSE: Final = 6 * HOUR
GIVE_UP: Final = 21 * DAY
AT_ONCE: Final = 200


def pause(tries: int) -> int:
    """How long to wait after so many tries, in milliseconds: twice as long each time.

    >>> [pause(tries) // 1000 for tries in (1, 2, 3, 20)]
    [30, 60, 120, 21600]
    """
    return min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(tries - 1, 30))


def collect(connection: Connection, now: int) -> int:
    """Put into the outbox what was released and is not there yet; returns how many."""
    sitting, link, person, report, grade = (
        schema.sittings, schema.lti_links, schema.lti_people, schema.reports, schema.lti_grades
    )  # fmt: skip
    latest = (
        select(report.c.sitting, func.max(report.c.id).label("report"))
        .where(report.c.is_released)
        .group_by(report.c.sitting)
        .subquery()
    )
    query = (
        select(link.c.id.label("link"), sitting.c.code, latest.c.report, person.c.subject)
        .join(sitting, sitting.c.exam == link.c.exam)
        .join(person, (person.c.person == sitting.c.person) & (person.c.lti_platform == link.c.lti_platform))
        .join(latest, latest.c.sitting == sitting.c.code)
        .join(
            grade,
            (grade.c.link == link.c.id) & (grade.c.sitting == sitting.c.code) & (grade.c.report == latest.c.report),
            isouter=True,
        )
        .where(sitting.c.state.in_(("released", "revised")), link.c.line_item != "", grade.c.id.is_(None))
    )
    found = rows(connection, query)
    for row in found:
        marks = marks_of(connection, row["code"], released=True)
        assert marks is not None
        before = (grade.c.link == row["link"]) & (grade.c.sitting == row["code"])
        late = before & grade.c.state.in_(("waiting", "given up"))
        connection.execute(update(grade).where(late).values(state="replaced"))
        connection.execute(grade.insert().values(
            link=row["link"], sitting=row["code"], report=row["report"], subject=row["subject"],
            marks=max(0.0, marks.marks), out_of=marks.out_of, state="waiting", made_at=now, next_at=now,
        ))  # fmt: skip
    return len(found)


def counts(connection: Connection) -> dict[str, dict[str, int]]:
    """How many grades of each platform are in which state."""
    link, grade = schema.lti_links, schema.lti_grades
    query = (
        select(link.c.lti_platform, grade.c.state, func.count().label("count"))
        .join(grade, grade.c.link == link.c.id)
        .group_by(link.c.lti_platform, grade.c.state)
    )
    found: dict[str, dict[str, int]] = {}
    for row in rows(connection, query):
        found.setdefault(row["lti_platform"], {})[row["state"]] = row["count"]
    return found


def troubles(connection: Connection, platform: str) -> list[Row]:
    """The latest grades that have not arrived though they were tried."""
    link, grade = schema.lti_links, schema.lti_grades
    query = (
        select(grade)
        .join(link, link.c.id == grade.c.link)
        .where(link.c.lti_platform == platform, grade.c.tries > 0, grade.c.state.in_(("waiting", "given up")))
        .order_by(grade.c.id.desc())
        .limit(20)
    )
    return rows(connection, query)


def try_again(connection: Connection, platform: str, now: int) -> None:
    """Try at once what has not arrived."""
    links = select(schema.lti_links.c.id).where(schema.lti_links.c.lti_platform == platform)
    grade = schema.lti_grades
    late = grade.c.link.in_(links) & grade.c.state.in_(("waiting", "given up"))
    connection.execute(update(grade).where(late).values(state="waiting", next_at=now, made_at=now))


class NotArrived(Exception):
    """Why a grade has not arrived, and how long the platform wants to be left alone, in milliseconds."""

    def __init__(self, said: str, wait: int = 0, *, is_platform: bool = False) -> None:
        super().__init__(said)
        self.wait = wait
        self.is_platform = is_platform
        """Whether nothing else need be sent to that platform now."""


class Outbox:
    """What sends grades; one a server."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._tokens: dict[str, tuple[str, int]] = {}
        self._stop = Event()
        self._thread = Thread(target=self._run, name="grades to platforms", daemon=True)

    def start(self) -> None:
        """Begin to send, now and then, in a thread."""
        self._thread.start()

    def close(self) -> None:
        """Stop; what has not arrived is sent after the next start."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._stop.wait(EVERY):
            try:
                self.send_due()
            except Exception:
                LOG.exception("sending grades failed; they are kept")

    def send_due(self) -> int:
        """Collect what was released, and send what is due; returns how many have arrived."""
        site, now = self._site, self._site.clock()
        with site.database.reading() as connection:
            if not connection.execute(select(schema.lti_links.c.id).limit(1)).first():
                return 0
        site.database.write(lambda connection: collect(connection, now))
        arrived, down = 0, set[str]()
        for row, platform in self._due(now):
            if self._stop.is_set():
                break
            if platform.code in down:
                continue
            try:
                self._send(platform, row)
            except NotArrived as error:
                if error.is_platform:
                    down.add(platform.code)
                self._later(row, error)
            else:
                arrived += 1
                done = {"state": "arrived", "arrived_at": site.clock(), "trouble": "", "tries": row["tries"] + 1}
                self._note(row, done)
        return arrived

    def _due(self, now: int) -> list[tuple[Row, Platform]]:
        link, grade = schema.lti_links, schema.lti_grades
        query = (
            select(grade, link.c.line_item, link.c.lti_platform)
            .join(link, link.c.id == grade.c.link)
            .where(grade.c.state == "waiting", grade.c.next_at <= now)
            .order_by(grade.c.next_at)
            .limit(AT_ONCE)
        )
        with self._site.database.reading() as connection:
            known = {it.code: it for it in platforms.every(connection)}
            return [(row, known[row["lti_platform"]]) for row in rows(connection, query)]

    def _send(self, platform: Platform, row: Row) -> None:
        """Send a grade. Raises `NotArrived`."""
        if not row["out_of"] > 0:
            raise NotArrived("there is nothing to earn in it")
        score = {
            "userId": row["subject"], "scoreGiven": row["marks"], "scoreMaximum": row["out_of"],
            "activityProgress": "Completed", "gradingProgress": "FullyGraded", "timestamp": _told(self._site.clock()),
        }  # fmt: skip
        for is_last in (False, True):
            headers = {
                "Authorization": f"Bearer {self._token(platform)}",
                "Content-Type": "application/vnd.ims.lis.v1.score+json",
            }
            status, said, _ = _asked(
                platform, "POST", scores_url(row["line_item"]), content=json.dumps(score), headers=headers
            )
            if status == 401 and not is_last:  # the token has ended earlier than it was to
                self._tokens.pop(platform.code, None)
                continue
            if not 200 <= status < 300:
                is_platform = status == 429 or status >= 500
                raise NotArrived(f"the platform answers {status}", _wait(said), is_platform=is_platform)
            return

    def _token(self, platform: Platform) -> str:
        """A token of the platform's to send grades with. Raises `NotArrived`."""
        now = self._site.clock()
        token, ends_at = self._tokens.get(platform.code, ("", 0))
        if now < ends_at:
            return token
        claims = {
            "iss": platform.client, "sub": platform.client, "aud": platform.token_audience or platform.token_url
        }  # fmt: skip
        form = {
            "grant_type": "client_credentials", "scope": SCORE,
            "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            "client_assertion": keys.signed(self._site, claims),
        }  # fmt: skip
        status, said, content = _asked(platform, "POST", platform.token_url, data=form)
        try:
            data: Any = json.loads(content) if status == 200 else {}
            token, lasts = str(data["access_token"]), float(data.get("expires_in", 60))
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise NotArrived(f"the platform gives no token: {status}", _wait(said), is_platform=True) from error
        if not token.isascii() or not token.isprintable() or len(token) > 20_000:
            raise NotArrived("the platform gives a token that is none", is_platform=True)
        self._tokens[platform.code] = (token, now + int(min(max(lasts - 30, 0), 3600) * SECOND))
        return token

    def _later(self, row: Row, error: NotArrived) -> None:
        now, tries = self._site.clock(), row["tries"] + 1
        wait = max(pause(tries), min(error.wait, LONGEST_PAUSE))
        wait += secrets.randbelow(wait // 10)  # so that not all come at once
        state = "given up" if now - row["made_at"] > GIVE_UP else "waiting"
        self._note(row, {"state": state, "tries": tries, "next_at": now + wait, "trouble": str(error)[:300]})

    def _note(self, row: Row, values: Mapping[str, Any]) -> None:
        table = schema.lti_grades
        here = (table.c.id == row["id"]) & (table.c.state == "waiting")
        self._site.database.write(lambda connection: connection.execute(update(table).where(here).values(**values)))


def _asked(platform: Platform, method: str, url: str, **more: Any) -> tuple[int, Mapping[str, str], bytes]:
    if not platforms.safe_url(url):
        raise NotArrived(f"the address {url[:100]!r} is not safe")
    try:
        return keys.fetch(method, url, **more)
    except keys.Unreached as error:
        raise NotArrived(f"{platform.name} cannot be reached: {error}", is_platform=True) from error


def scores_url(line_item: str) -> str:
    """Where the scores of a line item are sent: its query stays at the end.

    >>> scores_url("https://moodle.example.edu/mod/ltiservice_gradebookservices/lineitems/7/lineitem?type_id=2")
    'https://moodle.example.edu/mod/ltiservice_gradebookservices/lineitems/7/lineitem/scores?type_id=2'
    """
    parts = urlsplit(line_item)
    return urlunsplit(parts._replace(path=f"{parts.path.rstrip('/')}/scores"))


def _wait(headers: Mapping[str, str]) -> int:
    said = headers.get("retry-after", "")
    return int(said) * SECOND if said.isdecimal() and len(said) < 7 else 0


def _told(milliseconds: int) -> str:
    return datetime.fromtimestamp(milliseconds / SECOND, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
