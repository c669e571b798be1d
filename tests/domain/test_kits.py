"""The SKU map's entries at work: kits in parts, packs in pieces, days, patterns, charges; and no cent is lost."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.domain.changes import Told, further_outgoing
from bridge.domain.characters import CharacterRules
from bridge.domain.checks import problems_of
from bridge.domain.checks.case import Case
from bridge.domain.contract import Line
from bridge.domain.limits import Limit
from bridge.domain.money import rounded
from bridge.domain.outgoing import outgoing, outgoing_from_content
from bridge.domain.revision import content_of
from bridge.domain.rules import Rules
from bridge.domain.states import Purpose
from bridge.domain.travelling import travelling
from tests.domain.orders import order, rules

SET = """store_sku,erp_sku,quantity,weight
ABC-123,POT,1,70
ABC-123,LID,1,25
ABC-123,SPOON,3,5
007,40018,,
"""


def sent(sku_rows: str, changes: dict[str, Any] | None = None, **flow: Any) -> list[dict[str, Any]]:
    """The lines as a template gets them; the ledger's text gives the same."""
    judged_by = rules(sku_rows=sku_rows, **flow)
    one = order(changes)
    tree = outgoing(one, judged_by, "1")
    assert outgoing_from_content(content_of(one), judged_by, "1") == tree
    lines: list[dict[str, Any]] = tree["lines"]
    return lines


def told(lines: list[dict[str, Any]], *names: str) -> list[tuple[Any, ...]]:
    """Some fields of each line."""
    return [tuple(line[name] for name in names) for line in lines]


def worth(lines: tuple[Line, ...]) -> tuple[Decimal, Decimal, Decimal, Decimal]:
    """Net, tax, gross and discount of lines together."""
    zero = Decimal(0)
    return (
        sum((line.net for line in lines), zero),
        sum((line.tax for line in lines), zero),
        sum((line.gross for line in lines), zero),
        sum((line.discount for line in lines), zero),
    )


def test_a_kit_goes_in_its_parts_with_their_shares_of_its_worth() -> None:
    lines = sent(SET, {"lines.0.net": "199.99", "lines.0.tax": "46.00", "lines.0.gross": "245.99"})
    assert told(lines, "position", "erp_sku", "quantity", "net", "tax", "gross") == [
        (1, "POT", "2", "139.99", "32.20", "172.19"),
        (2, "40018", "5", "50.00", "11.50", "61.50"),
        (3, "", "1", "15.00", "3.45", "18.45"),
        (4, "", "1", "-20.00", "-4.60", "-24.60"),
        (5, "LID", "2", "50.00", "11.50", "61.50"),
        (6, "SPOON", "6", "10.00", "2.30", "12.30"),
    ]
    assert {(line["kind"], line["sku"], line["tax_code"]) for line in lines if line["erp_sku"] in ("POT", "LID")} == {
        ("kit_component", "ABC-123", "standard")
    }


def test_the_parts_share_the_discount_and_their_unit_prices_follow() -> None:
    lines = sent(SET, {"lines.0.net": "180.00", "lines.0.tax": "41.40", "lines.0.gross": "221.40",
                       "lines.0.discount": "20.00"})  # fmt: skip
    assert told(lines, "erp_sku", "net", "discount", "unit_net")[0] == ("POT", "126.00", "14.00", "70")
    assert told(lines, "erp_sku", "net", "discount", "unit_net")[4:] == [
        ("LID", "45.00", "5.00", "25"),
        ("SPOON", "9.00", "1.00", "1.666666666666666666666666667"),
    ]


def test_a_book_and_a_lamp_are_taxed_each_at_its_own_rate() -> None:
    rows = """store_sku,erp_sku,quantity,net,tax_rate
ABC-123,BOOK,1,40,5%
ABC-123,LAMP,1,60,23%
007,40018,,,
"""
    changes: dict[str, Any] = {
        "lines.0.tax": "31.60",
        "lines.0.gross": "231.60",
        "lines.0.tax_rate": None,
        "totals.by_rate": [],
    }
    judged_by = rules({"tax": {"standard": "A", "5%": "C", "23%": "A"}}, sku_rows=rows)
    tree = outgoing(order(changes), judged_by, "1")
    fields = ("erp_sku", "net", "tax", "tax_rate", "tax_code", "erp_tax_code")
    assert told([tree["lines"][0], tree["lines"][4]], *fields) == [
        ("BOOK", "80.00", "4.00", "0.05", "5%", "C"),
        ("LAMP", "120.00", "27.60", "0.23", "23%", "A"),
    ]
    assert tree["totals"]["by_rate"] == [
        {"rate": "0.05", "net": "80.00", "tax": "4.00"},
        {"rate": "0.23", "net": "165.00", "tax": "37.95"},
    ]


def test_a_part_of_the_kits_own_rate_keeps_the_stores_tax_code() -> None:
    rows = "store_sku,erp_sku,quantity,net,tax_rate\nABC-123,A,1,1,23%\nABC-123,B,1,1,23%\n007,40018,,,\n"
    assert told(sent(rows), "erp_sku", "tax_code", "tax_rate")[0] == ("A", "standard", "0.23")


def test_a_pack_of_six_is_six_pieces_at_a_sixth_of_its_price() -> None:
    rows = "store_sku,erp_sku,quantity\nABC-123,40017,6\n007,40018,\n"
    (line, *_) = sent(rows, {"lines.0.unit": "pack"})
    assert told([line], "position", "kind", "erp_sku", "quantity", "unit", "unit_code", "net") == [
        (1, "product", "40017", "12", "", "C62", "200.00")
    ]
    assert (line["unit_net"], line["unit_gross"]) == ("16.66666666666666666666666667", "20.5")


def test_six_eggs_are_a_box_and_a_length_in_metres_centimetres() -> None:
    rows = """store_sku,erp_sku,quantity,store_quantity,unit
ABC-123,BOX,1,6,box
007,CABLE,100,,cm
"""
    lines = sent(rows, {"lines.0.quantity": "9", "lines.1.quantity": "2.35", "lines.1.unit": "m"})
    assert told(lines[:2], "erp_sku", "quantity", "unit", "unit_code", "unit_net") == [
        ("BOX", "1.5", "box", "BX", "600"),
        ("CABLE", "235", "cm", "CMT", "0.1"),
    ]


def test_two_skus_of_one_article_stay_two_lines() -> None:
    lines = sent("store_sku,erp_sku,quantity\nABC-123,40017,\n007,40017,2\n")
    assert told(lines[:2], "position", "sku", "erp_sku", "quantity") == [
        (1, "ABC-123", "40017", "2"),
        (2, "007", "40017", "10"),
    ]


@pytest.mark.parametrize(
    ("created_at", "article"),
    [("2026-02-28T22:59:59Z", "OLD"), ("2026-02-28T23:00:00Z", "NEW"), ("2026-03-31T21:59:59Z", "NEW")],
)
def test_the_day_on_which_the_order_was_placed_decides_where_the_deployment_is(created_at: str, article: str) -> None:
    rows = "store_sku,erp_sku,valid_from,valid_until\nABC-123,OLD,,2026-02-28\nABC-123,NEW,2026-03-01,2026-03-31\n"
    in_warsaw = replace(rules(sku_rows=rows), zone=ZoneInfo("Europe/Warsaw"))
    assert outgoing(order({"created_at": created_at}), in_warsaw, "1")["lines"][0]["erp_sku"] == article


@pytest.mark.parametrize(
    ("sku", "article"),
    [
        ("GIFT-7", "99000"),
        ("GIFT-", "99000"),
        ("GIFT-B-1", "99001"),  # the longer pattern
        ("GIFT-B-XL", "99001"),
        ("GIFT-9", "99009"),  # its own row
        ("gift-7", None),  # letters are what they are
        ("XGIFT-7", None),
        ("TEE-XL", "99500"),
        ("-XL", "99500"),
        ("A*B", "99777"),
        ("AxB", None),  # a star that is only a star
    ],
)
def test_a_sku_goes_by_its_own_row_then_by_the_longest_pattern(sku: str, article: str | None) -> None:
    rows = """store_sku,erp_sku
GIFT-*,99000
GIFT-B-*,99001
GIFT-9,99009
*-XL,99500
A\\*B,99777
007,40018
"""
    one = order({"lines.0.sku": sku})
    judged_by = rules(sku_rows=rows)
    assert outgoing(one, judged_by, "1")["lines"][0]["erp_sku"] == (article or "")
    found = [problem.message for problem in problems_of(Case.of(one, judged_by, "1"))]
    missing = [f"Order 10452, line 1: missing SKU mapping for {sku}."]
    assert found == ([] if article else missing)


def test_a_pattern_gives_no_article_to_charges_and_to_goods_without_a_sku() -> None:
    rows = "store_sku,erp_sku\n*,99000\n007,40018\n"
    lines = sent(rows, {"lines.0.sku": "", "lines.2.sku": "COURIER", "lines.3.kind": "fee"})
    assert told(lines, "erp_sku") == [("",), ("40018",), ("",), ("",)]
    assert told(sent(rows), "erp_sku")[0] == ("99000",)


def charges(sku_rows: str) -> dict[str, str]:
    """Kind and SKU of a charge -> the ERP's article that it gets."""
    kinds = (
        ("fee", "@tip"), ("fee", "@duty"), ("fee", ""), ("fee", "COD"), ("fee", "@rounding"), ("shipping", "@duty"),
        ("service", "@gift_card"), ("service", ""), ("service", "REPAIR"), ("comment", "REPAIR"),
    )  # fmt: skip
    lines = [{"position": at, "kind": kind, "sku": sku} for at, (kind, sku) in enumerate(kinds, start=1)]
    tree = outgoing(order({"lines": lines}), rules(sku_rows=sku_rows), "1")
    return {f"{line['kind']} {line['sku']}": line["erp_sku"] for line in tree["lines"] if line["erp_sku"]}


def test_a_charge_goes_by_its_own_key_and_else_by_its_kind() -> None:
    assert charges("store_sku,erp_sku\n@fee,FEE\n@tip,TIP\n@service,SERV\nREPAIR,R1\n") == {
        "fee @tip": "TIP", "fee @duty": "FEE", "fee ": "FEE", "fee COD": "FEE",
        "service @gift_card": "SERV", "service ": "SERV", "service REPAIR": "R1",
    }  # fmt: skip
    own = "store_sku,erp_sku\n@gift_card,CARD\nCOD,C\n@comment,TEXT\n@rounding,DIFF\n@shipping,S\n@fee,FEE\n"
    assert charges(own) == {
        "fee @tip": "FEE", "fee @duty": "FEE", "fee ": "FEE", "fee COD": "C", "fee @rounding": "DIFF",
        "shipping @duty": "S", "service @gift_card": "CARD", "comment REPAIR": "TEXT",
    }  # fmt: skip


def test_what_no_store_gave_a_sku_is_never_the_erps_article_as_it_is() -> None:
    one = order({"lines.0.kind": "service", "lines.0.sku": "@gift_card"})
    judged_by = rules({"sku": {}}, unmapped={"sku": "same"})
    assert [line["erp_sku"] for line in outgoing(one, judged_by, "1")["lines"]] == ["", "007", "", ""]
    assert [problem.title for problem in problems_of(Case.of(one, judged_by, "1"))] == [
        "Missing SKU mapping for @gift_card"
    ]


def test_a_kit_of_the_shop_that_the_map_knows_goes_in_the_maps_parts_once_the_shops_are_in_it() -> None:
    lines = [
        {"position": 1, "kind": "kit", "sku": "ABC-123", "net": "10.00", "tax": "2.30", "gross": "12.30",
         "tax_rate": "0.23"},
        {"position": 2, "kind": "kit_component", "sku": "007", "parent_position": 1, "net": "90.00", "tax": "20.70",
         "gross": "110.70", "tax_rate": "0.23"},
        {"position": 7, "kind": "gift", "sku": "ABC-123"},
    ]  # fmt: skip
    made = sent(SET, {"lines": lines}, kit="bundle")
    assert told(made, "position", "kind", "erp_sku", "net", "parent_position") == [
        (1, "kit_component", "POT", "70.00", ""),
        (7, "gift", "POT", "0.00", ""),
        (8, "kit_component", "LID", "25.00", ""),
        (9, "kit_component", "SPOON", "5.00", ""),
        (10, "gift", "LID", "0.00", ""),
        (11, "gift", "SPOON", "0.00", ""),
    ]


def test_a_rounding_and_the_parts_of_a_kit_never_share_a_position() -> None:
    as_line = Limit("totals.rounding", "Rounding", policies=("line",))
    changes = {"totals.gross": "301.36", "totals.rounding": "0.01", "totals.paid": "301.36"}
    tree = outgoing(order(changes), rules(sku_rows=SET, limits=(as_line,)), "1")
    assert told(tree["lines"], "position", "sku")[4:] == [(5, "@rounding"), (6, "ABC-123"), (7, "ABC-123")]


def test_a_change_holds_each_part_against_the_same_part_though_its_position_moved() -> None:
    judged_by = rules(sku_rows=SET)
    before = order()
    after = order({"lines.4": {"position": 5, "sku": "007", "name": "Cup", "quantity": "1", "net": "10.00",
                               "tax": "2.30", "gross": "12.30"}})  # fmt: skip
    told_to = Told(Purpose.CHANGE, 1, "SO-1", (content_of(before),))
    tree = further_outgoing(content_of(after), told_to, judged_by, "1", delta=False)
    assert told(tree["lines"], "position", "erp_sku", "action") == [
        (1, "POT", "unchanged"),
        (2, "40018", "unchanged"),
        (3, "", "unchanged"),
        (4, "", "unchanged"),
        (5, "LID", "unchanged"),
        (6, "SPOON", "unchanged"),
        (7, "40018", "added"),
    ]


def test_a_changed_quantity_changes_every_part() -> None:
    judged_by = rules(sku_rows=SET)
    after = order({"lines.0.quantity": "3", "lines.4": {"position": 5, "sku": "007", "quantity": "1"}})
    told_to = Told(Purpose.CHANGE, 1, "SO-1", (content_of(order()),))
    tree = further_outgoing(content_of(after), told_to, judged_by, "1", delta=True)
    assert told(tree["lines"], "position", "erp_sku", "action", "previous_quantity", "quantity") == [
        (1, "POT", "changed", "2", "3"),
        (5, "LID", "changed", "2", "3"),
        (6, "SPOON", "changed", "6", "9"),
        (7, "40018", "added", "", "1"),
    ]


@st.composite
def a_kit(draw: st.DrawFn) -> tuple[dict[str, Any], Rules, int]:
    """An order of one or two kits of up to five parts, of one rate or of many, in a currency of 0, 2 or 3 digits."""
    digits = draw(st.sampled_from([0, 2, 3]))
    count = draw(st.integers(2, 5))
    mixed = draw(st.booleans())
    rates = draw(st.lists(st.sampled_from(["", "0%", "5%", "8%", "23%", "25,5%"]), min_size=count, max_size=count))
    shares = draw(st.lists(st.decimals(0, 9999, places=2), min_size=count, max_size=count).filter(any))
    quantities = draw(st.lists(st.integers(1, 12), min_size=count, max_size=count))
    rows = [f"store_sku,erp_sku,quantity,{'net' if mixed else 'weight'},tax_rate"]
    for at, (quantity, share, rate) in enumerate(zip(quantities, shares, rates, strict=True)):
        rows.append(f'KIT,P{at},{quantity},{share.normalize():f},"{rate if mixed else ""}"')
    lines = []
    for position in range(1, draw(st.integers(1, 2)) + 1):
        net = Decimal(draw(st.integers(-10_000, 10_000_000))).scaleb(-digits)
        tax = rounded(net * Decimal(draw(st.sampled_from(["0", "0.08", "0.157", "0.23"]))), digits)
        lines.append({"position": position, "sku": "KIT", "quantity": str(draw(st.integers(1, 9))), "net": str(net),
                      "tax": str(tax), "gross": str(net + tax),
                      "discount": str(Decimal(draw(st.integers(0, 9999))).scaleb(-digits)),
                      "tax_rate": draw(st.sampled_from([None, "0.23"]))})  # fmt: skip
    return {"currency_digits": digits, "lines": lines}, rules(sku_rows="\n".join(rows)), digits


@given(a_kit())
def test_the_parts_of_any_kit_are_worth_the_kit_to_the_minor_unit(given_kit: tuple[dict[str, Any], Rules, int]) -> None:
    changes, judged_by, digits = given_kit
    one = order(changes)
    parts = travelling(one, judged_by)
    assert worth(parts) == worth(one.lines)
    minor = Decimal(1).scaleb(-digits)
    for line in parts:
        assert line.net + line.tax == line.gross
        assert all(amount == amount.quantize(minor) for amount in (line.net, line.tax, line.discount))
    assert len({line.position for line in parts}) == len(parts)


@given(
    net=st.integers(0, 10**7),
    weights=st.lists(st.integers(0, 1000), min_size=2, max_size=6).filter(any),
    digits=st.sampled_from([0, 2, 3]),
)
def test_each_part_of_a_kit_of_one_rate_is_taxed_as_its_own_net_says(net: int, weights: list[int], digits: int) -> None:
    worth_net = Decimal(net).scaleb(-digits)
    tax = rounded(worth_net * Decimal("0.23"), digits)
    rows = ["store_sku,erp_sku,quantity,weight", *(f"KIT,P{at},1,{one}" for at, one in enumerate(weights))]
    line = {"position": 1, "sku": "KIT", "net": str(worth_net), "tax": str(tax), "gross": str(worth_net + tax),
            "tax_rate": "0.23"}  # fmt: skip
    parts = travelling(order({"currency_digits": digits, "lines": [line]}), rules(sku_rows="\n".join(rows)))
    minor = Decimal(1).scaleb(-digits)
    assert all(abs(part.net * Decimal("0.23") - part.tax) <= minor for part in parts)


def test_an_article_of_a_part_that_the_file_cannot_carry_holds_the_order() -> None:
    rows = SET.replace("LID", "ŁYŻKA")
    carried = frozenset({"lines.erp_sku"})
    judged_by = replace(rules(sku_rows=rows, characters=CharacterRules(encoding="cp1252")), carries=carried)
    found = [problem.field for problem in problems_of(Case.of(order(), judged_by, "1"))]
    assert found == ["lines[5].erp_sku"]
    assert not list(problems_of(Case.of(order(), rules(sku_rows=rows), "1")))


def test_an_article_of_a_part_that_is_too_long_for_the_erp_holds_the_order() -> None:
    limit = Limit("lines.erp_sku", "ERP article", length_max=4)
    assert [problem.code for problem in problems_of(Case.of(order(), rules(sku_rows=SET, limits=(limit,)), "1"))] == [
        "field-too-long",
        "field-too-long",
    ]  # 40018 and SPOON
