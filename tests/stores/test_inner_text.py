"""A part of an answer is kept as the shop wrote it, however the shop spells its numbers and blanks."""

from __future__ import annotations

import pytest

from bridge.stores.exact_json import inner_text

TEXT = '{"data": {"a":[1.0e1, {"b" : "}"}] ,"orders":{ "total" :2,"items": [ {"id":"1","x":10.80} ,{}] }},"z":1}'


def test_a_part_is_the_text_that_the_shop_wrote() -> None:
    assert inner_text(TEXT, "data", "orders", "items") == '[ {"id":"1","x":10.80} ,{}]'
    assert inner_text(TEXT, "data", "a") == '[1.0e1, {"b" : "}"}]'
    assert inner_text(TEXT, "z") == "1"
    assert inner_text("  [1] ") == "[1]"


@pytest.mark.parametrize(
    "text",
    [
        "{}", '{"data":1}', '{"data":{"other":1}}', '{"data":[{"items":1}]}', '{"data":{"items"', '{"data":{"items":',
        '{"data" 1}', "", "nonsense", '{"data":{"x":1 "items":2}}', '{"a":' + "[" * 100_000,
    ],
)  # fmt: skip
def test_a_part_that_is_not_there_is_missing_and_never_guessed(text: str) -> None:
    with pytest.raises(KeyError):
        inner_text(text, "data", "items")
