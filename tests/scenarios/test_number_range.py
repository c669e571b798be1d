"""File numbers come to their end: said long before, and no file ever gets a number that is too long or comes twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.scenarios.own_profile import own_profile
from tests.world import World, world

pytestmark = pytest.mark.scenario


def send(here: World, *numbers: int) -> None:
    for number in numbers:
        here.order_paid(number)
        here.run_pass()


def names(here: World, name: str, orders_per_file_max: int = 500) -> None:
    """The files of new orders are named like this; there are no others."""
    size = ("orders_per_file_max = 500", f"orders_per_file_max = {orders_per_file_max}")
    own_profile(here, ('name = "ORD_{sequence:06}.csv"', name), size)
    for purpose in ("change", "cancel"):
        (here.folder / "profiles" / "csv-orders" / f"profile.{purpose}.toml").unlink()


def test_the_end_of_the_numbers_is_announced_and_then_nothing_is_sealed(tmp_path: Path) -> None:
    with world(tmp_path / "w", "csv", endpoint="sequence_first = 99") as here:
        own_profile(here, ('name = "ORD_{sequence:06}.csv"', 'name = "ORD_{sequence:03}.csv"\nsequence_last = 101'))
        send(here, 10452)
        assert here.codes() == ["numbers-run-out"]
        (told,) = here.exceptions()
        assert told.title == "acme will run out of file numbers"
        send(here, 10453, 10454, 10455)
        assert here.file_numbers() == [99, 100, 101]
        assert "numbers-used-up" in here.codes()
        own_profile(here, ('name = "ORD_{sequence:06}.csv"', 'name = "ORD_{sequence:04}.csv"'))
        here.run_pass()
        assert here.file_numbers() == [99, 100, 101, 102]
        assert here.codes() == []


def test_a_range_that_wraps_begins_with_1_again_and_no_name_comes_twice(tmp_path: Path) -> None:
    with world(tmp_path / "w", "csv", endpoint="sequence_first = 98") as here:
        names(here, 'name = "ORD_{day}_{sequence:02}.csv"\nsequence_wraps = true')
        send(here, 10452, 10453, 10454)
        files = here.files()
        numbers = ["98", "99", "01"]
        assert [file.name for file in files] == [
            f"ORD_{file.business_day:%Y%m%d}_{number}.csv" for file, number in zip(files, numbers, strict=True)
        ]
        assert here.codes() == []


def test_a_name_of_the_day_counts_the_files_of_the_day(tmp_path: Path) -> None:
    with world(tmp_path / "w", "csv") as here:
        own_profile(here, ('name = "ORD_{sequence:06}.csv"', 'name = "ORD_{day:YYYYMMDD}_{daily:03}.csv"'))
        send(here, 10452, 10453)
        here.later(days=1)
        send(here, 10454)
        files = here.files()
        assert [file.name for file in files] == [
            f"ORD_{file.business_day:%Y%m%d}_{number}.csv"
            for file, number in zip(files, ["001", "002", "001"], strict=True)
        ]


@pytest.mark.parametrize(
    "name",
    ['name = "ORD_{day}_{sequence:02}.csv"\nsequence_last = 2\nsequence_wraps = true', 'name = "O{day}{daily:02}.csv"'],
    ids=["wraps", "daily"],
)
def test_a_day_that_has_no_names_left_waits_for_the_next_day_and_says_so(tmp_path: Path, name: str) -> None:
    """The 100th file of a day would get a longer name; the third of a range of two that of the first."""
    with world(tmp_path / "w", "csv") as here:
        names(here, name, orders_per_file_max=1)
        files = 2 if "wraps" in name else 99
        for number in range(1, files + 2):
            here.order_paid(10_000 + number)
        here.run_pass()
        assert len(here.files()) == files
        assert len({len(file.name) for file in here.files()}) == 1
        (shown,) = here.exceptions()
        assert shown.code == "day-numbers-used-up"
        assert f"acme had {files} files today" in shown.message
        here.later(days=1)
        here.run_pass()
        assert len(here.files()) == files + 1
        assert "day-numbers-used-up" not in here.codes()


def test_a_digest_in_the_name_is_that_of_the_bytes(tmp_path: Path) -> None:
    with world(tmp_path / "w", "csv") as here:
        own_profile(here, ('name = "ORD_{sequence:06}.csv"', 'name = "ORD_{sequence:06}_{sha256:12}.csv"'))
        send(here, 10452)
        (file,) = here.files()
        assert file.name == f"ORD_000001_{file.sha256[:12]}.csv"
        assert (here.erp_root / "in" / file.name).is_file()
