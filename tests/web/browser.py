"""A real server and a real Chromium: pages that tell what went wrong in them."""

from __future__ import annotations

import json
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Thread
from time import sleep
from typing import Any

import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from markscheme.web import clock, courses, people
from markscheme.web.app import application
from markscheme.web.assets import FRONTEND
from tests.web.site import World
from tools.chromium import ARGUMENTS, PROGRAM

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@dataclass
class Served:
    """A world that is served, on the real clock, and a browser."""

    world: World
    server: uvicorn.Server
    browser: Browser
    port: int
    trouble: list[str] = field(default_factory=list[str])
    """What pages complained of: scripts that failed, and what their policy stopped."""

    @property
    def address(self) -> str:
        return f"http://localhost:{self.port}"

    def context(self, name: str = "", **options: Any) -> BrowserContext:
        """A browser of somebody's own, signed in by a link."""
        found = self.browser.new_context(base_url=self.address, **options)
        found.set_default_timeout(20_000)
        if name:
            person = self.world.people[name].code
            token = self.world.site.database.write(lambda it: people.invite(it, person, clock.now()))
            page = self.page(found)
            page.goto(f"/enter/{token}")
            page.get_by_role("button", name="Continue as").click()
            page.wait_for_url(f"{self.address}/")
            page.close()
        return found

    def page(self, context: BrowserContext) -> Page:
        """A window."""
        found = context.new_page()
        found.on("pageerror", lambda error: self.trouble.append(f"{found.url}: {error}"))
        found.on("console", lambda it: self.trouble.append(f"{found.url}: {it.text}") if _is_trouble(it) else None)
        return found

    def stop(self) -> None:
        """End the server, as if it had died: browsers lose their connections."""
        self.server.should_exit = self.server.force_exit = True
        while not self.server.started or self.server.servers:
            sleep(0.02)
            if not any(it.is_serving() for it in self.server.servers):
                break

    def start(self) -> None:
        """Serve at the same address again."""
        self.server = _serving(self.world, self.port)


def _is_trouble(message: Any) -> bool:
    return message.type == "error" and "Content Security Policy" in message.text


def audit(page: Page) -> list[str]:
    """What axe-core finds against WCAG 2.2 AA on a page as it is now."""
    source = FRONTEND.parents[3] / ".venv" / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
    page.evaluate(source.read_text("utf-8"))  # by the debugger, which no policy stops
    found = page.evaluate("(tags) => axe.run(document, {runOnly: tags}).then((it) => it.violations)", TAGS)
    return [f"{page.url}: {it['id']}: {json.dumps([node['html'] for node in it['nodes']])[:600]}" for it in found]


def overflow(page: Page) -> int:
    """By how many pixels a page is wider than its window."""
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


@contextmanager
def served(world: World) -> Generator[Served]:
    """Serve a world to a Chromium of its own."""
    world.site.clock = clock.now
    world.site.database.write(lambda it: courses.open_exam(it, world.exam, 0))
    server = _serving(world, 0)
    port = server.servers[0].sockets[0].getsockname()[1]
    world.site.address = f"http://localhost:{port}"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=PROGRAM, args=ARGUMENTS)
        found = Served(world, server, browser, port)
        try:
            yield found
        finally:
            browser.close()
            found.server.should_exit = found.server.force_exit = True
    assert not found.trouble, found.trouble


def _serving(world: World, port: int) -> uvicorn.Server:
    config = uvicorn.Config(
        application(world.site), port=port, log_level="error", timeout_keep_alive=75, lifespan="off"
    )
    server = uvicorn.Server(config)
    Thread(target=server.run, daemon=True).start()
    for _ in range(3000):
        if server.started:
            return server
        sleep(0.02)
    raise AssertionError("the server does not start")
