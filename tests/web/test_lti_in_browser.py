"""LTI in a real Chromium: a platform at another site, frames, windows, and the cookies that browsers keep in them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet
from sqlalchemy import Connection

from markscheme.web.lti import launching, linking, platforms
from tests.web.browser import Served, audit, overflow, served
from tests.web.platform import CLAIM, DEEP, MEMBERSHIP, Platform
from tests.web.site import world

pytestmark = pytest.mark.web


@pytest.fixture(scope="module")
def it(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    found = world(Path(tmp_path_factory.mktemp("lti")))
    with served(found) as serving:
        yield serving
    found.site.close()


@pytest.fixture(scope="module")
def platform(it: Served) -> Iterator[Platform]:
    """A platform at another site than the server, whose course is connected."""
    site = it.world.site
    found = Platform(clock=site.clock)
    teacher, now = it.world.people["teacher"].code, site.clock()

    def change(connection: Connection) -> None:
        code = platforms.register(connection, now, **found.registration(), may_make_courses=False).code
        launch = launching.Launch(code, "d1", "t1", "T", "", "teacher", "c1", "Theirs", launching.RESOURCE_LINK)
        linking.connect(connection, launch, teacher, it.world.course, now)

    site.database.write(change)
    yield found
    found.close()
    assert found.wrong == []


def test_a_student_comes_out_of_a_frame_to_the_exam(it: Served, platform: Platform) -> None:
    """In the platform's frame stands a button; the window that it opens is signed in, and comes to the exam."""
    platform.next_launch = {
        f"{CLAIM}custom": {"exam": it.world.exam}, f"{CLAIM}lis": {"person_sourcedid": "ann"},
    }  # fmt: skip
    context = it.context()
    page = it.page(context)
    page.goto(f"{platform.address}/frame?tool={it.address}&target=launch")
    with context.expect_page() as opened:
        page.frame_locator("iframe").get_by_role("link", name="Open markscheme").click()
    window = opened.value
    window.wait_for_url(re.compile("/sit/"))
    assert "Midterm" in (window.get_by_role("heading", level=1).text_content() or "")
    assert window.get_by_role("link", name="Ann").count() == 1
    window.reload()
    assert "/sit/" in window.url
    context.close()


def test_a_teacher_chooses_an_exam_in_the_frame(it: Served, platform: Platform) -> None:
    """The choice is made within the platform's page, by its frame's own cookie, and goes back to it signed."""
    platform.next_launch = {
        "sub": "t1", f"{CLAIM}roles": [f"{MEMBERSHIP}#Instructor"],
        f"{CLAIM}message_type": "LtiDeepLinkingRequest",
        f"{DEEP}deep_linking_settings": {"deep_link_return_url": f"{platform.address}/return", "data": "d"},
    }  # fmt: skip
    context = it.context()
    page = it.page(context)
    page.goto(f"{platform.address}/frame?tool={it.address}&target=choose")
    frame = page.frame_locator("iframe")
    frame.get_by_role("button", name="Choose it").click()
    frame.get_by_role("button", name="Add the link").click()
    frame.get_by_text("The link is added.").wait_for()
    keys = KeySet.import_key_set(it.world.client().get("/lti/jwks").json())
    (item,) = jwt.decode(platform.returned[-1], keys, algorithms=["RS256"]).claims[f"{DEEP}content_items"]
    assert item["custom"] == {"exam": it.world.exam}
    context.close()


@pytest.mark.parametrize(("width", "scheme"), [(320, "dark"), (1280, "light")])
def test_its_pages_are_for_everybody(it: Served, platform: Platform, width: int, scheme: str) -> None:
    """No finding of axe-core at WCAG 2.2 AA, and nothing wider than the window, on a phone and a desk."""
    context = it.context("operator", viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = it.page(context)
    wrong: list[str] = []

    def look() -> None:
        wrong.extend(audit(page))
        wrong.extend([f"{page.url} is {wide} px too wide"] if (wide := overflow(page)) else [])

    page.goto("/account")
    page.get_by_label("What it is for").fill(f"gradebook {width}")
    page.get_by_label("see who is in a course").check()
    page.get_by_role("button", name="Make a token").click()
    page.get_by_text("This is the token.").wait_for()
    look()
    page.goto("/lti")
    look()
    platform.next_launch = {
        "sub": f"t{width}", f"{CLAIM}roles": [f"{MEMBERSHIP}#Instructor"],
        f"{CLAIM}context": {"id": f"c{width}", "title": "Deep learning, autumn"},
    }  # fmt: skip
    page.goto(f"/lti/login?iss={platform.address}&login_hint=h&target_link_uri=x")
    page.get_by_role("heading", name="Connect a course").wait_for()
    look()
    page.get_by_role("button", name="Connect it").click()
    page.wait_for_url(re.compile("/courses/"))
    assert wrong == []
    context.close()
