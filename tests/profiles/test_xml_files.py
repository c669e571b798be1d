"""What an import job reads in an XML file: well-formed, valid by the schema, all texts as text."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from bridge.domain.errors import Refused
from bridge.profiles import CharacterRefused, ProfileRefused, RenderRefused, SchemaRefused, load_profile
from tests.profiles.making import CONTEXT, XML, file_of, made, sent, xml_profile
from tests.readers.ubl import amount, read_order


def test_markup_in_a_text_stays_text(tmp_path: Path) -> None:
    profile = xml_profile(tmp_path)
    note = "]]> <b>&amp; \"x\" 'y' {{ 7 * 7 }} <!-- -->"
    assert ET.fromstring(file_of(profile, sent(profile, {"customer_note": note}))).findtext("note") == note


@pytest.mark.parametrize(
    ("text", "code_point"),
    [("nul \x00", "U+0000"), ("bell\x07!", "U+0007"), ("half\ud83d!", "U+D83D"), ("end \ufffe", "U+FFFE")],
)
def test_what_xml_cannot_hold_is_named_and_never_written(text: str, code_point: str, tmp_path: Path) -> None:
    profile = xml_profile(tmp_path)
    order = sent(profile)
    order["customer_note"] = text
    with pytest.raises(CharacterRefused) as caught:
        file_of(profile, order)
    assert caught.value.problem.field == "customer_note"
    assert f"customer note holds {code_point} at position 5" in caught.value.problem.message


def test_an_emoji_in_windows_1250_names_the_order_line(tmp_path: Path) -> None:
    settings = XML.replace("[xml]", 'encoding = "cp1250"\n\n[xml]')
    template = (
        '<?xml version="1.0" encoding="windows-1250"?>\n<a>{% for line in order.lines %}{{ line.name }}{% endfor %}</a>'
    )
    profile = made(tmp_path, settings, {"order.xml.j2": template})
    with pytest.raises(CharacterRefused, match=r"line 2 name holds U\+1F389 \(PARTY POPPER\) at position 1"):
        file_of(profile, sent(profile, {"lines.1.name": "\U0001f389"}))
    assert ET.fromstring(file_of(profile, sent(profile, {"lines.0.name": "Łódź"}))).text == "ŁódźCupCourierVoucher"


def test_a_megabyte_of_note_is_carried(tmp_path: Path) -> None:
    profile = xml_profile(tmp_path)
    note = "<ż" * 500_000
    assert ET.fromstring(file_of(profile, sent(profile, {"customer_note": note}))).findtext("note") == note


def test_a_failing_expression_names_profile_line_and_order_but_no_value(tmp_path: Path) -> None:
    template = "<a>\n{% if order.number == '10452' %}\n{{ order.customer_note | money }}\n{% endif %}</a>"
    profile = xml_profile(tmp_path, template)
    with pytest.raises(RenderRefused) as caught:
        file_of(profile, sent(profile, {"customer_note": "Anna"}))
    assert caught.value.problem.message == (
        "Order 10452: profile acme cannot render it. order.xml.j2:3: is not a decimal number"
    )


def test_filters_give_exact_forms(tmp_path: Path) -> None:
    template = (
        "<a>{{ order.totals.gross | money }} {{ order.totals.gross | money(comma=true) }} "
        "{% for line in order.lines[:1] %}{{ line.quantity | decimal(3) }} "
        "{{ line.quantity | decimal(1, comma=true, rounded=true) }} "
        "{{ line.tax_rate | percent }}{% endfor %} {{ order.created_at | date('DD.MM.YYYY HH:MM') }} "
        "{{ (order.totals.net | number) + (order.totals.tax | number) }}</a>"
    )
    profile = xml_profile(tmp_path, template)
    order = sent(profile, {"totals.gross": Decimal("12345678901234567.8"), "lines.0.quantity": "2.25"})
    expected = "<a>12345678901234567.80 12345678901234567,80 2.250 2,3 23 20.11.2026 09:30 301.35</a>"
    assert file_of(profile, order).decode() == expected


def test_a_quantity_is_rounded_only_where_the_template_says_so(tmp_path: Path) -> None:
    profile = xml_profile(tmp_path, "<a>{% for l in order.lines[:1] %}{{ l.quantity | decimal(2) }}{% endfor %}</a>")
    with pytest.raises(
        RenderRefused, match=r"order\.xml\.j2:1: has more than 2 decimal places, and is not to be round"
    ):
        file_of(profile, sent(profile, {"lines.0.quantity": "2.255"}))
    template = "<a>{% for l in order.lines[:1] %}{{ l.quantity | decimal(2, rounded=true) }}{% endfor %}</a>"
    rounding = xml_profile(tmp_path / "r", template)
    assert file_of(rounding, sent(rounding, {"lines.0.quantity": "2.255"})) == b"<a>2.26</a>"


def test_a_key_of_the_order_is_found_before_a_method_of_its_dict(tmp_path: Path) -> None:
    profile = xml_profile(tmp_path, "<a>{{ order.extra.items | default('none') }}</a>", more="")
    order = sent(profile, {"extra": {"items": "three"}})
    assert file_of(profile, order) == b"<a>three</a>"


def test_a_file_of_many_orders_has_one_root(tmp_path: Path) -> None:
    settings = XML.replace("[xml]", "orders_per_file_max = 100\n\n[xml]\nhead = 'head.xml.j2'\ntail = 'tail.xml.j2'")
    files = {
        "order.xml.j2": "<order>{{ order.external_id }}</order>\n",
        "head.xml.j2": '<orders count="{{ file.order_count }}" number="{{ file.sequence_number }}">\n',
        "tail.xml.j2": "{% for a in file.totals %}<sum>{{ a.currency }} {{ a.amount }}</sum>{% endfor %}</orders>\n",
    }
    profile = made(tmp_path, settings, files)
    root = ET.fromstring(file_of(profile, sent(profile), sent(profile), context=replace(CONTEXT, count=2)))
    assert root.attrib == {"count": "2", "number": "17"}
    assert [one.text for one in root] == ["10452", "10452", "PLN 602.70"]


def test_an_order_in_ubl_adds_up_and_validates(tmp_path: Path) -> None:
    profile = load_profile("ubl-order-2.1", None)
    content = file_of(
        profile, sent(profile, {"totals.rounding": "0.01", "totals.gross": "301.36", "totals.due": "0.01"})
    )
    path = tmp_path / "ORD_000017.xml"
    path.write_bytes(content)
    profile.validate(path)
    root, order = ET.fromstring(content), read_order(content)
    assert amount(root, "cac:AnticipatedMonetaryTotal/cbc:LineExtensionAmount") == sum(
        one["net"] for one in order["lines"]
    )
    assert order["totals.gross"] == order["totals.net"] + order["totals.tax"] + order["totals.rounding"]
    assert order["totals.due"] == order["totals.gross"] - order["totals.paid"]
    assert amount(root, "cac:TaxTotal/cac:TaxSubtotal/cbc:TaxAmount") == Decimal("56.35")


def test_the_smallest_order_validates_too(tmp_path: Path) -> None:
    profile = load_profile("ubl-order-2.1", None)
    order = sent(profile, {"billing": {}, "delivery": {}, "payment": {}, "shipping_method": "", "totals.by_rate": []})
    path = tmp_path / "ORD_000017.xml"
    path.write_bytes(file_of(profile, order))
    profile.validate(path)


@pytest.mark.parametrize(
    ("old", "new", "line", "what"),
    [
        (b"<cbc:ID>10452</cbc:ID>\n", b"", 6, "the element IssueDate does not belong here"),
        (b"<cbc:IssueDate>2026-11-20", b"<cbc:IssueDate>Anna", 7, "the value of IssueDate does not have its type"),
        (b' currencyID="PLN">56.35', b">56.35", 75, "an attribute of TaxAmount is missing"),
        (b"</Order>", b"", 203, "not well-formed"),
    ],
)
def test_what_the_schema_refuses_is_told_without_a_value(
    old: bytes, new: bytes, line: int, what: str, tmp_path: Path
) -> None:
    profile = load_profile("ubl-order-2.1", None)
    content = file_of(profile, sent(profile))
    assert old in content
    path = tmp_path / "ORD_000017.xml"
    path.write_bytes(content.replace(old, new, 1))
    with pytest.raises(SchemaRefused) as caught:
        profile.validate(path)
    message = caught.value.problem.message
    assert what in message
    assert message.startswith(f"Line {line} of the file: ")
    assert "Anna" not in message
    assert isinstance(caught.value, Refused)


def test_a_large_file_is_validated_while_it_streams(tmp_path: Path) -> None:
    schema = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
<xs:element name="orders"><xs:complexType><xs:sequence>
<xs:element name="order" type="xs:integer" maxOccurs="unbounded"/>
</xs:sequence></xs:complexType></xs:element></xs:schema>"""
    profile = made(tmp_path, XML + 'schema = "orders.xsd"\n', {"order.xml.j2": "<orders/>", "orders.xsd": schema})
    path = tmp_path / "large.xml"
    rows = b"<order>1</order>\n" * 300_000
    path.write_bytes(b"<orders>\n" + rows + b"</orders>")
    profile.validate(path)
    path.write_bytes(b"<orders>\n" + rows + b"<order>Anna</order></orders>")
    with pytest.raises(SchemaRefused, match="the value of order does not have its type") as caught:
        profile.validate(path)
    assert "Anna" not in caught.value.problem.message


def test_a_schema_that_is_wrong_itself_is_told_with_its_cure(tmp_path: Path) -> None:
    half = '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element'
    profile = made(tmp_path, XML + 'schema = "orders.xsd"\n', {"order.xml.j2": "<orders/>", "orders.xsd": half})
    path = tmp_path / "ORD_000017.xml"
    path.write_bytes(b"<orders/>")
    with pytest.raises(ProfileRefused, match="cannot be loaded as a schema") as caught:
        profile.validate(path)
    assert "orders.xsd" in caught.value.problem.message
    assert caught.value.problem.action.startswith("Mend the schema")


def test_a_template_that_looks_up_by_a_value_does_not_tell_it(tmp_path: Path) -> None:
    template = "<a>\n{{ {'trial': 1, '1': 1, '2/2026': 2}[order.number] }}</a>"
    profile = xml_profile(tmp_path, template)
    with pytest.raises(RenderRefused) as caught:
        file_of(profile, sent(profile, {"number": "Anna Nowak"}))
    assert "order.xml.j2:2: an expression cannot be computed" in caught.value.problem.message.replace(
        "Order Anna Nowak", ""
    )
    assert caught.value.problem.message.count("Anna") == 1  # the order's number itself


def test_a_profile_that_is_edited_while_it_works_holds_files_against_the_schema_that_it_was_loaded_with(
    tmp_path: Path,
) -> None:
    schema = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
<xs:include schemaLocation="parts.xsd"/><xs:element name="orders" type="nothing"/></xs:schema>"""
    parts = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
<xs:complexType name="nothing"/></xs:schema>"""
    files = {"order.xml.j2": "<orders/>", "orders.xsd": schema, "parts.xsd": parts}
    profile = made(tmp_path / "a new folder", XML + 'schema = "orders.xsd"\n', files)
    for name in ("orders.xsd", "parts.xsd"):  # half saved
        (profile.folder / name).write_text("<xs:schema", encoding="utf-8")
    (tmp_path / "file.xml").write_text("<orders/>", encoding="utf-8")
    profile.validate(tmp_path / "file.xml")
    (tmp_path / "file.xml").write_text("<orders><order/></orders>", encoding="utf-8")
    with pytest.raises(SchemaRefused):
        profile.validate(tmp_path / "file.xml")
