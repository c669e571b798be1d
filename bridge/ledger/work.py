"""A write transaction with who and when: what every named change of the ledger gets as its first argument."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

import sqlalchemy as sa

from bridge.domain.backoff import FAR
from bridge.domain.errors import IllegalMove
from bridge.domain.states import FileState, SendingState, file_may_move, sending_may_move
from bridge.ledger.columns import UtcDateTime, one_of
from bridge.ledger.database import Changes
from bridge.ledger.errors import MovedMeanwhile
from bridge.ledger.tables import export_files, sendings
from bridge.ledger.tables_told import events

CHUNK = 1000  # ids in one statement; both databases allow over 30,000
T = TypeVar("T")
# The lines of an order as they went to the ERP, from the flow's name and the order's content.
Travelled = Callable[[str, bytes], Sequence[Mapping[str, Any]]]


@dataclass(frozen=True, slots=True)
class Work:
    """One write transaction. `endpoint_id` is 0 and `pass_id` None for a person's act."""

    changes: Changes
    at: datetime
    day: date
    actor: str
    endpoint_id: int = 0
    endpoint: str = ""
    pass_id: int | None = None
    fence: int | None = None
    travelled: Travelled | None = None  # None: lines go as the store has them


def chunks(items: Sequence[T]) -> Iterator[Sequence[T]]:
    """The items in pieces that fit one statement."""
    for start in range(0, len(items), CHUNK):
        yield items[start : start + CHUNK]


def event_row(
    work: Work,
    subject: str,
    subject_id: int,
    verb: str,
    *,
    reason: str = "",
    order_id: int | None = None,
    export_file_id: int | None = None,
    origin: str | None = None,
    target: str | None = None,
) -> dict[str, Any]:
    """One line of the ledger. `reason` never holds a personal value."""
    return {
        "at": work.at,
        "business_day": work.day,
        "subject": subject,
        "subject_id": subject_id,
        "order_id": order_id,
        "export_file_id": export_file_id,
        "verb": verb,
        "origin": origin,
        "target": target,
        "reason": reason,
        "actor": work.actor,
        "pass_id": work.pass_id,
        "fence": work.fence,
    }


def append_events(work: Work, rows: list[dict[str, Any]]) -> None:
    """Add lines to the ledger."""
    work.changes.insert(events, rows)


def events_of_moves(
    work: Work, table: sa.Table, condition: sa.ColumnElement[bool], target: str, reason: str
) -> sa.Insert:
    """The statement that notes a move for every row that the condition picks; run it before the move itself."""
    of_sendings = table is sendings
    fixed = event_row(work, "sending" if of_sendings else "file", 0, "moved", target=target, reason=reason)
    columns = [*fixed]
    values: list[Any] = []
    for name in columns:
        column = events.c[name]
        if name == "subject_id":
            values.append(table.c.id)
        elif name == "origin":
            values.append(table.c.state)
        elif name == "order_id":
            values.append(table.c.order_id if of_sendings else sa.null())
        elif name == "export_file_id":
            values.append(sa.null() if of_sendings else table.c.id)
        else:
            values.append(sa.literal(fixed[name], column.type) if fixed[name] is not None else sa.null())
    return events.insert().from_select(columns, sa.select(*values).where(condition))


def move_sendings(
    work: Work,
    ids: Sequence[int],
    origins: Collection[SendingState],
    target: SendingState,
    reason: str,
    **values: object,
) -> None:
    """Move exactly these sendings, all or none, with one set statement and one event each.

    Raises IllegalMove for a move outside the table, MovedMeanwhile when a person's act was faster.
    """
    for origin in origins:
        if not sending_may_move(origin, target):
            raise IllegalMove(what=f"sending {origin} to {target}", reference=reason)
    _move(work, sendings, ids, one_of(sendings.c.state, origins), target.value, reason, values)


def move_files(
    work: Work, ids: Sequence[int], origins: Collection[FileState], target: FileState, reason: str, **values: object
) -> None:
    """Move exactly these files; as `move_sendings`."""
    for origin in origins:
        if not file_may_move(origin, target):
            raise IllegalMove(what=f"file {origin} to {target}", reference=reason)
    _move(work, export_files, ids, one_of(export_files.c.state, origins), target.value, reason, values)


def _move(
    work: Work,
    table: sa.Table,
    ids: Sequence[int],
    from_origins: sa.ColumnElement[bool],
    target: str,
    reason: str,
    values: dict[str, object],
) -> None:
    for some in chunks(ids):
        condition = sa.and_(table.c.id.in_(some), from_origins)
        work.changes.change(events_of_moves(work, table, condition, target, reason))
        moved = work.changes.change(sa.update(table).where(condition).values(state=target, **values))
        if moved != len(set(some)):
            refuse_move(work, table, some, from_origins, target)


def refuse_move(
    work: Work, table: sa.Table, ids: Sequence[int], from_origins: sa.ColumnElement[bool], target: str
) -> None:
    """Raise for rows that are not where they should be: MovedMeanwhile when a person moved one last, else a bug."""
    elsewhere = sa.select(table.c.id).where(table.c.id.in_(ids), sa.not_(from_origins)).limit(1)
    row_id = work.changes.select(elsewhere).scalar()
    subject = "file" if table is export_files else "sending"
    if row_id is not None and _last_mover_was_a_person(work, table, row_id):
        raise MovedMeanwhile(what=f"A {subject}", endpoint=work.endpoint)
    raise IllegalMove(what=f"{subject} {row_id} cannot become {target}", reference=f"{subject} {row_id}")


def _last_mover_was_a_person(work: Work, table: sa.Table, row_id: int) -> bool:
    if table is export_files:
        mine = events.c.export_file_id == row_id
    else:
        order_id = sa.select(sendings.c.order_id).where(sendings.c.id == row_id).scalar_subquery()
        mine = sa.and_(events.c.order_id == order_id, events.c.subject == "sending", events.c.subject_id == row_id)
    last = sa.select(events.c.pass_id).where(mine, events.c.verb == "moved").order_by(events.c.id.desc()).limit(1)
    row = work.changes.select(last).first()
    return row is not None and row.pass_id is None


def time_has_come(column: sa.ColumnElement[Any], now: datetime) -> sa.ColumnElement[bool]:
    """`backoff.has_come` of a column of next tries."""
    return sa.or_(column <= now, column > now + FAR)


def instant(moment: datetime) -> sa.BindParameter[datetime]:
    """A bound instant in the ledger's own form."""
    return sa.literal(moment, UtcDateTime)
