"""What an ERP's answer says, as values: the same for every style of acknowledgement."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """What the ERP did with one order."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Result:
    """One order's line of an answer. `external_id` is as the ERP wrote it."""

    external_id: str
    verdict: Verdict
    erp_number: str | None = None  # None: accepted without a number yet, or rejected
    reason: str = ""  # the ERP's words, masked of nothing: they are shown to people
    place: str = ""  # line or element, for the person who looks it up


class ResultOutcome(StrEnum):
    """What we did with one result. Each has its test."""

    APPLIED = "applied"  # the sending moved
    REPEATED = "repeated"  # says what we know already
    LATE = "late"  # accepted after the overdue exception opened: applied, the exception closed
    CONTRADICTS = "contradicts"  # other verdict or number than applied: exception, nothing changed
    UNKNOWN = "unknown"  # no sending of this endpoint has the external id: exception
