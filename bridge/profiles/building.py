"""From settings to the compiled parts of a profile: names, limits, columns, templates, answers. Collects mistakes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from bridge.domain.characters import CharacterRules, NewlinePolicy
from bridge.domain.handover import Handover
from bridge.domain.limits import Limit
from bridge.domain.naming import NamePattern, NamePatternRefused, name_pattern
from bridge.profiles.acknowledgements.base import Acknowledgements
from bridge.profiles.additions import FORMATS, FormatParts, added, added_names
from bridge.profiles.answering import acknowledgements_of
from bridge.profiles.controlling import control_of
from bridge.profiles.csv_building import csv_format
from bridge.profiles.decimal_limits import with_decimal_limits
from bridge.profiles.errors import Mistake
from bridge.profiles.fields import field_kind, order_fields
from bridge.profiles.fixed_building import fixed_format, width_limits
from bridge.profiles.formats.base import Format
from bridge.profiles.formats.csv_dialect import csv_characters
from bridge.profiles.formats.edifact import EdifactSyntax, edifact_characters, edifact_mistakes
from bridge.profiles.formats.idoc import IdocSyntax, idoc_characters
from bridge.profiles.formats.template import Syntax, TemplateFormat, TemplateRefused
from bridge.profiles.formats.text import TextSyntax, text_characters, text_mistakes
from bridge.profiles.formats.x12 import X12Syntax, x12_characters, x12_mistakes
from bridge.profiles.handing_over import handover_of
from bridge.profiles.installation import Installation
from bridge.profiles.limit_mistakes import limit_mistakes
from bridge.profiles.reading import Source, encoding_suggestion, suggestion
from bridge.profiles.rows import reads_in_lines
from bridge.profiles.rules import RULE_SETS
from bridge.profiles.settings import (
    EdifactSettings,
    FileSettings,
    IdocSettings,
    LimitSettings,
    ProfileSettings,
    TemplateSettings,
    TextSettings,
    X12Settings,
    XmlSettings,
)
from bridge.profiles.template_hints import with_hint

SEQUENCE_LAST_DEFAULT = 999_999_999
TEMPLATE_SUFFIX = ".j2"
TABLES = ("xml", "csv", "fixed", "text", "x12", "edifact", "idoc")  # of the formats that are here
UNVERIFIED = "unverified"
Path = tuple[str | int, ...]


class Building:
    """One profile under construction. What is wrong is noted in `mistakes` and building goes on, to find the rest."""

    def __init__(
        self,
        name: str,
        source: Source,
        settings: ProfileSettings,
        contents: Mapping[str, bytes],
        installation: Installation,
        parameters: Mapping[str, str],
    ) -> None:
        self.name, self.source, self.settings, self.contents = name, source, settings, contents
        self.installation, self.parameters = installation, parameters
        self.mistakes: list[Mistake] = []

    def wrong(self, path: Path, what: str, cure: str = "") -> None:
        """Note a mistake at a key of profile.toml."""
        self.mistakes.append(self.source.mistake(path, what, cure))

    def naming(self) -> tuple[NamePattern | None, int]:
        """The name pattern, and the last number that its width and the profile allow."""
        file = self.settings.file
        try:
            pattern = name_pattern(file.name, file.name_case, file.name_shape)
        except NamePatternRefused as error:
            self.wrong(("file", "name"), f"file.name: {error}")
            return None, 0
        widest = pattern.sequence_last or SEQUENCE_LAST_DEFAULT
        if file.sequence_last is not None and file.sequence_last > widest:
            what = f"file.sequence_last = {file.sequence_last} does not fit into {file.name}, which ends at {widest}"
            self.wrong(("file", "sequence_last"), what)
        if file.sequence_wraps and not pattern.tells_day:
            what = "file.sequence_wraps needs the whole {day} in file.name, else a name would come a second time"
            self.wrong(("file", "sequence_wraps"), what)
        return pattern, file.sequence_last or widest

    def characters(self) -> CharacterRules:
        """Encoding, folding and line breaks. An encoding that marks every piece of a file anew is refused."""
        given, encoding = self.settings.characters, self.settings.file.encoding
        try:
            stateless = "ab".encode(encoding) == "a".encode(encoding) + "b".encode(encoding)
            if stateless:
                own = given.model_dump(exclude={"fold"})
                xml = self.settings.format == "xml"
                rules = CharacterRules(encoding=encoding, xml=xml, fold=dict(given.fold), **own)
                if self.settings.edifact:
                    return edifact_characters(self.settings.edifact, rules)
                if self.settings.text:
                    return text_characters(self.settings.text, rules)
                if self.settings.idoc:
                    return idoc_characters(self.settings.idoc, rules)
                if self.settings.csv:
                    return csv_characters(self.settings.csv, rules)
                return x12_characters(self.settings.x12, rules) if self.settings.x12 else rules
            what = f"file.encoding {encoding!r} cannot be written piece by piece"
        except (LookupError, UnicodeError):
            what = f"file.encoding {encoding!r} is not known{encoding_suggestion(encoding)}"
        self.wrong(
            ("file", "encoding"), what, "Use for example utf-8, cp1250, iso8859-2, utf-16-le; byte_order_mark is a key."
        )
        return CharacterRules()

    def limits(self) -> tuple[Limit, ...]:
        """The limits, each with its line for messages."""
        seen: set[str] = set()
        made = []
        for number, one in enumerate(self.settings.limits):
            path: Path = ("limits", number)
            for what in limit_mistakes(one, seen):
                self.wrong((*path, "field"), what)
            seen.add(one.field)
            values = {**one.model_dump(), "place": self.source.place(*path)}
            if one.field in self.installation.lengths:
                values |= self._set_length(one, path)
            made.append(Limit(**values))
        for field in self.installation.lengths:
            if field not in seen:
                what = f"{self.installation.place}: {field} has no limit in the profile{suggestion(field, list(seen))}"
                self.wrong(("limits",), what, f"Fields with a limit: {', '.join(seen) or 'none'}.")
        made += width_limits(self.settings, self.source, made, self.wrong)
        return tuple(with_decimal_limits(self.settings, self.source, made))

    def _set_length(self, limit: LimitSettings, path: Path) -> dict[str, object]:
        """The length, or of a number the digits, that bridge.toml gives: any where the profile's is not verified."""
        length = self.installation.lengths[limit.field]
        key = "digits_max" if limit.length_max is None and limit.digits_max is not None else "length_max"
        if limit.source != UNVERIFIED and (most := getattr(limit, key)) is not None and length > most:
            allowed = f"{limit.source or 'the profile'} allows {most}"
            what = f"{self.installation.place}: {limit.field} = {length}; {allowed}"
            self.wrong(path, what, "Only an unverified limit can be raised in bridge.toml.")
        return {key: length, "source": f"bridge.toml, {self.installation.place}"}

    def handover(self, naming: NamePattern | None) -> Handover:
        """How files become visible."""
        return handover_of(self.settings, naming, self.wrong)

    def format(self, characters: CharacterRules) -> Format | None:
        """The compiled columns or templates."""
        settings = self.settings
        name = settings.format
        sections = {one: getattr(settings, one) for one in TABLES}
        if name not in sections:
            return self._added_format(name, characters)
        for other, section in sections.items():
            if other != name and section is not None:
                self.wrong((other,), f"[{other}] belongs to format {other}; this profile's format is {name}")
        if sections[name] is None:
            self.wrong(("format",), f"format {name} needs the table [{name}]")
            return None
        self._control = control_of(self.settings, self.contents, self.wrong)
        if self.settings.csv is not None and name == "csv":
            return csv_format(self.name, self.settings, self.source, characters, self._control, self.wrong)
        if self.settings.x12 is not None and name == "x12":
            return self._x12(self.settings.x12, characters)
        if self.settings.text is not None and name == "text":
            return self._text(self.settings.text, characters)
        if self.settings.edifact is not None and name == "edifact":
            return self._edifact(self.settings.edifact, characters)
        if self.settings.idoc is not None and name == "idoc":
            return self._idoc(self.settings.idoc, characters)
        if self.settings.fixed is not None and name == "fixed":
            return fixed_format(self.name, self.settings, self.source, characters, self._control, self.wrong)
        return self._xml(self.settings.xml, self.settings.file, characters) if self.settings.xml else None

    def _added_format(self, name: str, characters: CharacterRules) -> Format | None:
        factory = added(FORMATS, name)
        if factory is None:
            known = [*TABLES, *added_names(FORMATS)]
            what = f"format = {name!r} is not known{suggestion(name, known)}"
            self.wrong(("format",), what, f"Allowed are {', '.join(known)}.")
            return None
        try:
            parts = FormatParts(self.name, self.settings.options, self.settings.file, characters, self.contents)
            return cast(Format, factory(parts))
        except ValueError as error:
            self.wrong(("options",), f"options of format {name}: {error}")
            return None

    def acknowledgements(self, extension: str) -> dict[str, Acknowledgements]:
        """The readers of answers by the name of their rule; none where the ERP does not answer."""
        answers = self.settings.answers
        return {} if answers is None else acknowledgements_of(answers, extension, self.wrong)

    def check_register(self) -> None:
        """Note a register that could not be read."""
        register = self.settings.register_
        if register is not None and not reads_in_lines(register.encoding):
            what = f"register.encoding = {register.encoding!r} is not known, or cannot be read line by line"
            self.wrong(("register", "encoding"), what)

    def _xml(self, xml: XmlSettings, file: FileSettings, characters: CharacterRules) -> Format | None:
        before = len(self.mistakes)
        if file.orders_per_file_max > 1 and not (xml.head and xml.tail):
            what = "a file of several orders needs xml.head and xml.tail, else it has no single root element"
            self.wrong(("file", "orders_per_file_max"), what)
        self._check_templates("xml", xml)
        if xml.schema_file is not None and xml.schema_file not in self.contents:
            self.wrong(("xml", "schema"), self._no_file("xml.schema", xml.schema_file))
        if xml.rules is not None and xml.rules not in RULE_SETS:
            what = f"xml.rules = {xml.rules!r} is not known{suggestion(xml.rules, list(RULE_SETS))}"
            self.wrong(("xml", "rules"), what, f"Allowed are {', '.join(RULE_SETS)}.")
        if len(self.mistakes) > before:
            return None
        return self._compiled(xml, characters, None)

    def _x12(self, x12: X12Settings, characters: CharacterRules) -> Format | None:
        before = len(self.mistakes)
        for path, what in x12_mistakes(x12, self.settings.file):
            self.wrong(path, what)
        self._check_templates("x12", x12)
        if len(self.mistakes) > before:
            return None
        return self._compiled(x12, characters, X12Syntax(x12, self.settings.file, characters))

    def _text(self, text: TextSettings, characters: CharacterRules) -> Format | None:
        before = len(self.mistakes)
        for path, what in text_mistakes(text, self.settings.file, characters.newline):
            self.wrong(path, what)
        self._check_templates("text", text)
        if len(self.mistakes) > before:
            return None
        return self._compiled(text, characters, TextSyntax(text, self.settings.file, characters))

    def _edifact(self, edifact: EdifactSettings, characters: CharacterRules) -> Format | None:
        before = len(self.mistakes)
        for path, what in edifact_mistakes(edifact, self.settings.file, characters.newline):
            self.wrong(path, what)
        self._check_templates("edifact", edifact)
        if len(self.mistakes) > before:
            return None
        return self._compiled(edifact, characters, EdifactSyntax(edifact, self.settings.file, characters))

    def _idoc(self, idoc: IdocSettings, characters: CharacterRules) -> Format | None:
        before = len(self.mistakes)
        if characters.newline is NewlinePolicy.KEEP:
            self.wrong(("characters", "newline"), "a record of an IDoc is one line; set newline to blank or refuse")
        self._check_templates("idoc", idoc)
        try:
            syntax = IdocSyntax(idoc, self.settings.file.encoding, self.settings.file.line_end)
        except ValueError as error:
            self.wrong(("idoc", "segments"), f"idoc.segments: {error}")
            return None
        return self._compiled(idoc, characters, syntax) if len(self.mistakes) == before else None

    def _compiled(self, made: TemplateSettings, characters: CharacterRules, syntax: Syntax | None) -> Format | None:
        """The templates of any format that is made of templates."""
        before = len(self.mistakes)
        templates = {name: self._template(name) for name in self.contents if name.endswith(TEMPLATE_SUFFIX)}
        if len(self.mistakes) > before:
            return None
        try:
            return TemplateFormat(
                self.name, made, self.settings.file, characters, templates, self.parameters, syntax, self._control
            )
        except TemplateRefused as error:
            place = f"{self.source.shown.removesuffix('profile.toml')}{error.template}:{error.line}"
            self.mistakes.append(Mistake(place, with_hint(str(error)), f"Mend line {error.line} of {error.template}."))
            return None

    def _check_templates(self, section: str, made: TemplateSettings) -> None:
        """Note templates that are not there, and carried fields that are none."""
        for key, name in (("template", made.template), ("head", made.head), ("tail", made.tail)):
            if name is not None and name not in self.contents:
                self.wrong((section, key), self._no_file(f"{section}.{key}", name))
        for number, field in enumerate(made.carries):
            if field_kind(field) is None:
                near = suggestion(field, list(order_fields()))
                self.wrong((section, "carries", number), f"{section}.carries: {field} is no canonical field{near}")

    def _no_file(self, key: str, name: str) -> str:
        near = suggestion(name, [one for one in self.contents if one.endswith(name[-4:])])
        return f"{key}: there is no file {name} in the profile's folder{near}"

    def _template(self, name: str) -> str:
        content = self.contents[name]
        try:
            return content.decode("utf-8")
        except UnicodeDecodeError as error:
            line = content.count(b"\n", 0, error.start) + 1
            place = f"{self.source.shown.removesuffix('profile.toml')}{name}:{line}"
            self.mistakes.append(Mistake(place, "is not UTF-8", f"Save {name} as UTF-8."))
            return ""
