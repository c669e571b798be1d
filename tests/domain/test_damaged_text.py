"""Text that was read in a wrong encoding is seen, and no word of any language is taken for it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.domain.damaged_text import is_damaged

WORDS = [
    "Müller", "Königstraße", "Łódź", "Żółć", "Gęślą", "Señor Núñez", "Élysée", "Ångström", "Győr", "Dvořák", "Þórður",
    "Ærø", "Façade", "İstanbul", "Nguyễn", "Αθήνα", "Київ", "Ștefan", "Đorđe", "João",
]  # fmt: skip


@pytest.mark.parametrize(
    "word", [*WORDS, *(word.upper() for word in WORDS), "ORĂŞTIE", "CÂŞTIG", "RÓŻA", "Â", "山田", "שלום", "😀", "€ 5"]
)
def test_words_of_all_languages_are_whole(word: str) -> None:
    assert not is_damaged(word)


@pytest.mark.parametrize("encoding", ["cp1252", "cp1250", "latin-1"])
@pytest.mark.parametrize("word", ["Müller", "Kraków", "Poznań", "Señor", "Dvořák"])
def test_words_that_were_read_in_a_wrong_encoding_are_seen(word: str, encoding: str) -> None:
    damaged = word.encode().decode(encoding, "replace")
    assert damaged != word
    assert is_damaged(damaged)


def test_a_lost_letter_and_quotes_are_seen() -> None:
    assert is_damaged("Stra\ufffde")
    assert is_damaged("O\u00e2\u20ac\u2122Brien")


@given(st.text(st.characters(codec="latin-1", categories=("Ll", "Zs")), max_size=20).map(str.capitalize))
def test_names_in_letters_of_the_west_are_whole(word: str) -> None:
    assert not is_damaged(word)
