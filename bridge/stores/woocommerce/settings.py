"""The options of a WooCommerce store: address, key, pace, and which meta keys of the shop's plugins mean what."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from bridge.config.values import Secret, StoreSettings
from bridge.stores.options import Options

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
TEST_MARKS = {"_wcpay_mode": "test", "_test_order": "yes"}


@dataclass(frozen=True, slots=True)
class MetaKeys:
    """Which meta key of an order or line means which canonical field."""

    tax_id: tuple[str, ...] = TAX_ID_KEYS
    pickup_point: tuple[str, ...] = PICKUP_KEYS
    house_number: tuple[str, ...] = HOUSE_NUMBER_KEYS  # {party}: billing or shipping
    flat: tuple[str, ...] = FLAT_KEYS
    gift: tuple[str, ...] = GIFT_KEYS
    buyer_order_number: tuple[str, ...] = BUYER_NUMBER_KEYS
    test_marks: Mapping[str, str] | None = None  # key -> value that marks an order made with test payments
    extra: Mapping[str, str] | None = None  # name in `extra` -> meta key


@dataclass(frozen=True, slots=True)
class WooCommerceSettings:
    """One WooCommerce shop."""

    name: str
    url: str  # without a trailing slash
    key: Secret
    secret: Secret
    connect_timeout_s: float
    read_timeout_s: float  # silence between two bytes
    answer_timeout_s: float  # a whole answer
    answer_bytes_max: int
    per_page: int
    overlap_s: int  # changes may become visible that late: longest transaction of the shop, replica lag
    sweep_days: int  # orders of so many days are read again, for changes that move no modification time; 0: never
    sweep_every_h: int
    erp_number_key: str  # may hold {endpoint}
    note: str  # template of the order note over {erp_number}, {external_id} and {endpoint}; empty: no note
    meta: MetaKeys

    @property
    def host(self) -> str:
        return urlsplit(self.url).netloc


def read_settings(name: str, settings: StoreSettings) -> WooCommerceSettings:
    """The checked options. Raises ConfigurationRefused naming the key, its place and what is allowed."""
    options = Options(settings)
    result = WooCommerceSettings(
        name=name,
        url=_url(options),
        key=options.secret("key"),
        secret=options.secret("secret"),
        connect_timeout_s=options.seconds("connect_timeout_s", 10, least=0.1),
        read_timeout_s=options.seconds("read_timeout_s", 30, least=0.1),
        answer_timeout_s=options.seconds("answer_timeout_s", 120, least=0.1),
        answer_bytes_max=options.whole("answer_bytes_max", 64 * 2**20, least=1024, most=2**30),
        per_page=options.whole("per_page", 100, least=1, most=100),
        overlap_s=options.whole("overlap_s", 300, least=1, most=86_400),
        sweep_days=options.whole("sweep_days", 14, least=0, most=366),
        sweep_every_h=options.whole("sweep_every_h", 24, least=1, most=8760),
        erp_number_key=_template(options, "erp_number_key", "_erp_number", ("endpoint",)),
        note=_template(
            options, "note", "ERP number {erp_number} ({endpoint})", ("endpoint", "erp_number", "external_id")
        ),
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
        test_marks=options.table("test_marks", TEST_MARKS),
        extra=options.table("extra", {}),
    )


def _url(options: Options) -> str:
    """https, or http to this machine only: the key travels in every request."""
    url = options.text("url").rstrip("/")
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.query or parts.fragment:
        raise options.refused(
            "url", "is not a web address", "Write https://HOST, with the shop's folder if it has one."
        )
    if parts.scheme == "http" and not _is_loopback(parts.hostname):
        raise options.refused("url", "would send the key unprotected", "Use https; http is allowed to 127.0.0.1 only.")
    return url


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False  # a name: where it leads is not ours to believe


def _template(options: Options, key: str, default: str, words: tuple[str, ...]) -> str:
    text = options.text(key, default, may_be_empty=key == "note")  # an empty note: none is written
    try:
        text.format(**dict.fromkeys(words, ""))
    except (KeyError, IndexError, ValueError) as error:
        allowed = ", ".join(f"{{{word}}}" for word in words)
        raise options.refused(key, "holds an unknown word in braces", f"Allowed are: {allowed}.") from error
    return text
