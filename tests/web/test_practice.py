"""Practice: what is shown before an answer was tried, what comes of a try, and when a problem comes back."""

from __future__ import annotations

import json
import re
from html import unescape
from html.parser import HTMLParser
from typing import Any

import pytest
from fsrs import Rating
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

import markscheme as ms
from markscheme.core.verdict import MARKED
from markscheme.web import practice, schema
from markscheme.web.clock import DAY, HOUR
from markscheme.web.filling import filled
from markscheme.web.practice import LEVELS, Owner, Standing
from markscheme.web.programs import Programs
from tests.web.site import Client, World, world

SHAPE = "convolution/output_shape"
NETWORK = "attention/linear_rnn"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> World:
    return world(tmp_path_factory.mktemp("practice"))


def started(client: Client, problem: str) -> str:
    """The address of a new item."""
    answer = client.act("/practice/start", {"problem": problem})
    assert answer.status_code == 200, answer.text
    return answer.url.path


def item_at(place: World, address: str) -> ms.Item:
    """The item behind an address, as the server alone knows it."""
    with place.site.database.reading() as connection:
        query = select(schema.practice.c.item).where(schema.practice.c.code == address.rsplit("/", 1)[1])
        return ms.item(connection.execute(query).scalar_one())


def written(item: ms.Item) -> dict[str, str]:
    """The key as a student would type it."""
    return {answer.name: answer.kind.write(item.values[answer.name]) for answer in item.layout.asked}


def bare(html: str) -> str:
    """What a page says, without tags and spaces."""
    return re.sub(r"\s", "", unescape(re.sub(r"<[^>]*>", "", html)))


def stranger(place: World) -> Client:
    """A browser of nobody in particular."""
    client = place.client()
    found = re.search(r'<meta name="csrf" content="(\w+)"', client.get("/practice").text)
    assert found
    client.csrf = found[1]
    return client


def test_no_page_has_a_key_or_a_seed_before_it_is_asked_for(place: World) -> None:
    """No page and no hint that is given freely holds a key beyond what the question says; the solution does."""
    told = 0
    for name in ms.problems():
        client = place.client("ann")
        place.time[0] += HOUR
        address = started(client, name)
        item = item_at(place, address)
        pages = [client.get(address).text]
        for answer in item.layout.asked:
            while f'value="hint {answer.name}"' in pages[-1]:
                pages.append(client.act(address, {"do": f"hint {answer.name}"}).text)
        assert not [page for page in pages if str(item.identity.seed) in page], name
        solved = bare(client.act(address, {"do": "solution"}).text)
        asked = bare(item.prompt("html"))  # an author may say anything there; `markscheme check` is about that
        texts = [text.replace(" ", "") for text in written(item).values()]
        keys = [text for text in texts if len(text) > 6 and text in solved and text not in asked]
        told += len(keys)
        for key in keys:
            assert not [page for page in pages if key in bare(page)], (name, key)
    assert told >= 8


def test_a_right_try_earns_its_marks_and_a_wrong_one_says_why(place: World) -> None:
    """Verdicts come with reasons, slips with their names, and what was typed stands in the fields again."""
    client = place.client("ann")
    address = started(client, SHAPE)
    item = item_at(place, address)
    slip = next(text for text in item.solved().keys[0].slips.values() if text != written(item)["shape"])
    wrong = client.act(address, {"do": "check", "shape": slip})
    assert wrong.url.fragment == "result"
    assert "0 of 3 marks" in bare(wrong.text).replace("0of3marks", "0 of 3 marks")
    (name,) = [name for name, text in item.solved().keys[0].slips.items() if text == slip][:1]
    assert bare(name) in bare(wrong.text)
    assert f'value="{slip}"' in wrong.text
    right = client.act(address, {"do": "check", **written(item)})
    assert "3of3marks" in bare(right.text)


def test_an_item_is_its_owners_alone(place: World) -> None:
    """Another person, and another browser of nobody in particular, find no such item, and cannot act on it."""
    ann, first, second = place.client("ann"), stranger(place), stranger(place)
    for owner, others in ((ann, (place.client("bob"), first)), (first, (ann, second))):
        address = started(owner, SHAPE)
        assert owner.get(address).status_code == 200
        for other in others:
            assert other.get(address).status_code == 404
            assert other.act(address, {"do": "solution"}).status_code == 404
            assert other.act(f"{address}/read", json={"name": "shape", "text": "1"}).status_code == 404
        assert "Solution</h2>" not in owner.get(address).text


def test_a_hint_that_gives_an_answer_away_waits_until_it_was_tried(place: World) -> None:
    """A step that is worked out from asked answers is shown when those were checked, not before, whoever asks."""
    client = place.client("ann")
    address = started(client, NETWORK)
    item = item_at(place, address)
    refused = client.act(address, {"do": "hint output", "h_2": "[1, 2]"})
    assert refused.status_code == 409
    assert 'value="[1, 2]"' in client.get(address).text, "what was typed is kept"
    tried = {"h_2": "[99, 98]", "k_3": "[1, 1]", "h_out": "[97, 96]"}
    client.act(address, {"do": "check", **tried})
    assert client.act(address, {"do": "hint output", **tried}).url.fragment == "hint-output"
    shown = client.get(address).text
    assert bare(next(iter(item.hints("output", "html")))) in bare(shown)


@pytest.mark.parametrize(
    ("name", "text", "status"),
    [
        ("shape", "3 x 4", 200),
        ("shape", "large", 200),
        ("nothing", "1", 404),
        ("shape", "1" * 2001, 400),
        ("shape", 7, 400),
    ],
)
def test_what_is_read_while_it_is_typed(place: World, name: str, text: Any, status: int) -> None:
    """A text is told as mathematics or with its complaint, never with a verdict; what no page sends is refused."""
    client = place.client("ann")
    answer = client.act(f"{started(client, SHAPE)}/read", json={"name": name, "text": text})
    assert answer.status_code == status
    if status == 200:
        assert set(answer.json()) <= {"plain", "latex", "mathml", "complaint", "reason", "position"}


def test_harder_and_easier_end(place: World) -> None:
    """Knobs turn so far and no further: an item of any size could cost any time."""
    client = place.client("bob")
    for do, last in (("harder", LEVELS[-1]), ("easier", LEVELS[0])):
        address = started(client, SHAPE)
        for _ in range(abs(last)):
            place.time[0] += HOUR
            address = client.act(address, {"do": do}).url.path
        assert f'value="{do}"' not in client.get(address).text
        assert client.act(address, {"do": do}).status_code == 409
        knobs = item_at(place, address).identity.knobs
        assert (float(str(knobs["largest"])) > 64) == (do == "harder")


def test_the_first_check_says_how_well_a_problem_is_known(place: World) -> None:
    """All right is good, after a hint hard; anything wrong, and the solution before a try, is to be met again."""

    def rated(*acts: dict[str, str]) -> int | None:
        place.time[0] += HOUR
        client = place.client("bob")
        address = started(client, SHAPE)
        key = written(item_at(place, address))
        for act in acts:
            client.act(address, {name: key.get(text, text) for name, text in act.items()})
        with place.site.database.reading() as connection:
            query = select(schema.practice.c.rating).where(schema.practice.c.code == address.rsplit("/", 1)[1])
            return connection.execute(query).scalar_one()

    right, wrong = {"do": "check", "shape": "shape"}, {"do": "check", "shape": "[1, 2]"}
    hint, solution = {"do": "hint shape"}, {"do": "solution"}
    assert rated(right) == Rating.Good
    assert rated(hint, right) == Rating.Hard
    assert rated(wrong, right) == Rating.Again
    assert rated(solution, right) == Rating.Again
    assert rated(wrong, solution) == Rating.Again
    assert rated(hint) is None


def test_a_problem_comes_back_when_it_is_due(tmp_path: Any) -> None:
    """What was known comes back in some days, what was not tomorrow; until then other problems come first."""
    place = world(tmp_path)
    client, owner = place.client("ann"), Owner(place.people["ann"].code, "")
    for name, text in ((SHAPE, "shape"), (NETWORK, "")):
        address = started(client, name)
        client.act(
            address,
            {"do": "check", **{n: t if text else "[7, 7]" for n, t in written(item_at(place, address)).items()}},
        )

    def known() -> dict[str, Standing]:
        with place.site.database.reading() as connection:
            return practice.standings(connection, owner, place.time[0])

    now = known()
    assert not any(it.is_due for it in now.values())
    assert now[NETWORK].when(place.time[0]) == "due tomorrow"
    assert re.fullmatch(r"due in \d+ days", now[SHAPE].when(place.time[0]))
    assert "Nothing is due today" in client.get("/practice").text
    names = [SHAPE, NETWORK, "decoding/beam_search"]
    assert practice.next_problem(now, names) == "decoding/beam_search"
    place.time[0] += DAY
    assert practice.next_problem(known(), names) == NETWORK
    assert "Due today" in client.get("/practice").text
    place.time[0] += 30 * DAY
    assert {name for name, it in known().items() if it.is_due} == {SHAPE, NETWORK}
    assert known()[SHAPE].recall < 0.9


def test_what_visitors_left_is_forgotten_and_what_people_have_is_kept(place: World) -> None:
    """After two months nothing is left of a browser of nobody in particular."""
    person, visitor = started(place.client("ann"), SHAPE), started(stranger(place), SHAPE)
    place.time[0] += practice.VISITORS_KEPT + HOUR
    started(place.client("ann"), SHAPE)
    with place.site.database.reading() as connection:
        codes = set(connection.execute(select(schema.practice.c.code)).scalars())
    assert person.rsplit("/", 1)[1] in codes
    assert visitor.rsplit("/", 1)[1] not in codes


def test_a_problem_that_has_changed_since_says_so(place: World) -> None:
    """An item whose problem has another version cannot be posed again, and its page is no error of the server."""
    client = place.client("ann")
    address = started(client, SHAPE)
    old = (schema.practice.c.code == address.rsplit("/", 1)[1], f"{SHAPE}/99/1")
    place.site.database.write(lambda at: at.execute(update(schema.practice).where(old[0]).values(item=old[1])))
    assert client.get(address).status_code == 400


def test_a_server_without_a_sandbox_says_so(place: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where programs cannot be run, the page says it before anybody writes one."""
    from markscheme.web.pages import practice as pages  # noqa: PLC0415

    client = place.client("ann")
    address = started(client, "decoding/beam_step")
    monkeypatch.setattr(pages, "unavailable", lambda: "bubblewrap is not installed")
    assert "bubblewrap is not installed" in client.get(address).text
    assert "not installed" not in client.get(started(client, SHAPE)).text


def test_too_many_programs_are_turned_away() -> None:
    """A queue has an end: who comes after it is told, and nothing of theirs is lost."""
    import asyncio  # noqa: PLC0415

    from markscheme.web.call import Refused  # noqa: PLC0415

    with pytest.raises(Refused, match="Too many programs"):
        asyncio.run(Programs(most_waiting=0).run(abs, 1))


# What stands in a form


class _Form(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found: dict[str, list[str]] = {}
        self._long = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name = given.get("name") or ""
        if tag == "textarea":
            self._long = name
            self.found.setdefault(name, [""])
        elif tag == "input" and ("checked" in given or given.get("type") not in ("radio", "checkbox")):
            self.found.setdefault(name, []).append(given.get("value") or "")

    def handle_data(self, data: str) -> None:
        if self._long:
            self.found[self._long][0] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self.found[self._long][0] = self.found[self._long][0].removeprefix("\n")
            self._long = ""


@pytest.fixture(scope="module")
def forms() -> dict[str, str]:
    names = (NETWORK, "decoding/beam_step", "point_clouds/grouping", "normalization/axes")
    return {name: ms.problem(name).pose("1").posed().write("html") for name in names}


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=40), st.text("<>&\"'\n\\$1 /", max_size=20))
def test_a_text_comes_back_as_it_was_typed(forms: dict[str, str], text: str, markup: str) -> None:
    """Whatever was typed stands in its field again, and in no other; nothing in it becomes markup."""
    for fields in ({"h_2": text + markup.replace("\n", " ")}, {"v_1": markup.replace("\n", " "), "output": text}):
        found = _Form(filled(forms[NETWORK], fields)).found
        assert {name: texts[0] for name, texts in found.items() if texts != [""]} == {
            n: t for n, t in fields.items() if t
        }
    program = text + markup
    assert _Form(filled(forms["decoding/beam_step"], {"code": program})).found["code"] == [program]


def test_squares_are_filled_again(forms: dict[str, str]) -> None:
    """Of squares those are filled that the text names."""
    found = _Form(filled(forms["point_clouds/grouping"], {"invariant": "1, 4"})).found
    assert found["invariant"] == ["1", "4"]
    found = _Form(filled(forms["normalization/axes"], {"layer": "B"})).found
    assert found["layer"] == ["B"]
    assert "batch" not in found


def test_verdicts_are_kept_in_their_public_form(place: World) -> None:
    """What is kept of a check is the data of docs/schema/marked.json."""
    client = place.client("ann")
    address = started(client, SHAPE)
    client.act(address, {"do": "check", "shape": "[1, 2]"})
    with place.site.database.reading() as connection:
        query = select(schema.practice.c.marked).where(schema.practice.c.code == address.rsplit("/", 1)[1])
        assert json.loads(connection.execute(query).scalar_one())["schema"] == MARKED
