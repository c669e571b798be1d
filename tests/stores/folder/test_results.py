"""ERP numbers come back as files: whole, one for a batch, each number once, also after a kill."""

from __future__ import annotations

import csv
from functools import partial
from pathlib import Path

import pytest

from bridge.domain.errors import Unavailable
from bridge.stores.base import WriteBack, WriteBackOutcome
from bridge.testing.stores import numbers_for, outcomes
from tests.stores.drops import DropFolder
from tests.stores.killing import ends_before

W = WriteBackOutcome


@pytest.fixture
def drop(tmp_path: Path) -> DropFolder:
    return DropFolder(tmp_path / "drop")


def test_500_numbers_are_one_file_with_a_header(drop: DropFolder) -> None:
    receipts = list(drop.open().write_back(numbers_for([str(number) for number in range(500)])))
    assert outcomes(receipts) == [W.WRITTEN] * 500
    (file,) = (drop.path / "results").glob("*.csv")
    rows = list(csv.reader(file.open(newline="")))
    assert rows[:2] == [["store_order_id", "erp_number", "external_id", "endpoint"], ["0", "SO-0", "0", "acme"]]
    assert len(rows) == 501


def test_only_new_numbers_of_a_batch_are_written(drop: DropFolder) -> None:
    list(drop.open().write_back(numbers_for(["1", "2"])))
    receipts = list(drop.open().write_back(numbers_for(["1", "2", "3"])))
    assert outcomes(receipts) == [W.ALREADY, W.ALREADY, W.WRITTEN]
    assert sorted(row["store_order_id"] for row in drop.results()) == ["1", "2", "3"]


def test_a_batch_without_news_writes_no_file(drop: DropFolder) -> None:
    list(drop.open().write_back(numbers_for(["1"])))
    list(drop.open().write_back(numbers_for(["1"])))
    assert len(drop.results()) == 1


def test_one_order_twice_in_a_batch_is_written_once(drop: DropFolder) -> None:
    same = WriteBack("1", "1", "SO-1", "acme")
    other = WriteBack("1", "1", "SO-2", "acme")
    receipts = list(drop.open().write_back([same, same, other]))
    assert outcomes(receipts) == [W.WRITTEN, W.ALREADY, W.DIFFERENT]
    assert receipts[2].found == "SO-1"


def test_numbers_of_two_endpoints_stand_side_by_side(drop: DropFolder) -> None:
    numbers = [WriteBack("1", "1", "A-1", "acme"), WriteBack("1", "1", "G-1", "globex")]
    assert outcomes(list(drop.open().write_back(numbers))) == [W.WRITTEN, W.WRITTEN]


def test_a_taken_file_is_not_written_again(drop: DropFolder) -> None:
    list(drop.open().write_back(numbers_for(["1"])))
    for file in (drop.path / "results").glob("*.csv"):
        file.unlink()
    assert outcomes(list(drop.open().write_back(numbers_for(["1"])))) == [W.ALREADY]
    assert drop.results() == []


def test_no_reader_ever_sees_a_temporary_file_under_a_results_name(drop: DropFolder) -> None:
    list(drop.open().write_back(numbers_for(["1"])))
    assert [name for name in drop.names("results") if not name.startswith(".")] == [
        file.name for file in (drop.path / "results").glob("results-*.csv")
    ]


def test_a_folder_that_cannot_be_written_fails_the_batch_for_the_next_try(drop: DropFolder) -> None:
    (drop.path / "results").write_text("a file stands where the folder should be")
    receipts = list(drop.open().write_back(numbers_for(["1", "2"])))
    assert outcomes(receipts) == [W.FAILED, W.FAILED]
    assert all(isinstance(receipt.error, Unavailable) for receipt in receipts)


def test_killed_at_any_moment_each_number_is_written_exactly_once(tmp_path: Path) -> None:
    numbers = numbers_for(["0", "1", "2"])
    moment, is_over = 0, False
    while not is_over:
        drop = DropFolder(tmp_path / str(moment))
        is_over = ends_before(moment, partial(_write, drop, numbers))
        assert set(outcomes(list(drop.open().write_back(numbers)))) <= {W.WRITTEN, W.ALREADY}, moment
        assert sorted(row["erp_number"] for row in drop.results()) == ["SO-0", "SO-1", "SO-2"], moment
        moment += 1
    assert moment == 15  # twice seven effects, and the end


def _write(drop: DropFolder, numbers: list[WriteBack]) -> None:
    assert len(list(drop.open().write_back(numbers))) == len(numbers)
