"""A small world for the ledger's tests: a clock, a deployment, and words that read like the business."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bridge.config.values import Deployment, EndpointSettings, FlowSettings, StoreSettings, TransportSettings
from bridge.domain.answers import FileKey, FileNaming, FileReference, Result, Verdict
from bridge.domain.problems import Problem
from bridge.domain.states import SendingState
from bridge.ledger import (
    AnswerToApply,
    EndpointLedger,
    JudgedSending,
    Ledger,
    NewRevision,
    Placed,
    SealedFile,
    SealRequest,
    ToCheck,
)

ZONE = ZoneInfo("Europe/Warsaw")
START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
DAY = date(2026, 3, 2)
RULES = "rules-1"


class TestClock:
    """The time of the test; moves only when told."""

    __test__ = False

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **delta: int) -> None:
        self.now += timedelta(**delta)


def deployment(
    flows: Sequence[tuple[str, str, str]] = (("shop-acme", "shop", "acme"),),
    sequence_first: int = 1,
    write_back: bool = True,
) -> Deployment:
    """A deployment with these flows: (name, store, endpoint)."""
    transport = TransportSettings("local", {}, "bridge.toml:9", "in", "out", None, None)
    return Deployment(
        folder=Path("deployment"),
        timezone=ZONE,
        ledger_url="sqlite://",
        stores={store: StoreSettings(store, "folder", {}, "bridge.toml:1") for _, store, _ in flows},
        endpoints={
            name: EndpointSettings(name, "csv-orders", transport, "bridge.toml:5", sequence_first)
            for _, _, name in flows
        },
        flows=tuple(
            FlowSettings(name, store, endpoint, "bridge.toml:20", START - timedelta(days=30), write_back=write_back)
            for name, store, endpoint in flows
        ),
    )


def revision(store_order_id: str, version: int = 1, gross_minor: int = 1230, cancelled: bool = False) -> NewRevision:
    """One order of a page; another version has another digest."""
    return NewRevision(
        store_order_id=store_order_id,
        number=f"#{store_order_id}",
        digest=f"digest-{store_order_id}-{version}",
        mapper_version="1",
        content=f'{{"number":"#{store_order_id}","version":{version}}}'.encode(),
        currency="PLN",
        digits=2,
        gross_minor=gross_minor,
        cancelled=cancelled,
        created_at=START - timedelta(hours=1),
        archive_path="days/2026-03-02/shop/in/page-1.jsonl",
        archive_line=1,
        customer_key=f"customer-{store_order_id}",
    )


def malformed(store_order_id: str, version: int = 1) -> NewRevision:
    """An order that the store's mapper could not read."""
    problem = Problem(
        "malformed-order",
        f"Order {store_order_id} cannot be read.",
        "Look at it in the store.",
        f"order:{store_order_id}",
        f"Order {store_order_id} cannot be read",
    )
    return replace(revision(store_order_id, version, 0), content=b"", problem=problem)


def unmapped(number: str, sku: str = "ABC-123") -> Problem:
    """The problem of a missing SKU mapping."""
    return Problem(
        code="sku-unmapped",
        message=f"Order {number}, line 3: missing SKU mapping for {sku}.",
        action=f"Add {sku} to maps/sku.csv.",
        cause=f"sku:{sku}",
        title=f"Missing SKU mapping for {sku}",
        field="lines[3].sku",
    )


def fetch(held: EndpointLedger, *revisions: NewRevision, flow: str = "shop-acme", cursor: str = "c1") -> None:
    """One page."""
    held.add_page(flow, revisions, cursor)


def due(held: EndpointLedger, flow: str = "shop-acme", rules: str = RULES) -> list[ToCheck]:
    """What is to be judged."""
    return held.to_check(flow, rules, 10_000)


def approve(held: EndpointLedger, flow: str = "shop-acme", rules: str = RULES, prefix: str = "") -> list[int]:
    """Judge everything that is due as ready."""
    return held.judged(
        [
            JudgedSending(each.sending_id, SendingState.READY, rules, external_id=prefix + each.store_order_id)
            for each in due(held, flow, rules)
        ]
    )


def seal(
    held: EndpointLedger,
    orders_per_file: int = 500,
    flows: Sequence[str] = ("shop-acme",),
    register_required: bool = False,
    answer_within_s: int | None = 3600,
) -> list[SealedFile]:
    """Seal all that is ready, and put the bytes in place."""
    ready = held.exportable(flows, (), 10_000)
    first = held.next_sequence_number()
    requests = []
    for index in range(0, len(ready), orders_per_file):
        number = first + index // orders_per_file
        requests.append(
            SealRequest(
                sequence_number=number,
                name=f"ORD_{number:06}.csv",
                sha256=f"sha-{number}",
                size=100,
                sending_ids=[each.sending_id for each in ready[index : index + orders_per_file]],
                contract_digest="contract-1",
                archive_path=f"days/2026-03-02/{held.endpoint}/out/ORD_{number:06}.csv",
                answer_within_s=answer_within_s,
            )
        )
    sealed = held.seal(requests, first, DAY, register_required)
    held.in_place([file.file_id for file in sealed])
    return sealed


def request(number: int, name: str, *sending_ids: int) -> SealRequest:
    """A file to seal."""
    return SealRequest(number, name, "sha", 10, sending_ids, "contract-1", f"days/2026-03-02/acme/out/{name}")


def place(held: EndpointLedger, clock: TestClock) -> list[int]:
    """Deliver every sealed file whose turn it is."""
    files = held.undelivered(10_000)
    ids = [file.file_id for file in files]
    held.announce([(file.file_id, file.attempt, f"{file.name}.{file.attempt}.tmp") for file in files])
    held.staged(ids)
    held.confirm([Placed(file_id, clock()) for file_id in ids])
    return ids


def answer(
    results: Iterable[Result], name: str = "ACK_1.xml", sha256: str | None = None, file_id: int | None = None
) -> AnswerToApply:
    """An answer of the ERP."""
    results = list(results)
    return AnswerToApply(
        name, sha256 or f"sha-of-{name}", 50, f"days/2026-03-02/acme/in/{name}", DAY, file_id, results, len(results)
    )


def file_named(held: EndpointLedger, *told: str, key: FileKey = FileKey.NAME) -> int | None:
    """The export file that answers mean by these."""
    references = tuple(FileReference(key, each) for each in told)
    (joined,) = held.answers.joined_files([references], FileNaming(".csv"))
    return joined.file_id


def accepted(external_id: str, number: str | None = None) -> Result:
    """The ERP took it."""
    return Result(external_id, Verdict.ACCEPTED, number, place="line 1")


def rejected(external_id: str, reason: str = "E17: unknown article") -> Result:
    """The ERP refused it."""
    return Result(external_id, Verdict.REJECTED, reason=reason, place="line 1")


def delivered(ledger: Ledger, clock: TestClock, *store_order_ids: str) -> EndpointLedger:
    """A pass in which these orders were fetched, judged, sealed in one file and placed."""
    held = ledger.take("acme", "test")
    fetch(held, *(revision(each) for each in store_order_ids))
    approve(held)
    seal(held)
    place(held, clock)
    return held


def states(ledger: Ledger) -> dict[str, str]:
    """Where each order stands."""
    return {order.store_order_id: order.state.value for order in ledger.reading.orders(limit=10_000)}


def open_exceptions(ledger: Ledger) -> list[tuple[str, list[str]]]:
    """The title of each open exception with the numbers of its orders."""
    return [
        (each.title, [order.number for order in ledger.reading.held_orders(each.exception_id)])
        for each in ledger.reading.exceptions()
    ]
