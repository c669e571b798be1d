"""`bridge files`: the export files, their doubts and their troubles."""

from __future__ import annotations

from typing import Annotated

import typer

from bridge.cli import show
from bridge.cli.context import HERE, By, Config, Json, Reason, command_group, os_user, site_in
from bridge.cli.rows import FILE_COLUMNS, FILE_SPARE, FILE_TABLE, PAGE, as_row, file_row, show_story, story_row
from bridge.config.values import EndpointSettings
from bridge.domain.errors import Missing
from bridge.domain.states import FileState
from bridge.engine import lease
from bridge.flow.operator import settle_by_looking, settle_by_word
from bridge.flow.site import Site

app = command_group("Export files: where they stand, and acts on those in trouble.")
Endpoint = Annotated[str, typer.Argument(help="The endpoint's name in bridge.toml.")]
Number = Annotated[int, typer.Argument(help="The file's sequence number.")]
MEMBER_COLUMNS = ("position", "number", "external_id", "state", "answer", "erp_number")


@app.command("list")
def list_files(
    config: Config = HERE,
    endpoint: Annotated[str | None, typer.Option(help="Only files of this endpoint.")] = None,
    state: Annotated[FileState | None, typer.Option(help="Only files in this state.")] = None,
    limit: Annotated[int, typer.Option(help="At most so many, newest first.", max=10_000)] = PAGE,
    json_form: Json = False,
) -> None:
    """Export files, newest first."""
    with site_in(config) as site:
        rows = [file_row(one) for one in site.ledger.reading.files(endpoint, state, None, limit)]
    show.table("Files", FILE_COLUMNS if json_form else FILE_TABLE, rows, json_form=json_form, spare=FILE_SPARE)


@app.command("show")
def show_file(endpoint: Endpoint, number: Number, config: Config = HERE, json_form: Json = False) -> None:
    """One file: where it stands, its orders, and its story in time order."""
    with site_in(config) as site:
        view = site.ledger.reading.file(endpoint, number)
        members = [as_row(one, *MEMBER_COLUMNS) for one in site.ledger.reading.members(view.file_id)]
        story = [story_row(line) for line in site.ledger.reading.file_story(view.file_id)]
    if json_form:
        show.as_json({**file_row(view), "orders": members, "story": story})
        return
    show.facts(view.name, file_row(view), json_form=False)
    show.table(f"Orders ({view.member_count})", MEMBER_COLUMNS, members, json_form=False)
    show_story(story)


@app.command()
def settle(
    endpoint: Endpoint,
    number: Annotated[int | None, typer.Argument(help="The file's number, with --placed or --not-placed.")] = None,
    placed: Annotated[
        bool | None,
        typer.Option("--placed/--not-placed", help="What a person saw in the ERP; without it the bridge looks itself."),
    ] = None,
    reason: Annotated[str, typer.Option("--reason", help="Why; needed with a person's word.")] = "",
    config: Config = HERE,
    by: By = "",
    json_form: Json = False,
) -> None:
    """Settle the doubts of an endpoint by looking again, or one file's by a person's word."""
    with site_in(config) as site:
        settings = endpoint_of(site, endpoint)
        with lease(site.deployment.state_folder, endpoint):
            if placed is None or number is None:
                count = settle_by_looking(site, settings, by or os_user())
                show.said(f"{count} settled by looking.", json_form=json_form, settled=count)
                return
            if not reason:
                raise typer.BadParameter("a person's word needs --reason")
            settle_by_word(site, settings, number, placed, by or os_user(), reason)
    word = "is with the ERP" if placed else "goes out again at the next pass"
    show.said(f"File {number} of {endpoint} {word}.", json_form=json_form, settled=1)


@app.command()
def retry(
    endpoint: Endpoint, number: Number, reason: Reason, config: Config = HERE, by: By = "", json_form: Json = False
) -> None:
    """The cause of a file's trouble is cured: deliver it at the next pass."""
    with site_in(config) as site:
        site.ledger.acts.retry_file(endpoint, number, by or os_user(), reason)
    show.said(f"File {number} of {endpoint} goes at the next pass.", json_form=json_form, file=number)


@app.command()
def withdraw(
    endpoint: Endpoint,
    number: Number,
    reason: Reason,
    seen_absent: Annotated[
        bool, typer.Option("--seen-absent", help="I looked: the file is not, and cannot become, visible to the ERP.")
    ] = False,
    config: Config = HERE,
    by: By = "",
    json_form: Json = False,
) -> None:
    """Take a file back. Its number stays used and is listed as a known gap; its orders wait for a decision."""
    with site_in(config) as site:
        site.ledger.acts.withdraw_file(endpoint, number, by or os_user(), reason, seen_absent)
    show.said(f"File {number} of {endpoint} is withdrawn.", json_form=json_form, file=number)


def endpoint_of(site: Site, name: str) -> EndpointSettings:
    """The endpoint's settings. Raises Missing."""
    if name not in site.deployment.endpoints:
        raise Missing(what=f"Endpoint {name}")
    return site.deployment.endpoints[name]
