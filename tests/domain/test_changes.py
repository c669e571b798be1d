"""What a change or cancel file tells: which line is which, what became of it, and where the ERP knows it by."""

from __future__ import annotations

from typing import Any

from bridge.domain.changes import Told, further_outgoing
from bridge.domain.judgement import Outcome, judge_further
from bridge.domain.limits import Limit
from bridge.domain.revision import content_of
from bridge.domain.states import Purpose
from tests.domain.orders import order, rules


def line(position: int, sku: str, quantity: str = "1", **more: Any) -> dict[str, Any]:
    return {
        "position": position, "sku": sku, "name": sku, "quantity": quantity, "unit_net": "10", "tax_code": "standard",
        "tax_rate": "0.23", "net": "10.00", "tax": "2.30", "gross": "12.30", **more,
    }  # fmt: skip


def content(*lines: dict[str, Any], **more: Any) -> bytes:
    return content_of(order({"lines": list(lines), **more}))


def told(*contents: bytes, purpose: Purpose = Purpose.CHANGE, number: int = 1) -> Told:
    return Told(purpose, number, "SO-1", contents)


def tree(new: bytes, before: Told, delta: bool = False) -> dict[str, Any]:
    return further_outgoing(new, before, rules(), "10452", delta)


def actions(lines: list[dict[str, Any]]) -> list[tuple[int, str, str, str, str]]:
    return [(one["position"], one["sku"], one["action"], one["previous_quantity"], one["quantity"]) for one in lines]


def test_a_change_tells_its_number_the_erps_number_and_what_became_of_each_line() -> None:
    sent = content(line(1, "A", "2"), line(2, "B"), line(3, "C"))
    new = content(line(1, "A", "5"), line(2, "B"), line(3, "D"))
    made = tree(new, told(sent, number=3))
    assert (made["purpose"], made["change_number"], made["erp_number"]) == ("change", 3, "SO-1")
    assert actions(made["lines"]) == [
        (1, "A", "changed", "2", "5"),
        (2, "B", "unchanged", "1", "1"),
        (4, "D", "added", "", "1"),
    ]
    assert actions(made["deleted_lines"]) == [(3, "C", "deleted", "1", "1")]


def test_a_delta_holds_only_the_lines_that_differ_the_deleted_ones_among_them() -> None:
    sent = content(line(1, "A", "2"), line(2, "B"), line(3, "C"))
    new = content(line(1, "A", "5"), line(2, "B"), line(3, "D"))
    assert actions(tree(new, told(sent), delta=True)["lines"]) == [
        (1, "A", "changed", "2", "5"),
        (3, "C", "deleted", "1", "1"),
        (4, "D", "added", "", "1"),
    ]


def test_a_change_of_the_address_alone_has_no_lines_in_a_delta_and_all_of_them_in_full() -> None:
    sent = content(line(1, "A"))
    new = content(line(1, "A"), **{"delivery.city": "Kraków"})
    assert tree(new, told(sent), delta=True)["lines"] == []
    assert actions(tree(new, told(sent))["lines"]) == [(1, "A", "unchanged", "1", "1")]


def test_a_line_keeps_the_position_that_the_erp_knows_it_by_when_the_store_renumbers() -> None:
    sent = content(line(1, "A"), line(2, "B"), line(3, "C", "4"))
    new = content(line(1, "B"), line(2, "C", "9"))
    assert actions(tree(new, told(sent), delta=True)["lines"]) == [
        (1, "A", "deleted", "1", "1"),
        (3, "C", "changed", "4", "9"),
    ]


def test_a_position_of_a_line_that_is_gone_is_never_given_to_another() -> None:
    first = content(line(1, "A"), line(2, "B"))
    second = content(line(1, "A"))
    third = content(line(1, "A"), line(2, "C"))
    assert actions(tree(third, told(first, second))["lines"]) == [
        (1, "A", "unchanged", "1", "1"),
        (3, "C", "added", "", "1"),
    ]


def test_positions_outlive_several_changes() -> None:
    first = content(line(1, "A"), line(2, "B"), line(3, "C"))
    second = content(line(1, "B"), line(2, "C"), line(3, "D"))  # the ERP: B 2, C 3, D 4
    third = content(line(1, "C", "7"), line(2, "D"))
    made = tree(third, told(first, second), delta=True)
    assert actions(made["lines"]) == [(2, "B", "deleted", "1", "1"), (3, "C", "changed", "1", "7")]


def test_of_an_article_that_stands_twice_the_equal_lines_are_the_same() -> None:
    sent = content(line(1, "A", "2"), line(2, "A", "5"))
    new = content(line(1, "A", "5"))
    made = tree(new, told(sent), delta=True)
    assert actions(made["lines"]) == [(1, "A", "deleted", "2", "2")]


def test_of_an_article_that_stands_twice_the_position_decides_where_both_changed() -> None:
    sent = content(line(1, "A", "2"), line(2, "A", "5"))
    new = content(line(1, "A", "3"), line(2, "A", "6"))
    assert actions(tree(new, told(sent))["lines"]) == [(1, "A", "changed", "2", "3"), (2, "A", "changed", "5", "6")]


def test_lines_without_an_article_are_told_apart_by_kind_and_name() -> None:
    courier = line(2, "", kind="shipping", name="Courier")
    sent = content(line(1, "A"), courier)
    new = content(line(1, "A"), {**courier, "name": "Parcel machine"})
    assert actions(tree(new, told(sent), delta=True)["lines"]) == [
        (2, "", "deleted", "1", "1"),
        (3, "", "added", "", "1"),
    ]


def test_a_product_that_was_renamed_in_the_store_stays_the_article_of_the_erp() -> None:
    sent = content(line(1, "ABC-123", name="Kettle"), line(2, "007"), read_live=["lines.sku"])
    new = content(line(1, "NEW-NAME", "3", name="Kettle"), line(2, "007"), read_live=["lines.sku"])
    (one,) = tree(new, told(sent), delta=True)["lines"]
    assert (one["action"], one["sku"], one["erp_sku"]) == ("changed", "ABC-123", "40017")
    assert (one["previous_quantity"], one["quantity"]) == ("1", "3")


def test_components_follow_their_kit_to_its_position() -> None:
    kit, part = line(2, "K", kind="kit"), line(3, "P", kind="kit_component", parent_position=2)
    sent = content(line(1, "A"), kit, part)
    new = content({**kit, "position": 1}, {**part, "position": 2, "parent_position": 1, "quantity": "2"})
    made = tree(new, told(sent))
    assert [(one["position"], one["parent_position"]) for one in made["lines"]] == [(2, ""), (3, 2)]


def test_a_cancellation_takes_back_every_line_that_the_erp_has() -> None:
    sent = content(line(1, "A", "2"), line(2, "B"))
    new = content(line(1, "A", "2"), cancelled=True)
    made = tree(new, told(sent, purpose=Purpose.CANCEL, number=2))
    assert (made["purpose"], made["change_number"]) == ("cancel", 2)
    assert actions(made["lines"]) == [(1, "A", "deleted", "2", "2"), (2, "B", "deleted", "1", "1")]
    assert made["deleted_lines"] == []


def test_a_change_is_held_by_an_unmapped_article_even_of_a_line_that_is_gone() -> None:
    sent = content_of(order())
    without = {"totals.net": "195.00", "totals.tax": "44.85", "totals.gross": "239.85", "totals.paid": "239.85"}
    rate = {"rate": "0.23", "net": "195.00", "tax": "44.85"}
    gone = order({"lines.1": None, "totals.by_rate": [rate], **without})
    known = rules()
    unknown = rules({"sku": {"ABC-123": "40017", "@shipping": "FREIGHT"}})
    assert judge_further(gone, told(sent), known, "10452").outcome is Outcome.READY
    held = judge_further(gone, told(sent), unknown, "10452")
    assert [problem.cause for problem in held.problems] == ["sku:007"]


def test_a_refund_or_another_status_skips_no_change() -> None:
    refunded = order({"payment.state": "refunded", "status": "refunded"})
    judged = judge_further(refunded, told(content_of(order())), rules(statuses=("processing",)), "10452")
    assert judged.outcome is Outcome.READY


def test_a_cancellation_waits_for_no_map_but_for_a_field_that_cannot_hold_it() -> None:
    before = told(content_of(order()), purpose=Purpose.CANCEL)
    cancelled = order({"cancelled": True})
    assert judge_further(cancelled, before, rules({"sku": {}}), "10452").outcome is Outcome.READY
    short = rules(limits=(Limit("external_id", "External id", length_max=3),))
    assert [one.code for one in judge_further(cancelled, before, short, "10452").problems] == ["field-too-long"]
