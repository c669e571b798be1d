"""An answer longer than what is held in memory is read again from the archive, and says the same."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bench.deployment import CSV, LOG, answer, new_deployment
from bridge.config.deployment import load_deployment
from bridge.engine import run_endpoints
from bridge.flow import reading_answers
from bridge.flow.site import Site
from bridge.ledger import collecting


@pytest.mark.scenario
def test_a_log_of_many_rows_is_taken_whole_also_with_a_bad_row_in_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading_answers, "RESULTS_HELD_MAX", 4)
    monkeypatch.setattr(collecting, "WORDS_AT_ONCE_MAX", 5)
    new_deployment(tmp_path, CSV, 13)
    log = tmp_path / "answers" / LOG
    rows = log.read_text(encoding="utf-8").splitlines(keepends=True)
    log.write_text("".join([*rows[:3], "ORD_000001.csv;9;100001;PERHAPS;;\r\n", *rows[3:]]), encoding="utf-8")
    deployment = load_deployment(tmp_path, {})
    with Site.opened(deployment, lambda: datetime.now(UTC)) as site:
        endpoints = list(deployment.endpoints.values())
        assert run_endpoints(site, endpoints, "test")[0].moved["export"] == 13
        answer(tmp_path)
        (outcome,) = run_endpoints(site, endpoints, "test")
        assert (outcome.moved["collect"], outcome.moved["write_back"]) == (13, 13)
        numbers = {order.number: order.erp_number for order in site.ledger.reading.orders()}
        assert numbers == {str(100_000 + number): f"SO-{number + 1}" for number in range(13)}
        (outcome,) = run_endpoints(site, endpoints, "test")
        assert (outcome.moved["collect"], outcome.moved["write_back"]) == (0, 0)
