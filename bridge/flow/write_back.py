"""Write back: the ERP's number goes into the store's order. Read before write; another number is never overwritten."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from bridge.config.values import FlowSettings
from bridge.domain.backoff import next_try_at
from bridge.domain.errors import BridgeError, Refused, Unavailable
from bridge.domain.ownership import ERP_NUMBER, LABEL, LEFT_OUT_BY, NOTE, OWNED_BY_STORE, STATUS, store_owned
from bridge.domain.problems import Problem, ProblemKind
from bridge.flow.site import Held
from bridge.ledger import ToWriteBack, WrittenOutcome, WroteBack
from bridge.stores import Description, Store, WriteBack, WriteBackOutcome, WriteBackReceipt

NUMBERS_PER_COMMIT_MAX = 500

WRITTEN_AS = {
    WriteBackOutcome.WRITTEN: WrittenOutcome.WRITTEN,
    WriteBackOutcome.ALREADY: WrittenOutcome.WRITTEN,
    WriteBackOutcome.DIFFERENT: WrittenOutcome.DIFFERENT,
    WriteBackOutcome.GONE: WrittenOutcome.GONE,
    WriteBackOutcome.FAILED: WrittenOutcome.FAILED,
}

NUMBER_DIFFERS = ProblemKind(
    code="number-differs-in-store",
    title="Order {order}: the store holds another ERP number",
    message="Order {order}: {endpoint} gave {ours}, but the store's order already holds {found}. Nothing was "
    "overwritten.",
    action="Is {found} of another ERP? Then give each a field of its own: bridge check says how. Else find out "
    "which document is right and remove the wrong number in the store. Then: bridge exceptions retry ID --reason TEXT.",
    cause="number-differs:{store}/{order}",
    meaning="Read before write found a different ERP number in the store's order.",
)
ORDER_GONE = ProblemKind(
    code="order-gone-in-store",
    title="Order {order} is no longer in the store",
    message="Order {order} was deleted in the store, so the ERP number {ours} could not be written back.",
    action="Check whether the ERP must cancel {ours}. Then: bridge exceptions dismiss ID --reason TEXT.",
    cause="order-gone:{store}/{order}",
    meaning="The store no longer has the order whose number should be written back.",
)


# What a write-back can change, as people call it.
WRITTEN = {ERP_NUMBER: "the ERP's number", NOTE: "a note with it", STATUS: "another status", LABEL: "a tag"}


class OwnedByStore(Refused):
    """A write-back of a field that the store owns."""

    kind = OWNED_BY_STORE


def write_back(flow: FlowSettings, held: Held) -> int:
    """Tell the store every number that it does not have yet. Gives how many numbers were settled."""
    if not flow.write_back:
        return 0
    store = without_owned_fields(flow, held)
    settled = 0
    while held.has_time():
        due = held.ledger.to_write_back(flow.name, NUMBERS_PER_COMMIT_MAX)
        if not due:
            break
        with alone_at(flow.store, store, held) as is_alone:
            if not is_alone:
                break  # the next pass looks again
            receipts = list(store.write_back([as_request(item, flow) for item in due]))
        done = list(outcomes(due, receipts, flow, held))
        held.ledger.wrote_back(done)
        settled += sum(one.outcome is WrittenOutcome.WRITTEN for one in done)
        for receipt in receipts:
            if isinstance(receipt.error, Unavailable) and receipt.error.retry_after_s is not None:
                raise receipt.error  # the shop named a wait: no flow asks it for anything before
    return settled


@contextmanager
def alone_at(name: str, store: Store, held: Held) -> Iterator[bool]:
    """Whether nobody else writes numbers into these fields of the store meanwhile. Never waits.

    Where two ERPs' numbers have one field, the one could write between the other's read and its write. The lock is the
    operating system's, so that it holds between threads and processes, and ends with its process.
    """
    if not share_a_field(held.site.feeding(name), store.describe()):
        yield True
        return
    path = held.site.deployment.state_folder / f"store-{name}.lock"
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        yield is_locked(handle)
    finally:
        os.close(handle)


def is_locked(handle: int) -> bool:
    """Whether the lock of an open file is ours now."""
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def share_a_field(flows: Sequence[FlowSettings], shop: Description) -> bool:
    """Whether the numbers of two ERPs go into one field of the shop's orders."""
    writing = {flow.endpoint for flow in flows if flow.write_back}
    return len(writing) > 1 and bool(shop.number_field) and "{endpoint}" not in shop.number_field


def without_owned_fields(flow: FlowSettings, held: Held) -> Store:
    """The store, whose write-backs leave out what [ownership] gives to it.

    Raises OwnedByStore where that is the number itself, or a field that this kind of store cannot leave out.
    """
    ownership = held.site.deployment.ownership
    store = held.store(flow.store)
    owned = store_owned(store.describe().writes, ownership, flow.store)
    if owned:
        store = held.store(flow.store, frozenset(owned) & frozenset(LEFT_OUT_BY))
    for name, one in store_owned(store.describe().writes, ownership, flow.store).items():
        raise OwnedByStore(store=flow.store, what=WRITTEN.get(name, name), name=one.field, place=one.place)
    return store


def as_request(item: ToWriteBack, flow: FlowSettings) -> WriteBack:
    return WriteBack(item.store_order_id, item.external_id, item.erp_number, flow.endpoint)


def outcomes(
    due: Sequence[ToWriteBack], receipts: Sequence[WriteBackReceipt], flow: FlowSettings, held: Held
) -> Iterator[WroteBack]:
    """Each receipt in the ledger's words, with the problem that a person sees and the time of the next try."""
    for item, receipt in zip(due, receipts, strict=True):
        problem = problem_of(item, receipt, flow)
        again = None
        if problem is not None and problem.temporary:
            waits_s = receipt.error.retry_after_s if isinstance(receipt.error, Unavailable) else None
            again = next_try_at(held.site.clock(), item.tries, waits_s)
        yield WroteBack(item.sending_id, WRITTEN_AS[receipt.outcome], problem, again, receipt.tried)


def problem_of(item: ToWriteBack, receipt: WriteBackReceipt, flow: FlowSettings) -> Problem | None:
    subject = {"order": item.store_order_id, "store": flow.store, "ours": item.erp_number, "found": receipt.found}
    subject["endpoint"] = flow.endpoint
    match receipt.outcome:
        case WriteBackOutcome.WRITTEN | WriteBackOutcome.ALREADY:
            return None
        case WriteBackOutcome.DIFFERENT:
            return NUMBER_DIFFERS.problem(**subject)
        case WriteBackOutcome.GONE:
            return ORDER_GONE.problem(**subject)
        case WriteBackOutcome.FAILED:
            error: BridgeError | None = receipt.error
            if error is None:
                raise ValueError("a failed write-back names its error")
            return error.problem
