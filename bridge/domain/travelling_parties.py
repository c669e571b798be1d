"""The parties as they go to one ERP: what is certain is written in its usual form, everything else as the store has it.

A house number is told apart from the street where the ERP has a field of its own for it and the store gave none; a
postal code is written as its country writes it, a phone in its international form. A flow keeps any of them as given.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bridge.domain.addresses.house_numbers import second_line_number, street_parts
from bridge.domain.addresses.phones import read_phone
from bridge.domain.addresses.postal_codes import usual_form
from bridge.domain.contract import Order, Party
from bridge.domain.policies import PartyForm
from bridge.domain.rules import Rules

_TOLD = {
    "house_number": "the house number was told apart from the street",
    "postal_code": "the postal code was written as its country writes it",
    "phone": "the phone was written in its international form",
}


def changes_of_parties(
    billing: Mapping[str, str], delivery: Mapping[str, str], rules: Rules
) -> tuple[dict[str, str], dict[str, str]]:
    """`party_changes` of both: one and the same dict where the two are one address, as most are."""
    of_billing = party_changes(billing, "billing", delivery, rules)
    if rules.parties_alike and billing == delivery:
        return of_billing, of_billing
    return of_billing, party_changes(delivery, "delivery", billing, rules)


def party_changes(party: Mapping[str, str], owner: str, other: Mapping[str, str], rules: Rules) -> dict[str, str]:
    """The fields that go out otherwise than the store has them, with their new texts.

    owner: billing or delivery. other: the order's other party; its country helps with a phone of no country.
    """
    changes: dict[str, str] = {}
    kept, country = rules.flow.as_given, party["country"]
    if not party["house_number"] and f"{owner}.house_number" in rules.apart and PartyForm.HOUSE_NUMBER not in kept:
        changes = _told_apart(party, flat_apart=f"{owner}.flat" in rules.apart)
    code = party["postal_code"]
    if code and PartyForm.POSTAL_CODE not in kept and (usual := usual_form(code, country)) != code:
        changes["postal_code"] = usual
    phone = party["phone"]
    if phone and PartyForm.PHONE not in kept:
        read = read_phone(phone, country or other["country"])
        if read.international and read.is_certain and not read.rest and read.international != phone:
            changes["phone"] = read.international
    return changes


def travelling_parties(order: Order, rules: Rules) -> tuple[Party, Party]:
    """Billing and delivery as they go."""
    of_billing, of_delivery = changes_of_parties(order.billing.__dict__, order.delivery.__dict__, rules)
    billing = order.billing.model_copy(update=of_billing) if of_billing else order.billing
    if of_delivery is of_billing:
        return billing, billing
    return billing, order.delivery.model_copy(update=of_delivery) if of_delivery else order.delivery


def words_of(changes: Iterable[str], owner: str) -> list[str]:
    """What was changed, for the order's notes: fields, never their texts."""
    return [f"{owner.capitalize()}: {_TOLD[name]}." for name in changes if name in _TOLD]


def _told_apart(party: Mapping[str, str], *, flat_apart: bool) -> dict[str, str]:
    """Street, house number and flat, from the street or from a second line that is nothing but the number."""
    street, second_line, country, flat = party["street"], party["extra"], party["country"], party["flat"]
    parts = street_parts(street, country) if street else None
    changes: dict[str, str] = {}
    if parts is not None and not parts.certain and not parts.doubtful and second_line:
        parts, changes = second_line_number(second_line, country), {"extra": ""}
    elif parts is not None:
        changes = {"street": parts.street.strip()}
    if parts is None or not parts.certain:
        return {}
    if parts.flat == flat:  # none, or the store has it in a field already
        return {**changes, "house_number": parts.house_number}
    if flat or not flat_apart:
        return {**changes, "house_number": parts.number_and_flat}
    return {**changes, "house_number": parts.house_number, "flat": parts.flat}
