"""`markscheme`: the commands, and how every mistake of a user becomes one line and exit code 2."""

from __future__ import annotations

import sys
from typing import ClassVar

import click

from markscheme import __version__
from markscheme.core.errors import MarkschemeError
from markscheme.reading.limits import Unreadable

EPILOG = """\b
Examples:
  markscheme show attention/linear_rnn --seed 7 --solution
  markscheme paper eecs182-sp23 --out out
  markscheme errata eecs182-sp23

Shell completion: eval "$(_MARKSCHEME_COMPLETE=bash_source markscheme)"   (or zsh_source, fish_source)"""


class NearMisses(click.Group):
    """A group of commands that tells the near miss of a name that is none."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command called."""
        from markscheme.core.errors import MarkschemeError, near_misses  # noqa: PLC0415

        known = self.list_commands(ctx)
        if args and args[0] not in known and not args[0].startswith("-"):
            name = " ".join([*ctx.command_path.split()[1:], args[0]])
            raise MarkschemeError(f"there is no command {name!r}; {near_misses(args[0], known)}")
        return super().resolve_command(ctx, args)


class Commands(NearMisses):
    """The commands, each imported when it is called."""

    homes: ClassVar = {
        "list": "bank",
        "show": "bank",
        "practice": "practicing",
        "try": "trying",
        "prove": "bank",
        "check": "checking",
        "errata": "bank",
        "verify": "bank",
        "new": "bank",
        "paper": "papers",
        "mark": "marking",
        "exam": "exams",
        "scan": "scanning",
        "serve": "serving",
        "backup": "serving",
        "restore": "serving",
        "lab": "labs",
        "dataset": "datasets",
        "audit": "models",
        "evaluate": "models",
        "doctor": "doctor",
    }

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 (click's signature)
        """The names, in the order of a first visit."""
        return list(self.homes)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The command of a name."""
        from importlib import import_module  # noqa: PLC0415

        if cmd_name not in self.homes:
            return None
        return getattr(import_module(f"markscheme.cli.{self.homes[cmd_name]}"), f"{cmd_name}_command")


@click.group(
    cls=Commands, epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110}
)
@click.version_option(__version__, prog_name="markscheme")
def app() -> None:
    """Exam problems as programs: pose them from a seed, prove their keys, print them, mark what comes back."""


def main() -> None:
    """Run the command line; a mistake of the user is one line on stderr and exit code 2."""
    try:
        app(prog_name="markscheme", standalone_mode=False)
    except click.exceptions.Exit as stop:
        sys.exit(stop.exit_code)
    except click.Abort:
        sys.exit(130)
    except click.exceptions.NoArgsIsHelpError as no_command:
        click.echo(no_command.format_message())
    except click.UsageError as error:
        path = error.ctx.command_path if error.ctx else "markscheme"
        _complain(f"{error.format_message()} (see `{path} --help`)")
    except click.ClickException as error:
        _complain(error.format_message())
    except (MarkschemeError, Unreadable) as error:
        _complain(str(error))
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(1)
    except OSError as error:
        _complain(f"{error.filename or 'a file'}: {error.strerror or error}")


def _complain(message: str) -> None:
    line = " ".join(message.split())
    click.echo(f"markscheme: {''.join([it if it.isprintable() else chr(0xFFFD) for it in line])}", err=True)
    sys.exit(2)
