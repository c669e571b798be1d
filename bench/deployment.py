"""A deployment for the benchmarks: orders in a folder, a mounted share as the ERP, answers made beforehand."""

from __future__ import annotations

import shutil
from pathlib import Path

from bench.make_orders import write

BRIDGE_TOML = """timezone = "Europe/Warsaw"

[stores.shop]
type = "folder"
path = "drop"
results = "results"
settle_s = 0

[endpoints.acme]
profile = "{profile}"

[endpoints.acme.transport]
type = "local"
folder = "erp"
inbound = "in"
outbound = "out"

[flows.shop-acme]
store = "shop"
endpoint = "acme"
orders_from = 2026-01-01T00:00:00Z
mode = "full"

[flows.shop-acme.payment]
"*" = "prepaid"
"""
CSV, UBL = "csv-orders", "ubl-order-2.1"
ORDERS_PER_FILE = {CSV: 500, UBL: 1}
FIRST_ORDER = 100_000
LOG = "import-20261124.log.csv"
RESPONSE = """<?xml version="1.0" encoding="UTF-8"?>
<ubl:OrderResponseSimple xmlns:ubl="urn:oasis:names:specification:ubl:schema:xsd:OrderResponseSimple-2"
    xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
    xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">
  <cbc:ID>RESP_ORD_{number:06}</cbc:ID>
  <cbc:IssueDate>2026-11-24</cbc:IssueDate>
  <cbc:AcceptedIndicator>true</cbc:AcceptedIndicator>
  <cac:OrderReference>
    <cbc:ID>{order}</cbc:ID>
    <cbc:SalesOrderID>SO-{number}</cbc:SalesOrderID>
  </cac:OrderReference>
  <cac:SellerSupplierParty/>
  <cac:BuyerCustomerParty/>
</ubl:OrderResponseSimple>
"""


def new_deployment(folder: Path, profile: str, orders: int) -> None:
    """A fresh folder with that many orders waiting in the store's folder, and the ERP's answers made beforehand."""
    shutil.rmtree(folder, ignore_errors=True)
    for name in ("drop", "results", "erp/in", "erp/out/taken", "maps", "answers"):
        (folder / name).mkdir(parents=True)
    (folder / "bridge.toml").write_text(BRIDGE_TOML.format(profile=profile), encoding="utf-8")
    skus = "".join(f"SKU-{number:04},{40_000 + number}\n" for number in range(500))
    (folder / "maps/sku.csv").write_text("store_sku,erp_sku\n" + skus, encoding="utf-8")
    (folder / "maps/tax.csv").write_text("store_tax,erp_tax\nstandard,VAT23\n", encoding="utf-8")
    (folder / "maps/payment.csv").write_text("store_method,erp_method\ncard,CARD\n", encoding="utf-8")
    (folder / "maps/shipping.csv").write_text("store_method,erp_method\nflat_rate,COURIER\n", encoding="utf-8")
    write(orders, folder / "drop" / "orders.jsonl")
    if profile == CSV:
        _write_log(folder / "answers" / LOG, orders)
    else:
        _write_responses(folder / "answers", orders)


def _write_log(path: Path, orders: int) -> None:
    """The ERP's log that accepts every order, in the style of csv-orders."""
    with path.open("w", encoding="utf-8", newline="") as out:
        out.write("file;line;order;status;number;text\r\n")
        for number in range(orders):
            name = f"ORD_{number // ORDERS_PER_FILE[CSV] + 1:06}.csv"
            out.write(f"{name};{number % 500 + 2};{FIRST_ORDER + number};OK;SO-{number + 1};\r\n")


def _write_responses(folder: Path, orders: int) -> None:
    """One document for each order, in the style of ubl-order-2.1."""
    for number in range(1, orders + 1):
        text = RESPONSE.format(number=number, order=FIRST_ORDER + number - 1)
        (folder / f"RESP_ORD_{number:06}.xml").write_text(text, encoding="utf-8")


def answer(folder: Path) -> None:
    """The ERP puts its answers where the bridge looks."""
    for made in sorted((folder / "answers").iterdir()):
        made.rename(folder / "erp" / "out" / made.name)


def drop_more(folder: Path, first: int, count: int) -> None:
    """More orders for the store's folder, whole at once."""
    hidden = folder / "drop" / ".more"
    write(count, hidden, first)
    hidden.rename(folder / "drop" / f"more-{first}.jsonl")
