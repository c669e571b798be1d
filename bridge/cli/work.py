"""The commands that do the work: once, run, status, preview."""

from __future__ import annotations

import signal
import sys
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer

from bridge.cli import show
from bridge.cli.context import HERE, Config, Json, os_user, site_in, utc_now
from bridge.cli.rows import EXCEPTION_COLUMNS, as_row, exception_row, somebody_is_needed
from bridge.domain.errors import EXIT_ATTENTION, EXIT_OK
from bridge.engine import PassOutcome, Service, run_endpoints
from bridge.engine.health import Health
from bridge.engine.logs import set_up_logs
from bridge.flow.operator import preview_order

ENDPOINT_COLUMNS = ("next_sequence_number", "last_pass_ended_at", "open_files", "open_exceptions", "paused_by", "pause_reason")
STEPS = ("collect", "settle", "fetch", "check", "export", "deliver", "write_back")


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
    """Make one pass over each endpoint and end (for cron). Exit 0 done, 1 trouble, 3 busy, 4 exceptions need a person."""
    set_up_logs(debug=debug)
    with site_in(config) as site:
        chosen = [one for name, one in site.deployment.endpoints.items() if not endpoint or name in endpoint]
        unknown = set(endpoint or ()) - set(site.deployment.endpoints)
        if unknown:
            raise typer.BadParameter(f"no endpoint {', '.join(sorted(unknown))} in bridge.toml")
        outcomes = run_endpoints(site, chosen, os_user())
        show.table("Pass", ("endpoint", *STEPS, "trouble"), map(outcome_row, outcomes), json_form=json_form)
        attention = EXIT_ATTENTION if somebody_is_needed(site) else EXIT_OK
    raise typer.Exit(max((outcome.exit_code for outcome in outcomes), default=EXIT_OK) or attention)


def outcome_row(outcome: PassOutcome) -> dict[str, object]:
    trouble = outcome.error.problem.message if outcome.error else None
    return {"endpoint": outcome.endpoint, **{step: outcome.moved.get(step, 0) for step in STEPS}, "trouble": trouble}


def run(config: Config = HERE, debug: Annotated[bool, typer.Option(help="Log every step.")] = False) -> None:
    """Work until stopped (SIGTERM or Ctrl-C): schedules per flow, woken early by folders. Health: state/health.json."""
    set_up_logs(debug=debug)
    with site_in(config) as site:
        service = Service(site, Health(site.deployment.state_folder / "health.json", utc_now), os_user())

        def stop(_signal: int, _frame: FrameType | None) -> None:
            service.stop()

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
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
    show.table("Orders", ("endpoint", "flow", "state", "orders"), orders, json_form=False)
    show.table("Endpoints", ("endpoint", *ENDPOINT_COLUMNS), endpoints, json_form=False)
    show.table("Open exceptions", EXCEPTION_COLUMNS, troubles, json_form=False)


def preview(
    order: Annotated[str, typer.Argument(help="The store's order id.")],
    config: Config = HERE,
    flow: Annotated[str | None, typer.Option(help="The flow, where several would take the order.")] = None,
    to: Annotated[Path | None, typer.Option("--to", help="Write into this file instead of standard output.")] = None,
) -> None:
    """The exact file that an order would become, sent nowhere and numbered by nobody."""
    with site_in(config) as site:
        content = preview_order(site, order, flow)
    if to is None:
        sys.stdout.buffer.write(content)
    else:
        to.write_bytes(content)
