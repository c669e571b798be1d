"""Rendering: one batch of ready sendings becomes the bytes of one file under `archive/incoming/`.

An order that cannot be rendered is named, so that it alone is held and the rest is batched anew. Memory holds one
batch, never all orders.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from bridge.archive import Kept
from bridge.config.values import FlowSettings
from bridge.domain.changes import further_outgoing
from bridge.domain.digests import digests_of
from bridge.domain.errors import Fault, Refused
from bridge.domain.judgement import Rules
from bridge.domain.money import from_minor
from bridge.domain.naming import NameFacts
from bridge.domain.outgoing import outgoing_from_content
from bridge.domain.problems import Problem
from bridge.flow.check import internal_fault
from bridge.flow.sent_maps import rules_of_further
from bridge.flow.site import Held, Site
from bridge.ledger import ToExport
from bridge.profiles import FileContext, FileRenderer, Profile, SchemaRefused

ORDERS_PER_WRITE = 50  # some 50 kB: fewer calls of the system, and still flat memory


@dataclass(frozen=True, slots=True)
class Rendered:
    """A whole file that waits for its seal."""

    profile: Profile  # of the files of its purpose
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
    profile: Profile,
    daily_number: int = 1,
) -> Rendered:
    """Render the batch with the numbers that it will get. Raises OrderRefused for the first order that cannot be.

    profile: of the files of the members' purpose.
    """
    facts = NameFacts(
        sequence_number, held.day_of(sealed_at), sealed_at, held.endpoint.name, len(members), daily_number
    )
    context = context_of(members, facts, profile, held)
    renderer = profile.renderer(context)
    with held.archive.incoming() as incoming:
        waiting = [renderer.head()]
        for member in members:
            rules = held.rules(flows[member.flow], profile.purpose)
            waiting.append(rendered_order(member, rules, renderer, profile.delta, held.site))
            if len(waiting) >= ORDERS_PER_WRITE:
                incoming.write(b"".join(waiting))
                waiting.clear()
        waiting.append(renderer.tail())
        incoming.write(b"".join(waiting))
        kept = incoming.keep()
    with held.archive.at_hand(kept) as path:
        validate(path, members, profile)
        name = name_of(facts, path, profile)
    return Rendered(profile, name, sequence_number, kept, members, context.totals)


def name_of(facts: NameFacts, path: Path, profile: Profile) -> str:
    """The file's name; one that tells a digest is known only now that the bytes are."""
    wanted = profile.naming.digests
    if not wanted:
        return profile.file_name(facts)
    with path.open("rb") as content:
        digests = digests_of(content, wanted)
    return profile.file_name(replace(facts, digests=digests))


def context_of(members: Sequence[ToExport], facts: NameFacts, profile: Profile, held: Held) -> FileContext:
    """What the file's head, tail and name may say about the whole batch."""
    totals: dict[str, Decimal] = {}
    for member in members:
        amount = from_minor(member.gross_minor, member.digits)
        totals[member.currency] = totals.get(member.currency, Decimal(0)) + amount
    return FileContext(
        profile.number_of(facts.sequence_number),
        profile.file_name(facts),
        facts.endpoint,
        facts.business_day,
        facts.sealed_at,
        facts.count,
        totals,
        zone=held.site.deployment.timezone,
        daily_number=facts.daily_number,
    )


def rendered_order(member: ToExport, rules: Rules, renderer: FileRenderer, delta: bool, site: Site) -> bytes:
    """One order's bytes. Its trouble, even a bug of ours, is its own."""
    return guarded(member, lambda: renderer.order(tree_of(member, rules, delta, site)))


def tree_of(member: ToExport, rules: Rules, delta: bool, site: Site) -> dict[str, Any]:
    """The order as the profile's template gets it. delta: of a change, only the lines that differ."""
    if member.told is None:
        return outgoing_from_content(member.content, rules, member.external_id)
    rules = rules_of_further(rules, member.told, member.number, site)
    return further_outgoing(member.content, member.told, rules, member.external_id, delta)


def guarded(member: ToExport, work: Callable[[], bytes]) -> bytes:
    try:
        return work()
    except Refused as refused:
        raise OrderRefused(member.sending_id, refused.problem) from refused
    except Exception as bug:  # the border for bugs in pure code: this order alone is held (DESIGN, section 5)
        raise OrderRefused(member.sending_id, internal_fault(member.number, bug)) from bug


def validate(path: Path, members: Sequence[ToExport], profile: Profile) -> None:
    """Hold the file against the profile's schema. A refusal of a one-order file is that order's own."""
    try:
        profile.validate(path)
    except SchemaRefused as refused:
        if len(members) == 1:
            raise OrderRefused(members[0].sending_id, refused.problem) from refused
        raise
