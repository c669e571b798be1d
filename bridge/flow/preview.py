"""Previews: the exact file that an order would become, sent nowhere and numbered by nobody."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO

from bridge.config.values import FlowSettings
from bridge.domain.changes import Told, further_outgoing
from bridge.domain.contract import Order
from bridge.domain.digests import digests_of
from bridge.domain.judgement import Rules, outgoing
from bridge.domain.naming import NameFacts
from bridge.domain.revision import content_of, revision_digest
from bridge.domain.states import Purpose
from bridge.flow.sent_maps import rules_of_further
from bridge.flow.site import Held, Site
from bridge.profiles import FileContext, Profile


@dataclass(frozen=True, slots=True)
class Preview:
    """The bytes that would go next, and what would go. nothing: why nothing goes; then the order's own file is shown.

    waits_for: the file whose answer comes first. delta: of a change file, whether it tells only what differs.
    """

    content: bytes
    endpoint: str
    name: str
    purpose: Purpose
    delta: bool
    waits_for: str = ""
    nothing: str = ""


def preview_bytes(
    order: Order, external_id: str, rules: Rules, profile: Profile, context: FileContext, told: Told | None = None
) -> bytes:
    """Head, order and tail of a one-order file, as the profile renders it. Raises what rendering raises."""
    renderer = profile.renderer(context)
    if told is None:
        tree = outgoing(order, rules, external_id)
    else:
        tree = further_outgoing(content_of(order), told, rules, external_id, profile.delta)
    return renderer.head() + renderer.order(tree) + renderer.tail()


def preview_context(order: Order, endpoint: str, profile: Profile, number: int, site: Site) -> FileContext:
    """The context with the next number, drawn by nobody; its name is marked PREVIEW.

    profile: of the files of the purpose. number: the ledger's own, which the profile may show from 1 again.
    """
    now, zone = site.clock(), site.deployment.timezone
    day = now.astimezone(zone).date()
    name = "PREVIEW_" + profile.file_name(NameFacts(number, day, now, endpoint, 1))
    totals = {order.currency: order.totals.gross}
    return FileContext(profile.number_of(number), name, endpoint, day, now, 1, totals, preview=True, zone=zone)


def preview_name(content: bytes, context: FileContext, profile: Profile, number: int) -> str:
    """The name that the file would get, with the digests of these bytes where it tells one."""
    digests = digests_of(BytesIO(content), profile.naming.digests)
    facts = NameFacts(number, context.business_day, context.sealed_at, context.endpoint, 1, digests=digests)
    return profile.file_name(facts)


def keep_preview(
    order: Order, external_id: str, flow: FlowSettings, rules: Rules, held: Held, told: Told | None = None
) -> None:
    """Mode `test`: write the preview once per revision and profile digest, before the judgement is recorded."""
    profile = held.profile if told is None else held.profile.of(told.purpose) or held.profile
    suffix = profile.extension
    marks = f"{revision_digest(order)[:12]}-{held.profile.digest[:12]}"
    name = f"PREVIEW_{external_id}_{marks}{suffix}"
    if held.archive.has_preview(flow.name, name):
        return
    if told is not None:
        rules = rules_of_further(rules, told, order.number, held.site)
    number = held.ledger.next_sequence_number()
    context = preview_context(order, held.endpoint.name, profile, number, held.site)
    held.archive.write_preview(flow.name, name, preview_bytes(order, external_id, rules, profile, context, told))
