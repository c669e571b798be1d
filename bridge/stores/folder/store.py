"""The folder connector: orders are files that someone drops, ERP numbers are files that someone takes. Its door."""

from __future__ import annotations

import json
import os
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bridge.config.values import StoreSettings
from bridge.domain.clock import Clock
from bridge.domain.finding import Finding
from bridge.stores.base import Children, Description, Fetched, Page, StoreOrder, Window, WriteBack, WriteBackReceipt
from bridge.stores.folder.again import mapped_again
from bridge.stores.folder.csv_file import records_of_csv
from bridge.stores.folder.inbox import Inbox, dropped_name
from bridge.stores.folder.json_file import records_by_line, records_of_list
from bridge.stores.folder.kinds import why_no_export
from bridge.stores.folder.readings import Reading
from bridge.stores.folder.records import Place, Record, Source, as_text, malformed
from bridge.stores.folder.results import Results
from bridge.stores.folder.settings import FolderSettings, read_settings
from bridge.stores.folder.xml_file import records_of_xml

ORDERS_PER_PAGE_MAX = 500
START = Place()


def open_store(name: str, settings: StoreSettings, clock: Clock) -> FolderStore:
    """The entry point `folder` of `erp_bridge.stores`. Raises ConfigurationRefused for a wrong option."""
    return FolderStore(read_settings(name, settings), clock)


@dataclass(frozen=True, slots=True)
class Cursor:
    """After which numbered file everything is in the ledger, and how far in the one after it."""

    after: str = ""
    file: str = ""
    place: Place = START

    @classmethod
    def read(cls, text: str | None) -> Cursor:
        if text is None:
            return cls()
        fields = json.loads(text)
        return cls(fields["after"], fields.get("file", ""), Place(fields.get("offset", 0), fields.get("line", 1)))

    def written(self) -> str:
        fields: dict[str, str | int] = {"after": self.after}
        if self.file:
            fields |= {"file": self.file, "offset": self.place.offset, "line": self.place.line}
        return json.dumps(fields)


class FolderStore:
    """One folder of order files."""

    def __init__(self, settings: FolderSettings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self._inbox = Inbox(settings, clock)
        self._results = Results(settings)

    def changed_since(
        self,
        cursor: str | None,
        orders_from: datetime,  # noqa: ARG002 the flow's own rule skips older orders
    ) -> Iterator[Page]:
        """See `Store`. Reads every whole file once, oldest first, streamed."""
        position = Cursor.read(cursor)
        orders: list[StoreOrder] = []
        read: list[Reading] = []
        for file in self._inbox.begin(position.after):
            start = position.place if position.file == file.name else None
            records = self._news(file, start)
            while True:
                try:
                    record = next(records)
                except StopIteration as end:
                    read.append(end.value)
                    break
                orders.append(record.told)
                position = Cursor(position.after, file.name, record.after)
                if len(orders) == ORDERS_PER_PAGE_MAX:
                    self._inbox.keep(read)
                    yield Page(orders, position.written())
                    orders, read = [], []
            position = Cursor(file.name)
        self._inbox.keep(read)
        if orders or position.written() != cursor:
            yield Page(orders, position.written())

    def recent(
        self,
        created_after: datetime,  # noqa: ARG002 a file that was read is not there to be read again
        cursor: str | None,  # noqa: ARG002
    ) -> Iterator[Page]:
        """Nothing: every file is read whole, and no change is without its file."""
        return iter(())

    def fetch(self, store_order_ids: Sequence[str]) -> Iterator[Fetched]:  # noqa: ARG002 see `describe`
        """Nothing: files cannot be asked for one order."""
        return iter(())

    def children(self, store_order_id: str) -> Children:  # noqa: ARG002 refunds stand in their order's rows
        """None: what was given back is told with the order."""
        return Children()

    def clock(self) -> datetime:
        """Ours: a folder has none of its own."""
        return self._clock().astimezone(UTC)

    def count(self, window: Window) -> int | None:  # noqa: ARG002 nobody knows how many files should have come
        """Cannot be told."""
        return None

    def describe(self) -> Description:
        """See `Store`."""
        return Description(
            system="folder of order files",
            sweep_days=0,
            sweep_every_h=24,
            moves_the_time=("every file that is dropped: an order told again with other content is a changed order",),
            only_the_sweep_sees=(),
            least_rights=("read, write and rename in the folder", "write in the folder of results"),
            by_id=False,
        )

    def mapped_again(self, original: bytes) -> StoreOrder:
        """The order of a kept original, by the mapping of today: equal means that an upgrade changed nothing."""
        return mapped_again(original, self._settings)

    def write_back(self, numbers: Sequence[WriteBack]) -> Iterator[WriteBackReceipt]:
        """See `Store`."""
        return self._results.receipts(numbers)

    def check(self) -> list[Finding]:
        """Look at the folders; take nothing."""
        name, path = self._settings.name, self._settings.path
        findings = [
            _finding(f"store {name}: folder of order files", path),
            _finding(f"store {name}: folder of results", self._settings.results.parent),
        ]
        unread = self._inbox.unread() if findings[0].fine else []
        if unread:
            read = ", ".join(self._settings.suffixes)
            detail = f"{len(unread)} files are not read, as their names end in none of {read}: {unread[0]}"
            findings.append(Finding(f"store {name}: other files", False, detail, "Rename them or take them away."))
        late = self._inbox.without_trigger() if findings[0].fine else []
        if late:
            detail = f"{len(late)} files have waited for their {self._settings.trigger} for over an hour: {late[0]}"
            cure = "Drop the trigger of each, or have its writer do so: without it a file counts as half written."
            findings.append(Finding(f"store {name}: files without trigger", False, detail, cure))
        return findings

    def wake_paths(self) -> Sequence[str]:
        """The folder where files are dropped."""
        return (str(self._settings.path),)

    def close(self) -> None:
        """Nothing is kept open between looks."""

    def _news(self, file: Path, start: Place | None) -> Generator[Record, None, Reading]:
        """The records of one file that were not told yet; at its end, what was read of it.

        start: where an earlier look at it ended; None where none did.
        """
        try:
            reading = Reading.of(file, self._inbox.readings.of(file))
        except OSError as error:
            raise self._inbox.unavailable(error) from error
        first, start = start is None, start or reading.place
        last: Record | None = None
        begins = before = start
        for number, record in enumerate(self._records(file, start)):
            if record.told.order is not None:
                last, begins = record, before
            before = record.after
            if not (first and number == 0 and reading.has_told(record)):
                yield record
        return reading.ending_with(last, begins)

    def _records(self, file: Path, start: Place) -> Iterator[Record]:
        """The records of one file; what is wrong is noted beside it, so that it ends in `refused`."""
        source = Source(self._settings.name, dropped_name(file))
        if start.offset == 0:
            self._inbox.forget_notes(file)
        try:
            for record in self._records_by_kind(file, source, start):
                if record.told.problem is not None:
                    self._inbox.note(file, record.told.problem.message)
                yield record
        except OSError as error:  # the mount went away while we read
            raise self._inbox.unavailable(error) from error

    def _records_by_kind(self, file: Path, source: Source, start: Place) -> Iterator[Record]:
        """Its records as its suffix says; one problem where it is no text of orders at all."""
        what = why_no_export(file, reads_xml=self._settings.xml is not None)
        if what:
            size = max(file.stat().st_size, 1)
            if start.offset < size:
                yield Record(malformed(source, 1, what, as_text(source, 1, b"")), Place(size, 1))
            return
        match file.suffix.lower():
            case ".csv" | ".tsv":
                yield from records_of_csv(file, source, start, self._settings.csv)
            case ".jsonl" | ".ndjson":
                yield from records_by_line(file, source, start)
            case ".xml" if self._settings.xml is not None:
                yield from records_of_xml(file, source, start, self._settings.xml)
            case _:
                yield from records_of_list(file, source, start)


def _finding(what: str, folder: Path) -> Finding:
    if not folder.is_dir():
        return Finding(what, False, f"{folder} is not a folder", f"Create or mount {folder}.")
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        return Finding(
            what, False, f"{folder} is not ours to read and write", "Give erp-bridge's user all rights there."
        )
    return Finding(what, True, str(folder))
