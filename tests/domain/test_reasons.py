"""What an ERP's reason is called: its cause groups what one cure fixes, and never holds a word of a sentence."""

from __future__ import annotations

import pytest

from bridge.domain.answers import AnswerRule, Reason
from bridge.domain.reasons import meant, reason_code


@pytest.mark.parametrize(
    ("words", "code"),
    [("[LOCKED] by accounting", "LOCKED"), ("KUNDE_GESPERRT: see FD32", "KUNDE_GESPERRT"), ("E17 no price", "E17")],
)
def test_a_word_that_no_sentence_begins_with_is_a_code(words: str, code: str) -> None:
    assert reason_code(words) == code


def test_in_an_erp_of_capitals_no_word_of_a_sentence_and_no_name_is_a_code() -> None:
    said = ["THE ARTICLE IS UNKNOWN", "THE CUSTOMER IS BLOCKED", "NOWAK ANNA: NO SUCH ADDRESS", "ERROR: NO PRICE"]
    codes = [reason_code(words) for words in said]
    assert len(set(codes)) == 4
    assert all(code.startswith("reason-") for code in codes)


def test_such_a_word_is_not_offered_for_the_table_of_reasons() -> None:
    said = meant("", "NOWAK ANNA: NO SUCH ADDRESS", AnswerRule(profile="acme"))
    assert "add its text to [answers.reasons]" in said.cure


def test_a_word_of_the_table_is_known_wherever_a_text_begins_with_it() -> None:
    rule = AnswerRule(reasons={"NOSTOCK": Reason("Nothing on stock")})
    assert meant("", "NOSTOCK article 17", rule).words == "Nothing on stock"
