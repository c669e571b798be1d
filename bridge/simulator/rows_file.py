"""A simulator's own SQLite file: safe to use from many threads and from several processes."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class RowsFile:
    """An open file with its tables. `rows` is used under `lock`, or inside `transaction`."""

    def __init__(self, database: Path, tables: str) -> None:
        database.parent.mkdir(parents=True, exist_ok=True)
        self.lock = threading.RLock()
        self.rows = sqlite3.connect(database, check_same_thread=False, isolation_level=None, timeout=30)
        self.rows.execute("PRAGMA journal_mode=WAL")
        self.rows.execute("PRAGMA synchronous=NORMAL")  # survives kill -9 of the process, which is what we simulate
        self.rows.executescript(tables)

    def close(self) -> None:
        """Let go of the file."""
        with self.lock:
            self.rows.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Read and write as one; nested use joins the outer one."""
        with self.lock:
            if self.rows.in_transaction:
                yield
                return
            self.rows.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self.rows.execute("ROLLBACK")
                raise
            self.rows.execute("COMMIT")
