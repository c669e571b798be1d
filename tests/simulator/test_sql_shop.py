"""The home-made shop behaves as such shops do: names of its own, late transactions, times that not every edit sets."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from bridge.simulator.sql_shop import NAIVE, SECONDS, TEXT, ZONED, SqlShop

NOON = datetime(2026, 3, 1, 12, 0, 5, tzinfo=UTC)
WARSAW = ZoneInfo("Europe/Warsaw")


@pytest.fixture
def shop(tmp_path: Path) -> SqlShop:
    found = SqlShop(sa.make_url(f"sqlite:///{tmp_path / 'shop.db'}"), lambda: NOON, TEXT, WARSAW)
    found.create()
    return found


def row(shop: SqlShop, store_order_id: str) -> dict[str, object]:
    with shop.engine.connect() as connection:
        asked = sa.text("SELECT * FROM buyer_order WHERE id = :id")
        return dict(connection.execute(asked, {"id": int(store_order_id)}).mappings().one())


def test_a_new_order_has_no_time_of_change_and_its_own_number(shop: SqlShop) -> None:
    found = row(shop, shop.place())
    assert (found["order_no"], found["placed"], found["touched"]) == ("A-000001", "2026-03-01 13:00:05", None)
    assert found["total"] == 36.9  # SQLite makes a float of it: that is what such shops have


def test_an_edit_sets_the_time_of_change_and_one_by_hand_does_not(shop: SqlShop) -> None:
    first, second = shop.place(), shop.place()
    shop.edit([first], street="a")
    shop.edit_unseen([second], street="b")
    assert [row(shop, each)["touched"] for each in (first, second)] == ["2026-03-01 13:00:05", None]


def test_an_order_of_an_open_transaction_is_not_there_before_its_commit(shop: SqlShop) -> None:
    with shop.engine.connect() as slow:
        placed = shop.place(slow)
        slow.rollback()
    with pytest.raises(sa.exc.NoResultFound):
        row(shop, placed)


def test_a_refund_changes_nothing_of_its_order(shop: SqlShop) -> None:
    placed = shop.place()
    before = row(shop, placed)
    shop.refund(placed, Decimal("1.00"))
    assert row(shop, placed) == before


def test_a_removed_order_is_gone_with_its_lines(shop: SqlShop) -> None:
    shop.remove(shop.place())
    with shop.engine.connect() as connection:
        assert connection.execute(sa.text("SELECT count(*) FROM buyer_item")).scalar() == 0


@pytest.mark.parametrize(
    ("times", "stored"),
    [
        (ZONED, NOON),
        (NAIVE, datetime(2026, 3, 1, 13, 0, 5)),  # noqa: DTZ001 as the column holds it
        (TEXT, "2026-03-01 13:00:05"),
        (SECONDS, 1772366405),
    ],
)
def test_a_moment_is_stored_as_the_shop_does(times: str, stored: object) -> None:
    assert SqlShop(sa.make_url("sqlite://"), lambda: NOON, times, WARSAW).time(NOON) == stored
