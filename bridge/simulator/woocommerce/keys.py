"""Who may ask the simulated store: consumer keys, as WooCommerce checks them.

An unknown key is not an authentication error: the request goes on as anonymous and fails for want of rights. Only a
wrong secret is told. Keys in the query string win over the header.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass, field

from bridge.simulator.shops.reply import Request, RestError
from bridge.simulator.woocommerce.query import one

_REALM = "WooCommerce API. Use a consumer key in the username field and a consumer secret in the password field."


@dataclass(frozen=True, slots=True)
class Keys:
    """One consumer key with its secret, and whether it may write. The secret is not shown."""

    key: str
    secret: str = field(repr=False)
    read_only: bool = False

    def require(self, request: Request, right: str, words: str, write: bool = False) -> None:
        """Raises RestError unless the request carries the key, its secret, and the right to write where needed."""
        key, secret = self._given(request)
        if key != self.key:
            raise RestError(401, f"woocommerce_rest_cannot_{right}", f"Sorry, you cannot {words}.")
        if secret != self.secret:
            raise self._refusal("Consumer secret is invalid.")
        if write and self.read_only:
            raise self._refusal("The API key provided does not have write permissions.")

    @staticmethod
    def _given(request: Request) -> tuple[str, str]:
        key, secret = (one(request.parameters, name) for name in ("consumer_key", "consumer_secret"))
        if key and secret:
            return key, secret
        scheme, _, coded = request.authorization.partition(" ")
        if scheme.lower() != "basic":
            return "", ""
        try:
            user, _, password = base64.b64decode(coded, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return "", ""
        return user, password

    @staticmethod
    def _refusal(message: str) -> RestError:
        headers = {"WWW-Authenticate": f'Basic realm="{_REALM}"'}
        return RestError(401, "woocommerce_rest_authentication_error", message, headers)
