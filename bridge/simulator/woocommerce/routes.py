"""The routes of WooCommerce REST v3 that the simulated store speaks, with their checks and error bodies."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl, urlencode

from bridge.simulator.shops.reply import Reply, Request, RestError, json_reply
from bridge.simulator.woocommerce.edits import Storage
from bridge.simulator.woocommerce.orders import Json, amount, local_time, price_as_php_prints_it
from bridge.simulator.woocommerce.query import InvalidParameter, listed, one, parse_query
from bridge.simulator.woocommerce.shelf import Note
from bridge.simulator.woocommerce.shop import Shop

API = "/wp-json"
_NAMESPACE = "/wc/v3"
BATCH_MAX = 100
_ID = r"(?P<order_id>\d+)"

Parameters = Mapping[str, list[str]]
Route = Callable[[Shop, Request, Mapping[str, str]], Reply]


def answer(shop: Shop, request: Request) -> Reply:
    """The shop's answer; errors of the API become their bodies."""
    try:
        route, words = _find(request)
        return route(shop, request, words)
    except InvalidParameter as error:
        return json_reply(error.body, 400)
    except RestError as error:
        return json_reply(error.body, error.status, error.headers)


def route_of(request: Request) -> str:
    """The route below `/wp-json`, also when permalinks are off and it comes as `rest_route`."""
    if request.path in ("/", "/index.php") and "rest_route" in request.parameters:
        return one(request.parameters, "rest_route").rstrip("/")
    return request.path.removeprefix(API).rstrip("/") if request.path.startswith(API) else ""


def _find(request: Request) -> tuple[Route, Mapping[str, str]]:
    path = route_of(request)
    for pattern, methods in _ROUTES.items():
        found = re.fullmatch(_NAMESPACE + pattern, path)
        if found and request.method in methods:
            return methods[request.method], found.groupdict()
    raise RestError(404, "rest_no_route", "No route was found matching the URL and request method.")


def _list_orders(shop: Shop, request: Request, _words: Mapping[str, str]) -> Reply:
    shop.keys.require(request, "view", "list resources")
    query = parse_query(request.parameters, shop.statuses)
    rows, count = shop.shelf.page(query.where, query.values, query.sorting, query.per_page, query.offset)
    if one(request.parameters, "orderby") == "include":
        wanted = listed(request.parameters, "include")
        rows.sort(key=lambda order: wanted.index(str(order["id"])))
    pages = -(-count // query.per_page)
    headers = {"X-WP-Total": str(count), "X-WP-TotalPages": str(pages), "Allow": "GET, POST"}
    link = _link(request, query.page, pages)
    if link:
        headers["Link"] = link
    return json_reply([_shown(shop, order, request) for order in rows], headers=headers)


def _link(request: Request, page: int, pages: int) -> str:
    """`prev` and `next` only: the documentation speaks of first and last too, the code sends none."""
    neighbours = []
    if page > 1:
        neighbours.append((min(page - 1, pages), "prev"))
    if page < pages:
        neighbours.append((page + 1, "next"))
    address = f"{request.base_url}{request.path}"
    given = [(name, value) for name, value in parse_qsl(request.query, keep_blank_values=True) if name != "page"]
    return ", ".join(f'<{address}?{urlencode([*given, ("page", number)])}>; rel="{rel}"' for number, rel in neighbours)


def _get_order(shop: Shop, request: Request, words: Mapping[str, str]) -> Reply:
    shop.keys.require(request, "view", "view this resource")
    order = _existing(shop, words, 404)
    return json_reply(_shown(shop, order, request), headers={"Allow": "GET, POST, PUT, PATCH, DELETE"})


def _put_order(shop: Shop, request: Request, words: Mapping[str, str]) -> Reply:
    shop.keys.require(request, "edit", "edit this resource", write=True)
    sent = _json_object(request)
    _existing(shop, words, 400)
    return json_reply(_shown(shop, _write(shop, int(words["order_id"]), sent), request))


def _write(shop: Shop, order_id: int, sent: Json) -> Json:
    if any(coupon.get("id") for coupon in sent.get("coupon_lines", ())):  # whoever sends back what was read, meets this
        raise RestError(400, "woocommerce_rest_coupon_item_id_readonly", "Coupon item ID is readonly.")
    status = sent.get("status")
    if status is not None and status not in shop.statuses:
        raise InvalidParameter("status", "rest_not_in_enum", f"status is not one of {', '.join(shop.statuses)}.")
    return shop.write_by_rest(order_id, sent)


def _post_order(shop: Shop, request: Request, _words: Mapping[str, str]) -> Reply:
    shop.keys.require(request, "create", "create resources", write=True)
    sent = _json_object(request)
    if sent.get("id"):
        raise RestError(400, "woocommerce_rest_shop_order_exists", "Cannot create existing shop_order.")
    order_id = shop.add_order({"status": "pending", "created_via": "rest-api", **sent})
    location = f"{request.base_url}{API}{_NAMESPACE}/orders/{order_id}"
    return json_reply(_shown(shop, shop.order(order_id), request), 201, {"Location": location})


def _batch(shop: Shop, request: Request, _words: Mapping[str, str]) -> Reply:
    shop.keys.require(request, "batch", "batch manipulate this resource", write=True)
    sent = _json_object(request)
    count = sum(len(sent.get(name, ())) for name in ("create", "update", "delete"))
    if count > BATCH_MAX:
        message = f"Unable to accept more than {BATCH_MAX} items for this request."
        raise RestError(413, "woocommerce_rest_request_entity_too_large", message)
    answers = [_batch_update(shop, request, item) for item in sent.get("update", ())]
    return json_reply({"update": answers})


def _batch_update(shop: Shop, request: Request, item: Json) -> Json:
    """One item of a batch: the whole answer is 200 even where an item failed."""
    order_id = int(item.get("id", 0))
    try:
        _existing(shop, {"order_id": str(order_id)}, 400)
        return _shown(shop, _write(shop, order_id, item), request)
    except (RestError, InvalidParameter) as error:
        return {"id": order_id, "error": error.body}


def _list_notes(shop: Shop, request: Request, words: Mapping[str, str]) -> Reply:
    shop.keys.require(request, "view", "list resources")
    _existing(shop, words, 404)
    wanted = one(request.parameters, "type", "any")
    notes = [
        _shown_note(shop, note, request)
        for note in shop.shelf.notes(int(words["order_id"]))
        if wanted == "any" or note.customer_note == (wanted == "customer")
    ]
    return json_reply(notes)


def _post_note(shop: Shop, request: Request, words: Mapping[str, str]) -> Reply:
    shop.keys.require(request, "create", "create resources", write=True)
    sent = _json_object(request)
    _existing(shop, words, 404)
    if not sent.get("note"):
        raise RestError(400, "rest_missing_callback_param", "Missing parameter(s): note")
    note = shop.add_note(int(words["order_id"]), str(sent["note"]), bool(sent.get("customer_note")))
    return json_reply(_shown_note(shop, note, request), 201)


def _list_refunds(shop: Shop, request: Request, words: Mapping[str, str]) -> Reply:
    shop.keys.require(request, "view", "list resources")
    _existing(shop, words, 404)
    _render(shop, int(words["order_id"]), {"line_items"})
    refunds = shop.shelf.refunds(int(words["order_id"]))
    return json_reply(refunds, headers={"X-WP-Total": str(len(refunds)), "X-WP-TotalPages": "1"})


def _system_status(shop: Shop, request: Request, _words: Mapping[str, str]) -> Reply:
    shop.keys.require(request, "view", "list resources")
    return json_reply(
        {
            "environment": {"version": "9.4.2", "wp_version": "6.6.2", "default_timezone": "UTC"},
            "settings": {
                "api_enabled": False,
                "currency": "EUR",
                "number_of_decimals": 2,
                "HPOS_enabled": shop.storage is Storage.HPOS,
                "HPOS_sync_enabled": False,
            },
            "security": {"secure_connection": True, "hide_errors": True},
        }
    )


def _tax_settings(shop: Shop, request: Request, _words: Mapping[str, str]) -> Reply:
    shop.keys.require(request, "view", "list resources")
    return json_reply([{"id": "woocommerce_tax_round_at_subtotal", "value": "no", "type": "checkbox"}])


def _existing(shop: Shop, words: Mapping[str, str], status: int) -> Json:
    """The order; GET answers 404 where PUT answers 400. Ids of refunds are not orders."""
    order = shop.shelf.order(int(words["order_id"]))
    if order is None:
        raise RestError(status, "woocommerce_rest_shop_order_invalid_id", "Invalid ID.")
    if shop.shelf.is_hidden(int(words["order_id"])):
        raise RestError(403, "woocommerce_rest_cannot_view", "Sorry, you cannot view this resource.")
    return order


def _json_object(request: Request) -> Json:
    try:
        sent = json.loads(request.body or b"{}")
    except ValueError:
        error = RestError(400, "rest_invalid_json", "Invalid JSON body passed.")
        error.body["data"].update(json_error_code=4, json_error_message="Syntax error")
        raise error from None
    return sent if isinstance(sent, dict) else {}


def _shown(shop: Shop, order: Json, request: Request) -> Json:
    """An order as REST prints it: live SKUs, PHP's price, `dp`, `_links`, only `_fields`."""
    shown: Json = {**order, "line_items": [dict(line) for line in order["line_items"]]}
    live = shop.shelf.live_skus()
    for line in shown["line_items"]:
        line["price"] = price_as_php_prints_it(line)
        if line["product_id"] in live:
            line["sku"] = live[line["product_id"]]
    if "dp" in request.parameters:
        _reprint(shown, int(one(request.parameters, "dp", "2")))
    address = f"{request.base_url}{API}{_NAMESPACE}/orders"
    shown["_links"] = {"self": [{"href": f"{address}/{order['id']}"}], "collection": [{"href": address}]}
    wanted = {name.partition(".")[0] for name in listed(request.parameters, "_fields")} or set(shown)
    _render(shop, int(order["id"]), wanted)
    return {name: value for name, value in shown.items() if name in wanted}


def _render(shop: Shop, order_id: int, wanted: set[str]) -> None:
    """PHP dies at a broken order, and the whole answer with it."""
    if (order_id in shop.broken and "line_items" in wanted) or (order_id in shop.broken_meta and "meta_data" in wanted):
        words = "<p>There has been a critical error on this website.</p>"
        raise RestError(500, "internal_server_error", words)


def _reprint(order: Json, digits: int) -> None:
    """`dp`: lines with more decimals; the sums were rounded before and only gain zeros."""
    money = ("subtotal", "subtotal_tax", "total", "total_tax")
    for group in ("line_items", "shipping_lines", "fee_lines"):
        order[group] = [
            {name: amount(Decimal(str(value)), digits) if name in money else value for name, value in item.items()}
            for item in order[group]
        ]


def _shown_note(shop: Shop, note: Note, request: Request) -> Json:
    address = f"{request.base_url}{API}{_NAMESPACE}/orders/{note.order_id}"
    content: dict[str, Any] = {
        "id": note.note_id,
        "author": note.author,
        "date_created": local_time(note.created_gmt, shop.zone),
        "date_created_gmt": note.created_gmt,
        "note": note.note,
        "customer_note": note.customer_note,
    }
    content["_links"] = {"self": [{"href": f"{address}/notes/{note.note_id}"}], "up": [{"href": address}]}
    return content


_ROUTES: Mapping[str, Mapping[str, Route]] = {
    r"/orders": {"GET": _list_orders, "POST": _post_order},
    r"/orders/batch": {"POST": _batch, "PUT": _batch},
    rf"/orders/{_ID}": {"GET": _get_order, "PUT": _put_order, "POST": _put_order, "PATCH": _put_order},
    rf"/orders/{_ID}/notes": {"GET": _list_notes, "POST": _post_note},
    rf"/orders/{_ID}/refunds": {"GET": _list_refunds},
    r"/system_status": {"GET": _system_status},
    r"/settings/tax": {"GET": _tax_settings},
}
