"""One record of a dropped file, whatever its format: raw order or a problem, and where reading goes on after it."""

from __future__ import annotations

import json
from dataclasses import dataclass

from bridge.domain.contract import Order
from bridge.domain.problems import Problem
from bridge.stores.base import StoreOrder
from bridge.stores.problems import FILE_MALFORMED

ITS_ORDER_GOES_ON = "The order then goes on by itself."
TO_DISMISS = "Then: bridge exceptions dismiss ID --reason TEXT."  # nobody can tell which order of another file this is
RECORD_BYTES_MAX = 8 * 2**20  # the largest order; also bounds the memory of one read


class UnreadableFile(Exception):
    """The file cannot be read from here on."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where reading goes on: byte and line; of XML, which cannot be entered in its middle, how many orders."""

    offset: int = 0
    line: int = 1


@dataclass(frozen=True, slots=True)
class Record:
    """What one look at a file found. Reading goes on at `after`, also when the process was killed in between."""

    told: StoreOrder
    after: Place


@dataclass(frozen=True, slots=True)
class Source:
    """Whose file is read, for messages."""

    store: str
    file: str  # the name it was dropped under


def told(order: Order, original: bytes) -> StoreOrder:
    """A readable order."""
    return StoreOrder(order.store_order_id, original, order)


def malformed(source: Source, line: int, what: str, original: bytes, store_order_id: str = "") -> StoreOrder:
    """A part of a file that is no order. Its raw text is kept; without an id of its own it is known by its place."""
    then = ITS_ORDER_GOES_ON if store_order_id else TO_DISMISS
    problem: Problem = FILE_MALFORMED.problem(store=source.store, file=source.file, line=line, what=what, then=then)
    return StoreOrder(store_order_id or place_id(source, line), original, None, problem)


def place_id(source: Source, line: int) -> str:
    """By what a part of a file is known that has no id of its own."""
    return f"{source.file}:{line}"


def as_text(source: Source, line: int, raw: bytes) -> bytes:
    """Raw bytes of any kind as one line of JSON, for the archive."""
    kept = {"file": source.file, "line": line, "text": raw.decode("utf-8", errors="backslashreplace")}
    return json.dumps(kept, ensure_ascii=False).encode()
