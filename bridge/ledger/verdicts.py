"""What the ERP says of an order, compared with what the ledger has: the decision for each word, before any is written.

A word is one result of an answer or one entry of the register. Verdicts only rise: accepted never becomes rejected, a
number never becomes another; what contradicts changes nothing and is shown to a person.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa

from bridge.domain.answers import Result, ResultOutcome, Verdict
from bridge.domain.states import Purpose, SendingState
from bridge.ledger.columns import Row, one_of
from bridge.ledger.external_ids import folded
from bridge.ledger.tables import export_files, external_ids, orders, sendings
from bridge.ledger.work import Work, chunks

S = SendingState
Outcome = ResultOutcome
AWAITING = frozenset({S.EXPORTED, S.DELIVERED})
TAKEN = frozenset({S.ACCEPTED, S.WRITTEN_BACK})
UNSENT = frozenset({S.RECEIVED, S.READY, S.HELD})
CODE = re.compile(r"^\s*\[?([A-Z][A-Z0-9_.-]{1,23}|[0-9]{2,8})\]?\s*(?:[:\s]|$)")


@dataclass(frozen=True, slots=True)
class Word:
    """One result with where it came from. `links`: the register, which also speaks of orders that were not sent."""

    result: Result
    export_file_id: int | None = None
    links: bool = False


@dataclass(slots=True)
class Standing:
    """A sending as it stands while the words of one transaction are taken in."""

    sending_id: int
    order_id: int
    number: str
    flow_id: int
    state: SendingState
    round: int
    export_file_id: int | None
    erp_number: str | None
    overdue: bool


@dataclass(slots=True)
class Decided:
    """What is to be written."""

    outcomes: list[tuple[Word, int | None, ResultOutcome]] = field(default_factory=list)  # word, sending, outcome
    accepted: dict[int, Standing] = field(default_factory=dict)
    rejected: dict[int, tuple[Standing, Result]] = field(default_factory=dict)
    numbered: dict[int, Standing] = field(default_factory=dict)  # accepted before, the number is new
    contradicting: dict[int, tuple[Standing, str]] = field(default_factory=dict)


def decide(work: Work, words: Sequence[Word]) -> Decided:
    """Take the words in order, each against what the earlier ones left."""
    standings = _standings(work, [folded(word.result.external_id) for word in words])
    decided = Decided()
    for word in words:
        rounds = standings.get(folded(word.result.external_id), [])
        standing = _spoken_of(word, rounds)
        if standing is None:
            decided.outcomes.append((word, None, Outcome.UNKNOWN))
            continue
        further = any(other.round > standing.round for other in rounds)
        decided.outcomes.append((word, standing.sending_id, _take_in(decided, word, standing, further)))
    return decided


def reason_code(words: str) -> str:
    """A short code that equal reasons share: the ERP's own code where its words begin with one, else a digest.

    The words themselves can hold a name, so they never become part of a cause or title.
    """
    match = CODE.match(words)
    if match:
        return match.group(1)
    plain = re.sub(r"\d+|'[^']*'|\"[^\"]*\"|\s+", " ", words.casefold()).strip()
    return "reason-" + hashlib.sha256(plain.encode()).hexdigest()[:8] if plain else "no reason given"


def _spoken_of(word: Word, rounds: Sequence[Standing]) -> Standing | None:
    """The round that the word is about: of the answer's file, else the latest that was sent or linked."""
    sent = [each for each in rounds if each.export_file_id is not None or each.state in TAKEN]
    of_file = [each for each in sent if word.export_file_id is not None and each.export_file_id == word.export_file_id]
    if of_file:
        return of_file[-1]
    if word.links and rounds and rounds[-1].state in UNSENT:
        return rounds[-1]
    return sent[-1] if sent else None


def _take_in(decided: Decided, word: Word, standing: Standing, further: bool) -> ResultOutcome:
    result = word.result
    outcome = Outcome.LATE if standing.overdue else Outcome.APPLIED
    if result.verdict is Verdict.PENDING:
        return Outcome.RAISED
    if result.verdict is Verdict.REJECTED:
        if standing.state in AWAITING:
            standing.state = S.REJECTED
            decided.rejected[standing.sending_id] = (standing, result)
            return outcome
        return Outcome.REPEATED if standing.state is S.REJECTED else _contradicts(decided, standing, "refused")
    curable = standing.state is S.REJECTED and not further
    linked = word.links and (standing.state in UNSENT or (standing.state is S.WITHDRAWN and not further))
    if standing.state in AWAITING or curable or linked:
        decided.rejected.pop(standing.sending_id, None)
        standing.state, standing.erp_number = S.ACCEPTED, result.erp_number
        decided.accepted[standing.sending_id] = standing
        return outcome
    if standing.state not in TAKEN:
        return _contradicts(decided, standing, f"accepted as {result.erp_number}")
    if result.erp_number is None or result.erp_number == standing.erp_number:
        return Outcome.REPEATED
    if standing.erp_number is None:
        standing.erp_number = result.erp_number
        if standing.sending_id not in decided.accepted:
            decided.numbered[standing.sending_id] = standing
        return outcome
    return _contradicts(decided, standing, f"accepted as {result.erp_number}")


def _contradicts(decided: Decided, standing: Standing, now: str) -> ResultOutcome:
    decided.contradicting[standing.sending_id] = (standing, now)
    return Outcome.CONTRADICTS


def _standings(work: Work, keys: Sequence[str]) -> dict[str, list[Standing]]:
    """All rounds of the orders with these external ids, first round first."""
    found: dict[str, list[Standing]] = {}
    for some in chunks(sorted(set(keys))):
        query = (
            _STANDING.where(external_ids.c.endpoint_id == work.endpoint_id, external_ids.c.folded.in_(some))
            .where(one_of(sendings.c.purpose, [Purpose.NEW]), sendings.c.state.not_in(_BESIDE))
            .order_by(sendings.c.round, sendings.c.id)
        )
        for row in work.changes.select(query):
            found.setdefault(row.folded, []).append(_standing(row))
    return found


_BESIDE = [S.SUPERSEDED.value, S.SKIPPED.value]
_STANDING = (
    sa.select(
        external_ids.c.folded,
        sendings.c.id,
        sendings.c.order_id,
        orders.c.number,
        sendings.c.flow_id,
        sendings.c.state,
        sendings.c.round,
        sendings.c.export_file_id,
        sendings.c.erp_number,
        export_files.c.overdue_at,
    )
    .join_from(
        external_ids,
        sendings,
        sa.and_(sendings.c.order_id == external_ids.c.order_id, sendings.c.endpoint_id == external_ids.c.endpoint_id),
    )
    .join(orders, orders.c.id == sendings.c.order_id)
    .outerjoin(export_files, export_files.c.id == sendings.c.export_file_id)
)


def _standing(row: Row) -> Standing:
    return Standing(
        row.id,
        row.order_id,
        row.number,
        row.flow_id,
        SendingState(row.state),
        row.round,
        row.export_file_id,
        row.erp_number,
        row.overdue_at is not None,
    )
