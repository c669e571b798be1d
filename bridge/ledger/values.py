"""What the steps of a pass hand to the ledger and get from it. Frozen; no row objects leave the room."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from bridge.domain.answers import AnswerRule, Result, ResultOutcome
from bridge.domain.changes import Told
from bridge.domain.problems import Problem
from bridge.domain.states import FileState, Purpose


class News(StrEnum):
    """What one order of a page is to one flow."""

    KNOWN = "known"  # the flow has this very revision
    NEW_REVISION = "new_revision"  # the ledger does not have it as the order's latest revision
    NEW_FOR_FLOW = "new_for_flow"  # the revision is there, this flow has no sending of it yet


@dataclass(frozen=True, slots=True)
class NewRevision:
    """One order of a page. `problem`: malformed; then `content` is empty and the amounts are zero."""

    store_order_id: str
    number: str
    digest: str
    mapper_version: str
    content: bytes
    currency: str
    digits: int
    gross_minor: int
    cancelled: bool
    created_at: datetime
    archive_path: str
    archive_line: int
    customer_key: str | None = None
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class PageCounts:
    """What a page brought."""

    new_orders: int = 0
    new_revisions: int = 0
    new_sendings: int = 0
    superseded: int = 0
    after_export: int = 0  # revisions that wait beside a sent one
    malformed: int = 0

    def plus(self, other: PageCounts) -> PageCounts:
        """Both together."""
        return PageCounts(
            self.new_orders + other.new_orders,
            self.new_revisions + other.new_revisions,
            self.new_sendings + other.new_sendings,
            self.superseded + other.superseded,
            self.after_export + other.after_export,
            self.malformed + other.malformed,
        )


@dataclass(frozen=True, slots=True)
class KnownRevision:
    """A revision whose kept original may be mapped anew. content: as it is read now; empty when it is malformed."""

    revision_id: int
    store_order_id: str
    digest: str
    content: bytes
    archive_path: str
    archive_line: int
    settled: bool = False  # an ERP has the order, and none waits for it


@dataclass(frozen=True, slots=True)
class Remapped:
    """A latest revision whose kept original, by today's mapping, is what the store says now."""

    revision_id: int
    digest: str
    mapper_version: str


@dataclass(frozen=True, slots=True)
class ToExport:
    """A ready sending."""

    sending_id: int
    order_id: int
    flow: str
    external_id: str
    content: bytes
    number: str
    gross_minor: int
    currency: str
    digits: int
    ready_since: datetime
    told: Told | None = None  # of a change or cancellation: what it follows


@dataclass(frozen=True, slots=True)
class SealRequest:
    """One rendered file whose bytes are durable in the archive's `incoming/`."""

    sequence_number: int
    name: str
    sha256: str
    size: int
    sending_ids: Sequence[int]  # in their order in the file
    contract_digest: str
    archive_path: str  # where its bytes belong, below the archive folder
    answer_within_s: int | None = None
    totals: Mapping[str, Decimal] = field(default_factory=dict)  # currency -> gross
    purpose: Purpose = Purpose.NEW


@dataclass(frozen=True, slots=True)
class SealedFile:
    """A file with its number, fixed for ever. `in_place` is False until its bytes stand at `archive_path`."""

    file_id: int
    sequence_number: int
    name: str
    sha256: str
    size: int
    archive_path: str
    business_day: date
    sealed_at: datetime
    contract_digest: str
    purpose: Purpose = Purpose.NEW


@dataclass(frozen=True, slots=True)
class RegisterState:
    """When the ERP's register was read last, and how much it holds."""

    read_at: datetime | None
    entries: int
    digest: str | None


@dataclass(frozen=True, slots=True)
class FileTold:
    """What is to be known of a file beside its bytes when it is handed over. totals: gross by currency."""

    orders: int
    totals: Mapping[str, str]
    business_day: date
    sealed_at: datetime
    purpose: Purpose


@dataclass(frozen=True, slots=True)
class ToDeliver:
    """A sealed file whose turn it is. `attempt` is the one to make now (1, 2, ...)."""

    file_id: int
    sequence_number: int
    name: str
    sha256: str
    size: int
    archive_path: str
    attempt: int
    state: FileState
    tries: int
    next_try_at: datetime | None
    facts: FileTold


@dataclass(frozen=True, slots=True)
class Placed:
    """A file that is visible to the ERP. `inferred`: nothing was seen any more, so the ERP has taken it."""

    file_id: int
    placed_at: datetime
    inferred: bool = False


@dataclass(frozen=True, slots=True)
class InDoubt:
    """A file of an earlier pass that was announced or staged, and not confirmed."""

    file_id: int
    sequence_number: int
    name: str
    sha256: str
    size: int
    archive_path: str
    attempt: int
    temporary_name: str
    state: FileState
    facts: FileTold


@dataclass(frozen=True, slots=True)
class AnswerToApply:
    """One answer file whose bytes are durable in the archive.

    in_place: its results are as many as the orders of its file, and stand in their order. odd_rows: the step and the
    problem of rows that could not be understood, where the others count.
    """

    name: str
    sha256: str
    size: int
    archive_path: str
    business_day: date
    export_file_id: int | None
    results: Iterable[Result]  # taken once, within the commit
    rows_read: int = 0
    problem: Problem | None = None  # quarantined: kept, not applied
    remains: bool = False  # stays where the ERP writes it: nothing is moved aside
    rule: AnswerRule = field(default_factory=AnswerRule)
    in_place: bool = False
    odd_rows: tuple[str, Problem] | None = None


@dataclass(frozen=True, slots=True)
class AppliedAnswer:
    """What became of one answer. `already`: the ledger had these bytes; what was told before changed nothing."""

    answer_id: int
    name: str
    already: bool
    outcomes: Mapping[ResultOutcome, int]


@dataclass(frozen=True, slots=True)
class LogReadBefore:
    """What was read of a log that grows: rows applied, bytes that it had, their digest, and where they are kept."""

    rows_read: int
    size: int
    sha256: str
    archive_path: str


@dataclass(frozen=True, slots=True)
class ToMove:
    """An applied answer whose remote file still lies where the ERP put it."""

    answer_id: int
    name: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class ToWriteBack:
    """An accepted order whose ERP number is not in the store yet."""

    sending_id: int
    store_order_id: str
    external_id: str
    erp_number: str
    tries: int


class WrittenOutcome(StrEnum):
    """What became of one write-back, for the ledger."""

    WRITTEN = "written"  # now or before: our number stands there
    DIFFERENT = "different"
    GONE = "gone"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class WroteBack:
    """One outcome. `problem` unless WRITTEN; `next_try_at` when it is tried again by itself.

    tried: false where another one's failure kept it from being tried.
    """

    sending_id: int
    outcome: WrittenOutcome
    problem: Problem | None = None
    next_try_at: datetime | None = None
    tried: bool = True
