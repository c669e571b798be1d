"""Rows with quotes around texts alone: what every row has alike is written beforehand, and reads no differently."""

from __future__ import annotations

from pathlib import Path

import pytest

from bridge.profiles import CharacterRefused, Profile
from tests.profiles.making import csv_profile, file_of, sent

DIALECT = 'delimiter = ";"\nquoting = "texts"'


def profile_with(folder: Path, each: str, columns: str) -> Profile:
    """One kind of row with these columns."""
    record = f'[[csv.records]]\neach = "{each}"\ncolumns = [{columns}]\n'
    return csv_profile(folder, more=record, **{'delimiter = ";"': f"{DIALECT}\nheading_row = false"})


def test_fixed_words_keep_percent_signs_and_quotes(tmp_path: Path) -> None:
    columns = (
        '{ heading = "a", text = "5 % \\" off", quoted = true }, { heading = "b", text = "100%s" }, '
        '{ heading = "c", text = "", quoted = true }, { heading = "d", value = "number" }'
    )
    rows = file_of(profile_with(tmp_path, "order", columns), sent_with(tmp_path, number='A"%')).decode().splitlines()
    assert rows[1] == '"5 % "" off";100%s;;"A""%"'


def test_a_row_of_fixed_words_alone_is_written_for_each_line(tmp_path: Path) -> None:
    profile = profile_with(tmp_path, "line", '{ heading = "a", text = "LINE" }')
    order = sent(profile)
    assert file_of(profile, order).decode().splitlines()[1:] == ["LINE"] * len(order["lines"])


def test_what_stands_once_is_in_the_first_line_alone(tmp_path: Path) -> None:
    columns = (
        '{ heading = "a", value = "external_id", once = true }, { heading = "b", value = "line.position" }, '
        '{ heading = "c", text = "x", once = true }'
    )
    profile = profile_with(tmp_path, "line", columns)
    order = sent(profile)
    order["lines"] = order["lines"][:2]
    assert file_of(profile, order).decode().splitlines()[1:] == ['"10452";1;x', ";2;"]


def test_a_bare_text_that_holds_the_delimiter_is_refused(tmp_path: Path) -> None:
    profile = profile_with(tmp_path, "order", '{ heading = "a", value = "number", quoted = false }')
    assert file_of(profile, sent_with(tmp_path, number="7")).decode().splitlines()[1] == "7"
    with pytest.raises(CharacterRefused, match="holds U\\+003B"):
        file_of(profile, sent_with(tmp_path, number="7;8"))


def sent_with(folder: Path, **texts: str) -> dict[str, object]:
    """The good order with these texts."""
    order = sent(csv_profile(folder / "other"))
    return {**order, **texts}
