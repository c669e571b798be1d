"""A UBL order with a falsified amount is valid to its schema, and a reader that adds up finds it."""

from __future__ import annotations

from pathlib import Path

import pytest

from bridge.config.shipped import templates_folder
from bridge.profiles import load_profile
from tests.readers.ubl import disagreements, read_order

SAMPLES = templates_folder() / "ubl-order-2.1" / "sample"
PROFILE = load_profile("ubl-order-2.1", None)


@pytest.mark.parametrize("name", ["ORD_000017.xml", "minimal/ORD_000018.xml", "everything/ORD_000021.xml"])
def test_the_samples_add_up(name: str) -> None:
    assert disagreements(read_order((SAMPLES / name).read_bytes())) == []


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        (">10.16</cbc:LineExtensionAmount>", ">10.17</cbc:LineExtensionAmount>", "gross is 158.45"),
        (">135.16</cbc:LineExtensionAmount>", ">136.16</cbc:LineExtensionAmount>", "net is 136.16"),
        (">1.93</cbc:TotalTaxAmount>", ">1.94</cbc:TotalTaxAmount>", "gross is 158.45"),
        (">23.28</cbc:TaxAmount>", ">23.38</cbc:TaxAmount>", "tax is 23.38"),
        (">158.45</cbc:TaxInclusiveAmount>", ">158.46</cbc:TaxInclusiveAmount>", "gross is 158.46"),
        (">58.45</cbc:PrepaidAmount>", ">58.44</cbc:PrepaidAmount>", "due is 100.00"),
        (">100.00</cbc:PayableAmount>", ">100.01</cbc:PayableAmount>", "due is 100.01"),
    ],
)
def test_a_falsified_amount_is_found_by_the_sums_alone(old: str, new: str, what: str, tmp_path: Path) -> None:
    content = (SAMPLES / "ORD_000017.xml").read_text(encoding="utf-8")
    assert old in content
    path = tmp_path / "ORD_000017.xml"
    path.write_text(content.replace(old, new, 1), encoding="utf-8")
    PROFILE.validate(path)
    assert any(what in one for one in disagreements(read_order(path.read_bytes())))
