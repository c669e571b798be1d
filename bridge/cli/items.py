"""`bridge items`: the ERP's item list, and what a store sells that the ERP does not have."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from bridge.cli import show
from bridge.cli.context import HERE, Config, Json, command_group, deployment_in, site_in
from bridge.config.items import ARTICLE_COLUMN, CodesFile, Imported, import_items, load_items
from bridge.config.values import Deployment
from bridge.domain.errors import Missing
from bridge.domain.items import LACKING_WORDS
from bridge.flow.items import DAYS, Lacked, lacked, unknown_articles

LACKED_COLUMNS = ("sku", "why", "reason", "article", "orders", "last_sold_at", "store", "flow", "endpoint", "action")
LACKED_TABLE = ("sku", "article", "orders", "last_sold_at", "flow", "reason", "action")
LACKED_SPARE = ("last_sold_at", "flow")
LINES_NAMED_MAX = 20
app = command_group("The ERP's item list, and what a store sells that the ERP does not have.")
Encoding = Annotated[str, typer.Option(help="Of a file without a byte order mark: utf-8, windows-1250, ...")]


def one_character(given: str) -> str:
    """A separator as people type it. Raises BadParameter."""
    separator = "\t" if given == "tab" else given
    if len(separator) > 1 or separator in ('"', "\r", "\n"):
        raise typer.BadParameter("one character, or the word tab")
    return separator


Delimiter = Annotated[
    str, typer.Option(callback=one_character, help="Between cells: one character or `tab`; default: the usual one.")
]


AsTheyAre = Annotated[
    bool,
    typer.Option(help="Take codes that look like the work of a spreadsheet (5E+3, Mar-10) for codes."),
]


@app.command("import")
def import_list(
    file: Annotated[Path, typer.Argument(help="The item list that the ERP exported, as CSV.", dir_okay=False)],
    endpoint: Annotated[str, typer.Option(help="The ERP endpoint whose list it is.")],
    config: Config = HERE,
    column: Annotated[
        str, typer.Option(help="The column of the article codes: its heading, or its number from 1.")
    ] = ARTICLE_COLUMN,
    encoding: Encoding = "utf-8",
    delimiter: Delimiter = "",
    heading: Annotated[bool, typer.Option(help="Whether the first line has headings.")] = True,
    as_they_are: AsTheyAre = False,
    json_form: Json = False,
) -> None:
    """Keep the ERP's item list as maps/items/ENDPOINT.csv, in place of the one before."""
    deployment = deployment_in(config)
    if endpoint not in deployment.endpoints:
        raise Missing(what=f"Endpoint {endpoint}")
    source = CodesFile(file, column, encoding, delimiter, heading, as_they_are)
    done = import_items(source, deployment.maps_folder, endpoint)
    unknown = unknown_articles(deployment)
    words = f"{endpoint} has {done.articles} articles{told_beside(done)}.{told_unknown(unknown)}"
    lines = [line for line, _, _ in unknown]
    show.said(words, json_form=json_form, articles=done.articles, before=done.before, unknown_lines=lines)


def told_beside(done: Imported) -> str:
    """What else there is to say of an import, in words."""
    before = "" if done.before is None else f", before {done.before}"
    repeated = f"; {done.repeated} further rows repeat one" if done.repeated else ""
    empty = f"; {done.empty} rows name none" if done.empty else ""
    return f"{before}{repeated}{empty}"


def told_unknown(unknown: list[tuple[int, str, str]]) -> str:
    """Which rows of the SKU map name articles that the list does not have."""
    if not unknown:
        return ""
    shown = ", ".join(f"line {line} ({article})" for line, _, article in unknown[:LINES_NAMED_MAX])
    more = f" and {len(unknown) - LINES_NAMED_MAX} more" if len(unknown) > LINES_NAMED_MAX else ""
    return f" maps/sku.csv names articles that are not in it: {shown}{more}."


@app.command("report")
def report(
    config: Config = HERE,
    store: Annotated[str | None, typer.Option(help="Only flows of this store.")] = None,
    days: Annotated[int, typer.Option(help="Look at orders placed in so many days.", min=1, max=3660)] = DAYS,
    offered: Annotated[
        Path | None, typer.Option(help="Also look at this CSV file of what the store offers.", dir_okay=False)
    ] = None,
    column: Annotated[
        str, typer.Option(help="The column of the SKUs in that file: its heading or number; default: the usual ones.")
    ] = "",
    encoding: Encoding = "utf-8",
    delimiter: Delimiter = "",
    heading: Annotated[bool, typer.Option(help="Whether the first line of that file has headings.")] = True,
    as_they_are: AsTheyAre = False,
    json_form: Json = False,
) -> None:
    """SKUs that were sold lately, or are offered, and that the next order could not have an article for."""
    source = CodesFile(offered, column, encoding, delimiter, heading, as_they_are) if offered is not None else None
    with site_in(config) as site, show.working("Looking at what was sold"):
        refuse_unknown_store(site.deployment, store)
        found = lacked(site.deployment, site.ledger.reading, site.rules, site.clock(), store, days, source)
        unlisted = without_list(site.deployment, store)
    columns = LACKED_COLUMNS if json_form else LACKED_TABLE
    rows = [lacked_row(one) for one in found]
    title = f"Missing in the ERP, by the orders that were placed in the last {days} days"
    show.table(title, columns, rows, json_form=json_form, spare=LACKED_SPARE)
    if unlisted and not json_form:
        words = "no item list was imported, so that only maps/sku.csv and its gaps are looked at"
        show.said(f"Of {', '.join(unlisted)} {words}: bridge items import.")


def without_list(deployment: Deployment, store: str | None) -> list[str]:
    """The endpoints of the flows (of one store) of which nobody has imported what articles they have."""
    endpoints = dict.fromkeys(flow.endpoint for flow in deployment.flows if store in (None, flow.store))
    return [endpoint for endpoint in endpoints if load_items(deployment.maps_folder, endpoint) is None]


def refuse_unknown_store(deployment: Deployment, store: str | None) -> None:
    """A name that is mistyped must not read as "nothing is missing"."""
    if store is not None and store not in deployment.stores:
        raise Missing(what=f"Store {store}")


def lacked_row(one: Lacked) -> dict[str, Any]:
    """The stable keys."""
    return {
        "sku": one.lack.sku,
        "why": one.lack.what,
        "reason": LACKING_WORDS[one.lack.what],
        "article": one.lack.article,
        "orders": one.orders,
        "last_sold_at": one.last_sold_at,
        "store": one.flow.store,
        "flow": one.flow.name,
        "endpoint": one.flow.endpoint,
        "action": one.cure,
    }
