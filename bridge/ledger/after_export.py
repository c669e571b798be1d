"""Newer revisions of orders that were sent already: they wait for the verdict on the sent one.

Once the ERP has the order, or never says so of any, its newest revision becomes a change or cancel sending where the
flow says so, else the exception that a person sees. One at a time: a further revision replaces one that is not exported
yet, and waits for the verdict on one that is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from bridge.domain.identity import placed_apart
from bridge.domain.problems import ProblemKind
from bridge.domain.scope import ALREADY_CANCELLED, NOTHING_FOR_THE_ERP, NUMBER_USED_AGAIN, SAME_AS_SENT
from bridge.domain.selection import plain_digest
from bridge.domain.states import Purpose, SendingState
from bridge.domain.what_changed import Difference, differences, in_words, is_for_the_erp, work_by_hand
from bridge.ledger.columns import Row, one_of
from bridge.ledger.exceptions import Trouble, leave, set_troubles
from bridge.ledger.kinds import (
    CANCELLED_AFTER_EXPORT,
    CHANGED_AFTER_EXPORT,
    ORDER_NUMBER_USED_AGAIN,
    REOPENED_AFTER_CANCELLATION,
)
from bridge.ledger.rows import SendingDraft, add_sendings
from bridge.ledger.tables import TO_JUDGE, endpoints, flows, orders, revisions, sendings
from bridge.ledger.work import Work, chunks, move_sendings
from bridge.ledger.writing_back import due_after_all, put_off

STEP = "change"
S = SendingState
TAKEN = (S.ACCEPTED, S.WRITTEN_BACK)
SENT = (S.EXPORTED, S.DELIVERED)


@dataclass(frozen=True, slots=True)
class Next:
    """What becomes of an order's waiting revision: a sending, a rule by which nothing is sent, or an exception."""

    purpose: Purpose = Purpose.CHANGE
    rule: str | None = None
    held_as: ProblemKind | None = None
    found: tuple[Difference, ...] = ()  # what changed
    placed: tuple[datetime, datetime] | None = None  # of another sale: when each of the two was placed


def go_on(work: Work, sending_ids: Sequence[int], by_person: bool = False) -> set[int]:
    """Do for the orders of these sendings what their waiting revisions ask for; gives the orders that had one to tell.

    sending_ids: `new` sendings, or changes of one. by_person: whoever withdrew the last change wants it sent again.
    """
    gone_on: set[int] = set()
    for some in chunks(_firsts(work, sending_ids)):
        changes = _changes_of(work, some)
        troubles: list[Trouble] = []
        for first in work.changes.select(_TAKEN_AND_WAITING.where(sendings.c.id.in_(some))).all():
            before = changes.get(first.id, [])
            then = following(first, before, by_person)
            if then is not None:
                gone_on.add(first.order_id)
                troubles += _do(work, first, before, then)
        if troubles:
            set_troubles(work, ("endpoint", work.endpoint), STEP, troubles)
    return gone_on


def made_by_hand(work: Work, sending_ids: Sequence[int], reason: str) -> int:
    """A person made the waiting revisions of these `new` sendings in the ERP: it has them now. Gives how many.

    What is another sale under the same number is none of its contents.
    """
    made = 0
    for some in chunks(sending_ids):
        changes = _changes_of(work, some)
        for first in work.changes.select(_TAKEN_AND_WAITING.where(sendings.c.id.in_(some))).all():
            purpose = Purpose.CANCEL if first.cancelled else Purpose.CHANGE
            is_made = placed_apart(first.sent_content, first.content) is None
            drafted = {"by_hand": reason} if is_made else {"rule": NUMBER_USED_AGAIN}
            add_sendings(work, [_draft(first, changes.get(first.id, []), purpose, **drafted)])
            _nothing_waits(work, first)
            made += is_made
    return made


def refused_made_by_hand(work: Work, changes: Sequence[Row], reason: str) -> int:
    """A person made these changes in the ERP, which it had refused, or whose files were withdrawn. Gives how many."""
    made = 0
    revision_of = {row.first_sending_id: row.revision_id for row in changes}
    for some in chunks(sorted(revision_of)):
        idle = sa.and_(sendings.c.id.in_(some), sendings.c.pending_revision_id.is_(None))
        firsts = work.changes.select(sa.select(sendings.c.id).where(idle)).scalars().all()
        for first in firsts:
            row = sa.update(sendings).where(sendings.c.id == first)
            work.changes.change(row.values(pending_revision_id=revision_of[first]))
        made += made_by_hand(work, firsts, reason)
    return made


def send_again(work: Work, change: Row) -> None:
    """A person lets a rejected or withdrawn change go once more, with the order's newest revision."""
    newest = sa.select(orders.c.latest_revision_id).where(orders.c.id == change.order_id).scalar_subquery()
    work.changes.change(
        sa.update(sendings).where(sendings.c.id == change.first_sending_id).values(pending_revision_id=newest)
    )
    go_on(work, [change.first_sending_id], by_person=True)


def _firsts(work: Work, sending_ids: Sequence[int]) -> list[int]:
    found: set[int] = set()
    for some in chunks(sending_ids):
        query = sa.select(sa.func.coalesce(sendings.c.first_sending_id, sendings.c.id)).where(sendings.c.id.in_(some))
        found.update(work.changes.select(query).scalars())
    return sorted(found)


_own = revisions.alias("own")
WAITING = (
    sa.select(
        sendings.c.id,
        sendings.c.order_id,
        sendings.c.flow_id,
        sendings.c.pending_revision_id,
        orders.c.number,
        revisions.c.digest,
        revisions.c.content,
        revisions.c.cancelled,
        revisions.c.malformed,
        revisions.c.currency,
        revisions.c.digits,
        revisions.c.gross_minor,
        _own.c.digest.label("sent_digest"),
        sa.func.coalesce(_own.c.content_anew, _own.c.content).label("sent_content"),
        _own.c.cancelled.label("sent_cancelled"),
        flows.c.sends_changes,
        flows.c.sends_cancellations,
        endpoints.c.delivered_is_final,
    )
    .join_from(sendings, orders, orders.c.id == sendings.c.order_id)
    .join(revisions, revisions.c.id == sendings.c.pending_revision_id)
    .join(_own, _own.c.id == sendings.c.revision_id)
    .join(flows, flows.c.id == sendings.c.flow_id)
    .join(endpoints, endpoints.c.id == sendings.c.endpoint_id)
    .where(one_of(sendings.c.purpose, [Purpose.NEW]))
    .order_by(sendings.c.id)
)
_is_final = sa.and_(sendings.c.state == S.DELIVERED.value, endpoints.c.delivered_is_final)
_TAKEN_AND_WAITING = WAITING.where(sa.or_(one_of(sendings.c.state, TAKEN), _is_final))
CHANGES = (
    sa.select(
        sendings.c.id,
        sendings.c.first_sending_id,
        sendings.c.purpose,
        sendings.c.state,
        sendings.c.revision_id,
        sendings.c.change_number,
        sendings.c.export_file_id,
        revisions.c.digest,
        sa.func.coalesce(revisions.c.content_anew, revisions.c.content).label("content_now"),
        revisions.c.cancelled,
    )
    .join_from(sendings, revisions, revisions.c.id == sendings.c.revision_id)
    .where(sendings.c.first_sending_id.is_not(None))
    .order_by(sendings.c.id)
)


def _changes_of(work: Work, first_ids: Sequence[int]) -> dict[int, list[Row]]:
    """All changes and cancellations of these `new` sendings, oldest first."""
    found: dict[int, list[Row]] = {}
    for row in work.changes.select(CHANGES.where(sendings.c.first_sending_id.in_(first_ids))):
        found.setdefault(row.first_sending_id, []).append(row)
    return found


def following(
    first: Row, changes: Sequence[Row], by_person: bool, taken: Collection[SendingState] = TAKEN
) -> Next | None:
    """The decision for one order; None: a change is with the ERP, and its verdict comes first.

    taken: the states in which the ERP has a change, or is expected to.
    """
    placed = placed_apart(first.sent_content, first.content)
    if placed is not None:  # against the first one: what a person made by hand of another sale is no change either
        return Next(held_as=ORDER_NUMBER_USED_AGAIN, placed=placed)
    last = next((row for row in reversed(changes) if row.state != S.SUPERSEDED), None)
    if last is not None and last.state in SENT and last.state not in taken:
        return None
    accepted = next((row for row in reversed(changes) if row.state in taken), None)
    has_cancelled = accepted.cancelled if accepted is not None else first.sent_cancelled
    has_digest = accepted.digest if accepted is not None else first.sent_digest
    if first.cancelled and has_cancelled:
        return Next(Purpose.CANCEL, rule=ALREADY_CANCELLED)
    if has_cancelled:  # no ERP takes a change of an order that it has closed, and the same id never goes as new
        return Next(held_as=REOPENED_AFTER_CANCELLATION)
    if plain_digest(first.digest) == plain_digest(has_digest):
        return Next(rule=SAME_AS_SENT)
    has_content = accepted.content_now if accepted is not None else first.sent_content
    found = differences(has_content, first.content)
    if not first.cancelled and not is_for_the_erp(found):
        return Next(rule=NOTHING_FOR_THE_ERP)
    purpose = Purpose.CANCEL if first.cancelled else Purpose.CHANGE
    held_as = CANCELLED_AFTER_EXPORT if first.cancelled else CHANGED_AFTER_EXPORT
    sends = first.sends_cancellations if first.cancelled else first.sends_changes
    taken_back = last is not None and last.state == S.WITHDRAWN and not by_person
    return Next(purpose, held_as=held_as if first.malformed or taken_back or not sends else None, found=tuple(found))


def _do(work: Work, first: Row, changes: Sequence[Row], then: Next) -> list[Trouble]:
    """Carry the decision out; gives the trouble of an order that is held."""
    replaced = [row.id for row in changes if row.state in TO_JUDGE]
    move_sendings(work, replaced, TO_JUDGE, S.SUPERSEDED, "newer revision", next_try_at=None)
    answered = [row.id for row in changes if row.state in (S.REJECTED, S.WITHDRAWN)]
    leave(work, replaced + answered, "the order has a newer revision")
    if then.held_as is not None:
        words = {"number": first.number, "endpoint": work.endpoint, "why": ""}
        words |= {"fields": in_words(then.found), "do": work_by_hand(then.found)}
        if then.placed is not None:
            words |= {
                name: f"{at:%Y-%m-%d %H:%M:%S} UTC" for name, at in zip(("before", "after"), then.placed, strict=True)
            }
            put_off(work, first.id)  # the store's order is another one
        else:
            due_after_all(work, first.id, ORDER_NUMBER_USED_AGAIN.code)
        return [Trouble(first.id, (then.held_as.problem(**words),))]
    due_after_all(work, first.id, ORDER_NUMBER_USED_AGAIN.code)
    add_sendings(work, [_draft(first, changes, then.purpose, rule=then.rule)])
    _nothing_waits(work, first)
    return []


def _nothing_waits(work: Work, first: Row) -> None:
    work.changes.change(sa.update(sendings).where(sendings.c.id == first.id).values(pending_revision_id=None))
    leave(work, [first.id], "the newer revision goes on", (STEP,))


def next_change_number(changes: Iterable[Row]) -> int:
    """The number of an order's next change. One that was in a file is never given to another change."""
    return 1 + max((row.change_number or 0 for row in changes if row.export_file_id is not None), default=0)


def _draft(
    first: Row, changes: Iterable[Row], purpose: Purpose, rule: str | None = None, by_hand: str = ""
) -> SendingDraft:
    """The sending of the waiting revision."""
    mine = [row for row in changes if row.revision_id == first.pending_revision_id and row.purpose == purpose]
    return SendingDraft(
        first.flow_id,
        first.order_id,
        first.pending_revision_id,
        first.currency,
        first.digits,
        first.gross_minor,
        round=1 + len(mine),
        rule=rule,
        released=True,  # the ERP has the order, so its changes need no release of their own
        purpose=purpose,
        first_sending_id=first.id,
        change_number=None if rule or by_hand else next_change_number(changes),
        by_hand=by_hand,
    )


def send_newest_after_rejection(work: Work, sending_ids: Sequence[int]) -> set[int]:
    """After a rejection the newest revision goes as `new`, in a further round; gives the orders concerned.

    The newer revision is the store's own act on the refused order; without one nothing is sent again by itself.
    """
    drafts = []
    for some in chunks(sending_ids):
        query = (
            sa.select(
                sendings.c.flow_id,
                sendings.c.order_id,
                revisions.c.id,
                revisions.c.currency,
                revisions.c.digits,
                revisions.c.gross_minor,
                sendings.c.round + 1,
            )
            .join_from(sendings, revisions, revisions.c.id == sendings.c.pending_revision_id)
            .where(
                sendings.c.id.in_(some),
                one_of(sendings.c.state, (S.REJECTED,)),
                revisions.c.malformed.is_(sa.false()),
            )
        )
        drafts += [SendingDraft(*row) for row in work.changes.select(query)]
    add_sendings(work, drafts)
    return {draft.order_id for draft in drafts}
