"""The register: documents that the ERP already has, by external id. What is there is linked and not sent."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import islice

import sqlalchemy as sa

from bridge.domain.answers import Result, Verdict
from bridge.ledger.applying import write_verdicts
from bridge.ledger.columns import look
from bridge.ledger.external_ids import folded
from bridge.ledger.tables import endpoints, register_entries
from bridge.ledger.values import RegisterState
from bridge.ledger.verdicts import Word, decide
from bridge.ledger.work import CHUNK, Work, chunks


def registered(connection: sa.Connection, endpoint_id: int, external_ids: Sequence[str]) -> dict[str, str]:
    """Of these external ids, the ones that the register holds, with the ERP's number."""
    asked = {folded(external_id): external_id for external_id in external_ids}
    found: dict[str, str] = {}
    for some in chunks(list(asked)):
        query = sa.select(register_entries.c.folded, register_entries.c.erp_number).where(
            register_entries.c.endpoint_id == endpoint_id, register_entries.c.folded.in_(some)
        )
        found.update({asked[row.folded]: row.erp_number for row in look(connection, query)})
    return found


def register_state(connection: sa.Connection, endpoint_id: int) -> RegisterState:
    """When the register was read last."""
    query = sa.select(endpoints.c.register_read_at, endpoints.c.register_entries, endpoints.c.register_digest).where(
        endpoints.c.id == endpoint_id
    )
    return RegisterState(*look(connection, query).one())


def link_registered(work: Work, pairs: Sequence[tuple[str, str]]) -> int:
    """Link the orders of these (external id, ERP number): they count as accepted. Gives how many were not sent yet."""
    words = [Word(Result(external_id, Verdict.ACCEPTED, number or None), links=True) for external_id, number in pairs]
    decided = decide(work, words)
    write_verdicts(work, decided, "found in the ERP's register")
    return len(decided.accepted)


def apply_register(work: Work, entries: Iterable[tuple[str, str]], digest: str, read_at: datetime) -> int:
    """Take in a reading of the register; gives the number of entries that are new or have another number.

    Entries are only added: a register that shows a shorter window takes nothing back.
    """
    before = register_state(work.changes.connection, work.endpoint_id)
    new = 0
    added = 0
    if before.digest != digest:
        iterator = iter(entries)
        while some := list(islice(iterator, CHUNK)):
            chunk_new, chunk_added = _add_entries(work, {folded(one): (one, two) for one, two in some})
            new, added = new + chunk_new, added + chunk_added
    work.changes.change(
        sa.update(endpoints)
        .where(endpoints.c.id == work.endpoint_id)
        .values(register_read_at=read_at, register_digest=digest, register_entries=before.entries + added)
    )
    return new


def _add_entries(work: Work, entries: dict[str, tuple[str, str]]) -> tuple[int, int]:
    """New or changed entries of one piece, and how many of them are new."""
    query = sa.select(register_entries.c.folded, register_entries.c.erp_number).where(
        register_entries.c.endpoint_id == work.endpoint_id, register_entries.c.folded.in_(list(entries))
    )
    present = {row.folded: row.erp_number for row in work.changes.select(query)}
    fresh = {key: entry for key, entry in entries.items() if key not in present}
    changed = {key: entry for key, entry in entries.items() if key in present and present[key] != entry[1]}
    work.changes.insert(
        register_entries,
        [
            {
                "endpoint_id": work.endpoint_id,
                "external_id": external_id,
                "folded": key,
                "erp_number": number,
                "seen_at": work.at,
            }
            for key, (external_id, number) in fresh.items()
        ],
    )
    if changed:
        update = (
            sa.update(register_entries)
            .where(register_entries.c.endpoint_id == work.endpoint_id, register_entries.c.folded == sa.bindparam("key"))
            .values(erp_number=sa.bindparam("number_now"))
        )
        work.changes.change(update, [{"key": key, "number_now": entry[1]} for key, entry in changed.items()])
    link_registered(work, [*fresh.values(), *changed.values()])
    return len(fresh) + len(changed), len(fresh)
