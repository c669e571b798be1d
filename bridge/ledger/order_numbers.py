"""Numbers of orders as people write them: with or without the `#` that a shop puts before them, in any case."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from bridge.ledger.tables import orders


def numbered(numbers: Sequence[str]) -> sa.Select[Any]:
    """The ids of the orders with one of these numbers."""
    return sa.select(orders.c.id).where(orders.c.number.in_(numbers))


def written_alike(word: str) -> list[str]:
    """The numbers that a person can mean who leaves out or adds a `#`, or minds no case.

    They are listed, so that the index of numbers answers: folding each number would read all orders that ever were.
    """
    bare = word.strip().removeprefix("#").strip()
    forms = dict.fromkeys((bare, bare.upper(), bare.lower(), bare.capitalize(), bare.title()))
    return [sign + form for form in forms if form for sign in ("", "#")]
