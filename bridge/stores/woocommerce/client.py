"""A WooCommerce shop's REST v3: JSON in, JSON out, and what its refusals mean."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bridge.domain.clock import Clock
from bridge.domain.errors import BridgeError
from bridge.stores.http import Answer, RefusedAnswer, ShopHttp
from bridge.stores.problems import StoreAddressWrong, StoreKeyRefused, StoreRequestRefused
from bridge.stores.woocommerce.settings import WooCommerceSettings

API = "/wp-json/wc/v3"
SECRET_WRONG = "woocommerce_rest_authentication_error"
WRONG_SECRET = "cs_not_the_secret"
ORDER_ABSENT = "woocommerce_rest_shop_order_invalid_id"  # 404 on GET, 400 on PUT


@dataclass(frozen=True, slots=True)
class JsonAnswer:
    """A 2xx answer. `text` is the JSON as the shop wrote it."""

    text: str
    now: datetime  # the shop's own clock (its Date header); ours where it has none
    total: int | None  # X-WP-Total


class WooCommerceClient:
    """One shop's REST v3."""

    def __init__(self, settings: WooCommerceSettings, clock: Clock) -> None:
        self._settings = settings
        key = (settings.key.value, settings.secret.value)
        self._key = _in_query(*key) if settings.key_in_query else {}
        self._http = ShopHttp(settings.http, clock, self._refusal, auth=None if settings.key_in_query else key)

    def close(self) -> None:
        self._http.close()

    def get(self, path: str, what: str, **query: str) -> JsonAnswer:
        """Ask. `what` completes "the key has no right to ...". Raises Unavailable or Refused."""
        return self._as_json(self._http.ask(f"{API}{path}", what, query | self._key))

    def write(self, method: str, path: str, what: str, body: Mapping[str, Any], order: str) -> JsonAnswer:
        """Change one thing. Raises Unavailable or Refused when nothing was changed, Doubtful when that is unknown."""
        answer = self._http.write(method, f"{API}{path}", what, body, order, query=self._key)
        try:
            return self._as_json(answer)
        except BridgeError as error:
            raise self._http.in_doubt(order) from error

    def takes_writes(self, what: str) -> None:
        """Send a batch of nothing, which changes nothing. Raises StoreKeyRefused where the key may not write orders."""
        self._http.ask(f"{API}/orders/batch", what, self._key, body={"update": []})

    def knows_key_in_query(self) -> bool:
        """Whether the shop knows the consumer key when it stands in the address; a wrong secret goes with it.

        The shop says "wrong secret" of a key that it knows; of any other it says "no right", as without a header.
        """
        try:
            self._http.ask(f"{API}/orders", "read orders", _in_query(self._settings.key.value, WRONG_SECRET))
        except StoreKeyRefused as error:
            return error.subject.get("code") == SECRET_WRONG
        except BridgeError:
            return False
        return False

    def _as_json(self, answer: Answer) -> JsonAnswer:
        total = answer.headers.get("X-WP-Total", "")
        is_number = total.isascii() and total.isdigit()
        return JsonAnswer(self._http.json_text(answer), answer.now, int(total) if is_number else None)

    def _refusal(self, answer: RefusedAnswer) -> BridgeError | None:
        """By the stable code of the API's error; a body without one is not the API's."""
        name, code = self._settings.http.name, _code_of(answer.content)
        if code is None:
            return None
        if answer.status in (401, 403):
            return StoreKeyRefused(store=name, what=answer.what, code=code)
        if code == "rest_no_route":
            missing = "the shop has no WooCommerce REST API there (plugin or permalinks are off)"
            return StoreAddressWrong(store=name, host=self._settings.http.host, what=missing)
        return StoreRequestRefused(store=name, what=answer.what, status=answer.status, code=code)


def _in_query(key: str, secret: str) -> dict[str, str]:
    return {"consumer_key": key, "consumer_secret": secret}


def _code_of(content: bytes) -> str | None:
    """The stable code of an API error; None when the body is no API error. Cut, as it goes into a message."""
    try:
        body = json.loads(content)
    except ValueError:
        return None
    code = body.get("code") if isinstance(body, dict) else None
    if not isinstance(code, str | int):
        return None
    return "".join(letter for letter in str(code) if letter.isalnum() or letter in "_-")[:60]
