"""Which page answers which address, and who may call it: there is no page without that said."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from starlette.responses import Response

from markscheme.web.call import Call
from markscheme.web.security import MOST_BYTES

Endpoint: TypeAlias = Callable[[Call], Response | Awaitable[Response]]


class Access(Enum):
    """Who may call a page. Of a course, an exam or a sitting it is the one that the address names."""

    ANYONE = "anyone"
    SIGNED_IN = "whoever is signed in"
    OPERATOR = "who runs the server"
    MEMBER = "members of the course"
    MARKER = "markers and teachers of the course"
    TEACHER = "teachers of the course"
    SITTER = "whose sitting it is"


ANYONE, SIGNED_IN, OPERATOR = Access.ANYONE, Access.SIGNED_IN, Access.OPERATOR
MEMBER, MARKER, TEACHER, SITTER = Access.MEMBER, Access.MARKER, Access.TEACHER, Access.SITTER


@dataclass(frozen=True, slots=True)
class Page:
    """One address: its methods, who may call it, and what answers."""

    path: str
    methods: tuple[str, ...]
    access: Access
    endpoint: Endpoint
    most_bytes: int = MOST_BYTES
    is_foreign: bool = False
    """Whether a page of another site may send to it: what is sent has to prove itself then."""


PAGES: list[Page] = []
"""Every page there is, in the order in which addresses are compared."""


def page(
    path: str,
    *,
    access: Access,
    methods: tuple[str, ...] = ("GET",),
    most_bytes: int = MOST_BYTES,
    is_foreign: bool = False,
) -> Callable[[Endpoint], Endpoint]:
    """Declare that a function answers an address. A coroutine answers on the event loop, all others in a thread."""

    def declare(endpoint: Endpoint) -> Endpoint:
        PAGES.append(Page(path, methods, access, endpoint, most_bytes, is_foreign))
        return endpoint

    return declare
