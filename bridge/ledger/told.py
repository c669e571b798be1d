"""What the ERP was told of an order before a change or cancellation: contents, number, and which change this is."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from bridge.domain.changes import Told
from bridge.domain.states import Purpose, SendingState
from bridge.ledger.columns import Row, look
from bridge.ledger.tables import export_files, revisions, sendings
from bridge.ledger.work import chunks

S = SendingState
_first, _accepted = sendings.alias("first"), sendings.alias("accepted")


def told_before(connection: sa.Connection, sending_ids: Sequence[int]) -> dict[int, Told]:
    """By sending, of the changes and cancellations among these."""
    found: dict[int, Told] = {}
    for some in chunks(sending_ids):
        accepted: dict[int, list[Row]] = {}
        for row in look(connection, _ACCEPTED.where(sendings.c.id.in_(some))):
            accepted.setdefault(row.id, []).append(row)
        for row in look(connection, _FIRST.where(sendings.c.id.in_(some))):
            found[row.id] = _told(row, accepted.get(row.id, []))
    return found


def _told(row: Row, accepted: Sequence[Row]) -> Told:
    """A malformed revision that a person entered by hand has no content: the one before it stands for it."""
    rows = (row, *(one for one in accepted if one.content))
    contents, contracts = (one.content for one in rows), (one.contract_digest or "" for one in rows)
    return Told(Purpose(row.purpose), row.change_number or 0, row.erp_number or "", tuple(contents), tuple(contracts))


_FIRST = (
    sa.select(
        sendings.c.id,
        sendings.c.purpose,
        sendings.c.change_number,
        _first.c.erp_number,
        revisions.c.content,
        export_files.c.contract_digest,
    )
    .join_from(sendings, _first, _first.c.id == sendings.c.first_sending_id)
    .join(revisions, revisions.c.id == _first.c.revision_id)
    .outerjoin(export_files, export_files.c.id == _first.c.export_file_id)
)
_ACCEPTED = (
    sa.select(sendings.c.id, revisions.c.content, export_files.c.contract_digest)
    .join_from(
        sendings,
        _accepted,
        sa.and_(
            _accepted.c.first_sending_id.is_not(None),
            _accepted.c.first_sending_id == sendings.c.first_sending_id,
            _accepted.c.state == S.ACCEPTED.value,
            _accepted.c.id < sendings.c.id,
        ),
    )
    .join(revisions, revisions.c.id == _accepted.c.revision_id)
    .outerjoin(export_files, export_files.c.id == _accepted.c.export_file_id)
    .order_by(sendings.c.id, _accepted.c.id)
)
