"""The published contract says what the model says, for programs and for people."""

from __future__ import annotations

import json
import re

from bridge.domain.checks import CHECKS
from bridge.domain.contract import Order
from bridge.domain.publish import contract_rows, order_schema
from bridge.domain.scope import RULE_WORDS
from bridge.domain.selection_kinds import STATUS_UNKNOWN


def test_the_schema_is_json_and_names_what_an_order_must_have() -> None:
    schema = json.loads(json.dumps(order_schema()))
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    required = {"store", "store_order_id", "number", "created_at", "updated_at", "currency", "totals"}
    assert set(schema["required"]) == required
    assert set(schema["properties"]) == set(Order.model_fields)


def test_every_field_has_a_row_with_meaning_owner_and_what_errors_do() -> None:
    rows = {row["field"]: row for row in contract_rows()}
    assert {name.split(".")[0].removesuffix("[]") for name in rows} == {*Order.model_fields, "erp_number", "result"}
    for row in rows.values():
        assert all(row.values()), row["field"]
        assert "<class" not in row["type"]
        assert "Annotated" not in row["type"]
    assert rows["lines[].sku"]["on_error"] == "missing: held (`sku-missing`); not in the map: held (`sku-unmapped`)"
    assert rows["payment.paid_at"]["type"] == "instant (ISO 8601 with offset, kept in UTC), may be absent"
    assert rows["totals.gross"]["required"] == "yes"
    assert rows["erp_number"]["direction"] == "ERP to store"


def test_every_code_that_the_table_names_exists() -> None:
    ours = {kind.code for kind, _ in CHECKS} | set(RULE_WORDS) | {"order-malformed", "number-differs-in-store"}
    ours |= {STATUS_UNKNOWN.code}
    named = {code for row in contract_rows() for code in re.findall(r"`([a-z-]+)`", row["on_error"])}
    assert named <= ours


def test_a_list_inside_a_part_is_told_by_its_own_part_and_not_by_a_list_of_the_same_name() -> None:
    told = {row["field"]: row["on_error"] for row in contract_rows()}
    assert told["lines[]"] == "none: held (`no-lines`)"
    assert "no-lines" not in told["refunds[].lines[]"]
