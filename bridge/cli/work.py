"""The commands that do the work: once, run, status, preview."""

from __future__ import annotations

import logging
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer

from bridge.cli import show
from bridge.cli.context import HERE, Config, Json, os_user, site_in, utc_now, working_site_in
from bridge.cli.rows import EXCEPTION_SPARE, EXCEPTION_TABLE, as_row, exception_row, somebody_is_needed
from bridge.domain.errors import EXIT_ATTENTION, EXIT_OK
from bridge.domain.states import Purpose
from bridge.engine import PassOutcome, Service, run_endpoints
from bridge.engine.health import Health
from bridge.engine.logs import set_up_logs
from bridge.engine.memory import calm_collector
from bridge.flow.operator import WHAT, preview_order
from bridge.flow.preview import Preview

EXIT_STOPPED = 130  # as shells tell an end by Ctrl-C
STATE_COLUMNS = ("endpoint", "flow", "state", "orders")
ENDPOINT_COLUMNS = (
    "next_sequence_number", "last_pass_ended_at", "open_files", "open_exceptions", "paused_by", "pause_reason",
)  # fmt: skip
STEPS = ("collect", "settle", "fetch", "check", "export", "deliver", "write_back", "sweep")
PASS_COLUMNS = ("endpoint", *STEPS, "trouble")


def add_to(app: typer.Typer) -> None:
    """Add the commands of this file."""
    for command in (once, run, status, preview):
        app.command()(command)


def once(
    config: Config = HERE,
    endpoint: Annotated[list[str] | None, typer.Option(help="Only this endpoint; may be repeated.")] = None,
    json_form: Json = False,
    debug: Annotated[bool, typer.Option(help="Log every step.")] = False,
) -> None:
    """Make one pass over each endpoint and end (for cron). Exit: 0 done, 1 trouble, 3 busy, 4 a person is needed."""
    set_up_logs(level=logging.DEBUG if debug else logging.INFO)
    with working_site_in(config) as site:
        chosen = [one for name, one in site.deployment.endpoints.items() if not endpoint or name in endpoint]
        unknown = set(endpoint or ()) - set(site.deployment.endpoints)
        if unknown:
            raise typer.BadParameter(f"no endpoint {', '.join(sorted(unknown))} in bridge.toml")
        calm_collector()
        with stoppable() as stopping:
            outcomes = run_endpoints(site, chosen, os_user(), stopping)
        show.table("Pass", PASS_COLUMNS, map(outcome_row, outcomes), json_form=json_form)
        attention = EXIT_ATTENTION if somebody_is_needed(site) else EXIT_OK
        troubles = len(site.ledger.reading.exceptions())
    if troubles and not json_form:
        what = "1 exception is open" if troubles == 1 else f"{troubles} exceptions are open"
        show.said(f"{what}; see: bridge exceptions list")
    if stopping():
        raise typer.Exit(EXIT_STOPPED)
    raise typer.Exit(max((outcome.exit_code for outcome in outcomes), default=EXIT_OK) or attention)


@contextmanager
def stoppable() -> Iterator[Callable[[], bool]]:
    """Ctrl-C and SIGTERM let the batch in hand finish; a second Ctrl-C ends at once, which loses nothing either."""
    asked = threading.Event()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        if asked.is_set():
            raise KeyboardInterrupt
        asked.set()
        show.err.print("Stopping after the step in hand; once more ends at once.")

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield asked.is_set
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def outcome_row(outcome: PassOutcome) -> dict[str, object]:
    trouble = outcome.error.problem.message if outcome.error else None
    return {"endpoint": outcome.endpoint, **{step: outcome.moved.get(step, 0) for step in STEPS}, "trouble": trouble}


def run(config: Config = HERE, debug: Annotated[bool, typer.Option(help="Log every step.")] = False) -> None:
    """Work until stopped (SIGTERM or Ctrl-C): schedules per flow, woken early by folders. Health: state/health.json."""
    set_up_logs(level=logging.DEBUG if debug else logging.INFO)
    with working_site_in(config) as site:
        service = Service(site, Health(site.deployment.state_folder / "health.json", utc_now), os_user())

        def stop(_signal: int, _frame: FrameType | None) -> None:
            service.stop()

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
        calm_collector()
        service.run()


def status(config: Config = HERE, json_form: Json = False) -> None:
    """What stands where: orders by state, endpoints with their last pass, exceptions that are open."""
    with site_in(config) as site:
        reading = site.ledger.reading
        orders = [as_row(one, "endpoint", "flow", "state", orders=one.count) for one in reading.state_counts()]
        endpoints = [as_row(one, *ENDPOINT_COLUMNS, endpoint=one.name) for one in reading.endpoints()]
        troubles = [exception_row(site, one) for one in reading.exceptions()]
    if json_form:
        show.as_json({"orders": orders, "endpoints": endpoints, "exceptions": troubles})
        return
    show.table("Orders", STATE_COLUMNS, orders, json_form=False)
    show.table("Endpoints", ("endpoint", *ENDPOINT_COLUMNS), endpoints, json_form=False)
    show.table("Open exceptions", EXCEPTION_TABLE, troubles, json_form=False, spare=EXCEPTION_SPARE)


def preview(
    order: Annotated[str, typer.Argument(help="Order number (also without its #), store order id or STORE/ID.")],
    config: Config = HERE,
    flow: Annotated[str | None, typer.Option(help="The flow, where several would take the order.")] = None,
    to: Annotated[Path | None, typer.Option("--to", help="Write into this file instead of standard output.")] = None,
) -> None:
    """The exact file that would go next of an order, sent nowhere and numbered by nobody; beside it what it is."""
    with site_in(config) as site:
        found = preview_order(site, order, flow)
    show.err.print(what_goes(order, found), soft_wrap=True, markup=False)
    if to is None:
        sys.stdout.buffer.write(found.content)
    else:
        to.write_bytes(found.content)


def what_goes(order: str, found: Preview) -> str:
    """What a preview shows: purpose, name, how much, and what comes before it."""
    if found.nothing:
        return f"Nothing of order {order} goes to {found.endpoint} now. {found.nothing} Shown is the whole order."
    extent = ""
    if found.purpose is Purpose.CHANGE:
        extent = ", only the lines that differ" if found.delta else ", the whole order"
    waits = f" It waits for the answer to {found.waits_for}." if found.waits_for else ""
    return f"{found.name} to {found.endpoint}: {WHAT[found.purpose]}{extent}.{waits}"
