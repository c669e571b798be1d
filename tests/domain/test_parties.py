"""A party in one text: its name, and its street with the number, as people of the country write it."""

from __future__ import annotations

import pytest

from bridge.domain.parties import party_address, party_name


@pytest.mark.parametrize(
    ("parts", "line"),
    [
        (("Polna", "7", "3", "PL"), "Polna 7/3"),
        (("Polna", "7", "", "PL"), "Polna 7"),
        (("Polna 7", "", "3", "PL"), "Polna 7 3"),
        (("High Street", "7", "Flat 3", "GB"), "7 High Street Flat 3"),
        (("Rue de la Paix", "12", "", "FR"), "12 Rue de la Paix"),
        (("", "7", "3", "PL"), "7/3"),
        ((" ", " ", " ", "PL"), ""),
        (("Polna ", " 7", "", ""), "Polna 7"),
    ],
)
def test_an_address_is_one_line_as_people_write_it(parts: tuple[str, str, str, str], line: str) -> None:
    assert party_address(*parts) == line


def test_a_name_has_no_blank_where_a_part_is_missing() -> None:
    assert party_name("Ada", "Example") == "Ada Example"
    assert (party_name("Ada", ""), party_name("", "Example"), party_name(" ", "")) == ("Ada", "Example", "")
