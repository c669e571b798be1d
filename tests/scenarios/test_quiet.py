"""Personal data stays in the order's own bytes: not in logs, exceptions, names, events or columns that are searched.

Each personal field of a canary order holds a marker of its own. Trouble is forced at each step, with all logs on.
"""

from __future__ import annotations

import logging
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bridge.config.shipped import templates_folder
from bridge.domain.contract import Order
from bridge.engine.logs import set_up_logs
from bridge.flow.check import internal_fault
from bridge.flow.rendering import OrderRefused
from bridge.simulator.sftp.faults import Cut
from bridge.simulator.shops.faults import Fault
from tests.cli.commands import bridge
from tests.engine.lines import Lines, caught_lines
from tests.world import World, world

pytestmark = pytest.mark.scenario

# One for each personal field, each unlike all others, so that a leak names its field.
CANARIES = {
    "first_name": "Qfirstzk",
    "last_name": "Qlastzk",
    "company": "Qcompanyzk",
    "address_1": "Qstreetzk Qx7319",
    "address_2": "Qflatzk",
    "city": "Qcityzk",
    "email": "qmailzk@example.com",
    "phone": "+48519731973",
}
NOTE = "Qnotezk"
MARKERS = [*(value.split("@")[0].split(" ")[0] for value in CANARIES.values()), "Qx7319", "519731973", NOTE]
# What holds whole orders on purpose: the exchanged bytes, and the one column of the ledger with the canonical order.
HOLDS_ORDERS = (
    "archive/days/*/*/in/*.jsonl",
    "archive/days/*/acme/*/*.xml",
    "archive/incoming/*",
    "archive/previews/*/*",
)
NOT_OURS = ("erp", "erp-files", "store.sqlite")  # the shop's, the ERP's


@dataclass(frozen=True)
class Trouble:
    """One way in which a step fails: what is changed before the passes, and the code that must open."""

    step: str
    prepare: Callable[[World], None]
    code: str
    address: dict[str, str]
    country: str = "PL"
    postcode: str = "30-001"


def nothing(_here: World) -> None:
    """The order itself is the trouble."""


def template_breaks(here: World) -> None:
    """A profile of the deployment whose template asks a street for what it hasn't got."""
    own_profile(here, "{% if order.number == '10452' %}{{ order.delivery.street.house }}{% endif %}")


def schema_refuses(here: World) -> None:
    """A profile that writes a street where the schema wants a date: the schema's own words quote it."""
    own_profile(here, "<cbc:DueDate>{{ order.delivery.street }}</cbc:DueDate>")


def own_profile(here: World, text: str) -> None:
    folder = here.folder / "profiles" / "own"
    shutil.copytree(templates_folder() / "ubl-order-2.1", folder)
    template = folder / "order.xml.j2"
    lines = template.read_text(encoding="utf-8").splitlines(keepends=True)
    place = next(number for number, line in enumerate(lines) if "<cbc:IssueDate>" in line)
    template.write_text("".join([*lines[: place + 1], text + "\n", *lines[place + 1 :]]), encoding="utf-8")
    here.edit_settings('profile = "ubl-order-2.1"', 'profile = "own"')


def store_garbles(here: World) -> None:
    here.shop.break_with(Fault("cut", when="GET orders", times=1), Fault("php-notice", when="GET orders", times=1))


def write_back_fails(here: World) -> None:
    here.shop.break_with(Fault("500-json", when="PUT", times=-1))


def upload_is_cut(here: World) -> None:
    assert here.sftp is not None
    here.sftp.faults.cut = Cut("write")


def disk_is_full(here: World) -> None:
    assert here.sftp is not None
    here.sftp.faults.disk_full_at = "write"


def answer_is_broken(here: World) -> None:
    here.outbound("RESP_ORD_000001.xml", f"<ApplicationResponse><Note>{NOTE} {CANARIES['email']}".encode())


TROUBLES = [
    Trouble("fetch, garbled", store_garbles, "store-answer-unreadable", {}),
    Trouble("check, too long", nothing, "field-too-long", {"address_1": "Qstreetzk Qx7319 " + "long " * 60}),
    Trouble("check, postal code", nothing, "postal-code", {}, postcode="Qcityzk"),
    Trouble("check, house number", nothing, "house-number-missing", {"address_1": "Qstreetzk"}),
    Trouble("check, country", nothing, "country-unknown", {}, country="Qcityzk"),
    Trouble("check, character", nothing, "character-refused", {"last_name": "Qlastzk\x07"}),
    Trouble("export, template", template_breaks, "render-refused", {}),
    Trouble("export, schema", schema_refuses, "schema-refused", {}),
    Trouble("deliver, cut", upload_is_cut, "line-lost", {}),
    Trouble("deliver, disk full", disk_is_full, "server-failed", {}),
    Trouble("collect, broken answer", answer_is_broken, "answer-malformed", {}),
    Trouble("write back", write_back_fails, "store-write-in-doubt", {}),
]


@pytest.fixture
def lines() -> Iterator[Lines]:
    with caught_lines(level=logging.DEBUG, strict=True) as written:
        yield written


@pytest.mark.parametrize("trouble", TROUBLES, ids=[one.step for one in TROUBLES])
def test_a_buyer_stands_in_no_log_exception_name_event_or_record(
    tmp_path: Path, lines: Lines, trouble: Trouble
) -> None:
    with world(tmp_path / "w", "ubl", "sftp") as here:
        order_of_a_buyer(here, trouble)
        trouble.prepare(here)
        opened: set[str] = set()
        for _ in range(3):
            here.run_pass()
            opened.update(here.codes())
            here.erp.import_all()
            here.later(hours=1)
        assert opened == {trouble.code}
        assert held_somewhere(here.folder, "Qfirstzk"), "the canary never came in"
        assert found_in({"log": lines.text}) == []
        assert found_in(ledger_columns(here.folder)) == []
        assert found_in(dict(kept_texts(here.folder))) == []


def test_a_log_on_a_terminal_is_as_quiet_as_one_in_a_pipe(tmp_path: Path, lines: Lines) -> None:
    set_up_logs(stream=lines.stream, level=logging.DEBUG, terminal=True)
    with world(tmp_path / "w", "ubl", "sftp") as here:
        order_of_a_buyer(here, TROUBLES[0])
        template_breaks(here)
        here.run_pass()
    assert "pass.done" in lines.text
    assert found_in({"log": lines.text}) == []


def test_a_command_logs_a_fault_of_ours_without_the_values_it_met(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with world(tmp_path / "w", "ubl", "local") as here:
        order_of_a_buyer(here, TROUBLES[0])
        here.run_pass()

        def breaks(order: Order, *_rest: object) -> None:
            raise OrderRefused(1, internal_fault(order.number, LookupError(order)))

        monkeypatch.setattr("bridge.flow.preview.outgoing", breaks)
        said = bridge(here, "preview", "10452")
    assert "could not be worked on" in said.err
    assert "order.fault" in said.err
    assert found_in({"out": said.out, "err": said.err}) == []


def order_of_a_buyer(here: World, trouble: Trouble) -> None:
    address = {**CANARIES, "state": "", "country": trouble.country, "postcode": trouble.postcode, **trouble.address}
    here.order_paid(10452, billing=address, shipping=address, customer_note=NOTE)


def found_in(texts: dict[str, str]) -> list[tuple[str, str]]:
    """(place, marker) of every marker that stands in a text."""
    return [
        (place, marker) for place, text in texts.items() for marker in MARKERS if marker.casefold() in text.casefold()
    ]


def ledger_columns(folder: Path) -> dict[str, str]:
    """Every column of every table as text, but not the canonical order itself."""
    ledger = sqlite3.connect(folder / "state" / "ledger.sqlite")
    try:
        tables = [name for (name,) in ledger.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        columns = [(table, row[1]) for table in tables for row in ledger.execute(f"PRAGMA table_info({table})")]
        assert ("revisions", "content") in columns
        return {
            f"{table}.{column}": "\n".join(str(value) for (value,) in ledger.execute(f"SELECT {column} FROM {table}"))
            for table, column in columns
            if (table, column) != ("revisions", "content")
        }
    finally:
        ledger.close()


def kept_texts(folder: Path) -> Iterator[tuple[str, str]]:
    """Name, and content where it should hold no order, of every file that the bridge wrote."""
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if not path.is_file() or name.startswith(NOT_OURS):
            continue
        yield f"name {name}", name
        if (
            not any(path.relative_to(folder).match(pattern) for pattern in HOLDS_ORDERS)
            and path.name != "ledger.sqlite"
        ):
            yield name, path.read_text(encoding="utf-8", errors="replace")


def held_somewhere(folder: Path, marker: str) -> bool:
    """Whether the canary really is in the system: in an original that was fetched."""
    return any(marker in path.read_text(encoding="utf-8") for path in (folder / "archive").rglob("*.jsonl"))
