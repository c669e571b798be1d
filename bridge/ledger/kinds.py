"""The wording of what the ledger itself finds: changed after export, refused, unknown, contradicting, overdue."""

from __future__ import annotations

from bridge.domain.problems import ProblemKind
from bridge.domain.states import Purpose

WHAT = {Purpose.NEW: "order", Purpose.CHANGE: "change", Purpose.CANCEL: "cancellation"}  # what a sending tells
CHANGED_AFTER_EXPORT = ProblemKind(
    code="changed-after-export",
    title="Order {number} was changed in the store after it was sent",
    message=(
        "Order {number} was changed in the store after it was sent to {endpoint}: {fields}. The change was not "
        "sent{why}."
    ),
    action=(
        "{do}; what it was before and is now: bridge orders show {number}. "
        "Then: bridge exceptions dismiss ID --reason TEXT."
    ),
    cause="changed:{number}",
    meaning="The store changed an order that the ERP already has, or gave money back of it, and no file tells the ERP.",
)
CANCELLED_AFTER_EXPORT = ProblemKind(
    code="cancelled-after-export",
    title="Order {number} was cancelled in the store after it was sent",
    message="Order {number} was cancelled in the store after it was sent to {endpoint}; the ERP still has it.",
    action="Cancel it in the ERP by hand. Then: bridge exceptions dismiss ID --reason TEXT.",
    cause="changed:{number}",
    meaning="The store cancelled an order that the ERP already has.",
)
ORDER_NUMBER_USED_AGAIN = ProblemKind(
    code="order-number-used-again",
    title="Order number {number} was used again",
    message="Order {number}, which {endpoint} has, was placed at {before}; what the store shows under its id now was "
    "placed at {after}. Nothing of it was sent.",
    action="If it is another sale (a store restored from a backup, numbers that begin anew): bridge orders take-as-new "
    "{number} --reason TEXT. If it is the same sale with another date, make the change in the ERP by hand, and write "
    "the ERP's number into the store where it does not stand there; then: bridge exceptions dismiss ID --reason TEXT.",
    cause="number-used-again:{number}",
    meaning="A store shows an order under the id of one that the ERP has, which was placed at another time.",
)
REOPENED_AFTER_CANCELLATION = ProblemKind(
    code="reopened-after-cancellation",
    title="Order {number} was reopened in the store after its cancellation was sent",
    message="Order {number} was reopened in the store, but {endpoint} has cancelled it; nothing was sent.",
    action="Enter it in the ERP by hand, or ask the buyer for a new order. Then: bridge exceptions dismiss ID "
    "--reason TEXT.",
    cause="changed:{number}",
    meaning="The store took back a cancellation that the ERP has carried out.",
)
NOT_SENT_ANY_MORE = ProblemKind(
    code="further-not-sent",
    title="{endpoint} is sent no {what}s any more",
    message="Order {number}: its {what} waits for {endpoint}, to which no {what}s are sent any more.",
    action="Make the {what} in the ERP by hand. Then: bridge exceptions dismiss ID --reason TEXT. Or let the flow send "
    "{what}s again in bridge.toml.",
    cause="further-not-sent:{endpoint}/{what}",
    meaning="A change or cancellation was about to be sent when the flow or the profile gave up sending such files.",
)
SENT_MAPS_UNREADABLE = ProblemKind(
    code="sent-maps-unreadable",
    title="The maps of {folder} in the archive cannot be read",
    message="Order {number}: its change cannot be told, since the maps with which the order was sent cannot be read "
    "from {folder} in the archive: {why}.",
    action="Restore that folder of the archive from a backup; then: bridge exceptions retry ID --reason TEXT. Or make "
    "the change in the ERP by hand; then: bridge exceptions dismiss ID --reason TEXT.",
    cause="sent-maps:{folder}",
    meaning="A change is told against what was sent; the maps of that time, which the archive keeps, are missing.",
)
EXTERNAL_ID_TAKEN = ProblemKind(
    code="external-id-taken",
    title="External id {external_id} belongs to another order",
    message="Order {number}: its external id {external_id} belongs to another order of {endpoint} already.",
    action="Give the flow's external_id a prefix of its own in bridge.toml.",
    cause="external-id:{external_id}",
    meaning="Two orders of one endpoint would have the same external id for the ERP.",
)
ANSWER_OVERDUE = ProblemKind(
    code="answer-overdue",
    title="No answer for {name}",
    message="{name} was placed at {placed_at} and {endpoint} has not answered by {due_at}.",
    action="Ask the ERP's owner whether the import ran. It closes by itself when the answer comes.",
    cause="overdue:{name}",
    meaning="The ERP has not answered a placed file in time: answer_within_s of its endpoint, else of the profile.",
)
ANSWERED_BEFORE_SENT = ProblemKind(
    code="answered-before-sent",
    title="{name} was answered, but counts as not sent",
    message="{endpoint} answered {name}, which counts as not sent; it is not sent until a person has looked.",
    action="Ask the ERP's owner whether the file was imported. Then: bridge files withdraw, or bridge files retry.",
    cause="file:{name}",
    meaning="An answer came for a file whose delivery was taken back as not done.",
)
CHANGE_WITHDRAWN = ProblemKind(
    code="change-withdrawn",
    title="File {name} of {what}s was withdrawn",
    message="Order {number}: its {what} in {name} was withdrawn by a person.",
    action="Make sure that {name} is no longer in the ERP's folder. To send the newest state of the order: bridge "
    "exceptions retry ID --reason TEXT. If the {what} was made in the ERP: bridge exceptions dismiss ID --reason "
    "TEXT.",
    cause="{what}-withdrawn:{name}",
    meaning="A person withdrew a file of changes or cancellations; its orders wait for a decision.",
)
WITHDRAWN = ProblemKind(
    code="withdrawn",
    title="File {name} was withdrawn",
    message="Order {number}: its file {name} was withdrawn by a person.",
    action="Make sure that {name} is no longer in the ERP's folder. To send the order once more: bridge exceptions "
    "retry ID --reason TEXT. If the ERP has it: bridge orders link ORDER NUMBER --reason TEXT.",
    cause="withdrawn:{name}",
    meaning="A person withdrew an export file; its orders wait for a decision.",
)
