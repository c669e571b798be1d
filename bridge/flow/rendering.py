"""Rendering: one batch of ready sendings becomes the bytes of one file under `archive/incoming/`.

An order that cannot be rendered is named, so that it alone is held and the rest is batched anew. Memory holds one
batch, never all orders.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from bridge.archive import Kept
from bridge.config.values import FlowSettings
from bridge.domain.errors import Fault, Refused
from bridge.domain.judgement import Rules
from bridge.domain.money import from_minor
from bridge.domain.outgoing import outgoing_from_content
from bridge.domain.problems import Problem
from bridge.flow.check import internal_fault
from bridge.flow.site import Held
from bridge.ledger import ToExport
from bridge.profiles import FileContext, FileRenderer, SchemaRefused

ORDERS_PER_WRITE = 50  # some 50 kB: fewer calls of the system, and still flat memory


@dataclass(frozen=True, slots=True)
class Rendered:
    """A whole file that waits for its seal."""

    name: str
    sequence_number: int
    kept: Kept
    members: Sequence[ToExport]
    totals: Mapping[str, Decimal]


class OrderRefused(Refused):
    """One order of a batch cannot be rendered; carries its sending and problem. Never leaves the export step."""

    kind = Fault.kind

    def __init__(self, sending_id: int, problem: Problem) -> None:
        super().__init__(what="an order could not be rendered", reference="-")
        self.sending_id = sending_id
        self.problem = problem


def render(
    members: Sequence[ToExport],
    sequence_number: int,
    sealed_at: datetime,
    held: Held,
    flows: Mapping[str, FlowSettings],
) -> Rendered:
    """Render the batch with the number that it will get. Raises OrderRefused for the first order that cannot be."""
    context = context_of(members, sequence_number, sealed_at, held.day_of(sealed_at), held)
    renderer = held.profile.renderer(context)
    with held.archive.incoming() as incoming:
        waiting = [renderer.head()]
        for member in members:
            rules = held.rules(flows[member.flow])
            waiting.append(rendered_order(member, rules, renderer))
            if len(waiting) >= ORDERS_PER_WRITE:
                incoming.write(b"".join(waiting))
                waiting.clear()
        waiting.append(renderer.tail())
        incoming.write(b"".join(waiting))
        kept = incoming.keep()
    validate(kept, members, held)
    return Rendered(context.name, sequence_number, kept, members, context.totals)


def context_of(
    members: Sequence[ToExport], sequence_number: int, sealed_at: datetime, day: date, held: Held
) -> FileContext:
    """What the file's head, tail and name may say about the whole batch."""
    totals: dict[str, Decimal] = {}
    for member in members:
        amount = from_minor(member.gross_minor, member.digits)
        totals[member.currency] = totals.get(member.currency, Decimal(0)) + amount
    name = held.profile.file_name(sequence_number, day, sealed_at, held.endpoint.name, len(members))
    zone = held.site.deployment.timezone
    return FileContext(sequence_number, name, held.endpoint.name, day, sealed_at, len(members), totals, zone=zone)


def rendered_order(member: ToExport, rules: Rules, renderer: FileRenderer) -> bytes:
    """One order's bytes. Its trouble, even a bug of ours, is its own."""
    return guarded(member, lambda: renderer.order(outgoing_from_content(member.content, rules, member.external_id)))


def guarded(member: ToExport, work: Callable[[], bytes]) -> bytes:
    try:
        return work()
    except Refused as refused:
        raise OrderRefused(member.sending_id, refused.problem) from refused
    except Exception as bug:  # the border for bugs in pure code: this order alone is held (DESIGN, section 5)
        raise OrderRefused(member.sending_id, internal_fault(member.number, bug)) from bug


def validate(kept: Kept, members: Sequence[ToExport], held: Held) -> None:
    """Hold the file against the profile's schema. A refusal of a one-order file is that order's own."""
    try:
        held.profile.validate(held.archive.folder / kept.path)
    except SchemaRefused as refused:
        if len(members) == 1:
            raise OrderRefused(members[0].sending_id, refused.problem) from refused
        raise
