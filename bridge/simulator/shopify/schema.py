"""The schema of the simulated shop with its resolvers: connections, search and nodes.

Everything else is a plain field of the stored tables. Cursors are opaque and hold the sort value and the id, so a page
goes on behind the last order even when that one has moved.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from graphql import GraphQLObjectType, GraphQLSchema, build_schema

from bridge.simulator.shopify.money import Json, currencies_of
from bridge.simulator.shopify.search import parsed
from bridge.simulator.shopify.writes import Context, metafield, metafields_set, refusal, require, tags_add

PAGE_MAX = 250
IDS_MAX = 250
_SORTED_BY = {"UPDATED_AT": "updatedAt", "CREATED_AT": "createdAt", "PROCESSED_AT": "processedAt", "ID": "id"}


def made_schema() -> GraphQLSchema:
    """The schema with its resolvers."""
    schema = build_schema(Path(__file__).with_name("shopify.graphql").read_text(encoding="utf-8"))
    for owner, fields in _RESOLVERS.items():
        kind = schema.get_type(owner)
        assert isinstance(kind, GraphQLObjectType)
        for name, resolver in fields.items():
            kind.fields[name].resolve = resolver
    for kind in schema.type_map.values():
        if isinstance(kind, GraphQLObjectType):
            for name, one in kind.fields.items():
                inner = str(one.type)
                if inner.endswith("Connection!") and (kind.name, name) != ("QueryRoot", "orders"):
                    one.resolve = _connection(name)
    return schema


def _connection(name: str) -> Any:
    def resolve(owner: Json, _info: Any, **arguments: Any) -> Json:
        nodes = list(owner[name])
        return _page(nodes, [str(place) for place in range(len(nodes))], arguments, name)

    return resolve


def _page(
    nodes: list[Json], keys: list[str], arguments: Mapping[str, Any], name: str, paged_max: int | None = None
) -> Json:
    """One page of a connection. `keys` are the places behind which a cursor goes on; their order is the list's."""
    first = arguments.get("first")
    if first is None or arguments.get("last") is not None or arguments.get("before") is not None:
        raise refusal(f"you must provide one of first or last ({name})", "BAD_REQUEST")
    if not 0 < first <= PAGE_MAX:
        raise refusal(f"first cannot exceed {PAGE_MAX}", "BAD_REQUEST")
    start = 0
    if arguments.get("after"):
        behind = _opened(arguments["after"])
        start = next((place for place, key in enumerate(keys) if _order_of(key) > _order_of(behind)), len(keys))
    if paged_max is not None and start + first > paged_max:
        raise refusal(f"Cannot page past {paged_max} objects", "BAD_REQUEST")
    shown, cursors = nodes[start : start + first], [_sealed(key) for key in keys[start : start + first]]
    return {
        "nodes": shown,
        "edges": [{"cursor": cursor, "node": node} for cursor, node in zip(cursors, shown, strict=True)],
        "pageInfo": {
            "hasNextPage": start + first < len(nodes),
            "hasPreviousPage": start > 0,
            "startCursor": cursors[0] if cursors else None,
            "endCursor": cursors[-1] if cursors else None,
        },
    }


def _order_of(key: str) -> tuple[str, int]:
    value, _, number = key.rpartition("|")
    return value, int(number)


def _sealed(key: str) -> str:
    return base64.b64encode(key.encode()).decode()


def _opened(cursor: str) -> str:
    try:
        key = base64.b64decode(cursor, validate=True).decode()
        _order_of(key)
    except (binascii.Error, ValueError) as error:
        raise refusal("Invalid cursor for current pagination sort.", "BAD_REQUEST") from error
    return key


def _orders(_root: Any, info: Any, **arguments: Any) -> Json:
    context: Context = info.context
    require(context, "read_orders", "orders")
    search = parsed(arguments.get("query"), context.passed_over)
    if search.warnings:
        context.warnings.append(
            {"path": ["orders"], "query": arguments["query"], "parsed": {}, "warnings": search.warnings}
        )
    name = _SORTED_BY.get(arguments["sortKey"], "processedAt")
    found = [order for order in context.shop.shown() if search.matches(order)]
    found.sort(key=lambda order: (_sort_value(order, name), int(order["legacyResourceId"])))
    if arguments.get("reverse"):
        found.reverse()
    keys = [f"{_sort_value(order, name)}|{order['legacyResourceId']}" for order in found]
    return _page(found, keys, arguments, "orders", context.shop.paged_objects_max)


def _sort_value(order: Json, name: str) -> str:
    return str(order["legacyResourceId"]).rjust(20, "0") if name == "id" else str(order[name])


def _orders_count(_root: Any, info: Any, **arguments: Any) -> Json:
    context: Context = info.context
    require(context, "read_orders", "ordersCount")
    search = parsed(arguments.get("query"), context.passed_over)
    if search.warnings:
        context.warnings.append({"path": ["ordersCount"], "query": arguments["query"], "warnings": search.warnings})
    count = sum(1 for order in context.shop.shown() if search.matches(order))
    limit = arguments.get("limit")
    cut = limit is not None and count > limit
    return {"count": limit if cut else count, "precision": "AT_LEAST" if cut else "EXACT"}


def _node(_root: Any, info: Any, **arguments: Any) -> Json | None:
    require(info.context, "read_orders", "node")
    return _found(info.context, arguments["id"])


def _nodes(_root: Any, info: Any, **arguments: Any) -> list[Json | None]:
    require(info.context, "read_orders", "nodes")
    if len(arguments["ids"]) > IDS_MAX:
        message = f"The input array size of {len(arguments['ids'])} is greater than the maximum allowed of {IDS_MAX}."
        raise refusal(message, "MAX_INPUT_SIZE_EXCEEDED")
    return [_found(info.context, one) for one in arguments["ids"]]


def _found(context: Context, gid: str) -> Json | None:
    if not gid.startswith("gid://shopify/"):
        raise refusal(f"Invalid global id '{gid}'", "argumentLiteralsIncompatible")
    if gid.startswith("gid://shopify/Order/"):
        order = context.shop.orders.get(gid)
        return order if order is not None and context.shop.shows(order) else None
    refunds = (refund for order in context.shop.shown() for refund in order["refunds"])
    return next((refund for refund in refunds if refund["id"] == gid), None)


def _refunds(order: Json, _info: Any, first: int | None = None) -> list[Json]:
    return list(order["refunds"][:first])


def _transactions(order: Json, _info: Any, first: int | None = None, **_more: Any) -> list[Json]:
    return list(order["transactions"][:first])


def _tax_lines(item: Json, _info: Any, first: int | None = None) -> list[Json]:
    return list(item["taxLines"][:first])


def _cash_rounding(order: Json, _info: Any) -> Json:
    pair = currencies_of(order)
    return {"paymentSet": pair.bag(Decimal(order["cashRounding"])), "refundSet": pair.bag(Decimal(0))}


def _purchasing_entity(order: Json, info: Any) -> Json | None:
    require(info.context, "read_customers", "purchasingEntity")
    entity: Json | None = order["purchasingEntity"]
    return entity


def _installation(_root: Any, info: Any) -> Json:
    scopes = [{"handle": scope, "description": scope.replace("_", " ")} for scope in info.context.shop.scopes]
    return {"id": "gid://shopify/AppInstallation/1", "accessScopes": scopes}


def _shop(_root: Any, _info: Any) -> Json:
    return {
        "id": "gid://shopify/Shop/1", "name": "Simulated", "currencyCode": "EUR", "ianaTimezone": "Europe/Warsaw",
        "myshopifyDomain": "simulated.myshopify.com",
    }  # fmt: skip


def _versions(_root: Any, info: Any) -> list[Json]:
    return [{"handle": one, "displayName": one, "supported": True} for one in info.context.versions]


_RESOLVERS: Mapping[str, Mapping[str, Any]] = {
    "QueryRoot": {
        "currentAppInstallation": _installation, "node": _node, "nodes": _nodes, "orders": _orders,
        "ordersCount": _orders_count, "publicApiVersions": _versions, "shop": _shop,
    },
    "Mutation": {"metafieldsSet": metafields_set, "tagsAdd": tags_add},
    "Order": {
        "metafield": metafield, "purchasingEntity": _purchasing_entity, "refunds": _refunds,
        "totalCashRoundingAdjustment": _cash_rounding, "transactions": _transactions,
        "closed": lambda order, _info: order["closedAt"] is not None,
        "fullyPaid": lambda order, _info: order["displayFinancialStatus"] == "PAID",
        "unpaid": lambda order, _info: order["displayFinancialStatus"] in ("PENDING", "AUTHORIZED"),
        "shippingLine": lambda order, _info: next(iter(order["shippingLines"]), None),
    },
    "LineItem": {"taxLines": _tax_lines},
}  # fmt: skip
