"""What can go wrong with a Magento shop alone."""

from __future__ import annotations

from bridge.domain.errors import Refused
from bridge.domain.problems import ProblemKind


class StoreChangedMore(Refused):
    """We wrote one field, and the shop changed others."""

    kind = ProblemKind(
        code="store-changed-more",
        title="Store {store} changed more than was written",
        message="Order {order}: only ext_order_id was written into store {store}, and {fields} changed with it.",
        action="Put the order right in the shop. Take ext_order_id out of bridge.toml, or let the shop be updated, "
        "delete {stop_file}, and: bridge exceptions retry ID --reason TEXT. Until then nothing is written into "
        "ext_order_id.",
        cause="store-changed-more:{store}",
        meaning="A save of an order in Magento changed fields that were not sent (magento/magento2#17828, #22431). "
        "Writing of ext_order_id into this store has stopped, and stays so until the stop file is deleted.",
    )


class StoreWritesStopped(Refused):
    """An earlier write changed more than it should; nothing is written until a person has looked."""

    kind = ProblemKind(
        code="store-writes-stopped",
        title="Store {store}: nothing is written into ext_order_id",
        message="Order {order}: {stop_file} says that store {store} changed more than was written, so that its number "
        "was not written into ext_order_id.",
        action="See what it says. When the shop is right, delete {stop_file}, then: bridge exceptions retry ID "
        "--reason TEXT.",
        cause="store-writes-stopped:{store}",
        meaning="Writing into ext_order_id stopped when the shop changed other fields with it.",
    )


class NumberTooLong(Refused):
    """ext_order_id is a column of 64 characters; MySQL may cut without a word."""

    kind = ProblemKind(
        code="store-number-too-long",
        title="Store {store}: an ERP number is too long for ext_order_id",
        message="Order {order}: the ERP number has {length} characters, ext_order_id of store {store} holds {most}.",
        action="Take ext_order_id out of the store's section in bridge.toml: the comment holds any number.",
        cause="store-number-too-long:{store}",
        meaning="The shop's field for the number is shorter than the number.",
    )


class StatusRefused(Refused):
    """The status that should come with the number is none of the order's state. Number and status go together."""

    kind = ProblemKind(
        code="store-status-refused",
        title="Store {store} does not give an order the status {status}",
        message='Order {order}: store {store} does not take the status "{status}" for an order in its state "{state}". '
        "Its ERP number was not written either.",
        action="Assign the status to that state in the shop (Stores, Settings, Order Status), or correct status_after "
        "of the store; release 2.4.7 itself takes no other status at all. Then: bridge exceptions retry ID --reason "
        "TEXT.",
        cause="store-status-refused:{store}/{status}/{state}",
        meaning="A status of Magento belongs to a state, and a comment can bring one of the order's present state "
        "only: the state itself is never changed.",
    )
