"""Files written whole or not at all, whatever ends the command: an error, a full disk, or `kill -9`.

What a command writes into a folder is gathered in `UNFINISHED` within it. When all of it is there, a list of the files
is put among them, and from then on they count: they are moved to their places, and whoever comes next moves those that
a killed command left. Without the list they are dropped. A folder is locked for as long as a command writes there, and
the kernel lifts the lock when the process ends, however it does.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import contextmanager
from errno import EDQUOT, EFBIG, EISDIR, ENOSPC, ENOTDIR
from glob import escape
from pathlib import Path
from time import time
from unicodedata import normalize

from markscheme.core.errors import MarkschemeError

UNFINISHED = "UNFINISHED"
"""What a command has not yet put in place, within the folder that it writes to."""
_LIST = "complete.json"
_FORGOTTEN_AFTER = 600  # seconds: no single file takes as long
MOST_BYTES = 180  # of a file's name, which has 255
_RESERVED = frozenset({"con", "prn", "aux", "nul", *[f"{name}{i}" for name in ("com", "lpt") for i in range(10)]})


class Files:
    """What a command is about to write into a folder. Nothing is in its place before all of it is."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.names: list[str] = []
        self._new = folder / UNFINISHED

    def add(self, name: str, content: bytes, mode: int = 0o666) -> None:
        """Take a file, by its path within the folder. Raises `MarkschemeError` where it could not stand there."""
        place = self.folder / name
        with complaining(place):
            _refuse_folders(place, self.folder)
            part = self._new / str(len(self.names))
            _write(part, content, mode)
        self.names.append(name)

    def commit(self) -> None:
        """Say that all is there, and put it in place."""
        with complaining(self.folder):
            if self.names:
                draft = self._new / f"{_LIST}.part"
                draft.write_text(json.dumps(self.names), "utf-8")
                draft.replace(self._new / _LIST)
                _put_in_place(self.folder)


@contextmanager
def writing(folder: Path) -> Generator[Files]:
    """Write files into a folder, all or none; within `with` nobody else can. The folder is made where there is none.

    Raises `MarkschemeError` where another command writes there, or a file cannot be written.
    """
    made = _made(folder)
    try:
        with locked(folder), gathering(folder) as files:
            yield files
    finally:
        for it in made:
            if not any(it.iterdir()):
                it.rmdir()


@contextmanager
def gathering(folder: Path) -> Generator[Files]:
    """Write files into a folder that is locked already, all or none."""
    recover(folder)
    files = Files(folder)
    with complaining(folder):
        (folder / UNFINISHED).mkdir()
    try:
        yield files
        files.commit()
    finally:
        if not (folder / UNFINISHED / _LIST).exists():
            shutil.rmtree(folder / UNFINISHED, ignore_errors=True)


def recover(folder: Path) -> None:
    """Finish what a command that was killed here had written whole, and drop what it had not."""
    with complaining(folder):
        if (folder / UNFINISHED / _LIST).is_file():
            _put_in_place(folder)
        elif (folder / UNFINISHED).is_dir():
            shutil.rmtree(folder / UNFINISHED)


def _put_in_place(folder: Path) -> None:
    new = folder / UNFINISHED
    for number, name in enumerate(json.loads((new / _LIST).read_text("utf-8"))):
        part = new / str(number)
        if part.exists():  # else it was put there before the command was killed
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            part.replace(folder / name)
    (new / _LIST).unlink()
    shutil.rmtree(new)


@contextmanager
def locked(folder: Path) -> Generator[None]:
    """Hold a folder against all other commands. Raises `MarkschemeError` where another one does."""
    with complaining(folder):
        handle, release = _lock(folder)
    if handle is None:
        raise MarkschemeError(f"{folder}: another command writes there; wait for it to end, or choose another folder")
    try:
        yield
    finally:
        release()


if sys.platform == "win32":  # pragma: no cover (there a folder cannot be locked: a file in it is)

    def _lock(folder: Path) -> tuple[int | None, Callable[[], None]]:
        import msvcrt  # noqa: PLC0415

        handle = os.open(folder / ".lock", os.O_RDWR | os.O_CREAT)
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            os.close(handle)
            return None, lambda: None
        return handle, lambda: os.close(handle)

else:

    def _lock(folder: Path) -> tuple[int | None, Callable[[], None]]:
        import fcntl  # noqa: PLC0415

        handle = os.open(folder, os.O_RDONLY)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            return None, lambda: None
        return handle, lambda: os.close(handle)


@contextmanager
def complaining(page: Path) -> Generator[None]:
    """Make an error of the system one line that names the file and what to do."""
    try:
        yield
    except OSError as error:
        is_full = error.errno in (ENOSPC, EDQUOT, EFBIG)
        mend = "make room and run it again, for nothing of it was kept" if is_full else "choose a folder to write to"
        raise MarkschemeError(f"{page} cannot be written: {error.strerror}; {mend}") from error


def _made(folder: Path) -> list[Path]:
    """Make a folder with those above it, and say which were made, the lowest first."""
    missing = [it for it in (folder, *folder.parents) if not it.exists()]
    with complaining(folder):
        folder.mkdir(parents=True, exist_ok=True)
    return missing


def _refuse_folders(place: Path, folder: Path) -> None:
    """Raise `OSError` for a file whose name is a folder's, or that would stand below a file."""
    if place.is_dir():
        raise IsADirectoryError(EISDIR, "a folder of that name is there")
    for above in place.parents:
        if above == folder:
            return
        if above.exists() and not above.is_dir():
            raise NotADirectoryError(ENOTDIR, f"{above.name} is a file")


def write_all(pages: Mapping[Path, bytes]) -> None:
    """Write several files, all of them or none. Raises `MarkschemeError` where one cannot be written."""
    root = Path(os.path.commonpath([page.parent.absolute() for page in pages]))
    with writing(root) as files:
        for page, content in pages.items():
            files.add(str(page.absolute().relative_to(root)), content)


def write_whole(page: Path, content: bytes, mode: int = 0o666) -> None:
    """Write a file whole, or leave it as it was. Raises `MarkschemeError` where it cannot be written."""
    part = page.with_name(f".{page.name}.{os.getpid()}.part")
    with complaining(page):
        try:
            page.parent.mkdir(parents=True, exist_ok=True)
            _forget(page)
            if page.is_dir():
                raise IsADirectoryError(EISDIR, "a folder of that name is there")
            _write(part, content, mode)
            part.replace(page)
        finally:
            part.unlink(missing_ok=True)


def _write(page: Path, content: bytes, mode: int) -> None:
    """Write a file that is made with a mode, so that at no time others may read what they may not."""
    with open(page, "wb", opener=lambda path, flags: os.open(path, flags, mode)) as file:
        file.write(content)


def _forget(page: Path) -> None:
    """Remove what commands left that were killed while they wrote this file."""
    for part in page.parent.glob(f".{escape(page.name)}.*.part"):
        if time() - part.stat().st_mtime > _FORGOTTEN_AFTER:
            part.unlink(missing_ok=True)


def file_names(ids: Iterable[str]) -> list[str]:
    r"""Each id as the name of a file, no two alike on any system: not by case, nor by a sign that folds to a letter.

    >>> file_names(["s1", "../s1", "S1", "ü", "s1-2", "con", "K", "\u212a"])
    ['s1', '_s1', 'S1-2', 'ü', 's1-2-2', '_con', 'K', 'K-2']
    """
    names: list[str] = []
    taken = set[str]()
    for text in ids:
        plain = normalize("NFC", text)
        whole = "".join([it if it.isalnum() or it in "-_.@" else "_" for it in plain]).strip(".") or "_"
        if whole.partition(".")[0].casefold() in _RESERVED:  # to Windows, whatever follows
            whole = f"_{whole}"
        stem = name = _cut(whole)
        count = 1
        while folded(name) in taken:
            count += 1
            name = f"{stem}-{count}"
        taken.add(folded(name))
        names.append(name)
    return names


def _cut(name: str) -> str:
    return name.encode()[:MOST_BYTES].decode(errors="ignore")


def folded(text: str) -> str:
    r"""A text without what systems do not tell apart: case, and how an accent or a sign is encoded.

    >>> folded("S2") == folded("s2"), folded("\u212a") == folded("k"), folded("e\u0301") == folded("É")
    (True, True, True)
    """
    return normalize("NFKC", normalize("NFKC", text).casefold())
