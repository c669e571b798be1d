"""A PostgreSQL server of our own for the tests, from Debian's package, in a temporary folder."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

CURE = "PostgreSQL is missing; the ledger's tests run on it: apt-get install -y postgresql"


@contextmanager
def server() -> Iterator[str]:
    """Run a server on a socket of its own; gives the URL of its first database."""
    programs = programs_folder()
    folder = Path(mkdtemp(prefix="pg-", dir="/tmp"))
    if os.geteuid() == 0:  # the server refuses to run as root
        account = pwd.getpwnam("postgres")
        os.chown(folder, account.pw_uid, account.pw_gid)
    files = folder / "data"
    try:
        run(programs / "initdb", "-D", files, "-U", "bridge", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N")
        settings = ["listen_addresses=''", f"unix_socket_directories='{folder}'", "max_connections=60", "fsync=off"]
        options = " ".join(f"-c {setting}" for setting in settings)
        run(programs / "pg_ctl", "-D", files, "-w", "-o", options, "-l", folder / "log", "start")
        try:
            yield f"postgresql://bridge@/postgres?host={folder}"
        finally:
            run(programs / "pg_ctl", "-D", files, "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def programs_folder() -> Path:
    """Where Debian puts the newest server's programs. Fails with the command that installs them."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    assert found, CURE
    return found[-1].parent


def run(*command: object) -> None:
    """Run one of the server's programs, as its own user when we are root."""
    words = [str(word) for word in command]
    if os.geteuid() == 0:
        words = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", *words]
    done = subprocess.run(words, cwd="/tmp", capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr + done.stdout
