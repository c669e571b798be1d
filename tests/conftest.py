"""What holds for every test: hypothesis plays the same examples in each run, so that a red run is red for everybody.

`BRIDGE_RANDOM=1` lets it look for others; an example that it finds becomes a test of its own.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
import structlog
from hypothesis import settings
from sqlalchemy import event

from tests.engine.lines import logging_put_back

settings.register_profile("steady", derandomize=True, deadline=None)
settings.register_profile("searching", deadline=None, print_blob=True)
settings.load_profile("searching" if os.environ.get("BRIDGE_RANDOM") else "steady")

# As structlog is without any setting, but for its traces: it would draw each with the values of all variables, which
# for a deployment with its profiles and maps takes seconds.
structlog.configure(
    processors=[
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso"),
        structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback),
    ],
    cache_logger_on_first_use=False,
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the longest tests, so that no process is left alone with one at the end."""
    items.sort(key=lambda item: not any(item.get_closest_marker(name) for name in ("slow", "fault")))


@pytest.fixture(autouse=True)
def logging_of_commands_is_put_back() -> Iterator[None]:
    """Each command sets up its logs, and with them the hooks by which a test run sees what nobody caught."""
    with logging_put_back():
        yield


KEPT: list[tuple[sa.Dialect, dict[Any, Any]]] = []


@event.listens_for(sa.Engine, "engine_connect")
def compile_each_statement_once(connection: sa.Connection) -> None:
    """Let all SQLite ledgers of a test process share their compiled statements, which belong to a dialect.

    `bridge run` keeps one ledger open for days; a test opens a new one for each pass, and spent a third of its time on
    compiling the same statements again. No other engine: a dialect also knows how its connections begin and end.
    """
    if not str(connection.engine.url).endswith("/ledger.sqlite"):
        return
    if not KEPT:
        KEPT.append((connection.dialect, {}))
    dialect, statements = KEPT[0]
    connection.dialect = dialect
    connection.execution_options(compiled_cache=statements)
