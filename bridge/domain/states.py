"""The lives of a sending and of an export file: every allowed move, in one table each.

The ledger enforces these tables; a move outside them is a bug that raises `IllegalMove`.
"""

from __future__ import annotations

from enum import StrEnum


class SendingState(StrEnum):
    """Where the telling of one revision to one endpoint stands."""

    RECEIVED = "received"  # fetched from the store: not judged yet, or it waits for the store by a rule
    READY = "ready"  # all checks passed, waits for a file
    EXPORTED = "exported"  # member of a sealed file
    DELIVERED = "delivered"  # its file is visible to the ERP
    ACCEPTED = "accepted"  # the ERP has it; with a number once that is known
    WRITTEN_BACK = "written_back"  # the ERP's number stands in the store
    SKIPPED = "skipped"  # by rule; judged again when a new revision comes
    HELD = "held"  # has an open exception
    REJECTED = "rejected"  # by the ERP
    SUPERSEDED = "superseded"  # by a newer revision, before it was exported
    CANCELLED = "cancelled"  # cancelled in the store or by a person, before export
    WITHDRAWN = "withdrawn"  # its file was withdrawn by a person


class FileState(StrEnum):
    """Where an export file stands on its way to the ERP."""

    SEALED = "sealed"  # number, bytes and digest fixed for ever
    ANNOUNCED = "announced"  # attempt and temporary name recorded, before the first byte
    STAGED = "staged"  # all bytes written and verified, before the rename
    PLACED = "placed"  # visible to the ERP
    ANSWERED = "answered"  # every member has a verdict
    WITHDRAWN = "withdrawn"  # by a person; stays listed as a known gap


class Purpose(StrEnum):
    """Why something is sent."""

    NEW = "new"
    CHANGE = "change"
    CANCEL = "cancel"


S, F = SendingState, FileState

SENDING_MOVES: dict[SendingState, frozenset[SendingState]] = {
    S.RECEIVED: frozenset({S.READY, S.SKIPPED, S.HELD, S.SUPERSEDED, S.CANCELLED, S.ACCEPTED}),
    # judged again (READY), found wrong at rendering (HELD), found in the register (ACCEPTED), a changed rule (SKIPPED,
    # or RECEIVED where the order now waits by one)
    S.READY: frozenset({S.EXPORTED, S.HELD, S.SKIPPED, S.RECEIVED, S.SUPERSEDED, S.CANCELLED, S.ACCEPTED}),
    S.HELD: frozenset({S.READY, S.SKIPPED, S.RECEIVED, S.SUPERSEDED, S.CANCELLED, S.ACCEPTED}),
    # a new revision is judged afresh; a person may also take up a skipped order again
    S.SKIPPED: frozenset({S.SUPERSEDED, S.RECEIVED, S.ACCEPTED}),
    S.CANCELLED: frozenset({S.SUPERSEDED}),
    # an answer can overtake the confirmation of the placing (ACCEPTED, REJECTED straight from EXPORTED)
    S.EXPORTED: frozenset({S.DELIVERED, S.ACCEPTED, S.REJECTED, S.WITHDRAWN}),
    S.DELIVERED: frozenset({S.ACCEPTED, S.REJECTED, S.WITHDRAWN}),
    # reject first, accept later: an ERP may cure it on its side, while no further round exists
    S.REJECTED: frozenset({S.ACCEPTED}),
    S.ACCEPTED: frozenset({S.WRITTEN_BACK}),
    S.WRITTEN_BACK: frozenset(),
    S.SUPERSEDED: frozenset(),
    # the ERP has it after all: a person or the register says so, while no further round exists
    S.WITHDRAWN: frozenset({S.ACCEPTED}),
}

FILE_MOVES: dict[FileState, frozenset[FileState]] = {
    F.SEALED: frozenset({F.ANNOUNCED, F.WITHDRAWN}),
    F.ANNOUNCED: frozenset({F.STAGED, F.SEALED, F.WITHDRAWN}),  # back to SEALED: nothing was visible
    # back to SEALED only after the temporary name is void; WITHDRAWN by a person's act
    F.STAGED: frozenset({F.PLACED, F.SEALED, F.ANSWERED, F.WITHDRAWN}),
    F.PLACED: frozenset({F.ANSWERED, F.WITHDRAWN}),
    F.ANSWERED: frozenset(),
    F.WITHDRAWN: frozenset(),
}

# Not live: a further `new` sending of the same order to the same endpoint may exist beside these (promise 1).
NOT_LIVE: frozenset[SendingState] = frozenset({S.REJECTED, S.WITHDRAWN, S.SUPERSEDED})

# Before export: a newer revision replaces a sending in one of these.
BEFORE_EXPORT: frozenset[SendingState] = frozenset({S.RECEIVED, S.READY, S.HELD, S.SKIPPED, S.CANCELLED})


class ReportClass(StrEnum):
    """How the daily report counts an order, by its latest `new` sending."""

    CREATED = "created"
    SKIPPED = "skipped"
    FAILED = "failed"
    WAITING = "waiting"


REPORT_CLASSES: dict[SendingState, ReportClass | None] = {
    S.RECEIVED: ReportClass.WAITING,
    S.READY: ReportClass.WAITING,
    S.EXPORTED: ReportClass.WAITING,
    S.DELIVERED: ReportClass.WAITING,
    S.ACCEPTED: ReportClass.CREATED,
    S.WRITTEN_BACK: ReportClass.CREATED,
    S.SKIPPED: ReportClass.SKIPPED,
    S.CANCELLED: ReportClass.SKIPPED,
    S.HELD: ReportClass.FAILED,  # held for temporary trouble counts as waiting: see report_class
    S.REJECTED: ReportClass.FAILED,
    S.WITHDRAWN: ReportClass.FAILED,
    S.SUPERSEDED: None,  # does not count
}


def report_class(state: SendingState, held_temporarily: bool = False) -> ReportClass | None:
    """The report's class of one sending; None where it does not count. Held by temporary trouble only: waiting."""
    if state is SendingState.HELD and held_temporarily:
        return ReportClass.WAITING
    return REPORT_CLASSES[state]


def sending_may_move(origin: SendingState, target: SendingState) -> bool:
    """Whether the table allows the move."""
    return target in SENDING_MOVES[origin]


def file_may_move(origin: FileState, target: FileState) -> bool:
    """Whether the table allows the move."""
    return target in FILE_MOVES[origin]
