"""The one engine: a child process in bubblewrap, which sees a read-only Python, an empty folder, and nothing else.

It has its own namespaces of users, processes, network, IPC and host name, no /proc, no /etc, no environment, and no
privileges. Of installed packages it sees those named, file by file: markscheme itself, and so no key, is not there.
"""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from re import match

from markscheme.sandbox.outcome import Limits

INSIDE = Path(__file__).with_name("inside")
_HIDDEN = ("site-packages", "dist-packages")
HOW = "apt-get install bubblewrap (Debian, Ubuntu), dnf install bubblewrap (Fedora)"


@cache
def unavailable() -> str:
    """Why no program can be run here, with how to mend it; empty where it can."""
    if sys.platform != "linux" or platform.machine() not in ("x86_64", "aarch64"):
        return "programs are run on Linux alone (x86-64, AArch64), in bubblewrap"
    if shutil.which("bwrap") is None:
        return f"bubblewrap is not installed: {HOW}"
    words = _python(Limits(), (), f"{_PATH}; import lockdown as it; {_TRY}")
    tried = subprocess.run(  # noqa: S603 (our own words)
        words, capture_output=True, check=False, env={}, timeout=20
    )
    if tried.returncode == 0:
        return ""
    said = tried.stderr.decode("utf-8", "replace").strip().splitlines()
    reason = said[-1] if said else "it says nothing"
    return f"bubblewrap cannot start here ({reason}): it needs version 0.8, and user namespaces"


def command(limits: Limits, packages: tuple[str, ...], channel: int, preload: Iterable[str]) -> list[str]:
    """The command of a worker that writes its result to the file descriptor `channel`."""
    return [*_python(limits, packages, _START), str(channel), *preload]


_PATH = "import sys; sys.path[:0] = ['/inside', '/packages']"
_START = f"{_PATH}; import worker; worker.main()"
_TRY = "it.set_limits(9, 1 << 28, 1 << 20, 64); it.refuse_system_calls()"


def _python(limits: Limits, packages: tuple[str, ...], source: str) -> list[str]:
    return [*_jail(limits, packages), _interpreter(), "-P", "-s", "-S", "-B", "-c", source]


def _interpreter() -> str:
    return os.path.realpath(sys.executable)


@cache
def _jail(limits: Limits, packages: tuple[str, ...]) -> tuple[str, ...]:
    """Everything up to the program that is to be run."""
    base = Path(sys.base_prefix).resolve()
    roots = {Path("/usr"), base, Path(_interpreter()).parent.parent}
    words = ["bwrap", "--unshare-all", "--unshare-user", "--disable-userns", "--die-with-parent", "--new-session"]
    words += ["--clearenv", "--cap-drop", "ALL", "--uid", "65534", "--gid", "65534", "--hostname", "sandbox"]
    for root in sorted(roots):
        words += ["--ro-bind", str(root), str(root)]
    for name in ("lib", "lib64", "lib32", "bin"):
        link = Path("/") / name
        if link.is_symlink():
            words += ["--symlink", str(link.readlink()), str(link)]
        elif link.is_dir() and name != "bin":
            words += ["--ro-bind", str(link), str(link)]
    for folder in sorted(_packages_of(roots)):
        words += ["--tmpfs", str(folder), "--remount-ro", str(folder)]
    for device in ("null", "zero", "urandom", "random"):
        words += ["--dev-bind", f"/dev/{device}", f"/dev/{device}"]
    words += ["--ro-bind", str(INSIDE), "/inside", "--dir", "/packages"]
    for entry in _entries(packages):
        words += ["--ro-bind", str(entry), f"/packages/{entry.name}"]
    words += ["--size", str(limits.folder), "--tmpfs", "/work", "--chdir", "/work", "--remount-ro", "/"]
    environment = {"HOME": "/work", "TMPDIR": "/work", "PYTHONHASHSEED": "0", "LANG": "C.UTF-8",
                   "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}  # fmt: skip
    for name, value in environment.items():
        words += ["--setenv", name, value]
    return (*words, "--")


def _packages_of(roots: Iterable[Path]) -> Iterator[Path]:
    """The folders of installed packages in what is mounted, and markscheme's own: these are hidden."""
    own = [
        Path(__file__).resolve().parents[1],
        *map(Path, {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}),
    ]
    for root in roots:
        yield from (folder for name in _HIDDEN for folder in root.glob(f"lib*/python*/{name}") if folder.is_dir())
        yield from (folder for name in _HIDDEN for folder in root.glob(f"local/lib/python*/{name}") if folder.is_dir())
        yield from (folder.resolve() for folder in own if folder.resolve().is_relative_to(root))


@cache
def _entries(packages: tuple[str, ...]) -> tuple[Path, ...]:
    """The files and folders of some distributions and of all that they require, as far as installed."""
    found: dict[str, Path] = {}
    seen, waiting = set[str](), list(packages)
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        try:
            installed = distribution(name)
        except PackageNotFoundError:
            continue
        tops = {file.parts[0] for file in installed.files or () if file.parts[0] not in ("..", "__pycache__")}
        for top in tops:
            place = Path(str(installed.locate_file(top))).resolve()
            if place.exists() and not top.endswith((".dist-info", ".pth")):
                found[top] = place
        required = [it for it in installed.requires or () if "extra ==" not in it]
        waiting += [word[0] for it in required if (word := match(r"[\w.-]+", it))]
    return tuple([found[name] for name in sorted(found)])
