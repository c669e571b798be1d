"""A person's shell has not the service's secrets: what looks at the ledger alone works there all the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.commands import called

DEPLOYMENT = """timezone = "Europe/Warsaw"
[stores.shop]
type = "woocommerce"
url = "https://shop.example.com"
key = "env:SHOP_KEY"
secret = "file:secrets/shop"
[endpoints.erp]
profile = "csv-orders"
[endpoints.erp.transport]
type = "sftp"
host = "erp.example.com"
user = "bridge"
password = "credential:erp"
inbound = "in"
[flows.shop-erp]
store = "shop"
endpoint = "erp"
orders_from = 2026-01-01
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "bridge.toml").write_text(DEPLOYMENT, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    "words",
    ["status", "exceptions list", "orders list", "files list", "report", "contract",
     "pause erp --reason holidays", "resume erp --reason back"],
)  # fmt: skip
def test_what_looks_at_the_ledger_needs_none(folder: Path, words: str) -> None:
    told = called(folder, *words.split())
    assert (told.exit_code, told.err) == (0, "")


@pytest.mark.parametrize("words", ["once", "run", "check"])
def test_work_with_stores_and_endpoints_does_not_begin_without_them(folder: Path, words: str) -> None:
    told = called(folder, words)
    assert told.exit_code == 2
    for named in ("SHOP_KEY", "file:secrets/shop", "credential:erp"):
        assert named in told.err
    assert not (folder / "state").exists()


def test_who_asks_the_store_is_told_which_secret_is_missing(folder: Path) -> None:
    told = called(folder, "items", "report")
    assert told.exit_code == 2
    assert "bridge.toml:5: stores.shop.key needs the environment variable SHOP_KEY, which is not set." in told.err
