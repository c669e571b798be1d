"""Parties of a Shopify order: addresses, the buying company, tax ids and pickup points wherever apps put them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from bridge.domain.contract import Party
from bridge.stores.raw import Json, table_of, tables_of, verbatim_of
from bridge.stores.shopify.settings import TAX_FIELD_PREFIX, Reading

_ADDRESS_FIELDS = ("address1", "address2", "city", "zip", "company", "lastName", "name")
# An app writes "KRA010 - ul. Długa 5, Kraków", with any dash: the id, then words for people.
_BEHIND_ID = re.compile("\\s+[-\u2013\u2014]\\s+|[,;|(\n]")


def attributes_of(source: Json) -> dict[str, str]:
    """Custom attributes by name, in lower case; the first filled one of a name counts."""
    found: dict[str, str] = {}
    for row in tables_of(source, "customAttributes"):
        name, value = verbatim_of(row, "key").lower(), verbatim_of(row, "value")
        if name and value:
            found.setdefault(name, value)
    return found


def first_of(attributes: Mapping[str, str], names: Sequence[str]) -> str:
    """The value of the first name that has one."""
    return next((attributes[name] for name in names if name in attributes), "")


def billing_of(order: Json, reading: Reading) -> Party:
    """Who pays; an order without a billing address is billed to where it goes."""
    address = table_of(order, "billingAddress")
    used = address if _is_filled(address) else table_of(order, "shippingAddress")
    return _party(order, used, tax_id_of(order, reading))


def delivery_of(order: Json) -> Party:
    """Where it goes; digital goods and pickups have no such address, and go to the buyer."""
    address = table_of(order, "shippingAddress")
    return _party(order, address if _is_filled(address) else table_of(order, "billingAddress"), "")


def tax_id_of(order: Json, reading: Reading) -> str:
    """The company's registration, else an attribute that an app wrote, else a localized field of the checkout."""
    entity = table_of(order, "purchasingEntity")
    settings = table_of(table_of(entity, "location"), "taxSettings")
    fields = (
        verbatim_of(row, "value")
        for row in tables_of(order, "localizedFields")
        if verbatim_of(row, "key").upper().startswith(TAX_FIELD_PREFIX)
    )
    return (
        verbatim_of(settings, "taxRegistrationId")
        or first_of(attributes_of(order), reading.tax_id)
        or next(filter(None, fields), "")
    )


def pickup_point_of(order: Json, reading: Reading) -> str:
    """The id alone, of what an app wrote for people."""
    return _BEHIND_ID.split(first_of(attributes_of(order), reading.pickup_point), maxsplit=1)[0].strip()


def company_extra(order: Json) -> dict[str, str]:
    """The numbers that the shop keeps of the buying company and its branch, for profiles that need them."""
    entity = table_of(order, "purchasingEntity")
    named = {"company_id": table_of(entity, "company"), "company_location_id": table_of(entity, "location")}
    return {name: number for name, source in named.items() if (number := verbatim_of(source, "externalId"))}


def _party(order: Json, address: Json, tax_id: str) -> Party:
    first, last = verbatim_of(address, "firstName"), verbatim_of(address, "lastName")
    company = table_of(table_of(order, "purchasingEntity"), "company")
    return Party(
        company=verbatim_of(address, "company") or verbatim_of(company, "name"),
        first_name=first,
        last_name=last or ("" if first else verbatim_of(address, "name")),
        street=verbatim_of(address, "address1"),
        extra=verbatim_of(address, "address2"),
        postal_code=verbatim_of(address, "zip"),
        city=verbatim_of(address, "city"),
        region=verbatim_of(address, "provinceCode") or verbatim_of(address, "province"),
        country=verbatim_of(address, "countryCodeV2"),
        email=verbatim_of(order, "email"),
        phone=verbatim_of(address, "phone") or verbatim_of(order, "phone"),
        tax_id=tax_id,
    )


def _is_filled(address: Json) -> bool:
    return any(verbatim_of(address, name) for name in _ADDRESS_FIELDS)
