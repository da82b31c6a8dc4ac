"""A launch: begun here, sent on to the platform, and believed only if all of it is what it must be."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast
from urllib.parse import urlencode

from sqlalchemy import Connection, delete, select

from markscheme.web import schema
from markscheme.web.call import Refused
from markscheme.web.clock import MINUTE, SECOND
from markscheme.web.database import Row, first
from markscheme.web.lti import keys, platforms
from markscheme.web.lti.platforms import Platform
from markscheme.web.security import hashed, new_token

if TYPE_CHECKING:
    from markscheme.web.site import Site

COOKIE: Final = "__Host-markscheme-lti"
"""Binds a launch to the browser that began it. It comes with what the platform's page sends, so it is not `lax`."""
LASTS: Final = 10 * MINUTE
"""How long a launch may take, and how old a token may be."""
_SKEW = 60  # seconds, between the platform's clock and ours
_CLAIM = "https://purl.imsglobal.org/spec/lti/claim/"
_DEEP = "https://purl.imsglobal.org/spec/lti-dl/claim/"
_AGS = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"
SCORE: Final = "https://purl.imsglobal.org/spec/lti-ags/scope/score"
_MEMBERSHIP = "http://purl.imsglobal.org/vocab/lis/v2/membership"
RESOURCE_LINK: Final = "LtiResourceLinkRequest"
DEEP_LINKING: Final = "LtiDeepLinkingRequest"


@dataclass(frozen=True, slots=True)
class Launch:
    """What a platform says, once it is believed: who comes, as what, from which course, to which exam."""

    platform: str
    deployment: str
    subject: str
    name: str
    student: str
    """The id of the person in the school's register, if the platform tells it; rosters have it too."""
    role: str
    """student, marker or teacher; empty for a role that has no place here."""
    context: str
    context_title: str
    message: str
    resource: str = ""
    exam: str = ""
    line_item: str = ""
    return_url: str = ""
    data: str = ""


def begin(site: Site, connection: Connection, sent: Mapping[str, str], browser: str) -> str:
    """Begin a launch: the platform's address to go on to. Raises `Refused` for a platform that is not registered."""
    platform, state, nonce, now = beginning(connection, sent), new_token(), new_token(), site.clock()
    connection.execute(delete(schema.lti_states).where(schema.lti_states.c.ends_at < now))
    connection.execute(schema.lti_states.insert().values(
        hash=hashed(state), lti_platform=platform.code, browser=hashed(browser), nonce=nonce,
        target=sent.get("target_link_uri", "")[:2000], ends_at=now + LASTS,
    ))  # fmt: skip
    asked = {
        "scope": "openid", "response_type": "id_token", "response_mode": "form_post", "prompt": "none",
        "client_id": platform.client, "redirect_uri": f"{site.address}/lti/launch", "login_hint": sent["login_hint"],
        "state": state, "nonce": nonce,
    }  # fmt: skip
    if sent.get("lti_message_hint"):
        asked["lti_message_hint"] = sent["lti_message_hint"]
    separator = "&" if "?" in platform.login_url else "?"
    return f"{platform.login_url}{separator}{urlencode(asked)}"


def beginning(connection: Connection, sent: Mapping[str, str]) -> Platform:
    """The platform that begins a launch. Raises `Refused` for one that is not registered, or that sends nobody."""
    issuer, client = sent.get("iss", ""), sent.get("client_id", "")
    found = platforms.by_issuer(connection, issuer, client) if (issuer + client).isprintable() else []
    if len(found) != 1:
        raise Refused(400, "This platform is not registered here, or not with this client ID: ask the operator.")
    if not sent.get("login_hint"):
        raise Refused(400, "The platform did not say whom it sends (login_hint).")
    return found[0]


def ended(connection: Connection, state: str, browser: str, now: int) -> tuple[Platform, str]:
    """End the launch of a state, which nobody can do twice: its platform, and its nonce. Raises `Refused`."""
    table = schema.lti_states
    found: Row | None = first(connection, select(table).where(table.c.hash == hashed(state), table.c.ends_at > now))
    if found is None:
        raise Refused(400, "This launch took too long or was used already: start again from your course.")
    if not browser or hashed(browser) != found["browser"]:
        raise Refused(403, "This launch was begun in another browser, or this one keeps no cookies here.")
    connection.execute(delete(table).where(table.c.hash == found["hash"]))
    platform = platforms.by_code(connection, found["lti_platform"])
    assert platform is not None
    return platform, found["nonce"]


def believed(site: Site, platform: Platform, nonce: str, token: str) -> Launch:
    """What a token says, if the platform signed it, for us, now, in answer to this launch. Raises `Refused`."""
    from joserfc import jwt  # noqa: PLC0415 (for platforms alone)
    from joserfc.errors import JoseError  # noqa: PLC0415 (for platforms alone)

    now = site.clock()
    key = site.platform_keys.key(platform, _kid(token), now)
    try:
        claims: dict[str, Any] = jwt.decode(token, key, algorithms=keys.ALGORITHMS).claims
    except (JoseError, ValueError, TypeError, RecursionError) as error:
        raise Refused(400, f"This was not signed by {platform.name}.") from error
    _is_for_us(claims, platform, nonce, now // SECOND)
    return _launch(claims, platform)


def _kid(token: str) -> str:
    """The name of the key that a token says it was signed with."""
    head = token.partition(".")[0]
    try:
        header: Any = json.loads(urlsafe_b64decode(head + "=" * (-len(head) % 4)))
    except (ValueError, RecursionError):
        header = None
    kid: Any = cast("dict[str, Any]", header).get("kid") if isinstance(header, dict) else None
    if not isinstance(kid, str) or not kid:
        raise Refused(400, "The platform's token names no key.")
    return kid


def _is_for_us(claims: Mapping[str, Any], platform: Platform, nonce: str, now: int) -> None:
    """Raise `Refused` for the first that is wrong with a token that the platform did sign."""
    audience: Any = claims.get("aud")
    audiences: list[Any] = cast("list[Any]", audience) if isinstance(audience, list) else [audience]
    issued, expires = claims.get("iat"), claims.get("exp")
    party = claims.get("azp", platform.client if len(audiences) == 1 else None)
    numbers = [it for it in (issued, expires) if isinstance(it, int | float) and not isinstance(it, bool)]
    wrong = {
        "another issuer": claims.get("iss") != platform.issuer,
        "another tool": platform.client not in audiences or party != platform.client,
        "no time": len(numbers) != 2,
        "an old token": len(numbers) == 2 and (now > numbers[1] + _SKEW or now > numbers[0] + LASTS // SECOND),
        "a token of the future": len(numbers) == 2 and numbers[0] > now + _SKEW,
        "another launch (nonce)": claims.get("nonce") != nonce,
        "another version": claims.get(f"{_CLAIM}version") != "1.3.0",
        "a deployment that is not registered": claims.get(f"{_CLAIM}deployment_id") not in platform.deployments.split(),
        "a message that is none of ours": claims.get(f"{_CLAIM}message_type") not in (RESOURCE_LINK, DEEP_LINKING),
        "nobody": not _text(claims.get("sub"), 255),
    }
    for what, is_so in wrong.items():
        if is_so:
            raise Refused(400, f"{platform.name} sent {what}.")


def _launch(claims: Mapping[str, Any], platform: Platform) -> Launch:
    context, resource = _object(claims, f"{_CLAIM}context"), _object(claims, f"{_CLAIM}resource_link")
    custom, register = _object(claims, f"{_CLAIM}custom"), _object(claims, f"{_CLAIM}lis")
    grades, choice = _object(claims, _AGS), _object(claims, f"{_DEEP}deep_linking_settings")
    message = claims[f"{_CLAIM}message_type"]
    names = [_text(claims.get(it), 200) for it in ("name", "given_name", "family_name")]
    if not _text(context.get("id"), 255):
        raise Refused(400, f"{platform.name} did not say from which course.")
    if message == RESOURCE_LINK and not _text(resource.get("id"), 255):
        raise Refused(400, f"{platform.name} did not say by which link.")
    return_url = _text(choice.get("deep_link_return_url"), 2000)
    if message == DEEP_LINKING and not platforms.safe_url(return_url):
        raise Refused(400, f"{platform.name} did not say where to go back to.")
    line_item, scopes = _text(grades.get("lineitem"), 2000), grades.get("scope")
    is_graded = isinstance(scopes, list) and SCORE in scopes and platforms.safe_url(line_item)
    return Launch(
        platform.code, claims[f"{_CLAIM}deployment_id"], claims["sub"],
        names[0] or f"{names[1]} {names[2]}".strip() or "Somebody", _text(register.get("person_sourcedid"), 64),
        role_of(claims.get(f"{_CLAIM}roles")), context["id"], _text(context.get("title"), 200), message,
        _text(resource.get("id"), 255), _text(custom.get("exam"), 32), line_item if is_graded else "", return_url,
        data if isinstance(data := choice.get("data"), str) and len(data) <= 50_000 else "",
    )  # fmt: skip


def role_of(roles: object) -> str:
    """What somebody is here by what they are in the platform's course; nothing for what they are elsewhere in it.

    Canvas calls an assistant an instructor as well: the narrower word counts.

    >>> role_of(["http://purl.imsglobal.org/vocab/lis/v2/membership#Learner"])
    'student'
    >>> role_of(["http://purl.imsglobal.org/vocab/lis/v2/institution/person#Administrator"])
    ''
    """
    said: list[Any] = cast("list[Any]", roles) if isinstance(roles, list) else []
    if f"{_MEMBERSHIP}/Instructor#TeachingAssistant" in said or f"{_MEMBERSHIP}#TeachingAssistant" in said:
        return "marker"
    if f"{_MEMBERSHIP}#Instructor" in said or "Instructor" in said:
        return "teacher"
    if f"{_MEMBERSHIP}#Learner" in said or "Learner" in said:
        return "student"
    return ""


def _object(claims: Mapping[str, Any], name: str) -> dict[str, Any]:
    found = claims.get(name)
    return cast("dict[str, Any]", found) if isinstance(found, dict) else {}


def _text(value: object, most: int) -> str:
    """A text of bounded length that a database takes, or an empty one."""
    return value if isinstance(value, str) and len(value) <= most and value.isprintable() else ""
