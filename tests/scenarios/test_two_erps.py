"""Two ERPs fed by one shop: what one pass does in the very moment in which the other works keeps it from nothing.

Passes run side by side, a thread for each ERP. Here the one runs whole at one named moment of the other's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bridge.domain.effects import observe
from bridge.domain.errors import ConfigurationRefused
from bridge.engine import run_one_pass
from bridge.flow.check import check
from bridge.flow.collect import collect
from bridge.flow.export import export
from bridge.flow.fetch import fetch
from bridge.flow.site import Held, Site
from bridge.flow.write_back import write_back
from tests.cli.commands import bridge
from tests.world import World, world

pytestmark = pytest.mark.scenario


def with_a_second_erp(here: World) -> None:
    """Endpoint `beta`, of the same kind, which gets the same orders from the same shop."""
    path = here.folder / "bridge.toml"
    text = path.read_text(encoding="utf-8")
    twin = text[text.index("[endpoints.acme]") :]
    for old, new in (("endpoints.acme", "endpoints.beta"), ("shop-acme", "shop-beta"), ('"acme"', '"beta"')):
        twin = twin.replace(old, new)
    path.write_text(text + twin.replace("erp-files", "erp-beta"), encoding="utf-8")
    for name in ("in", "out/taken"):
        (here.folder / "erp-beta" / name).mkdir(parents=True)


def edited(here: World, *changes: tuple[str, str]) -> None:
    """Somebody edits the part of bridge.toml that is the second ERP's."""
    path = here.folder / "bridge.toml"
    text = path.read_text(encoding="utf-8")
    start = text.index("[endpoints.beta]")
    twin = text[start:]
    for old, new in changes:
        assert old in twin
        twin = twin.replace(old, new)
    path.write_text(text[:start] + twin, encoding="utf-8")


class Moment:
    """Does something once, at the first effect after which it can be done."""

    def __init__(self, has_come: Callable[[], bool], act: Callable[[], None]) -> None:
        self._has_come, self._act = has_come, act
        self.was_there = False

    def before(self, kind: str) -> None:
        """Looked at after each effect."""

    def after(self, kind: str) -> None:
        if not self.was_there and self._has_come():
            self.was_there = True
            self._act()


@contextmanager
def at_the_moment(has_come: Callable[[], bool], act: Callable[[], None]) -> Iterator[None]:
    """What the block does is met by the act, in the middle of it."""
    moment = Moment(has_come, act)
    earlier = observe(moment)
    try:
        yield
    finally:
        observe(earlier)
    assert moment.was_there


@contextmanager
def a_pass(site: Site, endpoint: str) -> Iterator[Held]:
    with Held.taken(site, site.deployment.endpoints[endpoint], "test", lambda: False) as held:
        yield held


def whole_pass(site: Site, endpoint: str) -> None:
    outcome = run_one_pass(site, site.deployment.endpoints[endpoint], "test")
    assert outcome.error is None


def is_kept(here: World) -> bool:
    """Whether whole bytes lie in the archive under their digest, and have no place yet."""
    return any(len(path.name) == 64 for path in (here.folder / "archive" / "incoming").iterdir())


@pytest.mark.parametrize("style", ["ubl", "csv"])
def test_two_erps_that_get_the_very_same_file_each_get_it(tmp_path: Path, style: str) -> None:
    with world(tmp_path / "w", style) as here:
        with_a_second_erp(here)
        here.order_paid(10452)
        here.stopped_at = datetime.now(UTC)
        with here.site() as site, a_pass(site, "acme") as held:
            (flow,) = site.flows_of("acme")
            assert (fetch(flow, held), check(flow, held)) == (1, 1)
            with at_the_moment(lambda: is_kept(here), lambda: whole_pass(site, "beta")):
                assert export(held.endpoint, held) == 1
        here.run_pass()
        mine, theirs = (sorted((here.folder / name / "in").glob("*.*")) for name in ("erp-files", "erp-beta"))
        assert [path.name for path in mine] == [path.name for path in theirs]
        assert [path.read_bytes() for path in mine] == [path.read_bytes() for path in theirs] != []
        assert here.codes() == []
        assert here.damage() == []


def test_two_erps_that_answer_with_the_very_same_bytes_are_each_heard(tmp_path: Path) -> None:
    with world(tmp_path / "w", "csv", flow="write_back = false") as here:
        with_a_second_erp(here)
        here.order_paid(10452)
        here.run_pass()
        here.erp.import_all()
        for answer in (here.folder / "erp-files" / "out").glob("*.*"):
            (here.folder / "erp-beta" / "out" / answer.name).write_bytes(answer.read_bytes())
        with here.site() as site, a_pass(site, "acme") as held:
            with at_the_moment(lambda: is_kept(here), lambda: whole_pass(site, "beta")):
                assert collect(held.endpoint, held) == 1
            orders = {(one.flow, one.state.value) for one in site.ledger.reading.orders()}
        assert orders == {("shop-acme", "accepted"), ("shop-beta", "accepted")}
        assert here.codes() == []
        assert here.damage() == []


def test_two_erps_that_have_an_order_of_one_shop_never_write_over_each_others_number(tmp_path: Path) -> None:
    with world(tmp_path / "w", "csv") as here:
        with_a_second_erp(here)
        here.order_paid(10452)
        here.run_pass()
        here.erp.import_all()
        for answer in (here.folder / "erp-files" / "out").glob("*.*"):
            theirs = answer.read_bytes().replace(b"SO-1", b"B-900")
            (here.folder / "erp-beta" / "out" / answer.name).write_bytes(theirs)
        with here.site() as site, a_pass(site, "acme") as held:
            (flow,) = site.flows_of("acme")
            assert collect(held.endpoint, held) == 1
            with at_the_moment(lambda: True, lambda: whole_pass(site, "beta")):  # it has read, and writes next
                assert write_back(flow, held) == 1
        assert here.shop.erp_numbers() == {"10452": "SO-1"}
        here.run_pass()
        assert here.shop.erp_numbers() == {"10452": "SO-1"}
        assert [one.title for one in here.exceptions()] == ["Order 10452: the store holds another ERP number"]


def test_two_erps_that_answer_into_one_folder_are_refused_for_each_would_take_the_others_answers(
    tmp_path: Path,
) -> None:
    with world(tmp_path / "w", "csv", flow="write_back = false") as here:
        with_a_second_erp(here)
        edited(here, ("erp-beta", "erp-files"), ('inbound = "in"', 'inbound = "in-beta"'), ('"out"', '"./out/"'))
        (here.folder / "erp-files" / "in-beta").mkdir()
        said = "endpoints acme and beta would take each other's answers from one folder"
        assert said in bridge(here, "check", "--json").out
        with pytest.raises(ConfigurationRefused, match=said):
            here.run_pass()


def test_two_stores_of_one_folder_are_refused_for_each_would_take_the_others_files(tmp_path: Path) -> None:
    with world(tmp_path / "w", "csv", store="folder") as here:
        with_a_second_erp(here)
        edited(here, ('store = "shop"', 'store = "again"'))
        path = here.folder / "bridge.toml"
        text = path.read_text(encoding="utf-8")
        shop = text[text.index("[stores.shop]") : text.index("[endpoints.acme]")]
        again = shop.replace("stores.shop", "stores.again").replace('"drop"', '"./drop/../drop"')
        path.write_text(text.replace(shop, shop + again), encoding="utf-8")
        with pytest.raises(ConfigurationRefused, match="is the folder of store shop too"):
            here.run_pass()
