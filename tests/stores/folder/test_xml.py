"""Order files in XML, read by a map of XPaths: any shape, flat memory, and nothing outside the file is ever read."""

from __future__ import annotations

import json
import tracemalloc
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bridge.config.values import StoreSettings
from bridge.domain.contract import PaymentState
from bridge.domain.errors import ConfigurationRefused
from bridge.stores.base import Page
from bridge.stores.folder.records import Place, Source
from bridge.stores.folder.settings import read_settings
from bridge.stores.folder.xml_file import records_of_xml
from bridge.testing.stores import readable, told
from tests.stores.drops import DropFolder

FROM = datetime(2026, 1, 1, tzinfo=UTC)
FIELDS: dict[str, Any] = {
    "store_order_id": "@id", "created_at": "Placed", "currency": "Total/@currency", "total_gross": "Total",
    "payment_state": "Paid", "billing_last_name": "Buyer/Name", "billing_city": ["Buyer/City", "Buyer/Town"],
    "customer_note": "Note", "line_sku": "Sku", "line_quantity": "@pieces", "line_net": "Net", "line_tax": "Tax",
    "line_tax_rate": "Rate",
}  # fmt: skip
MAP = {"order": "/Export/Orders/Order", "line": "Items/Item", "fields": FIELDS}
ITEM = '<Item pieces="2"><Sku>007</Sku><Net>20.00</Net><Tax>4.60</Tax><Rate>0.23</Rate></Item>'
WORDS = {"payment_state": {"yes": "paid", "*": "unpaid"}}


def xml_order(number: str, **changes: str) -> str:
    parts = {"Placed": "2026-03-01T10:00:00+01:00", "Paid": "yes", "Items": ITEM, "Note": "", **changes}
    inner = "".join(f"<{name}>{text}</{name}>" for name, text in parts.items())
    buyer = "<Buyer><Name>Nowak</Name><Town>Łódź</Town></Buyer>"
    return f'<Order id="{number}">{inner}{buyer}<Total currency="PLN">24.60</Total></Order>'


def export(*orders: str) -> str:
    return f"<Export><Made>today</Made><Orders>\n{chr(10).join(orders)}\n</Orders></Export>"


@pytest.fixture
def drop(tmp_path: Path) -> DropFolder:
    return DropFolder(tmp_path / "drop")


def look(drop: DropFolder, content: str | bytes, **changes: Any) -> list[Page]:
    drop.drop("a.xml", content)
    return list(drop.open(xml={**MAP, **changes}, words=WORDS).changed_since(None, FROM))


def words(pages: list[Page]) -> list[str]:
    return [order.problem.message for order in told(pages) if order.problem]


def test_an_order_is_found_by_its_map(drop: DropFolder) -> None:
    pages = look(drop, export(xml_order("10452", Note="<b>Ring</b> &amp; wait"), xml_order("10453", Paid="no")))
    assert words(pages) == []
    first, second = readable(pages).values()
    assert (first.store_order_id, first.currency, first.totals.gross) == ("10452", "PLN", Decimal("24.60"))
    assert (first.billing.last_name, first.billing.city, first.delivery.city) == ("Nowak", "Łódź", "Łódź")
    assert (first.customer_note, first.payment.state) == ("Ring & wait", PaymentState.PAID)
    assert [(line.sku, line.quantity, line.gross) for line in first.lines] == [("007", Decimal(2), Decimal("24.60"))]
    assert second.payment.state is PaymentState.UNPAID


def test_orders_at_any_depth_with_namespaces_and_an_old_encoding(drop: DropFolder) -> None:
    text = export(xml_order("1")).replace("<Export>", '<Export xmlns="urn:shop">')
    fields = {
        name: [_prefixed(each) for each in ([path] if isinstance(path, str) else path)] for name, path in FIELDS.items()
    }
    content = f'<?xml version="1.0" encoding="windows-1250"?>{text}'.encode("windows-1250")
    named = {"order": "//s:Order", "line": "s:Items/s:Item", "fields": fields, "namespaces": {"s": "urn:shop"}}
    pages = look(drop, content, **named)
    assert (words(pages), readable(pages)["1"].billing.city) == ([], "Łódź")


def _prefixed(path: str) -> str:
    return "/".join(step if step.startswith("@") else f"s:{step}" for step in path.split("/"))


def test_an_original_is_kept_as_it_was_and_gives_the_same_order_again(drop: DropFolder) -> None:
    (order,) = told(look(drop, export(xml_order("1", Note="two\nlines"))))
    kept = json.loads(order.original)
    assert (kept["file"], kept["line"]) == ("a.xml", 2)
    assert kept["xml"].startswith('<Order id="1"><Placed>') and "two\nlines" in kept["xml"]
    assert drop.open(xml=MAP, words=WORDS).mapped_again(order.original) == order


def test_an_order_that_the_map_cannot_read_stands_still_alone(drop: DropFolder) -> None:
    pages = look(drop, export(xml_order("1"), xml_order("2", Placed="yesterday"), xml_order("3")))
    assert list(readable(pages)) == ["1", "3"]
    assert words(pages) == ["a.xml of store drop, line 3: created_at is not a time such as 2026-04-05T21:06:21+02:00."]


def test_the_same_order_twice_in_a_file_is_a_mistake(drop: DropFolder) -> None:
    pages = look(drop, export(xml_order("1"), xml_order("1")))
    assert words(pages) == ["a.xml of store drop, line 3: the same order stands in the file before."]


def test_behind_broken_xml_nothing_is_read_and_what_was_whole_goes_on(drop: DropFolder) -> None:
    pages = look(drop, export(xml_order("1"), xml_order("2").replace("</Order>", ""), xml_order("3")))
    assert list(readable(pages)) == ["1"]
    (said,) = words(pages)
    assert "the XML is broken in line" in said
    list(drop.open(xml=MAP, words=WORDS).changed_since(pages[-1].cursor, FROM))
    assert drop.names("refused") == ["00000001.00000-a.xml", "00000001.00000-a.xml.problems.txt"]


def test_a_file_that_breaks_off_is_one_message(drop: DropFolder) -> None:
    whole = export(xml_order("1"), xml_order("2"))
    pages = look(drop, whole[: whole.index('id="2"') + 40])
    assert (list(readable(pages)), len(words(pages))) == (["1"], 1)


@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE Export [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE Export [<!ENTITY a "b"><!ENTITY c "&a;&a;&a;&a;">]>',
        '<!DOCTYPE Export SYSTEM "http://127.0.0.1:9/x.dtd">',
        "<!DOCTYPE Export>",
    ],
)
def test_a_doctype_is_refused_and_nothing_outside_the_file_is_read(drop: DropFolder, doctype: str) -> None:
    pages = look(drop, doctype + export(xml_order("1", Note="&a;" if "ENTITY" in doctype else "")))
    assert readable(pages) == {}
    assert words(pages) == [
        "a.xml of store drop, line 1: a DOCTYPE stands there, which order files do not need and which can harm their "
        "reader."
    ]


def test_nesting_deeper_than_any_order_is_refused(drop: DropFolder) -> None:
    pages = look(drop, export(xml_order("1"), xml_order("2", Note="<x>" * 5000 + "</x>" * 5000)))
    assert (list(readable(pages)), len(words(pages))) == (["1"], 1)


def test_no_path_sees_a_neighbour(drop: DropFolder) -> None:
    fields = {**FIELDS, "customer_note": "//Note", "billing_company": "preceding::Name"}
    pages = look(drop, export(xml_order("1", Note="mine"), xml_order("2")), fields=fields)
    assert [(order.customer_note, order.billing.company) for order in readable(pages).values()] == [
        ("mine", ""),
        ("", ""),
    ]


def test_a_look_that_is_cut_short_goes_on_behind_the_orders_it_told(drop: DropFolder) -> None:
    drop.drop("a.xml", export(*(xml_order(str(number)) for number in range(1, 1101))))
    first = next(iter(drop.open(xml=MAP, words=WORDS).changed_since(None, FROM)))
    rest = list(drop.open(xml=MAP, words=WORDS).changed_since(first.cursor, FROM))
    ids = [order.store_order_id for page in (first, *rest) for order in page.orders]
    assert ids == [str(number) for number in range(1, 1101)]


def test_memory_does_not_grow_with_the_file(drop: DropFolder) -> None:
    options = {"path": str(drop.path), "xml": MAP, "words": WORDS}
    orders = read_settings("drop", StoreSettings("drop", "folder", options, "bridge.toml:7")).xml
    assert orders is not None

    def peak_of(count: int) -> int:
        path = drop.path / f"{count}.xml"
        path.write_text(export(*(xml_order(str(number), Note="x" * 1000) for number in range(count))), encoding="utf-8")
        tracemalloc.start()
        try:
            assert sum(1 for _ in records_of_xml(path, Source("drop", "a.xml"), Place(), orders)) == count
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    small = peak_of(150)
    assert peak_of(1500) < small * 1.5


REFUNDS = (
    '<Refund no="R1"><On>2026-03-02T10:00:00Z</On><Item pieces="1"><Sku>007</Sku><Net>-10.00</Net><Tax>-2.30</Tax>'
    '</Item></Refund><Refund no="R2"><Sum>1.00</Sum></Refund>'
)


def test_refunds_find_their_lines_or_tell_their_amount_alone(drop: DropFolder) -> None:
    fields = {**FIELDS, "refund_id": "@no", "refund_at": "On", "refund_amount": "Sum"}
    content = export(xml_order("1", Refunds=REFUNDS), xml_order("2"))
    pages = look(drop, content, fields=fields, refund="Refunds/Refund", refund_line="Item")
    assert words(pages) == []
    first, second = readable(pages).values()
    assert [(given.refund_id, given.amount) for given in first.refunds] == [
        ("R1", Decimal("12.30")),
        ("R2", Decimal("1.00")),
    ]
    assert [(line.position, line.quantity, line.gross) for line in first.refunds[0].lines] == [
        (1, Decimal(1), Decimal("12.30"))
    ]
    assert (first.totals.refunded, len(first.lines), second.refunds) == (Decimal("13.30"), 1, ())


def test_a_refund_without_a_key_makes_its_order_wait(drop: DropFolder) -> None:
    fields = {**FIELDS, "refund_id": "@key", "refund_amount": "Sum"}
    pages = look(drop, export(xml_order("1", Refunds=REFUNDS), xml_order("2")), fields=fields, refund="Refunds/Refund")
    assert list(readable(pages)) == ["2"]
    assert [said.partition(": ")[2] for said in words(pages)] == ["a refund has no refund_id."]


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"order": "//Order[@x]"}, "stores.drop.xml.order must say which element is an order"),
        ({"order": "//s:Order"}, "stores.drop.xml.order uses the prefix s without its namespace"),
        ({"line": "Items/["}, "stores.drop.xml holds what is no XPath: Items/["),
        ({"line": "s:Items"}, "stores.drop.xml holds what is no XPath: s:Items"),
        ({"fields": {"store_order_id": "@id"}}, "stores.drop.xml lacks fields: created_at, currency"),
        ({"fields": {**FIELDS, "colour": "Colour"}}, "stores.drop.xml.fields.colour is no column"),
        ({"colour": "red"}, "stores.drop.xml.colour is unknown"),
        ({"namespaces": ["urn:x"]}, "stores.drop.xml.namespaces must be texts"),
    ],
)
def test_a_wrong_map_is_refused_when_it_is_loaded(drop: DropFolder, changes: dict[str, Any], what: str) -> None:
    with pytest.raises(ConfigurationRefused) as caught:
        drop.open(xml={**MAP, **changes})
    assert what in caught.value.problem.message
