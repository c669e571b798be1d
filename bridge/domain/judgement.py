"""The judgement of one order: ready, skipped by a rule, waiting, cancelled, or held by every problem that it has.

Pure: the same order and the same rules give the same judgement, at any time and on any machine; how long an order may
wait is told as an instant, for the caller to hold against the clock.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from bridge.domain.changes import Told
from bridge.domain.checks import FITTING, problems_of, sku_gap, sku_unmapped
from bridge.domain.checks.case import Case
from bridge.domain.contract import Order
from bridge.domain.outgoing import outgoing
from bridge.domain.policies import FlowRules, RefundedBefore
from bridge.domain.problems import Problem
from bridge.domain.refunds import Unclear, as_it_goes, reduced, refunded_in_part
from bridge.domain.revision import content_of, order_from_content
from bridge.domain.rules import Rules, rules_digest
from bridge.domain.scope import (
    Waiting,
    is_known_status,
    out_of_scope,
    rule_code,
    rule_words,
    selected,
    settles,
    taken_earlier,
    unpayable,
    waiting,
    waits_for_money,
)
from bridge.domain.selection import Action, SelectionRule, first_match
from bridge.domain.selection_kinds import (
    HELD_BY_RULE,
    REFUND_UNCLEAR,
    REFUNDED_BEFORE_EXPORT,
    STATUS_UNKNOWN,
    WAITS_TOO_LONG,
    shown_status,
)
from bridge.domain.states import Purpose
from bridge.domain.taken_off import taken_off

__all__ = ["FlowRules", "Judgement", "Outcome", "Rules", "judge", "outgoing", "rules_digest"]


class Outcome(StrEnum):
    """What becomes of the order."""

    READY = "ready"
    SKIPPED = "skipped"  # by `rule`
    WAITING = "waiting"  # by `rule`, until the store changes it, or until `until`
    HELD = "held"  # by `problems`
    CANCELLED = "cancelled"  # in the store, before it was exported


@dataclass(frozen=True, slots=True)
class Judgement:
    """The outcome with its reasons."""

    outcome: Outcome
    rule: str = ""  # of a skipped or waiting order; `scope.rule_words` has its sentence
    problems: tuple[Problem, ...] = ()  # of a held order: all of them at once; of a waiting one: from `until` on
    selected: bool = False  # the rule of mode `selected` names the order
    until: datetime | None = None  # of a waiting order
    value: Decimal | None = None  # gross as it goes, of an order that was refunded in part

    def at(self, now: datetime) -> Judgement:
        """The judgement at an instant: an order that waited its time is held."""
        if self.outcome is Outcome.WAITING and self.until is not None and self.until <= now:
            return replace(self, outcome=Outcome.HELD, rule="", until=None)
        return self


def judge(order: Order, rules: Rules, external_id: str, released: bool = False) -> Judgement:
    """Rules first, in the order that people would ask: is it ours, does it still stand, is it paid, is it whole?

    released: a person let this order go by name, which no rule of the flow that holds or waits overrules.
    """
    flow = rules.flow
    rule = out_of_scope(order, flow) or taken_earlier(order, rules.earlier)
    if rule:
        return Judgement(Outcome.SKIPPED, rule)
    if order.cancelled:
        return Judgement(Outcome.CANCELLED)
    decided = first_match(order, flow.selection)
    if decided is not None and decided.action is not Action.TAKE:
        if not released:
            return kept_back(order, decided, rules)
        decided = None  # the person's word was about the rule, not about the money
    if not (is_known_status(order.status, flow) or settles(decided, "status")):
        return Judgement(Outcome.HELD, problems=(unknown_status(order, rules),))
    policy = flow.payment_policy(order.payment.method)
    rule = None if settles(decided, "payment_status") else unpayable(order, policy)
    if rule:
        return left_for_money(order, rule, rules)
    return checked(order, rules, external_id)


def checked(order: Order, rules: Rules, external_id: str, refunds: Collection[str] | None = None) -> Judgement:
    """What the checks make of an order that is to go. refunds: of one that the ERP has, those that are taken off."""
    goes = as_it_goes(order, rules.flow.refunded_before, refunds)
    problems = tuple(problems_of(Case.of(goes, rules, external_id, order)))
    if refunds is None:
        problems = (*refund_problems(order, rules), *problems)
    if problems:
        return Judgement(Outcome.HELD, problems=problems)
    value = goes.totals.gross if order.refunds else None  # also where the flow decided otherwise before
    return Judgement(Outcome.READY, selected=selected(order, rules.flow), value=value)


def refund_problems(order: Order, rules: Rules) -> Iterator[Problem]:
    """Why an order that the ERP does not have cannot go because of what was given back of it."""
    policy, totals = rules.flow.refunded_before, order.totals
    words = {"order": order.number, "refunded": totals.refunded, "currency": order.currency, "gross": totals.gross}
    if policy == RefundedBefore.REDUCE:
        left = reduced(order)
        if isinstance(left, Unclear):
            words |= {"store": order.store, "id": order.store_order_id, "why": left.why}
            yield REFUND_UNCLEAR.problem(field="refunds", **words)
    elif policy == RefundedBefore.HOLD and refunded_in_part(order):
        yield REFUNDED_BEFORE_EXPORT.problem(field="totals.refunded", flow=rules.flow.name, **words)


def kept_back(order: Order, rule: SelectionRule, rules: Rules) -> Judgement:
    """What a rule makes of the order that waits or holds: a rule that skips was asked before."""
    if rule.action is Action.WAIT:
        return kept_waiting(order, waiting(order, rule.code, rule.wait_max), rules)
    because = f": {rule.reason}" if rule.reason else ""
    problem = HELD_BY_RULE.problem(
        order=order.number, store=order.store, flow=rules.flow.name, rule=rule.name, because=because
    )
    return Judgement(Outcome.HELD, problems=(problem,))


def left_for_money(order: Order, rule: str, rules: Rules) -> Judgement:
    """An order that is not paid: it waits where the money is on its way, else it is left out."""
    wait = waits_for_money(order, rule, rules.flow)
    return kept_waiting(order, wait, rules) if wait else Judgement(Outcome.SKIPPED, rule)


def kept_waiting(order: Order, wait: Waiting, rules: Rules) -> Judgement:
    problems: tuple[Problem, ...] = ()
    if wait.until is not None:
        problems = (waits_too_long(order, wait, rules.flow.name),)
    return Judgement(Outcome.WAITING, wait.rule, problems, until=wait.until)


def waits_too_long(order: Order, wait: Waiting, flow: str) -> Problem:
    """The problem of an order that has waited its time."""
    words = rule_words(wait.rule).rstrip(".")
    return WAITS_TOO_LONG.problem(
        order=order.number, store=order.store, flow=flow, rule=rule_code(wait.rule), days=wait.days, words=words
    )


def unknown_status(order: Order, rules: Rules) -> Problem:
    """The problem of an order whose status nobody has decided about."""
    status = shown_status(order.status)
    return STATUS_UNKNOWN.problem(
        field="status", order=order.number, store=order.store, flow=rules.flow.name, status=status
    )


def judge_further(order: Order, told: Told, rules: Rules, external_id: str) -> Judgement:
    """A change or cancellation of an order that the ERP has: no rule leaves it out any more, only problems hold it.

    A cancellation is held only by what the ERP's fields cannot hold: it must not wait for a map. A change is also held
    when the article of a line that is gone is in no map, since the file has to name it.
    """
    *_, off = taken_off((*told.contents, content_of(order)), rules)
    judgement = checked(order, rules, external_id, off)
    problems = judgement.problems
    if told.purpose is Purpose.CANCEL:
        problems = tuple(problem for problem in problems if problem.code in FITTING)
    else:
        before = order_from_content(told.contents[-1])
        kept = {(line.kind, line.sku) for line in order.lines}
        gone = tuple(line for line in before.lines if (line.kind, line.sku) not in kept)
        left = Case.of(before.model_copy(update={"lines": gone}), rules, external_id)
        problems += (*sku_unmapped.check(left), *sku_gap.check(left))
    return Judgement(Outcome.HELD, problems=problems) if problems else Judgement(Outcome.READY, value=judgement.value)
