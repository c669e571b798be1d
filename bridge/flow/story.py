"""One pass over one ERP endpoint: all that erp-bridge does, told once.

Each step takes its work from the ledger and leaves its outcome there; nothing is handed from step to step.
So a pass can be killed between any two effects, and the next pass goes on. Each step has its own time, so that each
makes progress in every pass, however much another has to do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import structlog

from bridge.config.values import EndpointSettings, FlowSettings
from bridge.domain.backoff import has_come, next_try_at
from bridge.domain.errors import BridgeError, Fault, Unavailable
from bridge.domain.problems import Problem
from bridge.flow.check import check
from bridge.flow.collect import collect
from bridge.flow.deliver import deliver
from bridge.flow.export import export
from bridge.flow.fetch import fetch
from bridge.flow.left_behind import tell_left_behind
from bridge.flow.settle import settle
from bridge.flow.site import STEP_BUDGET, Held, Site
from bridge.flow.sweep import sweep
from bridge.flow.watch import watch
from bridge.flow.write_back import write_back
from bridge.ledger import Waiting

log = structlog.get_logger(__name__)

Owner = EndpointSettings | FlowSettings
Step = Callable[[Any, Held], int]  # (owner, held) -> how many sendings or files it moved
Due = Callable[[FlowSettings], bool]

WHOLE_PASS = "pass"  # the step under which the engine tells a bug; a pass that comes to its end closes it
ITSELF, FLOWS = "itself", "flows"

STORY: tuple[tuple[str, Step], ...] = (  # whose step it is, and what it does
    (ITSELF, collect),  # answers and register      -> accepted or rejected
    (ITSELF, settle),  # doubts of an earlier pass -> resolved by looking, never by guessing
    (FLOWS, fetch),  # store                     -> received
    (FLOWS, watch),  # silence                   -> told
    (FLOWS, check),  # received                  -> ready, skipped or held
    (ITSELF, export),  # ready                     -> exported: rendered, archived, numbered, sealed
    (ITSELF, deliver),  # exported                  -> delivered: whole, in sequence order
    (FLOWS, write_back),  # accepted                  -> the ERP's number stands in the store
    (FLOWS, sweep),  # what no look shows        -> received, by the next pass
)
ASKS_STORE = (fetch, watch, write_back, sweep)
# Their trouble is no reason to leave orders and numbers waiting: others heed it only where the shop named a wait.
BESIDE = {
    watch: ("at the watch", "Orders are fetched all the same; what is not known is how many there should be."),
    sweep: ("at the sweep", "New orders are fetched all the same; what no time of change shows is not seen meanwhile."),
}
AFTER_A_WAIT = " after a wait"  # of a step's name, where the shop named one
SHARE_MIN = timedelta(seconds=5)  # of a step's time, for each of many flows


def run_pass(
    site: Site, endpoint: EndpointSettings, actor: str, due: Due, stopping: Callable[[], bool]
) -> dict[str, int]:
    """Run every step once; one store's or one server's trouble keeps no other from its work. The caller has the lock.

    Gives what each step moved. A bug rises through here, ends the pass, and is recorded by the engine.
    """
    with Held.taken(site, endpoint, actor, stopping) as held:
        with structlog.contextvars.bound_contextvars(endpoint=endpoint.name, pass_id=held.ledger.pass_id):
            summary = {} if held.ledger.paused() else tell(endpoint, held, due)
            held.ledger.finish(summary)
        return summary


def tell(endpoint: EndpointSettings, held: Held, due: Due) -> dict[str, int]:
    """The story itself: each step for each owner, until the process is asked to stop."""
    summary: dict[str, int] = {}
    tell_left_behind(endpoint, held)
    flows = held.site.flows_of(endpoint.name)
    flows = [flow for flow in flows if due(flow) and not held.ledger.flow_paused(flow.name)]
    for step, owner in acts(endpoint, flows, held):
        if held.stopping():
            break
        summary[step.__name__] = summary.get(step.__name__, 0) + attempt(step, owner, held)
    if not held.stopping():
        held.ledger.close_exceptions("endpoint", endpoint.name, WHOLE_PASS)
    log_summary(summary)
    return summary


def acts(endpoint: EndpointSettings, flows: Sequence[FlowSettings], held: Held) -> Iterator[tuple[Step, Owner]]:
    """The steps in story order, for the endpoint itself or for each flow that is due; each begins with its time.

    Flows share a step's time: what one of them leaves over is the others', and each has some.
    """
    for whose, step in STORY:
        owners: Sequence[Owner] = (endpoint,) if whose == ITSELF else flows
        left = STEP_BUDGET
        for still, owner in zip(range(len(owners), 0, -1), owners, strict=True):
            begun = held.site.clock()
            held.begin_step(max(left / still, SHARE_MIN))
            yield step, owner
            left -= max(held.site.clock() - begun, timedelta())


def attempt(step: Step, owner: Owner, held: Held) -> int:
    """Turn expected trouble into an exception that a person sees. A bug rises.

    A store in trouble is left alone until the next try that the ledger holds: a process that starts anew has no memory.
    """
    scope_kind = "flow" if isinstance(owner, FlowSettings) else "endpoint"
    names = [step.__name__, step.__name__ + AFTER_A_WAIT]
    waiting = held.site.ledger.known.waiting(scope_kind, owner.name, names)
    if isinstance(owner, FlowSettings) and is_left_alone(step, owner, waiting, held):
        return 0
    try:
        moved = step(owner, held)
    except Fault:
        raise
    except BridgeError as error:
        if step in BESIDE and held.unfetched.get(owner.name) == error.problem.code:
            return 0  # the same trouble as at the fetch, told there
        log.warning("step.trouble", step=step.__name__, owner=owner.name, code=error.problem.code, exc_info=error)
        again = error.retry_after_s if isinstance(error, Unavailable) else None
        is_binding = step in BESIDE and again is not None
        name, tries = (names[1], 0) if is_binding else (names[0], waiting.times)  # binding no longer than the shop said
        when = next_try_at(held.site.clock(), tries, again) if error.problem.temporary else None
        if step is fetch:
            held.unfetched[owner.name] = error.problem.code
        held.ledger.open_exception(scope_kind, owner.name, name, problem_at(step, name, error.problem), when)
        return 0
    for name in names if step in BESIDE else names[:1]:
        held.ledger.close_exceptions(scope_kind, owner.name, name)
    return moved


def problem_at(step: Step, name: str, problem: Problem) -> Problem:
    """The problem as it is told of the step. name: under which it stands.

    What is met beside the way of the orders has a cause of its own: it goes on where they had none, and ends without.
    """
    if step not in BESIDE:
        return problem
    where, what_goes_on = BESIDE[step]
    if name != step.__name__:
        what_goes_on = "Until then the shop is asked for nothing."
    return replace(
        problem,
        title=f"{problem.title} ({where})",
        message=f"{problem.message} {what_goes_on}",
        cause=f"{problem.cause}/{name}",
    )


def is_left_alone(step: Step, flow: FlowSettings, waiting: Waiting, held: Held) -> bool:
    """Whether the step waits: for its own next try, or because any flow of the store met a store in trouble.

    A step whose own trouble has no next try any more is one that a person wants tried at once. Where the orders
    themselves could not be had, there is no sweep either.
    """
    if step is sweep and flow.name in held.unfetched:
        return True
    moments = [waiting.until]
    if step in ASKS_STORE and (waiting.until is not None or not waiting.times):
        flows = [one.name for one in held.site.feeding(flow.store)]
        binding = [one.__name__ + (AFTER_A_WAIT if one in BESIDE else "") for one in ASKS_STORE]
        moments.append(held.site.ledger.known.waiting_for_store(flows, binding))
    now = held.site.clock()
    return any(until is not None and not has_come(until, now) for until in moments)


def log_summary(summary: Mapping[str, int]) -> None:
    """One line for a pass that moved something; silence for one that found nothing to do."""
    moved = {name: count for name, count in summary.items() if count}
    if moved:
        log.info("pass.done", **moved)
