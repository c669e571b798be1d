"""Folder events wake an endpoint's loop. They only say "look soon"; no work is done inside them.

On network mounts inotify is silent, so those folders are only polled: the loop looks at its interval anyway.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import TracebackType

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer

NETWORK_FILE_SYSTEMS = frozenset({"nfs", "nfs4", "cifs", "smb3", "smbfs", "fuse.sshfs", "9p", "afs"})


class _Waker(FileSystemEventHandler):
    def __init__(self, wake: threading.Event) -> None:
        self._wake = wake

    def on_any_event(self, event: FileSystemEvent) -> None:
        if event.event_type in {"created", "modified", "moved", "closed"}:
            self._wake.set()


class FolderWatch:
    """Watches the given (endpoint, folder) pairs while the context is open."""

    def __init__(self, pairs: Iterable[tuple[str, str]], wake: Mapping[str, threading.Event]) -> None:
        self._observer = Observer()
        for endpoint, folder in set(pairs):
            if Path(folder).is_dir() and not on_network(Path(folder)):
                self._observer.schedule(_Waker(wake[endpoint]), folder, recursive=False)

    def __enter__(self) -> FolderWatch:
        self._observer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._observer.stop()
        self._observer.join()


def on_network(folder: Path) -> bool:
    """Whether the folder lies on a network mount, by /proc/mounts (longest matching mount point wins)."""
    resolved = folder.resolve()
    best, kind = Path("/"), ""
    for line in Path("/proc/mounts").read_text(encoding="utf-8").splitlines():
        _, point, file_system, *_ = line.split(" ")
        mount = Path(point.encode().decode("unicode_escape"))
        if resolved.is_relative_to(mount) and len(mount.parts) >= len(best.parts):
            best, kind = mount, file_system
    return kind in NETWORK_FILE_SYSTEMS
