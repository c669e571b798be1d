"""What of an order goes out otherwise than the store has it, in words: numbers told apart, forms, letters, lengths."""

from __future__ import annotations

from bridge.domain.maps import Maps
from bridge.domain.outgoing import outgoing_from_content
from bridge.domain.rules import Rules
from bridge.domain.states import SendingState
from bridge.flow.site import Site
from bridge.ledger import OrderView

GOES_NOWHERE = (SendingState.SKIPPED, SendingState.CANCELLED, SendingState.SUPERSEDED)


def written_otherwise(site: Site, view: OrderView) -> list[str]:
    """A sentence for each change, by the flow and the profile as they are now; none for what goes nowhere.

    They name fields and letters, never a text of a person. No map is read: a mistake in one hides nothing here.
    """
    content = site.ledger.reading.content(view.sending_id)
    flow = next((flow for flow in site.deployment.flows if flow.name == view.flow), None)
    if flow is None or not content or view.state in GOES_NOWHERE:
        return []
    profile = site.profiles[flow.endpoint]
    apart = frozenset(profile.carries)
    rules = Rules(flow.rules(), Maps(), profile.limits, profile.characters, apart=apart)
    notes: list[str] = outgoing_from_content(content, rules, view.external_id or "")["bridge_notes"]
    return notes
