"""A real Vendure shop, the whole way: bought there, imported by the ERP, and the ERP's number stands in the shop."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path

import pytest

from tests.stores.fault_proxy import FaultProxy
from tests.stores.vendure.shop import BOOK, CUP, DESK, VendureShop, least_login, vendure_shop
from tests.world import World, toml, world

pytestmark = [pytest.mark.scenario, pytest.mark.integration, pytest.mark.xdist_group("vendure"),
              pytest.mark.timeout(300)]  # fmt: skip
WRITE = "mutation WriteNumber"


@contextmanager
def vendure_world(folder: Path, style: str, url: str) -> Iterator[World]:
    """A deployment whose store is the Vendure shop at `url`."""
    login = least_login()
    with world(folder, style) as here:
        settings = folder / "bridge.toml"
        text = settings.read_text(encoding="utf-8")
        before, _, rest = text.partition("[stores.shop]\n")
        table = {"type": "vendure", "url": url, "user": login["user"], "password": "env:VENDURE_PASSWORD"}
        after = rest[rest.index("[endpoints.acme]") :].replace('stripe = "prepaid"', 'card = "prepaid"')
        after = after.replace('bacs = "bank_transfer"', '"bank-transfer" = "bank_transfer"')
        settings.write_text(f"{before}[stores.shop]\n{toml(table)}{after}", encoding="utf-8")
        here.environ["VENDURE_PASSWORD"] = login["password"]
        for name, line in {
            "tax": "Standard Tax Europe,S", "payment": "card,CARD", "shipping": "parcel,PARCEL",
        }.items():  # fmt: skip
            here.edit_map(name, line)
        here.edit_map("payment", "bank-transfer,TRANSFER")
        yield here


@pytest.fixture
def shop() -> Iterator[VendureShop]:
    with vendure_shop() as shop:
        yield shop


def numbers(shop: VendureShop, *orders: str) -> list[str | None]:
    return [shop.number_of(one) for one in orders]


@pytest.mark.parametrize("style", ["ubl", "csv"])
def test_orders_bought_in_the_shop_become_documents_and_their_numbers_stand_there(
    tmp_path: Path, shop: VendureShop, style: str
) -> None:
    with vendure_world(tmp_path / "w", style, shop.url) as here:
        first, second = shop.order((CUP, 3)), shop.order((CUP, 1))
        here.go_round()
        assert sorted(filter(None, numbers(shop, first, second))) == ["SO-1", "SO-2"]
        assert set(here.states().values()) == {"written_back"}
        assert here.erp.complaints() == []
        assert here.open_exceptions() == []
        assert here.damage() == []
        here.run_pass()
        here.go_round()
        assert len(here.erp.external_ids()) == 2  # our own number in the shop is no change of the order


def test_money_that_comes_by_transfer_days_later_sends_the_order_then(tmp_path: Path, shop: VendureShop) -> None:
    with vendure_world(tmp_path / "w", "csv", shop.url) as here:
        order = shop.order((CUP, 1), payments=[("bank-transfer", {})])
        here.go_round()
        assert numbers(shop, order) == [None]
        shop.settle(order)
        here.go_round()
        assert numbers(shop, order) == ["SO-1"]


def test_a_refund_that_moves_no_time_is_found_by_the_sweep(tmp_path: Path, shop: VendureShop) -> None:
    with vendure_world(tmp_path / "w", "csv", shop.url) as here:
        order = shop.order((CUP, 3))
        shop.long_ago()
        shop.order((CUP, 1))  # newer, so that the looks do not begin at the old one
        here.go_round()
        shop.refund(order, Decimal("12.29"), [(shop.line_ids(order)[0], 1)])
        shop.untouched()  # our own number had moved the time
        here.run_pass()
        before = here.codes()
        here.later(hours=7)
        here.run_pass()
        assert before == []
        assert here.codes() == ["changed-after-export"]
        assert numbers(shop, order) == ["SO-1"]
        assert "refund" in " ".join(one.message for one in here.exceptions()).lower()


def test_an_unmapped_article_holds_its_order_alone_and_one_cure_frees_it(tmp_path: Path, shop: VendureShop) -> None:
    with vendure_world(tmp_path / "w", "ubl", shop.url) as here:
        fine, held = shop.order((CUP, 1)), shop.order((DESK, 1))
        here.go_round()
        assert (numbers(shop, fine), numbers(shop, held)) == (["SO-1"], [None])
        assert any("TWO-TAX" in title for title, _ in here.open_exceptions())
        here.edit_map("sku", "TWO-TAX,40555")
        here.edit_map("tax", "State tax + City tax,S")
        here.go_round()
        assert numbers(shop, held) == ["SO-2"]


@pytest.mark.parametrize("kind", ["reset-after", "reset-before", "cut-lying", "200-html", "503"])
def test_a_break_at_the_write_back_ends_in_one_number_and_no_second_document(
    tmp_path: Path, shop: VendureShop, kind: str
) -> None:
    with FaultProxy(shop.server.url) as proxy, vendure_world(tmp_path / "w", "csv", f"{proxy.url}/admin-api") as here:
        orders = [shop.order((CUP, 1)) for _ in range(2)]
        proxy.arm(kind, WRITE)
        here.go_round()
        here.later(hours=2)
        here.go_round()
        assert sorted(filter(None, numbers(shop, *orders))) == ["SO-1", "SO-2"]
        assert set(here.states().values()) == {"written_back"}
        assert len(here.erp.external_ids()) == 2
        assert here.open_exceptions() == []
        assert here.damage() == []


def test_a_process_killed_while_it_writes_back_leaves_one_number_and_one_document(
    tmp_path: Path, shop: VendureShop
) -> None:
    killed: list[subprocess.Popen[bytes]] = []

    def kill(words: str) -> None:
        if "WriteNumber" in words:
            killed[0].kill()  # the write itself still reaches the shop

    with FaultProxy(shop.server.url) as proxy, vendure_world(tmp_path / "w", "csv", f"{proxy.url}/admin-api") as here:
        orders = [shop.order((CUP, 1)) for _ in range(2)]
        here.run_pass()
        here.erp.import_all()
        proxy.before = kill
        command = [sys.executable, "-m", "bridge", "once"]
        killed.append(subprocess.Popen(command, cwd=here.folder, env={**os.environ, **here.environ}))
        assert killed[0].wait(timeout=120) == -signal.SIGKILL
        proxy.before = None
        here.go_round()
        assert sorted(filter(None, numbers(shop, *orders))) == ["SO-1", "SO-2"]
        assert set(here.states().values()) == {"written_back"}
        assert len(here.erp.external_ids()) == 2
        assert here.damage() == []


def test_a_sale_split_among_sellers_goes_once_and_its_number_stands_in_the_whole(
    tmp_path: Path, shop: VendureShop
) -> None:
    with vendure_world(tmp_path / "w", "csv", shop.url) as here:
        whole = shop.order((CUP, 3), (BOOK, 1), custom={"labels": ["marketplace"]})
        here.edit_map("tax", "Reduced Tax Europe,R")
        here.go_round()
        assert here.open_exceptions() == []
        assert sorted(here.states().values()) == ["skipped", "skipped", "written_back"]
        assert numbers(shop, whole) == ["SO-1"]
        assert here.erp.external_ids() == [whole]
