"""Who pays and where a Magento order goes."""

from __future__ import annotations

from dataclasses import dataclass

from bridge.domain.contract import Party
from bridge.stores.magento.charges import shipping_of
from bridge.stores.magento.paths import first_at
from bridge.stores.raw import Json, Unreadable, plain_text, table_of, text_of

STREET_ROLES = ("street", "house_number", "flat", "extra")


@dataclass(frozen=True, slots=True)
class PartyFields:
    """Where a shop's checkout puts what Magento has no field for.

    street_lines: what each line of `street` is. The other paths begin at the address, tax_id at the order.
    """

    street_lines: tuple[str, ...]
    house_number: tuple[str, ...]
    flat: tuple[str, ...]
    tax_id: tuple[str, ...]


def billing_of(order: Json, fields: PartyFields) -> Party:
    """Raises Unreadable."""
    return _party(order, table_of(order, "billing_address"), fields, first_at(order, fields.tax_id))


def delivery_of(order: Json, fields: PartyFields) -> Party:
    """The shipment's address; the billing address for what is not shipped. Raises Unreadable."""
    address = table_of(shipping_of(order), "address")
    if not address:
        if order.get("is_virtual") not in (1, "1"):
            raise Unreadable("it is shipped, and the shop tells no delivery address")
        return _party(order, table_of(order, "billing_address"), fields, "")
    owner = text_of(address, "parent_id")
    if owner and owner != text_of(order, "entity_id"):  # lists of Magento 2.0 (magento/magento2#4402)
        raise Unreadable("its delivery address belongs to another order, a fault of early releases of Magento")
    return _party(order, address, fields, text_of(address, "vat_id"))


def _party(order: Json, address: Json, fields: PartyFields, tax_id: str) -> Party:
    street = _street(address, fields.street_lines)
    return Party(
        company=text_of(address, "company"),
        first_name=_joined(address, "firstname", "middlename"),
        last_name=_joined(address, "lastname", "suffix"),
        street=street["street"],
        house_number=first_at(address, fields.house_number) or street["house_number"],
        flat=first_at(address, fields.flat) or street["flat"],
        extra=street["extra"],
        postal_code=text_of(address, "postcode"),
        city=text_of(address, "city"),
        region=text_of(address, "region_code") or text_of(address, "region"),
        country=text_of(address, "country_id"),
        email=text_of(address, "email") or text_of(order, "customer_email"),
        phone=text_of(address, "telephone"),
        tax_id=tax_id,
    )


def _joined(address: Json, *names: str) -> str:
    return " ".join(filter(None, (text_of(address, name) for name in names)))


def _street(address: Json, roles: tuple[str, ...]) -> dict[str, str]:
    """One to four lines, each with the role it has in this shop; further ones are extra."""
    lines = address.get("street")
    found: dict[str, list[str]] = {role: [] for role in STREET_ROLES}
    for number, line in enumerate(lines if isinstance(lines, list) else [lines]):
        text = plain_text(line)
        if text:
            found[roles[number] if number < len(roles) else "extra"].append(text)
    return {role: ", ".join(texts) for role, texts in found.items()}
