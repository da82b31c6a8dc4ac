"""What a teacher does over HTTP: rosters, papers, exams made ready and opened, the room."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from markscheme.web import preparing
from markscheme.web.clock import MINUTE
from tests.own_problem import GOOD
from tests.web.site import Client, World, world


@pytest.fixture
def it(tmp_path: Path) -> Iterator[World]:
    found = world(tmp_path)
    yield found
    found.site.close()


def send_roster(client: Client, it: World, content: str, name: str = "roster.csv") -> str:
    response = client.post(
        f"/courses/{it.course}/roster",
        files={"roster": (name, content.encode())},
        headers={"X-CSRF-Token": client.csrf},
    )
    return response.text


def test_a_roster_is_taken_row_by_row(it: World) -> None:
    """Rows that can be used are taken; the others are named with their row, and what they mean is never guessed."""
    client = it.client("teacher")
    said = send_roster(client, it, "student,last,first,extra_time\ncy,Curie,Y,25%\n,No,Id,\nd.dee,D,,a lot\n")
    assert "1 students were taken, 1 of them new" in said
    assert "column &#39;student&#39; is empty" in said
    assert "a lot" in said
    page = client.get(f"/courses/{it.course}").text
    assert "Y Curie" in page
    assert "d.dee" not in page  # no random code has a dot


def test_a_roster_comes_back_as_it_was(it: World) -> None:
    """What roster.csv says can be sent again, and makes nobody new and no extra time another."""
    client = it.client("teacher")
    send_roster(client, it, "student,last,email,extra_time,section\ncy,Curie,cy@example.edu,25% + 5 min,A\n=1,Odd,,,\n")
    first = client.get(f"/courses/{it.course}/roster.csv").text
    assert "0 of them new" in send_roster(client, it, first)
    assert client.get(f"/courses/{it.course}/roster.csv").text == first


def test_no_link_signs_in_whoever_is_more_than_this_courses_student(it: World) -> None:
    """A teacher who puts somebody else's address into a roster gets no link to sign in as them."""
    client = it.client("teacher")
    rows = "\n".join([f"x{i},,{name}@example.edu" for i, name in enumerate(("operator", "marker", "teacher"))])
    send_roster(client, it, f"student,last,email\n{rows}\n")
    text = client.act(f"/courses/{it.course}/links.csv").text
    assert len(re.findall("/enter/", text)) == 2  # ann and bob
    added = client.act(f"/courses/{it.course}/staff", {"role": "marker", "name": "O", "email": "operator@example.edu"})
    assert "/enter/" not in added.text


def test_a_link_signs_in(it: World) -> None:
    """Each student's link opens a session of theirs, by a button and not by being followed."""
    text = it.client("teacher").act(f"/courses/{it.course}/links.csv").text
    link = re.findall(r"ann,.*(/enter/\S+)", text)[0]
    browser = it.client()
    page = browser.get(link).text
    assert "Welcome, Ann" in page
    assert "Hello, Ann" not in browser.get("/").text
    csrf = re.findall(r'name="csrf" content="(\w+)"', page)[0]
    assert "Hello, Ann" in browser.post(link, data={"csrf": csrf}).text


def test_a_paper_is_made_of_problems_and_sat(it: World) -> None:
    """Problems with marks and knobs are looked at, and become a paper, an exam of it, and sittings that are ready."""
    client = it.client("teacher")
    filled = {
        "title": "Quiz", "minutes": "30", "problem": ["attention/linear_rnn", ""], "marks": ["7", ""],
        "knobs": ["largest=1", ""],
    }  # fmt: skip
    looked = client.act(f"/courses/{it.course}/papers/new", filled | {"do": "look"}).text
    assert "Fill in the empty boxes" in looked
    assert 'value="largest=1"' in looked
    assert client.get(f"/courses/{it.course}").text.count("Quiz") == 0
    made = client.act(f"/courses/{it.course}/papers/new", filled)
    assert "Quiz, 1 questions, 7 marks" in made.text
    exam = str(made.url).rsplit("/", 1)[-1]
    codes = it.site.database.write(lambda connection: preparing.enroll(connection, exam, it.time[0]))
    preparing.prepare(it.site.database, exam, codes, it.time[0])
    assert "2 ready" in client.get(f"/exams/{exam}").text


def test_problems_of_ones_own(it: World, tmp_path: Path) -> None:
    """Problems in folders that the server was given are practiced, and stand in papers that are made here."""
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "sum.py").write_text(
        GOOD.replace("NAME", "sum").replace("version=1", 'version=1, title="A sum"')
    )
    it.site.problems = (tmp_path,)
    client = it.client("teacher")
    tried = client.act("/practice/start", {"problem": "own/sum"})
    assert "How much is" in tried.text
    assert "0 of 2" in client.act(str(tried.url), {"do": "check", "total": "1"}).text
    page = client.get("/practice").text
    assert "A sum" in page
    made = client.act(f"/courses/{it.course}/papers/new", {
        "title": "Sums", "minutes": "30", "problem": ["own/sum", "convolution/output_shape"], "marks": ["", ""],
        "knobs": ["", ""],
    })  # fmt: skip
    assert "Sums, 2 questions, 5 marks" in made.text
    exam = str(made.url).rsplit("/", 1)[-1]
    codes = it.site.database.write(lambda connection: preparing.enroll(connection, exam, it.time[0]))
    preparing.prepare(it.site.database, exam, codes, it.time[0])
    assert "2 ready" in client.get(f"/exams/{exam}").text


def test_a_paper_is_its_courses(it: World) -> None:
    """What was made in the browser for one course is offered there by its title, and in no other course."""
    client = it.client("teacher")
    for _ in range(2):
        client.act(f"/courses/{it.course}/papers/new", {
            "title": "Secret quiz", "minutes": "30", "problem": "attention/linear_rnn", "marks": "", "knobs": "",
        })  # fmt: skip
    page = client.get(f"/courses/{it.course}/exams/new").text
    assert "<option>Secret quiz</option>" in page
    assert "<option>Secret quiz (2)</option>" in page
    other = it.client("operator").act("/courses", {"title": "Another"})
    assert "Secret quiz" not in it.client("operator").get(f"{other.url}/exams/new").text


@pytest.mark.parametrize(("field", "value"), [
    ("problem", "attention/linear_rn"), ("marks", "many"), ("knobs", "smallest=3"), ("minutes", "0"), ("title", ""),
])  # fmt: skip
def test_a_paper_that_cannot_be_is_not_made(it: World, field: str, value: str) -> None:
    """What is wrong is said above the form, and what was filled in stands there still."""
    filled = {"title": "Quiz", "minutes": "30", "problem": "attention/linear_rnn", "marks": "7", "knobs": ""}
    client = it.client("teacher")
    response = client.act(f"/courses/{it.course}/papers/new", filled | {field: value})
    assert response.status_code == 400
    assert 'class="message bad"' in response.text
    assert 'value="7"' in response.text or field == "marks"


def test_extra_time_counts_while_it_runs(it: World) -> None:
    """Time given to a student, by factor or by minutes, moves the end of a sitting that has begun."""
    student, address = it.client("ann"), f"/sit/{it.sitting('ann')['code']}"
    student.act(f"{address}/start", {"honor": "signed"})
    teacher = it.client("teacher")
    member = re.findall(r"members/(\d+)", teacher.get(f"/courses/{it.course}").text)[0]
    teacher.act(f"/courses/{it.course}/members/{member}", {"factor": "1.5", "minutes": "10"})
    assert student.get(f"{address}/state").json()["left"] == 100 * MINUTE
    it.time[0] += 90 * MINUTE
    assert student.get(f"{address}/state").json() == {"state": "running", "left": 10 * MINUTE, "revision": 1}


def test_a_pause_costs_nobody_time(it: World) -> None:
    """While everybody is paused no time runs, and it goes on from where it stood."""
    student, address = it.client("ann"), f"/sit/{it.sitting('ann')['code']}"
    student.act(f"{address}/start", {"honor": "signed"})
    teacher = it.client("teacher")
    it.time[0] += 10 * MINUTE
    teacher.act(f"/exams/{it.exam}/room/all", {"act": "pause"})
    it.time[0] += 500 * MINUTE
    assert student.get(f"{address}/state").json() == {"state": "paused", "left": 50 * MINUTE, "revision": 1}
    teacher.act(f"/exams/{it.exam}/room/all", {"act": "resume"})
    assert student.get(f"{address}/state").json()["left"] == 50 * MINUTE


def test_the_room_shows_who_is_in_trouble(it: World) -> None:
    """A window that has not been heard for a minute is named; one that has just asked for the time is not."""
    student, address = it.client("ann"), f"/sit/{it.sitting('ann')['code']}"
    student.act(f"{address}/start", {"honor": "signed"})
    teacher = it.client("teacher")
    it.time[0] += 2 * MINUTE
    assert "not heard for 120 s" in teacher.get(f"/exams/{it.exam}/room").text
    student.get(f"{address}/state")
    assert "not heard" not in teacher.get(f"/exams/{it.exam}/room").text


def test_answers_go_out_as_the_command_line_takes_them(it: World) -> None:
    """answers.csv has every text that counts, whatever is in it, and no formula."""
    student, address = it.client("ann"), f"/sit/{it.sitting('ann')['code']}"
    student.act(f"{address}/start", {"honor": "signed"})
    sent = {"client": "a", "sequence": 1, "base": 0, "question": "2", "answer": "shape", "text": '=1+1\n"x"'}
    student.act(f"{address}/save", json={"saves": [sent]})
    text = it.client("teacher").get(f"/exams/{it.exam}/answers.csv").text
    assert "ann" in text
    assert "'=1+1" in text


def test_a_persons_data_is_deleted_whole(it: World) -> None:
    """After it nothing that they wrote is in the database."""
    student, address = it.client("ann"), f"/sit/{it.sitting('ann')['code']}"
    student.act(f"{address}/start", {"honor": "signed"})
    sent = {"client": "a", "sequence": 1, "base": 0, "question": "2", "answer": "shape", "text": "nobody else"}
    student.act(f"{address}/save", json={"saves": [sent]})
    it.client("operator").act(f"/people/{it.people['ann'].code}/forget", {"sure": "yes"})
    with it.site.database.reading() as connection:
        for table in ("saves", "sittings", "sitting_log", "people", "members"):
            found = connection.exec_driver_sql(f"SELECT * FROM {table}").fetchall()
            assert not [row for row in found if "nobody else" in row or it.people["ann"].code in row]
