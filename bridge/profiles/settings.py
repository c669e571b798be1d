"""A profile's settings as `profile.toml` says them. Unknown keys are refused; the loader adds file and line.

Each class is one table of the file; its fields, types and defaults are the reference of the profile language.
"""

from __future__ import annotations

import fnmatch
from typing import Any, Literal

from pydantic import Field

from bridge.domain.characters import NewlinePolicy
from bridge.domain.naming import NameCase, NameShape
from bridge.profiles.answer_settings import AnswerWord as AnswerWord
from bridge.profiles.answer_settings import LinesSettings, MovedSettings, SiblingSettings, X12AnswerSettings
from bridge.profiles.control_settings import ControlSettings as ControlSettings
from bridge.profiles.edifact_settings import EdifactAnswerSettings as EdifactAnswerSettings
from bridge.profiles.idoc_settings import IdocAnswerSettings as IdocAnswerSettings
from bridge.profiles.idoc_settings import IdocSettings as IdocSettings
from bridge.profiles.settings_base import OneCharacter, Separator, Word
from bridge.profiles.settings_base import Settings as Settings
from bridge.profiles.table_settings import ColumnSettings as ColumnSettings
from bridge.profiles.table_settings import CsvSettings as CsvSettings
from bridge.profiles.table_settings import FixedAnswerSettings as FixedAnswerSettings
from bridge.profiles.table_settings import FixedSettings as FixedSettings
from bridge.profiles.table_settings import RecordSettings as RecordSettings
from bridge.profiles.template_settings import EdifactSettings as EdifactSettings
from bridge.profiles.template_settings import TemplateSettings as TemplateSettings
from bridge.profiles.template_settings import TextSettings as TextSettings
from bridge.profiles.template_settings import X12Settings as X12Settings
from bridge.profiles.template_settings import XmlSettings as XmlSettings

NAME_PLACES = ("{stem}", "{file}")
PLACE_STYLES = ("moved", "vanished")  # no file of the ERP says anything: ours is somewhere else, or gone


class FileSettings(Settings):
    """`[file]`: how a file looks from outside."""

    name: Word = Field(
        description="Pattern with {sequence:06}, {day:YYYYMMDD}, {daily:03}, {time}, {endpoint}, {count}, {sha256:8}"
    )
    name_case: NameCase = Field(NameCase.KEEP, description="Letters of the name: keep, upper, lower")
    name_shape: NameShape = Field(NameShape.FREE, description="8.3: names that old file systems hold")
    media_type: str = Field("application/octet-stream", description="Media type, for the archive and the pages")
    encoding: Word = Field("utf-8", description="Character encoding, a name that Python knows")
    byte_order_mark: bool = Field(False, description="Begin the file with a byte order mark")
    line_end: Literal["lf", "crlf", "none"] = Field("lf", description="Line ends; none: nothing between records")
    orders_per_file_max: int = Field(1, ge=1, le=100_000, description="At most so many orders in one file")
    batch_by: tuple[Literal["currency"], ...] = Field(
        (), description='["currency"]: a file holds orders of one currency, for a tail with one total'
    )
    ordered: bool = Field(True, description="Files are placed strictly in sequence order")
    external_id_case: Literal["keep", "upper"] = Field(
        "keep", description="upper: the ERP upper-cases ids, so ours go out in capitals and come back case-blind"
    )
    sequence_last: int | None = Field(None, ge=1, description="Last sequence number; default: what the width holds")
    sequence_wraps: bool = Field(False, description="After the last number comes 1 again; the name then needs {day}")


class CharacterSettings(Settings):
    """`[characters]`: folding and line breaks inside fields."""

    newline: NewlinePolicy = Field(NewlinePolicy.KEEP, description="A line break inside a field: keep, blank, refuse")
    drop_accents: bool = Field(False, description="Try a character that the encoding lacks without its accents")
    transliterate: bool = Field(
        False, description="Write letters that the encoding lacks in Latin ones: ü as ue, Greek and Cyrillic by sound"
    )
    fold: dict[OneCharacter, str] = Field(default_factory=dict, description="Replacements that are always made")


class ParameterSettings(Settings):
    """`[parameters.NAME]`: what differs from one installation of the ERP to the next; bridge.toml sets it."""

    description: Word = Field(description="What it is, and where the ERP's owner finds it")
    default: str | None = Field(None, description="Taken where bridge.toml says nothing; without it, it is required")
    choices: tuple[str, ...] = Field((), description="The only values")
    pattern: str | None = Field(None, description="Regular expression that the whole value must match")
    pattern_words: str = Field("", description="The pattern in words")


class ManifestSettings(Settings):
    """`[handover.manifest]`: a small file that tells the ERP about each file."""

    name: Word = Field(description="Its name, with {file} or {stem}")
    lines: tuple[str, ...] = Field(
        min_length=1,
        description="Lines with {file} {size} {sha256} {sha1} {md5} {crc32} {sequence} {orders} {totals} {gross} {day} "
        "{time}",
    )


class HandoverSettings(Settings):
    """`[handover]`: how a file becomes visible to the ERP."""

    checksum: Literal["sha256", "sha1", "md5", "none"] = Field(
        "sha256", description="A sidecar in the form of sha256sum, sha1sum, md5sum"
    )
    checksum_name: str | None = Field(None, description="Its name, with {file} or {stem}; default {file}.sha256 or so")
    trigger: str | None = Field(None, min_length=1, description="Name of an empty file that is placed last: {stem}.go")
    manifest: ManifestSettings | None = Field(None, description="A small file that tells about the file")
    order: tuple[Literal["file", "checksum", "manifest", "trigger"], ...] = Field(
        ("file", "checksum", "manifest", "trigger"), description="In which order they are placed"
    )
    temporary: Literal["dot", "suffix"] = Field("dot", description="Temporary names: .NAME.N.tmp or NAME.N.tmp")


class XmlAnswerSettings(Settings):
    """`[answers.xml]`: where an XML answer says what. Paths are relative to the result element."""

    namespaces: dict[str, str] = Field(default_factory=dict, description="Prefix = namespace of the paths below")
    result: Word = Field(description="Name of the element that holds one result, with prefix; can be the root")
    external_id: Word = Field(description="XPath of our external id")
    verdict: Word = Field(description="XPath of the ERP's word for accepted or rejected")
    erp_number: str | None = Field(None, description="XPath of the ERP's document number")
    reason: str | None = Field(None, description="XPath of the ERP's reason; several are joined")
    file: str | None = Field(None, description="Element before the first result that names our file or its number")


class CsvAnswerColumns(Settings):
    """`[answers.csv.columns]`: headings, or numbers from 1 where the log has no heading row."""

    external_id: str | int | None = Field(None, description="Our external id; not needed with by_position")
    verdict: str | int = Field(description="The ERP's word for accepted or rejected")
    erp_number: str | int | None = Field(None, description="The ERP's document number")
    reason: str | int | None = Field(None, description="The ERP's words")
    code: str | int | None = Field(None, description="The ERP's code for the reason")
    file: str | int | None = Field(None, description="Our file's name")


class CsvAnswerSettings(Settings):
    """`[answers.csv]`: a log in rows."""

    encoding: Word = Field("utf-8-sig", description="Encoding; a byte order mark is passed over")
    delimiter: Separator = Field(";", description="Between fields")
    quote: Separator = Field('"', description="Around fields")
    heading: bool = Field(True, description="The first row has headings")
    columns: CsvAnswerColumns = Field(description="Which column says what")


class OpentransAnswerSettings(Settings):
    """`[answers.rules.opentrans]`: openTRANS has no code for a rejection; the partner says what is one."""

    reject_when: tuple[Literal["quantity-zero", "no-items", "no-number", "remarks"], ...] = Field(
        min_length=1,
        description="All quantities are 0; there are no items; there is no SUPPLIER_ORDER_ID; reject_words in REMARKS",
    )
    reject_words: tuple[str, ...] = Field((), description="With remarks: regular expressions, whatever their case")


class AnswerRuleSettings(Settings):
    """`[[answers.rules]]`: one kind of answer file. Of several rules the first whose names fit takes a file."""

    name: Word = Field("answer", description="The rule's name, different from the others'")
    style: Word = Field(
        description="xml, csv, fixed, idoc, ubl, opentrans, edifact, x12, sibling, lines, moved, vanished, or yours"
    )
    names: str = Field("", description="File names with * and ?; {stem} or {file} stands for our file's name")
    beside: bool = Field(
        False, description="The answer lies beside our file in the inbound folder, and stays; names has no * or ?"
    )
    complete: Literal["renamed", "trigger", "stable"] = Field(
        "renamed", description="An answer is whole when it has its final name, its trigger is there, or it rests"
    )
    trigger_suffix: str = Field("", description="With complete = trigger: suffix of the trigger's name")
    stable_s: int = Field(30, ge=0, description="With complete = stable: unchanged for so many seconds")
    grows: bool = Field(False, description="Rows are appended to a file that stays: only new whole rows are read")
    verdicts: dict[str, AnswerWord] = Field(
        default_factory=dict, description="The ERP's word = its meaning; in work and the syntax levels are no verdict"
    )
    sender: str = Field(
        "", description="Who must have written it, as edifact, x12, ubl, opentrans and idoc tell; empty: anybody"
    )
    receiver: str = Field("", description="To whom it must be addressed: how the ERP names us; empty: not looked at")
    by_position: bool = Field(
        False, description="Results without an order's id stand in the order of our file, one for each order"
    )
    rest: Literal["accepted", "unknown"] = Field(
        "unknown", description="accepted: orders of the file that this answer does not name were accepted"
    )
    options: dict[str, Any] = Field(default_factory=dict, description="Own keys of a style that a package adds")
    xml: XmlAnswerSettings | None = Field(None, description="Paths of style xml")
    csv: CsvAnswerSettings | None = Field(None, description="Columns of style csv")
    fixed: FixedAnswerSettings | None = Field(None, description="Columns of style fixed")
    sibling: SiblingSettings | None = Field(None, description="Style sibling: what the file says by being there")
    lines: LinesSettings | None = Field(None, description="Patterns of style lines")
    moved: MovedSettings | None = Field(None, description="Folders of style moved")
    edifact: EdifactAnswerSettings | None = Field(None, description="Style edifact: what the reader's codes mean")
    opentrans: OpentransAnswerSettings | None = Field(None, description="Style opentrans: what counts as a rejection")
    idoc: IdocAnswerSettings | None = Field(None, description="Style idoc: how SAP's answers name our orders")
    x12: X12AnswerSettings | None = Field(None, description="Style x12: what the partner's answers have of their own")

    @property
    def pattern(self) -> str:
        """`names` as a shell pattern."""
        pattern = self.names
        for place in NAME_PLACES:
            pattern = pattern.replace(place, "*")
        return pattern

    def takes(self, name: str) -> bool:
        """Whether a file of this name is this kind of answer; blind to case, as some ERPs write all in capitals."""
        return fnmatch.fnmatchcase(name.casefold(), self.pattern.casefold())

    @property
    def stays(self) -> bool:
        """Whether the answer is left where it is, and is news when it has grown."""
        return self.grows or self.beside or self.style in PLACE_STYLES

    @property
    def in_answer_folder(self) -> bool:
        """Whether it is looked for where the ERP puts its answers."""
        return not self.beside and self.style not in PLACE_STYLES


class ReasonSettings(Settings):
    """`[answers.reasons."CODE"]`: one of the ERP's codes or phrases in business words."""

    words: Word = Field(description="What it means, for people")
    action: str = Field("", description="What to do about it")


class AnswerSettings(Settings):
    """`[answers]`: the ERP's acknowledgements."""

    within_s: int = Field(3600, ge=1, description="A placed file without an answer after so long is an exception")
    bytes_max: int = Field(50_000_000, ge=1, description="Larger answers are not read")
    all_of: tuple[str, ...] = Field(
        (), description="Rules that all must have answered a file; an order that none of them names is an exception"
    )
    reasons: dict[str, ReasonSettings] = Field(default_factory=dict, description="The ERP's code or phrase = its words")
    rules: tuple[AnswerRuleSettings, ...] = Field(min_length=1, description="The kinds of answers")

    def rule_for(self, name: str) -> AnswerRuleSettings | None:
        """The rule that takes a file of this name."""
        return next((rule for rule in self.rules if rule.takes(name)), None)

    def folder_rule_for(self, name: str) -> AnswerRuleSettings | None:
        """The rule that takes a file of this name in the answer folder."""
        return next((rule for rule in self.rules if rule.in_answer_folder and rule.takes(name)), None)


class RegisterSettings(Settings):
    """`[register]`: the ERP's CSV list of orders that it already holds."""

    external_id: Word = Field(description="Heading of the column with our external id")
    erp_number: Word = Field(description="Heading of the column with the ERP's number")
    encoding: Word = Field("utf-8-sig", description="Encoding; a byte order mark is passed over")
    delimiter: Separator = Field(",", description="Between fields")
    quote: Separator = Field('"', description="Around fields")


class LimitSettings(Settings):
    """`[[limits]]`: what one field of the ERP can hold, measured after folding and before escaping."""

    field: Word = Field(description="Canonical path: delivery.street, lines.name, external_id")
    label: Word = Field(description="As in messages: Delivery street")
    length_max: int | None = Field(None, ge=1, description="Longest text, of one part")
    digits_max: int | None = Field(None, ge=1, description="Of a number: most digits, without sign and decimal mark")
    decimals_max: int | None = Field(None, ge=0, le=12, description="Of a number: most decimal places")
    unit: Literal["characters", "bytes"] = Field("characters", description="Unit of length_max; bytes: as encoded")
    parts: int = Field(1, ge=1, le=99, description="So many fields of length_max each, filled word by word")
    required: bool = Field(False, description="Must not be empty")
    pattern: str | None = Field(None, description="Regular expression that the whole text must match")
    pattern_words: str = Field("", description="The pattern in business words")
    characters: str | None = Field(None, description="The only characters, as inside [] of a regular expression")
    codes: tuple[str, ...] = Field((), description="The only values")
    policies: tuple[Literal["refuse", "split", "abbreviate", "pass", "line"], ...] = Field(
        ("refuse",), min_length=1, description="What a flow may pick for a longer text, or one without a place"
    )
    source: str = Field("", description="Document and section; 'unverified': bridge.toml can set another length")


class ProfileSettings(Settings):
    """The whole `profile.toml`."""

    version: str = Field("1", description="Yours to raise; shown beside the digest")
    description: str = Field("", description="What ERP and import this is for")
    format: Word = Field(description="xml, csv, fixed, text, edifact, x12, idoc, or one that an installed package adds")
    variant: str | None = Field(None, description="Parameter whose value V names profile.V.toml, laid over this file")
    change: Literal["full", "delta"] = Field(
        "full", description="In profile.change.toml: the whole new order, or only the lines that differ"
    )
    parameters: dict[str, ParameterSettings] = Field(default_factory=dict)
    control: tuple[ControlSettings, ...] = ()
    options: dict[str, Any] = Field(default_factory=dict, description="Own keys of a format that a package adds")
    file: FileSettings
    characters: CharacterSettings = Field(default_factory=CharacterSettings)
    xml: XmlSettings | None = None
    csv: CsvSettings | None = None
    fixed: FixedSettings | None = None
    text: TextSettings | None = None
    x12: X12Settings | None = None
    edifact: EdifactSettings | None = None
    idoc: IdocSettings | None = None
    handover: HandoverSettings = Field(default_factory=HandoverSettings)
    answers: AnswerSettings | None = None
    register_: RegisterSettings | None = Field(None, alias="register")
    limits: tuple[LimitSettings, ...] = ()
