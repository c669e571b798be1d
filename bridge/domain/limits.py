"""A field limit of an ERP, as a value. Parsed from profile.toml by `profiles/`, judged by `domain/checks/`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limit:
    """What the ERP's field can hold. Lengths are measured after NFC and folding, before escaping.

    field: canonical path as in the contract (`delivery.street`, `lines.name`, `external_id`).
    """

    field: str
    label: str  # as in messages: "Delivery street"
    length_max: int | None = None
    unit: str = "characters"  # or "bytes", in the profile's encoding
    parts: int = 1  # n parts of length_max each, split word-wise
    required: bool = False
    pattern: str | None = None  # full match
    pattern_words: str = ""  # the pattern in business words
    characters: str | None = None  # the only characters, as inside [] of a regular expression
    codes: tuple[str, ...] = ()  # the only values
    digits_max: int | None = None  # of a number: most digits, without sign and decimal mark
    decimals_max: int | None = None  # of a number: most decimal places, zeros at the end not counted
    policies: tuple[str, ...] = ("refuse",)  # what a flow may pick: refuse, split, abbreviate, pass, line
    source: str = ""  # document and section, or "unverified"
    place: str = ""  # file:line of profile.toml, for the action text
