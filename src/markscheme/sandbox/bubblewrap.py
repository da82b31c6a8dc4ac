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
from re import findall, match

from markscheme.sandbox.outcome import Limits

INSIDE = Path(__file__).with_name("inside")
_HIDDEN = ("site-packages", "dist-packages")
HOW = "apt-get install bubblewrap (Debian, Ubuntu), dnf install bubblewrap (Fedora)"
NEEDS = "it needs version 0.5 and user namespaces; `markscheme doctor` says how to get them"
NAMESPACES = (
    "let users make namespaces: sysctl -w kernel.unprivileged_userns_clone=1 (Debian), "
    "sysctl -w kernel.apparmor_restrict_unprivileged_userns=0, or an AppArmor profile for bwrap (Ubuntu 24.04), "
    "--security-opt seccomp=unconfined (Docker)"
)
"""How to mend what keeps bubblewrap from starting, where it is installed."""


@cache
def unavailable() -> str:
    """Why no program can be run here, with how to mend it; empty where it can."""
    if sys.platform != "linux" or platform.machine() not in ("x86_64", "aarch64"):
        return "programs are run on Linux alone (x86-64, AArch64), in bubblewrap"
    if shutil.which("bwrap") is None:
        return f"bubblewrap is not installed: {HOW}"
    words = _python(Limits(), (), f"{_PATH}; import lockdown as it; {_TRY}")
    try:
        tried = subprocess.run(  # noqa: S603 (our own words)
            words, capture_output=True, check=False, env={}, timeout=20
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"bubblewrap cannot start here ({error}): {NEEDS}"
    if tried.returncode == 0:
        return ""
    said = tried.stderr.decode("utf-8", "replace").strip().splitlines()
    return f"bubblewrap cannot start here ({said[-1] if said else 'it says nothing'}): {NEEDS}"


def command(
    limits: Limits, packages: tuple[str, ...], channel: int, preload: Iterable[str], info: int | None = None
) -> list[str]:
    """The command of a worker that writes its messages to the file descriptor `channel`, and bubblewrap to `info`."""
    words = _python(limits, packages, _START)
    told = [] if info is None else ["--info-fd", str(info)]
    return [words[0], *told, *words[1:], str(channel), *preload]


def is_installed(packages: Iterable[str]) -> bool:
    """Whether all of some distributions are installed here."""
    try:
        return all([distribution(name) for name in packages])
    except PackageNotFoundError:
        return False


_PATH = "import sys; sys.path[:0] = ['/inside', '/packages']"
_START = f"{_PATH}; import worker; worker.main()"
_TRY = "it.set_limits(9, 1 << 28, 0, 1 << 20, 64); it.refuse_system_calls()"


def _python(limits: Limits, packages: tuple[str, ...], source: str) -> list[str]:
    return [*_jail(limits, packages), _interpreter(), "-P", "-s", "-S", "-B", "-c", source]


@cache
def version() -> tuple[int, ...]:
    """The version of bubblewrap."""
    asked = [_program(), "--version"]
    said = subprocess.run(asked, capture_output=True, check=False, text=True, timeout=20)  # noqa: S603 (our own words)
    return tuple([int(number) for number in findall(r"\d+", said.stdout)])


def _program() -> str:
    """Bubblewrap, by the path on which it is found: what is started has no environment to look for it."""
    return shutil.which("bwrap") or "bwrap"


def _interpreter() -> str:
    return os.path.realpath(sys.executable)


@cache
def _jail(limits: Limits, packages: tuple[str, ...]) -> tuple[str, ...]:
    """Everything up to the program that is to be run."""
    base = Path(sys.base_prefix).resolve()
    roots = {Path("/usr"), base, Path(_interpreter()).parent.parent}
    words = [_program(), "--unshare-all", "--unshare-user", "--die-with-parent", "--new-session"]
    words += ["--disable-userns"] if version() >= (0, 8) else []  # the filter of system calls refuses them as well
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
    for device in ("null", "urandom", "random"):
        words += ["--dev-bind", f"/dev/{device}", f"/dev/{device}"]
    words += ["--ro-bind", str(INSIDE), "/inside", "--dir", "/packages"]
    for entry in _entries(packages):
        words += ["--ro-bind", str(entry), f"/packages/{entry.name}"]
    words += ["--size", str(limits.folder), "--tmpfs", "/work", "--chdir", "/work", "--remount-ro", "/"]
    environment = {"HOME": "/work", "TMPDIR": "/work", "PYTHONHASHSEED": f"{limits.hash_seed}", "LANG": "C.UTF-8",
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
