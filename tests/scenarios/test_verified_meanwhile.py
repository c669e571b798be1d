"""`bridge archive verify` beside a service that works on: what is on its way is no damage, and damage is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy import event

from tests.cli.commands import bridge
from tests.world import World, world

pytestmark = pytest.mark.scenario


@contextmanager
def met_behind_the_export_files(act: Callable[[], object]) -> Iterator[None]:
    """Acts once, when the ledger was asked for all its export files and is about to be asked for the answers."""
    acts = [act]

    def hear(connection: object, cursor: object, statement: str, *rest: object) -> None:
        if acts and statement.startswith("SELECT answers.archive_path"):
            acts.pop()()

    event.listen(sa.Engine, "before_cursor_execute", hear)
    try:
        yield
    finally:
        event.remove(sa.Engine, "before_cursor_execute", hear)
    assert not acts, "the moment did not come"


def sent(here: World, number: int) -> None:
    here.order_paid(number)
    here.run_pass()


def test_a_file_that_is_sealed_while_the_archive_is_verified_is_no_damage(tmp_path: Path) -> None:
    with world(tmp_path / "w") as here:
        sent(here, 10452)
        with met_behind_the_export_files(lambda: sent(here, 10453)):
            told = bridge(here, "archive", "verify")
        assert (told.exit_code, "Nothing is damaged" in told.out) == (0, True), told.out
        assert here.file_numbers() == [1, 2]


def test_damage_is_told_though_the_service_seals_meanwhile(tmp_path: Path) -> None:
    with world(tmp_path / "w") as here:
        sent(here, 10452)
        (file,) = (here.folder / "archive" / "days").glob("*/acme/out/ORD_000001.xml")
        file.unlink()
        with met_behind_the_export_files(lambda: sent(here, 10453)):
            told = bridge(here, "archive", "verify", "--json")
        assert told.exit_code == 5
        assert {Path(one["path"]).name for one in told.json()} == {"ORD_000001.xml"}
