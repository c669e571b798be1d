"""A mail address that the ERP requires has the form of one.

Bad: "brak", "anna@example" or "a@x.de, b@x.de" for an ERP that requires a mail address. Good: "anna@example.com";
anything at all for an ERP that can do without. Nobody is asked whether the mailbox is there.
"""

from __future__ import annotations

from collections.abc import Iterator

from bridge.domain.addresses.mail_addresses import is_mail_address
from bridge.domain.checks.case import Case
from bridge.domain.contract import Party
from bridge.domain.problems import Problem, ProblemKind
from bridge.domain.rules import PARTIES

KIND = ProblemKind(
    code="email",
    title="Order {order}: the {party} e-mail cannot be a mail address",
    message="Order {order}: the {party} e-mail ({length} characters) does not have the form of a mail address; the ERP "
    "requires one.",
    action="Ask the buyer and correct the e-mail in {store}. To send such orders as they are, add "
    'checks_off = ["email"] to the flow in bridge.toml.',
    cause="order:{where}:email:{party}",
    meaning="The ERP requires a mail address, and the order has a text there that can be none.",
)


def check(case: Case) -> Iterator[Problem]:
    """At most one problem for each party. An address that is missing is the required field's problem."""
    for fitted in case.rules.fitted:
        if fitted.name != "email" or fitted.owner not in PARTIES or not fitted.limit.required:
            continue
        party: Party = getattr(case, fitted.owner)
        if party.email.strip() and not is_mail_address(party.email):
            yield case.problem(KIND, fitted.limit.field, party=fitted.owner, length=len(party.email))
