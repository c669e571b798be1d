"""Format `x12`: ANSI X12 interchanges, made of templates that read like the transaction set.

Templates are written with `*` between elements, `>` between components and `~` after a segment, whatever the file has.
Done here: the separators of the profile, elements that are empty at the end of a segment, segments without any
element, the fixed widths of ISA, control numbers, and SE with the count of segments. X12 has no escape: a separator,
or a letter outside the character set, in a value is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from bridge.domain.characters import CharacterRules, NewlinePolicy, prepared
from bridge.domain.naming import NamePatternRefused, name_pattern
from bridge.profiles.formats.csv_rows import LINE_ENDS
from bridge.profiles.formats.forms import FormRefused
from bridge.profiles.formats.segment_plan import END, SegmentForm
from bridge.profiles.formats.template import Uncarried
from bridge.profiles.settings import FileSettings, X12Settings

ELEMENT, COMPONENT, SEGMENT = "*", ">", "~"  # as templates write them
CONTROL_NUMBER_LAST = 999_999_999  # ISA13 has nine digits
ISA_WIDTHS = (2, 10, 2, 10, 2, 15, 2, 15, 6, 4, 1, 5, 9, 1, 1, 1)
CONTROL_NUMBER = 13  # ISA13
CONTROL_NUMBER_WIDTHS = {"ST": (4, 9), "IEA": (9, 9)}
# X12.6, the basic character set, and what the extended one adds.
BASIC = "A-Z0-9 !\"&'()*+,\\-./:;?="
EXTENDED = BASIC + "a-z%~@\\[\\]_{}\\\\|<>^`#$"
# A value's own `*`, `>` and `~`, where the file separates by others, until the template's have been replaced.
_KEPT = {ELEMENT: "\ue000", COMPONENT: "\ue001", SEGMENT: "\ue002"}

_ENVELOPE = ("ISA*", "ST*", "IEA*")
_OWN = ("ISA", "ST", "SE", "IEA")  # segments that are filled in here
_EMPTY_COMPONENTS = re.compile(r">+(?=\*|$)")


def separators_of(x12: X12Settings) -> tuple[str, ...]:
    """The characters that no value can hold."""
    repetition = (x12.repetition,) if x12.repetition else ()
    return (x12.element, x12.component, x12.segment, *repetition)


def x12_mistakes(x12: X12Settings, file: FileSettings) -> Iterator[tuple[tuple[str, ...], str]]:
    """What of the settings does not go together: the key, and the words."""
    marks = separators_of(x12)
    if len(set(marks)) < len(marks) or any(mark.isalnum() or mark == " " for mark in marks):
        yield ("x12", "element"), "the separators of x12 must differ, and be no letter, digit or blank"
    if x12.segment in "\r\n" and file.line_end != "none":
        yield ("x12", "segment"), "a line end that ends segments needs file.line_end = 'none'"
    for found, other in x12.replace.items():
        if any(mark in other for mark in marks) or not re.fullmatch(f"[{EXTENDED}]*", other):
            yield ("x12", "replace", found), f"x12.replace puts {other!r}, which the file cannot carry either"
    last = file.sequence_last or _last_of_name(file)
    if last > CONTROL_NUMBER_LAST:
        what = f"the interchange control number ends at {CONTROL_NUMBER_LAST}, the file's at {last}; set sequence_last"
        yield ("file", "name"), what
    if file.byte_order_mark:
        yield ("file", "byte_order_mark"), "an interchange begins with ISA, not with a byte order mark"
    if x12.charset == "basic" and file.external_id_case != "upper":
        what = "the basic character set has capitals only, so ids need file.external_id_case = 'upper'"
        yield ("file", "external_id_case"), what


def _last_of_name(file: FileSettings) -> int:
    try:
        return name_pattern(file.name).sequence_last or CONTROL_NUMBER_LAST
    except NamePatternRefused:
        return 0  # a mistake of its own


def x12_characters(x12: X12Settings, rules: CharacterRules) -> CharacterRules:
    """The profile's characters with those of X12: replaced ones first, separators and strange ones refused."""
    letters = EXTENDED if x12.charset == "extended" else BASIC + "a-z"  # small letters of basic go out as capitals
    marks = "".join(re.escape(mark) for mark in separators_of(x12))
    return replace(
        rules,
        fold={**rules.fold, **x12.replace},
        newline=NewlinePolicy.BLANK if rules.newline is NewlinePolicy.KEEP else rules.newline,
        refuses=re.compile(f"[^{letters}]|[{marks}]"),
        medium=f"X12, {x12.charset} character set",
    )


class X12Syntax:
    """One profile's separators."""

    decimal_comma = False

    def __init__(self, x12: X12Settings, file: FileSettings, rules: CharacterRules) -> None:
        assert rules.refuses is not None  # x12_characters made them
        self._rules = rules
        self._strange, self._capitals = rules.refuses.search, x12.charset == "basic"
        self._unusual = re.compile(f"[*>~]|{rules.refuses.pattern}").search
        self._end = x12.segment + LINE_ENDS[file.line_end]
        marks = {ELEMENT: x12.element, COMPONENT: x12.component}
        self._marks = {ord(usual): mark for usual, mark in marks.items() if usual != mark}
        self._kept = {ord(kept): mark for mark, kept in _KEPT.items()}
        self.form = SegmentForm(SEGMENT, ELEMENT, COMPONENT, None, _OWN, drops_empty=False, carried=self.escaped)

    def escaped(self, text: str) -> str:
        """The value without blanks at its end, in capitals where there are no others. Raises Uncarried."""
        if self._unusual(text):
            text = self._carried(text)
        return text.rstrip(" ").upper() if self._capitals else text.rstrip(" ")

    def _carried(self, text: str) -> str:
        """A value that X12 cannot carry as it is, or only because the file separates by other characters."""
        if self._strange(text):
            text = prepared(text, self._rules)  # codes come as they are, other texts are prepared already
            if self._strange(text):
                raise Uncarried(text)
        for mark, kept in _KEPT.items():
            text = text.replace(mark, kept)
        return text

    def without_layout(self, text: str) -> str:
        """As it is: a segment may begin on a new line, which `finished` takes away."""
        return text

    def finished(self, piece: str) -> str:
        """The segments with their ends, without what is empty, counted."""
        segments: list[str] = []
        count, begun = 0, None
        for written in piece.split(SEGMENT):
            planned, mark, written = written.rpartition(END)
            if mark:
                segments.append(planned)
                count += planned.count(END) + 1
            segment = written.lstrip()
            if segment == "SE" or segment.startswith("SE*"):
                segment = _se(begun, count)
            elif segment.startswith(_ENVELOPE):
                segment = _enveloped(segment)
            elif segment.endswith((ELEMENT, COMPONENT)) or ">*" in segment:
                segment = _trimmed(segment)
            if segment.startswith("ST*"):
                begun = count, segment.split(ELEMENT)[2]
            if ELEMENT in segment:
                segments.append(segment)
                count += 1
        text = END.join([*segments, ""])
        if self._marks:
            text = text.translate(self._marks).translate(self._kept)
        return text.replace(END, self._end)


def _enveloped(segment: str) -> str:
    """A segment of the envelope: with its widths and its numbers."""
    name, _, rest = segment.partition(ELEMENT)
    return _isa(segment) if name == "ISA" else _numbered(name, _trimmed(rest))


def _trimmed(segment: str) -> str:
    """Without empty components and elements at the end."""
    if COMPONENT in segment:
        segment = _EMPTY_COMPONENTS.sub("", segment)
    return segment.rstrip(ELEMENT)


def _isa(segment: str) -> str:
    """Its sixteen elements in their fixed widths."""
    elements = segment.split(ELEMENT)[1:]
    if len(elements) != len(ISA_WIDTHS):
        raise FormRefused(f"ISA has {len(elements)} elements; it needs {len(ISA_WIDTHS)}")
    widths = zip(elements, ISA_WIDTHS, strict=True)
    padded = []
    for number, (element, width) in enumerate(widths, start=1):
        if len(element) > width:
            raise FormRefused(f"ISA{number:02} is {len(element)} characters; it holds {width}")
        padded.append(element.zfill(width) if number == CONTROL_NUMBER else element.ljust(width))
    return ELEMENT.join(("ISA", *padded))


def _numbered(name: str, rest: str) -> str:
    """ST and IEA with the control number, their second element, in its width."""
    first, _, number = rest.partition(ELEMENT)
    shortest, longest = CONTROL_NUMBER_WIDTHS[name]
    if not (number.isdigit() and len(number) <= longest):
        raise FormRefused(f"the second element of {name} is no control number of at most {longest} digits")
    return ELEMENT.join((name, first, number.zfill(shortest)))


def _se(begun: tuple[int, str] | None, count: int) -> str:
    """The trailer of the set that began last: its count of segments, itself included, and its control number.

    begun: how many segments were before the set, and its number; count: how many there are now.
    """
    if begun is None:
        raise FormRefused("SE stands before any ST")
    before, number = begun
    return ELEMENT.join(("SE", str(count - before + 1), number))
