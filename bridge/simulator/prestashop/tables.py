"""The tables of a simulated PrestaShop: what each resource of its web service is called and which fields it shows.

Rows live in memory, behind one lock: a shop that ends is gone. Values are texts as the shop writes them; an empty text
is a null. Source: the shop's public classes (`$webserviceParameters` of each), versions 1.6 to 9.
"""

from __future__ import annotations

import copy
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Resource:
    """One resource: its nodes, its fields in order, and what is special about some of them.

    links: field -> resource that it points to. languages: fields with one value for each language. dynamic: fields that
    are computed and can't be filtered. dates: whether the table has date columns (reached by `date=1` alone).
    """

    plural: str
    singular: str
    fields: tuple[str, ...]
    links: Mapping[str, str] = field(default_factory=dict)
    languages: tuple[str, ...] = ()
    dynamic: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    associations: tuple[str, ...] = ()


ORDER_AMOUNTS = (
    "total_discounts", "total_discounts_tax_incl", "total_discounts_tax_excl", "total_paid", "total_paid_tax_incl",
    "total_paid_tax_excl", "total_paid_real", "total_products", "total_products_wt", "total_shipping",
    "total_shipping_tax_incl", "total_shipping_tax_excl", "carrier_tax_rate", "total_wrapping",
    "total_wrapping_tax_incl", "total_wrapping_tax_excl",
)  # fmt: skip
DETAIL_AMOUNTS = (
    "product_price", "reduction_percent", "reduction_amount", "reduction_amount_tax_incl", "reduction_amount_tax_excl",
    "ecotax", "ecotax_tax_rate", "unit_price_tax_incl", "unit_price_tax_excl", "total_price_tax_incl",
    "total_price_tax_excl", "total_shipping_price_tax_excl", "total_shipping_price_tax_incl", "original_product_price",
)  # fmt: skip

RESOURCES: Mapping[str, Resource] = {
    "orders": Resource(
        "orders", "order",
        ("id", "id_address_delivery", "id_address_invoice", "id_cart", "id_currency", "id_lang", "id_customer",
         "id_carrier", "current_state", "module", "invoice_number", "invoice_date", "delivery_number",
         "delivery_date", "valid", "date_add", "date_upd", "shipping_number", "note", "id_shop_group", "id_shop",
         "secure_key", "payment", "recyclable", "gift", "gift_message", "mobile_theme", *ORDER_AMOUNTS, "round_mode",
         "round_type", "conversion_rate", "reference"),
        links={"id_address_delivery": "addresses", "id_address_invoice": "addresses", "id_cart": "carts",
               "id_currency": "currencies", "id_lang": "languages", "id_customer": "customers",
               "id_carrier": "carriers", "current_state": "order_states"},
        dynamic=("shipping_number",), associations=("order_rows",),
    ),
    "order_details": Resource(
        "order_details", "order_detail",
        ("id", "id_order", "product_id", "product_attribute_id", "product_quantity_reinjected", "group_reduction",
         "id_order_invoice", "id_warehouse", "id_shop", "product_name", "product_quantity", "product_quantity_return",
         "product_quantity_refunded", "product_ean13", "product_upc", "product_reference",
         "product_supplier_reference", "product_weight", "tax_computation_method", "id_tax_rules_group",
         *DETAIL_AMOUNTS),
        links={"id_order": "orders", "product_id": "products", "product_attribute_id": "combinations"},
        associations=("taxes",),
    ),
    "order_histories": Resource(
        "order_histories", "order_history", ("id", "id_employee", "id_order_state", "id_order", "date_add"),
        links={"id_order_state": "order_states", "id_order": "orders"},
    ),
    "order_slip": Resource(
        "order_slips", "order_slip",
        ("id", "id_customer", "id_order", "conversion_rate", "total_products_tax_excl", "total_products_tax_incl",
         "total_shipping_tax_excl", "total_shipping_tax_incl", "amount", "shipping_cost", "shipping_cost_amount",
         "partial", "date_add", "date_upd", "order_slip_type"),
        links={"id_customer": "customers", "id_order": "orders"}, associations=("order_slip_details",),
    ),
    "order_payments": Resource(
        "order_payments", "order_payment",
        ("id", "order_reference", "id_currency", "amount", "payment_method", "conversion_rate", "transaction_id",
         "card_number", "card_brand", "card_expiration", "card_holder", "date_add"),
    ),
    "order_cart_rules": Resource(
        "order_cart_rules", "order_cart_rule",
        ("id", "id_order", "id_cart_rule", "id_order_invoice", "name", "value", "value_tax_excl", "free_shipping",
         "deleted"),
        links={"id_order": "orders"},
    ),
    "cart_rules": Resource(
        "cart_rules", "cart_rule",
        ("id", "code", "reduction_percent", "reduction_amount", "reduction_product", "free_shipping", "gift_product",
         "gift_product_attribute", "name"),
        languages=("name",),
    ),
    "addresses": Resource(
        "addresses", "address",
        ("id", "id_customer", "id_country", "id_state", "alias", "company", "lastname", "firstname", "vat_number",
         "address1", "address2", "postcode", "city", "other", "phone", "phone_mobile", "dni", "deleted", "date_add",
         "date_upd"),
        links={"id_customer": "customers", "id_country": "countries", "id_state": "states"},
    ),
    "customers": Resource(
        "customers", "customer",
        ("id", "id_default_group", "id_lang", "passwd", "lastname", "firstname", "email", "note", "company", "siret",
         "ape", "active", "is_guest", "deleted", "date_add", "date_upd"),
        links={"id_default_group": "groups", "id_lang": "languages"},
    ),
    "countries": Resource("countries", "country", ("id", "id_zone", "iso_code", "active", "name"), languages=("name",)),
    "states": Resource("states", "state", ("id", "id_country", "iso_code", "name", "active")),
    "carriers": Resource(
        "carriers", "carrier", ("id", "deleted", "id_reference", "name", "active", "is_free", "external_module_name")
    ),
    "currencies": Resource(
        "currencies", "currency",
        ("id", "iso_code", "decimals", "precision", "conversion_rate", "deleted", "active", "name"),
    ),
    "languages": Resource("languages", "language", ("id", "name", "iso_code", "locale", "active")),
    "order_states": Resource(
        "order_states", "order_state",
        ("id", "unremovable", "delivery", "hidden", "send_email", "module_name", "invoice", "logable", "shipped",
         "paid", "deleted", "name", "template"),
        languages=("name", "template"),
    ),
    "taxes": Resource("taxes", "tax", ("id", "rate", "active", "deleted", "name"), languages=("name",)),
    "tax_rule_groups": Resource("tax_rule_groups", "tax_rule_group", ("id", "name", "active", "deleted")),
    "messages": Resource(
        "messages", "message",
        ("id", "id_cart", "id_order", "id_customer", "id_employee", "message", "private", "date_add"),
        required=("message",),
    ),
    "customer_threads": Resource(
        "customer_threads", "customer_thread",
        ("id", "id_lang", "id_shop", "id_customer", "id_order", "id_product", "id_contact", "email", "token", "status",
         "date_add", "date_upd"),
        links={"id_lang": "languages", "id_customer": "customers", "id_order": "orders"},
        required=("id_lang", "id_contact", "token"),
    ),
    "customer_messages": Resource(
        "customer_messages", "customer_message",
        ("id", "id_employee", "id_customer_thread", "ip_address", "message", "file_name", "user_agent", "private",
         "date_add", "date_upd", "read"),
        links={"id_customer_thread": "customer_threads"}, required=("message",),
    ),
    "configurations": Resource(
        "configurations", "configuration",
        ("id", "value", "name", "id_shop_group", "id_shop", "date_add", "date_upd"),
    ),
}  # fmt: skip


class Tables:
    """All rows of one shop. Safe to use from many threads: hold `lock` over what belongs together."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self._rows: dict[str, dict[int, Row]] = {name: {} for name in RESOURCES}
        self._last: dict[str, int] = dict.fromkeys(RESOURCES, 0)

    def add(self, resource: str, row: Mapping[str, Any]) -> int:
        """A new row; gives its id (the next one, unless the row brings its own)."""
        with self.lock:
            number = int(row.get("id") or self._last[resource] + 1)
            self._last[resource] = max(self._last[resource], number)
            whole = dict.fromkeys(RESOURCES[resource].fields, "")
            self._rows[resource][number] = {**whole, **copy.deepcopy(dict(row)), "id": str(number)}
            return number

    def change(self, resource: str, number: int | str, **values: Any) -> None:
        """Change some values of one row. Raises KeyError when there is none."""
        with self.lock:
            self._rows[resource][int(number)].update(values)

    def remove(self, resource: str, number: int | str) -> None:
        """Delete one row for good."""
        with self.lock:
            self._rows[resource].pop(int(number), None)

    def row(self, resource: str, number: int | str) -> Row:
        """A copy of one row. Raises KeyError when there is none."""
        with self.lock:
            return copy.deepcopy(self._rows[resource][int(number)])

    def rows(self, resource: str, ids: Iterable[int] | None = None) -> Sequence[Row]:
        """The rows in the order of their ids, or those of some ids. Hold the lock, or copy what you keep."""
        with self.lock:
            table = self._rows[resource]
            numbers = sorted(table) if ids is None else sorted({number for number in ids if number in table})
            return [table[number] for number in numbers]
