"""`bridge report`: what a day brought, on the terminal, as JSON, CSV and one HTML file."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated

import typer

from bridge.cli import show
from bridge.cli.context import HERE, Config, site_in
from bridge.domain.clock import business_day
from bridge.reports import DailyReport, daily_report, write_report


class Form(StrEnum):
    """How the report is shown."""

    TABLE = "table"
    JSON = "json"


def add_to(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command()(report)


def report(
    config: Config = HERE,
    day: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The business day; default: today.")
    ] = None,
    json_form: Annotated[bool, typer.Option("--json", help="Print JSON with stable keys.")] = False,
    files: Annotated[
        bool, typer.Option("--files/--no-files", help="Also write HTML, CSV and JSON into reports/.")
    ] = True,
) -> None:
    """Created, skipped, failed and waiting with reasons, ages, actions and control totals."""
    with site_in(config) as site:
        wanted: date = day.date() if day else business_day(site.clock(), site.deployment.timezone)
        told = daily_report(site, wanted)
        paths = write_report(site, told) if files else {}
    if json_form:
        show.as_json(told.keys())
        return
    print_report(told)
    for path in paths.values():
        show.out.print(f"  {path}", markup=False)


def print_report(told: DailyReport) -> None:
    """The report on a terminal."""
    show.out.print(f"[bold]{told.verdict()}[/]")
    counts = {
        "orders": told.orders,
        "created": told.created,
        "skipped": told.skipped,
        "failed": told.failed,
        "waiting": told.waiting,
    }
    show.table(f"Orders of {told.day}", tuple(counts), [counts], json_form=False)
    show.table(
        "Why", ("class", "orders", "oldest", "reason", "action"), [one.row() for one in told.reasons], json_form=False
    )
    show.table(
        "Also open now", ("orders", "since", "title", "action"), [one.row() for one in told.also_open], json_form=False
    )
    show.table("Control totals", ("currency", "orders", "gross"), [one.row() for one in told.totals], json_form=False)
