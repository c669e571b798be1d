"""Every log call of the package names a fixed event and allowed fields, whether a test runs that line or not."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from bridge.engine.logs import FIELDS
from bridge.engine.logs.fields import EVENT
from tests.style.source import Source, dotted, sources

pytestmark = pytest.mark.xdist_group("style")

LOG_METHODS = {f"log.{level}" for level in ("debug", "info", "warning", "error", "critical", "exception", "msg")}
LOGGING_PAST_US = {f"logging.{level}" for level in ("debug", "info", "warning", "error", "critical", "basicConfig")}
BINDS = {"bound_contextvars", "bind_contextvars", "log.bind"}


def calls(names: set[str]) -> Iterator[tuple[Source, ast.Call]]:
    """The calls, in the package, of the named functions."""
    for source in sources("bridge"):
        for node in source.nodes:
            if isinstance(node, ast.Call) and (dotted(node.func) in names or dotted(node.func).split(".")[-1] in names):
                yield source, node


def test_every_event_is_a_fixed_name() -> None:
    spoken = [
        f"{source.name}:{call.lineno}"
        for source, call in calls(LOG_METHODS)
        if len(call.args) != 1 or not _is_an_event(call.args[0])
    ]
    assert spoken == []


def _is_an_event(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and isinstance(value.value, str) and EVENT.fullmatch(value.value) is not None


def test_every_field_that_is_logged_or_bound_is_on_the_list() -> None:
    unknown = [
        f"{source.name}:{call.lineno} {keyword.arg}"
        for source, call in calls(LOG_METHODS | BINDS)
        for keyword in call.keywords
        if keyword.arg is not None and keyword.arg not in FIELDS and keyword.arg != "exc_info"
    ]
    assert unknown == []


def test_there_are_log_calls_to_look_at() -> None:
    assert len(list(calls(LOG_METHODS))) > 3


def test_nothing_of_ours_logs_past_the_list_or_prints() -> None:
    past = [
        f"{source.name}:{line} {name}"
        for source in sources("bridge")
        if not source.name.startswith(("bridge/engine/logs/", "bridge/cli/", "bridge/simulator/"))
        for line, name in source.calls()
        if name == "print" or name.startswith(("traceback.print", "traceback.format")) or name in LOGGING_PAST_US
    ]
    assert past == []
