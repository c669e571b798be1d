"""What the ERP says of an order, compared with what the ledger has: the decision for each word, before any is written.

A word is one result of an answer or one entry of the register. Verdicts only rise: accepted never becomes rejected, a
number never becomes another; what contradicts changes nothing and is shown to a person. What is said of a whole file
at once (all of it, or the rest of it) never undoes what was said of one order by name.

Which round of an order is meant: the one in the file that the answer names. The same order in another file is another
round (or a change), so an answer to file 17 about an order that was sent in 17 and again in 21 speaks of the first
round and disagrees with nothing; only an order that was never in 17 does. Without a file, an answer speaks of what
awaits a verdict: a change or cancellation that was sent, for an ORDRSP to an ORDCHG names nothing but the order; else
the latest round that was sent. A log that is written anew each time can repeat old rows, so without a file it never
speaks of a change.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import IntEnum

from bridge.domain.answers import AnswerRule, Level, Result, ResultOutcome, Verdict
from bridge.domain.states import Purpose, SendingState
from bridge.ledger.external_ids import folded
from bridge.ledger.standings import Standing, mark_refused_with_file, standings_of
from bridge.ledger.work import Work

S = SendingState
Outcome = ResultOutcome
AWAITING = frozenset({S.EXPORTED, S.DELIVERED})
TAKEN = frozenset({S.ACCEPTED, S.WRITTEN_BACK})
UNSENT = frozenset({S.RECEIVED, S.READY, S.HELD})
NEVER_SENT = UNSENT | {S.CANCELLED}  # a further round in one of these gives way to one that the ERP has


@dataclass(frozen=True, slots=True)
class Word:
    """One result with where it came from.

    export_file_id: the file that it is about. sending_id: joined already, by its place or as one of a whole file.
    of_many: said of all orders of a file, or of the rest, and not of this one. in_place: its place must be the
    order's place in the file. clash: its file cannot be told. links: the register, which also speaks of orders that
    were not sent.
    """

    result: Result
    export_file_id: int | None = None
    sending_id: int | None = None
    of_many: bool = False
    in_place: bool = False
    clash: str = ""
    links: bool = False
    rule: AnswerRule = field(default_factory=AnswerRule)


@dataclass(slots=True)
class Decided:
    """What is to be written."""

    outcomes: list[tuple[Word, int | None, ResultOutcome]] = field(default_factory=list)  # word, sending, outcome
    accepted: dict[int, Standing] = field(default_factory=dict)
    rejected: dict[int, tuple[Standing, Word]] = field(default_factory=dict)
    numbered: dict[int, Standing] = field(default_factory=dict)  # accepted before, the number is new
    contradicting: dict[int, tuple[Standing, str, str]] = field(default_factory=dict)  # what it says now, said before
    raised: dict[int, Standing] = field(default_factory=dict)
    changed: dict[int, tuple[Standing, Result]] = field(default_factory=dict)  # accepted with differences
    duplicates: dict[int, tuple[Standing, Result]] = field(default_factory=dict)
    overtaken: dict[int, Standing] = field(default_factory=dict)  # a round that waits -> the one that the ERP has
    files: set[int] = field(default_factory=set)  # that the words are about


def decide(work: Work, words: Sequence[Word]) -> Decided:
    """Take the words in order, each against what the earlier ones left."""
    standings = standings_of(work, [folded(word.result.external_id) for word in words])
    of_many = {word.sending_id for word in words if word.of_many and word.result.verdict is Verdict.ACCEPTED}
    all_rounds = [each for rounds in standings.values() for each in rounds] if of_many else []
    refused = [each for each in all_rounds if each.sending_id in of_many and each.state is S.REJECTED]
    mark_refused_with_file(work, refused)
    decided = Decided()
    for word in words:
        rounds = standings.get(folded(word.result.external_id), [])
        standing = _spoken_of(word, rounds)
        if standing is None:
            elsewhere = bool(word.clash) or bool(rounds and word.export_file_id is not None and _sent(rounds))
            decided.outcomes.append((word, None, Outcome.DISAGREES if elsewhere else Outcome.UNKNOWN))
        elif word.in_place and word.result.position not in (None, standing.position):
            decided.outcomes.append((word, None, Outcome.DISAGREES))
        else:
            if standing.export_file_id is not None:
                decided.files.add(standing.export_file_id)
            later = _later(standing, rounds)
            known_as = _known_otherwise(word, standing, rounds)
            if known_as:
                outcome = _contradicts(decided, standing, _accepted_as(word.result), f"accepted as {known_as}")
            else:
                outcome = _take_in(decided, word, standing, later)
            if outcome is not Outcome.REPEATED and later is _Later.WAITING and word.result.verdict is Verdict.ACCEPTED:
                _overtake(decided, standing, rounds)
            decided.outcomes.append((word, standing.sending_id, outcome))
    return decided


def _follows(other: Standing, standing: Standing) -> bool:
    """Whether another sending came after this one: a further round of the order, or a later change of it."""
    if standing.purpose is Purpose.NEW:
        return other.purpose is Purpose.NEW and other.round > standing.round
    return other.sending_id > standing.sending_id


def _spoken_of(word: Word, rounds: Sequence[Standing]) -> Standing | None:
    """The round or change that the word is about: of the answer's file; without one the latest that was sent or linked.

    Orders are answered one thing at a time: while a change awaits its verdict the order has its own already.
    """
    if word.clash:
        return None
    if word.sending_id is not None:
        return next((each for each in rounds if each.sending_id == word.sending_id), None)
    if word.export_file_id is not None:
        return next((each for each in rounds if each.export_file_id == word.export_file_id), None)
    new = [each for each in rounds if each.purpose is Purpose.NEW]
    if word.links and new and new[-1].state in UNSENT:
        return new[-1]
    sent = _sent(new)
    awaiting = next((each for each in rounds if each.purpose is not Purpose.NEW and each.state in AWAITING), None)
    if awaiting is not None and not word.links and not word.rule.repeats:
        return awaiting
    return sent[-1] if sent else None


def _sent(rounds: Sequence[Standing]) -> list[Standing]:
    return [each for each in rounds if each.export_file_id is not None or each.state in TAKEN]


class _Later(IntEnum):
    """Whether the order went on to a further round."""

    NONE = 0
    WAITING = 1  # it is there, in no file yet
    SEALED = 2


def _later(standing: Standing, rounds: Sequence[Standing]) -> _Later:
    further = [each for each in rounds if _follows(each, standing) and each.state is not S.SUPERSEDED]
    if not further:
        return _Later.NONE
    return _Later.SEALED if _sent(further) else _Later.WAITING


def _known_otherwise(word: Word, standing: Standing, rounds: Sequence[Standing]) -> str:
    """The order's own number where a change of it is accepted under another: there may be a second document."""
    told = word.result.erp_number
    if standing.purpose is Purpose.NEW or word.result.verdict is not Verdict.ACCEPTED or not told:
        return ""
    own = [each.erp_number for each in rounds if each.purpose is Purpose.NEW and each.state in TAKEN]
    return next((number for number in own if number and number != told), "")


def _overtake(decided: Decided, standing: Standing, rounds: Sequence[Standing]) -> None:
    """The ERP has the order after all, so a further round that is in no file yet never goes: it would be a second."""
    for each in rounds:
        if _follows(each, standing) and each.state in NEVER_SENT:
            each.state = S.SUPERSEDED
            decided.overtaken[each.sending_id] = standing


def _take_in(decided: Decided, word: Word, standing: Standing, later: _Later) -> ResultOutcome:
    match word.result.verdict:
        case Verdict.PENDING:
            return _raise(decided, word.result.level, standing)
        case Verdict.REJECTED:
            return _refuse(decided, word, standing)
        case _:
            outcome = _accept(decided, word, standing, later)
    if word.result.differences and outcome in (Outcome.APPLIED, Outcome.LATE, Outcome.REPEATED):
        decided.changed[standing.sending_id] = (standing, word.result)
    return outcome


def _raise(decided: Decided, level: Level, standing: Standing) -> ResultOutcome:
    """A level below the verdict: noted where it is news. Nothing can be taken that was withdrawn."""
    if standing.state is S.WITHDRAWN:
        return _contradicts(decided, standing, level.words)
    if standing.state not in AWAITING or level <= standing.level:
        return Outcome.REPEATED
    standing.level = level
    decided.raised[standing.sending_id] = standing
    return Outcome.RAISED


def _refuse(decided: Decided, word: Word, standing: Standing) -> ResultOutcome:
    if standing.state in AWAITING:
        standing.state, standing.refused_with_file = S.REJECTED, word.of_many
        decided.rejected[standing.sending_id] = (standing, word)
        return Outcome.LATE if standing.overdue else Outcome.APPLIED
    return Outcome.REPEATED if standing.state is S.REJECTED else _contradicts(decided, standing, "refused")


def _accept(decided: Decided, word: Word, standing: Standing, later: _Later) -> ResultOutcome:
    result = word.result
    outcome = Outcome.LATE if standing.overdue else Outcome.APPLIED
    if word.of_many and (standing.state in TAKEN or (standing.state is S.REJECTED and not standing.refused_with_file)):
        return Outcome.REPEATED
    if standing.state not in TAKEN | AWAITING and later is _Later.SEALED:
        decided.duplicates[standing.sending_id] = (standing, result)
        return Outcome.DUPLICATE
    curable = standing.state is S.REJECTED
    linked = word.links and (standing.state in UNSENT or (standing.state is S.WITHDRAWN and later is _Later.NONE))
    if standing.state in AWAITING or curable or linked:
        decided.rejected.pop(standing.sending_id, None)
        standing.state, standing.erp_number = S.ACCEPTED, result.erp_number
        decided.accepted[standing.sending_id] = standing
        return outcome
    if standing.state not in TAKEN:
        return _contradicts(decided, standing, _accepted_as(result))
    if result.erp_number is None or result.erp_number == standing.erp_number:
        return Outcome.REPEATED
    if standing.erp_number is None:
        standing.erp_number = result.erp_number
        if standing.sending_id not in decided.accepted:
            decided.numbered[standing.sending_id] = standing
        return outcome
    return _contradicts(decided, standing, _accepted_as(result))


def _accepted_as(result: Result) -> str:
    return f"accepted as {result.erp_number}" if result.erp_number else "accepted"


def _contradicts(decided: Decided, standing: Standing, now: str, before: str = "") -> ResultOutcome:
    number = standing.erp_number
    before = before or (f"accepted as {number}" if number else standing.state.value.replace("_", " "))
    decided.contradicting[standing.sending_id] = (standing, now, before)
    return Outcome.CONTRADICTS
