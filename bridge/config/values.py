"""The deployment folder as values. Parsed and checked by `bridge/config/`, used by every room above domain."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bridge.config.mistakes import DeploymentRefused
from bridge.domain.business_hours import BusinessHours
from bridge.domain.ownership import Owned
from bridge.domain.policies import FlowRules as FlowRules
from bridge.domain.policies import Further, GiftPolicy, KitPolicy, RefundedBefore, RoundedItem, ServicePolicy
from bridge.domain.policies import Mode as Mode
from bridge.domain.policies import PaymentPolicy as PaymentPolicy
from bridge.domain.selection import SelectionRule


@dataclass(frozen=True, slots=True)
class Secret:
    """A secret. Never shown: repr and str give its reference. missing: why it could not be looked up."""

    reference: str
    _value: str = field(repr=False)
    missing: DeploymentRefused | None = field(default=None, repr=False, compare=False)

    @property
    def value(self) -> str:
        """The secret itself. Raises DeploymentRefused where it could not be looked up: by whom it is needed."""
        if self.missing is not None:
            raise self.missing
        return self._value

    def __str__(self) -> str:
        return self.reference


@dataclass(frozen=True, slots=True)
class WatchSettings:
    """One `[stores.NAME.watch]`. silence_hours: None where silence is no news."""

    hours: BusinessHours
    silence_hours: int | None = None
    compare_counts: bool = True


@dataclass(frozen=True, slots=True)
class StoreSettings:
    """One `[stores.NAME]`. `options` holds the connector's own keys, secrets resolved to Secret."""

    name: str
    type: str
    options: Mapping[str, Any]
    place: str  # file:line, for messages
    watch: WatchSettings | None = None
    places: Mapping[str, str] = field(default_factory=dict)  # of its own keys, as `fees.wrapping`

    @property
    def section(self) -> str:
        """How bridge.toml calls it."""
        return f"stores.{self.name}"

    def place_of(self, key: str) -> str:
        """Where a key of the connector stands; where it does not, its section."""
        return self.places.get(key) or self.places.get(key.partition(".")[0]) or self.place


@dataclass(frozen=True, slots=True)
class TransportSettings:
    """One `[endpoints.NAME.transport]`. `options` holds the transport's own keys, secrets resolved to Secret."""

    type: str
    options: Mapping[str, Any]
    place: str  # file:line, for messages
    inbound: str  # the ERP's inbound folder: where files are placed
    outbound: str | None  # where the ERP puts its answers
    taken: str | None  # where we move answers that are read; default: OUTBOUND/taken
    register: str | None  # path of the ERP's register file
    section: str = "transport"  # how bridge.toml calls it: endpoints.NAME.transport
    places: Mapping[str, str] = field(default_factory=dict)  # of its own keys

    def place_of(self, key: str) -> str:
        """Where a key of the transport stands; where it does not, its section."""
        return self.places.get(key, self.place)


@dataclass(frozen=True, slots=True)
class EndpointSettings:
    """One `[endpoints.NAME]`."""

    name: str
    profile: str
    transport: TransportSettings
    place: str
    sequence_first: int = 1
    batch_wait_s: int = 0
    answer_within_s: int | None = None  # None: the profile's
    register_age_max_s: int | None = None  # a register older than this stops first exports
    parameters: Mapping[str, str] = field(default_factory=dict)  # what the profile asks of an installation
    limits: Mapping[str, int] = field(default_factory=dict)  # canonical field -> length of the ERP's field


@dataclass(frozen=True, slots=True)
class FlowSettings:
    """One `[flows.NAME]`: store to ERP endpoint, with its rules."""

    name: str
    store: str
    endpoint: str
    place: str
    orders_from: datetime
    mode: Mode = Mode.FULL
    every_s: int = 60
    external_id: str = "{store_order_id}"
    payment: Mapping[str, PaymentPolicy] = field(default_factory=dict)  # method code -> policy; "*" for others
    payment_wait_days: int = 14
    statuses: tuple[str, ...] = ()  # store statuses that go; empty: all
    known_statuses: tuple[str, ...] = ()  # own words of the store, beside those of its type
    selection: tuple[SelectionRule, ...] = ()  # the flow's rules, first match decides
    refunded_before: str = RefundedBefore.HOLD
    select: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # rule of mode `selected`: field -> values
    kit: str = KitPolicy.SEPARATE
    configurable: str = KitPolicy.SEPARATE
    gift: str = GiftPolicy.SEPARATE
    service: str = ServicePolicy.SEPARATE
    field_policies: Mapping[str, str] = field(default_factory=dict)  # canonical field -> refuse | split | abbreviate
    unmapped: Mapping[str, str] = field(default_factory=dict)  # map name -> hold | same
    rounded_item: str = RoundedItem.LINE
    checks_off: tuple[str, ...] = ()
    as_given: tuple[str, ...] = ()
    changes: str = Further.HOLD
    cancellations: str = Further.HOLD
    write_back: bool = True
    tries_max: int = 10
    age_max_s: int = 86_400

    def own_statuses(self) -> tuple[str, ...]:
        """The store's status words that this flow has decided about."""
        return (*self.statuses, *self.known_statuses, *(word for rule in self.selection for word in rule.status))

    def rules(self, known_statuses: tuple[str, ...] = ()) -> FlowRules:
        """What of the flow a judgement depends on, as the domain wants it. known_statuses: of its store; none: all."""
        return FlowRules(
            orders_from=self.orders_from,
            name=self.name,
            statuses=self.statuses,
            selection=self.selection,
            known_statuses=known_statuses,
            payment=self.payment,
            payment_wait_days=self.payment_wait_days,
            refunded_before=self.refunded_before,
            select=self.select,
            kit=self.kit,
            configurable=self.configurable,
            gift=self.gift,
            service=self.service,
            field_policies=self.field_policies,
            unmapped=self.unmapped,
            rounded_item=self.rounded_item,
            checks_off=self.checks_off,
            as_given=self.as_given,
        )


@dataclass(frozen=True, slots=True)
class Deployment:
    """One deployment folder."""

    folder: Path
    timezone: ZoneInfo
    ledger_url: str
    stores: Mapping[str, StoreSettings]
    endpoints: Mapping[str, EndpointSettings]
    flows: tuple[FlowSettings, ...]  # in the order of bridge.toml: the first that matches takes an order
    retired: tuple[str, ...] = ()  # endpoints with a past that are no longer used
    ownership: tuple[Owned, ...] = ()  # who owns which field, where it was agreed otherwise than the contract says

    @property
    def state_folder(self) -> Path:
        return self.folder / "state"

    @property
    def archive_folder(self) -> Path:
        return self.folder / "archive"

    @property
    def maps_folder(self) -> Path:
        return self.folder / "maps"

    @property
    def profiles_folder(self) -> Path:
        return self.folder / "profiles"

    @property
    def reports_folder(self) -> Path:
        return self.folder / "reports"
