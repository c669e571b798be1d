"""The routes of Magento's REST V1 that the simulated shop speaks, with their rights and error bodies."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from bridge.simulator.magento.keys import ELSEWHERE
from bridge.simulator.magento.reply import (
    NO_ENTITY,
    NO_ROUTE,
    REQUIRED,
    MagentoError,
    error_reply,
    internal_error,
    magento_reply,
)
from bridge.simulator.magento.search import only_fields, parse_search
from bridge.simulator.magento.shelf import COLUMNS
from bridge.simulator.magento.shop import MagentoShop
from bridge.simulator.magento.sums import Json
from bridge.simulator.shops.reply import Reply, Request

VIEW = "Magento_Sales::actions_view"
RIGHTS = {"orders": VIEW, "creditmemos": "Magento_Sales::sales_creditmemo", "invoices": "Magento_Sales::sales_invoice"}
KEEPS = ("increment_id", "state", "status", "store_id")  # a save that leaves one of these out changes it
Route = Callable[[MagentoShop, Request, Mapping[str, str]], Any]


def answer(shop: MagentoShop, request: Request) -> Reply:
    """The shop's answer; errors of the API become their bodies."""
    try:
        route, words = _find(request)
        content = route(shop, request, words)
        wanted = request.parameters.get("fields")
        if wanted:
            content = only_fields(content, wanted[-1])
        return magento_reply(content, digits=shop.float_digits)
    except MagentoError as error:
        return error_reply(error)


def _find(request: Request) -> tuple[Route, Mapping[str, str]]:
    for method, pattern, route in _ROUTES:
        found = re.fullmatch(rf"/rest/(?:[a-z0-9_]+/)?V1{pattern}/?", request.path)
        if found and request.method == method:
            return route, found.groupdict()
    raise MagentoError(404, NO_ROUTE)


def _list(shop: MagentoShop, request: Request, words: Mapping[str, str]) -> Json:
    table = words["table"]
    shop.keys.require(request, RIGHTS[table], shop.clock)
    search = parse_search(request.parameters, frozenset(COLUMNS[table]), shop.size_max, shop.ignores)
    if shop.cuts_at is not None:
        search.page_size = min(search.page_size or shop.cuts_at, shop.cuts_at)
    rows, count = shop.shelf.page(table, search, shop.repeats_last)
    for row in rows:
        _render(shop, table, row)
    rows = [row for row in rows if table != "orders" or row["entity_id"] not in shop.hidden]
    return {"items": rows, "search_criteria": {"current_page": search.page}, "total_count": count}


def _render(shop: MagentoShop, table: str, row: Json) -> None:
    """PHP dies at a broken row, and the whole answer with it; `fields` cuts only what was rendered."""
    status = shop.broken.get(row["entity_id"]) if table == "orders" else None
    if status not in (None, 500):
        raise MagentoError(status, "The product that was requested doesn't exist. Verify the product and try again.")
    if status or (table == "invoices" and row["order_id"] in shop.broken_children):
        raise internal_error()


def _get_order(shop: MagentoShop, request: Request, words: Mapping[str, str]) -> Json:
    shop.keys.require(request, VIEW, shop.clock)
    return _existing(shop, int(words["order_id"]))


def _existing(shop: MagentoShop, order_id: int) -> Json:
    order = shop.shelf.get(order_id)
    if order is None:
        raise MagentoError(404, NO_ENTITY)
    return order


def _comment(shop: MagentoShop, request: Request, words: Mapping[str, str]) -> bool:
    shop.keys.require(request, "Magento_Sales::comment", shop.clock)
    sent = _sent(request, "statusHistory")
    if shop.meanwhile:
        shop.meanwhile.pop(0)()
    order = _existing(shop, int(words["order_id"]))
    taken = {order["status"], *shop.statuses_of.get(order["state"], ())}
    if sent.get("status") and sent["status"] not in taken and not shop.takes_any_status:
        what = 'Unable to add comment: The status "%1" is not part of the order status history.'
        raise MagentoError(400, what, [sent["status"]])
    shop.comment(order["entity_id"], sent)
    return True


def _save_order(shop: MagentoShop, request: Request, _words: Mapping[str, str]) -> Json:
    """The save that bites: what is missing among the fields that identify an order is made up anew."""
    shop.keys.require(request, "Magento_Sales::create", shop.clock)
    sent = _sent(request, "entity")
    with shop.shelf.transaction():
        order = _existing(shop, int(sent.get("entity_id") or 0))
        fresh = {
            "increment_id": f"{shop.shelf.next_id():09d}", "state": "new", "status": "pending", "store_id": 0,
        }  # fmt: skip
        order.update({name: fresh[name] for name in KEEPS if name not in sent})
        order.update({name: value for name, value in sent.items() if name not in shop.forgets})
        if shop.bites:
            for item in order["items"]:
                item["row_total"] = 0
        shop.save(order)
        return order


def _elsewhere(shop: MagentoShop, request: Request, words: Mapping[str, str]) -> Json:
    """Tables of which nothing is ever needed: only whether the key may read them."""
    shop.keys.require(request, ELSEWHERE[words["path"]], shop.clock)
    return {"items": [], "search_criteria": {}, "total_count": 0}


def _modules(shop: MagentoShop, request: Request, _words: Mapping[str, str]) -> list[str]:
    shop.keys.require(request, "Magento_Backend::admin", shop.clock)
    return list(shop.modules)


def _sent(request: Request, name: str) -> Json:
    try:
        body = json.loads(request.body or b"{}")
    except ValueError:
        raise MagentoError(400, "Decoding error: %1", ["Syntax error"]) from None
    if not isinstance(body, dict) or not isinstance(body.get(name), dict):
        raise MagentoError(400, REQUIRED, {"fieldName": name})
    return dict(body[name])


_ROUTES: tuple[tuple[str, str, Route], ...] = (
    ("GET", r"/(?P<table>orders|creditmemos|invoices)", _list),
    ("GET", r"/orders/(?P<order_id>\d+)", _get_order),
    ("POST", r"/orders", _save_order),
    ("POST", r"/orders/(?P<order_id>\d+)/comments", _comment),
    ("GET", rf"/(?P<path>{'|'.join(ELSEWHERE)})", _elsewhere),
    ("GET", r"/modules", _modules),
)
