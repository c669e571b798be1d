"""What a person must see of answers: of single orders (refused, changed, contradicting), and of a whole answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa

from bridge.domain.answers import Difference, Result, ResultOutcome
from bridge.domain.problems import Problem, ProblemKind
from bridge.domain.reasons import meant
from bridge.domain.states import Purpose
from bridge.ledger.answer_kinds import (
    ACCEPTED_WITH_CHANGES,
    ANSWER_CONTRADICTS,
    ANSWER_NAMES_NO_ORDER,
    ANSWER_ORDER_ELSEWHERE,
    ANSWER_UNKNOWN_ORDER,
    CHANGE_ACCEPTED_OTHERWISE,
    CHANGE_MADE_LATE,
    CHANGE_REJECTED,
    ORDER_LEFT_OUT,
    POSSIBLE_DUPLICATE,
    REJECTED,
    REST_NOT_ACCEPTED,
)
from bridge.ledger.answers_again import link
from bridge.ledger.as_sent import really_changed
from bridge.ledger.columns import one_of
from bridge.ledger.exceptions import Trouble, open_plain, set_troubles
from bridge.ledger.kinds import WHAT
from bridge.ledger.standings import Standing
from bridge.ledger.tables import export_files, orders, sendings
from bridge.ledger.tables_told import answers, exception_members, exceptions, results
from bridge.ledger.values import AnswerToApply
from bridge.ledger.verdicts import AWAITING, Word
from bridge.ledger.work import Work, chunks

ANSWER_STEP = "answer"
CONTRADICTION_STEP = "contradiction"
DIFFERENCE_STEP = "difference"
DUPLICATE_STEP = "duplicate"
LEFT_OUT_STEP = "left out"
DIFFERENCES_SHOWN_MAX = 20
DIFFERENCE_LENGTH_MAX = 200
PLACES_SHOWN_MAX = 5


@dataclass(slots=True)
class Tally:
    """What came of one answer's results, with the first places of those that were not applied."""

    outcomes: Counter[ResultOutcome] = field(default_factory=Counter)
    places: dict[ProblemKind, list[str]] = field(default_factory=dict)
    counts: Counter[ProblemKind] = field(default_factory=Counter)

    def add(self, word: Word, outcome: ResultOutcome) -> None:
        """Count one result."""
        self.outcomes[outcome] += 1
        if outcome is ResultOutcome.DISAGREES:
            self._strange(ANSWER_ORDER_ELSEWHERE, word)
        elif outcome is ResultOutcome.UNKNOWN:
            self._strange(ANSWER_UNKNOWN_ORDER if word.result.external_id else ANSWER_NAMES_NO_ORDER, word)

    @property
    def understood(self) -> bool:
        """Whether each result was about an order that is known."""
        return not self.counts

    def problems(self, answer: AnswerToApply, endpoint: str) -> list[Problem]:
        """One for each kind of result that was about no known order."""
        return [
            kind.problem(name=answer.name, endpoint=endpoint, count=count, place=self._places_of(kind, count))
            for kind, count in self.counts.items()
        ]

    def _strange(self, kind: ProblemKind, word: Word) -> None:
        self.counts[kind] += 1
        shown = self.places.setdefault(kind, [])
        if word.result.place and len(shown) < PLACES_SHOWN_MAX:
            shown.append(word.result.place)

    def _places_of(self, kind: ProblemKind, count: int) -> str:
        more = count - len(self.places[kind])
        told = [*self.places[kind], f"{more} more"] if self.places[kind] and more else self.places[kind]
        return ", ".join(told) or f"{count} lines or elements"


def open_rejected(work: Work, rejected: Sequence[tuple[Standing, Word]]) -> None:
    """The ERP's reasons, in the profile's words where its table has them."""
    troubles = []
    for standing, word in rejected:
        said = meant(word.result.code, word.result.reason, word.rule)
        problem = _REJECTED_AS[standing.purpose].problem(
            number=standing.number,
            endpoint=work.endpoint,
            reason_code=said.code,
            words=said.words,
            told=said.told,
            cure=said.cure,
            what=WHAT[standing.purpose],
        )
        troubles.append(Trouble(standing.sending_id, (problem,)))
    _open(work, ANSWER_STEP, troubles)


_REJECTED_AS = {Purpose.NEW: REJECTED, Purpose.CHANGE: CHANGE_REJECTED, Purpose.CANCEL: CHANGE_REJECTED}


_TWICE = {Purpose.NEW: POSSIBLE_DUPLICATE, Purpose.CHANGE: CHANGE_MADE_LATE, Purpose.CANCEL: CHANGE_MADE_LATE}


def open_contradictions(work: Work, contradicting: Sequence[tuple[Standing, str, str]]) -> None:
    """What was said before stays; a person asks which is right."""
    troubles = []
    for standing, now, before in contradicting:
        problem = ANSWER_CONTRADICTS.problem(number=standing.number, endpoint=work.endpoint, now=now, before=before)
        troubles.append(Trouble(standing.sending_id, (problem,)))
    _open(work, CONTRADICTION_STEP, troubles)


def open_duplicates(work: Work, duplicates: Sequence[tuple[Standing, Result]]) -> None:
    """An earlier round was accepted after a later one went out."""
    troubles = []
    for standing, result in duplicates:
        now = f"accepted as {result.erp_number}" if result.erp_number else "accepted"
        what = WHAT[standing.purpose]
        problem = _TWICE[standing.purpose].problem(number=standing.number, endpoint=work.endpoint, now=now, what=what)
        troubles.append(Trouble(standing.sending_id, (problem,)))
    _open(work, DUPLICATE_STEP, troubles)


_CHANGED_AS = {
    Purpose.NEW: ACCEPTED_WITH_CHANGES,
    Purpose.CHANGE: CHANGE_ACCEPTED_OTHERWISE,
    Purpose.CANCEL: CHANGE_ACCEPTED_OTHERWISE,
}


def open_changed(work: Work, changed: Sequence[tuple[Standing, Result]]) -> None:
    """Accepted otherwise than sent. Said again in the same words, it is not opened a second time."""
    told = [
        (
            standing,
            _CHANGED_AS[standing.purpose].problem(
                number=standing.number,
                endpoint=work.endpoint,
                differences=_in_words(result.differences),
                what=WHAT[standing.purpose],
            ),
        )
        for standing, result in really_changed(work, changed)
    ]
    before = _told_before(work, [standing.sending_id for standing, _ in told])
    news = [
        Trouble(standing.sending_id, (problem,))
        for standing, problem in told
        if (standing.sending_id, problem.message) not in before
    ]
    _open(work, DIFFERENCE_STEP, news)


def _in_words(differences: Sequence[Difference]) -> str:
    shown = [" ".join(one.words.split())[:DIFFERENCE_LENGTH_MAX] for one in differences[:DIFFERENCES_SHOWN_MAX]]
    more = len(differences) - len(shown)
    return "; ".join([*shown, f"and {more} more"] if more else shown)


def _told_before(work: Work, sending_ids: Sequence[int]) -> set[tuple[int, str]]:
    """What was ever opened for these orders, acknowledged or not."""
    found: set[tuple[int, str]] = set()
    for some in chunks(sending_ids):
        query = (
            sa.select(exception_members.c.sending_id, exception_members.c.message)
            .join_from(exception_members, exceptions, exceptions.c.id == exception_members.c.exception_id)
            .where(exception_members.c.sending_id.in_(some), exceptions.c.step == DIFFERENCE_STEP)
        )
        found.update((row.sending_id, row.message) for row in work.changes.select(query))
    return found


def open_problems(work: Work, answer: AnswerToApply, answer_id: int, tally: Tally) -> set[int]:
    """What is wrong with an answer as a whole; gives the exceptions, which are linked to it."""
    opened = {
        open_plain(work, ("endpoint", work.endpoint), step, problem, export_file_id=file_id)
        for step, problem, file_id in _problems(work, answer, tally)
    }
    for exception_id in opened:
        link(work, exception_id, answer_id)
    return opened


def _problems(work: Work, answer: AnswerToApply, tally: Tally) -> Iterator[tuple[str, Problem, int | None]]:
    """Each with the step that it belongs to and the file of ours that it keeps waiting."""
    if answer.problem is not None:
        yield ANSWER_STEP, answer.problem, answer.export_file_id
        return
    for problem in tally.problems(answer, work.endpoint):
        yield ANSWER_STEP, problem, None
    if answer.odd_rows is not None:
        yield *answer.odd_rows, None
    if answer.rule.rest_accepted and (why := _why_silence_proves_nothing(answer, tally)):
        yield ANSWER_STEP, REST_NOT_ACCEPTED.problem(name=answer.name, endpoint=work.endpoint, why=why), None


def _why_silence_proves_nothing(answer: AnswerToApply, tally: Tally) -> str:
    if answer.export_file_id is None:
        return "not which file of ours it is about"
    return "" if tally.understood else "also orders that cannot be found in that file"


def open_left_out(work: Work, file_ids: Collection[int], rules: Sequence[str]) -> None:
    """Orders that wait for a verdict though each of these rules has answered their file."""
    for some in chunks(sorted(file_ids)):
        answered = _answered_by(work, some)
        complete = [file_id for file_id in some if set(rules) <= answered.get(file_id, set())]
        for page in chunks(complete):
            query = (
                sa.select(sendings.c.id, orders.c.number, export_files.c.name)
                .join_from(sendings, orders, orders.c.id == sendings.c.order_id)
                .join(export_files, export_files.c.id == sendings.c.export_file_id)
                .where(
                    sendings.c.export_file_id.is_not(None),
                    sendings.c.export_file_id.in_(page),
                    one_of(sendings.c.state, AWAITING),
                )
            )
            troubles = [
                Trouble(row.id, (ORDER_LEFT_OUT.problem(number=row.number, endpoint=work.endpoint, file=row.name),))
                for row in work.changes.select(query)
            ]
            _open(work, LEFT_OUT_STEP, troubles)


def _answered_by(work: Work, file_ids: Sequence[int]) -> dict[int, set[str]]:
    """The rules that have answered each file: by its name, or by a result about one of its orders."""
    by_name = sa.select(answers.c.export_file_id, answers.c.rule).where(
        answers.c.export_file_id.is_not(None), answers.c.export_file_id.in_(file_ids), answers.c.quarantined.is_(None)
    )
    by_order = (
        sa.select(sendings.c.export_file_id, answers.c.rule)
        .join_from(sendings, results, results.c.sending_id == sendings.c.id)
        .join(answers, answers.c.id == results.c.answer_id)
        .where(
            sendings.c.export_file_id.is_not(None),
            sendings.c.export_file_id.in_(file_ids),
            results.c.sending_id.is_not(None),
        )
    )
    found: dict[int, set[str]] = {}
    for file_id, rule in work.changes.select(sa.union(by_name, by_order)):
        found.setdefault(file_id, set()).add(rule)
    return found


def _open(work: Work, step: str, troubles: Sequence[Trouble]) -> None:
    if troubles:
        set_troubles(work, ("endpoint", work.endpoint), step, troubles)
