"""The judgement of one order: ready, skipped by a rule, cancelled, or held by every problem that it has.

Pure: the same order and the same rules give the same judgement, at any time and on any machine.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bridge.domain.changes import Told
from bridge.domain.checks import FITTING, problems_of, sku_unmapped
from bridge.domain.checks.case import Case
from bridge.domain.contract import Order
from bridge.domain.outgoing import outgoing
from bridge.domain.policies import FlowRules
from bridge.domain.problems import Problem
from bridge.domain.revision import order_from_content
from bridge.domain.rules import Rules, rules_digest
from bridge.domain.scope import out_of_scope, selected, taken_earlier, unpayable
from bridge.domain.states import Purpose

__all__ = ["FlowRules", "Judgement", "Outcome", "Rules", "judge", "outgoing", "rules_digest"]


class Outcome(StrEnum):
    """What becomes of the order."""

    READY = "ready"
    SKIPPED = "skipped"  # by `rule`
    HELD = "held"  # by `problems`
    CANCELLED = "cancelled"  # in the store, before it was exported


@dataclass(frozen=True, slots=True)
class Judgement:
    """The outcome with its reasons."""

    outcome: Outcome
    rule: str = ""  # of a skipped order; `scope.rule_words` has its sentence
    problems: tuple[Problem, ...] = ()  # of a held order: all of them at once
    selected: bool = False  # the rule of mode `selected` names the order


def judge(order: Order, rules: Rules, external_id: str) -> Judgement:
    """Rules first, in the order that people would ask: is it ours, does it still stand, is it paid, is it whole?"""
    flow = rules.flow
    rule = out_of_scope(order, flow) or taken_earlier(order, rules.earlier)
    if rule:
        return Judgement(Outcome.SKIPPED, rule)
    if order.cancelled:
        return Judgement(Outcome.CANCELLED)
    case = Case.of(order, rules, external_id)
    policy = flow.payment_policy(order.payment.method)
    rule = unpayable(order, policy) if policy else None
    if rule:
        return Judgement(Outcome.SKIPPED, rule)
    problems = tuple(problems_of(case))
    if problems:
        return Judgement(Outcome.HELD, problems=problems)
    return Judgement(Outcome.READY, selected=selected(order, flow))


def judge_further(order: Order, told: Told, rules: Rules, external_id: str) -> Judgement:
    """A change or cancellation of an order that the ERP has: no rule leaves it out any more, only problems hold it.

    A cancellation is held only by what the ERP's fields cannot hold: it must not wait for a map. A change is also held
    when the article of a line that is gone is in no map, since the file has to name it.
    """
    problems = tuple(problems_of(Case.of(order, rules, external_id)))
    if told.purpose is Purpose.CANCEL:
        problems = tuple(problem for problem in problems if problem.code in FITTING)
    else:
        before = order_from_content(told.contents[-1])
        kept = {(line.kind, line.sku) for line in order.lines}
        gone = tuple(line for line in before.lines if (line.kind, line.sku) not in kept)
        problems += tuple(sku_unmapped.check(Case.of(before.model_copy(update={"lines": gone}), rules, external_id)))
    return Judgement(Outcome.HELD, problems=problems) if problems else Judgement(Outcome.READY)
