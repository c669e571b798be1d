"""The right of one process to work on one endpoint: an operating-system lock that dies with its process."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from bridge.domain.errors import EXIT_BUSY, Unavailable
from bridge.domain.problems import ProblemKind


class EndpointBusy(Unavailable):
    """Another process works on the endpoint; nothing was done, and nothing needs to be."""

    exit_code = EXIT_BUSY
    kind = ProblemKind(
        code="endpoint-busy",
        title="{endpoint} is being worked on by another process",
        message="{endpoint} is being worked on by another erp-bridge process (pid {pid}). This one left it alone.",
        action="Nothing to do. If no other erp-bridge should run, stop process {pid}.",
        cause="busy:{endpoint}",
        meaning="Two runs met on one endpoint; the second gives way and exits with code 3.",
        temporary=True,
    )


class StateFolderUnusable(Unavailable):
    """The folder that holds the locks cannot be used, so nothing is worked on: two processes could meet."""

    kind = ProblemKind(
        code="state-folder-unusable",
        title="The state folder cannot be used",
        message="{endpoint} was not worked on: its lock in the state folder cannot be taken ({why}).",
        action="Put right the state folder's owner, rights, mount or space. It is tried again by itself.",
        cause="state-folder",
        meaning="The lock that keeps two processes from one endpoint cannot be written.",
        temporary=True,
    )


@contextmanager
def lease(state_folder: Path, endpoint: str) -> Iterator[None]:
    """Hold the endpoint's lock. Never waits: raises EndpointBusy at once. The kernel frees it when the process dies."""
    path = state_folder / f"endpoint-{endpoint}.lock"
    try:
        state_folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise StateFolderUnusable(endpoint=endpoint, why=error.strerror or "unknown reason") from error
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(handle, 32, 0).decode("ascii", "replace").strip() or "unknown"
            raise EndpointBusy(endpoint=endpoint, pid=holder) from None
        write_holder(handle)
        yield
    finally:
        os.close(handle)


def write_holder(handle: int) -> None:
    """Put our process id into the lock for the one who meets it; the lock holds without it, on a full disk too."""
    with suppress(OSError):
        os.ftruncate(handle, 0)
        os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
