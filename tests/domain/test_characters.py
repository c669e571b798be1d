"""What a file can hold, and how a text is brought into it."""

# ruff: noqa: RUF001 - letters of many scripts

from __future__ import annotations

import pytest

from bridge.domain.characters import (
    INVISIBLE,
    LINE_BREAK,
    UNHOLDABLE,
    CharacterRules,
    NewlinePolicy,
    RefusedCharacter,
    changes_of,
    first_refused,
    first_refused_in_code,
    prepared,
)

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


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Müller", "Mueller"), ("MÜLLER", "MUELLER"), ("Straße", "Strasse"), ("Ærø", "Aeroe"), ("Ångström",
        "Aangstroem"), ("Łódź", "Lodz"),
        ("Győr", "Gyor"), ("Dvořák", "Dvorak"), ("Đorđe", "Dorde"), ("İstanbul", "Istanbul"), ("Юрий", "Iurii"),
        ("Щука", "Shchuka"),
        ("Київ", "Kiiv"), ("Αθήνα", "Athina"), ("„a”\u00a0\u2013 b…", '"a" - b...'), ("Øl", "Oel"), ("Nguyễn",
        "Nguyen"),
    ],
)  # fmt: skip
def test_letters_are_written_as_people_write_them_who_lack_them(text: str, written: str) -> None:
    assert prepared(text, CharacterRules(encoding="ascii", transliterate=True)) == written


def test_only_letters_that_the_encoding_lacks_are_written_otherwise() -> None:
    assert prepared("Müller, Юрий", CharacterRules(encoding="cp1252", transliterate=True)) == "Müller, Iurii"
    assert prepared("Müller", CharacterRules(encoding="ascii")) == "Müller"
    assert prepared("Müller", CharacterRules(encoding="ascii", fold={"ü": "u"}, transliterate=True)) == "Muller"


@pytest.mark.parametrize("text", ["山田", "山田太郎 Taro", "שלום", "محمد", "สมชาย", "김", "😀"])
def test_no_sound_of_another_script_is_made_up(text: str) -> None:
    rules = CharacterRules(encoding="ascii", transliterate=True, drop_accents=True)
    assert first_refused(prepared(text, rules), rules) == RefusedCharacter(1, f"U+{ord(text[0]):04X}")


def test_marks_that_nobody_sees_are_left_out_and_counted() -> None:
    rules = CharacterRules()
    assert prepared("\u202a+48 600\u202c", rules) == "+48 600"
    assert prepared("\ufeffAn\u00adna\u200b", rules) == "Anna"
    assert list(changes_of("\u202aAnna\u202c", rules)) == ["2 invisible characters left out"]
    assert list(changes_of("\ufeffAnna", rules)) == ["1 invisible character left out"]


def test_what_spells_a_word_stays_though_nobody_sees_it() -> None:
    persian, family = "می\u200cخواهم", "\U0001f468\u200d\U0001f469"
    assert prepared(persian, CharacterRules()) == persian
    assert prepared(family, CharacterRules()) == family


def test_a_name_written_from_right_to_left_is_carried_as_it_is() -> None:
    assert prepared("שלום כהן", CharacterRules()) == "שלום כהן"
    assert first_refused("שלום כהן", CharacterRules()) is None


def test_letters_written_otherwise_are_named() -> None:
    rules = CharacterRules(encoding="cp1252", drop_accents=True)
    assert list(changes_of("Győr, Łódź", rules)) == ["letters written otherwise: ő as o, ź as z"]
    assert list(changes_of("Müller", rules)) == []
    assert list(changes_of("Anna", CharacterRules(encoding="ascii", transliterate=True))) == []


@pytest.mark.parametrize("sign", ["\x85", "\u2028", "\u2029"])
def test_the_rarer_line_breaks_are_line_breaks(sign: str) -> None:
    assert prepared(f"a{sign}b", CharacterRules()) == "a\nb"
    assert prepared(f"a{sign}b", CharacterRules(newline=NewlinePolicy.BLANK)) == "a b"
    assert first_refused(f"a{sign}b", CharacterRules(newline=NewlinePolicy.REFUSE)) == RefusedCharacter(
        2, f"U+{ord(sign):04X}"
    )


def test_controls_of_a_text_that_was_read_as_latin_1_are_refused() -> None:
    assert first_refused("Anna\x92s", CharacterRules()) == RefusedCharacter(5, "U+0092")
    assert first_refused("Anna\x7f", CharacterRules()) == RefusedCharacter(5, "U+007F")


def test_no_sign_that_can_be_printed_is_one_that_a_file_cannot_hold() -> None:
    """The check passes over texts that are printable: it looks for these signs in no other."""
    printable = "".join(filter(str.isprintable, map(chr, range(0x110000))))
    assert not any(signs.search(printable) for signs in (UNHOLDABLE, INVISIBLE, LINE_BREAK))


def test_a_code_with_a_mark_that_nobody_sees_is_refused_for_it_is_another_code() -> None:
    assert first_refused_in_code("WAW\u200b01", CharacterRules()) == RefusedCharacter(4, "U+200B")
    assert first_refused_in_code("\ufeffWAW01", CharacterRules()) == RefusedCharacter(1, "U+FEFF")
    assert first_refused_in_code("\x00WAW\u200b01", CharacterRules()) == RefusedCharacter(1, "U+0000")
    assert first_refused_in_code("WAW01", CharacterRules()) is None
