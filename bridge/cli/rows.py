"""How views of the ledger become rows with stable keys, the same in tables and in JSON."""

from __future__ import annotations

import re
from typing import Any

from bridge.cli import show
from bridge.domain.scope import rule_code, rule_words
from bridge.flow.patience import needs_person
from bridge.flow.site import Site
from bridge.ledger import ChangeView, ExceptionView, FileView, OrderView, StoryLine

ORDER_COLUMNS = (
    "store_order_id", "number", "store", "flow", "endpoint", "state", "answer", "rule", "external_id", "erp_number",
    "file_name", "currency", "gross", "received_at", "next_try_at", "changed_since", "rule_words",
)  # fmt: skip
ORDER_LIST_COLUMNS = ("sending_id", *ORDER_COLUMNS)
ORDER_TABLE = (
    "number", "store_order_id", "flow", "state", "rule", "erp_number", "file_name", "currency", "gross", "received_at",
)  # fmt: skip
ORDER_SPARE = ("flow", "received_at", "store_order_id", "file_name")
"""What a narrow terminal goes without, first ones first."""
FILE_COLUMNS = (
    "endpoint", "sequence_number", "name", "purpose", "state", "member_count", "size", "sha256", "archive_path",
    "sealed_at", "placed_at", "inferred", "attempt", "tries", "next_try_at", "needs_person", "answer_due_at",
)  # fmt: skip
FILE_TABLE = (
    "endpoint", "sequence_number", "name", "purpose", "state", "member_count", "size", "sealed_at", "placed_at",
    "tries",
)  # fmt: skip
FILE_SPARE = ("sealed_at", "size", "tries")
CHANGE_COLUMNS = (
    "purpose", "change_number", "state", "revision_number", "rule", "file_name", "erp_number", "received_at",
)  # fmt: skip
EXCEPTION_COLUMNS = ("id", "code", "title", "orders", "by_itself", "next_try_at", "times", "opened_at", "action")
EXCEPTION_TABLE = ("id", "code", "orders", "opened_at", "next_try_at", "title", "action")
EXCEPTION_SPARE = ("code", "next_try_at")
SHOWN_AS = {"sending": "order"}  # in a story for people
STORY_COLUMNS = ("at", "subject", "verb", "origin", "target", "reason", "actor")
PAGE = 200
EXCEPTION_ACTS = re.compile(r"(bridge exceptions (?:retry|dismiss)) ID")  # the kinds cannot know which one it is


def as_row(view: object, *names: str, **further: Any) -> dict[str, Any]:
    """The named attributes of a view, and further keys."""
    return {name: getattr(view, name) for name in names} | further


def order_row(view: OrderView) -> dict[str, Any]:
    """An order; of a rule of bridge.toml the code is its name, and the words hold the reason."""
    rule = {"rule": rule_code(view.rule) if view.rule else None}
    words = {"rule_words": rule_words(view.rule) if view.rule else None}
    return as_row(view, *(name for name in ORDER_COLUMNS if name not in words)) | rule | words


def file_row(view: FileView) -> dict[str, Any]:
    return as_row(view, *FILE_COLUMNS)


def change_row(view: ChangeView) -> dict[str, Any]:
    return as_row(view, *CHANGE_COLUMNS)


def exception_row(site: Site, view: ExceptionView) -> dict[str, Any]:
    names = ("code", "title", "orders", "next_try_at", "times", "opened_at")
    action = EXCEPTION_ACTS.sub(rf"\g<1> {view.exception_id}", view.action)
    return as_row(view, *names, id=view.exception_id, action=action, by_itself=not needs_person(site, view))


def story_row(line: StoryLine) -> dict[str, Any]:
    return as_row(line, *STORY_COLUMNS)


def told(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A story for people: when, what, and by whom; the reason stands below."""
    return [
        {
            "at": show.text(one["at"], seconds=True),
            "what": what_happened(one),
            "reason": one["reason"],
            "by": one["actor"],
        }
        for one in lines
    ]


def what_happened(line: dict[str, Any]) -> str:
    """`file sealed -> announced`: of what, and from where to where or the verb; what it was stands below."""
    states = " -> ".join(state.replace("_", " ") for state in (line["origin"], line["target"]) if state)
    match line["subject"], line["verb"]:
        case "sending", "added":
            return "order received" if states == "received" else f"order received, {states}"
        case "exception", "held by" | "free of" as verb:
            return str(verb)
        case "result", _:
            return f"the ERP says {states}"
        case subject, verb:
            words = states if verb in ("moved", states) else f"{verb} {states}"
            return f"{SHOWN_AS.get(subject, subject)} {words}".strip()


def show_story(lines: list[dict[str, Any]]) -> None:
    """The story in time order."""
    show.table("Story", ("at", "what", "reason", "by"), told(lines), json_form=False, below={"what": "reason"})


def somebody_is_needed(site: Site) -> bool:
    """Whether an open exception waits for a person."""
    return any(needs_person(site, one) for one in site.ledger.reading.exceptions())
