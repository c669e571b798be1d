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
from bridge.ledger.writer import Pass, Writer

Entries = dict[str, tuple[str, str]]  # folded -> external id and number, as the register has them


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


def apply_register(
    writer: Writer, held: Pass, entries: Iterable[tuple[str, str]], digest: str, read_at: datetime
) -> int:
    """Take in a reading of the register; gives the number of entries that are new or have another number.

    Entries are only added: a register that shows a shorter window takes nothing back. Each piece with news is a commit
    of its own, and nothing is locked while the file is read and compared: it can be long, and other passes write. The
    digest comes last, so that a reading that was cut short is done again.
    """
    with writer.database.reading() as connection:
        is_known = register_state(connection, held.endpoint_id).digest == digest
    iterator = iter(() if is_known else entries)
    new = 0
    while some := list(islice(iterator, CHUNK)):
        piece = {folded(one): (one, two) for one, two in some}
        with writer.database.reading() as connection:
            fresh, changed = _news(connection, held.endpoint_id, piece)
        if fresh or changed:
            with writer.by_pass(held) as work:
                new += _add_entries(work, fresh | changed)
    with writer.by_pass(held) as work:
        read = sa.update(endpoints).where(endpoints.c.id == work.endpoint_id)
        work.changes.change(read.values(register_read_at=read_at, register_digest=digest))
    return new


def _news(connection: sa.Connection, endpoint_id: int, piece: Entries) -> tuple[Entries, Entries]:
    """The entries of a piece that are new, and those with another number than is known."""
    query = sa.select(register_entries.c.folded, register_entries.c.erp_number).where(
        register_entries.c.endpoint_id == endpoint_id, register_entries.c.folded.in_(list(piece))
    )
    present = {row.folded: row.erp_number for row in look(connection, query)}
    fresh = {key: entry for key, entry in piece.items() if key not in present}
    return fresh, {key: entry for key, entry in piece.items() if key in present and present[key] != entry[1]}


def _add_entries(work: Work, news: Entries) -> int:
    """Keep the news of one piece, and link what they name; gives how many they are."""
    fresh, changed = _news(work.changes.connection, work.endpoint_id, news)
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
    of_endpoint = sa.update(endpoints).where(endpoints.c.id == work.endpoint_id)
    work.changes.change(of_endpoint.values(register_entries=endpoints.c.register_entries + len(fresh)))
    link_registered(work, [*fresh.values(), *changed.values()])
    return len(fresh) + len(changed)
