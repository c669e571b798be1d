"""`bridge pause` and `bridge resume`: stop an endpoint or a flow, and let it go on."""

from __future__ import annotations

from typing import Annotated

import typer

from bridge.cli import show
from bridge.cli.context import HERE, By, Config, Json, Reason, os_user, site_in
from bridge.domain.errors import Missing
from bridge.flow.site import Site

Name = Annotated[str, typer.Argument(help="An endpoint or a flow of bridge.toml.")]


def add_to(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command()(pause)
    app.command()(resume)


def pause(name: Name, reason: Reason, config: Config = HERE, by: By = "", json_form: Json = False) -> None:
    """Let no pass work on an endpoint, or let a flow's steps rest while its endpoint goes on."""
    with site_in(config) as site:
        act = site.ledger.acts.pause_flow if is_flow(site, name) else site.ledger.acts.pause_endpoint
        act(name, by or os_user(), reason)
    show.said(f"{name} is paused.", json_form=json_form, name=name, paused=True)


def resume(name: Name, reason: Reason, config: Config = HERE, by: By = "", json_form: Json = False) -> None:
    """Let a paused endpoint or flow go on."""
    with site_in(config) as site:
        act = site.ledger.acts.resume_flow if is_flow(site, name) else site.ledger.acts.resume_endpoint
        act(name, by or os_user(), reason)
    show.said(f"{name} goes on.", json_form=json_form, name=name, paused=False)


def is_flow(site: Site, name: str) -> bool:
    """Whether the name is a flow's; False for an endpoint's. Raises Missing for neither."""
    if name in {flow.name for flow in site.deployment.flows}:
        return True
    if name in site.deployment.endpoints:
        return False
    raise Missing(what=f"Endpoint or flow {name}")
