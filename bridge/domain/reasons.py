"""What an ERP's reason for a rejection means: by the profile's table in business words, else as the ERP wrote it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass

from bridge.domain.answers import AnswerRule, Reason

_FIRST_WORD = re.compile(r"^\s*(\[?)([A-Z][A-Z0-9_.-]{1,23}|[0-9]{2,8})\]?\s*(?:[:\s]|$)")
_LIKE_A_CODE = re.compile(r"[0-9_]")  # many ERPs write in capitals alone: THE ARTICLE ..., NOWAK ANNA: ...
CODE_GIVEN = re.compile(r"[A-Za-z0-9_.-]{1,24}")
NO_REASON = "no reason given"
CURE = "Cure the reason in the ERP or the store."


@dataclass(frozen=True, slots=True)
class Meant:
    """One rejection for people. code: equal reasons share it; words: for a headline; told: with the ERP's own text."""

    code: str
    words: str
    told: str
    cure: str


def meant(code: str, text: str, rule: AnswerRule) -> Meant:
    """What a rejection says. code: the ERP's, where it gives one apart from its text."""
    text = " ".join(text.split())
    shared = code if CODE_GIVEN.fullmatch(code) else reason_code(code or text)
    own = text if not code or text.startswith(code) else f"{code} {text}".strip()
    known = _known(code, text, rule.reasons)
    if known is not None:
        key, reason = known
        told = f"{reason.words} ({own})" if own else reason.words
        return Meant(_shared_by(key), reason.words, told, reason.action or CURE)
    if not own:
        return Meant(NO_REASON, NO_REASON, NO_REASON, CURE)
    add = f"{code or _code_in(text) or 'its text'} to [answers.reasons] of profile {rule.profile}"
    offer = f" If it comes again, add {add}." if rule.profile else ""
    return Meant(shared, own, own, CURE + offer)


def _shared_by(key: str) -> str:
    return key if CODE_GIVEN.fullmatch(key) else reason_code(key)


def _known(code: str, text: str, reasons: Mapping[str, Reason]) -> tuple[str, Reason] | None:
    """By the code, by the code with which the text begins, by the whole text, by the longest phrase within it."""
    if not reasons:
        return None
    plain = {" ".join(key.split()).casefold(): key for key in reasons}
    for word in (code, _first_word(text), text):
        if word and word.casefold() in plain:
            key = plain[word.casefold()]
            return key, reasons[key]
    within = [one for one in plain if " " in one and one in text.casefold()]
    if not within:
        return None
    key = plain[max(within, key=len)]
    return key, reasons[key]


def _first_word(text: str) -> str:
    """What a text begins with, where it can be a code."""
    match = _FIRST_WORD.match(text)
    return match.group(2) if match else ""


def _code_in(text: str) -> str:
    """The code with which a text begins: a word that no sentence begins with, and that is nobody's name."""
    match = _FIRST_WORD.match(text)
    return match.group(2) if match and (match.group(1) or _LIKE_A_CODE.search(match.group(2))) else ""


def reason_code(words: str) -> str:
    """A short code that equal reasons share: the ERP's own code where its words begin with one, else a digest.

    The words themselves can hold a name, so they never become part of a cause.
    """
    if code := _code_in(words):
        return code
    plain = re.sub(r"\d+|'[^']*'|\"[^\"]*\"|\s+", " ", words.casefold()).strip()
    return "reason-" + hashlib.sha256(plain.encode()).hexdigest()[:8] if plain else NO_REASON
