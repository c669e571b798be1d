"""One pass over an endpoint, or over each of them side by side: the seam between the story and what drives it."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial

import structlog

from bridge.config.values import EndpointSettings, FlowSettings
from bridge.domain.errors import EXIT_FAILED, EXIT_OK, BridgeError, Fault
from bridge.engine.lease import EndpointBusy, lease
from bridge.flow.site import Site
from bridge.flow.story import WHOLE_PASS, run_pass
from bridge.flow.tidy import tidy

log = structlog.get_logger(__name__)

ENDPOINTS_AT_ONCE_MAX = 16


@dataclass(frozen=True, slots=True)
class PassOutcome:
    """What one pass moved, by step; or why it did not run."""

    endpoint: str
    moved: dict[str, int] = field(default_factory=dict)
    error: BridgeError | None = None

    @property
    def did_something(self) -> bool:
        """Whether another pass right away may find more to do."""
        return any(self.moved.values())

    @property
    def exit_code(self) -> int:
        if self.error is None:
            return EXIT_OK
        return self.error.exit_code if isinstance(self.error, EndpointBusy) else EXIT_FAILED


def every_flow(_flow: FlowSettings) -> bool:
    """The due rule of `bridge once`: cron is the schedule."""
    return True


def never() -> bool:
    """The stop rule of a run that nobody interrupts."""
    return False


def run_one_pass(
    site: Site,
    endpoint: EndpointSettings,
    actor: str,
    due: Callable[[FlowSettings], bool] = every_flow,
    stopping: Callable[[], bool] = never,
) -> PassOutcome:
    """One pass under the endpoint's lock. Never raises for trouble of the endpoint: the outcome tells it."""
    try:
        with lease(site.deployment.state_folder, endpoint.name):
            return PassOutcome(endpoint.name, run_pass(site, endpoint, actor, due, stopping))
    except EndpointBusy as busy:
        return PassOutcome(endpoint.name, error=busy)
    except BridgeError as error:
        log.error("pass.failed", endpoint=endpoint.name, code=error.problem.code, exc_info=error)
        if isinstance(error, Fault):  # of ours, and known as such: a person sees it like any other bug
            tell_fault(site, endpoint, error, actor)
        return PassOutcome(endpoint.name, error=error)
    except Exception as bug:  # the engine's border: a bug ends this pass, is recorded, and harms no other endpoint
        reference = uuid.uuid4().hex[:12]
        log.error("pass.fault", endpoint=endpoint.name, reference=reference, exc_info=bug)
        fault = Fault(what=f"the pass over {endpoint.name} ended early", reference=reference)
        tell_fault(site, endpoint, fault, actor)
        return PassOutcome(endpoint.name, error=fault)


def tell_fault(site: Site, endpoint: EndpointSettings, fault: Fault, actor: str) -> None:
    """Open the exception of a bug; where the ledger takes none, the log has told it."""
    try:
        site.ledger.open_exception("endpoint", endpoint.name, WHOLE_PASS, fault.problem, actor)
    except BridgeError as error:
        log.error("pass.failed", endpoint=endpoint.name, code=error.problem.code, exc_info=error)


def tidy_daily(site: Site) -> None:
    """Tidy the archive when that was done more than a day ago. Twice at once does no harm."""
    marker = site.deployment.state_folder / "tidied"
    tidied_at = datetime.fromtimestamp(marker.stat().st_mtime, UTC) if marker.exists() else None
    if tidied_at is not None and site.clock() - tidied_at < timedelta(days=1):
        return
    try:
        log.info("archive.tidied", files=tidy(site))
    except BridgeError as error:
        log.warning("archive.trouble", code=error.problem.code)
    try:
        marker.touch()
    except OSError as error:  # tidied again at the next look, which does no harm
        log.warning("archive.trouble", code=str(error.errno))


def run_endpoints(
    site: Site, endpoints: Sequence[EndpointSettings], actor: str, stopping: Callable[[], bool] = never
) -> list[PassOutcome]:
    """One pass over each endpoint, side by side, so that a slow one delays no other."""
    tidy_daily(site)
    if len(endpoints) == 1:
        return [run_one_pass(site, endpoints[0], actor, stopping=stopping)]
    with ThreadPoolExecutor(max_workers=min(len(endpoints), ENDPOINTS_AT_ONCE_MAX) or 1) as side_by_side:
        one = partial(run_one_pass, site, actor=actor, stopping=stopping)
        return list(side_by_side.map(one, endpoints))
