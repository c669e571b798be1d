"""Write-backs one after the other, read in groups before: the order of things that all polled shops share."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from bridge.domain.errors import BridgeError, Doubtful, Unavailable
from bridge.stores.base import WriteBack, WriteBackOutcome, WriteBackReceipt
from bridge.stores.problems import StoreUnreachable

Found = TypeVar("Found")


def receipts(
    numbers: Sequence[WriteBack],
    at_once: int,
    read: Callable[[Sequence[WriteBack]], Found],
    write: Callable[[WriteBack, Found], WriteBackReceipt],
    cut: StoreUnreachable,
) -> Iterator[WriteBackReceipt]:
    """One receipt for each, in order. After trouble with the shop itself the rest is not tried.

    What looks like the shop's trouble can be one order's (a plugin dies at it each time): so the rest is told as
    untried, and comes first the next time.

    read: what stands in the store for a group of at most `at_once`. write: one of them, told what was read for its
    group; its errors are in its receipt. cut: what the untried ones say after a write in doubt, as they are not in
    doubt themselves.
    """
    broken: BridgeError | None = None
    for start in range(0, len(numbers), at_once):
        group = numbers[start : start + at_once]
        found: Found | None = None
        if broken is None:
            try:
                found = read(group)
            except BridgeError as error:
                broken = error
        for number in group:
            if broken is not None or found is None:
                yield WriteBackReceipt(number, WriteBackOutcome.FAILED, error=broken, tried=False)
                continue
            receipt = write(number, found)
            if isinstance(receipt.error, Unavailable | Doubtful):
                broken = receipt.error if isinstance(receipt.error, Unavailable) else cut
            yield receipt
