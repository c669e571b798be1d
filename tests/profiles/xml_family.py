"""Any order, and hostile ones, for the tests of profiles in XML that one order makes a document of."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bridge.domain.checks import FITTING, problems_of
from bridge.domain.checks.case import Case
from bridge.domain.contract import Order
from bridge.domain.outgoing import outgoing
from bridge.profiles import CharacterRefused, Profile, RenderRefused
from tests.profiles.csv_family import hostile_orders, rules_of
from tests.profiles.making import file_of


def tree_of(profile: Profile, order: Order) -> dict[str, Any]:
    """The order as a template gets it, its external id the store's key as the profile writes it."""
    return outgoing(order, rules_of(profile), profile.external_id(order.store_order_id))


def reasons_of(profile: Profile, order: Order) -> list[str]:
    """What the checks say before anything is rendered."""
    case = Case.of(order, rules_of(profile), profile.external_id(order.store_order_id))
    found = [problem.message for problem in problems_of(case) if problem.code in FITTING]
    assert all(message.startswith("Order ") for message in found)
    return found


def file_or_reason(profile: Profile, order: Order, folder: Path) -> bytes | str:
    """The file, which its schema takes; or why there is none. The schema itself never refuses what was checked."""
    if found := reasons_of(profile, order):
        return found[0]
    try:
        content = file_of(profile, tree_of(profile, order))
    except (RenderRefused, CharacterRefused) as refused:
        return refused.problem.message
    path = folder / f"file{profile.extension}"
    path.write_bytes(content)
    profile.validate(path)
    return content


def hostile_with(**update: str) -> Iterator[tuple[str, str, Order]]:
    """Hostile texts in each text of an order with these fields."""
    for path, text, order in hostile_orders():
        yield path, text, order.model_copy(update=update)


def empty_elements(content: bytes) -> list[str]:
    """Elements that hold nothing, or blanks alone."""
    leaves = [one for one in ET.fromstring(content).iter() if not len(one)]
    return [leaf.tag for leaf in leaves if not (leaf.text or "").strip()]
