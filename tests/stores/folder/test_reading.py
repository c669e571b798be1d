"""Dropped files are read whole, once, oldest first; what is broken is put aside with its reason. On a real disk."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from bridge.stores.base import Page, Store
from bridge.stores.folder.inbox import FolderUnavailable
from bridge.testing.stores import readable, told
from tests.stores.drops import DropFolder, order_fields

FROM = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def drop(tmp_path: Path) -> DropFolder:
    return DropFolder(tmp_path / "drop")


def look(store: Store, cursor: str | None = None) -> list[Page]:
    return list(store.changed_since(cursor, FROM))


def lines(*orders: object) -> str:
    return "".join(json.dumps(order) + "\n" for order in orders)


def words_of(pages: list[Page]) -> list[str]:
    return [order.problem.message for order in told(pages) if order.problem]


@pytest.mark.parametrize("name", ["one.json", "list.json", "lines.jsonl", "lines.ndjson", "UPPER.JSON"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_each_form_of_json_gives_the_same_order(drop: DropFolder, name: str, mark: bytes) -> None:
    order = order_fields("10452", customer_note="Gruß, ł, 日本\n2. line")
    content = json.dumps([order], indent=2, ensure_ascii=False) if name == "list.json" else json.dumps(order)
    drop.drop(name, mark + content.encode())
    (read,) = readable(look(drop.open())).values()
    assert (read.store, read.customer_note) == ("drop", "Gruß, ł, 日本\n2. line")
    assert read.totals.gross == Decimal("24.60")


def test_numbers_in_json_stay_exact(drop: DropFolder) -> None:
    text = json.dumps(order_fields("1")).replace('"24.60"', "24.60").replace('"20.00"', "20.000000000000000001")
    drop.drop("a.jsonl", text)
    (read,) = readable(look(drop.open())).values()
    assert read.lines[0].net == Decimal("20.000000000000000001")


def test_oldest_file_first_so_that_the_newest_word_on_an_order_is_the_last(drop: DropFolder) -> None:
    drop.drop("z.jsonl", lines(order_fields("1", status="first")))
    drop.drop("a.jsonl", lines(order_fields("1", status="second")))
    assert [order.order.status for order in told(look(drop.open())) if order.order] == ["first", "second"]


def test_a_read_file_is_put_away_only_when_its_cursor_came_back(drop: DropFolder) -> None:
    drop.drop("a.jsonl", lines(order_fields("1")))
    cursor = look(drop.open())[-1].cursor
    assert drop.names("in-work") == ["00000001.00000-a.jsonl"]
    look(drop.open(), cursor)
    assert (drop.names("in-work"), drop.names("processed")) == ([], ["00000001.00000-a.jsonl"])


def test_files_dropped_while_an_older_one_waits_come_after_it(drop: DropFolder) -> None:
    drop.drop("a.jsonl", lines(order_fields("1")))
    look(drop.open())  # read, but the cursor was lost: killed before the commit
    drop.drop("b.jsonl", lines(order_fields("2")))
    assert [order.store_order_id for order in told(look(drop.open()))] == ["1", "2"]
    assert drop.names("in-work") == ["00000001.00000-a.jsonl", "00000002.00000-b.jsonl"]


def test_the_same_name_again_overwrites_nothing(drop: DropFolder) -> None:
    cursor = None
    for number in range(3):
        drop.drop("orders.jsonl", lines(order_fields(str(number))))
        cursor = look(drop.open(), cursor)[-1].cursor
    look(drop.open(), cursor)
    assert len(drop.names("processed")) == 3


def test_after_a_lost_ledger_older_processed_files_are_not_overwritten(drop: DropFolder) -> None:
    for number in range(2):
        drop.drop("orders.jsonl", lines(order_fields(str(number))))
        look(drop.open(), look(drop.open(), None)[-1].cursor)
    assert drop.names("processed") == ["00000001.00000-orders.jsonl", "00000001.00000-orders~2.jsonl"]


def test_a_long_file_goes_on_at_its_byte_after_a_kill(drop: DropFolder) -> None:
    for suffix in ("jsonl", "json"):
        orders = [order_fields(f"{suffix}-{number}") for number in range(1200)]
        drop.drop(f"a.{suffix}", lines(*orders) if suffix == "jsonl" else json.dumps(orders, indent=1))
    pages: list[Page] = []
    cursor = None
    for _ in range(5):
        page = next(drop.open().changed_since(cursor, FROM))
        pages.append(page)
        cursor = page.cursor
    assert [len(page.orders) for page in pages] == [500, 500, 500, 500, 400]
    assert len(readable(pages)) == 2400


def test_a_file_still_being_written_is_left_until_it_stands_still(drop: DropFolder) -> None:
    file = drop.drop("a.jsonl", "")
    store = drop.open(settle_s=10)
    os.utime(file, (drop.clock().timestamp(),) * 2)
    assert told(look(store)) == []
    drop.clock.advance(seconds=5)
    file.write_text(lines(order_fields("1")))
    os.utime(file, (drop.clock().timestamp(),) * 2)
    drop.clock.advance(seconds=6)
    assert told(look(store)) == []
    drop.clock.advance(seconds=6)
    assert list(readable(look(store))) == ["1"]


@pytest.mark.parametrize("ahead_s", [60, 3 * 3_600, 366 * 86_400])
def test_a_file_whose_time_lies_ahead_is_waited_for_by_our_own_eyes(drop: DropFolder, ahead_s: int) -> None:
    """A copy that keeps a wrong time, or a file server whose clock runs ahead. Each look may be another process."""
    file = drop.drop("a.jsonl", lines(order_fields("1")))
    ahead = drop.clock().timestamp() + ahead_s
    os.utime(file, (ahead, ahead))
    assert told(look(drop.open(settle_s=10))) == []
    drop.clock.advance(seconds=9)
    file.write_text(lines(order_fields("1"), order_fields("2")))
    os.utime(file, (ahead, ahead))
    drop.clock.advance(seconds=9)
    assert told(look(drop.open(settle_s=10))) == []  # it has grown since
    drop.clock.advance(seconds=11)
    assert list(readable(look(drop.open(settle_s=10)))) == ["1", "2"]
    look(drop.open(settle_s=10))
    assert [path.name for path in (drop.path / "in-work").iterdir() if "ahead" in path.name] == []


def test_a_file_that_waits_for_its_trigger_for_long_is_told_by_the_check(drop: DropFolder) -> None:
    drop.drop("a.jsonl", lines(order_fields("1")))
    file = drop.path / "a.jsonl"
    os.utime(file, (drop.clock().timestamp(),) * 2)
    store = drop.open(trigger=".done")
    assert all(finding.fine for finding in store.check())
    drop.clock.advance(seconds=3_601)
    (told_of,) = [finding for finding in store.check() if not finding.fine]
    assert told_of.detail == "1 files have waited for their .done for over an hour: a.jsonl"


def test_with_a_trigger_a_file_waits_for_it_and_the_trigger_goes_with_it(drop: DropFolder) -> None:
    drop.drop("a.jsonl", lines(order_fields("1")))
    store = drop.open(trigger=".done")
    assert told(look(store)) == []
    drop.drop("a.jsonl.done", "")
    assert list(readable(look(store))) == ["1"]
    assert not (drop.path / "a.jsonl.done").exists()


@pytest.mark.parametrize("name", [".hidden.jsonl", "a.jsonl.part", "a.tmp", "a.jsonl.filepart", "readme.txt"])
def test_names_of_files_that_are_no_order_files_are_left_alone(drop: DropFolder, name: str) -> None:
    file = drop.drop(name, lines(order_fields("1")))
    assert told(look(drop.open())) == []
    assert file.exists()


def test_links_are_not_followed(drop: DropFolder, tmp_path: Path) -> None:
    (tmp_path / "elsewhere.jsonl").write_text(lines(order_fields("1")))
    (drop.path / "a.jsonl").symlink_to(tmp_path / "elsewhere.jsonl")
    assert told(look(drop.open())) == []


def test_a_hostile_name_becomes_a_safe_one(drop: DropFolder) -> None:
    drop.drop("a..\n\x1b[31m%s {x} żółw.jsonl", "no json")
    (message,) = words_of(look(drop.open()))
    assert "\n" not in message and "\x1b" not in message
    (name, notes) = drop.names("in-work")
    assert name.endswith(".jsonl") and name.isascii()
    assert notes == f"{name}.problems.txt"


def test_broken_lines_stand_alone_and_their_file_ends_in_refused(drop: DropFolder) -> None:
    good, bad = order_fields("1"), order_fields("2", currency=7)
    drop.drop("a.jsonl", lines(good) + "{broken\n" + lines(bad) + "[1]\n" + lines(order_fields("3")))
    pages = look(drop.open())
    assert list(readable(pages)) == ["1", "3"]
    assert words_of(pages) == [
        "a.jsonl of store drop, line 2: it is not JSON, or it breaks off.",
        "a.jsonl of store drop, line 3: currency must be a text in quotes.",
        "a.jsonl of store drop, line 4: it is not a group of fields.",
    ]
    look(drop.open(), pages[-1].cursor)
    assert drop.names("refused") == ["00000001.00000-a.jsonl", "00000001.00000-a.jsonl.problems.txt"]
    notes = (drop.path / "refused" / "00000001.00000-a.jsonl.problems.txt").read_text()
    assert notes.splitlines() == words_of(pages)


def test_a_broken_order_keeps_its_own_id_and_its_raw_text(drop: DropFolder) -> None:
    drop.drop("a.jsonl", lines(order_fields("10452", currency=None)) + "{broken\n")
    known, unknown = told(look(drop.open()))
    assert (known.store_order_id, json.loads(known.original)["number"]) == ("10452", "10452")
    assert (unknown.store_order_id, json.loads(unknown.original)["text"]) == ("a.jsonl:2", "{broken")


def test_all_wrong_fields_of_an_order_are_named_at_once_and_no_value(drop: DropFolder) -> None:
    order = order_fields("1", created_at="Zebra", lines=[{"net": "Zebra"}], payment={"state": "Zebra"})
    del order["currency"]
    drop.drop("a.jsonl", lines(order))
    (message,) = words_of(look(drop.open()))
    assert message == (
        "a.jsonl of store drop, line 1: created_at is not a time; currency is missing; "
        "payment.state is not one of the allowed words; lines[1].position is missing; lines[1].net is not a number."
    )


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"totals": {"net": "1", "tax": "0", "gross": "1.005"}}, "totals.gross holds a fraction of the smallest coin"),
        ({"totals": {"net": "1", "tax": "0", "gross": "1E+400000"}}, "a number has more digits than an order can hold"),
        ({"totals": {"net": "1E-400000", "tax": "0", "gross": "1"}}, "a number has more digits than an order can hold"),
        ({"totals": {"net": "NaN", "tax": "0", "gross": "1"}}, "totals.net is not a number"),
        ({"created_at": "2026-03-01T10:00:00"}, "created_at is a time without its offset from UTC"),
        ({"store_order_id": ""}, "store_order_id is empty"),
        ({"store_order_id": 17}, "store_order_id must be a text in quotes"),
        ({"lines": {}}, "lines must be a list"),
        ({"extra": {"Zebra": 1}}, "extra.? must be a text in quotes"),
    ],
)
def test_what_an_order_cannot_hold(drop: DropFolder, changes: dict[str, object], words: str) -> None:
    drop.drop("a.jsonl", lines(order_fields("1", **changes)))
    assert words_of(look(drop.open())) == [f"a.jsonl of store drop, line 1: {words}."]


@pytest.mark.parametrize(
    ("content", "read", "words"),
    [
        ("[]", 0, []),
        ("", 0, []),
        ("  \n ", 0, []),
        ("[@, @", 2, ["a.json of store drop, line 1: the list breaks off, or goes on behind its end."]),
        ("[@] @", 1, ["a.json of store drop, line 1: the list breaks off, or goes on behind its end."]),
        ("[@,\n7]", 1, ["a.json of store drop, line 2: something that is no order stands there; "
                        "nothing behind it was read."]),
        ("[@,\n{\"a\":}, @]", 1, ["a.json of store drop, line 2: the order is not JSON, breaks off, or is too large; "
                                  "nothing behind it was read."]),
        ("[" * 100_000, 0, ["a.json of store drop, line 1: something that is no order stands there; "
                            "nothing behind it was read."]),
        ('{"a":' * 100_000, 0, ["a.json of store drop, line 1: the order is not JSON, breaks off, or is too large; "
                                "nothing behind it was read."]),
    ],
)  # fmt: skip
def test_a_list_that_is_broken_tells_what_it_can(drop: DropFolder, content: str, read: int, words: list[str]) -> None:
    drop.drop("a.json", content.replace("@", json.dumps(order_fields("1"))))
    pages = look(drop.open())
    assert len([order for order in told(pages) if order.order]) == read
    assert words_of(pages) == words
    assert told(look(drop.open(), pages[-1].cursor)) == []


def test_bytes_that_are_no_text_are_kept_and_said(drop: DropFolder) -> None:
    drop.drop("a.jsonl", b'{"store_order_id": "\xff\xfe"}\n\x00\x01\x02\n')
    orders = told(look(drop.open()))
    assert [order.order for order in orders] == [None, None]
    assert all(json.loads(order.original) for order in orders)


def test_an_endless_line_is_passed_over_without_being_kept(drop: DropFolder) -> None:
    drop.drop("a.jsonl", lines(order_fields("1")) + "x" * 20_000_000 + "\n" + lines(order_fields("2")))
    pages = look(drop.open())
    assert list(readable(pages)) == ["1", "2"]
    assert words_of(pages) == ["a.jsonl of store drop, line 2: the line is longer than 8388608 bytes."]
    assert max(len(order.original) for order in told(pages)) < 100_000


def test_a_folder_that_is_not_there_is_no_empty_folder(drop: DropFolder) -> None:
    store = drop.open()
    shutil.rmtree(drop.path)
    with pytest.raises(FolderUnavailable, match="it is not there"):
        look(store)
    assert [finding.fine for finding in store.check()] == [False, False]


def test_a_file_that_cannot_be_read_any_more_is_tried_again(drop: DropFolder) -> None:
    drop.drop("a.jsonl", lines(order_fields("1")))
    look(drop.open())
    (drop.path / "in-work" / "00000001.00000-a.jsonl").unlink()
    (drop.path / "in-work" / "00000001.00000-a.jsonl").mkdir()
    with pytest.raises(FolderUnavailable):
        look(drop.open())


def test_check_names_files_that_nobody_will_read(drop: DropFolder) -> None:
    drop.drop("orders.dat", "1;2")
    drop.drop("a.csv.done", "")
    (finding,) = [finding for finding in drop.open(trigger=".done").check() if not finding.fine]
    assert finding.detail.startswith("1 files are not read") and finding.detail.endswith(": orders.dat")


def test_the_folder_wakes_the_engine(drop: DropFolder) -> None:
    assert drop.open().wake_paths() == (str(drop.path),)


def test_memory_does_not_grow_with_the_file(drop: DropFolder) -> None:
    """A process of its own reads a file ten times as large in the same memory."""
    measured = {}
    for count in (2_000, 20_000):
        for suffix in ("jsonl", "json", "csv"):
            folder = drop.path / f"{suffix}-{count}"
            folder.mkdir()
            (folder / f"a.{suffix}").write_text(_many_orders(suffix, count))
            measured[suffix, count] = _peak_kib(folder, count)
    for suffix in ("jsonl", "json", "csv"):
        assert measured[suffix, 20_000] <= measured[suffix, 2_000] * 1.15, suffix


def _many_orders(suffix: str, count: int) -> str:
    if suffix == "csv":
        header = "store_order_id,created_at,currency,total_gross,line_sku,line_quantity,line_net,line_tax"
        rows = (f"{number},2026-03-01T10:00:00Z,PLN,12.30,007,1,10.00,2.30" for number in range(count))
        return "\n".join([header, *rows])
    orders = (json.dumps(order_fields(str(number))) for number in range(count))
    return "\n".join(orders) if suffix == "jsonl" else "[" + ",\n".join(orders) + "]"


PROGRAM = """
import re, sys
from pathlib import Path
from datetime import UTC, datetime
from bridge.config.values import StoreSettings
from bridge.stores.folder.store import open_store
settings = StoreSettings("drop", "folder", {"path": sys.argv[1], "settle_s": 0}, "bridge.toml:1")
store = open_store("drop", settings, lambda: datetime.now(UTC))
print(sum(len(page.orders) for page in store.changed_since(None, datetime(2026, 1, 1, tzinfo=UTC))))
print(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])  # getrusage would count our parent
"""


def _peak_kib(folder: Path, count: int) -> int:
    done = subprocess.run([sys.executable, "-c", PROGRAM, str(folder)], check=True, capture_output=True, text=True)
    read, peak_kib = map(int, done.stdout.split())
    assert read == count
    return peak_kib
