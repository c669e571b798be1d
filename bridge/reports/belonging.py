"""What belongs to an order, a file, an ERP number or a digest in the archive: originals, export files, answers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bridge.flow.site import Site
from bridge.ledger import OrderView


@dataclass(frozen=True, slots=True)
class Belonging:
    """One archived file and what it is to the thing that was asked for. `path` is seen from the archive."""

    path: str
    what: str
    sha256: str
    size: int | None


def archived_of(site: Site, word: str) -> Iterator[Belonging]:
    """Each archived file once: what the ledger knows of orders and files, then what the archive finds by itself."""
    seen: set[str] = set()
    for found in candidates(site, word):
        if found.path not in seen:
            seen.add(found.path)
            yield found


def candidates(site: Site, word: str) -> Iterator[Belonging]:
    reading = site.ledger.reading
    for order in reading.find_orders(word):
        yield from of_order(site, order)
    for file in reading.find_files(word):
        yield Belonging(
            file.archive_path, f"export file {file.sequence_number} of {file.endpoint}", file.sha256, file.size
        )
        yield from (
            Belonging(path, f"answer to {file.name}", sha256, size)
            for path, sha256, size in reading.answers_of_file(file.file_id)
        )
    for kept in site.archive.find(word):
        yield Belonging(kept.path, "archived file", kept.sha256, kept.size)


def of_order(site: Site, order: OrderView) -> Iterator[Belonging]:
    """An order's originals, its export file, those of its changes, and the answers that name it."""
    reading = site.ledger.reading
    for one in reading.revisions(order.order_id):
        what = f"order {order.number} as the store told it, revision {one.revision_number}, line {one.archive_line}"
        yield Belonging(one.archive_path, what, "", None)
    if order.sequence_number is not None:
        file = reading.file(order.endpoint, order.sequence_number)
        yield Belonging(
            file.archive_path, f"export file {file.sequence_number} with order {order.number}", file.sha256, file.size
        )
    changes = reading.changes(order.order_id, order.endpoint)
    for change in changes:
        for found in reading.find_files(change.file_name) if change.file_name else ():
            if found.endpoint == order.endpoint:
                what = f"export file {found.sequence_number} with the {change.purpose} of order {order.number}"
                yield Belonging(found.archive_path, what, found.sha256, found.size)
    for sending_id in (order.sending_id, *(change.sending_id for change in changes)):
        for path, sha256, size in reading.answers_of_sending(sending_id):
            yield Belonging(path, f"answer that names order {order.number}", sha256, size)
