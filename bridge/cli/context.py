"""What every command shares: the deployment folder, who acts, and how errors end a command."""

from __future__ import annotations

import getpass
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape
from typer.core import TyperGroup

from bridge.cli import show
from bridge.config.deployment import load_deployment
from bridge.config.values import Deployment
from bridge.domain.errors import BridgeError
from bridge.flow.site import Site

Config = Annotated[
    Path, typer.Option("--config", "-c", envvar="BRIDGE_CONFIG", help="The deployment folder.", file_okay=False)
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON with stable keys.")]
Reason = Annotated[str, typer.Option("--reason", help="Why; kept in the ledger's events for ever.")]
By = Annotated[str, typer.Option("--by", help="Who acts; default: the user of the operating system.")]

HERE = Path()


def os_user() -> str:
    """The acting person when `--by` is not given."""
    return getpass.getuser()


def utc_now() -> datetime:
    """The clock of the real world."""
    return datetime.now(UTC)


def deployment_in(config: Path) -> Deployment:
    """The deployment of a folder. Raises ConfigurationRefused with file and line."""
    return load_deployment(config.resolve(), os.environ)


@contextmanager
def site_in(config: Path) -> Iterator[Site]:
    """The deployment of a folder, opened."""
    with Site.opened(deployment_in(config), utc_now) as site:
        yield site


class BusinessWords(TyperGroup):
    """Ends a command that raised one of our errors with its message, its cure and its exit code: never a trace."""

    def invoke(self, ctx: Any) -> Any:  # typer brings its own copy of click
        try:
            return super().invoke(ctx)
        except BridgeError as error:
            show.err.print(f"[bold red]{escape(error.problem.message)}[/]", soft_wrap=True)
            if error.problem.action:
                show.err.print(f"What to do: {escape(error.problem.action)}", soft_wrap=True)
            raise typer.Exit(error.exit_code) from error


def command_group(help_text: str) -> typer.Typer:
    """A group of commands that ends errors the same way everywhere."""
    return typer.Typer(help=help_text, no_args_is_help=True, cls=BusinessWords, pretty_exceptions_enable=False)
