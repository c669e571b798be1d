"""Collect: answers with their results, applied once each; and the answers whose remote file is still to be moved."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from itertools import islice

import sqlalchemy as sa

from bridge.domain.answers import Result, ResultOutcome
from bridge.domain.states import FileState
from bridge.ledger.applying import ANSWER_STEP, write_verdicts
from bridge.ledger.columns import look, one_of
from bridge.ledger.exceptions import open_plain
from bridge.ledger.kinds import ANSWER_OVERDUE, ANSWER_UNKNOWN_ORDER
from bridge.ledger.tables import export_files
from bridge.ledger.tables_told import answers, results
from bridge.ledger.values import AnswerToApply, AppliedAnswer, LogReadBefore, ToMove
from bridge.ledger.verdicts import Word, decide
from bridge.ledger.work import Work, append_events, chunks, event_row

F = FileState
WORDS_AT_ONCE_MAX = 5_000
Identity = tuple[str, int | None]  # digest of the bytes, and the export file that the name joins to


def known_answers(
    connection: sa.Connection, endpoint_id: int, found: Sequence[tuple[str, str]]
) -> set[tuple[str, str]]:
    """Of these (name, sha256), the ones that were applied under this name."""
    known: set[tuple[str, str]] = set()
    for some in chunks(found):
        query = sa.select(answers.c.name, answers.c.sha256).where(
            answers.c.endpoint_id == endpoint_id, answers.c.name.in_([name for name, _ in some])
        )
        known.update((row.name, row.sha256) for row in look(connection, query))
    return known.intersection(found)


def log_read_before(connection: sa.Connection, endpoint_id: int, name: str) -> LogReadBefore | None:
    """How a log that grows was read last: what it goes on from."""
    query = (
        sa.select(answers.c.rows_read, answers.c.size, answers.c.sha256)
        .where(answers.c.endpoint_id == endpoint_id, answers.c.name == name, answers.c.quarantined.is_(None))
        .order_by(answers.c.rows_read.desc(), answers.c.id.desc())
        .limit(1)
    )
    row = look(connection, query).one_or_none()
    return LogReadBefore(*row) if row else None


def answer_sizes(connection: sa.Connection, endpoint_id: int, names: Sequence[str]) -> dict[str, int]:
    """The largest size under which each of these answers was read: a log that grows is news when it is larger."""
    found: dict[str, int] = {}
    for some in chunks(names):
        query = (
            sa.select(answers.c.name, sa.func.max(answers.c.size))
            .where(answers.c.endpoint_id == endpoint_id, answers.c.name.in_(some))
            .group_by(answers.c.name)
        )
        found.update({row[0]: row[1] for row in look(connection, query)})
    return found


def files_by_name(connection: sa.Connection, endpoint_id: int, names: Sequence[str]) -> dict[str, int]:
    """The export files of these names."""
    found: dict[str, int] = {}
    for some in chunks(names):
        query = sa.select(export_files.c.name, export_files.c.id).where(
            export_files.c.endpoint_id == endpoint_id, export_files.c.name.in_(some)
        )
        found.update({row.name: row.id for row in look(connection, query)})
    return found


def apply_answers(work: Work, found: Sequence[AnswerToApply]) -> list[AppliedAnswer]:
    """Keep the answers and do what their results say; an answer whose bytes were applied before changes nothing."""
    known = _known_identities(work, found)
    fresh: dict[Identity, AnswerToApply] = {}
    for answer in found:
        if _identity(answer) not in known:
            fresh.setdefault(_identity(answer), answer)
    ids = dict(zip(fresh, work.changes.reserve_ids(answers, len(fresh)), strict=True))
    _add_answers(work, fresh, ids)
    counts = _apply_results(work, fresh, ids)
    _open_problems(work, fresh, counts)
    return [
        AppliedAnswer(
            answer_id=known.get(_identity(answer)) or ids[_identity(answer)],
            name=answer.name,
            already=fresh.get(_identity(answer)) is not answer,
            outcomes=counts[_identity(answer)] if fresh.get(_identity(answer)) is answer else {},
        )
        for answer in found
    ]


def _identity(answer: AnswerToApply) -> Identity:
    return (answer.sha256, answer.export_file_id)


def _known_identities(work: Work, found: Sequence[AnswerToApply]) -> dict[Identity, int]:
    known: dict[Identity, int] = {}
    for some in chunks([answer.sha256 for answer in found]):
        query = sa.select(answers.c.sha256, answers.c.export_file_id, answers.c.id).where(
            answers.c.endpoint_id == work.endpoint_id, answers.c.sha256.in_(some)
        )
        known.update({(row.sha256, row.export_file_id): row.id for row in work.changes.select(query)})
    return known


def _add_answers(work: Work, fresh: dict[Identity, AnswerToApply], ids: dict[Identity, int]) -> None:
    work.changes.insert(
        answers,
        [
            {
                "id": ids[identity],
                "endpoint_id": work.endpoint_id,
                "export_file_id": answer.export_file_id,
                "name": answer.name,
                "sha256": answer.sha256,
                "size": answer.size,
                "archive_path": answer.archive_path,
                "business_day": answer.business_day,
                "rows_read": answer.rows_read,
                "quarantined": answer.problem.code if answer.problem else None,
                "collected_at": work.at,
                "moved_at": work.at if answer.remains else None,
            }
            for identity, answer in fresh.items()
        ],
    )
    append_events(
        work,
        [
            event_row(
                work,
                "answer",
                ids[identity],
                "quarantined" if answer.problem else "applied",
                export_file_id=answer.export_file_id,
                reason=f"sha256 {answer.sha256}",
            )
            for identity, answer in fresh.items()
        ],
    )


def _apply_results(
    work: Work, fresh: dict[Identity, AnswerToApply], ids: dict[Identity, int]
) -> dict[Identity, Counter[ResultOutcome]]:
    """A bounded number of words at a time, each against what the earlier ones left."""
    counts: dict[Identity, Counter[ResultOutcome]] = {identity: Counter() for identity in fresh}
    words = (
        (identity, Word(result, answer.export_file_id))
        for identity, answer in fresh.items()
        if answer.problem is None
        for result in answer.results
    )
    while some := list(islice(words, WORDS_AT_ONCE_MAX)):
        decided = decide(work, [word for _, word in some])
        write_verdicts(work, decided, "the ERP's answer")
        rows = []
        for (identity, word), (_, sending_id, outcome) in zip(some, decided.outcomes, strict=True):
            counts[identity][outcome] += 1
            rows.append(_result_row(ids[identity], word.result, sending_id, outcome))
        work.changes.insert(results, rows)
    return counts


def _result_row(answer_id: int, result: Result, sending_id: int | None, outcome: ResultOutcome) -> dict[str, object]:
    return {
        "answer_id": answer_id,
        "sending_id": sending_id,
        "external_id": result.external_id,
        "verdict": result.verdict.value,
        "erp_number": result.erp_number,
        "reason": result.reason,
        "place": result.place,
        "outcome": outcome.value,
    }


def _open_problems(
    work: Work, fresh: dict[Identity, AnswerToApply], counts: dict[Identity, Counter[ResultOutcome]]
) -> None:
    scope = ("endpoint", work.endpoint)
    for identity, answer in fresh.items():
        if answer.problem is not None:
            open_plain(work, scope, ANSWER_STEP, answer.problem, export_file_id=answer.export_file_id)
        unknown = counts[identity][ResultOutcome.UNKNOWN]
        if unknown:
            place = f"{unknown} lines or elements"
            problem = ANSWER_UNKNOWN_ORDER.problem(name=answer.name, endpoint=work.endpoint, count=unknown, place=place)
            open_plain(work, scope, ANSWER_STEP, problem)


def to_move(connection: sa.Connection, endpoint_id: int, limit: int) -> list[ToMove]:
    """Applied answers whose remote file still lies where the ERP put it."""
    query = (
        sa.select(answers.c.id, answers.c.name, answers.c.sha256, answers.c.size)
        .where(answers.c.endpoint_id == endpoint_id, answers.c.moved_at.is_(None))
        .order_by(answers.c.id)
        .limit(limit)
    )
    return [ToMove(*row) for row in look(connection, query)]


def moved(work: Work, answer_ids: Sequence[int]) -> None:
    """The remote files of these answers are out of the way."""
    for some in chunks(answer_ids):
        condition = sa.and_(answers.c.id.in_(some), answers.c.moved_at.is_(None))
        work.changes.change(sa.update(answers).where(condition).values(moved_at=work.at))


def overdue(work: Work, now: datetime) -> int:
    """Open `answer-overdue` for placed files past their time; gives how many are newly overdue."""
    query = sa.select(
        export_files.c.id, export_files.c.name, export_files.c.placed_at, export_files.c.answer_due_at
    ).where(
        export_files.c.endpoint_id == work.endpoint_id,
        one_of(export_files.c.state, [F.PLACED]),
        export_files.c.answer_due_at.is_not(None),
        export_files.c.answer_due_at <= now,
        export_files.c.overdue_at.is_(None),
    )
    late = work.changes.select(query).all()
    for row in late:
        problem = ANSWER_OVERDUE.problem(
            name=row.name,
            endpoint=work.endpoint,
            placed_at=f"{row.placed_at:%Y-%m-%d %H:%M} UTC",
            due_at=f"{row.answer_due_at:%Y-%m-%d %H:%M} UTC",
        )
        open_plain(work, ("endpoint", work.endpoint), "overdue", problem, export_file_id=row.id)
        mark = sa.update(export_files).where(export_files.c.id == row.id).values(overdue_at=now)
        work.changes.change(mark)
    return len(late)
