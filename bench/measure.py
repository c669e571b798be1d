"""Fresh processes, timed from inside: the bridge's passes and the straight script."""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.deployment import CSV, answer, new_deployment

ROOT = Path(__file__).parent.parent
CHILD_TIMEOUT_S = 1800
PASSES_MAX = 20
FORM = {CSV: "csv"}
RENDERERS = ("format", "library", "jinja")


@dataclass(frozen=True, slots=True)
class WholeWay:
    """Both halves of the way, each in a fresh process: out (orders to files) and back (answers to the store)."""

    out: Mapping[str, Any]
    back: Mapping[str, Any]

    def seconds(self, clock: str) -> float:
        """Both halves; clock: `wall_s` or `cpu_s`."""
        return float(self.out[clock] + self.back[clock])

    def step(self, name: str, clock: str) -> float:
        """One step in both halves; clock: `step_wall_s` or `step_cpu_s`."""
        return float(self.out[clock].get(name, 0.0) + self.back[clock].get(name, 0.0))

    @property
    def commits(self) -> int:
        return int(self.out["commits"] + self.back["commits"])

    @property
    def peak_mib(self) -> float:
        """The larger of the two processes."""
        return float(max(self.out["peak_rss_kib"], self.back["peak_rss_kib"]) / 1024)


def bridge_passes(folder: Path, passes_max: int = PASSES_MAX) -> dict[str, Any]:
    """Passes of one fresh bridge process, until one moves nothing."""
    return _told([sys.executable, "-m", "bench.child", str(folder), str(passes_max)])


def whole_way(folder: Path, profile: str, orders: int) -> WholeWay:
    """A new deployment, out and back. Every order must have arrived; else the benchmark measures something else."""
    new_deployment(folder, profile, orders)
    out = bridge_passes(folder)
    answer(folder)
    back = bridge_passes(folder)
    if (out["moved"]["export"], back["moved"]["collect"], back["moved"]["write_back"]) != (orders, orders, orders):
        raise SystemExit(f"not all {orders} orders went the whole way: {out['moved']}, {back['moved']}")
    return WholeWay(out, back)


def straight(
    profile: str, renderer: str, source: Path, maps: Path, folder: Path, texts: bool = False
) -> dict[str, Any]:
    """One run of the straight script into an empty folder."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    form = FORM.get(profile, "ubl")
    arguments = [form, renderer, str(source), str(maps), str(folder)]
    return _told([sys.executable, "-m", "bench.straight", *arguments], {"STRAIGHT_TEXTS": "1"} if texts else {})


def same_bytes(profile: str, ours: Path, theirs: Path) -> bool:
    """Whether the straight script wrote what the bridge wrote; of csv, but for the moment in the first row."""
    names = sorted(path.name for path in theirs.iterdir() if path.suffix in (".csv", ".xml"))
    for name in names:
        one, other = (ours / name).read_bytes(), (theirs / name).read_bytes()
        if profile == CSV:
            one, other = one.partition(b"\r\n")[2], other.partition(b"\r\n")[2]
        if one != other:
            return False
    return bool(names)


def spread(values: Sequence[float], digits: int = 2) -> str:
    """`median (min to max)`."""
    middle, low, high = statistics.median(values), min(values), max(values)
    return f"{middle:.{digits}f} ({low:.{digits}f} to {high:.{digits}f})"


def _told(command: Sequence[str], more: Mapping[str, str] | None = None) -> dict[str, Any]:
    environment = {**os.environ, **(more or {})}
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=CHILD_TIMEOUT_S, check=False
    )
    if done.returncode:
        raise SystemExit(f"{' '.join(command[2:])} failed:\n{done.stderr}{done.stdout}")
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told
