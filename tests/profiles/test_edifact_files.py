"""EDIFACT as it leaves us: what is released, left out, counted, and which characters an interchange can hold."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bridge.config.shipped import templates_folder
from bridge.domain.changes import changed, only_differences
from bridge.domain.characters import INVISIBLE
from bridge.domain.checks import field_too_long
from bridge.domain.checks.case import Case
from bridge.domain.states import Purpose
from bridge.profiles import CharacterRefused, Profile, ProfileRefused, RenderRefused
from bridge.profiles.proof import HOSTILE
from bridge.profiles.trial import trial_rules
from tests.domain.orders import order as good_order
from tests.profiles.edifact_family import CODES, judged, numbered, profile, ready, written
from tests.profiles.making import file_of, made, sent
from tests.readers import edifact

SETTINGS = """\
format = "edifact"

[file]
name = "O{sequence:04}.edi"
encoding = "iso8859-1"

[characters]
newline = "blank"

[edifact]
head = "head.edi.j2"
template = "order.edi.j2"
tail = "tail.edi.j2"
syntax = "UNOC"
"""
FILES = {
    "head.edi.j2": 'UNB++ME+YOU+{{ file.sealed_at | date("YYMMDD") }}:0930+{{ file.sequence_number }}\'\n',
    "order.edi.j2": "UNH+{{ order.position }}+ORDERS:D:96A:UN'\nBGM+220+{{ order.external_id }}+9'\n"
    "FTX+AAI+++{{ order.customer_note }}'\nRFF+ON:{{ order.buyer_order_number }}'\n"
    "MOA+86:{{ order.totals.gross | money }}'\nUNS+S'\nUNT'\n",
    "tail.edi.j2": "UNZ+{{ file.order_count }}+{{ file.sequence_number }}'\n",
}
SAMPLES = sorted((templates_folder() / "edifact-orders-d96a/sample").rglob("ORD[EC]*.edi"))


def small(folder: Path, *changes: tuple[str, str], **files: str) -> Profile:
    settings = SETTINGS
    for old, new in changes:
        assert old in settings
        settings = settings.replace(old, new)
    return made(folder, settings, {**FILES, **{f"{name}.edi.j2": text for name, text in files.items()}})


def text_of(found: Profile, changes: dict[str, Any] | None = None) -> str:
    return file_of(found, sent(found, changes)).decode(found.encoding)


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_every_sample_passes_three_judges_and_the_public_parser(path: Path) -> None:
    assert judged(path.read_bytes(), sums="delta" not in path.parent.name)


def test_the_samples_are_there() -> None:
    assert {path.parent.name for path in SAMPLES} == {
        "sample", "minimal", "everything", "capitals", "change", "change-delta", "cancel",
    }  # fmt: skip


def test_separators_in_a_value_are_released(tmp_path: Path) -> None:
    text = text_of(small(tmp_path), {"customer_note": "a+b:c'd?e", "buyer_order_number": "++"})
    assert "FTX+AAI+++a?+b?:c?'d??e'\nRFF+ON:?+?+'\n" in text


def test_a_value_that_looks_like_a_segment_stays_a_value(tmp_path: Path) -> None:
    found = small(tmp_path)
    content = file_of(found, sent(found, {"customer_note": "x'UNT+1+1'UNH+2+ORDERS:D:96A:UN'BGM+220+9999+9"}))
    assert edifact.envelope_faults(content) == []
    (order,) = edifact.parsed(content).messages()
    assert [segment[0][0] for segment in order] == ["UNH", "BGM", "FTX", "MOA", "UNS", "UNT"]


def test_other_separators_are_told_in_una_and_the_usual_ones_are_then_plain_signs(tmp_path: Path) -> None:
    found = small(tmp_path, ('syntax = "UNOC"', 'separators = "=*,! ~"'))
    text = text_of(found, {"customer_note": "a+b:c'd?e=f*g~h!i"})
    assert text.startswith("UNA=*,! ~\nUNB*UNOC=3*ME*YOU*261124=0930*17~\nUNH*1*ORDERS=D=96A=UN~\nBGM*220*10452*9~\n")
    assert "FTX*AAI***a+b:c'd?e!=f!*g!~h!!i~\nMOA*86=301,35~\n" in text
    content = text.encode()
    assert edifact.envelope_faults(content) == []


def test_a_repetition_separator_of_syntax_4_is_released_too(tmp_path: Path) -> None:
    found = small(tmp_path, ('syntax = "UNOC"', 'separators = ":+.?*\'"'))
    assert "a?*b" in text_of(found, {"customer_note": "a*b"})


def test_what_is_empty_is_left_out_and_the_rest_trimmed(tmp_path: Path) -> None:
    order = (
        "UNH+{{ order.position }}+ORDERS:D:96A:UN'\nNAD+DP+{{ order.pickup_point_id }}::92++{{ order.delivery.name }}"
        "+{{ order.delivery.street }}:{{ order.delivery.extra }}+{{ order.delivery.region }}"
        "+{{ order.delivery.flat }}'\n"
        "RFF+VN:{{ order.erp_number }}'\nUNS+S'\nPAI+::{{ order.pickup_point_id }}'\nUNT'\n"
    )
    text = text_of(small(tmp_path, order=order))
    assert "UN'\nNAD+DP+++Anna Nowak+Lipowa'\nUNS+S'\nUNT+4+1'\n" in text


def test_without_line_ends_it_is_one_line_and_without_una_it_begins_with_unb(tmp_path: Path) -> None:
    found = small(tmp_path, ("\n[characters]", '\nline_end = "none"\n[characters]'), ('syntax = "UNOC"', "una = false"))
    text = text_of(found)
    assert text == (
        "UNB+UNOC:3+ME+YOU+261124:0930+17'UNH+1+ORDERS:D:96A:UN'BGM+220+10452+9'MOA+86:301.35'UNS+S'UNT+5+1'UNZ+1+17'"
    )


def test_each_message_counts_its_own_segments(tmp_path: Path) -> None:
    found = small(tmp_path, ("\n[characters]", "\norders_per_file_max = 9\n[characters]"))
    content = file_of(found, sent(found), sent(found, {"customer_note": "one more segment"}), sent(found))
    assert edifact.envelope_faults(content) == []
    assert [line for line in content.decode().split("\n") if line.startswith("UNT")] == [
        "UNT+5+1'", "UNT+6+2'", "UNT+5+3'",
    ]  # fmt: skip


def test_the_judges_see_what_the_public_parser_does_not() -> None:
    good = next(path for path in SAMPLES if path.parent.name == "cancel").read_bytes()
    assert edifact.envelope_faults(good) == []
    for old, new, judge in (
        (b"UNT+29+1'", b"UNT+28+1'", edifact.envelope_faults),
        (b"UNZ+1+18'", b"UNZ+2+18'", edifact.envelope_faults),
        (b"UNZ+1+18'", b"UNZ+1+19'", edifact.envelope_faults),
        (b"Hauptstra", b"Hauptstra" + 40 * b"a", edifact.grammar_faults),
        (b"CUX+2:EUR:9'", b"CUX+2:EUR:9:'", edifact.grammar_faults),
        (b"UNS+S'\n", b"", edifact.grammar_faults),
    ):
        assert old in good
        assert judge(good.replace(old, new)) != [], new
    order = next(path for path in SAMPLES if path.parent.name == "sample").read_bytes()
    assert edifact.sum_faults(order.replace(b"MOA+203:10.16", b"MOA+203:10.17")) != []
    assert edifact.sum_faults(order.replace(b"CNT+2:4", b"CNT+2:3")) != []


def test_polish_in_unoc_waits_and_goes_out_in_unod() -> None:
    with pytest.raises(CharacterRefused, match=r"U\+0141 .*UNOC \(iso8859-1\)"):
        written(profile(), {"delivery.city": "Łódź"})
    assert "+Łódź+" in written(profile(syntax="UNOD"), {"delivery.city": "Łódź"})


def test_a_pasted_dash_in_unod_waits_and_goes_out_in_unow() -> None:
    with pytest.raises(CharacterRefused, match=r"U\+2013"):
        written(profile(syntax="UNOD"), {"customer_note": "9 \u2013 17"})
    text = written(profile(syntax="UNOW"), {"customer_note": "9 \u2013 17"})
    assert "FTX+AAI+++9 \u2013 17'" in text
    assert "UNB+UNOW:4+4012345000009:14+5412345000013:14+20261124:0930+17'" in text


def test_capitals_alone_go_out_for_unoa_and_nothing_that_it_has_not() -> None:
    text = written(profile(syntax="UNOA"), {"delivery.city": "Łódź", "customer_note": "Grüße, bitte klingeln"})
    assert "FTX+AAI+++GRUSSE, BITTE KLINGELN'" in text
    assert "+LODZ+" in text
    assert ":EM'" not in text
    with pytest.raises(CharacterRefused, match=r"customer note holds U\+0023 .*UNOA"):
        written(profile(syntax="UNOA"), {"customer_note": "#1"})


@pytest.mark.parametrize("syntax", ["UNOA", "UNOB", "UNOC", "UNOD", "UNOE", "UNOF", "UNOW"])
@pytest.mark.parametrize(
    "text", [*HOSTILE, "tab\there", "esc\x1b", "c1 \x85 \x9c", "'", "?", "??'", "a\u2028b", "+:'?" * 8]
)
def test_hostile_texts_are_carried_whole_or_refused(text: str, syntax: str) -> None:
    found = profile(syntax=syntax)
    places = ("customer_note", "delivery.extra", "lines.0.sku", "buyer_order_number", "delivery.city")
    for place in places:
        try:
            content = file_of(found, ready(found, {place: text}))
        except CharacterRefused:
            continue
        judged(content)
        assert b"\r" not in content
        (order,) = edifact.read_orders(content)
        read = order["lines"][0]["sku"] if place == "lines.0.sku" else order[place]
        seen = INVISIBLE.sub("", text)  # a mark that nobody sees is taken out of texts, and refused in codes
        folded = seen.upper() if syntax == "UNOA" else seen
        assert "".join(read.split()) == "".join(folded.split())


def test_a_huge_note_is_no_order_but_an_exception() -> None:
    found = profile()
    case = Case.of(
        good_order(CODES | {"customer_note": "word " * 2_000_000}), trial_rules(found.limits, found.characters), "1"
    )
    (problem,) = field_too_long.check(case)
    assert "the ERP field holds" in problem.message


def test_a_limit_counts_characters_before_they_are_released() -> None:
    text = written(profile(), {"delivery.city": "'" * 35})
    assert "+" + "?'" * 35 + "+" in text


def test_no_line_break_of_a_value_reaches_the_file() -> None:
    text = written(profile(), {"customer_note": "one\r\ntwo\nthree\rfour"})
    assert "FTX+AAI+++one two three four'" in text


def test_the_end_of_the_interchange_reference_is_the_end_of_its_digits(tmp_path: Path) -> None:
    name = 'name = "O{sequence:04}.edi"'
    assert place_of(tmp_path, (name, 'name = "O{sequence:015}.edi"')) == (
        "profile.toml:4",
        "the interchange reference ends at 99999999999999, the file's number at 999999999999999; set sequence_last",
    )
    found = small(tmp_path / "b", (name, 'name = "O{sequence:014}.edi"'))
    content = numbered(found, found.sequence_last, sent(found))
    assert b"+99999999999999'\nUNH" in content
    assert edifact.envelope_faults(content) == []


def place_of(folder: Path, *changes: tuple[str, str], **files: str) -> tuple[str, str]:
    with pytest.raises(ProfileRefused) as caught:
        small(folder, *changes, **files)
    mistake = caught.value.mistakes[0]
    return mistake.place.rpartition("/")[2], mistake.what


SYNTAX = 'syntax = "UNOC"'


@pytest.mark.parametrize(
    ("changes", "line", "what"),
    [
        (("iso8859-1", "iso8859-2"), 14, "syntax UNOC is iso8859-1, and file.encoding is iso8859-2"),
        (("iso8859-1", "cp1252"), 14, "syntax UNOC is iso8859-1, and file.encoding is cp1252"),
        ((SYNTAX, 'syntax = "UNOD"'), 14, "syntax UNOD is iso8859-2, and file.encoding is iso8859-1"),
        ((SYNTAX, 'syntax = "UNOQ"'), 14, "'UNOQ' is not known"),
        ((SYNTAX, 'separators = ":+.?"'), 14, "at least 6 characters"),
        ((SYNTAX, 'separators = "::.? \'"'), 14, "the separators must differ"),
        ((SYNTAX, 'separators = ":+A? \'"'), 14, "the third a point or comma"),
        ((SYNTAX, 'separators = ":+.  \'"'), 14, "without a release character"),
        ((SYNTAX, 'una = false\nseparators = "=*.? ~"'), 14, "without UNA readers take"),
        (('newline = "blank"', 'newline = "keep"'), 8, "a line break inside a value is not allowed"),
        (("[characters]", "byte_order_mark = true\n[characters]"), 7, "not with a byte order mark"),
    ],
)
def test_a_contract_that_no_reader_would_keep_is_refused_at_load(
    changes: tuple[str, str], line: int, what: str, tmp_path: Path
) -> None:
    place, said = place_of(tmp_path, changes)
    assert what in said
    assert place == f"profile.toml:{line}"


@pytest.mark.parametrize(
    ("files", "what"),
    [
        ({"order": "UNH+1+ORDERS:D:96A:UN'\nUNT"}, "the template's last segment has no ' at its end"),
        ({"head": "UNB++ME+YOU+20261124:0930+1'"}, "the date in UNB has 6 digits in this syntax version"),
        ({"order": "UNH+1'FTX+{{ order.note }}'UNT'"}, "has no attribute 'note'"),
        ({"order": "UNH+1'FTX+{{ order.customer_note | e }}'UNT'"}, "No filter named 'e'"),
        ({"order": "UNH+1'FTX+{{ 'tab\t' }}'UNT'"}, "writes a character that the file cannot carry"),
    ],
)
def test_a_template_that_makes_no_interchange_is_refused_at_load(
    files: dict[str, str], what: str, tmp_path: Path
) -> None:
    assert what in place_of(tmp_path, **files)[1]


def test_an_amount_is_exact_in_any_currency() -> None:
    line = {"position": 1, "sku": "A", "name": "Tea", "quantity": "1", "tax": "0.000"}
    line |= {"unit_net": "1234567890.123", "net": "1234567890.123", "gross": "1234567890.123"}
    totals = {"net": "1234567890.123", "tax": "0.000", "gross": "1234567890.123", "paid": "0", "due": "1234567890.123"}
    text = written(profile(), {"currency": "KWD", "currency_digits": 3, "lines": [line], "totals": totals})
    assert "MOA+203:1234567890.123'" in text
    assert "MOA+86:1234567890.123'" in text


def test_a_fraction_of_a_minor_unit_is_never_rounded() -> None:
    with pytest.raises(RenderRefused, match="is no whole number of minor units"):
        written(profile(), {"lines.0.net": "200.001"})


def told(found: Profile, purpose: Purpose, changes: dict[str, Any], delta: bool = False) -> dict[str, Any]:
    of_purpose = found.of(purpose)
    assert of_purpose is not None
    tree = changed(ready(of_purpose, changes), ready(of_purpose), purpose, 2, "SO-1")
    content = judged(file_of(of_purpose, only_differences(tree) if delta else tree), sums=False)
    (order,) = edifact.read_orders(content)
    return order


def test_a_whole_change_says_of_each_line_what_became_of_it() -> None:
    order = told(profile(), Purpose.CHANGE, {"lines.0.quantity": "3", "lines.1": None})
    assert (order["document"], order["function"], order["external_id"], order["erp_number"]) == (
        "10452-2", "4", "10452", "SO-1",
    )  # fmt: skip
    assert [(line["position"], line["action"]) for line in order["lines"]] == [(1, "3"), (3, "4"), (4, "4"), (2, "2")]


def test_a_delta_says_only_what_differs() -> None:
    order = told(profile(change="delta"), Purpose.CHANGE, {"lines.0.quantity": "3", "lines.1": None}, delta=True)
    assert [(line["position"], line["action"]) for line in order["lines"]] == [(1, "3"), (2, "2")]
    assert order["line_count"] == 2


def test_a_change_of_the_address_alone_has_no_lines_in_a_delta() -> None:
    order = told(profile(change="delta"), Purpose.CHANGE, {"delivery.city": "Radom"}, delta=True)
    assert (order["delivery.city"], order["lines"], order["line_count"]) == ("Radom", [], 0)


def test_a_cancellation_names_the_order_and_no_line() -> None:
    order = told(profile(), Purpose.CANCEL, {"cancelled": True})
    assert (order["document"], order["function"], order["external_id"], order["lines"]) == ("10452-2", "1", "10452", [])
