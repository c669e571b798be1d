"""What users of such systems suffer, each a test that names it. The pains that fit a group of scenarios stand there."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from bridge.domain.errors import ConfigurationRefused
from bridge.reports import archived_of, daily_report
from tests.faults.battery import zygote
from tests.scenarios.test_trouble import bridge
from tests.world import address, canonical, world

pytestmark = pytest.mark.scenario


def test_many_files_in_one_second_and_a_clock_set_back_never_share_a_name(tmp_path: Path) -> None:
    """Pain 11: names built from date or second collide and one file is lost while all are reported as done."""
    with world(tmp_path / "w", "ubl", store="folder") as here:
        here.drop("first.jsonl", *(canonical(f"A-{number}") for number in range(150)))
        here.stopped_at = here.now()
        here.run_pass()
        here.later(hours=-3)
        here.drop("second.jsonl", *(canonical(f"B-{number}") for number in range(50)))
        set_back = here.now().timestamp()
        os.utime(here.folder / "drop" / "second.jsonl", (set_back, set_back))
        here.run_pass()
        names = [name for name in here.inbound() if name.endswith(".xml")]
        assert len(set(names)) == 200
        assert len(here.erp.import_all()) == 200
        assert len(here.erp.external_ids()) == 200
        assert here.file_numbers() == list(range(1, 201))


def test_two_endpoints_that_would_share_names_in_one_folder_are_refused_at_load(tmp_path: Path) -> None:
    """Pain 11: two endpoints on one folder."""
    with world(tmp_path / "w") as here:
        settings = (here.folder / "bridge.toml").read_text()
        start, end = settings.index("[endpoints.acme]"), settings.index("[flows.shop-acme]")
        second = settings[start:end].replace("endpoints.acme", "endpoints.bolt")
        (here.folder / "bridge.toml").write_text(settings + second)
        with pytest.raises(ConfigurationRefused, match="acme and bolt would give files in one folder the same names"):
            here.run_pass()


def test_whatever_became_of_an_order_its_files_are_found_by_any_of_its_ids(tmp_path: Path) -> None:
    """Pain 14: after the last try the original is gone."""
    with world(tmp_path / "w") as here:
        here.erp.temper.reject["10453"] = "Period closed"
        here.order_paid(10452)
        here.order_paid(10453)
        here.order_paid(10454, sku="ABC-123")
        here.go_round()
        with here.site() as site:
            for one in site.ledger.reading.exceptions():
                site.ledger.acts.dismiss_exception(one.exception_id, "ada", "given up")
            digest = site.ledger.reading.file("acme", 2).sha256
            found = {word: [one.path for one in archived_of(site, word)] for word in ("10453", "10454", "SO-1", digest)}
            sent = [path for path in found["10453"] if path.endswith("ORD_000002.xml")]
            assert sent and any("RESP" in path for path in found["10453"])
            assert any(path.endswith(".jsonl") for path in found["10454"])
            assert any(path.endswith("ORD_000001.xml") for path in found["SO-1"])
            assert found[digest] == sent + [path for path in found[digest] if path not in sent]
            for paths in found.values():
                assert all((site.archive.folder / path).is_file() for path in paths)


@pytest.mark.parametrize("style", ["ubl", "csv"])
def test_characters_that_a_file_cannot_hold_stop_only_their_order_and_emoji_go_through(
    tmp_path: Path, style: str
) -> None:
    """Pain 16: control characters, emoji, unpaired surrogates in names and notes."""
    with world(tmp_path / "w", style) as here:
        here.order_paid(10452, billing=address(company='Kwiaciarnia \U0001f338 <Róża> & "Syn"; ]]>'))
        here.order_paid(10453, billing=address(last_name="Bell\x07"))
        here.order_paid(10454, billing=address(last_name="Half\ud83d"))
        here.order_paid(10455)
        here.go_round()
        assert here.erp.external_ids() == ["10452", "10455"]
        assert here.erp.complaints() == []
        told = " ".join(one.message for one in here.exceptions())
        assert "U+0007 at position 5" in told
        assert "U+D83D" in told


def test_amounts_that_no_currency_knows_stop_only_their_order(tmp_path: Path) -> None:
    """Pain 22: one that kills the renderer, or any step before it, stops no other."""
    bad = []
    for number, gross in enumerate(["24.605", "1e30", "-1e30", "99999999999999999999.00", "NaN", "Infinity", ""]):
        order = canonical(f"BAD-{number}")
        order["totals"]["gross"] = gross
        bad.append(order)
    with world(tmp_path / "w", "csv", store="folder") as here:
        here.drop("mixed.jsonl", *bad, canonical("A-2"))
        here.go_round()
        assert here.erp.external_ids() == ["A-2"]
        assert len({number for _, numbers in here.open_exceptions() for number in numbers}) == 7


def test_every_held_or_refused_order_stands_in_the_report_with_what_to_do(tmp_path: Path) -> None:
    """Pain 20: an error path that tells nobody."""
    with world(tmp_path / "w") as here:
        here.erp.temper.reject["10452"] = "Customer blocked"
        here.order_paid(10452)
        here.order_paid(10453, sku="ABC-123")
        here.order_paid(10454, payment_method="barter")
        here.order_paid(10455, status="pending", date_paid_gmt=None)
        here.order_paid(10456)
        here.go_round()
        with here.site() as site:
            (day,) = {order.received_day for order in site.ledger.reading.orders()}
            report = daily_report(site, day)
        assert (report.orders, report.created, report.skipped, report.failed, report.waiting) == (5, 1, 1, 3, 0)
        failed = [one for one in report.reasons if one.report_class.value == "failed"]
        assert sorted(number for one in failed for number in one.numbers) == ["10452", "10453", "10454"]
        assert all(one.action for one in failed)


def test_an_order_of_twenty_thousand_lines_goes_the_whole_way(tmp_path: Path) -> None:
    """Pain 26: memory grows with the export."""
    order = canonical("BIG-1")
    (line,) = order["lines"]
    order["lines"] = [{**line, "position": position} for position in range(1, 20_001)]
    for name in ("net", "tax", "gross", "paid"):
        order["totals"][name] = f"{float(order['totals'][name]) * 20_000:.2f}"
    with world(tmp_path / "w", "csv", store="folder") as here:
        here.drop("big.jsonl", order, canonical("A-2"))
        here.go_round()
        assert sorted(here.erp.external_ids()) == ["A-2", "BIG-1"]
        assert here.open_exceptions() == []


def test_the_status_before_and_after_a_kill_tells_the_same_story(tmp_path: Path) -> None:
    """Pain 31: after a restart finished work is shown as crashed."""
    with world(tmp_path / "w") as here, zygote(here.environ) as forks:
        here.order_paid(10452)
        here.go_round()
        here.order_paid(10453)
        assert forks.once(here.folder, kill=(20, "after"))["killed"]
        first, second = here.states(), here.states()
        assert first == second
        assert first["10452"] == "written_back"
        here.go_round()
        assert here.states() == {"10452": "written_back", "10453": "written_back"}


def test_a_file_dropped_into_a_folder_wakes_the_service_long_before_its_schedule(tmp_path: Path) -> None:
    with world(tmp_path / "w", "csv", store="folder", flow="every_s = 86400") as here:
        service = bridge(here, "run")
        try:
            wait_for(lambda: "running" in health(here.folder), service)
            here.drop("morning.jsonl", canonical("A-1"))
            wait_for(lambda: any(name.endswith(".csv") for name in here.inbound()), service)
            here.erp.import_all()
            wait_for(lambda: any((here.folder / "results").glob("*.csv")), service)
        finally:
            service.send_signal(signal.SIGTERM)
            service.communicate(timeout=60)
        assert service.returncode == 0


def health(folder: Path) -> str:
    path = folder / "state" / "health.json"
    return path.read_text() if path.exists() else ""


def wait_for(true: object, service: subprocess.Popen[bytes], within_s: float = 200.0) -> None:
    """Until it is so, while the service lives."""
    assert callable(true)
    deadline = time.monotonic() + within_s
    while not true():
        assert service.poll() is None, service.communicate()[0]
        assert time.monotonic() < deadline, "it did not happen in time"
