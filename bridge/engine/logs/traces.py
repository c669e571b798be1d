"""What a log line tells of an error: its type, its code and where. Never its words, its source lines or its variables.

The words of a foreign error may quote an address from an order; a source line or a variable surely can. Type, code
and place are enough to find the bug; the order's own bytes are in the archive, behind its permissions.
"""

from __future__ import annotations

import errno
import sys
import traceback
from collections.abc import Iterator
from pathlib import PurePath
from types import TracebackType

from structlog.typing import EventDict, WrappedLogger

ERRORS_MAX = 6  # of one chain of causes
FRAMES_MAX = 15  # of one error; the innermost are kept
SHORT_NAMES = {"site-packages", "dist-packages"}


def reduce_errors(_logger: WrappedLogger, _method: str, line: EventDict) -> EventDict:
    """Replace `exc_info` by `errors`: outermost first, each with its type, its code and its places."""
    error = _error_of(line.pop("exc_info", None))
    line.pop("stack_info", None)
    if error is not None:
        line["errors"] = [describe(each) for each in chain(error)]
    return line


def errors_as_text(_logger: WrappedLogger, _method: str, line: EventDict) -> EventDict:
    """For a terminal: the errors below the line, one place in each row."""
    errors = line.pop("errors", None)
    if errors:
        rows = [
            [f"{each['type']} {each.get('code', '')}".rstrip(), *(f"  {at}" for at in each["at"])] for each in errors
        ]
        line["exception"] = "\n".join(row for part in rows for row in part)
    return line


def chain(error: BaseException) -> Iterator[BaseException]:
    """The error, then what it came from, as Python itself would show it; bounded, and safe against a circle."""
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen and len(seen) < ERRORS_MAX:
        seen.add(id(current))
        yield current
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)


def describe(error: BaseException) -> dict[str, object]:
    """Type, code where there is one, and places of one error."""
    kind = type(error)
    code = code_of(error)
    name = kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
    described: dict[str, object] = {"type": name}
    if code is not None:
        described["code"] = code
    described["at"] = places(error.__traceback__)
    return described


def code_of(error: BaseException) -> str | None:
    """What tells the error apart without quoting it: our problem's code, the system's errno, the database's name."""
    problem = getattr(error, "problem", None)
    for owner, attribute in ((problem, "code"), (error, "sqlite_errorname"), (error, "sqlstate")):
        code = getattr(owner, attribute, None)
        if isinstance(code, str):
            return code
    number = getattr(error, "errno", None)
    return errno.errorcode.get(number) if isinstance(number, int) else None


def places(trace: TracebackType | None) -> list[str]:
    """`file:line function` of the innermost frames, outermost first; no source line is read."""
    frames = traceback.StackSummary.extract(traceback.walk_tb(trace), lookup_lines=False)
    return [f"{short_file(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames[-FRAMES_MAX:]]


def short_file(filename: str) -> str:
    """The path below the folder that Python imports from, so that a line is alike on every machine."""
    parts = PurePath(filename).parts
    for index in range(len(parts) - 1, -1, -1):
        if parts[index] in SHORT_NAMES:
            return "/".join(parts[index + 1 :])
    for index in range(len(parts) - 1, 0, -1):
        if parts[index] in ("bridge", "tests") or parts[index].startswith("python3."):
            return "/".join(parts[index:])
    return parts[-1] if parts else filename


def _error_of(exc_info: object) -> BaseException | None:
    """`exc_info=` as the logging module understands it: an error, a triple, or true for the one in hand."""
    if isinstance(exc_info, BaseException):
        return exc_info
    if isinstance(exc_info, tuple):
        return exc_info[1] if isinstance(exc_info[1], BaseException) else None
    return sys.exc_info()[1] if exc_info else None
