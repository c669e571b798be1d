"""The clock is passed in, so that tests own the time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, tzinfo

Clock = Callable[[], datetime]  # gives UTC-aware instants


def business_day(moment: datetime, zone: tzinfo) -> date:
    """The day that names folders, reports and file dates: the local day of the deployment's zone."""
    return moment.astimezone(zone).date()
