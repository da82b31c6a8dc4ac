"""docs/tutorial.md does what it says: its commands print what stands there, its pictures are of their pages."""

from __future__ import annotations

import io
import shutil
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageStat

from tools.tutorial import PAGE, pictures, replayed

PAGE_TEXT = PAGE.read_text("utf-8")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("tutorial")


@pytest.fixture(scope="module")
def again(folder: Path) -> str:
    return replayed(PAGE_TEXT, folder)


def test_the_commands_print_what_the_tutorial_says(again: str) -> None:
    """Files written and commands run as the tutorial has them, in an empty folder, print what stands below each."""
    assert again == PAGE_TEXT, "run `python tools/tutorial.py`"
    assert again.count("$ markscheme ") >= 5


@pytest.mark.skipif(shutil.which("pdftoppm") is None, reason="pages are drawn by poppler")
def test_the_pictures_are_of_its_pages(again: str, folder: Path) -> None:
    """Each picture is the page that the commands made, as far as two versions of poppler draw alike."""
    drawn = dict(pictures(again, folder))
    assert len(drawn) == PAGE_TEXT.count("](pictures/tutorial-")
    for page, now in drawn.items():
        one, other = (Image.open(it).convert("L") for it in (page, io.BytesIO(now)))
        assert one.size == other.size, page
        assert ImageStat.Stat(ImageChops.difference(one, other)).mean[0] < 2, page
