"""Pages that wait at the desk: for markers alone, decided as by command, undone, and never overwritten."""

from __future__ import annotations

import html
import re
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

import pytest

from markscheme.exam.folder import Exam, open_exam
from markscheme.exam.marking import submissions_of
from markscheme.exam.scanned import owners
from markscheme.scan.answers import Scans, Slot
from markscheme.scan.deciding import MOST_WHY, Decision, carry_out, decided
from markscheme.scan.states import counts, fold
from markscheme.scan.typing import take_typed
from markscheme.scan.waiting import waiting
from markscheme.web.desks import serve_folder
from tests.waiting_pages import ORDER, waiting_stack
from tests.web.site import Client, World, world

Stack = tuple[Exam, dict[str, str]]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Stack:
    """A stack in which everything waits, and the names of its pages."""
    exam, names = waiting_stack(tmp_path_factory.mktemp("waiting"))
    exam.store.close()
    return exam, names


@pytest.fixture
def it(made: Stack, tmp_path: Path) -> Iterator[World]:
    shutil.copytree(made[0].root, tmp_path / "exam")
    found = world(tmp_path)
    found.site.jobs = 0
    found.exam = serve_folder(found.site, tmp_path / "exam", found.people["operator"], found.time[0])
    yield found
    found.site.close()


def base(it: World) -> str:
    return f"/exams/{it.exam}/scans/pages"


def stamp(client: Client, it: World, **query: Any) -> str:
    """The stamp of what a page shows."""
    page = client.get(base(it), params=query)
    assert page.status_code == 200, page.text
    return html.unescape(re.findall(r'name="stamp" value="([^"]*)"', page.text)[0])


def say(client: Client, it: World, what: str, name: str, **fields: str) -> Any:
    """Decide about a page, or a copy, as it stands now or as `stamp` says."""
    subject = {"copy": name} if what in ("owner", "nobody") else {"page": name}
    form = {"what": what, "named": "1", "stamp": fields.pop("stamp", "") or stamp(client, it, **subject)}
    client.follow_redirects = False
    response = client.act(base(it), form | subject | fields)
    client.follow_redirects = True
    return response


def states(it: World) -> dict[str, tuple[str, str, int]]:
    """How every page stands, by its name."""
    exam = open_exam(it.site.exams[it.exam])
    found = {name: (page.state, page.copy, page.number) for name, page in fold(exam.store.pages()).items()}
    exam.store.close()
    return found


def test_everything_that_waits_is_shown_once(it: World, made: Stack) -> None:
    """Pages in the order in which they came, scans of one page together, then copies; each with its own stamp."""
    operator, names = it.client("operator"), made[1]
    shown = [operator.get(base(it), params={"at": str(i)}).text for i in range(8)]
    assert all(f"{i + 1} of 8" in page for i, page in enumerate(shown))
    heads = [re.findall(r"<h2>(.*?)</h2>", page)[0] for page in shown]
    assert [re.sub("<.*?>", "", head).split(" ")[-1] for head in heads[:1]] == ["inferred"]
    assert ["Which scan" in head for head in heads] == [i == 1 for i in range(8)]
    assert ["Whose is" in head for head in heads] == [i == 7 for i in range(8)]
    assert names["one"] in shown[1]
    assert names["other"] in shown[1]
    assert f'value="{made[0].manifest.copies[1].code}:2"' in shown[3]  # what is missing is offered
    assert 'Decide <span class="number">8</span> that wait' in operator.get(f"/exams/{it.exam}/scans").text


def test_each_decision_is_that_of_the_command_line(it: World, made: Stack) -> None:
    """What is said in the browser and by `carry_out` leaves the same states, and is listed with who said it and why."""
    operator, names = it.client("operator"), made[1]
    ada, bob, spare = [one.code for one in made[0].manifest.copies]
    said: list[tuple[str, str, dict[str, str], Decision]] = [
        ("confirm", "inferred", {}, Decision("confirm", (names["inferred"],))),
        ("count", "other", {}, Decision("count", (names["other"],))),
        ("blank", "empty", {}, Decision("blank", (names["empty"],))),
        ("extra", "unknown", {"of": "30361001"}, Decision("extra", (names["unknown"],), "30361001")),
        ("discard", "foreign", {"why": "not ours"}, Decision("discard", (names["foreign"],), why="not ours")),
        ("place", "badly", {"slot": f"{bob}:3"}, Decision("place", (names["badly"],), bob, 3)),
    ]
    other = open_exam(shutil.copytree(it.site.exams[it.exam], it.site.folder / "by command"))
    for what, page, fields, decision in said:
        assert say(operator, it, what, names[page], **fields).status_code in (303, 200)
        carry_out(other, decision, "Operator")
    assert say(operator, it, "owner", spare, student="30362002").status_code == 303
    carry_out(other, Decision("owner", copy=spare, student="30362002"), "Operator")
    now = states(it)
    assert now == {name: (page.state, page.copy, page.number) for name, page in fold(other.store.pages()).items()}
    assert {now[names[page]][0] for page in ("inferred", "other")} == {"registered"}
    assert now[names["one"]][0] == "duplicate"
    assert now[names["unknown"]] == ("extra", ada, 0)
    assert now[names["badly"]] == ("registered", bob, 3)
    exam = open_exam(it.site.exams[it.exam])
    assert owners(exam)[spare] == "30362002"
    told = [(one.what, one.page, one.who) for one in decided(exam)]
    assert sorted(told) == sorted(
        [*[(what, names[page], "Operator") for what, page, _, _ in said], ("owner", "", "Operator")]
    )
    listed = operator.get(base(it), params={"view": "decided"}).text
    assert listed.count("<button>Undo") == len(told)
    assert all(
        word in listed for word in ("not ours", f"placed as page 3 of {bob}", f"a sheet more of {ada}", "Operator")
    )
    assert [one.name for one in waiting(Scans(exam))] == [names["inconsistent"]]
    exam.store.close()
    other.store.close()


def test_every_decision_can_be_undone(it: World, made: Stack) -> None:
    """Undone, a page is as it was read, whatever was said of it, and a copy is nobody's; all stays in the list."""
    operator, names, before = it.client("operator"), made[1], states(it)
    bob, spare = [one.code for one in made[0].manifest.copies[1:]]
    for what, page, fields in (
        ("confirm", "inferred", {}), ("blank", "inferred", {}), ("place", "unknown", {"slot": f"{bob}:2"}),
        ("place", "third", {"slot": f"{bob}:3"}), ("count", "one", {}), ("discard", "badly", {"why": "torn"}),
    ):  # fmt: skip
        say(operator, it, what, names[page], **fields)
        assert states(it)[names[page]] != before[names[page]]
        assert say(operator, it, "undo", names[page]).status_code == 303
        assert states(it) == before, what
    say(operator, it, "owner", spare, student="30362002")
    assert say(operator, it, "nobody", spare).status_code == 303
    exam = open_exam(it.site.exams[it.exam])
    assert not owners(exam)[spare]
    assert len(decided(exam)) == 14
    assert not any(one.stands for one in decided(exam))
    scans = Scans(exam)
    third = next(one for one in scans.written() if one.page == names["third"] and len(one.places) == 1)
    assert scans.crop(third).is_file()  # cut again where it was read, not where it had been placed
    exam.store.close()


def test_of_two_who_decide_the_first_is_taken(it: World, made: Stack) -> None:
    """The other is shown what stands there and who said so, and may look again; what is sent twice is done once."""
    one, other, names = it.client("operator"), it.client("operator"), made[1]
    was = {name: stamp(one, it, page=names[name]) for name in ("empty", "one", "inferred")}
    assert say(one, it, "blank", names["empty"], stamp=was["empty"]).status_code == 303
    late = say(other, it, "discard", names["empty"], why="a cup", stamp=was["empty"])
    assert late.status_code == 409
    assert all(
        word in late.text for word in ("was not taken", "<strong>blank</strong>", "Operator", "discarded: a cup")
    )
    assert states(it)[names["empty"]][0] == "blank"
    assert say(one, it, "blank", names["empty"], stamp=was["empty"]).status_code == 303
    assert say(one, it, "count", names["one"], stamp=was["one"]).status_code == 303
    assert (
        say(other, it, "count", names["other"], stamp=was["one"]).status_code == 409
    )  # the same page, by another scan
    assert states(it)[names["one"]][0] == "registered"
    exam = open_exam(it.site.exams[it.exam])  # the command line, meanwhile
    carry_out(exam, Decision("discard", (names["inferred"],), why="by command"), "Eve")
    late = say(other, it, "confirm", names["inferred"], stamp=was["inferred"])
    assert (late.status_code, "Eve" in late.text, "by command" in late.text) == (409, True, True)
    assert len(decided(exam)) == 3
    exam.store.close()


def test_of_many_at_once_exactly_one_is_taken(it: World, made: Stack) -> None:
    """Eight who say eight things of one page at the same moment: one is taken, and all others are told what stands."""
    name = made[1]["unknown"]
    was = stamp(it.client("operator"), it, page=name)

    def late(number: int) -> int:
        return say(it.client("operator"), it, "discard", name, why=f"reason {number}", stamp=was).status_code

    with ThreadPoolExecutor(8) as threads:
        assert sorted(threads.map(late, range(8))) == [303, *[409] * 7]
    exam = open_exam(it.site.exams[it.exam])
    assert len(decided(exam)) == 1
    exam.store.close()


HOSTILE: Final = (
    ("discard", {"why": "x" * 60_000}, 400, "500 are the most"),
    ("discard", {"why": "x" * 1_000_000}, 413, "can be sent"),
    ("discard", {"why": "  \x1b\u202e "}, 400, "Say why"),
    ("discard", {}, 400, "Say why"),
    ("place", {"slot": "PFXB:1"}, 400, "has no copy"),
    ("place", {"slot": "30361001:0"}, 400, "pages 1 to 3"),
    ("place", {"slot": "30361001:4"}, 400, "pages 1 to 3"),
    ("place", {"slot": "30361001:" + "9" * 5000}, 400, "a copy and a page"),
    ("place", {"slot": "30361001:-1"}, 400, "a copy and a page"),
    ("place", {"slot": "30361001:\u00b2"}, 400, "a copy and a page"),
    ("place", {"slot": "x" * 5000 + ":1"}, 400, "no copy has a name"),
    ("place", {"slot": "../../x:1"}, 400, "has no copy"),
    ("place", {"slot": ":1"}, 400, "a copy and a page"),
    ("extra", {"of": ""}, 400, "has no copy"),
    ("extra", {"of": "<script>alert(1)</script>"}, 400, "has no copy"),
    ("confirm", {}, 400, "only what was inferred"),
    ("count", {}, 400, "only a registered page"),
    ("received", {}, 400, "no such decision"),
    ("read", {}, 400, "no such decision"),
    ("", {}, 400, "no such decision"),
)  # fmt: skip


@pytest.mark.parametrize(("what", "fields", "status", "told"), HOSTILE)
def test_what_makes_no_sense_changes_nothing(
    it: World, made: Stack, what: str, fields: dict[str, str], status: int, told: str
) -> None:
    """One sentence says why not, what was typed is not run, and no event is added."""
    operator, name = it.client("operator"), made[1]["unknown"]
    before = open_exam(it.site.exams[it.exam]).store.counts()
    response = say(operator, it, what, name, **fields)
    said = html.unescape(response.text)
    assert (response.status_code, told.casefold() in said.casefold()) == (status, True), said[-3000:]
    assert "<script>alert" not in response.text
    assert len(response.text) < 50_000
    assert open_exam(it.site.exams[it.exam]).store.counts() == before


def test_a_complaint_is_shown_where_it_belongs(it: World, made: Stack) -> None:
    """Beside the page that it is about, and what was typed for it, though others were decided meanwhile."""
    operator, names = it.client("operator"), made[1]
    was = stamp(operator, it, at=6)
    for name in ("inferred", "empty"):
        exam = open_exam(it.site.exams[it.exam])
        carry_out(exam, Decision("discard", (names[name],), why="x"), "Eve")
        exam.store.close()
    form = {"what": "place", "page": names["badly"], "slot": "30361001:77", "stamp": was, "at": "6"}
    response = operator.act(base(it), form)
    assert response.status_code == 400
    assert "pages 1 to 3" in response.text
    assert f'name="page" value="{names["badly"]}"' in response.text
    assert 'value="30361001:77"' in response.text
    assert "5 of 6" in response.text


def test_a_reason_is_shown_as_it_is(it: World, made: Stack) -> None:
    """HTML in a reason is text, control characters and turns of the writing are not there, and it is in one line."""
    operator, name = it.client("operator"), made[1]["foreign"]
    why = "<b onclick=x>\r\nFAKE\x1b[2J\u202e" + "y" * (MOST_WHY - 30)
    assert say(operator, it, "discard", name, why=why).status_code == 303
    for query in ({"page": name}, {"view": "decided"}):
        page = operator.get(base(it), params=query).text
        assert "&lt;b onclick=x&gt; FAKE [2Jyyy" in page.replace("[2J ", "[2J")
        assert "\u202e" not in page
        assert "<b onclick" not in page


def test_what_there_is_not(it: World, made: Stack) -> None:
    """A page or a copy that there is not, or that is somebody's, is not decided."""
    operator, spare = it.client("operator"), made[0].manifest.copies[2].code
    for name in ("nothing-1", "../../exam.sqlite", f"{made[1]['first']}99", ""):
        assert say(operator, it, "blank", name, stamp="x").status_code == 404
        assert operator.get(f"/exams/{it.exam}/scans/picture", params={"page": name}).status_code == 404
        if name:
            assert operator.get(base(it), params={"page": name}).status_code == 404
    for copy in ("nothing", made[0].manifest.copies[0].code, ""):
        assert say(operator, it, "owner", copy, student="30362002", stamp="x").status_code == 404
    for student in ("nobody", "", "<b>", "x" * 5000):
        assert say(operator, it, "owner", spare, student=student).status_code == 400
    assert operator.get(base(it), params={"at": "99999"}).status_code == 200
    assert operator.get(base(it), params={"at": "-1", "turn": "x", "as": "x"}).status_code == 200


def test_a_page_whose_file_is_gone(it: World, made: Stack) -> None:
    """Its picture is one sentence; what needs it says so and changes nothing; all else can still be decided."""
    operator, names = it.client("operator"), made[1]
    for path in (it.site.exams[it.exam] / "scans" / "batches").iterdir():
        path.unlink()
    response = operator.get(f"/exams/{it.exam}/scans/picture", params={"page": names["unknown"]})
    assert (response.status_code, "has no batch" in response.text) == (400, True)
    placed = say(operator, it, "place", names["unknown"], slot="30362002:2")
    assert (placed.status_code, "has no batch" in placed.text) == (400, True)
    assert say(operator, it, "discard", names["unknown"], why="lost").status_code == 303


def test_pictures_are_for_markers(it: World, made: Stack) -> None:
    """Nobody else gets a page, a strip with a name, or a way to decide; markers get JPEGs, turned as asked."""
    names, spare = made[1], made[0].manifest.copies[2].code
    base = f"/exams/{it.exam}/scans"
    for name in ("teacher", "marker", "ann", "stranger", ""):
        client = it.client(name)
        for address in ("/pages", f"/picture?page={names['first']}", f"/picture?copy={spare}", "/pages?view=decided"):
            response = client.get(f"{base}{address}", headers={"accept": "application/json"})
            assert response.status_code == (404 if name else 401)
    operator = it.client("operator")
    for query in (f"page={names['first']}", f"page={names['empty']}&turn=1", f"copy={spare}",
                  f"page={names['first']}&as=scanned&turn=7"):  # fmt: skip
        response = operator.get(f"{base}/picture?{query}")
        assert (response.headers["content-type"], response.content[:3]) == ("image/jpeg", b"\xff\xd8\xff")
        assert response.headers["cache-control"] == "no-store"
    assert operator.get(f"{base}/picture?copy={made[0].manifest.copies[0].code}").status_code == 404


def test_a_copy_given_to_another_student_takes_its_answers_along(it: World, made: Stack) -> None:
    """What was read off it becomes the other one's; of a copy that is nobody's again nothing is marked."""
    operator, spare = it.client("operator"), made[0].manifest.copies[2].code

    def whose() -> set[str]:
        exam = open_exam(it.site.exams[it.exam])
        found = {one.student for one in exam.store.answers().values() if one.code == spare}
        exam.store.close()
        return found

    for student in ("30362002", "30361001"):
        assert say(operator, it, "owner", spare, student=student).status_code == 303
        exam = open_exam(it.site.exams[it.exam])
        take_typed(Scans(exam), {Slot(spare, "1", "shape"): "[1, 2]"}, "Operator")
        exam.store.close()
        assert whose() == {student}
    say(operator, it, "nobody", spare)
    assert whose() == {""}
    exam = open_exam(it.site.exams[it.exam])
    assert spare not in {one.seed for one in submissions_of(exam)}
    exam.store.close()


def test_the_states_add_up_at_the_desk(it: World) -> None:
    """As many pages as were received, before and after."""
    exam = open_exam(it.site.exams[it.exam])
    assert sum(counts(fold(exam.store.pages())).values()) == len(ORDER)
    exam.store.close()
