"""What an ERP's answer says, as values: the same for every style of acknowledgement."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import NamedTuple


class Level(IntEnum):
    """How far an answer reaches. A lower level never undoes a higher one; a rejection at any level is a verdict."""

    TAKEN = 1  # the file left the ERP's inbound folder
    SYNTAX_RECEIVED = 2  # EDIFACT CONTRL 8, X12 TA1
    SYNTAX_ACCEPTED = 3  # CONTRL 7, 997 A, UBL AB
    IN_WORK = 4  # IDoc 62, 64
    VERDICT = 5

    @property
    def words(self) -> str:
        """For people: what the ERP has told so far."""
        return LEVEL_WORDS[self]


LEVEL_WORDS = {
    Level.TAKEN: "taken by the ERP",
    Level.SYNTAX_RECEIVED: "received by the ERP",
    Level.SYNTAX_ACCEPTED: "form accepted by the ERP",
    Level.IN_WORK: "in work in the ERP",
    Level.VERDICT: "answered",
}


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
    DIGEST = "digest"  # SHA-256 of our file's bytes


class FileReference(NamedTuple):
    """One of our files, as an answer names it."""

    key: FileKey
    value: str


@dataclass(frozen=True, slots=True)
class FileNaming:
    """What the profile says of our files' names and numbers, as far as finding one of them depends on it."""

    extension: str = ""  # with its dot
    wraps_at: int | None = None  # after this number the ERP sees 1 again


@dataclass(frozen=True, slots=True)
class Reason:
    """One of the ERP's codes or phrases in business words, from the profile's table."""

    words: str
    action: str = ""


@dataclass(frozen=True, slots=True)
class AnswerRule:
    """What the profile says of one kind of answer, as far as applying it depends on it."""

    name: str = "answer"
    profile: str = ""
    by_position: bool = False  # results without an order's id stand in the order of our file, one for each order
    grows: bool = False  # a log that stays: its answers are readings of one file
    repeats: bool = False  # a log written anew each time: its rows can be those of yesterday
    rest_accepted: bool = False  # orders of the file that the answer does not name were accepted
    all_of: tuple[str, ...] = ()  # rules that must all have answered a file
    reasons: Mapping[str, Reason] = field(default_factory=dict)  # the ERP's code or phrase -> its words
    naming: FileNaming = FileNaming()


class Difference(NamedTuple):
    """What the ERP changed in an order that it accepted."""

    field: str  # quantity, unit price, delivery date, back-ordered quantity, ...: in business words
    line: str = ""  # our line's position, as the ERP wrote it; empty: the order as a whole
    sent: str = ""  # empty where the answer does not repeat it
    confirmed: str = ""
    of_all: bool = False  # said of every line, changed or not: counts only where it is not what was sent

    @property
    def words(self) -> str:
        """`line 2 quantity: 5 sent, 3 confirmed`."""
        where = f"line {self.line} {self.field}" if self.line else self.field
        said = [f"{self.sent} sent" if self.sent else "", f"{self.confirmed} confirmed" if self.confirmed else ""]
        told = ", ".join(part for part in said if part)
        return f"{where}: {told}" if told else where


class Result(NamedTuple):
    """What an answer says of one order, or with `whole_file` of all orders of a file.

    A tuple with names, as Difference and FileReference are: answers of 200 MB hold a million of them, and a frozen
    dataclass takes four times as long to make.
    external_id is as the ERP wrote it, empty where the answer does not name the order: then `position` (1, 2, ... in
    our file, where the ERP itself numbers it) or `whole_file` says which is meant. A rule with by_position counts
    the results that have neither.
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
