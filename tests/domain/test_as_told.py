"""What a change tells of lines that were sent under other maps: the articles and positions that the ERP has."""

from __future__ import annotations

from typing import Any

import pytest

from bridge.domain.articles import Articles, Entry, Part, Pattern, Span
from bridge.domain.as_told import rules_as_told
from bridge.domain.changes import Told, further_outgoing
from bridge.domain.maps import CodeMap, Maps
from bridge.domain.revision import content_of
from bridge.domain.rules import Rules
from bridge.domain.states import Purpose
from tests.domain.orders import order, rules
from tests.domain.test_changes import line

Content = bytes


def content(*lines: dict[str, Any]) -> Content:
    return content_of(order({"lines": list(lines)}))


def maps(codes: dict[str, str], articles: Articles | None = None) -> Maps:
    return Maps(sku=CodeMap(codes), articles=articles or Articles())


def kit(*parts: str) -> Articles:
    return Articles({"SET": Entry("SET", (Span(tuple(Part(one) for one in parts)),))})


def under(now: Maps, **flow: Any) -> Rules:
    made = rules(**flow)
    return Rules(flow=made.flow, maps=now)


def told_lines(new: Content, told: Told, now: Maps, sent: dict[str, Maps], **flow: Any) -> list[tuple[str, int, str]]:
    judged_by = rules_as_told(under(now, **flow), told, sent)
    tree = further_outgoing(new, told, judged_by, "1", delta=False)
    return [(one["action"], one["position"], one["erp_sku"]) for one in [*tree["lines"], *tree["deleted_lines"]]]


def told_under(contract: str, *contents: Content) -> Told:
    return Told(Purpose.CHANGE, 1, "SO-1", contents, (contract,) * len(contents))


def test_an_article_that_was_sent_stays_what_the_erp_knows_it_by_and_an_added_one_goes_by_the_map_of_now() -> None:
    told = told_under("c1", content(line(1, "A"), line(2, "B")))
    new = content(line(1, "A"), line(2, "B", "2"), line(3, "C"))
    sent = maps({"A": "A", "B": "B", "C": "C"})
    now = maps({"A": "A9", "B": "B9", "C": "C9"})
    assert told_lines(new, told, now, {"c1": sent}) == [("unchanged", 1, "A"), ("changed", 2, "B"), ("added", 3, "C9")]


def test_the_parts_that_a_kit_was_sent_in_keep_their_positions_when_the_map_makes_other_parts_of_it() -> None:
    told = told_under("c1", content(line(1, "SET")))
    new = content(line(1, "SET"), line(2, "B"))
    sent, now = maps({"B": "B"}, kit("P1", "P2")), maps({"B": "B", "SET": "P12"})
    assert told_lines(new, told, now, {"c1": sent}) == [
        ("unchanged", 1, "P1"), ("unchanged", 2, "P2"), ("added", 3, "B"),
    ]  # fmt: skip
    assert told_lines(new, told, sent, {"c1": now}) == [("unchanged", 1, "P12"), ("added", 2, "B")]


def test_an_article_that_a_change_brought_is_what_that_change_called_it() -> None:
    told = Told(Purpose.CHANGE, 2, "SO-1", (content(line(1, "A")), content(line(1, "A"), line(2, "B"))), ("c1", "c2"))
    new = content(line(1, "A", "3"), line(2, "B", "2"))
    sent = {"c1": maps({"A": "A1"}), "c2": maps({"A": "A2", "B": "B2"})}
    assert told_lines(new, told, maps({"A": "A3", "B": "B3"}), sent) == [("changed", 1, "A1"), ("changed", 2, "B2")]


def test_a_row_that_is_gone_from_the_map_holds_no_article_that_the_erp_has() -> None:
    told = told_under("c1", content(line(1, "A")))
    new = content(line(1, "A", "2"))
    assert told_lines(new, told, maps({}), {"c1": maps({"A": "A1"})}) == [("changed", 1, "A1")]


@pytest.mark.parametrize(
    ("sent", "now", "flow"),
    [
        (maps({}), maps({"A": "A9"}), {"unmapped": {"sku": "same"}}),  # it went by the store's own SKU
        (maps({}, Articles({}, (Pattern("A", "", Entry("A*", (Span((Part("A"),)),))),))), maps({"A": "A9"}), {}),
    ],
)
def test_what_a_pattern_or_the_store_itself_called_an_article_stays_too(
    sent: Maps, now: Maps, flow: dict[str, Any]
) -> None:
    told = told_under("c1", content(line(1, "A")))
    assert told_lines(content(line(1, "A", "2")), told, now, {"c1": sent}, **flow) == [("changed", 1, "A")]


def test_a_charge_that_went_without_an_article_gets_none_later() -> None:
    courier = line(2, "", kind="shipping", name="Courier")
    told = told_under("c1", content(line(1, "A"), courier))
    sent, now = maps({"A": "A"}), maps({"A": "A", "@shipping": "FREIGHT"})
    new = content(line(1, "A", "2"), courier)
    assert told_lines(new, told, now, {"c1": sent}) == [("changed", 1, "A"), ("unchanged", 2, "")]


def test_a_charge_that_went_by_its_kind_stays_so_when_its_own_row_comes() -> None:
    courier = line(2, "DHL", kind="shipping", name="Courier")
    told = told_under("c1", content(line(1, "A"), courier))
    sent, now = maps({"A": "A", "@shipping": "FREIGHT"}), maps({"A": "A", "@shipping": "FREIGHT", "DHL": "DHL-1"})
    new = content(line(1, "A", "2"), courier)
    assert told_lines(new, told, now, {"c1": sent}) == [("changed", 1, "A"), ("unchanged", 2, "FREIGHT")]


def test_what_was_told_without_a_file_goes_by_the_map_of_now() -> None:
    told = told_under("", content(line(1, "A")))
    now = under(maps({"A": "A9"}))
    assert rules_as_told(now, told, {}) is now
