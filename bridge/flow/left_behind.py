"""Orders of a flow that was renamed in bridge.toml or taken out of it stand still; here a person is told."""

from __future__ import annotations

from bridge.config.values import EndpointSettings
from bridge.domain.problems import ProblemKind
from bridge.flow.site import Held

STEP = "check"  # whose success closes it, when the flow is back

FLOW_GONE = ProblemKind(
    code="flow-gone",
    title="Flow {flow} is not in bridge.toml any more",
    message="Flow {flow} is not in bridge.toml any more, and {count} of its orders to {endpoint} are not finished: "
    "they wait to be sent, or their ERP numbers to be written back.",
    action="Put the flow back under this name until they are finished, or take them off: bridge orders list --flow "
    "{flow}, bridge orders cancel.",
    cause="flow-gone:{flow}",
    meaning="A flow was renamed or removed while orders of it were open; no other flow finishes them.",
)


def tell_left_behind(endpoint: EndpointSettings, held: Held) -> None:
    """Open an exception for each flow into the endpoint that is gone with open orders; close it when none is left."""
    present = {flow.name for flow in held.site.flows_of(endpoint.name)}
    for flow, count in held.ledger.left_behind(present).items():
        if count:
            problem = FLOW_GONE.problem(flow=flow, count=count, endpoint=endpoint.name)
            held.ledger.open_exception("flow", flow, STEP, problem)
        else:
            held.ledger.close_exceptions("flow", flow, STEP)
