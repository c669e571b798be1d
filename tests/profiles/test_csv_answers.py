"""What a CSV log of an ERP says, while it grows, and that a malformed or hostile one is refused without harm."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import pytest

from bridge.domain.answers import FileKey, FileReference, Result, Verdict
from bridge.profiles import AnswerMalformed, Profile, load_profile
from tests.profiles.making import CSV, made

HEAD = b"file;line;order;status;number;text\r\n"
ONE = b"ORD_000001.csv;2;10452;OK;SO-1;\r\n"
TWO = b'ORD_000001.csv;6;10453;ERR;;"Article 007 is locked; ask purchasing"\r\n'
NAME = "import-20261124.log.csv"
FILE = FileReference(FileKey.NAME, "ORD_000001.csv")


@pytest.fixture
def profile() -> Profile:
    return load_profile("csv-orders", None)


def read(profile: Profile, folder: Path, content: bytes, from_row: int = 0) -> tuple[list[Result], int]:
    path = folder / "log"
    path.write_bytes(content)
    answer = profile.read_answer(path, NAME, from_row)
    return list(answer.results), answer.rows_read


def refused(profile: Profile, folder: Path, content: bytes, from_row: int = 0) -> str:
    with pytest.raises(AnswerMalformed) as caught:
        read(profile, folder, content, from_row)
    return caught.value.problem.message


def test_rows_become_results(profile: Profile, tmp_path: Path) -> None:
    assert read(profile, tmp_path, HEAD + ONE + TWO) == (
        [
            Result("10452", Verdict.ACCEPTED, "SO-1", "", "line 2", file=FILE),
            Result("10453", Verdict.REJECTED, None, "Article 007 is locked; ask purchasing", "line 3", file=FILE),
        ],
        2,
    )


def test_a_log_speaks_of_no_single_file(profile: Profile, tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(HEAD + ONE)
    assert profile.read_answer(path, NAME).files == []
    assert profile.answers is not None
    (rule,) = profile.answers.rules
    assert (rule.pattern, rule.grows) == ("import-*.log.csv", True)


def test_only_new_rows_of_a_log_that_grew_are_read(profile: Profile, tmp_path: Path) -> None:
    results, rows_read = read(profile, tmp_path, HEAD + ONE + TWO, from_row=1)
    assert [result.external_id for result in results] == ["10453"]
    assert rows_read == 2


@pytest.mark.parametrize("cut", range(1, len(TWO)))
def test_a_row_that_is_still_being_written_waits(cut: int, profile: Profile, tmp_path: Path) -> None:
    results, rows_read = read(profile, tmp_path, HEAD + ONE + TWO[:-cut])
    assert [result.external_id for result in results] == ["10452"]
    assert rows_read == 1


@pytest.mark.parametrize("content", [b"", b"file;li", HEAD])
def test_a_log_that_has_just_begun_says_nothing_yet(content: bytes, profile: Profile, tmp_path: Path) -> None:
    assert read(profile, tmp_path, content) == ([], 0)


def test_a_quoted_text_may_span_lines(profile: Profile, tmp_path: Path) -> None:
    row = b'ORD_000001.csv;2;10452;ERR;;"line one\nline ""two"""\r\n'
    results, rows_read = read(profile, tmp_path, HEAD + row + ONE)
    assert [result.reason for result in results] == ['line one\nline "two"', ""]
    assert rows_read == 2
    assert read(profile, tmp_path, HEAD + row[:40]) == ([], 0)


def test_a_quote_inside_an_unquoted_text_opens_nothing(profile: Profile, tmp_path: Path) -> None:
    results, _ = read(profile, tmp_path, HEAD + b'F;2;10452;ERR;;5" pipe\r\n' + ONE)
    assert [result.reason for result in results] == ['5" pipe', ""]


def test_a_byte_order_mark_and_other_columns_are_passed_over(profile: Profile, tmp_path: Path) -> None:
    head = b"\xef\xbb\xbf" + HEAD.replace(b"file;", b"who;file;")
    results, _ = read(profile, tmp_path, head + b"x;ORD_000001.csv;2;0010452;OK;SO-1;\r\n")
    assert [result.external_id for result in results] == ["0010452"]


@pytest.mark.parametrize("before", [1, 2_000])
def test_only_the_mark_at_a_files_begin_is_passed_over_however_long_the_file_is(
    profile: Profile, tmp_path: Path, before: int
) -> None:
    marked = b"".join(b"\xef\xbb\xbf" + ONE for _ in range(before))
    results, _ = read(profile, tmp_path, HEAD + marked)
    assert {result.file for result in results} == {FileReference(FileKey.NAME, "\ufeffORD_000001.csv")}


@pytest.mark.parametrize(
    ("row", "what"),
    [
        (b"x;2;10453\r\n", "line 3: has 3 fields; too few"),
        (b"x;2;10453;MAYBE;;\r\n", "line 3: the verdict is a word that the profile does not know (it knows OK, ERR)"),
    ],
)
def test_a_bad_row_of_a_growing_log_is_told_and_the_others_count(
    row: bytes, what: str, profile: Profile, tmp_path: Path
) -> None:
    path = tmp_path / "log"
    path.write_bytes(HEAD + ONE + row + TWO + row)
    answer = profile.read_answer(path, NAME)
    assert [result.external_id for result in answer.results] == ["10452", "10453"]
    assert answer.rows_read == 4
    problem = answer.problem(NAME)
    assert problem is not None
    assert what in problem.message
    assert problem.message.endswith("; 1 more rows cannot be read.")


def test_a_row_about_a_whole_file_is_no_result(profile: Profile, tmp_path: Path) -> None:
    assert read(profile, tmp_path, HEAD + b"ORD_000001.csv;0;;ERR;;sequence\r\n") == ([], 1)


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"file;line;order;state\r\n", "line 1: there is no column status"),
        (HEAD + "x;2;10452;ERR;;Łódź\r\n".encode("iso8859-2"), "line 2: byte 16 is not utf-8"),
        ("file;line\r\n".encode("utf-16"), "line 1: byte 1 is not utf-8"),
        (HEAD + b"x;2;10\x00452;OK;;\r\n", "line 2: holds a NUL"),
        (HEAD + b"x" * 1_100_000 + b";2;10452;OK;;\r\n", "line 2: the line is longer than 1048576 bytes"),
        (HEAD + b'x;2;10452;ERR;;"' + b"y\n" * 2_000, "line 2: a quoted field does not end"),
        (HEAD + b'x;2;10452;ERR;;"a"b\r\n', "line 2: is no row of this dialect"),
    ],
)
def test_a_malformed_log_is_refused_with_its_line(content: bytes, what: str, profile: Profile, tmp_path: Path) -> None:
    message = refused(profile, tmp_path, content)
    assert message.startswith(f"{NAME}, line ")
    assert what in message
    assert "MAYBE" not in message


def test_a_long_log_is_read_as_a_short_one(profile: Profile, tmp_path: Path) -> None:
    """It is read in chunks; rows, letters of two bytes and quoted texts of several lines span their ends."""
    rows = [f'F;2;{number};ERR;;"Łódź\r\n{number}"\r\n' for number in range(10_000)]
    results, rows_read = read(profile, tmp_path, HEAD + "".join(rows).encode())
    assert rows_read == 10_000
    assert [(one.external_id, one.reason) for one in results] == [(f"{n}", f"Łódź\r\n{n}") for n in range(10_000)]
    assert (results[0].place, results[-1].place) == ("line 2", "line 20000")


def test_rows_before_a_damaged_line_of_a_long_log_are_told_before_it(profile: Profile, tmp_path: Path) -> None:
    for damaged, what in ((b"x;2;1;OK;\xff;\r\n", "byte 10 is not utf-8"), (b"x;\x00\r\n", "holds a NUL")):
        path = tmp_path / "log"
        path.write_bytes(HEAD + ONE * 5_000 + damaged + ONE * 5_000)
        results = profile.read_answer(path, NAME).results
        assert sum(1 for _ in islice(results, 5_000)) == 5_000
        with pytest.raises(AnswerMalformed, match=f"line 5002: {what}"):
            next(results)


def test_a_quoted_text_that_never_ends_is_refused_before_it_fills_the_memory(profile: Profile, tmp_path: Path) -> None:
    message = refused(profile, tmp_path, HEAD + b'x;2;10452;ERR;;"a\n' + b'";"a\n' * 500_000)
    assert "line 2: a quoted field does not end" in message


def test_a_log_that_lost_rows_is_refused(profile: Profile, tmp_path: Path) -> None:
    assert "has 1 rows, and had 2 before" in refused(profile, tmp_path, HEAD + ONE, from_row=2)


def test_a_log_without_headings_is_read_by_number(tmp_path: Path) -> None:
    settings = """
[[answers.rules]]
style = "csv"
names = "{file}.log"
[answers.rules.verdicts]
0 = "accepted"
1 = "rejected"
[answers.rules.csv]
encoding = "cp1250"
delimiter = "\\t"
heading = false
columns = { external_id = 2, verdict = 1, reason = 3 }
"""
    profile = made(tmp_path, CSV.replace("ENCODING", "utf-8") + settings)
    path = tmp_path / "log"
    path.write_bytes("1\t10452\tZły kod\n0\t10453\t".encode("cp1250"))
    answer = profile.read_answer(path, "O0017.csv.log")
    assert answer.files == [FileReference(FileKey.NAME, "O0017.csv")]
    assert list(answer.results) == [
        Result("10452", Verdict.REJECTED, None, "Zły kod", "line 1"),
        Result("10453", Verdict.ACCEPTED, None, "", "line 2"),
    ]


def test_texts_over_several_lines_are_whole_wherever_the_file_was_cut_to_be_read(
    profile: Profile, tmp_path: Path
) -> None:
    def row(number: int) -> bytes:
        return b'x.csv;1;%d;ERR;;"locked\nfor %s\n\nagain"\r\n' % (number, b"y" * (number % 97))

    rows = b"".join(map(row, range(1, 5_001)))
    found, _ = read(profile, tmp_path, HEAD + rows)
    assert [(one.external_id, one.place) for one in found] == [
        (str(number), f"line {4 * number - 2}") for number in range(1, 5_001)
    ]
    assert {one.reason.count("\n") for one in found} == {3}


def test_a_row_says_the_same_beside_one_that_wants_a_closer_look(profile: Profile, tmp_path: Path) -> None:
    alone, _ = read(profile, tmp_path, HEAD + ONE + TWO)
    about_the_file = b"ORD_000001.csv;;;OK;;\r\n"
    beside, _ = read(profile, tmp_path, HEAD + ONE + TWO + about_the_file)
    assert beside == alone


def test_an_endless_id_or_number_is_a_bad_row_and_one_with_many_blanks_is_not(profile: Profile, tmp_path: Path) -> None:
    """Indexes of databases hold no endless ones."""
    blanks = b" " * 300
    fits = b"x.csv;2;" + b"1" * 250 + blanks + b";OK;" + b"2" * 250 + blanks + b";\r\n"
    found, _ = read(profile, tmp_path, HEAD + fits)
    assert [(len(one.external_id), len(one.erp_number or "")) for one in found] == [(250, 250)]
    for row in (b"x.csv;3;" + b"1" * 251 + b";OK;SO-1;\r\n", b"x.csv;3;10452;OK;" + b"2" * 251 + b";\r\n"):
        path = tmp_path / "log"
        path.write_bytes(HEAD + fits + row + fits)
        answer = profile.read_answer(path, NAME)
        assert len(list(answer.results)) == 2
        assert answer.bad_row == (3, "an id or number is longer than 250 characters")
