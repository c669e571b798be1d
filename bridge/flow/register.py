"""The ERP's register: external ids that it already holds. What is found there is linked, never sent."""

from __future__ import annotations

import hashlib

from bridge.config.values import EndpointSettings
from bridge.domain.errors import BridgeError
from bridge.flow.site import Held

CHUNK_BYTES = 1 << 20


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
    with local.open("rb") as content:
        digest = hashlib.file_digest(content, "sha256").hexdigest()
    entries = ((entry.external_id, entry.erp_number) for entry in held.profile.read_register(local))
    return held.ledger.apply_register(entries, digest, held.site.clock())
