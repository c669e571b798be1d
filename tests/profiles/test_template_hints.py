"""What a template's slip is answered with: the nearest name, or where a right name belongs."""

from __future__ import annotations

import pytest

from bridge.profiles.template_hints import with_hint


@pytest.mark.parametrize(
    ("word", "hint"),
    [
        ("crc32", "file.crc32 is there only in the template of the file's end (the tail)"),
        ("gross_total", "file.gross_total is there only in the template of the file's end (the tail)"),
        ("erp_sku", "there is a field erp_sku, but not of what stands before the dot"),
        ("curency", "did you mean currency?"),
    ],
)
def test_a_name_that_is_not_there_is_told_with_where_it_is(word: str, hint: str) -> None:
    what = f"'dict object' has no attribute '{word}'"
    assert with_hint(what) == f"{what}; {hint}"
