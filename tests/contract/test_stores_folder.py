"""The folder connector keeps the promises of every store, with each form of its files."""

from __future__ import annotations

from pathlib import Path

import pytest

from bridge.testing.stores import StoreContract
from tests.stores.drops import FORMS, DropFolder


class TestFolder(StoreContract):
    @pytest.fixture(params=FORMS)
    def shop(self, tmp_path: Path, request: pytest.FixtureRequest) -> DropFolder:
        return DropFolder(tmp_path / "drop", request.param)
