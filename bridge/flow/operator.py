"""What a person may do, with who and why. The commands, and later the pages, call these same functions.

Acts on the ledger alone go straight to `ledger.acts`; here stand those that need more: a look at the ERP's folders, or
the rendering of an order.
"""

from __future__ import annotations

from bridge.config.values import EndpointSettings, FlowSettings
from bridge.domain.errors import Missing, Refused
from bridge.domain.problems import ProblemKind
from bridge.domain.revision import order_from_content
from bridge.domain.states import FileState, Purpose
from bridge.flow.preview import Preview, preview_bytes, preview_context, preview_name
from bridge.flow.rules import external_id_of, sends
from bridge.flow.sent_maps import rules_of_further
from bridge.flow.settle import settle
from bridge.flow.site import Held, Site
from bridge.ledger import InDoubt, OrderView, Placed, Upcoming

WHAT = {Purpose.NEW: "new order", Purpose.CHANGE: "change", Purpose.CANCEL: "cancellation"}


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


def preview_order(site: Site, word: str, flow_name: str | None) -> Preview:
    """The exact file that would go next of an order, numbered by nobody. Raises Missing, or what rendering raises."""
    flow, found, content = content_of(site, word, flow_name)
    order, endpoint = order_from_content(content), flow.endpoint
    following = following_of(site, flow, found)
    told = following.told
    profile = site.profiles[endpoint].of(told.purpose if told else Purpose.NEW) or site.profiles[endpoint]
    numbers = {view.name: view.next_sequence_number for view in site.ledger.reading.endpoints()}
    number = numbers[endpoint]
    external_id = (found.external_id if found else None) or external_id_of(flow, order, profile)
    context = preview_context(order, endpoint, profile, number, site)
    rules = site.rules(flow, profile.purpose)
    if told is not None:
        rules = rules_of_further(rules, told, order.number, site)
    rendered = preview_bytes(order, external_id, rules, profile, context, told)
    name = preview_name(rendered, context, profile, number)
    delta = told is not None and told.purpose is Purpose.CHANGE and profile.delta
    return Preview(rendered, endpoint, name, profile.purpose, delta, following.waits_for, following.nothing)


def following_of(site: Site, flow: FlowSettings, found: OrderView | None) -> Upcoming:
    """What the passes would do next, as long as the flow and its profile still send such files."""
    if found is None:
        return Upcoming()
    following = site.ledger.reading.upcoming(found)
    told = following.told
    if told is None or (sends(flow, told.purpose) and site.profiles[flow.endpoint].of(told.purpose) is not None):
        return following
    return Upcoming(nothing=f"The flow {flow.name} does not send a {WHAT[told.purpose]}.")


def content_of(site: Site, word: str, flow_name: str | None) -> tuple[FlowSettings, OrderView | None, bytes]:
    """The flow that takes an order (the named one, or the first whose store has it), how it stands, newest content.

    None for how it stands where the flow's endpoint has never been to get it.
    """
    for flow in site.deployment.flows:
        if flow_name not in (None, flow.name):
            continue
        (store_order_id,) = site.ledger.reading.meant(flow.name, [word])
        found = site.ledger.reading.find_orders(f"{flow.store}/{store_order_id}")
        here = next((one for one in found if one.endpoint == flow.endpoint), None)
        for one in [here] if here else found:
            newest = site.ledger.reading.revisions(one.order_id)[-1]
            if newest.content:
                return flow, here, newest.content
    raise Missing(what=f"Order {word}" + (f" in flow {flow_name}" if flow_name else ""))
