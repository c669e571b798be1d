"""What the simulated Magento answers with: JSON as PHP prints it, and the bodies of its errors.

Messages keep their placeholders (`%fieldName`), the values stand beside them: as an object, or as a list where the
message counts them (`%1`). There is no code: an error is told apart by its status and by the names of its parameters.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import Any

from bridge.simulator.shops.faults import Fault, FaultKind
from bridge.simulator.shops.reply import Reply, Request, html_reply

JSON_TYPE = "application/json; charset=utf-8"
NOT_AUTHORIZED = "The consumer isn't authorized to access %resources."
NO_ENTITY = "The entity that was requested doesn't exist. Verify the entity and try again."
NO_ROUTE = "Request does not match any route."
REQUIRED = '"%fieldName" is required. Enter and try again.'


class MagentoError(Exception):
    """An error of the API."""

    def __init__(self, status: int, message: str, parameters: Mapping[str, Any] | Sequence[Any] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.body: dict[str, Any] = {"message": message}
        if parameters is not None:
            self.body["parameters"] = parameters


def internal_error() -> MagentoError:
    """An exception of PHP or of the database: only the shop's log tells which."""
    report = f"webapi-{secrets.token_hex(7)[:13]}"
    return MagentoError(500, f"Internal Error. Details are available in Magento log file. Report ID: {report}")


def magento_reply(content: Any, status: int = 200, digits: int | None = None) -> Reply:
    """A JSON answer. digits=17: a PHP of old, whose floats show their noise (39.990000000000002)."""
    text = json.dumps(content, separators=(",", ":")) if digits is None else _printed(content, digits)
    return Reply(status, text.replace("/", "\\/").encode("ascii"), {"Content-Type": JSON_TYPE})


def error_reply(error: MagentoError) -> Reply:
    """The body of an error."""
    return magento_reply(error.body, error.status)


def _printed(content: Any, digits: int) -> str:
    if isinstance(content, float):
        return f"{content:.{digits}g}"
    if isinstance(content, Mapping):
        inner = (f"{json.dumps(name)}:{_printed(value, digits)}" for name, value in content.items())
        return "{" + ",".join(inner) + "}"
    if isinstance(content, list | tuple):
        return "[" + ",".join(_printed(value, digits) for value in content) + "]"
    return json.dumps(content)


def faulty_magento_reply(fault: Fault, request: Request, now: datetime) -> Reply:
    """What the host, a proxy or a broken shop answers in the shop's place."""
    seconds = int(fault.seconds)
    date = format_datetime(now + timedelta(seconds=seconds), usegmt=True)
    here = f"{request.path}?{request.query}" if request.query else request.path
    secure = request.base_url.replace("http://", "https://") + here
    wait = "Too many requests from your address."
    resources = {"resources": "Magento_Sales::actions_view"}
    replies: dict[str, Reply] = {
        FaultKind.WRONG_SECRET: error_reply(MagentoError(401, "The signature is invalid. Verify and try again.")),
        FaultKind.NO_RIGHT: error_reply(MagentoError(401, NOT_AUTHORIZED, resources)),
        FaultKind.FORBIDDEN: html_reply(403, "403 Forbidden", "Your request was blocked by a security rule."),
        FaultKind.NO_ROUTE: error_reply(MagentoError(404, NO_ROUTE)),
        FaultKind.WAIT_SECONDS: html_reply(429, "429 Too Many Requests", wait, {"Retry-After": str(seconds)}),
        FaultKind.WAIT_DATE: html_reply(429, "429 Too Many Requests", wait, {"Retry-After": date}),
        FaultKind.WAIT_SILENT: html_reply(429, "429 Too Many Requests", wait),
        FaultKind.BROKEN_JSON: error_reply(internal_error()),
        FaultKind.BROKEN_HTML: html_reply(500, "There has been an error processing your request", "Report 7f3a."),
        FaultKind.BAD_GATEWAY: html_reply(502, "502 Bad Gateway", "nginx"),
        FaultKind.MAINTENANCE: html_reply(503, "Service Temporarily Unavailable", "The shop is in maintenance."),
        FaultKind.GATEWAY_TIMEOUT: html_reply(504, "504 Gateway Time-out", "nginx"),
        FaultKind.HTML: html_reply(200, "One moment", "Checking your browser before accessing the shop."),
        FaultKind.REDIRECT_HTTPS: html_reply(301, "Moved", "Moved Permanently", {"Location": secure}),
        FaultKind.REDIRECT_AWAY: html_reply(302, "Found", "Moved", {"Location": f"http://elsewhere.example{here}"}),
    }
    return replies[fault.kind]
