"""Orders at which the shop itself fails, told apart from the others: what the shops with such lists share.

One order at which a shop's program dies makes an error of every answer that would hold it. Its list is asked for by
ever fewer keys until that order stands alone. A shop is broken itself only where it shows none at all: neither of that
list, nor elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

from bridge.domain.errors import BridgeError

Key = TypeVar("Key")
Row = TypeVar("Row")

TOGETHER_MAX = 3  # orders that may all be broken before it is asked whether the shop shows any
SPREAD_MAX = 8
KEPT_MAX = 200  # broken orders in a cursor
AGAIN_MAX = 3  # of these, each list tries so many once more
GOLDEN = 0.618_034  # steps of this share of a list fall into no rhythm of it

Ask = Callable[[Sequence[Key]], Sequence[Row]]
Fails = Callable[[BridgeError], bool]


def told_apart(
    keys: Sequence[Key], ask: Ask[Key, Row], fails: Fails, shows: Callable[[Sequence[Key]], bool]
) -> tuple[list[Row], list[Key]]:
    """The rows of these keys as far as the shop shows them, and the keys at which it fails.

    ask: the rows of some keys, which may be fewer. fails: whether an error can be the fault of a row; others rise.
    shows: where none is shown yet, told the first broken keys, whether the shop shows any; if not, the error rises.
    """
    shown: list[Row] = []
    broken: list[Key] = []
    groups = [keys] if keys else []
    is_proved = False
    while groups:
        group = groups.pop()
        try:
            shown.extend(ask(group))
        except BridgeError as error:
            if not fails(error):
                raise
            if half := len(group) // 2:
                groups += [group[half:], group[:half]]
                continue
            broken.append(group[0])
            if not is_proved and not shown and len(broken) > TOGETHER_MAX:
                if not shows(broken):
                    raise
                is_proved = True
    return shown, broken


def shows_any(groups: Iterable[Sequence[Key]], ask: Ask[Key, Row], fails: Fails) -> bool:
    """Whether the shop shows a row of one of these groups."""
    for group in groups:
        try:
            if ask(group):
                return True
        except BridgeError as error:
            if not fails(error):
                raise
    return False


def spread(keys: Sequence[Key], without: Sequence[Key]) -> Iterator[Sequence[Key]]:
    """Some keys from all over a list, each alone."""
    rest = [one for one in keys if one not in {*without}]
    places = (int(len(rest) * (number * GOLDEN % 1)) for number in range(SPREAD_MAX))
    yield from ([rest[place]] for place in dict.fromkeys(places) if rest)


class Unshown:
    """The orders at which the shop failed in this look and in those before: id and time of change.

    They go along in the cursor, so that one that did not change costs the next look no search. Only a few of them are
    tried at each list, in turn: a shop may be mended without a change of theirs.
    """

    def __init__(self) -> None:
        self._known: dict[str, str] = {}

    def recall(self, kept: Mapping[str, str]) -> None:
        """Begin with what a cursor kept."""
        self._known = dict(kept)

    @property
    def known(self) -> dict[str, str]:
        """Id -> time of change, that was tried last standing last."""
        return dict(self._known)

    def since(self, text: str) -> dict[str, str]:
        """What a cursor keeps: those with a time of change (YYYY-MM-DDTHH:MM:SS) not before; the rest is forgotten."""
        self._known = dict([(one, time) for one, time in self._known.items() if time >= text][-KEPT_MAX:])
        return self.known

    def unchanged(self, times: Mapping[str, str]) -> tuple[list[str], list[str]]:
        """Of the orders with these times of change those that are known as broken: to be tried again, and the rest."""
        same = [one for one, time in self._known.items() if times.get(one) == time]
        return same[:AGAIN_MAX], same[AGAIN_MAX:]

    def tried(self, broken: Mapping[str, str], shown: Iterable[str]) -> None:
        """Take over how a list came out."""
        for one in (*shown, *broken):
            self._known.pop(one, None)
        self._known |= broken
