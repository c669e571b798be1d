"""Which patterns of a profile are refused: those that some text can keep busy for hours, and no others."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from bridge.profiles import ProfileRefused
from bridge.profiles.patterns import TooManyWays, refuse_too_many_ways
from tests.profiles.making import csv_profile

TEXTS = ("a" * 1_000, "-" * 1_000, " a" * 500, "aB1" * 333, "1" * 1_000 + "!", ";" * 1_000)
REFUSED = (
    (r"([A-Za-z]+ ?)+", "a repetition inside a repetition"),
    (r"(?P<external_id>(\w{1,20} ?){1,20}): ok", "a repetition inside a repetition"),
    (r"(;\w*[0-9]*)*y", "a repetition inside a repetition"),
    (r"(?:\w\w|\w)*: ok", "a choice inside a repetition"),
    (r"(?:\w\w|\d\d)*: ok", "a choice inside a repetition"),
    (r"\w{1,200}\w{1,200}\w{1,200}\w{1,200}: ok", "side by side"),
    (r"\w*a?\w*a?\w*a?\w*:", "side by side"),
    (r"[^;]*;?[^;]*;?[^;]*;?[^;]*;?[^;]*;?[^;]*x", "side by side"),
    (r"(\w+)?\w+x", "side by side"),
    (r"(.*)(,.*)?(,.*)?x", "side by side"),
    (r"\w*a\w*a\w*a\w*a\w*:", "too many repetitions"),
    ("a?" * 40 + "a" * 40, "too many choices"),
    ("(a|ab)" * 30, "too many choices"),
    (r"(\w+)\1x", "refers back"),
)
TAKEN = (
    r"[0-9]{2}-[0-9]{3}|[0-9]{5}|[A-Z]{1,2}[0-9][A-Z0-9]? ?[0-9][A-Z]{2}",
    r"([0-9]{1,3}\.){3}[0-9]{1,3}",
    r"[A-Z]+(-[0-9]+)*",
    r"([^\W_]|[.-]){0,80}",
    r"\S(.*\S)?",
    r"-?[0-9]+(\.[0-9]{1,4})?",
    r"\S+ order (?P<external_id>\d+) not imported: (?P<code>E\d+) (?P<reason>.*)",
    r"\S+ \S+ \S+ \S+ \S+ \S+:",
    r".*-.*-x",
)


@pytest.mark.parametrize(("pattern", "said"), REFUSED)
def test_what_can_be_tried_in_too_many_ways_is_refused(pattern: str, said: str) -> None:
    with pytest.raises(TooManyWays, match=said):
        refuse_too_many_ways(pattern)


@pytest.mark.parametrize("pattern", TAKEN)
def test_what_is_taken_is_quick_on_any_text(pattern: str) -> None:
    refuse_too_many_ways(pattern)
    tried = f"import re; [re.fullmatch({pattern!r}, text) for text in {TEXTS!r}]"
    subprocess.run([sys.executable, "-c", tried], check=True, timeout=60)


def test_a_pattern_of_a_limit_is_held_to_the_same(tmp_path: Path) -> None:
    limit = (
        '[[limits]]\nfield = "delivery.street"\nlabel = "Street"\npattern = "([A-Za-z]+ ?)+"\npattern_words = "words"\n'
    )
    with pytest.raises(ProfileRefused) as caught:
        csv_profile(tmp_path, more=limit)
    assert [one.what for one in caught.value.mistakes] == [
        "delivery.street: pattern has a repetition inside a repetition, which can try too many ways to fit"
    ]


def test_no_expression_that_is_none_is_taken() -> None:
    with pytest.raises(re.error):
        refuse_too_many_ways("(a")


@pytest.mark.parametrize(
    ("pattern", "said"),
    [("[", "its pattern is no regular expression"), ("(a+)+", "its pattern has a repetition inside a repetition")],
)
def test_a_pattern_of_a_parameter_is_held_to_the_same(tmp_path: Path, pattern: str, said: str) -> None:
    parameter = f'[parameters.p]\ndescription = "what"\ndefault = "{"a" * 40}b"\npattern = "{pattern}"\n'
    with pytest.raises(ProfileRefused) as caught:
        csv_profile(tmp_path, more=parameter)
    (mistake,) = caught.value.mistakes
    assert said in mistake.what
    assert mistake.place.endswith(":20")


@pytest.mark.parametrize("characters", ["a-z]|([A-Za-z]+ ?)+[x", "A-Z]", "]]", "0-9]{0}[^x"])
def test_the_characters_of_a_limit_hold_no_pattern(tmp_path: Path, characters: str) -> None:
    limit = f'[[limits]]\nfield = "delivery.street"\nlabel = "Street"\ncharacters = "{characters}"\n'
    with pytest.raises(ProfileRefused) as caught:
        csv_profile(tmp_path, more=limit)
    assert [one.what for one in caught.value.mistakes] == [
        "delivery.street: characters ends the [] in which it stands; write \\] for a bracket"
    ]


@pytest.mark.parametrize("characters", ["x", "]", "]a-z", r"A-Z\\]", r"\\w -", "^", r"\\s"])
def test_the_characters_of_a_limit_can_be_any_set(tmp_path: Path, characters: str) -> None:
    limit = f'[[limits]]\nfield = "delivery.street"\nlabel = "Street"\ncharacters = "{characters}"\n'
    assert csv_profile(tmp_path, more=limit).name
