"""What people ask of the ledger. Read-only, paged, a few words each; nothing here is part of a pass."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime

import sqlalchemy as sa

from bridge.domain.errors import Missing
from bridge.domain.states import FileState, ReportClass, SendingState
from bridge.ledger import reading_exceptions, reading_files, reading_orders, reading_report
from bridge.ledger.database import Database
from bridge.ledger.meant import store_order_ids
from bridge.ledger.places import flow_row
from bridge.ledger.reading_sold import SoldOrder, sold_orders
from bridge.ledger.reading_values import (
    ArchivedFile,
    ChangeCount,
    ChangeView,
    ControlTotal,
    EndpointView,
    ExceptionView,
    FileView,
    HeldOrder,
    OrderView,
    PlacedOrder,
    ReportRow,
    RevisionView,
    StateCount,
    StoryLine,
)
from bridge.ledger.upcoming import Upcoming, upcoming

PAGE = 200


class Reading:
    """Read-only questions; each is one consistent look."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def state_counts(self) -> list[StateCount]:
        """Orders by endpoint, flow and state."""
        with self._database.reading() as connection:
            return reading_orders.state_counts(connection)

    def endpoints(self) -> list[EndpointView]:
        """Each endpoint with its last pass and what is open there."""
        with self._database.reading() as connection:
            return reading_files.endpoint_views(connection)

    def orders(
        self,
        state: SendingState | None = None,
        flow: str | None = None,
        endpoint: str | None = None,
        after: int = 0,
        limit: int = PAGE,
    ) -> list[OrderView]:
        """Orders as they stand, by sending id; the next page begins `after` the last one's sending id."""
        with self._database.reading() as connection:
            return reading_orders.list_orders(connection, state, flow, endpoint, after, limit)

    def find_orders(self, word: str, limit: int = PAGE) -> list[OrderView]:
        """By number, store order id, STORE/ID, external id, ERP number or content digest."""
        with self._database.reading() as connection:
            return reading_orders.find(connection, word, limit)

    def meant(self, flow: str, words: Sequence[str]) -> list[str]:
        """The store order ids that a person means in a flow. Raises Missing, NotPossible for two."""
        with self._database.reading() as connection:
            return store_order_ids(connection, flow_row(connection, flow), words)

    def revisions(self, order_id: int) -> list[RevisionView]:
        """All contents of an order, first one first."""
        with self._database.reading() as connection:
            return reading_orders.revisions_of(connection, order_id)

    def changes(self, order_id: int, endpoint: str | None = None) -> list[ChangeView]:
        """The changes and cancellations of an order that the ERP has, oldest first."""
        with self._database.reading() as connection:
            return reading_orders.changes_of(connection, order_id, endpoint)

    def upcoming(self, order: OrderView) -> Upcoming:
        """What would go to the order's endpoint next, as the passes would decide it now."""
        with self._database.reading() as connection:
            return upcoming(connection, order)

    def content(self, sending_id: int) -> bytes:
        """The canonical order that a sending tells, as JSON. Raises Missing."""
        with self._database.reading() as connection:
            return reading_orders.content_of(connection, sending_id)

    def order_story(self, order_id: int, limit: int = 10_000) -> list[StoryLine]:
        """Everything that happened to an order, in time order: moves, files, results, exceptions."""
        with self._database.reading() as connection:
            return reading_orders.story(connection, order_id, limit)

    def files(
        self, endpoint: str | None = None, state: FileState | None = None, before: int | None = None, limit: int = PAGE
    ) -> list[FileView]:
        """Export files, newest first; the next page stands `before` the last one's file id."""
        with self._database.reading() as connection:
            return reading_files.files(connection, endpoint, state, before, limit)

    def file(self, endpoint: str, sequence_number: int) -> FileView:
        """One file by its number. Raises Missing."""
        with self._database.reading() as connection:
            found = reading_files.file(connection, endpoint, sequence_number)
        if found is None:
            raise Missing(what=f"File {sequence_number} of {endpoint}")
        return found

    def find_files(self, word: str, limit: int = PAGE) -> list[FileView]:
        """By name, number or SHA-256."""
        with self._database.reading() as connection:
            return reading_files.find(connection, word, limit)

    def answers_of_file(self, file_id: int) -> list[tuple[str, str, int]]:
        """(archive path, SHA-256, size) of each answer that speaks of a file."""
        with self._database.reading() as connection:
            return reading_files.answers_of_file(connection, file_id)

    def answers_of_sending(self, sending_id: int) -> list[tuple[str, str, int]]:
        """(archive path, SHA-256, size) of each answer that names an order."""
        with self._database.reading() as connection:
            return reading_files.answers_of_sending(connection, sending_id)

    def members(self, file_id: int, after_position: int = 0, limit: int = PAGE) -> list[PlacedOrder]:
        """The orders of a file in their order."""
        with self._database.reading() as connection:
            return reading_files.members(connection, file_id, after_position, limit)

    def file_story(self, file_id: int, limit: int = 10_000) -> list[StoryLine]:
        """Everything that happened to a file, in time order."""
        with self._database.reading() as connection:
            return reading_files.story(connection, file_id, limit)

    def exceptions(self, open_only: bool = True, after: int = 0, limit: int = PAGE) -> list[ExceptionView]:
        """Exceptions, oldest first."""
        with self._database.reading() as connection:
            return reading_exceptions.exceptions_page(connection, open_only, after, limit)

    def exception(self, exception_id: int) -> ExceptionView:
        """One exception. Raises Missing."""
        with self._database.reading() as connection:
            found = reading_exceptions.exception(connection, exception_id)
        if found is None:
            raise Missing(what=f"Exception {exception_id}")
        return found

    def held_orders(self, exception_id: int, after: int = 0, limit: int = PAGE) -> list[HeldOrder]:
        """The orders of an exception; for a closed one those that were in it."""
        with self._database.reading() as connection:
            return reading_exceptions.held_orders(connection, exception_id, after, limit)

    def open_troubles(self, sending_id: int) -> list[ExceptionView]:
        """The open exceptions that one order is in."""
        with self._database.reading() as connection:
            return reading_exceptions.of_sending(connection, sending_id)

    def archived_files(self) -> Iterator[ArchivedFile]:
        """Every file that the ledger says is in the archive, streamed by pages."""
        for kind in ("export", "answer", "page"):
            after = 0
            while True:
                with self._database.reading() as connection:
                    page = reading_files.archived(connection, kind, after, 1000)
                yield from page
                if not page:
                    break
                after = page[-1].row_id

    def digests_elsewhere(self) -> set[str]:
        """Of sealed files, of any endpoint, whose bytes may still lie in the archive's `incoming/`."""
        with self._database.reading() as connection:
            return reading_files.elsewhere(connection)

    def report_rows(self, day: date, after: int = 0, limit: int = PAGE) -> list[ReportRow]:
        """The orders that were received on a business day, each once, as they stand now."""
        with self._database.reading() as connection:
            return reading_report.rows(connection, day, after, limit)

    def report_counts(self, day: date) -> dict[ReportClass, int]:
        """received = the sum of the four."""
        with self._database.reading() as connection:
            return reading_report.counts(connection, day)

    def changes_of_day(self, day: date) -> list[ChangeCount]:
        """Changes and cancellations that came on a business day, apart from the orders."""
        with self._database.reading() as connection:
            return reading_report.changes(connection, day)

    def control_totals(self, day: date | None = None) -> list[ControlTotal]:
        """Orders that the ERP has with their gross, per currency; received on the day, or all."""
        with self._database.reading() as connection:
            return reading_report.control_totals(connection, day)

    def sold_orders(self, store: str, since: datetime) -> Iterator[SoldOrder]:
        """The newest contents of a store's orders that were placed since, oldest first, streamed by pages."""
        return sold_orders(self._database, store, since)

    def database_version(self) -> str:
        """What the ledger runs on, for the status page."""
        return sa.make_url(self._database.engine.url).get_backend_name()
