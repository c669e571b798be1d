"""A file made by Jinja2 templates: one for an order and, for files of many orders, a head and a tail.

What is special to a format (`xml`, `text`, `edifact`, `x12`) is its `Syntax`: how a value is escaped, and what is done
to a rendered piece before it becomes bytes. Escaping is never a template's business.
"""

from __future__ import annotations

import re
import traceback
from collections.abc import Mapping
from typing import Any, Protocol

import orjson
from jinja2 import TemplateSyntaxError, UndefinedError
from jinja2.exceptions import SecurityError

from bridge.domain.characters import (
    CharacterRules,
    NewlinePolicy,
    first_refused,
    first_refused_in_code,
    prepared,
    prepared_code,
)
from bridge.profiles.errors import NO_ORDER, OrderNotWritten, RenderRefused
from bridge.profiles.formats.base import (
    NO_CONTROL,
    Control,
    ControlPlan,
    FileContext,
    file_words,
    refuse_other_currency,
    refuse_other_than_promised,
    refused_character,
)
from bridge.profiles.formats.csv_rows import LINE_ENDS
from bridge.profiles.formats.forms import FormRefused
from bridge.profiles.formats.quick_template import QuickTemplate
from bridge.profiles.formats.refusing import NotWritten
from bridge.profiles.formats.sandbox import RAISED, refuse_inexact, sandbox, write_decimal_commas
from bridge.profiles.formats.sandbox import Uncarried as Uncarried
from bridge.profiles.formats.segment_plan import form_of
from bridge.profiles.settings import FileSettings, TemplateSettings

MIXED = "an expression mixes texts, numbers or lists; the filter number makes an amount of a text"
UNCOMPILABLE = "a name is given twice in a macro or a call, or something is nested too deeply"
UNCOMPUTABLE = "an expression cannot be computed with this order's values"
# A template asks for our words by name, and a code with a letter folded is another code: no fold table changes them.
OUR_WORDS = ("purpose", "action", "kind")
CODES = (
    "external_id", "erp_number", "pickup_point_id", "shipping_erp_code", "erp_code", "erp_sku", "erp_tax_code",
    "unit_code",
)  # fmt: skip
_NAME = re.compile(r"(?:'[\w .]+' has no attribute )?'(\w+)'(?: is undefined)?")


class TemplateRefused(ValueError):
    """A template does not compile: name, line and what is wrong."""

    def __init__(self, template: str, line: int, what: str) -> None:
        super().__init__(what)
        self.template, self.line = template, line


class Syntax(Protocol):
    """What makes a text of templates a file of one format. decimal_comma: how its numbers are written."""

    decimal_comma: bool

    def escaped(self, text: str) -> str:
        """A value as it stands between the template's own words. Raises Uncarried for what cannot stand there."""

    def without_layout(self, text: str) -> str:
        """A text of the template itself, as it stands between values: without line breaks that the file has not."""

    def finished(self, piece: str) -> str:
        """A rendered head, order or tail as it goes into the file: what is empty trimmed, what is counted filled in."""


class TemplateFormat:
    """One profile's templates, compiled once. syntax: None for XML, which Jinja escapes itself."""

    def __init__(
        self,
        profile: str,
        settings: TemplateSettings,
        file: FileSettings,
        characters: CharacterRules,
        templates: Mapping[str, str],
        parameters: Mapping[str, str],
        syntax: Syntax | None = None,
        control: ControlPlan = NO_CONTROL,
    ) -> None:
        self.profile, self.settings, self.file, self.characters = profile, settings, file, characters
        self.templates, self.parameters, self.syntax, self.control = templates, dict(parameters), syntax, control
        line_end = LINE_ENDS[file.line_end]
        if syntax is None:
            environment = sandbox(templates, line_end)
        else:
            environment = sandbox(templates, line_end, syntax.escaped, syntax.without_layout)
        if syntax is not None and syntax.decimal_comma:
            write_decimal_commas(environment)
        names = (settings.head, settings.template, settings.tail)
        for name, source in templates.items():
            try:
                refuse_inexact(environment, source, name)
                if name in names:
                    environment.get_template(name)
            except TemplateSyntaxError as error:
                raise TemplateRefused(error.name or name, error.lineno, error.message or "does not parse") from error
            except (SyntaxError, RecursionError, MemoryError) as error:  # of the Python that Jinja makes of it
                raise TemplateRefused(name, 1, UNCOMPILABLE) from error
        self.globals = dict(environment.globals)
        form = form_of(syntax)
        head, order, tail = (
            QuickTemplate(environment, name, templates[name], form) if name else None for name in names
        )
        assert order is not None
        self.head, self.order, self.tail = head, order, tail

    @property
    def carries(self) -> tuple[str, ...]:
        """What profile.toml says that the template carries; the property test holds it to that."""
        return self.settings.carries

    def renderer(self, context: FileContext) -> TemplateRenderer:
        """A new file."""
        return TemplateRenderer(self, context)


class TemplateRenderer:
    """One file."""

    def __init__(self, format_: TemplateFormat, context: FileContext) -> None:
        self._format, self._context, self._control = format_, context, Control(format_.control)
        self._file = file_words(context, self._control)

    def head(self) -> bytes:
        """Byte order mark and head template."""
        mark = "\ufeff" if self._format.file.byte_order_mark else ""
        content = (mark + self._around(self._format.head)).encode(self._format.file.encoding)
        self._control.wrote(content)
        return content

    def order(self, order: dict[str, Any]) -> bytes:
        """One order. What XML or the encoding cannot hold is named by its field, never written."""
        rules = self._format.characters
        refuse_other_currency(self._format.profile, self._control, order)
        order["position"] = self._control.orders + 1
        text = self._written(order) if self._format.syntax else self._written_as_xml(order)
        try:
            content = text.encode(self._format.file.encoding)
        except UnicodeEncodeError as error:
            self._careful(order, order, "")  # names the field, unless the template itself wrote the character
            what = f"the template writes U+{ord(text[error.start]):04X}, which {rules.encoding} cannot hold"
            raise self._refused(order, self._format.settings.template, what) from None
        self._control.add(order, content)
        return content

    def _written_as_xml(self, order: dict[str, Any]) -> str:
        """The order in XML, which can hold nearly all, so that only the text of the whole is looked at."""
        if self._format.characters.newline is not NewlinePolicy.KEEP and _may_break(order):
            order = self._careful(order, order, "")
        try:
            text = self._render(self._format.order, order)
        except Uncarried:
            text = ""
        if text and not self._has_stray_return(text):
            return text
        order = self._careful(order, order, "")
        try:
            return self._render(self._format.order, order)
        except Uncarried:
            what = "the template writes a character that XML cannot hold"
            raise self._refused(order, self._format.settings.template, what) from None

    def _written(self, order: dict[str, Any]) -> str:
        """The order in a format that has its own syntax, which sees each value that is written, and only those."""
        try:
            return self._render(self._format.order, order)
        except Uncarried:
            order = self._prepared(order)  # most odd characters go by the profile's own rules
        try:
            return self._render(self._format.order, order)
        except Uncarried as uncarried:
            self._name(order, order, "", uncarried.text)
            self._careful(order, order, "")  # a text that the template put together: the first that can be to blame
            what = "the template writes a character that the file cannot carry"
            raise self._refused(order, self._format.settings.template, what) from None

    def _prepared(self, value: Any, key: str = "") -> Any:
        """The value with its texts by the profile's rules for characters. key: under which it stands."""
        if isinstance(value, dict):
            return {key: item if key in OUR_WORDS else self._prepared(item, key) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return [self._prepared(item) for item in value]
        if not isinstance(value, str):
            return value
        return (prepared_code if key in CODES else prepared)(value, self._format.characters)

    def _name(self, order: Mapping[str, Any], value: Any, path: str, text: str) -> None:
        """Raise CharacterRefused for the field that holds this text."""
        if isinstance(value, dict):
            for key, item in value.items():
                self._name(order, item, f"{path}.{key}" if path else key, text)
        elif isinstance(value, list | tuple):
            for number, item in enumerate(value, start=1):
                self._name(order, item, f"{path}[{number}]", text)
        elif value == text and (refused := first_refused(text, self._format.characters)):
            raise refused_character(self._format.characters, order, path, refused)

    def _has_stray_return(self, text: str) -> bool:
        """A carriage return that is no line end of the file: XML readers would turn it into another character."""
        return "\r" in text and (self._format.file.line_end == "lf" or text.count("\r") != text.count("\r\n"))

    def tail(self) -> bytes:
        """The tail template, with what was rendered summed up. Raises Fault when that is not as promised."""
        refuse_other_than_promised(self._context, self._control)
        if self._format.tail is None:
            return b""
        self._file = file_words(self._context, self._control)
        return self._around(self._format.tail).encode(self._format.file.encoding)

    def _around(self, template: QuickTemplate | None) -> str:
        """The head or the tail, which hold no value of an order."""
        try:
            return self._render(template, {}) if template else ""
        except Uncarried:
            what = "a parameter or a name holds a character that the file cannot carry"
            raise self._refused({}, template.name if template else "", what) from None

    def _render(self, template: QuickTemplate, order: dict[str, Any]) -> str:
        words = {
            **self._format.globals,
            "file": self._file,
            "parameters": self._format.parameters,
            "digits": order["currency_digits"] if order else self._control.digits(self._context.totals),
            "zone": self._context.zone,
        }
        if order:
            words["order"] = order
        syntax = self._format.syntax
        try:
            text = template.rendered(words)
            return syntax.finished(text) if syntax else text
        except NotWritten as error:
            subject = {"profile": self._format.profile, "order": order.get("number", NO_ORDER), "what": str(error)}
            raise OrderNotWritten(**subject, place=_place(error, template.name)) from None
        except RAISED as error:
            # Without the original as its cause: its text can hold a value of the order, and a log prints causes.
            raise self._refused(order, _place(error, template.name), self._told(error)) from None

    def _told(self, error: Exception) -> str:
        """What the error says, where all its words are the template's own; else only that it cannot be computed."""
        if isinstance(error, FormRefused | SecurityError):
            return str(error)
        if isinstance(error, UndefinedError) and (found := _NAME.fullmatch(str(error))):
            name = found.group(1)
            if any(re.search(rf"\b{name}\b", source) for source in self._format.templates.values()):
                return str(error)
        return MIXED if isinstance(error, TypeError) else UNCOMPUTABLE

    def _careful(self, order: dict[str, Any], value: Any, path: str) -> Any:
        """The value with its texts by the profile's policy. Raises CharacterRefused for the first that does not fit."""
        if isinstance(value, dict):
            return {key: self._careful(order, item, f"{path}.{key}" if path else key) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return [self._careful(order, item, f"{path}[{number}]") for number, item in enumerate(value, start=1)]
        if not isinstance(value, str):
            return value
        rules = self._format.characters
        if path.rpartition(".")[2] in CODES:
            text, refused = prepared_code(value, rules), first_refused_in_code(value, rules)
        else:
            text = value if rules.newline is NewlinePolicy.REFUSE else prepared(value, rules)
            refused = first_refused(text, rules)
        if refused:
            raise refused_character(rules, order, path, refused)
        return text

    def _refused(self, order: Mapping[str, Any], place: str, what: str) -> RenderRefused:
        return RenderRefused(profile=self._format.profile, order=order.get("number", NO_ORDER), place=place, what=what)


def _may_break(order: Mapping[str, Any]) -> bool:
    """Whether a text of the order can hold a line break: all of them looked at in one go, as JSON writes them."""
    try:
        content = orjson.dumps(order)
    except TypeError:
        return True  # half a surrogate pair, which JSON cannot write
    return b"\\n" in content or b"\\r" in content


def _place(error: BaseException, template: str) -> str:
    """`order.xml.j2:17`: Jinja puts the template's own lines into the traceback."""
    frames = [
        frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename in ("<template>", template)
    ]
    return f"{template}:{frames[-1].lineno}" if frames else template
