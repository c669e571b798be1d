"""HTTP to one shop: one kept session, bounded answers, and every trouble as an error of its own kind.

Knows no order and no kind of shop: what a refusal means is told by the connector's `Refusal`. A question that changes
nothing is asked again by urllib3 where the connection broke, and ends in an answer, `Unavailable` or `Refused`; a write
is sent once and can also end in `Doubtful`. Longer waits are the ledger's: one that the shop names is carried in
`retry_after_s`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import requests
from requests import exceptions as trouble
from urllib3.util.retry import Retry

from bridge.domain.clock import Clock
from bridge.domain.effects import effect
from bridge.domain.errors import BridgeError
from bridge.stores.http_session import READS_AGAIN, SENT_ONCE, Auth, kept_session
from bridge.stores.http_settings import HttpSettings
from bridge.stores.problems import (
    StoreAddressWrong,
    StoreAnswerTooLarge,
    StoreAnswerUnreadable,
    StoreBusy,
    StoreFailing,
    StoreKeyRefused,
    StoreUnreachable,
    StoreWriteInDoubt,
)

CHUNK_BYTES = 65_536
RETRY_AFTER_S_MAX = 86_400.0  # a shop that says "in a year" is asked again tomorrow
BOM = b"\xef\xbb\xbf"

Query = Mapping[str, str] | list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Answer:
    """A 2xx answer."""

    content: bytes  # without a byte order mark and blanks around
    now: datetime  # the shop's own clock (its Date header); ours where it has none
    headers: Mapping[str, str]  # blind to case

    @property
    def is_page(self) -> bool:
        """Whether a page for people came: maintenance, a login, "checking your browser"."""
        return "html" in self.headers.get("Content-Type", "").lower() or self.content[:9].lower() == b"<!doctype"


@dataclass(frozen=True, slots=True)
class RefusedAnswer:
    """A 4xx answer (429 excepted), for the connector to tell what it means."""

    status: int
    content: bytes
    headers: Mapping[str, str]
    what: str  # completes "the key has no right to ..."


# The error of one 4xx, by shape and code, never by a translated text; None where the shape says that the shop's API
# did not answer at all.
Refusal = Callable[[RefusedAnswer], BridgeError | None]


class ShopHttp:
    """One shop's HTTP. `settings.url` begins every address.

    reads: how often a question is sent again by itself; SENT_ONCE where each sending needs a signature of its own.
    closed: what a 503 of the shop's API means, where it can say more than "come later".
    """

    def __init__(
        self,
        settings: HttpSettings,
        clock: Clock,
        refusal: Refusal,
        auth: Auth = None,
        reads: Retry = READS_AGAIN,
        closed: Refusal | None = None,
    ) -> None:
        self._closed = closed
        self._settings = settings
        self._clock = clock
        self._refusal = refusal
        self._reads = kept_session(reads, auth)
        self._writes = kept_session(SENT_ONCE, auth)

    def close(self) -> None:
        self._reads.close()
        self._writes.close()

    def ask(
        self,
        path: str,
        what: str,
        query: Query = (),  # type: ignore[assignment]
        body: Any = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """A question that changes nothing: GET, or POST with a JSON body (a GraphQL query).

        what: completes "the key has no right to ...". Raises Unavailable or Refused.
        """
        try:
            with effect("http.request"):
                return self._answer(self._reads, "GET" if body is None else "POST", path, what, query, body, headers)
        except trouble.RequestException as error:
            raise self._unreachable(error) from error

    def write(
        self,
        method: str,
        path: str,
        what: str,
        body: Any,
        order: str,
        headers: Mapping[str, str] | None = None,
        query: Query = (),  # type: ignore[assignment]
    ) -> Answer:
        """Change one thing of one order; a body of bytes goes as it is, any other as JSON.

        Raises Unavailable or Refused when nothing was changed, Doubtful when that is unknown.
        """
        try:
            with effect("http.request"):
                return self._answer(self._writes, method, path, what, query, body, headers)
        except trouble.RequestException as error:
            if _never_sent(error):
                raise self._unreachable(error) from error
            raise self.in_doubt(order) from error
        except (StoreFailing, StoreAnswerUnreadable, StoreAnswerTooLarge) as error:
            raise self.in_doubt(order) from error

    def json_text(self, answer: Answer) -> str:
        """The answer as the JSON text that it must be. Raises StoreAnswerUnreadable for a page or a PHP message."""
        if answer.content[:1] in (b"[", b"{"):
            try:
                return answer.content.decode()
            except UnicodeDecodeError as error:
                raise self.unreadable("the text is not UTF-8") from error
        if answer.is_page or answer.content[:1] == b"<":
            raise self.unreadable("a page came in place of data, or a PHP message stands before it")
        raise self.unreadable("something stands before the data" if answer.content else "the answer is empty")

    def in_doubt(self, order: str) -> StoreWriteInDoubt:
        """The error of a write whose answer nobody can read."""
        return StoreWriteInDoubt(store=self._settings.name, order=order)

    def unreadable(self, what: str) -> StoreAnswerUnreadable:
        """The error of an answer that is not what it should be."""
        return StoreAnswerUnreadable(store=self._settings.name, what=what)

    def address_wrong(self, what: str) -> StoreAddressWrong:
        """The error of an address that leads elsewhere."""
        return StoreAddressWrong(store=self._settings.name, host=self._settings.host, what=what)

    def _answer(
        self,
        session: requests.Session,
        method: str,
        path: str,
        what: str,
        query: Query,
        body: Any,
        headers: Mapping[str, str] | None,
    ) -> Answer:
        settings = self._settings
        response = session.request(
            method,
            f"{settings.url}{path}",
            params=query,
            data=body if isinstance(body, bytes) else None,
            json=None if isinstance(body, bytes) else body,
            headers=headers,
            timeout=(settings.connect_timeout_s, settings.read_timeout_s),
            allow_redirects=False,  # the key must not follow to another host
            stream=True,
        )
        with response:
            if 300 <= response.status_code < 400:
                raise self._redirected(response)
            content = self._bounded(response)
        if not 200 <= response.status_code < 300:
            raise self._refused(response, content, what)
        return Answer(content.removeprefix(BOM).strip(), self._shop_now(response), response.headers)

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

    def _refused(self, response: requests.Response, content: bytes, what: str) -> BridgeError:
        """The error of one 4xx or 5xx answer: by its status first, then as the connector knows its shop."""
        name, status = self._settings.name, response.status_code
        answer = RefusedAnswer(status, content.removeprefix(BOM), response.headers, what)
        if status == 503 and self._closed and (told := self._closed(answer)):
            return told
        if status in (429, 503):
            return StoreBusy(store=name, status=status, retry_after_s=self._retry_after_s(response))
        if status >= 500:
            return StoreFailing(store=name, status=status)
        told = self._refusal(answer)
        if told is not None:
            return told
        if status == 403:  # a protection in front of the shop answers with a page
            return StoreBusy(store=name, status=status, retry_after_s=self._retry_after_s(response))
        if status == 401:
            return StoreKeyRefused(store=name, what=what, code="no code given")
        return self.address_wrong(f"it answered {status} with something that is not its API")

    def _redirected(self, response: requests.Response) -> StoreAddressWrong:
        try:
            host = urlsplit(response.headers.get("Location", "")).hostname or self._settings.host
        except ValueError:  # no address at all
            host = self._settings.host
        return self.address_wrong(f"it sends us on to {host}, and a key is never carried along")

    def _unreachable(self, error: trouble.RequestException) -> StoreUnreachable:
        if isinstance(error, trouble.SSLError):
            what = "its certificate is not trusted"
        elif isinstance(error, trouble.Timeout) or _timed_out(error):
            what = "no answer in time"
        elif isinstance(error, trouble.ChunkedEncodingError):
            what = "the answer broke off"
        else:
            what = "the connection was refused or cut"
        return StoreUnreachable(store=self._settings.name, host=self._settings.host, what=what)

    def _shop_now(self, response: requests.Response) -> datetime:
        return http_date(response.headers.get("Date", "")) or self._clock()

    def _retry_after_s(self, response: requests.Response) -> float | None:
        """The wait that the shop names, as seconds or as a date of its own clock; None where it names none."""
        text = response.headers.get("Retry-After", "").strip()
        if text.isascii() and text.isdigit():
            return min(float(text[:9]), RETRY_AFTER_S_MAX)
        until = http_date(text)
        if until is None:
            return None
        return min(max(0.0, (until - self._shop_now(response)).total_seconds()), RETRY_AFTER_S_MAX)


def _never_sent(error: trouble.RequestException) -> bool:
    """Whether the request cannot have reached the shop: no connection was made."""
    if isinstance(error, trouble.ConnectTimeout):
        return True
    return type(_reason(error)).__name__ in ("NewConnectionError", "NameResolutionError", "ConnectTimeoutError")


def _timed_out(error: trouble.RequestException) -> bool:
    """A time-out that urllib3 met more than once comes as a connection error."""
    return "Timeout" in type(_reason(error)).__name__


def _reason(error: trouble.RequestException) -> object:
    return getattr(error.args[0], "reason", None) if error.args else None


def http_date(text: str) -> datetime | None:
    """The moment of a Date header; None where it is none."""
    try:
        moment = parsedate_to_datetime(text)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):  # the last: a year that no clock has
        return None
