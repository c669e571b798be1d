"""Settings of formats that are made of Jinja2 templates: what all of them have, and what each one adds."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from bridge.profiles.settings_base import OneCharacter, Settings, Word


class TemplateSettings(Settings):
    """What every format made by Jinja2 templates has."""

    template: Word = Field(description="Template of one order; where a file holds one, of the whole document")
    head: str | None = Field(None, description="Template of what stands before the first order")
    tail: str | None = Field(None, description="Template of what stands after the last order")
    carries: tuple[str, ...] = Field((), description="Canonical fields that the template carries unchanged")


class XmlSettings(TemplateSettings):
    """`[xml]`: XML made by Jinja2 templates; every value is escaped."""

    schema_file: str | None = Field(None, alias="schema", description="XSD that every file must validate against")
    rules: str | None = Field(None, description="Business rules that every file must keep: peppol-order-3, ...")


class EdifactSettings(TemplateSettings):
    """`[edifact]`: EDIFACT made by Jinja2 templates, which write `+`, `:` and `'` whatever the file separates by."""

    syntax: Literal["UNOA", "UNOB", "UNOC", "UNOD", "UNOE", "UNOF", "UNOW"] = Field(
        "UNOC", description="Syntax identifier of UNB; file.encoding must be what it stands for"
    )
    syntax_version: int = Field(3, ge=1, le=4, description="Syntax version of UNB")
    separators: str = Field(
        ":+.? '",
        min_length=6,
        max_length=6,
        description="As UNA: component, element, decimal mark, release, reserved, end",
    )
    una: bool = Field(True, description="The file begins with UNA; without it the separators must be the usual ones")


class X12Settings(TemplateSettings):
    """`[x12]`: X12 made by Jinja2 templates, which write `*`, `>` and `~` whatever the file separates by."""

    element: OneCharacter = Field("*", description="Between elements")
    component: OneCharacter = Field(">", description="Between components, as ISA16")
    segment: OneCharacter = Field("~", description="After each segment; file.line_end adds a line end")
    repetition: OneCharacter | None = Field(None, description="From version 00402 on: between repetitions, as ISA11")
    charset: Literal["basic", "extended"] = Field(
        "basic", description="basic: capitals, digits and few signs, small letters go out as capitals; extended: more"
    )
    replace: dict[OneCharacter, str] = Field(
        default_factory=dict, description="What stands for a separator inside a value; without an entry it is refused"
    )


class TextSettings(TemplateSettings):
    """`[text]`: plain text made by Jinja2 templates, which write the separators; values cannot."""

    separators: str | None = Field(
        None, description="Every character that divides records or fields; '' where widths do; not needed with json"
    )
    values: Literal["plain", "escaped", "quoted", "json"] = Field(
        "plain",
        description="A separator in a value is refused or replaced, gets text.escape before it, or stands in quotes "
        "that the template writes: quoted doubles text.quote, json escapes as JSON does",
    )
    replace: dict[OneCharacter, str] = Field(
        default_factory=dict,
        description="What stands for a character inside a value; a plain separator without: refused",
    )
    escape: OneCharacter = Field("\\", description="With values = escaped: stands before a separator and before itself")
    quote: OneCharacter = Field('"', description="With values = quoted: around texts; doubled inside them")
    decimal_comma: bool = Field(False, description="Filters write 12,50 instead of 12.50")
