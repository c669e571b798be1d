"""One fresh bridge process that makes passes over a deployment and tells what they cost, as one JSON line.

Usage: python -m bench.child FOLDER PASSES_MAX
It stops before PASSES_MAX passes when one moved nothing. The clock starts when the deployment is opened, so that
neither side of a comparison pays for starting Python. CPU is the process's own: user and system, all threads.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import structlog

from bridge.config.deployment import load_deployment
from bridge.domain.effects import observe
from bridge.engine import run_one_pass
from bridge.engine.memory import calm_collector
from bridge.flow import story
from bridge.flow.site import Site


class Count:
    """Counts effects by kind."""

    def __init__(self) -> None:
        self.kinds: Counter[str] = Counter()

    def before(self, kind: str) -> None:
        self.kinds[kind] += 1

    def after(self, kind: str) -> None:
        """Nothing to count."""


def timed_story(wall_s: Counter[str], cpu_s: Counter[str]) -> None:
    """Let each step add its seconds."""

    def timed(step: story.Step) -> story.Step:
        def run(owner: Any, held: Any) -> int:
            wall, cpu = time.perf_counter(), time.process_time()
            try:
                return step(owner, held)
            finally:
                wall_s[step.__name__] += time.perf_counter() - wall  # type: ignore[assignment]  # seconds, no whole ones
                cpu_s[step.__name__] += time.process_time() - cpu  # type: ignore[assignment]

        run.__name__ = step.__name__
        return run

    story.STORY = tuple((whose, timed(step)) for whose, step in story.STORY)


def peak_rss_kib() -> int:
    """This program's own peak; the kernel's `ru_maxrss` also knows what its parent had before it started."""
    try:
        lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:"))


def main(folder: Path, passes_max: int) -> dict[str, Any]:
    """Make the passes; gives seconds, steps, commits and peak memory."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(30))
    step_wall_s: Counter[str] = Counter()
    step_cpu_s: Counter[str] = Counter()
    timed_story(step_wall_s, step_cpu_s)
    count = Count()
    moved: Counter[str] = Counter()
    commits = 0
    deployment = load_deployment(folder, os.environ)
    (endpoint,) = deployment.endpoints.values()
    with Site.opened(deployment, lambda: datetime.now(UTC)) as site:
        calm_collector()
        observe(count)
        wall, cpu = time.perf_counter(), time.process_time()
        for _ in range(passes_max):
            outcome = run_one_pass(site, endpoint, "bench")
            if outcome.error:
                raise SystemExit(f"a pass had trouble: {outcome.error}")
            if not outcome.did_something:
                break
            moved.update(outcome.moved)
            commits = count.kinds["ledger.commit"]
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    return {
        "wall_s": wall,
        "cpu_s": cpu,
        "step_wall_s": step_wall_s,
        "step_cpu_s": step_cpu_s,
        "moved": moved,
        "commits": commits,  # without those of the last pass, which found nothing to do
        "peak_rss_kib": peak_rss_kib(),
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(Path(sys.argv[1]), int(sys.argv[2]))) + "\n")
