"""The benchmarks are alive: a small run goes through all of them, and their yardstick writes the bridge's own bytes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.style.source import ROOT


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_small_run_measures_everything_and_writes_the_page(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    command = [sys.executable, "-m", "bench.run", "--quick", "--output", str(page)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=280)
    assert (done.returncode, done.stderr) == (0, "")
    titles = [line for line in page.read_text(encoding="utf-8").splitlines() if line.startswith("## ")]
    assert titles == [
        "## Against the targets",
        "## csv-orders: 20 orders, 1 rounds",
        "## ubl-order-2.1: 20 orders, 1 rounds",
        "## Peak memory of a fresh process (MiB, csv-orders)",
        "## Ledger commits in the whole life of a batch of 20 orders",
        "## A pass with 10 new orders over a long past (1 pairs, in turns)",
        "## Why the two ratios miss their targets",
    ]
