"""Check: received sendings, and held or ready ones whose judgement is stale, become ready, skipped or held.

All problems of an order are found at once. A bug while judging one order holds that order alone.
"""

from __future__ import annotations

import uuid

import structlog

from bridge.config.values import FlowSettings, Mode
from bridge.domain.backoff import next_try_at
from bridge.domain.changes import Told
from bridge.domain.contract import Order
from bridge.domain.errors import Fault, Refused
from bridge.domain.judgement import Judgement, Outcome, Rules, judge, judge_further
from bridge.domain.money import rounded, to_minor
from bridge.domain.problems import Problem
from bridge.domain.revision import order_from_content
from bridge.domain.states import Purpose, SendingState
from bridge.flow.by_file import told_by_file
from bridge.flow.preview import keep_preview
from bridge.flow.rules import external_id_of, sends
from bridge.flow.sent_maps import rules_of_further
from bridge.flow.site import Held
from bridge.flow.untold import untold
from bridge.ledger import NOT_SENT_ANY_MORE, JudgedSending, ToCheck

log = structlog.get_logger(__name__)

ORDERS_PER_COMMIT_MAX = 500

STATE_OF = {
    Outcome.READY: SendingState.READY,
    Outcome.SKIPPED: SendingState.SKIPPED,
    Outcome.WAITING: SendingState.RECEIVED,
    Outcome.HELD: SendingState.HELD,
    Outcome.CANCELLED: SendingState.CANCELLED,
}


def check(flow: FlowSettings, held: Held) -> int:
    """Judge all that is due, a commit per 500. Gives how many were judged.

    Raises AnotherShop: orders of the old shop are not judged by the words that another type has for a status.
    """
    held.refuse_another_shop(flow.store)
    rules = held.rules(flow)
    judged = 0
    while held.has_time():
        due = held.ledger.to_check(flow.name, rules.digest, ORDERS_PER_COMMIT_MAX)
        if not due:
            break
        held.ledger.judged([judged_sending(sending, flow, rules, held) for sending in due])
        judged += len(due)
    return judged


def judged_sending(sending: ToCheck, flow: FlowSettings, rules: Rules, held: Held) -> JudgedSending:
    """One sending's judgement; a bug of ours in judging it becomes that order's own problem."""
    try:
        return judgement_of(sending, flow, rules, held)
    except Exception as bug:  # the border for bugs in pure code: this order alone is held (DESIGN, section 5)
        problem = internal_fault(sending.number, bug)
        return JudgedSending(sending.sending_id, SendingState.HELD, rules.digest, problems=(problem,))


def judgement_of(sending: ToCheck, flow: FlowSettings, rules: Rules, held: Held) -> JudgedSending:
    order = order_from_content(sending.content)
    external_id = sending.external_id or external_id_of(flow, order, held.profile)
    if sending.told is not None:
        rules = held.rules(flow, sending.told.purpose)
        judgement = judgement_of_further(order, sending.told, flow, external_id, held)
    else:
        judgement = judge(order, rules, external_id, sending.released).at(held.site.clock())
    if judgement.outcome is Outcome.READY and flow.mode is Mode.TEST:
        keep_preview(order, external_id, flow, rules, held, sending.told)
    again = judgement.until
    if judgement.outcome is Outcome.HELD and all(problem.temporary for problem in judgement.problems):
        again = next_try_at(held.site.clock(), sending.tries)
    return JudgedSending(
        sending.sending_id,
        STATE_OF[judgement.outcome],
        rules.digest,
        rule=judgement.rule or None,
        external_id=external_id,
        problems=told_by_file(judgement.problems, flow, held),
        next_try_at=again,
        released=judgement.selected,
        gross_minor=value_of(judgement, order),
    )


def value_of(judgement: Judgement, order: Order) -> int | None:
    """The order's value in minor units as it goes, for the totals of its file; None where it is the store's own."""
    if judgement.outcome is not Outcome.READY or judgement.value is None:
        return None
    return to_minor(rounded(judgement.value, order.currency_digits), order.currency_digits)


def judgement_of_further(order: Order, told: Told, flow: FlowSettings, external_id: str, held: Held) -> Judgement:
    """A change or cancellation; one whose purpose the flow or the profile does not write any more is held."""
    profile = held.profile.of(told.purpose)
    if not sends(flow, told.purpose) or profile is None:
        what = "cancellation" if told.purpose is Purpose.CANCEL else "change"
        problem = NOT_SENT_ANY_MORE.problem(number=order.number, what=what, endpoint=held.endpoint.name)
        return Judgement(Outcome.HELD, problems=(problem,))
    try:
        rules = rules_of_further(held.rules(flow, told.purpose), told, order.number, held.site)
        judgement = judge_further(order, told, rules, external_id)
        if judgement.outcome is not Outcome.READY:
            return judgement
        found = untold(order, told, rules, external_id, profile, held)
    except Refused as refused:  # as the export would say of it
        found = refused.problem
    return Judgement(Outcome.HELD, problems=(found,)) if found is not None else judgement


def internal_fault(order_number: str, bug: Exception) -> Problem:
    """The order's problem for a bug: what a person sees, with the reference under which the log has the rest."""
    reference = uuid.uuid4().hex[:12]
    log.error("order.fault", order_number=order_number, reference=reference, exc_info=bug)
    return Fault.kind.problem(what=f"order {order_number} could not be worked on", reference=reference)
