"""Who pays, where it goes, and fields of order, customer or address by the keys of the settings."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bridge.domain.contract import Party
from bridge.stores.prestashop.parts import OrderParts
from bridge.stores.prestashop.settings import FieldKeys
from bridge.stores.raw import Unreadable


def billing_of(parts: OrderParts, keys: FieldKeys) -> Party:
    """The invoice address with the buyer's tax id. Raises Unreadable where the shop lost it."""
    return _party(parts, "id_address_invoice", keys, tax_id=first_filled(parts, keys.tax_id))


def delivery_of(parts: OrderParts, keys: FieldKeys) -> Party:
    """The delivery address; goods that need none are delivered to the billing address."""
    if parts.order["id_address_delivery"] in ("", "0"):
        return _party(parts, "id_address_invoice", keys)
    return _party(parts, "id_address_delivery", keys)


def _party(parts: OrderParts, name: str, keys: FieldKeys, tax_id: str = "") -> Party:
    address = parts.one("addresses", parts.order[name])
    if address is None:
        raise Unreadable(f"the address of its {name} is not in the shop")
    country, state = (parts.one(of, address[key]) for of, key in (("countries", "id_country"), ("states", "id_state")))
    customer = parts.one("customers", parts.order["id_customer"])
    number_key = next((key for key in keys.house_number if address[key]), "")
    flat_key = next((key for key in keys.flat if address[key]), "")
    return Party(
        company=address["company"],
        first_name=address["firstname"],
        last_name=address["lastname"],
        street=address["address1"],
        house_number=address[number_key] if number_key else "",
        flat=address[flat_key] if flat_key else "",
        extra="" if "address2" in (number_key, flat_key) else address["address2"],
        postal_code=address["postcode"],
        city=address["city"],
        region=(state["iso_code"] or state["name"]) if state is not None else "",
        country=country["iso_code"] if country is not None else "",
        email=customer["email"] if customer is not None else "",
        phone=address["phone_mobile"] or address["phone"],
        tax_id=tax_id,
    )


def field_of(parts: OrderParts, key: str) -> str:
    """A field by its key: `order.gift_message`, `customer.siret`, `billing.vat_number`, `delivery.other`."""
    part_name, _, name = key.partition(".")
    order = parts.order
    part = {
        "order": order,
        "customer": parts.one("customers", order["id_customer"]),
        "billing": parts.one("addresses", order["id_address_invoice"]),
        "delivery": parts.one("addresses", order["id_address_delivery"]),
    }[part_name]
    return part[name] if part is not None else ""


def first_filled(parts: OrderParts, keys: Sequence[str]) -> str:
    """The first of these fields that has a value."""
    return next((text for key in keys if (text := field_of(parts, key))), "")


def pickup_point_of(parts: OrderParts, keys: FieldKeys) -> str:
    """The pickup point: the field that the settings name, or what their pattern finds in it."""
    text = first_filled(parts, keys.pickup_point)
    if not keys.pickup_point_pattern or not text:
        return text
    found = re.search(keys.pickup_point_pattern, text)
    return (found[found.lastindex or 0] or "") if found else ""
