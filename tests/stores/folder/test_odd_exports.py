"""Exports as they come in the end: each order is right to the minor unit, or explained with its file and line."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bridge.testing.stores import readable, told
from tests.stores.drops import DropFolder, order_fields

FROM = datetime(2026, 1, 1, tzinfo=UTC)
HEADER = "store_order_id,created_at,currency,total_gross,line_sku,line_quantity,line_net,line_tax\n"
ROW = "1,2026-03-01T10:00:00Z,PLN,12.30,007,1,10.00,2.30\n"
COMMA: dict[str, Any] = {"decimal": ",", "delimiter": ";"}
WARSAW = {"timezone": "Europe/Warsaw"}
BASE = json.dumps(order_fields("1"))
MAP = {
    "order": "/E/O", "line": "L",
    "fields": {
        "store_order_id": "@id", "created_at": "At", "currency": "Cur", "total_gross": "Tot", "line_sku": "S",
        "line_quantity": "Q", "line_net": "N", "line_tax": "T",
    },
}  # fmt: skip
ORDER = (
    '<O id="1"><At>2026-03-01T10:00:00Z</At><Cur>PLN</Cur><Tot>12.30</Tot>'
    "<L><S>007</S><Q>1</Q><N>10.00</N><T>2.30</T></L></O>"
)


@pytest.fixture
def drop(tmp_path: Path) -> DropFolder:
    return DropFolder(tmp_path / "drop")


def words_of(drop: DropFolder, name: str, content: str | bytes, **options: Any) -> list[str]:
    """What is said of the orders of a file that are not read."""
    drop.drop(name, content)
    pages = list(drop.open(**options).changed_since(None, FROM))
    start = f"{name} of store drop, "
    return [order.problem.message.removeprefix(start) for order in told(pages) if order.problem]


def row(**changes: str) -> str:
    cells = dict(zip(HEADER.strip().split(","), ROW.strip().split(","), strict=True)) | changes
    return ",".join(cells.values()) + "\n"


THREE = "total_gross has three digits behind its sign, which may be one between thousands"


@pytest.mark.parametrize(
    ("content", "options", "words"),
    [
        (HEADER + row(total_gross="1.230", line_net="1.000", line_tax="0.230"), {}, f"line 2: {THREE}"),
        (HEADER.replace(",", ";") + "1;2026-03-01T10:00:00Z;PLN;1,230;7;1;1,000;0,230\n", COMMA, f"line 2: {THREE}"),
        (HEADER + row(line_quantity=""), {}, "line 2: line 1 has no line_quantity."),
        (HEADER + row(created_at="46082.41"), WARSAW, "line 2: created_at is not a time such as"),
        (HEADER + row(total_gross="12.30 PLN"), {}, "line 2: total_gross is not a number"),
        (HEADER + row(line_net="(10.00)"), {}, "line 2: line_net is not a number"),
        ((HEADER + ROW).replace("\n", "\r"), {}, "line 1: its lines end in a bare carriage return"),
        (HEADER + "Total,,,12.30,,,,\n", {}, "line 2: "),
        (HEADER + ROW + '2,"broken\n', {}, "line 2: the file cannot be read to the end of this order."),
    ],
)
def test_a_cell_that_could_be_read_in_two_ways_is_explained(
    drop: DropFolder, content: str, options: dict[str, Any], words: str
) -> None:
    assert words_of(drop, "a.csv", content, **options)[0].startswith(words)


@pytest.mark.parametrize(
    ("content", "options", "sku", "gross"),
    [
        (HEADER + row(line_sku='"=""00-001"""'), {}, "00-001", "12.30"),  # the formula that guards zeros
        (f'{HEADER.strip()};"a, b, c, d, e, f, g, h, i, j"\n{ROW.strip()};x\n'.replace(",", ";").replace("; ", ", "),
         {}, "007", "12.30"),
        (HEADER.replace(",", ";") + "1;2026-03-01T10:00:00Z;PLN;1\u202f230,00;7;1;1\u202f000,00;230,00\n",
         COMMA | {"thousands": " "}, "7", "1230.00"),
        (HEADER + row(total_gross="1\u2019230.00", line_net="1'000.00", line_tax="230.00"), {"thousands": "'"},
         "007", "1230.00"),
        (HEADER + row(currency="KWD", total_gross="1.230", line_net="1.000", line_tax="0.230"), {}, "007", "1.230"),
        (HEADER + row(total_gross="1.230", line_net="1.000", line_tax="0.230"),
         {"defaults": {"currency_digits": "3"}}, "007", "1.230"),
        (HEADER + row(total_gross="0.620", line_net="0.504", line_tax="0.116"), {}, "007", "0.620"),
        ((HEADER + ROW).replace(",", "\t"), {}, "007", "12.30"),
    ],
)  # fmt: skip
def test_what_has_one_reading_is_read(
    drop: DropFolder, content: str, options: dict[str, Any], sku: str, gross: str
) -> None:
    drop.drop("a.tsv", content)
    (order,) = readable(list(drop.open(**options).changed_since(None, FROM))).values()
    assert (order.lines[0].sku, str(order.lines[0].gross), str(order.totals.gross)) == (sku, gross, gross)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2026-10-25 01:59:59", "2026-10-24T23:59:59+00:00"),
        ("2026-10-25 02:30:00", "2026-10-25T00:30:00+00:00"),  # comes twice: the first is meant
        ("2026-10-25 03:00:00", "2026-10-25T02:00:00+00:00"),
        ("2026-03-29 02:30:00", "2026-03-29T01:30:00+00:00"),  # does not come: by the offset before, 03:30 on the clock
        ("2026-03-29 03:00:00", "2026-03-29T01:00:00+00:00"),
    ],
)
def test_times_of_the_nights_in_which_clocks_change(drop: DropFolder, written: str, meant: str) -> None:
    drop.drop("a.csv", HEADER + row(created_at=written))
    (order,) = readable(list(drop.open(**WARSAW).changed_since(None, FROM))).values()
    assert order.created_at.astimezone(UTC).isoformat() == meant


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (BASE[:-1] + ', "currency": "EUR"}', "a field stands in it twice"),
        (BASE.replace('"gross": "24.60", "paid"', '"gross": "24.60", "gross": "99.00", "paid"'), "a field stands"),
        (BASE.replace('"24.60"', '"24_6.0"'), "an amount holds a sign that is no part of a number"),
        (BASE.replace('"24.60"', '"-24.60"'), "its total is below zero"),
        (BASE.replace('"24.60"', "9" * 40), "a number has more digits than an order can hold"),
        (json.dumps(order_fields("1", lines=order_fields("1")["lines"] * 2)), "two lines have one position"),
    ],
)
def test_what_json_readers_read_differently_is_refused(drop: DropFolder, content: str, words: str) -> None:
    (said,) = words_of(drop, "a.jsonl", content)
    assert said.startswith(f"line 1: {words}")


def test_escapes_and_large_whole_numbers_are_no_field_twice(drop: DropFolder) -> None:
    text = BASE.replace("Nowak", 'O\\u0022Neil \\"x\\" \\\\').replace(
        '"store_order_id"', f'"more": {2**70}, "store_order_id"'
    )
    assert words_of(drop, "a.jsonl", text) == []


def test_a_list_under_the_name_of_lines_is_one_mistake_and_not_one_for_each_line(drop: DropFolder) -> None:
    orders = [order_fields(str(number)) for number in range(100)]
    said = words_of(drop, "a.jsonl", json.dumps(orders, indent=1))
    assert len(said) == 21
    assert said[-1].startswith("line 21: 21 lines in a row are no orders; nothing behind them was read.")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (f'<E xmlns="urn:x">{ORDER}</E>', ["line 1: no element of it is an order by the map"]),
        (f"<X>{ORDER}</X>", ["line 1: no element of it is an order by the map"]),
        (f"<E>{ORDER.replace('O>', 'P>').replace('<O', '<P')}</E>", ["line 1: no element of it is an order by"]),
        ("<E/>", []),
        ("<E> </E>", []),
        (
            f"<E>{ORDER.replace('<Tot>', '<Tot>99.00</Tot><Tot>')}</E>",
            ["line 1: the path of total_gross leads to several"],
        ),
        (f"<E>{ORDER.replace('<Tot>', '<Tot>12.30</Tot><Tot>')}</E>", []),
        (f"<E>{ORDER.replace('<Tot>12.30</Tot>', '<Tot/>')}</E>", ["line 1: total_gross is empty"]),
        (f"<E>{ORDER.replace('<T>2.30</T>', '<T/>')}</E>", ["line 1: line 1 needs two of"]),
        (f"<E>{ORDER.replace('007', '&nbsp;')}</E>", ["line 1: the XML is broken"]),
    ],
)
def test_xml_in_which_nothing_or_too_much_is_found(drop: DropFolder, content: str, words: list[str]) -> None:
    said = words_of(drop, "a.xml", content, xml=MAP)
    assert len(said) == len(words)
    assert all(one.startswith(word) for one, word in zip(said, words, strict=True))
