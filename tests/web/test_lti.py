"""LTI 1.3 against a platform that also lies: who comes in, as whom, and what goes back."""

from __future__ import annotations

import base64
import hmac
import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from sqlalchemy import Connection, select, update

from markscheme.web import courses, people, preparing, schema, security
from markscheme.web.clock import DAY, MINUTE, SECOND
from markscheme.web.lti import keys, launching, linking
from markscheme.web.lti.outbox import Outbox, pause
from markscheme.web.site import Site
from tests.web.platform import AGS, CLAIM, CLIENT, DEEP, MEMBERSHIP, Platform, new_key
from tests.web.site import Client, World, world

SECOND_KEY = new_key()


MAKE_READY = preparing.start


@pytest.fixture(autouse=True)
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The exams whose sittings were to be made ready, which takes processes; one test lets them."""
    found: list[str] = []
    monkeypatch.setattr(preparing, "start", lambda _, exam: found.append(exam))
    return found


@pytest.fixture
def it(tmp_path: Path) -> Iterator[World]:
    found = _world(tmp_path)
    yield found
    found.site.close()


@pytest.fixture
def platform(it: World) -> Iterator[Platform]:
    found = _registered(it)
    yield found
    found.close()
    assert found.wrong == []


@pytest.fixture
def connected(it: World, platform: Platform) -> Platform:
    """A platform whose course is the one here."""
    _connect(it)
    return platform


@pytest.fixture(scope="module")
def still(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[World, Platform]]:
    """A world and a platform for tests that change nothing."""
    found = _world(Path(tmp_path_factory.mktemp("lti")))
    platform = _registered(found)
    _connect(found)
    yield found, platform
    platform.close()
    found.site.close()


def _world(folder: Path) -> World:
    found = world(folder)
    found.site.address = "https://testserver"
    return found


def _registered(it: World) -> Platform:
    found = Platform(clock=it.site.clock)
    found.tool_keys = lambda: it.client().get("/lti/jwks").json()
    response = it.client("operator").act("/lti/platforms", found.registration())
    assert response.status_code == 200
    assert "Mock platform" in response.text
    return found


def _connect(it: World) -> None:
    with it.site.database.reading() as connection:
        code = connection.execute(select(schema.lti_platforms.c.code)).scalar_one()
    launch = launching.Launch(code, "d1", "t1", "T", "", "teacher", "c1", "Theirs", launching.RESOURCE_LINK)
    teacher = it.people["teacher"].code
    it.site.database.write(lambda connection: linking.connect(connection, launch, teacher, it.course, it.time[0]))


def begun(browser: Client, platform: Platform, target: str = "launch", **headers: str) -> dict[str, str]:
    """A launch that a browser began at the platform: what the platform was asked."""
    sent = {
        "iss": platform.address, "login_hint": "h", "client_id": CLIENT, "lti_message_hint": "m",
        "target_link_uri": f"https://testserver/lti/{target}",
    }  # fmt: skip
    response = browser.post("/lti/login", data=sent, headers=headers, follow_redirects=False)
    assert response.status_code == 303, response.text
    assert response.headers["location"].startswith(f"{platform.address}/auth?a=1&")
    asked = {name: values[0] for name, values in parse_qs(urlsplit(response.headers["location"]).query).items()}
    assert asked["redirect_uri"] == "https://testserver/lti/launch"
    assert (asked["login_hint"], asked["lti_message_hint"], asked["client_id"]) == ("h", "m", CLIENT)
    return asked


def sent(browser: Client, state: str, token: str) -> Any:
    """What the platform's page sends on to us."""
    headers = {"origin": "https://elsewhere.example", "sec-fetch-site": "cross-site"}
    return browser.post(
        "/lti/launch", data={"state": state, "id_token": token}, headers=headers, follow_redirects=False
    )  # fmt: skip


def launched(browser: Client, platform: Platform, who: str = "u1", role: str = "Learner", /, **claims: Any) -> Any:
    asked = begun(browser, platform)
    said = {**platform.claims(asked["nonce"], who, role), **claims}
    return sent(browser, asked["state"], platform.sign({name: it for name, it in said.items() if it is not None}))


def who(it: World, browser: Client) -> str:
    """The code of whoever is signed in."""
    with it.site.database.reading() as connection:
        person = people.signed_in(connection, browser.cookies.get(security.COOKIE) or "", it.time[0])
    return person.code if person else ""


def role(it: World, person: str, course: str = "") -> str | None:
    table = schema.members
    with it.site.database.reading() as connection:
        query = select(table.c.role).where(table.c.course == (course or it.course), table.c.person == person)
        return connection.execute(query).scalar()


def everybody(it: World) -> int:
    with it.site.database.reading() as connection:
        return len(connection.execute(select(schema.people)).all())


def custom(it: World) -> dict[str, Any]:
    return {f"{CLAIM}custom": {"exam": it.exam}}


def register(student: str) -> dict[str, Any]:
    """What a platform that knows the school's register says."""
    return {f"{CLAIM}lis": {"person_sourcedid": student}}


def test_a_student_comes_to_their_own_sitting(it: World, connected: Platform) -> None:
    """Whom the roster knows by the id that the platform signed comes to the sitting that was made ready for them."""
    browser = it.client()
    response = launched(browser, connected, "u1", **custom(it), **register("ann"))
    assert response.headers["location"] == f"/sit/{it.sitting('ann')['code']}"
    assert who(it, browser) == it.people["ann"].code
    assert browser.get(response.headers["location"]).status_code == 200


def test_who_is_on_no_roster_is_made_ready_too(
    it: World, connected: Platform, asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A student who comes for the first time has a sitting at once, and it is made ready; for others nothing starts."""
    launched(it.client(), connected, "u1", **custom(it), **register("ann"))
    assert asked == []
    monkeypatch.setattr(preparing, "start", MAKE_READY)
    browser = it.client()
    response = launched(browser, connected, "u9", **custom(it))
    assert browser.get(response.headers["location"]).status_code == 200
    while it.site.preparing:
        time.sleep(0.02)
    with it.site.database.reading() as connection:
        mine = schema.sittings.c.person == who(it, browser)
        assert connection.execute(select(schema.sittings.c.state).where(mine)).scalar_one() == "ready"


def test_a_teacher_connects_the_course_once(it: World, platform: Platform) -> None:
    """Until a teacher of both has connected them nobody comes in; then each comes as what the platform says."""
    assert launched(it.client(), platform, "u1", **custom(it)).status_code == 403
    teacher = it.client("teacher")
    response = launched(teacher, platform, "t9", "Instructor")
    address = response.headers["location"]
    assert address.startswith("/lti/connect/")
    page = teacher.get(address)
    assert "Deep learning, platform" in page.text
    stranger = it.client("stranger")
    assert stranger.get(address).status_code == 404  # another browser
    assert teacher.act(address, {"course": "new"}).status_code == 403
    assert teacher.act(address, {"course": it.course}).status_code == 200
    assert teacher.get(address).status_code == 404  # once
    other = it.client()
    assert launched(other, platform, "t9", "Instructor").headers["location"] == f"/courses/{it.course}"
    assert who(it, other) == it.people["teacher"].code
    assert launched(it.client(), platform, "u1", **custom(it)).status_code == 303


def test_the_operators_account_is_nobodys_on_a_platform(it: World, platform: Platform) -> None:
    """A course that the operator connects does not make a platform able to sign the operator in."""
    operator = it.client("operator")
    address = launched(operator, platform, "t9", "Instructor").headers["location"]
    assert operator.act(address, {"course": "new"}).status_code == 200
    browser = it.client()
    assert launched(browser, platform, "t9", "Instructor").status_code == 303
    assert who(it, browser) not in ("", it.people["operator"].code)


def test_teachers_make_courses_where_the_operator_lets_them(it: World) -> None:
    """A teacher without an account here has one by the launch, and makes the course that it came from."""
    found = Platform(clock=it.site.clock)
    it.client("operator").act("/lti/platforms", found.registration() | {"may_make_courses": "yes"})
    browser = it.client()
    address = launched(browser, found, "t9", "Instructor").headers["location"]
    browser.csrf = security.csrf_of(it.site.key, browser.cookies[security.COOKIE])
    page = browser.act(address, {"course": "new"})
    assert "Deep learning, platform" in page.text
    assert role(it, who(it, browser), str(page.url).rsplit("/", 1)[-1]) == "teacher"
    found.close()


def _unsigned(header: dict[str, Any], claims: dict[str, Any], secret: bytes = b"") -> str:
    parts = [base64.urlsafe_b64encode(json.dumps(it).encode()).rstrip(b"=") for it in (header, claims)]
    content = b".".join(parts)
    signature = hmac.digest(secret, content, "sha256") if secret else b""
    return (content + b"." + base64.urlsafe_b64encode(signature).rstrip(b"=")).decode()


def _forged(platform: Platform, claims: dict[str, Any], how: str) -> str:
    """A token that is none."""
    kid = platform.key.kid
    public = platform.key.as_dict(private=False)
    match how:
        case "alg none":
            return _unsigned({"alg": "none", "kid": kid}, claims)
        case "alg none, no signature":
            return _unsigned({"alg": "none", "kid": kid}, claims).rstrip(".")
        case "HS256 by the public key":
            return _unsigned({"alg": "HS256", "kid": kid}, claims, platform.key.as_pem(private=False))
        case "HS256 by the key's modulus":
            return _unsigned({"alg": "HS256", "kid": kid}, claims, str(public["n"]).encode())
        case "another key, this one's name":
            return jwt.encode({"alg": "RS256", "kid": kid}, claims, SECOND_KEY)
        case "another key, brought along":
            header = {"alg": "RS256", "kid": SECOND_KEY.kid, "jwk": SECOND_KEY.as_dict(private=False)}
            return jwt.encode(header, claims, SECOND_KEY)
        case "a key's address, brought along":
            header = {"alg": "RS256", "kid": kid, "jku": "https://elsewhere.example/keys"}
            return jwt.encode(header, claims, SECOND_KEY)
        case "kid unknown":
            return platform.sign(claims, kid="nobody's")
        case "no kid":
            return jwt.encode({"alg": "RS256"}, claims, platform.key)
        case "changed after it was signed":
            head, _, signature = platform.sign(claims).split(".")
            body = base64.urlsafe_b64encode(json.dumps(claims | {"sub": "u2"}).encode()).rstrip(b"=").decode()
            return f"{head}.{body}.{signature}"
        case "another algorithm of the key":
            free = RSAKey.import_key({
                name: it for name, it in platform.key.as_dict(private=True).items() if name not in ("alg", "use")
            })  # fmt: skip
            return jwt.encode({"alg": "PS256", "kid": kid}, claims, free, algorithms=["PS256"])
        case "no token":
            return ""
        case "deep":
            return f"{base64.urlsafe_b64encode(b'[' * 5000).decode()}.a.b"
        case _:
            return "a.b.c"


@pytest.mark.parametrize("how", [
    "alg none", "alg none, no signature", "HS256 by the public key", "HS256 by the key's modulus",
    "another key, this one's name", "another key, brought along", "a key's address, brought along", "kid unknown",
    "no kid", "changed after it was signed", "another algorithm of the key", "no token", "deep", "rubbish",
])  # fmt: skip
def test_a_token_that_the_platform_did_not_sign_brings_nobody(still: tuple[World, Platform], how: str) -> None:
    """Whatever it says and however it is made to look signed: one sentence, no session, nobody new."""
    it, connected = still
    browser, before = it.client(), everybody(it)
    asked = begun(browser, connected)
    claims = connected.claims(asked["nonce"], "u1", **custom(it), **register("ann"))
    response = sent(browser, asked["state"], _forged(connected, claims, how))
    assert response.status_code == 400
    assert response.json()["error"]
    assert (who(it, browser), everybody(it)) == ("", before)


DAY_S = DAY // SECOND
LIES: list[tuple[dict[str, Any], str]] = [
    ({"iss": "https://elsewhere.example"}, "another issuer"),
    ({"aud": "tool-8"}, "another tool"),
    ({"aud": ["tool-8"]}, "another tool"),
    ({"aud": None}, "another tool"),
    ({"aud": [CLIENT, "tool-8"]}, "another tool"),
    ({"aud": [CLIENT, "tool-8"], "azp": "tool-8"}, "another tool"),
    ({"azp": "tool-8"}, "another tool"),
    ({"exp": None}, "no time"),
    ({"iat": None}, "no time"),
    ({"exp": "soon"}, "no time"),
    ({"iat": True}, "no time"),
    ({"nonce": "another"}, "another launch"),
    ({"nonce": None}, "another launch"),
    ({f"{CLAIM}version": "1.1"}, "another version"),
    ({f"{CLAIM}version": None}, "another version"),
    ({f"{CLAIM}deployment_id": "d3"}, "deployment"),
    ({f"{CLAIM}deployment_id": ["d1"]}, "deployment"),
    ({f"{CLAIM}deployment_id": None}, "deployment"),
    ({f"{CLAIM}message_type": "LtiSubmissionReviewRequest"}, "message"),
    ({f"{CLAIM}message_type": None}, "message"),
    ({"sub": None}, "nobody"),
    ({"sub": ""}, "nobody"),
    ({"sub": 7}, "nobody"),
    ({"sub": "x" * 256}, "nobody"),
    ({"sub": "a\0b"}, "nobody"),
    ({f"{CLAIM}context": None}, "course"),
    ({f"{CLAIM}context": "c1"}, "course"),
    ({f"{CLAIM}context": {"id": {}}}, "course"),
    ({f"{CLAIM}resource_link": None}, "link"),
]


@pytest.mark.parametrize(("lie", "said"), LIES)
def test_a_token_that_is_not_for_this_brings_nobody(
    still: tuple[World, Platform], lie: dict[str, Any], said: str
) -> None:
    """Signed by the platform, and yet for another tool, launch, deployment, version, or for nobody."""
    it, connected = still
    browser, before = it.client(), everybody(it)
    response = launched(browser, connected, "u1", **(custom(it) | register("ann") | lie))
    assert response.status_code == 400
    assert said in response.json()["error"]
    assert (who(it, browser), everybody(it)) == ("", before)


@pytest.mark.parametrize(("issued", "expires", "is_good"), [
    (0, 300, True), (30, 330, True), (-599, 3600, True), (-30, -30, True),
    (90, 300, False), (-601, 3600, False), (-120, -61, False), (-DAY_S, DAY_S, False),
])  # fmt: skip
def test_a_token_is_of_now(still: tuple[World, Platform], issued: int, expires: int, is_good: bool) -> None:
    """By the server's clock, with a minute for clocks that differ, it is neither old nor of the future."""
    it, connected = still
    now = it.time[0] // SECOND
    response = launched(it.client(), connected, "u1", **custom(it), iat=now + issued, exp=now + expires)
    assert (response.status_code == 303) == is_good
    assert is_good or "token" in response.json()["error"]


def test_a_launch_is_good_once(it: World, connected: Platform) -> None:
    """Sent again it brings nobody, neither with its own state nor with that of another launch."""
    browser = it.client()
    asked = begun(browser, connected)
    token = connected.sign(connected.claims(asked["nonce"], "u1", **custom(it)))
    assert sent(browser, asked["state"], token).status_code == 303
    assert sent(browser, asked["state"], token).status_code == 400
    again = begun(browser, connected)
    assert sent(browser, again["state"], token).status_code == 400
    assert sent(browser, "nobody's", token).status_code == 400


def test_a_launch_ends_in_the_browser_that_began_it(it: World, connected: Platform) -> None:
    """A link with somebody else's launch signs nobody in, and the launch stays good for whom it was begun."""
    browser, victim = it.client(), it.client()
    asked = begun(browser, connected)
    token = connected.sign(connected.claims(asked["nonce"], "u1", **custom(it)))
    assert sent(victim, asked["state"], token).status_code == 403
    begun(victim, connected)  # with a cookie of its own
    assert sent(victim, asked["state"], token).status_code == 403
    assert who(it, victim) == ""
    assert sent(browser, asked["state"], token).status_code == 303


def test_a_launch_takes_ten_minutes_at_most(it: World, connected: Platform) -> None:
    """After that it has ended, even if the platform's token is new."""
    browser = it.client()
    asked = begun(browser, connected)
    it.time[0] += 10 * MINUTE
    token = connected.sign(connected.claims(asked["nonce"], "u1", **custom(it)))
    assert sent(browser, asked["state"], token).status_code == 400


def test_several_windows_launch_side_by_side(it: World, connected: Platform) -> None:
    """Two launches of one browser do not end each other."""
    browser = it.client()
    first, second = begun(browser, connected), begun(browser, connected)
    for asked in (first, second):
        token = connected.sign(connected.claims(asked["nonce"], "u1", **custom(it)))
        assert sent(browser, asked["state"], token).status_code == 303


def test_keys_change_and_their_server_is_down(it: World, connected: Platform) -> None:
    """New keys are fetched when they are needed, not more often; known ones do while the platform's server is down."""
    assert launched(it.client(), connected, "u1", **custom(it)).status_code == 303
    old, connected.key = connected.key, new_key()
    connected.published = [connected.key]
    assert launched(it.client(), connected, "u1", **custom(it)).status_code == 400  # fetched a moment ago
    it.time[0] += 30 * SECOND
    assert launched(it.client(), connected, "u1", **custom(it)).status_code == 303
    asked = connected.keys_asked
    connected.key = old
    it.time[0] += 30 * SECOND
    assert launched(it.client(), connected, "u1", **custom(it)).status_code == 400  # withdrawn
    assert launched(it.client(), connected, "u1", **custom(it)).status_code == 400
    assert connected.keys_asked == asked + 1
    connected.key, connected.are_keys_down = connected.published[0], True
    it.time[0] += 2 * 60 * MINUTE
    assert launched(it.client(), connected, "u1", **custom(it)).status_code == 303
    connected.key = SECOND_KEY
    response = launched(it.client(), connected, "u1", **custom(it))
    assert (response.status_code, "cannot be fetched" in response.json()["error"]) == (503, True)


def test_a_platform_that_is_not_registered_begins_nothing(it: World, platform: Platform) -> None:
    """Of another issuer, another client or without a person to send: one sentence."""
    for lie in ({"iss": "https://elsewhere.example"}, {"client_id": "tool-8"}, {"login_hint": ""}, {"iss": "\0"}):
        good = {"iss": platform.address, "login_hint": "h", "client_id": CLIENT}
        response = it.client().post("/lti/login", data=good | lie, follow_redirects=False)
        assert response.status_code == 400, lie
        assert "location" not in response.headers


def test_in_a_frame_a_window_is_offered(it: World, platform: Platform) -> None:
    """An exam is not sat in a frame of another site: the launch begins again in a window, with the same words."""
    query = {"iss": platform.address, "login_hint": "h&<x>", "target_link_uri": "https://testserver/lti/launch"}
    response = it.client().get(
        "/lti/login", params=query, headers={"sec-fetch-dest": "iframe", "accept": "text/html"}
    )  # fmt: skip
    assert response.status_code == 200
    assert f"frame-ancestors https: {platform.address};" in response.headers["content-security-policy"]
    assert 'target="_blank" rel="noopener"' in response.text
    link = re.findall(r'href="(/lti/login\?[^"]+)"', response.text)[0].replace("&amp;", "&")
    again = it.client().get(link, follow_redirects=False)
    asked = parse_qs(urlsplit(again.headers["location"]).query)
    assert asked["login_hint"] == ["h&<x>"]
    cookie = next(it for it in again.headers.get_list("set-cookie") if it.startswith(launching.COOKIE))
    assert {"Secure", "HttpOnly", "SameSite=None", "Path=/"} <= {it.strip() for it in cookie.split(";")}


@pytest.mark.parametrize(("roles", "is_now"), [
    (["#Learner"], "student"), (["#Instructor"], "teacher"),
    (["#Instructor", "/Instructor#TeachingAssistant"], "marker"), (["#Learner", "#Instructor"], "teacher"),
    (["#Mentor"], None), (["#Administrator"], None), ([], None), (["#learner"], None),
])  # fmt: skip
def test_a_role_is_what_it_is_in_that_course(
    it: World, connected: Platform, roles: list[str], is_now: str | None
) -> None:
    """Members come as what the platform's course says; whoever is something elsewhere or nothing we know stays out."""
    browser = it.client()
    said = {f"{CLAIM}roles": [f"{MEMBERSHIP}{it}" for it in roles] + [
        "http://purl.imsglobal.org/vocab/lis/v2/institution/person#Instructor",
        "http://purl.imsglobal.org/vocab/lis/v2/system/person#SysAdmin",
    ]}  # fmt: skip
    response = launched(browser, connected, "u5", **said)
    person = who(it, browser)
    assert response.status_code == (303 if is_now else 403)
    assert (role(it, person) if person else None) == is_now
    with it.site.database.reading() as connection:
        found = connection.execute(select(schema.members).where(schema.members.c.person == person)).all()
    assert len(found) == (1 if is_now else 0)
    with it.site.database.reading() as connection:
        assert len(connection.execute(select(schema.people).where(schema.people.c.is_operator)).all()) == 1


def test_a_role_of_the_platform_changes_and_one_of_ours_stays(it: World, connected: Platform) -> None:
    """Who is a teacher no more there is none here; what a teacher here made of somebody is not undone by a launch."""
    browser = it.client()
    launched(browser, connected, "u5", "Instructor")
    person = who(it, browser)
    launched(browser, connected, "u5", "Learner")
    assert role(it, person) == "student"
    it.site.database.write(lambda connection: courses.enroll(connection, it.course, person, "marker"))
    launched(browser, connected, "u5", "Instructor")
    assert role(it, person) == "marker"
    launched(it.client(), connected, "t1", "Learner")
    assert role(it, it.people["teacher"].code) == "teacher"


def test_a_person_is_the_platforms_and_the_subjects_and_never_an_address(it: World, connected: Platform) -> None:
    """The same address or name at another subject is another person; the same subject is the same one always."""
    first, again, other = it.client(), it.client(), it.client()
    launched(first, connected, "u1", **custom(it), email="ann@example.edu", name="Ann")
    launched(again, connected, "u1", **custom(it), email="bob@example.edu", name="Bob")
    launched(other, connected, "u2", **custom(it), email="ann@example.edu", name="Ann")
    assert who(it, first) == who(it, again)
    assert who(it, other) not in (who(it, first), it.people["ann"].code, "")
    assert who(it, first) != it.people["ann"].code


def test_an_id_of_the_register_brings_nobody_to_more_than_this_course(it: World, connected: Platform) -> None:
    """Who is anything beside a student of linked courses, or is taken already, is not whom an id brings."""
    taken, second, more = it.client(), it.client(), it.client()
    launched(taken, connected, "u1", **custom(it), **register("ann"))
    assert who(it, taken) == it.people["ann"].code
    launched(second, connected, "u2", **custom(it), **register("ann"))
    assert who(it, second) not in (it.people["ann"].code, "")
    bob = it.people["bob"].code
    it.site.database.write(lambda connection: courses.add_course(connection, "Bob's own", bob, it.time[0]))
    launched(more, connected, "u3", **custom(it), **register("bob"))
    assert who(it, more) not in (bob, "")
    with it.site.database.reading() as connection:
        ids = [row["student"] for row in courses.members(connection, it.course) if row["role"] == "student"]
    assert len(set(ids)) == len(ids) == 4
    assert "" not in ids


def test_a_link_to_another_courses_exam_leads_nowhere(it: World, connected: Platform) -> None:
    """A platform names exams of the connected course alone."""
    teacher = it.people["teacher"].code

    def change(connection: Connection) -> str:
        other = courses.add_course(connection, "Other", teacher, it.time[0])
        return courses.add_exam(connection, other, "Secret", "eecs182-sp23", 60, it.time[0])

    exam = it.site.database.write(change)
    response = launched(it.client(), connected, "u1", **{f"{CLAIM}custom": {"exam": exam}})
    assert response.status_code == 404


def test_a_platform_cannot_end_the_session_of_a_browser(it: World, connected: Platform) -> None:
    """What another site sends brings no cookie along, and so leaves the one that there is."""
    for address in ("/lti/launch", "/lti/choose", "/sign-out", "/sign-in", f"/sit/{it.sitting('ann')['code']}/start"):
        response = it.client().post(address, data={"a": "b"}, headers={"sec-fetch-site": "cross-site"})
        assert response.status_code in (400, 403, 404), address
        assert "set-cookie" not in response.headers, address


def deep(platform: Platform) -> dict[str, Any]:
    settings = {"deep_link_return_url": f"{platform.address}/return?x=1", "data": "opaque\n\0text"}
    return {
        f"{CLAIM}message_type": "LtiDeepLinkingRequest", f"{CLAIM}resource_link": None,
        f"{DEEP}deep_linking_settings": settings,
    }  # fmt: skip


def test_a_teacher_chooses_an_exam_within_the_platform(it: World, connected: Platform) -> None:
    """In the platform's frame, without our session: the answer is signed by us, for it, and its ticket is good once."""
    browser = it.client()
    asked = begun(browser, connected, "choose", **{"sec-fetch-dest": "iframe"})
    claims = connected.claims(asked["nonce"], "t1", "Instructor", **deep(connected))
    page = sent(browser, asked["state"], connected.sign(claims))
    assert page.status_code == 200
    assert who(it, browser) == ""
    policy = page.headers["content-security-policy"]
    assert f"frame-ancestors 'self' {connected.address};" in policy
    ticket = re.findall(r'name="ticket" value="([^"]+)"', page.text)[0]
    chosen = {"ticket": ticket, "exam": it.exam}
    assert it.client().post("/lti/choose", data=chosen).status_code == 404  # another browser
    assert browser.post("/lti/choose", data=chosen | {"exam": "nobodys"}).status_code == 404
    done = browser.post("/lti/choose", data=chosen)
    assert f"form-action 'self' {connected.address};" in done.headers["content-security-policy"]
    assert f'action="{connected.address}/return?x=1"' in done.text
    ours = KeySet.import_key_set(it.client().get("/lti/jwks").json())
    answer = jwt.decode(re.findall(r'name="JWT" value="([^"]+)"', done.text)[0], ours, algorithms=["RS256"]).claims
    assert (answer["iss"], answer["aud"]) == (CLIENT, [connected.address])
    assert answer[f"{DEEP}data"] == "opaque\n\0text"
    item = answer[f"{DEEP}content_items"][0]
    assert (item["title"], item["custom"], item["url"]) == (
        "Midterm", {"exam": it.exam}, "https://testserver/lti/launch"
    )  # fmt: skip
    assert browser.post("/lti/choose", data=chosen).status_code == 404
    assert "d" not in ours.keys[0].as_dict(private=False)


@pytest.mark.parametrize("lie", [
    {f"{CLAIM}roles": [f"{MEMBERSHIP}#Learner"]}, {f"{CLAIM}context": {"id": "c2"}},
    {f"{DEEP}deep_linking_settings": {"deep_link_return_url": "javascript:alert(1)"}},
    {f"{DEEP}deep_linking_settings": {"deep_link_return_url": "http://elsewhere.example/"}},
    {f"{DEEP}deep_linking_settings": None},
])  # fmt: skip
def test_nobody_else_chooses(still: tuple[World, Platform], lie: dict[str, Any]) -> None:
    """No student, no course that is not connected, and no way back that is unsafe."""
    it, connected = still
    browser = it.client()
    asked = begun(browser, connected, "choose")
    claims = connected.claims(asked["nonce"], "u7", "Instructor", **(deep(connected) | lie))
    response = sent(browser, asked["state"], connected.sign(claims))
    assert response.status_code in (400, 403, 409)


# Grades


def graded(it: World, connected: Platform, **claims: Any) -> str:
    """Ann came by the platform; the code of her sitting."""
    launched(it.client(), connected, "u1", **custom(it), **register("ann"), **connected.grades(), **claims)
    return it.sitting("ann")["code"]


def marked(it: World, code: str, marks: float, out_of: float = 12, *, released: bool = True) -> None:
    data = {"student": "ann", "seed": "s", "marks": marks, "out_of": out_of, "answers": []}

    def change(connection: Connection) -> None:
        state = "released" if released else "marked"
        connection.execute(update(schema.sittings).where(schema.sittings.c.code == code).values(state=state))
        connection.execute(schema.reports.insert().values(
            sitting=code, at=it.time[0], data=json.dumps(data), is_released=released
        ))  # fmt: skip

    it.site.database.write(change)


def states(it: World) -> list[str]:
    with it.site.database.reading() as connection:
        return list(connection.execute(select(schema.lti_grades.c.state).order_by(schema.lti_grades.c.id)).scalars())


@pytest.mark.parametrize("marks", [0, 7.5, 12, 13])
def test_what_is_released_arrives(it: World, connected: Platform, marks: float) -> None:
    """A mark of 0, a fraction and a bonus as any other; what is not released does not leave."""
    code, outbox = graded(it, connected), Outbox(it.site)
    marked(it, code, 3, released=False)
    assert outbox.send_due() == 0
    marked(it, code, marks)
    assert outbox.send_due() == 1
    (score,) = connected.scores
    assert (score["userId"], score["scoreGiven"], score["scoreMaximum"]) == ("u1", marks, 12)
    assert (score["activityProgress"], score["gradingProgress"]) == ("Completed", "FullyGraded")
    assert score["path"] == "/items/1/scores?type_id=2"
    assert outbox.send_due() == 0
    assert states(it) == ["arrived"]


def test_a_regrade_arrives_and_overtakes(it: World, connected: Platform) -> None:
    """What was changed later counts: it is sent after the first, and in its place where that still waits."""
    code, outbox = graded(it, connected), Outbox(it.site)
    marked(it, code, 12)
    outbox.send_due()
    it.time[0] += SECOND
    marked(it, code, 0)
    connected.answers = [500]
    outbox.send_due()
    it.time[0] += SECOND
    marked(it, code, 5)
    assert outbox.send_due() == 1
    it.time[0] += DAY
    assert outbox.send_due() == 0
    assert [score["scoreGiven"] for score in connected.scores] == [12, 5]
    assert states(it) == ["arrived", "replaced", "arrived"]


@pytest.mark.parametrize("trouble", [500, 503, 429, 400, 404, 403, "hang", "unreachable"])
def test_a_grade_is_tried_until_it_arrives(
    it: World, connected: Platform, trouble: int | str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Later each time, never before it is due, and as long as the platform wants to be left alone."""
    code, outbox = graded(it, connected), Outbox(it.site)
    marked(it, code, 5)
    assert outbox.send_due() == 1
    it.time[0] += SECOND
    marked(it, code, 0)
    usual = keys.TIMEOUT
    if trouble == "hang":
        monkeypatch.setattr(keys, "TIMEOUT", httpx.Timeout(0.2))
    address = f"{connected.address}/items/1?type_id=2"
    for tries in (1, 2, 3):
        if trouble == "unreachable":
            _line_item(it, "http://127.0.0.1:9/items/1")
        else:
            connected.answers = [trouble]
        assert outbox.send_due() == 0
        with it.site.database.reading() as connection:
            last = select(schema.lti_grades).order_by(schema.lti_grades.c.id.desc()).limit(1)
            row = connection.execute(last).mappings().one()
        wait = max(pause(tries), 600 * SECOND if trouble == 429 else 0)
        assert row["tries"] == tries
        assert wait <= row["next_at"] - it.time[0] <= wait * 1.1
        assert row["trouble"]
        it.time[0] = row["next_at"] - 1
        assert outbox.send_due() == 0
        assert connected.answers == []
        it.time[0] += 1
    _line_item(it, address)
    monkeypatch.setattr(keys, "TIMEOUT", usual)
    assert outbox.send_due() == 1
    assert [score["scoreGiven"] for score in connected.scores] == [5, 0]


def _line_item(it: World, address: str) -> None:
    it.site.database.write(lambda connection: connection.execute(update(schema.lti_links).values(line_item=address)))


def test_what_waits_outlives_the_server(it: World, connected: Platform, tmp_path: Path) -> None:
    """After a restart it is sent by what stands in the database alone, and nothing is sent twice."""
    code = graded(it, connected)
    marked(it, code, 4)
    connected.answers = [500]
    Outbox(it.site).send_due()
    it.time[0] += DAY
    site = Site(it.site.database, tmp_path, clock=it.site.clock)
    assert Outbox(site).send_due() == 1
    assert Outbox(it.site).send_due() == 0
    assert len(connected.scores) == 1


def test_a_token_that_ended_early_is_asked_for_again(it: World, connected: Platform) -> None:
    """One token does for many grades; when the platform takes it no more, another one is fetched at once."""
    code, outbox = graded(it, connected), Outbox(it.site)
    for marks in (1, 2):
        marked(it, code, marks)
        assert outbox.send_due() == 1
        it.time[0] += SECOND
    assert connected.asked_for_tokens == 1
    connected.tokens.clear()
    marked(it, code, 3)
    assert outbox.send_due() == 1
    assert connected.asked_for_tokens == 2


def test_a_platform_that_is_down_is_asked_once_for_all(it: World, connected: Platform) -> None:
    """One that fails is left alone for this round, and the grades of others go on."""
    launched(it.client(), connected, "u2", **custom(it), **register("bob"), **connected.grades())
    code, outbox = graded(it, connected), Outbox(it.site)
    marked(it, code, 1)
    marked(it, it.sitting("bob")["code"], 2)
    connected.answers = [503, 503]
    assert outbox.send_due() == 0
    assert connected.answers == [503]
    connected.answers = []
    it.time[0] += MINUTE
    assert outbox.send_due() == 2
    assert {score["userId"]: score["scoreGiven"] for score in connected.scores} == {"u1": 1, "u2": 2}


def test_the_operator_sees_what_does_not_arrive(it: World, connected: Platform) -> None:
    """After three weeks it is given up and shown, and a button tries it again."""
    code, outbox = graded(it, connected), Outbox(it.site)
    marked(it, code, 6)
    connected.answers = [500, 500]
    outbox.send_due()
    it.time[0] += 22 * DAY
    outbox.send_due()
    assert states(it) == ["given up"]
    operator = it.client("operator")
    page = operator.get("/lti").text
    assert "1 given up" in page
    assert "the platform answers 500" in page
    address = re.findall(r'action="(/lti/platforms/\w+/again)"', page)[0]
    operator.act(address)
    assert outbox.send_due() == 1
    assert "1 arrived" in operator.get("/lti").text


def test_grades_go_to_safe_addresses_alone(it: World, connected: Platform) -> None:
    """A link without the right to scores, or with an unsafe address, sends nothing anywhere."""
    for claim in (
        {f"{AGS}claim/endpoint": {"scope": [f"{AGS}scope/score"], "lineitem": "http://elsewhere.example/1"}},
        {f"{AGS}claim/endpoint": {"scope": [], "lineitem": f"{connected.address}/items/1"}},
        {f"{AGS}claim/endpoint": {"scope": [f"{AGS}scope/score"], "lineitem": "file:///etc/passwd"}},
        {f"{AGS}claim/endpoint": "x"},
    ):
        assert launched(it.client(), connected, "u1", **custom(it), **register("ann"), **claim).status_code == 303
    marked(it, it.sitting("ann")["code"], 4)
    assert Outbox(it.site).send_due() == 0
    assert states(it) == []


@pytest.mark.parametrize("wrong", [
    {"login_url": "http://elsewhere.example/"}, {"keys_url": "file:///etc/passwd"}, {"token_url": "javascript:x"},
    {"issuer": ""}, {"client": ""}, {"deployments": " "}, {"name": ""}, {"issuer": "x" * 501},
    {"keys_url": "https://user:pass@elsewhere.example/"},
])  # fmt: skip
def test_no_platform_is_registered_of_what_is_wrong(it: World, wrong: dict[str, str]) -> None:
    """A platform has all its addresses, and they are https."""
    good = {
        "name": "P", "issuer": "https://p.example", "client": "c", "login_url": "https://p.example/a",
        "token_url": "https://p.example/t", "keys_url": "https://p.example/k", "deployments": "1",
    }  # fmt: skip
    operator = it.client("operator")
    assert operator.act("/lti/platforms", good | wrong).status_code == 400
    assert operator.act("/lti/platforms", good).status_code == 200
    assert operator.act("/lti/platforms", good).status_code == 409


def test_the_servers_key_is_made_once(it: World) -> None:
    """And no page shows what is secret of it."""
    first = it.client().get("/lti/jwks").json()
    assert first == it.client().get("/lti/jwks").json()
    assert set(first["keys"][0]) == {"kty", "n", "e", "kid", "use", "alg"}
