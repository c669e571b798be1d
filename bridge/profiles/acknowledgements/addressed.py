"""Who wrote an answer, and to whom: what it says itself is held against `sender` and `receiver` of its rule.

A forged or misrouted answer names somebody else, and is refused as a whole. Formats where parties can be left out (UBL,
openTRANS, IDocs) pass an answer that names nobody; EDIFACT and X12 always name both.
"""

from __future__ import annotations

from collections.abc import Collection

from bridge.profiles.errors import AnswerMisdirected

SHOWN_MAX = 60
NOBODY = "nobody"


def hold_sender(expected: str, told: Collection[str], name: str, place: str, key: str = "sender") -> None:
    """Raise AnswerMisdirected where none of those that the answer calls its sender is the expected one."""
    if expected and told and not any(same_party(expected, one) for one in told):
        what = f"it comes from {_shown(told)}, and answers are expected from {expected}"
        raise AnswerMisdirected(name=_printable(name), place=place, what=what, key=key)


def hold_receiver(expected: str, told: Collection[str], name: str, place: str, key: str = "receiver") -> None:
    """Raise AnswerMisdirected where none of those that the answer is addressed to is us."""
    if expected and told and not any(same_party(expected, one) for one in told):
        what = f"it is addressed to {_shown(told)}, and we are {expected}"
        raise AnswerMisdirected(name=_printable(name), place=place, what=what, key=key)


def same_party(one: str, other: str) -> bool:
    """Blind to case, as some systems write all in capitals, and to zeros before it, which SAP adds."""
    return _folded(one) == _folded(other)


def _folded(party: str) -> str:
    return party.strip().casefold().lstrip("0")


def _shown(told: Collection[str]) -> str:
    return _printable(" or ".join(sorted(told)) or NOBODY)[:SHOWN_MAX]


def _printable(text: str) -> str:
    return "".join(character if character.isprintable() else "?" for character in text[:150])
