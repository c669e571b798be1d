"""`bridge contract`: who owns which field, for the meeting with which a project begins."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Annotated

import typer

from bridge.cli import show
from bridge.cli.context import HERE, Config, Json
from bridge.config.deployment import FILE, load_ownership
from bridge.domain.ownership import contract_table
from bridge.reports.forms import disarmed


class Form(StrEnum):
    """How the table is written."""

    TABLE = "table"
    MARKDOWN = "markdown"
    CSV = "csv"


def add_to(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command()(contract)


def contract(
    config: Config = HERE,
    form: Annotated[Form, typer.Option(help="table, or for other programs: markdown, csv.")] = Form.TABLE,
    json_form: Json = False,
) -> None:
    """The data contract: field, type, owner, direction, frequency, what happens on error.

    With what `[ownership]` of the folder's bridge.toml agrees otherwise; without a folder, as erp-bridge brings it.
    """
    folder = config.resolve()
    owned = load_ownership(folder) if config != HERE or (folder / FILE).exists() else ()
    rows = contract_table(owned)
    if json_form or form is Form.TABLE:
        show.table("Data contract", tuple(rows[0]), rows, json_form=json_form)
    else:
        typer.echo(markdown(rows) if form is Form.MARKDOWN else csv_text(rows))


def markdown(rows: Sequence[Mapping[str, str]]) -> str:
    """A table of GitHub's Markdown."""
    head = list(rows[0])
    lines = [head, ["---"] * len(head), *([row[name] for name in head] for row in rows)]
    return "\n".join(f"| {' | '.join(_cell(cell) for cell in line)} |" for line in lines)


def csv_text(rows: Sequence[Mapping[str, str]]) -> str:
    """RFC 4180 with a heading. A cell that a spreadsheet would run as a formula gets an apostrophe in front."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([name.replace("_", " ") for name in rows[0]])
    writer.writerows([disarmed(cell) for cell in row.values()] for row in rows)
    return out.getvalue().rstrip("\n")


def _cell(text: str) -> str:
    return text.replace("_", " ") if text == "system_of_record" else text.replace("|", "\\|").replace("\n", " ")
