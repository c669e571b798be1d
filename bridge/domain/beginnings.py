"""Which of our names a longer name begins with, where an ERP adds a time stamp to ours. Pure."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import TypeVar

T = TypeVar("T", bound=Hashable)


def meant_by(name: str, begun: Mapping[T, int]) -> list[T]:
    """Those that are meant, of the things with whose name (so many characters of it) `name` begins.

    `ORD_10_061017` begins with `ORD_10` and with `ORD_1`: where what follows is no letter or digit, our name has
    ended, and the longest such name is meant. Else all are given, and more than one is too many.
    """
    ended = {one: length for one, length in begun.items() if not name[length : length + 1].isalnum()}
    if not ended:
        return list(begun)
    longest = max(ended.values())
    return [one for one, length in ended.items() if length == longest]
