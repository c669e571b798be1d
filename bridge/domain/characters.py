"""Which characters an ERP's files can hold, and how others are folded. Judged by `domain/checks/`, kept by `profiles/`.

The order of things is: characters that nobody sees left out, NFC, the profile's fold table, newlines by policy, and
where the encoding needs it (and only on request) letters written otherwise, or without their accents. What then still
does not fit is refused with its position; nothing is replaced by a question mark.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from bridge.domain.letters import WRITTEN_OTHERWISE

_CODE_PAGE = re.compile(r"cp[0-9]{3,5}(?:ms)?")


def _code_page(name: str) -> codecs.CodecInfo | None:
    """IBM's EBCDIC code pages that Python lacks (cp870 for Polish and Czech): asked for last, and loaded only then."""
    if not _CODE_PAGE.fullmatch(name):
        return None
    import ebcdic  # 50 ms, and most deployments never need it

    found: codecs.CodecInfo | None = ebcdic.lookup(name) if name in ebcdic.codec_names else None
    return found


codecs.register(_code_page)


class NewlinePolicy(StrEnum):
    """What becomes of a line break inside a text field."""

    KEEP = "keep"  # carried as one line feed, whatever the store wrote
    BLANK = "blank"  # becomes one blank
    REFUSE = "refuse"  # the order waits


@dataclass(frozen=True, slots=True)
class CharacterRules:
    """The character side of a profile.

    fold: replacements that are always made (`ß` to `ss`). drop_accents: a character that the encoding cannot hold is
    tried once more without its accents (`ő` to `o` in Windows-1252). transliterate: it is tried as people write it who
    lack the letter (`ü` as `ue`, Greek and Cyrillic in Latin letters), then without its accents. xml: the file is XML
    1.0. refuses: finds what the format cannot carry whatever the encoding holds: a separator that has no escape, a
    letter outside a character set. medium: what cannot carry it, in words; empty: the encoding.
    """

    encoding: str = "utf-8"
    xml: bool = False
    fold: Mapping[str, str] = field(default_factory=dict)
    newline: NewlinePolicy = NewlinePolicy.KEEP
    drop_accents: bool = False
    transliterate: bool = False
    refuses: re.Pattern[str] | None = None
    medium: str = ""


@dataclass(frozen=True, slots=True)
class RefusedCharacter:
    """The first character of a text that the file cannot hold."""

    position: int  # 1 for the first character, as people count
    code_point: str  # U+0000

    @property
    def name(self) -> str:
        """Its Unicode name; empty for control characters, which have none."""
        return unicodedata.name(chr(int(self.code_point[2:], 16)), "")


# What XML 1.0 (section 2.2, production 2) cannot hold even when escaped. Other formats are held to the same: a NUL or a
# lone surrogate in a file that a machine reads is damage, never content. So are the controls of ISO 6429 (U+0080 and
# on, without the line break U+0085): they come from text in Windows-1252 that was read as Latin-1.
UNHOLDABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
# No letter and no sign: marks of direction and byte order, places where a word may be broken. They come with what is
# copied from phones and web pages, turn a line of an ERP around, and make two equal words unequal. U+200C and U+200D
# are not among them: Persian and emoji are spelt with them.
INVISIBLE = re.compile("[\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
LINE_BREAK = re.compile("\r\n|[\r\n\x85\u2028\u2029]")


def prepared(text: str, rules: CharacterRules) -> str:
    """The text as it goes into the file, before lengths are measured and before escaping."""
    if text.isascii() and "\n" not in text and "\r" not in text and not rules.fold:
        return text
    normal = _folded(text, rules)
    if (rules.drop_accents or rules.transliterate) and not _holds(normal, rules.encoding):
        is_upper = normal.isupper()
        normal = "".join(_otherwise(character, rules, is_upper) for character in normal)
    return normal


def changes_of(text: str, rules: CharacterRules) -> Iterator[str]:
    """What preparing changes in a text beyond the profile's own table, in words that name letters and no text."""
    otherwise = rules.drop_accents or rules.transliterate
    if text.isascii() or (not otherwise and text.isprintable()):
        return
    if left_out := len(INVISIBLE.findall(text)):
        yield f"{left_out} invisible character{'s' * (left_out > 1)} left out"
    if otherwise and not _holds(normal := _folded(text, rules), rules.encoding):
        lacking = [one for one in dict.fromkeys(normal) if not _holds(one, rules.encoding)]
        written = {one: other for one in lacking if (other := _otherwise(one, rules, is_upper=False)) != one}
        if written:
            yield f"letters written otherwise: {', '.join(f'{one} as {other}' for one, other in written.items())}"


def _folded(text: str, rules: CharacterRules) -> str:
    normal = unicodedata.normalize("NFC", text if text.isascii() else INVISIBLE.sub("", text))
    for found, replacement in rules.fold.items():
        normal = normal.replace(found, replacement)
    return LINE_BREAK.sub(" " if rules.newline is NewlinePolicy.BLANK else "\n", normal)


def first_refused(text: str, rules: CharacterRules) -> RefusedCharacter | None:
    """The first character that the file cannot hold, None where all fit. `text` is prepared already."""
    found = UNHOLDABLE.search(text)
    at = found.start() if found else len(text)
    if rules.newline is NewlinePolicy.REFUSE and (line_break := LINE_BREAK.search(text)):
        at = min(at, line_break.start())
    if rules.refuses is not None and (strange := rules.refuses.search(text)):
        at = min(at, strange.start())
    try:
        text[:at].encode(rules.encoding)
    except UnicodeEncodeError as error:
        at = error.start
    return None if at == len(text) else _refused(text, at)


def _refused(text: str, at: int) -> RefusedCharacter:
    return RefusedCharacter(at + 1, f"U+{ord(text[at]):04X}")


def prepared_code(code: str, rules: CharacterRules) -> str:
    """An ERP's or carrier's code as it goes out: in capitals where the profile writes no others, and else as it is.

    With a letter folded it would be another code.
    """
    return "".join(other if (other := rules.fold.get(one, one)) == one.upper() else one for one in code)


def first_refused_in_code(code: str, rules: CharacterRules) -> RefusedCharacter | None:
    """The first character of a code that the file cannot hold, where `prepared_code` has done what may be done."""
    if rules.newline is NewlinePolicy.BLANK:
        rules = replace(rules, newline=NewlinePolicy.REFUSE)
    written = prepared_code(code, rules)
    if not written.isascii() and (unseen := INVISIBLE.search(written)):  # with it the code is another one for the ERP
        return first_refused(written[: unseen.start()], rules) or _refused(written, unseen.start())
    return first_refused(written, rules)


def _holds(text: str, encoding: str) -> bool:
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def _otherwise(character: str, rules: CharacterRules, is_upper: bool) -> str:
    """The character as the encoding can hold it: by the table of letters, without its accents, or as it is."""
    if _holds(character, rules.encoding):
        return character
    written = WRITTEN_OTHERWISE.get(character) if rules.transliterate else None
    if written is not None:
        return written.upper() if is_upper else written
    bare = "".join(part for part in unicodedata.normalize("NFKD", character) if not unicodedata.combining(part))
    if rules.transliterate:
        bare = "".join(WRITTEN_OTHERWISE.get(one, one) for one in bare)
    return bare if bare and _holds(bare, rules.encoding) else character
