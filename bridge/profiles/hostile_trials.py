"""Hostile texts in every text that a profile writes, one field at a time and all together.

What the checks hold, or the renderer refuses by field, is fine: the order waits and says why. What is rendered is read
again by the grammar of its format, and must be what it is with a harmless text in the same place.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from bridge.domain.checks import FITTING, problems_of
from bridge.domain.checks.case import Case
from bridge.domain.contract import Order
from bridge.domain.errors import Refused
from bridge.domain.finding import Finding
from bridge.domain.outgoing import outgoing
from bridge.domain.rules import Rules
from bridge.profiles.errors import CharacterRefused, FieldTooLong
from bridge.profiles.fields import ADDED_FIELDS, FieldKind, order_fields
from bridge.profiles.formats.text import undeclared_separators
from bridge.profiles.judging import Misshapen, Record, difference, records_of
from bridge.profiles.limit_trials import with_value
from bridge.profiles.profile import Profile
from bridge.profiles.trial import SOURCES, TRIAL_CONTEXT, fullest, trial_rules

# What customers and attackers write: separators, quotes, markup, line breaks, formulas, controls, emoji, half a pair.
HOSTILE = (
    "a;b,c|d\te", "say \"it's\" ;", "one\r\ntwo\nthree", "]]><x>&amp;</x>", "=cmd|' /C calc'!A0", "{{ 7 * 7 }}",
    "nul\x00", "bell\x07", "half \ud83d pair", "party \U0001f389", "\ufeffmark", "\uffff", "Łódź ő € \u2013 „x”",
)  # fmt: skip
# One more of each sign that any format here divides by, and of what ends a comment.
MORE_HOSTILE = ("a'b+c:d?e", "x*y~z^w>v", "--> a--b", "[x]=y #z", 'back\\ "\\', "\\")
HARMLESS = "q"
# A template may ask for letters or digits in a text, and cut it at blanks: none of them structures a file.
_HARMLESS: tuple[Callable[[str], str], ...] = (
    lambda text: HARMLESS * len(text),
    lambda text: re.sub(r"[^\w\s]", HARMLESS, text, flags=re.ASCII),
    lambda text: "7" * len(text),
)
KNOWN_AGAIN = 4  # a text of so many characters is found again; a single q is in many words
FIXED_WORDS = ("store", "currency", "payment.state", "lines.kind")  # never a text of people
EXTERNAL_ID = "external_id"


def character_findings(profile: Profile) -> Iterator[Finding]:
    """One finding for all that was tried, or one for each field through which a file can be misread."""
    trials = _Trials(profile)
    try:
        trials.read_plain()
    except Misshapen as misshapen:
        yield Finding(
            "characters", False, f"a file with plain letters cannot be read: {misshapen}", "Mend the templates."
        )
        return
    if profile.settings.text is not None:
        for place, sign in undeclared_separators(profile.settings.text, profile.contents):
            what = f"{place} writes {sign!r} beside a value, and text.separators does not have it"
            yield Finding("characters: separators", False, what, "Add it there, so that no value can hold it.")
    wrong: dict[str, str] = {}
    refused, carried, texts = 0, 0, (*HOSTILE, *MORE_HOSTILE)
    for text in texts:
        together: dict[str, str] = {}
        for field in trials.fields:
            outcome = trials.outcome({field: text})
            refused += outcome.refused
            carried += not outcome.refused
            if outcome.wrong:
                wrong.setdefault(field, outcome.wrong)
            elif not outcome.refused:
                together[field] = text
        outcome = trials.outcome(together, whole=True)
        if outcome.wrong and not wrong:
            wrong["all fields together"] = outcome.wrong
    for field, what in wrong.items():
        cure = f"See how {field} is written: as a value in an element, column or field of its own, and nowhere else."
        yield Finding(f"characters: {field}", False, f"{field} with a hostile text: {what}", cure)
    if not wrong:
        told = f"{len(texts)} hostile texts in {len(trials.fields)} fields, one at a time and together"
        yield Finding("characters", True, f"{told}: {refused} refused by field, {carried} carried whole")


@dataclass(frozen=True, slots=True)
class _Outcome:
    refused: bool = False
    wrong: str = ""


class _Trials:
    """The fullest order of a profile with other texts in it."""

    def __init__(self, profile: Profile) -> None:
        self._profile = profile
        rules = trial_rules(profile.limits, profile.characters)
        carries = profile.written or None
        self._rules = Rules(rules.flow, rules.maps, rules.limits, rules.characters, carries=carries)
        self._room = {
            SOURCES.get(one.field, one.field): one.length_max
            for one in profile.limits
            if one.length_max is not None and one.parts == 1
        }
        self._full = fullest(profile.limits)
        self._short = self._full.model_copy(update={"lines": self._full.lines[:2]})  # where lines are not asked for
        self._known = self._problems(self._full, "1") | self._problems(self._short, "1")
        self._plain: dict[tuple[tuple[str, str], ...], list[Record]] = {}

    def read_plain(self) -> None:
        """Raise Misshapen where not even plain letters make a file that can be read."""
        records_of(self._rendered(self._full, "1"), self._profile.settings)

    @cached_property
    def fields(self) -> list[str]:
        """The texts that reach a file and can be any text: without those that only hold codes."""
        plain = {of_lines: self._rendered(order, "1") for of_lines, order in ((True, self._full), (False, self._short))}
        names = [
            name
            for name, kind in order_fields().items()
            if kind is FieldKind.TEXT and name not in ADDED_FIELDS and name not in FIXED_WORDS
        ]
        found = []
        for field in (*names, *self._extra(), EXTERNAL_ID):
            try:
                tried = self._file({field: HARMLESS * 3})
                records_of(tried, self._profile.settings)
            except Refused:
                continue
            except Misshapen:
                tried = b""  # with its hostile texts it is told
            if tried != plain[field.startswith("lines.")]:
                found.append(field)
        return found

    def outcome(self, texts: Mapping[str, str], whole: bool = False) -> _Outcome:
        """What becomes of an order with these texts. whole: the file is held against its schema and rules too."""
        given = {field: self._fitted(field, text) for field, text in texts.items()}
        order, external_id = self._with(given)
        if self._problems(order, external_id) - self._known:
            return _Outcome(refused=True)
        try:
            content = self._rendered(order, external_id)
        except (CharacterRefused, FieldTooLong):
            return _Outcome(refused=True)
        except Refused as refused:
            return _Outcome(wrong=refused.problem.message)
        try:
            found = records_of(content, self._profile.settings)
            what = self._misread(found, given)
            if not what and whole and self._is_valid({field: HARMLESS * len(text) for field, text in given.items()}):
                self._validate(content)
        except Misshapen as misshapen:
            what = str(misshapen)
        except Refused as refused:
            what = refused.problem.message
        return _Outcome(wrong=what or "")

    def _misread(self, found: list[Record], given: Mapping[str, str]) -> str | None:
        """The difference to the file with harmless texts instead; None where one of the kinds of them makes none."""
        written = {field: self._rules.prepared(text) for field, text in given.items()}
        texts = list(dict.fromkeys([*written.values(), *given.values()]))
        what = None
        for harmless in _HARMLESS:
            # Short texts, and texts of several lengths, cannot be found again, so only the shape is compared.
            is_known = len(set(written.values())) == 1 and len(texts[0]) >= KNOWN_AGAIN
            plain = self._plain_records({field: harmless(text) for field, text in written.items()})
            other = difference(found, plain, texts, harmless(texts[0]) if is_known else "")
            if other is None:
                return None
            what = what or other
        return what

    def _plain_records(self, texts: Mapping[str, str]) -> list[Record]:
        key = tuple(texts.items())
        if key not in self._plain:
            self._plain[key] = records_of(self._file(texts), self._profile.settings)
        return self._plain[key]

    def _file(self, texts: Mapping[str, str]) -> bytes:
        return self._rendered(*self._with({field: self._fitted(field, text) for field, text in texts.items()}))

    def _fitted(self, field: str, text: str) -> str:
        """No longer than the limit, which would only hold the order for its length."""
        return text[: self._room.get(field, len(text))]

    def _with(self, texts: Mapping[str, str]) -> tuple[Order, str]:
        order, external_id = self._full if any(field.startswith("lines.") for field in texts) else self._short, "1"
        for field, text in texts.items():
            if field == EXTERNAL_ID:
                external_id = self._profile.external_id(text)
            else:
                order = with_value(order, field, text)
        return order, external_id

    def _problems(self, order: Order, external_id: str) -> set[tuple[str, str]]:
        case = Case.of(order, self._rules, external_id)
        return {(one.code, one.message) for one in problems_of(case) if one.code in FITTING}

    def _rendered(self, order: Order, external_id: str) -> bytes:
        renderer = self._profile.renderer(TRIAL_CONTEXT)
        tree = outgoing(order, self._rules, external_id)
        return renderer.head() + renderer.order(tree) + renderer.tail()

    def _validate(self, content: bytes) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "hostile"
            path.write_bytes(content)
            self._profile.validate(path)

    def _is_valid(self, harmless: Mapping[str, str]) -> bool:
        """Whether schema and rules take any text at all in these fields; some take codes alone."""
        try:
            self._validate(self._file(harmless))
        except Refused:
            return False
        return True

    def _extra(self) -> list[str]:
        """The raw fields that the profile names."""
        named = set()
        for name, content in self._profile.contents.items():
            if name.endswith((".j2", ".toml")) and "/" not in name:
                named |= set(re.findall(r"\bextra\.([A-Za-z_]\w*)", content.decode("utf-8", "replace")))
        return [f"extra.{name}" for name in sorted(named)]
