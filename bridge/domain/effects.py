"""Every effect that must survive `kill -9` announces itself here, so that a test can count and kill at each of them.

Used by the seams alone: ledger commits, the archive's fsync, link and rename, transport requests, HTTP requests. In a
normal run nobody listens and an effect costs one comparison.

    with effect("archive.fsync_file"):
        os.fsync(descriptor)

Kinds are `room.verb`: `ledger.commit`, `archive.link`, `sftp.rename`, `http.request`. They are stable words of the
crash battery and carry no names, numbers or values.
"""

from __future__ import annotations

from types import TracebackType
from typing import Protocol


class Observer(Protocol):
    """Who listens. Both may end the process; `before` may also raise, and the effect then does not happen."""

    def before(self, kind: str) -> None:
        """The effect comes next."""

    def after(self, kind: str) -> None:
        """The effect was done and did not raise."""


_observer: Observer | None = None


def observe(observer: Observer | None) -> Observer | None:
    """Let this process's effects be watched (None: by nobody); gives the observer before. For tests only."""
    global _observer
    earlier, _observer = _observer, observer
    return earlier


class Effect:
    """One effect of a kind, around the block that does it. Safe to use from several threads."""

    __slots__ = ("_kind",)

    def __init__(self, kind: str) -> None:
        self._kind = kind

    def __enter__(self) -> None:
        if _observer is not None:
            _observer.before(self._kind)

    def __exit__(
        self, kind_of_error: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if _observer is not None and kind_of_error is None:
            _observer.after(self._kind)


def effect(kind: str) -> Effect:
    """Announce the effect that the `with` block does."""
    return Effect(kind)
