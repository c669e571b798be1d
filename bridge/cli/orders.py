"""`bridge orders`: find them, read their story, release, cancel, link."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Annotated, Any

import typer

from bridge.cli import show
from bridge.cli.context import HERE, By, Config, Json, Reason, command_group, os_user, site_in
from bridge.cli.rows import (
    CHANGE_COLUMNS,
    EXCEPTION_SPARE,
    EXCEPTION_TABLE,
    ORDER_LIST_COLUMNS,
    ORDER_SPARE,
    ORDER_TABLE,
    PAGE,
    change_row,
    exception_row,
    order_row,
    show_story,
    story_row,
)
from bridge.domain.errors import Missing
from bridge.domain.scope import rule_words
from bridge.domain.states import SendingState
from bridge.domain.what_changed import differences
from bridge.flow.refunded import refund_told
from bridge.flow.site import Site
from bridge.flow.written_otherwise import written_otherwise
from bridge.ledger import OrderView, RevisionView

REVISION_COLUMNS = ("revision", "fetched_at", "digest", "original")
OTHERWISE_COLUMNS = ("note",)
SKIPPED_COLUMNS = ("rule", "orders", "rule_words")
DIFFERENCE_COLUMNS = ("revision", "field", "old", "new")
app = command_group("Orders: find them, read their story, act on them.")
Order = Annotated[
    str, typer.Argument(help="Order number (also without its #), store order id, STORE/ID, external id or ERP number.")
]
ORDERS = "Order numbers (also without their #), store order ids or STORE/ID."
Endpoint = Annotated[str | None, typer.Option(help="The endpoint, where the order goes to several.")]


@app.command("list")
def list_orders(
    config: Config = HERE,
    state: Annotated[SendingState | None, typer.Option(help="Only orders in this state.")] = None,
    flow: Annotated[str | None, typer.Option(help="Only orders of this flow.")] = None,
    endpoint: Endpoint = None,
    after: Annotated[int, typer.Option(help="Go on after this sending id (the last one listed).")] = 0,
    limit: Annotated[int, typer.Option(help="At most so many.", max=10_000)] = PAGE,
    json_form: Json = False,
) -> None:
    """Orders as they stand."""
    with site_in(config) as site:
        views = site.ledger.reading.orders(state, flow, endpoint, after, limit)
        rows = [order_row(one) | {"sending_id": one.sending_id} for one in views]
    columns = ORDER_LIST_COLUMNS if json_form else ORDER_TABLE
    show.table("Orders", columns, rows, json_form=json_form, spare=ORDER_SPARE)
    if len(rows) == limit and not json_form:
        show.said(f"Perhaps there are more: --after {rows[-1]['sending_id']}")


@app.command("show")
def show_order(order: Order, config: Config = HERE, json_form: Json = False) -> None:
    """One order: where it stands, what holds it, its contents, and its whole story in time order."""
    with site_in(config) as site:
        told = [whole_story(site, view) for view in found(site, order)]
    if json_form:
        show.as_json(told)
        return
    for one in told:
        show_one(one)


def whole_story(site: Site, view: OrderView) -> dict[str, Any]:
    """All that is known of an order at one endpoint, under the stable keys."""
    reading = site.ledger.reading
    kept = reading.revisions(view.order_id)
    revisions = [
        {
            "revision": one.revision_number,
            "fetched_at": one.fetched_at,
            "digest": one.digest,
            "original": f"archive/{one.archive_path}:{one.archive_line}",
        }
        for one in kept
    ]
    changes = reading.changes(view.order_id, view.endpoint)
    sending_ids = (view.sending_id, *(change.sending_id for change in changes))
    troubles = [one for sending_id in sending_ids for one in reading.open_troubles(sending_id)]
    return {
        **order_row(view),
        "refund_words": refund_told(site, view),
        "exceptions": [exception_row(site, one) for one in troubles],
        "written_otherwise": [{"note": note} for note in written_otherwise(site, view)],
        "changes": [change_row(one) for one in changes],
        "revisions": revisions,
        "differences": differences_of(kept),
        "story": [story_row(line) for line in reading.order_story(view.order_id)],
    }


def differences_of(kept: Sequence[RevisionView]) -> list[dict[str, Any]]:
    """What each content of an order made different from the one before it, field by field."""
    ordered = sorted(kept, key=lambda one: one.revision_number)
    return [
        {"revision": later.revision_number, "field": one.field, "old": one.before, "new": one.after}
        for earlier, later in pairwise(ordered)
        for one in differences(earlier.content, later.content)
    ]


def show_one(told: dict[str, Any]) -> None:
    """An order on a terminal."""
    lists = ("exceptions", "written_otherwise", "changes", "revisions", "differences", "story")
    facts = {key: value for key, value in told.items() if key not in lists}
    show.facts(f"Order {told['number']}", facts, json_form=False)
    if told["exceptions"]:
        show.table("Held by", EXCEPTION_TABLE, told["exceptions"], json_form=False, spare=EXCEPTION_SPARE)
    if told["written_otherwise"]:
        show.table("Goes out otherwise", OTHERWISE_COLUMNS, told["written_otherwise"], json_form=False)
    if told["changes"]:
        show.table("Changes after the ERP had it", CHANGE_COLUMNS, told["changes"], json_form=False)
    show.table("Contents", ("revision", "fetched_at", "original"), told["revisions"], json_form=False)
    if told["differences"]:
        show.table("What each content changed", DIFFERENCE_COLUMNS, told["differences"], json_form=False)
    show_story(told["story"])


@app.command()
def release(
    flow: Annotated[str, typer.Argument(help="The flow of the orders.")],
    orders: Annotated[list[str], typer.Argument(help=ORDERS)],
    reason: Reason,
    config: Config = HERE,
    by: By = "",
    json_form: Json = False,
) -> None:
    """Let named orders go: in mode `selected`, and past a rule of the flow that holds them or makes them wait."""
    with site_in(config) as site:
        count = site.ledger.acts.release(flow, orders, by or os_user(), reason)
    show.said(
        f"{count} released; they go at the next pass, unless a check or a rule keeps them.",
        json_form=json_form,
        released=count,
    )


@app.command()
def skipped(
    flow: Annotated[str, typer.Argument(help="The flow that skipped them.")],
    config: Config = HERE,
    json_form: Json = False,
) -> None:
    """How many orders of a flow each rule skips: those that `judge-again` would have judged again."""
    with site_in(config) as site:
        counts = site.ledger.known.skipped(flow)
    rows = [{"rule": rule, "rule_words": rule_words(rule), "orders": count} for rule, count in counts.items()]
    show.table(f"Skipped by {flow}", SKIPPED_COLUMNS, rows, json_form=json_form)


@app.command("judge-again")
def judge_again(
    flow: Annotated[str, typer.Argument(help="The flow that skipped them.")],
    reason: Reason,
    orders: Annotated[list[str] | None, typer.Argument(help=ORDERS)] = None,
    rule: Annotated[str | None, typer.Option(help="All that this rule skips, as `orders skipped` names it.")] = None,
    config: Config = HERE,
    by: By = "",
    json_form: Json = False,
) -> None:
    """Let the rules as they are now decide about skipped orders: named ones, or all that a corrected rule skipped."""
    with site_in(config) as site:
        count = site.ledger.acts.judge_again(flow, rule, orders or (), by or os_user(), reason)
    show.said(f"{count} are judged again at the next pass.", json_form=json_form, judged=count)


@app.command()
def cancel(
    order: Order, reason: Reason, config: Config = HERE, endpoint: Endpoint = None, by: By = "", json_form: Json = False
) -> None:
    """Keep an order from being sent. Refused once it was sent."""
    with site_in(config) as site:
        site.ledger.acts.cancel(order, by or os_user(), reason, endpoint)
    show.said(f"Order {order} is cancelled; it will not be sent.", json_form=json_form, order=order)


@app.command()
def link(
    order: Order,
    erp_number: Annotated[str, typer.Argument(help="The number of the document in the ERP.")],
    reason: Reason,
    config: Config = HERE,
    endpoint: Endpoint = None,
    by: By = "",
    json_form: Json = False,
) -> None:
    """Entered by hand: the ERP has the order under this number. It is not sent; the number goes into the store."""
    with site_in(config) as site:
        site.ledger.acts.link(order, erp_number, by or os_user(), reason, endpoint)
    show.said(f"Order {order} is linked to {erp_number}.", json_form=json_form, order=order, erp_number=erp_number)


@app.command(name="take-as-new")
def take_as_new(
    order: Order, reason: Reason, config: Config = HERE, endpoint: Endpoint = None, by: By = "", json_form: Json = False
) -> None:
    """Another sale under the number of a sent order: it goes as a new order. What the ERP has stays as it is."""
    with site_in(config) as site:
        external_id = site.ledger.acts.take_as_new(order, by or os_user(), reason, endpoint)
    said = f"Order {order} is a new one; it goes to the ERP as {external_id}."
    show.said(said, json_form=json_form, order=order, external_id=external_id)


@app.command()
def resend(
    order: Order, reason: Reason, config: Config = HERE, endpoint: Endpoint = None, by: By = "", json_form: Json = False
) -> None:
    """Send a rejected or withdrawn order once more: a new round, a new file number, the same external id."""
    with site_in(config) as site:
        site.ledger.acts.new_round(order, by or os_user(), reason, endpoint)
    show.said(f"Order {order} goes once more at the next pass.", json_form=json_form, order=order)


def found(site: Site, word: str) -> list[OrderView]:
    """The orders that a word means. Raises Missing."""
    views = site.ledger.reading.find_orders(word)
    if not views:
        raise Missing(what=f"Order {word}")
    return views
