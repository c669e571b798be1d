"""Letters on machines that do not read ASCII: each code page's bytes are written out, as glibc's iconv gives them."""

from __future__ import annotations

from pathlib import Path

import pytest

from bridge.profiles import CharacterRefused, ProfileRefused
from tests.profiles.making import file_of, made, sent

SETTINGS = """\
format = "fixed"
[file]
name = "O{sequence:04}.TXT"
encoding = "ENCODING"
line_end = "LINE_END"
orders_per_file_max = 9
[characters]
newline = "blank"
[fixed]
TABLE[[fixed.records]]
each = "order"
columns = [
  { heading = "TEXT", value = "delivery.city", width = 40 },
  { heading = "DUE", value = "totals.due", width = 6, form = "money", decimals = "implied", sign = "overpunched" },
]
"""


def text_in(folder: Path, encoding: str, text: str, due: str = "0", line_end: str = "none", table: str = "") -> bytes:
    settings = SETTINGS.replace("ENCODING", encoding).replace("LINE_END", line_end).replace("TABLE", table)
    profile = made(folder, settings)
    order = sent(profile, {"delivery.city": text})
    order["totals"]["due"] = due
    return file_of(profile, order, order)


PANGRAMS = {
    "cp870": ("ĄąĆćĘęŁłŃńÓóŚśŹźŻż 09azAZ", "b1a069497252ba9abb9beeceaa8ab9b7b4b2 40 f0f981a9c1e9"),
    "cp1141": ("ÄÖÜäöüß€ 09azAZ", "4ae05ac06ad0a19f 40 f0f981a9c1e9"),  # the euro sign in place of the currency sign
    "cp037": ("Quick {}[]", "d8a4898392 40 c0d0babb"),
    "cp1250": ("ĄąĆćĘęŁłŃńÓóŚśŹźŻż", "a5b9c6e6caeaa3b3d1f1d3f38c9c8f9fafbf"),
    "cp852": ("ĄąĆćĘęŁłŃńÓóŚśŹźŻż", "a4a58f86a8a99d88e3e4e0a297988dabbdbe"),
    "iso8859-2": ("ĄąĆćĘęŁłŃńÓóŚśŹźŻż", "a1b1c6e6caeaa3b3d1f1d3f3a6b6acbcafbf"),
}


@pytest.mark.parametrize("encoding", PANGRAMS)
def test_every_letter_has_the_byte_that_the_machine_reads(encoding: str, tmp_path: Path) -> None:
    text, expected = PANGRAMS[encoding]
    letters = bytes.fromhex(expected)
    assert text_in(tmp_path, encoding, text)[: len(letters)] == letters


@pytest.mark.parametrize(
    ("encoding", "due", "expected"),
    [
        ("cp870", "12.50", "f0f0f1f2f5c0"),
        ("cp870", "-12.57", "f0f0f1f2f5d7"),
        ("cp1141", "12.50", "f0f0f1f2f5c0"),  # the byte C0 counts, which is no brace on a German machine
        ("cp1141", "-12.50", "f0f0f1f2f5d0"),
        ("cp1250", "-12.50", "30303132357d"),
    ],
)
def test_an_overpunched_sign_is_the_byte_and_not_the_brace(
    encoding: str, due: str, expected: str, tmp_path: Path
) -> None:
    assert text_in(tmp_path, encoding, "A", due)[40:46] == bytes.fromhex(expected)


@pytest.mark.parametrize(
    ("line_end", "table", "expected"),
    [("lf", "", "25"), ("lf", 'line_end = "nel"\n', "15"), ("crlf", "", "0d25"), ("none", "", "")],
)
def test_records_in_ebcdic_end_with_the_byte_that_was_agreed(
    line_end: str, table: str, expected: str, tmp_path: Path
) -> None:
    content = text_in(tmp_path, "cp870", "Łódź", line_end=line_end, table=table)
    record = bytes.fromhex("bace84b7") + b"\x40" * 36 + b"\xf0" * 5 + b"\xc0"
    assert content == (record + bytes.fromhex(expected)) * 2


def test_what_ebcdic_reads_as_a_line_end_is_never_inside_a_field(tmp_path: Path) -> None:
    with pytest.raises(CharacterRefused, match=r"delivery city holds U\+0015 at position 2"):
        text_in(tmp_path, "cp037", "a\x15b")
    assert text_in(tmp_path, "cp037", "a\x85b").rstrip() == text_in(tmp_path, "cp037", "a b").rstrip()


def test_a_letter_of_another_part_of_europe_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CharacterRefused, match="which a file in cp1141 cannot carry"):
        text_in(tmp_path, "cp1141", "Łódź")


def test_a_code_page_that_nobody_knows_is_told(tmp_path: Path) -> None:
    with pytest.raises(ProfileRefused, match=r"file\.encoding 'cp1153' is not known"):
        text_in(tmp_path, "cp1153", "A")


def test_widths_in_utf_16_count_two_bytes_a_letter(tmp_path: Path) -> None:
    content = text_in(tmp_path, "utf-16-le", "Łódź", table='unit = "bytes"\n')
    assert content[:40] == ("Łódź" + " " * 16).encode("utf-16-le")
    assert content[40:46] == "00{".encode("utf-16-le")
