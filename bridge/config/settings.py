"""Every setting of bridge.toml: kind, default, what it is for. The parser and docs/settings.md both read this."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bridge.config.kinds import (
    DAY_S,
    EXTERNAL_ID,
    FLAG,
    INSTANT,
    SELECTION,
    TEXT,
    TEXTS,
    ZONE,
    Kind,
    choice,
    seconds,
    subset,
    table_of,
    whole,
)
from bridge.config.rule_kinds import (
    ALL_WEEK,
    AMOUNT,
    BUSINESS_HOURS,
    COUNTRY_CODES,
    CURRENCY,
    DAYS,
    LINE,
    RULE_NAME,
    SPAN,
    some,
)
from bridge.domain.checks import ADVISORY
from bridge.domain.contract import PaymentState
from bridge.domain.maps import MAP_NAMES
from bridge.domain.ownership import Direction
from bridge.domain.policies import (
    FieldPolicy,
    Further,
    GiftPolicy,
    KitPolicy,
    Mode,
    PartyForm,
    PaymentPolicy,
    RefundedBefore,
    RoundedItem,
    ServicePolicy,
    Unmapped,
)
from bridge.domain.selection import Action, CustomerKind

REQUIRED = object()


@dataclass(frozen=True, slots=True)
class Setting:
    """One key. default: REQUIRED, or the parsed value that stands for its absence."""

    key: str
    kind: Kind
    words: str
    default: Any = REQUIRED

    @property
    def required(self) -> bool:
        """Whether bridge.toml must have it."""
        return self.default is REQUIRED


@dataclass(frozen=True, slots=True)
class Section:
    """One table of bridge.toml. free: further keys belong to the connector or transport, which checks them itself."""

    heading: str
    words: str
    settings: tuple[Setting, ...]
    tables: tuple[str, ...] = ()  # tables inside that are sections of their own
    free: bool = False


DEPLOYMENT = Section(
    "(top of the file)",
    "What holds for the whole deployment.",
    (
        Setting("timezone", ZONE, "Gives the business day, which names folders, reports and file dates."),
        Setting(
            "ledger",
            TEXT,
            "Where the ledger is: a SQLite file in the folder, or `env:NAME` with the address of a Postgres database.",
            None,
        ),
        Setting(
            "retired", TEXTS, "Endpoints that were sent files and are no longer used; a new one may then begin.", ()
        ),
    ),
    tables=("stores", "endpoints", "flows", "ownership"),
)

STORE = Section(
    "[stores.NAME]",
    "Where orders come from. The other keys belong to the store's type.",
    (Setting("type", TEXT, "The connector, as [stores.md](stores.md) names it, or one that another package brings."),),
    tables=("watch",),
    free=True,
)

WATCH = Section(
    "[stores.NAME.watch]",
    "When too little comes from the store. Without the section only the counts are compared.",
    (
        Setting("silence_hours", whole(1, 1000), "No new order for so many business hours is an exception.", None),
        Setting("business_hours", BUSINESS_HOURS, "The hours that count, in the zone above.", ALL_WEEK.open_times),
        Setting("holidays", DAYS, "Days without business hours.", frozenset()),
        Setting(
            "compare_counts",
            FLAG,
            "Whether the store is asked once a day how many orders it had yesterday, where it can tell.",
            True,
        ),
    ),
)

ENDPOINT = Section(
    "[endpoints.NAME]",
    "One ERP company or database that reads files.",
    (
        Setting("profile", TEXT, "The ERP's file contract: a folder under profiles/, or one that is built in."),
        Setting("sequence_first", whole(1, 10**12), "The number of the first file.", 1),
        Setting("batch_wait_s", seconds(0, DAY_S), "How long the oldest ready order waits for a full file.", 0),
        Setting(
            "answer_within_s", seconds(1, 30 * DAY_S), "A placed file without an answer is an exception then.", None
        ),
        Setting(
            "register_age_max_s",
            seconds(1, 30 * DAY_S),
            "A register that the ERP wrote longer ago stops first exports.",
            None,
        ),
        Setting("parameters", table_of(TEXT), "What the profile's `[parameters]` ask for: ids, codes, its form.", {}),
        Setting("limits", table_of(whole(1, 100_000)), "Lengths of the ERP's fields that the profile leaves open.", {}),
    ),
    tables=("transport",),
)

TRANSPORT = Section(
    "[endpoints.NAME.transport]",
    "How the ERP's folders are reached. The other keys belong to the transport's type.",
    (
        Setting("type", TEXT, "The transport: sftp, local, or one that another package brings."),
        Setting("inbound", TEXT, "The ERP's inbound folder: where files are placed."),
        Setting("outbound", TEXT, "The folder of the ERP's answers. Without it nothing is collected.", None),
        Setting("taken", TEXT, "Where answers go that were read; without it: `taken` below outbound.", None),
        Setting("register", TEXT, "The file in which the ERP lists the orders that it already has.", None),
    ),
    free=True,
)

FLOW = Section(
    "[flows.NAME]",
    "Store to ERP endpoint, with its rules. Of two flows that match an order, the first in the file takes it.",
    (
        Setting("store", TEXT, "Name of the store."),
        Setting("endpoint", TEXT, "Name of the endpoint."),
        Setting(
            "orders_from", INSTANT, "Older orders are skipped (rule `before-start`). A day begins at local midnight."
        ),
        Setting("mode", choice(Mode), "test: previews only. selected: released orders. full: all.", Mode.FULL),
        Setting("every_s", seconds(1, DAY_S), "How often the store is asked.", 60),
        Setting("external_id", EXTERNAL_ID, "What the ERP knows an order by; made once and kept.", "{store_order_id}"),
        Setting("statuses", TEXTS, "Only orders with one of these store statuses go; empty: all.", ()),
        Setting("known_statuses", TEXTS, "Own status words of the store, beside those that its type always has.", ()),
        Setting(
            "payment",
            table_of(choice(PaymentPolicy)),
            'Policy of each payment method; `"*"` is every other. Without the table all are prepaid.',
            {},
        ),
        Setting(
            "payment_wait_days",
            whole(1, 366),
            "So long an order waits for a transfer, the rest of a part payment, or the capture of an authorization.",
            14,
        ),
        Setting(
            "refunded_before",
            choice(RefundedBefore),
            "An order of which a part was refunded before its export: hold asks a person, reduce takes the refund off, "
            "full sends the whole.",
            RefundedBefore.HOLD,
        ),
        Setting("select", SELECTION, "Mode `selected`: orders that have one of the values in each field go.", {}),
        Setting("kit", choice(KitPolicy), "How a kit and its components travel.", KitPolicy.SEPARATE),
        Setting(
            "configurable",
            choice(KitPolicy),
            "How a configurable product and its variants travel, in the words of `kit`.",
            KitPolicy.SEPARATE,
        ),
        Setting("gift", choice(GiftPolicy), "How a gift without a price travels.", GiftPolicy.SEPARATE),
        Setting("service", choice(ServicePolicy), "How a service travels.", ServicePolicy.SEPARATE),
        Setting("fields", table_of(choice(FieldPolicy)), "What becomes of a text that the ERP cannot hold.", {}),
        Setting(
            "unmapped",
            table_of(choice(Unmapped), MAP_NAMES),
            "What becomes of a code that its map lacks: the order waits, or the ERP uses the store's code.",
            {},
        ),
        Setting("rounded_item", choice(RoundedItem), "What the store rounds; bounds the tolerance.", RoundedItem.LINE),
        Setting("checks_off", subset(ADVISORY), "Checks that this flow does not make.", ()),
        Setting("as_given", subset(frozenset(PartyForm)), "What of addresses goes as the store has it.", ()),
        Setting(
            "changes",
            choice(Further),
            "An order changed after the ERP has it: hold asks a person, send writes a change file of the profile.",
            Further.HOLD,
        ),
        Setting(
            "cancellations",
            choice(Further),
            "An order cancelled after the ERP has it: hold asks a person, send writes a cancel file of the profile.",
            Further.HOLD,
        ),
        Setting("write_back", FLAG, "Whether the ERP's number is stored in the store's order.", True),
        Setting("tries_max", whole(1, 1000), "After so many tries temporary trouble needs a person.", 10),
        Setting("age_max_s", seconds(60, 30 * DAY_S), "After so long temporary trouble needs a person.", DAY_S),
    ),
    tables=("rules",),
)

RULE = Section(
    "[[flows.NAME.rules]]",
    "A rule for orders, see [which-orders.md](which-orders.md). The first rule that matches decides; an order matches "
    "when all conditions hold.",
    (
        Setting("name", RULE_NAME, "Shown wherever the rule decides."),
        Setting("action", choice(Action), "take, skip, wait for the store to change it, or hold for a person."),
        Setting("reason", LINE, "Why, for those who read it.", ""),
        Setting("wait_max", SPAN, "With `wait`: so long after it was placed the order is an exception.", None),
        Setting("status", some(TEXTS), "Store status, one of.", ()),
        Setting("payment_status", some(subset(frozenset(PaymentState))), "Where the money stands, one of.", ()),
        Setting("payment_method", some(TEXTS), "Store code of the payment method, one of.", ()),
        Setting("fulfilment_status", some(TEXTS), "Store word on fulfilment, one of.", ()),
        Setting("country", COUNTRY_CODES, "Where it is delivered, without an address who pays, one of.", ()),
        Setting("channel", some(TEXTS), "Where it was sold, one of.", ()),
        Setting("tag", some(TEXTS), "The order has one of these labels.", ()),
        Setting("customer", some(subset(frozenset(CustomerKind))), "Has the buyer a company or tax id, or not.", ()),
        Setting("amount_min", AMOUNT, "Gross at least, in `currency`.", None),
        Setting("amount_max", AMOUNT, "Gross at most, in `currency`.", None),
        Setting("currency", CURRENCY, "Currency of the order.", ""),
    ),
)

OWNED = Section(
    '[ownership."FIELD"]',
    "What was agreed for a field of the contract, or for a whole part of it (`delivery`): `bridge contract` shows it.",
    (
        Setting("owner", TEXT, "Who has the last word: store, ERP or another. What the store owns is not written."),
        Setting("direction", choice(Direction), "Which way it travels; without it as the contract says.", ""),
        Setting("frequency", TEXT, "How often; without it as the contract says.", ""),
        Setting("on_error", TEXT, "What happens on an error; without it as the contract says.", ""),
    ),
)

SECTIONS = (DEPLOYMENT, STORE, WATCH, ENDPOINT, TRANSPORT, FLOW, RULE, OWNED)
