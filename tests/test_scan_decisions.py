"""What persons say of scanned pages and copies: whatever they say and undo, every page is somewhere."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from markscheme.cli.main import main
from markscheme.core.errors import MarkschemeError
from markscheme.exam.folder import Exam, open_exam
from markscheme.exam.scanned import owners
from markscheme.scan import batch
from markscheme.scan.answers import Scans
from markscheme.scan.deciding import Decision, carry_out, decided, settle
from markscheme.scan.states import ACTS, counts, fold
from markscheme.scan.waiting import waiting
from tests.scanned_exam import own_copy
from tests.waiting_pages import ORDER, waiting_stack

pytestmark = pytest.mark.heavy  # it prints and scans


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> tuple[Exam, dict[str, str]]:
    """A stack in which everything waits."""
    return waiting_stack(tmp_path_factory.mktemp("stack"))


@pytest.fixture
def own(stack: tuple[Exam, dict[str, str]], tmp_path: Path) -> Iterator[Exam]:
    """A copy of its exam, to do with as one likes."""
    made = batch.ready(open_exam(shutil.copytree(stack[0].root, tmp_path / "exam")))
    yield made
    made.store.close()


SAID = st.lists(
    st.tuples(
        st.sampled_from([*ACTS, "place", "owner"]), st.sampled_from(ORDER), st.integers(0, 2), st.integers(0, 4),
        st.sampled_from(["", "30361001", "30362002"]), st.sampled_from(["", "so"]),
    ),
    max_size=9,
)  # fmt: skip


@given(SAID)
@settings(max_examples=25, deadline=None)
def test_whatever_is_said_the_states_add_up(stack: tuple[Exam, dict[str, str]], said: list[Any]) -> None:
    """After any decisions and undos, sense or nonsense, as many pages are in some state as were received; what is
    refused adds no event; and when all is undone everything is as it was read.
    """
    exam, names = stack
    with TemporaryDirectory() as folder:
        own = batch.ready(open_exam(shutil.copytree(exam.root, Path(folder) / "exam")))
        before = {name: (it.state, it.copy, it.number, it.why) for name, it in fold(own.store.pages()).items()}
        for what, page, copy, number, student, why in said:
            code = own.manifest.copies[copy].code
            count = own.store.counts()
            try:
                carry_out(
                    own, Decision(what, () if what == "owner" else (names[page],), code, number, student, why), "A"
                )
            except MarkschemeError:
                assert own.store.counts() == count
            assert sum(counts(fold(own.store.pages())).values()) == len(ORDER)
        settle(Scans(own))
        shown = waiting(Scans(own))
        assert len({it.name for it in shown}) == len(shown)
        for it in decided(own):
            if it.stands and it.page:
                carry_out(own, Decision("undo", (it.page,)), "A")
        assert {name: (it.state, it.copy, it.number, it.why) for name, it in fold(own.store.pages()).items()} == before
        own.store.close()


def test_the_latest_choice_counts(own: Exam, stack: tuple[Exam, dict[str, str]]) -> None:
    """Of two who say which scan counts, it is the one who said so last, whichever scan came first."""
    one, other = stack[1]["one"], stack[1]["other"]
    for name, who in ((other, "Ada"), (one, "Bob"), (other, "Ada")):
        carry_out(own, Decision("count", (name,)), who)
        found = fold(own.store.pages())
        assert [it for it in (one, other) if found[it].counts] == [name]


def test_a_copy_is_given_and_taken_back_by_command(
    own: Exam, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`--owner CODE:STUDENT` says whose a copy is, `--owner CODE:` that it is nobody's again."""
    code = own.manifest.copies[2].code
    for owner, then in ((f"{code}:30362002", "30362002"), (f"{code}:", "")):
        monkeypatch.setattr(
            "sys.argv", ["markscheme", "scan", "decide", str(own.root), "--owner", owner, "--who", "Ada"]
        )
        main()
        assert owners(own)[code] == then
    assert [(it.student, it.who) for it in decided(own)] == [("", "Ada"), ("30362002", "Ada")]
    assert "pages" in capsys.readouterr().out


def test_an_exam_without_scans_has_nothing_to_decide(tmp_path: Path) -> None:
    """Nothing waits, and nothing was decided."""
    exam = own_copy(tmp_path / "exam")
    assert waiting(Scans(exam)) == decided(exam) == []
    exam.store.close()
