"""`bridge simulate`: a store, an ERP and an SFTP server to try things with, each a command with a life of its own."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from bridge.cli.context import command_group
from bridge.cli.simulated_shops import Asked, Kind, simulated
from bridge.simulator.erp.simulator import run_erp
from bridge.simulator.sftp.server import run_sftp
from bridge.simulator.shops.running import run_shop
from bridge.simulator.woocommerce.simulator import DEMO_KEY, DEMO_SECRET

app = command_group("A store, an ERP and an SFTP server to try things with.")


class Storage(StrEnum):
    """Which of WooCommerce's two storage modes."""

    HPOS = "hpos"
    POSTS = "posts"


class Style(StrEnum):
    """Which files the ERP reads."""

    UBL = "ubl"
    CSV = "csv"


@app.command()
def store(
    kind: Annotated[Kind, typer.Option(help="Which kind of shop.")] = Kind.WOOCOMMERCE,
    database: Annotated[
        Path, typer.Option(help="Its SQLite file; made when absent. Shopify and PrestaShop live in memory.")
    ] = Path("shop.sqlite"),
    port: Annotated[int, typer.Option()] = 8085,
    host: Annotated[str, typer.Option()] = "127.0.0.1",
    key: Annotated[str, typer.Option(help="WooCommerce's; the others have keys of their own.")] = DEMO_KEY,
    secret: Annotated[str, typer.Option(help="WooCommerce's.")] = DEMO_SECRET,
    storage: Annotated[
        Storage, typer.Option(help="WooCommerce's, hpos or posts: they differ in what moves an order's time.")
    ] = Storage.HPOS,
    sample_orders: Annotated[
        bool, typer.Option("--sample-orders", help="Put some orders into an empty store.")
    ] = False,
) -> None:
    """A shop with faults on demand; prints what connects a bridge to it, and curl lines that act on it."""
    made = simulated(Asked(kind, database, (host, port), key, secret, storage.value, sample_orders))
    run_shop(made.shop, made.connection)


@app.command()
def sftp(
    root: Annotated[Path, typer.Option(help="The folder that clients see as /.")],
    password_file: Annotated[Path, typer.Option(help="A file that holds the password.")],
    port: Annotated[int, typer.Option()] = 2222,
    host: Annotated[str, typer.Option()] = "127.0.0.1",
    user: Annotated[str, typer.Option()] = "bridge",
    host_key: Annotated[Path | None, typer.Option(help="Private host key; made when absent.")] = None,
) -> None:
    """A rooted SFTP server; prints the host key to pin."""
    password = password_file.read_text(encoding="utf-8").strip()
    run_sftp(root, host, port, user, password, host_key or root.parent / "host_key", folders=("in", "out"))


@app.command()
def erp(
    inbound: Annotated[Path, typer.Option(help="The folder that it imports from.")],
    outbound: Annotated[Path, typer.Option(help="The folder that it answers into.")],
    database: Annotated[Path, typer.Option(help="Its SQLite file; made when absent.")],
    style: Annotated[Style, typer.Option(help="Which files it reads and how it answers.")] = Style.UBL,
    register: Annotated[Path | None, typer.Option(help="Where it writes the register of what it holds.")] = None,
    refuse_article: Annotated[
        list[str] | None, typer.Option(help="An article that it refuses; may be repeated.")
    ] = None,
    every_s: Annotated[float, typer.Option(help="How often it looks.")] = 0.5,
) -> None:
    """A stubborn import job: strict names, checksums, gapless numbers; refuses half files and duplicates loudly."""
    run_erp(
        inbound,
        outbound,
        database,
        style.value,
        register=register,
        refuse_articles=refuse_article or (),
        every_s=every_s,
    )
