"""What all commands share: the group that turns errors into one line, the types of arguments, warnings.

Errors go to standard error in one line with the remedy. Exit status: 0 all well, 1 a document failed or our error,
2 wrong use.
"""

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NoReturn

import click

from extractors.recognisers.models import DEFAULT_MODEL, MODELS
from ontology.errors import PolicyKGError

FOLDER = click.Path(path_type=Path, file_okay=False)
FILE = click.Path(path_type=Path)
MODEL = click.option(
    "--model",
    type=click.Choice(MODELS),
    default=DEFAULT_MODEL,
    show_default=True,
    help="The trained recogniser that reads beside the rules.",
)


class Commands(click.Group):
    """The group that turns our errors into one line on standard error and an exit status."""

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        """Read the options of the group; a wrong one is told in one line, too."""
        try:
            return super().make_context(info_name, args, parent, **extra)
        except click.UsageError as error:
            _fail_usage(error)

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; errors and Ctrl-C end the program with one line and their own exit status."""
        try:
            return super().invoke(ctx)
        except click.UsageError as error:
            _fail_usage(error)
        except PolicyKGError as error:
            fail(str(error), error.exit_status)
        except KeyboardInterrupt:
            fail("stopped; what was there before is still there", 130)
        except BrokenPipeError:
            sys.stderr.close()
            sys.exit(0)


def fail(message: str, status: int) -> NoReturn:
    """End the program with one line on standard error and the exit *status*."""
    click.echo(f"policykg: {message}", err=True)
    sys.exit(status)


def warn(*messages: str) -> None:
    """Write each message that is not empty as one line to standard error."""
    for message in messages:
        if message:
            click.echo(f"policykg: {message}", err=True)


def fail_after(problems: Iterable[str]) -> None:
    """Tell each of *problems* in one line and end with status 1; do nothing where there are none."""
    told = list(problems)
    warn(*told)
    if told:
        sys.exit(1)


def _fail_usage(error: click.UsageError) -> NoReturn:
    """Tell wrong options in one line; a command without any shows its help, as click does."""
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        raise error
    command = error.ctx.command_path if error.ctx else "policykg"
    fail(f"{' '.join(error.format_message().split()).rstrip('.')}; see `{command} --help`", error.exit_code)
