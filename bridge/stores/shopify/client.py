"""GraphQL with one Shopify shop: its token, its pinned version, its bucket of points, its errors told apart by code.

Errors stand in three places: the HTTP status, the list `errors` of an answer that is 200, and `userErrors` inside the
data, which is the caller's. THROTTLED is HTTP 200 too; the wait is (requested - available) / restore rate.
"""

from __future__ import annotations

import math
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bridge.domain.clock import Clock
from bridge.domain.errors import BridgeError
from bridge.stores.graphql import GraphqlAnswer, GraphqlApi, GraphqlError
from bridge.stores.http import RefusedAnswer, ShopHttp
from bridge.stores.problems import StoreBusy, StoreFailing, StoreKeyRefused, StoreRequestRefused, StoreWriteInDoubt
from bridge.stores.shopify.settings import ShopifySettings
from bridge.stores.shopify.tokens import Tokens

VERSION_HEADER = "X-Shopify-API-Version"
WAIT_S_MIN = 0.05  # bounds how often one page waits
COMFORT = 0.2  # of the whole bucket: else every further question would be throttled again
WAIT_S_MAX = 3600.0
INSIDE = frozenset({"INTERNAL_SERVER_ERROR", "TIMEOUT", "GATEWAY_TIMEOUT"})
NO_CODE = "no-code"
CLOSED = {402: "shop-frozen", 423: "shop-locked"}
Pause = Callable[[float], None]
Variables = Mapping[str, Any]


class TooDear(StoreRequestRefused):
    """A query asks for more points than one query may cost: ask for less. `share`: so much of it would fit."""

    def __init__(self, *, share: float = 0.5, **subject: object) -> None:
        super().__init__(field=None, **subject)
        self.share = share


@dataclass(frozen=True, slots=True)
class Told:
    """The data of an answer. `failed`: errors that concern a part of it, by their place."""

    answer: GraphqlAnswer
    failed: tuple[GraphqlError, ...]
    version: str  # that served it

    @property
    def data(self) -> Mapping[str, Any]:
        return self.answer.data

    @property
    def now(self) -> datetime:
        return self.answer.now


class ShopifyClient:
    """One shop's Admin GraphQL API."""

    def __init__(self, settings: ShopifySettings, clock: Clock, pause: Pause = time.sleep) -> None:
        self._settings = settings
        self._pause = pause
        self._http = ShopHttp(settings.http, clock, self._refusal)
        self._api = GraphqlApi(self._http, f"/admin/api/{settings.api_version}/graphql.json")
        self._tokens = Tokens(self._http, settings.access, clock)
        self.served = ""  # the version that answered last; empty where the shop did not say it yet
        self._patience_s = settings.throttle_wait_s  # so long what has begun may still wait

    def close(self) -> None:
        self._http.close()

    def begin(self, at_least_s: float = 0.0) -> None:
        """A new page, part of an order or write-back begins: it may wait for the shop's bucket anew."""
        self._patience_s = max(self._settings.throttle_wait_s, at_least_s)

    def ask(self, query: str, what: str, variables: Variables | None = None) -> Told:
        """A question that changes nothing. Raises Unavailable, Refused or TooDear."""
        return self._told(lambda headers: self._api.ask(query, what, variables, headers), what, reads=True)

    def write(self, query: str, what: str, order: str, variables: Variables) -> Told:
        """A mutation of one order, sent once. Raises Unavailable or Refused when nothing was changed, else Doubtful."""
        doubt = StoreWriteInDoubt(store=self._settings.name, order=order)
        try:
            told = self._told(
                lambda headers: self._api.write(query, what, order, variables, headers), what, reads=False
            )
        except StoreFailing as error:  # the shop broke inside, perhaps behind the write
            raise doubt from error
        except StoreRequestRefused as error:
            if error.subject.get("code") == NO_CODE:  # every refusal before the write has one
                raise doubt from error
            raise
        if told.failed:
            raise doubt
        return told

    def unreadable(self, what: str) -> BridgeError:
        """The error of an answer of another shape than its query has."""
        return self._http.unreadable(what)

    def _told(self, send: Callable[[dict[str, str]], GraphqlAnswer], what: str, reads: bool) -> Told:
        """Send, wait for the bucket where the shop says so, and judge the errors of the answer as a whole."""
        while True:
            answer = self._sent(send)
            self.served = _version(answer) or self.served
            whole = [error for error in answer.errors if not error.path or not answer.data]
            if any(error.code == "THROTTLED" for error in whole):
                self._wait(answer)
                continue
            if whole:
                raise self._error(whole[0], what)
            denied = [error for error in answer.errors if error.code == "ACCESS_DENIED"]
            if denied:  # a right that is missing is missing for every order
                steps = [str(step) for step in denied[0].path if isinstance(step, str)]
                raise StoreKeyRefused(
                    store=self._settings.name, what=": ".join([what, *steps[-1:]]), code="ACCESS_DENIED"
                )
            if reads and answer.errors and not any(answer.data.values()):
                raise self._error(answer.errors[0], what)
            return Told(answer, answer.errors, self.served or self._settings.api_version)

    def _sent(self, send: Callable[[dict[str, str]], GraphqlAnswer]) -> GraphqlAnswer:
        """Once; and again with a new token where the shop refuses one that can be renewed (then it did nothing)."""
        try:
            return send(self._tokens.headers())
        except StoreKeyRefused as error:
            if not self._tokens.can_be_renewed or error.subject.get("code") != "401":
                raise
        self._tokens.forget()
        return send(self._tokens.headers())

    def _wait(self, answer: GraphqlAnswer) -> None:
        """Until the bucket holds what was asked for and some more; longer waits are given back. Raises StoreBusy."""
        least = max(throttle_wait_s(answer.extensions), WAIT_S_MIN)
        if least > self._patience_s:
            raise StoreBusy(store=self._settings.name, status="THROTTLED", retry_after_s=least)
        seconds = min(max(throttle_wait_s(answer.extensions, COMFORT), WAIT_S_MIN), self._patience_s)
        self._patience_s -= seconds
        self._pause(seconds)

    def _error(self, error: GraphqlError, what: str) -> BridgeError:
        """The error of a whole answer, by its code."""
        name, code = self._settings.name, error.code
        if code == "MAX_COST_EXCEEDED":
            told = error.extensions or {}
            share = _number(told.get("maxCost"), 1.0) / max(_number(told.get("cost"), 2.0), 1.0)
            return TooDear(store=name, what=what, status=200, code=code, share=min(share, 0.99))
        if code == "ACCESS_DENIED":
            return StoreKeyRefused(store=name, what=what, code=code)
        if code in INSIDE:
            return StoreFailing(store=name, status=code)
        if code == "SHOP_INACTIVE":
            return StoreRequestRefused(store=name, what=what, status=200, code="shop-inactive")
        return StoreRequestRefused(store=name, what=what, status=200, code=code or NO_CODE)

    def _refusal(self, answer: RefusedAnswer) -> BridgeError | None:
        """The error of one 4xx. Shopify's own bodies are JSON; a page comes from something in front of it."""
        name, status = self._settings.name, answer.status
        if status in CLOSED:
            return StoreRequestRefused(store=name, what=answer.what, status=status, code=CLOSED[status])
        if status == 430:  # Shopify's own: blocked for a while as suspicious
            return StoreBusy(store=name, status=status)
        if not answer.content.lstrip().startswith(b"{"):
            return None
        if status in (401, 403):
            return StoreKeyRefused(store=name, what=answer.what, code=str(status))
        if status == 404:
            return self._http.address_wrong("there is no shop of that name, or it is not Shopify")
        return StoreRequestRefused(store=name, what=answer.what, status=status, code=str(status))


def _version(answer: GraphqlAnswer) -> str:
    """The version that served an answer, as its header says; empty where it does not, or holds something else."""
    told = answer.headers.get(VERSION_HEADER, "")
    return told if re.fullmatch(r"[0-9A-Za-z-]{1,20}", told) else ""


def throttle_wait_s(extensions: Mapping[str, Any], comfort: float = 0.0) -> float:
    """How long the bucket needs to hold what was asked for, and a share of itself beyond that.

    A second where the shop does not say.
    """
    cost = extensions.get("cost")
    status = cost.get("throttleStatus") if isinstance(cost, dict) else None
    if not isinstance(cost, dict) or not isinstance(status, dict):
        return 1.0
    missing = _number(cost.get("requestedQueryCost"), 100.0) - _number(status.get("currentlyAvailable"), 0.0)
    missing += comfort * _number(status.get("maximumAvailable"), 1000.0)
    rate = _number(status.get("restoreRate"), 50.0)
    if missing <= 0 or rate <= 0:
        return 1.0
    return min(math.ceil(missing / rate * 1000) / 1000, WAIT_S_MAX)


def _number(value: object, default: float) -> float:
    """A count of points. They are no money: a float will do."""
    try:
        number = float(value)  # type: ignore[arg-type]  # whatever it is, it is a number or the default
    except (TypeError, ValueError):
        return default
    return number if math.isfinite(number) else default
