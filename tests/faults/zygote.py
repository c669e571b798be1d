"""A process that forks a fresh `bridge once` for each request, so that a real process can be killed in milliseconds.

Reads one JSON request a line on standard input and answers with one JSON line. A request names the deployment folder
and, if the child must die, the moment: {"config": DIR, "kill": [ordinal, "before" | "after"] or null, "record": FILE}.
The child is killed by SIGKILL, as by `kill -9`: nothing of it gets to clean up. Effects are numbered in the order in
which they announce themselves at the seams (`bridge.domain.effects`).
"""

from __future__ import annotations

import json
import os
import signal
import sys
import traceback
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TextIO

from bridge.config.deployment import load_deployment
from bridge.domain.effects import observe
from bridge.engine import run_endpoints
from bridge.engine.logs import set_up_logs
from bridge.flow.site import Site


class Watch:
    """Numbers the effects of this process; writes them down, or ends the process at one of them."""

    def __init__(self, kill: tuple[int, str] | None, record: TextIO | None) -> None:
        self._kill = kill
        self._record = record
        self._ordinal = 0

    def before(self, kind: str) -> None:
        self._ordinal += 1
        self._die_at("before")
        if self._record:
            self._record.write(f"{self._ordinal} {kind}\n")
            self._record.flush()

    def after(self, kind: str) -> None:
        self._die_at("after")

    def _die_at(self, side: str) -> None:
        if self._kill == (self._ordinal, side):
            os.kill(os.getpid(), signal.SIGKILL)


def one_pass(request: dict[str, Any]) -> int:
    """`bridge once` with a watch on its effects. Gives how much was moved, or 255 for trouble."""
    kill = (int(request["kill"][0]), str(request["kill"][1])) if request["kill"] else None
    record = Path(request["record"]).open("a", encoding="utf-8") if request["record"] else None  # noqa: SIM115  # ends with the process
    deployment = load_deployment(Path(request["config"]), os.environ)
    observe(Watch(kill, record))
    with Site.opened(deployment, lambda: datetime.now(UTC)) as site:
        outcomes = run_endpoints(site, list(deployment.endpoints.values()), "battery")
    if any(outcome.error for outcome in outcomes):
        sys.stderr.write("".join(f"{outcome.error}\n" for outcome in outcomes))
        return 255
    return min(254, sum(sum(outcome.moved.values()) for outcome in outcomes))


def main() -> None:
    """Serve requests until standard input ends. Logs go to the error output, so that answers stand alone."""
    set_up_logs(strict=True)
    for line in sys.stdin:
        request = json.loads(line)
        child = os.fork()
        if child == 0:
            code = 253
            try:
                code = one_pass(request)
            except BaseException:
                traceback.print_exc()
            finally:
                sys.stderr.flush()
                os._exit(code)
        _, status = os.waitpid(child, 0)
        killed = os.WIFSIGNALED(status)
        answer = {"killed": killed, "code": None if killed else os.WEXITSTATUS(status)}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
