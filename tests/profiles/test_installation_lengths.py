"""A length (of a number: the digits) that nobody could verify is a setting of bridge.toml in every built-in profile."""

from __future__ import annotations

import pytest

from bridge.domain.limits import Limit
from bridge.profiles import contract_table, load_profile
from bridge.profiles.installation import Installation
from bridge.profiles.loader import profile_names

UNVERIFIED = "unverified"


def most(limit: Limit) -> int | None:
    """The characters or bytes that the field holds; of a number the digits."""
    return limit.length_max or limit.digits_max


@pytest.mark.parametrize("name", sorted(profile_names(None)))
def test_every_unverified_length_of_a_built_in_profile_is_set_by_the_installation(name: str) -> None:
    found = load_profile(name, None, Installation(sample=True))
    open_limits = [limit for limit in found.limits if limit.source == UNVERIFIED]
    assert [limit.field for limit in open_limits if most(limit) is None] == []
    other = {limit.field: (most(limit) or 0) + 1 for limit in open_limits}
    changed = load_profile(name, None, Installation(lengths=other, sample=True))
    assert {limit.field: most(limit) for limit in changed.limits if limit.field in other} == other
    shown = {row["subject"]: row for row in contract_table(found)}
    for limit in open_limits:
        row = shown[f"limit of {limit.field}"]
        assert str(most(limit)) in row["value"]
        assert row["source"] == UNVERIFIED
