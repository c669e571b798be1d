"""Rows that need no quotes are joined without csv.writer: the bytes must be those that csv.writer gives."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bridge.domain.characters import CharacterRules
from bridge.profiles.formats.csv_rows import CsvFormat
from bridge.profiles.settings import CsvSettings, FileSettings

ENDS = {"lf": "\n", "crlf": "\r\n", "none": ""}
VALUES = st.text(st.sampled_from("ab;,\t\"'\r\n =żŁ0")) | st.integers() | st.booleans() | st.none()


@pytest.mark.parametrize("line_end", ["lf", "crlf", "none"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@given(rows=st.lists(st.lists(VALUES, max_size=4), max_size=4))
@example(rows=[])
@example(rows=[[""]])
@example(rows=[["", ""], ["a"]])
@example(rows=[[""], ["a", "b;"]])  # as many delimiters as between fields of other rows
@example(rows=[["a", "b"], ["line\nbreak", "c"]])
@example(rows=[["a\tb", "c"], ["d", "e"]])
def test_rows_are_written_as_csv_writer_writes_them(line_end: str, delimiter: str, rows: list[list[object]]) -> None:
    record = {"each": "order", "columns": [{"heading": "number", "value": "number"}]}
    settings = CsvSettings.model_validate({"delimiter": delimiter, "quoting": "needed", "records": [record]})
    file = FileSettings.model_validate({"name": "ORD_{sequence:06}.csv", "line_end": line_end})
    format_ = CsvFormat("acme", settings, file, CharacterRules(), [])
    written = io.StringIO()
    csv.writer(written, delimiter=delimiter, lineterminator=ENDS[line_end]).writerows(rows)
    assert format_.text_of(rows, [None] * len(rows)) == written.getvalue()
