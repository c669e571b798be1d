"""What an order response (ORDRSP) says of its order: accepted with its number, with differences, or rejected."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from bridge.domain.answers import Difference, Result, Verdict
from bridge.profiles.acknowledgements.idoc_records import Record
from bridge.profiles.acknowledgements.xml_walk import Broken
from bridge.profiles.idoc_settings import ItemAction

ITEMS_MAX = 20_000
SCHEDULES_PER_ITEM_MAX = 1_000
# With the exponent of a floating point number (2.0E+01), but none that would be written out as millions of digits.
_NUMBER = re.compile(r"[+-]?([0-9]{1,30}\.?[0-9]{0,30}|\.[0-9]{1,30})(E[+-]?[0-9]{1,2})?")


@dataclass(slots=True)
class _Item:
    """One item with its schedule lines."""

    record: Record
    schedules: list[Record] = field(default_factory=list)


class OrderResponse:
    """One IDoc ORDRSP, segment by segment. actions: what E1EDP01 ACTION means."""

    def __init__(self, control: Record, actions: Mapping[str, ItemAction]) -> None:
        self._line, self._actions = control.line, actions
        self._numbers: dict[str, str] = {}
        self._items: list[_Item] = []

    def add(self, record: Record) -> None:
        """The next segment."""
        if record.name == "E1EDK02":
            self._numbers.setdefault(record["QUALF"], record["BELNR"])
        elif record.name == "E1EDP01":
            if len(self._items) == ITEMS_MAX:
                raise Broken(record.line, f"an order response has more than {ITEMS_MAX} items")
            self._items.append(_Item(record))
        elif record.name == "E1EDP20" and self._items:
            if len(self._items[-1].schedules) == SCHEDULES_PER_ITEM_MAX:
                raise Broken(record.line, f"an item has more than {SCHEDULES_PER_ITEM_MAX} schedule lines")
            self._items[-1].schedules.append(record)

    def result(self) -> Result:
        """All that was said. Raises Broken where our order is not named."""
        external_id, number = self._numbers.get("001", ""), self._numbers.get("002", "")
        if not external_id:
            raise Broken(self._line, "an order response does not name our order (E1EDK02 with QUALF 001)")
        refused = [item.record for item in self._items if self._is_refused(item.record)]
        reasons = dict.fromkeys(one["ABGRT"] or one["ABGRU"] for one in refused if one["ABGRU"] or one["ABGRT"])
        rejected = bool(refused) and len(refused) == len(self._items)
        return Result(
            external_id=external_id,
            verdict=Verdict.REJECTED if rejected else Verdict.ACCEPTED,
            erp_number=None if rejected else (number.lstrip("0") if number.isdigit() else number) or None,
            reason="; ".join(reasons),
            code=next((one["ABGRU"] for one in refused if one["ABGRU"]), ""),
            place=f"line {self._line}",
            differences=() if rejected else tuple(one for item in self._items for one in self._differences(item)),
        )

    def _is_refused(self, record: Record) -> bool:
        return bool(record["ABGRU"]) or self._actions.get(record["ACTION"]) == "deleted"

    def _differences(self, item: _Item) -> Iterator[Difference]:
        record, line = item.record, item.record["POSEX"].lstrip("0")
        quantity = _plain(record["MENGE"])
        action = self._actions.get(record["ACTION"])
        if self._is_refused(record):
            yield Difference("quantity", line, quantity, "0")
            return
        if action is None:
            yield Difference(f"action {record['ACTION']}", line)
        if action == "added":
            yield Difference("added line", line, "", quantity)
        confirmed = _sum_of(item.schedules)
        if confirmed is not None and confirmed != _number(record["MENGE"]):
            yield Difference("quantity", line, quantity, _shown(confirmed))
        elif action == "changed":
            yield Difference("quantity", line, "", quantity)
        if action == "changed":
            yield from _changed_terms(item, line)


def _changed_terms(item: _Item, line: str) -> Iterator[Difference]:
    """Price and dates of an item that SAP says it changed; it does not say which of them."""
    price, unit = _number(item.record["VPREI"]), _number(item.record["PEINH"]) or Decimal(1)
    if price is not None:
        yield Difference("unit price", line, "", _shown(price / unit))
    days = dict.fromkeys(one["EDATU"] for one in item.schedules if one["EDATU"].strip("0"))
    if days:
        yield Difference("delivery date", line, "", ", ".join(_day(one) for one in days))


def _sum_of(schedules: list[Record]) -> Decimal | None:
    """The confirmed quantity; None where none is said."""
    quantities = [_number(one["WMENG"]) for one in schedules]
    told = [one for one in quantities if one is not None]
    return sum(told, Decimal(0)) if told else None


def _number(text: str) -> Decimal | None:
    """A number as SAP writes it: the sign at either end, a point; None for none."""
    sign, digits = ("-", text[:-1].strip()) if text.endswith("-") else ("", text)
    return Decimal(sign + digits) if _NUMBER.fullmatch(sign + digits) else None


def _plain(text: str) -> str:
    number = _number(text)
    return text if number is None else _shown(number)


def _shown(number: Decimal) -> str:
    """Without zeros behind the point: 2.000 is 2."""
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _day(text: str) -> str:
    return f"{text[:4]}-{text[4:6]}-{text[6:]}" if len(text) == 8 and text.isdigit() else text
