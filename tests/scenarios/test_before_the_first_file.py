"""What a newcomer does before the first file: looks, checks, edits, looks again."""

from __future__ import annotations

from pathlib import Path

import pytest

from bridge.config.deployment import load_deployment
from bridge.config.shipped import templates_folder
from bridge.domain.finding import Finding
from bridge.flow.trial import try_everything
from tests.scenarios.own_profile import own_profile
from tests.world import World, world

pytestmark = pytest.mark.scenario


def ledger_finding(here: World) -> Finding:
    """What `bridge check` says of the ledger."""
    found = try_everything(load_deployment(here.folder, here.environ), here.now, offline=True)
    (finding,) = [one for one in found if one.what == "ledger"]
    return finding


def test_the_first_number_follows_the_settings_until_the_first_file(tmp_path: Path) -> None:
    with world(tmp_path / "w", endpoint="sequence_first = 7") as here:
        here.run_pass()
        here.edit_settings("sequence_first = 7", "sequence_first = 318")
        here.order_paid(10452)
        here.run_pass()
        assert here.file_numbers() == [318]
        here.edit_settings("sequence_first = 318", "sequence_first = 9")
        here.order_paid(10453)
        here.run_pass()
        assert here.file_numbers() == [318, 319]


def test_a_check_says_that_the_ledger_is_damaged(tmp_path: Path) -> None:
    with world(tmp_path / "w") as here:
        assert ledger_finding(here).fine
        (here.folder / "state" / "ledger.sqlite").write_bytes(b"no database " * 1000)
        finding = ledger_finding(here)
        assert not finding.fine
        assert "damaged or is no database" in finding.detail


def folder_findings(here: World) -> dict[str, Finding]:
    """What `bridge check` says of the folders of the ERP, by their names."""
    found = try_everything(load_deployment(here.folder, here.environ), here.now, offline=False)
    return {one.what: one for one in found if one.what.startswith(("folder ", "rename "))}


@pytest.mark.parametrize("transport", ["local", "openssh"])
def test_a_check_tries_the_folders_into_which_the_erp_moves_our_files(tmp_path: Path, transport: str) -> None:
    with world(tmp_path / "w", "csv", transport) as here:
        old = (templates_folder() / "csv-orders" / "profile.toml").read_text("utf-8").partition("[answers]\n")[2]
        rule = '[[answers.rules]]\nname = "moved"\nstyle = "moved"\n[answers.rules.moved]\n'
        folders = 'folders = { done = "accepted", error = "rejected" }\n\n'
        own_profile(here, (old.partition("[register]")[0], rule + folders))
        (here.erp_root / "in" / "done").mkdir()
        found = folder_findings(here)
        assert found["folder in/done"].fine
        missing = found["folder in/error"]
        assert (missing.fine, missing.action) == (
            False,
            "Create it, or correct [answers.rules.moved] in the profile.",
        )
        (here.erp_root / "in" / "error").mkdir()
        found = folder_findings(here)
        assert [what for what, one in found.items() if not one.fine] == []
        assert [what for what in found if what.startswith("rename")] == ["rename onto a taken name in in"]
        assert list((here.erp_root / "in" / "error").iterdir()) == []
