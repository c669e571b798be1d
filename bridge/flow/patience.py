"""When temporary trouble has lasted so long that a person must look, though it goes on being tried."""

from __future__ import annotations

from collections.abc import Iterable

from bridge.config.values import FlowSettings
from bridge.domain.backoff import exhausted
from bridge.flow.site import Site
from bridge.ledger import ExceptionView


def needs_person(site: Site, trouble: ExceptionView) -> bool:
    """Whether the exception waits for somebody: by its kind, or since `tries_max` or `age_max_s` of its flow passed."""
    if not trouble.temporary:
        return True
    now = site.clock()
    return any(
        exhausted(now, trouble.opened_at, trouble.times, flow.tries_max, flow.age_max_s)
        for flow in concerned(site, trouble)
    )


def concerned(site: Site, trouble: ExceptionView) -> Iterable[FlowSettings]:
    """The flows whose patience counts: the flow itself, or all of the endpoint or store."""
    return [flow for flow in site.deployment.flows if trouble.scope in (flow.name, flow.endpoint, flow.store)]
