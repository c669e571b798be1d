"""The options of a PrestaShop store: address, key, pace, zone, and which fields of the shop mean what."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from bridge.config.options import Options
from bridge.config.values import Secret, StoreSettings
from bridge.stores.http_settings import HttpSettings, PollSettings, read_http_settings, read_poll_settings
from bridge.stores.prestashop.zone import zone_named

PARTS = ("order", "customer", "billing", "delivery")  # what a key of a field may begin with
TAX_ID_KEYS = ("billing.vat_number", "billing.dni")
MESSAGE = "ERP number {erp_number} ({endpoint})"
MESSAGES, THREAD = "messages", "customer_thread"
NO_STATUS_AFTER = (
    "cannot be used: a change of state mails the buyer, moves stock, and could be made twice, as the shop cannot be "
    "asked whether ours was made"
)
MESSAGE_WORDS = ("erp_number", "external_id", "endpoint")


@dataclass(frozen=True, slots=True)
class FieldKeys:
    """Which field of order, customer or address means which canonical field. The first that is filled wins."""

    tax_id: tuple[str, ...] = TAX_ID_KEYS
    pickup_point: tuple[str, ...] = ()
    pickup_point_pattern: str = ""  # what of that text is the point's id; empty: all of it
    house_number: tuple[str, ...] = ()  # names of fields of an address
    flat: tuple[str, ...] = ()
    buyer_order_number: tuple[str, ...] = ()
    test_marks: Mapping[str, str] | None = None  # key -> value that marks an order made for a test
    extra: Mapping[str, str] | None = None  # name in `extra` -> key
    gift_card_codes: tuple[str, ...] = ()  # cart rules that are money paid in before: how their code or name begins
    states: Mapping[str, str] | None = None  # id of an order state of your own -> its word


@dataclass(frozen=True, slots=True)
class PrestaShopSettings:
    """One PrestaShop."""

    http: HttpSettings
    poll: PollSettings
    key: Secret
    key_in_query: bool  # for hosts that take the Authorization header away; the key then stands in their logs
    shop_id: str  # of one shop in an installation of several, or "all"; empty: the shop behind the address
    timezone: ZoneInfo | None  # None: as the shop says
    message: str  # template of the message that carries the number
    message_in: str  # MESSAGES or THREAD
    fields: FieldKeys

    @property
    def name(self) -> str:
        return self.http.name


def read_settings(name: str, settings: StoreSettings) -> PrestaShopSettings:
    """The checked options. Raises ConfigurationRefused naming the key, its place and what is allowed."""
    options = Options(settings)
    http = read_http_settings(name, options)
    if http.url.endswith("/api"):
        options.wrong("url", "leads into the web service", "Leave /api out: the shop's own address is meant.")
    result = PrestaShopSettings(
        http=http,
        poll=read_poll_settings(options, per_page=100, per_page_max=250),
        key=options.secret("key"),
        key_in_query=options.flag("key_in_query", False),
        shop_id=_shop_id(options),
        timezone=_timezone(options),
        message=_message(options),
        message_in=options.one_of("message_in", MESSAGES, (MESSAGES, THREAD)),
        fields=_fields(options),
    )
    if "status_after" in settings.options and options.given("status_after"):  # so it is in no list of what is allowed
        options.wrong("status_after", NO_STATUS_AFTER, "Take it out; let the shop change states by rules of its own.")
    options.finish()
    return result


def _fields(options: Options) -> FieldKeys:
    return FieldKeys(
        tax_id=_keys(options, "tax_id_keys", TAX_ID_KEYS),
        pickup_point=_keys(options, "pickup_point_keys", ()),
        pickup_point_pattern=_pattern(options),
        house_number=options.texts("house_number_keys", ()),
        flat=options.texts("flat_keys", ()),
        buyer_order_number=_keys(options, "buyer_order_number_keys", ()),
        test_marks=_table(options, "test_marks", of_keys=True),
        extra=_table(options, "extra", of_keys=False),
        gift_card_codes=options.texts("gift_card_codes", ()),
        states=options.table("states", {}),
    )


def _keys(options: Options, name: str, default: tuple[str, ...]) -> tuple[str, ...]:
    keys = options.texts(name, default)
    for key in keys:
        _known(options, name, key)
    return keys


def _table(options: Options, name: str, of_keys: bool) -> dict[str, str]:
    table = options.table(name, {})
    for key in table if of_keys else table.values():
        _known(options, name, key)
    return table


def _known(options: Options, name: str, key: str) -> None:
    part, _, field = key.partition(".")
    if part not in PARTS or not field:
        allowed = ", ".join(f"{one}.FIELD" for one in PARTS)
        options.wrong(name, f"names '{key}', which is no field", f"Allowed are: {allowed}.")


def _pattern(options: Options) -> str:
    text = options.text("pickup_point_pattern", "", may_be_empty=True)
    try:
        re.compile(text)
    except re.error:
        options.wrong("pickup_point_pattern", "is no regular expression", "Correct it.")
    return text


def _shop_id(options: Options) -> str:
    text = options.text("shop_id", "", may_be_empty=True)
    if text and text != "all" and not (text.isascii() and text.isdigit()):
        options.wrong("shop_id", "is no id of a shop", 'Write the shop\'s number, "all", or leave it out.')
    return text


def _timezone(options: Options) -> ZoneInfo | None:
    text = options.text("timezone", "", may_be_empty=True)
    if not text:
        return None
    zone = zone_named(text)
    if zone is None:
        options.wrong("timezone", "is unknown", 'Write a name such as "Europe/Warsaw".')
    return zone


def _message(options: Options) -> str:
    text = options.text("message", MESSAGE)
    try:
        text.format(**dict.fromkeys(MESSAGE_WORDS, ""))
    except (KeyError, IndexError, ValueError):
        allowed = ", ".join(f"{{{word}}}" for word in MESSAGE_WORDS)
        options.wrong("message", "holds an unknown word in braces", f"Allowed are: {allowed}.")
    return text
