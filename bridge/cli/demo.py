"""`bridge demo`: sample orders go the whole way and back on this machine, then a table tells what happened."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from types import FrameType
from typing import Annotated, Any

import typer
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from bridge.cli import show
from bridge.cli.context import Json, utc_now
from bridge.cli.demo_summary import books_of, from_here, print_summary, summary_of, this_command, write_summary
from bridge.cli.demo_world import DidNotStart, World, fresh_world, running, wait_until
from bridge.config.deployment import load_deployment
from bridge.domain.states import SendingState
from bridge.flow.site import Site
from bridge.simulator.woocommerce.sample_orders import CHANGED_AFTER_EXPORT, demo_kinds
from bridge.simulator.woocommerce.simulator import WooCommerceSimulator

UNPAID = demo_kinds()["unpaid"][0]
SETTLED_WITHIN_S = 300.0
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
    json_form: Json = False,
) -> None:
    """Start a store, an SFTP server, an ERP and the bridge; 64 orders go the whole way; a table tells what happened."""
    signal.signal(signal.SIGTERM, end)  # so that the processes are stopped then, too
    world = fresh_world(folder)
    with running(world) as processes:
        deployment = load_deployment(world.folder, os.environ)
        with Site.opened(deployment, utc_now) as site:
            alive = lambda: processes["bridge"].poll() is None  # noqa: E731  # one line says it
            follow(world, site, alive, quiet=json_form)
            change_one_order(world, site, alive)
            summary = summary_of(world, site)
            write_summary(world, summary)
            if json_form:
                show.as_json(summary.keys())
            else:
                print_summary(world, site, summary)
        if live:
            stay(world, {name: process.pid for name, process in processes.items()})
    if summary.wrong():
        show.err.print(f"The demo went wrong: {', '.join(summary.wrong())}. Logs are in {world.logs}.")
        raise typer.Exit(1)


def end(_signal: int, _frame: FrameType | None) -> None:
    """SIGTERM ends the demo as Ctrl-C does: through every `with`."""
    raise SystemExit(128 + signal.SIGTERM)


def follow(world: World, site: Site, alive: Any, *, quiet: bool) -> None:
    """Show how the orders move until nothing moves any more. Raises DidNotStart when the bridge ends early."""
    expected = len(WooCommerceSimulator(world.store_database).shop.shelf.orders())
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed}/{task.total}"),
        TimeElapsedColumn(),
    )
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
    store = WooCommerceSimulator(world.store_database)
    store.edit(CHANGED_AFTER_EXPORT, customer_note="Please deliver on Friday", billing={"city": "Poznań"})

    def told() -> bool:
        return any(one.code == "changed-after-export" for one in site.ledger.reading.exceptions())

    wait_until(told, SETTLED_WITHIN_S, alive=alive)


def stay(world: World, pids: Mapping[str, int]) -> None:
    """Leave everything running; print how to act on it."""
    over = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: over.set())
    show.out.print("\n[bold]Everything is running.[/] Try in another terminal:")
    for group, lines in things_to_try(world, pids).items():
        show.out.print(f"\n  [bold]{group}[/]")
        for line in lines:
            show.line(f"  {line}")
    show.out.print("\nCtrl-C ends it.")
    sys.stdout.flush()
    over.wait()


def things_to_try(world: World, pids: Mapping[str, int]) -> dict[str, list[str]]:
    """Lines that work when copied: pay an order, break the network, stop the ERP, and watch."""
    folder, bridge = from_here(world.folder), this_command()
    stop_file = from_here(world.erp_database.with_suffix(".stop"))
    return {
        "Watch": [
            f"watch -n 1 {bridge} status --config {folder}",
            f"tail -f {folder}/logs/bridge.log",
        ],
        "Act in the store": WooCommerceSimulator.commands_for(world.store_url, UNPAID),
        "Break the network": [
            f"kill -STOP {pids['sftp']}    # the SFTP server goes silent, connections hang",
            f"kill -CONT {pids['sftp']}    # and it comes back",
        ],
        "Stop the ERP": [
            f"touch {stop_file}    # it imports nothing any more",
            f"rm {stop_file}    # and goes on",
        ],
        "Cure a cause": [
            f"echo 'ABC-123,40099,' >> {folder}/maps/sku.csv    # all orders held by the missing SKU go by themselves",
        ],
    }
