"""The routes of a simulated PrestaShop's web service: who may ask, what is answered, and what a write does.

A key is the Basic user (32 characters, no password) or `ws_key` in the query. Rights are per resource and method: a
resource without any right answers 401 (code 26), a method without it 405 (code 25). An order that PHP can't render
takes the whole answer with it: 500 without a body. Nothing here tells how many rows there are.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from bridge.simulator.prestashop import xml as xml
from bridge.simulator.prestashop.query import ServiceError, displayed, parse_query
from bridge.simulator.prestashop.tables import RESOURCES, Row, Tables
from bridge.simulator.shops.reply import Reply, Request

KEY_LENGTH = 32
TEXT_MAX = 1600  # of a message
VERSION = "8.1.7"
READ: tuple[str, ...] = ("GET", "HEAD")
_REALM = "Welcome to PrestaShop Webservice, please enter the authentication key as the login. No password required."
_UNCLEAN = re.compile(r"<\s*script|\bon\w+\s*=|script\s*:|<\s*(?:i?frame|form|input|embed|object)", re.IGNORECASE)
Written = Callable[[str, str, Mapping[str, str]], Row]


@dataclass(slots=True)
class Door:
    """How the web service is set up. `permissions`: resource -> methods of the one key."""

    key: str = field(repr=False)
    permissions: dict[str, tuple[str, ...]] = field(default_factory=dict)
    active: bool = True  # the web service is switched on
    strips_authorization: bool = False  # CGI without the rewrite rule: the header never reaches PHP
    version: str = VERSION
    shop_ids: Sequence[str] = ("1",)
    filters_loosely: bool = False  # lists hold rows older than the filter (PrestaShop/PrestaShop#12385)
    # Parts of a query that have no effect (another version, a cache in front): "filter[id]", "limit", "sort".
    ignores: set[str] = field(default_factory=set)
    lists_backwards: bool = False  # what nothing sorts comes newest first
    vanishing: set[int] = field(default_factory=set)  # orders that are deleted right after a list of ids held them
    unreadable: set[int] = field(default_factory=set)  # orders that break the page which holds them

    @classmethod
    def least(cls, key: str) -> Door:
        """A key with the rights that reading orders and posting a message need."""
        permissions: dict[str, tuple[str, ...]] = dict.fromkeys(RESOURCES, READ)
        permissions["messages"] = (*READ, "POST")
        return cls(key, permissions)


def answer(door: Door, tables: Tables, write: Written, request: Request) -> Reply:
    """Answer one request."""
    api = f"{request.base_url}/api"
    try:
        key = _key(door, request)
        if key is None:
            headers = {"Content-Type": "text/html; charset=utf-8", "WWW-Authenticate": f'Basic realm="{_REALM}"'}
            return Reply(401, b"401 Unauthorized", headers)
        _authenticate(door, key)
        parts = [part for part in request.path.removeprefix("/api").split("/") if part]
        if not parts:
            return _reply(door, 200, xml.rights(door.permissions, api))
        _allow(door, parts[0], request.method)
        return _entity(door, tables, write, request, parts, api)
    except ServiceError as error:
        return _reply(door, error.status, xml.errors(error.code, str(error)))


def _entity(door: Door, tables: Tables, write: Written, request: Request, parts: Sequence[str], api: str) -> Reply:
    name, resource = parts[0], RESOURCES[parts[0]]
    if request.method in ("POST", "PUT", "PATCH"):
        row = _write(tables, write, name, request)
        shown = (*resource.fields, *resource.associations)
        return _reply(door, 201 if request.method == "POST" else 200, xml.single(resource, row, shown, api))
    if request.method == "DELETE":
        tables.remove(name, parts[1])
        return _reply(door, 200, b"")
    if len(parts) > 1:
        return _one(door, tables, request, parts, api)
    heeded = {part: value for part, value in request.parameters.items() if part not in door.ignores}
    query = parse_query(heeded, resource)
    with tables.lock:
        rows = [row for row in tables.rows(name, query.ids) if _in_shop(door, name, row, request)]
        rows = rows[::-1] if door.lists_backwards else rows
        chosen = query.chosen(rows)
        if door.filters_loosely and name == "orders" and query.ids is None:
            chosen = rows[:1] + [row for row in chosen if row["id"] != rows[0]["id"]] if rows else chosen
    if name == "orders" and query.display is None:
        for row in chosen:
            if int(row["id"]) in door.vanishing:
                tables.remove(name, row["id"])
    if name == "orders" and query.display is not None and any(int(row["id"]) in door.unreadable for row in chosen):
        return Reply(500, b"", {"Content-Type": "text/html; charset=utf-8"})
    return _reply(door, 200, xml.listed(resource, chosen, query.display, api))


def _one(door: Door, tables: Tables, request: Request, parts: Sequence[str], api: str) -> Reply:
    name, resource = parts[0], RESOURCES[parts[0]]
    try:
        row = tables.row(name, int(parts[1]))
    except (KeyError, ValueError):
        return _reply(door, 404, b"")
    if name == "orders" and int(row["id"]) in door.unreadable:
        return Reply(500, b"", {"Content-Type": "text/html; charset=utf-8"})
    display = displayed((request.parameters.get("display") or ["full"])[-1], resource)
    return _reply(door, 200, xml.single(resource, row, display or resource.fields, api))


def _in_shop(door: Door, name: str, row: Row, request: Request) -> bool:
    """Orders of another shop of the installation are shown only to those who ask for it."""
    asked = (request.parameters.get("id_shop") or [""])[-1]
    if name != "orders" or asked == "all":
        return True
    return str(row["id_shop"]) == (asked or door.shop_ids[0])


def _write(tables: Tables, write: Written, name: str, request: Request) -> Row:
    try:
        sent = xml.posted(request.body)
    except ValueError as error:
        raise ServiceError(500, 127, str(error)) from error
    if request.method == "POST" and sent.get("id"):
        raise ServiceError(400, 91, "id is forbidden when adding a new resource")
    if request.method != "POST" and not sent.get("id"):
        raise ServiceError(400, 90, "id is required when modifying a resource")
    for required in RESOURCES[name].required:
        if not sent.get(required):
            raise ServiceError(400, 41, f'parameter "{required}" required')
    message = sent.get("message", "")
    if (name == "messages" and len(message) > TEXT_MAX) or _UNCLEAN.search(message):
        raise ServiceError(400, 85, 'Validation error: "Property Message->message is not valid"')
    if request.method != "POST":
        try:
            tables.row(name, sent["id"])
        except (KeyError, ValueError) as error:
            raise ServiceError(404, 92, "Invalid ID") from error
    return write(request.method, name, sent)


def _key(door: Door, request: Request) -> str | None:
    scheme, _, coded = request.authorization.partition(" ")
    if scheme.lower() == "basic" and not door.strips_authorization:
        try:
            return base64.b64decode(coded, validate=True).decode().partition(":")[0]
        except (binascii.Error, UnicodeDecodeError):
            return ""
    given = request.parameters.get("ws_key")
    return given[-1] if given else None


def _authenticate(door: Door, key: str) -> None:
    if not door.active:
        raise ServiceError(503, 22, "The PrestaShop webservice is disabled. Please activate it in the Back Office")
    if not key:
        raise ServiceError(401, 17, "Authentication key is empty")
    if len(key) != KEY_LENGTH:
        raise ServiceError(401, 18, "Invalid authentication key format")
    if key != door.key:
        raise ServiceError(401, 20, "Authentification key is not active")
    if not door.permissions:
        raise ServiceError(401, 21, "No permission for this authentication key")


def _allow(door: Door, name: str, method: str) -> None:
    if name not in RESOURCES:
        known = '", "'.join(sorted(RESOURCES))
        raise ServiceError(400, 27, f'Resource of type "{name}" does not exists. The full list is: "{known}"')
    if name not in door.permissions:
        raise ServiceError(401, 26, f'Resource of type "{name}" is not allowed with this authentication key')
    if method not in door.permissions[name]:
        words = f"Method {method} is not allowed for the resource {name} with this authentication key"
        raise ServiceError(405, 25, words)


def _reply(door: Door, status: int, body: bytes) -> Reply:
    headers = {
        "Content-Type": "text/xml;charset=utf-8",
        "Access-Time": "0",
        "X-Powered-By": "PrestaShop Webservice",
        "PSWS-Version": door.version,
        "Execution-Time": "0.013",
        "Content-Sha1": hashlib.sha1(body, usedforsecurity=False).hexdigest(),
        "Set-Cookie": "PrestaShop-0=deadbeef; path=/; HttpOnly",
    }
    if status == 401:
        headers["WWW-Authenticate"] = f'Basic realm="{_REALM}"'
        del headers["PSWS-Version"]
    return Reply(status, body, headers)
