"""Orders, changes and cancellations over Peppol and UBL, the ERP's answers in their own documents."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.readers.peppol import disagreements, read_order
from tests.world import World, address, world

pytestmark = pytest.mark.scenario

PARAMETERS = """profile = "peppol-order-3"
[endpoints.acme.parameters]
buyer_endpoint = "7300010000001"
buyer_endpoint_scheme = "0088"
seller_endpoint = "987654325"
seller_endpoint_scheme = "0192"
seller_name = "Fjord Handel AS"
seller_country = "NO"
process = "advanced_ordering"
"""
SEND = 'changes = "send"\ncancellations = "send"'
SPACES = (
    'xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2" '
    'xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"'
)


@contextmanager
def peppol(folder: Path, flow: str = "") -> Iterator[World]:
    """A world whose ERP takes Peppol; the test itself answers for it."""
    with world(folder, flow=flow) as here:
        here.edit_settings('profile = "ubl-order-2.1"\n', PARAMETERS)
        yield here


def respond(here: World, name: str, order: int, code: str, number: str = "", more: str = "") -> None:
    """The ERP's order response."""
    number = f"<cbc:SalesOrderID>{number}</cbc:SalesOrderID>" if number else ""
    content = (
        f'<OrderResponse xmlns="urn:oasis:names:specification:ubl:schema:xsd:OrderResponse-2" {SPACES}>'
        f"<cbc:ID>{name}</cbc:ID>{number}"
        f"<cbc:OrderResponseCode>{code}</cbc:OrderResponseCode>"
        f"<cac:OrderReference><cbc:ID>{order}</cbc:ID></cac:OrderReference>{more}</OrderResponse>"
    )
    here.outbound(name, content.encode())


def read(here: World, name: str) -> dict[str, object]:
    return read_order((here.erp_root / "in" / name).read_bytes())


def test_a_received_order_waits_and_an_accepted_one_has_its_number(tmp_path: Path) -> None:
    with peppol(tmp_path / "w") as here:
        here.order_paid(10452)
        here.run_pass()
        order = read(here, "ORD_000001.xml")
        assert (order["external_id"], disagreements(order)) == ("10452", [])
        respond(here, "one.xml", 10452, "AB")
        here.run_pass()
        assert (here.states(), here.shop.erp_numbers()) == ({"10452": "delivered"}, {})
        respond(here, "two.xml", 10452, "AP", "SO-1")
        here.run_pass()
        assert (here.states(), here.shop.erp_numbers()) == ({"10452": "written_back"}, {"10452": "SO-1"})
        assert (here.open_exceptions(), here.damage()) == ([], [])


def test_an_order_that_breaks_a_rule_waits_alone_and_goes_out_when_it_is_cured(tmp_path: Path) -> None:
    """The standard rate of 0 percent: the tax code is mapped to the wrong category."""
    with peppol(tmp_path / "w") as here:
        tax = here.folder / "maps" / "tax.csv"
        tax.write_text("store_tax,erp_tax\nstandard,S\nzero-rate,S\n", encoding="utf-8")
        article = {
            "sku": "1001",
            "name": "Enamel cup",
            "quantity": 2,
            "total": "20.00",
            "tax_rate": "0",
            "tax_class": "zero-rate",
        }
        here.order_paid(10452)
        here.order_paid(10453, line_items=[article], shipping_lines=[])
        here.order_paid(10454)
        here.run_pass()
        assert here.open_exceptions() == [
            ("Profile peppol-order-3, rule T01-R030: the standard rate is more than 0", ["10453"])
        ]
        assert here.exceptions()[0].message.startswith("Order 10453: tax category S has the rate 0.")
        assert [read(here, name)["external_id"] for name in here.inbound()] == ["10452", "10454"]
        tax.write_text("store_tax,erp_tax\nstandard,S\nzero-rate,Z\n", encoding="utf-8")
        here.run_pass()
        assert (here.open_exceptions(), here.file_numbers()) == ([], [1, 2, 3])
        assert read(here, "ORD_000003.xml")["external_id"] == "10453"


def test_zero_percent_has_the_category_of_the_buyer_and_his_country(tmp_path: Path) -> None:
    """A zero-rated article at home, goods to a company in Germany, an export; then one for which no row is."""
    with peppol(tmp_path / "w") as here:
        tax = here.folder / "maps" / "tax.csv"
        rows = "store_tax,erp_tax,country,tax_exempt\nstandard,S,,\n0%,Z,PL,\n0%,K,EU,yes\n0%,G,non-EU,\n"
        tax.write_text(rows, encoding="utf-8")
        article = {"sku": "1001", "name": "Enamel cup", "quantity": 2, "total": "20.00", "tax_rate": "0"}
        untaxed: dict[str, Any] = {"line_items": [{**article, "tax_class": "zero-rate"}], "shipping_lines": []}
        company = {**address(country="DE", postcode="10115", company="Beispiel GmbH"), "phone": ""}
        exempt = [{"key": "is_vat_exempt", "value": "yes"}, {"key": "_billing_vat_number", "value": "DE136695976"}]
        here.order_paid(10452, **untaxed)
        here.order_paid(10453, **untaxed, billing=company, meta_data=exempt)
        here.order_paid(10454, **untaxed, billing={**address(country="CH", postcode="8001"), "phone": ""})
        here.order_paid(10455, **untaxed, billing={**address(country="DE", postcode="10115"), "phone": ""})
        here.run_pass()
        told = [read_order((here.erp_root / "in" / name).read_bytes()) for name in here.inbound()]
        assert [(one["external_id"], [line["tax_category"] for line in one["lines"]]) for one in told] == [
            ("10452", ["Z"]),
            ("10453", ["K"]),
            ("10454", ["G"]),
        ]
        assert here.open_exceptions() == [
            ("Missing tax mapping for 0% (country DE, not tax exempt)", ["10455"]),
        ]
        tax.write_text(f"{rows}0%,E,DE,\n", encoding="utf-8")
        here.run_pass()
        assert (here.open_exceptions(), read(here, "ORD_000004.xml")["external_id"]) == ([], "10455")


def test_what_the_erp_changed_is_an_exception_beside_its_number(tmp_path: Path) -> None:
    line = (
        "<cac:OrderLine><cac:LineItem><cbc:ID>1</cbc:ID><cbc:LineStatusCode>3</cbc:LineStatusCode>"
        "<cbc:Quantity>1</cbc:Quantity><cac:Item/></cac:LineItem></cac:OrderLine>"
    )
    with peppol(tmp_path / "w") as here:
        here.order_paid(10452)
        here.run_pass()
        respond(here, "one.xml", 10452, "CA", "SO-1", line)
        here.run_pass()
        assert (here.codes(), here.shop.erp_numbers()) == (["accepted-with-changes"], {"10452": "SO-1"})
        assert "line 1 quantity: 1 confirmed" in here.exceptions()[0].message


@pytest.mark.parametrize("profile", ["peppol", "ubl"])
def test_a_change_and_a_cancellation_go_as_documents_of_their_own(profile: str, tmp_path: Path) -> None:
    with peppol(tmp_path / "w", SEND) if profile == "peppol" else world(tmp_path / "w", flow=SEND) as here:
        here.order_paid(10452)
        here.run_pass()
        respond(here, "RESP_ORD_000001.xml", 10452, "AP", "SO-1")
        here.run_pass()
        here.shop.edit(10452, billing=address(city="Poznań"))
        here.run_pass()
        change = read(here, "CHG_000002.xml")
        assert (change["root"], change["external_id"], change["billing.city"]) == ("OrderChange", "10452", "Poznań")
        respond(here, "RESP_CHG_000002.xml", 10452, "AP", "SO-1")
        here.run_pass()
        here.shop.edit(10452, status="cancelled")
        here.run_pass()
        assert read(here, "CAN_000003.xml")["root"] == "OrderCancellation"
        respond(here, "RESP_CAN_000003.xml", 10452, "AP")
        here.run_pass()
        assert (here.open_exceptions(), here.states()) == ([], {"10452": "written_back"})
        assert (here.file_numbers(), here.damage()) == ([1, 2, 3], [])
