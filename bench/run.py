"""All figures of this project in one run: `make bench` writes bench/RESULTS.md; `--quick` only shows that it works.

Usage: python -m bench.run [--quick] [--only PART ...] [--bots FOLDER] [--output FILE]
Parts: whole (the whole way), stores, rendering, answers, bots, memory. --only measures some of them and leaves the
others of the page as they are. --bots installs Bots' translation core (GPL) into a throw-away environment in FOLDER.
Ratios compare what ran in turns on the same machine within this run; absolute times say little on a shared machine.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bench import answers, bots, profiles_page, rendering, stores
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
    rendered: int
    answered: int
    translated: int
    mapped: int
    mapped_rounds: int
    rendered_for_memory: tuple[int, ...]
    answer_bytes: int
    apart: int = 99  # of so many forms and styles at most the memory is measured, each in fresh processes


FULL = Sizes(
    orders={CSV: 10_000, UBL: 2_000}, rounds=5, memory=(1_000, 10_000, 100_000), batch=500, history=(10_000, 1_000_000),
    pairs=9, new_orders=100, rendered=1_000, answered=5_000, translated=1_000, mapped=100_000, mapped_rounds=3,
    rendered_for_memory=(1_000, 10_000, 100_000), answer_bytes=answers.LARGE_BYTES,
)  # fmt: skip
QUICK = Sizes(
    orders={CSV: 20, UBL: 20}, rounds=1, memory=(20,), batch=20, history=(600, 1_200), pairs=1, new_orders=10,
    rendered=12, answered=20, translated=5, mapped=300, mapped_rounds=1, rendered_for_memory=(4, 8),
    answer_bytes=3_000_000, apart=1,
)  # fmt: skip
PARTS = ("whole", "stores", "rendering", "answers", "bots", "memory")


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


def section(part: str, sizes: Sizes, folder: Path, python_of_bots: Path | None) -> str:
    """One part measured, as the page has it."""
    if part == "whole":
        return written(measured(sizes, folder))
    if part == "stores":
        of_stores = stores.measured(sizes.mapped, sizes.mapped_rounds, sizes.memory, sizes.history, sizes.pairs, folder)
        return stores.section(of_stores)
    if part == "rendering":
        return profiles_page.rendering_section(rendering.rendering(sizes.rendered, sizes.rounds))
    if part == "answers":
        return profiles_page.answers_section(answers.reading(sizes.answered, sizes.rounds))
    if part == "bots":
        found = bots.against_bots(python_of_bots, sizes.translated, sizes.rounds, folder) if python_of_bots else []
        return profiles_page.bots_section(found)
    peaks = rendering.peaks(sizes.rendered_for_memory, rendering.FORMS[: sizes.apart])
    read = answers.peaks(sizes.answer_bytes, list(answers.FORMS)[: sizes.apart])
    return profiles_page.memory_section(peaks, list(read))


def with_section(page: str, part: str, text: str) -> str:
    """The page with one part in its place; marks that a reader does not see tell where it begins and ends."""
    begin, end = f"<!-- {part} -->\n", f"<!-- end of {part} -->\n"
    begun = f"{begin}{text.rstrip()}\n{end}"
    if begin in page:
        return re.sub(f"{re.escape(begin)}.*?{re.escape(end)}", lambda _: begun, page, flags=re.DOTALL)
    return f"{page}\n{begun}" if page else begun


def dated(text: str) -> str:
    """A section with when it was measured, and beside how much other work."""
    load = f"load average {os.getloadavg()[0]:.1f}"
    return f"{text.rstrip()}\n\nMeasured {datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {os.cpu_count()} cores, {load}.\n"


def page_of(parts: Sequence[str], sizes: Sizes, page: str, python_of_bots: Path | None) -> str:
    """The page with these parts measured anew."""
    (ROOT / "build").mkdir(exist_ok=True)
    for part in parts:
        with tempfile.TemporaryDirectory(prefix="bench-", dir=ROOT / "build") as folder:
            text = section(part, sizes, Path(folder), python_of_bots)
        page = with_section(page, part, text if part == "whole" else dated(text))
    return page


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="small numbers: shows that the benchmarks work")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS, metavar="PART", help=", ".join(PARTS))
    parser.add_argument("--bots", type=Path, metavar="FOLDER", help="measure against Bots' core, installed there")
    parser.add_argument("--output", type=Path, help="the page to write (bench/RESULTS.md; with --quick: none)")
    options = parser.parse_args()
    output = options.output or (None if options.quick else ROOT / "bench" / "RESULTS.md")
    page = output.read_text(encoding="utf-8") if output is not None and output.exists() else ""
    page = page_of(
        options.only, QUICK if options.quick else FULL, page, bots.installed(options.bots) if options.bots else None
    )
    if output is not None:
        output.write_text(page, encoding="utf-8")
    print(page)


if __name__ == "__main__":
    main()
