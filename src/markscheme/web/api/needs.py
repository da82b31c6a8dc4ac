"""What a call of the API needs: a token that is good for it, of a person who may do it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from markscheme.web import guard
from markscheme.web.api import tokens
from markscheme.web.call import Call, Refused
from markscheme.web.routing import Access
from markscheme.web.site import Site

_BEARER = HTTPBearer(auto_error=False, description="A token that you made on the page Account.")


def needs(scope: str, access: Access) -> Callable[..., Call]:
    """A dependency: the call, once it is known who sent it, and that the token and the person may."""
    assert not scope or scope in tokens.SCOPES

    def admitted(
        request: Request, sent: Annotated[HTTPAuthorizationCredentials | None, Security(_BEARER)]
    ) -> Call:  # fmt: skip
        site: Site = request.app.state.site
        now = site.clock()
        holder = _holder(site, request, sent.credentials if sent else "", now)
        if scope and scope not in holder.scopes:
            raise Refused(403, f"This token is not good for {scope}: make another one on your account's page.")
        call = Call(site, request.method, request.path_params, {}, holder.person, "", "", now)
        guard.admit(call, access)
        request.state.scopes = sorted(holder.scopes)
        return call

    return admitted


def _holder(site: Site, request: Request, token: str, now: int) -> tokens.Holder:
    with site.database.reading() as connection:
        found = tokens.holder(connection, token, now) if token else None
        is_news = found is not None and tokens.is_news(connection, found.token, now)
    caller = f"token {found.token}" if found else f"host {request.client.host if request.client else ''}"
    if not site.api_calls.admits(caller, now):
        raise Refused(429, "Too many calls: wait a few seconds.")
    if found is None:
        raise Refused(401, "This needs a token that is good: make one on your account's page.")
    if is_news:
        site.database.write(lambda connection: tokens.used(connection, found.token, now))
    return found
