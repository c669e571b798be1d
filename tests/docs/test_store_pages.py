"""The examples of the pages on stores are accepted as they stand, by the connector that they are about."""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path

import pytest

from bridge.cli.context import utc_now
from bridge.config.deployment import load_deployment
from bridge.flow.trial import connector_mistakes

PAGES = sorted((Path(__file__).parents[2] / "docs").glob("store-*.md"))
REST = """
[endpoints.erp]
profile = "csv-orders"
[endpoints.erp.transport]
type = "local"
folder = "erp"
inbound = "in"
[flows.shop-erp]
store = "{store}"
endpoint = "erp"
orders_from = 2026-01-01
"""


def examples(page: Path) -> list[str]:
    """The page's deployments: each example of a store, and each part of one under the first whole example."""
    blocks = re.findall(r"```toml\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    stores = [block for block in blocks if "[stores." in block]
    whole = [block for block in stores if re.search(r"^\[stores\.[\w-]+\]", block, re.MULTILINE)]
    return [block if block in whole else whole[0] + block for block in stores]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_example_of_a_stores_page_is_accepted(page: Path, tmp_path: Path) -> None:
    found = examples(page)
    assert found
    for text in found:
        environ = {
            name: "sqlite:////srv/shop.db" if "DATABASE" in name or "DB" in name else "secret"
            for name in re.findall(r"env:(\w+)", text)
        }
        for name in re.findall(r"file:([\w/.-]+)", text):
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text("secret", encoding="utf-8")
        (store,) = set(re.findall(r"\[stores\.([\w-]+)\]", text))
        deployment = 'timezone = "Europe/Warsaw"\n' + text + REST.format(store=store)
        (tmp_path / "bridge.toml").write_text(deployment, encoding="utf-8")
        read = load_deployment(tmp_path, environ, partial(connector_mistakes, clock=utc_now))
        assert read.stores[store].type == page.stem.removeprefix("store-")
