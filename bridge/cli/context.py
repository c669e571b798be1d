"""What every command shares: the deployment folder, who acts, and how errors end a command."""

from __future__ import annotations

import getpass
import os
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import structlog
import typer
from rich.markup import escape
from typer.core import TyperGroup

from bridge.cli import show
from bridge.config.deployment import load_deployment
from bridge.config.values import Deployment
from bridge.domain.errors import EXIT_FAILED, BridgeError
from bridge.engine.logs import set_up_logs
from bridge.flow.site import Site

Config = Annotated[
    Path, typer.Option("--config", "-c", envvar="BRIDGE_CONFIG", help="The deployment folder.", file_okay=False)
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON with stable keys.")]


def said(reason: str) -> str:
    """A reason that says something. Raises BadParameter."""
    if not reason.strip():
        raise typer.BadParameter("say why; it is kept for those who ask later")
    return reason


Reason = Annotated[str, typer.Option("--reason", callback=said, help="Why; kept in the ledger's events for ever.")]
By = Annotated[str, typer.Option("--by", help="Who acts; default: the user of the operating system.")]

HERE = Path()
PARSERS = ("typer", "click")  # whose errors are about the command line, and shown by typer itself
log = structlog.get_logger(__name__)


def os_user() -> str:
    """The acting person when `--by` is not given."""
    return getpass.getuser()


def utc_now() -> datetime:
    """The clock of the real world."""
    return datetime.now(UTC)


def deployment_in(config: Path) -> Deployment:
    """The deployment of a folder. Raises ConfigurationRefused with file and line.

    Secrets are asked for by what needs them: a person's shell seldom has those of the service.
    """
    return load_deployment(config.resolve(), os.environ, secrets_later=True)


@contextmanager
def site_in(config: Path) -> Iterator[Site]:
    """The deployment of a folder, opened."""
    with _opened(deployment_in(config)) as site:
        yield site


@contextmanager
def working_site_in(config: Path) -> Iterator[Site]:
    """As `site_in`, for work with stores and endpoints: begins only where every secret is there."""
    with _opened(load_deployment(config.resolve(), os.environ)) as site:
        yield site


@contextmanager
def _opened(deployment: Deployment) -> Iterator[Site]:
    show.zone.set(deployment.timezone)
    with Site.opened(deployment, utc_now) as site:
        yield site


class BusinessWords(TyperGroup):
    """Ends a command with a message, its cure and an exit code: never with Python's trace."""

    def invoke(self, ctx: Any) -> Any:  # typer brings its own copy of click
        try:
            return super().invoke(ctx)
        except BridgeError as error:
            ended_with(error.problem.message, error.problem.action)
            raise typer.Exit(error.exit_code) from error
        except BrokenPipeError:  # the reader of our output has gone, as `| head` does
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(EXIT_FAILED) from None
        except OSError as error:
            reason = error.strerror or type(error).__name__
            place = f"{error.filename}: " if error.filename else ""
            ended_with(f"{place}{reason}.", "Put right the path, its owner, its rights or the space, and try again.")
            raise typer.Exit(EXIT_FAILED) from error
        except Exception as bug:  # the border: a bug is logged without values, and its user gets a reference
            if type(bug).__module__.partition(".")[0] in PARSERS:
                raise
            reference = uuid.uuid4().hex[:12]
            set_up_logs(terminal=False)
            log.critical("command.fault", reference=reference, exc_info=bug)
            ended_with(
                f"erp-bridge itself failed (reference {reference}). What was committed stays; nothing is half done.",
                "Try once more. If it fails again, send the line above to the maintainers: it holds no values.",
            )
            raise typer.Exit(EXIT_FAILED) from bug


def ended_with(message: str, action: str) -> None:
    """Say on the error output why a command ends and what to do."""
    show.err.print(f"[bold red]{escape(show.harmless(message))}[/]", soft_wrap=True)
    if action:
        show.err.print(f"What to do: {escape(show.harmless(action))}", soft_wrap=True)


def command_group(help_text: str) -> typer.Typer:
    """A group of commands that ends errors the same way everywhere."""
    return typer.Typer(help=help_text, no_args_is_help=True, cls=BusinessWords, pretty_exceptions_enable=False)
