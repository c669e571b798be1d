"""Each trouble with a PrestaShop has its own words and its own kind of error. The simulated shop fails on demand."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bridge.domain.errors import BridgeError, Doubtful, Refused
from bridge.simulator.prestashop.orders import Basket, Goods
from bridge.simulator.shops.faults import Fault, FaultKind
from bridge.stores.base import Window
from bridge.stores.prestashop.problems import StoreZoneUnknown, WebServiceOff
from bridge.stores.prestashop.store import open_store
from bridge.stores.problems import (
    StoreAddressWrong,
    StoreAnswerUnreadable,
    StoreBusy,
    StoreFailing,
    StoreKeyRefused,
    StoreRequestRefused,
    StoreUnreachable,
)
from bridge.testing.stores import numbers_for, readable, told
from tests.stores.prestashop.shop import FROM, PrestaWorld, settings
from tests.stores.troubles import HttpTroubles, Troubled

TROUBLES: list[tuple[FaultKind, type[BridgeError], str]] = [
    (FaultKind.FORBIDDEN, StoreBusy, "answered 403"),
    (FaultKind.BAD_GATEWAY, StoreFailing, "answered 502"),
    (FaultKind.MAINTENANCE, StoreBusy, "answered 503"),
    (FaultKind.GATEWAY_TIMEOUT, StoreFailing, "answered 504"),
    (FaultKind.HTML, StoreAnswerUnreadable, "something else came in place of XML"),
    (FaultKind.CUT, StoreAnswerUnreadable, "breaks off"),
    (FaultKind.CUT_LYING, StoreUnreachable, "the answer broke off"),
    (FaultKind.REDIRECT_AWAY, StoreAddressWrong, "it sends us on to elsewhere.example"),
    (FaultKind.REDIRECT_HTTPS, StoreAddressWrong, "a key is never carried along"),
]


def look(presta: PrestaWorld, **options: object) -> list[str]:
    return [order.store_order_id for order in told(list(presta.open(**options).changed_since(None, FROM)))]


class TestTroublesOfHttp(HttpTroubles):
    @pytest.fixture
    def troubled(self, presta: PrestaWorld) -> Troubled:
        presta.place(10)
        return Troubled(presta.simulator, lambda **options: look(presta, **options))


@pytest.mark.parametrize(("fault", "error", "words"), TROUBLES, ids=[fault.value for fault, _, _ in TROUBLES])
def test_each_trouble_is_told_apart(
    presta: PrestaWorld, fault: FaultKind, error: type[BridgeError], words: str
) -> None:
    presta.place()
    presta.simulator.break_with(Fault(fault, when="GET /api/orders", skip=1))
    with pytest.raises(error) as caught:
        look(presta)
    assert words in str(caught.value)
    assert caught.value.problem.action


@pytest.mark.parametrize("skip", range(0, 24, 3))
def test_a_cut_answer_is_never_taken_for_a_broken_order(presta: PrestaWorld, skip: int) -> None:
    placed = presta.place(3)
    presta.simulator.break_with(Fault(FaultKind.CUT, skip=skip))
    try:
        assert look(presta) == placed
    except StoreAnswerUnreadable:
        assert look(presta) == placed
    assert presta.simulator.faults.armed() == [] or skip > 12


def test_a_connection_that_broke_is_tried_again_at_once(presta: PrestaWorld) -> None:
    placed = presta.place(3)
    presta.simulator.break_with(Fault(FaultKind.RESET_BEFORE, skip=3))
    assert look(presta) == placed


@pytest.mark.parametrize("fault", [FaultKind.BOM, FaultKind.PHP_NOTICE])
def test_what_stands_before_the_xml_is_left_out_where_the_shops_digest_vouches(
    presta: PrestaWorld, fault: FaultKind
) -> None:
    placed = presta.place()
    presta.simulator.break_with(Fault(fault, times=-1))
    assert look(presta) == placed


def unknown_key(presta: PrestaWorld) -> None:
    presta.door.key = "X" * 32


def no_right(presta: PrestaWorld) -> None:
    del presta.door.permissions["order_slip"]


def no_method(presta: PrestaWorld) -> None:
    presta.door.permissions["addresses"] = ("HEAD",)


def header_stripped(presta: PrestaWorld) -> None:
    presta.door.strips_authorization = True


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        (unknown_key, "(20)"),
        (no_right, "no right to read order_slip (26)"),
        (no_method, "no right to read addresses (25)"),
        (header_stripped, "(no code given)"),
    ],
)
def test_keys_and_rights_are_told_by_their_numbers(
    presta: PrestaWorld, broken: Callable[[PrestaWorld], None], words: str
) -> None:
    presta.place()
    broken(presta)
    with pytest.raises(StoreKeyRefused) as caught:
        look(presta)
    assert words in str(caught.value)


def test_a_host_that_takes_the_header_away_is_asked_with_the_key_in_the_query(presta: PrestaWorld) -> None:
    placed = presta.place()
    header_stripped(presta)
    assert look(presta, key_in_query=True) == placed


def test_a_web_service_that_is_switched_off_is_no_maintenance(presta: PrestaWorld) -> None:
    """Both answer 503: only the number tells them apart. One passes by itself, the other needs the administrator."""
    placed = presta.place()
    presta.door.active = False
    with pytest.raises(WebServiceOff) as caught:
        look(presta)
    assert "answers that its web service is switched off" in str(caught.value)
    assert caught.value.problem.action.startswith("Switch it on in the back office: Advanced parameters, Webservice.")
    (receipt,) = presta.open().write_back(numbers_for(placed))
    assert isinstance(receipt.error, WebServiceOff) and not isinstance(receipt.error, Doubtful)
    presta.door.active = True
    presta.simulator.break_with(Fault(FaultKind.MAINTENANCE))
    with pytest.raises(StoreBusy, match="answered 503"):
        look(presta)
    assert look(presta) == placed


def test_an_address_without_a_web_service_is_told(presta: PrestaWorld) -> None:
    store = open_store("shop", settings(f"{presta.simulator.url}/api/nothing"), presta.clock)
    with pytest.raises(StoreAddressWrong, match="web service does not know what is asked for"):
        list(store.changed_since(None, FROM))
    store.close()


def test_a_filter_that_the_shop_refuses_is_named_by_its_number(presta: PrestaWorld) -> None:
    with pytest.raises(StoreRequestRefused, match="it answered 400 with code 32"):
        presta.open()._client.rows("orders", {"colour": "[1]"})


def test_an_order_that_the_shop_cannot_show_stands_still_alone(presta: PrestaWorld) -> None:
    placed = presta.place(9)
    presta.door.unreadable.add(int(placed[4]))
    orders = told(list(presta.open().changed_since(None, FROM)))
    assert {order.store_order_id for order in orders} == set(placed)
    (broken,) = [order for order in orders if order.order is None]
    assert (broken.store_order_id, broken.original) == (placed[4], b'{"id": "5"}')
    assert broken.problem is not None
    assert "the shop itself fails when it is asked to show orders of this order" in broken.problem.message


def test_an_order_deleted_while_a_broken_one_is_looked_for_ends_no_look(presta: PrestaWorld) -> None:
    placed = [presta.people.place(paid=False) for _ in range(8)]  # all in one second
    presta.door.unreadable.add(2)
    presta.door.vanishing.add(3)
    assert look(presta, per_page=3) == [one for one in placed if one != "3"]


def test_an_order_that_the_shop_cannot_show_behind_a_second_that_fills_its_page_is_told(presta: PrestaWorld) -> None:
    placed = [presta.people.place(paid=False) for _ in range(2)]
    for _ in range(3):
        presta.clock.advance(seconds=5)
        placed.append(presta.people.place(paid=False))
    presta.door.unreadable.add(int(placed[2]))
    assert set(look(presta, per_page=3)) == set(placed)


def test_a_shop_that_can_show_none_of_many_orders_blames_none(presta: PrestaWorld) -> None:
    placed = presta.place(5)
    presta.door.unreadable.update(map(int, placed))
    with pytest.raises(StoreAnswerUnreadable, match="the shop fails to show it"):
        look(presta)
    presta.door.unreadable.discard(4)
    assert look(presta) == placed


def test_a_shop_that_can_show_nothing_blames_no_order(presta: PrestaWorld) -> None:
    presta.place(3)
    presta.simulator.break_with(Fault(FaultKind.BROKEN_HTML, times=-1))
    with pytest.raises(StoreAnswerUnreadable):
        look(presta)


def test_a_resource_that_fails_whole_blames_no_order(presta: PrestaWorld) -> None:
    placed = presta.place(3)
    presta.simulator.break_with(Fault(FaultKind.BROKEN_HTML, when="GET order_slip", times=-1))
    with pytest.raises(StoreAnswerUnreadable):
        look(presta)
    presta.simulator.faults.clear()
    assert sorted(readable(list(presta.open().changed_since(None, FROM)))) == placed


def test_a_failure_that_passes_blames_no_order(presta: PrestaWorld) -> None:
    placed = presta.place(3)
    presta.simulator.break_with(Fault(FaultKind.BROKEN_HTML, when="GET order_details", times=2))
    assert sorted(readable(list(presta.open().changed_since(None, FROM)))) == placed


@pytest.mark.parametrize("text", ["a ]]> b", "bell \x07", "null \x00"])
def test_a_text_that_breaks_the_shops_xml_stops_its_own_order_only(presta: PrestaWorld, text: str) -> None:
    whole = presta.people.place()
    goods = presta.people.place(Basket([Goods("A", 1, name=text)]), paid=False)
    address = presta.people.place(address={"lastname": text})
    orders = {order.store_order_id: order for order in told(list(presta.open().changed_since(None, FROM)))}
    assert orders[whole].order is not None
    reasons = [problem.message for one in (goods, address) if (problem := orders[one].problem) is not None]
    assert reasons == [
        f"Order {goods} of store shop cannot be read: a text in orders of this order holds what XML cannot hold, "
        "such as a control character or ]]>.",
        f"Order {address} of store shop cannot be read: a text in addresses of this order holds what XML cannot hold, "
        "such as a control character or ]]>.",
    ]


def test_a_shop_without_a_zone_says_so(presta: PrestaWorld) -> None:
    presta.place()
    setting = next(row for row in presta.people.tables.rows("configurations") if row["name"] == "PS_TIMEZONE")
    presta.people.tables.change("configurations", setting["id"], value="Moon/Crater")
    with pytest.raises(StoreZoneUnknown, match="names none that is known"):
        look(presta)
    assert len(look(presta, timezone="Europe/Warsaw")) == 1


def test_a_filter_without_effect_is_no_quiet_end(presta: PrestaWorld) -> None:
    presta.place(3)
    cursor = list(presta.open().changed_since(None, FROM))[-1].cursor
    presta.clock.advance(days=3)
    presta.place(60)
    for one in range(1, 64):
        presta.people.tables.change("orders", one, date_upd="2026-02-01 00:00:00")
    presta.door.ignores.add("filter[date_upd]")
    with pytest.raises(StoreAnswerUnreadable, match="its filter by time has no effect"):
        list(presta.open(per_page=1).changed_since(cursor, FROM))


def count(presta: PrestaWorld) -> object:
    return presta.open().count(Window(FROM, FROM.replace(year=2027)))


def sweep(presta: PrestaWorld) -> object:
    return list(presta.open(per_page=3).recent(FROM, None))


def crowded_second(presta: PrestaWorld) -> object:
    return list(presta.open(per_page=3).changed_since(None, FROM))


def what_hangs_on_orders(presta: PrestaWorld) -> object:
    cursor = '{"look": {"settled": "2026-03-03T00:00:00"}, "hanging": "2026-01-01T00:00:00+00:00"}'
    return list(presta.open().changed_since(cursor, FROM))


@pytest.mark.parametrize("asks", [count, sweep, crowded_second, what_hangs_on_orders])
def test_a_list_that_never_goes_on_is_trouble_and_no_endless_look(
    presta: PrestaWorld, monkeypatch: pytest.MonkeyPatch, asks: Callable[[PrestaWorld], object]
) -> None:
    for _ in range(7):
        presta.people.place()  # all in one second
    for limit in ("questions.IDS_AT_ONCE", "reading.ROWS_AT_ONCE"):
        monkeypatch.setattr(f"bridge.stores.prestashop.{limit}", 3)
    asks(presta)
    for without_effect in ({"filter[id]"}, {"filter[id]", "limit"}, {"sort"}):
        presta.door.ignores = set(without_effect)
        presta.door.lists_backwards = without_effect == {"sort"}
        with pytest.raises(StoreAnswerUnreadable, match="filter or sorting by id has no effect") as caught:
            asks(presta)
        assert caught.value.problem.temporary and caught.value.problem.action


def test_a_limit_without_effect_alone_does_no_harm(presta: PrestaWorld) -> None:
    placed = [presta.people.place() for _ in range(7)]
    presta.door.ignores = {"limit"}
    assert look(presta, per_page=3) == placed


def test_a_list_that_is_not_sorted_by_time_is_no_quiet_gap(presta: PrestaWorld) -> None:
    presta.place(5)
    presta.door.ignores = {"sort"}
    presta.door.lists_backwards = True
    with pytest.raises(StoreAnswerUnreadable, match="its sorting by time has no effect"):
        look(presta, per_page=3)


def test_no_secret_and_no_customer_stands_in_an_error(presta: PrestaWorld) -> None:
    presta.people.place(address={"lastname": "Zebra-Mark"}, customer={"email": "zebra@mark.example"})
    for fault, _, _ in TROUBLES:
        for in_query in (False, True):
            presta.simulator.break_with(Fault(fault))
            with pytest.raises(BridgeError) as caught:
                look(presta, key_in_query=in_query)
            for text in (str(caught.value), repr(caught.value), caught.value.problem.action):
                assert "PRESTASHOPDEMOKEY" not in text and "zebra" not in text.lower()


def test_refused_stays_refused_and_unavailable_is_tried_again(presta: PrestaWorld) -> None:
    unknown_key(presta)
    with pytest.raises(Refused):
        look(presta)
    presta.door.key = "PRESTASHOPDEMOKEY0123456789ABCDE"
    assert look(presta) == []
