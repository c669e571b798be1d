"""Kept answers that are read again: which exception is about which, what a person asked for, what the reading settles.

An answer that could not be applied, or not whole, is linked to its exceptions. A person's act, or the same bytes under
the same name once more, makes it due; the next pass reads the archive's bytes by the profile as it is then. What the
answer has told of an order already is never taken twice.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from bridge.domain.answers import Level
from bridge.ledger.columns import look
from bridge.ledger.exceptions import close
from bridge.ledger.external_ids import folded
from bridge.ledger.tables import external_ids, sendings
from bridge.ledger.tables_told import answers, exception_answers, exceptions, results
from bridge.ledger.verdicts import Word
from bridge.ledger.work import Work, append_events, chunks, event_row

Said = tuple[str, str, str | None, int]  # folded external id, verdict, ERP number, level


@dataclass(frozen=True, slots=True)
class AnswerToReadAgain:
    """A kept answer that a person wants read again. quarantined: why nothing of it was applied; None: parts were."""

    answer_id: int
    name: str
    sha256: str
    size: int
    archive_path: str
    rule: str
    quarantined: str | None


_NOT_DUE = {"read_again_at": None, "read_again_for": None}


def link(work: Work, exception_id: int, answer_id: int) -> None:
    """The exception is about this answer. A link that is there already is not due any more."""
    there = sa.and_(
        exception_answers.c.exception_id == exception_id,
        exception_answers.c.answer_id == answer_id,
        exception_answers.c.left_at.is_(None),
    )
    if not work.changes.change(sa.update(exception_answers).where(there).values(**_NOT_DUE)):
        row = {"exception_id": exception_id, "answer_id": answer_id, "since": work.at}
        work.changes.insert(exception_answers, [row | {"read_again_at": None, "read_again_for": None, "left_at": None}])


def make_due(work: Work, condition: sa.ColumnElement[bool], verb: str, asked: str) -> int:
    """Let the next pass read the answers of these open links again, with an event each; gives how many answers."""
    due = sa.and_(condition, exception_answers.c.left_at.is_(None))
    query = sa.select(exception_answers.c.answer_id).join_from(exception_answers, exceptions).distinct()
    ids = list(work.changes.select(query.where(due, exceptions.c.closed_at.is_(None))).scalars())
    for some in chunks(ids):
        mine = sa.and_(exception_answers.c.answer_id.in_(some), due)
        work.changes.change(
            sa.update(exception_answers).where(mine).values(read_again_at=work.at, read_again_for=asked)
        )
    append_events(work, [event_row(work, "answer", each, verb, reason=asked) for each in ids])
    return len(ids)


def read_again_asked(work: Work, exception_id: int, reason: str) -> int:
    """A person wants the answers of an exception read again; gives how many it is about."""
    return make_due(
        work, exception_answers.c.exception_id == exception_id, "to be read again", f"{work.actor}: {reason}"
    )


def came_again(work: Work, answer_ids: Sequence[int]) -> None:
    """The ERP wrote the same bytes under the same name once more: as if a person had asked."""
    for some in chunks(answer_ids):
        make_due(work, exception_answers.c.answer_id.in_(some), "came again", "the same bytes came again")


def open_answers(connection: sa.Connection, endpoint_id: int, names: Sequence[str]) -> dict[tuple[str, str], int]:
    """Of the answers with these names, those that an open exception is about: (name, sha256) -> answer."""
    query = (
        sa.select(answers.c.name, answers.c.sha256, answers.c.id)
        .join_from(answers, exception_answers, exception_answers.c.answer_id == answers.c.id)
        .join(exceptions, exceptions.c.id == exception_answers.c.exception_id)
        .where(
            answers.c.endpoint_id == endpoint_id,
            answers.c.name.in_(names),
            exception_answers.c.left_at.is_(None),
            exceptions.c.closed_at.is_(None),
        )
    )
    return {(row.name, row.sha256): row.id for row in look(connection, query)}


def to_read_again(connection: sa.Connection, endpoint_id: int, limit: int) -> list[AnswerToReadAgain]:
    """Answers that are due to be read again, oldest first."""
    own = answers.c.endpoint_id + 0  # SQLite would else look through all answers of the endpoint
    query = (
        sa.select(
            answers.c.id,
            answers.c.name,
            answers.c.sha256,
            answers.c.size,
            answers.c.archive_path,
            answers.c.rule,
            answers.c.quarantined,
        )
        .where(own == endpoint_id, answers.c.id.in_(_DUE))
        .order_by(answers.c.id)
        .limit(limit)
    )
    return [AnswerToReadAgain(*row) for row in look(connection, query)]


_DUE = (
    sa.select(exception_answers.c.answer_id)
    .join_from(exception_answers, exceptions)
    .where(
        exception_answers.c.left_at.is_(None),
        exception_answers.c.read_again_at.is_not(None),
        exceptions.c.closed_at.is_(None),
    )
)


def asked_for(work: Work, answer_id: int) -> str | None:
    """Who wants the answer read again, and why; None where its exceptions were closed meanwhile."""
    query = _DUE.with_only_columns(exception_answers.c.read_again_for).where(exception_answers.c.answer_id == answer_id)
    found: str | None = work.changes.select(query.limit(1)).scalar()
    return found


def settle_links(work: Work, answer_id: int, still: Collection[int], reason: str) -> None:
    """The answer was read again: it leaves its exceptions but these; those close that are about no other answer."""
    open_links = sa.and_(exception_answers.c.answer_id == answer_id, exception_answers.c.left_at.is_(None))
    left = sa.and_(open_links, exception_answers.c.exception_id.not_in(still))
    ids = list(work.changes.select(sa.select(exception_answers.c.exception_id).where(left)).scalars())
    work.changes.change(sa.update(exception_answers).where(left).values(left_at=work.at, **_NOT_DUE))
    others = sa.select(exception_answers.c.id).where(
        exception_answers.c.exception_id == exceptions.c.id, exception_answers.c.left_at.is_(None)
    )
    for some in chunks(ids):
        done = sa.select(exceptions.c.id).where(
            exceptions.c.id.in_(some), exceptions.c.closed_at.is_(None), ~others.exists()
        )
        close(work, list(work.changes.select(done).scalars()), reason)


def said_before(work: Work, answer_id: int, words: Sequence[Word]) -> set[Said]:
    """What this answer, or an earlier reading of the log that it is, has told already of the orders of these words."""
    of_answer = results.c.answer_id == answer_id
    if words and words[0].rule.grows:
        mine = sa.select(answers.c.name).where(answers.c.id == answer_id).scalar_subquery()
        same_log = sa.select(answers.c.id).where(answers.c.endpoint_id == work.endpoint_id, answers.c.name == mine)
        of_answer = results.c.answer_id.in_(same_log)
    found: set[Said] = set()
    for some in chunks(sorted({folded(word.result.external_id) for word in words})):
        query = (
            sa.select(external_ids.c.folded, results.c.verdict, results.c.erp_number, results.c.level)
            .join_from(
                external_ids,
                sendings,
                sa.and_(
                    sendings.c.order_id == external_ids.c.order_id,
                    sendings.c.endpoint_id == external_ids.c.endpoint_id,
                ),
            )
            .join(results, results.c.sending_id == sendings.c.id)
            .where(
                external_ids.c.endpoint_id == work.endpoint_id,
                external_ids.c.folded.in_(some),
                results.c.sending_id.is_not(None),
                of_answer,
            )
        )
        for row in work.changes.select(query):
            found.add((row.folded, row.verdict, row.erp_number, int(row.level or Level.VERDICT)))
    return found


def as_said(word: Word) -> Said:
    """A word in the form of `said_before`."""
    result = word.result
    return (folded(result.external_id), result.verdict.value, result.erp_number, int(result.level))
