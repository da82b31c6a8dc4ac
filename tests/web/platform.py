"""A learning platform for tests, over real HTTP: it signs launches, publishes keys, takes grades; and it lies."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, cast
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

CLAIM = "https://purl.imsglobal.org/spec/lti/claim/"
DEEP = "https://purl.imsglobal.org/spec/lti-dl/claim/"
AGS = "https://purl.imsglobal.org/spec/lti-ags/"
MEMBERSHIP = "http://purl.imsglobal.org/vocab/lis/v2/membership"
CLIENT = "tool-7"


def new_key() -> RSAKey:
    made = RSAKey.generate_key(2048, {"use": "sig", "alg": "RS256"})
    return RSAKey.import_key({**made.as_dict(private=True), "kid": made.thumbprint()})


KEY = new_key()


@dataclass
class Platform:
    """What it signs with, what it publishes, what it answers, and what it was sent."""

    clock: Callable[[], int]
    key: RSAKey = field(default_factory=lambda: KEY)
    published: list[RSAKey] = field(default_factory=list[RSAKey])
    are_keys_down: bool = False
    answers: list[int | str] = field(default_factory=list[int | str])
    """What the next scores are answered, before 200: statuses, or `hang`."""
    tool_keys: Callable[[], dict[str, Any]] = dict
    scores: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    """Those that it took."""
    returned: list[str] = field(default_factory=list[str])
    """Answers to deep linking."""
    next_launch: dict[str, Any] = field(default_factory=dict[str, Any])
    """What the token of whoever is sent by the page of the platform says besides."""
    tokens: set[str] = field(default_factory=set[str])
    asked_for_tokens: int = 0
    keys_asked: int = 0
    wrong: list[str] = field(default_factory=list[str])
    """What it was sent that LTI forbids."""

    def __post_init__(self) -> None:
        self.published = self.published or [self.key]
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.platform = self
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()
        self.address = f"http://127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def registration(self) -> dict[str, Any]:
        """What the tool's operator types."""
        return {
            "name": "Mock platform", "issuer": self.address, "client": CLIENT, "login_url": f"{self.address}/auth?a=1",
            "token_url": f"{self.address}/token", "token_audience": "", "keys_url": f"{self.address}/keys",
            "deployments": "d1 d2",
        }  # fmt: skip

    def claims(self, nonce: str, who: str = "u1", role: str = "Learner", **more: Any) -> dict[str, Any]:
        """What an honest token says."""
        now = self.clock() // 1000
        found: dict[str, Any] = {
            "iss": self.address, "aud": CLIENT, "sub": who, "iat": now, "exp": now + 300, "nonce": nonce,
            "name": f"Person {who}", "email": f"{who}@example.edu",
            f"{CLAIM}version": "1.3.0", f"{CLAIM}deployment_id": "d1",
            f"{CLAIM}message_type": "LtiResourceLinkRequest", f"{CLAIM}roles": [f"{MEMBERSHIP}#{role}"],
            f"{CLAIM}context": {"id": "c1", "title": "Deep learning, platform's"},
            f"{CLAIM}resource_link": {"id": "r1"},
            f"{CLAIM}target_link_uri": "https://testserver/lti/launch",
        }  # fmt: skip
        found.update(more)
        return {name: value for name, value in found.items() if value is not None}

    def sign(self, claims: Mapping[str, Any], **header: Any) -> str:
        return jwt.encode({"alg": "RS256", "kid": self.key.kid, **header}, dict(claims), self.key)

    def grades(self, item: str = "/items/1?type_id=2") -> dict[str, Any]:
        """The claim that says where grades go."""
        return {f"{AGS}claim/endpoint": {"scope": [f"{AGS}scope/score"], "lineitem": f"{self.address}{item}"}}


class _Server(ThreadingHTTPServer):
    platform: Platform


class _Handler(BaseHTTPRequestHandler):
    @property
    def platform(self) -> Platform:
        return cast("_Server", self.server).platform

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        match parts.path:
            case "/keys":
                self._keys()
            case "/auth":
                self._signed_in(asked)
            case _:
                login = urlencode({
                    "iss": self.platform.address, "client_id": CLIENT, "login_hint": "h",
                    "target_link_uri": f"{asked['tool']}/lti/{asked['target']}",
                })  # fmt: skip
                self._page(f'<h1>The platform</h1><iframe title="Tool" width="900" height="700" '
                           f'src="{asked["tool"]}/lti/login?{escape(login)}"></iframe>')  # fmt: skip

    def _signed_in(self, asked: dict[str, str]) -> None:
        """Who is signed in at the platform is sent back to the tool, by a page that sends itself."""
        token = self.platform.sign({**self.platform.claims(asked["nonce"]), **self.platform.next_launch})
        self._page(
            f'<form method="post" action="{escape(asked["redirect_uri"])}">'
            f'<input name="state" value="{escape(asked["state"])}"><input name="id_token" value="{token}"></form>'
            "<script>document.forms[0].submit()</script>"
        )

    def _page(self, html: str) -> None:
        self._answer(200, f"<!doctype html><title>Platform</title>{html}".encode(), {"content-type": "text/html"})

    def _keys(self) -> None:
        self.platform.keys_asked += 1
        if self.platform.are_keys_down:
            self._answer(503, b"down")
        else:
            keys = [it.as_dict(private=False) for it in self.platform.published]
            self._answer(200, json.dumps({"keys": keys}).encode())

    def do_POST(self) -> None:
        sent = self.rfile.read(int(self.headers.get("content-length", 0)))
        if urlsplit(self.path).path == "/token":
            self._token(parse_qs(sent.decode()))
        elif urlsplit(self.path).path == "/return":
            self.platform.returned += parse_qs(sent.decode())["JWT"]
            self._page("<p>The link is added.</p>")
        else:
            self._score(json.loads(sent))

    def _token(self, form: dict[str, list[str]]) -> None:
        self.platform.asked_for_tokens += 1
        keys = KeySet.import_key_set(self.platform.tool_keys())  # type: ignore[arg-type]
        claims = jwt.decode(form["client_assertion"][0], keys, algorithms=["RS256"]).claims
        right = (claims["iss"], claims["sub"], claims["aud"]) == (CLIENT, CLIENT, f"{self.platform.address}/token")
        if not right or form["scope"] != [f"{AGS}scope/score"] or form["grant_type"] != ["client_credentials"]:
            self.platform.wrong.append(f"token: {claims} {form}")
        token = f"token-{self.platform.asked_for_tokens}"
        self.platform.tokens.add(token)
        self._answer(200, json.dumps({"access_token": token, "expires_in": 3600}).encode())

    def _score(self, score: dict[str, Any]) -> None:
        if not re.fullmatch(r"/items/\d+/scores(\?type_id=2)?", self.path):
            self.platform.wrong.append(f"score: {self.path}")
        if self.headers["content-type"] != "application/vnd.ims.lis.v1.score+json":
            self.platform.wrong.append(f"score: {self.headers['content-type']}")
        if self.headers["authorization"].removeprefix("Bearer ") not in self.platform.tokens:
            self._answer(401, b"{}")
            return
        answer = self.platform.answers.pop(0) if self.platform.answers else 200
        if answer == "hang":
            time.sleep(0.6)
            return
        if answer == 200:
            before = [it["timestamp"] for it in self.platform.scores if it["userId"] == score["userId"]]
            if before and score["timestamp"] <= max(before):
                self.platform.wrong.append(f"score: {score['timestamp']} after {max(before)}")
            self.platform.scores.append({**score, "path": self.path})
        self._answer(int(answer), b"{}", {"Retry-After": "600"} if answer == 429 else {})

    def _answer(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
