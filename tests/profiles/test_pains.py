"""Pains that others had and wrote down in public, each with its test: names, characters, zeros, lengths, size."""

from __future__ import annotations

import tracemalloc
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bridge.domain.naming import NameFacts, NamePatternRefused, name_pattern
from bridge.profiles import CharacterRefused, load_profile
from bridge.profiles.proof import HOSTILE
from tests.profiles.making import CONTEXT, csv_profile, file_of, sent
from tests.readers.csv_orders import read_orders
from tests.readers.ubl import read_order

LINES = 20_000
BOTH = ["csv-orders", "ubl-order-2.1"]


@pytest.mark.parametrize(
    "pattern", ["ORD_{sequence:06}.xml", "{day}_{time}_{sequence}.csv", "{endpoint}{count}-{sequence:05}"]
)
def test_a_thousand_files_in_one_second_have_a_thousand_names_though_the_clock_goes_back(pattern: str) -> None:
    """Names from date or second collided and a file was lost: littlebearapps/outlook-assistant 236."""
    moment = datetime(2026, 11, 24, 9, 30, 15, tzinfo=UTC)
    made = name_pattern(pattern)
    times = [moment if number % 2 else moment - timedelta(hours=1) for number in range(1_000)]
    day = date(2026, 11, 24)
    names = {made.name(NameFacts(number, day, time, "acme", 1)) for number, time in enumerate(times, start=1)}
    assert len(names) == 1_000


@pytest.mark.parametrize("pattern", ["ORD_{day}_{time}.xml", "{endpoint}.csv", "{count}{time}.csv"])
def test_a_pattern_that_can_collide_is_refused(pattern: str) -> None:
    """The same pain: carbonblack/cb-event-forwarder 82."""
    with pytest.raises(NamePatternRefused, match="two files would get the same name"):
        name_pattern(pattern)


@pytest.mark.parametrize("name", BOTH)
@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("field", ["customer_note", "delivery.company", "lines.1.name"])
def test_a_hostile_text_is_carried_whole_or_its_order_waits_alone(
    name: str, text: str, field: str, tmp_path: Path
) -> None:
    """Control characters and emoji broke files: bleroy/Nwazet.Commerce 67, webgriffe/SyliusAkeneoPlugin 156."""
    profile = load_profile(name, None)
    order = sent(profile, {field: text, "billing.company": "B"})
    try:
        content = file_of(profile, order)
    except CharacterRefused as refused:
        assert f"({hash(text)})" not in refused.problem.message
        assert refused.problem.field == field.replace("lines.1.", "lines[2].")
        return
    read = read_order(content) if name.startswith("ubl") else read_orders(content)[0]
    found = read["lines"][1]["name"] if field.startswith("lines") else read[field]
    expected = (
        order["lines"][1]["name"] if field.startswith("lines") else order.get(field) or order["delivery"]["company"]
    )
    assert found == expected
    path = tmp_path / "file"
    path.write_bytes(content)
    profile.validate(path)


@pytest.mark.parametrize("name", BOTH)
def test_leading_zeros_and_long_numbers_stay_text(name: str) -> None:
    """Codes lost zeros or became 4.9E+10: proompteng/bilig 28, hizzle-co/noptin 602."""
    profile = load_profile(name, None)
    changes = {"lines.0.sku": "0049000000012", "delivery.postal_code": "01067", "number": "000000000000000012345"}
    changes["delivery.country"] = "DE"
    content = file_of(profile, sent(profile, changes))
    read = read_order(content) if name.startswith("ubl") else read_orders(content)[0]
    assert read["lines"][0]["erp_sku"] == "0049000000012"
    assert (read["delivery.postal_code"], read["number"]) == ("01067", "000000000000000012345")


def test_a_field_is_never_cut_by_the_renderer(tmp_path: Path) -> None:
    """Longer texts were cut in silence: frappe/ecommerce_integrations 234, nuobit/odoo-addons 937."""
    limit = '[[limits]]\nfield = "customer_note"\nlabel = "Note"\nlength_max = 5\n'
    profile = csv_profile(tmp_path, more=limit)
    assert file_of(profile, sent(profile, {"customer_note": "123456"})) == b"10452;123456;301.35\n"


@pytest.mark.parametrize("name", BOTH)
def test_an_order_of_twenty_thousand_lines_is_one_file(name: str, tmp_path: Path) -> None:
    """Large exports came to nothing: magento/magento2 32492."""
    profile = load_profile(name, None)
    order = sent(profile)
    order["lines"] = [{**order["lines"][0], "position": position} for position in range(1, LINES + 1)]
    content = file_of(profile, order)
    path = tmp_path / "file"
    path.write_bytes(content)
    profile.validate(path)
    read = read_order(content) if name.startswith("ubl") else read_orders(content)[0]
    assert [line["position"] for line in read["lines"]] == list(range(1, LINES + 1))


def test_a_file_of_ten_thousand_orders_is_written_piece_by_piece() -> None:
    """The same pain: woocommerce/woocommerce-subscriptions-importer-exporter 150."""
    profile = load_profile("csv-orders", None)
    order = sent(profile)
    renderer = profile.renderer(replace(CONTEXT, count=10_000))
    size = len(renderer.head())
    tracemalloc.start()
    for _ in range(10_000):
        size += len(renderer.order(order))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert size > 3_000_000
    assert peak < 200_000
    assert renderer.tail() == b"T;10000;40000;PLN=3013500.00\r\n"
