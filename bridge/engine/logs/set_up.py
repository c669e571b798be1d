"""One way out for every line: ours, those of the libraries, and those of an error that nobody caught."""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import MutableMapping
from types import TracebackType
from typing import Any, TextIO

import orjson
import structlog
from structlog.stdlib import ProcessorFormatter, add_logger_name
from structlog.typing import EventDict, Processor, WrappedLogger

from bridge.engine.logs.fields import keep_known_fields, refuse_unknown_fields
from bridge.engine.logs.net import tame_values
from bridge.engine.logs.traces import errors_as_text, reduce_errors, short_file

FIRST_IN_LINE = ("time", "level", "event", "logger")
log = structlog.get_logger(__name__)


def set_up_logs(
    *, level: int = logging.INFO, strict: bool = False, stream: TextIO | None = None, terminal: bool | None = None
) -> None:
    """Send every log line of this process to the stream (default: the error output). May be called again.

    level: our own lines from that on; the libraries' are from WARNING. strict: a field that is not
    allowed raises at the call (for tests). terminal: readable lines instead of JSON; by default the stream says.
    An error that nobody caught, in any thread, becomes a line too: Python's own trace would quote its words.
    """
    out = sys.stderr if stream is None else stream
    readable = out.isatty() if terminal is None else terminal
    _structlog_into_logging(level, refuse_unknown_fields if strict else keep_known_fields)
    handler = logging.StreamHandler(out)
    handler.setFormatter(_formatter(readable, colors=readable and out.isatty()))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)  # without its words, a library's chatter says nothing
    logging.getLogger("bridge").setLevel(level)
    logging.captureWarnings(True)
    # When a line can't be written, logging would print the record with its values and a full trace.
    logging.raiseExceptions = False
    _log_what_nobody_caught()


def _structlog_into_logging(level: int, check_fields: Processor) -> None:
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            check_fields,
            *_reducing(),
            ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,  # the loggers of modules exist before this is called
    )


def _reducing() -> list[Processor]:
    """What every line goes through: ours before it is handed to logging, the libraries' in the formatter."""
    return [
        structlog.stdlib.add_log_level,
        add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
        reduce_errors,
        tame_values,
    ]


def _formatter(readable: bool, colors: bool) -> ProcessorFormatter:
    shown: list[Processor] = (
        [errors_as_text, structlog.dev.ConsoleRenderer(colors=colors, timestamp_key="time")] if readable else [_as_json]
    )
    return ProcessorFormatter(
        foreign_pre_chain=[_without_its_words, *_reducing()],
        processors=[ProcessorFormatter.remove_processors_meta, *shown],
        use_get_message=False,  # a library's arguments are never put into its message
    )


def _without_its_words(_logger: WrappedLogger, _method: str, line: EventDict) -> EventDict:
    """A library's line as who said it and where: its words may hold an address with a key, or a statement's values."""
    record: logging.LogRecord = line["_record"]
    kept = {name: line[name] for name in ("_record", "_from_structlog", "exc_info") if name in line}
    return {**kept, "event": "library", "said_at": f"{short_file(record.pathname)}:{record.lineno}"}


def _as_json(_logger: WrappedLogger, _method: str, line: EventDict) -> str:
    """One JSON object in one line, the fields that every line has first."""
    ordered: MutableMapping[str, Any] = {name: line.pop(name) for name in FIRST_IN_LINE if name in line}
    return orjson.dumps({**ordered, **line}, default=str).decode()


def _log_what_nobody_caught() -> None:
    sys.excepthook = _uncaught
    threading.excepthook = _uncaught_in_a_thread
    sys.unraisablehook = _uncaught_while_cleaning_up


def _uncaught(kind: type[BaseException], error: BaseException, _trace: TracebackType | None) -> None:
    if not issubclass(kind, KeyboardInterrupt):  # that one is a person's wish, and no fault
        log.critical("process.fault", exc_info=error)


def _uncaught_in_a_thread(args: threading.ExceptHookArgs) -> None:
    log.critical("thread.fault", exc_info=args.exc_value)


def _uncaught_while_cleaning_up(args: Any) -> None:
    log.error("cleanup.fault", exc_info=args.exc_value)
