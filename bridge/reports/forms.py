"""The report's files: JSON, CSV safe for spreadsheets, and one self-contained HTML page."""

from __future__ import annotations

import csv
import io
import json
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from importlib.resources import files
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import jinja2

from bridge.flow.site import Site
from bridge.reports.daily import DailyReport

CSV_COLUMNS = ("class", "reason", "orders", "oldest", "tries", "action", "numbers")
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")  # the last four: full width


def write_report(site: Site, report: DailyReport) -> dict[str, Path]:
    """Write the open day's report into `reports/`, replacing the one before. Gives the path of each form."""
    folder = site.deployment.reports_folder
    folder.mkdir(parents=True, exist_ok=True)
    forms = {"html": as_html(report), "csv": as_csv(report), "json": as_json(report)}
    paths = {}
    for form, text in forms.items():
        paths[form] = folder / f"report-{report.day}.{form}"
        temporary = paths[form].with_suffix(f".{form}.tmp")
        temporary.write_text(text, encoding="utf-8", newline="")
        temporary.replace(paths[form])
    return paths


def as_json(report: DailyReport) -> str:
    """The stable keys."""
    return json.dumps(report.keys(), default=plain, ensure_ascii=False, indent=2) + "\n"


def as_csv(report: DailyReport) -> str:
    """One row a reason; text that a spreadsheet would calculate is disarmed."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(CSV_COLUMNS)
    for reason in report.reasons:
        row = reason.row() | {"numbers": " ".join(reason.numbers)}
        writer.writerow([disarmed(row[column]) for column in CSV_COLUMNS])
    for changes in report.changes:
        cells = ("changes", changes.what, changes.counted.count, "", "", "", "")
        writer.writerow([disarmed(cell) for cell in cells])
    for trouble in report.also_open:
        row = trouble.row()
        cells = ("also open", row["title"], row["orders"], row["since"], row["tries"], row["action"], "")
        writer.writerow([disarmed(cell) for cell in cells])
    return out.getvalue()


def disarmed(value: Any) -> Any:
    """Text that begins like a formula gets an apostrophe in front (CWE-1236); numbers stay numbers."""
    text = plain(value)
    if isinstance(text, str) and text.lstrip(" ").startswith(FORMULA_STARTS):
        return "'" + text
    return text


def as_html(report: DailyReport) -> str:
    """One page with its own style, readable without a network and without this program."""
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined)
    zone = ZoneInfo(report.timezone)
    environment.filters["plain"] = plain
    environment.filters["local"] = lambda at: at.astimezone(zone).strftime("%Y-%m-%d %H:%M")
    template = environment.from_string(files("bridge.reports").joinpath("daily.html.j2").read_text(encoding="utf-8"))
    return template.render(report=report)


def plain(value: Any) -> Any:
    """Times as people read them, money as exact text."""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M UTC")
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    return value
