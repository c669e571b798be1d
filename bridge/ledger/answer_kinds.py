"""The wording of what answers say that cannot be applied, or that a person must know of."""

from __future__ import annotations

from bridge.domain.problems import ProblemKind

REJECTED = ProblemKind(
    code="rejected",
    title="The ERP refused orders: {words}",
    message="Order {number}: {endpoint} refused it: {told}",
    action="{cure} To send the order once more: bridge exceptions retry ID --reason TEXT.",
    cause="rejected:{reason_code}",
    meaning="The ERP answered that it did not take the order.",
)
CHANGE_REJECTED = ProblemKind(
    code="change-rejected",
    title="The ERP refused {what}s: {words}",
    message="Order {number}: {endpoint} refused its {what} and still has the order as it was: {told}",
    action="{cure} To send it once more: bridge exceptions retry ID --reason TEXT. Or make the {what} in the ERP by "
    "hand, and then: bridge exceptions dismiss ID --reason TEXT.",
    cause="{what}-rejected:{reason_code}",
    meaning="The ERP answered that it did not take a change or cancellation of an order that it has.",
)
ACCEPTED_WITH_CHANGES = ProblemKind(
    code="accepted-with-changes",
    title="Order {number} was accepted with changes",
    message="Order {number}: {endpoint} accepted it with changes: {differences}.",
    action="Tell the customer, or have it put right in the ERP. Then: bridge exceptions dismiss ID --reason TEXT.",
    cause="accepted-with-changes:{number}",
    meaning="The ERP accepted an order in other quantities, prices, dates or articles than were sent.",
)
CHANGE_ACCEPTED_OTHERWISE = ProblemKind(
    code="change-accepted-otherwise",
    title="The {what} of order {number} was accepted with changes",
    message="Order {number}: {endpoint} accepted its {what} with changes: {differences}.",
    action="Tell the customer, or have it put right in the ERP. Then: bridge exceptions dismiss ID --reason TEXT.",
    cause="accepted-otherwise:{number}",
    meaning="The ERP accepted a change of an order in other quantities, prices, dates or articles than it told.",
)
POSSIBLE_DUPLICATE = ProblemKind(
    code="possible-duplicate",
    title="Order {number} may be in the ERP twice",
    message="Order {number}: {endpoint} now says {now} of an earlier sending, after the order was sent once more. "
    "Nothing was changed.",
    action="Look in the ERP for both. Cancel one there. Then: bridge exceptions dismiss ID --reason TEXT.",
    cause="duplicate:{number}",
    meaning="The ERP accepted a sending that it had refused, after the order went out again.",
)
CHANGE_MADE_LATE = ProblemKind(
    code="change-made-late",
    title="An earlier {what} of order {number} was accepted late",
    message="Order {number}: {endpoint} now says {now} of a {what} that it had refused, after a later one was sent. "
    "Nothing was changed.",
    action="See in the ERP which of the two the order shows, and mend it there. Then: bridge exceptions dismiss ID "
    "--reason TEXT.",
    cause="change-made-late:{number}",
    meaning="The ERP accepted a change or cancellation that it had refused, after a further one went out.",
)
ANSWER_CONTRADICTS = ProblemKind(
    code="answer-contradicts",
    title="The ERP's answers contradict each other for order {number}",
    message="Order {number}: {endpoint} now says {now}, but said {before} earlier. Nothing was changed.",
    action="Ask the ERP's owner which is right; if needed: bridge orders link. Then: bridge exceptions dismiss ID "
    "--reason TEXT.",
    cause="contradicts:{number}",
    meaning="An answer differs from the verdict or the number that was applied before.",
)
ANSWER_UNKNOWN_ORDER = ProblemKind(
    code="answer-unknown-order",
    title="An answer of {endpoint} names {count} orders that were not sent",
    message="{name} of {endpoint} names orders that were not sent to it ({place}).",
    action="Ask the ERP's owner where the line comes from. If it is right and the order was sent since: bridge "
    "exceptions retry ID --reason TEXT. Else: bridge exceptions dismiss ID --reason TEXT.",
    cause="unknown-order:{name}",
    meaning="An answer holds external ids that this endpoint was never sent.",
)
ANSWER_NAMES_NO_ORDER = ProblemKind(
    code="answer-names-no-order",
    title="An answer of {endpoint} does not say which orders it means",
    message="{name} of {endpoint} says something of an order or a file of ours without telling which ({place}). "
    "That was not applied.",
    action="If the profile reads it wrongly, mend it, then: bridge exceptions retry ID --reason TEXT. Else ask the "
    "ERP's owner to name the order or the file, then: bridge exceptions dismiss ID --reason TEXT.",
    cause="no-order:{name}",
    meaning="A result has neither an order's id nor a place in one of our files, or its file is none of ours.",
)
ANSWER_ORDER_ELSEWHERE = ProblemKind(
    code="answer-order-elsewhere",
    title="{name} of {endpoint} names orders that are not in its file",
    message="{name} of {endpoint} names orders that were sent, but in another file or place than it says ({place}). "
    "That was not applied.",
    action="Ask the ERP's owner which file was meant. Then: bridge exceptions dismiss ID --reason TEXT. If the profile "
    "reads it wrongly, mend it, then: bridge exceptions retry ID --reason TEXT.",
    cause="order-elsewhere:{name}",
    meaning="An answer's file and its order's id, or its place in the file, mean two different things.",
)
ANSWER_KEYS_DISAGREE = ProblemKind(
    code="answer-keys-disagree",
    title="{name} of {endpoint} can be about two files",
    message="{name} of {endpoint}: {clash}. Nothing of it was applied.",
    action="Ask the ERP's owner which file was meant; enter its verdicts by bridge orders link if needed. Then: bridge "
    "exceptions dismiss ID --reason TEXT. If the profile reads it wrongly, mend it, then: bridge exceptions retry ID "
    "--reason TEXT.",
    cause="keys-disagree:{name}",
    meaning="What an answer tells of our file (its number, its name, a digest) fits two different files.",
)
ANSWER_COUNT_DIFFERS = ProblemKind(
    code="answer-count-differs",
    title="{name} of {endpoint} has another number of results than its file has orders",
    message="{name} of {endpoint} has {count} results, and its file holds {members} orders. As they are joined by "
    "their place, nothing of it was applied.",
    action="Ask the ERP's owner which order is missing. Then: bridge exceptions dismiss ID --reason TEXT. If the "
    "profile reads it wrongly, mend it, then: bridge exceptions retry ID --reason TEXT.",
    cause="count-differs:{name}",
    meaning="An answer whose results stand in the order of our file does not have one for each of its orders.",
)
REST_NOT_ACCEPTED = ProblemKind(
    code="rest-not-accepted",
    title="The orders that {name} of {endpoint} does not name were not taken as accepted",
    message="{name} of {endpoint} tells what failed, but {why}. The orders that it does not name wait.",
    action="Ask the ERP's owner what became of them. Then: bridge exceptions dismiss ID --reason TEXT. If the profile "
    "reads it wrongly, mend it, then: bridge exceptions retry ID --reason TEXT.",
    cause="rest:{name}",
    meaning="A report of what failed could not be understood whole, so that silence about an order proves nothing.",
)
ORDER_LEFT_OUT = ProblemKind(
    code="order-left-out",
    title="The answers of {endpoint} to {file} leave orders out",
    message="Order {number}: {endpoint} has given all answers to {file} that it gives, and none names the order.",
    action="Ask the ERP's owner what became of it. It closes by itself when an answer names the order.",
    cause="left-out:{file}",
    meaning="Each report that the profile expects came, and an order of the file is in none of them.",
)
