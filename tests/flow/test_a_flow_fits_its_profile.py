"""A flow that asks of the ERP's fields what its profile does not allow or cannot hold is refused before it runs."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bridge.config.values import FlowSettings
from bridge.domain.errors import ConfigurationRefused
from bridge.flow.rules import refuse_unallowed_fields
from bridge.profiles import load_profile
from bridge.profiles.installation import Installation

STARTED = datetime(2026, 11, 1, tzinfo=UTC)


def flow(external_id: str = "{store_order_id}", fields: dict[str, str] | None = None) -> FlowSettings:
    """A flow into the built-in CSV profile, whose external id holds 35 characters."""
    return FlowSettings(
        "shop-erp", "shop", "erp", "bridge.toml:39", STARTED, external_id=external_id, field_policies=fields or {}
    )


def test_a_flow_that_picks_what_the_profile_allows_is_fine() -> None:
    refuse_unallowed_fields(flow(fields={"delivery.street": "abbreviate"}), load_profile("csv-orders", None))


def test_a_flow_lets_an_order_go_without_what_the_file_has_no_place_for_and_nothing_else() -> None:
    values = {"site": "FR011", "shipping_site": "FR011", "customer": "WEB01"}
    sage = load_profile("sage-x3-soh", None, Installation(parameters=values))
    refuse_unallowed_fields(flow(fields={"pickup_point_id": "pass", "totals.paid": "pass"}), sage)
    with pytest.raises(ConfigurationRefused, match=r'external_id = "pass": .* allows refuse'):
        refuse_unallowed_fields(flow(fields={"external_id": "pass"}), sage)


def test_a_flow_that_would_split_an_unsplittable_field_is_shown_with_its_line() -> None:
    with pytest.raises(ConfigurationRefused) as caught:
        refuse_unallowed_fields(flow(fields={"delivery.street": "split"}), load_profile("csv-orders", None))
    assert str(caught.value).startswith(
        "bridge.toml:39: flows.shop-erp.fields asks what the profile csv-orders does not allow: "
        'delivery.street = "split": '
    )


def test_an_external_id_whose_fixed_text_fills_the_field_is_refused() -> None:
    with pytest.raises(ConfigurationRefused) as caught:
        refuse_unallowed_fields(flow("{store}-" + "x" * 30 + "{store_order_id}"), load_profile("csv-orders", None))
    assert str(caught.value) == (
        "bridge.toml:39: flows.shop-erp.external_id begins with 35 characters; the ERP field holds 35"
    )
