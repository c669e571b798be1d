"""From an answer's results to words about single orders: by external id, by place, or all orders of a file at once.

Never by a name or an amount: what has neither an id nor a place in a known file is about no order.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain

import sqlalchemy as sa

from bridge.domain.answers import Result, Verdict
from bridge.ledger.columns import one_of
from bridge.ledger.joining import JoinedFile, joined_files
from bridge.ledger.standings import WHOLE_FILE
from bridge.ledger.tables import external_ids, sendings
from bridge.ledger.tables_told import results
from bridge.ledger.values import AnswerToApply
from bridge.ledger.verdicts import AWAITING, Word
from bridge.ledger.work import Work

MEMBERS_AT_ONCE_MAX = 1_000
SILENCE = "not named in a report of what failed"


@dataclass(frozen=True, slots=True)
class _Member:
    """One order of a file."""

    sending_id: int
    position: int
    external_id: str


def words_of(work: Work, answer: AnswerToApply) -> Iterator[Word]:
    """What an answer says, in its order. What it says of a whole file becomes a word for each of the file's orders.

    Places that are counted, and not told by the ERP, count only in an answer about one file with as many orders.
    """
    for number, result in enumerate(answer.results, start=1):
        if result.whole_file:
            yield from _of_whole_file(work, answer, result)
            continue
        if answer.rule.by_position:
            place = result.position or number
            result = result._replace(position=place if answer.in_place else None)
        yield Word(result, answer.export_file_id, in_place=answer.in_place, rule=answer.rule)


def located(work: Work, words: Sequence[Word]) -> list[Word]:
    """The words with the file that a result itself names, and with the order at a place."""
    named = sorted({word.result.file for word in words if word.result.file}, key=lambda one: (one.key, one.value))
    joined: dict[object, JoinedFile] = {}
    if named:
        naming = words[0].rule.naming  # of the endpoint's profile, and so of all
        told = joined_files(work.changes.connection, work.endpoint_id, [(one,) for one in named], naming)
        joined = dict(zip(named, told, strict=True))
    in_files = [_in_file(word, joined.get(word.result.file)) for word in words]
    return _at_places(work, in_files)


def rest_of(work: Work, answer: AnswerToApply, answer_id: int) -> Iterator[Word]:
    """The orders of the answer's file that wait for a verdict and that it did not name: accepted without a number."""
    assert answer.export_file_id is not None
    named = sa.select(results.c.id).where(results.c.answer_id == answer_id, results.c.sending_id == sendings.c.id)
    waiting = sa.and_(one_of(sendings.c.state, AWAITING), ~named.exists())
    for member in _members(work, answer.export_file_id, waiting):
        result = Result(member.external_id, Verdict.ACCEPTED, place=SILENCE)
        yield Word(result, answer.export_file_id, member.sending_id, of_many=True, rule=answer.rule)


def _of_whole_file(work: Work, answer: AnswerToApply, result: Result) -> Iterator[Word]:
    word = Word(result, answer.export_file_id, rule=answer.rule)
    if result.file is not None:
        (word,) = located(work, [word])
    if word.export_file_id is None or word.clash:
        yield word
        return
    members = _members(work, word.export_file_id, sa.true())
    first, second = next(members, None), next(members, None)
    number = result.erp_number if second is None else None  # one number cannot be that of several orders
    for member in chain((one for one in (first, second) if one is not None), members):
        said = result._replace(
            external_id=member.external_id,
            erp_number=number,
            file=None,
            place=f"{result.place}, {WHOLE_FILE}" if result.place else WHOLE_FILE,
        )
        yield replace(word, result=said, sending_id=member.sending_id, of_many=True)


def _in_file(word: Word, joined: JoinedFile | None) -> Word:
    """The word with its own file; a result that names another file than its answer can mean neither."""
    if joined is None or (joined.file_id is None and not joined.clash):
        return word
    if joined.clash or word.export_file_id not in (None, joined.file_id):
        return replace(word, clash=joined.clash or "names another file than its answer")
    return replace(word, export_file_id=joined.file_id)


def _at_places(work: Work, words: Sequence[Word]) -> list[Word]:
    """Those without an order's id, with the order at their place in the file."""
    asked: dict[int, set[int]] = {}
    for word in words:
        if word.result.position is not None and word.export_file_id is not None and not word.result.external_id:
            asked.setdefault(word.export_file_id, set()).add(word.result.position)
    if not asked:
        return list(words)
    found: dict[tuple[int, int], _Member] = {}
    for file_id, places in asked.items():
        between = sendings.c.position.between(min(places), max(places))
        found |= {(file_id, member.position): member for member in _members(work, file_id, between)}
    return [_at_place(word, found) for word in words]


def _at_place(word: Word, found: dict[tuple[int, int], _Member]) -> Word:
    result = word.result
    if result.external_id or result.position is None or word.export_file_id is None:
        return word
    member = found.get((word.export_file_id, result.position))
    if member is None:
        return word
    return replace(word, result=result._replace(external_id=member.external_id), sending_id=member.sending_id)


def _members(work: Work, file_id: int, condition: sa.ColumnElement[bool]) -> Iterator[_Member]:
    """The orders of a file in their order, a bounded number at a time."""
    after = 0
    while True:
        query = (
            sa.select(sendings.c.id, sendings.c.position, external_ids.c.external_id)
            .join_from(
                sendings,
                external_ids,
                sa.and_(
                    external_ids.c.order_id == sendings.c.order_id,
                    external_ids.c.endpoint_id == sendings.c.endpoint_id,
                ),
            )
            .where(
                sendings.c.export_file_id.is_not(None),
                sendings.c.export_file_id == file_id,
                sendings.c.position > after,
                condition,
            )
            .order_by(sendings.c.position)
            .limit(MEMBERS_AT_ONCE_MAX)
        )
        rows = work.changes.select(query).all()
        for row in rows:
            yield _Member(row.id, row.position, row.external_id)
        if len(rows) < MEMBERS_AT_ONCE_MAX:
            return
        after = rows[-1].position
