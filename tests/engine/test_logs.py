"""Logs: what an administrator reads in them, and what nobody can: canaries stand where a value could slip through."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import textwrap
import warnings
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
import structlog
from structlog.contextvars import bound_contextvars

from bridge.domain.errors import NameTaken
from bridge.engine.logs import UnknownLogField, set_up_logs
from tests.engine.lines import Lines, caught_lines

CANARY = "Qx7kZanaryStreet"
log = structlog.get_logger("bridge.flow.tested")


@pytest.fixture
def lines() -> Iterator[Lines]:
    with caught_lines() as written:
        yield written


def test_a_line_in_a_pipe_is_one_json_object_with_when_what_and_who(lines: Lines) -> None:
    log.info("file.placed", file_name="ORD_000318.xml", orders=3)
    line = lines.only
    assert datetime.fromisoformat(line.pop("time")).tzinfo is not None
    assert line == {
        "level": "info",
        "event": "file.placed",
        "logger": "bridge.flow.tested",
        "file_name": "ORD_000318.xml",
        "orders": 3,
    }


def test_the_ids_of_the_work_in_hand_stand_in_every_line_below_it(lines: Lines) -> None:
    with bound_contextvars(endpoint="acme", pass_id="p1"):
        log.info("pass.done")
    log.info("service.waits")
    assert [(line.get("endpoint"), line.get("pass_id")) for line in lines.all] == [("acme", "p1"), (None, None)]


def test_a_field_that_is_not_allowed_is_dropped_and_counted(lines: Lines) -> None:
    log.info("order.held", order_number="10452", street=CANARY, customer={"name": CANARY})
    assert CANARY not in lines.text
    assert lines.only["order_number"] == "10452"
    assert lines.only["fields_dropped"] == 2


def test_a_bound_field_that_is_not_allowed_is_dropped_too(lines: Lines) -> None:
    with bound_contextvars(email=CANARY):
        log.info("order.held")
    assert CANARY not in lines.text


def test_an_event_made_of_a_value_loses_its_text(lines: Lines) -> None:
    log.info(f"held the order of {CANARY}")
    assert CANARY not in lines.text
    assert lines.only["event"] == "unnamed"


def test_in_test_mode_an_unknown_field_or_a_spoken_event_raises_where_it_is_logged(lines: Lines) -> None:
    set_up_logs(strict=True, stream=lines.stream)
    with pytest.raises(UnknownLogField, match="street"):
        log.info("order.held", street="x")
    with pytest.raises(UnknownLogField, match="event"):
        log.info("Order held")


def test_objects_give_their_type_and_simple_values_their_text(lines: Lines) -> None:
    log.info(
        "values.seen",
        order_number=Decimal("12.50"),
        business_day=date(2026, 11, 24),
        next_try_at=datetime(2026, 11, 24, 6, 0, tzinfo=UTC),
        file_name=Path("/srv/jan.kowalski/ORD_1.xml"),
        cause=object(),
        code=b"bytes",
        field=["a", "b"],
        state=None,
    )
    line = lines.only
    assert (line["order_number"], line["business_day"], line["next_try_at"]) == (
        "12.50",
        "2026-11-24",
        "2026-11-24T06:00:00+00:00",
    )
    assert (line["file_name"], line["cause"], line["code"]) == ("ORD_1.xml", "<object>", "<bytes>")
    assert (line["field"], line["state"]) == (["a", "b"], None)


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("jan.kowalski+shop@example.com", "<masked>"),
        ("call +48 600 100 200 now", "call <masked> now"),
        ("600 100 200", "<masked>"),
        ("PL61109010140000071219812874", "<masked>"),
        ("DE89 3704 0044 0532 0130 00", "<masked>"),
        ("ck_0123456789abcdef", "<masked>"),
        ("https://user:pass@shop.example/wp-json", "https://<masked>@shop.example/wp-json"),
        ("Authorization: Bearer abcdef.123456", "Authorization: <masked>"),
        ("x?consumer_secret=abc", "x?consumer_<masked>"),
    ],
)
def test_what_looks_personal_or_secret_is_masked_even_in_an_allowed_field(
    lines: Lines, said: str, written: str
) -> None:
    log.info("value.seen", cause=said)
    assert lines.only["cause"] == written


@pytest.mark.parametrize(
    "said",
    [
        "10452",
        "WEB-2026-0001-001",
        "ORD_0000000318_20261124.xml",
        "2026-11-24T06:00:00+00:00",
        "sku:ABC-123",
        "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff",
        "SO-1 000123",
    ],
)
def test_order_numbers_names_times_and_digests_are_left_alone(lines: Lines, said: str) -> None:
    log.info("value.seen", cause=said)
    assert lines.only["cause"] == said


@pytest.mark.parametrize("terminal", [False, True], ids=["pipe", "terminal"])
def test_no_value_can_forge_a_line_or_steer_a_terminal(lines: Lines, terminal: bool) -> None:
    set_up_logs(stream=lines.stream, terminal=terminal)
    log.info("answer.seen", file_name='a\n{"level":"info","event":"pass.done"}\r\x1b[2J\x9b31m\u2028\u202e.xml')
    assert len(lines.text.splitlines()) == 1
    assert not set("\x1b\x9b\r\u2028\u202e") & set(lines.text)
    assert "\\x1b[2J" in lines.text.replace("\\\\", "\\")


def test_a_long_value_is_cut(lines: Lines) -> None:
    log.info("answer.seen", file_name="x" * 5000)
    assert lines.only["file_name"] == "x" * 200 + "..."


def test_an_error_is_told_by_type_code_and_place_without_its_words(lines: Lines) -> None:
    def judge(street: str) -> None:
        raise KeyError(street)

    try:
        try:
            judge(CANARY)
        except KeyError as error:
            raise NameTaken(name="ORD_1.xml", owner="ACME") from error
    except NameTaken as error:
        log.error("order.fault", exc_info=error)
    assert CANARY not in lines.text
    outer, inner = lines.only["errors"]
    assert (outer["type"], outer["code"]) == ("bridge.domain.errors.NameTaken", "name-taken")
    assert inner["type"] == "KeyError"
    assert [place.split(":")[0] + " " + place.split(" ")[1] for place in inner["at"]] == [
        "tests/engine/test_logs.py test_an_error_is_told_by_type_code_and_place_without_its_words",
        "tests/engine/test_logs.py judge",
    ]


def test_an_error_of_the_system_keeps_its_code(lines: Lines) -> None:
    try:
        Path(f"/nowhere/{CANARY}").read_bytes()
    except FileNotFoundError:
        log.error("file.trouble", exc_info=True)
    assert CANARY not in lines.text
    assert [(error["type"], error["code"]) for error in lines.only["errors"]] == [("FileNotFoundError", "ENOENT")]


def test_errors_that_cause_each_other_in_a_circle_end(lines: Lines) -> None:
    one, other = ValueError("one"), ValueError("other")
    one.__cause__, other.__cause__ = other, one
    log.error("order.fault", exc_info=one)
    assert len(lines.only["errors"]) == 2


def test_on_a_terminal_the_places_of_an_error_stand_below_its_line(lines: Lines) -> None:
    set_up_logs(stream=lines.stream, terminal=True)
    try:
        raise KeyError(CANARY)
    except KeyError as error:
        log.error("order.fault", order_number="10452", exc_info=error)
    first, *below = lines.text.splitlines()
    assert "order.fault" in first
    assert "order_number=10452" in first
    assert below[0] == "KeyError"
    assert below[1].startswith("  tests/engine/test_logs.py:")
    assert CANARY not in lines.text


@pytest.mark.parametrize(
    "name", ["paramiko.transport", "urllib3.connectionpool", "sqlalchemy.engine", "watchdog", "other"]
)
def test_a_library_says_who_and_where_but_not_its_words(lines: Lines, name: str) -> None:
    try:
        raise ValueError(CANARY)
    except ValueError:
        logging.getLogger(name).warning("GET https://x/?consumer_secret=%s " + CANARY, CANARY, exc_info=True)
    line = lines.only
    assert CANARY not in lines.text
    assert (line["level"], line["event"], line["logger"]) == ("warning", "library", name)
    assert line["said_at"].startswith("tests/engine/test_logs.py:")
    assert line["errors"][0]["type"] == "ValueError"


def test_a_library_is_silent_below_warning_whatever_is_asked(lines: Lines) -> None:
    for level in (logging.INFO, logging.DEBUG):
        set_up_logs(stream=lines.stream, level=level)
        logging.getLogger("paramiko").info("connected")
        logging.getLogger("paramiko").debug("packet")
    assert lines.text == ""


def test_a_broken_line_of_a_library_shows_nothing_of_itself(lines: Lines, capsys: pytest.CaptureFixture[str]) -> None:
    logging.getLogger("watchdog").error("%d " + CANARY, CANARY)
    assert CANARY not in lines.text + "".join(capsys.readouterr())


def test_a_warning_of_python_is_a_line_without_its_words(lines: Lines) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(True)
        warnings.warn(CANARY, stacklevel=1)
    assert CANARY not in lines.text
    assert lines.only["logger"] == "py.warnings"


def _in_the_main_program() -> str:
    return f"raise KeyError('{CANARY}')"


def _in_a_thread() -> str:
    return f"""
        import threading
        def work():
            raise KeyError('{CANARY}')
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
    """


def _while_cleaning_up() -> str:
    return f"""
        class Thing:
            def __del__(self):
                raise KeyError('{CANARY}')
        Thing()
    """


@pytest.mark.parametrize(
    ("program", "event"),
    [(_in_the_main_program, "process.fault"), (_in_a_thread, "thread.fault"), (_while_cleaning_up, "cleanup.fault")],
)
def test_an_error_that_nobody_caught_is_a_line_and_not_a_trace(program: Callable[[], str], event: str) -> None:
    code = "from bridge.engine.logs import set_up_logs\nset_up_logs()\n" + textwrap.dedent(program())
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=240)
    said = [json.loads(line) for line in ended.stderr.splitlines()]
    assert CANARY not in ended.stdout + ended.stderr
    assert [(line["event"], line["errors"][0]["type"]) for line in said] == [(event, "KeyError")]
