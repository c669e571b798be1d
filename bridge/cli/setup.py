"""The commands before the first order: init, check, schema."""

from __future__ import annotations

import os
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from bridge.cli import show
from bridge.cli.context import HERE, Config, Json, utc_now
from bridge.config.deployment import load_deployment
from bridge.config.starter import write_starter
from bridge.domain.errors import EXIT_FAILED
from bridge.domain.publish import order_schema
from bridge.flow.trial import connector_mistakes, try_everything

CHECK_COLUMNS = ("what", "fine", "detail", "action")


class Published(StrEnum):
    """What `bridge schema` publishes."""

    ORDER = "order"


def add_to(app: typer.Typer) -> None:
    """Add the commands of this file."""
    for command in (init, check, schema):
        app.command()(command)


def init(folder: Annotated[Path, typer.Argument(help="A new or empty folder.")], json_form: Json = False) -> None:
    """Write a commented starter deployment: bridge.toml, maps, profiles."""
    written = write_starter(folder)
    if not json_form:
        for path in written:
            show.line(f"wrote {path}")
    words = f"Next: edit {folder}/bridge.toml, then: bridge check --config {folder}"
    show.said(words, json_form=json_form, files=written)


def check(
    config: Config = HERE,
    json_form: Json = False,
    offline: Annotated[bool, typer.Option(help="Only read the folder; try no connection.")] = False,
) -> None:
    """Validate the folder with file and line, try each connection, print the host key to pin. Exit 2: configuration."""
    judge = partial(connector_mistakes, clock=utc_now)
    deployment = load_deployment(config.resolve(), os.environ, judge)
    with show.working("Trying each part"):
        findings = list(try_everything(deployment, utc_now, offline=offline))
    rows = [{"what": one.what, "fine": one.fine, "detail": one.detail, "action": one.action} for one in findings]
    show.table("Check", CHECK_COLUMNS, rows, json_form=json_form)
    wrong = sum(not one.fine for one in findings)
    if not json_form:
        show.said(f"{wrong} of {len(findings)} need you." if wrong else "Everything is fine.")
    if wrong:
        raise typer.Exit(EXIT_FAILED)


def schema(what: Annotated[Published, typer.Argument(help="order")]) -> None:
    """The canonical order as JSON Schema."""
    assert what is Published.ORDER
    show.as_json(order_schema())
