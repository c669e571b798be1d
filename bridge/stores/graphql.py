"""GraphQL over HTTP to one shop: a question or a mutation, its data with exact numbers, its errors by code and place.

A GraphQL server answers most of its troubles with HTTP 200 and a list of errors. What a code means is the shop's own,
so the connector judges; a message is translated text and is dropped here. Knows no order.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bridge.domain.errors import BridgeError
from bridge.stores.exact_json import decoded, inner_text
from bridge.stores.http import Answer, ShopHttp

CODE_LENGTH_MAX = 60
Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class GraphqlError:
    """One error of an answer.

    code: `extensions.code`; empty where the server gives none. path: the field that failed, as keys and list indexes.
    """

    code: str
    path: tuple[str | int, ...] = ()
    extensions: Json | None = None


@dataclass(frozen=True, slots=True)
class GraphqlAnswer:
    """An answer with HTTP status 2xx. `data` and `errors` can both be filled: partial data is the rule of GraphQL."""

    data: Json
    errors: tuple[GraphqlError, ...]
    extensions: Json
    text: str  # the whole answer as the shop wrote it
    now: datetime  # the shop's own clock
    headers: Mapping[str, str]

    def original(self, *names: str) -> str:
        """The text of an inner value of the data, as the shop wrote it. Raises KeyError where it is not there."""
        return inner_text(self.text, "data", *names)


class GraphqlApi:
    """One endpoint of a shop."""

    def __init__(self, http: ShopHttp, path: str) -> None:
        self._http = http
        self._path = path

    def ask(
        self,
        query: str,
        what: str,
        variables: Json | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> GraphqlAnswer:
        """A question that changes nothing. `what` completes "the key has no right to ...".

        Raises Unavailable or Refused.
        """
        return self._read(self._http.ask(self._path, what, body=_body(query, variables), headers=headers))

    def write(
        self,
        query: str,
        what: str,
        order: str,
        variables: Json | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> GraphqlAnswer:
        """A mutation of one order, sent once. Raises Unavailable or Refused when nothing was changed, else Doubtful."""
        answer = self._http.write("POST", self._path, what, _body(query, variables), order, headers)
        try:
            return self._read(answer)
        except BridgeError as error:
            raise self._http.in_doubt(order) from error

    def _read(self, answer: Answer) -> GraphqlAnswer:
        text = self._http.json_text(answer)
        try:
            whole = decoded(text)
        except ValueError as error:
            raise self._http.unreadable("it breaks off or is not JSON") from error
        if not isinstance(whole, dict) or not ("data" in whole or "errors" in whole):
            raise self._http.unreadable("it is no answer of a GraphQL server")
        data = whole.get("data")
        extensions = whole.get("extensions")
        return GraphqlAnswer(
            data if isinstance(data, dict) else {},
            _errors(whole.get("errors")),
            extensions if isinstance(extensions, dict) else {},
            text,
            answer.now,
            answer.headers,
        )


def errors_in(content: bytes) -> tuple[GraphqlError, ...]:
    """The errors of a body that came with a status of 4xx; none where it is no GraphQL server's."""
    try:
        whole = json.loads(content)
    except (ValueError, RecursionError):
        return ()
    return _errors(whole.get("errors")) if isinstance(whole, dict) else ()


def _body(query: str, variables: Json | None) -> dict[str, Any]:
    return {"query": query, "variables": dict(variables or {})}


def _errors(value: object) -> tuple[GraphqlError, ...]:
    if not value:
        return ()
    rows = value if isinstance(value, list) else [value]  # some servers answer one text for a request they do not take
    return tuple(_error(row) for row in rows)


def _error(row: object) -> GraphqlError:
    if not isinstance(row, dict):
        return GraphqlError("")
    extensions = row.get("extensions")
    path = row.get("path")
    steps = path if isinstance(path, list) else []
    return GraphqlError(
        _code(extensions.get("code")) if isinstance(extensions, dict) else "",
        tuple(step for step in steps if isinstance(step, str | int) and not isinstance(step, bool)),
        extensions if isinstance(extensions, dict) else None,
    )


def _code(value: object) -> str:
    """A stable code, cut, as it goes into a message."""
    text = value if isinstance(value, str) else ""
    return "".join(letter for letter in text if letter.isalnum() or letter in "_-")[:CODE_LENGTH_MAX]
