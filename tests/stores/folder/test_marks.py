"""A set of texts in a few bytes each."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bridge.stores.folder.marks import Marks


def test_a_text_is_new_once() -> None:
    marks = Marks()
    assert [marks.add(text) for text in ("a", "b", "a", "", "")] == [True, True, False, True, False]


def test_ten_thousand_texts_are_all_remembered() -> None:
    marks = Marks()
    assert all(marks.add(str(number)) for number in range(10_000))
    assert not any(marks.add(str(number)) for number in range(10_000))
    assert len(marks) == 10_000


@given(st.lists(st.text(max_size=3)))
def test_it_agrees_with_a_set(texts: list[str]) -> None:
    marks = Marks()
    assert sum(marks.add(text) for text in texts) == len(set(texts)) == len(marks)
