"""The options of a Magento store: address, keys, pace, which money, and where the shop's modules put what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bridge.config.options import Options
from bridge.config.values import Secret, StoreSettings
from bridge.stores.http_settings import HttpSettings, PollSettings, read_http_settings, read_poll_settings
from bridge.stores.magento.charges import FeePath
from bridge.stores.magento.mapping import Fields
from bridge.stores.magento.money import Money
from bridge.stores.magento.parties import STREET_ROLES, PartyFields
from bridge.stores.magento.statuses import STATES_OF, may_stand_in

SIGNING_KEYS = ("consumer_key", "consumer_secret", "access_token_secret")
PER_PAGE_MAX = 300  # what shops allow that limit their pages
# Paths of the core and of known modules. The first that is filled wins.
TAX_ID_FIELDS = (
    "billing_address.vat_id", "customer_taxvat", "billing_address.extension_attributes.vat_id",
    "billing_address.extension_attributes.nip", "extension_attributes.nip", "extension_attributes.vat_id",
)  # fmt: skip
PICKUP_FIELDS = (
    "extension_attributes.pickup_location_code", "extension_attributes.inpost_locker_id",
    "extension_attributes.packetery_point_id", "extension_attributes.pickup_point_id",
)  # fmt: skip
HOUSE_NUMBER_FIELDS = ("extension_attributes.house_number", "custom_attributes.house_number")
FLAT_FIELDS = ("extension_attributes.flat_number", "custom_attributes.flat_number")
BUYER_NUMBER_FIELDS = ("payment.po_number",)
GIFT_FIELDS = ("extension_attributes.ampromo_rule_id", "extension_attributes.is_free_gift")
COMMENT = "ERP number {erp_number} ({endpoint})"
COMMENT_WORDS = ("endpoint", "erp_number", "external_id")


@dataclass(frozen=True, slots=True)
class SigningKeys:
    """What signs a request with OAuth 1.0a, beside the access token."""

    consumer_key: Secret
    consumer_secret: Secret
    access_token_secret: Secret


@dataclass(frozen=True, slots=True)
class MagentoSettings:
    """One Magento shop."""

    http: HttpSettings
    poll: PollSettings
    store_code: str
    store_ids: tuple[str, ...]  # views whose orders are read; empty: all
    access_token: Secret
    signing: SigningKeys | None  # None: the token alone
    comment: str  # template of the status comment that holds the ERP number
    status_after: Mapping[str, str]  # status of an order -> the one that it gets together with its ERP number
    stop_file: Path | None  # given: the number goes into ext_order_id too, unless this file exists
    fields: Fields


def read_settings(name: str, settings: StoreSettings) -> MagentoSettings:
    """The checked options. Raises ConfigurationRefused naming the key, its place and what is allowed."""
    options = Options(settings)
    result = MagentoSettings(
        http=read_http_settings(name, options),
        poll=read_poll_settings(options, per_page=100, per_page_max=PER_PAGE_MAX),
        store_code=_store_code(options),
        store_ids=_store_ids(options),
        access_token=options.secret("access_token"),
        signing=_signing(options),
        comment=_comment(options),
        status_after=_status_after(options),
        stop_file=_stop_file(options),
        fields=_fields(options),
    )
    options.finish()
    return result


def _store_code(options: Options) -> str:
    code = options.text("store_code", "all")
    if not code.replace("_", "").isalnum() or not code.isascii():
        options.wrong("store_code", "is not the code of a store view", "Write letters, digits and _ only.")
    return code


def _store_ids(options: Options) -> tuple[str, ...]:
    ids = options.texts("store_ids", ())
    if not all(one.isascii() and one.isdigit() for one in ids):
        options.wrong("store_ids", "must hold ids of store views", 'Write store_ids = ["1", "3"].')
    return ids


def _signing(options: Options) -> SigningKeys | None:
    if not options.given(*SIGNING_KEYS):
        return None
    return SigningKeys(*(options.secret(key) for key in SIGNING_KEYS))


def _comment(options: Options) -> str:
    text = options.template("comment", COMMENT, COMMENT_WORDS)
    if text.count("{erp_number}") != 1 or text.replace("{erp_number}", "").strip() == "":
        options.wrong("comment", "must hold {erp_number} once, and other words", f'Write "{COMMENT}".')
    return text


def _status_after(options: Options) -> dict[str, str]:
    """Refuses what would need another state; of a shop's own statuses only the shop knows theirs."""
    table = options.table("status_after", {})
    for before, after in table.items():
        if before in STATES_OF and not any(may_stand_in(after, state) for state in STATES_OF[before]):
            cure = f"Name a status that the shop assigns to the state of {before} (Stores, Settings, Order Status)."
            options.wrong("status_after", f"leads from {before} to {after}, which belongs to another state", cure)
    return table


def _stop_file(options: Options) -> Path | None:
    if not options.flag("ext_order_id", False):
        options.text("stop_file", "", may_be_empty=True)
        return None
    return Path(options.text("stop_file"))


def _fields(options: Options) -> Fields:
    return Fields(
        money=Money(options.one_of("money", "presentment", ("presentment", "shop"))),
        party=PartyFields(
            street_lines=_street_lines(options),
            house_number=options.texts("house_number_fields", HOUSE_NUMBER_FIELDS),
            flat=options.texts("flat_fields", FLAT_FIELDS),
            tax_id=options.texts("tax_id_fields", TAX_ID_FIELDS),
        ),
        pickup_point=options.texts("pickup_point_fields", PICKUP_FIELDS),
        buyer_order_number=options.texts("buyer_order_number_fields", BUYER_NUMBER_FIELDS),
        gift=options.texts("gift_fields", GIFT_FIELDS),
        fees=_fees(options),
        test_marks=options.table("test_marks", {}),
        exempt_groups=frozenset(options.texts("exempt_groups", ())),
        extra=options.table("extra", {}),
    )


def _street_lines(options: Options) -> tuple[str, ...]:
    roles = options.texts("street_lines", ("street", "extra"))
    if not roles or not all(role in STREET_ROLES for role in roles):
        allowed = ", ".join(f'"{role}"' for role in STREET_ROLES)
        options.wrong("street_lines", "names an unknown part of an address", f"Allowed are: {allowed}.")
    return roles


def _fees(options: Options) -> dict[str, FeePath]:
    found = {}
    for name, told in options.nested("fees").items():
        parts = {"net": told} if isinstance(told, str) else told
        is_table = isinstance(parts, Mapping) and set(parts) <= {"net", "tax"} and "net" in parts
        if not is_table or not all(isinstance(path, str) and path for path in parts.values()):
            cure = f'Write {name} = "extension_attributes.NAME", or {name} = {{ net = "...", tax = "..." }}.'
            options.wrong(f"fees.{name}", "is no path into the order", cure)
        else:
            found[name] = FeePath(**parts)
    return found
