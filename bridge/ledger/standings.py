"""Where the rounds and sent changes of orders stand, for the words that an answer or the register says of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from bridge.domain.answers import ResultOutcome, Verdict
from bridge.domain.states import Purpose, SendingState
from bridge.ledger.columns import Row, one_of
from bridge.ledger.tables import export_files, external_ids, orders, sendings
from bridge.ledger.tables_told import results
from bridge.ledger.work import Work, chunks

S = SendingState


@dataclass(slots=True)
class Standing:
    """A sending as it stands while the words of one transaction are taken in."""

    sending_id: int
    order_id: int
    number: str
    flow_id: int
    state: SendingState
    round: int
    export_file_id: int | None
    erp_number: str | None
    overdue: bool
    purpose: Purpose = Purpose.NEW
    position: int | None = None
    level: int = 0
    refused_with_file: bool = False  # all that was said against it was said of its whole file


WHOLE_FILE = "the whole file"  # ends the place of a result that was said of all orders of a file at once
COUNTED = (ResultOutcome.APPLIED, ResultOutcome.LATE, ResultOutcome.REPEATED)


def mark_refused_with_file(work: Work, standings: Sequence[Standing]) -> None:
    """Note of which rejected ones no answer has spoken by name: a word about their whole file can take that back."""
    named: dict[int, bool] = {}
    for some in chunks([each.sending_id for each in standings]):
        query = sa.select(results.c.sending_id, results.c.place).where(
            results.c.sending_id.is_not(None),
            results.c.sending_id.in_(some),
            results.c.verdict == Verdict.REJECTED.value,
            one_of(results.c.outcome, COUNTED),
        )
        for row in work.changes.select(query):
            named[row.sending_id] = named.get(row.sending_id, False) or not row.place.endswith(WHOLE_FILE)
    for each in standings:
        each.refused_with_file = named.get(each.sending_id) is False


def standings_of(work: Work, keys: Sequence[str]) -> dict[str, list[Standing]]:
    """All rounds and sent changes of the orders with these external ids, first ones first."""
    found: dict[str, list[Standing]] = {}
    for some in chunks(sorted(set(keys))):
        query = (
            _STANDING.where(external_ids.c.endpoint_id == work.endpoint_id, external_ids.c.folded.in_(some))
            .where(sa.or_(_OF_ORDER, sendings.c.export_file_id.is_not(None)), sendings.c.state.not_in(_BESIDE))
            .order_by(sendings.c.id)
        )
        for row in work.changes.select(query):
            found.setdefault(row.folded, []).append(_standing(row))
    return found


_OF_ORDER = one_of(sendings.c.purpose, [Purpose.NEW])
_BESIDE = [S.SUPERSEDED.value, S.SKIPPED.value]
_STANDING = (
    sa.select(
        external_ids.c.folded,
        sendings.c.id,
        sendings.c.order_id,
        orders.c.number,
        sendings.c.flow_id,
        sendings.c.state,
        sendings.c.round,
        sendings.c.export_file_id,
        sendings.c.erp_number,
        export_files.c.overdue_at,
        sendings.c.purpose,
        sendings.c.position,
        sendings.c.answer_level,
    )
    .join_from(
        external_ids,
        sendings,
        sa.and_(sendings.c.order_id == external_ids.c.order_id, sendings.c.endpoint_id == external_ids.c.endpoint_id),
    )
    .join(orders, orders.c.id == sendings.c.order_id)
    .outerjoin(export_files, export_files.c.id == sendings.c.export_file_id)
)


def _standing(row: Row) -> Standing:
    return Standing(
        row.id,
        row.order_id,
        row.number,
        row.flow_id,
        SendingState(row.state),
        row.round,
        row.export_file_id,
        row.erp_number,
        row.overdue_at is not None,
        Purpose(row.purpose),
        row.position,
        row.answer_level or 0,
    )
