"""The API as an application of its own, to be mounted: bounded, never by cookie, and each refusal a sentence."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from markscheme import __version__
from markscheme.core.errors import MarkschemeError
from markscheme.reading.limits import Unreadable
from markscheme.web import security
from markscheme.web.api.endpoints import ROUTER
from markscheme.web.call import Refused
from markscheme.web.site import Site

LOG = logging.getLogger("markscheme.web")
MOST_BYTES = 2_000_000
"""Of a roster; all else is security.MOST_BYTES at most."""
_ABOUT = """The same as on the pages, for programs. Send `Authorization: Bearer TOKEN` with a token that you make on
the page Account; it can do what you can, within its scopes. What is not done is said in one sentence: `{"error": ...}`.
"""


def api(site: Site) -> ASGIApp:
    """The API of a site."""
    app = FastAPI(
        title="markscheme", version=__version__, description=_ABOUT, docs_url=None, redoc_url=None,
        openapi_url="/openapi.json", redirect_slashes=False, separate_input_output_schemas=False,
    )  # fmt: skip
    app.state.site = site
    app.include_router(ROUTER)
    for kind, handler in _HANDLERS.items():
        app.add_exception_handler(kind, handler)
    return _Bounded(app)


def _refused(_: Request, error: Exception) -> Response:
    assert isinstance(error, Refused)
    headers = {"WWW-Authenticate": "Bearer"} if error.status == 401 else {}
    headers |= {"Retry-After": "6"} if error.status == 429 else {}
    return JSONResponse({"error": error.said}, error.status, headers)


def _mistaken(_: Request, error: Exception) -> Response:
    return JSONResponse({"error": str(error)}, 400)


def _malformed(_: Request, error: Exception) -> Response:
    """The first of what is wrong with what was sent: where, and what."""
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    where = ".".join([str(it) for it in first["loc"] if it != "body"])[:200]
    return JSONResponse({"error": f"{where or 'body'}: {first['msg']}"}, 422)


def _missing(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    said = {404: "There is no such address.", 405: "This method is not for this address."}
    return JSONResponse(
        {"error": said.get(error.status_code, "The call cannot be read.")}, error.status_code, error.headers
    )


def _failed(request: Request, error: Exception) -> Response:
    LOG.error("%s of the API failed", request.method, exc_info=error)
    return JSONResponse({"error": "Something is wrong with the server; it has been noted."}, 500)


_HANDLERS: Mapping[Any, Any] = {
    Refused: _refused, MarkschemeError: _mistaken, Unreadable: _mistaken, RequestValidationError: _malformed,
    HTTPException: _missing, Exception: _failed,
}  # fmt: skip


class _Bounded:
    """What is sent is read whole before it is looked at, and no more of it than may be."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        most = MOST_BYTES if scope["path"].endswith("/roster") else security.MOST_BYTES
        sent = bytearray()
        is_whole = False
        while not is_whole:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            sent += message.get("body", b"")
            is_whole = not message.get("more_body", False)
            if len(sent) > most:
                said = f"At most {most // 1000:,} kB can be sent here."
                await JSONResponse({"error": said}, 413)(scope, receive, _guarded(send))
                return
        body = bytes(sent)
        is_told = False

        async def told() -> Message:
            nonlocal is_told
            if is_told:
                return await receive()
            is_told = True
            return {"type": "http.request", "body": body, "more_body": False}

        await self._app(scope, told, _guarded(send))


def _guarded(send: Send) -> Send:
    """Every answer with the headers that all answers have, and kept by nobody."""
    headers = security.ALWAYS | {"Content-Security-Policy": security.policy(), "Cache-Control": "no-store"}
    added = [(name.lower().encode(), value.encode()) for name, value in headers.items()]

    async def guarded(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message.get("headers", []), *added]
        await send(message)

    return guarded
