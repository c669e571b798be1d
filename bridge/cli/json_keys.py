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
from bridge.cli.orders import REVISION_COLUMNS
from bridge.cli.profile import TEST_COLUMNS
from bridge.cli.rows import EXCEPTION_COLUMNS, FILE_COLUMNS, ORDER_COLUMNS, ORDER_LIST_COLUMNS, STORY_COLUMNS
from bridge.cli.setup import CHECK_COLUMNS
from bridge.cli.work import ENDPOINT_COLUMNS, PASS_COLUMNS, STATE_COLUMNS
from bridge.domain.publish import contract_rows

CONTRACT_COLUMNS = tuple(contract_rows()[0])
PROFILE_COLUMNS = ("subject", "value", "source")
REPORT_KEYS = ("day", "timezone", "made_at", "verdict", "orders", "failed", "waiting", "skipped", "created")
REASON_KEYS = ("class", "reason", "orders", "oldest", "tries", "action", "numbers")
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
    "exceptions dismiss": act("orders"),
    "exceptions list": Printed(EXCEPTION_COLUMNS, is_list=True),
    "exceptions retry": act("orders"),
    "exceptions show": Printed((*EXCEPTION_COLUMNS, *FURTHER_COLUMNS), lists={"held": HELD_COLUMNS}),
    "files list": Printed(FILE_COLUMNS, is_list=True),
    "files retry": act("file"),
    "files settle": act("settled"),
    "files show": Printed((*FILE_COLUMNS,), lists={"orders": MEMBER_COLUMNS, **STORY}),
    "files withdraw": act("file"),
    "init": act("files"),
    "once": Printed(PASS_COLUMNS, is_list=True),
    "orders cancel": act("order"),
    "orders link": act("order", "erp_number"),
    "orders list": Printed(ORDER_LIST_COLUMNS, is_list=True),
    "orders release": act("released"),
    "orders resend": act("order"),
    "orders show": Printed(
        (*ORDER_COLUMNS, "rule_words"),
        is_list=True,
        lists={"exceptions": EXCEPTION_COLUMNS, "revisions": REVISION_COLUMNS, **STORY},
    ),
    "pause": act("name", "paused"),
    "profile show": Printed(PROFILE_COLUMNS, is_list=True),
    "profile test": Printed(TEST_COLUMNS, is_list=True),
    "report": Printed(REPORT_KEYS, lists={"reasons": REASON_KEYS, "control_totals": TOTAL_KEYS}),
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
