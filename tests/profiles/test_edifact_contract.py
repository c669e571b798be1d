"""The EDIFACT profile keeps what every profile promises."""

from __future__ import annotations

import pytest

from bridge.profiles import Installation, Profile, load_profile
from bridge.testing.profiles import ProfileContract


class TestEdifact(ProfileContract):
    @pytest.fixture
    def profile(self) -> Profile:
        return load_profile("edifact-orders-d96a", None, Installation(sample=True))
