"""Which SKUs of a store the ERP does not have, looked for in what the store sold lately: before an order needs them.

Memory holds one page of orders, and each SKU that lacks something; never all orders.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

import orjson

from bridge.config.items import CodesFile, codes_in, load_items
from bridge.config.maps import articles_named, load_maps
from bridge.config.values import Deployment, FlowSettings
from bridge.domain.bundles import kinds_by_policy, lines_to_send
from bridge.domain.clock import Clock, business_day
from bridge.domain.contract import LineKind
from bridge.domain.finding import Finding
from bridge.domain.items import ItemList, Lack, cure_of, lacks
from bridge.domain.revision import order_from_content
from bridge.domain.rules import Rules
from bridge.domain.scope import out_of_scope, taken_earlier
from bridge.flow.rules import rules_of
from bridge.flow.site import endpoint_profile
from bridge.ledger import Ledger, Reading, SoldOrder

DAYS = 30
ROWS_NAMED_MAX = 20
Sold = tuple[str, str]  # kind and SKU of a line
RulesOf = Callable[[FlowSettings], Rules]


@dataclass(slots=True)
class Lacked:
    """One SKU that an order would lack something for. orders: how many were sold with it, 0 of what is only offered."""

    flow: FlowSettings
    lack: Lack
    cure: str
    orders: int = 0
    last_sold_at: datetime | None = None


@dataclass(slots=True)
class _Looking:
    """A flow's look at what was sold: each kind and SKU is asked once."""

    flow: FlowSettings
    rules: Rules
    items: ItemList | None
    day: date
    asked: dict[Sold, tuple[Lack, ...]] = field(default_factory=dict)
    found: dict[Lack, Lacked] = field(default_factory=dict)

    def look(self, order: SoldOrder, tree: Mapping[str, Any]) -> None:
        """Count an order for each thing that it would lack, where the flow takes it."""
        lacking = {lack for sold in self._sold(order, tree) for lack in self.lacks(sold)}
        if lacking and self._takes(order):
            for lack in lacking:
                one = self.note(lack)
                one.orders += 1
                one.last_sold_at = order.placed_at  # the newest: orders come oldest first

    def lacks(self, sold: Sold) -> tuple[Lack, ...]:
        """What an order placed today would lack for a line of this kind and SKU."""
        if sold not in self.asked:
            self.asked[sold] = tuple(lacks(*sold, self.rules, self.day, self.items))
        return self.asked[sold]

    def note(self, lack: Lack) -> Lacked:
        """The row of what is lacking."""
        if lack not in self.found:
            self.found[lack] = Lacked(self.flow, lack, cure_of(lack, self.items))
        return self.found[lack]

    def _sold(self, order: SoldOrder, tree: Mapping[str, Any]) -> Iterable[Sold]:
        kinds = kinds_by_policy(self.rules.flow)
        if kinds and any(line["kind"] in kinds for line in tree["lines"]):
            lines = lines_to_send(order_from_content(order.content), self.rules.flow)
            return {(line.kind.value, line.sku) for line in lines}
        return {(line["kind"], line["sku"]) for line in tree["lines"]}

    def _takes(self, order: SoldOrder) -> bool:
        """Whether the flow takes the order, whatever its money: what never goes needs no article."""
        whole = order_from_content(order.content)
        return out_of_scope(whole, self.rules.flow) is None and taken_earlier(whole, self.rules.earlier) is None


def lacked(
    deployment: Deployment, reading: Reading, rules_of: RulesOf, now: datetime, store: str | None = None,
    days: int = DAYS, offered: CodesFile | None = None,
) -> list[Lacked]:  # fmt: skip
    """What the flows' orders of the last days would lack if they were placed today; most orders first.

    store: only flows of this one. offered: a file of SKUs that the store sells, which are looked at beside them.
    Raises DeploymentRefused for maps, an item list or an offered file with mistakes.
    """
    found: list[Lacked] = []
    day = business_day(now, deployment.timezone)
    for name in dict.fromkeys(flow.store for flow in deployment.flows if store in (None, flow.store)):
        looking = [
            _Looking(flow, rules_of(flow), load_items(deployment.maps_folder, flow.endpoint), day)
            for flow in deployment.flows
            if flow.store == name
        ]
        for order in reading.sold_orders(name, now - timedelta(days=days)):
            tree = orjson.loads(order.content)
            for one in looking:
                one.look(order, tree)
        for sku in _offered(offered):
            for one in looking:
                for lack in one.lacks((LineKind.PRODUCT.value, sku)):
                    one.note(lack)
        found.extend(row for one in looking for row in one.found.values())
    return sorted(found, key=lambda one: (-one.orders, one.flow.name, one.lack.sku, one.lack.article))


def _offered(source: CodesFile | None) -> Iterator[str]:
    """The SKUs of a file; products without one are not for an ERP."""
    return iter(()) if source is None else (sku for _, sku in codes_in(source) if sku)


def unknown_articles(deployment: Deployment) -> list[tuple[int, str, str]]:
    """(line, SKU, article) of rows of maps/sku.csv whose article no ERP has. None where an endpoint has no list."""
    endpoints: Sequence[str] = list(dict.fromkeys(flow.endpoint for flow in deployment.flows))
    lists = [load_items(deployment.maps_folder, endpoint) for endpoint in endpoints]
    told = [one.articles for one in lists if one is not None]
    if len(told) < len(endpoints):
        return []
    rows = articles_named(deployment.maps_folder)
    return [row for row in rows if not any(row[2] in articles for articles in told)]


def items_findings(deployment: Deployment, clock: Clock) -> list[Finding]:
    """What `bridge check` says of item lists; nothing where none was imported."""
    found = []
    for endpoint in deployment.endpoints:
        items = load_items(deployment.maps_folder, endpoint)
        if items is not None:
            told = items.told_at.astimezone(deployment.timezone).date()
            found.append(Finding(f"items {endpoint}", True, f"{len(items.articles)} articles, imported on {told}"))
    if not found:
        return []
    unknown = unknown_articles(deployment)
    if unknown:
        shown = ", ".join(f"{article} (line {line})" for line, _, article in unknown[:ROWS_NAMED_MAX])
        detail = f"{len(unknown)} rows of maps/sku.csv name articles that no item list has: {shown}"
        found.append(Finding("items", False, detail, "Correct them, or import the list anew: bridge items import."))
    return [*found, *_lacked_findings(deployment, clock)]


def _lacked_findings(deployment: Deployment, clock: Clock) -> Iterator[Finding]:
    """How many SKUs of each store an order could not have an article for."""
    ledger = Ledger.open(deployment.ledger_url, clock, deployment.timezone)
    try:
        rows = lacked(deployment, ledger.reading, partial(_rules, deployment), clock())
    finally:
        ledger.close()
    for store in deployment.stores:
        skus = {row.lack.sku for row in rows if row.flow.store == store}
        detail = f"{len(skus)} of the SKUs sold in the last {DAYS} days have no article in the ERP"
        cure = "See which, and what cures it: bridge items report." if skus else ""
        yield Finding(f"items of {store}", not skus, detail, cure)


def _rules(deployment: Deployment, flow: FlowSettings) -> Rules:
    """What an order of the flow is judged by, without a site: a folder that is only checked has none."""
    profile = endpoint_profile(deployment.endpoints[flow.endpoint], deployment)
    before = deployment.flows[: deployment.flows.index(flow)]
    earlier = [one for one in before if (one.endpoint, one.store) == (flow.endpoint, flow.store)]
    return rules_of(flow, earlier, load_maps(deployment.maps_folder), profile, deployment.timezone)
