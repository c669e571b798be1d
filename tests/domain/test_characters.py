"""What a file can hold, and how a text is brought into it."""

from __future__ import annotations

import pytest

from bridge.domain.characters import CharacterRules, NewlinePolicy, RefusedCharacter, first_refused, prepared

POLISH = "Zażółć gęślą jaźń"


def test_texts_are_composed_before_anything_else() -> None:
    assert prepared("o\u0301", CharacterRules()) == "ó"


def test_the_fold_table_is_always_applied() -> None:
    rules = CharacterRules(fold={"ß": "ss", "\u2013": "-"})
    assert prepared("Straße \u2013 1", rules) == "Strasse - 1"


@pytest.mark.parametrize(
    ("policy", "text"),
    [(NewlinePolicy.KEEP, "a\nb\nc\nd"), (NewlinePolicy.BLANK, "a b c d"), (NewlinePolicy.REFUSE, "a\nb\nc\nd")],
)
def test_every_kind_of_line_break_is_one(policy: NewlinePolicy, text: str) -> None:
    assert prepared("a\r\nb\rc\nd", CharacterRules(newline=policy)) == text


def test_accents_go_only_where_asked_and_needed() -> None:
    asked = CharacterRules(encoding="iso8859-2", drop_accents=True)
    assert prepared(f"{POLISH} ñ", asked) == f"{POLISH} n"
    assert prepared("ñ", CharacterRules(encoding="iso8859-2")) == "ñ"


def test_letters_that_do_not_decompose_stay_for_the_fold_table() -> None:
    assert prepared("Ł", CharacterRules(encoding="cp1252", drop_accents=True)) == "Ł"


@pytest.mark.parametrize(
    ("text", "encoding", "refused"),
    [
        (POLISH, "cp1250", None),
        (POLISH, "cp1252", RefusedCharacter(3, "U+017C")),
        ("ab\U0001f389", "cp1250", RefusedCharacter(3, "U+1F389")),
        ("a\x00", "utf-8", RefusedCharacter(2, "U+0000")),
        ("\ud83d", "utf-8", RefusedCharacter(1, "U+D83D")),
        ("€\x07", "iso8859-1", RefusedCharacter(1, "U+20AC")),
        ("tab\tand\nline", "utf-8", None),
    ],
)
def test_the_first_character_that_does_not_fit_is_named(
    text: str, encoding: str, refused: RefusedCharacter | None
) -> None:
    assert first_refused(text, CharacterRules(encoding=encoding)) == refused


def test_a_line_break_is_refused_where_the_profile_says_so() -> None:
    rules = CharacterRules(newline=NewlinePolicy.REFUSE)
    assert first_refused("a\nb", rules) == RefusedCharacter(2, "U+000A")


def test_a_refused_character_has_its_unicode_name() -> None:
    assert RefusedCharacter(1, "U+1F389").name == "PARTY POPPER"
    assert RefusedCharacter(1, "U+0000").name == ""
