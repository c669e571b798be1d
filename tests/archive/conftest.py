"""An empty archive for each test."""

from __future__ import annotations

from pathlib import Path

import pytest

from bridge.archive import Archive


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    made = Archive(tmp_path / "archive")
    made.prepare()
    return made
