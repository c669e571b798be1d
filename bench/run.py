"""All figures of this project in one run: `make bench` writes bench/RESULTS.md; `--quick` only shows that it works.

Usage: python -m bench.run [--quick] [--output FILE]
Ratios compare what ran in turns on the same machine within this run; absolute times say little on a shared machine.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from bench.deployment import CSV, UBL, drop_more, new_deployment
from bench.long_history import lengthen
from bench.measure import RENDERERS, ROOT, WholeWay, bridge_passes, same_bytes, straight, whole_way
from bench.page import Comparison, Figures, Memory, Pair, written


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much is measured."""

    orders: dict[str, int]
    rounds: int
    memory: tuple[int, ...]
    batch: int
    history: tuple[int, int]
    pairs: int
    new_orders: int


FULL = Sizes({CSV: 10_000, UBL: 2_000}, 5, (1_000, 10_000, 100_000), 500, (10_000, 1_000_000), 9, 100)
QUICK = Sizes({CSV: 20, UBL: 20}, 1, (20,), 20, (600, 1_200), 1, 10)


def compared(profile: str, sizes: Sizes, folder: Path) -> Comparison:
    """Rounds of bridge and straight script in turns; the fastest of the three renderers is the yardstick."""
    orders = sizes.orders[profile]
    source, maps = folder / "orders.jsonl", folder / "site" / "maps"
    new_deployment(folder / "site", profile, orders)
    shutil.copy(folder / "site/drop/orders.jsonl", source)
    tried = {name: straight(profile, name, source, maps, folder / "straight") for name in RENDERERS}
    fastest = min(tried, key=lambda name: float(tried[name]["cpu_s"]))
    ways: list[WholeWay] = []
    yardsticks, texts = [], []
    for _ in range(sizes.rounds):
        ways.append(whole_way(folder / "site", profile, orders))
        yardsticks.append(straight(profile, fastest, source, maps, folder / "straight"))
        if not same_bytes(profile, folder / "site/erp/in", folder / "straight"):
            raise SystemExit(f"{profile}: the straight script writes other bytes than the bridge; it is no yardstick")
        texts.append(straight(profile, fastest, source, maps, folder / "straight", texts=True))
    return Comparison(profile, orders, fastest, tried, ways, yardsticks, texts)


def memory(sizes: Sizes, folder: Path) -> list[Memory]:
    """The peak of fresh processes, by number of orders."""
    return [Memory(orders, whole_way(folder / "site", CSV, orders)) for orders in sizes.memory]


def commits(one: Comparison, sizes: Sizes, folder: Path) -> int:
    """Of the whole life of one batch; taken from the comparison where that was one batch already."""
    way = one.ways[0] if one.orders == sizes.batch else whole_way(folder, one.profile, sizes.batch)
    return way.commits


def history(sizes: Sizes, folder: Path) -> list[Pair]:
    """The same pass over a short and a long past, in turns."""
    sites = [folder / "short", folder / "long"]
    for site, finished in zip(sites, sizes.history, strict=True):
        whole_way(site, CSV, 1)
        lengthen(site / "state" / "ledger.sqlite", finished)
    pairs: list[Pair] = []
    for number in range(sizes.pairs):
        first = 10_000 + number * sizes.new_orders
        for site in sites:
            drop_more(site, first, sizes.new_orders)
        order = sites if number % 2 else sites[::-1]
        told = {site: bridge_passes(site, 1) for site in order}
        pairs.append(Pair(told[sites[0]], told[sites[1]]))
    return pairs


def measured(sizes: Sizes, folder: Path) -> Figures:
    """Everything, one after the other."""
    comparisons = [compared(profile, sizes, folder / profile) for profile in (CSV, UBL)]
    return Figures(
        comparisons=comparisons,
        memory=memory(sizes, folder / "memory"),
        commits={one.profile: commits(one, sizes, folder / "batch") for one in comparisons},
        batch=sizes.batch,
        history=history(sizes, folder / "history"),
        finished=sizes.history,
        new_orders=sizes.new_orders,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="small numbers: shows that the benchmarks work")
    parser.add_argument("--output", type=Path, help="the page to write (bench/RESULTS.md; with --quick: none)")
    options = parser.parse_args()
    (ROOT / "build").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="bench-", dir=ROOT / "build") as folder:
        figures = measured(QUICK if options.quick else FULL, Path(folder))
    page = written(figures)
    output = options.output or (None if options.quick else ROOT / "bench" / "RESULTS.md")
    if output is not None:
        output.write_text(page, encoding="utf-8")
    print(page)


if __name__ == "__main__":
    main()
