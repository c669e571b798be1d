"""What a change file would not tell the ERP, though the store says it: then nothing is sent, and a person is told.

Tried, not guessed: the file of the change is rendered beside one in which nothing of it, or no refund, has happened.
Files that are the same tell nothing of it. What a store moves by itself (its words, times, arriving money) is in both.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson

from bridge.domain.changes import Told, further_outgoing
from bridge.domain.contract import Order
from bridge.domain.policies import RefundedBefore
from bridge.domain.problems import Problem
from bridge.domain.refunds import Unclear, reduced
from bridge.domain.revision import content_of
from bridge.domain.rules import Rules
from bridge.domain.states import Purpose
from bridge.domain.taken_off import left_of, taken_off
from bridge.domain.what_changed import differences, has_refund, in_words, work_by_hand
from bridge.flow.preview import preview_context
from bridge.flow.site import Held
from bridge.ledger import CHANGED_AFTER_EXPORT
from bridge.profiles import Profile

Tree = dict[str, Any]
Rendering = Callable[[Tree], bytes]
NO_PLACE = ": its file has no place for it"
# What a file may tell and what is no change of the order.
_BESIDE = ("status", "tags", "channel", "created_at", "updated_at", "read_live", "payment")
_MONEY_BESIDE = ("paid", "due")


def untold(order: Order, told: Told, rules: Rules, external_id: str, profile: Profile, held: Held) -> Problem | None:
    """The problem of a change that its file would not tell; None where it tells it, and of cancellations.

    profile: of change files. Raises what rendering raises.
    """
    if told.purpose is not Purpose.CHANGE:
        return None
    number = held.ledger.next_sequence_number()
    context = preview_context(order, held.endpoint.name, profile, number, held.site)

    def rendered(tree: Tree) -> bytes:
        made = further_outgoing(orjson.dumps(tree), told, rules, external_id, profile.delta)
        return profile.renderer(context).order(made)

    why = _why_untold(order, told, rules, rendered)
    if why is None:
        return None
    found = differences(told.contents[-1], content_of(order))
    return CHANGED_AFTER_EXPORT.problem(
        number=order.number,
        endpoint=held.endpoint.name,
        fields=in_words(found),
        why=why,
        do=work_by_hand(found),
    )


def _why_untold(order: Order, told: Told, rules: Rules, rendered: Rendering) -> str | None:
    content, before = content_of(order), told.contents[-1]
    new, old = orjson.loads(content), orjson.loads(before)
    is_refund = has_refund(differences(before, content))
    if rules.flow.refunded_before == RefundedBefore.REDUCE:
        *_, off = taken_off((*told.contents, content), rules)
        left = left_of(order) if is_refund else reduced(order, off)
        if isinstance(left, Unclear):
            return f": what was given back cannot be taken off it ({left.why})"
    file = rendered(new)
    if file == rendered(_as_before(old, new)):
        return NO_PLACE
    if is_refund and file == rendered(_without_refund(old, new)):
        return NO_PLACE
    return None


def _as_before(old: Tree, new: Tree) -> Tree:
    """The content that the ERP has, with what is told beside the order as it is now."""
    beside = {name: new[name] for name in _BESIDE}
    return {**old, **beside, "totals": {**old["totals"], **{name: new["totals"][name] for name in _MONEY_BESIDE}}}


def _without_refund(old: Tree, new: Tree) -> Tree:
    """The new content as if nothing more had been given back than the ERP knows of."""
    return {**new, "refunds": old["refunds"], "totals": {**new["totals"], "refunded": old["totals"]["refunded"]}}
