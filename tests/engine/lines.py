"""The log lines of a test, as a process in a pipe would write them; the test run's own logging is put back after."""

from __future__ import annotations

import io
import json
import logging
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import structlog

from bridge.engine.logs import set_up_logs


class Lines:
    """What went out, as text and as the JSON objects of its lines."""

    def __init__(self) -> None:
        self.stream = io.StringIO()

    @property
    def text(self) -> str:
        return self.stream.getvalue()

    @property
    def all(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.text.splitlines()]

    @property
    def only(self) -> dict[str, Any]:
        (line,) = self.all
        return line


@contextmanager
def logging_put_back() -> Iterator[None]:
    """Leave the test run's own logging and hooks as they were."""
    root = logging.getLogger()
    before = structlog.get_config()
    handlers, level = root.handlers[:], root.level
    hooks = sys.excepthook, threading.excepthook, sys.unraisablehook
    try:
        yield
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
        sys.excepthook, threading.excepthook, sys.unraisablehook = hooks
        logging.captureWarnings(False)
        logging.raiseExceptions = True
        logging.getLogger("bridge").setLevel(logging.NOTSET)
        structlog.configure(**before)


@contextmanager
def caught_lines(*, level: int = logging.INFO, strict: bool = False) -> Iterator[Lines]:
    """Set up the logs of `bridge` into a text of their own, as `bridge run` in a pipe does."""
    written = Lines()
    with logging_put_back():
        set_up_logs(stream=written.stream, level=level, strict=strict)
        yield written
