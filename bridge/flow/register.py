"""The ERP's register: external ids that it already holds. What is found there is linked, never sent."""

from __future__ import annotations

import hashlib
from collections import deque
from datetime import timedelta
from pathlib import Path

from bridge.config.values import EndpointSettings
from bridge.domain.errors import BridgeError
from bridge.flow.site import Held
from bridge.transports import RemoteFile

RESTS_FOR = timedelta(seconds=60)  # a file without a line end at its end is taken for whole after so long


def collect_register(endpoint: EndpointSettings, held: Held) -> int:
    """Read the register when it changed since the last look. Gives how many sendings were linked by it."""
    path = endpoint.transport.register
    if path is None or held.profile.register is None:
        return 0
    (found,) = held.transport().look([path])
    if isinstance(found, BridgeError):
        raise found
    if found is None:
        return 0  # `register-stale` stops first exports and says so
    local = held.scratch() / "register.csv"
    local.unlink(missing_ok=True)
    (outcome,) = held.transport().fetch([(found, local)])
    if isinstance(outcome, BridgeError):
        raise outcome
    (again,) = held.transport().look([path])
    if again != found or not is_whole(local, found, held):
        return 0  # still being written: this pass sends no first export, the next looks again
    with local.open("rb") as content:
        digest = hashlib.file_digest(content, "sha256").hexdigest()
    if held.ledger.register_state().digest != digest:  # a row that cannot be read refuses all rows, those before it too
        deque(held.profile.read_register(local), maxlen=0)
    entries = ((entry.external_id, entry.erp_number) for entry in held.profile.read_register(local))
    linked = held.ledger.apply_register(entries, digest, held.site.clock())
    held.register_read = True
    return linked


def is_whole(local: Path, found: RemoteFile, held: Held) -> bool:
    """Whether the last row is a whole one: it ends with a line end, or nobody has written for a while.

    A row cut in the middle of a number would link an order to a number that the ERP never gave.
    """
    with local.open("rb") as content:
        content.seek(max(0, found.size - 1))
        if content.read(1) in (b"\n", b"\r"):
            return True
    return found.modified_at is not None and held.site.clock() - found.modified_at >= RESTS_FOR
