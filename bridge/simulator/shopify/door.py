"""The HTTP side of the simulated Shopify shop: tokens, versions, costs, and the three places where errors stand.

HTTP status with a short JSON body; top-level `errors` of an answer that is 200; `userErrors` inside the data. A version
that has expired is served by the oldest living one, and only the header `X-Shopify-API-Version` tells.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qs

from graphql import DocumentNode, ExecutionResult, GraphQLError, OperationDefinitionNode, execute_sync, parse, validate

from bridge.simulator.shopify.cost import COST_MAX, Bucket, Costing, charged, sizes_of
from bridge.simulator.shopify.money import Json
from bridge.simulator.shopify.schema import made_schema
from bridge.simulator.shopify.shop import Shop
from bridge.simulator.shopify.writes import Context
from bridge.simulator.shops.reply import Reply, Request

TOKEN_LIVES = timedelta(seconds=86_399)
_PATH = re.compile(r"/admin/api/(\d{4}-\d{2}|unstable)/graphql\.json")
_TOKEN_PATH = "/admin/oauth/access_token"
_OPERATION = re.compile(r"\b(?:query|mutation)\s+(\w+)")


@dataclass(slots=True)
class Canned:
    """An answer in the shop's place, for requests whose words hold all of `when`."""

    status: int
    body: Any
    when: str = ""
    times: int = 1
    skip: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Door:
    """Answers requests for one shop. `token` is the app's own; more come and go by the client credentials grant."""

    shop: Shop
    token: str
    client: tuple[str, str]
    versions: Sequence[str]
    bucket: Bucket = field(default_factory=Bucket)
    granted: dict[str, datetime] = field(default_factory=dict)  # token to the moment it expires
    canned: list[Canned] = field(default_factory=list)
    # What happens in the shop while an operation is on its way, by its name, so many times.
    before: dict[str, Callable[[], object]] = field(default_factory=dict)
    before_times: int = 1
    passed_over: str = ""  # a search field that has no effect, and no warning says so

    def answer(self, request: Request) -> Reply:
        """The shop's answer to one request."""
        canned = self._canned(words_of(request))
        if canned is not None:
            return json_answer(canned.body, canned.status, canned.headers)
        if request.path == _TOKEN_PATH and request.method == "POST":
            return self._grant(request)
        found = _PATH.fullmatch(request.path)
        if found is None or request.method != "POST":
            return json_answer({"errors": "Not Found"}, 404)
        if not self._is_let_in(request.headers.get("x-shopify-access-token", "")):
            words = "[API] Invalid API key or access token (unrecognized login or wrong password)"
            return json_answer({"errors": words}, 401)
        version = self._version(found[1])
        self._meanwhile(words_of(request))
        with self.shop.lock:
            return json_answer(self._executed(request), headers={"X-Shopify-API-Version": version})

    def _meanwhile(self, words: str) -> None:
        act = self.before.get(words.rpartition(" ")[2])
        if act is not None and self.before_times > 0:
            self.before_times -= 1
            act()

    def _canned(self, words: str) -> Canned | None:
        for one in self.canned:
            if all(word in words for word in one.when.split()):
                if one.skip:
                    one.skip -= 1
                    continue
                one.times -= 1
                if not one.times:
                    self.canned.remove(one)
                return one
        return None

    def _is_let_in(self, token: str) -> bool:
        return token == self.token or (token in self.granted and self.shop.clock() < self.granted[token])

    def _grant(self, request: Request) -> Reply:
        """The client credentials grant: a token for 24 hours."""
        sent = {name: values[-1] for name, values in parse_qs(request.body.decode()).items()}
        if (sent.get("client_id"), sent.get("client_secret")) != self.client:
            return json_answer({"error": "invalid_client"}, 401)
        if sent.get("grant_type") != "client_credentials":
            return json_answer({"error": "unsupported_grant_type"}, 400)
        token = f"shpat_granted_{len(self.granted) + 1}"
        self.granted[token] = self.shop.clock() + TOKEN_LIVES
        seconds = int(TOKEN_LIVES.total_seconds())
        return json_answer({"access_token": token, "scope": ",".join(self.shop.scopes), "expires_in": seconds})

    def _version(self, asked: str) -> str:
        """The version that serves: an expired or unknown one falls forward to the oldest that lives."""
        return asked if asked in (*self.versions, "unstable") else min(self.versions)

    def _executed(self, request: Request) -> Json:
        try:
            sent = json.loads(request.body)
            document, errors = _document(sent["query"])
        except (ValueError, KeyError, TypeError):
            return {"errors": [{"message": "Required parameter missing or invalid: query"}]}
        if errors:
            return {"errors": list(errors)}
        variables = sent.get("variables") or {}
        cost = _cost_of(sent["query"], tuple(sorted(sizes_of(variables).items())))
        if cost > COST_MAX:
            return {"errors": [_cost_error(cost)]}
        self.bucket.refill(self.shop.clock())
        if cost > self.bucket.available:
            throttled = {"message": "Throttled", "extensions": {"code": "THROTTLED", "documentation": _LIMITS}}
            return {"errors": [throttled], "extensions": self._cost(cost, None)}
        context = Context(self.shop, self.versions, self.passed_over)
        return self._told(
            execute_sync(SCHEMA, document, variable_values=variables, context_value=context), context, cost
        )

    def _told(self, result: ExecutionResult, context: Context, cost: int) -> Json:
        actual = min(cost, charged(result.data))
        self.bucket.available -= actual
        body: Json = {"data": result.data, "extensions": self._cost(cost, actual)}
        if context.warnings:
            body["extensions"]["search"] = context.warnings
        if result.errors:
            body["errors"] = [_error(each) for each in result.errors]
        return body

    def _cost(self, requested: int, actual: int | None) -> Json:
        cost = {"requestedQueryCost": requested, "actualQueryCost": actual, "throttleStatus": self.bucket.status()}
        return {"cost": cost}


SCHEMA = made_schema()
_LIMITS = "https://shopify.dev/api/usage/rate-limits"


@lru_cache(maxsize=64)
def _document(text: str) -> tuple[DocumentNode, tuple[Json, ...]]:
    """A query, parsed and validated; errors as Shopify words them (its codes are camel case)."""
    try:
        document = parse(text)
    except GraphQLError as error:
        return parse("{ shop { id } }"), ({"message": error.message, "extensions": {"code": "syntaxError"}},)
    return document, tuple(_validation(error) for error in validate(SCHEMA, document))


@lru_cache(maxsize=1024)
def _cost_of(text: str, sizes: tuple[tuple[str, int], ...]) -> int:
    """What a query asks for with variables of these sizes; counting it takes as long as answering it."""
    document, _ = _document(text)
    operation = next(each for each in document.definitions if isinstance(each, OperationDefinitionNode))
    return Costing(SCHEMA, document, dict(sizes)).requested(operation)


def _validation(error: GraphQLError) -> Json:
    code = "undefinedField" if error.message.startswith("Cannot query field") else "argumentLiteralsIncompatible"
    return {"message": error.message, "path": [], "extensions": {"code": code}}


def _error(error: GraphQLError) -> Json:
    """A resolver's own code; anything else is the shop's own trouble."""
    extensions = dict(error.extensions or {}) or {"code": "INTERNAL_SERVER_ERROR"}
    return {"message": error.message, "path": list(error.path or ()), "extensions": extensions}


def _cost_error(cost: int) -> Json:
    message = f"Query cost is {cost}, which exceeds the single query max cost limit ({COST_MAX})."
    extensions = {"code": "MAX_COST_EXCEEDED", "cost": cost, "maxCost": COST_MAX, "documentation": _LIMITS}
    return {"message": message, "extensions": extensions}


def words_of(request: Request) -> str:
    """A request's path with the name of its operation: by it faults and lists tell requests apart."""
    if not request.body or request.path == _TOKEN_PATH:
        return request.path
    try:
        text = json.loads(request.body)["query"]
    except (ValueError, KeyError, TypeError):
        return request.path
    found = _OPERATION.search(str(text))
    return f"{request.path} {found[1]}" if found else request.path


def json_answer(content: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Reply:
    """JSON as Shopify sends it; texts other than JSON (a page) are sent as HTML."""
    if isinstance(content, str):
        return Reply(status, content.encode(), {"Content-Type": "text/html", **(headers or {})})
    body = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    return Reply(status, body, {"Content-Type": "application/json; charset=utf-8", **(headers or {})})
