"""A store's name or a flow that is given to another shop: ids of two shops never meet."""

from __future__ import annotations

from pathlib import Path

import pytest

from bridge.domain.errors import ConfigurationRefused
from tests.world import world

pytestmark = pytest.mark.scenario


def test_a_store_of_another_type_is_neither_read_nor_written_until_it_has_a_name_of_its_own(tmp_path: Path) -> None:
    with world(tmp_path / "w") as here:
        here.order_paid(10452)
        here.go_round()
        before = (here.folder / "bridge.toml").read_text(encoding="utf-8")
        drop = here.folder / "drop"
        drop.mkdir()
        here.edit_settings("[stores.shop]", f'[stores.shop]\ntype = "folder"\npath = "{drop}"\n[stores.old]')
        here.later(minutes=10)
        here.go_round()
        (told,) = here.exceptions()
        assert told.code == "another-shop"
        assert "store shop was of type woocommerce when it was last read, and is folder now" in told.message
        (here.folder / "bridge.toml").write_text(before, encoding="utf-8")
        here.order_paid(10453)
        here.later(minutes=70)
        here.go_round()
        assert here.codes() == []
        assert set(here.states()) == {"10452", "10453"}


def test_orders_of_the_old_shop_are_not_judged_by_the_words_of_another_type(tmp_path: Path) -> None:
    """What holds them stays told in its own words, and what the new type has no word against does not slip out."""
    with world(tmp_path / "w") as here:
        here.order_paid(10452, sku="NEW-1")
        here.order_paid(10453, sku="NEW-2")
        here.order_paid(10454, status="on-its-way")
        here.go_round()
        before = here.codes()
        assert sorted(before) == ["sku-unmapped", "sku-unmapped", "status-unknown"]
        settings = (here.folder / "bridge.toml").read_text(encoding="utf-8")
        (here.folder / "drop").mkdir()
        folder = f'[stores.shop]\ntype = "folder"\npath = "{here.folder / "drop"}"\n[stores.old]'
        here.edit_settings("[stores.shop]", folder)
        here.edit_map("sku", "NEW-1,40099")
        here.later(minutes=10)
        here.go_round()
        assert sorted(here.codes()) == sorted([*before, "another-shop"])
        assert set(here.states().values()) == {"held"}
        (here.folder / "bridge.toml").write_text(settings, encoding="utf-8")
        here.later(minutes=70)
        here.go_round()
        assert sorted(here.codes()) == ["sku-unmapped", "status-unknown"]
        assert here.states()["10452"] == "written_back"


def test_a_flow_keeps_the_store_whose_orders_it_has(tmp_path: Path) -> None:
    with world(tmp_path / "w") as here:
        (here.folder / "drop").mkdir()
        text = (here.folder / "bridge.toml").read_text(encoding="utf-8")
        second = f'\n[stores.second]\ntype = "folder"\npath = "{here.folder / "drop"}"\n'
        (here.folder / "bridge.toml").write_text(text + second, encoding="utf-8")
        here.edit_settings('store = "shop"', 'store = "second"')
        here.run_pass()  # nothing was taken yet: it may be another one
        here.edit_settings('store = "second"', 'store = "shop"')
        here.order_paid(10452)
        here.go_round()
        assert set(here.states()) == {"10452"}
        here.edit_settings('store = "shop"', 'store = "second"')
        with pytest.raises(ConfigurationRefused, match="flow shop-acme has orders of another store than second"):
            here.run_pass()
