"""The simulated PrestaShop answers as the shop's public sources and recorded answers say. Asked here by plain HTTP."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import requests
from lxml import etree

from bridge.simulator.prestashop.orders import BY_ITEM, BY_TOTAL, Basket, Goods, Rule
from bridge.simulator.prestashop.simulator import DEMO_KEY, PrestaShopSimulator
from bridge.simulator.shops.faults import Fault, FaultKind

NIGHT = datetime(2026, 3, 2, 23, 30, 0, tzinfo=UTC)
ALL_WORDS = {"display": "full", "date": "1"}


@pytest.fixture
def shop() -> Iterator[PrestaShopSimulator]:
    with PrestaShopSimulator(clock=lambda: NIGHT) as simulator:
        yield simulator


def ask(shop: PrestaShopSimulator, path: str, key: str = DEMO_KEY, **query: str) -> requests.Response:
    return requests.get(f"{shop.url}/api/{path}", auth=(key, ""), params=query, timeout=10)


def ids(answer: requests.Response) -> list[str]:
    root = etree.fromstring(answer.content)
    return [node.get("id") or node.findtext("id") or "" for node in root[0]]


def error_of(answer: requests.Response) -> tuple[int, str]:
    return answer.status_code, etree.fromstring(answer.content).findtext("errors/error/code") or ""


def test_times_are_local_and_do_not_say_so(shop: PrestaShopSimulator) -> None:
    shop.shop.place()
    assert b"<date_add><![CDATA[2026-03-03 00:30:00]]></date_add>" in ask(shop, "orders/1").content


def test_a_list_without_display_tells_only_ids_and_no_total(shop: PrestaShopSimulator) -> None:
    shop.shop.place()
    answer = ask(shop, "orders")
    assert f'<order id="1" xlink:href="{shop.url}/api/orders/1"/>'.encode() in answer.content
    assert not [name for name in answer.headers if "total" in name.lower()]


def test_an_empty_list_is_no_error(shop: PrestaShopSimulator) -> None:
    answer = ask(shop, "orders", display="full")
    assert (answer.status_code, ids(answer)) == (200, [])


def test_dates_can_be_filtered_only_with_date_1(shop: PrestaShopSimulator) -> None:
    shop.shop.place()
    span = {"filter[date_upd]": ">[2026-01-01 00:00:00]"}
    assert error_of(ask(shop, "orders", **span)) == (400, "32")
    assert error_of(ask(shop, "orders", sort="[date_upd_ASC]")) == (400, "38")
    assert ids(ask(shop, "orders", date="1", **span)) == ["1"]


def test_greater_is_exclusive_and_an_interval_holds_its_ends(shop: PrestaShopSimulator) -> None:
    shop.shop.place()
    here = "2026-03-03 00:30:00"
    assert ids(ask(shop, "orders", date="1", **{"filter[date_upd]": f">[{here}]"})) == []
    assert ids(ask(shop, "orders", date="1", **{"filter[date_upd]": f"[{here},{here}]"})) == ["1"]


def test_several_ids_are_asked_for_with_bars_and_limits_count_from_an_offset(shop: PrestaShopSimulator) -> None:
    for _ in range(5):
        shop.shop.place()
    assert ids(ask(shop, "orders", **{"filter[id]": "[2|4|77]"})) == ["2", "4"]
    assert ids(ask(shop, "orders", sort="[id_DESC]", limit="1,3")) == ["4", "3", "2"]
    assert ids(ask(shop, "configurations", **{"filter[name]": "[PS_TIMEZONE]"})) == ["15"]
    assert len(ids(ask(shop, "configurations", **{"filter[name]": "[PS_OS_]%"}))) == 14


def test_a_field_that_is_computed_or_unknown_is_refused_by_number(shop: PrestaShopSimulator) -> None:
    assert error_of(ask(shop, "orders", **{"filter[shipping_number]": "[1]"})) == (400, "34")
    assert error_of(ask(shop, "orders", **{"filter[colour]": "[1]"})) == (400, "32")
    assert error_of(ask(shop, "orders", display="[colour]")) == (400, "35")
    assert error_of(ask(shop, "ordres")) == (400, "27")


def test_keys_and_rights_are_told_apart(shop: PrestaShopSimulator) -> None:
    assert requests.get(f"{shop.url}/api/orders", timeout=10).text == "401 Unauthorized"
    assert error_of(ask(shop, "orders", key="short")) == (401, "18")
    assert error_of(ask(shop, "orders", key="X" * 32)) == (401, "20")
    del shop.door.permissions["orders"]
    assert error_of(ask(shop, "orders")) == (401, "26")
    shop.door.permissions["orders"] = ("HEAD",)
    assert error_of(ask(shop, "orders")) == (405, "25")
    shop.door.active = False
    assert error_of(ask(shop, "orders")) == (503, "22")


def test_a_key_in_the_query_counts_where_the_header_is_stripped(shop: PrestaShopSimulator) -> None:
    shop.door.strips_authorization = True
    assert ask(shop, "orders").text == "401 Unauthorized"
    assert ask(shop, "orders", ws_key=DEMO_KEY).status_code == 200


def test_the_bare_address_tells_what_the_key_may_do(shop: PrestaShopSimulator) -> None:
    root = etree.fromstring(ask(shop, "").content)
    messages = root.find("api/messages")
    assert messages is not None
    assert (messages.get("get"), messages.get("post"), messages.get("put")) == ("true", "true", "false")


def test_the_answer_carries_its_own_digest(shop: PrestaShopSimulator) -> None:
    answer = ask(shop, "orders", display="full")
    assert answer.headers["Content-Sha1"] == hashlib.sha1(answer.content).hexdigest()
    assert answer.headers["PSWS-Version"] == "8.1.7"
    shop.break_with(Fault(FaultKind.CUT))
    cut = ask(shop, "orders", display="full")
    assert cut.headers["Content-Sha1"] != hashlib.sha1(cut.content).hexdigest()


def test_an_order_that_cannot_be_rendered_takes_its_page_with_it(shop: PrestaShopSimulator) -> None:
    shop.shop.place()
    shop.shop.place()
    shop.door.unreadable.add(2)
    answer = ask(shop, "orders", display="full")
    assert (answer.status_code, answer.content) == (500, b"")
    assert ids(ask(shop, "orders")) == ["1", "2"]


def test_an_unknown_id_is_404_without_a_body(shop: PrestaShopSimulator) -> None:
    answer = ask(shop, "orders/99")
    assert (answer.status_code, answer.content) == (404, b"")


def test_a_message_is_posted_and_checked(shop: PrestaShopSimulator) -> None:
    shop.shop.place()

    def post(message: str) -> requests.Response:
        body = f"<prestashop><message><id_order>1</id_order><private>1</private><message>{message}</message></message>"
        url = f"{shop.url}/api/messages"
        return requests.post(url, auth=(DEMO_KEY, ""), data=f"{body}</prestashop>".encode(), timeout=10)

    assert post("ERP number SO-1").status_code == 201
    assert shop.shop.messages(1) == ["ERP number SO-1"]
    assert error_of(post("")) == (400, "41")
    assert error_of(post("x" * 1601)) == (400, "85")
    assert error_of(post("&lt;script&gt;")) == (400, "85")
    assert error_of(post("<broken")) == (500, "127")


def test_a_put_of_an_order_empties_what_it_does_not_carry(shop: PrestaShopSimulator) -> None:
    shop.shop.place()
    shop.door.permissions["orders"] = ("GET", "PUT")
    body = b"<prestashop><order><id>1</id><reference>SO-1</reference></order></prestashop>"
    requests.put(f"{shop.url}/api/orders/1", auth=(DEMO_KEY, ""), data=body, timeout=10)
    order = shop.shop.tables.row("orders", 1)
    assert (order["reference"], order["total_paid"], order["id_customer"]) == ("SO-1", "", "")


def test_a_state_moves_the_order_and_a_slip_or_message_or_address_does_not(shop: PrestaShopSimulator) -> None:
    shop.shop.place(paid=False)
    later = datetime(2026, 3, 3, 9, 0, 0, tzinfo=UTC)
    shop.shop.clock = lambda: later
    detail = shop.shop.details(1)[0]["id"]
    shop.shop.refund(1, {detail: (1, "10.00", "12.30")})
    shop.shop.write_message(1, "hello")
    shop.shop.edit_address(1, city="Sopot")
    shop.shop.add_payment(1)
    assert shop.shop.tables.row("orders", 1)["date_upd"] == "2026-03-03 00:30:00"
    shop.shop.set_state(1, "2")
    assert shop.shop.tables.row("orders", 1)["date_upd"] == "2026-03-03 10:00:00"


def test_rounding_by_item_line_and_total_gives_other_sums(shop: PrestaShopSimulator) -> None:
    totals = []
    for kind in (BY_ITEM, 2, BY_TOTAL):
        goods = [Goods(quantity=3, unit_net="1.115"), Goods(quantity=3, unit_net="1.115")]
        order = shop.shop.tables.row("orders", shop.shop.place(Basket(goods, round_type=kind)))
        totals.append((order["total_products"], order["total_products_wt"]))
    assert totals == [("6.720000", "8.220000"), ("6.700000", "8.220000"), ("6.690000", "8.230000")]


def test_cart_rules_stand_beside_the_lines(shop: PrestaShopSimulator) -> None:
    rules = [Rule("Spring", "12.30", "10.00")]
    order = shop.shop.tables.row("orders", shop.shop.place(Basket([Goods(quantity=2)], rules=rules, shipping="12.30")))
    assert (order["total_products_wt"], order["total_discounts_tax_incl"]) == ("24.600000", "12.300000")
    assert (order["total_paid_tax_incl"], order["total_paid_tax_excl"]) == ("24.600000", "20.000000")
    assert shop.shop.details(1)[0]["total_price_tax_incl"] == "24.600000"


def test_more_than_a_thousand_orders_and_350_in_one_second(shop: PrestaShopSimulator) -> None:
    for _ in range(1100):
        shop.shop.place(paid=False)
    for number in range(1, 351):
        shop.shop.save(number)
    found = ids(ask(shop, "orders", date="1", limit="0,2000", sort="[date_upd_ASC,id_ASC]"))
    assert found == [str(number) for number in range(1, 1101)]
