"""Keys: ours, with which we sign, and those of platforms, fetched from them and fetched again when they change."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING, Any, Final, cast

from markscheme.web.call import Refused
from markscheme.web.clock import MINUTE, SECOND
from markscheme.web.lti.platforms import Platform
from markscheme.web.recording import setting
from markscheme.web.security import new_token

if TYPE_CHECKING:
    from joserfc.jwk import RSAKey

    from markscheme.web.site import Site

ALGORITHMS: Final = ["RS256"]
"""What LTI names; nothing that a public key could be taken for the secret of."""
TIMEOUT: Final = (4.0, 8.0, 8.0, 8.0)
"""Seconds to connect, to read, to write, and for a free connection."""
MOST_SENT: Final = 256_000
_AGAIN = 30 * SECOND
"""How long an unknown key is not asked for again: a liar with keys of its own cannot make us knock all the time."""
_LASTS = 60 * MINUTE
_NONE: Final[dict[str, Any]] = {}


def own_key(site: Site) -> RSAKey:
    """The server's own key pair, made once."""
    from joserfc.jwk import RSAKey  # noqa: PLC0415 (for platforms alone)

    def made(connection: Any) -> str:
        made = RSAKey.generate_key(2048, {"use": "sig", "alg": "RS256"})
        return setting(connection, "lti key", json.dumps({**made.as_dict(private=True), "kid": made.thumbprint()}))

    return RSAKey.import_key(json.loads(site.database.write(made)))


def public_keys(site: Site) -> dict[str, Any]:
    """What platforms check our signatures with."""
    return {"keys": [own_key(site).as_dict(private=False)]}


def signed(site: Site, claims: Mapping[str, Any]) -> str:
    """A token of ours, good for five minutes."""
    from joserfc import jwt  # noqa: PLC0415 (for platforms alone)

    key = own_key(site)
    now = site.clock() // SECOND
    timed = {"iat": now, "exp": now + 300, "jti": new_token(), "nonce": new_token()}
    return jwt.encode({"alg": "RS256", "kid": key.kid, "typ": "JWT"}, {**claims, **timed}, key)


class Unreached(Exception):
    """Another server does not answer, or not as servers do; says what kind of error it was."""


def fetch(method: str, url: str, **more: Any) -> tuple[int, Mapping[str, str], bytes]:
    """Ask another server: status, headers and what it says, bounded; no other place that it sends us to.

    Raises `Unreached`.
    """
    import httpx  # noqa: PLC0415 (for platforms alone)

    sent = bytearray()
    try:
        with (
            httpx.Client(timeout=TIMEOUT, follow_redirects=False) as client,
            client.stream(method, url, **more) as response,
        ):
            for chunk in response.iter_bytes():
                sent += chunk
                if len(sent) > MOST_SENT:
                    raise Unreached("it sends too much")
            return response.status_code, response.headers, bytes(sent)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise Unreached(type(error).__name__) from error


@dataclass
class PlatformKeys:
    """The public keys of platforms, as they were fetched last."""

    _known: dict[str, tuple[int, dict[str, Any]]] = field(default_factory=dict[str, tuple[int, dict[str, Any]]])
    _lock: Lock = field(default_factory=Lock)

    def key(self, platform: Platform, kid: str, now: int) -> RSAKey:
        """The key of a name. Raises `Refused` for one that the platform does not publish, or if it cannot be asked."""
        from joserfc.errors import JoseError  # noqa: PLC0415 (for platforms alone)
        from joserfc.jwk import RSAKey  # noqa: PLC0415 (for platforms alone)

        with self._lock:
            at, keys = self._known.get(platform.keys_url, (now - _LASTS, _NONE))
        is_old = not 0 <= now - at < _LASTS
        if is_old or (kid not in keys and now - at >= _AGAIN):
            fetched_at = now
            try:
                keys = _fetched(platform)
            except (Unreached, ValueError) as error:
                fetched_at = now - _LASTS + _AGAIN
                if kid not in keys:
                    raise Refused(
                        503, f"The keys of {platform.name} cannot be fetched now: try again in a minute."
                    ) from error
            with self._lock:
                self._known[platform.keys_url] = (fetched_at, keys)
        if kid not in keys:
            raise Refused(400, f"This was not signed by {platform.name}: it publishes no key of that name.")
        try:
            return RSAKey.import_key(keys[kid])
        except (JoseError, ValueError, TypeError) as error:
            raise Refused(400, f"The key of {platform.name} is none that LTI knows.") from error


def _fetched(platform: Platform) -> dict[str, Any]:
    """The keys by their names. Raises `ValueError` for what is no key set."""
    status, _, content = fetch("GET", platform.keys_url)
    try:
        data: Any = json.loads(content) if status == 200 else None
    except RecursionError:
        data = None
    keys: Any = cast("dict[str, Any]", data).get("keys") if isinstance(data, dict) else None
    if not isinstance(keys, list):
        raise ValueError(f"no key set: status {status}")  # noqa: TRY004 (a value of another's)
    found = [cast("dict[str, Any]", it) for it in cast("list[Any]", keys) if isinstance(it, dict)]
    return {it["kid"]: it for it in found if isinstance(it.get("kid"), str) and it.get("kty") == "RSA"}
