"""Siblings and logs of plain lines: what they say, and that a hostile one or a reckless pattern does no harm."""

from __future__ import annotations

from pathlib import Path

import pytest

from bridge.domain.answers import FileKey, FileReference, Level, Result, Verdict
from bridge.profiles import AnswerMalformed, Profile, ProfileRefused
from tests.profiles.making import csv_profile

SIBLING = """
[answers]
[[answers.rules]]
style = "sibling"
names = "{stem}.err"
[answers.rules.sibling]
says = "rejected"
encoding = "cp1250"
"""
LINES = r"""
[answers]
[[answers.rules]]
style = "lines"
names = "{file}.*.log"
[answers.rules.verdicts]
OK = "accepted"
RUN = "in work"
[answers.rules.lines]
[[answers.rules.lines.patterns]]
pattern = '(?P<verdict>\w+);(?P<external_id>\d+);(?P<erp_number>[^;]*)'
[[answers.rules.lines.patterns]]
pattern = 'record (?P<position>\d+) bad: (?P<code>E\d+) (?P<reason>.+)'
verdict = "rejected"
[[answers.rules.lines.patterns]]
pattern = 'file refused'
verdict = "rejected"
"""
NAME = "O0001.csv.20261124.log"


def read(profile: Profile, folder: Path, content: bytes, name: str = NAME) -> list[Result]:
    path = folder / "answer"
    path.write_bytes(content)
    return list(profile.read_answer(path, name).results)


def refused(profile: Profile, folder: Path, content: bytes, name: str = NAME) -> str:
    with pytest.raises(AnswerMalformed) as caught:
        read(profile, folder, content, name)
    return caught.value.problem.message


def test_a_sibling_speaks_of_its_whole_file_and_its_text_is_the_reason(tmp_path: Path) -> None:
    profile = csv_profile(tmp_path, more=SIBLING)
    path = tmp_path / "answer"
    path.write_bytes("E4 brak\r\n  towaru ł".encode("cp1250"))
    answer = profile.read_answer(path, "o0001.ERR")
    (result,) = answer.results
    assert answer.files == [FileReference(FileKey.NAME, "o0001.csv")]
    assert (result.whole_file, result.verdict, result.reason) == (True, Verdict.REJECTED, "E4 brak towaru ł")


@pytest.mark.parametrize("content", [b"", b"x" * 1_000_000], ids=["empty", "a megabyte"])
def test_a_sibling_of_any_length_is_read(tmp_path: Path, content: bytes) -> None:
    (result,) = read(csv_profile(tmp_path, more=SIBLING), tmp_path, content, "O0001.err")
    assert len(result.reason) == min(len(content), 2_000)


@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"no\x00t", "no\ufffdt"), (b"brak \x81 towaru \xb3", "brak \ufffd towaru ł")],
    ids=["NUL", "bytes"],
)
def test_a_rejection_stands_though_its_reason_is_damaged(tmp_path: Path, content: bytes, reason: str) -> None:
    (result,) = read(csv_profile(tmp_path, more=SIBLING), tmp_path, content, "O0001.err")
    assert (result.verdict, result.whole_file, result.reason) == (Verdict.REJECTED, True, reason)


def test_patterns_pick_what_a_line_says_and_pass_the_others_over(tmp_path: Path) -> None:
    log = "begin\nOK;10452;SO-1\nRUN;10453;\n\nrecord 3 bad: E4 no stock\nfile refused\nend"
    assert read(csv_profile(tmp_path, more=LINES), tmp_path, log.encode()) == [
        Result("10452", Verdict.ACCEPTED, "SO-1", place="line 2"),
        Result("10453", Verdict.PENDING, level=Level.IN_WORK, place="line 3"),
        Result("", Verdict.REJECTED, reason="no stock", code="E4", position=3, place="line 5"),
        Result("", Verdict.REJECTED, whole_file=True, place="line 6"),
    ]


def test_a_name_with_something_added_tells_only_how_our_name_begins(tmp_path: Path) -> None:
    profile = csv_profile(tmp_path, more=LINES)
    path = tmp_path / "answer"
    path.write_bytes(b"file refused\n")
    assert profile.read_answer(path, NAME).files == [FileReference(FileKey.PREFIX, NAME)]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"nothing here\n", "no line that a pattern of the profile fits"),
        (b"", "no line that a pattern of the profile fits"),
        (b"PERHAPS;10452;SO-1\n", "line 1"),
        (b"\xff\xfe\n", "is not utf-8-sig"),
        (b"record 0 bad: E4 no stock", "the position is no number from 1"),
        (b"x" * 2_000_000, "is longer than"),
    ],
)
def test_a_log_that_cannot_be_understood_is_malformed_and_quotes_nothing(
    tmp_path: Path, content: bytes, said: str
) -> None:
    message = refused(csv_profile(tmp_path, more=LINES), tmp_path, content)
    assert said in message
    assert "PERHAPS" not in message


def test_lines_that_no_pattern_fits_can_be_refused(tmp_path: Path) -> None:
    strict = LINES.replace("[answers.rules.lines]\n", '[answers.rules.lines]\nother_lines = "refuse"\n')
    assert "fits no pattern" in refused(csv_profile(tmp_path, more=strict), tmp_path, b"OK;1;SO-1\nwhat is this\n")


def test_a_line_longer_than_what_patterns_are_tried_on_fits_none(tmp_path: Path) -> None:
    log = b"OK;10452;" + b"9" * 1_000 + b"\nOK;10453;SO-2\n"
    assert [one.external_id for one in read(csv_profile(tmp_path, more=LINES), tmp_path, log)] == ["10453"]


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        (r"(a+)+(?P<external_id>\d)", "a repetition inside a repetition"),
        (r"(\w+ ?)*(?P<external_id>\d+)", "a repetition inside a repetition"),
        (r"\w+\w+ (?P<external_id>\d)", "two repetitions side by side"),
        (r"(?P<external_id>\d+)(?P<reason>.*)", "two repetitions side by side"),
        (r".*a.*b.*(?P<external_id>\d)", "too many repetitions"),
        (r"(?P<number>\d+)", "the group number is not known"),
        (r"(?P<external_id>\d", "is no regular expression"),
    ],
)
def test_a_pattern_that_could_try_too_many_ways_is_refused_with_its_line(
    tmp_path: Path, pattern: str, said: str
) -> None:
    settings = f"{LINES}[[answers.rules.lines.patterns]]\npattern = '{pattern}'\nverdict = \"accepted\"\n"
    with pytest.raises(ProfileRefused) as caught:
        csv_profile(tmp_path, more=settings)
    (mistake,) = caught.value.mistakes
    assert said in mistake.what
    assert mistake.place.endswith(":35")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('verdict = "rejected"', "", "says no verdict"),
        ("[answers.rules.lines]\n", '[answers.rules.lines]\nencoding = "utf-16"\n', "cannot be read line by line"),
        ('names = "{file}.*.log"', "", "needs names"),
        ('names = "{file}.*.log"', 'names = "{file}.*.log"\nbeside = true', "without * and ?"),
        ('names = "{file}.*.log"', 'names = "*.log"\ngrows = true\nrest = "accepted"', "a log that grows never is"),
        ('style = "lines"\nnames = "{file}.*.log"', 'style = "moved"', "needs the table [answers.rules.moved]"),
        ('style = "lines"\nnames = "{file}.*.log"', 'style = "vanished"\nnames = "x"', "have no meaning"),
        ('style = "lines"', 'style = "sibling"', "needs the table [answers.rules.sibling]"),
    ],
)
def test_a_rule_that_could_not_work_is_refused(tmp_path: Path, old: str, new: str, said: str) -> None:
    with pytest.raises(ProfileRefused) as caught:
        csv_profile(tmp_path, more=LINES.replace(old, new, 1))
    assert any(said in mistake.what for mistake in caught.value.mistakes)


@pytest.mark.parametrize("names", ["**{stem}.err", "*a*a*a*{file}"])
def test_a_name_pattern_that_could_try_too_many_ways_is_refused(tmp_path: Path, names: str) -> None:
    with pytest.raises(ProfileRefused) as caught:
        csv_profile(tmp_path, more=SIBLING.replace("{stem}.err", names))
    assert "names has stars side by side" in str(caught.value)
