"""`bridge profile`: an ERP's file contract as a table, and the proof of its samples and limits."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bridge.cli import show
from bridge.cli.context import HERE, Config, Json, command_group
from bridge.domain.errors import EXIT_FAILED
from bridge.profiles import Installation, contract_table, load_profile, test_profile

AS_SAMPLE = Installation(sample=True)
TEST_COLUMNS = ("what", "fine", "detail")
app = command_group("Profiles: the file contract of an ERP.")
Name = Annotated[str, typer.Argument(help="A built-in profile, or a folder under profiles/.")]


def own_folder(config: Path) -> Path:
    """Where a deployment keeps its own profiles."""
    return config / "profiles"


@app.command("show")
def show_profile(name: Name, config: Config = HERE, json_form: Json = False) -> None:
    """The contract as a table: naming, batching, encoding, limits, handover, answers."""
    rows = contract_table(load_profile(name, own_folder(config), AS_SAMPLE))
    show.table(f"Profile {name}", tuple(rows[0]), rows, json_form=json_form)


@app.command("test")
def test_one(name: Name, config: Config = HERE, json_form: Json = False) -> None:
    """Render the samples byte for byte, read the sample answer, try each limit at n and n+1. Exit 1 when one fails."""
    findings = test_profile(load_profile(name, own_folder(config), AS_SAMPLE))
    rows = [{"what": one.what, "fine": one.fine, "detail": one.detail} for one in findings]
    show.table(f"Profile {name}", TEST_COLUMNS, rows, json_form=json_form)
    if not all(one.fine for one in findings):
        raise typer.Exit(EXIT_FAILED)
