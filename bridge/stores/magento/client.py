"""A Magento shop's REST V1: searches, writes, and what its refusals mean.

Errors have no codes: the message is translated, its placeholders are not filled in. They are told apart by status and
by the names of the parameters beside it. A single order is never asked for by address: its 404 could as well mean that
the shop has no such route, and "gone" must be true.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode

from bridge.domain.clock import Clock
from bridge.domain.errors import BridgeError
from bridge.stores.exact_json import elements, inner_text
from bridge.stores.http import Answer, RefusedAnswer, ShopHttp, http_date
from bridge.stores.http_session import READS_AGAIN, SENT_ONCE
from bridge.stores.magento.parts import Part
from bridge.stores.magento.settings import PER_PAGE_MAX, MagentoSettings
from bridge.stores.magento.signing import credentials
from bridge.stores.problems import StoreKeyRefused, StoreRequestRefused, StoreUnreachable
from bridge.stores.raw import text_of

SIGNED_READS_MAX = 2  # a question whose connection broke is asked once more, under a new signature
AHEAD_MAX = timedelta(minutes=10)  # the shop refuses signatures from further in its future
TOLD_PARAMETERS = ("resources", "fieldName", "max")  # their values are words of the API, never of a customer


@dataclass(frozen=True, slots=True)
class Filter:
    """One condition; all of a search must hold."""

    field: str
    condition: str  # gteq, gt, lteq, lt, eq, in, nin, null
    value: str


@dataclass(frozen=True, slots=True)
class Found:
    """The answer to a search. total: how many rows match in all."""

    rows: Sequence[Part]
    total: int
    now: datetime  # the shop's own clock


class MagentoClient:
    """One shop's REST V1."""

    def __init__(self, settings: MagentoSettings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self._base = f"/rest/{settings.store_code}/V1"
        self._size_max = PER_PAGE_MAX
        self._is_signed = settings.signing is not None
        reads = SENT_ONCE if self._is_signed else READS_AGAIN
        self._http = ShopHttp(settings.http, clock, self._refusal, credentials(settings, clock), reads)

    def close(self) -> None:
        self._http.close()

    def search(
        self,
        table: str,
        what: str,
        filters: Sequence[Filter],
        sorted_by: Sequence[str] = ("entity_id",),
        size: int = 100,
        fields: str = "",
        page: int = 1,
    ) -> Found:
        """A page of a search, lowest first (a field with a minus: highest). `what` completes "the key has no right to".

        Nothing is read on by number: beyond the end a shop repeats its last page. fields: of each row; empty for all.
        Raises Unavailable or Refused.
        """
        cut = [("fields", f"items[{fields}],total_count")] if fields else []
        try:
            answer = self.ask(
                f"/{table}", what, [*_criteria(filters, sorted_by, min(size, self._size_max), page), *cut]
            )
        except StoreRequestRefused:
            if size <= self._size_max:
                raise
            answer = self.ask(f"/{table}", what, [*_criteria(filters, sorted_by, self._size_max, page), *cut])
        text = self._http.json_text(answer)
        try:
            total = int(inner_text(text, "total_count"))  # it stands last: an answer that breaks off has none
            listed = inner_text(text, "items")
            rows = [Part(value, part) for value, part in elements("[]" if listed == "null" else listed)]
        except (ValueError, KeyError) as error:
            raise self._http.unreadable(f"the list of {table} breaks off or is not a list") from error
        return Found(rows, total, answer.now)

    def search_all(self, table: str, what: str, filters: Sequence[Filter], fields: str = "") -> list[Part]:
        """Every row of a search, lowest id first, however few a page of this shop holds: none is taken for gone."""
        rows: list[Part] = []
        last = 0
        while True:
            found = self.search(table, what, [*filters, Filter("entity_id", "gt", str(last))], fields=fields)
            rows.extend(found.rows)
            if found.total <= len(found.rows):
                return rows
            last = self.next_id(found, last)

    def next_id(self, found: Found, last: int) -> int:
        """The id behind which the next page begins. Raises StoreAnswerUnreadable where a search does not go on."""
        told = text_of(found.rows[-1].fields, "entity_id") if found.rows else ""
        if not told.isascii() or not told.isdigit() or int(told) <= last:
            raise self._http.unreadable("a list does not go on where its page ended")
        return int(told)

    def ask(
        self, path: str, what: str, query: Sequence[tuple[str, str]] = (), body: Mapping[str, Any] | None = None
    ) -> Answer:
        """A question; a POST where it has a body. A blank goes as %20: older shops sign a plus as a plus."""
        asked = f"{self._base}{path}" + (f"?{urlencode(query, quote_via=quote)}" if query else "")
        if not self._is_signed:
            return self._http.ask(asked, what, body=body)
        for _ in range(SIGNED_READS_MAX - 1):
            try:
                return self._http.ask(asked, what, body=body)
            except StoreUnreachable:
                continue
        return self._http.ask(asked, what, body=body)

    def write(self, path: str, what: str, body: Mapping[str, Any], order: str) -> None:
        """POST one change of one order. Raises Unavailable or Refused when nothing changed, Doubtful when unknown."""
        answer = self._http.write("POST", f"{self._base}{path}", what, body, order)
        if answer.is_page or answer.content[:1] == b"<":
            raise self._http.in_doubt(order)

    def _refusal(self, answer: RefusedAnswer) -> BridgeError | None:
        """By status and parameters; a body that is no API error is not the API's."""
        name = self._settings.http.name
        parameters = _parameters(answer.content)
        if parameters is None:
            return None
        told = next((_word(parameters[known]) for known in TOLD_PARAMETERS if known in parameters), "")
        if answer.status == 400 and isinstance(parameters.get("max"), int) and parameters["max"] > 0:
            self._size_max = min(self._size_max, parameters["max"])  # this shop limits its pages
        if answer.status in (401, 403):
            code = told or self._why_unsigned(answer) or "the signature or a key is wrong"
            return StoreKeyRefused(store=name, what=answer.what, code=code)
        if answer.status == 404 and not parameters:
            return self._http.address_wrong("the shop has no such route of the REST API, or not for this store_code")
        return StoreRequestRefused(store=name, what=answer.what, status=answer.status, code=told or "no code given")

    def _why_unsigned(self, answer: RefusedAnswer) -> str:
        """Our clock, where it is so far ahead of the shop's that no signature of ours is taken."""
        if not self._is_signed:
            return ""
        shop_now = http_date(answer.headers.get("Date", ""))
        ahead = self._clock() - shop_now if shop_now else timedelta(0)
        if ahead <= AHEAD_MAX:
            return ""
        return f"our clock is {int(ahead.total_seconds() // 60)} minutes ahead of the shop's"


def shop_time(moment: datetime) -> str:
    """Whole seconds in the database's form, UTC."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")


def _criteria(filters: Sequence[Filter], sorted_by: Sequence[str], size: int, page: int) -> list[tuple[str, str]]:
    """A group for each filter, so that all must hold.

    Never ten of them: the shop sorts what is signed as a person counts, the standard by bytes.
    """
    pairs = []
    for group, one in enumerate(filters):
        name = f"searchCriteria[filter_groups][{group}][filters][0]"
        pairs += [
            (f"{name}[field]", one.field),
            (f"{name}[condition_type]", one.condition),
            (f"{name}[value]", one.value),
        ]
    for place, field in enumerate(sorted_by):
        pairs.append((f"searchCriteria[sortOrders][{place}][field]", field.removeprefix("-")))
        pairs.append((f"searchCriteria[sortOrders][{place}][direction]", "DESC" if field.startswith("-") else "ASC"))
    return [*pairs, ("searchCriteria[pageSize]", str(size)), ("searchCriteria[currentPage]", str(page))]


def _parameters(content: bytes) -> dict[str, Any] | None:
    """The parameters of an API error by name (by place where they are a list); None for what is no API error."""
    try:
        body = json.loads(content)
    except (ValueError, RecursionError):
        return None
    if not isinstance(body, dict) or not isinstance(body.get("message"), str):
        return None
    parameters = body.get("parameters")
    if isinstance(parameters, list):
        return {str(place): value for place, value in enumerate(parameters, start=1)}
    return parameters if isinstance(parameters, dict) else {}


def _word(value: Any) -> str:
    """A word of the API as it may stand in a message: cut, letters and digits only."""
    return "".join(letter for letter in str(value) if letter.isalnum() or letter in "_-:, ")[:60]
