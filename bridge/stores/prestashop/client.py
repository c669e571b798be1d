"""Questions to a PrestaShop's web service, and the messages that are written there.

Every list is asked for with what it needs and checked to be the shop's XML. Errors are told apart by status and number.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bridge.domain.clock import Clock
from bridge.domain.errors import BridgeError
from bridge.stores.http import Answer, RefusedAnswer, ShopHttp
from bridge.stores.prestashop import xml
from bridge.stores.prestashop.problems import WebServiceOff
from bridge.stores.prestashop.settings import PrestaShopSettings
from bridge.stores.prestashop.xml import Part
from bridge.stores.problems import (
    StoreAddressWrong,
    StoreAnswerUnreadable,
    StoreFailing,
    StoreKeyRefused,
    StoreRequestRefused,
)

API = "/api"
NO_RIGHT = frozenset({"16", "17", "18", "20", "21", "25", "26", "132"})  # key, its form, or its rights
NO_RESOURCE = "27"
SWITCHED_OFF = "22"  # answered with 503, as maintenance is
GOES_NOT_ON = "its filter or sorting by id has no effect, so that a list does not go on where its page ended"
FAILS = "the shop fails to show it"
AS_XML = {"Accept": "text/xml", "Output-Format": "XML"}
POSTED = {**AS_XML, "Content-Type": "text/xml; charset=utf-8"}


class PageUnreadable(StoreAnswerUnreadable):
    """A list that the shop can't show or shows as broken XML: one of its rows may be to blame. Ask for fewer."""

    @property
    def of_one(self) -> str:
        """What is to be said of the row that is to blame."""
        if self.subject.get("what") == FAILS:
            return "the shop itself fails when it is asked to show {resource} of this order"
        return "a text in {resource} of this order holds what XML cannot hold, such as a control character or ]]>"


@dataclass(frozen=True, slots=True)
class Rows:
    """One list, and what time it was for the shop."""

    parts: Sequence[Part]
    now: datetime
    version: str  # of the shop, where it says


class PrestaShopClient:
    """One PrestaShop's web service."""

    def __init__(self, settings: PrestaShopSettings, clock: Clock) -> None:
        self._settings = settings
        auth = None if settings.key_in_query else (settings.key.value, "")
        self._http = ShopHttp(settings.http, clock, self._refusal, auth, closed=self._switched_off)

    def close(self) -> None:
        self._http.close()

    def rows(
        self, resource: str, filters: Mapping[str, str], display: str = "full", sort: str = "", limit: str = ""
    ) -> Rows:
        """One list. Raises Unavailable (PageUnreadable where fewer rows may help) or Refused."""
        query = {f"filter[{name}]": value for name, value in filters.items()} | {"display": display}
        if "date_" in sort or any(name.startswith("date_") for name in filters):
            query["date"] = "1"  # else the shop refuses both
        if sort:
            query["sort"] = sort
        if limit:
            query["limit"] = limit
        what = f"read {resource}"
        try:
            answer = self._http.ask(f"{API}/{resource}", what, query | self._always(), headers=AS_XML)
        except StoreFailing as error:
            if error.subject.get("status") == 500:  # PHP died while it rendered one of the rows
                raise self._page(FAILS) from error
            raise
        try:
            parts = xml.parts_of(answer.content, answer.headers.get("Content-Sha1", ""))
        except xml.Broken as error:
            if error.cut or answer.is_page:
                raise self._http.unreadable(str(error)) from error
            raise self._page(str(error)) from error
        return Rows(parts, answer.now, answer.headers.get("PSWS-Version", ""))

    def page(self, parts: Sequence[Part], place: str, count: int) -> tuple[list[Part], str]:
        """A list by id as far as it is new, and where its next page begins; empty behind the last.

        place: the last id of the page before. Raises StoreAnswerUnreadable where the shop's filter or sorting by id has
        no effect (another version, a cache): such a list would have no end, or leave rows out.
        """
        numbers = [int(part.key) for part in parts if part.key.isascii() and part.key.isdigit()]
        last = int(place or 0)
        fresh = [number for number in numbers if number > last]
        if fresh != sorted(fresh) or (len(parts) >= count and not fresh):
            raise self._http.unreadable(GOES_NOT_ON)
        old = {str(number) for number in numbers if number <= last}  # a filter that the shop takes loosely
        return [part for part in parts if part.key not in old], str(fresh[-1]) if len(parts) >= count else ""

    def rights(self) -> tuple[dict[str, frozenset[str]], Rows]:
        """What the key may do: resource -> methods."""
        answer = self._http.ask(f"{API}/", "use the web service", self._always(), headers=AS_XML)
        try:
            rights = xml.rights_of(answer.content, self._digest(answer))
        except xml.Broken as error:
            raise self._http.unreadable(str(error)) from error
        return rights, Rows((), answer.now, answer.headers.get("PSWS-Version", ""))

    def add(self, resource: str, node: str, values: Mapping[str, str], order: str) -> Part:
        """A new row about an order; gives it as the shop shows it. Raises Unavailable, Refused or Doubtful."""
        what = f"add to {resource} of an order"
        body = xml.row_xml(node, values)
        answer = self._http.write("POST", f"{API}/{resource}", what, body, order, POSTED, self._always())
        try:
            return xml.one_of(answer.content, self._digest(answer))
        except xml.Broken as error:
            raise self._http.in_doubt(order) from error

    @staticmethod
    def _digest(answer: Answer) -> str:
        return answer.headers.get("Content-Sha1", "")

    def _always(self) -> dict[str, str]:
        settings = self._settings
        query = {"id_shop": settings.shop_id} if settings.shop_id else {}
        return query | ({"ws_key": settings.key.value} if settings.key_in_query else {})

    def _page(self, what: str) -> PageUnreadable:
        return PageUnreadable(store=self._settings.name, what=what)

    def _switched_off(self, answer: RefusedAnswer) -> BridgeError | None:
        """What a 503 says: only its number tells a web service that is switched off from a shop in maintenance."""
        if xml.error_code(answer.content) != SWITCHED_OFF:
            return None
        return WebServiceOff(store=self._settings.name, host=self._settings.http.host)

    def _refusal(self, answer: RefusedAnswer) -> BridgeError | None:
        code, name = xml.error_code(answer.content), self._settings.name
        if code is None:
            return None
        if code in NO_RIGHT or answer.status == 401:
            return StoreKeyRefused(store=name, what=answer.what, code=code)
        if code == NO_RESOURCE:
            missing = "the shop's web service does not know what is asked for (it is older than 1.6, or changed)"
            return StoreAddressWrong(store=name, host=self._settings.http.host, what=missing)
        return StoreRequestRefused(store=name, what=answer.what, status=answer.status, code=code)
