"""XML without a schema: a template that makes no XML does not load, and a file that is none is never sealed."""

from __future__ import annotations

from pathlib import Path

import pytest

from bridge.profiles import ProfileRefused, SchemaRefused
from tests.profiles.making import file_of, sent, xml_profile


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("<a><id>{{ order.external_id }}</id><n>{{ order.customer_note }}</b></a>", "n line 1 and b"),
        ("{% if order.customer_note %}<a>{% endif %}<b>{{ order.external_id }}</b></a>", "Extra content"),
        ("<a id={{ order.external_id }}/>", "AttValue: \" or ' expected"),
        ("{{ order.external_id }}|{{ order.customer_note }}", "Start tag expected"),
    ],
)
def test_a_template_that_makes_no_xml_is_a_mistake_of_the_profile(tmp_path: Path, template: str, said: str) -> None:
    with pytest.raises(ProfileRefused) as caught:
        xml_profile(tmp_path, template)
    (mistake,) = caught.value.mistakes
    assert said in mistake.what
    assert mistake.place.endswith("acme/order.xml.j2")


def test_a_file_that_only_some_order_makes_no_xml_of_is_not_sealed(tmp_path: Path) -> None:
    template = "<a>{% if order.currency == 'PLN' %}<b>{% endif %}{{ order.external_id }}</a>"
    found = xml_profile(tmp_path, template)  # the trial orders are in euro
    file = tmp_path / "O0017.xml"
    file.write_bytes(file_of(found, sent(found, {"customer_note": "Kowalska"})))
    with pytest.raises(SchemaRefused, match="not well-formed") as caught:
        found.validate(file)
    assert "Kowalska" not in str(caught.value.problem)
    file.write_bytes(file_of(found, sent(found, {"currency": "EUR"})))
    found.validate(file)


def test_a_template_that_includes_itself_is_a_mistake_of_the_profile(tmp_path: Path) -> None:
    with pytest.raises(ProfileRefused) as caught:
        xml_profile(tmp_path, "<a>{% include 'order.xml.j2' %}</a>")
    (mistake,) = caught.value.mistakes
    assert mistake.place.endswith("acme/order.xml.j2:1")
