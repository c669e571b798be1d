"""A real OpenSSH server for tests: own configuration, own host key, the running user's login with a key of the test.

As root the login is locked into the folder (chroot) as an ERP's SFTP account usually is; else `internal-sftp -d` starts
in it. Without sshd the test fails with the command that installs it.
"""

from __future__ import annotations

import getpass
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bridge.config.values import TransportSettings

STARTED_WITHIN_S = 60.0

_CONFIG = """\
Port {port}
ListenAddress 127.0.0.1
HostKey {state}/host_key
PidFile none
AuthorizedKeysFile {state}/authorized_keys
StrictModes no
UsePAM no
UseDNS no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
LogLevel VERBOSE
Subsystem sftp internal-sftp
{lock}
"""


@dataclass(frozen=True, slots=True)
class OpenSsh:
    """A running server. root: what the login sees as its folder. state: keys, configuration and log."""

    root: Path
    state: Path
    port: int
    fingerprint: str
    process: subprocess.Popen[bytes]

    def settings(self, timeout_s: float = 10.0, **changed: object) -> TransportSettings:
        """As `bridge.toml` would say it."""
        options: dict[str, object] = {
            "host": "127.0.0.1",
            "port": self.port,
            "user": getpass.getuser(),
            "private_key": str(self.state / "login_key"),
            "host_keys": [self.fingerprint],
            "timeout_s": timeout_s,
            **changed,
        }
        return TransportSettings("sftp", options, "bridge.toml:7", "inbound", "outbound", None, None)

    def session_processes(self) -> list[int]:
        """The processes that serve logins now."""
        parents = {}
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = stat.read_text().rpartition(")")[2].split()
            except (FileNotFoundError, ProcessLookupError):
                continue  # ended meanwhile
            parents[int(stat.parent.name)] = int(fields[1])
        found = [self.process.pid]
        for known in found:
            found += [child for child, parent in parents.items() if parent == known]
        return found[1:]

    def log(self) -> str:
        """What the server wrote."""
        return (self.state / "sshd.log").read_text()


@contextmanager
def openssh(*folders: str) -> Iterator[OpenSsh]:
    """Start one on a free port of the loopback with these folders; stop it and remove all of it afterwards."""
    binary = shutil.which("sshd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    assert binary is not None, "sshd is not installed; run: apt-get install openssh-server"
    is_root = os.geteuid() == 0
    if is_root:
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)  # where sshd separates its privileges
    # chroot demands that every folder above belongs to root alone, so /tmp will not do
    base = Path(tempfile.mkdtemp(prefix="erp-bridge-sshd-", dir="/run" if is_root else None))
    try:
        base.chmod(0o755)
        root, state = base / "root", base / "state"
        for folder in (root, state, *(root / folder for folder in folders)):
            folder.mkdir()
        for name in ("host_key", "login_key"):
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", state / name], check=True)
        (state / "authorized_keys").write_bytes((state / "login_key.pub").read_bytes())
        lock = (
            f"ChrootDirectory {root}\nForceCommand internal-sftp"
            if is_root
            else f"ForceCommand internal-sftp -d {root}"
        )
        with kept_port() as port:
            (state / "sshd_config").write_text(_CONFIG.format(port=port, state=state, lock=lock))
            command = [binary, "-D", "-f", str(state / "sshd_config"), "-E", str(state / "sshd.log")]
            process = subprocess.Popen(command)
            try:
                running = OpenSsh(root, state, port, _fingerprint(state / "host_key.pub"), process)
                _wait_until_it_listens(running)
                yield running
            finally:
                process.terminate()
                process.wait(60)
    finally:
        shutil.rmtree(base)


@contextmanager
def kept_port() -> Iterator[int]:
    """A port of the loopback at which a server that is told its number may listen, and which nobody else is given."""
    with socket.socket() as kept:
        kept.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        kept.bind(("127.0.0.1", 0))
        yield kept.getsockname()[1]


def _fingerprint(public_key: Path) -> str:
    shown = subprocess.run(["ssh-keygen", "-lf", public_key], check=True, capture_output=True, text=True)
    return shown.stdout.split()[1]


def _wait_until_it_listens(server: OpenSsh) -> None:
    """Until it does, and the process that met us at the door is gone: `session_processes` are those of logins alone."""
    deadline = time.monotonic() + STARTED_WITHIN_S
    has_answered = False
    while not has_answered or server.session_processes():
        log = server.log() if (server.state / "sshd.log").exists() else "(no log)"
        assert server.process.poll() is None and time.monotonic() < deadline, f"sshd did not start: {log}"
        has_answered = has_answered or _opens_its_door(server.port)
        time.sleep(0.02)


def _opens_its_door(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except ConnectionRefusedError:
        return False
    return True
