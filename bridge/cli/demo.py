"""`bridge demo`: sample orders go the whole way and back on this machine, then a table tells what happened."""

from __future__ import annotations

import os
import signal
import threading
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from bridge.cli import show
from bridge.cli.context import utc_now
from bridge.cli.demo_summary import books_of, print_summary, summary_of, write_summary
from bridge.cli.demo_world import DidNotStart, World, fresh_world, running, wait_until
from bridge.config.deployment import load_deployment
from bridge.domain.states import SendingState
from bridge.flow.site import Site
from bridge.simulator.sample_orders import CHANGED_AFTER_EXPORT
from bridge.simulator.store import StoreSimulator
from bridge.simulator.store_admin import commands

SETTLED_WITHIN_S = 120.0
UNSETTLED = frozenset(
    {
        SendingState.RECEIVED,
        SendingState.READY,
        SendingState.EXPORTED,
        SendingState.DELIVERED,
        SendingState.ACCEPTED,
    }
)
Folder = Annotated[Path, typer.Option("--folder", help="Where the demo's deployment folder goes.")]


def add_to(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command()(demo)


def demo(
    folder: Folder = Path("demo"),
    live: Annotated[bool, typer.Option("--live", help="Leave everything running until Ctrl-C.")] = False,
    json_form: Annotated[bool, typer.Option("--json", help="Print the summary as JSON.")] = False,
) -> None:
    """Start a store, an SFTP server, an ERP and the bridge; 64 orders go the whole way; a table tells what happened."""
    world = fresh_world(folder)
    with running(world) as processes:
        deployment = load_deployment(world.folder, os.environ)
        with Site.opened(deployment, utc_now) as site:
            alive = lambda: processes["bridge"].poll() is None  # noqa: E731
            follow(world, site, alive, quiet=json_form)
            change_one_order(world, site, alive)
            summary = summary_of(world, site)
            write_summary(world, summary)
            if json_form:
                show.as_json(summary.keys())
            else:
                print_summary(world, site, summary)
        if live:
            stay(world)
    if summary.wrong():
        show.err.print(f"The demo went wrong: {', '.join(summary.wrong())}. Logs are in {world.logs}.")
        raise typer.Exit(1)


def follow(world: World, site: Site, alive: Any, *, quiet: bool) -> None:
    """Show how the orders move until nothing moves any more. Raises DidNotStart when the bridge ends early."""
    expected = len(StoreSimulator(world.store_database).shop.shelf.orders())
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed}/{task.total}"), TimeElapsedColumn())
    with Progress(*columns, console=show.err, disable=quiet or not show.err.is_terminal) as progress:
        bars = {
            name: progress.add_task(name, total=expected)
            for name in ("fetched from the store", "in the ERP", "number back in the store", "settled")
        }

        def settled() -> bool:
            states = states_of(site)
            total = sum(states.values())
            books = books_of(world)
            progress.update(bars["fetched from the store"], completed=total)
            progress.update(bars["in the ERP"], completed=books.documents)
            progress.update(bars["number back in the store"], completed=len(books.numbers_in_store))
            done = sum(count for state, count in states.items() if state not in UNSETTLED)
            progress.update(bars["settled"], completed=done)
            return total >= expected and done == total

        if not wait_until(settled, SETTLED_WITHIN_S, alive=alive):
            raise DidNotStart(what="The bridge", log=world.logs / "bridge.log")


def states_of(site: Site) -> dict[SendingState, int]:
    """How many orders stand in each state, superseded ones left out."""
    counts: dict[SendingState, int] = {}
    for one in site.ledger.reading.state_counts():
        if one.state is not SendingState.SUPERSEDED:
            counts[one.state] = counts.get(one.state, 0) + one.count
    return counts


def change_one_order(world: World, site: Site, alive: Any) -> None:
    """A clerk edits an order that the ERP already has; the bridge must tell a person, and must not send it again."""
    store = StoreSimulator(world.store_database)
    store.edit(CHANGED_AFTER_EXPORT, customer_note="Please deliver on Friday", billing={"city": "Poznań"})

    def told() -> bool:
        return any(one.code == "changed-after-export" for one in site.ledger.reading.exceptions())

    wait_until(told, SETTLED_WITHIN_S, alive=alive)


def stay(world: World) -> None:
    """Leave everything running; print how to act on it."""
    show.out.print("\n[bold]Everything is running.[/] Try in another terminal:")
    for line in (*commands(world.store_url), *network_lines(world)):
        show.out.print(f"  {line}", markup=False)
    show.out.print("Ctrl-C ends it.")
    over = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: over.set())
    over.wait()


def network_lines(world: World) -> list[str]:
    """How to break the network or stop the ERP, and how to watch."""
    folder = world.folder
    return [
        "pkill -STOP -f 'simulate sftp'    # the network breaks: the server goes silent",
        "pkill -CONT -f 'simulate sftp'    # and comes back",
        "pkill -STOP -f 'simulate erp'     # the ERP stops importing; pkill -CONT starts it again",
        f"watch -n 1 .venv/bin/bridge status --config {folder}",
        f"tail -f {folder}/logs/bridge.log",
    ]


