"""Format `edifact`: UN/EDIFACT interchanges, made of templates that read like the message.

Templates are written with `+` between elements, `:` between components and `'` after a segment, whatever the file has.
Done here: UNA and the separators of the profile, the release of separators in values, what is empty, the syntax
identifier (the first element of UNB), and UNT with its count and reference. A value
that is empty takes with it the element in which nothing else comes from a value, and the segment likewise:
`RFF+ON:{{ order.erp_number }}'` is not written for an order without a number, `UNS+S'` always is. What is empty at the
end of an element or a segment is trimmed. Source of the rules: ISO 9735, syntax versions 3 and 4.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import replace

from bridge.domain.characters import CharacterRules, NewlinePolicy
from bridge.domain.naming import NamePatternRefused, name_pattern
from bridge.profiles.formats.csv_rows import LINE_ENDS
from bridge.profiles.formats.forms import FormRefused
from bridge.profiles.formats.segment_plan import END, SegmentForm
from bridge.profiles.formats.template import Uncarried
from bridge.profiles.settings import EdifactSettings, FileSettings

COMPONENT, ELEMENT, SEGMENT = ":", "+", "'"  # as templates write them
USUAL = ":+.? '"  # separators of a file without UNA
REFERENCE_LAST = 10**14 - 1  # UNB 0020 and UNH 0062 are an..14
# ISO 9735 annex A: which characters a syntax identifier stands for.
ENCODINGS = {
    "UNOA": "ascii", "UNOB": "ascii", "UNOC": "iso8859-1", "UNOD": "iso8859-2", "UNOE": "iso8859-5",
    "UNOF": "iso8859-7", "UNOW": "utf-8",
}  # fmt: skip
LEVEL_A = "A-Z0-9 .,\\-()/=!\"%&*;<>'+:?"
_REFUSED = {"UNOA": f"[^{LEVEL_A}]", "UNOB": f"[^a-z{LEVEL_A}]"}
_CONTROLS = "[\x00-\x1f\x7f-\x9f]"  # a line break or tab is no character of any syntax identifier
# No value holds control characters, so a piece can carry these until it is finished.
_EMPTY, _FULL = "\x01", "\x02"  # before each value: nothing, or something
_KEPT = "\x03\x04\x05\x06\x07\x08\x0e\x0f"  # a value's own separators, until the template's have been replaced
_OWN = ("UNB", "UNH", "UNT")  # segments that are filled in here
_LINE_BREAK = re.compile(r"[ \t]*(?:\r?\n)+[ \t]*")
_TRAILING = re.compile(r":+(?=\+|$)")


def edifact_mistakes(
    edifact: EdifactSettings, file: FileSettings, newline: NewlinePolicy
) -> Iterator[tuple[tuple[str, ...], str]]:
    """What of the settings does not go together: the key, and the words."""
    marks = edifact.separators.replace(" ", "")
    if len(set(marks)) < len(marks) or any(mark.isalnum() for mark in marks) or edifact.separators[2] not in ".,":
        yield ("edifact", "separators"), "the separators must differ, be no letters, and the third a point or comma"
    if not edifact.una and edifact.separators != USUAL:
        yield ("edifact", "una"), f"without UNA readers take {USUAL!r} for separators"
    if edifact.separators[3] == " ":
        yield ("edifact", "separators"), "without a release character no value could hold a separator"
    wanted = ENCODINGS[edifact.syntax]
    if _codec(file.encoding) != _codec(wanted):
        what = f"syntax {edifact.syntax} is {wanted}, and file.encoding is {file.encoding}"
        yield ("edifact", "syntax"), what
    if edifact.syntax == "UNOW" and edifact.syntax_version < 4:
        yield ("edifact", "syntax_version"), "UNOW came with syntax version 4"
    if newline is NewlinePolicy.KEEP:
        yield ("characters", "newline"), "a line break inside a value is not allowed; set newline to blank or refuse"
    last = file.sequence_last or _last_of_name(file)
    if last > REFERENCE_LAST:
        what = f"the interchange reference ends at {REFERENCE_LAST}, the file's number at {last}; set sequence_last"
        yield ("file", "name"), what
    if file.byte_order_mark:
        yield ("file", "byte_order_mark"), "an interchange begins with UNA or UNB, not with a byte order mark"
    if edifact.syntax == "UNOA" and file.external_id_case != "upper":
        yield ("file", "external_id_case"), "UNOA has capitals only, so ids need file.external_id_case = 'upper'"


def _last_of_name(file: FileSettings) -> int:
    try:
        return name_pattern(file.name).sequence_last or 0
    except NamePatternRefused:
        return 0  # a mistake of its own


def edifact_characters(edifact: EdifactSettings, rules: CharacterRules) -> CharacterRules:
    """The profile's characters with those of the syntax identifier."""
    refuses = re.compile(_REFUSED.get(edifact.syntax, _CONTROLS))
    return replace(rules, refuses=refuses, medium=f"{edifact.syntax} ({rules.encoding})")


class EdifactSyntax:
    """One profile's separators."""

    def __init__(self, edifact: EdifactSettings, file: FileSettings, rules: CharacterRules) -> None:
        assert rules.refuses is not None
        component, element, decimal, release, reserved, segment = list(edifact.separators)
        line_end = LINE_ENDS[file.line_end]
        self._end = segment + line_end
        self.decimal_comma = decimal == ","
        self._syntax = f"{edifact.syntax}{COMPONENT}{edifact.syntax_version}"
        self._date_digits = 8 if edifact.syntax_version == 4 else 6
        self._strange = rules.refuses.search
        self._una = f"UNA{edifact.separators}{line_end}" if edifact.una else ""
        marks = {COMPONENT: component, ELEMENT: element}
        self._marks = str.maketrans({usual: mark for usual, mark in marks.items() if usual != mark})
        released = dict.fromkeys((component, element, segment, release), release)
        if reserved != " ":  # the repetition separator of syntax 4
            released[reserved] = release
        special = [*released, *(one for one in (COMPONENT, ELEMENT, SEGMENT) if one not in released)]
        self._kept = [(kept, released.get(one, "") + one) for kept, one in zip(_KEPT, special, strict=False)]
        separators = f"[{re.escape(''.join(special))}]"
        self._unusual = re.compile(f"{separators}|{rules.refuses.pattern}").search
        self._table = str.maketrans(dict(zip(special, _KEPT, strict=False)))
        self.form = SegmentForm(SEGMENT, ELEMENT, COMPONENT, " ", _OWN, drops_empty=True, carried=self._carried)

    def escaped(self, text: str) -> str:
        """The value behind its mark. Raises Uncarried for what the syntax identifier has not."""
        return _FULL + self._carried(text) if text else _EMPTY

    def _carried(self, text: str) -> str:
        """The value with its separators kept aside."""
        if not self._unusual(text):
            return text
        if self._strange(text):
            raise Uncarried(text)
        return text.translate(self._table)

    def without_layout(self, text: str) -> str:
        """Without line breaks and the blanks around them."""
        return _LINE_BREAK.sub("", text)

    def finished(self, piece: str) -> str:
        """Segments with their ends, without what is empty, counted."""
        segments: list[str] = []
        count, begun, reference = 0, 0, ""
        *whole, rest = piece.split(SEGMENT)
        if rest.rpartition(END)[2].strip():
            raise FormRefused("the template's last segment has no ' at its end")
        for written in (*whole, rest):
            planned, mark, written = written.rpartition(END)
            if mark:
                segments.append(planned)
                count += planned.count(END) + 1
            segment = _without_empty(written) if _EMPTY in written else written.lstrip(" ")
            if segment.endswith((COMPONENT, ELEMENT)) or ":+" in segment:
                segment = _TRAILING.sub("", segment).rstrip(ELEMENT)
            if segment.startswith("UN"):
                if segment.startswith("UNH+"):
                    begun, reference = count, segment[4:].partition(ELEMENT)[0]
                elif segment.startswith("UNT"):
                    segment = f"UNT+{count - begun + 1}+{reference}"
                elif segment.startswith("UNB+"):
                    segment = self._with_syntax(segment)
            if segment:
                segments.append(segment)
                count += 1
        if not segments:
            return ""
        begins = segments[0].startswith("UNB")
        if self._marks:
            segments = [segment.translate(self._marks) for segment in segments]
        text = self._end.join([*segments, ""]).replace(_FULL, "").replace(END, self._end)
        for kept, sign in self._kept:
            if kept in text:
                text = text.replace(kept, sign)
        return self._una + text if begins else text

    def _with_syntax(self, segment: str) -> str:
        """UNB with the syntax identifier. Raises FormRefused for a date that readers of this version refuse."""
        tag, _, *rest = segment.replace(_FULL, "").split(ELEMENT)
        day = rest[2].partition(COMPONENT)[0] if len(rest) > 2 else ""
        if len(day) != self._date_digits:
            raise FormRefused(f"the date in UNB has {self._date_digits} digits in this syntax version")
        return ELEMENT.join([tag, self._syntax, *rest])


def _without_empty(segment: str) -> str:
    """Without the elements whose values are all empty; nothing, where all values of the segment are."""
    if _FULL not in segment:
        return ""
    elements = segment.split(ELEMENT)
    kept = ["" if _EMPTY in element and _FULL not in element else element.replace(_EMPTY, "") for element in elements]
    return ELEMENT.join(kept).lstrip(" ")


def _codec(encoding: str) -> str:
    try:
        return codecs.lookup(encoding).name
    except LookupError:
        return encoding
