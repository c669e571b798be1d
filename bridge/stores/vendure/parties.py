"""Who pays and where a Vendure order goes.

An address has one name in one field, no house number and no VAT id: shops add custom fields. A billing address is only
there where it differs. E-mail and name of the customer are read live from the account, so they are no change of the
order when they change.
"""

from __future__ import annotations

from dataclasses import dataclass

from bridge.domain.contract import Party
from bridge.stores.raw import Json, table_of, verbatim_of
from bridge.stores.vendure.settings import FieldNames
from bridge.stores.vendure.values import first_custom

PLACE = ("streetLine1", "streetLine2", "city", "postalCode", "countryCode", "company", "fullName")


@dataclass(frozen=True, slots=True)
class Parties:
    """read_live: fields that came from the customer's account and not from the order."""

    billing: Party
    delivery: Party
    read_live: tuple[str, ...]


def parties_of(order: Json, names: FieldNames) -> Parties:
    """Both parties. Where only one address is there, it is both."""
    customer = table_of(order, "customer")
    shipping, billing = table_of(order, "shippingAddress"), table_of(order, "billingAddress")
    billing, shipping = _filled(billing) or shipping, _filled(shipping) or billing
    live = ["billing.email", "delivery.email"]
    if not verbatim_of(billing, "phoneNumber"):
        live.append("billing.phone")
    if not verbatim_of(shipping, "phoneNumber"):
        live.append("delivery.phone")
    own_tax_id = first_custom((order, billing), names.tax_id)
    account_tax_id = "" if own_tax_id else first_custom((customer,), names.tax_id)
    if account_tax_id:
        live.append("billing.tax_id")
    return Parties(
        _party(billing, customer, names, own_tax_id or account_tax_id), _party(shipping, customer, names), tuple(live)
    )


def _filled(address: Json) -> Json:
    """The address, or nothing where every field of it is empty."""
    return address if any(verbatim_of(address, name) for name in PLACE) else {}


def _party(address: Json, customer: Json, names: FieldNames, tax_id: str = "") -> Party:
    first, last = _person(address, customer)
    return Party(
        company=verbatim_of(address, "company"),
        first_name=first,
        last_name=last,
        street=verbatim_of(address, "streetLine1"),
        house_number=first_custom((address,), names.house_number),
        flat=first_custom((address,), names.flat),
        extra=verbatim_of(address, "streetLine2"),
        postal_code=verbatim_of(address, "postalCode"),
        city=verbatim_of(address, "city"),
        region=verbatim_of(address, "province"),
        country=verbatim_of(address, "countryCode"),
        email=verbatim_of(customer, "emailAddress"),
        phone=verbatim_of(address, "phoneNumber") or verbatim_of(customer, "phoneNumber"),
        tax_id=tax_id,
    )


def _person(address: Json, customer: Json) -> tuple[str, str]:
    """First and last name: as the customer splits them where it is the same person, else before the last word."""
    full = verbatim_of(address, "fullName")
    first, last = verbatim_of(customer, "firstName"), verbatim_of(customer, "lastName")
    if not full:
        return first, last
    if full.casefold() == f"{first} {last}".strip().casefold():
        return first, last
    before, _, after = full.rpartition(" ")
    return before.strip(), after
