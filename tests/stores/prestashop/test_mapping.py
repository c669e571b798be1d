"""What a PrestaShop keeps becomes a canonical order, without loss. The orders are made: the simulated shop sums."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from bridge.domain.contract import LineKind, Order
from bridge.domain.revision import revision_digest
from bridge.simulator.prestashop.orders import BY_ITEM, BY_LINE, BY_TOTAL, Basket, Goods
from bridge.testing.stores import readable, told
from tests.stores.prestashop.shop import FROM, PrestaWorld


def amounts(order: Order) -> list[tuple[str, str, str]]:
    return [(str(line.net), str(line.tax), str(line.gross)) for line in order.lines]


def add_up(order: Order) -> bool:
    lines = sum((line.gross for line in order.lines), Decimal(0))
    return lines + order.totals.rounding == order.totals.gross == order.totals.paid + order.totals.due


def problem(presta: PrestaWorld) -> str:
    (only,) = told(list(presta.open().changed_since(None, FROM)))
    assert only.problem is not None
    return only.problem.message


def test_lines_shipping_and_wrapping(presta: PrestaWorld) -> None:
    goods = [Goods("007", 2, "10.00"), Goods("BOOK", 1, "20.00", rate="8")]
    order = presta.order(Basket(goods, shipping="12.30", wrapping="6.15"))
    assert [(line.kind.value, line.sku, line.tax_code) for line in order.lines] == [
        ("product", "007", "23%"),
        ("product", "BOOK", "8%"),
        ("shipping", "", "23%"),
        ("fee", "", "23%"),
    ]
    assert amounts(order) == [
        ("20.00", "4.60", "24.60"),
        ("20.00", "1.60", "21.60"),
        ("10.00", "2.30", "12.30"),
        ("5.00", "1.15", "6.15"),
    ]
    assert (order.totals.net, order.totals.tax, order.totals.gross) == (Decimal(55), Decimal("9.65"), Decimal("64.65"))
    assert [(str(each.rate), str(each.net), str(each.tax)) for each in order.totals.by_rate] == [
        ("0.08", "20.00", "1.60"),
        ("0.23", "35.00", "8.05"),
    ]
    assert add_up(order) and order.totals.rounding == 0


def test_a_price_reduced_in_the_catalogue_is_a_discount_of_its_line(presta: PrestaWorld) -> None:
    goods = [Goods("007", 2, "9.00", original="10.00", reduction_percent="10")]
    line = presta.order(Basket(goods)).lines[0]
    assert (line.unit_net, line.discount, line.net) == (Decimal(10), Decimal(2), Decimal(18))
    assert line.unit_gross == Decimal("12.3")


def test_a_reduction_that_does_not_lead_to_the_price_is_not_believed(presta: PrestaWorld) -> None:
    goods = [Goods("007", 2, "9.00", original="12.00", reduction_percent="10")]
    line = presta.order(Basket(goods)).lines[0]
    assert (line.unit_net, line.discount, line.net) == (Decimal(9), Decimal(0), Decimal(18))


def test_compound_and_joined_taxes(presta: PrestaWorld) -> None:
    joined = Goods("A", 1, "100.00", rate="28", tax_ids=("5", "2"))
    compound = Goods("B", 1, "100.00", rate="29.6", tax_ids=("5", "2"), combines="2")
    order = presta.order(Basket([joined, compound]))
    assert [line.tax_rate for line in order.lines[:2]] == [Decimal("0.28"), Decimal("0.296")]
    assert [line.tax_code for line in order.lines[:2]] == ["28%", "29.6%"]
    assert add_up(order)


def test_a_tax_that_the_shop_lost_leaves_the_rate_unknown(presta: PrestaWorld) -> None:
    line = presta.order(Basket([Goods("A", 1, "100.00", tax_ids=("77",))])).lines[0]
    assert (line.tax_rate, line.tax_code, line.tax) == (None, "", Decimal(23))


@pytest.mark.parametrize(
    ("kind", "gross", "rounding"),
    [(BY_ITEM, "16.44", "0.00"), (BY_LINE, "16.44", "0.00"), (BY_TOTAL, "16.46", "0.02")],
)
def test_each_way_of_rounding_adds_up(presta: PrestaWorld, kind: int, gross: str, rounding: str) -> None:
    goods = [Goods(sku, 3, "1.115") for sku in ("A", "B", "C", "D")]
    order = presta.order(Basket(goods, round_type=kind))
    assert (str(order.totals.gross), str(order.totals.rounding)) == (gross, rounding)
    assert add_up(order)


def test_a_gap_that_no_rounding_explains_stays_for_the_checks(presta: PrestaWorld) -> None:
    order = presta.order(Basket(fields={"total_paid_tax_incl": "24.610000"}))
    assert (order.totals.gross, order.totals.rounding) == (Decimal("24.61"), Decimal(0))
    assert not add_up(order)


@pytest.mark.parametrize(
    ("mode", "net"), [("0", "1.12"), ("1", "1.11"), ("2", "1.12"), ("3", "1.11"), ("4", "1.12"), ("5", "1.11")]
)
def test_each_mode_of_rounding_is_the_orders_own(presta: PrestaWorld, mode: str, net: str) -> None:
    basket = Basket([Goods("A", 1, "1.115", rate="0")], round_type=BY_TOTAL, fields={"round_mode": mode})
    assert str(presta.order(basket).lines[0].net) == net


def test_yen_have_no_digits_and_dinars_three(presta: PrestaWorld) -> None:
    yen = presta.order(Basket([Goods("A", 3, "1000", rate="10")], digits=0, fields={"id_currency": "2"}))
    assert (yen.currency, yen.currency_digits, str(yen.totals.gross)) == ("JPY", 0, "3300")
    dinars = presta.order(Basket([Goods("A", 3, "1.125", rate="5")], digits=3, fields={"id_currency": "3"}))
    assert (dinars.currency, dinars.currency_digits, str(dinars.totals.gross)) == ("KWD", 3, "3.544")
    assert add_up(yen) and add_up(dinars)


def test_a_shop_that_computes_finer_than_its_currency_shows_is_read_as_it_computes(presta: PrestaWorld) -> None:
    yen = presta.order(Basket([Goods("A", 1, "1476.20", rate="0")], fields={"id_currency": "2"}))
    assert (yen.currency_digits, str(yen.totals.gross)) == (2, "1476.20")


@pytest.mark.parametrize(("currency", "price", "gross"), [("1", "19.99", "73.76"), ("2", "1000", "3690")])
def test_six_digits_of_a_shops_table_are_no_digits_of_a_currency(
    presta: PrestaWorld, currency: str, price: str, gross: str
) -> None:
    """PrestaShop 1.7.6 gave that number to currencies that it did not know; amounts go on in cents, or in whole yen."""
    presta.people.tables.change("currencies", int(currency), precision="6")
    basket = Basket([Goods("A", 3, price)], digits=0 if currency == "2" else 2, fields={"id_currency": currency})
    order = presta.order(basket)
    assert (str(order.totals.gross), str(order.lines[0].gross), order.totals.rounding) == (gross, gross, Decimal(0))
    finer = Basket([Goods("A", 3, "1.11111")], digits=6, fields={"id_currency": currency})
    presta.people.place(finer, paid=False)
    broken = [one.problem.message for one in told(list(presta.open().changed_since(None, FROM))) if one.problem]
    assert len(broken) == 1 and "total_paid_tax_incl has more decimals than any currency" in broken[0]


def test_an_old_shop_says_only_whether_its_currency_has_decimals(presta: PrestaWorld) -> None:
    presta.people.tables.change("currencies", 2, precision="", decimals="0")
    presta.people.tables.change("currencies", 1, precision="", decimals="1")
    assert presta.order(Basket([Goods("A", 1, "500", rate="0")], fields={"id_currency": "2"})).currency_digits == 0
    assert presta.order().currency_digits == 2


def test_parties_guests_and_languages(presta: PrestaWorld) -> None:
    order = presta.order(
        Basket(fields={"id_lang": "2"}),
        address={"company": "Rossi sp. z o.o.", "vat_number": "PL5260250274"},
        delivery={"id_country": "21", "id_state": "9", "firstname": "Bo", "phone": "1", "phone_mobile": "+13055550100"},
        customer={"is_guest": "1", "email": "guest@buyer.example"},
    )
    assert (order.billing.company, order.billing.tax_id) == ("Rossi sp. z o.o.", "PL5260250274")
    assert (order.billing.country, order.billing.email) == ("PL", "guest@buyer.example")
    assert (order.delivery.first_name, order.delivery.region, order.delivery.country) == ("Bo", "FL", "US")
    assert (order.delivery.phone, order.delivery.email) == ("+13055550100", "guest@buyer.example")
    assert order.delivery.tax_id == ""
    assert order.locale == "pl-PL"


def test_fields_mean_what_the_settings_say(presta: PrestaWorld) -> None:
    options = {
        "tax_id_keys": ["customer.siret"],
        "house_number_keys": ["address2"],
        "flat_keys": ["other"],
        "buyer_order_number_keys": ["billing.other"],
        "pickup_point_keys": ["delivery.alias"],
        "pickup_point_pattern": r"Locker (\w+)",
        "test_marks": {"customer.company": "TEST"},
        "extra": {"wanted": "order.gift_message", "empty": "order.note"},
    }
    order = presta.order(
        Basket(fields={"gift": "1", "gift_message": "For Bo"}),
        options,
        address={"address2": "5a", "other": "PO-77", "alias": "InPost Locker GDY01A"},
        customer={"siret": "12345678900011", "company": "TEST"},
    )
    assert (order.billing.tax_id, order.billing.house_number, order.billing.extra) == ("12345678900011", "5a", "")
    assert (order.billing.flat, order.buyer_order_number, order.pickup_point_id) == ("PO-77", "PO-77", "GDY01A")
    assert order.extra == {"wanted": "For Bo", "test": "yes", "gift_message": "For Bo"}


def test_the_checkouts_note_is_the_first_public_message(presta: PrestaWorld) -> None:
    placed = presta.people.place(note="Ring &amp; wait")
    presta.people.write_message(placed, "private words of an employee")
    presta.people.write_message(placed, "a later question", private=False, by_customer=True)
    order = readable(list(presta.open().changed_since(None, FROM)))[placed]
    assert order.customer_note == "Ring & wait"


def test_orders_of_one_cart_are_two_orders_with_the_shops_own_numbers(presta: PrestaWorld) -> None:
    first = presta.people.place(reference="ABCDEFGHI", cart="70")
    second = presta.people.place(reference="ABCDEFGHI", cart="70")
    alone = presta.people.place(reference="JKLMNOPQR")
    orders = readable(list(presta.open().changed_since(None, FROM)))
    assert [orders[one].number for one in (first, second, alone)] == ["ABCDEFGHI#1", "ABCDEFGHI#2", "JKLMNOPQR"]


def test_states_are_words_that_no_language_changes(presta: PrestaWorld) -> None:
    words = []
    for state in ("1", "2", "3", "4", "5", "6", "9", "10", "13"):
        placed = presta.people.place(paid=False)
        presta.people.set_state(placed, state)
        order = readable(list(presta.open().changed_since(None, FROM)))[placed]
        words.append((order.status, order.fulfilment_status, order.cancelled))
    assert words == [
        ("cheque", "", False),
        ("payment", "", False),
        ("preparation", "in preparation", False),
        ("shipping", "shipped", False),
        ("delivered", "shipped", False),
        ("canceled", "", True),
        ("outofstock_paid", "", False),
        ("bankwire", "", False),
        ("cod_validation", "", False),
    ]


def test_a_state_of_the_shops_own_has_its_number_or_the_word_of_the_settings(presta: PrestaWorld) -> None:
    presta.people.tables.add("order_states", {"id": 14, "name": "Abholbereit", "logable": "1"})
    placed = presta.people.place()
    presta.people.set_state(placed, "14")
    plain = readable(list(presta.open().changed_since(None, FROM)))[placed]
    store = presta.open(states={"14": "ready"})
    named = readable(list(store.changed_since(None, FROM)))[placed]
    assert (plain.status, named.status) == ("state-14", "ready")
    assert "ready" in store.describe().statuses and "payment" in store.describe().statuses


def test_a_carrier_is_known_by_its_steady_number(presta: PrestaWorld) -> None:
    presta.people.tables.add("carriers", {"id": 31, "id_reference": "2", "name": "My carrier, edited"})
    order = presta.order(Basket(fields={"id_carrier": "31"}))
    assert (order.shipping_method, order.lines[-1].name) == ("2", "My carrier, edited")


def test_goods_without_a_carrier_have_no_shipping_line(presta: PrestaWorld) -> None:
    order = presta.order(Basket(fields={"id_carrier": "0", "id_address_delivery": "0"}))
    assert [line.kind for line in order.lines] == [LineKind.PRODUCT]
    assert order.delivery.city == "Gdynia"


def test_a_business_abroad_without_tax_is_exempt(presta: PrestaWorld) -> None:
    goods = Basket([Goods("A", 1, "100.00", rate="0")])
    assert presta.order(goods, address={"id_country": "1", "vat_number": "DE136695976"}).tax_exempt
    assert not presta.order(goods, address={"id_country": "1"}).tax_exempt
    assert not presta.order(goods, address={"vat_number": "PL5260250274"}).tax_exempt
    taxed = Basket([Goods("A", 1, "100.00")])
    assert not presta.order(taxed, address={"id_country": "1", "vat_number": "DE136695976"}).tax_exempt


def test_ecotax_is_inside_the_price_and_told_aside(presta: PrestaWorld) -> None:
    order = presta.order(Basket([Goods("A", 2, "10.00", ecotax="0.5")]))
    assert (order.extra["ecotax"], str(order.totals.gross)) == ("1.00", "24.60")


@pytest.mark.parametrize(("rate", "ecotax"), [("0", ("1.00", "0.00", "0%")), ("8", ("1.00", "0.08", "8%"))])
def test_ecotax_with_a_tax_of_its_own_is_a_line_of_its_own(
    presta: PrestaWorld, rate: str, ecotax: tuple[str, str, str]
) -> None:
    """As in a shop as it is delivered, where ecotax is not taxed: 23% of the whole price is not the tax that it has."""
    goods = [Goods("A", 2, "10.50", ecotax="0.50", ecotax_rate=rate, tax_ids=("1",)), Goods("B", 1, "20.00")]
    order = presta.order(Basket(goods, shipping="12.30"))
    product, other, shipping, levy = order.lines
    assert (product.sku, product.unit_net, product.unit_gross) == ("A", Decimal(10), Decimal("12.3"))
    assert (str(product.net), str(product.tax), product.tax_rate) == ("20.00", "4.60", Decimal("0.23"))
    assert (levy.sku, levy.kind, (str(levy.net), str(levy.tax), levy.tax_code)) == ("@ecotax", LineKind.FEE, ecotax)
    assert (other.sku, shipping.kind, order.extra["ecotax"]) == ("B", LineKind.SHIPPING, "1.00")
    assert add_up(order) and order.totals.rounding == 0


@pytest.mark.parametrize("stored", ["0.000", "16.750"])
def test_shipping_that_is_taxed_as_its_goods_on_the_average_has_a_line_for_each_rate(
    presta: PrestaWorld, stored: str
) -> None:
    """The shop's setting "average tax of cart products": no tax of the ERP has that average as its rate."""
    goods = [Goods("A", 1, "70.00"), Goods("BOOK", 1, "50.00", rate="8")]
    shipping = {"total_shipping_tax_incl": "14.010000", "total_shipping_tax_excl": "12.000000"}
    total = {"total_paid_tax_incl": "154.110000", "total_paid_tax_excl": "132.000000"}
    order = presta.order(Basket(goods, fields={**shipping, **total, "carrier_tax_rate": stored}))
    lines = [line for line in order.lines if line.kind is LineKind.SHIPPING]
    assert [(line.tax_code, str(line.net), str(line.tax)) for line in lines] == [
        ("23%", "7.00", "1.61"),
        ("8%", "5.00", "0.40"),
    ]
    assert add_up(order) and order.totals.rounding == 0


def test_shipping_and_wrapping_on_a_told_average_have_each_rate_though_one_alone_makes_their_tax(
    presta: PrestaWorld,
) -> None:
    goods = [Goods("A", 1, "90.00"), Goods("B", 1, "10.00", rate="22")]  # 22.9% of 2.00 is 0.46, as 23% of it is
    amounts = {f"total_{what}_tax_{side}": text for what in ("shipping", "wrapping")
               for side, text in (("incl", "2.460000"), ("excl", "2.000000"))}  # fmt: skip
    total = {"total_paid_tax_incl": "127.820000", "total_paid_tax_excl": "104.000000", "carrier_tax_rate": "22.880"}
    order = presta.order(Basket(goods, fields={**amounts, **total}))
    shares = [("23%", "1.80", "0.42"), ("22%", "0.20", "0.04")]
    for kind in (LineKind.SHIPPING, LineKind.FEE):
        lines = [line for line in order.lines if line.kind is kind]
        assert [(line.tax_code, str(line.net), str(line.tax)) for line in lines] == shares
    assert add_up(order)
    free = {"total_shipping_tax_incl": "0", "total_shipping_tax_excl": "0", "carrier_tax_rate": "22.880"}
    shipping = [line for line in presta.order(Basket(goods, fields=free)).lines if line.kind is LineKind.SHIPPING]
    assert [str(line.gross) for line in shipping] == ["0.00"]


def test_a_shippings_tax_that_nothing_explains_stays_for_the_checks(presta: PrestaWorld) -> None:
    odd = {"total_shipping_tax_incl": "11.000000", "total_shipping_tax_excl": "10.000000", "carrier_tax_rate": "23.000"}
    order = presta.order(Basket(fields={**odd, "total_paid_tax_incl": "35.600000"}))
    assert [(line.tax_code, str(line.tax)) for line in order.lines[1:]] == [("23%", "1.00")]


def test_warehouse_and_channel(presta: PrestaWorld) -> None:
    order = presta.order(Basket([Goods("A", 1, warehouse="3"), Goods("B", 1, warehouse="3")]))
    assert (order.warehouse, order.lines[0].warehouse, order.channel) == ("3", "3", "1")
    assert presta.order(Basket([Goods("A", 1, warehouse="3"), Goods("B", 1, warehouse="4")])).warehouse == ""


def test_odd_texts_arrive_whole(presta: PrestaWorld) -> None:
    order = presta.order(
        Basket([Goods("=1+1", 1, name="Kettle \U0001f600 =HYPERLINK()")]), address={"lastname": "שלום"}
    )
    assert (order.lines[0].sku, order.lines[0].name) == ("=1+1", "Kettle \U0001f600 =HYPERLINK()")
    assert order.billing.last_name == "שלום"


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("total_paid_tax_incl", "twelve", "total_paid_tax_incl is not a number"),
        ("total_paid_tax_incl", "1.123456", "total_paid_tax_incl has more decimals than any currency"),
        ("total_paid_tax_incl", "NaN", "total_paid_tax_incl is not a number that an order can hold"),
        ("date_add", "30.01.2019", "date_add is not a time"),
        ("date_add", "0000-00-00 00:00:00", "date_add is missing"),
        ("id_currency", "99", "its currency is not in the shop"),
        ("id_address_invoice", "99", "the address of its id_address_invoice is not in the shop"),
    ],
)
def test_what_cannot_be_read_is_named(presta: PrestaWorld, field: str, value: str, words: str) -> None:
    presta.people.place(Basket(fields={field: value}), paid=False)
    assert words in problem(presta)


def test_lines_that_the_key_cannot_see_are_no_empty_order(presta: PrestaWorld) -> None:
    placed = presta.people.place(paid=False)
    presta.people.tables.remove("order_details", presta.people.details(placed)[0]["id"])
    assert "its lines cannot be read" in problem(presta)


def test_private_messages_invoices_and_tracking_make_no_revision(presta: PrestaWorld) -> None:
    (placed,) = presta.place()
    before = readable(list(presta.open().changed_since(None, FROM)))[placed]
    presta.people.write_message(placed, "called the buyer")
    presta.people.save(placed, invoice_number="17", shipping_number="1Z999", note="nice customer")
    after = readable(list(presta.open().changed_since(None, FROM)))[placed]
    assert revision_digest(before) == revision_digest(after)


def test_a_kept_order_is_mapped_again_without_the_shop(presta: PrestaWorld) -> None:
    presta.place()
    (before,) = told(list(presta.open().changed_since(None, FROM)))
    presta.simulator.stop()
    assert presta.open().mapped_again(before.original) == before


def test_no_hash_of_a_password_and_no_card_is_asked_for(presta: PrestaWorld) -> None:
    placed = presta.people.place(paid=False)
    presta.people.add_payment(placed)
    payment = presta.people.tables.rows("order_payments")[0]["id"]
    presta.people.tables.change("order_payments", payment, card_number="4242424242424242", card_holder="Ada Rossi")
    (order,) = told(list(presta.open().changed_since(None, FROM)))
    assert b"secret-hash" not in order.original and b"4242" not in order.original


def test_local_times_are_read_in_the_shops_zone_or_the_settings(presta: PrestaWorld) -> None:
    presta.clock.moment = datetime(2026, 7, 1, 22, 30, tzinfo=UTC)
    placed = presta.people.place()
    start = datetime(2026, 6, 1, tzinfo=UTC)
    order = readable(list(presta.open().changed_since(None, start)))[placed]
    assert order.created_at == datetime(2026, 7, 1, 22, 30, tzinfo=UTC)
    other = readable(list(presta.open(timezone="UTC").changed_since(None, start)))[placed]
    assert other.created_at == datetime(2026, 7, 2, 0, 30, tzinfo=UTC)


def test_a_corrected_zone_reads_kept_orders_as_the_shop_tells_them_now(presta: PrestaWorld) -> None:
    """So that no order of the past counts as changed: the ledger maps what it kept anew before it believes a change."""
    setting = next(row for row in presta.people.tables.rows("configurations") if row["name"] == "PS_TIMEZONE")
    presta.people.tables.change("configurations", setting["id"], value="America/New_York")
    placed = presta.people.place()
    presta.people.refund(placed, {presta.people.details(placed)[0]["id"]: (1, "10.00", "12.30")})
    (kept,) = told(list(presta.open().changed_since(None, FROM)))
    presta.people.tables.change("configurations", setting["id"], value="Europe/Warsaw")
    store = presta.open()
    (now,) = told(list(store.changed_since(None, FROM)))
    assert kept.order is not None and now.order is not None and kept.order != now.order
    assert (now.order.created_at, now.order.payment.paid_at) == (presta.clock(), presta.clock())
    assert store.mapped_again(kept.original).order == now.order
    assert presta.open().mapped_again(kept.original) == kept  # nothing was asked yet: as it was kept
