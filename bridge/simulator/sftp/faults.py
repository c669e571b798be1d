"""What an SFTP server can do wrong, on demand: for tests of what happens then."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass, field

SEEN_MAX = 100_000


@dataclass(frozen=True, slots=True)
class Cut:
    """Drop the line at the ordinal-th request of a kind (`open`, `write`, `rename`, ...; `any`).

    executed: the server has acted, only its answer is lost; else the request is lost too.
    """

    kind: str
    ordinal: int = 1
    executed: bool = True


@dataclass(slots=True)
class Faults:
    """Switches of a running server; change them at any time. All off: a server that behaves."""

    refuse_look: bool = False  # LSTAT, STAT, FSTAT and listings: permission denied
    refuse_fstat: bool = False
    hide_files: bool = False  # LSTAT and STAT of a file that is there: no such file
    rename_overwrites: bool = False
    truncate_writes_to: int | None = None  # bytes beyond are dropped and called written
    disk_full_at: str | None = None  # `write` or `close`
    short_reads_to: int | None = None  # answers of READ hold at most so many bytes
    refuse_remove: bool = False
    delay_s: float = 0.0  # before each answer
    silent_from: str | None = None  # from the first request of this kind on nothing is answered
    cut: Cut | None = None
    hold_renames: bool = False  # renames wait, unanswered, until `release`
    takes_at_once: bool = False  # the ERP takes a visible file before the rename is even answered
    taken: list[tuple[str, bytes]] = field(default_factory=list)  # what it took, in order
    seen: deque[str] = field(default_factory=lambda: deque(maxlen=SEEN_MAX))  # kinds of the last requests, in order
    _held: list[threading.Event] = field(default_factory=list)

    @property
    def is_holding(self) -> bool:
        """Whether a rename waits, or was let go and has not happened yet."""
        return bool(self._held)

    def release(self) -> None:
        """Let the held renames fire."""
        for event in self._held:
            event.set()

    def hold(self) -> threading.Event:
        """An event that `release` sets; the one who waited then calls `done_with`."""
        event = threading.Event()
        self._held.append(event)
        return event

    def done_with(self, event: threading.Event) -> None:
        """The held rename has fired."""
        self._held.remove(event)
