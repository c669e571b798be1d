"""What an order is judged by: the flow's rules, the maps, the ERP's limits and characters. Made once a pass."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, date, datetime, tzinfo

from bridge.domain.characters import CharacterRules, prepared
from bridge.domain.clock import business_day
from bridge.domain.contract import CONTRACT_VERSION, Order
from bridge.domain.fitting import measure
from bridge.domain.limits import Limit
from bridge.domain.maps import Maps
from bridge.domain.policies import FieldPolicy, FlowRules
from bridge.domain.tax_conditions import Condition, conditions_met

# Codes and keys: one that is cut names something else, or nothing. They are refused when too long, whatever is picked.
NEVER_CUT = frozenset({"external_id", "number", "currency", "shipping_erp_code", "pickup_point_id", "payment.erp_code"})
_NEVER_CUT_NAMES = ("country", "postal_code", "tax_id", "email", "phone", "sku", "erp_sku", "erp_tax_code", "unit_code")
PARTIES = ("billing", "delivery")
JUDGEMENT_VERSION = "4"  # raise it when a check changes, so that held orders are judged again after an upgrade


@dataclass(frozen=True, slots=True)
class FittedLimit:
    """A limit with what the flow picked for it, ready to be held against texts."""

    limit: Limit
    policy: str
    length: Callable[[str], int]
    pattern: re.Pattern[str] | None
    owner: str  # `order`, `lines`, `billing`, ... : the part of the order that has the field
    name: str  # the field's name in that part
    strange: re.Pattern[str] | None = None  # finds a character that the ERP's field does not take


@dataclass(frozen=True, slots=True)
class Rules:
    """Everything a judgement depends on. `digest` changes when anything that can change a judgement does."""

    flow: FlowRules
    maps: Maps
    limits: tuple[Limit, ...] = ()
    characters: CharacterRules = field(default_factory=CharacterRules)
    digest: str = ""
    earlier: tuple[FlowRules, ...] = ()  # flows of the same store and endpoint that stand before this one
    carries: frozenset[str] | None = None  # canonical texts that reach the file, alone or joined; None: all
    apart: frozenset[str] = frozenset()  # parts of addresses that have a field of their own in the file
    zone: tzinfo = UTC  # of the deployment: gives the business day of an order
    fitted: tuple[FittedLimit, ...] = field(init=False, repr=False, compare=False, default=())
    folds_ascii: bool = field(init=False, repr=False, compare=False, default=False)
    rounding_as_line: bool = field(init=False, repr=False, compare=False, default=False)
    _by_kind: dict[tuple[date | None, tuple[Condition, ...]], Rules] = field(
        init=False, repr=False, compare=False, default_factory=dict
    )
    parties_alike: bool = field(init=False, repr=False, compare=False, default=True)  # the same fields of both apart

    def __post_init__(self) -> None:
        fitted = tuple(fitted_limit(limit, self.flow, self.characters.encoding) for limit in self.limits)
        object.__setattr__(self, "fitted", fitted)
        of_limits = (limit.field for limit in self.limits if limit.field.endswith((".house_number", ".flat")))
        object.__setattr__(self, "apart", self.apart.union(of_limits))
        alike = [{f"{owner}.{name}" in self.apart for owner in PARTIES} for name in ("house_number", "flat")]
        object.__setattr__(self, "parties_alike", all(len(one) == 1 for one in alike))
        object.__setattr__(self, "folds_ascii", any(key.isascii() for key in self.characters.fold))
        object.__setattr__(self, "rounding_as_line", any(one.policy == FieldPolicy.LINE for one in fitted))

    def day_of(self, order: Order) -> date:
        """The business day on which an order was placed: the day that maps are asked for."""
        return business_day(order.created_at, self.zone)

    def for_order(self, created_at: datetime, country: str, postal_code: str, tax_exempt: bool) -> Rules:
        """The rules with the codes of one kind of orders: of its business day, and of the tax map's rows for it.

        country, postal_code: of the delivery. Made once for each day and for each set of conditions of the map.
        """
        maps = self.maps
        if not maps.depend_on_order:
            return self
        day = business_day(created_at, self.zone) if maps.is_dated else None
        met: tuple[Condition, ...] = ()
        if maps.tax.conditions:
            all_met = conditions_met(country, postal_code, tax_exempt)
            met = tuple(one for one in all_met if one in maps.tax.conditions)
        found = self._by_kind.get((day, met))
        if found is None:
            own = maps.meeting(met)
            found = self._by_kind[day, met] = replace(self, maps=own if day is None else own.on(day))
        return found

    def prepared(self, text: str) -> str:
        """The text as it goes into the file: NFC, folded, newlines by policy. Most stay as they are."""
        if text.isascii() and text.isprintable() and not self.folds_ascii:
            return text
        return prepared(text, self.characters)


def fitted_limit(limit: Limit, flow: FlowRules, encoding: str) -> FittedLimit:
    """The limit with the flow's policy; unpicked, a field of several parts is split and any other refused."""
    unpicked = FieldPolicy.SPLIT if limit.parts > 1 and FieldPolicy.SPLIT in limit.policies else FieldPolicy.REFUSE
    unpicked = FieldPolicy.LINE if FieldPolicy.LINE in limit.policies else unpicked
    owner, _, name = limit.field.rpartition(".")
    pattern = re.compile(limit.pattern) if limit.pattern else None
    is_picked = may_be_cut(limit.field) or FieldPolicy.PASS in limit.policies
    policy = flow.field_policies.get(limit.field, unpicked) if is_picked else FieldPolicy.REFUSE
    strange = re.compile(f"[^{limit.characters}]") if limit.characters else None
    return FittedLimit(limit, policy, measure(limit.unit, encoding), pattern, owner or "order", name, strange)


def may_be_cut(field: str) -> bool:
    """Whether a field is words for people, of which a part still says something."""
    return field not in NEVER_CUT and field.rpartition(".")[2] not in _NEVER_CUT_NAMES


def policy_mistakes(flow: FlowRules, limits: tuple[Limit, ...]) -> list[str]:
    """What a flow asks of fields that the profile does not allow, each in a sentence with what is allowed."""
    known = {limit.field: limit for limit in limits}
    mistakes = []
    for name, policy in flow.field_policies.items():
        limit = known.get(name)
        if limit is None:
            mistakes.append(
                f"{name} has no limit in the profile; fields with one: {', '.join(sorted(known)) or 'none'}"
            )
        elif policy not in (FieldPolicy.REFUSE, FieldPolicy.PASS) and not may_be_cut(name):
            mistakes.append(f'{name} = "{policy}": a code is never cut; only "refuse" is allowed')
        elif policy not in limit.policies:
            mistakes.append(f'{name} = "{policy}": {limit.place or "the profile"} allows {", ".join(limit.policies)}')
    return mistakes


def rules_digest(flow: FlowRules, maps: Maps, profile_digest: str, **further: str) -> str:
    """What a judgement was made against: flow rules, maps, profile, versions, and `further` words."""
    seen = hashlib.sha256()
    for part in fields(flow):
        value = getattr(flow, part.name)
        shown = [f"{key}:{value[key]!s}" for key in sorted(value)] if hasattr(value, "items") else value
        seen.update(f"{part.name}={shown!s}\n".encode())
    versions = {"contract": CONTRACT_VERSION, "judgement": JUDGEMENT_VERSION}
    for name, text in sorted({**further, **versions, "maps": maps.digest, "profile": profile_digest}.items()):
        seen.update(f"{name}={text}\n".encode())
    return seen.hexdigest()
