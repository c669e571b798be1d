"""Stores measured: orders mapped and checked against straight code, and a poll over a long past."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.deployment import CSV
from bench.long_history import lengthen
from bench.make_orders import order
from bench.measure import ROOT, bridge_passes, spread, whole_way
from bench.page import Pair

WAYS = ("ours", "ours-without-parties", "straight", "bare")
TARGET_MAPPED, TARGET_MEMORY, TARGET_POLL = 0.5, 1.15, 1.3
KNOWN, CHANGED = 500, 100


@dataclass(frozen=True, slots=True)
class Stores:
    """Rounds of CPU seconds by way, peaks of our way by number of orders, and polls over a short and a long past."""

    orders: int
    seconds: dict[str, list[float]]
    peaks: dict[int, float]
    polls: list[Pair]
    finished: tuple[int, int]


def measured(
    orders: int, rounds: int, for_memory: Sequence[int], history: tuple[int, int], pairs: int, folder: Path
) -> Stores:
    """All of it. The ways run in turns, each in a fresh process."""
    seconds: dict[str, list[float]] = {way: [] for way in WAYS}
    for _ in range(rounds):
        for way in WAYS:
            seconds[way].append(_child(way, orders)["cpu_s"])
    peaks = {count: _child("ours", count)["peak_kib"] / 1024 for count in for_memory}
    return Stores(orders, seconds, peaks, list(polls(history, pairs, folder)), history)


def polls(history: tuple[int, int], pairs: int, folder: Path) -> list[Pair]:
    """The same poll over a short and a long past, in turns: of 500 known orders 100 have changed."""
    sites = [folder / "short", folder / "long"]
    for site, finished in zip(sites, history, strict=True):
        whole_way(site, CSV, KNOWN)
        lengthen(site / "state" / "ledger.sqlite", finished)
    found = []
    for number in range(pairs):
        for site in sites:
            drop_changed(site, number)
        order_of_sites = sites if number % 2 else sites[::-1]
        told = {site: bridge_passes(site, 1) for site in order_of_sites}
        found.append(Pair(told[sites[0]], told[sites[1]]))
    return found


def drop_changed(site: Path, turn: int) -> None:
    """The first 500 orders once more, 100 of them with another note."""
    hidden = site / "drop" / ".changed"
    with hidden.open("w", encoding="utf-8") as out:
        for number in range(1, KNOWN + 1):
            told = order(number)
            if number <= CHANGED:
                told["customer_note"] = f"Note {turn}"
            out.write(json.dumps(told, ensure_ascii=False) + "\n")
    hidden.rename(site / "drop" / f"changed-{turn}.jsonl")


def section(found: Stores) -> str:
    """The page's part."""
    ratios = _ratios(found, "straight", "ours")
    bare = _ratios(found, "bare", "ours-without-parties")
    rows = [
        f"| {way} | {found.orders / statistics.median(seconds):,.0f} | "
        f"{statistics.median(seconds) / found.orders * 1e6:.0f} |"
        for way, seconds in found.seconds.items()
    ]
    counts = sorted(found.peaks)
    growth = found.peaks[counts[-1]] / found.peaks[counts[0]]
    times = [pair.long["cpu_s"] / pair.short["cpu_s"] for pair in found.polls]
    short, long = (f"{count:,}" for count in found.finished)
    return f"""## Stores: {found.orders:,} WooCommerce orders mapped and checked, {len(ratios)} rounds

On one core, CPU time, in turns, each in a fresh process. Straight code (`straight_woocommerce.py`) does the same map into
the same contract with the same libraries for JSON, phones, mail addresses and tax ids, for one shop and one ERP; it says
"wrong" and not why. Each order has a phone and a mail address of its own, and the ERP requires both; ours asks the
libraries only about those that are not written in the ordinary way, which a test holds to the libraries' verdict. Bare
code parses with orjson into pydantic models of the shop's own fields, maps nothing and checks nothing: the least that
anything in Python could cost.

| way | orders/s | µs an order |
|---|---|---|
{chr(10).join(rows)}

| figure | target | measured | met |
|---|---|---|---|
| ours against straight code | at least {TARGET_MAPPED} | {spread(ratios)} | {_met(statistics.median(ratios) >= TARGET_MAPPED)} |
| ours without party checks against bare code | none | {spread(bare)} | |
| peak memory, {counts[-1]:,} orders against {counts[0]:,} | at most {TARGET_MEMORY} | {growth:.2f} ({found.peaks[counts[-1]]:.0f} MiB) | {_met(growth <= TARGET_MEMORY)} |
| a poll of {KNOWN} known orders, {CHANGED} of them changed, over {long} finished ones against {short} | at most {TARGET_POLL} | {spread(times)} | {_met(statistics.median(times) <= TARGET_POLL)} |
"""  # noqa: E501 rows of a table


def _ratios(found: Stores, other: str, ours: str) -> list[float]:
    """How fast ours is as a part of the other, round by round."""
    return [one / mine for one, mine in zip(found.seconds[other], found.seconds[ours], strict=True)]


def _met(is_met: bool) -> str:
    return "yes" if is_met else "no"


def _child(way: str, orders: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "bench.mapping_child", way, str(orders)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command[2:])} failed:\n{done.stderr}{done.stdout}")
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told
