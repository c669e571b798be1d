"""Which keys `--json` prints, command by command, and what each holds. docs/commands.md is made from this, and a test
compares it with what the commands print. A key is only ever added.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bridge.cli.archive import DAMAGE_COLUMNS, FOUND_COLUMNS
from bridge.cli.demo_summary import SUMMARY_KEYS
from bridge.cli.exceptions import FURTHER_COLUMNS, HELD_COLUMNS
from bridge.cli.files import MEMBER_COLUMNS
from bridge.cli.items import LACKED_COLUMNS
from bridge.cli.orders import DIFFERENCE_COLUMNS, OTHERWISE_COLUMNS, REVISION_COLUMNS, SKIPPED_COLUMNS
from bridge.cli.profile import TEST_COLUMNS
from bridge.cli.rows import (
    CHANGE_COLUMNS,
    EXCEPTION_COLUMNS,
    FILE_COLUMNS,
    ORDER_COLUMNS,
    ORDER_LIST_COLUMNS,
    STORY_COLUMNS,
)
from bridge.cli.setup import CHECK_COLUMNS
from bridge.cli.work import ENDPOINT_COLUMNS, PASS_COLUMNS, STATE_COLUMNS
from bridge.domain.publish import contract_rows

CONTRACT_COLUMNS = tuple(contract_rows()[0])
PROFILE_COLUMNS = ("subject", "value", "source")
REPORT_KEYS = ("day", "timezone", "made_at", "verdict", "orders", "failed", "waiting", "skipped", "created")
REASON_KEYS = ("class", "reason", "orders", "oldest", "tries", "action", "numbers")
CHANGE_KEYS = ("purpose", "class", "orders")
OPEN_KEYS = ("title", "orders", "since", "tries", "by_itself", "action")
TOTAL_KEYS = ("currency", "orders", "gross")


@dataclass(frozen=True, slots=True)
class Printed:
    """What one command prints: a list of objects or one object, its keys, and lists of objects inside it."""

    keys: tuple[str, ...]
    is_list: bool = False
    lists: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def act(*keys: str) -> Printed:
    """The outcome of an act: its message and what it was about."""
    return Printed(("message", *keys))


STORY = {"story": STORY_COLUMNS}
PRINTED: Mapping[str, Printed] = {
    "archive find": Printed(FOUND_COLUMNS, is_list=True),
    "archive verify": Printed(DAMAGE_COLUMNS, is_list=True),
    "check": Printed(CHECK_COLUMNS, is_list=True),
    "contract": Printed(CONTRACT_COLUMNS, is_list=True),
    "demo": Printed(SUMMARY_KEYS),
    "exceptions dismiss": act("orders", "changes_made"),
    "exceptions list": Printed(EXCEPTION_COLUMNS, is_list=True),
    "exceptions retry": act("orders", "answers"),
    "exceptions show": Printed((*EXCEPTION_COLUMNS, *FURTHER_COLUMNS), lists={"held": HELD_COLUMNS}),
    "files list": Printed(FILE_COLUMNS, is_list=True),
    "files retry": act("file"),
    "files settle": act("settled"),
    "files show": Printed((*FILE_COLUMNS,), lists={"orders": MEMBER_COLUMNS, **STORY}),
    "files withdraw": act("file"),
    "init": act("files"),
    "items import": act("articles", "before", "unknown_lines"),
    "items report": Printed(LACKED_COLUMNS, is_list=True),
    "once": Printed(PASS_COLUMNS, is_list=True),
    "orders cancel": act("order"),
    "orders judge-again": act("judged"),
    "orders link": act("order", "erp_number"),
    "orders list": Printed(ORDER_LIST_COLUMNS, is_list=True),
    "orders release": act("released"),
    "orders resend": act("order"),
    "orders skipped": Printed(SKIPPED_COLUMNS, is_list=True),
    "orders show": Printed(
        (*ORDER_COLUMNS, "refund_words"),
        is_list=True,
        lists={
            "exceptions": EXCEPTION_COLUMNS,
            "written_otherwise": OTHERWISE_COLUMNS,
            "changes": CHANGE_COLUMNS,
            "revisions": REVISION_COLUMNS,
            "differences": DIFFERENCE_COLUMNS,
            **STORY,
        },
    ),
    "orders take-as-new": act("order", "external_id"),
    "pause": act("name", "paused"),
    "profile learn": act("profile", "folder", "to_review"),
    "profile new": act("profile", "folder", "to_review"),
    "profile show": Printed(PROFILE_COLUMNS, is_list=True),
    "profile test": Printed(TEST_COLUMNS, is_list=True),
    "rehearse": Printed(CHECK_COLUMNS, is_list=True),
    "report": Printed(
        REPORT_KEYS,
        lists={
            "reasons": REASON_KEYS,
            "changes": CHANGE_KEYS,
            "also_open": OPEN_KEYS,
            "control_totals": TOTAL_KEYS,
        },
    ),
    "resume": act("name", "paused"),
    "status": Printed(
        (),
        lists={
            "orders": STATE_COLUMNS,
            "endpoints": ("endpoint", *ENDPOINT_COLUMNS),
            "exceptions": EXCEPTION_COLUMNS,
        },
    ),
}

MEANINGS: Mapping[str, str] = {
    "action": "what to do",
    "actor": "who did it: a person, `erp-bridge` or the ERP",
    "also_open": "exceptions that are open now beside the day's reasons",
    "answer": "what the ERP has told so far of an order that waits for its verdict",
    "answer_due_at": "when the ERP's answer is overdue",
    "archive_path": "where its bytes are, below `archive/`",
    "article": "the ERP's article; empty where the map names none",
    "articles": "how many articles the list has",
    "at": "when (UTC)",
    "attempt": "which attempt at placing it",
    "before": "how many articles the list had before; null without one",
    "by_itself": "true: tried again without you; false: it waits for a person",
    "change_number": "the change's own number, as the ERP sees it",
    "changes": "changes and cancellations of orders that the ERP has, apart from the orders",
    "changes_made": "how many changes and cancellations count as made in the ERP by hand",
    "changed_since": "true: the store changed it after it was sent",
    "check": "moved by this step",
    "class": "`failed`, `waiting`, `skipped` or `created`",
    "close_reason": "why it was closed",
    "closed_at": "when it was closed (UTC)",
    "closed_by": "who closed it",
    "code": "stable code, see exceptions.md",
    "collect": "moved by this step",
    "control_total_erp": "gross by currency of what the ERP's own books hold, as exact text",
    "control_total_store": "gross by currency of the store's orders that carry an ERP number, as exact text",
    "control_totals": "by currency: what the ERP has",
    "created": "orders that the ERP has accepted",
    "currency": "ISO 4217",
    "day": "the business day",
    "deliver": "moved by this step",
    "detail": "what was found",
    "digest": "SHA-256 of the canonical content",
    "direction": "which way it goes",
    "differences": "what each content made different from the one before it",
    "endpoint": "the ERP endpoint",
    "endpoints": "each ERP endpoint",
    "erp_documents": "documents in the ERP's own books",
    "erp_duplicates": "orders that the ERP got twice",
    "erp_number": "the number that the ERP gave",
    "exceptions": "open exceptions",
    "export": "moved by this step",
    "external_id": "what the ERP knows the order by",
    "failed": "orders that wait for a person",
    "fetch": "moved by this step",
    "fetched_at": "when it came from the store (UTC)",
    "field": "path of the field",
    "file": "the file's number",
    "file_name": "the export file that holds it",
    "files": "the files that were written",
    "folder": "the folder that was made",
    "fine": "true: nothing to do",
    "flow": "the flow",
    "frequency": "how often",
    "gross": "gross amount, as exact text",
    "held": "the orders that it holds or held",
    "id": "the exception's number",
    "inferred": "true: placed by conclusion, since the ERP has taken it",
    "judged": "how many are judged again",
    "last_pass_ended_at": "when the last pass ended (UTC)",
    "last_sold_at": "when the newest order with it was placed (UTC); null of what is only offered",
    "last_seen_at": "when it was last met (UTC)",
    "made_at": "when the report was made (UTC)",
    "meaning": "what it holds",
    "member_count": "orders in the file",
    "message": "in business words",
    "name": "its name",
    "needs_person": "true: not tried any more before a person acts",
    "next_sequence_number": "the number of the next file",
    "next_try_at": "when it is tried again (UTC)",
    "number": "the order number that people use",
    "numbers": "order numbers, the first 20",
    "oldest": "since when the oldest waits (UTC)",
    "on_error": "what happens when it is wrong",
    "open_exceptions": "how many are open",
    "open_files": "files without an end",
    "opened_at": "since when (UTC)",
    "order": "the order that was named",
    "answers": "how many kept answers of the ERP",
    "note": "what was changed, naming fields and no text",
    "new": "what the field is in this content, as text; empty: not there",
    "old": "what the field was in the content before, as text; empty: not there",
    "orders": "how many orders; in a list, the orders themselves",
    "origin": "the state before",
    "original": "where the store's own text is: file and line",
    "path": "the file, as seen from the deployment folder",
    "pause_reason": "why it is paused",
    "paused": "whether it is paused now",
    "paused_by": "who paused it",
    "placed_at": "when it became visible to the ERP (UTC)",
    "position": "its place in the file",
    "profile": "name of the profile",
    "purpose": "`new`, `change` or `cancel`",
    "reason": "why, in business words",
    "reasons": "why, most pressing first",
    "received_at": "when it was first fetched (UTC)",
    "released": "how many were released",
    "required": "yes or no",
    "revision_number": "which content it tells, counted from 1",
    "revision": "which content, counted from 1",
    "revisions": "each content that the store told",
    "rule": "the rule that skips it, or by which it waits",
    "rule_words": "the rule in words, with its reason",
    "refund_words": "what was refunded before the export, and what becomes of it",
    "scope": "the store, flow, endpoint or order that it is about",
    "sealed_at": "when number and bytes were fixed (UTC)",
    "sending_id": "for `--after`",
    "sequence_number": "the file's number, gapless at its endpoint",
    "settle": "moved by this step",
    "settled": "how many doubts were settled",
    "sha256": "SHA-256 of the bytes",
    "since": "since when (UTC)",
    "size": "bytes",
    "sku": "the store's SKU, or the key of the map; empty for goods without one",
    "skipped": "orders left out by a rule or cancelled",
    "source": "where it is set",
    "state": "where it stands, see exceptions.md",
    "step": "the step of the pass that met it",
    "store": "the store",
    "store_order_id": "the store's own id",
    "story": "what happened, in time order",
    "subject": "what it is about",
    "sweep": "moved by this step",
    "system_of_record": "who owns it",
    "target": "the state after",
    "times": "how often met",
    "timezone": "whose business day it is",
    "title": "the cause in business words",
    "to_review": "how many guesses a person has to review",
    "trouble": "why the pass did not run; null when it did",
    "tries": "how often tried",
    "type": "type and format",
    "unknown_lines": "lines of maps/sku.csv whose article no item list has",
    "value": "its value",
    "verb": "what happened",
    "verdict": "the day in one sentence",
    "waiting": "orders on their way",
    "what": "what it is",
    "why": "`no-sku`, `no-mapping`, `no-mapping-today` or `no-article`",
    "write_back": "moved by this step",
    "written_back": "orders of the store that carry an ERP number",
    "written_otherwise": "what goes to the ERP otherwise than the store has it",
}
