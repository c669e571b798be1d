"""Whether a regular expression of a profile can keep a reader busy for hours on some text. One that loads cannot.

Python's expressions try ways to fit until one does. What can be tried in too many ways is refused when the profile is
loaded: a repetition or a choice inside a repetition, two repetitions side by side that take the same letters, and more
repetitions than allowed that can run over what follows them. Errs on the side of refusing.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any, NamedTuple

_PARSER: Any = importlib.import_module("re._parser")
_COMPILER: Any = importlib.import_module("re._compiler")
RUNNING_MAX = 2  # repetitions that can run over what follows them: each is one more loop over the text
SEARCH_RUNNING_MAX = 1  # of a pattern that is tried from each letter of the text on: one loop more
FEW = 4  # so often something is repeated at most that it is looked at as if it were written out
LONG = 10  # from so many lengths on a repetition is a long one
CHOICES_MAX = 1_000  # of all choices and short repetitions together
PATHS_MAX = 64
PIECES_MAX = 2_000
NESTED = "has a repetition inside a repetition, which can try too many ways to fit"
CHOICE_INSIDE = "has a choice inside a repetition, which can try too many ways to fit"
SIDE_BY_SIDE = "has two repetitions side by side; put what stands between them"
TOO_MANY = (
    "has too many repetitions (at most {most} that can run over what follows); say what stands between, as in [^;]*"
)
CHOICES = "has too many choices, which can try too many ways to fit"
BACK = "refers back to a group"
# Letters by which two sets are told apart: Latin ones, and one of each of some other kinds.
_LETTERS = [*map(chr, range(0x250)), *"Ωд\u05e9\u0644漢ー\U0001f389\u2028€„\u2013"]


class TooManyWays(ValueError):
    """Says what of the pattern can be tried in too many ways, for a person."""


class _Piece(NamedTuple):
    """One part of a pattern that takes letters of one set. spread: of how many more than the least it can take."""

    least: int
    spread: int
    letters: frozenset[str]

    @property
    def is_long(self) -> bool:
        return self.spread >= LONG


_Path = tuple[_Piece, ...]


def is_one_set(pattern: str) -> bool:
    """Whether it is one set of characters and nothing more: [^a-z], and not [^a-z]|x. Raises re.error."""
    kinds = [str(kind) for kind, _ in _PARSER.parse(pattern)]
    return kinds in (["IN"], ["NOT_LITERAL"])


def refuse_too_many_ways(pattern: str, running_max: int = RUNNING_MAX, flags: int = 0) -> None:
    """Raise TooManyWays, or re.error. running_max: how many repetitions can run over what follows them.

    flags: with which the pattern is compiled. Blind to case, more letters are the same.
    """
    _judge(_PARSER.parse(pattern, flags), running_max)


def _judge(tree: Any, running_max: int) -> None:
    paths = _paths(tree, running_max)
    for path in paths:
        running = 0
        choices = len(paths)
        for number, piece in enumerate(path):
            if not piece.spread:
                continue
            over = list(_overlapped(piece, path[number + 1 :]))
            if piece.is_long and any(other.is_long for other in over):
                raise TooManyWays(SIDE_BY_SIDE)
            if over and piece.is_long:
                running += 1
            elif over:
                choices *= piece.spread + 1
        if running > running_max:
            raise TooManyWays(TOO_MANY.format(most=running_max))
        if choices > CHOICES_MAX:
            raise TooManyWays(CHOICES)


def _overlapped(piece: _Piece, following: Sequence[_Piece]) -> Iterator[_Piece]:
    """What can stand right after the piece and begins with a letter that the piece takes too."""
    for other in following:
        if other.letters & piece.letters:
            yield other
        if other.least:
            return


def _paths(tree: Any, running_max: int) -> list[_Path]:
    """Every way through the choices of a pattern, as pieces in a row."""
    paths: list[_Path] = [()]
    for operation, argument in tree:
        more = _of_one(tree, operation, argument, running_max)
        if len(paths) * len(more) > PATHS_MAX:
            raise TooManyWays(CHOICES)
        paths = [before + after for before, after in product(paths, more)]
        if sum(map(len, paths)) > PIECES_MAX:
            raise TooManyWays(CHOICES)
    return paths


def _of_one(tree: Any, operation: Any, argument: Any, running_max: int) -> list[_Path]:
    match str(operation):
        case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
            least, most, body = argument
            return _repeated(least, most, body, running_max)
        case "SUBPATTERN":
            return _paths(argument[3], running_max)
        case "ATOMIC_GROUP":
            return _paths(argument, running_max)
        case "BRANCH":
            return _chosen(argument[1], running_max)
        case "ASSERT" | "ASSERT_NOT":
            _judge(argument[1], min(running_max, 1))
            return [()]
        case "GROUPREF" | "GROUPREF_EXISTS":
            raise TooManyWays(BACK)
        case "AT":
            return [()]
    return [(_Piece(1, 0, _letters_of(tree, operation, argument)),)]


def _chosen(alternatives: Sequence[Any], running_max: int) -> list[_Path]:
    """Of single letters that exclude each other one set; else a path for each."""
    paths = [path for one in alternatives for path in _paths(one, running_max)]
    if all(len(path) == 1 and path[0].spread == 0 for path in paths):
        together = _letters(tuple(path[0] for path in paths))
        if len(together) == sum(len(path[0].letters) for path in paths):
            return [(_Piece(1, 0, together),)]
    return paths


def _repeated(least: int, most: int, body: Any, running_max: int) -> list[_Path]:
    paths = _paths(body, running_max)
    if most > FEW or [[piece.spread for piece in path] for path in paths] == [[0]]:
        if len(paths) > 1:
            raise TooManyWays(CHOICE_INSIDE)
        (path,) = paths
        if any(piece.spread for piece in path) and not _is_parted(path):
            raise TooManyWays(NESTED)
        letters = _letters(path)
        return [(_Piece(min(least, 1), min(most - least, LONG), letters),)] if path else [()]
    found: list[_Path] = [()]
    for number in range(most):
        # What may be left out: each of its pieces is, which is more ways than there are.
        some = paths if number < least else [tuple(_optional(piece) for piece in path) for path in paths]
        if len(found) * len(some) > PATHS_MAX:
            raise TooManyWays(CHOICES)
        found = [before + after for before, after in product(found, some)]
    return found


def _is_parted(path: _Path) -> bool:
    """Whether each round of a repetition ends where only it can: (-[0-9]+)*, ([a-z]+;)*."""
    for at, mark in enumerate(path):
        rest = path[at + 1 :] + path[:at]
        if mark.least and not mark.spread and not mark.letters & _letters(rest):
            return not any(
                list(_overlapped(piece, rest[number + 1 :])) for number, piece in enumerate(rest) if piece.spread
            )
    return False


def _letters(path: _Path) -> frozenset[str]:
    return frozenset[str]().union(*(piece.letters for piece in path))


def _optional(piece: _Piece) -> _Piece:
    return piece._replace(least=0, spread=piece.spread + 1)


def _letters_of(tree: Any, operation: Any, argument: Any) -> frozenset[str]:
    """The letters that one place of the pattern takes."""
    alone = _COMPILER.compile(_PARSER.SubPattern(tree.state, [(operation, argument)]), tree.state.flags)
    return frozenset(letter for letter in _LETTERS if alone.fullmatch(letter))
