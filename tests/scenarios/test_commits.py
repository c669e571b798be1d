"""A batch costs few commits, however many files it becomes: what made EDI bridges slow was a commit for each order."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bench.deployment import CSV, UBL, answer, new_deployment
from bridge.config.deployment import load_deployment
from bridge.domain.effects import observe
from bridge.engine import run_endpoints
from bridge.flow.site import Site

COMMITS_MAX = 20
ORDERS = 500


class Commits:
    """Counts effects by kind."""

    def __init__(self) -> None:
        self.kinds: Counter[str] = Counter()

    def before(self, kind: str) -> None:
        self.kinds[kind] += 1

    def after(self, kind: str) -> None:
        """Nothing to count."""


def run_pass(folder: Path) -> dict[str, int]:
    """`bridge once` on the deployment's one endpoint; gives what the steps moved."""
    deployment = load_deployment(folder, {})
    with Site.opened(deployment, lambda: datetime.now(UTC)) as site:
        (outcome,) = run_endpoints(site, list(deployment.endpoints.values()), "test")
    assert outcome.error is None
    return outcome.moved


@pytest.mark.scenario
@pytest.mark.parametrize(("profile", "files"), [(CSV, 1), (UBL, 500)])
def test_the_whole_life_of_500_orders_takes_at_most_20_commits(tmp_path: Path, profile: str, files: int) -> None:
    new_deployment(tmp_path, profile, ORDERS)
    commits = Commits()
    before = observe(commits)
    try:
        out = run_pass(tmp_path)
        answer(tmp_path)
        back = run_pass(tmp_path)
    finally:
        observe(before)
    assert (out["export"], out["deliver"], back["collect"], back["write_back"]) == (ORDERS, files, ORDERS, ORDERS)
    assert commits.kinds["ledger.commit"] <= COMMITS_MAX
