"""What the tests of IDoc files share: the profile in each form, orders that fit it, and the readers."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import pytest

from bridge.domain.outgoing import outgoing
from bridge.profiles import Profile, load_profile
from bridge.profiles.installation import Installation
from bridge.profiles.trial import trial_rules
from tests.domain.orders import order as good_order
from tests.profiles.making import file_of
from tests.readers import idoc_flat, idoc_xml
from tests.readers.idoc_orders import Segment

NAME = "sap-idoc-orders05"
FORMS = ("xml", "flat-4x", "flat-3x")
EACH_FORM = pytest.mark.parametrize("form", FORMS)
FITTING = {"shipping_method": "02", **{f"lines.{place}.tax_code": "A1" for place in range(4)}}


@lru_cache
def profile(**parameters: str) -> Profile:
    """The profile as an installation sets it."""
    return load_profile(NAME, None, Installation(parameters=parameters))


def sent(found: Profile, changes: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The good order with codes that SAP's fields hold, changed, as the template gets it."""
    order = good_order({**FITTING, **(changes or {})})
    return outgoing(order, trial_rules(found.limits, found.characters), "10452")


def idocs_in(found: Profile, content: bytes) -> list[Segment]:
    """The IDocs of a file, by the reader of its form."""
    if found.parameters["form"] == "xml":
        return idoc_xml.read_idocs(content)
    trimmed = found.parameters["trim"] == "true"
    return idoc_flat.read_idocs(content, found.encoding, found.parameters["unit"], trimmed)


def idoc_of(found: Profile, order: dict[str, Any]) -> Segment:
    """The one IDoc of an order's file."""
    (idoc,) = idocs_in(found, file_of(found, order))
    return idoc
