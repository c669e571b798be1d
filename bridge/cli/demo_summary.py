"""What the demo tells at its end. Counts of the ERP and the store come from the simulators' own databases."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from bridge.cli import show
from bridge.cli.demo_world import World
from bridge.domain.clock import business_day
from bridge.flow.site import Site
from bridge.reports import daily_report, write_report
from bridge.simulator.erp.simulator import ErpSimulator
from bridge.simulator.woocommerce.sample_orders import CHANGED_AFTER_EXPORT
from bridge.simulator.woocommerce.simulator import WooCommerceSimulator

SUMMARY_KEYS = (
    "orders", "created", "skipped", "failed", "waiting", "written_back", "erp_documents", "erp_duplicates",
    "control_total_store", "control_total_erp",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Books:
    """What the simulators' own databases hold."""

    documents: int
    duplicates: int
    total_erp: Mapping[str, Decimal]
    numbers_in_store: Mapping[str, str]
    total_store: Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class Summary:
    """`demo/summary.json`."""

    orders: int
    created: int
    skipped: int
    failed: int
    waiting: int
    books: Books

    def keys(self) -> dict[str, object]:
        """The stable keys. The last four and `written_back` are read from the simulators, never from our ledger."""
        return {
            "orders": self.orders,
            "created": self.created,
            "skipped": self.skipped,
            "failed": self.failed,
            "waiting": self.waiting,
            "written_back": len(self.books.numbers_in_store),
            "erp_documents": self.books.documents,
            "erp_duplicates": self.books.duplicates,
            "control_total_store": {key: format(value, "f") for key, value in sorted(self.books.total_store.items())},
            "control_total_erp": {key: format(value, "f") for key, value in sorted(self.books.total_erp.items())},
        }

    def wrong(self) -> list[str]:
        """What must hold and does not."""
        keys = self.keys()
        checks = {
            "created = ERP documents": self.created == self.books.documents,
            "created = numbers in the store": self.created == len(self.books.numbers_in_store),
            "no duplicates in the ERP": self.books.duplicates == 0,
            "orders = created + skipped + failed + waiting": self.orders
            == self.created + self.skipped + self.failed + self.waiting,
            "control totals agree": keys["control_total_store"] == keys["control_total_erp"],
            "nothing waits": self.waiting == 0,
        }
        return [what for what, holds in checks.items() if not holds]


def books_of(world: World) -> Books:
    """Read the two simulators' databases."""
    store = WooCommerceSimulator(world.store_database)
    erp = ErpSimulator(world.sftp_root / "in", world.sftp_root / "out", world.erp_database, "ubl")
    try:
        return Books(
            documents=len(erp.documents()),
            duplicates=len(erp.duplicates()),
            total_erp=erp.control_totals(),
            numbers_in_store=store.erp_numbers(),
            total_store=store.control_totals(),
        )
    finally:
        erp.close()
        store.close()


def summary_of(world: World, site: Site) -> Summary:
    """The day's report beside the simulators' books."""
    report = daily_report(site, business_day(site.clock(), site.deployment.timezone))
    return Summary(report.orders, report.created, report.skipped, report.failed, report.waiting, books_of(world))


def write_summary(world: World, summary: Summary) -> None:
    """Write `summary.json` into the demo folder."""
    text = json.dumps(summary.keys(), indent=2) + "\n"
    (world.folder / "summary.json").write_text(text, encoding="utf-8")


def print_summary(world: World, site: Site, summary: Summary) -> None:
    """The closing tables: what happened, why, what else to look at, control totals, and where to look."""
    report = daily_report(site, business_day(site.clock(), site.deployment.timezone))
    paths = write_report(site, report)
    counts = {
        "orders": summary.orders,
        "created": summary.created,
        "skipped": summary.skipped,
        "failed": summary.failed,
        "waiting": summary.waiting,
        "in the ERP": summary.books.documents,
        "doubled": summary.books.duplicates,
        "in the store": len(summary.books.numbers_in_store),
    }
    show.table("What happened", tuple(counts), [counts], json_form=False)
    rows = [reason.row() for reason in report.reasons]
    rows += [one.row() | {"class": "to look at", "reason": one.title} for one in report.also_open]
    show.table("Why", ("class", "orders", "reason", "action"), rows, json_form=False)
    totals = list(total_rows(summary))
    show.table("Control totals", ("currency", "store", "ERP", "difference"), totals, json_form=False)
    print_paths(world, paths["html"])


def total_rows(summary: Summary) -> Iterator[dict[str, object]]:
    """Store against ERP, per currency, over the orders that carry an ERP number."""
    for currency in sorted({*summary.books.total_store, *summary.books.total_erp}):
        store = summary.books.total_store.get(currency, Decimal(0))
        erp = summary.books.total_erp.get(currency, Decimal(0))
        yield {"currency": currency, "store": store, "ERP": erp, "difference": store - erp}


def print_paths(world: World, report: Path) -> None:
    """Where to look: paths as seen from here, and commands that work when copied."""
    folder, bridge = from_here(world.folder), this_command()
    show.out.print("[bold]Look at[/]")
    for what, path in {
        "the day's report": report,
        "all that was sent and received": world.folder / "archive" / "days",
        "the ERP's folders": world.sftp_root,
        "this summary": world.folder / "summary.json",
        "the logs": world.logs,
    }.items():
        show.line(f"  {what:31} {from_here(path)}")
    show.out.print("\n[bold]Try[/]")
    for command, what in {
        f"{bridge} status --config {folder}": "what stands where",
        f"{bridge} orders show {CHANGED_AFTER_EXPORT} --config {folder}": "an order's whole story",
        f"{bridge} exceptions list --config {folder}": "what needs a person, and its cure",
        f"{bridge} archive verify --config {folder}": "every byte as it was sent",
    }.items():
        show.line(f"  {command}  # {what}")


def from_here(path: Path) -> Path:
    """A path as seen from the current folder; whole where it lies elsewhere."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


def this_command() -> str:
    """How this very command is called again: `bridge` where a shell finds it, else its path."""
    called = Path(sys.argv[0]).absolute()
    if called.name == "__main__.py":
        return f"{from_here(Path(sys.executable))} -m bridge"
    return "bridge" if shutil.which("bridge") == str(called) else str(from_here(called))
