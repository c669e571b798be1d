"""What would go to an ERP next of an order, decided as the passes decide it, with nothing changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from bridge.domain.changes import Told
from bridge.domain.scope import SAME_AS_SENT, rule_words
from bridge.ledger.after_export import CHANGES, SENT, TAKEN, WAITING, following, next_change_number
from bridge.ledger.columns import Row, look
from bridge.ledger.reading_values import OrderView
from bridge.ledger.tables import TO_JUDGE, export_files, revisions, sendings
from bridge.ledger.told import told_before


@dataclass(frozen=True, slots=True)
class Upcoming:
    """told: of a change or cancellation. waits_for: the file whose answer comes first. nothing: why nothing goes."""

    told: Told | None = None
    waits_for: str = ""
    nothing: str = ""


def upcoming(connection: sa.Connection, view: OrderView) -> Upcoming:
    """The newest revision's next step. Of a file that waits for its answer, acceptance is expected."""
    changes = look(connection, _CHANGES.where(sendings.c.first_sending_id == view.sending_id)).all()
    goes = next((row.id for row in changes if row.state in TO_JUDGE), None)
    if goes is not None:
        return Upcoming(told_before(connection, [goes])[goes])
    waiting = look(connection, _WAITING.where(sendings.c.id == view.sending_id)).first()
    if waiting is None:
        return Upcoming(nothing=_why_nothing(view, changes))
    then = following(waiting, changes, by_person=False, taken=(*TAKEN, *SENT))
    if then is None or then.rule or then.held_as:
        rule = then.rule if then is not None else None
        held_as = then.held_as if then is not None else None
        why = rule_words(rule or SAME_AS_SENT) if held_as is None else f"{held_as.title.format(number=view.number)}."
        return Upcoming(nothing=why)
    had = [row for row in changes if row.content and row.state in (*TAKEN, *SENT)]
    contents = (waiting.own_content, *(row.content for row in had))
    contracts = tuple(row.contract_digest or "" for row in (waiting, *had))
    told = Told(then.purpose, next_change_number(changes), waiting.erp_number or "", contents, contracts)
    return Upcoming(told, waits_for=_unanswered(view, changes))


def _why_nothing(view: OrderView, changes: Sequence[Row]) -> str:
    if view.state in TO_JUDGE:
        return rule_words(view.rule) if view.rule else ""  # a rule there is one by which the order waits
    if view.state in SENT or any(row.state in SENT for row in changes):
        return f"{_unanswered(view, changes)} tells it already, and waits for its answer."
    if view.state in TAKEN:
        return "The ERP has it as it is."
    return rule_words(view.rule) if view.rule else f"It is {view.state.value}."


def _unanswered(view: OrderView, changes: Sequence[Row]) -> str:
    if view.state in SENT:
        return view.file_name or ""
    return next((row.file_name or "" for row in reversed(changes) if row.state in SENT), "")


_own = revisions.alias("own_revision")
_in_file = export_files.c.id == sendings.c.export_file_id
_CHANGES = CHANGES.add_columns(
    revisions.c.content, export_files.c.name.label("file_name"), export_files.c.contract_digest
).outerjoin(export_files, _in_file)
_WAITING = (
    WAITING.add_columns(sendings.c.erp_number, _own.c.content.label("own_content"), export_files.c.contract_digest)
    .join(_own, _own.c.id == sendings.c.revision_id)
    .outerjoin(export_files, _in_file)
)
