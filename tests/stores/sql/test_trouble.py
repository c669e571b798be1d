"""Trouble with a shop's database is told apart by its codes, in words that a person can act on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bridge.config.values import Secret, StoreSettings
from bridge.domain.errors import BridgeError, ConfigurationRefused, Refused, Unavailable
from bridge.stores.sql.settings import read_settings
from bridge.testing.stores import ORDERS_FROM, readable
from tests.stores.sql.proxy import Wire
from tests.stores.sql.shops import READER, HomeMadeShop, postgres_shop, sqlite_shop


@pytest.fixture
def postgres(postgres_server: str) -> Iterator[HomeMadeShop]:
    with postgres_shop(postgres_server) as shop:
        yield shop


def trouble(shop: HomeMadeShop, **options: Any) -> BridgeError:
    with pytest.raises(BridgeError) as caught:
        list(shop.open(**options).changed_since(None, ORDERS_FROM))
    return caught.value


def test_a_table_that_is_not_there(shop: HomeMadeShop) -> None:
    error = trouble(shop, lines="no_such_table")
    assert isinstance(error, Refused) and error.problem.code == "store-query-refused"


def test_a_query_that_the_database_does_not_understand(shop: HomeMadeShop) -> None:
    error = trouble(shop, orders="SELECT FROM WHERE", write_table="buyer_order")
    assert isinstance(error, Refused) and error.problem.code == "store-query-refused"


def test_a_table_that_the_role_may_not_read(postgres: HomeMadeShop) -> None:
    postgres.execute("REVOKE SELECT ON buyer_item FROM shop_reader")
    error = trouble(postgres)
    assert isinstance(error, Refused) and error.problem.code == "store-database-right"


def test_a_statement_that_takes_too_long_is_stopped_by_the_database(postgres: HomeMadeShop) -> None:
    postgres.place()
    endless = "SELECT o.* FROM buyer_order o, pg_sleep(3600)"
    error = trouble(postgres, orders=endless, write_table="buyer_order", statement_timeout_s=0.2)
    assert isinstance(error, Unavailable) and error.problem.code == "store-database-busy"
    assert "57014" in error.problem.message


def test_a_database_that_is_locked_is_asked_again_later(tmp_path: Path) -> None:
    with sqlite_shop(tmp_path) as shop:
        shop.place()
        store = shop.open(statement_timeout_s=0.1)
        with shop.shop.engine.connect() as other:
            other.exec_driver_sql("BEGIN EXCLUSIVE")
            with pytest.raises(Unavailable) as caught:
                list(store.changed_since(None, ORDERS_FROM))
        assert caught.value.problem.code == "store-database-busy"
        assert len(readable(list(store.changed_since(None, ORDERS_FROM)))) == 1


def test_a_server_that_is_down_and_comes_back(postgres: HomeMadeShop) -> None:
    placed = postgres.place()
    wire = Wire(postgres.url)
    url = wire.url(postgres.url.set(username=READER)).render_as_string(hide_password=False)
    store = postgres.open(url=Secret("env:WIRE", url))
    assert list(readable(list(store.changed_since(None, ORDERS_FROM)))) == placed
    wire.cut()
    assert list(readable(list(store.changed_since(None, ORDERS_FROM)))) == placed  # a connection of its own, made anew
    wire.close()
    with pytest.raises(Unavailable) as caught:
        list(store.changed_since(None, ORDERS_FROM))
    assert caught.value.problem.code == "store-database-unreachable"


def test_a_role_or_database_that_is_not_there(postgres: HomeMadeShop) -> None:
    for url in (postgres.url.set(username="nobody"), postgres.url.set(username=READER, database="nothing")):
        error = trouble(postgres, url=Secret("env:X", url.render_as_string(hide_password=False)))
        assert isinstance(error, Unavailable) and error.problem.code == "store-database-unreachable"


def test_a_missing_file_is_never_made(tmp_path: Path) -> None:
    with sqlite_shop(tmp_path) as shop:
        error = trouble(shop, url=f"sqlite:///{tmp_path / 'no.db'}")
        assert error.problem.code == "store-database-unreachable"
        assert not (tmp_path / "no.db").exists()


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "text.db").write_text("no database " * 1000)
    with sqlite_shop(tmp_path) as shop:
        assert trouble(shop, url=f"sqlite:///{tmp_path / 'text.db'}").problem.code == "store-database-unreachable"


def test_no_message_holds_a_password_or_a_value(postgres: HomeMadeShop) -> None:
    postgres.place()
    url = postgres.url.set(username="nobody", password="hunter2").render_as_string(hide_password=False)
    problem = trouble(postgres, url=Secret("env:X", url)).problem
    assert "hunter2" not in f"{problem}" and "nobody" not in problem.message


def findings(shop: HomeMadeShop, **options: Any) -> list[str]:
    return [finding.detail for finding in shop.open(**options).check() if not finding.fine]


def test_a_check_warns_of_a_superuser(postgres: HomeMadeShop) -> None:
    postgres.place()
    owner = Secret("env:X", postgres.url.render_as_string(hide_password=False))
    assert findings(postgres, url=owner) == ["it is a superuser"]


def test_a_check_warns_of_a_reader_that_may_write(postgres: HomeMadeShop) -> None:
    postgres.execute("GRANT DELETE ON buyer_item TO shop_reader")
    assert findings(postgres) == ["it may write more than nothing: public.buyer_item"]


def test_a_check_warns_of_a_writer_that_may_write_more_or_less(postgres: HomeMadeShop) -> None:
    postgres.execute("GRANT UPDATE (total) ON buyer_order TO shop_writer")
    assert findings(postgres) == ["it may write 1 more columns of buyer_order, as total"]
    postgres.execute("REVOKE UPDATE (total, erp) ON buyer_order FROM shop_writer")
    assert findings(postgres) == ["it may not write erp of buyer_order"]


def test_a_check_says_that_changes_without_a_time_are_seen_by_the_sweep_only(shop: HomeMadeShop) -> None:
    columns = {name: each for name, each in shop.settings().options["columns"].items() if name != "updated_at"}
    said = (
        "no column is updated_at: changed orders are seen by the sweep only, once in 24 h: a payment more than 45 days"
    )
    assert findings(shop, columns=columns) == [f"{said} after the order is never seen"]
    (never,) = findings(shop, columns=columns, sweep_days=0)
    assert never.endswith("no change is ever seen, a payment neither")


@pytest.mark.parametrize("no_time", ["NULL", "''"])
def test_a_check_finds_an_order_that_no_look_can_find(tmp_path: Path, no_time: str) -> None:
    with sqlite_shop(tmp_path) as shop:
        shop.place(2)
        shop.execute("CREATE TABLE loose AS SELECT * FROM buyer_order")
        shop.execute(f"UPDATE loose SET placed = {no_time} WHERE id = 4")
        assert findings(shop, orders="loose") == [
            "order 4 has no time at all, so that no look finds it; there may be more"
        ]


def test_a_check_of_a_database_that_cannot_be_reached_says_so(tmp_path: Path) -> None:
    with sqlite_shop(tmp_path) as shop:
        assert len(findings(shop, url=f"sqlite:///{tmp_path / 'no.db'}")) == 1


@pytest.mark.parametrize(
    ("options", "what"),
    [
        ({"url": "postgresql://shop:hunter2@db/shop"}, "stores.shop.url holds a password"),
        ({"url": "nonsense"}, "stores.shop.url is no database URL"),
        ({"url": "sqlite://"}, "stores.shop.url names no file"),
        ({"url": "oracle://db"}, "stores.shop.url needs a driver for oracle, which is not installed"),
        ({"url": "nothing://db"}, "stores.shop.url needs a driver for nothing, which is not installed"),
        ({"orders": "buyer order"}, "stores.shop.orders is neither a table nor a query"),
        ({"orders": "DROP TABLE x"}, "stores.shop.orders is neither a table nor a query"),
        (
            {"orders": "SELECT 1", "erp_number_column": "erp"},
            "stores.shop.write_table is missing, as orders is a query",
        ),
        ({"erp_number_column": "erp_{flow}"}, "stores.shop.erp_number_column holds an unknown word in braces"),
        ({"columns": {"colour": "c"}}, "stores.shop.columns.colour is no column"),
        ({"per_page": 501}, "stores.shop.per_page must be a whole number"),
        ({"timezone": "Mars/Olympus"}, "stores.shop.timezone is not a time zone"),
        ({"nonsense": 1}, "stores.shop.nonsense is unknown"),
    ],
)
def test_a_wrong_option_is_refused_by_its_name(options: dict[str, Any], what: str) -> None:
    found = {"url": "sqlite:////tmp/shop.db", **options}
    with pytest.raises(ConfigurationRefused) as caught:
        read_settings("shop", StoreSettings("shop", "sql", found, "bridge.toml:7"))
    assert what in caught.value.problem.message
    assert "hunter2" not in caught.value.problem.message


def test_the_wire_of_a_test_is_the_servers(postgres: HomeMadeShop) -> None:
    wire = Wire(postgres.url)
    engine = sa.create_engine(wire.url(postgres.url))
    with engine.connect() as connection:
        assert connection.execute(sa.text("SELECT 41 + 1")).scalar() == 42
    engine.dispose()
    wire.close()
