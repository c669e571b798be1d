"""Orders that wait are read anew once after a corrected key, however often a pass ends in between."""

from __future__ import annotations

from pathlib import Path

import pytest

import bridge.flow.fetch
from bridge.flow.site import Held
from bridge.stores import StoreOrder
from bridge.stores.folder.store import FolderStore
from tests.world import canonical, world


def test_what_waits_is_read_anew_once_and_a_pass_that_ends_loses_no_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    mapped_again = FolderStore.mapped_again

    def noted(store: FolderStore, original: bytes) -> StoreOrder:
        told = mapped_again(store, original)
        read.append(told.store_order_id)
        return told

    monkeypatch.setattr(FolderStore, "mapped_again", noted)
    monkeypatch.setattr(bridge.flow.fetch, "READ_ANEW_AT_ONCE_MAX", 1)
    with world(tmp_path, store="folder") as here:
        lines = [{**canonical("1")["lines"][0], "sku": "NO-SUCH"}]
        here.drop("orders.jsonl", *({**canonical(number), "lines": lines} for number in ("1", "2", "3")))
        here.run_pass()
        assert (here.codes(), read) == (["sku-unmapped"], [])
        here.edit_settings("settle_s = 0", 'settle_s = 0\nencoding = "utf-8"')
        with monkeypatch.context() as short:
            short.setattr(Held, "has_time", lambda _: len(read) < 2)
            here.run_pass()
        here.run_pass()
        here.run_pass()
        assert read == ["3", "2", "1"]
