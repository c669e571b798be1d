"""What an answer in records of fixed width says, and that a damaged or hostile one is refused without harm."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import pytest

from bridge.domain.answers import FileKey, FileReference, Level, Result, Verdict
from bridge.profiles import AnswerMalformed, Profile, ProfileRefused, load_profile
from bridge.profiles.installation import Installation
from tests.profiles.making import CSV, made

RULE = """
[[answers.rules]]
style = "fixed"
names = "{stem}.ans"
MORE
[answers.rules.verdicts]
A = "accepted"
R = "rejected"
W = "in work"
[answers.rules.fixed]
TABLE
[answers.rules.fixed.columns]
COLUMNS
"""
COLUMNS = """\
verdict = { at = 1, width = 1 }
external_id = { at = 2, width = 6 }
erp_number = { at = 8, width = 6 }
reason = { at = 14, width = 20 }
"""


def profile_with(folder: Path, table: str = "", columns: str = COLUMNS, more: str = "") -> Profile:
    rule = RULE.replace("TABLE", table).replace("COLUMNS", columns).replace("MORE", more)
    return made(folder, CSV.replace("ENCODING", "utf-8") + rule)


def results(profile: Profile, folder: Path, content: bytes, name: str = "O0017.ans", from_row: int = 0) -> list[Result]:
    path = folder / "answer"
    path.write_bytes(content)
    return list(profile.read_answer(path, name, from_row).results)


def refused(profile: Profile, folder: Path, content: bytes) -> str:
    with pytest.raises(AnswerMalformed) as caught:
        results(profile, folder, content)
    return caught.value.problem.message


def test_records_with_line_ends_are_read_with_their_blanks_cut(tmp_path: Path) -> None:
    profile = profile_with(tmp_path)
    content = "A10452 SO-1  \r\n\r\nR10453       Zły kod\nW10454".encode()
    path = tmp_path / "answer"
    path.write_bytes(content)
    answer = profile.read_answer(path, "O0017.ans")
    assert answer.files == [FileReference(FileKey.NAME, "O0017.csv")]
    assert list(answer.results) == [
        Result("10452", Verdict.ACCEPTED, "SO-1", "", "record 1"),
        Result("10453", Verdict.REJECTED, None, "Zły kod", "record 3"),
        Result("10454", Verdict.PENDING, None, "", "record 4", level=Level.IN_WORK),
    ]


@pytest.mark.parametrize("line_end", [b"\x15", b"\x25", b"\r\x25"])
def test_ebcdic_has_two_line_ends_and_both_are_read(line_end: bytes, tmp_path: Path) -> None:
    profile = profile_with(tmp_path, 'encoding = "cp870"')
    content = line_end.join(row.encode("cp870") for row in ("A10452 SO-1", "R10453       Łódź", ""))
    assert [(one.external_id, one.reason) for one in results(profile, tmp_path, content)] == [
        ("10452", ""),
        ("10453", "Łódź"),
    ]


def test_records_of_one_length_need_no_line_ends(tmp_path: Path) -> None:
    profile = profile_with(tmp_path, 'encoding = "cp870"\nrecord_length = 40\nunit = "bytes"')
    content = b"".join(row.ljust(40).encode("cp870") for row in ("A10452 SO-1", "R10453       źle"))
    assert [(one.external_id, one.erp_number, one.reason) for one in results(profile, tmp_path, content)] == [
        ("10452", "SO-1", ""),
        ("10453", None, "źle"),
    ]
    assert "the file ends inside a record: 39 of 40 bytes" in refused(profile, tmp_path, content[:-1])


def test_positions_in_bytes_are_those_of_the_machine(tmp_path: Path) -> None:
    columns = "reason = { at = 1, width = 8 }\nverdict = { at = 9, width = 1 }\nexternal_id = { at = 10, width = 6 }"
    profile = profile_with(tmp_path, 'encoding = "utf-8"\nunit = "bytes"', columns)
    assert results(profile, tmp_path, "Łódź A10452 \n".encode()) == [
        Result("10452", Verdict.ACCEPTED, None, "Łódź", "record 1")
    ]


def test_a_kind_of_record_and_a_damaged_letter_are_told_in_bytes_too(tmp_path: Path) -> None:
    columns = "reason = { at = 4, width = 7 }\nverdict = { at = 3, width = 1 }\nexternal_id = { at = 11, width = 6 }"
    profile = profile_with(tmp_path, 'encoding = "utf-8"\nunit = "bytes"\nonly = "Ł"', columns)
    (result,) = results(profile, tmp_path, "ŁAŁódź10452 \nXAŁódź10453 \n".encode())
    assert (result.external_id, result.reason) == ("10452", "Łódź")
    assert "record 2: byte 4 is not utf-8" in refused(profile, tmp_path, b"\n\xc5\x81A\xffok   10452 \n")


def test_a_long_answer_is_read_as_a_short_one(tmp_path: Path) -> None:
    """It is read in chunks; records, letters and line ends span their ends, and the damaged one is named exactly."""
    rows = [f"R{number:6}       Zły kod {number}" for number in range(10_000)]
    profile = profile_with(tmp_path)
    read = results(profile, tmp_path, "\r\n".join(rows).encode())
    assert [one.reason for one in read] == [f"Zły kod {number}" for number in range(10_000)]
    assert read[-1].place == "record 10000"
    rows[7_000] = rows[7_000].replace("kod", "k\x00d")
    assert "record 7001: holds a NUL" in refused(profile, tmp_path, "\n".join(rows).encode())


def test_records_of_another_kind_are_passed_over(tmp_path: Path) -> None:
    columns = COLUMNS.replace("at = 14", "at = 15").replace("at = 8", "at = 9").replace("at = 2", "at = 3")
    profile = profile_with(tmp_path, 'only = "D"', columns.replace("at = 1,", "at = 2,"))
    content = b"H2026\nDA10452 SO-1\nT0001\n"
    assert [one.external_id for one in results(profile, tmp_path, content)] == ["10452"]


def test_results_without_an_id_stand_in_the_order_of_our_file(tmp_path: Path) -> None:
    columns = "verdict = { at = 1, width = 1 }\nerp_number = { at = 2, width = 6 }"
    profile = profile_with(tmp_path, columns=columns, more="by_position = true")
    assert [(one.position, one.verdict) for one in results(profile, tmp_path, b"ASO-1\nR\n")] == [
        (1, Verdict.ACCEPTED),
        (2, Verdict.REJECTED),
    ]
    with pytest.raises(ProfileRefused, match="external_id is missing"):
        profile_with(tmp_path / "without", columns=columns)


def test_a_log_that_grows_gives_only_whole_new_records(tmp_path: Path) -> None:
    profile = profile_with(tmp_path, more="grows = true")
    content = b"A10452 SO-1\nQ10453\nA10454 SO-2\nA10455 SO"
    path = tmp_path / "answer"
    path.write_bytes(content)
    answer = profile.read_answer(path, "O0017.ans", from_row=1)
    assert [one.external_id for one in answer.results] == ["10454"]
    assert (answer.rows_read, answer.bad_rows) == (3, 1)
    problem = answer.problem("O0017.ans")
    assert problem is not None
    assert problem.message.startswith("O0017.ans, line 2: the verdict is a word that the profile does not know")
    with pytest.raises(AnswerMalformed, match="has 3 records, and had 4 before"):
        results(profile, tmp_path, content, from_row=4)


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"A10452\nX10453\n", "record 2: the verdict is a word that the profile does not know (it knows A, R, W)"),
        (b"A10452\nR10453       \xff\n", "record 2: byte 14 is not utf-8"),
        (b"A10\x00452\n", "record 1: holds a NUL"),
        (b"A" * 1_200_000, "a record is longer than 1048576 bytes"),
    ],
)
def test_a_damaged_answer_is_refused_with_its_record(content: bytes, what: str, tmp_path: Path) -> None:
    message = refused(profile_with(tmp_path), tmp_path, content)
    assert what in message
    assert "10453" not in message


@pytest.mark.parametrize(
    ("table", "what"),
    [
        ('encoding = "cp1153"', "fixed.encoding = 'cp1153' is not known"),
        ('encoding = "utf-16-le"', "a file in utf-16-le needs record_length"),
        ('record_length = 20\nunit = "bytes"', "a column ends at 33; a record has 20 bytes"),
    ],
)
def test_a_rule_that_cannot_be_read_is_told(table: str, what: str, tmp_path: Path) -> None:
    with pytest.raises(ProfileRefused, match=what):
        profile_with(tmp_path, table)


def test_a_large_answer_is_read_in_flat_memory(tmp_path: Path) -> None:
    profile = load_profile("fixed-width", None, Installation(parameters={"form": "as400", "code_page": "cp870"}))
    path = tmp_path / "answer"
    record = f"R{'10452':20}OK{'4500012345':12}".ljust(80).encode("cp870")
    with path.open("wb") as content:
        for _ in range(5):
            content.write(record * 10_000)  # 4 MB together
    tracemalloc.start()
    count = sum(1 for _ in profile.read_answer(path, "W0000001.ANS").results)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 50_000
    assert peak < 1_500_000  # a chunk and its records


def test_an_endless_id_or_number_is_refused_and_one_with_many_blanks_is_not(tmp_path: Path) -> None:
    """Indexes of databases hold no endless ones."""
    wide = """\
    verdict = { at = 1, width = 1 }
    external_id = { at = 2, width = 300 }
    erp_number = { at = 302, width = 300 }
    """
    profile = profile_with(tmp_path, columns=wide)
    fits = f"A{'1' * 250:300}{'2' * 250:300}\n".encode()
    assert [len(one.external_id) for one in results(profile, tmp_path, fits)] == [250]
    for row in (f"A{'1' * 251}", f"A{'10452':300}{'2' * 251}"):
        message = refused(profile, tmp_path, fits + row.encode())
        assert "record 2: an id or number is longer than 250 characters" in message


def test_line_ends_of_both_kinds_can_stand_in_one_file(tmp_path: Path) -> None:
    profile = profile_with(tmp_path)
    for content in (b"A1\r\nA2\nA3\r\n", b"A1\nA2\r\nA3", b"A1\r\nA2\r\nA3\n", b"A1\r\nA2\r\nA3\r\n", b"A1\nA2\n\nA3"):
        assert [one.external_id for one in results(profile, tmp_path, content)] == ["1", "2", "3"]


def test_results_without_an_id_have_their_place_behind_thousands_that_have_one(tmp_path: Path) -> None:
    profile = profile_with(tmp_path, more="by_position = true")
    rows = [f"A{number:6}SO-1" for number in range(20_000)] + ["A", "X", "R", "A 10452"]
    profile_rows = "\n".join(rows).replace("X", "\n").encode()  # an empty record is no order
    last = results(profile, tmp_path, profile_rows)[-3:]
    assert [(one.external_id, one.position) for one in last] == [("", 20_001), ("", 20_002), ("10452", None)]
