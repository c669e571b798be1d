"""A file whose writer goes on after it was read, through his handle: nothing is lost, and nothing is taken back."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

import pytest

from bridge.stores.base import Page, Store
from bridge.testing.stores import readable, told
from tests.stores.drops import DropFolder, order_fields

FROM = datetime(2026, 1, 1, tzinfo=UTC)
CSV_HEADER = "store_order_id,created_at,currency,total_gross,line_sku,line_quantity,line_net,line_tax\n"


@pytest.fixture
def drop(tmp_path: Path) -> DropFolder:
    return DropFolder(tmp_path / "drop")


class Looker:
    """Whoever looks again and again, each time as a new process, and keeps each cursor."""

    def __init__(self, drop: DropFolder, **options: Any) -> None:
        self._drop = drop
        self._options = {"settle_s": 2, **options}
        self.cursor: str | None = None

    def look(self) -> list[Page]:
        self._drop.clock.advance(seconds=10)
        store: Store = self._drop.open(**self._options)
        pages = list(store.changed_since(self.cursor, FROM))
        self.cursor = pages[-1].cursor if pages else self.cursor
        return pages


def opened(drop: DropFolder, name: str) -> IO[bytes]:
    """A file that its writer holds open from now on."""
    return (drop.path / name).open("wb", buffering=0)


def written(drop: DropFolder, file: IO[bytes], content: bytes) -> None:
    """The writer writes on through his handle, whatever the file is called by now."""
    file.write(content)
    drop.clock.advance(seconds=1)
    moment = drop.clock().timestamp()
    os.utime(f"/proc/self/fd/{file.fileno()}", (moment, moment))


def jsonl(*numbers: int) -> bytes:
    return b"".join(json.dumps(order_fields(str(number))).encode() + b"\n" for number in numbers)


def csv_row(number: int, sku: str = "007", net: str = "10.00", tax: str = "2.30", gross: str = "12.30") -> bytes:
    return f"{number},2026-03-01T10:00:00Z,PLN,{gross},{sku},1,{net},{tax}\n".encode()


def test_what_is_written_after_a_pause_longer_than_settle_s_is_read(drop: DropFolder) -> None:
    looker = Looker(drop)
    with opened(drop, "a.jsonl") as file:
        written(drop, file, jsonl(1, 2))
        assert list(readable(looker.look())) == ["1", "2"]
        written(drop, file, jsonl(3, 4))  # the file is in `in-work` by now
        assert list(readable(looker.look())) == ["3", "4"]
        assert drop.names("processed") == []
        looker.look()
        assert drop.names("processed") == ["00000002.00000-a.jsonl"]
        drop.clock.advance(seconds=1800)
        written(drop, file, jsonl(5))  # the file is in `processed` by now
        assert list(readable(looker.look())) == ["5"]
        looker.look()
    assert (drop.names("in-work"), drop.names("processed")) == ([], ["00000003.00000-a.jsonl"])
    drop.clock.advance(seconds=7200)
    assert looker.look() == []
    assert [path.name for path in (drop.path / "in-work").iterdir()] == []


@pytest.mark.parametrize(
    ("name", "first", "rest"),
    [
        ("a.jsonl", jsonl(1, 2)[:-30], jsonl(1, 2)[-30:] + jsonl(3)),
        ("a.json", b"[" + jsonl(1).strip() + b",", jsonl(2).strip() + b"," + jsonl(3).strip() + b"]"),
        ("a.json", b"[" + jsonl(1).strip() + b"," + jsonl(2)[:40], jsonl(2)[40:] + b"," + jsonl(3).strip() + b"]"),
        ("a.csv", CSV_HEADER.encode() + csv_row(1) + csv_row(2)[:-4], csv_row(2)[-4:] + csv_row(3)),
        ("a.csv", CSV_HEADER.encode()[:20], CSV_HEADER.encode()[20:] + csv_row(1) + csv_row(2) + csv_row(3)),
        # one more line of the last order: its first row alone was an order too
        ("a.csv", CSV_HEADER.encode() + csv_row(1) + csv_row(2, gross="24.60"),
         csv_row(2, sku="008", gross="24.60") + csv_row(3)),
        ("a.jsonl", b"\0" * 900, b""),
    ],
)  # fmt: skip
def test_an_order_that_was_half_written_is_whole_in_the_end(
    drop: DropFolder, name: str, first: bytes, rest: bytes
) -> None:
    looker, pages = Looker(drop), []
    with opened(drop, name) as file:
        written(drop, file, first)
        pages += looker.look()
        if not rest:  # a copy from Windows: the size is there first, the content follows
            file.seek(0)
            rest = jsonl(1, 2, 3).ljust(900, b" ")
        written(drop, file, rest)
        for _ in range(2):
            pages += looker.look()
    orders = readable(pages)
    assert sorted(orders) == ["1", "2", "3"]
    assert all(sum(line.gross for line in order.lines) == order.totals.gross for order in orders.values())
    assert drop.names("in-work") == []


def test_a_file_that_grows_takes_no_newer_word_back(drop: DropFolder) -> None:
    looker = Looker(drop)
    with opened(drop, "a.jsonl") as file:
        written(drop, file, jsonl(1, 2))
        looker.look()
        changed = order_fields("2", status="changed")
        drop.drop("b.jsonl", json.dumps(changed) + "\n" + json.dumps(order_fields("1", status="changed")))
        looker.look()
        written(drop, file, jsonl(3))
        assert [order.store_order_id for order in told(looker.look())] == ["3"]


def test_a_file_written_anew_through_its_handle_is_read_anew(drop: DropFolder) -> None:
    looker = Looker(drop)
    with opened(drop, "a.jsonl") as file:
        written(drop, file, jsonl(1, 2, 3))
        looker.look()
        file.truncate(0)
        file.seek(0)
        written(drop, file, jsonl(4))
        assert list(readable(looker.look())) == ["4"]


def test_another_file_under_the_same_name_is_another_file(drop: DropFolder) -> None:
    looker, found = Looker(drop), []
    for number in range(3):
        file = drop.drop("orders.csv", CSV_HEADER.encode() + csv_row(number))
        os.utime(file, (1_000_000_000, 1_000_000_000))  # copied with the time of long ago
        found += list(readable(looker.look()))
    looker.look()
    assert (found, len(drop.names("processed"))) == (["0", "1", "2"], 3)


def test_what_was_said_of_the_half_of_a_file_stays_beside_it_and_says_that_it_grew(drop: DropFolder) -> None:
    looker = Looker(drop)
    with opened(drop, "a.jsonl") as file:
        written(drop, file, jsonl(1, 2, 3)[:-30])
        (cut,) = [order for order in told(looker.look()) if order.problem]
        assert cut.store_order_id == "a.jsonl:3"
        written(drop, file, jsonl(3)[-30:])
        assert [order.store_order_id for order in told(looker.look())] == ["3"]
        looker.look()
    notes = (drop.path / "refused" / "00000002.00000-a.jsonl.problems.txt").read_text().splitlines()
    assert notes == [
        "a.jsonl of store drop, line 3: it is not JSON, or it breaks off.",
        "a.jsonl grew after it was read; it was read on from line 2.",
    ]


def test_a_page_that_ended_inside_a_file_that_grows_loses_nothing(drop: DropFolder) -> None:
    found: list[str] = []
    with opened(drop, "a.jsonl") as file:
        written(drop, file, jsonl(*range(600)))
        drop.clock.advance(seconds=10)
        page = next(drop.open(settle_s=2).changed_since(None, FROM))  # the process ends here
        found += [order.store_order_id for order in page.orders]
        written(drop, file, jsonl(*range(600, 700)))
        for _ in range(3):
            drop.clock.advance(seconds=10)
            pages = list(drop.open(settle_s=2).changed_since(page.cursor, FROM))
            found += [order.store_order_id for order in told(pages)]
            page = pages[-1] if pages else page
    assert found == [str(number) for number in range(700)]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("orders.csv.gz", b"\x1f\x8b\x08\x00", "it is packed (gzip): unpack it, and drop what is inside"),
        ("orders.csv", b"\x1f\x8b\x08\x00", "it is packed (gzip): unpack it, and drop what is inside"),
        ("orders.zip", b"PK\x03\x04", "it is packed (zip) or a spreadsheet (xlsx, ods): unpack it, or save it as CSV"),
        ("orders.7z", b"?", "it is packed (7z)"),
        ("orders.xlsx", b"?", "it is a spreadsheet (xlsx): save it as CSV UTF-8"),
        ("orders.csv", b"\xd0\xcf\x11\xe0", "it is a spreadsheet (xls): save it as CSV UTF-8"),
        ("orders.csv", CSV_HEADER.encode("utf-16"), "its text is in UTF-16"),
        ("orders.csv", b" <!DOCTYPE html><title>Log in</title>", "it is a web page"),
        ("orders.xml", b"<orders/>", "it is XML, and the store has no map for it"),
    ],
)
def test_what_is_no_export_is_refused_with_what_to_do(drop: DropFolder, name: str, content: bytes, words: str) -> None:
    looker = Looker(drop, settle_s=0)
    drop.drop(name, content)
    (order,) = told(looker.look())
    assert order.problem is not None
    assert order.problem.message.startswith(f"{name} of store drop, line 1: {words}")
    looker.look()
    assert drop.names("refused") == [f"00000001.00000-{name}", f"00000001.00000-{name}.problems.txt"]
