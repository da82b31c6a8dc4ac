"""The server as an ASGI application: every request is bounded, known by its cookie, admitted, and answered."""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from functools import cached_property
from importlib import import_module
from pkgutil import iter_modules
from secrets import compare_digest
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

from markscheme.core.errors import MarkschemeError
from markscheme.reading.limits import Unreadable
from markscheme.web import assets, guard, pages, people, security
from markscheme.web.call import Call, Refused, Upload, not_found
from markscheme.web.lti.outbox import Outbox
from markscheme.web.routing import PAGES, Page
from markscheme.web.site import Site

LOG = logging.getLogger("markscheme.web")
_SAFE = frozenset({"GET", "HEAD"})


def application(site: Site) -> Starlette:
    """The application of a site."""
    routes: list[Any] = [Route(it.path, _endpoint(site, it), methods=list(it.methods)) for it in declared()]
    routes.append(Mount("/api/v1", _Api(site)))
    routes.append(Mount("/static", _Forever(directory=assets.STATIC), name="static"))

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncGenerator[None]:
        grades = Outbox(site)
        grades.start()
        yield
        await run_in_threadpool(grades.close)
        await run_in_threadpool(site.close)

    async def missing(request: Request, error: Exception) -> Response:
        status = getattr(error, "status_code", 404)
        said = "There is no such page." if status == 404 else "This cannot be done here."
        call = Call(site, request.method, {}, {}, None, "", "", site.clock())
        return _with_headers(_refusal(request, call, Refused(status, said)))

    handlers: dict[Any, Any] = {404: missing, 405: missing}
    found = Starlette(routes=routes, lifespan=lifespan, exception_handlers=handlers)
    found.router.redirect_slashes = False  # it would send people to whatever host they named
    return found


def declared() -> Sequence[Page]:
    """Every page that a module of `web.pages` declares."""
    for module in iter_modules(pages.__path__):
        import_module(f"{pages.__name__}.{module.name}")
    return PAGES


class _Api:
    """The application for programs, made when one comes: FastAPI takes a second to start."""

    def __init__(self, site: Site) -> None:
        self._site = site

    @cached_property
    def _made(self) -> ASGIApp:
        from markscheme.web.api.application import api  # noqa: PLC0415

        return api(self._site)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._made(scope, receive, send)


class _Forever(StaticFiles):
    """Files whose names have a hash of what is in them."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        response = super().file_response(*args, **kwargs)
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return _with_headers(response)


def _endpoint(site: Site, page: Page) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        call = Call(site, request.method, request.path_params, dict(request.query_params), None, "", "", site.clock())
        call.headers, call.cookies = request.headers, request.cookies
        try:
            _with_cookie(call, request)
            await _read(call, request, page)
            found = await run_in_threadpool(_answered, call, page)
            response = found if isinstance(found, Response) else await found
        except Refused as refused:
            response = _refusal(request, call, refused)
        except (MarkschemeError, Unreadable) as error:
            response = _refusal(request, call, Refused(400, str(error)))
        except ClientDisconnect:
            return Response(status_code=400)
        except Exception:
            LOG.exception("%s %s failed", page.path, request.method)
            response = _refusal(request, call, Refused(500, "Something is wrong with the server; it has been noted."))
        _set_cookie(call, response)
        return _with_headers(response)

    return answer


def _answered(call: Call, page: Page) -> Response | Awaitable[Response]:
    """What a page answers whoever asks, if they are admitted. All that waits for the database is in here."""
    if any(isinstance(it, int) and it >= 2**31 for it in call.path.values()):
        raise not_found()
    if not call.new_cookie:
        call.person = call.site.sessions.person(call.token, call.now)
    guard.admit(call, page.access)
    return page.endpoint(call)


def _with_cookie(call: Call, request: Request) -> None:
    """Take the cookie, or give one."""
    token = request.cookies.get(security.COOKIE, "")
    if not token:
        token = security.new_token()
        if request.method in _SAFE:  # what another site sends has no cookie, and must not end the session that there is
            call.new_cookie = token
    call.token = token
    call.csrf = security.csrf_of(call.site.key, token)
    call.visitor = security.hashed(token)[:32]


async def _read(call: Call, request: Request, page: Page) -> None:
    """The body, bounded, of a page of ours."""
    if request.method in _SAFE:
        return
    if not page.is_foreign and not security.is_own_origin(request.headers, request.headers.get("host", "")):
        raise Refused(403, "This was sent from another site.")
    length = request.headers.get("content-length", "0")
    if not length.isdecimal() or int(length) > page.most_bytes:
        raise Refused(413, f"At most {page.most_bytes // 1000:,} kB can be sent here.")
    sent = bytearray()
    async for chunk in request.stream():
        sent += chunk
        if len(sent) > page.most_bytes:
            raise Refused(413, f"At most {page.most_bytes // 1000:,} kB can be sent here.")
    call.body = bytes(sent)
    token = request.headers.get("x-csrf-token", "")
    if request.headers.get("content-type", "").partition(";")[0] in _FORMS:
        await _parse(call, request)
        token = token or call.field("csrf")
    if not page.is_foreign and not compare_digest(token.encode(), call.csrf.encode()):
        raise Refused(403, "This page has become too old; load it again.")


_FORMS = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})


async def _parse(call: Call, request: Request) -> None:
    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": call.body, "more_body": False}

    fields: dict[str, list[str]] = {}
    files: dict[str, Upload] = {}
    try:
        async with Request(request.scope, receive).form(max_files=20, max_fields=2000) as form:
            for name, value in form.multi_items():
                if isinstance(value, UploadFile):
                    files[name] = Upload(value.filename or "", await value.read())
                else:
                    fields.setdefault(name, []).append(value)
    except (MultiPartException, ValueError, UnicodeDecodeError) as error:
        raise Refused(400, "The form cannot be read.") from error
    if any("\0" in it for values in fields.values() for it in values):
        raise Refused(400, "A text has a character that is none.")
    call.form, call.files = fields, files


def _refusal(request: Request, call: Call, refused: Refused) -> Response:
    """Why not, for a person or for a program."""
    if "text/html" not in request.headers.get("accept", ""):
        return JSONResponse({"error": refused.said}, refused.status)
    if refused.status == 401 and request.method in _SAFE:
        return RedirectResponse(f"/sign-in?next={request.url.path}", 303)
    return call.render("refused.html", refused.status, said=refused.said)


def _set_cookie(call: Call, response: Response) -> None:
    if call.new_cookie is None:
        return
    age = people.SESSION // 1000 if call.new_cookie else 0
    response.set_cookie(
        security.COOKIE, call.new_cookie, max_age=age, path="/", secure=True, httponly=True, samesite="lax"
    )


def _with_headers(response: Response) -> Response:
    response.headers.setdefault("Content-Security-Policy", security.policy())
    response.headers.setdefault("Cache-Control", "no-store")
    for name, value in security.ALWAYS.items():
        response.headers.setdefault(name, value)
    return response
