"""What a pass may read and change: every change checks first that the pass still holds the endpoint.

Each method is one transaction; a method that changes nothing commits nothing. The rules live in one file for each
group of transactions; this page is the list, in the order of a pass: fetch, check, export, deliver and settle, collect,
write back, exceptions and the end.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime

import sqlalchemy as sa

from bridge.domain.problems import Problem
from bridge.domain.states import Purpose
from bridge.ledger import (
    checking,
    collecting,
    delivering,
    exceptions,
    fetching,
    kept_originals,
    registering,
    sealing,
    writing_back,
)
from bridge.ledger.answers_again import AnswerToReadAgain
from bridge.ledger.columns import look
from bridge.ledger.exceptions import Trouble
from bridge.ledger.judgements import JudgedSending, ToCheck
from bridge.ledger.known_answers import KnownAnswers
from bridge.ledger.left_behind import left_behind
from bridge.ledger.places import FlowRow, Paused, flow_row, pause_of
from bridge.ledger.tables import endpoints, flows, passes
from bridge.ledger.values import (
    AnswerToApply,
    AppliedAnswer,
    InDoubt,
    NewRevision,
    News,
    PageCounts,
    Placed,
    RegisterState,
    Remapped,
    SealedFile,
    SealRequest,
    ToDeliver,
    ToExport,
    ToMove,
    ToWriteBack,
    WroteBack,
)
from bridge.ledger.writer import Pass, Writer

FILES_MAX = 10_000  # files that are looked up at once after a crash


class EndpointLedger:
    """The ledger in the hands of one pass over one endpoint. Every change may raise FenceLost: then stop."""

    def __init__(self, writer: Writer, held: Pass) -> None:
        self._writer = writer
        self._held = held
        self._flows: dict[str, FlowRow] = {}

    @property
    def endpoint(self) -> str:
        """The endpoint's name."""
        return self._held.endpoint

    @property
    def pass_id(self) -> int:
        """The pass, as it stands in every event."""
        return self._held.pass_id

    @property
    def fence(self) -> int:
        """The pass's number in the endpoint's line of passes."""
        return self._held.fence

    def paused(self) -> Paused | None:
        """Who stopped the endpoint, or None."""
        with self._writer.database.reading() as connection:
            return pause_of(connection, endpoints, self.endpoint)

    def flow_paused(self, flow: str) -> Paused | None:
        """Who stopped the flow, or None."""
        with self._writer.database.reading() as connection:
            return pause_of(connection, flows, flow)

    def cursor(self, flow: str) -> str | None:
        """Where the flow's look at its store ended."""
        with self._writer.database.reading() as connection:
            query = sa.select(flows.c.cursor).where(flows.c.name == flow)
            found: str | None = look(connection, query).scalar()
            return found

    def news(self, flow: str, items: Sequence[tuple[str, str]]) -> list[News]:
        """What each (store order id, digest) is to this flow, in order."""
        with self._writer.database.reading() as connection:
            return fetching.news(connection, self._flow(flow), items)

    def read_anew(self, same: Sequence[Remapped] = (), sent: Mapping[int, bytes] | None = None) -> None:
        """What kept originals say by today's mapping: the same as the store's newest words, or what the ERP has."""
        with self._writer.by_pass(self._held) as work:
            kept_originals.remapped(work, same)
            kept_originals.compared_as(work, sent or {})

    def add_page(self, flow: str, revisions: Sequence[NewRevision], cursor: str) -> PageCounts:
        """The page's news and its cursor in one commit."""
        with self._writer.by_pass(self._held) as work:
            return fetching.add_page(work, self._flow(flow), revisions, cursor)

    def to_check(self, flow: str, judged_against: str, limit: int) -> list[ToCheck]:
        """Sendings whose judgement is missing, stale or due."""
        with self._writer.database.reading() as connection:
            return checking.to_check(connection, self._flow(flow), judged_against, self._writer.clock(), limit)

    def judged(self, judgements: Sequence[JudgedSending]) -> list[int]:
        """Write judgements; gives the sendings held because another order has their external id."""
        with self._writer.by_pass(self._held) as work:
            return checking.judged(work, judgements)

    def hold(self, troubles: Sequence[Trouble]) -> None:
        """Hold ready sendings that turned out wrong at rendering."""
        with self._writer.by_pass(self._held) as work:
            checking.hold(work, troubles)

    def exportable(
        self, full_flows: Sequence[str], selected_flows: Sequence[str], limit: int, purpose: Purpose = Purpose.NEW
    ) -> list[ToExport]:
        """Ready sendings, oldest first; of selected flows only the released ones."""
        with self._writer.database.reading() as connection:
            return sealing.exportable(connection, self._held.endpoint_id, full_flows, selected_flows, purpose, limit)

    def registered(self, external_ids: Sequence[str]) -> dict[str, str]:
        """Of these external ids the ones that the ERP's register holds, with the ERP's number."""
        with self._writer.database.reading() as connection:
            return registering.registered(connection, self._held.endpoint_id, external_ids)

    def register_state(self) -> RegisterState:
        """When the register was read last, and how much it holds."""
        with self._writer.database.reading() as connection:
            return registering.register_state(connection, self._held.endpoint_id)

    def link_registered(self, pairs: Sequence[tuple[str, str]]) -> int:
        """Orders found in the register count as accepted; gives how many."""
        with self._writer.by_pass(self._held) as work:
            return registering.link_registered(work, pairs)

    def next_sequence_number(self) -> int:
        """The number that the next file will get."""
        with self._writer.database.reading() as connection:
            return sealing.next_sequence_number(connection, self._held.endpoint_id)

    def files_of_day(self, day: date) -> int:
        """How many files the endpoint has of a business day."""
        with self._writer.database.reading() as connection:
            return sealing.files_of_day(connection, self._held.endpoint_id, day)

    def seal(
        self, files: Sequence[SealRequest], first_sequence_number: int, business_day: date, register_required: bool
    ) -> list[SealedFile]:
        """Seal all of these files in one commit, or none."""
        with self._writer.by_pass(self._held) as work:
            return sealing.seal(work, files, first_sequence_number, business_day, register_required)

    def not_in_place(self) -> list[SealedFile]:
        """Sealed files whose bytes may still lie in the archive's `incoming/`."""
        with self._writer.database.reading() as connection:
            return delivering.not_in_place(connection, self._held.endpoint_id, FILES_MAX)

    def in_place(self, file_ids: Sequence[int]) -> None:
        """The bytes of these files stand at their archive path."""
        with self._writer.by_pass(self._held) as work:
            delivering.in_place(work, file_ids)

    def members(self, file_ids: Sequence[int]) -> dict[int, list[str]]:
        """The external ids in each of these files, in their order."""
        with self._writer.database.reading() as connection:
            return delivering.members(connection, file_ids)

    def undelivered(self, limit: int, ordered: bool = True) -> list[ToDeliver]:
        """Sealed files whose turn it is, lowest number first; ordered: none past one that may not go."""
        with self._writer.database.reading() as connection:
            return delivering.undelivered(connection, self._held.endpoint_id, self._writer.clock(), limit, ordered)

    def announce(self, items: Sequence[tuple[int, int, str]]) -> None:
        """Before the first byte: (file id, attempt, temporary name)."""
        with self._writer.by_pass(self._held) as work:
            delivering.announce(work, items)

    def staged(self, file_ids: Sequence[int]) -> None:
        """All bytes are written and verified; before the first rename."""
        with self._writer.by_pass(self._held) as work:
            delivering.staged(work, file_ids)

    def confirm(self, placed: Sequence[Placed]) -> None:
        """The files are visible to the ERP."""
        with self._writer.by_pass(self._held) as work:
            delivering.confirm(work, placed)

    def doubts(self) -> list[InDoubt]:
        """Files of an earlier pass that were announced or staged and not confirmed."""
        with self._writer.database.reading() as connection:
            return delivering.doubts(connection, self._held.endpoint_id)

    def back_to_sealed(self, file_ids: Sequence[int], reason: str) -> None:
        """Seen: nothing of the attempt is or can become visible."""
        with self._writer.by_pass(self._held) as work:
            delivering.back_to_sealed(work, file_ids, reason)

    def file_failed(self, file_id: int, problem: Problem, next_try_at: datetime | None) -> None:
        """Delivery of one file had trouble."""
        with self._writer.by_pass(self._held) as work:
            delivering.file_failed(work, file_id, problem, next_try_at)

    @property
    def answers(self) -> KnownAnswers:
        """Which answers are known, and which files wait for one."""
        return KnownAnswers(self._writer.database, self._held.endpoint_id)

    def apply_answers(self, found: Sequence[AnswerToApply], again: Sequence[int] = ()) -> list[AppliedAnswer]:
        """Keep answers and do what they say, in one commit; again: unsettled ones that the ERP wrote once more."""
        with self._writer.by_pass(self._held) as work:
            return collecting.apply_answers(work, found, again)

    def apply_again(self, kept: AnswerToReadAgain, answer: AnswerToApply) -> AppliedAnswer:
        """Do what a kept answer says that was read again, in one commit; nothing of it is done twice."""
        with self._writer.by_pass(self._held) as work:
            return collecting.apply_again(work, kept, answer)

    def to_move(self, limit: int = FILES_MAX) -> list[ToMove]:
        """Applied answers whose remote file was not moved yet."""
        with self._writer.database.reading() as connection:
            return collecting.to_move(connection, self._held.endpoint_id, limit)

    def moved(self, answer_ids: Sequence[int]) -> None:
        """The remote files of these answers are out of the way."""
        with self._writer.by_pass(self._held) as work:
            collecting.moved(work, answer_ids)

    def apply_register(self, entries: Iterable[tuple[str, str]], digest: str, read_at: datetime) -> int:
        """Take in the ERP's register of (external id, ERP number); gives how many entries are news."""
        return registering.apply_register(self._writer, self._held, entries, digest, read_at)

    def overdue(self, now: datetime) -> int:
        """Open `answer-overdue` for placed files past their time; gives how many."""
        with self._writer.by_pass(self._held) as work:
            return collecting.overdue(work, now)

    def to_write_back(self, flow: str, limit: int) -> list[ToWriteBack]:
        """Accepted orders whose number is due to be written into the store."""
        with self._writer.database.reading() as connection:
            return writing_back.to_write_back(connection, self._flow(flow), self._writer.clock(), limit)

    def wrote_back(self, outcomes: Sequence[WroteBack]) -> None:
        """What became of write-backs."""
        with self._writer.by_pass(self._held) as work:
            writing_back.wrote_back(work, outcomes)

    def open_exception(
        self, scope_kind: str, scope: str, step: str, problem: Problem, next_try_at: datetime | None = None
    ) -> int:
        """Open or count again what concerns an endpoint, flow or store as a whole."""
        with self._writer.by_pass(self._held) as work:
            return exceptions.open_plain(work, (scope_kind, scope), step, problem, next_try_at)

    def close_exceptions(self, scope_kind: str, scope: str, step: str) -> int:
        """The step succeeded for its owner as a whole."""
        with self._writer.by_pass(self._held) as work:
            return exceptions.close_plain(work, (scope_kind, scope), step, f"{step} succeeded")

    def open_steps(self, scope_kind: str, scope: str, prefix: str) -> set[str]:
        """The steps with open exceptions, of those that begin like this."""
        with self._writer.database.reading() as connection:
            return exceptions.open_steps(connection, (scope_kind, scope), prefix)

    def left_behind(self, present: Collection[str]) -> dict[str, int]:
        """The endpoint's flows but those present, with their orders that still wait for a step of a flow."""
        with self._writer.database.reading() as connection:
            return left_behind(connection, self._held.endpoint_id, present)

    def finish(self, summary: Mapping[str, int]) -> None:
        """End the pass."""
        with self._writer.by_pass(self._held) as work:
            row = sa.update(passes).where(passes.c.id == self._held.pass_id)
            work.changes.change(row.values(ended_at=work.at, summary=dict(summary)))

    def _flow(self, name: str) -> FlowRow:
        if name not in self._flows:
            with self._writer.database.reading() as connection:
                self._flows[name] = flow_row(connection, name)
        return self._flows[name]
