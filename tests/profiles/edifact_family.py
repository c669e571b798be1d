"""The EDIFACT profile as installations have it, and what every file of it must keep, for the tests of this family."""

from __future__ import annotations

import warnings
from dataclasses import replace
from functools import lru_cache
from typing import Any

from pydifact.segmentcollection import Interchange

from bridge.profiles import Installation, Profile, load_profile
from tests.profiles.making import CONTEXT, file_of, sent
from tests.readers import edifact

ENDS = {"sender": "4012345000009", "receiver": "5412345000013"}


# Codes as an ERP gives them; those of the good order are a store's own words, and longer than EDIFACT's fields.
CODES = {"payment.method": "P24", "shipping_method": "DPD", **{f"lines.{at}.tax_code": "A" for at in range(4)}}


@lru_cache(maxsize=16)
def profile(**parameters: str) -> Profile:
    """The built-in profile."""
    return load_profile("edifact-orders-d96a", None, Installation(parameters={**ENDS, **parameters}))


def written(found: Profile, changes: dict[str, Any] | None = None) -> str:
    """The good order, changed, as the file's text."""
    return judged(file_of(found, ready(found, changes))).decode(found.encoding)


def ready(found: Profile, changes: dict[str, Any] | None = None) -> dict[str, Any]:
    """The good order, changed, as the template gets it."""
    return sent(found, CODES | (changes or {}))


def judged(content: bytes, sums: bool = True) -> bytes:
    """The content, which all three judges and the public parser let pass."""
    assert edifact.envelope_faults(content) == []
    assert edifact.grammar_faults(content) == []
    assert not sums or edifact.sum_faults(content) == []
    assert publicly_read(content) == ours(content)
    return content


def ours(content: bytes) -> list[list[list[str]]]:
    """Every segment between UNB and UNZ by our own reader."""
    return [segment for segment in edifact.parsed(content).segments if segment[0][0] not in ("UNB", "UNZ")]


def publicly_read(content: bytes) -> list[list[list[str]]]:
    """The same by pydifact, which knows no counts and no lengths, but has the release character from others."""
    syntax = content[content.index(b"UNB") :][4:8].decode()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it tells which directories it does not have
        read = Interchange.from_str(content.decode(edifact.ENCODINGS[syntax]))
        return [
            [[segment.tag], *([one] if isinstance(one, str) else list(one) for one in segment.elements)]
            for segment in read.segments
        ]


def numbered(found: Profile, number: int, *orders: dict[str, Any]) -> bytes:
    """A file with this sequence number."""
    return file_of(found, *orders, context=replace(CONTEXT, sequence_number=number))
