"""The ERP's numbers as files: one `results-*.csv` for a batch, written whole, and never the same number twice.

What stands in this store is what we wrote, kept in a small index beside the files, as whoever reads the results takes
them away. Order of effects: rows durable under a hidden name -> the index says "intended" -> rename -> the index says
"written". After a kill in between, a file that is neither hidden nor there has been taken: it was written.
"""

from __future__ import annotations

import csv
import hashlib
import io
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

from bridge.stores.base import WriteBack, WriteBackOutcome, WriteBackReceipt
from bridge.stores.folder import effects
from bridge.stores.folder.inbox import FolderUnavailable
from bridge.stores.folder.settings import FolderSettings

NUMBERS_PER_FILE_MAX = 500
COLUMNS = ("store_order_id", "erp_number", "external_id", "endpoint")
_TABLE = """
CREATE TABLE IF NOT EXISTS written (
    store_order_id TEXT NOT NULL, endpoint TEXT NOT NULL, erp_number TEXT NOT NULL, file TEXT NOT NULL,
    PRIMARY KEY (store_order_id, endpoint)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS intended (file TEXT NOT NULL PRIMARY KEY) WITHOUT ROWID;
"""


class Results:
    """The results folder of one folder store."""

    def __init__(self, settings: FolderSettings) -> None:
        self._settings = settings

    def receipts(self, numbers: Sequence[WriteBack]) -> Iterator[WriteBackReceipt]:
        """One receipt for each, in order. A batch that cannot be written fails as a whole and is tried again."""
        for start in range(0, len(numbers), NUMBERS_PER_FILE_MAX):
            group = numbers[start : start + NUMBERS_PER_FILE_MAX]
            try:
                yield from self._write(group)
            except (OSError, sqlite3.Error) as error:
                what = getattr(error, "strerror", None) or "its index cannot be used"
                failed = FolderUnavailable(store=self._settings.name, path=self._settings.results, what=what)
                yield from (WriteBackReceipt(number, WriteBackOutcome.FAILED, error=failed) for number in group)

    def _write(self, group: Sequence[WriteBack]) -> list[WriteBackReceipt]:
        effects.make_folder(self._settings.results)
        with closing(self._index()) as index:
            self._settle(index)
            receipts: list[WriteBackReceipt] = []
            fresh: dict[tuple[str, str], WriteBack] = {}
            for number in group:
                receipt = _compared(number, self._number_of(index, number, fresh))
                if receipt.outcome is WriteBackOutcome.WRITTEN:
                    fresh[number.store_order_id, number.endpoint] = number
                receipts.append(receipt)
            if fresh:
                self._write_file(index, list(fresh.values()))
        return receipts

    def _number_of(
        self, index: sqlite3.Connection, number: WriteBack, fresh: dict[tuple[str, str], WriteBack]
    ) -> str | None:
        """The number that stands there already, one of this very batch included."""
        key = (number.store_order_id, number.endpoint)
        if key in fresh:
            return fresh[key].erp_number
        row = index.execute("SELECT erp_number FROM written WHERE store_order_id = ? AND endpoint = ?", key).fetchone()
        return row[0] if row else None

    def _write_file(self, index: sqlite3.Connection, numbers: Sequence[WriteBack]) -> None:
        content = _rows(numbers)
        name = f"results-{hashlib.sha256(content).hexdigest()[:16]}.csv"
        effects.write_durably(self._hidden(name), content)
        effects.sync_folder(self._settings.results)
        with effects.committing(index):
            index.execute("INSERT OR REPLACE INTO intended VALUES (?)", (name,))
            index.executemany(
                "INSERT INTO written VALUES (?, ?, ?, ?)",
                [(each.store_order_id, each.endpoint, each.erp_number, name) for each in numbers],
            )
        self._settle(index)

    def _settle(self, index: sqlite3.Connection) -> None:
        """Bring every intended file under its name. What is not hidden any more was renamed before."""
        for (name,) in index.execute("SELECT file FROM intended").fetchall():
            hidden = self._hidden(name)
            if hidden.exists():
                effects.rename(hidden, self._settings.results / name)
                effects.sync_folder(self._settings.results)
            with effects.committing(index):
                index.execute("DELETE FROM intended WHERE file = ?", (name,))

    def _hidden(self, name: str) -> Path:
        return self._settings.results / f".{name}.tmp"

    def _index(self) -> sqlite3.Connection:
        index = sqlite3.connect(self._settings.written_index)
        index.execute("PRAGMA synchronous = FULL")
        index.executescript(_TABLE)
        return index


def _compared(number: WriteBack, there: str | None) -> WriteBackReceipt:
    if there is None:
        return WriteBackReceipt(number, WriteBackOutcome.WRITTEN)
    if there == number.erp_number:
        return WriteBackReceipt(number, WriteBackOutcome.ALREADY)
    return WriteBackReceipt(number, WriteBackOutcome.DIFFERENT, found=there)


def _rows(numbers: Sequence[WriteBack]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows((each.store_order_id, each.erp_number, each.external_id, each.endpoint) for each in numbers)
    return text.getvalue().encode()
