"""What a person reads that needs ledger and archive together: the report, what belongs to an order, what is damaged."""

from bridge.reports.belonging import Belonging, archived_of
from bridge.reports.daily import DailyReport, ReasonCount, daily_report
from bridge.reports.damage import damage_of
from bridge.reports.forms import write_report

__all__ = ["Belonging", "DailyReport", "ReasonCount", "archived_of", "daily_report", "damage_of", "write_report"]
