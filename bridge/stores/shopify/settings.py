"""The options of a Shopify store: address, token, version, pace, and which attributes of an order mean what."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from bridge.config.options import Options
from bridge.config.values import Secret, StoreSettings
from bridge.stores.http_settings import HttpSettings, PollSettings, read_http_settings, read_poll_settings

# Each version lives twelve months; an expired one is answered by the oldest living one, without an error.
API_VERSION = "2026-07"
PAGE_MAX = 250  # Shopify's largest page
TAG_CHARACTERS_MAX = 40

# Attributes of the cart that known apps write; the first that is filled wins. Names are compared without case.
TAX_ID_KEYS = (
    "vat_number", "vat number", "vat id", "vat_id", "vat", "tax_id", "tax id", "eu_vat", "nip", "nip firmy", "ust-idnr",
    "ust-id", "partita iva", "nif",
)  # fmt: skip
# Localized checkout fields that are tax ids (Italy, Portugal, Brazil and others): all whose key begins so.
TAX_FIELD_PREFIX = "TAX_CREDENTIAL_"
PICKUP_KEYS = (
    "paczkomat", "paczkomat_id", "inpost_point", "pickup_point_id", "pickup point", "pickup_point", "packeta_point_id",
    "parcel_locker", "locker_id", "service_point_id",
)  # fmt: skip
GIFT_KEYS = ("_free_gift", "free_gift", "_gift", "_is_gift")
_METAFIELD = re.compile(r"(?P<namespace>\$?[A-Za-z0-9_:-]{2,64})\.(?P<key>[A-Za-z0-9_{}-]{2,64})")


@dataclass(frozen=True, slots=True)
class Reading:
    """How an order of the shop is read."""

    money: str = "shop"  # or presentment: whose currency the amounts are in
    tax_id: tuple[str, ...] = TAX_ID_KEYS
    pickup_point: tuple[str, ...] = PICKUP_KEYS
    gift: tuple[str, ...] = GIFT_KEYS
    extra: Mapping[str, str] = field(default_factory=dict)  # name in `extra` -> attribute of the order
    own_tag: str = ""  # the tag that we set ourselves: no label of the order


@dataclass(frozen=True, slots=True)
class Access:
    """Either a token that does not expire, or the app's own credentials, which are good for tokens of 24 hours."""

    token: Secret | None
    client_id: Secret | None
    client_secret: Secret | None


@dataclass(frozen=True, slots=True)
class ShopifySettings:
    """One Shopify shop."""

    name: str
    http: HttpSettings
    poll: PollSettings
    access: Access
    api_version: str
    reading: Reading
    has_companies: bool  # whether the buying company is asked for (needs one more right)
    throttle_wait_s: float  # so long a page waits for the shop's bucket to fill, in all
    namespace: str
    key: str  # may hold {endpoint}
    tag: str  # empty: none


def read_settings(name: str, settings: StoreSettings) -> ShopifySettings:
    """The checked options. Raises ConfigurationRefused naming the key, its place and what is allowed."""
    options = Options(settings)
    namespace, key = _metafield(options)
    tag = _tag(options)
    result = ShopifySettings(
        name=name,
        http=read_http_settings(name, options),
        poll=read_poll_settings(options, per_page=100, per_page_max=PAGE_MAX),
        access=_access(options),
        api_version=_version(options),
        reading=Reading(
            money=options.one_of("money", "shop", ("shop", "presentment")),
            tax_id=_lower(options.texts("tax_id_keys", TAX_ID_KEYS)),
            pickup_point=_lower(options.texts("pickup_point_keys", PICKUP_KEYS)),
            gift=_lower(options.texts("gift_keys", GIFT_KEYS)),
            extra=options.table("extra", {}),
            own_tag=tag,
        ),
        has_companies=options.flag("companies", False),
        throttle_wait_s=options.seconds("throttle_wait_s", 30),
        namespace=namespace,
        key=key,
        tag=tag,
    )
    options.finish()
    return result


def _lower(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name.lower() for name in names)


def _access(options: Options) -> Access:
    """A token, or client_id with client_secret; both together would leave open which one counts."""
    if not options.given("client_id", "client_secret"):
        return Access(options.secret("token"), None, None)
    if options.given("token"):
        options.wrong("token", "stands beside client_id", "Keep one of them: a token, or client_id and secret.")
    return Access(None, options.secret("client_id"), options.secret("client_secret"))


def _version(options: Options) -> str:
    version = options.text("api_version", API_VERSION)
    if not re.fullmatch(r"20\d\d-(01|04|07|10)", version):
        options.wrong("api_version", "is no version of Shopify's API", f'Write one like "{API_VERSION}".')
    return version


def _metafield(options: Options) -> tuple[str, str]:
    """Namespace and key of the metafield that gets the ERP number."""
    text = options.text("erp_number_field", "erp_bridge.erp_number")
    found = _METAFIELD.fullmatch(text)
    rest = found["key"].replace("{endpoint}", "") if found else "{"
    if found is None or "{" in rest or "}" in rest:
        cure = 'Write it as "namespace.key", of letters, digits, - and _; {endpoint} may stand in the key.'
        options.wrong("erp_number_field", "is no name of a metafield", cure)
        return "", ""
    return found["namespace"], found["key"]


def _tag(options: Options) -> str:
    tag = options.text("tag", "in-erp", may_be_empty=True)
    if len(tag) > TAG_CHARACTERS_MAX or "," in tag or tag != tag.strip():
        options.wrong("tag", "is no tag", f"Use at most {TAG_CHARACTERS_MAX} characters without a comma.")
    return tag
