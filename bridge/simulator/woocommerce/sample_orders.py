"""64 sample orders as a WooCommerce shop would hold them: what shops meet in a week, in one list.

Deterministic, with invented people. Sums are those that WooCommerce makes (per-line rounding), and each order is
whole, so that the file that comes of it can be compared. `demo_kinds` says what each order is there to show.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from bridge.simulator.woocommerce import sample_goods as goods
from bridge.simulator.woocommerce.orders import Json, amount, complete, wordpress_time
from bridge.simulator.woocommerce.sample_goods import MARKETS, Article, Market, Person

FIRST_ID = 10401
ORDER_COUNT = 64
NEWEST = datetime(2026, 3, 2, 17, 0, 0, tzinfo=UTC)
APART = timedelta(minutes=23)
# longer than the fields of most ERPs: the order waits, with both lengths named
LONG_COMPANY = (
    "Zentralgenossenschaft für Haushaltswaren, Gartenbedarf und Wohnkultur in Norddeutschland und Südskandinavien eG"
)


@dataclass(slots=True)
class Draft:
    """An order in the making. Line ids are known beforehand, because kits refer to them."""

    order_id: int
    person: Person
    order: Json = field(default_factory=dict)

    @property
    def market(self) -> Market:
        return MARKETS[self.person.country]

    def line(self, article: Article, quantity: int = 1, off_percent: int = 0, **extra: Any) -> Json:
        """One line in the buyer's currency and with the tax of the buyer's country."""
        digits = self.market.digits
        subtotal = Decimal(amount(article.net * self.market.factor, digits)) * quantity
        return {
            "name": article.name,
            "sku": article.sku,
            "product_id": article.product_id,
            "quantity": quantity,
            "tax_class": article.tax_class or self._export_class(),
            "tax_rate": str(self.market.reduced if article.tax_class else self.market.standard),
            "subtotal": amount(subtotal, digits),
            "total": amount(subtotal * (100 - off_percent) / 100, digits),
            **extra,
        }

    def shipping(self, net: str = "4.90", method: str = "flat_rate", title: str = "Parcel") -> Json:
        """One shipping line."""
        total = amount(Decimal(net) * self.market.factor, self.market.digits)
        return {"method_id": method, "method_title": title, "total": total, "tax_rate": str(self.market.standard)}

    def _export_class(self) -> str:
        return "" if self.market.standard else "zero-rate"

    def fill(self, lines: list[Json], **others: Any) -> None:
        """The usual order around these lines; keyword arguments win."""
        self.order = {
            "currency": self.market.currency,
            "billing": self.person.party(),
            "shipping": self.person.party(email=False),
            "payment_method": "stripe",
            "payment_method_title": "Card",
            "transaction_id": f"pi_sample_{self.order_id}",
            "line_items": lines,
            "shipping_lines": [self.shipping()],
            **others,
        }


def demo_orders(newest: datetime = NEWEST) -> list[Json]:
    """All 64, oldest first, complete. `newest`: when the last one was placed."""
    oldest = newest - APART * (ORDER_COUNT - 1)
    orders = []
    for place, (_, build) in enumerate(_plan()):
        placed_at = oldest + APART * place
        draft = build(FIRST_ID + place)
        draft.order.update(id=draft.order_id, date_created_gmt=wordpress_time(placed_at))
        orders.append(complete(draft.order, draft.order_id, placed_at, ZoneInfo("Europe/Berlin")))
    return orders


def demo_kinds() -> dict[str, list[int]]:
    """What the orders are there to show: kind -> order ids."""
    kinds: dict[str, list[int]] = {}
    for place, (kind, _) in enumerate(_plan()):
        kinds.setdefault(kind, []).append(FIRST_ID + place)
    return kinds


Build = Callable[[int], Draft]


def _plan() -> Iterator[tuple[str, Build]]:
    """Special orders in turn with plain ones, until 64 are there."""
    special = list(_special())
    normal = ORDER_COUNT - len(special)
    for place, one in enumerate(special):
        yield one
        if place < normal:
            yield "normal", _normal


def _special() -> Iterator[tuple[str, Build]]:
    for kind, build, count in (
        ("discounted", _discounted, 4),
        ("missing SKU mapping", _missing_sku, 4),
        ("zero-decimal currency", _plain_for(goods.YUKI), 2),
        ("unpaid", _unpaid, 2),
        ("cash on delivery", _cash_on_delivery, 2),
        ("kit", _kit, 2),
        ("free gift", _free_gift, 2),
        ("company with VAT id", _company_with_vat_id, 2),
        ("pickup point", _pickup_point, 2),
        ("invalid postal code", _invalid_postal_code, 1),
        ("missing house number", _missing_house_number, 1),
        ("120 lines", _many_lines, 1),
        ("long company name", _long_company, 1),
        ("refund before export", _refunded, 1),
        ("changed after export", _plain_for(goods.MARTA), 1),
        ("cancelled", _cancelled, 1),
        ("bank transfer on hold", _bank_transfer, 1),
        ("note with emoji", _emoji, 1),
        ("note with a control character", _control_character, 1),
        ("gift card", _gift_card, 1),
        ("refused by the ERP", _discontinued, 1),
    ):
        yield from [(kind, build)] * count
    for person in (goods.MARTA, goods.PAWEL, goods.JAN, goods.SAGA, goods.OWEN, goods.NINA, goods.RYAN, goods.LUCA):
        yield "international", _plain_for(person)


def _draft(order_id: int, person: Person | None = None) -> Draft:
    return Draft(order_id, person or goods.BUYERS[order_id % len(goods.BUYERS)])


def _basket(draft: Draft, off_percent: int = 0) -> list[Json]:
    """One to four articles, by the order's id."""
    first, count = draft.order_id % len(goods.RANGE), 1 + draft.order_id % 4
    chosen = [goods.RANGE[(first + 3 * step) % len(goods.RANGE)] for step in range(count)]
    return [draft.line(article, 1 + (draft.order_id + step) % 3, off_percent) for step, article in enumerate(chosen)]


def _normal(order_id: int) -> Draft:
    draft = _draft(order_id)
    draft.fill(_basket(draft))
    return draft


def _plain_for(person: Person) -> Build:
    def build(order_id: int) -> Draft:
        draft = _draft(order_id, person)
        draft.fill(_basket(draft))
        return draft

    return build


def _with(build_lines: Callable[[Draft], list[Json]], person: Person | None = None, **others: Any) -> Build:
    def build(order_id: int) -> Draft:
        draft = _draft(order_id, person)
        draft.fill(build_lines(draft), **others)
        return draft

    return build


def _discounted(order_id: int) -> Draft:
    draft = _draft(order_id)
    draft.fill(_basket(draft, off_percent=15), coupon_lines=[{"code": "spring15"}])
    return draft


def _cash_on_delivery(order_id: int) -> Draft:
    draft = _draft(order_id)
    fee = {"name": "Cash on delivery", "total": "4.20", "tax_rate": str(draft.market.standard)}
    draft.fill(_basket(draft), payment_method="cod", payment_method_title="Cash on delivery", fee_lines=[fee])
    return draft


def _kit(order_id: int) -> Draft:
    """The price stands on the bundle; its parts follow at zero."""
    draft = _draft(order_id)
    parent, *parts = (order_id * 1000 + place for place in (1, 2, 3))
    lines = [draft.line(goods.TEA_SET, bundled_by="", bundled_items=parts)]
    lines += [
        draft.line(article, quantity, off_percent=100, bundled_by=parent, bundled_items=[])
        for article, quantity in ((goods.POT, 1), (goods.CUP, 4))
    ]
    for line in lines[1:]:
        line["subtotal"] = line["total"]
    draft.fill(lines)
    return draft


def _free_gift(order_id: int) -> Draft:
    draft = _draft(order_id)
    gift = draft.line(
        goods.GREETING_CARD, meta_data=[{"id": order_id * 1000 + 700, "key": "_free_gift", "value": "yes"}]
    )
    draft.fill([*_basket(draft), gift])
    return draft


def _company_with_vat_id(order_id: int) -> Draft:
    person, vat_id = ((goods.MARTA, "PL1111111111"), (goods.LENA, "DE111111125"))[order_id % 4 // 2]
    draft = _draft(order_id, person)
    draft.fill(_basket(draft), meta_data=[{"key": "_billing_vat_number", "value": vat_id}])
    for party in ("billing", "shipping"):
        draft.order[party]["company"] = "Example Trading"
    return draft


def _pickup_point(order_id: int) -> Draft:
    draft = _draft(order_id, goods.PAWEL)
    locker = draft.shipping("2.80", "inpost_paczkomaty", "Parcel locker")
    draft.fill(_basket(draft), shipping_lines=[locker], meta_data=[{"key": "_paczkomat_id", "value": "KRA04M"}])
    return draft


def _address_changed(person: Person, **changes: str) -> Build:
    def build(order_id: int) -> Draft:
        draft = _draft(order_id, person)
        draft.fill(_basket(draft))
        for party in ("billing", "shipping"):
            draft.order[party].update(changes)
        return draft

    return build


def _gift_card(order_id: int) -> Draft:
    draft = _draft(order_id)
    draft.fill([draft.line(goods.LAMP)], gift_cards=[{"id": 1, "code": "SAMPLE-CARD-0001", "amount": 20}])
    return draft


def _refunded(order_id: int) -> Draft:
    draft = _draft(order_id)
    draft.fill(_basket(draft), status="refunded")
    whole = complete(draft.order, order_id, NEWEST, ZoneInfo("Europe/Berlin"))["total"]
    draft.order["refunds"] = [{"id": order_id + 1000, "reason": "Ordered twice", "total": f"-{whole}"}]
    return draft


_missing_sku = _with(lambda draft: [draft.line(goods.UNMAPPED), draft.line(goods.CUP, 2)])
_discontinued = _with(lambda draft: [draft.line(goods.DISCONTINUED), draft.line(goods.NOTEBOOK, 3)])
_many_lines = _with(lambda draft: [draft.line(goods.RANGE[n % len(goods.RANGE)], 1 + n % 7) for n in range(120)])
_unpaid = _with(_basket, status="pending", transaction_id="")
_cancelled = _with(_basket, status="cancelled", transaction_id="")
_bank_transfer = _with(_basket, payment_method="bacs", payment_method_title="Bank transfer", transaction_id="")
_emoji = _with(_basket, customer_note="Bitte zweimal klingeln 🙂, danke!")
_control_character = _with(_basket, customer_note="Leave it with\u0007 the neighbour")
_invalid_postal_code = _address_changed(goods.LENA, postcode="2819")
_missing_house_number = _address_changed(goods.JONAS, address_1="Hauptstraße")
_long_company = _address_changed(goods.LENA, company=LONG_COMPANY)

CHANGED_AFTER_EXPORT = demo_kinds()["changed after export"][0]
