"""A Vendure shop's Admin API: logged in by API key or session, and its errors told apart by code and place.

A session has no end that the shop tells; it goes on while it is used. One that has ended answers FORBIDDEN, as a
missing right does: so we log in anew once, and what is then still forbidden is a missing right. FORBIDDEN comes before
anything is done, so a write is safe to repeat after it.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Mapping
from typing import Any

from bridge.domain.clock import Clock
from bridge.domain.errors import BridgeError
from bridge.stores.graphql import GraphqlAnswer, GraphqlApi, GraphqlError, errors_in
from bridge.stores.http import RefusedAnswer, ShopHttp
from bridge.stores.problems import StoreFailing, StoreKeyRefused, StoreRequestRefused
from bridge.stores.vendure.problems import StoreLoginRefused
from bridge.stores.vendure.queries import LOGIN
from bridge.stores.vendure.settings import VendureSettings

TO_LOG_IN = "log in"
NOT_ALLOWED = frozenset({"FORBIDDEN", "UNAUTHORIZED", "UNAUTHENTICATED"})
# Codes by which the shop says that the request itself is wrong, whenever it comes.
OUR_FAULT = frozenset(
    {
        "USER_INPUT_ERROR", "BAD_USER_INPUT", "GRAPHQL_VALIDATION_FAILED", "GRAPHQL_PARSE_FAILED",
        "ENTITY_NOT_FOUND", "CHANNEL_NOT_FOUND", "ILLEGAL_OPERATION",
    }
)  # fmt: skip
_COOKIE = re.compile(r"(?:^|,\s*)([\w.-]+=[^;,\s]*)")

Headers = Mapping[str, str]
Call = Callable[[Headers], GraphqlAnswer]


class Sessions:
    """Sessions of this process by login, kept from pass to pass: each login leaves a row in the shop for a year.

    Logging out would end the account's other sessions too, so it is never done. Safe from many threads.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._headers: dict[tuple[str, str, str], Headers] = {}

    def of(self, login: tuple[str, str, str]) -> Headers | None:
        """What a session's requests carry; None before the first login."""
        with self._lock:
            return self._headers.get(login)

    def keep(self, login: tuple[str, str, str], headers: Headers) -> None:
        """A new session takes the place of the one before."""
        with self._lock:
            self._headers[login] = headers


SESSIONS = Sessions()


class VendureClient:
    """One shop's Admin API."""

    def __init__(self, settings: VendureSettings, clock: Clock) -> None:
        self._settings = settings
        self._http = ShopHttp(settings.http, clock, self._refusal)
        self._api = GraphqlApi(self._http, "")

    def close(self) -> None:
        self._http.close()

    def ask(self, query: str, what: str, **variables: Any) -> GraphqlAnswer:
        """A question; its answer has data and no errors. Raises Unavailable, Refused, or `AtOrder`.

        what: completes "the key has no right to ...".
        """
        answer = self._logged_in(lambda headers: self._api.ask(query, what, variables, headers))
        self._judge(answer, what)
        return answer

    def write(self, query: str, what: str, order: str, variables: Mapping[str, Any]) -> GraphqlAnswer:
        """A mutation of one order. Raises Unavailable or Refused when nothing was changed, else Doubtful."""
        answer = self._logged_in(lambda headers: self._api.write(query, what, order, variables, headers))
        try:
            self._judge(answer, what)
        except (StoreFailing, AtOrder) as error:
            raise self._http.in_doubt(order) from error
        return answer

    def _logged_in(self, call: Call) -> GraphqlAnswer:
        """The answer with a session that the shop still knows."""
        settings = self._settings
        if settings.api_key is not None:
            return call(self._with_channel({settings.api_key_header: settings.api_key.value}))
        kept = SESSIONS.of(self._login_key())
        if kept is not None:
            answer = call(self._with_channel(kept))
            if not any(error.code in NOT_ALLOWED for error in answer.errors):
                return answer
        return call(self._with_channel(self._login()))

    def _with_channel(self, headers: Headers) -> Headers:
        settings = self._settings
        return {**headers, settings.channel_token_header: settings.channel_token} if settings.channel_token else headers

    def _login_key(self) -> tuple[str, str, str]:
        settings = self._settings
        return settings.http.url, settings.user, settings.password.value if settings.password else ""

    def _login(self) -> Headers:
        """A new session. The token comes in a header; a shop that is set to cookies alone sends those."""
        settings = self._settings
        _, user, password = self._login_key()
        answer = self._api.ask(LOGIN, TO_LOG_IN, {"user": user, "password": password})
        self._judge(answer, TO_LOG_IN)
        result = answer.data.get("login")
        told = result.get("errorCode") if isinstance(result, dict) else "no answer"
        if told is not None:
            raise StoreLoginRefused(store=settings.http.name, code=_short(told))
        token = answer.headers.get(settings.auth_token_header, "")
        cookies = _COOKIE.findall(answer.headers.get("Set-Cookie", ""))
        if not token and not cookies:
            raise StoreLoginRefused(store=settings.http.name, code=f"no {settings.auth_token_header} came back")
        headers = {"Authorization": f"Bearer {token}"} if token else {"Cookie": "; ".join(cookies)}
        SESSIONS.keep(self._login_key(), headers)
        return headers

    def _judge(self, answer: GraphqlAnswer, what: str) -> None:
        """Raise the first error that the answer tells."""
        for error in answer.errors:
            raise self._error(error, what, 200)

    def _error(self, error: GraphqlError, what: str, status: int) -> BridgeError | AtOrder:
        name = self._settings.http.name
        if error.code in NOT_ALLOWED:
            return StoreKeyRefused(store=name, what=what, code=error.code)
        if error.code in OUR_FAULT:
            return StoreRequestRefused(store=name, what=what, status=status, code=error.code)
        match error.path:
            case ("orders", "items", int(place), *_):
                return AtOrder(place, _field(error.path))
        return StoreFailing(store=name, status=f"{status} and {error.code or 'an error without a code'}")

    def _refusal(self, answer: RefusedAnswer) -> BridgeError | None:
        """A 4xx of the API carries GraphQL errors; any other is not the API's."""
        for error in errors_in(answer.content):
            told = self._error(error, answer.what, answer.status)
            return told if isinstance(told, BridgeError) else None
        return None


class AtOrder(Exception):
    """One order of a list made the shop fail: the place in the list, and the field of it."""

    def __init__(self, place: int, field: str) -> None:
        super().__init__(f"order at {place} of a list: {field}")
        self.place = place
        self.field = field


def _field(path: tuple[str | int, ...]) -> str:
    """The field of an order that failed, as a person reads it: `line 1: productVariant`. Field names only."""
    words = [str(step) for step in path[3:]]
    return ".".join(word for word in words if word.isalnum())[:60] or "the order"


def _short(text: object) -> str:
    return "".join(letter for letter in str(text) if letter.isalnum() or letter in "_- ")[:60]
