"""The settings of IDocs: `[idoc]` for flat files, `[answers.rules.idoc]` for what SAP answers."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from bridge.profiles.settings_base import Settings, Word
from bridge.profiles.template_settings import TemplateSettings

ItemAction = Literal["added", "changed", "deleted", "unchanged"]
StatusParameter = Literal["STAPA1", "STAPA2", "STAPA3", "STAPA4"]
Columns = tuple[Annotated[int, Field(ge=1)], Annotated[int, Field(ge=1)]]
# SAP data dictionary, E1EDP01-ACTION; 000 is what facts of older releases say for a new item.
ITEM_ACTIONS: dict[str, ItemAction] = {
    "": "unchanged", "000": "added", "001": "added", "002": "changed", "003": "deleted", "004": "unchanged",
}  # fmt: skip
NUMBERS: dict[str, StatusParameter] = {"V1311": "STAPA2"}  # "& & has been saved": kind of document, number


class IdocSegmentSettings(Settings):
    """`[idoc.segments.NAME]`: a segment of flat IDocs."""

    record: Word = Field(max_length=30, description="Its name with its release, as records are called: E2EDK01005")
    columns: Word = Field(description="Its fields from the left: NAME width, NAME width, ...")
    level: int | None = Field(
        None, ge=0, le=99, description="Level of its hierarchy; default: 2 and as deep as it stands"
    )


class IdocSettings(TemplateSettings):
    """`[idoc]`: flat IDocs; the template writes segments as XML, SEGMENT="1", and each becomes a record."""

    layout: Literal["4x", "3x"] = Field("4x", description="Records EDI_DC40 of release 4.0 and later, or EDI_DC of 3.x")
    unit: Literal["characters", "bytes"] = Field("characters", description="Unit of widths; bytes: a non-Unicode SAP")
    trim: bool = Field(False, description="Blanks at the end of a record are cut")
    segments: dict[str, IdocSegmentSettings] = Field(default_factory=dict)


class IdocAnswerSettings(Settings):
    """`[answers.rules.idoc]`: IDocs ORDRSP, STATUS and ALEAUD, in XML or flat: a file itself shows which."""

    encoding: Word = Field("utf-8", description="Encoding of flat files; XML names its own")
    unit: Literal["characters", "bytes"] = Field("characters", description="Unit of widths in flat files")
    join: Literal["reference", "docnum"] = Field(
        "reference", description="By what a status names an order: our reference, or the IDoc number that we gave"
    )
    actions: dict[str, ItemAction] = Field(
        default_factory=lambda: dict(ITEM_ACTIONS), description="E1EDP01 ACTION = what became of an item"
    )
    order_objects: tuple[str, ...] = Field(
        ("BUS2032",), description="Types of the business object that are sales orders (E1PRTOB OBJTYPE)"
    )
    numbers: dict[str, StatusParameter] = Field(
        default_factory=lambda: dict(NUMBERS),
        description="Message of a status = which of its parameters is the number of the sales order",
    )
    messages: tuple[str, ...] = Field(
        ("ORDERS", "ORDCHG"), description="Message types of our files; an ALEAUD on others is passed over"
    )
    columns: dict[str, Columns] = Field(
        default_factory=dict,
        description='"SEGMENT.FIELD" = [first column from 1, width] in flat records, where a release has others',
    )
