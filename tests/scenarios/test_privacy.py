"""No personal data and no secret leaves its place: a canary order whose every personal field is a marker of its own.

Failures are forced at every step, at debug level; then every log line, exception, event, name, index column and record
is searched. The markers may stand only where they belong: in the order's kept content, the original from the store, the
export file, and the store and the ERP themselves.
"""

from __future__ import annotations

import io
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bridge.engine.logs import set_up_logs
from bridge.simulator.sftp_faults import Cut
from bridge.simulator.store import DEMO_KEY, DEMO_SECRET
from bridge.simulator.store_faults import Fault, FaultKind
from tests.world import World, world

pytestmark = pytest.mark.scenario

FIELDS = ("first_name", "last_name", "company", "address_1", "address_2", "city", "email", "phone")
MARKERS = {name: f"Canary{index}x{name.replace('_', '')}" for index, name in enumerate(FIELDS)}
NOTE = "CanaryNotexcustomer"
TAX = "CanaryTaxxid"
# Columns that hold what the ledger is for: the order itself, and the ERP's words, which people must read.
HOLDS_CONTENT = {("revisions", "content"), ("results", "reason")}


def canary(**changes: str) -> dict[str, str]:
    """A buyer made of markers."""
    party = {**MARKERS, "email": f"{MARKERS['email']}@example.com", "postcode": "30-001", "country": "PL", **changes}
    return {**party, "address_1": f"{party['address_1']} 7"}


def forced_failures(here: World) -> Iterator[None]:
    """A trouble at each step, with a pass after each."""
    order: dict[str, Any] = {"customer_note": NOTE, "meta_data": [{"key": "_billing_vat", "value": TAX}]}
    here.order_paid(10452, billing=canary(), customer_note=NOTE)
    here.order_paid(10453, sku="ABC-123", billing=canary(postcode="99"), **order)
    here.order_paid(10454, billing=canary(city=MARKERS["city"] + "\x07"), **order)
    here.order_paid(10455, billing=canary(), currency="Z", total="CanaryTotal", **order)
    here.shop.break_with(Fault(FaultKind.CUT_LYING, "GET orders"))
    yield
    here.shop.break_with(Fault(FaultKind.HTML, "GET orders"))
    yield
    assert here.sftp
    here.sftp.faults.cut = Cut("write", 1)
    yield
    here.sftp.faults.cut = Cut("rename", 1)
    yield
    yield
    here.outbound("RESP_broken.xml", f"<r>{MARKERS['last_name']}".encode())
    yield
    here.erp.import_all()
    here.shop.break_with(Fault(FaultKind.BROKEN_JSON, "PUT"), Fault(FaultKind.RESET_AFTER, "POST notes"))
    yield
    yield


def test_no_marker_stands_in_any_log_exception_name_or_event(tmp_path: Path) -> None:
    logged = io.StringIO()
    set_up_logs(debug=True, strict=True, stream=logged, terminal=False)
    with world(tmp_path / "w", "ubl", "sftp") as here:
        for _ in forced_failures(here):
            here.run_pass()
            here.later(hours=1)
        assert here.codes()
        assert here.shop.erp_numbers()["10452"].startswith("SO-")
        words = {*MARKERS.values(), NOTE, TAX, DEMO_SECRET, here.environ["SFTP_PASSWORD"]}
        assert DEMO_KEY not in logged.getvalue()
        assert found(words, logged.getvalue()) == set()
        assert list(leaks_in_ledger(here.folder / "state" / "ledger.sqlite", words)) == []
        assert list(leaks_in_archive(here.folder / "archive", words)) == []


def test_the_search_would_find_a_marker(tmp_path: Path) -> None:
    """The order itself holds them all: the kept content is found where it belongs."""
    with world(tmp_path / "w") as here:
        here.order_paid(10452, billing=canary(), customer_note=NOTE)
        here.run_pass()
        ledger = sqlite3.connect(here.folder / "state" / "ledger.sqlite")
        (content,) = ledger.execute("SELECT content FROM revisions").fetchone()
        ledger.close()
        assert found({MARKERS["last_name"], NOTE}, content.decode()) == {MARKERS["last_name"], NOTE}


def found(words: set[str], text: str) -> set[str]:
    return {word for word in words if re.search(re.escape(word), text, re.IGNORECASE)}


def leaks_in_ledger(path: Path, words: set[str]) -> Iterator[str]:
    """Every table and column with a marker, except those that are there to hold the order."""
    ledger = sqlite3.connect(path)
    ledger.row_factory = sqlite3.Row
    tables = [row["name"] for row in ledger.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    for table in tables:
        for row in ledger.execute(f'SELECT * FROM "{table}"'):
            for column, value in dict(row).items():
                text = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
                if (table, column) not in HOLDS_CONTENT and found(words, text):
                    yield f"{table}.{column}: {found(words, text)}"
    ledger.close()


def leaks_in_archive(folder: Path, words: set[str]) -> Iterator[str]:
    """Every name, record and index line with a marker."""
    for path in folder.rglob("*"):
        if found(words, str(path.relative_to(folder))):
            yield f"name {path}"
        if path.suffix in (".json", ".sha256") or path.name == "index.csv":
            text = path.read_text(encoding="utf-8", errors="replace")
            if found(words, text) and not path.name.endswith(".jsonl"):
                yield f"{path}: {found(words, text)}"
