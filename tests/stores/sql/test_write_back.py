"""One UPDATE of one column of one row: never over another number, never twice, never more than one row."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from time import monotonic
from typing import Any

import pytest
import sqlalchemy as sa

from bridge.config.values import Secret
from bridge.domain.errors import Doubtful, Refused, Unavailable
from bridge.domain.revision import revision_digest
from bridge.stores.base import WriteBack, WriteBackOutcome, WriteBackReceipt
from bridge.stores.sql.store import SqlStore
from bridge.testing.stores import ORDERS_FROM, numbers_for, outcomes, readable
from tests.stores.sql.proxy import Wire
from tests.stores.sql.shops import WRITER, HomeMadeShop, postgres_shop

WRITTEN, ALREADY, DIFFERENT = WriteBackOutcome.WRITTEN, WriteBackOutcome.ALREADY, WriteBackOutcome.DIFFERENT


@pytest.fixture
def postgres(postgres_server: str) -> Iterator[HomeMadeShop]:
    with postgres_shop(postgres_server) as shop:
        yield shop


@pytest.fixture
def wire(postgres: HomeMadeShop) -> Iterator[Wire]:
    found = Wire(postgres.url)
    yield found
    found.close()


def through(wire: Wire, shop: HomeMadeShop) -> SqlStore:
    """A store whose writes go over a wire that can be cut."""
    url = wire.url(shop.url.set(username=WRITER)).render_as_string(hide_password=False)
    return shop.open(write_url=Secret("env:WIRE", url))


def written(store: SqlStore, *numbers: WriteBack) -> list[WriteBackReceipt]:
    return list(store.write_back(numbers))


@pytest.mark.parametrize("there", ["", "   "])
def test_an_empty_text_is_no_number(shop: HomeMadeShop, there: str) -> None:
    (placed,) = shop.place()
    shop.shop.edit_unseen([placed], erp=there)
    assert outcomes(written(shop.open(), *numbers_for([placed]))) == [WRITTEN]
    assert shop.number_of(placed) == f"SO-{placed}"


def test_a_number_with_blanks_around_is_ours_already(shop: HomeMadeShop) -> None:
    (placed,) = shop.place()
    shop.shop.edit_unseen([placed], erp=f" SO-{placed} ")
    assert outcomes(written(shop.open(), *numbers_for([placed]))) == [ALREADY]


def test_an_order_that_is_gone_is_told_so_and_the_next_is_written(shop: HomeMadeShop) -> None:
    first, second = shop.place(2)
    shop.remove(first)
    receipts = written(shop.open(), *numbers_for([first, "no-such-order", second]))
    assert outcomes(receipts) == [WriteBackOutcome.GONE, WriteBackOutcome.GONE, WRITTEN]


def test_only_the_one_column_of_the_one_row_changes(shop: HomeMadeShop) -> None:
    placed = shop.place(2)
    before = rows(shop)
    written(shop.open(), *numbers_for(placed[:1]))
    after = rows(shop)
    assert after[1] == before[1]
    assert {name: (before[0][name], after[0][name]) for name in after[0] if before[0][name] != after[0][name]} == {
        "erp": (None, f"SO-{placed[0]}")
    }


def rows(shop: HomeMadeShop) -> list[dict[str, Any]]:
    with shop.shop.engine.connect() as connection:
        return [dict(row) for row in connection.execute(sa.text("SELECT * FROM buyer_order ORDER BY id")).mappings()]


def test_a_key_that_two_rows_share_writes_nothing(shop: HomeMadeShop) -> None:
    placed = shop.place(2)
    shop.execute("UPDATE buyer_order SET order_no = '7'")
    if shop.is_postgres:
        shop.execute("GRANT SELECT (order_no) ON buyer_order TO shop_writer")
    (receipt,) = written(shop.open(write_key="order_no"), *numbers_for(["7"]))
    assert receipt.error is not None and receipt.error.problem.code == "store-write-not-one-row"
    assert [shop.number_of(each) for each in placed] == [None, None]


def test_somebody_who_writes_between_our_read_and_our_update_is_not_overwritten(postgres: HomeMadeShop) -> None:
    (placed,) = postgres.place()
    receipts: list[WriteBackReceipt] = []
    store = postgres.open()
    with postgres.shop.engine.connect() as other:
        other.execute(sa.text("UPDATE buyer_order SET erp = 'OTHER-1' WHERE id = :id"), {"id": int(placed)})
        ours = threading.Thread(target=lambda: receipts.extend(written(store, *numbers_for([placed]))))
        ours.start()
        wait_until(lambda: waiting_for_a_lock(postgres))  # it has read that nothing stands there, and wants to write
        other.commit()
        ours.join(timeout=60)
    assert outcomes(receipts) == [DIFFERENT]
    assert (receipts[0].found, postgres.number_of(placed)) == ("OTHER-1", "OTHER-1")


def waiting_for_a_lock(shop: HomeMadeShop) -> bool:
    with shop.shop.engine.connect() as connection:
        asked = "SELECT count(*) FROM pg_stat_activity WHERE usename = :role AND wait_event_type = 'Lock'"
        return bool(connection.execute(sa.text(asked), {"role": WRITER}).scalar())


def wait_until(holds: Callable[[], bool]) -> None:
    """Until it holds; the deadline is far, for a machine under load."""
    deadline = monotonic() + 60
    while not holds():
        assert monotonic() < deadline, "it never held"


def test_a_row_that_is_locked_is_tried_again_later(postgres: HomeMadeShop) -> None:
    first, second = postgres.place(2)
    with postgres.shop.engine.connect() as other:
        other.execute(sa.text("UPDATE buyer_order SET note = 'open' WHERE id = :id"), {"id": int(first)})
        receipts = written(postgres.open(statement_timeout_s=0.2), *numbers_for([first, second]))
    assert outcomes(receipts) == [WriteBackOutcome.FAILED] * 2
    assert all(isinstance(each.error, Unavailable) for each in receipts)
    assert postgres.shop.erp_numbers() == {}
    assert outcomes(written(postgres.open(), *numbers_for([first, second]))) == [WRITTEN] * 2


def test_a_connection_that_breaks_after_the_commit_leaves_a_doubt_that_the_next_read_settles(
    postgres: HomeMadeShop, wire: Wire
) -> None:
    first, second = postgres.place(2)
    wire.cuts_after_commit = True
    receipts = written(through(wire, postgres), *numbers_for([first, second]))
    assert outcomes(receipts) == [WriteBackOutcome.FAILED] * 2
    assert wire.commits_cut == 1
    assert isinstance(receipts[0].error, Doubtful) and isinstance(receipts[1].error, Unavailable)
    assert postgres.shop.erp_numbers() == {first: f"SO-{first}"}  # it was carried out, and nobody heard of it
    assert outcomes(written(through(wire, postgres), *numbers_for([first, second]))) == [ALREADY, WRITTEN]


def test_a_connection_that_broke_before_is_made_anew(postgres: HomeMadeShop, wire: Wire) -> None:
    first, second = postgres.place(2)
    store = through(wire, postgres)
    assert outcomes(written(store, *numbers_for([first]))) == [WRITTEN]
    wire.cut()
    assert outcomes(written(store, *numbers_for([second]))) == [WRITTEN]


def test_a_trigger_that_takes_the_number_away_is_seen(shop: HomeMadeShop) -> None:
    (placed,) = shop.place()
    if shop.is_postgres:
        shop.execute(
            "CREATE FUNCTION forget() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN NEW.erp = OLD.erp; RETURN NEW; END $$"
        )
        shop.execute("CREATE TRIGGER forget BEFORE UPDATE ON buyer_order FOR EACH ROW EXECUTE FUNCTION forget()")
    else:
        shop.execute(
            "CREATE TRIGGER forget AFTER UPDATE OF erp ON buyer_order BEGIN "
            "UPDATE buyer_order SET erp = NULL WHERE rowid = new.rowid; END"
        )
    (receipt,) = written(shop.open(), *numbers_for([placed]))
    assert receipt.error is not None and receipt.error.problem.code == "store-did-not-keep"
    assert shop.number_of(placed) is None


def test_a_trigger_that_moves_the_time_of_change_makes_no_new_revision(shop: HomeMadeShop) -> None:
    (placed,) = shop.place()
    cursor = list(shop.open().changed_since(None, ORDERS_FROM))[-1].cursor
    before = readable(list(shop.open().changed_since(None, ORDERS_FROM)))[placed]
    written(shop.open(), *numbers_for([placed]))
    shop.clock.advance(hours=1)
    shop.shop.edit([placed])  # as a trigger would: the time, and nothing else
    after = readable(list(shop.open().changed_since(cursor, ORDERS_FROM)))[placed]
    assert after.updated_at > before.updated_at
    assert revision_digest(after) == revision_digest(before)


def test_a_role_without_the_right_says_so_and_nothing_is_tried_with_another(postgres: HomeMadeShop) -> None:
    (placed,) = postgres.place()
    postgres.execute("REVOKE UPDATE (erp) ON buyer_order FROM shop_writer")
    (receipt,) = written(postgres.open(), *numbers_for([placed]))
    assert isinstance(receipt.error, Refused) and receipt.error.problem.code == "store-database-right"
    assert "42501" in receipt.error.problem.message


def test_without_a_column_every_number_says_what_to_set(shop: HomeMadeShop) -> None:
    placed = shop.place(2)
    receipts = written(shop.open(erp_number_column=None), *numbers_for(placed))
    assert {each.error.problem.code for each in receipts if each.error} == {"store-no-write-back"}
    assert len(receipts) == 2


def test_two_endpoints_keep_their_numbers_apart(shop: HomeMadeShop) -> None:
    (placed,) = shop.place()
    shop.execute("ALTER TABLE buyer_order ADD COLUMN erp_north TEXT")
    shop.execute("ALTER TABLE buyer_order ADD COLUMN erp_south TEXT")
    if shop.is_postgres:
        shop.execute("GRANT SELECT, UPDATE (erp_north, erp_south) ON buyer_order TO shop_writer")
    numbers = [WriteBack(placed, placed, f"{name}-1", name) for name in ("north", "south")]
    assert outcomes(written(shop.open(erp_number_column="erp_{endpoint}"), *numbers)) == [WRITTEN] * 2
    with shop.shop.engine.connect() as connection:
        found = connection.execute(sa.text("SELECT erp_north, erp_south, erp FROM buyer_order")).one()
    assert tuple(found) == ("north-1", "south-1", None)


def test_a_column_of_whole_numbers_takes_whole_numbers_and_refuses_others(shop: HomeMadeShop) -> None:
    first, second = shop.place(2)
    shop.execute("ALTER TABLE buyer_order ADD COLUMN erp_no INTEGER")
    if shop.is_postgres:
        shop.execute("GRANT SELECT, UPDATE (erp_no) ON buyer_order TO shop_writer")
    store = shop.open(erp_number_column="erp_no")
    assert outcomes(written(store, WriteBack(first, first, "4711", "acme"))) == [WRITTEN]
    assert outcomes(written(store, WriteBack(first, first, "4711", "acme"))) == [ALREADY]
    (receipt,) = written(store, WriteBack(second, second, "007", "acme"))
    assert receipt.error is not None and receipt.error.problem.code == "store-did-not-keep"
    with shop.shop.engine.connect() as connection:
        assert connection.execute(sa.text("SELECT erp_no FROM buyer_order ORDER BY id")).scalars().all() == [4711, None]


def test_the_status_changes_in_the_same_update_where_that_is_asked_for(shop: HomeMadeShop) -> None:
    placed = shop.place(3)
    shop.shop.edit_unseen(placed[1:2], state="on hold")
    shop.execute(f"UPDATE buyer_order SET erp = 'SO-{placed[2]}' WHERE id = {placed[2]}")
    store = shop.open(status_after={"new": "in the ERP"})
    if shop.is_postgres:
        assert "it may not write state of buyer_order" in unfine(store)
        shop.execute(f"GRANT SELECT (state), UPDATE (state) ON buyer_order TO {WRITER}")
    assert unfine(store) == ""
    assert outcomes(written(store, *numbers_for(placed))) == [WRITTEN, WRITTEN, ALREADY]
    found = {str(row["id"]): (row["erp"], row["state"]) for row in rows(shop)}
    assert found == {
        placed[0]: (f"SO-{placed[0]}", "in the ERP"),
        placed[1]: (f"SO-{placed[1]}", "on hold"),  # only from the status that is named
        placed[2]: (f"SO-{placed[2]}", "new"),  # the number stood there: nothing is written
    }
    assert store.describe().writes == ("erp_number", "status") and shop.open().describe().writes == ("erp_number",)


def test_a_status_that_the_database_does_not_keep_leaves_the_number_unwritten_too(shop: HomeMadeShop) -> None:
    (placed,) = shop.place()
    if shop.is_postgres:
        shop.execute(f"GRANT SELECT (state), UPDATE (state) ON buyer_order TO {WRITER}")
        shop.execute("ALTER TABLE buyer_order ADD CHECK (state IN ('new', 'sent'))")
    else:
        shop.execute(
            "CREATE TRIGGER keep AFTER UPDATE OF state ON buyer_order WHEN new.state <> old.state "
            "BEGIN UPDATE buyer_order SET state = old.state WHERE id = new.id; END"
        )
    (receipt,) = written(shop.open(status_after={"new": "in the ERP"}), *numbers_for([placed]))
    assert receipt.outcome is WriteBackOutcome.FAILED and isinstance(receipt.error, Refused)
    assert shop.number_of(placed) is None


def unfine(store: SqlStore) -> str:
    return "; ".join(finding.detail for finding in store.check() if not finding.fine)
