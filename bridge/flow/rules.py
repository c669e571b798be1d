"""What an order of a flow is judged by, as pure values: the flow's settings, the maps, the profile's limits."""

from __future__ import annotations

from bridge.config.values import FlowSettings
from bridge.domain.contract import Order
from bridge.domain.judgement import FlowRules, Rules, rules_digest
from bridge.domain.maps import Maps
from bridge.profiles import Profile


def rules_of(flow: FlowSettings, maps: Maps, profile: Profile) -> Rules:
    """The rules of one flow. The digest changes when anything that can change a judgement does."""
    own = FlowRules(
        orders_from=flow.orders_from,
        statuses=flow.statuses,
        payment=flow.payment,
        kit=flow.kit,
        gift=flow.gift,
        field_policies=flow.field_policies,
    )
    digest = rules_digest(own, maps, profile.digest, mode=flow.mode.value)
    return Rules(flow=own, maps=maps, limits=profile.limits, characters=profile.characters, digest=digest)


def external_id_of(flow: FlowSettings, order: Order) -> str:
    """What the ERP knows the order by, from the flow's pattern; made once and kept by the ledger."""
    return flow.external_id.format(store_order_id=order.store_order_id, order_number=order.number, store=order.store)
