"""What a person may do, with who and why. The commands, and later the pages, call these same functions.

Acts on the ledger alone go straight to `ledger.acts`; here stand those that need more: a look at the ERP's folders, or
the rendering of an order.
"""

from __future__ import annotations

from bridge.config.values import EndpointSettings, FlowSettings
from bridge.domain.errors import Missing, Refused
from bridge.domain.problems import ProblemKind
from bridge.domain.revision import order_from_content
from bridge.domain.states import FileState
from bridge.flow.preview import preview_bytes, preview_context
from bridge.flow.rules import external_id_of
from bridge.flow.settle import settle
from bridge.flow.site import Held, Site
from bridge.ledger import InDoubt, OrderView, Placed


class NotInDoubt(Refused):
    """A verdict was given about a file that nobody doubts."""

    kind = ProblemKind(
        code="not-in-doubt",
        title="File {number} of {endpoint} is not in doubt",
        message="File {number} of {endpoint} is not in doubt, so there is nothing to settle.",
        action="See where it stands: bridge files show {endpoint} {number}.",
        cause="not-in-doubt:{endpoint}/{number}",
        meaning="`bridge files settle` named a file whose outcome is known.",
    )


def settle_by_looking(site: Site, endpoint: EndpointSettings, by: str) -> int:
    """Look again at every doubt of the endpoint now. The caller has the lock. Gives how many were settled."""
    with Held.taken(site, endpoint, by, lambda: False) as held:
        return settle(endpoint, held)


def settle_by_word(site: Site, endpoint: EndpointSettings, number: int, placed: bool, by: str, reason: str) -> None:
    """A person looked in the ERP and says whether the file is there. The caller has the lock. Raises NotInDoubt."""
    with Held.taken(site, endpoint, by, lambda: False) as held:
        doubt = doubt_of(held, number)
        if placed:
            held.ledger.confirm([Placed(doubt.file_id, site.clock(), inferred=True)])
        else:
            held.ledger.back_to_sealed([doubt.file_id], reason)
    if not placed:
        site.ledger.acts.retry_file(endpoint.name, number, by, reason)


def doubt_of(held: Held, number: int) -> InDoubt:
    for doubt in held.ledger.doubts():
        if doubt.sequence_number == number and doubt.state in (FileState.STAGED, FileState.ANNOUNCED):
            return doubt
    raise NotInDoubt(endpoint=held.endpoint.name, number=number)


def preview_order(site: Site, store_order_id: str, flow_name: str | None) -> bytes:
    """The exact file that an order would become now, numbered by nobody. Raises Missing, or what rendering raises."""
    flow, found, content = content_of(site, store_order_id, flow_name)
    order = order_from_content(content)
    numbers = {view.name: view.next_sequence_number for view in site.ledger.reading.endpoints()}
    profile = site.profiles[flow.endpoint]
    context = preview_context(order, flow.endpoint, profile, numbers[flow.endpoint], site)
    external_id = found.external_id or external_id_of(flow, order, profile)
    return preview_bytes(order, external_id, site.rules(flow), profile, context)


def content_of(site: Site, store_order_id: str, flow_name: str | None) -> tuple[FlowSettings, OrderView, bytes]:
    """The flow that takes an order (the named one, or the first whose store has it), how it stands, newest content."""
    for flow in site.deployment.flows:
        if flow_name not in (None, flow.name):
            continue
        for found in site.ledger.reading.find_orders(f"{flow.store}/{store_order_id}"):
            newest = site.ledger.reading.revisions(found.order_id)[-1]
            if newest.content:
                return flow, found, newest.content
    raise Missing(what=f"Order {store_order_id}" + (f" in flow {flow_name}" if flow_name else ""))
