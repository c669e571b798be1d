"""docs/archive-format.md tells the truth: its commands run as they stand there, and find what they say."""

from __future__ import annotations

import re
import subprocess
import unicodedata
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bridge.archive import Archive
from tests.archive.made import damages, filled, received, rewrite

PAGE = Path(__file__).resolve().parents[2] / "docs" / "archive-format.md"
BYTES, ADDED, CHAIN, CONTRACT = re.findall(r"```sh\n(.*?)```", PAGE.read_text(), re.DOTALL)
MONDAY_FOLDER = "days/2026-11-23"


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return filled(tmp_path / "archive")


def shown(archive: Archive, command: str) -> str:
    """What a command of the page prints, run in the deployment folder."""
    done = subprocess.run(
        ["bash", "-c", command], cwd=archive.folder.parent, capture_output=True, text=True, check=False
    )
    return done.stdout


def test_the_commands_of_the_page_are_silent_over_an_untouched_archive(archive: Archive) -> None:
    received(archive, "Antwort für Łódź  2.xml", b"<Ack/>")
    assert [shown(archive, command) for command in (BYTES, ADDED, CHAIN)] == ["", "", ""]


def test_the_page_finds_a_changed_file(archive: Archive) -> None:
    rewrite(archive.folder / MONDAY_FOLDER / "acme/in/ACK_000001.xml", b"<Ack>2</Ack>")
    assert shown(archive, BYTES) == "acme/in/ACK_000001.xml: FAILED\n"


def test_the_page_finds_an_added_file(archive: Archive) -> None:
    (archive.folder / MONDAY_FOLDER / "acme/in/forged.xml").write_bytes(b"<Ack/>")
    assert shown(archive, BYTES) == ""
    assert shown(archive, ADDED).strip() == "acme/in/forged.xml"


def test_the_page_finds_a_broken_chain(archive: Archive) -> None:
    index = archive.folder / MONDAY_FOLDER / "index.csv"
    rewrite(index, index.read_bytes().replace(b"ORD_000002.xml,16", b"ORD_000002.xml,17"))
    assert shown(archive, CHAIN) == "broken at row 2\n"


def test_the_page_checks_a_contract(archive: Archive) -> None:
    digest = archive.keep_contract({"profile.toml": b"x"})
    assert shown(archive, CONTRACT.replace("DIGEST", digest)) == f"{digest}  manifest-sha256.txt\n"


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.text(min_size=0, max_size=200))
def test_any_received_name_gets_a_place_that_every_check_accepts(archive: Archive, name: str) -> None:
    path = received(archive, name, name.encode("utf-8", "surrogatepass"))
    assert path.parent == Path(MONDAY_FOLDER, "acme/in")
    assert unicodedata.is_normalized("NFC", path.name)
    assert len(path.name.encode()) <= 150
    assert damages(archive) == []


def test_the_commands_hold_after_many_strange_names(archive: Archive) -> None:
    for number, name in enumerate(("ł" * 75, "a b", " lead", "tail ", "100%", "$(id)", "`id`", "'", "#1", "~", "*")):
        received(archive, name, b"%d" % number)
    assert [shown(archive, command) for command in (BYTES, ADDED, CHAIN)] == ["", "", ""]
