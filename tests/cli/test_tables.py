"""Tables for people: at any width nothing is lost, identifiers stay whole, and a cure stands with its trouble."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from rich.console import Console

from bridge.cli import show
from bridge.cli.rows import what_happened

DIGEST = "9ffbe1dc36c49071401d5fc2d9368b843ac5082016c8248639c53de292493ca9"
TROUBLES: list[dict[str, Any]] = [
    {
        "id": 1,
        "orders": 4,
        "opened_at": datetime(2026, 11, 24, 20, 51, 7, tzinfo=UTC),
        "next_try_at": None,
        "title": "Missing SKU mapping for ABC-123",
        "action": "Add ABC-123 to maps/sku.csv. All orders held by it then go on by themselves.",
    },
    {
        "id": 27,
        "orders": 1,
        "opened_at": datetime(2026, 11, 24, 20, 51, 7, tzinfo=UTC),
        "next_try_at": None,
        "title": "Delivery company is 111 characters; the ERP field holds 100",
        "action": "Shorten it in the shop, or allow abbreviating it.",
    },
]
FILES: list[dict[str, Any]] = [
    {"endpoint": "acme-poland", "name": f"ORD_{number:06}.xml", "sha256": DIGEST, "gross": Decimal("16038.09")}
    for number in (1, 2)
]


def drawn(monkeypatch: pytest.MonkeyPatch, width: int, title: str, columns: tuple[str, ...], rows: Any) -> str:
    out = io.StringIO()
    monkeypatch.setattr(show, "out", Console(file=out, width=width, highlight=False))
    show.table(title, columns, rows, json_form=False)
    return out.getvalue()


@pytest.mark.parametrize("width", [40, 80, 120, 200])
def test_every_word_of_every_text_is_there_and_no_line_is_too_long(monkeypatch: pytest.MonkeyPatch, width: int) -> None:
    columns = ("id", "orders", "opened_at", "next_try_at", "title", "action")
    shown = drawn(monkeypatch, width, "Exceptions", columns, TROUBLES)
    assert max(map(len, shown.splitlines())) <= width
    words = shown.split()
    for row in TROUBLES:
        for column in ("title", "action"):
            assert [word for word in row[column].split() if word not in words] == []


@pytest.mark.parametrize("width", [80, 120, 200])
def test_an_identifier_is_never_broken(monkeypatch: pytest.MonkeyPatch, width: int) -> None:
    shown = drawn(monkeypatch, width, "Files", ("endpoint", "name", "sha256", "gross"), FILES)
    assert shown.count(DIGEST) == 2
    assert shown.count("acme-poland") == 2
    assert "ORD_000002.xml" in shown
    assert "16038.09" in shown


def test_the_cure_stands_below_its_trouble(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = drawn(monkeypatch, 120, "Exceptions", ("id", "title", "action"), TROUBLES).splitlines()
    at = next(number for number, line in enumerate(lines) if "Missing SKU mapping for ABC-123" in line)
    assert "Add ABC-123 to maps/sku.csv." in lines[at + 1]


def test_a_column_that_says_nothing_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = drawn(monkeypatch, 120, "Exceptions", ("id", "next_try_at", "title"), TROUBLES)
    assert "next try" not in shown


def test_no_rows_are_said_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    assert drawn(monkeypatch, 80, "Exceptions", ("id",), []) == "Exceptions: none.\n"


def test_text_from_outside_cannot_steer_the_table(monkeypatch: pytest.MonkeyPatch) -> None:
    """An ERP's reason may hold what rich would take for markup, or what a terminal would obey."""
    shown = drawn(monkeypatch, 80, "Why", ("reason",), [{"reason": "[red]Blocked[/red] \x1b[2J\x07 [link=x]"}])
    assert "[red]Blocked[/red]" in shown
    assert "[link=x]" in shown
    assert "\x1b" not in shown
    assert "\x07" not in shown


@pytest.mark.parametrize(
    ("subject", "verb", "origin", "target", "shown"),
    [
        ("sending", "added", None, "received", "order received"),
        ("sending", "added", None, "skipped", "order received, skipped"),
        ("sending", "moved", "accepted", "written_back", "order accepted -> written back"),
        ("file", "sealed", None, "sealed", "file sealed"),
        ("file", "moved", "sealed", "announced", "file sealed -> announced"),
        ("exception", "held by", None, None, "held by"),
        ("result", "applied", None, "accepted", "the ERP says accepted"),
    ],
)
def test_a_story_says_in_words_of_people_what_happened(
    subject: str, verb: str, origin: str | None, target: str | None, shown: str
) -> None:
    line = {"subject": subject, "verb": verb, "origin": origin, "target": target}
    assert what_happened(line) == shown
