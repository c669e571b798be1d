"""Files whose time lies ahead of our clock: since when we see each of them unchanged.

A copy that keeps a wrong time, or a file server whose clock runs ahead, would make a file wait for as long as its time
says. So such a file is whole when it has stood still before our own eyes, over as many looks as that takes.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

from bridge.stores.folder import effects

NAME = ".ahead.json"
Seen = tuple[int, int, float]  # bytes, time in ns, since when in seconds of our clock


class FilesAhead:
    """What earlier looks saw of such files, kept beside the files in work: each look may be another process."""

    def __init__(self, in_work: Path) -> None:
        self._path = in_work / NAME
        self._before: dict[str, Seen] = {}
        self._now: dict[str, Seen] = {}

    def load(self) -> None:
        """Begin a look."""
        self._before = _read(self._path.read_text(encoding="utf-8")) if self._path.exists() else {}
        self._now = {}

    def since(self, name: str, size: int, time_ns: int, now: datetime) -> datetime:
        """Since when the file is as it is now; a clock of ours that was set back begins anew."""
        before = self._before.get(name)
        is_same = before is not None and before[:2] == (size, time_ns) and before[2] <= now.timestamp()
        seen = before if before is not None and is_same else (size, time_ns, now.timestamp())
        self._now[name] = seen
        return datetime.fromtimestamp(seen[2], UTC)

    def keep(self) -> None:
        """Remember for the next look what this one saw."""
        if self._now == self._before:
            return
        if not self._now:
            effects.remove(self._path)
            return
        whole = self._path.with_suffix(".new")
        effects.write_durably(whole, json.dumps(self._now).encode())
        effects.rename(whole, self._path)


def _read(text: str) -> dict[str, Seen]:
    """What was kept; nothing where it cannot be read, so that the files stand still once more."""
    try:
        kept = json.loads(text).items()
        return {name: (int(size), int(time_ns), float(since)) for name, (size, time_ns, since) in kept}
    except (ValueError, TypeError, AttributeError):
        return {}
