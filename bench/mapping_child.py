"""One fresh process that maps and checks so many WooCommerce orders, as one JSON line.

Usage: python -m bench.mapping_child WAY ORDERS
Ways: ours, ours-without-parties, straight (the same map, contract and library calls), bare (orjson and pydantic alone:
the shop's JSON into a model of the same fields, nothing mapped and nothing checked). The clock starts behind the
making of each page.
"""

from __future__ import annotations

import gc
import json
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import orjson
from pydantic import BaseModel

from bench.child import peak_rss_kib
from bench.made_woocommerce import pages, skus
from bench.straight_woocommerce import is_right, mapped, read
from bridge.config.maps import load_maps
from bridge.domain.checks import ADVISORY
from bridge.domain.judgement import Outcome, judge
from bridge.domain.limits import Limit
from bridge.domain.policies import FlowRules, PaymentPolicy
from bridge.domain.rules import Rules
from bridge.stores.exact_json import elements
from bridge.stores.woocommerce.mapping import store_order
from bridge.stores.woocommerce.settings import MetaKeys

MAPS = {
    "sku": "store_sku,erp_sku\n" + "".join(f"{store},{erp}\n" for store, erp in skus().items()),
    "tax": "store_tax,erp_tax\nstandard,A\n",
    "payment": "store_method,erp_method\nstripe,CARD\n",
    "shipping": "store_method,erp_method\nflat_rate,PARCEL\n",
}


class BareLine(BaseModel):
    """A line as the shop has it."""

    name: str
    sku: str
    quantity: Decimal
    subtotal: Decimal
    subtotal_tax: Decimal
    total: Decimal
    total_tax: Decimal
    tax_class: str


class BareCharge(BaseModel):
    """A parcel as the shop has it."""

    method_id: str
    method_title: str
    total: Decimal
    total_tax: Decimal


class BareParty(BaseModel):
    """An address as the shop has it."""

    first_name: str
    last_name: str
    company: str
    address_1: str
    address_2: str
    city: str
    state: str
    postcode: str
    country: str
    email: str
    phone: str


class BareOrder(BaseModel):
    """An order as the shop has it, its types checked and nothing else."""

    id: int
    number: str
    status: str
    currency: str
    date_created_gmt: datetime
    date_modified_gmt: datetime
    date_paid_gmt: datetime | None
    payment_method: str
    transaction_id: str
    customer_note: str
    total: Decimal
    total_tax: Decimal
    discount_total: Decimal
    shipping_total: Decimal
    billing: BareParty
    shipping: BareParty
    line_items: tuple[BareLine, ...]
    shipping_lines: tuple[BareCharge, ...]


def rules(parties: bool) -> Rules:
    """A flow that takes every order made here. parties: into an ERP that requires an e-mail and a phone."""
    flow = FlowRules(
        datetime(2020, 1, 1, tzinfo=UTC),
        payment={"*": PaymentPolicy.PREPAID},
        checks_off=() if parties else tuple(ADVISORY - {"tax-disagrees"}),
    )
    limits = tuple(Limit(f"billing.{name}", f"Billing {name}", required=True) for name in ("email", "phone"))
    with tempfile.TemporaryDirectory() as folder:
        for name, text in MAPS.items():
            (Path(folder) / f"{name}.csv").write_text(text, encoding="utf-8")
        return Rules(flow, load_maps(Path(folder)), limits if parties else ())


def ours(parties: bool) -> Callable[[str], int]:
    """Our way: every order told, mapped and judged."""
    judged_by, keys = rules(parties), MetaKeys()

    def work(page: str) -> int:
        fine = 0
        for raw, text in elements(page):
            order = store_order("shop", raw, text, keys).order
            fine += order is not None and judge(order, judged_by, order.store_order_id).outcome is Outcome.READY
        return fine

    return work


def straight(page: str) -> int:
    """A person's own script."""
    known = SKUS
    return sum(is_right(mapped(raw), known) for raw in read(page))


def bare(page: str) -> int:
    """Types alone."""
    return sum(bool(BareOrder.model_validate(raw)) for raw in orjson.loads(page))


SKUS = skus()
WAYS: dict[str, Callable[[], Callable[[str], int]]] = {
    "ours": lambda: ours(True),
    "ours-without-parties": lambda: ours(False),
    "straight": lambda: straight,
    "bare": lambda: bare,
}


def main(way: str, orders: int) -> dict[str, float]:
    """Do it; gives seconds of CPU, how many were fine, and the peak."""
    work, spent, fine = WAYS[way](), 0.0, 0
    gc.freeze()  # as the engine does when it starts
    for page in pages(orders):
        begun = time.process_time()
        fine += work(page)
        spent += time.process_time() - begun
    if fine != orders:
        raise SystemExit(f"{way}: {orders - fine} of {orders} orders are not fine; it measures something else")
    return {"cpu_s": spent, "orders": fine, "peak_kib": peak_rss_kib()}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(sys.argv[1], int(sys.argv[2]))) + "\n")
