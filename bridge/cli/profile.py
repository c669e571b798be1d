"""`bridge profile`: an ERP's file contract as a table, and the proof of its samples and limits."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from bridge.cli import show
from bridge.cli.context import HERE, Config, Json, command_group
from bridge.domain.errors import EXIT_FAILED
from bridge.profiles import (
    Installation,
    contract_table,
    learned_profile,
    load_profile,
    new_profile,
    test_profile,
)

AS_SAMPLE = Installation(sample=True)
TEST_COLUMNS = ("what", "fine", "detail")
app = command_group("Profiles: the file contract of an ERP.")
Name = Annotated[str, typer.Argument(help="A built-in profile, or a folder under profiles/.")]


def own_folder(config: Path) -> Path:
    """Where a deployment keeps its own profiles."""
    return config / "profiles"


class Starter(StrEnum):
    """What a new profile begins with."""

    CSV = "csv"
    XML = "xml"


@app.command("new")
def new_one(
    name: Annotated[str, typer.Argument(help="Name of the new profile.")],
    starter: Annotated[Starter, typer.Option("--from", help="Files of rows, or XML documents.")],
    config: Config = HERE,
    json_form: Json = False,
) -> None:
    """A small profile that works, to be made yours: a folder under profiles/."""
    told(new_profile(name, starter.value, own_folder(config)), name, json_form)


@app.command("learn")
def learn(
    sample: Annotated[Path, typer.Argument(help="One file as the ERP reads it: CSV or XML, with an order or two.")],
    name: Annotated[str, typer.Option("--name", help="Name of the new profile.")],
    config: Config = HERE,
    json_form: Json = False,
) -> None:
    """Draft a profile from one sample file. Guesses are marked REVIEW; of its texts only headings and codes stay."""
    told(learned_profile(sample, name, own_folder(config)), name, json_form)


def told(place: Path, name: str, json_form: bool) -> None:
    """Where the new profile is and what to do with it."""
    reviews = sum(path.read_text("utf-8").count("REVIEW:") for path in place.iterdir() if path.is_file())
    message = f"Profile {name} is in {place}" + (f", with {reviews} guesses to review." if reviews else ".")
    show.said(message, json_form=json_form, profile=name, folder=str(place), to_review=reviews)
    if not json_form:
        show.line(f"Edit {place}/profile.toml, then: bridge profile show {name}; bridge profile test {name}")


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
