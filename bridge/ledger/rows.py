"""New rows of revisions and sendings, many at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from bridge.domain.problems import Problem
from bridge.domain.states import Purpose, SendingState
from bridge.ledger.exceptions import Trouble, set_troubles
from bridge.ledger.tables import orders, revisions, sendings
from bridge.ledger.values import NewRevision
from bridge.ledger.work import Work, append_events, event_row

FETCH_STEP = "check"  # a malformed order is held like a judged one, and freed the same way


@dataclass(frozen=True, slots=True)
class PageLine:
    """One order of a page with its row numbers."""

    revision: NewRevision
    order_id: int
    revision_id: int
    revision_number: int


@dataclass(frozen=True, slots=True)
class SendingDraft:
    """A sending that is about to be added. `rule`: skipped from the start, by this rule.

    A change or cancellation names the `new` sending that it follows and its number. `by_hand`: a person made it in the
    ERP, so that the ERP has the revision already.
    """

    flow_id: int
    order_id: int
    revision_id: int
    currency: str
    digits: int
    gross_minor: int
    round: int = 1
    rule: str | None = None
    problem: Problem | None = None  # malformed: held from the start
    released: bool = False  # mode `selected`: a person named the order
    purpose: Purpose = Purpose.NEW
    first_sending_id: int | None = None
    change_number: int | None = None
    by_hand: str = ""  # the person's words

    @property
    def state(self) -> SendingState:
        """Where it starts."""
        if self.by_hand:
            return SendingState.ACCEPTED
        if self.rule is not None:
            return SendingState.SKIPPED
        return SendingState.HELD if self.problem is not None else SendingState.RECEIVED


def draft_of(
    flow_id: int, line: PageLine, round_number: int = 1, rule: str | None = None, released: bool = False
) -> SendingDraft:
    """The sending of a page's order for one flow."""
    revision = line.revision
    return SendingDraft(
        flow_id,
        line.order_id,
        line.revision_id,
        revision.currency,
        revision.digits,
        revision.gross_minor,
        round_number,
        rule,
        revision.problem,
        released,
    )


def add_revisions(work: Work, lines: Sequence[PageLine]) -> None:
    """The contents of a page, and for orders told before, the mark which revision is the latest."""
    work.changes.insert(
        revisions,
        [
            {
                "id": line.revision_id,
                "order_id": line.order_id,
                "revision_number": line.revision_number,
                "digest": line.revision.digest,
                "mapper_version": line.revision.mapper_version,
                "content": line.revision.content,
                "malformed": line.revision.problem is not None,
                "cancelled": line.revision.cancelled,
                "currency": line.revision.currency,
                "digits": line.revision.digits,
                "gross_minor": line.revision.gross_minor,
                "created_at": line.revision.created_at,
                "fetched_at": work.at,
                "archive_path": line.revision.archive_path,
                "archive_line": line.revision.archive_line,
                "customer_key": line.revision.customer_key,
            }
            for line in lines
        ],
    )
    later = [line for line in lines if line.revision_number > 1]
    if later:
        work.changes.change(
            _LATEST,
            [
                {
                    "of_order": line.order_id,
                    "revision_id": line.revision_id,
                    "number_of_revision": line.revision_number,
                    "digest": line.revision.digest,
                    "order_number": line.revision.number,
                }
                for line in later
            ],
        )


_LATEST = (
    sa.update(orders)
    .where(orders.c.id == sa.bindparam("of_order"))
    .values(
        latest_revision_id=sa.bindparam("revision_id"),
        latest_revision_number=sa.bindparam("number_of_revision"),
        latest_digest=sa.bindparam("digest"),
        number=sa.bindparam("order_number"),
    )
)


def add_sendings(work: Work, drafts: Sequence[SendingDraft]) -> list[int]:
    """New sendings with an event each, the malformed ones held by their problem; gives the ids in order."""
    ids = work.changes.reserve_ids(sendings, len(drafts))
    work.changes.insert(
        sendings,
        [
            {
                "id": sending_id,
                "endpoint_id": work.endpoint_id,
                "flow_id": draft.flow_id,
                "order_id": draft.order_id,
                "revision_id": draft.revision_id,
                "purpose": draft.purpose.value,
                "round": draft.round,
                "state": draft.state.value,
                "rule": draft.rule,
                "tries": 0,
                "released": draft.released,
                "first_sending_id": draft.first_sending_id,
                "change_number": draft.change_number,
                "currency": draft.currency,
                "digits": draft.digits,
                "gross_minor": draft.gross_minor,
                "received_at": work.at,
                "received_day": work.day,
                "write_back_tries": 0,
            }
            for draft, sending_id in zip(drafts, ids, strict=True)
        ],
    )
    append_events(
        work,
        [
            event_row(
                work,
                "sending",
                sending_id,
                "added",
                order_id=draft.order_id,
                target=draft.state.value,
                reason=draft.by_hand or draft.rule or (draft.problem.code if draft.problem else ""),
            )
            for draft, sending_id in zip(drafts, ids, strict=True)
        ],
    )
    troubles = [
        Trouble(sending_id, (draft.problem,))
        for draft, sending_id in zip(drafts, ids, strict=True)
        if draft.state is SendingState.HELD and draft.problem is not None
    ]
    if troubles:
        set_troubles(work, ("endpoint", work.endpoint), FETCH_STEP, troubles)
    return ids
