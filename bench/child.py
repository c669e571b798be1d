"""One fresh bridge process that makes passes over a deployment and tells what they cost, as one JSON line.

Usage: python bench/child.py FOLDER PASSES
Times begin after the deployment is opened, so that neither side of a comparison pays for starting Python.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bridge.config.deployment import load_deployment
from bridge.domain.effects import observe
from bridge.engine import run_one_pass
from bridge.flow import story
from bridge.flow.site import Site


class Count:
    """Counts effects by kind."""

    def __init__(self) -> None:
        self.kinds: dict[str, int] = {}

    def before(self, kind: str) -> None:
        self.kinds[kind] = self.kinds.get(kind, 0) + 1

    def after(self, kind: str) -> None:
        """Nothing to count."""


def timed_story(spent: dict[str, float]) -> None:
    """Let each step add its wall time to `spent`."""

    def timed(step: story.Step) -> story.Step:
        def run(owner: Any, held: Any) -> int:
            began = time.perf_counter()
            try:
                return step(owner, held)
            finally:
                spent[step.__name__] = spent.get(step.__name__, 0.0) + time.perf_counter() - began

        run.__name__ = step.__name__
        return run

    story.STORY = tuple((whose, timed(step)) for whose, step in story.STORY)


def main(folder: Path, passes: int) -> None:
    spent: dict[str, float] = {}
    timed_story(spent)
    count = Count()
    deployment = load_deployment(folder, os.environ)
    (endpoint,) = deployment.endpoints.values()
    with Site.opened(deployment, lambda: datetime.now(UTC)) as site:
        observe(count)
        wall, cpu = time.perf_counter(), time.process_time()
        moved = [run_one_pass(site, endpoint, "bench") for _ in range(passes)]
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    for outcome in moved:
        if outcome.error:
            raise SystemExit(f"a pass had trouble: {outcome.error}")
    told = {
        "wall_s": wall,
        "cpu_s": cpu,
        "steps_s": spent,
        "moved": [outcome.moved for outcome in moved],
        "commits": count.kinds.get("ledger.commit", 0),
        "peak_rss_kib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss,
    }
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
