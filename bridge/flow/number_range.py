"""The end of an endpoint's file numbers: announced long before, and never passed.

A number that does not fit its width would change the name's length, or come a second time; so nothing is sealed then.
Where the profile lets the range wrap, 1 comes again after the last number and there is no end.
"""

from __future__ import annotations

from typing import Any

from bridge.config.values import EndpointSettings
from bridge.domain.errors import Refused, Unavailable
from bridge.domain.problems import ProblemKind
from bridge.flow.site import Held
from bridge.profiles import Profile

STEP = "numbers"
ANNOUNCED_BEFORE = 10  # when less than a tenth of the range is left

NUMBERS_RUN_OUT = ProblemKind(
    code="numbers-run-out",
    title="{endpoint} will run out of file numbers",
    message="{endpoint} has {left} of {last} file numbers left; then no file can be sent to it.",
    action="Agree on longer numbers with the owner of {endpoint}, and change file.name or file.sequence_last of the "
    "profile {profile}. Files go on until then.",
    cause="numbers:{endpoint}",
    meaning="Nine tenths of the file numbers that the profile's name or its ERP can hold are used up.",
)


class NumbersUsedUp(Refused):
    """The next number does not fit any more."""

    kind = ProblemKind(
        code="numbers-used-up",
        title="{endpoint} has no file numbers left",
        message="The last file number of {endpoint}, {last}, is used. Nothing is sealed for it.",
        action="Agree on longer numbers with the owner of {endpoint}, and change file.name or file.sequence_last of "
        "the profile {profile}; or file.sequence_wraps = true, if the ERP takes 1 again after the last number.",
        cause="numbers-used-up:{endpoint}",
        meaning="All file numbers that the profile's name or its ERP can hold are used.",
    )


class DayNumbersUsedUp(Unavailable):
    """One more file today would get a name that is too long, or that a file of today has."""

    kind = ProblemKind(
        code="day-numbers-used-up",
        title="{endpoint} has no file names left for today",
        message="{endpoint} had {count} files today, as many as the names of profile {profile} tell apart on one day. "
        "The next file goes out tomorrow.",
        action="If tomorrow is too late, agree on longer numbers with the owner of {endpoint}, and change file.name of "
        "the profile {profile}.",
        cause="day-numbers-used-up:{endpoint}",
        meaning="The number of the day, or a range of numbers that begins with 1 again, is used up before the day is.",
        temporary=True,
    )


def files_left(endpoint: EndpointSettings, profile: Profile, held: Held) -> int | None:
    """How many files of this profile can still be sealed; None: any number. Raises NumbersUsedUp, DayNumbersUsedUp."""
    left = [one for one in (numbers_left(endpoint, held), left_today(endpoint, profile, held)) if one is not None]
    return min(left, default=None)


def left_today(endpoint: EndpointSettings, profile: Profile, held: Held) -> int | None:
    """How many names the day has left, where its files are counted or the range wraps. Raises DayNumbersUsedUp."""
    of_a_day = [profile.naming.daily_last, profile.sequence_last if profile.settings.file.sequence_wraps else None]
    last = min((one for one in of_a_day if one is not None), default=None)
    if last is None:
        return None
    today = held.ledger.files_of_day(held.today())
    if today >= last:
        raise DayNumbersUsedUp(endpoint=endpoint.name, profile=profile.name, count=today)
    return last - today


def numbers_left(endpoint: EndpointSettings, held: Held) -> int | None:
    """How many files can still be sealed; None where the range wraps. Announces its end; raises NumbersUsedUp."""
    profile = held.profile
    if profile.settings.file.sequence_wraps:
        return None
    left = profile.sequence_last - held.ledger.next_sequence_number() + 1
    subject: dict[str, Any] = {"endpoint": endpoint.name, "profile": profile.name, "last": profile.sequence_last}
    if left <= 0:
        raise NumbersUsedUp(**subject)
    told = held.ledger.open_steps("endpoint", endpoint.name, STEP)
    if left * ANNOUNCED_BEFORE <= profile.sequence_last:
        held.ledger.open_exception("endpoint", endpoint.name, STEP, NUMBERS_RUN_OUT.problem(left=left, **subject), None)
    elif told:
        held.ledger.close_exceptions("endpoint", endpoint.name, STEP)
    return left
