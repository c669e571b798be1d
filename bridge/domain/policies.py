"""What a flow decides about its orders, as pure values: which go, whose money must be there, how kits and gifts travel.

`config/` reads them from `[flows.NAME]` of bridge.toml; `judgement.py` obeys them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bridge.domain.selection import SelectionRule


class Mode(StrEnum):
    """How far a flow is rolled out."""

    TEST = "test"  # renders previews, sends nothing
    SELECTED = "selected"  # sends only released orders
    FULL = "full"


class PaymentPolicy(StrEnum):
    """What has to be true of the money before an order may go."""

    PREPAID = "prepaid"  # must be paid
    AUTHORIZED = "authorized"  # goes when it is paid, or promised by the provider
    CASH_ON_DELIVERY = "cash_on_delivery"  # goes unpaid
    BANK_TRANSFER = "bank_transfer"  # waits until paid, and is told when that takes long
    ON_ACCOUNT = "on_account"  # goes unpaid
    SKIP = "skip"  # never goes


class RefundedBefore(StrEnum):
    """What becomes of an order of which a part was refunded before it was exported."""

    HOLD = "hold"  # a person decides
    REDUCE = "reduce"  # it goes without what was given back
    FULL = "full"  # it goes at its whole value; the ERP gets the refund another way


class KitPolicy(StrEnum):
    """How a kit and its components, or a configurable and its variants, travel. The sums stay exact under each."""

    SEPARATE = "separate"  # kit line and component lines as the store has them
    BUNDLE = "bundle"  # one line: the kit, worth itself and its components
    COMPONENTS = "components"  # the components alone, worth themselves and their share of the kit
    SERVICE = "service"  # one line as in `bundle`, which is a service: no stock moves
    COMMENT = "comment"  # the components as in `components`, below the kit as a comment


class GiftPolicy(StrEnum):
    """How a gift that costs nothing travels. A gift with a price always travels as it is."""

    SEPARATE = "separate"  # a line of its own
    SERVICE = "service"  # a service line
    COMMENT = "comment"  # a comment line: no article in the ERP


class ServicePolicy(StrEnum):
    """How a service travels."""

    SEPARATE = "separate"  # a line of its own, with an article
    FEE = "fee"  # a charge: its article is one that the map may name, as for any fee
    COMMENT = "comment"  # a comment line if it costs nothing; else a line of its own


class FieldPolicy(StrEnum):
    """What becomes of a text that is longer than the ERP's field, or that the file has no place for."""

    REFUSE = "refuse"  # the order waits for a person
    SPLIT = "split"  # into the profile's n parts, between words
    ABBREVIATE = "abbreviate"  # cut to the length, with a note
    PASS = "pass"  # of a field that the file has no place for: the order goes without it
    LINE = "line"  # of the rounding alone, for ERPs that have no field for it: a line of its own


class Unmapped(StrEnum):
    """What becomes of a code that its map does not hold."""

    HOLD = "hold"  # the order waits, the code is named
    SAME = "same"  # the ERP uses the store's own code


class Further(StrEnum):
    """What becomes of a change or cancellation of an order that the ERP has."""

    HOLD = "hold"  # a person makes it in the ERP
    SEND = "send"  # a file of its own


class PartyForm(StrEnum):
    """What of a party is written in its usual form where that is certain."""

    HOUSE_NUMBER = "house_number"
    POSTAL_CODE = "postal_code"
    PHONE = "phone"


class RoundedItem(StrEnum):
    """What the store rounds, which bounds by how much sums and taxes may differ."""

    LINE = "line"
    PIECE = "piece"


EVERY_OTHER_METHOD = "*"
NO_PAYMENT_POLICIES: Mapping[str, PaymentPolicy] = {EVERY_OTHER_METHOD: PaymentPolicy.PREPAID}


@dataclass(frozen=True, slots=True)
class FlowRules:
    """The rules of one flow. Defaults are what a careful operator would choose."""

    orders_from: datetime
    name: str = ""
    statuses: tuple[str, ...] = ()  # store statuses that go; empty: all
    selection: tuple[SelectionRule, ...] = ()  # the first that matches decides
    known_statuses: tuple[str, ...] = ()  # store statuses that somebody has decided about; empty: all
    payment: Mapping[str, PaymentPolicy] = field(default_factory=dict)  # method -> policy; empty: all prepaid
    payment_wait_days: int = 14  # how long an order waits for money that is on its way
    refunded_before: str = RefundedBefore.HOLD
    select: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # canonical field -> values, mode `selected`
    kit: str = KitPolicy.SEPARATE
    configurable: str = KitPolicy.SEPARATE
    gift: str = GiftPolicy.SEPARATE
    service: str = ServicePolicy.SEPARATE
    field_policies: Mapping[str, str] = field(default_factory=dict)  # canonical field -> FieldPolicy
    unmapped: Mapping[str, str] = field(default_factory=dict)  # map name -> Unmapped
    rounded_item: str = RoundedItem.LINE
    checks_off: tuple[str, ...] = ()  # codes of checks that advise and can be switched off
    as_given: tuple[str, ...] = ()  # PartyForm that go as the store has them

    def payment_policy(self, method: str) -> PaymentPolicy | None:
        """The policy of one payment method; None where the flow names neither it nor `*`."""
        policies = self.payment or NO_PAYMENT_POLICIES
        return policies.get(method) or policies.get(EVERY_OTHER_METHOD)

    def passes_unmapped(self, name: str) -> bool:
        """Whether codes that the named map does not hold go to the ERP as they are."""
        return self.unmapped.get(name) == Unmapped.SAME
