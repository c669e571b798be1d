"""What an ERP's answer says, as values: the same for every style of acknowledgement."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum


class Level(IntEnum):
    """How far an answer reaches. A lower level never undoes a higher one; a rejection at any level is a verdict."""

    TAKEN = 1  # the file left the ERP's inbound folder
    SYNTAX_RECEIVED = 2  # EDIFACT CONTRL 8, X12 TA1
    SYNTAX_ACCEPTED = 3  # CONTRL 7, 997 A, UBL AB
    IN_WORK = 4  # IDoc 62, 64
    VERDICT = 5


class Verdict(StrEnum):
    """What the ERP did with one order."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    PENDING = "pending"  # only a level below the verdict was reached


class FileKey(StrEnum):
    """By what an answer names one of our files."""

    REFERENCE = "reference"  # the interchange's number: our file sequence number, with or without leading zeros
    NAME = "name"  # our file's exact name
    PREFIX = "prefix"  # a name that begins with our file's name or stem: time stamps were added
    DIGEST = "digest"  # SHA-256, SHA-1 or MD5 of our file's bytes


@dataclass(frozen=True, slots=True)
class FileReference:
    """One of our files, as an answer names it."""

    key: FileKey
    value: str


@dataclass(frozen=True, slots=True)
class Difference:
    """What the ERP changed in an order that it accepted."""

    field: str  # quantity, unit price, delivery date, back-ordered quantity, ...: in business words
    line: str = ""  # our line's position, as the ERP wrote it; empty: the order as a whole
    sent: str = ""  # empty where the answer does not repeat it
    confirmed: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """What an answer says of one order, or with `whole_file` of all orders of a file.

    external_id is as the ERP wrote it, empty where the answer does not name the order: then `position` (1, 2, ... in
    our file) or `whole_file` says which is meant.
    """

    external_id: str
    verdict: Verdict
    erp_number: str | None = None  # None: accepted without a number yet, or rejected
    reason: str = ""  # the ERP's words, masked of nothing: they are shown to people
    place: str = ""  # line or element, for the person who looks it up
    level: Level = Level.VERDICT
    code: str = ""  # the ERP's code for the reason, a key of the profile's words
    file: FileReference | None = None  # where one answer speaks of several of our files; else the answer's own
    position: int | None = None
    whole_file: bool = False
    differences: tuple[Difference, ...] = ()


class ResultOutcome(StrEnum):
    """What we did with one result. Each has its test."""

    APPLIED = "applied"  # the sending moved
    REPEATED = "repeated"  # says what we know already
    LATE = "late"  # accepted after the overdue exception opened: applied, the exception closed
    CONTRADICTS = "contradicts"  # other verdict or number than applied: exception, nothing changed
    UNKNOWN = "unknown"  # no sending of this endpoint has the external id: exception
    RAISED = "raised"  # a level below the verdict, higher than any before: noted
    DISAGREES = "disagrees"  # its keys name two different orders or files: exception, nothing changed
    DUPLICATE = "duplicate"  # an earlier round was accepted after a later one was sealed: exception, nothing changed
