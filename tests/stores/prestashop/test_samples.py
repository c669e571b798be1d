"""Recorded answers of a PrestaShop 1.6.1.23 from a public repository give these figures. Read where they lie beside us.

What the recording lacks (currency, country, settings) is made here, and marked so.
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bridge.domain.contract import Order
from bridge.domain.revision import content_of, order_from_content
from bridge.stores.prestashop.mapping import order_of, store_order
from bridge.stores.prestashop.parts import OrderParts
from bridge.stores.prestashop.settings import FieldKeys
from bridge.stores.prestashop.xml import Part, part_of

SAMPLES = Path(__file__).parents[3].parent / "shared" / "samples" / "stores" / "prestashop"
PRESENT = sorted(path.name for path in SAMPLES.glob("*.xml")) if SAMPLES.is_dir() else []
ORDER = ("orders_5.xml", "order_details_13.xml", "order_details_14.xml", "order_details_15.xml", "addresses_4.xml")
MADE = {
    "currencies": ["<currency><id>1</id><iso_code>USD</iso_code><decimals>1</decimals></currency>"],
    "countries": ["<country><id>21</id><iso_code>US</iso_code></country>"],
    "states": ["<state><id>9</id><iso_code>FL</iso_code></state>"],
    "customers": ["<customer><id>1</id><email>made@buyer.example</email></customer>"],
    "configurations": [
        "<configuration><name>PS_OS_BANKWIRE</name><value>10</value></configuration>",
        "<configuration><name>PS_TIMEZONE</name><value>Europe/Paris</value></configuration>",
    ],
}
have_order = [name for name in PRESENT if name == ORDER[0]]


def single(name: str) -> Part:
    """The one row of a recorded answer, as it would stand in a list."""
    text = (SAMPLES / name).read_text(encoding="utf-8")
    inner = text[text.index(">", text.index("<prestashop")) + 1 : text.rindex("</prestashop>")].strip()
    return part_of(inner.replace("xlink:href", "href"))


def recorded() -> OrderParts:
    others = {name: [part_of(text) for text in texts] for name, texts in MADE.items()}
    others |= {"order_details": [single(name) for name in ORDER[1:4]], "addresses": [single(ORDER[4])]}
    return OrderParts(single(ORDER[0]), others)


def order() -> Order:
    return order_of("shop", recorded(), FieldKeys(), ZoneInfo("Europe/Paris"))


@pytest.mark.parametrize("name", have_order)
def test_the_full_precision_price_is_no_discount(name: str) -> None:
    line = order().lines[1]
    assert (line.unit_net, line.discount) == (Decimal("27.000000"), Decimal(0))


@pytest.mark.parametrize("name", have_order)
def test_the_recorded_times_are_local_and_zero_dates_are_none(name: str) -> None:
    assert order().created_at.isoformat() == "2019-01-30T00:02:12+00:00"
    assert order().payment.paid_at is None


@pytest.mark.parametrize("name", have_order)
def test_the_recorded_address_is_read(name: str) -> None:
    party = order().billing
    assert (party.company, party.street, party.extra) == ("My Company", "16, Main street", "2nd floor")
    assert (party.postal_code, party.city, party.region, party.country) == ("33133", "Miami", "FL", "US")
    assert order().delivery == party


@pytest.mark.parametrize("name", have_order)
def test_the_recorded_order_survives_ledger_and_archive(name: str) -> None:
    told = store_order("shop", recorded(), FieldKeys(), ZoneInfo("Europe/Paris"))
    assert told.order is not None
    assert order_from_content(content_of(told.order)) == told.order
    again = store_order("shop", OrderParts.read(told.original), FieldKeys(), ZoneInfo("Europe/Paris"))
    assert again == told
    assert b"\n" not in told.original
