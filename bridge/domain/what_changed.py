"""What differs between two contents of one order, field by field; and whether it is anything to the ERP.

After the ERP has an order, a shop goes on moving words about it: its status when the parcel leaves, labels, the payment
that a carrier collects. None of that is a change of what was ordered, and nobody in the ERP can do anything with it.
Nor is it when somebody corrects the shop's time zone: all its times then move by the hours between the two zones.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import orjson

from bridge.domain.contract import NOT_IN_REVISION, LineKind, PaymentState

# A shop's words about an order that the ERP has: none of them changes what was ordered.
_WORDS = frozenset({"status", "tags", "channel", "read_live", *NOT_IN_REVISION})
_PAYMENTS = frozenset({"payment.paid_at", "payment.transaction_id", "payment.parts"})
_MONEY_GONE = frozenset({PaymentState.UNPAID.value, PaymentState.FAILED.value, PaymentState.REFUNDED.value})
CLOCK = "updated_at"  # the store's, which moves with every change and says nothing of it
NAMES_SHOWN_MAX = 6
UNREADABLE = "order"
REFUNDS = "refunds"
_OF_REFUNDS = frozenset({REFUNDS, "totals.refunded"})

_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z\Z")  # as canonical contents write them

Tree = Mapping[str, Any]
Live = frozenset[str]


@dataclass(frozen=True, slots=True)
class Difference:
    """One field. field: a path (`delivery.street`, `lines[2].quantity`, `lines[3]` for a whole line), lines by position
    in the content that has them. before, after: as text, empty where there was none; they can be personal data.
    unmade: nobody changed the order: the shop looks it up each time, or reads its times in another zone.
    """

    field: str
    before: str
    after: str
    unmade: bool = False

    @property
    def in_words(self) -> str:
        """The field's name for people, without its values: `quantity of line 2`."""
        if self.field == REFUNDS:
            return _refunds_in_words(self.before, self.after)
        head, _, name = self.field.partition("].")
        shown = (name or head).replace("_", " ").replace(".", " ")
        if not self.field.startswith("lines["):
            return shown
        line = f"line {head.removeprefix('lines[').rstrip(']')}"
        if name:
            return f"{shown} of {line}"
        return f"{line} added" if not self.before else f"{line} taken away"


def differences(before: bytes, after: bytes) -> list[Difference]:
    """What differs between two canonical contents, by name. A malformed one is empty bytes."""
    if not before or not after:
        return [] if before == after else [Difference(UNREADABLE, _said(before), _said(after))]
    old, new = orjson.loads(before), orjson.loads(after)
    both = {*old.get("read_live", ())} & {*new.get("read_live", ())}
    live = frozenset(path.removeprefix("lines.") for path in both if path.startswith("lines."))
    return list(_of_tree(old, new, "", live))


def is_for_the_erp(found: Sequence[Difference]) -> bool:
    """Whether any of it changes what was ordered, by whom, for where or for how much."""
    return any(not _is_money_coming_in(one) for one in found if _is_asked(one))


def _is_asked(one: Difference) -> bool:
    """Whether somebody may have changed what was ordered."""
    return not one.unmade and one.field not in _WORDS


def _is_money_coming_in(one: Difference) -> bool:
    """Whether a difference is of a payment that arrived: one that is taken back or fails is the ERP's business."""
    if one.field == "payment.state":
        return one.after not in _MONEY_GONE
    if one.field == "totals.paid":
        return Decimal(one.after or 0) >= Decimal(one.before or 0)
    return one.field in _PAYMENTS or one.field == "totals.due"


def in_words(found: Sequence[Difference]) -> str:
    """The names of the fields, for a message: never their values."""
    names = [one.in_words for one in found if _is_asked(one)]
    rest = len(names) - NAMES_SHOWN_MAX
    shown = ", ".join(names[:NAMES_SHOWN_MAX])
    return f"{shown} and {rest} more" if rest > 0 else shown or "nothing that the ERP has"


def has_refund(found: Sequence[Difference]) -> bool:
    """Whether money was given back, or less of it than the store said before."""
    return any(one.field in _OF_REFUNDS and not one.unmade for one in found)


def work_by_hand(found: Sequence[Difference]) -> str:
    """What a person has to do in the ERP about it, as an imperative without its end."""
    if not has_refund(found):
        return "Make the change in the ERP by hand"
    rest = [one for one in found if _is_asked(one) and one.field not in _OF_REFUNDS and not _is_of_payment(one)]
    further = ", and make the other changes there" if rest else ""
    return f"Enter what was given back in the ERP by hand (a credit note){further}"


def _is_of_payment(one: Difference) -> bool:
    return one.field.startswith("payment.") or one.field in ("totals.paid", "totals.due")


def _refunds_in_words(before: str, after: str) -> str:
    """The refunds that are new, are gone, or say something else now, with what each gives back of which line."""
    old, new = ({one["refund_id"]: one for one in orjson.loads(text or "[]")} for text in (before, after))
    changed = [one for key, one in new.items() if old.get(key) != one]
    gone = [one for key, one in old.items() if key not in new]
    words = [f"refund of {_refund(one)}" for one in changed] + [f"refund of {_refund(one)} taken back" for one in gone]
    return ", ".join(words) or "refunds"


def _refund(refund: Tree) -> str:
    lines = [f"{line['quantity']} of line {line['position']} for {line['gross']}" for line in refund["lines"]]
    amount: str = refund["amount"]
    return f"{amount} ({'; '.join(lines)})" if lines else amount


def _of_tree(old: Tree, new: Tree, prefix: str, live: Live) -> Iterator[Difference]:
    """live: fields of lines."""
    for name in dict.fromkeys((*old, *new)):
        before, after = old.get(name), new.get(name)
        path = f"{prefix}{name}"
        if before == after or path == CLOCK:
            continue
        if path == "lines":
            yield from _of_lines(before or [], after or [], live)
        elif isinstance(before, dict) and isinstance(after, dict):
            yield from _of_tree(before, after, f"{path}.", live)
        else:
            looked_up = name in live and prefix.startswith("lines[")
            # A time among named raw fields is one that somebody chose, as that of a delivery.
            unmade = looked_up or (prefix != "extra." and is_read_in_another_zone(before, after))
            yield Difference(path, _text(before), _text(after), unmade)


def is_read_in_another_zone(before: object, after: object) -> bool:
    """Whether times alone differ, each by what may lie between two zones: whole quarters of an hour, less than a day.

    Each by its own: a refund in winter moves otherwise than an order in summer.
    """
    if before == after:
        return True
    if isinstance(before, dict) and isinstance(after, dict):
        return before.keys() == after.keys() and all(is_read_in_another_zone(before[key], after[key]) for key in after)
    if isinstance(before, list) and isinstance(after, list):
        return len(before) == len(after) and all(map(is_read_in_another_zone, before, after))
    if not (isinstance(before, str) and isinstance(after, str) and _INSTANT.match(before) and _INSTANT.match(after)):
        return False
    moved = abs(datetime.fromisoformat(after) - datetime.fromisoformat(before))
    return moved < timedelta(days=1) and not moved % timedelta(minutes=15)


def _of_lines(before: Sequence[Tree], after: Sequence[Tree], live: Live) -> Iterator[Difference]:
    """Lines that are the same article are held against each other; a moved position alone is no difference."""
    free = list(before)
    for line in after:
        old = _taken_from(free, line, live)
        if old is None:
            yield Difference(f"lines[{line['position']}]", "", _line(line))
            continue
        same = {name: old.get(name) for name in ("position", "parent_position")}
        yield from _of_tree(old, {**line, **same}, f"lines[{line['position']}].", live)
    for line in free:
        yield Difference(f"lines[{line['position']}]", _line(line), "")


def _taken_from(free: list[Tree], line: Tree, live: Live) -> Tree | None:
    """The line that this one was: an equal one, else one of its article at its place, else any of its article.

    An article whose SKU is read live is known by its name where no SKU is the same: its product was renamed or deleted.
    """
    tests: list[Callable[[Tree], bool]] = [
        lambda old: {**old, "position": 0} == {**line, "position": 0},
        lambda old: _article(old) == _article(line) and old["position"] == line["position"],
        lambda old: _article(old) == _article(line),
    ]
    if "sku" in live:
        tests.append(lambda old: _named(old) == _named(line) and old["position"] == line["position"])
    for is_it in tests:
        found = next((place for place, old in enumerate(free) if is_it(old)), None)
        if found is not None:
            return free.pop(found)
    return None


def _article(line: Tree) -> tuple[str, str]:
    return line["kind"], line["sku"] or line["name"]


def _named(line: Tree) -> tuple[str, str]:
    return line["kind"], line["name"]


def _line(line: Tree) -> str:
    what = line["sku"] or line["name"]
    return what if line["kind"] == LineKind.COMMENT else f"{line['quantity']} x {what}, {line['gross']} gross"


def _text(value: object) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else orjson.dumps(value).decode()


def _said(content: bytes) -> str:
    return "readable" if content else "cannot be read"
