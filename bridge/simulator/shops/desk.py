"""The simulators' own door, `/simulator/`: what a person at the desk does to a shop while the bridge runs.

It is no part of any shop's API and asks for no key; the simulators listen on loopback.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from decimal import Decimal, InvalidOperation
from typing import Any, ClassVar, Protocol

from bridge.simulator.shops.faults import ArmedFaults, Fault, FaultKind
from bridge.simulator.shops.reply import Reply, Request, json_reply

DOOR = "/simulator"
Json = dict[str, Any]


class Desk(Protocol):
    """The acts that people do in any shop. An order's id is what the shop's pages show."""

    order: ClassVar[Json]  # a new order, as the lines to copy name it
    edited: ClassVar[Json]  # an edit, likewise

    def orders(self) -> Sequence[Json]:
        """What a person sees of each order."""

    def add(self, sent: Json) -> str:
        """A new order, not paid yet; what is left out is filled in. Gives its id."""

    def pay(self, order_id: str) -> None:
        """Payment arrives."""

    def edit(self, order_id: str, sent: Json) -> None:
        """Somebody edits and saves the order."""

    def cancel(self, order_id: str) -> None:
        """It is cancelled."""

    def refund(self, order_id: str, amount: Decimal | None) -> str:
        """Money goes back: an amount, or all of it. Gives the refund's id."""


Act = Callable[[Desk, ArmedFaults, str, Json], Json]


def answer(desk: Desk, faults: ArmedFaults | None, request: Request) -> Reply:
    """Do one act. A wrong request is told what is allowed. faults: None for a shop that no fault could strike."""
    path = request.path.removeprefix(DOOR).rstrip("/") or "/"
    lines = commands(desk, request.base_url, has_faults=faults is not None)
    try:
        if faults is None and path == "/faults":
            raise ValueError("faults strike a web server, and this shop is read in its database")
        sent = json.loads(request.body or b"{}")
        for method, pattern, act in _ACTS:
            found = re.fullmatch(pattern, path)
            if found and request.method == method:
                return json_reply(act(desk, faults or ArmedFaults(), found.groupdict().get("order_id", ""), sent))
    except (ValueError, KeyError, TypeError, InvalidOperation) as error:
        return json_reply({"error": str(error), "commands": lines}, 400)
    return json_reply({"commands": lines}, 200 if path == "/" else 404)


def commands(
    desk: type[Desk] | Desk, base_url: str, order_id: int | str = "ID", *, has_faults: bool = True
) -> list[str]:
    """curl lines to copy: one for each act."""
    door = f"{base_url}{DOOR}"
    order = f"{door}/orders/{order_id}"
    lines = [
        f"curl {door}/orders",
        f"curl -X POST {door}/orders -d '{_written(desk.order)}'",
        f"curl -X POST {order}/pay",
        f"curl -X POST {order}/edit -d '{_written(desk.edited)}'",
        f"curl -X POST {order}/cancel",
        f"""curl -X POST {order}/refund -d '{{"amount":"5.00"}}'""",
    ]
    if not has_faults:
        return lines
    return [
        *lines,
        f"""curl -X POST {door}/faults -d '{{"kind":"503","times":-1}}'""",
        f"curl {door}/faults",
        f"curl -X DELETE {door}/faults",
    ]


def _written(sent: Mapping[str, Any]) -> str:
    return json.dumps(sent, separators=(",", ":"), ensure_ascii=False)


def _list(desk: Desk, _faults: ArmedFaults, _order_id: str, _sent: Json) -> Json:
    return {"orders": list(desk.orders())}


def _add(desk: Desk, _faults: ArmedFaults, _order_id: str, sent: Json) -> Json:
    return {"id": desk.add(sent)}


def _pay(desk: Desk, _faults: ArmedFaults, order_id: str, _sent: Json) -> Json:
    desk.pay(order_id)
    return {"paid": order_id}


def _edit(desk: Desk, _faults: ArmedFaults, order_id: str, sent: Json) -> Json:
    desk.edit(order_id, sent)
    return {"edited": order_id}


def _cancel(desk: Desk, _faults: ArmedFaults, order_id: str, _sent: Json) -> Json:
    desk.cancel(order_id)
    return {"cancelled": order_id}


def _refund(desk: Desk, _faults: ArmedFaults, order_id: str, sent: Json) -> Json:
    return {"refund": desk.refund(order_id, Decimal(str(sent["amount"])) if "amount" in sent else None)}


def _arm(_desk: Desk, faults: ArmedFaults, _order_id: str, sent: Json) -> Json:
    if sent.get("kind") not in list(FaultKind):
        raise ValueError(f"kind must be one of: {', '.join(FaultKind)}")
    faults.arm(Fault(**sent))
    return {"faults": [asdict(fault) for fault in faults.armed()]}


def _armed(_desk: Desk, faults: ArmedFaults, _order_id: str, _sent: Json) -> Json:
    return {"faults": [asdict(fault) for fault in faults.armed()]}


def _heal(_desk: Desk, faults: ArmedFaults, _order_id: str, _sent: Json) -> Json:
    faults.clear()
    return {"faults": []}


_ORDER = r"/orders/(?P<order_id>\d+)"
_ACTS: tuple[tuple[str, str, Act], ...] = (
    ("GET", "/orders", _list),
    ("POST", "/orders", _add),
    ("POST", f"{_ORDER}/pay", _pay),
    ("POST", f"{_ORDER}/edit", _edit),
    ("POST", f"{_ORDER}/cancel", _cancel),
    ("POST", f"{_ORDER}/refund", _refund),
    ("POST", "/faults", _arm),
    ("GET", "/faults", _armed),
    ("DELETE", "/faults", _heal),
)
