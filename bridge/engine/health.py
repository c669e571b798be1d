"""The health file of `bridge run`: one small JSON file, replaced whole, that a monitor can read without us."""

from __future__ import annotations

import json
import os
import threading
from pathlib import Path

import structlog

from bridge.domain.clock import Clock
from bridge.engine.passes import PassOutcome

log = structlog.get_logger(__name__)


class Health:
    """Keeps `state/health.json`: process, state, and for each endpoint the last pass and its last trouble."""

    def __init__(self, path: Path, clock: Clock) -> None:
        self._path = path
        self._clock = clock
        self._lock = threading.Lock()
        self._endpoints: dict[str, dict[str, str | None]] = {}

    def passed(self, outcome: PassOutcome) -> None:
        """Record one pass."""
        with self._lock:
            self._endpoints[outcome.endpoint] = {
                "last_pass_at": self._clock().isoformat(timespec="seconds"),
                "trouble": outcome.error.problem.code if outcome.error else None,
            }
            self._write("running")

    def stopped(self) -> None:
        """Record a graceful end."""
        with self._lock:
            self._write("stopped")

    def _write(self, state: str) -> None:
        content = {"state": state, "pid": os.getpid(), "at": self._clock().isoformat(timespec="seconds")}
        text = json.dumps({**content, "endpoints": self._endpoints}, indent=2)
        temporary = self._path.with_suffix(".tmp")
        try:
            temporary.write_text(text + "\n", encoding="utf-8")
            temporary.replace(self._path)
        except OSError as error:  # the work goes on; a monitor sees that the file grows old
            log.warning("health.unwritten", code=str(error.errno))
