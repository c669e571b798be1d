"""The ERP's list of orders that it already holds."""

from __future__ import annotations

from pathlib import Path

import pytest

from bridge.profiles import RegisterEntry, RegisterMalformed, load_profile


def read(folder: Path, content: bytes) -> list[RegisterEntry]:
    path = folder / "register.csv"
    path.write_bytes(content)
    return list(load_profile("csv-orders", None).read_register(path))


def test_entries_are_read_with_their_zeros(tmp_path: Path) -> None:
    content = b"external_id,erp_number,date\r\n0010452,SO-1,2026-11-24\r\n,SO-2,2026-11-24\r\n10453,SO-3,2026-11-24"
    assert read(tmp_path, content) == [RegisterEntry("0010452", "SO-1"), RegisterEntry("10453", "SO-3")]


def test_a_register_that_is_new_holds_nothing(tmp_path: Path) -> None:
    assert read(tmp_path, b"external_id,erp_number\n") == []


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "line 1: the register is empty"),
        (b"id,erp_number\n", "line 1: there is no column external_id"),
        (b"external_id,erp_number\n10452\n", "line 2: has 1 fields; the heading has 2"),
        (b"external_id,erp_number\n10452,\xff\n", "line 2: byte 7 is not utf-8"),
        (b'external_id,erp_number\n10452,"SO', "line 2: a quoted field does not end"),
        (b"external_id,erp_number\n10452," + b"9" * 251, "line 2: an id or number is longer than 250 characters"),
        (b"external_id,erp_number\n" + b"9" * 251 + b",SO-1", "line 2: an id or number is longer than 250 characters"),
    ],
)
def test_a_broken_register_is_refused_with_its_line(content: bytes, what: str, tmp_path: Path) -> None:
    with pytest.raises(RegisterMalformed) as caught:
        read(tmp_path, content)
    assert what in caught.value.problem.message
