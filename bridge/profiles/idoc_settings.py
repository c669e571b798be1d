"""The settings of answer style `idoc`: `[answers.rules.idoc]`."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from bridge.profiles.settings_base import Settings, Word

ItemAction = Literal["added", "changed", "deleted", "unchanged"]
StatusParameter = Literal["STAPA1", "STAPA2", "STAPA3", "STAPA4"]
Columns = tuple[Annotated[int, Field(ge=1)], Annotated[int, Field(ge=1)]]
# SAP data dictionary, E1EDP01-ACTION; 000 is what facts of older releases say for a new item.
ITEM_ACTIONS: dict[str, ItemAction] = {
    "": "unchanged", "000": "added", "001": "added", "002": "changed", "003": "deleted", "004": "unchanged",
}  # fmt: skip
NUMBERS: dict[str, StatusParameter] = {"V1311": "STAPA2"}  # "& & has been saved": kind of document, number


class IdocAnswerSettings(Settings):
    """`[answers.rules.idoc]`: IDocs ORDRSP, STATUS and ALEAUD, in XML or flat: a file itself shows which."""

    encoding: Word = Field("utf-8", description="Encoding of flat files; XML names its own")
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
