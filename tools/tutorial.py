"""docs/tutorial.md, replayed: its files are written, its commands run, and what they print and draw stands in it.

`python tools/tutorial.py` writes outputs and pictures anew.
"""

from __future__ import annotations

import io
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import chdir
from pathlib import Path
from tempfile import TemporaryDirectory

from click.testing import CliRunner

from markscheme.cli.main import app

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "tutorial.md"
_BLOCK = re.compile(r"^```(?P<kind>\w+)(?: title=\"(?P<title>[^\"]+)\")?\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
_PICTURE = re.compile(r"!\[[^\]]*\]\((?P<file>pictures/tutorial-[\w-]+\.png)\)<!-- (?P<pdf>\S+) page (?P<page>\d+) -->")
_SECONDS = re.compile(r"\d+\.\d s\b")


def replayed(text: str, folder: Path) -> str:
    """The page with what its commands print now, run in a folder that is empty at the start."""

    def block(match: re.Match[str]) -> str:
        if match["title"]:
            page = folder / match["title"]
            page.parent.mkdir(parents=True, exist_ok=True)
            page.write_text(match["body"], "utf-8")
            return match[0]
        if match["kind"] != "console":
            return match[0]
        commands = [line for line in match["body"].splitlines() if line.startswith("$ ")]
        return "```console\n" + "".join([f"{it}\n{_printed(it.removeprefix('$ '), folder)}" for it in commands]) + "```"

    return _BLOCK.sub(block, text)


def _printed(command: str, folder: Path) -> str:
    name, *words = shlex.split(command)
    if name == "cat":
        return (folder / words[0]).read_text("utf-8").replace("\r", "")
    if name != "markscheme":
        raise ValueError(f"the tutorial runs markscheme and cat, not {name}")
    columns = os.environ.get("COLUMNS")
    os.environ["COLUMNS"] = "100"
    try:
        with chdir(folder):
            run = CliRunner().invoke(app, words)
    finally:
        os.environ.pop("COLUMNS") if columns is None else os.environ.update(COLUMNS=columns)
    if run.exit_code not in (0, 2):
        raise RuntimeError(f"{command}: {run.output}")
    lines = [line.rstrip() for line in _SECONDS.sub("… s", run.output).splitlines()]
    return "".join([f"{line}\n" for line in lines if line])


def pictures(text: str, folder: Path) -> Iterator[tuple[Path, bytes]]:
    """The pictures of the page, drawn of the PDFs that its commands made, by file."""
    from PIL import Image  # noqa: PLC0415 (of the dev extra)

    for match in _PICTURE.finditer(text):
        page = match["page"]
        words = ["pdftoppm", "-r", "66", "-f", page, "-l", page, "-png", str(folder / match["pdf"])]
        drawn = subprocess.run(words, check=True, capture_output=True).stdout  # noqa: S603 (poppler, on our own page)
        made = io.BytesIO()
        image = Image.open(io.BytesIO(drawn)).convert("RGB")
        inked = image.convert("L").point([255 if it < 250 else 0 for it in range(256)]).getbbox()
        bottom = min(image.height, inked[3] + 14 if inked else image.height)
        image.crop((0, 0, image.width, bottom)).quantize(16).save(made, "PNG", optimize=True)
        yield ROOT / "docs" / match["file"], made.getvalue()


def main() -> int:
    """Write the page and its pictures."""
    with TemporaryDirectory() as name:
        text = replayed(PAGE.read_text("utf-8"), Path(name))
        for page, drawn in pictures(text, Path(name)):
            page.write_bytes(drawn)
    PAGE.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
