"""`bridge exceptions`: what cannot go through, why, and what to do."""

from __future__ import annotations

from typing import Annotated

import typer

from bridge.cli import show
from bridge.cli.context import HERE, By, Config, Json, Reason, command_group, os_user, site_in
from bridge.cli.rows import EXCEPTION_COLUMNS, EXCEPTION_SPARE, EXCEPTION_TABLE, PAGE, as_row, exception_row

app = command_group("Exceptions: what cannot go through, why, and what to do.")
Exception_ = Annotated[int, typer.Argument(metavar="ID", help="The exception's id, from `exceptions list`.")]
FURTHER_COLUMNS = ("message", "scope", "step", "last_seen_at", "closed_at", "closed_by", "close_reason")
FACTS = (
    "code", "message", "action", "scope", "orders", "opened_at", "last_seen_at", "times", "by_itself", "next_try_at",
    "closed_at", "closed_by", "close_reason",
)  # fmt: skip
HELD_COLUMNS = ("number", "store", "endpoint", "state", "field", "message", "action", "since")


@app.command("list")
def list_exceptions(
    config: Config = HERE,
    closed: Annotated[bool, typer.Option("--closed", help="Also those that are closed.")] = False,
    after: Annotated[int, typer.Option(help="Go on after this id.")] = 0,
    limit: Annotated[int, typer.Option(help="At most so many, oldest first.", max=10_000)] = PAGE,
    json_form: Json = False,
) -> None:
    """Open exceptions, oldest first: one for each cause, with the number of orders that it holds."""
    with site_in(config) as site:
        rows = [exception_row(site, one) for one in site.ledger.reading.exceptions(not closed, after, limit)]
    columns = EXCEPTION_COLUMNS if json_form else EXCEPTION_TABLE
    show.table("Exceptions", columns, rows, json_form=json_form, spare=EXCEPTION_SPARE)


@app.command("show")
def show_exception(number: Exception_, config: Config = HERE, json_form: Json = False) -> None:
    """One exception with its orders, each with its own words."""
    with site_in(config) as site:
        view = site.ledger.reading.exception(number)
        orders = [as_row(one, *HELD_COLUMNS) for one in site.ledger.reading.held_orders(number)]
        row = exception_row(site, view)
    facts = row | as_row(view, *FURTHER_COLUMNS)
    if json_form:
        show.as_json({**facts, "held": orders})
        return
    show.facts(view.title, {key: facts[key] for key in FACTS}, json_form=False)
    show.table("Orders", ("number", "state", "message", "action"), orders, json_form=False)


@app.command()
def retry(number: Exception_, reason: Reason, config: Config = HERE, by: By = "", json_form: Json = False) -> None:
    """Make what the exception holds due now; rejected orders are sent once more, kept answers are read again."""
    with site_in(config) as site:
        orders, answers = site.ledger.acts.retry_exception(number, by or os_user(), reason)
    said = "1 order is due at the next pass." if orders == 1 else f"{orders} orders are due at the next pass."
    if answers:
        kept = "1 kept answer" if answers == 1 else f"{answers} kept answers"
        said = f"The next pass reads {kept} again, by the profile as it is then."
    show.said(said, json_form=json_form, orders=orders, answers=answers)


@app.command()
def dismiss(number: Exception_, reason: Reason, config: Config = HERE, by: By = "", json_form: Json = False) -> None:
    """Close the exception; its orders are skipped, its changes count as made in the ERP by hand, with who and why."""
    with site_in(config) as site:
        orders, changes = site.ledger.acts.dismiss_exception(number, by or os_user(), reason)
    said = {0: "no order is skipped", 1: "1 order is skipped"}.get(orders, f"{orders} orders are skipped")
    if changes:
        counted = "1 change counts" if changes == 1 else f"{changes} changes count"
        said = f"{counted} as made in the ERP by hand"
    show.said(f"Exception {number} is dismissed; {said}.", json_form=json_form, orders=orders, changes_made=changes)
