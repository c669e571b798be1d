"""Reading a home-made shop so that no order slips: late transactions, empty times of change, zones, one busy second."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from bridge.domain.errors import Refused
from bridge.stores.base import Window, WriteBackOutcome
from bridge.stores.sql.moments import Moments
from bridge.stores.sql.problems import ColumnsMissing, TimesUnfit
from bridge.testing.stores import ORDERS_FROM, numbers_for, outcomes, readable, told
from tests.stores.sql.shops import COLUMNS, NAIVE, SECONDS, TEXT, HomeMadeShop, postgres_shop, sqlite_shop

NO_REFUNDS = {ours: theirs for ours, theirs in COLUMNS.items() if not ours.startswith("refund_")}
UNTIMED = {ours: theirs for ours, theirs in COLUMNS.items() if ours != "created_at"}
NO_POSITION = {name: each for name, each in COLUMNS.items() if name != "line_position"}
WARSAW = ZoneInfo("Europe/Warsaw")


@pytest.fixture
def postgres(postgres_server: str) -> Iterator[HomeMadeShop]:
    with postgres_shop(postgres_server) as shop:
        yield shop


def test_an_order_whose_transaction_commits_after_later_ones_is_told(postgres: HomeMadeShop) -> None:
    now = datetime.now(UTC)
    with postgres.shop.engine.connect() as slow:
        postgres.clock.moment = now - timedelta(seconds=20)
        late = postgres.shop.place(slow)  # placed first, seen last
        postgres.clock.moment = now - timedelta(seconds=5)
        early = postgres.shop.place()
        pages = list(postgres.open().changed_since(None, ORDERS_FROM))
        assert list(readable(pages)) == [early]
        slow.commit()
    assert late in readable(list(postgres.open().changed_since(pages[-1].cursor, ORDERS_FROM)))


def test_an_order_that_commits_while_its_page_is_read_has_its_lines_or_is_not_there(postgres: HomeMadeShop) -> None:
    placed = postgres.place(3)
    look = postgres.open(per_page=2).changed_since(None, ORDERS_FROM)
    first = next(look)
    postgres.execute("DELETE FROM buyer_item WHERE order_id = :one", one=int(placed[2]))
    postgres.execute("DELETE FROM buyer_order WHERE id = :one", one=int(placed[2]))
    rest = list(look)
    assert sorted(readable([first, *rest])) == placed[:2]
    assert [each.problem for each in told([first, *rest]) if each.problem] == []


def test_orders_that_were_never_changed_are_told_beside_those_that_were(shop: HomeMadeShop) -> None:
    placed = shop.place(7)
    shop.change(placed[0])
    store = shop.open(per_page=2)
    pages = list(store.changed_since(None, ORDERS_FROM))
    assert sorted(readable(pages), key=int) == placed
    later = shop.place(1)
    assert later[0] in readable(list(store.changed_since(pages[-1].cursor, ORDERS_FROM)))


def test_a_second_with_new_and_changed_orders_is_told_whole_page_by_page(shop: HomeMadeShop) -> None:
    old = shop.place(9)
    cursor = list(shop.open().changed_since(None, ORDERS_FROM))[-1].cursor
    shop.change_together(old)
    with shop.shop.engine.begin() as connection:
        fresh = [shop.shop.place(connection) for _ in range(9)]  # in the very second of the changes
    found: list[str] = []
    for _ in range(20):  # killed behind each page
        page = next(iter(shop.open(per_page=4).changed_since(cursor, ORDERS_FROM)))
        found += [each.store_order_id for each in page.orders]
        if not page.orders or page.cursor == cursor:
            break
        cursor = page.cursor
    assert set(found) >= {*old, *fresh}


def test_what_was_told_is_not_told_for_ever(shop: HomeMadeShop) -> None:
    shop.place(5)
    store = shop.open()
    cursor = list(store.changed_since(None, ORDERS_FROM))[-1].cursor
    shop.clock.advance(hours=1)
    last = shop.place(1)
    cursor = list(store.changed_since(cursor, ORDERS_FROM))[-1].cursor
    assert list(readable(list(store.changed_since(cursor, ORDERS_FROM)))) == last


@pytest.mark.parametrize(("times", "zone"), [(NAIVE, WARSAW), (NAIVE, ZoneInfo("Etc/GMT+12")), (SECONDS, None)])
def test_times_of_every_kind_mean_the_same_instants(postgres_server: str, times: str, zone: ZoneInfo | None) -> None:
    with postgres_shop(postgres_server, times, zone) as shop:
        placed = shop.place(3)
        when = shop.clock()
        pages = list(shop.open(per_page=2).changed_since(None, ORDERS_FROM))
        assert sorted(readable(pages)) == placed
        assert readable(pages)[placed[2]].created_at == when
        assert shop.open().count(Window(when, when + timedelta(seconds=1))) == 1
        assert shop.open().count(Window(when - timedelta(hours=1), when)) == 2


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Etc/GMT+12", "Europe/Warsaw"])
def test_local_texts_in_sqlite_mean_the_same_instants(tmp_path: Path, zone: str) -> None:
    with sqlite_shop(tmp_path, TEXT, ZoneInfo(zone)) as shop:
        (placed,) = shop.place()
        cursor = list(shop.open().changed_since(None, shop.clock()))[-1].cursor
        assert readable(list(shop.open().recent(shop.clock(), None)))[placed].created_at == shop.clock()
        assert list(readable(list(shop.open().recent(shop.clock() + timedelta(seconds=1), None)))) == []
        shop.change(placed)
        assert list(readable(list(shop.open().changed_since(cursor, ORDERS_FROM)))) == [placed]


def test_before_orders_from_nothing_is_told(shop: HomeMadeShop) -> None:
    shop.place(2)
    cut = shop.clock() + timedelta(seconds=1)
    later = shop.place(2)
    assert sorted(readable(list(shop.open().changed_since(None, cut))), key=int) == later


def test_times_without_a_zone_are_refused_until_it_is_set(postgres_server: str) -> None:
    with postgres_shop(postgres_server, NAIVE, WARSAW) as shop:
        shop.place()
        with pytest.raises(TimesUnfit) as caught:
            list(shop.open(timezone=None).changed_since(None, ORDERS_FROM))
        assert "has times without their zone" in caught.value.problem.message
        (finding,) = [each for each in shop.open(timezone=None).check() if not each.fine]
        assert "timezone" in finding.action


def test_in_the_night_that_is_an_hour_longer_the_clock_is_held_back() -> None:
    moments = Moments("shop", "touched", datetime(2026, 10, 25, 1, 0), WARSAW)  # noqa: DTZ001 as a column holds it
    change = datetime(2026, 10, 25, 1, 0, tzinfo=UTC)  # 03:00 becomes 02:00
    held = change - timedelta(hours=1)

    def steady(**after: float) -> datetime:
        return moments.steady(change + timedelta(**after))

    assert steady(hours=-2) == change - timedelta(hours=2)
    assert [abs(steady(minutes=each) - held) < timedelta(seconds=2) for each in (-50, -1, 1, 59, 230)] == [True] * 5
    assert steady(hours=5) == change + timedelta(hours=5)
    second_pass = moments.read(datetime(2026, 10, 25, 2, 10))  # noqa: DTZ001
    assert second_pass >= steady(minutes=10)  # a row of the hour that comes again stands behind the clock


def test_rows_of_the_hour_that_comes_twice_are_told(postgres_server: str) -> None:
    """The database's clock is real, so what the held clock is for is shown with the cursor that it leads to."""
    with postgres_shop(postgres_server, NAIVE, WARSAW) as shop:
        shop.clock.moment = datetime(2025, 10, 26, 0, 58, tzinfo=UTC)  # 02:58, the first time
        first = shop.place()
        held = '{"settled": "2025-10-25T23:55:00"}'
        assert list(readable(list(shop.open().changed_since(held, ORDERS_FROM)))) == first
        shop.clock.moment = datetime(2025, 10, 26, 1, 5, tzinfo=UTC)  # 02:05, the second time
        second = shop.place()
        assert sorted(readable(list(shop.open().changed_since(held, ORDERS_FROM)))) == sorted(first + second)


def test_a_query_is_read_as_a_table_whatever_signs_it_holds(shop: HomeMadeShop) -> None:
    placed = shop.place(3)
    shop.shop.edit(placed[:1], note="100% sure: yes")
    query = "SELECT o.*, 'a:b :c 50%' AS extra_said FROM buyer_order o WHERE o.state = 'new' AND o.city LIKE 'Gdy%'"
    orders = readable(list(shop.open(orders=f"{query};", write_table="buyer_order").changed_since(None, ORDERS_FROM)))
    assert sorted(orders) == placed
    assert {order.extra["said"] for order in orders.values()} == {"a:b :c 50%"}
    assert orders[placed[0]].customer_note == "100% sure: yes"


def test_a_query_that_doubles_an_order_makes_it_wait_alone(shop: HomeMadeShop) -> None:
    first, second = shop.place(2)
    query = f"SELECT * FROM buyer_order UNION ALL SELECT * FROM buyer_order WHERE id = {first}"
    pages = list(shop.open(orders=query, write_table="buyer_order").changed_since(None, ORDERS_FROM))
    assert list(readable(pages)) == [second]
    assert {each.store_order_id for each in told(pages) if each.problem} == {first}


def test_orders_with_binary_ids_are_found_again_and_written_to(shop: HomeMadeShop) -> None:
    """UUIDs in BINARY(16), as MySQL shops keep them."""
    placed = shop.place(5)
    shop.execute("UPDATE buyer_order SET touched = placed")
    in_bytes = "decode(lpad({}::text, 32, '0'), 'hex')" if shop.is_postgres else "CAST(printf('%016d', {}) AS BLOB)"
    shop.execute(f"CREATE TABLE keyed_order AS SELECT *, {in_bytes.format('id')} AS uid FROM buyer_order")
    shop.execute(f"CREATE TABLE keyed_item AS SELECT *, {in_bytes.format('order_id')} AS order_uid FROM buyer_item")
    if shop.is_postgres:
        shop.execute("GRANT SELECT ON keyed_order, keyed_item TO shop_reader")
        shop.execute("GRANT SELECT, UPDATE (erp) ON keyed_order TO shop_writer")
    keyed = {"orders": "keyed_order", "lines": "keyed_item", "line_order": "order_uid", "refunds": None}
    store = shop.open(**keyed, columns={**COLUMNS, "store_order_id": "uid"}, per_page=2)
    found = readable(list(store.changed_since(None, ORDERS_FROM)))
    assert len(found) == len(placed)
    assert {len(bytes.fromhex(key)) for key in found} == {16}
    assert [one.told is not None for one in store.fetch(list(found))] == [True] * 5
    assert set(readable(list(store.recent(ORDERS_FROM, None)))) == set(found)
    assert outcomes(list(store.write_back(numbers_for(list(found))))) == [WriteBackOutcome.WRITTEN] * 5
    assert [one.told for one in store.fetch(["00ff", "no hex"])] == [None, None]


def test_a_view_with_our_names_needs_no_map(shop: HomeMadeShop) -> None:
    (placed,) = shop.place()
    shop.execute(
        "CREATE VIEW erp_orders AS SELECT id AS store_order_id, placed AS created_at, currency, total AS total_gross, "
        "'B7' AS extra_shelf FROM buyer_order"
    )
    shop.execute(
        "CREATE VIEW erp_lines AS SELECT order_id, place AS line_position, sku AS line_sku, pieces AS line_quantity, "
        "net AS line_net, vat AS line_tax FROM buyer_item"
    )
    if shop.is_postgres:
        shop.execute("GRANT SELECT ON erp_orders, erp_lines TO shop_reader")
    store = shop.open(orders="erp_orders", lines="erp_lines", refunds=None, columns=None, erp_number_column=None)
    order = readable(list(store.changed_since(None, ORDERS_FROM)))[placed]
    assert (order.extra, [line.sku for line in order.lines]) == ({"shelf": "B7"}, ["007", "PARCEL"])


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"columns": {}}, "the orders and lines lack store_order_id, created_at, total_gross, line_quantity"),
        ({"line_order": "number"}, "buyer_item has no column number, which line_order names for the order's id"),
        (
            {"refunds": "buyer_item"},
            "buyer_item has no column refund_no, which [stores.shop.columns] names for refund_id",
        ),
        ({"refunds": "buyer_item", "columns": NO_REFUNDS}, "the refunds lack refund_id"),
        (
            {"line_key": "nothing", "columns": NO_POSITION},
            "buyer_item has no column nothing, by which line_key puts lines in order",
        ),
        (
            {"defaults": {"created_at": "2026-01-01T00:00:00Z"}, "columns": UNTIMED},
            "the orders and lines lack created_at",
        ),
    ],
)
def test_missing_columns_are_one_message(shop: HomeMadeShop, changes: dict[str, object], what: str) -> None:
    with pytest.raises(ColumnsMissing) as caught:
        list(shop.open(**changes).changed_since(None, ORDERS_FROM))
    assert what in caught.value.problem.message


@pytest.mark.parametrize(
    ("changes", "message", "action"),
    [
        (
            {"columns": COLUMNS | {"total_gross": "totl"}},
            "buyer_order has no column totl, which [stores.shop.columns] names for total_gross",
            "Did you mean total? Correct [stores.shop.columns].",
        ),
        (
            {"columns": COLUMNS | {"line_quantity": "peices"}},
            "buyer_item has no column peices, which [stores.shop.columns] names for line_quantity",
            "Did you mean pieces? Correct [stores.shop.columns].",
        ),
        (
            {"columns": COLUMNS | {"customer_note": ["notes", "remark"]}, "orders": "SELECT * FROM buyer_order"},
            "the query of orders has no column notes or remark, which [stores.shop.columns] names for customer_note",
            "Did you mean note? Correct [stores.shop.columns].",
        ),
        (
            {"columns": COLUMNS | {"line_sku": "skuu", "total_gross": "totl"}},
            "buyer_order has no column totl, which [stores.shop.columns] names for total_gross; "
            "buyer_item has no column skuu, which [stores.shop.columns] names for line_sku",
            "Did you mean total? Correct [stores.shop.columns]. Did you mean sku? Correct [stores.shop.columns].",
        ),
        (
            {"line_order": "ordr_id"},
            "buyer_item has no column ordr_id, which line_order names for the order's id",
            "Did you mean order_id? Set line_order of the store to the column that holds it.",
        ),
    ],
)
def test_a_mistyped_column_is_told_with_its_table_and_what_was_meant(
    shop: HomeMadeShop, changes: dict[str, object], message: str, action: str
) -> None:
    with pytest.raises(ColumnsMissing) as caught:
        list(shop.open(**{"write_table": "buyer_order", **changes}).changed_since(None, ORDERS_FROM))
    problem = caught.value.problem
    assert (problem.message, problem.action) == (f"Store shop: {message}.", action)


def test_of_many_absent_columns_the_first_are_named_and_the_rest_is_counted(shop: HomeMadeShop) -> None:
    with pytest.raises(ColumnsMissing) as caught:
        list(shop.open(columns={ours: f"{their}_" for ours, their in COLUMNS.items()}).changed_since(None, ORDERS_FROM))
    said = caught.value.problem.message
    assert said.startswith("Store shop: buyer_order has no column id_, which")
    assert said.endswith(f"; {len(COLUMNS) - 4} more columns are not there.")


def test_a_named_column_may_be_absent_where_a_default_stands_for_it(shop: HomeMadeShop) -> None:
    placed = shop.place()
    store = shop.open(columns=COLUMNS | {"channel": "shop_name"}, defaults={"channel": "web"})
    assert readable(list(store.changed_since(None, ORDERS_FROM)))[placed[0]].channel == "web"


def test_nothing_is_ever_written_by_reading(shop: HomeMadeShop) -> None:
    shop.place(2)
    store = shop.open(orders="SELECT * FROM buyer_order", write_table="buyer_order")
    list(store.changed_since(None, ORDERS_FROM))
    database = store._database
    with pytest.raises(Refused) as caught, database.reading("write while reading") as connection:
        connection.execute(sa.text("UPDATE buyer_order SET erp = 'x'"))
    assert caught.value.problem.code == "store-database-right"
    assert shop.shop.erp_numbers() == {}


def test_an_empty_shop_counts_and_knows_nothing(shop: HomeMadeShop) -> None:
    store = shop.open()
    assert store.count(Window(ORDERS_FROM, datetime.now(UTC))) == 0
    assert [each.told for each in store.fetch(["1", "x"])] == [None, None]


def test_ids_that_no_key_can_hold_are_gone_and_no_error(shop: HomeMadeShop) -> None:
    (placed,) = shop.place()
    odd = ["", "0" + placed, "1e3", "99999999999999999999", "1; DROP TABLE buyer_order", "\x00", placed]
    assert [each.told is not None for each in shop.open().fetch(odd)] == [False] * 6 + [True]


@pytest.mark.parametrize("shape", ["%Y-%m-%d", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%MZ", "%Y-%m-%dT%H:%M:%SZ"])
def test_times_that_know_days_or_minutes_only_lose_nothing(tmp_path: Path, shape: str) -> None:
    with sqlite_shop(tmp_path) as shop:
        query = f"SELECT *, strftime('{shape}', placed) AS made FROM buyer_order"
        columns = {**COLUMNS, "created_at": "made", "updated_at": "made"}
        options = {"orders": query, "write_table": "buyer_order", "columns": columns, "per_page": 3}
        shop.clock.moment = datetime.now(UTC)
        placed = shop.place(10)
        pages = list(shop.open(**options).changed_since(None, ORDERS_FROM))
        assert sorted(readable(pages), key=int) == placed
        shop.clock.moment = datetime.now(UTC)
        later = shop.place(2)  # in the same day, and perhaps in the same minute
        again = readable(list(shop.open(**options).changed_since(pages[-1].cursor, ORDERS_FROM)))
        assert set(later) <= set(again)
        swept: list[str] = []
        cursor = None
        while cursor != "":
            page = next(iter(shop.open(**options).recent(ORDERS_FROM, cursor)))
            swept += [order.store_order_id for order in page.orders]
            cursor = page.cursor
        assert sorted(swept, key=int) == placed + later


def test_one_order_with_nonsense_for_a_time_stands_still_alone(tmp_path: Path) -> None:
    with sqlite_shop(tmp_path) as shop:
        placed = shop.place(3)
        shop.execute("UPDATE buyer_order SET placed = 'unknown' WHERE id = :id", id=int(placed[1]))
        pages = list(shop.open().changed_since(None, ORDERS_FROM))
        assert sorted(readable(pages)) == [placed[0], placed[2]]
        assert {each.store_order_id for each in told(pages) if each.problem} == {placed[1]}
        shop.change(placed[2])
        assert placed[2] in readable(list(shop.open().changed_since(pages[-1].cursor, ORDERS_FROM)))


def test_many_orders_with_nonsense_for_a_time_hide_no_other(tmp_path: Path) -> None:
    with sqlite_shop(tmp_path) as shop:
        placed = shop.place(12)
        shop.execute("UPDATE buyer_order SET placed = 'unknown' WHERE id < 19")
        pages = list(shop.open(per_page=2).changed_since(None, ORDERS_FROM))
        assert sorted(readable(pages), key=int) == placed[6:]


def test_texts_with_offsets_of_their_own_cannot_be_put_in_order(tmp_path: Path) -> None:
    with sqlite_shop(tmp_path) as shop:
        shop.place()
        shop.execute("UPDATE buyer_order SET placed = placed || '+02:00'")
        with pytest.raises(TimesUnfit) as caught:
            list(shop.open().changed_since(None, ORDERS_FROM))
        assert "offsets of their own" in caught.value.problem.message


def test_a_column_that_comes_back_needs_no_restart(postgres: HomeMadeShop) -> None:
    placed = postgres.place()
    store = postgres.open()
    list(store.changed_since(None, ORDERS_FROM))
    postgres.execute("ALTER TABLE buyer_order RENAME COLUMN total TO total_old")
    with pytest.raises(Refused):
        list(store.changed_since(None, ORDERS_FROM))
    postgres.execute("ALTER TABLE buyer_order RENAME COLUMN total_old TO total")
    assert list(readable(list(store.changed_since(None, ORDERS_FROM)))) == placed


def test_a_clock_of_the_shop_that_runs_ahead_or_behind_loses_nothing(shop: HomeMadeShop) -> None:
    seen: set[str] = set()
    cursor = None
    placed: list[str] = []
    for hours in (-30, -29.9, -3, 3, 3.1, 20):  # of the program that writes the times, by the database's clock
        shop.clock.moment = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=hours)
        placed += shop.place(2)
        pages = list(shop.open().changed_since(cursor, ORDERS_FROM))
        seen |= set(readable(pages))
        cursor = pages[-1].cursor
    assert seen == set(placed)


def test_names_of_any_kind_in_another_schema_are_quoted(postgres: HomeMadeShop) -> None:
    placed = postgres.place(3)
    postgres.execute("CREATE SCHEMA sales")
    postgres.execute(
        'CREATE VIEW sales.v_orders AS SELECT id AS "OrderID", placed AS "Placed on", currency AS "select", '
        'total AS "Total; DROP TABLE x", touched FROM buyer_order'
    )
    postgres.execute("GRANT USAGE ON SCHEMA sales TO shop_reader")
    postgres.execute("GRANT SELECT ON sales.v_orders TO shop_reader")
    columns = {ours: their for ours, their in COLUMNS.items() if ours.startswith(("line_", "refund_"))}
    columns |= {"store_order_id": "OrderID", "created_at": "placed ON", "currency": "select"}
    columns |= {"total_gross": "Total; DROP TABLE x", "updated_at": "touched"}
    store = postgres.open(
        orders="sales.v_orders", columns=columns, per_page=2, write_table="buyer_order", write_key="id"
    )
    assert sorted(readable(list(store.changed_since(None, ORDERS_FROM))), key=int) == placed
    assert [each.told is not None for each in store.fetch(placed)] == [True] * 3
    assert [finding.detail for finding in store.check() if not finding.fine] == []


def test_a_look_is_answered_from_indexes_however_long_the_past_is(tmp_path: Path) -> None:
    with sqlite_shop(tmp_path) as shop:
        shop.place(20)
        shop.change("1")
        asked: list[tuple[str, Any]] = []
        store = shop.open(per_page=3, refunds=None)
        cursor = list(store.changed_since(None, ORDERS_FROM))[-1].cursor
        shop.change_together(["4", "7", "10", "13", "16"])

        def note(*told_of: Any) -> None:
            asked.append((told_of[2], told_of[3]))

        sa.event.listen(store._database._reader, "before_cursor_execute", note)
        assert len(readable(list(store.changed_since(cursor, ORDERS_FROM)))) >= 5
        list(store.recent(ORDERS_FROM, None))
        plans = []
        with shop.shop.engine.connect() as connection:
            for statement, parameters in asked:
                if statement.startswith("SELECT buyer"):
                    plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
                    plans += [row[3] for row in plan]
        assert plans and all(plan.startswith(("SEARCH", "USE TEMP B-TREE FOR")) for plan in plans), plans
        assert not any("touched=?" in plan for plan in plans), "all that was never changed, of all the past"


def test_a_question_asks_for_the_newest_time_of_a_column_once(tmp_path: Path) -> None:
    """Where orders is a query, it reads all orders each time."""
    with sqlite_shop(tmp_path) as shop:
        shop.place(3)
        asked: list[str] = []
        store = shop.open()
        list(store.recent(ORDERS_FROM, None))  # the columns are known

        def note(*told_of: Any) -> None:
            asked.append(told_of[2])

        sa.event.listen(store._database._reader, "before_cursor_execute", note)
        assert len(readable(list(store.changed_since(None, ORDERS_FROM)))) == 3
        newest = [statement for statement in asked if "max(" in statement.lower()]
        assert len(newest) == 2 * asked.count("BEGIN"), newest  # of change and of creation


@pytest.mark.parametrize("blank", ["", "0000-00-00 00:00:00"])
def test_a_blank_time_of_change_is_none(tmp_path: Path, blank: str) -> None:
    """As texts keep it, and dates of old MySQL shops: such an order is in no look by its time of change."""
    with sqlite_shop(tmp_path) as shop:
        first, second = shop.place(2)
        shop.execute("UPDATE buyer_order SET touched = :blank, paid_on = :blank", blank=blank)
        pages = list(shop.open().changed_since(None, ORDERS_FROM))
        assert {one: order.payment.paid_at for one, order in readable(pages).items()} == {first: None, second: None}
        shop.change(first)
        assert list(readable(list(shop.open().changed_since(None, ORDERS_FROM)))) == [second, first]
