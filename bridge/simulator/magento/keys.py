"""Who may ask the simulated Magento: an access token as Bearer, or requests signed with OAuth 1.0a.

The signature is checked by code of its own (RFC 5849, section 3.4), not by the library that signs. An unknown Bearer
token is no authentication error: the request goes on as a guest, who may do nothing. A nonce is taken once. A time
stamp may lie in the past, but not more than ten minutes in the future.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass, field
from urllib.parse import quote, unquote, urlsplit

from bridge.simulator.clock import Clock
from bridge.simulator.magento.reply import NOT_AUTHORIZED, REQUIRED, MagentoError
from bridge.simulator.shops.reply import Request

AHEAD_S_MAX = 600
NEEDED = (
    "oauth_consumer_key", "oauth_signature", "oauth_signature_method", "oauth_nonce", "oauth_timestamp", "oauth_token",
)  # fmt: skip
DIGESTS = {"HMAC-SHA256": hashlib.sha256, "HMAC-SHA1": hashlib.sha1}
ELSEWHERE = {  # route -> right, of what a bridge never reads
    "products": "Magento_Catalog::products",
    "customers/search": "Magento_Customer::customer",
    "carts/search": "Magento_Cart::manage",
    "shipments": "Magento_Sales::shipment",
    "transactions": "Magento_Sales::transactions_fetch",
    "salesRules/search": "Magento_SalesRule::quote",
    "cmsPage/search": "Magento_Cms::page",
    "taxRates/search": "Magento_Tax::manage_tax",
    "store/storeConfigs": "Magento_Backend::store",
}
LEAST_RIGHTS = frozenset(
    {"Magento_Sales::actions_view", "Magento_Sales::comment", "Magento_Sales::sales_creditmemo",
     "Magento_Sales::sales_invoice"}
)  # fmt: skip
ALL_RIGHTS = LEAST_RIGHTS | {"Magento_Sales::create", "Magento_Backend::admin", *ELSEWHERE.values()}


@dataclass(slots=True)
class MagentoKeys:
    """One integration: its four keys and its rights. bearer: the shop takes the access token alone."""

    consumer_key: str = "consumer-key"
    consumer_secret: str = field(default="consumer-secret", repr=False)
    access_token: str = field(default="access-token", repr=False)
    access_token_secret: str = field(default="access-token-secret", repr=False)
    bearer: bool = True
    rights: frozenset[str] = ALL_RIGHTS
    nonces: set[str] = field(default_factory=set)

    def require(self, request: Request, right: str, clock: Clock) -> None:
        """Raises MagentoError unless the request comes from the integration and it has the right."""
        if not self._is_known(request, clock) or right not in self.rights:
            raise MagentoError(401, NOT_AUTHORIZED, {"resources": right})

    def _is_known(self, request: Request, clock: Clock) -> bool:
        scheme, _, rest = request.authorization.partition(" ")
        if scheme.lower() == "bearer":
            return self.bearer and rest.strip() == self.access_token
        if scheme.lower() == "oauth":
            self._verify(request, rest, clock)
            return True
        return False

    def _verify(self, request: Request, header: str, clock: Clock) -> None:
        given = _parameters(header)
        for name in NEEDED:
            if name not in given:
                raise MagentoError(400, REQUIRED, {"fieldName": name})
        if given["oauth_signature_method"] not in DIGESTS:
            raise MagentoError(400, "Signature method %1 is not supported", [given["oauth_signature_method"]])
        if given["oauth_consumer_key"] != self.consumer_key:
            raise MagentoError(401, "A consumer having the specified key does not exist")
        self._use_nonce(given["oauth_nonce"], given["oauth_timestamp"], clock)
        if given["oauth_token"] != self.access_token:
            raise MagentoError(401, "Specified token does not exist")
        key = f"{_escaped(self.consumer_secret)}&{_escaped(self.access_token_secret)}".encode()
        digest = hmac.new(key, base_string(request, given).encode(), DIGESTS[given["oauth_signature_method"]]).digest()
        if not hmac.compare_digest(base64.b64encode(digest).decode(), given["oauth_signature"]):
            raise MagentoError(401, "The signature is invalid. Verify and try again.")

    def _use_nonce(self, nonce: str, timestamp: str, clock: Clock) -> None:
        if not timestamp.isdigit() or not 0 < int(timestamp) <= clock().timestamp() + AHEAD_S_MAX:
            raise MagentoError(401, "The timestamp value in the oauth_timestamp parameter is incorrect.")
        if nonce in self.nonces:
            raise MagentoError(401, "The nonce is already being used by the consumer with ID %1.", [1])
        self.nonces.add(nonce)


def base_string(request: Request, given: dict[str, str]) -> str:
    """What is signed. Two habits of Magento's: the query is decoded as a path (a plus stays one, so a blank must be
    `%20`), and names are sorted as a person counts (2 before 10) where the standard sorts by bytes.
    """
    pairs = [(name, value) for name, value in given.items() if name != "oauth_signature"]
    for part in filter(None, request.query.split("&")):
        name, found, value = part.partition("=")
        if found and "=" not in value:  # Magento drops a pair with a second equals sign
            pairs.append((unquote(name), unquote(value)))
    sorted_pairs = sorted(((_escaped(name), _escaped(value)) for name, value in pairs), key=_as_a_person_counts)
    parameters = "&".join(f"{name}={value}" for name, value in sorted_pairs)
    address = f"{request.base_url}{urlsplit(request.path).path}"
    return "&".join(_escaped(text) for text in (request.method, address, parameters))


def _as_a_person_counts(pair: tuple[str, str]) -> list[tuple[int, str]]:
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"([0-9]+)", pair[0])]


def _parameters(header: str) -> dict[str, str]:
    pairs = (part.strip().partition("=") for part in header.split(","))
    return {
        unquote(name): unquote(value.strip('"')) for name, _, value in pairs if re.fullmatch(r"oauth_[a-z_-]+", name)
    }


def _escaped(text: str) -> str:
    return quote(text, safe="-._~")
