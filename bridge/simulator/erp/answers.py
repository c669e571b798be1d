"""What the simulated ERP answers, as bytes in its style, and how they come into the outbound folder.

UBL: one OrderResponseSimple per file, under a temporary name, then renamed (or in pieces under the final name, when
told to misbehave). CSV: one log a day that grows.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from lxml import etree

from bridge.simulator.erp.books import Books, OpenAnswer
from bridge.simulator.erp.rules import SecondAnswer, Style, Temper

RESPONSE = "urn:oasis:names:specification:ubl:schema:xsd:OrderResponseSimple-2"
_A = "{urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2}"
_B = "{urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2}"
FIRST_NAME = "RESP_{stem}.xml"
LOG_COLUMNS = ("file", "line", "order", "status", "number", "text")


@dataclass(frozen=True, slots=True)
class OrderAnswer:
    """What the ERP says of one order. `number` is empty when it is not told."""

    external_id: str
    accepted: bool
    number: str
    text: str
    place: int


@dataclass(frozen=True, slots=True)
class AnswerFile:
    """One file to be written; `grows` appends to what is there."""

    name: str
    grows: bool
    body: bytes


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an answer is written: where it starts in its file, and how many bytes of it are there."""

    start: int | None
    written: int
    done: bool


def answer_files(
    style: Style, file: str, answers: Sequence[OrderAnswer], temper: Temper, now: datetime
) -> list[AnswerFile]:
    """All that is said about one imported file, in the order it is written."""
    rounds: list[Sequence[OrderAnswer]] = [answers] * temper.answer_times
    contradicting = [second for one in answers if (second := _second(one, temper)) is not None]
    if contradicting:
        rounds.append(contradicting)
    files = []
    for number, said in enumerate(rounds, start=1):
        if style is Style.CSV:
            files.append(AnswerFile(f"import-{now:%Y%m%d}.log.csv", True, _log_rows(file, said)))
        else:
            pattern = FIRST_NAME if number == 1 else temper.repeat_name
            name = pattern.format(stem=file.rpartition(".")[0], number=number)
            files += [AnswerFile(name, False, _response(file, one, name, now)) for one in said]
    return files


def write_answers(books: Books, outbound: Path, temper: Temper, now: datetime) -> None:
    """Bring due answers into the outbound folder; each look writes the next piece where pieces are asked for."""
    if temper.hold_answers:
        return
    unfinished: set[str] = set()
    for answer in books.open_answers(now.isoformat()):
        if answer.name in unfinished:
            continue
        path = outbound / answer.name
        piecewise = answer.grows or temper.pieces > 1
        progress = _write_piece(books, path, answer, temper.pieces) if piecewise else _place(books, path, answer)
        if not progress.done:
            unfinished.add(answer.name)
        elif temper.answer_trigger and not answer.grows:
            _write_whole(path.with_name(path.name + temper.answer_trigger), b"")
        books.answer_progress(answer.answer_id, progress.start, progress.written, progress.done)


def write_register(path: Path, rows: Sequence[tuple[str, str, str]]) -> None:
    """The list of all documents, replaced as a whole."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(("external_id", "erp_number", "date"))
    writer.writerows(rows)
    _write_whole(path, text.getvalue().encode())


def _write_whole(path: Path, body: bytes) -> None:
    temporary = path.with_name(f".{path.name}.tmp")
    temporary.write_bytes(body)
    temporary.replace(path)


def _place(books: Books, path: Path, answer: OpenAnswer) -> Progress:
    """Write an answer whole, unless an earlier one of the same name was not taken yet.

    That it is ours is remembered before: after a kill the file that lies there is known, and not waited for.
    """
    there = path.exists()
    if answer.start is None:
        if there:
            return Progress(None, 0, done=False)
        books.answer_progress(answer.answer_id, 0, 0, done=False)
    if not there:
        _write_whole(path, answer.body)
    return Progress(0, len(answer.body), done=True)


def _write_piece(books: Books, path: Path, answer: OpenAnswer, pieces: int) -> Progress:
    """Write the next piece.

    Where the answer starts is remembered before the first byte, and the file is cut back to what the books say was
    written: after a kill the same bytes are written again, never twice.
    """
    size = path.stat().st_size if path.exists() else 0
    start, written = answer.start, answer.written
    if start is None or size < start + written:  # first piece, or the bridge has taken the log away
        start, written = size, 0
        books.answer_progress(answer.answer_id, start, 0, done=False)
    body = (_log_head() if answer.grows and start == 0 else b"") + answer.body
    step = -(-len(body) // pieces)
    with path.open("r+b" if size else "wb") as file:
        file.truncate(start + written)
        file.seek(start + written)
        file.write(body[written : written + step])
    return Progress(start, written + step, done=written + step >= len(body))


def _second(answer: OrderAnswer, temper: Temper) -> OrderAnswer | None:
    kind = temper.second.get(answer.external_id)
    if kind is None:
        return None
    if kind is SecondAnswer.REJECTED:
        return replace(answer, accepted=False, number="", text="Cancelled after import")
    if kind is SecondAnswer.OTHER_NUMBER:
        return replace(answer, number=f"{answer.number}-B")
    return replace(answer, accepted=True, number=f"MANUAL-{answer.external_id}", text="")


def _log_head() -> bytes:
    return (";".join(LOG_COLUMNS) + "\r\n").encode()


def _log_rows(file: str, answers: Sequence[OrderAnswer]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    for one in answers:
        status = "OK" if one.accepted else "ERR"
        writer.writerow((file, one.place, one.external_id, status, one.number, one.text))
    return text.getvalue().encode()


def _response(file: str, answer: OrderAnswer, name: str, now: datetime) -> bytes:
    prefixes = {"ubl": RESPONSE, "cac": _A[1:-1], "cbc": _B[1:-1]}
    root = etree.Element(f"{{{RESPONSE}}}OrderResponseSimple", nsmap=prefixes)
    _add(root, f"{_B}ID", name.rpartition(".")[0])
    _add(root, f"{_B}IssueDate", f"{now:%Y-%m-%d}")
    _add(root, f"{_B}IssueTime", f"{now:%H:%M:%S}Z")
    _add(root, f"{_B}AcceptedIndicator", "true" if answer.accepted else "false")
    if answer.text:
        _add(root, f"{_B}RejectionNote", answer.text)
    reference = _add(root, f"{_A}OrderReference")
    _add(reference, f"{_B}ID", answer.external_id)
    if answer.number:
        _add(reference, f"{_B}SalesOrderID", answer.number)
    _add(_add(reference, f"{_A}DocumentReference"), f"{_B}ID", file)
    _add(_add(root, f"{_A}SellerSupplierParty"), f"{_A}Party")
    _add(_add(root, f"{_A}BuyerCustomerParty"), f"{_A}Party")
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _add(parent: etree._Element, tag: str, text: str | None = None) -> etree._Element:
    element = etree.SubElement(parent, tag)
    element.text = text
    return element
