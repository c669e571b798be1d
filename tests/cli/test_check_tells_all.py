"""`bridge check` tells every mistake of bridge.toml at once, also in keys that only a connector or transport knows."""

from __future__ import annotations

from pathlib import Path

from tests.cli.commands import called

MISTAKEN = """timezone = "Europe/Warsaw"
[stores.shop]
type = "woocommerce"
urll = "https://shop.example.com"
key = "ck_1"
secret = "env:SHOP_SECRET"
per_page = 1000
[stores.drop]
type = "folder"
path = "orders"
decimal = ";"
columns = { line_sku = "SKU", line_skuu = "Sku" }
[stores.drop.xml]
order = "//Order"
[stores.drop.xml.fields]
store_order_id = "@id["
[endpoints.erp]
profile = "csv-orders"
[endpoints.erp.transport]
type = "sftp"
user = "bridge"
pasword = "env:SHOP_SECRET"
width = 0
inbound = "in"
[flows.shop-erp]
store = "shop"
endpoint = "erp"
orders_from = 2026-01-01
mode = "selcted"
"""
EACH = (
    "bridge.toml:2: stores.shop.url is missing. Add url to [stores.shop].",
    "bridge.toml:4: stores.shop.urll is unknown. Did you mean url?",
    "bridge.toml:5: stores.shop.key is a secret written into the file.",
    "bridge.toml:7: stores.shop.per_page must be a whole number. Write a number from 1 to 100.",
    "bridge.toml:11: stores.drop.decimal has an unknown value. Use one of: '.', ','.",
    "bridge.toml:12: stores.drop.columns.line_skuu is no column. Did you mean line_sku?",
    "bridge.toml:13: stores.drop.xml lacks fields: ",
    "bridge.toml:13: stores.drop.xml holds what is no XPath: @id[.",
    "bridge.toml:19: endpoints.erp.transport.host is missing.",
    "bridge.toml:19: endpoints.erp.transport.password or private_key is needed, and not both.",
    "bridge.toml:22: endpoints.erp.transport.pasword is unknown. Did you mean password?",
    "bridge.toml:23: endpoints.erp.transport.width must be a whole number. Write a number from 1 to 512.",
    "bridge.toml:29: flows.shop-erp.mode is 'selcted', which is unknown. Did you mean selected?",
)


def test_each_mistake_is_told_once_with_its_line_and_what_was_meant(tmp_path: Path) -> None:
    (tmp_path / "bridge.toml").write_text(MISTAKEN, encoding="utf-8")
    told = called(tmp_path, "check", environ={"SHOP_SECRET": "cs_1"})
    assert told.exit_code == 2
    first, *lines, last = told.err.strip().splitlines()
    assert first == f"bridge.toml: {len(EACH)} mistakes."
    for mistake in EACH:
        assert sum(line.strip().startswith(mistake) for line in lines) == 1, (mistake, lines)
    assert len(lines) == len(EACH)
    assert last == "What to do: Correct each of them; then: bridge check."
    assert not (tmp_path / "orders").exists()  # nothing of a store is touched while its settings are wrong


def test_a_type_that_nobody_brings_is_told_beside_the_rest(tmp_path: Path) -> None:
    text = MISTAKEN.replace('"woocommerce"', '"woocomerce"').replace('type = "sftp"', 'type = "ftp"')
    (tmp_path / "bridge.toml").write_text(text, encoding="utf-8")
    told = called(tmp_path, "check", environ={"SHOP_SECRET": "cs_1"}).err
    assert "bridge.toml:2: store shop has type 'woocomerce', which no installed package brings." in told
    assert "bridge.toml:19: the transport type ftp is not installed." in told
    assert "bridge.toml:29: flows.shop-erp.mode is 'selcted'" in told
