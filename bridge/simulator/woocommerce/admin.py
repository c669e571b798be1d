"""The simulator's own door, `/simulator/`: what a person at the desk does to the shop while the bridge runs.

It is no part of WooCommerce and asks for no key; the simulator listens on loopback.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict
from decimal import Decimal, InvalidOperation

from bridge.simulator.shops.faults import ArmedFaults, Fault, FaultKind
from bridge.simulator.shops.reply import Reply, Request, json_reply
from bridge.simulator.woocommerce.orders import Json
from bridge.simulator.woocommerce.shelf import ERP_NUMBER_KEY, meta_value
from bridge.simulator.woocommerce.shop import Shop

DOOR = "/simulator"
Act = Callable[[Shop, ArmedFaults, Mapping[str, str], Json], Json]


def answer(shop: Shop, faults: ArmedFaults, request: Request) -> Reply:
    """Do one act. A wrong request is told what is allowed."""
    path = request.path.removeprefix(DOOR).rstrip("/") or "/"
    try:
        sent = json.loads(request.body or b"{}")
        for method, pattern, act in _ACTS:
            found = re.fullmatch(pattern, path)
            if found and request.method == method:
                return json_reply(act(shop, faults, found.groupdict(), sent))
    except (ValueError, KeyError, TypeError, InvalidOperation) as error:
        return json_reply({"error": str(error), "commands": commands(request.base_url)}, 400)
    return json_reply({"commands": commands(request.base_url)}, 200 if path == "/" else 404)


def commands(base_url: str, order_id: int | str = "ID") -> list[str]:
    """curl lines to copy: one for each act."""
    order = f"{base_url}{DOOR}/orders/{order_id}"
    door = f"{base_url}{DOOR}"
    sample = '{"billing":{"country":"DE"},"line_items":[{"sku":"1001","quantity":1,"total":"10.00"}]}'
    return [
        f"curl {door}/orders",
        f"curl -X POST {door}/orders -d '{sample}'",
        f"curl -X POST {order}/pay",
        f"""curl -X POST {order}/edit -d '{{"customer_note":"Leave it at the door"}}'""",
        f"curl -X POST {order}/cancel",
        f"""curl -X POST {order}/refund -d '{{"amount":"5.00"}}'""",
        f"""curl -X POST {door}/faults -d '{{"kind":"503","when":"GET orders","times":-1}}'""",
        f"curl {door}/faults",
        f"curl -X DELETE {door}/faults",
    ]


def _list(shop: Shop, _faults: ArmedFaults, _words: Mapping[str, str], _sent: Json) -> Json:
    return {
        "orders": [
            {
                "id": order["id"],
                "status": order["status"],
                "currency": order["currency"],
                "total": order["total"],
                "paid": order["date_paid_gmt"] is not None,
                "erp_number": meta_value(order, ERP_NUMBER_KEY),
            }
            for order in shop.shelf.orders()
        ]
    }


def _add(shop: Shop, _faults: ArmedFaults, _words: Mapping[str, str], sent: Json) -> Json:
    return {"id": shop.add_order(sent)}


def _pay(shop: Shop, _faults: ArmedFaults, words: Mapping[str, str], _sent: Json) -> Json:
    shop.pay(words["order_id"])
    return {"paid": words["order_id"]}


def _edit(shop: Shop, _faults: ArmedFaults, words: Mapping[str, str], sent: Json) -> Json:
    shop.edit(words["order_id"], **sent)
    return {"edited": words["order_id"]}


def _cancel(shop: Shop, _faults: ArmedFaults, words: Mapping[str, str], _sent: Json) -> Json:
    shop.set_status(words["order_id"], "cancelled")
    return {"cancelled": words["order_id"]}


def _refund(shop: Shop, _faults: ArmedFaults, words: Mapping[str, str], sent: Json) -> Json:
    value = Decimal(str(sent["amount"])) if "amount" in sent else None
    return {"refund": shop.refund(words["order_id"], value, str(sent.get("reason", "")))}


def _arm(_shop: Shop, faults: ArmedFaults, _words: Mapping[str, str], sent: Json) -> Json:
    if sent.get("kind") not in list(FaultKind):
        raise ValueError(f"kind must be one of: {', '.join(FaultKind)}")
    faults.arm(Fault(**sent))
    return {"faults": [asdict(fault) for fault in faults.armed()]}


def _armed(_shop: Shop, faults: ArmedFaults, _words: Mapping[str, str], _sent: Json) -> Json:
    return {"faults": [asdict(fault) for fault in faults.armed()]}


def _heal(_shop: Shop, faults: ArmedFaults, _words: Mapping[str, str], _sent: Json) -> Json:
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
