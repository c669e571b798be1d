"""Nothing that a parcel or a payment needs stays behind in the store without a word.

A limit with the policy `pass` says that the ERP's file has no place for its field. Bad: an order to a pickup point for
an ERP that would not learn of it; one of which a gift card has paid a part, where the ERP would ask for the whole.
Good: the same, where the flow has picked `pass`; an order without a pickup point; one that is paid wholly or not yet.
"""

from __future__ import annotations

from collections.abc import Iterator

from bridge.domain.checks.case import Case
from bridge.domain.checks.fields import texts
from bridge.domain.policies import FieldPolicy
from bridge.domain.problems import Problem, ProblemKind

PAID = "totals.paid"
KIND = ProblemKind(
    code="field-left-out",
    title="The ERP's file has no place for the {label}",
    message="Order {order}: the ERP's file has no place for the {label}{told}.",
    action='Set "{path}" = "pass" under [flows.{flow}.fields] in bridge.toml if people tell it to the ERP themselves; '
    "or give it a place in a profile of your own{place}.",
    cause="field-left-out:{path}",
    meaning="An order has something that the ERP must know of, and the ERP's file has no field for it.",
)


def check(case: Case) -> Iterator[Problem]:
    """One problem for each such field that the order has something in."""
    for fitted in case.rules.fitted:
        limit = fitted.limit
        if FieldPolicy.PASS not in limit.policies or fitted.policy == FieldPolicy.PASS:
            continue
        if limit.field == PAID:
            is_there = case.order.totals.paid not in (0, case.order.totals.gross)
        else:
            is_there = any(text and not text.isspace() for _, text in texts(case, fitted))
        if is_there:
            words = {
                "label": limit.label[:1].lower() + limit.label[1:],
                "told": _paid(case) if limit.field == PAID else "",
                "flow": case.rules.flow.name or "NAME",
                "place": f" (limit of {limit.place})" if limit.place else "",
            }
            yield case.problem(KIND, limit.field, path=limit.field, **words)


def _paid(case: Case) -> str:
    paid, gross = (amount.quantize(case.minor) for amount in (case.order.totals.paid, case.order.totals.gross))
    return f" ({paid} of {gross} {case.order.currency})"
