"""HTTP to one WooCommerce shop: one kept session, bounded answers, and every trouble as an error of its own kind.

Knows no order. A question that changes nothing ends in a value, `Unavailable` or `Refused`; a write can also end in
`Doubtful`. Nothing sleeps or repeats here: a wait that the shop names is carried in `retry_after_s`.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import requests
from requests import exceptions as trouble
from requests.adapters import HTTPAdapter

from bridge.domain.clock import Clock
from bridge.domain.effects import effect
from bridge.domain.errors import BridgeError
from bridge.stores.problems import (
    StoreAddressWrong,
    StoreAnswerTooLarge,
    StoreAnswerUnreadable,
    StoreBusy,
    StoreFailing,
    StoreKeyRefused,
    StoreRequestRefused,
    StoreUnreachable,
    StoreWriteInDoubt,
)
from bridge.stores.woocommerce.settings import WooCommerceSettings

API = "/wp-json/wc/v3"
CHUNK_BYTES = 65_536
RETRY_AFTER_S_MAX = 86_400.0  # a shop that says "in a year" is asked again tomorrow
BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Answer:
    """A 2xx answer. `text` is the JSON as the shop wrote it."""

    text: str
    now: datetime  # the shop's own clock (its Date header); ours where it has none
    total: int | None  # X-WP-Total


class WooCommerceClient:
    """One shop's REST v3."""

    def __init__(self, settings: WooCommerceSettings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self._session = requests.Session()
        self._session.trust_env = False  # no proxy, .netrc or CA of the environment gets between us and the shop
        self._session.auth = (settings.key.value, settings.secret.value)
        self._session.headers.update({"Accept": "application/json", "User-Agent": "erp-bridge"})
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, HTTPAdapter(max_retries=0, pool_maxsize=4))

    def close(self) -> None:
        self._session.close()

    def get(self, path: str, what: str, **query: str) -> Answer:
        """Ask. `what` completes "the key has no right to ...". Raises Unavailable or Refused."""
        try:
            with effect("http.request"):
                return self._answer("GET", path, what, query, None)
        except trouble.RequestException as error:
            raise self._unreachable(error) from error

    def write(self, method: str, path: str, what: str, body: Mapping[str, Any], order: str) -> Answer:
        """Change one thing. Raises Unavailable or Refused when nothing was changed, Doubtful when that is unknown."""
        try:
            with effect("http.request"):
                return self._answer(method, path, what, {}, body)
        except trouble.RequestException as error:
            if _never_sent(error):
                raise self._unreachable(error) from error
            raise StoreWriteInDoubt(store=self._settings.name, order=order) from error
        except (StoreFailing, StoreAnswerUnreadable, StoreAnswerTooLarge) as error:
            raise StoreWriteInDoubt(store=self._settings.name, order=order) from error

    def _answer(
        self, method: str, path: str, what: str, query: Mapping[str, str], body: Mapping[str, Any] | None
    ) -> Answer:
        settings = self._settings
        response = self._session.request(
            method,
            f"{settings.url}{API}{path}",
            params=query,
            json=body,
            timeout=(settings.connect_timeout_s, settings.read_timeout_s),
            allow_redirects=False,  # the key must not follow to another host
            stream=True,
        )
        with response:
            if response.is_redirect or 300 <= response.status_code < 400:
                raise self._redirected(response)
            content = self._bounded(response)
        if not 200 <= response.status_code < 300:
            raise self._refusal(response, content, what)
        return Answer(self._json_text(response, content), self._shop_now(response), _total(response))

    def _bounded(self, response: requests.Response) -> bytes:
        """The whole body, within the bounds of size and time (a server that drips bytes never hits a read timeout)."""
        settings = self._settings
        until = time.monotonic() + settings.answer_timeout_s
        parts: list[bytes] = []
        size = 0
        for part in response.iter_content(CHUNK_BYTES):
            size += len(part)
            if size > settings.answer_bytes_max:
                raise StoreAnswerTooLarge(store=settings.name, bytes_max=settings.answer_bytes_max)
            if time.monotonic() > until:
                raise trouble.ReadTimeout(f"no whole answer within {settings.answer_timeout_s:g} s")
            parts.append(part)
        return b"".join(parts)

    def _json_text(self, response: requests.Response, content: bytes) -> str:
        """The body as JSON text; a byte order mark in front is forgiven, anything else is not."""
        content = content.removeprefix(BOM).strip()
        if content[:1] in (b"[", b"{"):
            try:
                return content.decode()
            except UnicodeDecodeError as error:
                raise self._unreadable("the text is not UTF-8") from error
        if "html" in response.headers.get("Content-Type", "").lower() or content[:1] == b"<":
            raise self._unreadable("a page came in place of data, or a PHP message stands before it")
        raise self._unreadable("something stands before the data" if content else "the answer is empty")

    def _refusal(self, response: requests.Response, content: bytes, what: str) -> BridgeError:
        """The error of one 4xx or 5xx answer: by its shape first, then its code, never by its translated message."""
        name, status, code = self._settings.name, response.status_code, _code_of(content)
        if status in (429, 503):
            return StoreBusy(store=name, status=status, retry_after_s=self._retry_after_s(response))
        if status >= 500:
            return StoreFailing(store=name, status=status)
        if code is None:
            if status == 403:  # a protection in front of the shop answers with a page
                return StoreBusy(store=name, status=status, retry_after_s=self._retry_after_s(response))
            if status == 401:
                return StoreKeyRefused(store=name, what=what, code="no code given")
            return StoreAddressWrong(
                store=name, host=self._settings.host, what=f"it answered {status} with something that is not its API"
            )
        if status in (401, 403):
            return StoreKeyRefused(store=name, what=what, code=code)
        if code == "rest_no_route":
            missing = "the shop has no WooCommerce REST API there (plugin or permalinks are off)"
            return StoreAddressWrong(store=name, host=self._settings.host, what=missing)
        return StoreRequestRefused(store=name, what=what, status=status, code=code)

    def _redirected(self, response: requests.Response) -> StoreAddressWrong:
        host = urlsplit(response.headers.get("Location", "")).netloc or self._settings.host
        what = f"it sends us on to {host}, and a key is never carried along"
        return StoreAddressWrong(store=self._settings.name, host=self._settings.host, what=what)

    def _unreadable(self, what: str) -> StoreAnswerUnreadable:
        return StoreAnswerUnreadable(store=self._settings.name, what=what)

    def _unreachable(self, error: trouble.RequestException) -> StoreUnreachable:
        if isinstance(error, trouble.SSLError):
            what = "its certificate is not trusted"
        elif isinstance(error, trouble.Timeout):
            what = "no answer in time"
        elif isinstance(error, trouble.ChunkedEncodingError):
            what = "the answer broke off"
        else:
            what = "the connection was refused or cut"
        return StoreUnreachable(store=self._settings.name, host=self._settings.host, what=what)

    def _shop_now(self, response: requests.Response) -> datetime:
        return _http_date(response.headers.get("Date", "")) or self._clock()

    def _retry_after_s(self, response: requests.Response) -> float | None:
        """The wait that the shop names, as seconds or as a date of its own clock; None where it names none."""
        text = response.headers.get("Retry-After", "").strip()
        if text.isascii() and text.isdigit():
            return min(float(text[:9]), RETRY_AFTER_S_MAX)
        until = _http_date(text)
        if until is None:
            return None
        return min(max(0.0, (until - self._shop_now(response)).total_seconds()), RETRY_AFTER_S_MAX)


def _never_sent(error: trouble.RequestException) -> bool:
    """Whether the request cannot have reached the shop: no connection was made."""
    if isinstance(error, trouble.ConnectTimeout):
        return True
    reason = getattr(error.args[0], "reason", None) if error.args else None
    return type(reason).__name__ in ("NewConnectionError", "NameResolutionError", "ConnectTimeoutError")


def _code_of(content: bytes) -> str | None:
    """The stable code of an API error; None when the body is no API error. Cut, as it goes into a message."""
    try:
        body = json.loads(content.removeprefix(BOM))
    except ValueError:
        return None
    code = body.get("code") if isinstance(body, dict) else None
    if not isinstance(code, str | int):
        return None
    return "".join(letter for letter in str(code) if letter.isalnum() or letter in "_-")[:60]


def _http_date(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _total(response: requests.Response) -> int | None:
    text = response.headers.get("X-WP-Total", "")
    return int(text) if text.isascii() and text.isdigit() else None
