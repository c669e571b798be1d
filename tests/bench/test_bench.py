"""The benchmarks are alive: a small run goes through all of them, and their yardstick writes the bridge's own bytes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.style.source import ROOT


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_small_run_measures_everything_and_writes_the_page(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    command = [sys.executable, "-m", "bench.run", "--quick", "--output", str(page)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=580)
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
        "## Stores: 300 WooCommerce orders mapped and checked, 1 rounds",
        "## Rendering by profile: 12 orders of four lines, 1 rounds",
        "## Answers read by style: 20 orders a file, 1 rounds",
        "## Against the translation core of Bots EDI",
        "## Peak memory of fresh processes by profile (MiB)",
    ]


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_one_part_measured_anew_leaves_the_others_of_the_page(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# Figures\n\n<!-- bots -->\nold\n<!-- end of bots -->\n\n## Other\n", encoding="utf-8")
    command = [sys.executable, "-m", "bench.run", "--quick", "--only", "bots", "--output", str(page)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=280)
    assert (done.returncode, done.stderr) == (0, "")
    text = page.read_text(encoding="utf-8")
    assert text.startswith("# Figures\n\n<!-- bots -->\n## Against the translation core of Bots EDI\n")
    assert text.endswith("<!-- end of bots -->\n\n## Other\n")
    assert "old" not in text
