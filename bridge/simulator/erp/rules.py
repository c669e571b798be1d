"""How the simulated ERP is set: what it refuses, how it answers, and how it misbehaves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bridge.simulator.erp.orders import ReadOrder, disagreements


class Style(StrEnum):
    """Which files it reads and how it answers."""

    UBL = "ubl"
    CSV = "csv"


class SecondAnswer(StrEnum):
    """What a second, contradicting answer says."""

    REJECTED = "rejected"  # accepted first, rejected later
    OTHER_NUMBER = "other-number"
    ACCEPTED = "accepted"  # rejected first, accepted later: somebody cured it inside the ERP


@dataclass(slots=True)
class Temper:
    """The ERP's settings; a test changes them while it runs.

    reject: external id -> reason. refuse_articles: prefix of an article number -> reason. closed_before: order dates
    (YYYY-MM-DD) before this day fall into a closed period. without_number: external ids accepted without telling the
    number ("*": all). second: external id -> a contradicting second answer. answer_times: 2 repeats each answer.
    repeat_name: how an XML answer after the first is named; under the same name it waits until the first was taken.
    answer_trigger: suffix of an empty file that follows an XML answer. answer_after_s: late. hold_answers: not at all
    for now. pieces: an answer is written piece by piece, one a look, under its final name.
    claim_at_once: a file is taken out of inbound the moment it is seen, before its checksum has come.
    """

    reject: dict[str, str] = field(default_factory=dict)
    refuse_articles: dict[str, str] = field(default_factory=dict)
    known_articles: frozenset[str] | None = None
    closed_before: str = ""
    without_number: set[str] = field(default_factory=set)
    second: Mapping[str, SecondAnswer] = field(default_factory=dict)
    answer_times: int = 1
    repeat_name: str = "RESP_{stem}.xml"
    answer_trigger: str = ""
    answer_after_s: float = 0
    hold_answers: bool = False
    pieces: int = 1
    claim_at_once: bool = False

    def tells_number(self, external_id: str) -> bool:
        """Whether the answer names the document's number."""
        return not self.without_number & {external_id, "*"}


def reason_against(order: ReadOrder, temper: Temper) -> str:
    """Why the ERP refuses an order, in its own words; empty when it takes it."""
    if order.external_id in temper.reject:
        return temper.reject[order.external_id]
    if temper.closed_before and order.order_date < temper.closed_before:
        return f"Period of {order.order_date} is closed"
    for line in order.lines:
        for prefix, reason in temper.refuse_articles.items():
            if line.article.startswith(prefix):
                return reason
        known = temper.known_articles
        if known is not None and line.article and line.article not in known:
            return f"Article {line.article} does not exist"
    return next(disagreements(order), "")
