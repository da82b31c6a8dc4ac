"""The command that says what of markscheme works on this machine: doctor."""

from __future__ import annotations

import platform
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Literal, TypeAlias

import click

from markscheme.cli.options import as_json, print_json, show_table, table

State: TypeAlias = Literal["ok", "missing", "broken"]
FONTS = ("New Computer Modern", "New Computer Modern Math", "DejaVu Sans Mono")
"""What the paper is set in; Typst brings them."""
LABS = ("torch", "scikit-learn", "matplotlib", "pillow", "uniplot")


@dataclass(frozen=True)
class Finding:
    """One thing that markscheme uses: its state, what it is for, and how to mend it."""

    what: str
    serves: str
    state: State
    found: str
    mend: str = ""
    is_needed: bool = False


@click.command(
    "doctor",
    epilog="\b\nExamples:\n  markscheme doctor\n  markscheme doctor --json | jq '.[] | select(.state != \"ok\")'",
)
@as_json
def doctor_command(as_json: bool) -> None:
    """Say what of markscheme works on this machine, what is missing, and how to mend it.

    Each thing is tried, not only looked for: pandoc converts a text, Typst prints a page in the paper's fonts, and a
    program is run in bubblewrap. Exit code 1 if something is missing that every paper needs.
    """
    findings = list(findings_here())
    if as_json:
        print_json([asdict(finding) for finding in findings])
    else:
        _show(findings)
    sys.exit(1 if any(it.state != "ok" and it.is_needed for it in findings) else 0)


def _show(findings: list[Finding]) -> None:
    made = table("", "what", "for", "", "found")
    for it in findings:
        made.add_row(it.what, it.serves, it.state, it.found)
    show_table(made)
    for it in findings:
        if it.state != "ok":
            click.echo(f"{it.what}: {it.mend}")


def findings_here() -> Iterator[Finding]:
    """What there is on this machine, one after the other."""
    yield Finding(
        "Python", "everything", "ok", f"{platform.python_version()}, {platform.system()} {platform.machine()}"
    )
    reinstall = "pip install --force-reinstall markscheme"
    yield _tried("Typst", "paper, pictures", _typst, reinstall, is_needed=True)
    yield _tried(
        "fonts", "paper, pictures", _fonts, "pip install --upgrade typst (its wheels bring the fonts)", is_needed=True
    )
    yield _tried(
        "pandoc", "texts of your own problems", _pandoc, "pip install --force-reinstall pypandoc_binary", is_needed=True
    )
    yield _bubblewrap()
    yield _control_groups()
    yield _installed(LABS, "labs; programs that need more of torch than there are stand-ins for", "labs")
    yield _installed(("openpyxl",), "xlsx files", "xlsx")
    yield _installed(("manimgx-fonts", "manimgx-fonts-cjk"), "names in any script", "fonts")
    yield _installed(("distributed",), "clusters", "scale")
    yield _installed(("numba",), "faster mechanisms", "fast")
    yield _poppler()


def _tried(what: str, serves: str, work: Callable[[], str], mend: str, *, is_needed: bool = False) -> Finding:
    """A finding by trying something that says what it found."""
    try:
        return Finding(what, serves, "ok", work(), "", is_needed)
    except ImportError as error:
        return Finding(what, serves, "missing", str(error), mend, is_needed)
    except Exception as error:  # noqa: BLE001 (whatever is wrong with it is what is asked)
        return Finding(
            what, serves, "broken", " ".join(f"{type(error).__name__}: {error}".split())[:200], mend, is_needed
        )


def _typst() -> str:
    from importlib.metadata import version  # noqa: PLC0415

    import typst  # noqa: PLC0415

    page = typst.compile(b"#set document(date: none)\nA page with $x^2$.", format="pdf")
    if not page.startswith(b"%PDF"):
        raise RuntimeError("it printed no PDF")
    return version("typst")


def _fonts() -> str:
    import typst  # noqa: PLC0415

    source = "\n".join([f'#text(font: "{font}", fallback: false)[a]' for font in FONTS])
    _, warnings = typst.compile_with_warnings(source.encode(), ignore_system_fonts=True)
    unknown = [font for font in FONTS if any([f"{font.lower()}" in str(it.message).lower() for it in warnings])]
    if unknown:
        raise RuntimeError(f"there is no {', no '.join(unknown)}")
    return ", ".join(FONTS)


def _pandoc() -> str:
    import pypandoc  # noqa: PLC0415  # pyright: ignore[reportMissingTypeStubs]

    if "<em>" not in pypandoc.convert_text("*x*", "html", format="markdown"):  # pyright: ignore[reportUnknownMemberType]
        raise RuntimeError("it does not convert")
    return str(pypandoc.get_pandoc_version())


def _bubblewrap() -> Finding:
    from markscheme.sandbox.bubblewrap import HOW, NAMESPACES, unavailable, version  # noqa: PLC0415

    what, serves = "bubblewrap", "running submitted programs"
    if not (reason := unavailable()):
        return Finding(what, serves, "ok", f"{'.'.join(map(str, version()))}, and a program runs in it")
    if "not installed" in reason:
        return Finding(what, serves, "missing", "programs wait for a person", HOW)
    where = "programs are run on Linux; elsewhere they wait for a person" if "alone" in reason else NAMESPACES
    return Finding(what, serves, "broken", reason.partition(": it needs")[0], where)


def _control_groups() -> Finding:
    from markscheme.sandbox import cgroup  # noqa: PLC0415

    what, serves = "control groups", "bounding what the kernel holds for a program"
    if above := cgroup.parent():
        return Finding(what, serves, "ok", str(above))
    mend = ("not needed: names and threads are counted in their place. MARKSCHEME_CGROUP names a group below which "
            "others can be made (systemd: Delegate=yes)")  # fmt: skip
    return Finding(what, serves, "missing", "names and threads are counted", mend)


def _installed(names: tuple[str, ...], serves: str, extra: str) -> Finding:
    from importlib.metadata import PackageNotFoundError, version  # noqa: PLC0415

    found, missing = list[str](), list[str]()
    for name in names:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            missing.append(name)
    state: State = "missing" if missing else "ok"
    told = f"no {', no '.join(missing)}" if missing else ", ".join(found)
    return Finding(names[0] if len(names) == 1 else f"{names[0]} and others", serves, state, told,
                   f"pip install 'markscheme[{extra}]'" if missing else "")  # fmt: skip


def _poppler() -> Finding:
    import shutil  # noqa: PLC0415

    what, serves = "poppler", "the tests, which look into PDFs"
    found = shutil.which("pdftotext")
    how = "apt-get install poppler-utils (Debian, Ubuntu), dnf install poppler-utils (Fedora), brew install poppler"
    return Finding(what, serves, "ok", found) if found else Finding(what, serves, "missing", "no pdftotext", how)
