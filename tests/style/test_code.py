"""Lengths, names and habits of our code. Each limit is a constant here; it may go down, never up without a decision."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import PurePosixPath

import pytest

from tests.style.source import Source, dotted, sources

pytestmark = pytest.mark.xdist_group("style")  # one process parses the files, once for all rules

FUNCTION_LINES_MAX = 60
FILE_LINES_MAX = 300  # of the package; a test file, and a contract suite, may be as long as its cases are many
MIGRATIONS = "bridge/ledger/migrations/versions/"  # one frozen list of tables each, read from top to bottom
BANNED_FILE_NAMES = {
    "util", "utils", "helper", "helpers", "common", "core", "misc", "manager", "managers", "service_layer",
    "handler", "handlers", "shared", "lib", "stuff", "tools",
}  # fmt: skip
BANNED_CLASS_ENDINGS = ("Manager", "Service", "Helper", "Util", "Utils", "Processor")
CLASSES_WITH_THE_WORD_ITSELF = {"Service"}  # what `bridge run` is, in the words of the design
BANNED_WORDS = re.compile(r"\b(TODO|FIXME|XXX|HACK|NotImplementedError)\b")
CLOCKS_AND_CHANCE = re.compile(
    r"^(datetime\.)*datetime\.(now|utcnow|today)$|^(datetime\.)*date\.today$|^random\.|^time\.time"
)
PURE_ROOMS = ("bridge/domain/", "bridge/profiles/", "bridge/ledger/", "bridge/flow/")
ROOMS_WITH_DOORS = {"stores", "profiles", "transports", "ledger", "archive"}
# The borders where a bug is turned into something a person sees; everywhere else the named kind is caught.
MAY_CATCH_EVERYTHING = {
    "bridge/cli/context.py": "a command ends with words and an exit code",
    "bridge/engine/passes.py": "a bug ends one pass and harms no other endpoint",
    "bridge/engine/service.py": "a bug in one wake-up leaves the service running",
    "bridge/flow/check.py": "a bug while judging one order holds that order only",
    "bridge/flow/export.py": "a bug while rendering one order holds that order only",
    "bridge/flow/rendering.py": "a bug while rendering one order holds that order only",
    "bridge/flow/preview.py": "a bug while rendering one order is shown for that order only",
    "bridge/flow/trial.py": "a bug while rendering one order holds that order only",
}


def test_no_function_is_longer_than_a_screen() -> None:
    too_long = [
        f"{source.name}:{line} {name} has {length} lines"
        for source in sources()
        if not source.name.startswith(MIGRATIONS)
        for name, line, length in source.functions()
        if length > FUNCTION_LINES_MAX
    ]
    assert too_long == []


def test_no_file_of_the_package_is_too_long_to_be_read_at_once() -> None:
    lengths = {source.name: len(source.text.splitlines()) for source in sources("bridge")}
    too_long = {name: length for name, length in lengths.items() if length > FILE_LINES_MAX}
    assert {
        name: length for name, length in too_long.items() if not name.startswith((MIGRATIONS, "bridge/testing/"))
    } == {}


def test_no_file_is_a_drawer() -> None:
    names = [PurePosixPath(source.name) for source in sources()]
    assert [str(name) for name in names if BANNED_FILE_NAMES & {part.removesuffix(".py") for part in name.parts}] == []


def test_no_class_is_named_after_nothing() -> None:
    classes = [
        f"{source.name}:{node.lineno} {node.name}"
        for source in sources("bridge")
        for node in source.nodes
        if isinstance(node, ast.ClassDef)
        and node.name.endswith(BANNED_CLASS_ENDINGS)
        and node.name not in CLASSES_WITH_THE_WORD_ITSELF
    ]
    assert classes == []


def test_every_file_says_at_its_top_what_it_answers_for() -> None:
    assert [source.name for source in sources() if source.text.strip() and not ast.get_docstring(source.tree)] == []


def test_nothing_is_left_to_be_done() -> None:
    left = [
        f"{source.name}:{line} {text.strip()}"
        for source in sources()
        if BANNED_WORDS.search(source.text)
        for line, text in source.comments_and_names
        if BANNED_WORDS.search(text)
    ]
    assert left == []


def test_no_test_is_switched_off() -> None:
    off = [
        f"{source.name}:{node.lineno} {dotted(node)}"
        for source in sources("tests")
        for node in source.nodes
        if isinstance(node, ast.Attribute)
        and dotted(node).startswith(("pytest.", "mark.", "unittest."))
        and node.attr in {"skip", "skipif", "xfail", "importorskip", "skipUnless", "skipIf", "SkipTest"}
    ]
    assert off == []


def test_no_test_passes_by_sleeping() -> None:
    sleeps = [
        f"{source.name}:{line}"
        for source in sources("tests")
        for line, name in source.calls()
        if name.rpartition(".")[2] == "sleep" and not _sleeps_between_looks(source, line)
    ]
    assert sleeps == []


def _sleeps_between_looks(source: Source, line: int) -> bool:
    """Whether the sleep stands in a loop that looks at the thing itself until a deadline."""
    loops = (node for node in source.nodes if isinstance(node, ast.While))
    return any(loop.lineno < line <= (loop.end_lineno or loop.lineno) for loop in loops)


def test_every_test_asserts_something() -> None:
    silent = [
        f"{source.name}:{function.lineno} {function.name}"
        for source in sources("tests")
        for function in _tests_of(source)
        if not any(_asserts(node) for node in ast.walk(function))
    ]
    assert silent == []


def _tests_of(source: Source) -> Iterator[ast.FunctionDef]:
    for node in source.nodes:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            yield node


def _asserts(node: ast.AST) -> bool:
    """An assert, a `pytest.raises`, or a call that raises when it does not hold (`assert_whole(...)`, `validate()`)."""
    if isinstance(node, ast.Assert):
        return True
    name = dotted(node.func).rpartition(".")[2] if isinstance(node, ast.Call) else ""
    return name in {"raises", "warns", "fail", "validate", "model_validate"} or name.startswith(
        ("assert", "must_", "expect_", "check_", "refuse_", "run_state_machine")
    )


def test_a_room_is_entered_by_its_door() -> None:
    past_the_door = [
        f"{source.name}:{node.lineno} {node.module}"
        for source in sources("bridge")
        if not source.name.startswith("bridge/testing/")  # the contract suites look deeper
        for node in source.nodes
        if isinstance(node, ast.ImportFrom)
        and node.module
        and node.module.startswith("bridge.")
        and node.module.count(".") > 1
        and node.module.split(".")[1] in ROOMS_WITH_DOORS
        and source.name.split("/")[1] != node.module.split(".")[1]
    ]
    assert past_the_door == []


def test_time_and_chance_are_passed_into_the_rooms_that_decide() -> None:
    taken = [
        f"{source.name}:{line} {name}()"
        for source in sources("bridge")
        if source.name.startswith(PURE_ROOMS)
        for line, name in source.calls()
        if CLOCKS_AND_CHANCE.search(name)
    ]
    assert taken == []


def test_errors_are_caught_by_their_kind_except_at_the_named_borders() -> None:
    greedy = [
        f"{source.name}:{handler.lineno}"
        for source in sources("bridge")
        if source.name not in MAY_CATCH_EVERYTHING
        for handler in source.nodes
        if isinstance(handler, ast.ExceptHandler) and _catches_everything(handler)
    ]
    assert greedy == []


def _catches_everything(handler: ast.ExceptHandler) -> bool:
    caught = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(kind is None or dotted(kind) in {"Exception", "BaseException"} for kind in caught) and not _rises_again(
        handler
    )


def _rises_again(handler: ast.ExceptHandler) -> bool:
    """Clean-up and then the same error again swallows nothing."""
    last = handler.body[-1]
    return isinstance(last, ast.Raise) and last.exc is None


def test_no_caught_error_is_passed_over_in_silence() -> None:
    silent = [
        f"{source.name}:{handler.lineno}"
        for source in sources("bridge")
        for handler in source.nodes
        if isinstance(handler, ast.ExceptHandler) and all(isinstance(line, ast.Pass) for line in handler.body)
    ]
    assert silent == []
