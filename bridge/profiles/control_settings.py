"""The settings of `[[control]]`: what the end of a file sums up."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from bridge.profiles.settings_base import Settings, Word


class ControlSettings(Settings):
    """`[[control]]`: a control total, `file.control.NAME` in what stands at the end of a file."""

    name: Word = Field(description="Its name")
    of: Word = Field(description="What is added up, over all orders: totals.gross, lines.quantity, lines.erp_sku")
    kind: Literal["sum", "hash"] = Field("sum", description="sum: of amounts; hash: of the digits of codes as numbers")
    digits: int | None = Field(None, ge=1, le=18, description="Only so many last digits of a hash total")
