"""The simulated ERP's own SQLite file: documents, files, complaints, answers to give. It outlives the process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from bridge.simulator.erp.orders import ReadOrder
from bridge.simulator.rows_file import RowsFile

_TABLES = """
CREATE TABLE IF NOT EXISTS documents (
    number INTEGER PRIMARY KEY, erp_number TEXT NOT NULL UNIQUE, external_id TEXT NOT NULL COLLATE NOCASE,
    file TEXT NOT NULL, entered_at TEXT NOT NULL, order_date TEXT NOT NULL, customer TEXT NOT NULL,
    currency TEXT NOT NULL, net TEXT NOT NULL, tax TEXT NOT NULL, gross TEXT NOT NULL, line_count INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS documents_by_external_id ON documents (external_id);
CREATE TABLE IF NOT EXISTS files (
    name TEXT PRIMARY KEY, sha256 TEXT NOT NULL, sequence_number INTEGER, moved INTEGER NOT NULL,
    taken_at TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS duplicates (external_id TEXT NOT NULL, file TEXT NOT NULL, seen_at TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS rejections (external_id TEXT NOT NULL, file TEXT NOT NULL, reason TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS complaints (
    kind TEXT NOT NULL, subject TEXT NOT NULL, text TEXT NOT NULL, first_at TEXT NOT NULL, PRIMARY KEY (kind, subject));
CREATE TABLE IF NOT EXISTS answers (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL, grows INTEGER NOT NULL, body BLOB NOT NULL, due_at TEXT NOT NULL,
    start INTEGER, written INTEGER NOT NULL DEFAULT 0, done INTEGER NOT NULL DEFAULT 0);
CREATE INDEX IF NOT EXISTS answers_open ON answers (id) WHERE done = 0;
CREATE TABLE IF NOT EXISTS counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL);
"""


@dataclass(frozen=True, slots=True)
class Document:
    """One sales order in the ERP."""

    erp_number: str
    external_id: str
    file: str
    currency: str
    net: Decimal
    tax: Decimal
    gross: Decimal
    line_count: int
    customer: str
    order_date: str


@dataclass(frozen=True, slots=True)
class Complaint:
    """Something that the import job refused, loudly."""

    kind: str
    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class OpenAnswer:
    """An answer that is not written whole yet."""

    answer_id: int
    name: str
    grows: bool
    body: bytes
    start: int | None
    written: int


class Books:
    """All rows of one ERP. Safe to use from many threads and from several processes."""

    def __init__(self, database: Path) -> None:
        self._file = RowsFile(database, _TABLES)
        self._lock, self._rows = self._file.lock, self._file.rows

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def transaction(self) -> AbstractContextManager[None]:
        """Read and write as one; nested use joins the outer one."""
        return self._file.transaction()

    def enter(self, order: ReadOrder, file: str, entered_at: str, pattern: str, erp_number: str | None = None) -> str:
        """A new document; gives its number."""
        with self.transaction():
            number = self._one("SELECT coalesce(max(number), 0) + 1 FROM documents")
            name = erp_number or pattern.format(number=number)
            self._rows.execute(
                "INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    number, name, order.external_id, file, entered_at, order.order_date, order.customer, order.currency,
                    str(order.net), str(order.tax), str(order.gross), len(order.lines),
                ),
            )  # fmt: skip
            return name

    def number_of(self, external_id: str) -> str | None:
        """The document that holds a store order, however its id is written."""
        with self._lock:
            query = "SELECT erp_number FROM documents WHERE external_id = ? ORDER BY number LIMIT 1"
            row = self._rows.execute(query, (external_id,)).fetchone()
            return str(row[0]) if row else None

    def documents(self) -> Iterator[Document]:
        """All documents, oldest first."""
        with self._lock:
            rows = self._rows.execute(
                "SELECT erp_number, external_id, file, currency, net, tax, gross, line_count, customer, order_date"
                " FROM documents ORDER BY number"
            ).fetchall()
        for number, external_id, file, currency, net, tax, gross, *others in rows:
            yield Document(number, external_id, file, currency, Decimal(net), Decimal(tax), Decimal(gross), *others)

    def register_rows(self) -> list[tuple[str, str, str]]:
        """external id, number and day of every document."""
        with self._lock:
            query = "SELECT external_id, erp_number, substr(entered_at, 1, 10) FROM documents ORDER BY number"
            return [(row[0], row[1], row[2]) for row in self._rows.execute(query)]

    def document_count(self) -> int:
        """How many documents there are."""
        return self._one("SELECT count(*) FROM documents")

    def add_duplicate(self, external_id: str, file: str, seen_at: str) -> None:
        """A store order came that a document holds already."""
        with self.transaction():
            self._rows.execute("INSERT INTO duplicates VALUES (?, ?, ?)", (external_id, file, seen_at))

    def duplicates(self) -> list[str]:
        """External ids that came once too often, one entry for each time."""
        with self._lock:
            return [row[0] for row in self._rows.execute("SELECT external_id FROM duplicates ORDER BY rowid")]

    def add_rejection(self, external_id: str, file: str, reason: str) -> None:
        """An order was refused by the ERP's own rules."""
        with self.transaction():
            self._rows.execute("INSERT INTO rejections VALUES (?, ?, ?)", (external_id, file, reason))

    def rejections(self) -> list[tuple[str, str]]:
        """External id and reason of every refused order."""
        with self._lock:
            rows = self._rows.execute("SELECT external_id, reason FROM rejections ORDER BY rowid").fetchall()
            return [(row[0], row[1]) for row in rows]

    def complain(self, complaint: Complaint, first_at: str) -> bool:
        """Note a complaint; False when it was noted before."""
        with self.transaction():
            cursor = self._rows.execute(
                "INSERT OR IGNORE INTO complaints VALUES (?, ?, ?, ?)",
                (complaint.kind, complaint.subject, complaint.text, first_at),
            )
            return cursor.rowcount == 1

    def complaints(self) -> list[Complaint]:
        """All complaints, oldest first."""
        with self._lock:
            query = "SELECT kind, subject, text FROM complaints ORDER BY rowid"
            return [Complaint(*row) for row in self._rows.execute(query).fetchall()]

    def take_file(self, name: str, sha256: str, sequence_number: int | None, taken_at: str) -> None:
        """The file is imported; it still lies where it was."""
        with self.transaction():
            self._rows.execute("INSERT INTO files VALUES (?, ?, ?, 0, ?)", (name, sha256, sequence_number, taken_at))

    def file_moved(self, name: str) -> None:
        """The imported file is in the ERP's archive."""
        with self.transaction():
            self._rows.execute("UPDATE files SET moved = 1 WHERE name = ?", (name,))

    def taken(self, name: str) -> bool:
        """Whether a file of this name was imported."""
        return bool(self._one("SELECT count(*) FROM files WHERE name = ?", name))

    def sequence_numbers(self) -> list[int]:
        """Numbers of the imported files, in the order they were taken."""
        with self._lock:
            query = "SELECT sequence_number FROM files WHERE sequence_number IS NOT NULL ORDER BY rowid"
            return [int(row[0]) for row in self._rows.execute(query)]

    def unmoved(self) -> list[str]:
        """Imported files whose move into the archive was cut short."""
        with self._lock:
            return [row[0] for row in self._rows.execute("SELECT name FROM files WHERE moved = 0 ORDER BY name")]

    def counter(self, name: str, default: int) -> int:
        """A number that the ERP remembers."""
        with self._lock:
            row = self._rows.execute("SELECT value FROM counters WHERE name = ?", (name,)).fetchone()
            return int(row[0]) if row else default

    def set_counter(self, name: str, value: int) -> None:
        """Remember a number."""
        with self.transaction():
            self._rows.execute("INSERT OR REPLACE INTO counters VALUES (?, ?)", (name, value))

    def add_answer(self, name: str, grows: bool, body: bytes, due_at: str) -> None:
        """An answer to be written into the outbound folder."""
        with self.transaction():
            self._rows.execute(
                "INSERT INTO answers (name, grows, body, due_at) VALUES (?, ?, ?, ?)", (name, grows, body, due_at)
            )

    def open_answers(self, now: str) -> list[OpenAnswer]:
        """Answers that are due, oldest first."""
        with self._lock:
            query = (
                "SELECT id, name, grows, body, start, written FROM answers WHERE done = 0 AND due_at <= ? ORDER BY id"
            )
            rows = self._rows.execute(query, (now,)).fetchall()
            return [OpenAnswer(row[0], row[1], bool(row[2]), row[3], row[4], row[5]) for row in rows]

    def answer_progress(self, answer_id: int, start: int | None, written: int, done: bool) -> None:
        """How far an answer is written."""
        with self.transaction():
            self._rows.execute(
                "UPDATE answers SET start = ?, written = ?, done = ? WHERE id = ?", (start, written, done, answer_id)
            )

    def _one(self, query: str, *values: str) -> int:
        with self._lock:
            return int(self._rows.execute(query, values).fetchone()[0])
