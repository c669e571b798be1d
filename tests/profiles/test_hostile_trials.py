"""`bridge profile test` tries hostile texts in every field, and reads what comes out by the format's own grammar."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bridge.config.shipped import templates_folder
from bridge.domain.finding import Finding
from bridge.profiles import Profile, load_profile
from bridge.profiles.hostile_trials import character_findings
from bridge.profiles.installation import Installation
from bridge.profiles.judging import Misshapen, difference, records_of
from tests.profiles.making import csv_profile, made, xml_profile
from tests.profiles.test_text_files import SETTINGS, TEMPLATE, files, json_profile, text_profile


def wrong(profile: Profile) -> list[Finding]:
    return [finding for finding in character_findings(profile) if not finding.fine]


def test_a_good_profile_is_told_in_how_many_fields_it_was_tried(tmp_path: Path) -> None:
    (finding,) = character_findings(xml_profile(tmp_path))
    assert finding.fine
    assert "hostile texts in 2 fields, one at a time and together" in finding.detail


@pytest.mark.parametrize("how", ["plain", "escaped", "quoted"])
def test_a_good_profile_of_plain_text_passes(how: str, tmp_path: Path) -> None:
    assert wrong(text_profile(tmp_path, how)) == []


def test_a_good_profile_of_json_passes(tmp_path: Path) -> None:
    assert wrong(json_profile(tmp_path)) == []


@pytest.mark.parametrize(
    ("template", "field", "what"),
    [
        ("<a><!-- {{ order.delivery.city }} --></a>", "delivery.city", "the text comes back changed"),
        ("<a><![CDATA[{{ order.delivery.city }}]]></a>", "delivery.city", "the text comes back changed"),
        ("<a>{% for line in order.lines %}<i{{ line.name }}/>{% endfor %}</a>", "lines.name", "not well-formed XML"),
        ("<a><b {{ order.number[:1] }}='1'/></a>", "number", None),
        ("<a>{{ order.external_id }}<?x {{ order.billing.phone }}?></a>", "billing.phone", "comes back changed"),
        (
            "<a>{% if ';' in order.number %}<b/>{% endif %}{{ order.number }}</a>",
            "number",
            "the file has 3 records, and 1 with",
        ),
        ("<a>{{ order.customer_note | replace(';', '') }}</a>", "customer_note", "comes back changed from record 1"),
    ],
)
def test_a_template_that_lets_a_text_out_of_its_place_is_caught(
    template: str, field: str, what: str | None, tmp_path: Path
) -> None:
    if what is None:  # an attribute's name of a digit: refused at load already
        with pytest.raises(Exception, match="not well-formed"):
            xml_profile(tmp_path, template)
        return
    (finding,) = wrong(xml_profile(tmp_path, template))
    assert finding.what == f"characters: {field}"
    assert what in finding.detail


def test_a_separator_that_is_not_declared_is_caught(tmp_path: Path) -> None:
    settings = SETTINGS.replace('"=|[]"', '"=[]"')
    found = wrong(made(tmp_path, settings, files("plain")))
    assert [(one.what, one.detail.partition(" writes")[0]) for one in found] == [
        ("characters: separators", "order.txt.j2:6")
    ]
    assert "'|' beside a value" in found[0].detail


def test_a_text_outside_its_quotes_is_caught(tmp_path: Path) -> None:
    template = TEMPLATE.replace("NOTE=#{{ order.customer_note }}#", "NOTE={{ order.customer_note }}")
    (finding,) = wrong(made(tmp_path, SETTINGS + 'values = "quoted"\n', files("quoted", template)))
    assert finding.what == "characters: customer_note"
    assert "a value without quotes holds a separator; put quotes around it" in finding.detail


def test_the_command_says_what_is_wrong_with_a_built_in_that_was_spoilt(tmp_path: Path) -> None:
    shutil.copytree(templates_folder() / "business-central-xml", tmp_path / "bc")
    template = tmp_path / "bc" / "order.xml.j2"
    text = template.read_text("utf-8")
    assert text.count("</SalesOrder>") == 1
    template.write_text(text.replace("</SalesOrder>", "<!-- {{ order.delivery.city }} --></SalesOrder>"), "utf-8")
    found = wrong(load_profile("bc", tmp_path, Installation(sample=True)))
    assert "characters: delivery.city" in {finding.what for finding in found}


# By hand: what each grammar sees of a file that no renderer of ours would write.
def settings_of(name: str, folder: Path) -> Profile:
    if name == "csv":
        return csv_profile(folder)
    form = {"form": "flat-4x"} if name.startswith("sap") else {}
    return load_profile(name, None, Installation(parameters=form, sample=True))


@pytest.mark.parametrize(
    ("name", "plain", "spoilt", "what"),
    [
        ("csv", b"1;qqqq;2\n", b"1;a;bc;2\n", "record 1 has 5 fields, and 4"),
        ("csv", b"1;qqqq;2\n", b"1;a\nbc;2\n", "the file has 2 records, and 1"),
        ("csv", b"1;qqqq;2\n", b"1;abc;2\n", "the text comes back changed from record 1"),
        ("edifact-orders-d96a", b"FTX+AAI+++qqqq'\nUNS+S'", b"FTX+AAI+++a:bc'\nUNS+S'", "record 1 has 6 fields, and 5"),
        ("edifact-orders-d96a", b"FTX+AAI+++qqqq'\nUNS+S'", b"FTX+AAI+++a'bc'\nUNS+S'", "has 3 records, and 2"),
        ("edifact-orders-d96a", b"FTX+qqqq'\nUNS+S'", b"FTX+a?:bc'\nUNS+X'", None),
        ("x12-850", b"MSG*qqqq~\nN1*ST~", b"MSG*a*bc~\nN1*ST~", "record 1 has 3 fields, and 2"),
        ("x12-850", b"MSG*qqqq~\nN1*ST~", b"MSG*a~bc~\nN1*ST~", "has 3 records, and 2"),
        ("sap-idoc-orders05", b"E2EDKT2000 qqqq  \n", b"E2EDKT2000 a:bc\n", "of another kind or length"),
        ("fixed-width", b"Kqqqq \n", b"Ka:bc\n", "of another kind or length"),
        ("fixed-width", b"Kqqqq \n", b"Ka\n:bc \n", "has 2 records, and 1"),
    ],
)
def test_what_a_reader_would_misread_is_seen(
    name: str, plain: bytes, spoilt: bytes, what: str | None, tmp_path: Path
) -> None:
    settings = settings_of(name, tmp_path).settings
    found = difference(records_of(spoilt, settings), records_of(plain, settings), ["a:bc"], "qqqq")
    assert (what in (found or "")) if what else found is None


@pytest.mark.parametrize(
    ("name", "content", "what"),
    [
        ("edifact-orders-d96a", b"UNH+1+ORDERS'\nBGM+220+1'\nUNT+2+1'\n", "UNT does not count the 3 segments"),
        ("edifact-orders-d96a", b"UNH+1+ORDERS'\nBGM+220+1", "its last segment has no end"),
        ("x12-850", b"ST*850*0001~\nSE*3*0001~\n", "SE does not count the 2 segments"),
        ("x12-850", b"ST*850*0001~\nSE*2*0001", "its last segment has no end"),
        ("csv", b'1;"a;2\n', "its rows cannot be read"),
        ("csv", b"\xff", "it is not utf-8"),
        ("ubl-order-2.1", b"<a><b></a>", "it is not well-formed XML"),
    ],
)
def test_a_file_that_breaks_its_grammar_is_seen(name: str, content: bytes, what: str, tmp_path: Path) -> None:
    with pytest.raises(Misshapen, match=what):
        records_of(content, settings_of(name, tmp_path).settings)
