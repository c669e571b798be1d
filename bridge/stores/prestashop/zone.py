"""Times of a PrestaShop: local texts without a zone, between which an hour repeats once a year.

A text of the doubled hour is read as its first pass. So a text never means a later moment than the true one, and a look
that begins at such a moment begins at the hour's start: nothing of the second pass is left out.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bridge.stores.raw import Unreadable

NEVER = "0000-00-00"
_FORM = "%Y-%m-%d %H:%M:%S"
QUARTER = timedelta(minutes=15)  # zones change their clocks at quarters of an hour


def moment_of(text: str, zone: ZoneInfo, name: str) -> datetime | None:
    """The moment (UTC) of a text; None for an empty one and for the shop's `0000-00-00`. Raises Unreadable."""
    if not text or text.startswith(NEVER):
        return None
    try:
        return datetime.strptime(text, _FORM).replace(tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise Unreadable(f"{name} is not a time") from error


def zone_named(name: str) -> ZoneInfo | None:
    """The zone of a name; None for none and for one that nobody knows."""
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def text_of(moment: datetime, zone: ZoneInfo) -> str:
    """How the shop writes a moment."""
    return moment.astimezone(zone).strftime(_FORM)


def read_from(moment: datetime, zone: ZoneInfo) -> datetime:
    """From when to read so that nothing at or after the moment has a smaller text: the start of a doubled hour."""
    if not _is_first_pass(moment, zone):
        return moment
    start = moment.replace(minute=moment.minute // 15 * 15, second=0, microsecond=0)
    while _is_first_pass(start - QUARTER, zone):
        start -= QUARTER
    return start


def _is_first_pass(moment: datetime, zone: ZoneInfo) -> bool:
    """Whether the clock will show this time once more."""
    local = moment.astimezone(zone)
    return local.replace(fold=1).utcoffset() != local.utcoffset()
