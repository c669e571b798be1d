"""Every command that prints data prints the documented keys, all of them and no other, in one JSON document."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from bridge.cli.json_keys import PRINTED, Printed
from bridge.cli.main import app
from tests.cli.commands import as_process, bridge
from tests.world import World, world

WITHOUT_JSON = {"preview", "run", "schema", "simulate erp", "simulate sftp", "simulate store"}


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Orders: in the ERP and changed since, in the ERP and cancelled, held by a missing SKU, and on their way."""
    with world(tmp_path_factory.mktemp("cli") / "w", flow='cancellations = "send"') as made:
        made.order_paid(10452)
        made.order_paid(10455)
        made.go_round()
        made.shop.edit(10455, status="cancelled")
        made.order_paid(10453, sku="NO-SUCH")
        made.order_paid(10454)
        made.shop.edit(10452, customer_note="Please on Friday")
        made.later(minutes=10)
        made.run_pass()
        yield made


def assert_keys(printed: Printed, found: Any) -> None:
    """The keys of one object, and of the objects in its lists."""
    assert set(found) == {*printed.keys, *printed.lists}
    for name, keys in printed.lists.items():
        assert found[name], f"the test has nothing in {name}"
        assert all(set(one) == set(keys) for one in found[name])


@pytest.mark.parametrize(
    "words",
    [
        ("archive", "find", "10452"),
        ("check",),
        ("exceptions", "list"),
        ("files", "list"),
        ("once",),
        ("orders", "list"),
        ("profile", "show", "csv-orders"),
        ("profile", "test", "csv-orders"),
        ("report",),
        ("status",),
    ],
    ids=" ".join,
)
def test_what_is_listed_has_the_documented_keys(here: World, words: tuple[str, ...]) -> None:
    printed = PRINTED[" ".join(words[:2]) if " ".join(words[:2]) in PRINTED else words[0]]
    found = bridge(here, *words, "--json").json()
    if printed.is_list:
        assert found
        for one in found:
            assert_keys(printed, one)
    else:
        assert_keys(printed, found)


def test_an_order_a_file_and_an_exception_have_the_documented_keys(here: World) -> None:
    held = bridge(here, "orders", "show", "10453", "--json").json()
    cancelled = bridge(here, "orders", "show", "10455", "--json").json()
    assert [one["purpose"] for one in cancelled[0]["changes"]] == ["cancel"]
    assert_keys(PRINTED["orders show"], held[0] | {name: cancelled[0][name] for name in ("changes", "differences")})
    assert_keys(PRINTED["files show"], bridge(here, "files", "show", "acme", "1", "--json").json())
    number = bridge(here, "exceptions", "list", "--json").json()[0]["id"]
    assert_keys(PRINTED["exceptions show"], bridge(here, "exceptions", "show", str(number), "--json").json())


def test_the_contract_needs_no_deployment(tmp_path: Path) -> None:
    told = as_process("contract", "--json", cwd=tmp_path)
    assert told.exit_code == 0
    assert_keys(PRINTED["contract"], told.json()[0])


def test_the_schema_is_a_json_schema_of_the_order(tmp_path: Path) -> None:
    told = as_process("schema", "order", cwd=tmp_path).json()
    assert told["$schema"].startswith("https://json-schema.org/")
    assert {"store_order_id", "billing", "lines", "totals"} <= set(told["properties"])


def test_damage_has_the_documented_keys(tmp_path: Path) -> None:
    with world(tmp_path / "w") as damaged:
        damaged.order_paid(10452)
        damaged.run_pass()
        next((damaged.folder / "archive").rglob("ORD_000001.xml")).unlink()
        found = bridge(damaged, "archive", "verify", "--json").json()
    assert_keys(PRINTED["archive verify"], found[0])


ACTS: list[tuple[str, ...]] = [
    ("pause", "acme", "--reason", "stock-taking"),
    ("resume", "acme", "--reason", "done"),
    ("exceptions", "retry", "1", "--reason", "cured"),
    ("exceptions", "dismiss", "2", "--reason", "never mind"),
    ("orders", "link", "10453", "SO-77", "--reason", "entered by hand"),
    ("files", "settle", "acme"),
    ("files", "withdraw", "acme", "2", "--reason", "wrong company", "--seen-absent"),
    ("orders", "resend", "10454", "--reason", "right company"),
    ("orders", "cancel", "10454", "--reason", "buyer's wish"),
]


def test_acts_print_what_they_did_under_the_documented_keys(tmp_path: Path) -> None:
    with world(tmp_path / "w", mode="selected") as acting:
        for number, sku in ((10452, "1001"), (10453, "NO-SUCH"), (10454, "1001"), (10455, "NO-OTHER")):
            acting.order_paid(number, sku=sku)
        acting.run_pass()
        every = ("orders", "release", "shop-acme", "10452", "10453", "10454", "10455", "--reason", "all")
        assert bridge(acting, *every, "--json").json()["released"] == 4
        acting.run_pass()
        for words in ACTS:
            told = bridge(acting, *words, "--json")
            assert told.exit_code == 0, (words, told.err)
            name = " ".join(words[:2]) if " ".join(words[:2]) in PRINTED else words[0]
            assert set(told.json()) == set(PRINTED[name].keys), words


def test_starting_a_deployment_prints_its_files(tmp_path: Path) -> None:
    told = as_process("init", "here", "--json", cwd=tmp_path).json()
    assert set(told) == set(PRINTED["init"].keys)
    assert "here/bridge.toml" in told["files"]


def test_a_new_profile_prints_where_it_is(tmp_path: Path) -> None:
    (tmp_path / "sample.csv").write_text("ORDER;QTY\n4711;2\n", encoding="utf-8")
    for words in (("new", "small", "--from", "csv"), ("learn", "sample.csv", "--name", "drafted")):
        told = as_process("profile", *words, "--json", cwd=tmp_path).json()
        assert set(told) == set(PRINTED[f"profile {words[0]}"].keys)
        assert (tmp_path / told["folder"] / "profile.toml").is_file()


def test_every_command_with_json_is_documented() -> None:
    with_json = {name for name, command in every_command(typer.main.get_command(app)) if "--json" in options(command)}
    assert with_json == set(PRINTED)
    without = {name for name, command in every_command(typer.main.get_command(app))} - with_json
    assert without == WITHOUT_JSON


def every_command(command: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """Each command with its name."""
    for part, inner in getattr(command, "commands", {}).items():
        yield from every_command(inner, f"{name} {part}".strip())
    if not hasattr(command, "commands"):
        yield name, command


def options(command: Any) -> set[str]:
    """What a command may be given."""
    return {word for parameter in command.params for word in parameter.opts}
