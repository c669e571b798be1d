"""The settings of `[answers.rules.edifact]`: what the reader's codes mean."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from bridge.profiles.settings_base import Settings

Word = Literal["accepted", "rejected", "in work", "syntax accepted", "syntax received"]
# changed: accepted with changes, unless every line is refused. lines: only the lines tell.
OrderWord = Word | Literal["changed", "lines"]
# Service code list 0083; 5 and 6 are of older editions.
CONTRL: dict[str, Word] = {
    "4": "rejected", "5": "syntax accepted", "6": "rejected", "7": "syntax accepted", "8": "syntax received",
}  # fmt: skip
# APERAK says that the application has the order, not yet that it makes one of its own of it.
APERAK: dict[str, Word] = {
    "AB": "syntax accepted", "AP": "in work", "CA": "in work", "RE": "rejected", "29": "in work", "27": "rejected",
}  # fmt: skip
ORDRSP: dict[str, OrderWord] = {
    "AB": "syntax accepted", "AP": "accepted", "AC": "changed", "CA": "changed", "RE": "rejected", "29": "accepted",
    "27": "rejected", "4": "changed", "28": "changed", "30": "changed", "9": "lines",
}  # fmt: skip


class EdifactAnswerSettings(Settings):
    """`[answers.rules.edifact]`: the meaning of codes, of each kind of message. A table replaces its default whole."""

    counts: bool = Field(
        True, description="UNT, UNE, UNZ must count what is there; false: the reader is known to count wrongly"
    )
    contrl: dict[str, Word] = Field(default_factory=lambda: dict(CONTRL), description="Of CONTRL: action (0083)")
    aperak: dict[str, Word] = Field(
        default_factory=lambda: dict(APERAK), description="Of APERAK: BGM 4343, else 1225; asked before ERC"
    )
    errors: dict[str, Word] = Field(
        default_factory=dict,
        description="Of APERAK without one of these: ERC (9321), a list that each reader makes itself; * is any other",
    )
    ordrsp: dict[str, OrderWord] = Field(
        default_factory=lambda: dict(ORDRSP),
        description="Of ORDRSP: BGM 4343, else 1225; changed: accepted unless every line is refused; lines: these tell",
    )
