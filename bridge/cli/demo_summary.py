"""What the demo tells at its end. Counts of the ERP and the store come from the simulators' own databases."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from rich.table import Table

from bridge.cli import show
from bridge.cli.demo_world import World
from bridge.domain.clock import business_day
from bridge.flow.site import Site
from bridge.reports import daily_report, write_report
from bridge.simulator.erp import ErpSimulator
from bridge.simulator.store import StoreSimulator


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
    store = StoreSimulator(world.store_database)
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
    """The closing table: what happened, why what failed did, control totals, and where to look."""
    report = daily_report(site, business_day(site.clock(), site.deployment.timezone))
    paths = write_report(site, report)
    counts = Table(title="What happened", title_justify="left", header_style="bold")
    for column in ("orders", "created", "skipped", "failed", "waiting", "numbers in the store", "documents in the ERP", "doubled"):
        counts.add_column(column, justify="right")
    counts.add_row(*map(str, (summary.orders, summary.created, summary.skipped, summary.failed, summary.waiting)),
                   str(len(summary.books.numbers_in_store)), str(summary.books.documents), str(summary.books.duplicates))  # fmt: skip
    show.out.print(counts)
    show.table(
        "Why", ("class", "reason", "orders", "action"), [reason.row() for reason in report.reasons], json_form=False
    )
    print_totals(summary)
    show.out.print("\n[bold]Look at[/]")
    for what, path in {
        "the day's report": paths["html"],
        "the archive": world.folder / "archive" / "days",
        "the ERP's folders": world.sftp_root,
        "this summary": world.folder / "summary.json",
        "the logs": world.logs,
    }.items():
        show.out.print(f"  {what:18} {path}", markup=False)
    show.out.print(f"  bridge status --config {world.folder}", markup=False)


def print_totals(summary: Summary) -> None:
    """Store against ERP, per currency, over the orders that carry an ERP number."""
    totals = Table(title="Control totals", title_justify="left", header_style="bold")
    for column in ("currency", "store", "ERP", "difference"):
        totals.add_column(column, justify="left" if column == "currency" else "right")
    for currency in sorted({*summary.books.total_store, *summary.books.total_erp}):
        store = summary.books.total_store.get(currency, Decimal(0))
        erp = summary.books.total_erp.get(currency, Decimal(0))
        totals.add_row(currency, format(store, "f"), format(erp, "f"), format(store - erp, "f"))
    show.out.print(totals)
