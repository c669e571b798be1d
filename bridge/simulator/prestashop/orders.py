"""What a PrestaShop order looks like, and the sums that the shop makes of it.

The caller names goods, shipping, discounts; the rest follows the shop's own rounding: by item (1), by line (2) or only
in the total (3), in one of six modes. Discounts of cart rules stand beside the lines and are not in them. Amounts have
six decimals. Pure: no clock.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal

from bridge.simulator.prestashop.tables import Row

ZERO = Decimal(0)
BY_ITEM, BY_LINE, BY_TOTAL = 1, 2, 3
MODES = {0: ROUND_CEILING, 1: ROUND_FLOOR, 2: ROUND_HALF_UP, 3: ROUND_HALF_DOWN, 4: ROUND_HALF_EVEN}


@dataclass(frozen=True, slots=True)
class Goods:
    """One line of an order. unit_net: net price of one, after reductions of the catalogue; rate: percent."""

    sku: str = "007"
    quantity: int = 1
    unit_net: str = "10.00"
    rate: str = "23"
    name: str = "Kettle"
    product: int = 1
    combination: int = 0
    tax_ids: tuple[str, ...] = ()  # empty: the shop's tax of that rate
    group: str = "1"  # tax rules group
    original: str = ""  # net price before reductions
    reduction_percent: str = "0"
    ecotax: str = "0"  # of one, without its own tax; inside unit_net
    ecotax_rate: str = ""  # percent; empty: that of the price around it
    warehouse: str = "0"
    combines: str = "1"  # tax_computation_method: 1 rates add up, 2 one after another


@dataclass(frozen=True, slots=True)
class Rule:
    """One cart rule of an order: value with tax and without."""

    name: str
    value: str
    value_net: str
    free_shipping: bool = False
    gift_product: int = 0
    gift_combination: int = 0
    code: str = ""
    percent: str = "0"
    amount: str = "0"
    product: int = 0  # which goods: 0 all, -1 the cheapest, -2 a selection, else the one with this id


@dataclass(frozen=True, slots=True)
class Basket:
    """What is ordered, and how the shop rounds."""

    goods: Sequence[Goods] = (Goods(quantity=2),)
    shipping: str = "0"  # gross
    carrier_rate: str = "23"
    wrapping: str = "0"  # gross
    wrapping_rate: str = "23"
    rules: Sequence[Rule] = ()
    digits: int = 2
    round_type: int = BY_LINE
    round_mode: int = 2
    fields: Mapping[str, str] = field(default_factory=dict)  # of the order's row; they win


def rounded(value: Decimal, digits: int, mode: int) -> Decimal:
    """As `Tools::ps_round` rounds positive amounts."""
    return value.quantize(Decimal(1).scaleb(-digits), rounding=MODES.get(mode, ROUND_HALF_UP))


def six(value: Decimal) -> str:
    """As the shop's tables hold amounts."""
    return f"{value.quantize(Decimal('0.000001'), rounding=ROUND_HALF_UP):f}"


def detail_rows(basket: Basket) -> list[Row]:
    """A row of `order_details` for each of the goods."""
    return [_detail(goods, basket) for goods in basket.goods]


def order_amounts(basket: Basket, details: Sequence[Row]) -> Row:
    """The amounts of the order's own row."""

    def whole(value: Decimal) -> Decimal:
        return rounded(value, basket.digits, basket.round_mode)

    products = whole(sum((Decimal(row["total_price_tax_excl"]) for row in details), ZERO))
    products_gross = whole(sum((Decimal(row["total_price_tax_incl"]) for row in details), ZERO))
    discounts = sum((Decimal(rule.value_net) for rule in basket.rules), ZERO)
    discounts_gross = sum((Decimal(rule.value) for rule in basket.rules), ZERO)
    shipping_gross, wrapping_gross = Decimal(basket.shipping), Decimal(basket.wrapping)
    shipping = whole(shipping_gross / (1 + Decimal(basket.carrier_rate) / 100))
    wrapping = whole(wrapping_gross / (1 + Decimal(basket.wrapping_rate) / 100))
    net = products + shipping + wrapping - discounts
    gross = products_gross + shipping_gross + wrapping_gross - discounts_gross
    amounts = {
        "total_products": products, "total_products_wt": products_gross,
        "total_discounts": discounts_gross, "total_discounts_tax_incl": discounts_gross,
        "total_discounts_tax_excl": discounts,
        "total_shipping": shipping_gross, "total_shipping_tax_incl": shipping_gross,
        "total_shipping_tax_excl": shipping,
        "total_wrapping": wrapping_gross, "total_wrapping_tax_incl": wrapping_gross,
        "total_wrapping_tax_excl": wrapping,
        "total_paid": gross, "total_paid_tax_incl": gross, "total_paid_tax_excl": net, "total_paid_real": ZERO,
    }  # fmt: skip
    return {name: six(value) for name, value in amounts.items()} | {
        "carrier_tax_rate": f"{Decimal(basket.carrier_rate):.3f}",
        "round_mode": str(basket.round_mode), "round_type": str(basket.round_type),
    }  # fmt: skip


def order_rows(details: Sequence[Row]) -> list[Row]:
    """The association of an order's own row: prices before discounts in full precision, no totals."""
    names = (
        "id", "product_id", "product_attribute_id", "product_quantity", "product_name", "product_reference",
        "product_price", "unit_price_tax_incl", "unit_price_tax_excl",
    )  # fmt: skip
    return [{name: str(row[name]) for name in names} for row in details]


def _detail(goods: Goods, basket: Basket) -> Row:
    rate = 1 + Decimal(goods.rate) / 100
    ecotax = Decimal(goods.ecotax)
    own = 1 + Decimal(goods.ecotax_rate or goods.rate) / 100
    net, gross = Decimal(goods.unit_net), (Decimal(goods.unit_net) - ecotax) * rate + ecotax * own
    if basket.round_type == BY_ITEM:
        net, gross = (rounded(value, basket.digits, basket.round_mode) for value in (net, gross))
    total, total_gross = net * goods.quantity, gross * goods.quantity
    if basket.round_type == BY_LINE:
        total, total_gross = (rounded(value, basket.digits, basket.round_mode) for value in (total, total_gross))
    original = Decimal(goods.original or goods.unit_net)
    return {
        "product_id": str(goods.product), "product_attribute_id": str(goods.combination),
        "product_name": goods.name, "product_quantity": str(goods.quantity), "product_reference": goods.sku,
        "product_quantity_return": "0", "product_quantity_refunded": "0", "product_quantity_reinjected": "0",
        "id_warehouse": goods.warehouse, "id_shop": "1", "id_order_invoice": "0", "group_reduction": "0.00",
        "tax_computation_method": goods.combines, "id_tax_rules_group": goods.group,
        "product_price": six(original), "original_product_price": six(original),
        "reduction_percent": goods.reduction_percent, "reduction_amount": "0.000000",
        "reduction_amount_tax_incl": "0.000000", "reduction_amount_tax_excl": "0.000000",
        "ecotax": six(ecotax), "ecotax_tax_rate": f"{Decimal(goods.ecotax_rate or goods.rate):.3f}",
        "unit_price_tax_incl": six(gross), "unit_price_tax_excl": six(net),
        "total_price_tax_incl": six(total_gross), "total_price_tax_excl": six(total),
        "total_shipping_price_tax_excl": "0.000000", "total_shipping_price_tax_incl": "0.000000",
        "taxes": [{"id": tax} for tax in goods.tax_ids],
    }  # fmt: skip
