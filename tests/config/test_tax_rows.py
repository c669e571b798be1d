"""The tax map as a person writes it: rows for some orders only, keys with a code and a rate, and what is refused."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from bridge.config.maps import load_maps
from bridge.config.mistakes import DeploymentRefused
from bridge.domain.maps import CodeMap
from bridge.domain.tax_conditions import Condition, conditions_met

HEAD = "store_tax,erp_tax,valid_from,valid_until,country,tax_exempt\n"


def read(folder: Path, content: str) -> CodeMap:
    """The tax map of this file."""
    (folder / "tax.csv").write_text(content, encoding="utf-8")
    return load_maps(folder).tax


def refused(folder: Path, content: str) -> list[str]:
    """Every mistake of this tax map."""
    with pytest.raises(DeploymentRefused) as caught:
        read(folder, content)
    return [str(mistake) for mistake in caught.value.mistakes]


def test_a_row_is_for_each_country_that_it_names(tmp_path: Path) -> None:
    taxes = read(tmp_path, HEAD + '0%,Z,,,,\n0%,K,,,EU xi,yes\n0%,G,,,non-EU,\n0%,R,,,,YES\n8%,B,,,"DE, at",\n')
    assert taxes.codes == {"0%": "Z"}
    told = {(key, one.words): entry.spans[0].parts[0].erp_sku for key in taxes.conditional
            for one, entry in taxes.conditional[key].items()}  # fmt: skip
    assert told == {
        ("0%", "country EU, tax exempt"): "K",
        ("0%", "country XI, tax exempt"): "K",
        ("0%", "country non-EU"): "G",
        ("0%", "tax exempt"): "R",
        ("8%", "country DE"): "B",
        ("8%", "country AT"): "B",
    }


def test_a_map_without_conditions_is_what_it_was(tmp_path: Path) -> None:
    taxes = read(tmp_path, "store_tax,erp_tax\nstandard,V23\n23%,A\n")
    assert (taxes.codes, taxes.conditional, taxes.is_dated) == ({"standard": "V23", "23%": "A"}, {}, False)
    assert taxes.meeting(conditions_met("DE", "", tax_exempt=True)) is taxes
    assert taxes.digest == hashlib.sha256(b"23%\x00A\x01standard\x00V23\x01").hexdigest()


def test_the_digest_changes_with_a_condition_and_not_with_its_spelling(tmp_path: Path) -> None:
    first = read(tmp_path, HEAD + "0%,K,,,DE FR,yes\n").digest
    assert read(tmp_path, HEAD + "0%,K,,,fr,yes\n0%,K,,,de,yes\n").digest == first
    others = [
        read(tmp_path, HEAD + row).digest
        for row in ("0%,K,,,DE FR,\n", "0%,K,,,DE,yes\n", "0%,Z,,,DE FR,yes\n", "0%,K,,2026-12-31,DE FR,yes\n")
    ]
    assert len({first, *others}) == 5


def test_an_empty_key_is_refused_for_it_would_take_lines_that_have_no_code(tmp_path: Path) -> None:
    assert refused(tmp_path, "store_tax,erp_tax\n,V23\n") == [
        "maps/tax.csv:2: names no tax. Name the store's tax code, or a rate as 23%, or remove the row."
    ]


def test_two_rows_for_the_same_orders_are_refused_once(tmp_path: Path) -> None:
    rows = "0%,K,,,DE FR EU,yes\n0%,G,,,EU FR,yes\n0%,A,2026-01-01,,IT,\n0%,B,,2026-06-30,IT,\n0%,C,,,,\n0%,D,,,,\n"
    assert refused(tmp_path, HEAD + rows) == [
        "maps/tax.csv:3: '0% (country FR, tax exempt)' stands on line 2 already. Keep one of the two rows.",
        "maps/tax.csv:5: '0% (country IT)' is valid on days on which line 4 is valid too. "
        "End one of them on the day before the other begins.",
        "maps/tax.csv:7: '0%' stands on line 6 already. Keep one of the two rows.",
    ]


def test_a_country_beside_its_union_is_no_mistake(tmp_path: Path) -> None:
    taxes = read(tmp_path, HEAD + "standard,OSS,,,EU,\nstandard,V23,,,PL,\nstandard,V0,,,PL,yes\n")
    met = {country: taxes.meeting(conditions_met(country, "", tax_exempt=False)) for country in ("PL", "DE", "US")}
    assert {country: one.codes for country, one in met.items()} == {
        "PL": {"standard": "V23"},
        "DE": {"standard": "OSS"},
        "US": {},
    }
    assert met["US"].elsewhere == {"standard": {"country", "tax_exempt"}}


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ("UK,", "country is 'UK', and UK is no country. Write codes of ISO 3166-1"),
        ("DE EL,", "country is 'DE EL', and EL is no country."),
        ("non EU,", "country is 'non EU', and NON is no country."),
        ("DE,no", "tax_exempt is 'no'. Write yes, or nothing:"),
        ("#REF!,", "country is '#REF!', and #REF! is no country."),
    ],
)
def test_conditions_that_nobody_can_tell_are_refused(tmp_path: Path, cells: str, words: str) -> None:
    (mistake,) = refused(tmp_path, f"{HEAD}0%,K,,,{cells}\n")
    assert mistake.startswith(f"maps/tax.csv:2: {words}")


def test_a_rate_is_known_however_a_spreadsheet_writes_it(tmp_path: Path) -> None:
    taxes = read(tmp_path, 'store_tax,erp_tax,country\nstandard 19.00%,A,\n"5,50 %",B,\nVAT 20%,C,\n8.0%,D,DE\n')
    assert taxes.codes == {
        "standard 19.00%": "A", "standard 19%": "A", "5,50 %": "B", "5.5%": "B", "VAT 20%": "C",
    }  # fmt: skip
    assert sorted(taxes.conditional) == ["8%", "8.0%"]
    assert taxes.with_rates == {"standard", "5,50", "VAT"}
    assert refused(tmp_path, "store_tax,erp_tax\n23%,A\n23.0%,B\n") == [
        "maps/tax.csv:3: '23%' stands on line 2 already. Keep one of the two rows."
    ]


@pytest.mark.parametrize(
    ("country", "postal_code", "places"),
    [
        ("DE", "10115", ["DE", "EU"]),
        ("GR", "", ["GR", "EU"]),
        ("CH", "8001", ["CH", "non-EU"]),
        ("GB", "B1 1AA", ["GB", "non-EU"]),
        ("GB", "bt1 5GS", ["XI", "GB", "non-EU"]),
        ("UK", "", []),
        ("", "", []),
    ],
)
def test_a_country_is_asked_for_before_its_union(country: str, postal_code: str, places: list[str]) -> None:
    assert [one.country for one in conditions_met(country, postal_code, tax_exempt=False)] == places
    assert conditions_met(country, postal_code, tax_exempt=True) == (
        *(Condition(place, tax_exempt=True) for place in places),
        Condition(tax_exempt=True),
        *(Condition(place) for place in places),
    )
