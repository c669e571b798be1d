"""Passes over two ERPs that one shop feeds share its orders and revisions: the one is met half-way by the other."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy import event

from bridge.ledger import EndpointLedger, Ledger, News, Remapped
from bridge.ledger.errors import FlowHasAnotherStore
from bridge.ledger.values import RegisterState
from tests.ledger.conftest import emptied
from tests.ledger.world import START, ZONE, TestClock, deployment, fetch, revision

FLOWS = (("shop-acme", "shop", "acme"), ("shop-beta", "shop", "beta"))
LOCKS_WAITED_FOR = "SELECT count(*) FROM pg_locks WHERE NOT granted"


@pytest.fixture
def address(made_postgres: str) -> str:
    """A PostgreSQL ledger without rows: SQLite lets no two writers meet."""
    return emptied(made_postgres)


@pytest.fixture
def opened(address: str) -> Iterator[Callable[[], Ledger]]:
    """Opens that ledger, as each process does."""
    ledgers: list[Ledger] = []

    def one_more() -> Ledger:
        ledgers.append(Ledger.open(address, TestClock(), ZONE))
        return ledgers[-1]

    yield one_more
    for ledger in ledgers:
        ledger.close()


class Meeting:
    """Lets `other` run at the first (or nth) statement of this thread that begins so: until it is done, or waits."""

    def __init__(self, address: str, begins: str, other: Callable[[], object], nth: int = 1) -> None:
        self._address, self._begins, self._other, self._left = address, begins, other, nth
        self._me = threading.get_ident()
        self._thread: threading.Thread | None = None
        self._raised: list[Exception] = []

    def __enter__(self) -> None:
        event.listen(sa.Engine, "before_cursor_execute", self._hear)

    def __exit__(self, *raised: object) -> None:
        event.remove(sa.Engine, "before_cursor_execute", self._hear)
        assert self._thread is not None, "the moment did not come"
        self._thread.join()
        if self._raised:
            raise self._raised[0]

    def _hear(self, connection: object, cursor: object, statement: str, *rest: object) -> None:
        if self._thread is None and threading.get_ident() == self._me and statement.startswith(self._begins):
            self._left -= 1
            if self._left:
                return
            self._thread = threading.Thread(target=self._run)
            self._thread.start()
            with psycopg.connect(self._address, autocommit=True) as watching:
                while self._thread.is_alive() and not watching.execute(LOCKS_WAITED_FOR).fetchone()[0]:  # type: ignore[index]  # a count is a row
                    continue

    def _run(self) -> None:
        try:
            self._other()
        except Exception as error:  # raised again in the test's own thread
            self._raised.append(error)


def two_passes(ledger: Ledger) -> tuple[EndpointLedger, EndpointLedger]:
    """A pass over each ERP, which have met the shop's flows before."""
    ledger.enrol(deployment(FLOWS))
    passes = ledger.take("acme", "test"), ledger.take("beta", "test")
    for (flow, _, _), held in zip(FLOWS, passes, strict=True):
        held.news(flow, [])
    return passes


@pytest.mark.parametrize("count", [1, 20])  # few rows go by INSERT, many by COPY
def test_new_orders_that_both_passes_fetch_at_once_are_known_to_both(
    opened: Callable[[], Ledger], address: str, count: int
) -> None:
    ledger = opened()
    acme, beta = two_passes(ledger)
    orders = [revision(f"{number:02}") for number in range(count)]
    with Meeting(address, "SELECT nextval", lambda: fetch(beta, *reversed(orders), flow="shop-beta")):
        fetch(acme, *orders)
    known = [(order.store_order_id, order.flow) for order in ledger.reading.orders(limit=100)]
    assert sorted(known) == sorted((one.store_order_id, flow) for one in orders for flow, _, _ in FLOWS)


@pytest.mark.parametrize("count", [1, 20])
def test_a_change_that_both_passes_fetch_at_once_is_one_revision(
    opened: Callable[[], Ledger], address: str, count: int
) -> None:
    ledger = opened()
    acme, beta = two_passes(ledger)
    first = [revision(f"{number:02}") for number in range(count)]
    changed = [revision(f"{number:02}", 2) for number in range(count)]
    fetch(acme, *first)
    fetch(beta, *first, flow="shop-beta")
    with Meeting(address, "SELECT nextval", lambda: fetch(beta, *reversed(changed), flow="shop-beta")):
        fetch(acme, *changed)
    asked = [(one.store_order_id, one.digest) for one in changed]
    assert set(acme.news("shop-acme", asked) + beta.news("shop-beta", asked)) == {News.KNOWN}


def test_a_mapping_that_changed_and_changed_orders_wait_for_each_other_in_turn(
    opened: Callable[[], Ledger], address: str
) -> None:
    """Each would hold an order that the other writes next."""
    ledger = opened()
    acme, beta = two_passes(ledger)
    fetch(acme, revision("1"), revision("2"))
    known = ledger.known.latest("shop-acme", ["1", "2"])
    same = [Remapped(one.revision_id, f"{one.digest}-anew", "2") for one in known]
    changed = [revision("2", 2), revision("1", 2)]
    with Meeting(address, "UPDATE revisions", lambda: fetch(beta, *changed, flow="shop-beta"), nth=2):
        acme.read_anew(same)
    assert beta.news("shop-beta", [(one.store_order_id, one.digest) for one in changed]) == [News.KNOWN, News.KNOWN]


def test_two_processes_that_begin_at_once_enrol_a_deployment_once(opened: Callable[[], Ledger], address: str) -> None:
    first, second = opened(), opened()
    with Meeting(address, "INSERT INTO stores", lambda: second.enrol(deployment(FLOWS))):
        first.enrol(deployment(FLOWS))
    assert [one.name for one in first.reading.endpoints()] == ["acme", "beta"]


def test_a_pass_of_before_keeps_no_place_in_the_store_that_its_flow_has_now(ledger: Ledger) -> None:
    """`bridge run` works by the bridge.toml that it began with; a command has enrolled the one of now."""
    acme, _ = two_passes(ledger)
    ledger.enrol(deployment((("shop-acme", "other-shop", "acme"), FLOWS[1])))
    with pytest.raises(FlowHasAnotherStore, match="gives flow shop-acme another store"):
        fetch(acme, revision("1"), cursor="place in the old shop")
    with pytest.raises(FlowHasAnotherStore):
        fetch(acme, cursor="place in the old shop")
    assert (acme.cursor("shop-acme"), list(ledger.reading.orders())) == (None, [])


def test_a_long_register_is_read_and_compared_while_others_write(ledger: Ledger) -> None:
    acme, beta = two_passes(ledger)

    def entries() -> Iterator[tuple[str, str]]:
        for number in range(2500):
            yield f"{number}", f"SO-{number}"
            if number in (0, 1500):  # would wait for as long as the rest takes
                fetch(beta, revision(f"{number}"), flow="shop-beta", cursor=f"c{number}")

    assert acme.apply_register(entries(), "digest-1", START) == 2500
    assert acme.apply_register(entries(), "digest-2", START) == 0
    assert acme.register_state() == RegisterState(START, 2500, "digest-2")


def test_a_digest_that_only_the_mapping_made_new_is_not_given_to_a_newer_revision(ledger: Ledger) -> None:
    """One ERP's pass has looked at the latest revision; the other's adds a newer one before the first one writes."""
    acme, beta = two_passes(ledger)
    fetch(acme, revision("1"))
    (looked_at,) = ledger.known.latest("shop-acme", ["1"])
    fetch(beta, revision("1", 2), flow="shop-beta")
    acme.read_anew([Remapped(looked_at.revision_id, "digest-by-mapper-2", "2")])
    assert beta.news("shop-beta", [("1", "digest-1-2")]) == [News.KNOWN]
