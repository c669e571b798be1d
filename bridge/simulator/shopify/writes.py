"""What an app may write into an order of the simulated Shopify shop, its rights, and the metafields it reads back."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from graphql import GraphQLError

from bridge.simulator.shopify.money import Json
from bridge.simulator.shopify.shop import Shop, shopify_time

TAGS_MAX, TAG_CHARACTERS_MAX = 250, 40
METAFIELDS_MAX = 25


@dataclass(slots=True)
class Context:
    """What one request carries through its execution."""

    shop: Shop
    versions: Sequence[str]
    passed_over: str = ""
    warnings: list[Json] = field(default_factory=list)


def refusal(message: str, code: str) -> GraphQLError:
    return GraphQLError(message, extensions={"code": code})


def require(context: Context, scope: str, name: str) -> None:
    """Raises ACCESS_DENIED unless the app has the scope; a right to write includes the one to read."""
    if scope not in context.shop.scopes and scope.replace("read_", "write_") not in context.shop.scopes:
        message = f"Access denied for {name} field. Required access: `{scope}` access scope."
        raise refusal(message, "ACCESS_DENIED")


def metafield(order: Json, _info: Any, key: str, namespace: str | None = None) -> Json | None:
    rows = (row for row in order["metafields"] if (row["namespace"], row["key"]) == (namespace, key))
    return next(rows, None)


def metafields_set(_root: Any, info: Any, metafields: list[Json]) -> Json:
    """All or nothing. `compareDigest`: null means that none must be there yet; left out means overwrite."""
    context: Context = info.context
    require(context, "write_orders", "metafieldsSet")
    if len(metafields) > METAFIELDS_MAX:
        raise refusal("Exceeded the maximum of 25 metafields", "MAX_INPUT_SIZE_EXCEEDED")
    with context.shop.lock:
        errors = [error for place, given in enumerate(metafields) if (error := _unfit(context, given, place))]
        if errors:
            return {"metafields": [], "userErrors": errors}
        return {"metafields": [_kept(context, given) for given in metafields], "userErrors": []}


def _unfit(context: Context, given: Json, place: int) -> Json | None:
    order = context.shop.orders.get(given["ownerId"])
    field_path = ["metafields", str(place)]

    def error(code: str, message: str, name: str) -> Json:
        return {"code": code, "elementIndex": place, "field": [*field_path, name], "message": message}

    if order is None:
        return error("INVALID", "Owner does not exist.", "ownerId")
    if not given["value"]:
        return error("BLANK", "Value can't be blank.", "value")
    row = metafield(order, None, given["key"], given.get("namespace"))
    if "compareDigest" in given:
        digest = row["compareDigest"] if row else None
        if given["compareDigest"] != digest:
            return error("STALE_OBJECT", "The resource has been updated since it was loaded.", "compareDigest")
    return None


def _kept(context: Context, given: Json) -> Json:
    order = context.shop.orders[given["ownerId"]]
    row: Json = {
        "__typename": "Metafield",
        "id": f"gid://shopify/Metafield/{order['legacyResourceId']}{len(order['metafields'])}",
        "namespace": given.get("namespace"), "key": given["key"], "type": given.get("type", "single_line_text_field"),
        "value": given["value"], "compareDigest": hashlib.sha256(given["value"].encode()).hexdigest(),
        "updatedAt": shopify_time(context.shop.clock()),
    }  # fmt: skip
    others = [
        each for each in order["metafields"] if (each["namespace"], each["key"]) != (row["namespace"], row["key"])
    ]
    order["metafields"] = [*others, row]
    return row


def tags_add(_root: Any, info: Any, id: str, tags: list[str]) -> Json:
    context: Context = info.context
    require(context, "write_orders", "tagsAdd")
    order = context.shop.orders.get(id)
    if order is None:
        return {"node": None, "userErrors": [{"field": ["id"], "message": "Order does not exist"}]}
    if any(len(tag) > TAG_CHARACTERS_MAX for tag in tags):
        return {"node": None, "userErrors": [{"field": ["tags"], "message": "Tag exceeds 40 characters"}]}
    known = {tag.lower() for tag in order["tags"]}
    added = [tag for tag in tags if tag.lower() not in known]
    if len(order["tags"]) + len(added) > TAGS_MAX:
        return {"node": None, "userErrors": [{"field": ["tags"], "message": "Too many tags"}]}
    if added:
        context.shop.edit(id, tags=sorted([*order["tags"], *added]))  # the shop's own order, and it moves updatedAt
    return {"node": context.shop.orders[id], "userErrors": []}
