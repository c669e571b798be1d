"""An order that comes as the examples of files and databases say goes to the ERP, with the price of a piece."""

from __future__ import annotations

import csv
import tomllib
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from lxml import etree

from bridge.config.maps import load_maps
from bridge.config.values import StoreSettings
from bridge.domain.contract import Order
from bridge.domain.judgement import Outcome, judge
from bridge.domain.policies import PaymentPolicy, Unmapped
from bridge.stores import open_store
from bridge.testing.stores import ORDERS_FROM, readable
from tests.docs.blocks import ROOT
from tests.docs.test_store_pages import examples
from tests.domain.orders import rules

# What an export tells under our own names, where the example names no other.
ORDER = {
    "store_order_id": "7", "number": "7", "created_at": "2026-11-20T09:30:00+00:00", "currency": "PLN",
    "updated_at": "2026-11-20T09:30:00+00:00", "total_gross": "24.60", "payment_paid_at": "2026-11-20T09:31:00+00:00",
    "payment_method": "card", "billing_last_name": "Nowak", "billing_street": "Lipowa 12",
    "billing_postal_code": "00-001", "billing_city": "Warszawa", "billing_country": "PL",
}  # fmt: skip
LINE = {"line_sku": "007", "line_quantity": "2", "line_net": "20.00", "line_tax": "4.60", "line_tax_percent": "23"}


def example(page: str, has: str) -> dict[str, Any]:
    """The store of the page's first example that has some word."""
    text = next(text for text in examples(ROOT / "docs" / page) if has in text)
    (store,) = tomllib.loads(text)["stores"].values()
    return dict(store)


def told(options: dict[str, Any]) -> Order:
    kind = options.pop("type")
    store = open_store("shop", StoreSettings("shop", kind, options, "bridge.toml:1"), lambda: datetime.now(UTC))
    found = readable(list(store.changed_since(None, ORDERS_FROM)))
    store.close()
    (order,) = found.values()
    return order


def told_by_csv(folder: Path) -> Order:
    options = example("store-folder.md", "{n}")
    theirs = {ours: their.format(n=1) for ours, their in options["columns"].items()}
    cells = {theirs.get(ours, ours): text for ours, text in (ORDER | LINE).items() if ours in theirs | ORDER}
    with (folder / "a.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, cells)
        writer.writeheader()
        writer.writerow(cells)
    return told(options | {"path": str(folder), "settle_s": 0})


def told_by_xml(folder: Path) -> Order:
    options = example("store-folder.md", "[stores.drop.xml]")
    fields = options["xml"]["fields"]
    root = etree.Element("Export")
    order = etree.SubElement(etree.SubElement(root, "Orders"), "Order")
    item = etree.SubElement(etree.SubElement(order, "Items"), "Item")
    for ours, text in (ORDER | LINE).items():
        if ours in fields:
            _put(item if ours.startswith("line_") else order, fields[ours], text)
        elif ours in ORDER:
            fields[ours] = ours
            _put(order, ours, text)
    options["xml"].pop("namespaces")
    (folder / "a.xml").write_bytes(etree.tostring(root))
    return told(options | {"path": str(folder), "settle_s": 0})


def _put(parent: Any, path: str, text: str) -> None:
    """The text where a path of elements, and perhaps an attribute at its end, finds it."""
    *elements, last = path.split("/")
    for name in elements:
        found = parent.find(name)
        parent = etree.SubElement(parent, name) if found is None else found
    if last.startswith("@"):
        parent.set(last[1:], text)
    else:
        found = parent.find(last)
        (etree.SubElement(parent, last) if found is None else found).text = text


def told_by_sql(folder: Path) -> Order:
    options = example("store-sql.md", "erp_number_column")
    theirs, url = options["columns"], f"sqlite:///{folder / 'shop.db'}"
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        for table, cells in ((options["orders"], ORDER), (options["lines"], LINE)):
            row = {theirs.get(ours, ours): text for ours, text in cells.items()}
            row |= {} if cells is ORDER else {"id": "1", options["line_order"]: "7"}
            names = ", ".join(row)
            connection.execute(sa.text(f"CREATE TABLE {table} ({names})"))
            connection.execute(sa.text(f"INSERT INTO {table} ({names}) VALUES (:{', :'.join(row)})"), row)
    engine.dispose()
    options.pop("write_url")
    return told(options | {"url": url})


@pytest.mark.parametrize("told_by", [told_by_csv, told_by_xml, told_by_sql])
def test_an_order_that_follows_the_example_goes_to_the_erp(told_by: Any, tmp_path: Path) -> None:
    order = told_by(tmp_path)
    same = dict.fromkeys(("sku", "payment", "shipping"), Unmapped.SAME)
    of_starter = load_maps(ROOT / "samples" / "starter" / "maps")
    judged = judge(order, replace(rules(unmapped=same, payment={"*": PaymentPolicy.PREPAID}), maps=of_starter), "7")
    assert (judged.outcome, judged.problems) == (Outcome.READY, ())
    (line,) = order.lines
    assert (f"{line.unit_net:f}", f"{line.unit_gross:f}") == ("10", "12.3")
