"""The options of a Vendure store: address, login, pace, and which custom fields of the shop mean what."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bridge.config.options import Options
from bridge.config.values import Secret, StoreSettings
from bridge.stores.http_settings import HttpSettings, PollSettings, read_http_settings, read_poll_settings

# Vendure has no such fields of its own; shops add custom fields. The first that is filled wins.
TAX_ID_FIELDS = ("vatId", "vatNumber", "vat", "taxId", "taxNumber", "nip", "tin", "vatIdentificationNumber")
PICKUP_FIELDS = ("pickupPointId", "pickupPoint", "parcelLockerId", "lockerId", "paczkomat", "servicePointId")
HOUSE_NUMBER_FIELDS = ("houseNumber", "streetNumber", "buildingNumber")
FLAT_FIELDS = ("flat", "flatNumber", "apartment", "unitNumber")
GIFT_FIELDS = ("gift", "isGift", "freeGift")
BUYER_NUMBER_FIELDS = ("poNumber", "purchaseOrderNumber", "buyerOrderNumber")
NOTE_FIELDS = ("customerNote", "note", "orderNote", "comment", "instructions")
TAG_FIELDS = ("labels", "tags")
EXEMPT_FIELDS = ("reverseCharge", "vatExempt", "taxExempt")
TEST_MARKS = {"isTest": "true", "test": "true", "testOrder": "true"}
GIFT_CARD_METHODS = ("gift-card", "gift-card-payment", "gift_card", "giftcard", "gift-voucher", "voucher")
STORE_CREDIT_METHODS = ("store-credit", "store-credits", "store_credit", "customer-balance")

# Much is seen by the sweep alone (see `describe`), so it comes more often than with other shops.
SWEEP_DAYS, SWEEP_EVERY_H = 30, 6
LIST_MAX = 500  # a page of ours; the shop allows 1000 in one list unless it is set to less
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True, slots=True)
class FieldNames:
    """Which custom field means which canonical field, and which codes are what."""

    tax_id: tuple[str, ...] = TAX_ID_FIELDS  # of the order, its billing address, its customer
    pickup_point: tuple[str, ...] = PICKUP_FIELDS  # of the order, a shipping line, its delivery address
    house_number: tuple[str, ...] = HOUSE_NUMBER_FIELDS  # of an address
    flat: tuple[str, ...] = FLAT_FIELDS
    gift: tuple[str, ...] = GIFT_FIELDS  # of a line
    buyer_order_number: tuple[str, ...] = BUYER_NUMBER_FIELDS  # of the order, as all below
    customer_note: tuple[str, ...] = NOTE_FIELDS
    tags: tuple[str, ...] = TAG_FIELDS
    tax_exempt: tuple[str, ...] = EXEMPT_FIELDS
    test_marks: Mapping[str, str] | None = None
    extra: Mapping[str, str] | None = None  # name in `extra` -> custom field of the order
    gift_card_methods: tuple[str, ...] = GIFT_CARD_METHODS  # codes of payment methods
    store_credit_methods: tuple[str, ...] = STORE_CREDIT_METHODS
    gift_card_skus: tuple[str, ...] = ()  # SKUs whose sale is the sale of a gift card
    tip_skus: tuple[str, ...] = ("tip",)  # SKUs of surcharges, blind to case
    duty_skus: tuple[str, ...] = ("duty",)
    takes_sellers: bool = False  # of a marketplace's order: the sellers' parts, not the whole


@dataclass(frozen=True, slots=True)
class VendureSettings:
    """One Vendure shop. Either `api_key`, or `user` and `password`."""

    http: HttpSettings
    poll: PollSettings
    user: str
    password: Secret | None
    api_key: Secret | None
    channel_token: str  # empty: the default channel, which sees all orders
    channel_token_header: str
    auth_token_header: str
    api_key_header: str
    erp_number_field: str  # may hold {endpoint}
    fields: FieldNames

    def erp_field(self, endpoint: str) -> str:
        """The custom field of one endpoint; what no GraphQL name can hold becomes `_`."""
        return self.erp_number_field.format(endpoint=re.sub(r"\W", "_", endpoint, flags=re.ASCII))


def read_settings(name: str, settings: StoreSettings) -> VendureSettings:
    """The checked options. Raises ConfigurationRefused naming the key, its place and what is allowed."""
    options = Options(settings)
    http = read_http_settings(name, options)
    api_key, user, password = _login(options)
    result = VendureSettings(
        http=http,
        poll=read_poll_settings(options, 100, LIST_MAX, SWEEP_DAYS, SWEEP_EVERY_H),
        user=user,
        password=password,
        api_key=api_key,
        channel_token=options.text("channel_token", "", may_be_empty=True),
        channel_token_header=options.text("channel_token_header", "vendure-token"),
        auth_token_header=options.text("auth_token_header", "vendure-auth-token"),
        api_key_header=options.text("api_key_header", "vendure-api-key"),
        erp_number_field=_field_name(options),
        fields=_fields(options),
    )
    options.finish()
    return result


def _login(options: Options) -> tuple[Secret | None, str, Secret | None]:
    """An API key, or an administrator's user and password."""
    if options.given("api_key"):
        if options.given("user", "password"):
            options.wrong("api_key", "stands beside user and password", "Keep one of the two ways to log in.")
        return options.secret("api_key"), "", None
    return None, options.text("user"), options.secret("password")


def _field_name(options: Options) -> str:
    name = options.template("erp_number_field", "erpNumber", ("endpoint",))
    if not _NAME.fullmatch(name.format(endpoint="x")):
        options.wrong("erp_number_field", "is no name of a custom field", "Use letters, digits and _ only.")
    return name


def _fields(options: Options) -> FieldNames:
    return FieldNames(
        tax_id=options.texts("tax_id_fields", TAX_ID_FIELDS),
        pickup_point=options.texts("pickup_point_fields", PICKUP_FIELDS),
        house_number=options.texts("house_number_fields", HOUSE_NUMBER_FIELDS),
        flat=options.texts("flat_fields", FLAT_FIELDS),
        gift=options.texts("gift_fields", GIFT_FIELDS),
        buyer_order_number=options.texts("buyer_order_number_fields", BUYER_NUMBER_FIELDS),
        customer_note=options.texts("customer_note_fields", NOTE_FIELDS),
        tags=options.texts("tag_fields", TAG_FIELDS),
        tax_exempt=options.texts("tax_exempt_fields", EXEMPT_FIELDS),
        test_marks=options.table("test_marks", TEST_MARKS),
        extra=options.table("extra", {}),
        gift_card_methods=options.texts("gift_card_methods", GIFT_CARD_METHODS),
        store_credit_methods=options.texts("store_credit_methods", STORE_CREDIT_METHODS),
        gift_card_skus=options.texts("gift_card_skus", ()),
        tip_skus=options.texts("tip_skus", ("tip",)),
        duty_skus=options.texts("duty_skus", ("duty",)),
        takes_sellers=options.one_of("marketplace_orders", "whole", ("whole", "sellers")) == "sellers",
    )
