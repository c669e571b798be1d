"""What must be true before files are sealed: the newest ledger, a register that was read, an endpoint that is no heir.

Each refusal becomes an exception of the endpoint; nothing is sealed until it is cured.
"""

from __future__ import annotations

from datetime import timedelta

from bridge.config.values import EndpointSettings
from bridge.domain.errors import BridgeError, Refused, Unavailable
from bridge.domain.problems import ProblemKind
from bridge.domain.states import Purpose
from bridge.flow.site import Held


class LedgerBehindArchive(Refused):
    """The archive holds a higher file number than the ledger would draw: the ledger is an old copy."""

    kind = ProblemKind(
        code="ledger-behind-archive",
        title="The ledger of {endpoint} is older than its archive",
        message="The archive holds file number {archived} of {endpoint}, but the ledger would draw {next} again.",
        action="Restore the newest ledger. No file is sealed for {endpoint} until then.",
        cause="ledger-behind-archive:{endpoint}",
        meaning="A restored ledger would give a file number twice.",
    )


class RegisterStale(Unavailable):
    """The ERP's register is missing or too old, so that a first export could double an order."""

    kind = ProblemKind(
        code="register-stale",
        title="The register of {endpoint} is missing or too old",
        message="The register of {endpoint} {state}; first exports wait for a fresh one.",
        action="Ask the ERP's owner why the register file is not written any more.",
        cause="register-stale:{endpoint}",
        meaning="Before a first export the ERP's register is consulted; it is missing or older than allowed.",
        temporary=True,
    )


class EndpointGone(Refused):
    """An endpoint with a past is not in bridge.toml any more, and this one has none: it may be the same ERP renamed."""

    kind = ProblemKind(
        code="endpoint-gone",
        title="{endpoint} is new, and {gone} is not in bridge.toml any more",
        message="{endpoint} was never sent a file, and {gone}, which was, is not in bridge.toml any more. If it is the "
        "same ERP under a new name, every order would be sent to it once more. Nothing is sent to {endpoint} before.",
        action="If it is the same ERP, give it its old name again. If {gone} is no longer used, add it to retired = "
        '["{gone}"] at the top of bridge.toml.',
        cause="endpoint-gone:{endpoint}/{gone}",
        meaning="An endpoint was renamed or removed, and another one is about to send its first file.",
    )


def refuse_to_seal(endpoint: EndpointSettings, purpose: Purpose, held: Held) -> None:
    """Raise LedgerBehindArchive, EndpointGone or RegisterStale when sealing could give a number or an order twice.

    A change or cancellation is of an order that the ERP has, so no register needs to be asked about it.
    """
    refuse_old_ledger(endpoint, held)
    refuse_renamed(endpoint, held)
    if purpose is Purpose.NEW:
        refuse_stale_register(endpoint, held)


def refuse_renamed(endpoint: EndpointSettings, held: Held) -> None:
    """Raise EndpointGone before an endpoint's first file, while one with a past is missing from bridge.toml."""
    reading, deployment = held.site.ledger.reading, held.site.deployment
    if reading.files(endpoint.name, limit=1):
        return
    for known in reading.endpoints():
        if known.name in deployment.endpoints or known.name in deployment.retired:
            continue
        if reading.files(known.name, limit=1):
            raise EndpointGone(endpoint=endpoint.name, gone=known.name)


def refuse_old_ledger(endpoint: EndpointSettings, held: Held) -> None:
    """Raise LedgerBehindArchive when the next number was already used, as the archive proves."""
    archived = held.archive.highest_sequence(endpoint.name)
    following = held.ledger.next_sequence_number()
    if archived is not None and archived >= following:
        raise LedgerBehindArchive(endpoint=endpoint.name, archived=archived, next=following)


def refuse_stale_register(endpoint: EndpointSettings, held: Held) -> None:
    """Raise RegisterStale when the endpoint has a register and it cannot be relied on: missing, unread or too old.

    Its age is that of the ERP's writing, not of our reading: a file that nobody writes any more is read each pass.
    """
    path = endpoint.transport.register
    if path is None:
        return
    (found,) = held.transport().look([path])
    if isinstance(found, BridgeError):
        raise found
    read_at = held.ledger.register_state().read_at
    if found is None or read_at is None:
        raise RegisterStale(endpoint=endpoint.name, state="is not there" if found is None else "could never be read")
    if not held.register_read:
        raise RegisterStale(endpoint=endpoint.name, state="could not be read whole in this pass")
    age = held.site.clock() - min(read_at, found.modified_at or read_at)
    age_max_s = endpoint.register_age_max_s
    if age_max_s is not None and age > timedelta(seconds=age_max_s):
        raise RegisterStale(endpoint=endpoint.name, state=f"is {int(age.total_seconds() // 60)} minutes old")
