"""One look of the simulated ERP's import job: what is whole and has its turn becomes documents; the rest is refused.

A file is read, judged and booked in one transaction with the answers to be given; only then it is moved away. A job
that was killed in between finishes the move at its next look and books nothing twice.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from bridge.simulator.clock import Clock
from bridge.simulator.erp.answers import OrderAnswer, answer_files
from bridge.simulator.erp.books import Books, Complaint
from bridge.simulator.erp.csv import read_csv
from bridge.simulator.erp.door import Door, Waiting
from bridge.simulator.erp.orders import HalfFile, ReadFile, ReadOrder
from bridge.simulator.erp.rules import Style, Temper, reason_against
from bridge.simulator.erp.ubl import read_ubl

READERS = {Style.UBL: read_ubl, Style.CSV: read_csv}
LAST = "last sequence number"


@dataclass(frozen=True, slots=True)
class ImportJob:
    """The job with its door, books and temper. `tell` gets a line for each complaint."""

    style: Style
    door: Door
    books: Books
    temper: Temper
    clock: Clock
    sequence_first: int | None
    numbers: str
    tell: Callable[[str], None]

    def look(self) -> list[str]:
        """Import all that can be imported now; gives the names."""
        if self.temper.claim_at_once:
            self.door.claim()
        self._finish_moves()
        imported = []
        for file in self.door.waiting():
            if self.door.is_complete(file):
                if self._take(file):
                    imported.append(file.name)
            elif self.sequence_first is not None:
                break  # 18 is not looked at before 17 is whole
        return imported

    def _take(self, file: Waiting) -> bool:
        """Import one whole file, or refuse it; true when it is imported."""
        try:
            content = file.path.read_bytes()
            fault = self.door.checksum_fault(file, content)
        except FileNotFoundError:  # taken back by the bridge between our look and our read
            return False
        if fault:
            return self._refuse(file, "checksum", fault)
        if not self._is_next(file):
            return False
        try:
            read = READERS[self.style](content)
        except HalfFile as error:
            return self._refuse(file, "half-file", str(error))
        if read.sequence_number not in (None, file.sequence_number):
            return self._refuse(file, "sequence-other", f"the file says number {read.sequence_number}")
        accepted = self._import(file, read, hashlib.sha256(content).hexdigest())
        self._move_imported(file)
        self._log("imported", file.name, f"{accepted} of {len(read.orders)} orders taken")
        return True

    def _is_next(self, file: Waiting) -> bool:
        """A number that came before is refused; one that is not the next waits, loudly."""
        if self.books.taken(file.name):
            return self._refuse(file, "name-repeated", "a file of this name was imported before")
        number = file.sequence_number
        if self.sequence_first is None or number is None:
            return True
        expected = self.books.counter(LAST, self.sequence_first - 1) + 1
        if number < expected:
            return self._refuse(file, "sequence-repeated", f"number {number} came before, {expected} is next")
        if number > expected:
            self._complain("sequence-gap", file.name, f"number {number} came, {expected} is missing; waiting for it")
            return False
        return True

    def _import(self, file: Waiting, read: ReadFile, sha256: str) -> int:
        """One transaction: documents, rejections, the file, its number, the answers. Gives how many were accepted."""
        now = self.clock()
        with self.books.transaction():
            answers = [self._judge(order, file.name) for order in read.orders]
            self.books.take_file(file.name, sha256, file.sequence_number, now.isoformat())
            if file.sequence_number is not None:
                self.books.set_counter(LAST, file.sequence_number)
            due_at = (now + timedelta(seconds=self.temper.answer_after_s)).isoformat()
            for answer in answer_files(self.style, file.name, answers, self.temper, now):
                self.books.add_answer(answer.name, answer.grows, answer.body, due_at)
        return sum(answer.accepted for answer in answers)

    def _judge(self, order: ReadOrder, file: str) -> OrderAnswer:
        held = self.books.number_of(order.external_id)
        now = self.clock().isoformat()
        if held is not None:
            self.books.add_duplicate(order.external_id, file, now)
            self._complain("duplicate", order.external_id, f"order {order.external_id} is {held} already")
            return OrderAnswer(order.external_id, False, "", f"Order exists already as {held}", order.place)
        reason = reason_against(order, self.temper)
        if reason:
            self.books.add_rejection(order.external_id, file, reason)
            return OrderAnswer(order.external_id, False, "", reason, order.place)
        number = self.books.enter(order, file, now, self.numbers)
        told = number if self.temper.tells_number(order.external_id) else ""
        return OrderAnswer(order.external_id, True, told, "", order.place)

    def _refuse(self, file: Waiting, kind: str, text: str) -> bool:
        self._complain(kind, file.name, text)
        self.door.move_away(file, self.door.refused)
        return False

    def _finish_moves(self) -> None:
        """Files that were imported before a kill, but still lie where they came."""
        unmoved = set(self.books.unmoved())
        for file in self.door.waiting() if unmoved else ():
            if file.name in unmoved:
                self._move_imported(file)
        for name in unmoved:
            self.books.file_moved(name)

    def _move_imported(self, file: Waiting) -> None:
        self.door.move_away(file, self.door.archive)
        self.books.file_moved(file.name)

    def _complain(self, kind: str, subject: str, text: str) -> None:
        """Once for each kind and subject: a job that looks every second says a thing once."""
        if self.books.complain(Complaint(kind, subject, text), self.clock().isoformat()):
            self._log(kind, subject, text)

    def _log(self, kind: str, subject: str, text: str) -> None:
        self.tell(f"{self.clock():%Y-%m-%dT%H:%M:%SZ} {kind}: {subject}: {text}")
