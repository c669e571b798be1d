"""What an order of a flow is judged by, as pure values: the flow's settings, the maps, the profile's limits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from zoneinfo import ZoneInfo

from bridge.config.values import FlowSettings
from bridge.domain.contract import Order
from bridge.domain.errors import ConfigurationRefused
from bridge.domain.judgement import Rules, rules_digest
from bridge.domain.maps import Maps
from bridge.domain.policies import Further
from bridge.domain.rules import policy_mistakes
from bridge.domain.states import Purpose
from bridge.profiles import Profile

SETTING_OF = {Purpose.CHANGE: "changes", Purpose.CANCEL: "cancellations"}


def rules_of(
    flow: FlowSettings,
    earlier: Sequence[FlowSettings],
    maps: Maps,
    profile: Profile,
    zone: ZoneInfo,
    known_statuses: tuple[str, ...] = (),
) -> Rules:
    """The rules of one flow. The digest changes when anything that can change a judgement does.

    earlier: the flows of the same store and endpoint that stand before it in bridge.toml; they take what they match.
    zone: the deployment's, which gives the business day that maps are asked for. known_statuses: of the flow's store.
    """
    own = flow.rules(known_statuses)
    before = tuple(other.rules(known_statuses) for other in earlier)
    marks = "\n".join(rules_digest(other, maps, profile.digest) for other in before)
    return Rules(
        flow=own,
        maps=maps,
        limits=profile.limits,
        characters=profile.characters,
        digest=rules_digest(
            own,
            maps,
            profile.digest,
            mode=flow.mode.value,
            earlier=marks,
            further=sent_further(flow),
            zone=zone.key,
        ),
        earlier=before,
        carries=profile.written or None,
        apart=frozenset(profile.carries),
        zone=zone,
    )


def known_statuses(of_type: Iterable[str], flows: Sequence[FlowSettings]) -> tuple[str, ...]:
    """Status words of a store that somebody has decided about; none where nobody lists any, and then all are known.

    of_type: the words that its type of shop always has. flows: all that take orders from it: what one of them decides
    about is no riddle to the others.
    """
    listed = {*of_type, *(word for flow in flows for word in flow.known_statuses)}
    return tuple(sorted(listed | {word for flow in flows for word in flow.own_statuses()})) if listed else ()


def refuse_unallowed_fields(flow: FlowSettings, profile: Profile) -> None:
    """Raise ConfigurationRefused when the flow asks of a field what the profile does not allow or cannot hold."""
    mistakes = policy_mistakes(flow.rules(), profile.limits)
    if mistakes:
        what = f"flows.{flow.name}.fields asks what the profile {profile.name} does not allow: {'; '.join(mistakes)}"
        raise ConfigurationRefused(
            place=flow.place, what=what, cure="Change the flow's fields, or the profile's policies."
        )
    refuse_ids_without_room(flow, profile)


def sends(flow: FlowSettings, purpose: Purpose) -> bool:
    """Whether the flow sends files of the purpose."""
    return purpose is Purpose.NEW or getattr(flow, SETTING_OF[purpose]) == Further.SEND


def sent_further(flow: FlowSettings) -> str:
    """The flow's further purposes, as a part of what its orders are judged against."""
    return " ".join(purpose for purpose in SETTING_OF if sends(flow, purpose))


def refuse_unwritten_purposes(flow: FlowSettings, profile: Profile) -> None:
    """Raise ConfigurationRefused when the flow is to send a change or cancellation that the profile has no file for."""
    for purpose, setting in SETTING_OF.items():
        if sends(flow, purpose) and profile.of(purpose) is None:
            what = f'flows.{flow.name}.{setting} = "send", but the profile {profile.name} has no profile.{purpose}.toml'
            cure = f'Write {setting} = "hold", or add profile.{purpose}.toml to the profile.'
            raise ConfigurationRefused(place=flow.place, what=what, cure=cure)
        refuse_fewer_numbers(flow, purpose, profile)


def refuse_fewer_numbers(flow: FlowSettings, purpose: Purpose, profile: Profile) -> None:
    """Raise ConfigurationRefused when change or cancel files hold fewer numbers than those that share their row."""
    further = profile.of(purpose)
    if sends(flow, purpose) and further is not None and further.sequence_last < profile.sequence_last:
        what = (
            f"profile.{purpose}.toml of {profile.name} names files up to number {further.sequence_last}, profile.toml "
            f"up to {profile.sequence_last}; they share one row of numbers"
        )
        raise ConfigurationRefused(place=flow.place, what=what, cure="Give both the same width of {sequence}.")


def refuse_ids_without_room(flow: FlowSettings, profile: Profile) -> None:
    """Raise ConfigurationRefused when the profile's field is full before the store's own order id begins."""
    fixed = len(flow.external_id.format(store_order_id="", order_number="", store=flow.store))
    for limit in profile.limits:
        if limit.field == "external_id" and limit.length_max is not None and fixed >= limit.length_max:
            what = (
                f"flows.{flow.name}.external_id begins with {fixed} characters; the ERP field holds {limit.length_max}"
            )
            raise ConfigurationRefused(place=flow.place, what=what, cure="Shorten the pattern, so that order ids fit.")


def external_id_of(flow: FlowSettings, order: Order, profile: Profile) -> str:
    """What the ERP knows the order by, from the flow's pattern; made once and kept by the ledger."""
    made = flow.external_id.format(store_order_id=order.store_order_id, order_number=order.number, store=order.store)
    return profile.external_id(made)
