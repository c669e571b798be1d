"""The day's report: nothing is left out, nothing counts twice, and what needs a person is said first."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from bridge.domain.clock import business_day
from bridge.reports import DailyReport, daily_report, write_report
from tests.world import World, world


@pytest.fixture
def here(tmp_path: Path) -> Iterator[World]:
    with world(tmp_path / "w") as made:
        yield made


def report_of(here: World, days_ago: int = 0) -> DailyReport:
    with here.site() as site:
        today = business_day(site.clock(), site.deployment.timezone)
        return daily_report(site, today - timedelta(days=days_ago))


def written(here: World) -> dict[str, str]:
    """The three forms, by their ending."""
    with here.site() as site:
        today = business_day(site.clock(), site.deployment.timezone)
        paths = write_report(site, daily_report(site, today))
        return {form: path.read_text(encoding="utf-8") for form, path in paths.items()}


def test_received_is_created_skipped_failed_and_waiting(here: World) -> None:
    here.order_paid(10452)
    here.go_round()
    here.order_paid(10453, sku="NO-SUCH")
    here.order_paid(10454, sku="NO-SUCH")
    here.order_paid(10455, status="pending", date_paid_gmt=None)
    here.order_paid(10456)
    here.run_pass()  # the ERP has not imported the last one yet
    report = report_of(here)
    assert (report.orders, report.created, report.skipped, report.failed, report.waiting) == (5, 1, 1, 2, 1)
    assert [(one.report_class.value, one.reason, one.numbers) for one in report.reasons] == [
        ("failed", "Missing SKU mapping for NO-SUCH", ["10453", "10454"]),
        ("waiting", "Placed; the ERP has not answered yet", ["10456"]),
        ("skipped", "Not paid yet; it goes as soon as the store says that it is.", ["10455"]),
    ]
    assert report.verdict().endswith(": 1 thing needs you; 2 orders wait.")


def test_a_quiet_day_needs_nobody(here: World) -> None:
    here.order_paid(10452)
    here.go_round()
    report = report_of(here)
    assert report.verdict().endswith(": nothing needs you.")
    assert [one.row() for one in report.totals] == [
        {"currency": "EUR", "orders": 1, "gross": report.totals[0].total.gross}
    ]
    assert str(report.totals[0].total.gross) == "30.75"
    assert "Every order of the day is in the ERP." in written(here)["html"]


def test_an_order_of_yesterday_that_is_still_held_is_not_forgotten_today(here: World) -> None:
    here.order_paid(10453, sku="NO-SUCH")
    here.run_pass()
    here.later(days=1)
    today = report_of(here)
    assert today.orders == 0
    assert [(one.title, one.orders) for one in today.also_open] == [("Missing SKU mapping for NO-SUCH", 1)]
    assert today.verdict().endswith(": 1 thing needs you.")
    assert report_of(here, days_ago=1).failed == 1


def test_a_server_that_cannot_be_reached_stands_in_the_report(here: World) -> None:
    here.order_paid(10452)
    here.erp_root.rename(here.erp_root.with_name("unmounted"))
    here.run_pass()
    report = report_of(here)
    assert [one.by_itself for one in report.also_open] == [True]
    assert "The folder" in report.also_open[0].title or "acme" in report.also_open[0].title
    assert report.verdict().endswith(": nothing needs you.")
    here.erp_root.with_name("unmounted").rename(here.erp_root)


def test_the_forms_say_the_same(here: World) -> None:
    here.order_paid(10453, sku="NO-SUCH")
    here.run_pass()
    forms = written(here)
    told = json.loads(forms["json"])
    rows = list(csv.DictReader(io.StringIO(forms["csv"])))
    assert [row["reason"] for row in rows] == [one["reason"] for one in told["reasons"]]
    assert told["verdict"] in forms["html"]
    assert rows[0]["numbers"] == "10453"


def test_a_text_that_a_spreadsheet_would_calculate_is_disarmed(here: World) -> None:
    """The ERP's words are not ours: a formula among them must stay text."""
    here.order_paid(10452)
    here.erp.temper.reject["10452"] = '=HYPERLINK("x";"y")'
    here.go_round()
    (row,) = csv.DictReader(io.StringIO(written(here)["csv"]))
    assert "HYPERLINK" in row["reason"]
    assert not row["reason"].startswith("=")
    html = written(here)["html"]
    assert "<script" not in html
    assert "HYPERLINK(&#34;x&#34;" in html


def test_a_day_without_orders_is_told_too(here: World) -> None:
    with here.site() as site:
        report = daily_report(site, date(2020, 1, 31))
    assert report.orders == 0
    assert report.verdict() == "2020-01-31: nothing needs you."
