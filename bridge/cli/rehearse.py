"""`bridge rehearse`: the test cases of a rollout, tried on a flow without sending anything."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bridge.cli import show
from bridge.cli.context import HERE, Config, Json, site_in
from bridge.cli.setup import CHECK_COLUMNS
from bridge.config.values import FlowSettings
from bridge.domain.errors import EXIT_FAILED, Missing
from bridge.flow.rehearsal import FOLDER, read_cases, rehearse
from bridge.flow.site import Site


def add_to(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command(name="rehearse")(rehearse_cases)


def rehearse_cases(
    cases: Annotated[Path | None, typer.Argument(help="Folder of the cases; without it rehearsal/.")] = None,
    config: Config = HERE,
    flow: Annotated[str | None, typer.Option(help="The flow; without it the first of bridge.toml.")] = None,
    json_form: Json = False,
) -> None:
    """Try orders that you wrote down, with what must become of them. Nothing is sent or kept. Exit 1: it differs."""
    with site_in(config) as site:
        named = flow_named(site, flow)
        folder = cases or site.deployment.folder / FOLDER
        findings = list(rehearse(site, named, read_cases(folder, named.store, site.clock())))
    rows = [{"what": one.what, "fine": one.fine, "detail": one.detail, "action": one.action} for one in findings]
    show.table(f"Rehearsal of {named.name}", CHECK_COLUMNS, rows, json_form=json_form)
    wrong = sum(not one.fine for one in findings)
    if not json_form:
        show.said(f"{wrong} of {len(findings)} came out otherwise." if wrong else "All came out as expected.")
    if wrong:
        raise typer.Exit(EXIT_FAILED)


def flow_named(site: Site, name: str | None) -> FlowSettings:
    """The flow of that name, or the first. Raises Missing."""
    for flow in site.deployment.flows:
        if name in (None, flow.name):
            return flow
    raise Missing(what=f"Flow {name}")
