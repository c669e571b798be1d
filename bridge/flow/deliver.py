"""Deliver: the endpoint's sealed files become visible to the ERP, lowest number first; 18 never overtakes 17.

Three commits for a batch, whatever its size: announced (before the first byte), staged (before the first rename),
placed. Between them a kill leaves a known doubt for `settle`.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile

import structlog

from bridge.config.values import EndpointSettings
from bridge.domain.backoff import next_try_at
from bridge.domain.errors import BridgeError
from bridge.domain.handover import Handover, temporary_name
from bridge.flow.places import is_away
from bridge.flow.site import Held
from bridge.flow.telling import manifest_words
from bridge.ledger import Placed, ToDeliver
from bridge.transports import HandoverFile, Receipt, Staged, place_whole, stage

log = structlog.get_logger(__name__)

FILES_PER_BATCH_MAX = 500


def deliver(endpoint: EndpointSettings, held: Held) -> int:
    """Place all that is sealed and in the archive. Gives how many files were placed."""
    placed = 0
    if is_away(held):
        return placed
    while held.has_time():
        files = alike(held.ledger.undelivered(FILES_PER_BATCH_MAX, ordered=held.profile.ordered), held)
        if not files:
            break
        done = deliver_batch(endpoint, files, held)
        placed += done
        if done < len(files):
            break  # a lower number had trouble: higher ones wait behind it
    return placed


def alike(files: Sequence[ToDeliver], held: Held) -> list[ToDeliver]:
    """The first files, as far as they are handed over in one way: those of another purpose may have their own."""
    return list(takewhile(lambda file: handover_of(file, held) == handover_of(files[0], held), files))


def handover_of(file: ToDeliver, held: Held) -> Handover:
    return held.handover(file.facts.purpose)


def deliver_batch(endpoint: EndpointSettings, files: Sequence[ToDeliver], held: Held) -> int:
    """Announce, stage, place. Only the files before the first trouble go on; the trouble becomes an exception."""
    transport = held.transport()  # before the announcement: a server that is away costs no attempt
    handed = [as_handover(file, held) for file in files]
    held.ledger.announce([(file.file_id, one.attempt, one.temporary) for file, one in zip(files, handed, strict=True)])
    outcomes = stage(handed, transport, endpoint.transport.inbound, handover_of(files[0], held))
    whole = leading(outcomes)
    held.ledger.staged([file.file_id for file in files[: len(whole)]])
    rest = files[len(whole) :]
    if rest:
        trouble = outcomes[len(whole)]
        assert isinstance(trouble, BridgeError)
        record_trouble(rest[0], trouble, held)
        # what the others left behind is removed before their next attempt (stage)
        held.ledger.back_to_sealed([file.file_id for file in rest], "an earlier file of the batch was not staged")
    return place_batch(endpoint, files[: len(whole)], whole, held)


def leading(outcomes: Sequence[Staged | BridgeError]) -> list[Staged]:
    """The staged files before the first trouble."""
    return [one for one in takewhile(lambda one: isinstance(one, Staged), outcomes) if isinstance(one, Staged)]


def place_batch(endpoint: EndpointSettings, files: Sequence[ToDeliver], ready: Sequence[Staged], held: Held) -> int:
    """Rename in sequence order and record what is visible, in one commit. What has no answer stays a doubt."""
    if not ready:
        return 0
    placed: list[Placed] = []
    receipts = place_whole(ready, held.transport(), endpoint.transport.inbound, handover_of(files[0], held))
    trouble: tuple[ToDeliver, BridgeError] | None = None
    for file, receipt in zip(files, receipts, strict=True):
        if isinstance(receipt, Receipt):
            placed.append(Placed(file.file_id, held.site.clock(), inferred=receipt.inferred))
            log.debug("file.placed", file_name=file.name, sequence_number=file.sequence_number, attempt=file.attempt)
        else:
            trouble = (file, receipt)
            break
    if placed:
        held.ledger.confirm(placed)
    if trouble:
        record_trouble(*trouble, held)
    return len(placed)


def record_trouble(file: ToDeliver, error: BridgeError, held: Held) -> None:
    """One file's trouble becomes an exception with the time of its next try; a doubt is settled by the next pass."""
    log.warning("file.trouble", file_name=file.name, sequence_number=file.sequence_number, code=error.problem.code)
    again = next_try_at(held.site.clock(), file.tries) if error.problem.temporary else None
    held.ledger.file_failed(file.file_id, error.problem, again)


def as_handover(file: ToDeliver, held: Held) -> HandoverFile:
    """The sealed file as the transports take it, under a temporary name that was never used before."""
    return HandoverFile(
        sequence_number=file.sequence_number,
        name=file.name,
        source=held.archive.folder / file.archive_path,
        size=file.size,
        sha256=file.sha256,
        attempt=file.attempt,
        temporary=temporary_name(file.name, file.attempt, handover_of(file, held).temporary),
        words=manifest_words(file.sequence_number, file.facts, held),
    )
