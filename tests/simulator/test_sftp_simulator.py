"""The SFTP simulator as OpenSSH's own client and an operator see it."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import paramiko
import pytest

from bridge.simulator.sftp.server import Account, SftpServer, host_key

START = """
from pathlib import Path
from bridge.simulator.sftp.server import run_sftp
run_sftp(Path({root!r}), port=0, user="acme", password="secret", say=lambda line: print(line, flush=True))
"""


def sftp_batch(folder: Path, server: SftpServer, commands: str) -> subprocess.CompletedProcess[str]:
    """Run commands with OpenSSH's sftp, which knows the protocol on its own."""
    (folder / "known_hosts").write_text(
        f"[127.0.0.1]:{server.port} ssh-ed25519 {host_key(folder / 'k').get_base64()}\n"
    )
    options = ["-o", f"UserKnownHostsFile={folder / 'known_hosts'}", "-o", "StrictHostKeyChecking=yes"]
    login = ["-o", f"IdentityFile={folder / 'login'}", "-o", "IdentitiesOnly=yes", "-F", "none"]
    command = ["sftp", "-q", "-b", "-", "-P", str(server.port), *options, *login, "acme@127.0.0.1"]
    return subprocess.run(command, input=commands, capture_output=True, text=True, timeout=60, check=False)


@pytest.fixture
def running(tmp_path: Path) -> Iterator[SftpServer]:
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", tmp_path / "login"], check=True)
    public = (tmp_path / "login.pub").read_text().split()[1]
    (tmp_path / "root").mkdir()
    with SftpServer(tmp_path / "root", {"acme": Account(public_keys=(public,))}, host_key(tmp_path / "k")) as server:
        yield server


def test_the_client_of_openssh_puts_renames_lists_and_gets(running: SftpServer, tmp_path: Path) -> None:
    (tmp_path / "order.xml").write_bytes(b"<order/>")
    commands = f"mkdir inbound\nput {tmp_path}/order.xml inbound/1.tmp\nrename -l inbound/1.tmp inbound/1.xml\n"
    done = sftp_batch(tmp_path, running, f"{commands}ls -1 inbound\nget inbound/1.xml {tmp_path}/back.xml\n")
    assert (done.returncode, "inbound/1.xml" in done.stdout) == (0, True), done.stderr
    assert (tmp_path / "back.xml").read_bytes() == b"<order/>"


def test_a_rename_onto_a_taken_name_is_refused(running: SftpServer, tmp_path: Path) -> None:
    (tmp_path / "root" / "1.tmp").write_bytes(b"ours")
    (tmp_path / "root" / "1.xml").write_bytes(b"theirs")
    done = sftp_batch(tmp_path, running, "rename -l 1.tmp 1.xml\n")
    assert done.returncode == 1
    assert (tmp_path / "root" / "1.xml").read_bytes() == b"theirs"


@pytest.mark.parametrize("path", ["../secret.txt", "/../secret.txt", "link/secret.txt", "secret-link.txt"])
def test_nothing_outside_the_root_can_be_read(running: SftpServer, tmp_path: Path, path: str) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    (tmp_path / "root" / "link").symlink_to(tmp_path)
    (tmp_path / "root" / "secret-link.txt").symlink_to(tmp_path / "secret.txt")
    done = sftp_batch(tmp_path, running, f"get {path} {tmp_path}/stolen\n")
    assert done.returncode == 1
    assert not (tmp_path / "stolen").exists()


def test_the_command_prints_the_key_to_pin_keeps_it_and_ends_on_sigterm(tmp_path: Path) -> None:
    keys = []
    for _ in range(2):
        command = [sys.executable, "-c", START.format(root=str(tmp_path / "root"))]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            first, second = process.stdout.readline(), process.stdout.readline()
            found = re.search(r"at 127\.0\.0\.1:(\d+), user acme", first)
            assert found is not None, first
            keys.append(second.strip().removeprefix("host key "))
            with paramiko.Transport(("127.0.0.1", int(found.group(1)))) as transport:
                transport.connect(username="acme", password="secret")
                assert transport.get_remote_server_key().fingerprint == keys[-1]
            process.terminate()
            assert process.wait(60) == 0
    assert keys[0] == keys[1]
    assert (tmp_path / "root.host_key").stat().st_mode & 0o077 == 0
    assert (tmp_path / "root" / "inbound").is_dir()
