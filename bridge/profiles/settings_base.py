"""What every table of settings is made of: frozen, exact about its keys, silent about its input in errors."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

Word = Annotated[str, StringConstraints(min_length=1)]
Separator = Annotated[str, StringConstraints(min_length=1, max_length=1, pattern=r"^[^\r\n\x00]$")]
OneCharacter = Annotated[str, StringConstraints(min_length=1, max_length=1)]


class Settings(BaseModel):
    """Frozen; an unknown key is a mistake."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, strict=False)
