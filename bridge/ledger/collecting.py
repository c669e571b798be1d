"""Collect: answers with their results, applied once each; and the answers whose remote file is still to be moved."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import NamedTuple

import sqlalchemy as sa

from bridge.domain.answers import ResultOutcome
from bridge.domain.states import FileState
from bridge.ledger.answer_troubles import Tally, open_left_out, open_problems
from bridge.ledger.answer_words import located, rest_of, words_of
from bridge.ledger.answers_again import AnswerToReadAgain, as_said, asked_for, came_again, said_before, settle_links
from bridge.ledger.applying import write_verdicts
from bridge.ledger.columns import look, one_of
from bridge.ledger.exceptions import open_plain
from bridge.ledger.kinds import ANSWER_OVERDUE
from bridge.ledger.tables import export_files
from bridge.ledger.tables_told import answers, results
from bridge.ledger.values import AnswerToApply, AppliedAnswer, ToMove
from bridge.ledger.verdicts import Word, decide
from bridge.ledger.work import Work, append_events, chunks, event_row

F = FileState
WORDS_AT_ONCE_MAX = 5_000
Identity = tuple[str, int | None, str]  # digest of the bytes, the export file that it is about, the rule that read it
Told = Iterator[tuple[Identity, Word]]


class Known(NamedTuple):
    """An answer that the ledger has. quarantined: why nothing of it was applied."""

    answer_id: int
    quarantined: str | None


def apply_answers(work: Work, found: Sequence[AnswerToApply], again: Sequence[int] = ()) -> list[AppliedAnswer]:
    """Keep the answers and do what their results say; an answer whose bytes were applied before changes nothing.

    again: answers that an open exception is about and that the ERP wrote once more; they become due to be read again.
    """
    came_again(work, again)
    known = _known_identities(work, found)
    fresh: dict[Identity, AnswerToApply] = {}
    for answer in found:
        if _identity(answer) not in known:
            fresh.setdefault(_identity(answer), answer)
    ids = dict(zip(fresh, work.changes.reserve_ids(answers, len(fresh)), strict=True))
    _add_answers(work, fresh, ids)
    tallies = _apply_results(work, fresh, ids)
    for identity, answer in fresh.items():
        open_problems(work, answer, ids[identity], tallies[identity])
    return [
        AppliedAnswer(ids[_identity(answer)], answer.name, already=False, outcomes=tallies[_identity(answer)].outcomes)
        if fresh.get(_identity(answer)) is answer
        else _known_already(work, answer, known.get(_identity(answer)) or Known(ids[_identity(answer)], None))
        for answer in found
    ]


def _known_already(work: Work, answer: AnswerToApply, known: Known) -> AppliedAnswer:
    """Bytes that are here once more under another name. What could not be read of them then is applied now."""
    if known.quarantined is None or answer.problem is not None:
        return AppliedAnswer(known.answer_id, answer.name, already=True, outcomes={})
    return _take_in_again(work, known, answer, "written again under another name")


def apply_again(work: Work, kept: AnswerToReadAgain, answer: AnswerToApply) -> AppliedAnswer:
    """Do what a kept answer says that was read again; what it has told already is repeated, and changes nothing.

    Its exceptions close, or stay open with what is wrong with it now.
    """
    mine = Known(kept.answer_id, kept.quarantined)
    twin = _known_identities(work, [answer]).get(_identity(answer), mine)
    asked = asked_for(work, kept.answer_id)
    if asked is None:
        return AppliedAnswer(kept.answer_id, answer.name, already=True, outcomes={})
    if twin == mine or answer.problem is not None:
        return _take_in_again(work, mine, answer, f"read again for {asked}")
    settle_links(work, kept.answer_id, (), "the same bytes were read under another name or rule")
    return _known_already(work, answer, twin)


def _take_in_again(work: Work, known: Known, answer: AnswerToApply, why: str) -> AppliedAnswer:
    """An answer that is in the ledger already, as it is read now. why: ends the reasons of what it moves."""
    _mend_answer(work, known, answer)
    identity = _identity(answer)
    tally = _apply_results(work, {identity: answer}, {identity: known.answer_id}, why)[identity]
    still = open_problems(work, answer, known.answer_id, tally)
    settle_links(work, known.answer_id, still, f"the answer was {why}")
    return AppliedAnswer(known.answer_id, answer.name, already=True, outcomes=tally.outcomes)


def _mend_answer(work: Work, known: Known, answer: AnswerToApply) -> None:
    """What the answer is now, with an event. One of which parts were applied stays so, whatever is wrong now."""
    row = sa.update(answers).where(answers.c.id == known.answer_id)
    code = answer.problem.code if answer.problem else None
    if answer.problem is None:
        read = {"export_file_id": answer.export_file_id, "rule": answer.rule.name, "rows_read": answer.rows_read}
        work.changes.change(row.values(quarantined=None, **read))
        untold = sa.and_(results.c.answer_id == known.answer_id, results.c.sending_id.is_(None))
        work.changes.change(sa.delete(results).where(untold))  # what was about no order is told anew
    elif known.quarantined is not None:
        work.changes.change(row.values(quarantined=code))
    told = event_row(
        work,
        "answer",
        known.answer_id,
        "read again",
        export_file_id=answer.export_file_id,
        target="quarantined" if code else "applied",
        reason=code or f"sha256 {answer.sha256}",
    )
    append_events(work, [told])


def _identity(answer: AnswerToApply) -> Identity:
    return (answer.sha256, answer.export_file_id, answer.rule.name)


def _known_identities(work: Work, found: Sequence[AnswerToApply]) -> dict[Identity, Known]:
    known: dict[Identity, Known] = {}
    for some in chunks([answer.sha256 for answer in found]):
        query = sa.select(
            answers.c.sha256, answers.c.export_file_id, answers.c.rule, answers.c.id, answers.c.quarantined
        ).where(answers.c.endpoint_id == work.endpoint_id, answers.c.sha256.in_(some))
        for row in work.changes.select(query):
            known[row.sha256, row.export_file_id, row.rule] = Known(row.id, row.quarantined)
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
                "rule": answer.rule.name,
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
    work: Work, fresh: dict[Identity, AnswerToApply], ids: dict[Identity, int], again: str = ""
) -> dict[Identity, Tally]:
    """What the answers say, then what the silence of those means that name only what failed; then who is left out.

    again: why they are read once more, so that what they told before is left out.
    """
    tallies = {identity: Tally() for identity in fresh}
    read = {identity: answer for identity, answer in fresh.items() if answer.problem is None}
    files = _apply_words(work, ids, tallies, _said(work, read), again)
    files |= _apply_words(work, ids, tallies, _silent(work, read, ids, tallies), again)
    for rules in {answer.rule.all_of for answer in read.values() if answer.rule.all_of}:
        open_left_out(work, files | {each.export_file_id for each in read.values() if each.export_file_id}, rules)
    return tallies


def _said(work: Work, read: dict[Identity, AnswerToApply]) -> Told:
    for identity, answer in read.items():
        yield from ((identity, word) for word in words_of(work, answer))


def _silent(
    work: Work, read: dict[Identity, AnswerToApply], ids: dict[Identity, int], tallies: dict[Identity, Tally]
) -> Told:
    for identity, answer in read.items():
        if answer.rule.rest_accepted and answer.export_file_id is not None and tallies[identity].understood:
            yield from ((identity, word) for word in rest_of(work, answer, ids[identity]))


def _apply_words(
    work: Work, ids: dict[Identity, int], tallies: dict[Identity, Tally], words: Told, again: str = ""
) -> set[int]:
    """A bounded number of words at a time, each against what the earlier ones left; gives the files they are about."""
    files: set[int] = set()
    while some := list(islice(words, WORDS_AT_ONCE_MAX)):
        news = list(zip([identity for identity, _ in some], located(work, [word for _, word in some]), strict=True))
        if again:
            news = _untold(work, ids, tallies, news)
        decided = decide(work, [word for _, word in news])
        write_verdicts(work, decided, f"the ERP's answer, {again}" if again else "the ERP's answer")
        rows = []
        for (identity, _), (word, sending_id, outcome) in zip(news, decided.outcomes, strict=True):
            tallies[identity].add(word, outcome)
            rows.append(_result_row(ids[identity], word, sending_id, outcome))
        files |= decided.files
        work.changes.insert(results, rows)
    return files


def _untold(
    work: Work, ids: dict[Identity, int], tallies: dict[Identity, Tally], words: Sequence[tuple[Identity, Word]]
) -> list[tuple[Identity, Word]]:
    """The words of one answer that it had not told when it was read before; the others are counted as repeated."""
    known = said_before(work, ids[words[0][0]], [word for _, word in words])
    for identity, word in words:
        if as_said(word) in known:
            tallies[identity].add(word, ResultOutcome.REPEATED)
    return [(identity, word) for identity, word in words if as_said(word) not in known]


def _result_row(answer_id: int, word: Word, sending_id: int | None, outcome: ResultOutcome) -> dict[str, object]:
    result = word.result
    return {
        "answer_id": answer_id,
        "sending_id": sending_id,
        "external_id": result.external_id,
        "verdict": result.verdict.value,
        "erp_number": result.erp_number,
        "reason": result.reason,
        "place": result.place,
        "outcome": outcome.value,
        "level": int(result.level),
    }


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
