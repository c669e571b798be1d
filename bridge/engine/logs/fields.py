"""Which fields a log line may have. An allow-list: what nobody thought of can't leak."""

from __future__ import annotations

import re
from collections.abc import MutableMapping
from typing import Any

from structlog.typing import EventDict, WrappedLogger

EVENT = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*")
UNNAMED_EVENT = "unnamed"

# Name of the field -> what it holds. Numbers, codes and names that the operator chose; never a value of a person.
FIELDS = {
    "endpoint": "name of the ERP endpoint",
    "store": "name of the store",
    "flow": "name of the flow",
    "owner": "name of the flow or endpoint that a step works for",
    "profile": "name of the profile",
    "transport": "name of the transport",
    "step": "step of the pass",
    "pass_id": "which pass",
    "fence": "number of the lease",
    "order_number": "the store's order number, as people say it",
    "store_order_id": "the store's own id of the order",
    "external_id": "what the ERP knows the order by",
    "erp_number": "the ERP's number",
    "revision": "which content of the order",
    "purpose": "new, change or cancel",
    "round": "which telling",
    "sending_id": "ledger's id of a sending",
    "state": "state of a sending or file",
    "file_name": "name of an export file or an answer",
    "file_id": "ledger's id of an export file",
    "sequence_number": "number of an export file",
    "sha256": "digest of a file",
    "attempt": "which attempt at a file",
    "code": "stable code of a problem",
    "cause": "what one cure fixes",
    "exception_id": "ledger's id of an open exception",
    "reference": "joins a log line to what a person was shown",
    "field": "path of a field of the contract",
    "tries": "how often tried",
    "next_try_at": "when it is tried again",
    "retry_after_s": "wait that the other side named",
    "http_method": "verb of a request",
    "http_status": "status of a reply",
    "host": "name of a server, from the configuration",
    "port": "port of a server",
    "page": "which page of a list",
    "orders": "number of orders",
    "files": "number of files",
    "results": "number of results",
    "lines": "number of lines",
    "bytes": "number of bytes",
    "endpoints": "number of endpoints",
    "flows": "number of flows",
    "elapsed_ms": "how long it took",
    "wait_s": "how long the next look waits",
    "business_day": "day in the deployment's zone",
    "schema_version": "migration of the ledger",
    "version": "release of erp-bridge",
    "signal": "signal that asked the process to stop",
    "pid": "process",
    "exit_code": "how the process ended",
    "collect": "moved by the step",
    "settle": "moved by the step",
    "fetch": "moved by the step",
    "check": "moved by the step",
    "export": "moved by the step",
    "deliver": "moved by the step",
    "write_back": "moved by the step",
    "sweep": "moved by the step",
}
STRUCTLOG_OWN = {"event", "exc_info", "stack_info", "_record", "_from_structlog"}


class UnknownLogField(ValueError):
    """Raised in tests only: a log call names a field or an event that is not allowed."""


def keep_known_fields(_logger: WrappedLogger, _method: str, line: EventDict) -> EventDict:
    """Drop the fields that are not allowed and count them; an event that isn't a plain dotted name loses its text."""
    dropped = _unknown(line)
    for name in dropped:
        del line[name]
    if dropped:
        line["fields_dropped"] = len(dropped)
    if not EVENT.fullmatch(str(line.get("event"))):
        line["event"] = UNNAMED_EVENT
    return line


def refuse_unknown_fields(_logger: WrappedLogger, _method: str, line: EventDict) -> EventDict:
    """For tests: raise UnknownLogField where `keep_known_fields` would drop, so that a slip is seen at once."""
    if unknown := _unknown(line):
        raise UnknownLogField(f"{', '.join(sorted(unknown))}: add it to bridge/engine/logs/fields.py, or do not log it")
    if not EVENT.fullmatch(str(line.get("event"))):
        raise UnknownLogField("an event is a fixed name such as pass.done; what varies goes into fields")
    return line


def _unknown(line: MutableMapping[str, Any]) -> list[str]:
    return [name for name in line if name not in FIELDS and name not in STRUCTLOG_OWN]
