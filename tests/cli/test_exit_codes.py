"""How commands end: each documented exit code by a real process, words with a cure, and never Python's own trace."""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from bridge.config.starter import write_starter
from bridge.engine import lease
from bridge.simulator.sftp.server import Account, SftpServer, host_key
from tests.cli.commands import Said, as_process, called
from tests.world import World, world


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    """A fresh starter with a ledger."""
    write_starter(tmp_path / "mine")
    assert called(tmp_path / "mine", "once").exit_code == 0
    return tmp_path / "mine"


@pytest.fixture
def here(tmp_path: Path) -> Iterator[World]:
    with world(tmp_path / "w") as made:
        yield made


def ended(folder: Path, *words: str, environ: dict[str, str] | None = None) -> Said:
    """A real process, whose output holds no trace."""
    told = as_process(*words, "--config", str(folder), environ=environ)
    assert "Traceback" not in told.out + told.err
    assert "sqlalchemy" not in told.out
    return told


def assert_refused(told: Said, exit_code: int, *words: str) -> None:
    """It ended so, said these words, and what to do."""
    assert told.exit_code == exit_code, told.err
    assert "What to do: " in told.err
    for word in words:
        assert word in told.err


def test_0_done(mine: Path) -> None:
    assert ended(mine, "once").exit_code == 0


def test_1_what_was_asked_for_is_not_there(mine: Path) -> None:
    assert_refused(ended(mine, "orders", "show", "4711"), 1, "Order 4711 is not there.")


def test_2_a_wrong_configuration_with_file_and_line(mine: Path) -> None:
    path = mine / "bridge.toml"
    path.write_text(path.read_text(encoding="utf-8").replace('mode = "test"', 'mode = "tset"'), encoding="utf-8")
    line = next(number for number, text in enumerate(path.read_text().splitlines(), 1) if '"tset"' in text)
    for words in (("check",), ("once",), ("status",)):
        assert_refused(ended(mine, *words), 2, f"bridge.toml:{line}: flows.shop-erp.mode", "test, selected, full")


def test_2_text_that_is_no_toml(mine: Path) -> None:
    (mine / "bridge.toml").write_text('timezone = "Europe/Warsaw"\n[stores.shop\n', encoding="utf-8")
    assert_refused(ended(mine, "check"), 2, "bridge.toml:2")


@pytest.mark.parametrize("words", [("nonsense",), ("once", "--endpoint", "zz"), ("orders", "list", "--state", "zz")])
def test_2_wrong_words_on_the_command_line(mine: Path, words: tuple[str, ...]) -> None:
    told = ended(mine, *words)
    assert told.exit_code == 2
    assert "Usage: " in told.err


def test_2_a_secret_that_cannot_be_read(mine: Path) -> None:
    path = mine / "bridge.toml"
    server = 'type = "sftp"\nhost = "127.0.0.1"\nuser = "u"\npassword = "file:secrets/gone"\n'
    text = path.read_text(encoding="utf-8").replace('type = "local"\nfolder = "erp"\n', server)
    path.write_text(text, encoding="utf-8")
    assert_refused(ended(mine, "once"), 2, "file:secrets/gone", "is not there")


def test_3_another_process_works_on_the_endpoint(mine: Path) -> None:
    with lease(mine / "state", "erp"):
        told = ended(mine, "once")
    assert told.exit_code == 3
    assert f"being worked on by another erp-bridge process (pid {os.getpid()})" in told.out


def test_4_done_and_a_person_is_needed(here: World) -> None:
    here.order_paid(10453, sku="NO-SUCH")
    told = ended(here.folder, "once", environ=here.environ)
    assert told.exit_code == 4
    assert "1 exception is open; see: bridge exceptions list" in told.out


def test_5_one_flipped_byte_is_found_and_its_file_is_named(here: World) -> None:
    here.order_paid(10452)
    here.go_round()
    assert ended(here.folder, "archive", "verify", environ=here.environ).exit_code == 0
    sent = next((here.folder / "archive").rglob("ORD_000001.xml"))
    content = bytearray(sent.read_bytes())
    content[100] ^= 1
    sent.chmod(0o644)
    sent.write_bytes(content)
    told = ended(here.folder, "archive", "verify", environ=here.environ)
    assert told.exit_code == 5
    assert str(sent.relative_to(here.folder / "archive")) in told.out


def test_a_ledger_that_is_no_database(mine: Path) -> None:
    (mine / "state/ledger.sqlite").write_text("This is no database, though it is long enough to be one. " * 9)
    for words in (("status",), ("once",), ("archive", "verify")):
        assert_refused(ended(mine, *words), 1, "The ledger's file is damaged or is no database", "backup")


def test_a_ledger_with_overwritten_pages(mine: Path) -> None:
    path = mine / "state/ledger.sqlite"
    content = bytearray(path.read_bytes())
    content[4096:] = b"A" * (len(content) - 4096)
    path.write_bytes(content)
    assert_refused(ended(mine, "status"), 1, "The ledger's file is damaged or is no database")


def test_a_ledger_of_a_newer_version_is_left_alone(mine: Path) -> None:
    with sqlite3.connect(mine / "state/ledger.sqlite") as ledger:
        ledger.execute("UPDATE alembic_version SET version_num = '9999'")
    ledger.close()
    assert_refused(ended(mine, "once"), 1, "The ledger is at version 9999", "Nothing was changed")


def test_no_deployment_folder(tmp_path: Path) -> None:
    assert_refused(ended(tmp_path / "nowhere", "status"), 2, "bridge.toml is not there", "bridge init")


def test_a_file_where_a_folder_must_be(mine: Path) -> None:
    for path in (mine / "state").iterdir():
        path.unlink()
    (mine / "state").rmdir()
    (mine / "state").write_text("in the way")
    assert_refused(ended(mine, "status"), 1, "state: File exists.")


def test_a_folder_of_the_erp_that_is_gone_is_an_exception_and_named_by_check(mine: Path) -> None:
    for name in ("in", "out"):
        (mine / "erp" / name).rmdir()
    (mine / "erp").rmdir()
    once = ended(mine, "once")
    assert once.exit_code == 0  # it is tried again by itself
    assert "1 exception is open" in once.out
    check = ended(mine, "check")
    assert check.exit_code == 1
    assert "1 of " in check.out
    assert "Mount the share, or create the folder, or correct it at bridge.toml:" in check.out


def test_check_prints_the_host_key_that_can_be_pinned(mine: Path, tmp_path: Path) -> None:
    (tmp_path / "root" / "in").mkdir(parents=True)
    (tmp_path / "root" / "out").mkdir()
    with SftpServer(tmp_path / "root", {"bridge": Account("pw")}, host_key(tmp_path / "key")) as server:
        path = mine / "bridge.toml"
        table = f'type = "sftp"\nhost = "127.0.0.1"\nport = {server.port}\nuser = "bridge"\npassword = "env:SFTP_PW"\n'
        text = path.read_text(encoding="utf-8").replace('type = "local"\nfolder = "erp"\n', table)
        path.write_text(text, encoding="utf-8")
        told = ended(mine, "check", environ={"SFTP_PW": "pw"})
        assert told.exit_code == 1
        assert server.fingerprint in told.out
        assert "pinned is none" in " ".join(told.out.split())
        pinned = text.replace(table, f'{table}host_keys = ["{server.fingerprint}"]\n')
        path.write_text(pinned, encoding="utf-8")
        assert ended(mine, "check", environ={"SFTP_PW": "pw"}).exit_code == 0


def test_ctrl_c_in_a_pass_ends_it_in_words_and_the_next_pass_goes_on(tmp_path: Path) -> None:
    """The store takes the request and answers nothing: the pass hangs there when Ctrl-C comes."""
    with world(tmp_path / "w") as here, socket.create_server(("127.0.0.1", 0)) as silent:
        path = here.folder / "bridge.toml"
        whole = path.read_text(encoding="utf-8")
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        path.write_text(whole.replace(here.shop.url, url), encoding="utf-8")
        asked = threading.Event()

        def take_and_say_nothing() -> None:
            line, _ = silent.accept()
            asked.set()
            line.recv(1)
            over.wait()
            line.close()

        over = threading.Event()
        threading.Thread(target=take_and_say_nothing, daemon=True).start()
        command = [sys.executable, "-m", "bridge", "once", "--config", str(here.folder)]
        environ = {**os.environ, **here.environ}
        with subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as run:
            assert asked.wait(60)
            run.send_signal(signal.SIGINT)
            assert run.stderr is not None
            first = run.stderr.readline()
            while first and not first.startswith("Stopping after the step in hand"):
                first = run.stderr.readline()
            assert first, "it did not say that it stops"
            run.send_signal(signal.SIGINT)
            _, rest = run.communicate(timeout=60)
        over.set()
        assert run.returncode == 130
        assert "Traceback" not in rest
        path.write_text(whole, encoding="utf-8")
        here.order_paid(10452)
        here.go_round()
        assert here.erp.external_ids() == ["10452"]
        assert here.damage() == []


def test_a_reader_that_goes_away_ends_a_command_quietly() -> None:
    command = [sys.executable, "-m", "bridge", "contract"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as told:
        assert told.stdout is not None
        assert told.stderr is not None
        assert told.stdout.readline().strip() == "Data contract"
        told.stdout.close()
        said = told.stderr.read()
    assert "Traceback" not in said
    assert "BrokenPipe" not in said


def test_a_bug_gives_its_user_a_reference_and_the_log_the_place_but_no_value(
    mine: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    from bridge.cli import work

    def broken(*_words: object, **_named: object) -> object:
        raise ZeroDivisionError("Ada Example, Długa 7")

    monkeypatch.setattr(work, "as_row", broken)
    told = called(mine, "status")
    assert told.exit_code == 1
    said = told.err + capfd.readouterr().err
    assert "erp-bridge itself failed (reference " in said
    assert "ZeroDivisionError" in said
    assert "Traceback" not in said
    assert "Ada" not in said


def test_an_act_without_a_reason_is_refused(mine: Path) -> None:
    told = called(mine, "orders", "cancel", "10452", "--reason", " ")
    assert told.exit_code == 2
    assert "say why" in told.err
