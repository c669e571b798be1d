"""A stubborn ERP that only reads files: an import job with rules, books and answers of its own.

It takes only names that fit, wants the checksum and the trigger, wants numbers without gaps and each once, refuses half
files and orders it holds already, and says so loudly. Written apart from our profiles, from the file contracts alone.
Use it in a test (`erp.import_all()`), in the demo, or as a process: `run_erp`.
"""

from __future__ import annotations

import re
import signal
import threading
from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Self

from bridge.simulator.clock import Clock, utc_now
from bridge.simulator.erp.answers import write_answers, write_register
from bridge.simulator.erp.books import Books, Complaint, Document
from bridge.simulator.erp.door import Door
from bridge.simulator.erp.imports import ImportJob
from bridge.simulator.erp.orders import ReadLine, ReadOrder
from bridge.simulator.erp.rules import Style, Temper

NAMES = {Style.UBL: r"ORD_(?P<number>\d{6,})\.xml", Style.CSV: r"ORD_(?P<number>\d{6,})\.csv"}


class ErpSimulator:
    """One ERP. `temper` holds what a test may change while it runs.

    sequence_first: the first number it expects; None: it does not look at numbers. numbers: pattern of its own document
    numbers. register: where it writes the list of all documents (none by default). stop_file: while this file exists,
    the job stands still. say: gets a line for each thing a person should see; the same lines stand in `log`.
    """

    def __init__(
        self,
        inbound: Path,
        outbound: Path,
        database: Path,
        profile_style: str = "ubl",
        *,
        name_pattern: str | None = None,
        checksum: bool = True,
        trigger_suffix: str | None = None,
        sequence_first: int | None = 1,
        numbers: str = "SO-{number}",
        register: Path | None = None,
        archive: Path | None = None,
        temper: Temper | None = None,
        clock: Clock = utc_now,
        say: Callable[[str], None] | None = None,
    ) -> None:
        self.style = Style(profile_style)
        temper = temper or Temper()
        self.outbound = outbound
        self.log = database.with_suffix(".log")
        self.stop_file = database.with_suffix(".stop")
        pattern = re.compile(name_pattern or NAMES[self.style])
        door = Door(inbound, archive or database.with_suffix(".archive"), pattern, checksum, trigger_suffix)
        door.make_folders()
        self._books = Books(database)
        self._job = ImportJob(self.style, door, self._books, temper, clock, sequence_first, numbers, self._tell)
        self._numbers = numbers
        self._register = register
        self._registered: int | None = None  # how many documents the register lists; unknown after a start
        self._clock = clock
        self._say = say
        self._over = threading.Event()
        self._thread: threading.Thread | None = None
        outbound.mkdir(parents=True, exist_ok=True)

    @property
    def temper(self) -> Temper:
        """Its settings; change their fields at any time."""
        return self._job.temper

    def import_all(self) -> list[str]:
        """One look: import what is whole and whose turn it is, answer, write the register. Gives the imported names."""
        if self.stop_file.exists():
            return []
        imported = self._job.look()
        write_answers(self._books, self.outbound, self.temper, self._clock())
        if self._books.document_count() != self._registered:
            self.write_register()
        return imported

    def run(self, over: threading.Event | None = None, every_s: float = 0.2) -> None:
        """Look again and again until `over` is set."""
        over = over or self._over
        while not over.is_set():
            self.import_all()
            over.wait(every_s)

    def start(self, every_s: float = 0.02) -> Self:
        """Run in a thread of its own."""
        self._over.clear()
        self._thread = threading.Thread(target=self.run, args=(self._over, every_s), name="erp", daemon=True)
        self._thread.start()
        return self

    def stop(self) -> None:
        """End the thread; books and folders stay."""
        self._over.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def close(self) -> None:
        """Stop, and let go of the file."""
        self.stop()
        self._books.close()

    def documents(self) -> list[Document]:
        """All sales orders, oldest first."""
        return list(self._books.documents())

    def external_ids(self) -> list[str]:
        """The store orders it holds, oldest document first; a double would stand here twice."""
        return [document.external_id for document in self._books.documents()]

    def duplicates(self) -> list[str]:
        """External ids that came although a document held them."""
        return self._books.duplicates()

    def rejections(self) -> list[tuple[str, str]]:
        """External id and reason of what it refused by its own rules."""
        return self._books.rejections()

    def complaints(self) -> list[Complaint]:
        """All that it complained about: half-file, checksum, sequence-gap, sequence-repeated, duplicate, …"""
        return self._books.complaints()

    def control_totals(self) -> dict[str, Decimal]:
        """Gross per currency over all documents."""
        totals: dict[str, Decimal] = {}
        for document in self._books.documents():
            totals[document.currency] = totals.get(document.currency, Decimal(0)) + document.gross
        return dict(sorted(totals.items()))

    def inbound_names(self) -> list[str]:
        """Everything that lies in its inbound folder."""
        return sorted(path.name for path in self._job.door.inbound.iterdir())

    def file_numbers(self) -> list[int]:
        """Sequence numbers of the files it imported, in the order it took them."""
        return self._books.sequence_numbers()

    def enter_by_hand(self, external_id: str, currency: str, gross: Decimal, erp_number: str | None = None) -> str:
        """Somebody types a store order in; no file, no answer, but the register knows it."""
        zero = Decimal(0)
        lines = (ReadLine("1", "", "", Decimal(1), gross),)
        today = f"{self._clock():%Y-%m-%d}"
        order = ReadOrder(external_id, today, currency, "", gross, zero, gross, zero, zero, lines)
        return self._books.enter(order, "by hand", self._clock().isoformat(), self._numbers, erp_number)

    def write_register(self) -> None:
        """Write the register now, as a whole."""
        rows = self._books.register_rows()
        if self._register is not None:
            write_register(self._register, rows)
        self._registered = len(rows)

    def _tell(self, line: str) -> None:
        with self.log.open("a", encoding="utf-8") as log:
            log.write(line + "\n")
        if self._say is not None:
            self._say(line)


def run_erp(
    inbound: Path,
    outbound: Path,
    database: Path,
    profile_style: str = "ubl",
    *,
    register: Path | None = None,
    refuse_articles: Sequence[str] = (),
    every_s: float = 0.5,
    checksum: bool = True,
    trigger_suffix: str | None = None,
    sequence_first: int | None = 1,
    say: Callable[[str], None] = print,
) -> None:
    """Be an ERP until SIGTERM or Ctrl-C: the body of `bridge simulate erp`. Refused articles: by their prefix."""
    over = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: over.set())
    temper = Temper(refuse_articles={article: f"Article {article} is discontinued" for article in refuse_articles})
    erp = ErpSimulator(
        inbound,
        outbound,
        database,
        profile_style,
        register=register,
        checksum=checksum,
        trigger_suffix=trigger_suffix,
        sequence_first=sequence_first,
        temper=temper,
        say=say,
    )
    say(f"ERP simulator imports from {inbound}, answers into {outbound}; while {erp.stop_file} exists it stands still")
    erp.run(over, every_s)
    erp.close()
