"""What is said of a party in one text where an ERP has one field for it: its name, and its street with the number."""

from __future__ import annotations

# Where people write the number before the street: https://www.upu.int (S42 templates), English- and French-speaking.
NUMBER_FIRST = frozenset({"AU", "CA", "FR", "GB", "IE", "LU", "MC", "NZ", "US", "ZA"})
PARTY_TEXTS = ("name", "address")  # beside the fields of the contract


def party_name(first_name: str, last_name: str) -> str:
    """The person: first and last name. Blanks alone are nothing."""
    first_name, last_name = first_name.strip(), last_name.strip()
    return f"{first_name} {last_name}" if first_name and last_name else first_name or last_name


def party_address(street: str, house_number: str, flat: str, country: str) -> str:
    """Street, number and flat as people of the country write them: Polna 7/3, 7 High Street Flat 3."""
    street, house_number, flat = street.strip(), house_number.strip(), flat.strip()
    if not house_number:
        return f"{street} {flat}" if street and flat else street or flat
    if country in NUMBER_FIRST:
        line = f"{house_number} {street}" if street else house_number
        return f"{line} {flat}" if flat else line
    line = f"{street} {house_number}" if street else house_number
    return f"{line}/{flat}" if flat else line
