"""Export: ready sendings are rendered, archived, numbered and sealed. The commit is the seal.

Order of effects: bytes durable under `incoming/`, then one commit with number, file, members and moves, then the bytes
go to their place in the day's folder. A kill before the commit leaves orphans in `incoming/` and no number drawn; a
kill after it is finished by `settle`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from importlib.metadata import version

import structlog

from bridge.config.values import EndpointSettings, FlowSettings, Mode
from bridge.domain.states import Purpose
from bridge.flow.before_sealing import refuse_to_seal
from bridge.flow.number_range import files_left
from bridge.flow.placing import keep_in_place
from bridge.flow.rendering import OrderRefused, Rendered, render
from bridge.flow.site import Held, expected_answers
from bridge.ledger import RegisteredMeanwhile, SealRequest, ToExport, Trouble
from bridge.profiles import Profile

log = structlog.get_logger(__name__)

ORDERS_PER_SEAL_MAX = 500


def export(endpoint: EndpointSettings, held: Held) -> int:
    """Seal all that is ready and due, a commit per 500 orders. Gives how many orders were sealed.

    A file holds one purpose. What the ERP should do no more comes first: a register that first exports wait for stops
    neither cancellations nor changes.
    """
    flows = {flow.name: flow for flow in held.site.flows_of(endpoint.name)}
    profiles = [held.profile.of(purpose) for purpose in (Purpose.CANCEL, Purpose.CHANGE, Purpose.NEW)]
    return sum(export_files(endpoint, profile, held, flows) for profile in profiles if profile is not None)


def export_files(endpoint: EndpointSettings, profile: Profile, held: Held, flows: dict[str, FlowSettings]) -> int:
    """Seal the files of one purpose. profile: their contract."""
    sealed = 0
    while held.has_time():
        ready = exportable(flows.values(), profile, held)
        if not ready:
            break
        refuse_to_seal(endpoint, profile.purpose, held)
        if profile.purpose is Purpose.NEW and link_registered(endpoint, ready, held):
            continue  # what the ERP already holds is linked, not sent; look again without it
        batches = list(due_batches(ready, profile, held))[: files_left(endpoint, profile, held)]
        if not batches:
            break
        sealed += seal(batches, profile, held, flows)
    return sealed


def link_registered(endpoint: EndpointSettings, ready: Sequence[ToExport], held: Held) -> int:
    """Count as accepted what the ERP's register already holds. Gives how many were linked."""
    if endpoint.transport.register is None:
        return 0
    known = held.ledger.registered([member.external_id for member in ready])
    return held.ledger.link_registered(list(known.items())) if known else 0


def exportable(flows: Iterable[FlowSettings], profile: Profile, held: Held) -> list[ToExport]:
    """The ready sendings whose flow's mode lets them go."""
    listed = list(flows)
    return held.ledger.exportable(
        [flow.name for flow in listed if flow.mode is Mode.FULL],
        [flow.name for flow in listed if flow.mode is Mode.SELECTED],
        max(ORDERS_PER_SEAL_MAX, profile.orders_per_file_max),
        profile.purpose,
    )


def due_batches(ready: Sequence[ToExport], profile: Profile, held: Held) -> Iterator[Sequence[ToExport]]:
    """The files to be: full ones at once, the last one when its oldest member has waited long enough."""
    size = profile.orders_per_file_max
    wait = timedelta(seconds=held.endpoint.batch_wait_s)
    now = held.site.clock()
    for group in groups(ready, profile):
        for start in range(0, len(group), size):
            batch = group[start : start + size]
            if len(batch) == size or abs(now - min(member.ready_since for member in batch)) >= wait:
                yield batch


def groups(ready: Sequence[ToExport], profile: Profile) -> list[Sequence[ToExport]]:
    """What may stand in one file, by the profile's `batch_by`; the group of the oldest first."""
    found: dict[tuple[str, ...], list[ToExport]] = {}
    for member in ready:
        found.setdefault(tuple(getattr(member, name) for name in profile.batch_by), []).append(member)
    return list(found.values())


def seal(batches: Sequence[Sequence[ToExport]], profile: Profile, held: Held, flows: dict[str, FlowSettings]) -> int:
    """Render each batch with its number to be, make the bytes durable, commit the seals, put the bytes in place.

    An order that cannot be rendered is held, and its batch goes without it.
    """
    first = held.ledger.next_sequence_number()
    now = held.site.clock()
    daily = held.ledger.files_of_day(held.day_of(now)) if profile.naming.has("daily") else 0
    rendered: list[Rendered] = []
    refused: list[OrderRefused] = []
    for batch in batches:
        at = len(rendered)
        file = rendered_without_refused(batch, first + at, now, held, flows, profile, refused, daily + at + 1)
        if file is not None:
            rendered.append(file)
    if refused:
        held.ledger.hold([Trouble(one.sending_id, (one.problem,)) for one in refused])
    if not rendered:
        return 0
    contract = kept_contract(held)
    held.archive.make_durable([file.kept for file in rendered])
    try:
        sealed = held.ledger.seal(
            [request_of(file, contract, held.day_of(now), held) for file in rendered],
            first,
            held.day_of(now),
            register_required=profile.purpose is Purpose.NEW and held.endpoint.transport.register is not None,
        )
    except RegisteredMeanwhile:
        return 0  # linked at the next look of this same step
    for file in rendered:
        log.debug("file.sealed", file_name=file.name, sequence_number=file.sequence_number, orders=len(file.members))
    keep_in_place(sealed, held)
    return sum(len(file.members) for file in rendered)


def kept_contract(held: Held) -> str:
    """Keep what made the files as they are: profile and templates, maps, software version; gives its digest.

    Enough to render them again: the time zone gives the day on which a map's rows are valid. A profile can be large, so
    this process hashes each combination once.
    """
    maps = {f"maps/{name}": content for name, content in sorted(held.maps().files.items())}
    known = (held.profile.digest, hashlib.sha256(repr(maps).encode()).hexdigest())
    if known not in held.site.contracts:
        files = {f"profile/{name}": content for name, content in held.profile.files().items()}
        release = {
            "version.txt": f"erp-bridge {version('erp-bridge')}\n".encode(),
            "timezone.txt": f"{held.site.deployment.timezone.key}\n".encode(),
        }
        held.site.contracts[known] = held.archive.keep_contract(files | maps | release)
    return held.site.contracts[known]


def rendered_without_refused(
    batch: Sequence[ToExport],
    number: int,
    now: datetime,
    held: Held,
    flows: dict[str, FlowSettings],
    profile: Profile,
    refused: list[OrderRefused],
    daily_number: int,
) -> Rendered | None:
    """The batch's file without the orders that cannot be rendered; None where none is left."""
    members = list(batch)
    while members:
        try:
            return render(members, number, now, held, flows, profile, daily_number)
        except OrderRefused as one:
            refused.append(one)
            members = [member for member in members if member.sending_id != one.sending_id]
    return None


def request_of(file: Rendered, contract: str, day: date, held: Held) -> SealRequest:
    answers = expected_answers(held.endpoint, file.profile)
    within_s = held.endpoint.answer_within_s or (answers.within_s if answers else None)
    return SealRequest(
        sequence_number=file.sequence_number,
        name=file.name,
        sha256=file.kept.sha256,
        size=file.kept.size,
        sending_ids=[member.sending_id for member in file.members],
        contract_digest=contract,
        archive_path=str(held.archive.path_of(day, held.endpoint.name, "out", file.name)),
        answer_within_s=within_s if answers else None,
        totals=file.totals,
        purpose=file.profile.purpose,
    )
