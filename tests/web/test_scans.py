"""Scanned pages at the desk: crops are typed once for a sheet, and each copy is marked against its own numbers."""

from __future__ import annotations

import html
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from markscheme.exam.folder import Exam, open_exam
from markscheme.scan.answers import Scans, read_off, take_choices, take_pictures
from markscheme.web.desks import serve_folder
from tests.scanned_exam import own_copy, scan, written_out
from tests.web.marking_site import done
from tests.web.site import Client, World, world

SHAPE, BATCH = {"question": "1", "answer": "shape"}, {"question": "2(a)", "answer": "batch", "task": "squares"}
SQUARES = ({"batch/A": "corrected", "batch/B": "fill"}, {"layer/A": "tick"}, {"batch/A": "fill"})


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Exam, dict[str, str]]:
    """A scanned exam of two students and of nobody, and what each wrote as the shape."""
    base = tmp_path_factory.mktemp("scans")
    exam = own_copy(base / "exam")
    shapes = written_out(exam, base / "a.pdf", SQUARES)
    scan(exam, base / "a.pdf")
    take_choices(Scans(exam))
    take_pictures(Scans(exam))
    exam.store.close()
    return exam, shapes


@pytest.fixture
def it(made: tuple[Exam, dict[str, str]], tmp_path: Path) -> Iterator[World]:
    shutil.copytree(made[0].root, tmp_path / "exam")
    found = world(tmp_path)
    found.site.jobs = 0
    found.exam = serve_folder(found.site, tmp_path / "exam", found.people["operator"], found.time[0])
    yield found
    found.site.close()


def sheets(client: Client, it: World, **query: str) -> list[dict[str, Any]]:
    """The forms of all sheets of an answer, as the pages have them."""
    found: list[dict[str, Any]] = []
    while True:
        page = client.get(f"/exams/{it.exam}/scans/answers", params=query | {"at": str(len(found))}).text
        if "Nothing is left here" in page:
            return found
        form = dict(re.findall(r'<input type="hidden" name="([a-z]+)" value="([^"]*)">', page))
        form = {name: html.unescape(value) for name, value in form.items()}
        found.append(form | {"keep": re.findall(r'name="keep" value="([^"]*)"', page), "page": page})
        if len(found) == int(re.findall(r"Sheet \d+ of (\d+)", page)[0]):
            return found


def put(client: Client, it: World, form: dict[str, Any], text: str, **changes: Any) -> Any:
    """Send what is typed for a sheet."""
    sent = {name: value for name, value in form.items() if name != "page"} | {"text": text} | changes
    client.follow_redirects = False
    response = client.act(f"/exams/{it.exam}/scans/answers", sent)
    client.follow_redirects = True
    return response


def stored(it: World, question: str = "1", answer: str = "shape") -> dict[str, tuple[str, str]]:
    """What the folder has now: the text and how it was read, by copy."""
    exam = open_exam(it.site.exams[it.exam])
    found = exam.store.answers(question, answer).values()
    texts = {one.code: (one.text, (read_off(one) or ("", "", "?"))[2]) for one in found}
    exam.store.close()
    return texts


def test_what_is_typed_is_the_answer_of_the_crops_left_in(it: World, made: tuple[Exam, dict[str, str]]) -> None:
    """One text for the crops that were left in; those clicked out are asked for next; nobody's copy is not shown."""
    operator, shapes = it.client("operator"), made[1]
    codes = [one.code for one in made[0].manifest.copies if one.student]
    forms = sheets(operator, it, **SHAPE)
    assert sorted([code for form in forms for code in form["keep"]]) == sorted(codes)
    while forms := sheets(operator, it, **SHAPE):
        code = forms[0]["keep"][-1]
        assert put(operator, it, forms[0], shapes[code], keep=[code]).status_code == 303
        assert code not in [one for form in sheets(operator, it, **SHAPE) for one in form["keep"]]
    assert stored(it) == {code: (shapes[code], "typed") for code in codes}


def test_a_sheet_that_has_changed_is_not_taken(it: World, made: tuple[Exam, dict[str, str]]) -> None:
    """Of two who type one sheet the first is taken, the other is shown what stands there; sent twice is sent once."""
    operator = it.client("operator")
    form = sheets(operator, it, **SHAPE)[0]
    assert put(operator, it, form, "[1, 2]").status_code == 303
    assert put(operator, it, form, "[1, 2]").status_code == 303
    other = put(operator, it, form, "[7, 7]")
    assert (other.status_code, "[7, 7]" in other.text, "[1, 2]" in other.text) == (409, True, True)
    assert {text for text, _ in stored(it).values()} == {"[1, 2]"}
    own = sheets(operator, it, **SHAPE) or [form]
    stranger = [one.code for one in made[0].manifest.copies if not one.student]
    assert put(operator, it, own[0], "[3]", keep=stranger).status_code == 409
    for text, keep, said in (("", form["keep"], "Type what stands there"), ("[1]", [], "All crops are clicked out")):
        response = put(operator, it, form, text, keep=keep)
        assert (response.status_code, said in response.text) == (400, True)


def test_an_unclear_square_is_shown_with_its_crop(it: World) -> None:
    """What the squares do not say clearly a person says, who sees them; nothing is taken before."""
    operator = it.client("operator")
    assert not [text for text, _ in stored(it, "2(a)", "batch").values() if text]
    (form,) = sheets(operator, it, **BATCH)
    picture = html.unescape(re.findall(r'<img src="([^"]*)"', form["page"])[0])
    response = operator.get(picture)
    assert (response.headers["content-type"], response.content[:4]) == ("image/png", b"\x89PNG")
    assert "A doubtful" in form["page"]
    assert put(operator, it, form, "B").status_code == 303
    assert stored(it, "2(a)", "batch")[form["keep"][0]] == ("B", "typed")
    assert not sheets(operator, it, **BATCH)


def test_what_was_marked_wrong_is_looked_at_again(it: World, made: tuple[Exam, dict[str, str]]) -> None:
    """A wrong answer that no slip explains comes back with what was typed, until it is said to be so, or typed anew."""
    operator = it.client("operator")
    for form in sheets(operator, it, **SHAPE):
        put(operator, it, form, "[1, 1, 1, 1]")
    before = sheets(operator, it, **SHAPE, task="again")
    operator.act(f"/exams/{it.exam}/mark")
    assert not done(it).failed
    again = sheets(operator, it, **SHAPE, task="again")
    shown = {code for form in again for code in form["keep"]}
    assert shown == {one.code for one in made[0].manifest.copies if one.student}
    assert len(before) < 2
    assert "no slip explains" in "".join([form["page"] for form in again])
    assert put(operator, it, again[0], "[1, 1, 1, 1]", keep=again[0]["keep"][:1]).status_code == 303
    for form in sheets(operator, it, **SHAPE, task="again"):
        assert put(operator, it, form, "[2, 2]").status_code == 303
    assert not sheets(operator, it, **SHAPE, task="again")
    assert sorted(stored(it).values()) == [("[1, 1, 1, 1]", "looked"), ("[2, 2]", "looked")]


def test_what_is_typed_is_read_and_never_judged(it: World, made: tuple[Exam, dict[str, str]]) -> None:
    """The engine's reading or its complaint, for a copy that there is; a right text is told like a wrong one."""
    operator, code = it.client("operator"), made[0].manifest.copies[0].code
    address = f"/exams/{it.exam}/scans/read"
    read = operator.act(address, json={"code": code, **SHAPE, "text": "[1, 2"}).json()
    assert read["complaint"]
    assert "mathml" in operator.act(address, json={"code": code, **SHAPE, "text": "1 x 2 x 3 x 4"}).json()
    for said, status in (
        ({}, 400), ({"code": 3, **SHAPE, "text": "1"}, 400), ({"code": "x", **SHAPE, "text": "1"}, 404),
        ({"code": code, **SHAPE, "text": "1" * 5000}, 400),
    ):  # fmt: skip
        assert operator.act(address, json=said).status_code == status


def test_crops_are_for_markers_and_have_no_names(it: World, made: tuple[Exam, dict[str, str]]) -> None:
    """Nobody else gets a page or a crop, whatever is asked for; a crop is found by what was printed alone."""
    code = made[0].manifest.copies[0].code
    addresses = ["", "/answers?question=1&answer=shape", f"/crop?code={code}&question=1&answer=shape"]
    for name in ("teacher", "marker", "ann", "stranger"):
        for address in addresses:
            assert it.client(name).get(f"/exams/{it.exam}/scans{address}").status_code == 404
    operator = it.client("operator")
    for address in addresses:
        response = operator.get(f"/exams/{it.exam}/scans{address}")
        assert response.status_code == 200
        assert b"30361001" not in response.content
    for query in ("", "?code=../../secret&question=1&answer=shape", f"?code={code}&question=1&answer=../1",
                  f"?code={code}&question=%00&answer=shape"):  # fmt: skip
        assert operator.get(f"/exams/{it.exam}/scans/crop{query}").status_code == 404
    assert operator.get(f"/exams/{it.exam}/scans/answers?question=9&answer=x").status_code == 404
