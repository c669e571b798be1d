"""Settings of the answers that are no documents: siblings, plain lines, files that were moved or are gone."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from bridge.profiles.settings_base import Settings, Word

AnswerWord = Literal["accepted", "rejected", "in work", "syntax accepted", "syntax received"]


class SiblingSettings(Settings):
    """`[answers.rules.sibling]`: a file beside ours, which speaks of all its orders by being there."""

    says: AnswerWord = Field(description="What it means that the file is there, empty or not")
    encoding: Word = Field("utf-8-sig", description="Encoding of the reason in it; a byte order mark is passed over")


class LinePatternSettings(Settings):
    """`[[answers.rules.lines.patterns]]`: one kind of line."""

    pattern: Word = Field(
        description="Regular expression of a whole line, with the groups external_id, position, erp_number, reason, "
        "code, verdict; without external_id and position it speaks of the whole file"
    )
    verdict: AnswerWord | None = Field(None, description="What such a line says; without it the group verdict does")


class LinesSettings(Settings):
    """`[answers.rules.lines]`: a log of plain lines, of which patterns pick those that say something."""

    encoding: Word = Field("utf-8-sig", description="Encoding; a byte order mark is passed over")
    patterns: tuple[LinePatternSettings, ...] = Field(min_length=1, description="The first that fits a line counts")
    other_lines: Literal["pass", "refuse"] = Field("pass", description="Lines that no pattern fits")


class MovedSettings(Settings):
    """`[answers.rules.moved]`: the ERP moves our file into one of its folders when it has read it."""

    folders: dict[str, Literal["accepted", "rejected", "taken"]] = Field(
        min_length=1,
        description="Folder = what it says of all orders of the file; below inbound, or from / on",
    )
    time_stamp: bool = Field(False, description="The ERP adds to the name (NAME.csv_061017), so the folder is listed")


class X12AnswerSettings(Settings):
    """`[answers.rules.x12]`: what a partner's TA1, 997, 855 and 865 have of their own. ISA tells the separators."""

    encoding: Word = Field("utf-8", description="Encoding of the texts; a byte order mark is passed over")
    group_sender: str = Field("", description="GS02 of the answers, where sender is held too; empty: not looked at")
    group_receiver: str = Field("", description="GS03 of the answers; empty: not looked at")
    number_references: tuple[str, ...] = Field(
        (), description="Where BAK08 is empty: qualifiers of REF that hold the ERP's number, such as VN"
    )
