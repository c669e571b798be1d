"""What can be wrong with one `[[limits]]` of profile.toml."""

from __future__ import annotations

import re

from bridge.profiles.fields import FieldKind, field_kind, order_fields
from bridge.profiles.patterns import TooManyWays, is_one_set, refuse_too_many_ways
from bridge.profiles.reading import suggestion
from bridge.profiles.settings import LimitSettings

RUNNING_MAX = 1  # a customer's text can be long


def limit_mistakes(limit: LimitSettings, seen: set[str]) -> list[str]:
    """Each in a sentence. seen: the fields that have a limit already."""
    found = []
    if field_kind(limit.field) in (None, FieldKind.LIST, FieldKind.NAMED):
        found.append(f"{limit.field} is no field of the order{suggestion(limit.field, list(order_fields()))}")
    if limit.field in seen:
        found.append(f"{limit.field} has a limit already")
    if limit.parts > 1 and limit.length_max is None:
        found.append(f"{limit.field}: parts needs length_max, the length of one part")
    if "split" in limit.policies and limit.parts == 1:
        found.append(f"{limit.field}: the policy split needs parts")
    if "line" in limit.policies and (limit.field, limit.policies) != ("totals.rounding", ("line",)):
        found.append(f"{limit.field}: the policy line is for totals.rounding, and goes with no other")
    if "pass" in limit.policies and set(limit.policies) != {"refuse", "pass"}:
        found.append(
            f'{limit.field}: the policy pass says that the file has no place for it: policies = ["refuse", "pass"]'
        )
    if limit.pattern is not None:
        try:
            refuse_too_many_ways(limit.pattern, RUNNING_MAX)
        except re.error as error:
            found.append(f"{limit.field}: pattern is no regular expression: {error}")
        except TooManyWays as refused:
            found.append(f"{limit.field}: pattern {refused}")
        if not limit.pattern_words:
            found.append(f"{limit.field}: pattern needs pattern_words, which people read")
    if limit.characters is not None:
        try:
            if not is_one_set(f"[^{limit.characters}]"):
                what = "characters ends the [] in which it stands; write \\] for a bracket"
                found.append(f"{limit.field}: {what}")
        except re.error as error:
            found.append(f"{limit.field}: characters is not what can stand inside []: {error}")
    if limit.digits_max is not None and field_kind(limit.field) not in (FieldKind.AMOUNT, FieldKind.INTEGER):
        found.append(f"{limit.field}: digits_max is for numbers")
    if limit.decimals_max is not None and field_kind(limit.field) is not FieldKind.AMOUNT:
        found.append(f"{limit.field}: decimals_max is for amounts, prices and quantities")
    return found
