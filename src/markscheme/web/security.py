"""What every answer of the server carries, and what every request must: policies, tokens, limits."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from base64 import b64encode
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import urlsplit

from markscheme.web.clock import SECOND

COOKIE: Final = "__Host-markscheme"
MOST_BYTES: Final = 64_000
"""Of a request's body, but for files."""
_MOST_WATCHED = 10_000
_POLICY: Final = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
}
ALWAYS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


def policy(*, mathlive: bool = False, style: str = "", frames: Sequence[str] = (), forms: Sequence[str] = ()) -> str:
    """The Content-Security-Policy of a page: nothing but what this server sends.

    MathLive sets attributes of style; a page that was made elsewhere, such as a feedback sheet, has a `style` of its
    own; `frames` are the platforms that may show the page within theirs, `forms` those that its forms are sent to.
    """
    own = dict(_POLICY)
    if mathlive:
        own["style-src-attr"] = "'unsafe-inline'"
    if style:
        digest = hashlib.sha256(style.encode()).digest()
        own["style-src"] = f"'self' 'sha256-{b64encode(digest).decode()}'"
    if frames:
        own["frame-ancestors"] = " ".join(frames)
    if forms:
        own["form-action"] = " ".join(["'self'", *forms])
    return "; ".join([f"{name} {value}" for name, value in own.items()])


def new_token() -> str:
    """What nobody can guess."""
    return secrets.token_urlsafe(32)


def new_code() -> str:
    """An opaque name for a row, which says nothing of it."""
    return secrets.token_hex(8)


def hashed(token: str) -> str:
    """How a token is kept: whoever reads the database has no token."""
    return hashlib.sha256(token.encode()).hexdigest()


def csrf_of(key: str, token: str) -> str:
    """What a form must carry besides the cookie."""
    return hmac.digest(key.encode(), b"csrf " + token.encode(), "sha256").hex()


def is_own_origin(headers: Mapping[str, str], host: str) -> bool:
    """Whether a request that changes something was sent by a page of this server, as far as the browser says."""
    if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return False
    origin = headers.get("origin")
    return origin is None or urlsplit(origin).netloc == host


class Limits:
    """How often somebody may do something: so many times at once, and so many a minute after that.

    >>> limits = Limits(most=2, a_minute=60)
    >>> [limits.admits("ann", at) for at in (0, 0, 0, 1000)]
    [True, True, False, True]
    """

    def __init__(self, most: int, a_minute: float) -> None:
        self._most = most
        self._a_second = a_minute / 60
        self._left: OrderedDict[str, tuple[float, int]] = OrderedDict()

    def admits(self, who: str, now: int) -> bool:
        """Whether it may be done once more now; if so it is counted."""
        left, then = self._left.pop(who, (float(self._most), now))
        left = min(self._most, left + max(0, now - then) / SECOND * self._a_second)
        admitted = left >= 1
        self._left[who] = (left - 1 if admitted else left, now)
        if len(self._left) > _MOST_WATCHED:
            self._left.popitem(last=False)
        return admitted
