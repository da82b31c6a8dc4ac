"""One request as the pages see it, and what they may answer."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from starlette.responses import Response

from markscheme.web.people import Person

if TYPE_CHECKING:
    from markscheme.web.site import Site


class Refused(Exception):
    """An answer that is no page: its status, and one sentence for whoever asked."""

    def __init__(self, status: int, said: str) -> None:
        super().__init__(said)
        self.status = status
        self.said = said


def not_found() -> Refused:
    """What is not there, or not for this person: nobody learns which."""
    return Refused(404, "There is no such page.")


def csv_file(name: str, text: str) -> Response:
    """A CSV file to be saved under a name."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(text.encode(), media_type="text/csv; charset=utf-8", headers=headers)


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that was sent."""

    name: str
    content: bytes


@dataclass(slots=True)
class Call:
    """One request: who asks, for what, when."""

    site: Site
    method: str
    path: Mapping[str, str]
    """What stands in the address."""
    query: Mapping[str, str]
    person: Person | None
    visitor: str
    """A name for the browser of somebody who is not signed in."""
    csrf: str
    now: int
    body: bytes = b""
    form: Mapping[str, Sequence[str]] = field(default_factory=dict[str, Sequence[str]])
    files: Mapping[str, Upload] = field(default_factory=dict[str, Upload])
    token: str = ""
    """Of the cookie."""
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    cookies: Mapping[str, str] = field(default_factory=dict[str, str])
    role: str = ""
    """What the person is in the course that the address names."""
    row: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """The course, exam or sitting that the address names."""
    new_cookie: str | None = None
    """A token to be set, or an empty text to drop it."""

    @property
    def me(self) -> Person:
        """The person who asks; the page is for the signed-in alone."""
        if self.person is None:
            raise Refused(401, "Please sign in.")
        return self.person

    @property
    def who(self) -> str:
        """For logs."""
        return self.person.code if self.person else ""

    def field(self, name: str, default: str = "") -> str:
        """One value of the form."""
        return (self.form.get(name) or [default])[0]

    def values(self, name: str) -> Sequence[str]:
        """All values of the form of one name."""
        return self.form.get(name) or []

    def json(self) -> dict[str, Any]:
        """The body as a JSON object. Raises `Refused` for anything else."""
        try:
            data: Any = json.loads(self.body)
        except (ValueError, RecursionError):
            raise Refused(400, "The body is no JSON.") from None
        if not isinstance(data, dict):
            raise Refused(400, "The body is no JSON object.")
        return data  # pyright: ignore[reportUnknownVariableType]

    def render(self, template: str, status: int = 200, **values: Any) -> Response:
        """A page."""
        return self.site.render(self, template, status, values)
