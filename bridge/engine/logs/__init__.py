"""Logs for the administrator: JSON in a pipe, readable on a terminal, and never a personal value or a secret.

The audit trail is not here: events stand in the ledger and may not be lost, log lines may.
Code anywhere logs by `structlog.get_logger(__name__).info("thing.happened", order_number=...)`; the ids of the work in
hand are bound by `structlog.contextvars.bound_contextvars(endpoint=..., file_name=...)`. A field that is not in FIELDS
is dropped and counted; a new one is added there, with what it holds.
"""

from bridge.engine.logs.fields import FIELDS, UnknownLogField
from bridge.engine.logs.set_up import set_up_logs

__all__ = ["FIELDS", "UnknownLogField", "set_up_logs"]
