"""Answers with one absurd value in them: each is refused with its place, or shown as it is; none stops the reader."""

from __future__ import annotations

import tracemalloc
from functools import lru_cache
from pathlib import Path

import pytest

from bridge.profiles import AnswerMalformed, Profile, load_profile
from bridge.profiles.installation import Installation
from tests.profiles.test_edifact_answers import message, refused
from tests.profiles.test_idoc_answers import Segments, said, xml

BUILT_IN = Path(__file__).resolve().parents[2] / "templates"


@lru_cache
def built_in(name: str) -> Profile:
    return load_profile(name, None, Installation(sample=True))


def test_a_count_of_five_thousand_digits_in_unz_is_a_missing_part(tmp_path: Path) -> None:
    content = message("ORDRSP", "BGM+231+SO-1+29", "RFF+ON:10452").replace("UNZ+1+", f"UNZ+{'9' * 5_000}+")
    assert "a part is missing" in refused(tmp_path, content)


@pytest.mark.parametrize("quantity", ["1E+999999999999", "9E+2000000", "1E-999999999", "NaN", "Infinity"])
def test_an_absurd_quantity_of_an_order_response_is_shown_as_it_is(quantity: str, tmp_path: Path) -> None:
    segments: Segments = [
        (2, "E1EDK02", {"QUALF": "001", "BELNR": "10452"}),
        (2, "E1EDP01", {"POSEX": "1", "ACTION": "002", "MENGE": quantity}),
        (3, "E1EDP20", {"WMENG": quantity}),
    ]
    found = built_in("sap-idoc-orders05")
    tracemalloc.start()
    (result,) = said(found, tmp_path / "response.xml", xml("ORDRSP", segments))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert [one.confirmed for one in result.differences if one.field == "quantity"] == [quantity]
    assert peak < 1_000_000


def test_a_quantity_in_floating_point_is_a_quantity(tmp_path: Path) -> None:
    segments: Segments = [
        (2, "E1EDK02", {"QUALF": "001", "BELNR": "10452"}),
        (2, "E1EDP01", {"POSEX": "1", "MENGE": "20.000"}),
        (3, "E1EDP20", {"WMENG": "2.0000000000000000E+01"}),
    ]
    (result,) = said(built_in("sap-idoc-orders05"), tmp_path / "response.xml", xml("ORDRSP", segments))
    assert result.differences == ()


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("x12-850", "855_000000503.x12"),
        ("sage-x3-soh", "SOH000017.log"),
    ],
)
def test_an_answer_with_a_nul_in_it_is_damaged(name: str, file: str, tmp_path: Path) -> None:
    # A NUL in a reason is no text that a database holds.
    content = (BUILT_IN / name / "sample" / file).read_bytes()
    damaged = tmp_path / file
    for at in range(0, len(content), 7):
        damaged.write_bytes(content[:at] + b"\x00" + content[at:])
        with pytest.raises(AnswerMalformed, match=r"NUL|no whole ISA"):
            list(built_in(name).read_answer(damaged, file).results)


def test_a_flat_idoc_with_a_nul_in_it_is_damaged(tmp_path: Path) -> None:
    control = b"EDI_DC40".ljust(524)
    status = b"E2STATS".ljust(63) + (b"".ljust(43) + b"53").ljust(1000)
    with pytest.raises(AnswerMalformed, match=r"line 2: .*NUL"):
        said(built_in("sap-idoc-orders05"), tmp_path / "status.txt", control + b"\n" + status[:-1] + b"\x00\n")
