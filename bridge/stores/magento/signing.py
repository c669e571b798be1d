"""Who we are for the shop: the access token alone, or each request signed with OAuth 1.0a (HMAC-SHA256).

The shop takes a nonce once and refuses signatures from more than ten minutes in its future.
"""

from __future__ import annotations

from oauthlib.oauth1 import SIGNATURE_HMAC_SHA256, Client
from requests import PreparedRequest
from requests.auth import AuthBase

from bridge.domain.clock import Clock
from bridge.stores.magento.settings import MagentoSettings, SigningKeys


class BearerToken(AuthBase):
    """The access token in each request."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request


class Signature(AuthBase):
    """A signature of its own for each request. The body is JSON, which OAuth 1.0a does not sign."""

    def __init__(self, token: str, keys: SigningKeys, clock: Clock) -> None:
        self._token = token
        self._keys = keys
        self._clock = clock

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        keys = self._keys
        client = Client(
            keys.consumer_key.value,
            client_secret=keys.consumer_secret.value,
            resource_owner_key=self._token,
            resource_owner_secret=keys.access_token_secret.value,
            signature_method=SIGNATURE_HMAC_SHA256,
            timestamp=str(int(self._clock().timestamp())),
        )
        _, headers, _ = client.sign(str(request.url), http_method=str(request.method))
        request.headers["Authorization"] = headers["Authorization"]
        return request


def credentials(settings: MagentoSettings, clock: Clock) -> AuthBase:
    """What is sent with each request."""
    if settings.signing is None:
        return BearerToken(settings.access_token.value)
    return Signature(settings.access_token.value, settings.signing, clock)
