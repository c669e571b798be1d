"""What people read from the ledger: frozen rows for the command line, the report and the search."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from bridge.domain.answers import Level
from bridge.domain.money import from_minor
from bridge.domain.states import FileState, Purpose, ReportClass, SendingState

AWAITING = (SendingState.EXPORTED, SendingState.DELIVERED)


def told_so_far(level: int | None) -> str | None:
    """A level below the verdict in words."""
    return Level(level).words if level else None


@dataclass(frozen=True, slots=True)
class OrderView:
    """One order as it stands at one endpoint: its current `new` sending."""

    sending_id: int
    order_id: int
    store: str
    store_order_id: str
    number: str
    flow: str
    endpoint: str
    state: SendingState
    rule: str | None
    round: int
    released: bool
    tries: int
    next_try_at: datetime | None
    external_id: str | None
    erp_number: str | None
    file_name: str | None
    sequence_number: int | None
    currency: str
    digits: int
    gross_minor: int
    received_at: datetime
    received_day: date
    changed_since: bool  # a newer revision waits beside the sent one
    answer_level: int | None = None

    @property
    def answer(self) -> str | None:
        """What the ERP has told so far of an order that waits for its verdict, in words."""
        return told_so_far(self.answer_level) if self.state in AWAITING else None

    @property
    def gross(self) -> Decimal:
        """What the customer owes, in major units."""
        return from_minor(self.gross_minor, self.digits)


@dataclass(frozen=True, slots=True)
class ChangeView:
    """One change or cancellation of an order that the ERP has. change_number: None where nothing was sent."""

    sending_id: int
    purpose: Purpose
    change_number: int | None
    state: SendingState
    endpoint: str
    revision_number: int
    rule: str | None
    file_name: str | None
    erp_number: str | None
    received_at: datetime


@dataclass(frozen=True, slots=True)
class RevisionView:
    """One content of an order, and where its original text lies in the archive."""

    revision_id: int
    revision_number: int
    digest: str
    mapper_version: str
    content: bytes
    cancelled: bool
    malformed: bool
    created_at: datetime
    fetched_at: datetime
    archive_path: str
    archive_line: int


@dataclass(frozen=True, slots=True)
class StoryLine:
    """One thing that happened, in time order."""

    at: datetime
    subject: str  # sending, file, result, exception
    subject_id: int
    verb: str
    origin: str | None
    target: str | None
    reason: str
    actor: str


@dataclass(frozen=True, slots=True)
class FileView:
    """One export file."""

    file_id: int
    endpoint: str
    sequence_number: int
    name: str
    state: FileState
    sha256: str
    size: int
    archive_path: str
    business_day: date
    member_count: int
    totals: Mapping[str, str]
    sealed_at: datetime
    in_place_at: datetime | None
    attempt: int
    temporary_name: str | None
    placed_at: datetime | None
    inferred: bool
    answer_due_at: datetime | None
    tries: int
    next_try_at: datetime | None
    needs_person: bool
    contract_digest: str
    purpose: Purpose


@dataclass(frozen=True, slots=True)
class ExceptionView:
    """One exception. `orders`: how many orders it holds now."""

    exception_id: int
    scope_kind: str
    scope: str
    step: str
    code: str
    cause: str
    title: str
    message: str
    action: str
    temporary: bool
    times: int
    opened_at: datetime
    last_seen_at: datetime
    next_try_at: datetime | None
    closed_at: datetime | None
    closed_by: str | None
    close_reason: str | None
    orders: int


@dataclass(frozen=True, slots=True)
class HeldOrder:
    """One order that is (or was, `left_at`) in an exception."""

    store: str
    store_order_id: str
    number: str
    endpoint: str
    state: SendingState
    field: str
    message: str
    action: str
    since: datetime
    left_at: datetime | None


@dataclass(frozen=True, slots=True)
class ArchivedFile:
    """A file that the ledger says is in the archive."""

    path: str
    sha256: str | None  # None for a page of fetched orders: the archive's index has it
    size: int | None
    kind: str  # export, answer or page
    row_id: int


@dataclass(frozen=True, slots=True)
class StateCount:
    """How many orders stand in one state in one flow."""

    endpoint: str
    flow: str
    state: SendingState
    count: int


@dataclass(frozen=True, slots=True)
class EndpointView:
    """One endpoint for the status page."""

    name: str
    next_sequence_number: int
    paused_by: str | None
    pause_reason: str | None
    paused_at: datetime | None
    last_pass_started_at: datetime | None
    last_pass_ended_at: datetime | None
    open_files: int
    open_exceptions: int


@dataclass(frozen=True, slots=True)
class ReportRow:
    """One order of a day's report."""

    order: OrderView
    report_class: ReportClass
    reason: str  # title of its exception, or empty
    action: str
    waiting_since: datetime


@dataclass(frozen=True, slots=True)
class ChangeCount:
    """How many changes or cancellations that came on one day count how."""

    purpose: Purpose
    report_class: ReportClass
    count: int


@dataclass(frozen=True, slots=True)
class ControlTotal:
    """Orders and their gross of one currency that the ERP has, received on one day."""

    currency: str
    digits: int
    orders: int
    gross_minor: int

    @property
    def gross(self) -> Decimal:
        """In major units."""
        return from_minor(self.gross_minor, self.digits)


@dataclass(frozen=True, slots=True)
class PlacedOrder:
    """An exported file's member with its place."""

    position: int
    store_order_id: str
    number: str
    external_id: str
    state: SendingState
    erp_number: str | None
    answer_level: int | None = None

    @property
    def answer(self) -> str | None:
        """What the ERP has told so far of an order that waits for its verdict, in words."""
        return told_so_far(self.answer_level) if self.state in AWAITING else None
