"""A request and a reply of the simulated store, and the bodies that WordPress gives to errors."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

JSON_TYPE = "application/json; charset=UTF-8"
HTML_TYPE = "text/html; charset=UTF-8"


@dataclass(frozen=True, slots=True)
class Request:
    """What came in. `parameters` are those of the query string, `path` has no query, headers have lower-case names."""

    method: str
    path: str
    parameters: Mapping[str, list[str]]
    query: str
    authorization: str
    body: bytes
    base_url: str
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reply:
    """What goes out."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


class RestError(Exception):
    """An error of the API: status, stable code, message (in the shop's language)."""

    def __init__(self, status: int, code: str, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.body: dict[str, Any] = {"code": code, "message": message, "data": {"status": status}}
        self.headers = dict(headers or {})


def php_json(content: Any) -> bytes:
    """JSON as PHP writes it: ASCII only, slashes escaped."""
    return json.dumps(content, ensure_ascii=True, separators=(",", ":")).replace("/", "\\/").encode("ascii")


def json_reply(content: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Reply:
    """A JSON answer with the headers that WordPress always sends."""
    fixed = {
        "Content-Type": JSON_TYPE,
        "X-Robots-Tag": "noindex",
        "X-Content-Type-Options": "nosniff",
        "Access-Control-Expose-Headers": "X-WP-Total, X-WP-TotalPages, Link",
    }
    return Reply(status, php_json(content), {**fixed, **(headers or {})})


def html_reply(status: int, title: str, text: str, headers: Mapping[str, str] | None = None) -> Reply:
    """A page of the host, a proxy or a plugin."""
    page = (
        f"<!DOCTYPE html>\n<html><head><title>{title}</title></head><body><h1>{title}</h1><p>{text}</p></body></html>\n"
    )
    return Reply(status, page.encode(), {"Content-Type": HTML_TYPE, **(headers or {})})
