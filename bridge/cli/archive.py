"""`bridge archive`: find what was sent and received, and verify every byte of it."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from bridge.cli import show
from bridge.cli.context import HERE, Config, Json, command_group, site_in
from bridge.domain.errors import EXIT_DAMAGED
from bridge.reports import archived_of, damage_of

app = command_group("The archive: find what was sent and received, verify every byte.")
FOUND_COLUMNS = ("path", "what", "sha256", "size")
DAMAGE_COLUMNS = ("path", "what", "action")


@app.command()
def find(
    word: Annotated[
        str, typer.Argument(help="Order, external id, file name, ERP number or SHA-256 (8 digits or more).")
    ],
    config: Config = HERE,
    json_form: Json = False,
) -> None:
    """Every archived file that belongs to an order, a file, an ERP number or a digest."""
    with site_in(config) as site:
        rows: list[dict[str, Any]] = [
            {"path": f"archive/{one.path}", "what": one.what, "sha256": one.sha256, "size": one.size}
            for one in archived_of(site, word)
        ]
    show.table(f"Archived files of {word}", FOUND_COLUMNS, rows, json_form=json_form)
    if not rows:
        raise typer.Exit(1)


@app.command()
def verify(config: Config = HERE, json_form: Json = False) -> None:
    """Check bytes, records, chain and ledger against each other. Exit 5 when anything differs."""
    with site_in(config) as site, show.working("Reading every file"):
        found_damage, count = damage_of(site)
    damages = [{"path": f"archive/{one.path}", "what": one.what, "action": one.action} for one in found_damage]
    if damages or json_form:
        show.table("Damage", DAMAGE_COLUMNS, damages, json_form=json_form)
    else:
        show.said(f"Nothing is damaged: {count} files of the ledger, their records and the index agree.")
    if damages:
        raise typer.Exit(EXIT_DAMAGED)
