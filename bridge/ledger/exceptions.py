"""Exceptions: the open rows that a person sees, one for each cause, and the orders that are in each.

An exception of orders closes itself when no order is in it any more; one of a step closes when the step succeeds.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bridge.domain.problems import Problem
from bridge.ledger.columns import Row
from bridge.ledger.tables_told import exception_members, exceptions
from bridge.ledger.work import Work, append_events, chunks, event_row


@dataclass(frozen=True, slots=True)
class Trouble:
    """All problems of one sending at one step."""

    sending_id: int
    problems: tuple[Problem, ...]
    next_try_at: datetime | None = None


def set_troubles(work: Work, scope: tuple[str, str], step: str, troubles: Sequence[Trouble]) -> None:
    """Make each sending a member of exactly the exceptions of its problems, as far as this step opened them."""
    wanted = {
        (trouble.sending_id, problem.cause, problem.field or ""): (problem, trouble.next_try_at)
        for trouble in troubles
        for problem in trouble.problems
    }
    present = _open_members(work, [trouble.sending_id for trouble in troubles], (step,))
    ids = _seen(work, scope, step, [(problem, at) for problem, at in wanted.values()])
    gone = {key: row for key, row in present.items() if key not in wanted}
    _leave(work, list(gone.values()))
    work.changes.insert(
        exception_members,
        [
            {
                "exception_id": ids[problem.cause],
                "sending_id": sending_id,
                "field": field,
                "message": problem.message,
                "action": problem.action,
                "since": work.at,
                "left_at": None,
            }
            for (sending_id, _cause, field), (problem, _at) in wanted.items()
            if (sending_id, _cause, field) not in present
        ],
    )
    close_empty(work, {row.exception_id for row in gone.values()}, "no order is held by it any more")


def leave(work: Work, sending_ids: Sequence[int], reason: str, steps: Collection[str] | None = None) -> None:
    """Take the sendings out of their open exceptions (of these steps; None: of all), and close the empty ones."""
    rows = list(_open_members(work, sending_ids, steps).values())
    _leave(work, rows)
    close_empty(work, {row.exception_id for row in rows}, reason)


def open_plain(
    work: Work,
    scope: tuple[str, str],
    step: str,
    problem: Problem,
    next_try_at: datetime | None = None,
    export_file_id: int | None = None,
) -> int:
    """Open or count again an exception that concerns an endpoint, flow, store or file as a whole; gives its id."""
    ids = _seen(work, scope, step, [(problem, next_try_at)], of_orders=False, export_file_id=export_file_id)
    return ids[problem.cause]


def close_plain(work: Work, scope: tuple[str, str], step: str, reason: str) -> int:
    """Close what the step opened for its owner as a whole; gives how many."""
    kind, name = scope
    condition = sa.and_(
        exceptions.c.scope_kind == kind,
        exceptions.c.scope == name,
        exceptions.c.closed_at.is_(None),
        exceptions.c.step == step,
        exceptions.c.of_orders.is_(sa.false()),
        exceptions.c.export_file_id.is_(None),
    )
    ids = list(work.changes.select(sa.select(exceptions.c.id).where(condition)).scalars())
    close(work, ids, reason)
    return len(ids)


def open_steps(connection: sa.Connection, scope: tuple[str, str], prefix: str) -> set[str]:
    """The steps of a scope that have something open, of those that begin like this."""
    kind, name = scope
    query = sa.select(exceptions.c.step).where(
        exceptions.c.scope_kind == kind,
        exceptions.c.scope == name,
        exceptions.c.closed_at.is_(None),
        exceptions.c.step.startswith(prefix, autoescape=True),
    )
    return set(connection.execute(query).scalars())


def close_of_files(work: Work, file_ids: Sequence[int], reason: str) -> None:
    """Close the open exceptions of these files."""
    for some in chunks(file_ids):
        condition = sa.and_(exceptions.c.closed_at.is_(None), exceptions.c.export_file_id.in_(some))
        close(work, list(work.changes.select(sa.select(exceptions.c.id).where(condition)).scalars()), reason)


def close_empty(work: Work, exception_ids: Iterable[int], reason: str) -> None:
    """Close those of these exceptions of orders that no order is in any more."""
    members = sa.select(exception_members.c.id).where(
        exception_members.c.exception_id == exceptions.c.id, exception_members.c.left_at.is_(None)
    )
    for some in chunks(sorted(exception_ids)):
        empty = sa.select(exceptions.c.id).where(
            exceptions.c.id.in_(some),
            exceptions.c.closed_at.is_(None),
            exceptions.c.of_orders.is_(sa.true()),
            ~members.exists(),
        )
        close(work, list(work.changes.select(empty).scalars()), reason)


def close(work: Work, exception_ids: Sequence[int], reason: str) -> None:
    """Close exactly these exceptions, with an event each."""
    for some in chunks(exception_ids):
        work.changes.change(
            sa.update(exceptions)
            .where(exceptions.c.id.in_(some), exceptions.c.closed_at.is_(None))
            .values(closed_at=work.at, closed_by=work.actor, close_reason=reason)
        )
    append_events(work, [event_row(work, "exception", each, "closed", reason=reason) for each in exception_ids])


def _open_members(
    work: Work, sending_ids: Sequence[int], steps: Collection[str] | None
) -> dict[tuple[int, str, str], Row]:
    found: dict[tuple[int, str, str], Row] = {}
    members = sa.select(
        exception_members.c.id,
        exception_members.c.exception_id,
        exception_members.c.sending_id,
        exception_members.c.field,
        exceptions.c.cause,
    ).join_from(exception_members, exceptions)
    for some in chunks(sorted(set(sending_ids))):
        query = members.where(exception_members.c.sending_id.in_(some), exception_members.c.left_at.is_(None))
        if steps is not None:
            query = query.where(exceptions.c.step.in_(steps))
        for row in work.changes.select(query):
            found[(row.sending_id, row.cause, row.field)] = row
    return found


def _leave(work: Work, members: Sequence[Row]) -> None:
    for some in chunks([row.id for row in members]):
        work.changes.change(
            sa.update(exception_members).where(exception_members.c.id.in_(some)).values(left_at=work.at)
        )


def _seen(
    work: Work,
    scope: tuple[str, str],
    step: str,
    problems: Sequence[tuple[Problem, datetime | None]],
    of_orders: bool = True,
    export_file_id: int | None = None,
) -> dict[str, int]:
    """One open exception for each cause, counted once more; gives cause -> exception id."""
    by_cause: dict[str, tuple[Problem, datetime | None]] = {}
    for problem, next_try_at in problems:
        by_cause.setdefault(problem.cause, (problem, next_try_at))
    ids = _open_by_cause(work, scope, list(by_cause))
    again = [_seen_again(work, ids[cause], *by_cause[cause]) for cause in by_cause if cause in ids]
    if again:
        work.changes.change(_SEEN_AGAIN, again)
    fresh = [cause for cause in by_cause if cause not in ids]
    fresh_ids = work.changes.reserve_ids(exceptions, len(fresh))
    rows = []
    for cause, exception_id in zip(fresh, fresh_ids, strict=True):
        problem, next_try_at = by_cause[cause]
        rows.append(
            _row(work, scope, step, problem, next_try_at)
            | {"id": exception_id, "of_orders": of_orders, "export_file_id": export_file_id}
        )
        ids[cause] = exception_id
    work.changes.insert(exceptions, rows)
    append_events(
        work,
        [
            event_row(work, "exception", row["id"], "opened", reason=row["code"], export_file_id=export_file_id)
            for row in rows
        ],
    )
    return ids


def _open_by_cause(work: Work, scope: tuple[str, str], causes: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for some in chunks(causes):
        query = sa.select(exceptions.c.cause, exceptions.c.id).where(
            exceptions.c.scope_kind == scope[0],
            exceptions.c.scope == scope[1],
            exceptions.c.cause.in_(some),
            exceptions.c.closed_at.is_(None),
        )
        found.update({row.cause: row.id for row in work.changes.select(query)})
    return found


def _row(
    work: Work, scope: tuple[str, str], step: str, problem: Problem, next_try_at: datetime | None
) -> dict[str, Any]:
    return {
        "scope_kind": scope[0],
        "scope": scope[1],
        "step": step,
        "code": problem.code,
        "cause": problem.cause,
        "title": problem.title,
        "message": problem.message,
        "action": problem.action,
        "temporary": problem.temporary,
        "times": 1,
        "opened_at": work.at,
        "last_seen_at": work.at,
        "next_try_at": next_try_at,
        "closed_at": None,
    }


_SEEN_AGAIN = (
    sa.update(exceptions)
    .where(exceptions.c.id == sa.bindparam("of_id"))
    .values(
        times=exceptions.c.times + 1,
        last_seen_at=sa.bindparam("seen_at"),
        next_try_at=sa.bindparam("again_at"),
        temporary=sa.bindparam("by_itself"),
        code=sa.bindparam("now_code"),
        title=sa.bindparam("now_title"),
        message=sa.bindparam("now_message"),
        action=sa.bindparam("now_action"),
    )
)


def _seen_again(work: Work, exception_id: int, problem: Problem, next_try_at: datetime | None) -> dict[str, Any]:
    return {
        "of_id": exception_id,
        "seen_at": work.at,
        "again_at": next_try_at,
        "by_itself": problem.temporary,
        "now_code": problem.code,
        "now_title": problem.title,
        "now_message": problem.message,
        "now_action": problem.action,
    }
