"""What became of a refund that was made before the export: one sentence for the page of an order."""

from __future__ import annotations

from bridge.domain.refunds import refund_words, refunded_in_part
from bridge.domain.revision import order_from_content
from bridge.flow.site import Site
from bridge.ledger import OrderView


def refund_told(site: Site, view: OrderView) -> str | None:
    """The sentence; None where nothing was given back before, or where the flow is not in bridge.toml any more."""
    content = site.ledger.reading.content(view.sending_id)
    flow = next((flow for flow in site.deployment.flows if flow.name == view.flow), None)
    if flow is None or not content:
        return None
    order = order_from_content(content)
    return refund_words(order, flow.refunded_before) if refunded_in_part(order) else None
