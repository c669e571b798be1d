"""The command `bridge`, put together."""

from __future__ import annotations

import logging
from importlib.metadata import version
from typing import Annotated

import typer

from bridge.cli import (
    archive,
    contract,
    control,
    demo,
    exceptions,
    files,
    items,
    orders,
    profile,
    rehearse,
    reporting,
    setup,
    simulate,
    work,
)
from bridge.cli.context import command_group
from bridge.engine.logs import set_up_logs

app = command_group("Paid web-store orders into ERPs that read files, and the ERP's numbers back.")
setup.add_to(app)
contract.add_to(app)
work.add_to(app)
control.add_to(app)
rehearse.add_to(app)
reporting.add_to(app)
demo.add_to(app)
app.add_typer(orders.app, name="orders")
app.add_typer(files.app, name="files")
app.add_typer(exceptions.app, name="exceptions")
app.add_typer(archive.app, name="archive")
app.add_typer(items.app, name="items")
app.add_typer(profile.app, name="profile")
app.add_typer(simulate.app, name="simulate")


def show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"erp-bridge {version('erp-bridge')}")
        raise typer.Exit


@app.callback()
def main(
    _version: Annotated[
        bool, typer.Option("--version", callback=show_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Paid web-store orders into ERPs that read files, and the ERP's numbers back."""
    set_up_logs(level=logging.WARNING)  # for all commands, as else a fault's line would hold an order's values
