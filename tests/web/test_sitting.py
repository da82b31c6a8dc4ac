"""A sitting over HTTP: what is saved is kept, counts once, and stops counting at the end."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from markscheme.web import saving, sittings
from markscheme.web.clock import MINUTE
from markscheme.web.security import Limits
from tests.web.site import Client, World, world

Texts = dict[tuple[str, str], str]


@pytest.fixture
def it(tmp_path: Path) -> Iterator[World]:
    found = world(tmp_path)
    yield found
    found.site.close()


def started(it: World, name: str = "ann") -> tuple[Client, str]:
    client = it.client(name)
    address = f"/sit/{it.sitting(name)['code']}"
    assert client.act(f"{address}/start", {"honor": "signed"}).status_code == 200
    return client, address


def save(client: Client, address: str, text: str, sequence: int = 1, base: int = 0, who: str = "a") -> dict[str, Any]:
    sent = {"client": who, "sequence": sequence, "base": base, "question": "2", "answer": "shape", "text": text}
    response = client.act(f"{address}/save", json={"saves": [sent]})
    assert response.status_code == 200, response.text
    return response.json()["saved"][0]


def test_a_student_starts_writes_and_hands_in(it: World) -> None:
    """From the cover to the receipt; the receipt is a function of the texts, and what was saved is shown."""
    client, address = started(it)
    page = client.get(f"{address}/2").text
    assert "output shape" in page.lower()
    assert save(client, address, "1x2x3")["verdict"] == "saved"
    over = client.act(f"{address}/hand-in").text
    assert "Receipt" in over
    assert "1x2x3" in over
    assert it.sitting("ann")["state"] == "handed in"


def test_a_save_that_is_sent_twice_counts_once(it: World) -> None:
    """A client that heard no answer sends again, and the revision stays what it was."""
    client, address = started(it)
    first = save(client, address, "1x2")
    assert save(client, address, "1x2")["revision"] == first["revision"]
    assert save(client, address, "1x3", 2, first["revision"])["revision"] == first["revision"] + 1


def test_many_who_save_at_once_get_what_is_theirs(it: World) -> None:
    """Saves that are committed together are each answered; one that is refused or that fails takes none with it."""
    codes = [it.sitting("ann")["code"], it.sitting("bob")["code"], "nobody"]
    started(it)
    database = it.site.database

    def change(number: int) -> object:
        one = saving.Save("a", number, number, "2", "shape", f"{number}")
        sent = saving.Sent(codes[number % 3], (one,), it.site.clock())
        try:
            taken: list[saving.Saved] = database.write_together(saving.save_all, sent)
        except (sittings.NotNow, KeyError) as error:
            return type(error).__name__
        return [(found.sequence, found.verdict in ("saved", "conflict")) for found in taken]

    with ThreadPoolExecutor(30) as executor:
        found = list(executor.map(change, range(60)))
    assert found == [[[(number, True)], "NotNow", "KeyError"][number % 3] for number in range(60)]
    with database.reading() as connection:
        assert len(saving.set_aside(connection, codes[0])) + it.sitting("ann")["revision"] == 20 + 1


def test_two_windows_lose_no_text(it: World) -> None:
    """A save on an old revision is a conflict: the earlier text counts, both are kept, and the choice is a new save."""
    client, address = started(it)
    first = save(client, address, "of one window", who="a")
    other = save(client, address, "of the other", who="b")
    assert (other["verdict"], other["text"], other["revision"]) == ("conflict", "of one window", first["revision"])
    chosen = save(client, address, "of the other", 2, other["revision"], who="b")
    assert chosen["verdict"] == "saved"
    over = client.act(f"{address}/hand-in").text
    assert over.count("of the other") == 2


def test_after_the_end_nothing_counts_and_the_text_is_kept(it: World) -> None:
    """A late save is refused by the server's clock, whatever the client's says, and what was written is not lost."""
    client, address = started(it)
    save(client, address, "in time")
    it.time[0] += 61 * MINUTE
    late = save(client, address, "too late", 2, 1)
    assert (late["verdict"], late["text"], late["left"]) == ("late", "in time", 0)
    assert it.sitting("ann")["state"] == "time up"
    over = client.get(address).text
    assert "The time is up" in over
    assert "too late" in over


@pytest.mark.parametrize("bad", [
    {}, {"saves": []}, {"saves": [3]}, {"saves": [{"client": "a"}]},
    {"saves": [{"client": "../", "sequence": 1, "base": 0, "question": "2", "answer": "x", "text": ""}]},
    {"saves": [{"client": "a", "sequence": True, "base": 0, "question": "2", "answer": "x", "text": ""}]},
    {"saves": [{"client": "a", "sequence": 1, "base": 0, "question": "2", "answer": "x", "text": "x" * 50_001}]},
])  # fmt: skip
def test_what_no_client_sends_is_refused(it: World, bad: Any) -> None:
    """Whatever else is sent as saves is refused in words, and nothing of it is kept."""
    client, address = started(it)
    response = client.act(f"{address}/save", json=bad)
    assert response.status_code in (400, 413)
    assert response.json()["error"]


def test_nobody_else_sees_a_sitting(it: World) -> None:
    """Another student, a stranger and whoever is not signed in learn no more than that there is no such page."""
    _, address = started(it)
    for name in ("bob", "stranger"):
        assert it.client(name).get(f"{address}/2").status_code == 404
    assert it.client().get(f"{address}/2", headers={"accept": "application/json"}).status_code == 401


def test_a_change_needs_the_page_that_offers_it(it: World) -> None:
    """A request without the token of the page, or from another site, changes nothing."""
    client, address = started(it)
    assert client.post(f"{address}/hand-in").status_code == 403
    client.headers["origin"] = "https://elsewhere.example"
    assert client.act(f"{address}/hand-in").status_code == 403
    assert it.sitting("ann")["state"] == "running"


def test_passwords_cannot_be_tried_without_end(it: World) -> None:
    """Of one address some attempts a minute, and of all addresses together, whoever tries; then there is a pause."""
    client = it.client("stranger")

    def attempt(email: str) -> int:
        return client.act("/sign-in", {"email": email, "password": "a guess of mine"}).status_code

    it.site.sign_ins, it.site.passwords = Limits(most=2, a_minute=1), Limits(most=4, a_minute=1)
    assert [attempt("ann@example.edu") for _ in range(3)] == [401, 401, 429]
    assert [attempt(f"x{i}@example.edu") for i in range(2)] == [401, 429]
    it.time[0] += 10 * MINUTE
    assert attempt("ann@example.edu") == 401
