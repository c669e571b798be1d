"""The options of a WooCommerce store: address, key, pace, and which meta keys of the shop's plugins mean what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from bridge.config.options import Options
from bridge.config.values import Secret, StoreSettings
from bridge.stores.http_settings import HttpSettings, PollSettings, read_http_settings, read_poll_settings

# Known plugins' keys (facts: VAT number plugins, InPost, Packeta, Germanized). The first that is filled wins.
TAX_ID_KEYS = (
    "_billing_vat", "billing_vat", "_billing_vat_number", "vat_number", "_vat_number", "_billing_eu_vat_number",
    "billing_nip", "_billing_nip", "_billing_nif", "_billing_vat_id", "billing_tax_id", "_wc_billing/vat/number",
)  # fmt: skip
PICKUP_KEYS = (
    "_paczkomat_id", "paczkomat_key", "_easypack_parcel_machine_id", "packetery_point_id", "_pickup_point_id",
)  # fmt: skip
HOUSE_NUMBER_KEYS = ("_{party}_house_number", "{party}_house_number", "_{party}_address_3", "{party}_address_3")
FLAT_KEYS = ("_{party}_flat", "{party}_flat_number", "_{party}_flat_number")
GIFT_KEYS = ("_free_gift", "free_gift", "_wc_free_gift", "_is_free_gift", "_fgf_gift_product", "_ywgift_product")
BUYER_NUMBER_KEYS = ("_billing_po_number", "billing_po_number", "_po_number", "po_number")
# Dokan, WC Marketplace, MultiVendorX.
SPLIT_PARENT_KEYS = ("has_sub_order", "has_wcmp_sub_order", "has_mvx_sub_order")
# What a plugin took off the total as paid: YITH's cards as an amount in the order, TeraWallet as a fee, StoreApps and
# Advanced Coupons as a coupon of their own type.
GIFT_CARD_KEYS = ("_ywgc_applied_gift_cards_totals",)
CREDIT_FEES = ("_via_wallet_partial_payment", "Via wallet")
CREDIT_COUPONS = ("smart_coupon", "store_credit")
TEST_MARKS = {"_wcpay_mode": "test", "_test_order": "yes"}


class SplitOrders(StrEnum):
    """What counts of a sale that a marketplace splits among its sellers."""

    PARENT = "parent"
    PARTS = "parts"
    NONE = "none"  # nothing is ever split here: each order is a sale of its own


@dataclass(frozen=True, slots=True)
class MetaKeys:
    """Which meta key of an order or line means which canonical field, and what else the shop's plugins mean."""

    tax_id: tuple[str, ...] = TAX_ID_KEYS
    pickup_point: tuple[str, ...] = PICKUP_KEYS
    house_number: tuple[str, ...] = HOUSE_NUMBER_KEYS  # {party}: billing or shipping
    flat: tuple[str, ...] = FLAT_KEYS
    gift: tuple[str, ...] = GIFT_KEYS
    buyer_order_number: tuple[str, ...] = BUYER_NUMBER_KEYS
    split_orders: SplitOrders = SplitOrders.PARENT
    split_parent: tuple[str, ...] = SPLIT_PARENT_KEYS  # marks the whole
    gift_cards: tuple[str, ...] = GIFT_CARD_KEYS  # of the order: its value is an amount paid by card
    credit_fees: tuple[str, ...] = CREDIT_FEES  # negative fees that are payments: by name, or a meta value of theirs
    credit_coupons: tuple[str, ...] = CREDIT_COUPONS  # coupons that are payments: by code or type, with `*`
    test_marks: Mapping[str, str] | None = None  # key -> value that marks an order made with test payments
    extra: Mapping[str, str] | None = None  # name in `extra` -> meta key


@dataclass(frozen=True, slots=True)
class WooCommerceSettings:
    """One WooCommerce shop."""

    http: HttpSettings
    poll: PollSettings
    key: Secret
    secret: Secret
    key_in_query: bool  # for hosts that take the Authorization header away; the key then stands in their logs
    erp_number_key: str  # may hold {endpoint}
    status_after: Mapping[str, str]  # status of an order -> the one that it gets together with its ERP number
    note: str  # template of the order note over {erp_number}, {external_id} and {endpoint}; empty: no note
    meta: MetaKeys

    @property
    def writes(self) -> tuple[str, ...]:
        """The fields of an order that a write-back changes."""
        return ("erp_number", *(("note",) if self.note else ()), *(("status",) if self.status_after else ()))


def read_settings(name: str, settings: StoreSettings) -> WooCommerceSettings:
    """The checked options. Raises ConfigurationRefused naming the key, its place and what is allowed."""
    options = Options(settings)
    note = "ERP number {erp_number} ({endpoint})"
    result = WooCommerceSettings(
        http=read_http_settings(name, options),
        poll=read_poll_settings(options, per_page=100, per_page_max=100),
        key=options.secret("key"),
        secret=options.secret("secret"),
        key_in_query=options.flag("key_in_query", False),
        erp_number_key=options.template("erp_number_key", "_erp_number", ("endpoint",)),
        status_after=options.table("status_after", {}),
        note=options.template("note", note, ("endpoint", "erp_number", "external_id"), may_be_empty=True),
        meta=_meta(options),
    )
    options.finish()
    return result


def _meta(options: Options) -> MetaKeys:
    return MetaKeys(
        tax_id=options.texts("tax_id_keys", TAX_ID_KEYS),
        pickup_point=options.texts("pickup_point_keys", PICKUP_KEYS),
        house_number=options.texts("house_number_keys", HOUSE_NUMBER_KEYS),
        flat=options.texts("flat_keys", FLAT_KEYS),
        gift=options.texts("gift_keys", GIFT_KEYS),
        buyer_order_number=options.texts("buyer_order_number_keys", BUYER_NUMBER_KEYS),
        split_orders=SplitOrders(options.one_of("split_orders", "parent", ("parent", "parts", "none"))),
        split_parent=options.texts("split_parent_keys", SPLIT_PARENT_KEYS),
        gift_cards=options.texts("gift_card_keys", GIFT_CARD_KEYS),
        credit_fees=options.texts("store_credit_fees", CREDIT_FEES),
        credit_coupons=options.texts("store_credit_coupons", CREDIT_COUPONS),
        test_marks=options.table("test_marks", TEST_MARKS),
        extra=options.table("extra", {}),
    )
