"""One whole world for a test: a real store API or drop folder, a real SFTP server or share, a stubborn ERP, the bridge.

Words are the business's. The clock is the world's own and moves only when the test says so; nothing sleeps.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zoneinfo import ZoneInfo

from bridge.config.deployment import load_deployment
from bridge.domain.states import SendingState
from bridge.engine import PassOutcome, run_endpoints
from bridge.flow.site import Site
from bridge.ledger import ExceptionView, FileView, Ledger, OrderView
from bridge.ledger.reading import Reading
from bridge.reports import damage_of
from bridge.simulator.erp.simulator import ErpSimulator
from bridge.simulator.sftp.server import Account, SftpServer, host_key
from bridge.simulator.woocommerce.simulator import DEMO_KEY, DEMO_SECRET, WooCommerceSimulator
from tests.integration.openssh import openssh

PROFILES = {"ubl": "ubl-order-2.1", "csv": "csv-orders"}
PASSES_MAX = 12
UTC_ZONE = ZoneInfo("UTC")

FLOW = """
[flows.shop-acme]
store = "shop"
endpoint = "acme"
orders_from = 2020-01-01T00:00:00Z
mode = "{mode}"
{flow}

[flows.shop-acme.payment]
stripe = "prepaid"
cod = "cash_on_delivery"
bacs = "bank_transfer"
"""
MAPS = {
    "sku": "store_sku,erp_sku\n1001,40017\n00173,40173\n",
    "tax": "store_tax,erp_tax\nstandard,S\nreduced-rate,R\nzero-rate,Z\n",
    "payment": "store_method,erp_method\nstripe,CARD\ncod,COD\nbacs,TRANSFER\n",
    "shipping": "store_method,erp_method\nflat_rate,PARCEL\n",
}


@dataclass(slots=True)
class World:
    """The parts, and what a test does to them and asks of them."""

    folder: Path
    style: str
    store: WooCommerceSimulator | None
    erp: ErpSimulator
    sftp: SftpServer | None
    erp_root: Path
    environ: dict[str, str]
    ahead: timedelta = field(default_factory=timedelta)
    stopped_at: datetime | None = None  # a clock that stands still
    answer_takes_s: float = 0.0  # by this clock, each answer of the shop; not to be lowered again

    # the shop

    def order_paid(self, number: int, sku: str = "1001", **further: Any) -> None:
        """A buyer pays for one article and its parcel."""
        order = {
            "id": number,
            "payment_method": "stripe",
            "status": "processing",
            "billing": address(),
            "date_paid_gmt": "2026-03-01T10:00:00",
            "line_items": [{"sku": sku, "name": "Enamel cup", "quantity": 2, "total": "20.00", "tax_rate": "23"}],
            "shipping_lines": [{"method_id": "flat_rate", "total": "5.00", "tax_rate": "23"}],
            **further,
        }
        self.shop.add_order(order)

    @property
    def shop(self) -> WooCommerceSimulator:
        assert self.store is not None, "this world's store is a folder"
        return self.store

    def drop(self, name: str, *orders: dict[str, Any]) -> None:
        """Somebody drops a file of orders into the store's folder, whole."""
        hidden = self.folder / "drop" / f".{name}.part"
        hidden.write_text("".join(json.dumps(order) + "\n" for order in orders), encoding="utf-8")
        hidden.rename(self.folder / "drop" / name)

    # the bridge

    def now(self) -> datetime:
        waited_s = self.answer_takes_s * len(self.shop.requests()) if self.answer_takes_s else 0.0
        return (self.stopped_at or datetime.now(UTC)) + self.ahead + timedelta(seconds=waited_s)

    def later(self, **span: float) -> None:
        """Let time go by."""
        self.ahead += timedelta(**span)

    @contextmanager
    def site(self) -> Iterator[Site]:
        self.empty_ledger_stands()
        with Site.opened(load_deployment(self.folder, {**os.environ, **self.environ}), self.now) as site:
            yield site

    def empty_ledger_stands(self) -> None:
        """A first start need not make the tables again: the ledger's own tests, commands and killed processes do."""
        if "LEDGER_URL" not in self.environ and not self.ledger_file.exists():
            self.ledger_file.parent.mkdir(exist_ok=True)
            self.ledger_file.write_bytes(empty_ledger())

    @property
    def ledger_file(self) -> Path:
        return self.folder / "state" / "ledger.sqlite"

    @contextmanager
    def reading(self) -> Iterator[Reading]:
        """The ledger alone: for a look at it, no settings, profiles and maps are read."""
        self.empty_ledger_stands()
        ledger = Ledger.open(self.environ.get("LEDGER_URL") or f"sqlite:///{self.ledger_file}", self.now, UTC_ZONE)
        try:
            ledger.migrate()
            yield ledger.reading
        finally:
            ledger.close()

    def run_pass(self) -> list[PassOutcome]:
        """`bridge once`."""
        with self.site() as site:
            return run_endpoints(site, list(site.deployment.endpoints.values()), "test")

    def go_round(self) -> None:
        """Pass, import, pass: until nothing moves any more."""
        for _ in range(PASSES_MAX):
            moved = sum(sum(outcome.moved.values()) for outcome in self.run_pass())
            imported = self.erp.import_all()
            if not moved and not imported:
                return
        raise AssertionError(f"things still move after {PASSES_MAX} rounds")

    def edit_map(self, name: str, line: str) -> None:
        """Somebody adds a line to a map."""
        with (self.folder / "maps" / f"{name}.csv").open("a", encoding="utf-8") as out:
            out.write(line + "\n")

    def edit_settings(self, old: str, new: str) -> None:
        """Somebody edits bridge.toml."""
        path = self.folder / "bridge.toml"
        text = path.read_text(encoding="utf-8")
        assert old in text, f"bridge.toml has no {old!r}"
        path.write_text(text.replace(old, new), encoding="utf-8")

    # what one sees

    def exceptions(self) -> list[ExceptionView]:
        with self.reading() as reading:
            return reading.exceptions()

    def open_exceptions(self) -> list[tuple[str, list[str]]]:
        """(title, order numbers) of each."""
        with self.reading() as reading:
            return [
                (one.title, sorted(order.number for order in reading.held_orders(one.exception_id)))
                for one in reading.exceptions()
            ]

    def codes(self) -> list[str]:
        return [one.code for one in self.exceptions()]

    def orders(self) -> dict[str, OrderView]:
        """By number, superseded ones left out."""
        with self.reading() as reading:
            return {one.number: one for one in reading.orders() if one.state is not SendingState.SUPERSEDED}

    def states(self) -> dict[str, str]:
        return {number: order.state.value for number, order in self.orders().items()}

    def file_numbers(self) -> list[int]:
        with self.reading() as reading:
            return sorted(file.sequence_number for file in reading.files())

    def files(self) -> list[FileView]:
        """The export files, first number first."""
        with self.reading() as reading:
            return sorted(reading.files("acme"), key=lambda file: file.sequence_number)

    def damage(self) -> list[str]:
        """What `bridge archive verify` finds."""
        with self.site() as site:
            return [f"{one.path}: {one.what}" for one in damage_of(site)[0]]

    def inbound(self) -> list[str]:
        """Names in the ERP's inbound folder, hidden ones included."""
        return sorted(path.name for path in (self.erp_root / "in").iterdir() if path.is_file())

    def outbound(self, name: str, content: bytes) -> None:
        """The ERP, or somebody, puts a file where answers are looked for; whole at once."""
        hidden = self.erp_root / "out" / f".{name}.tmp"
        hidden.write_bytes(content)
        hidden.rename(self.erp_root / "out" / name)


def address(**changes: str) -> dict[str, str]:
    """An invented buyer."""
    return {
        "first_name": "Ada",
        "last_name": "Example",
        "company": "",
        "address_1": "Długa 7",
        "address_2": "",
        "city": "Kraków",
        "state": "",
        "postcode": "30-001",
        "country": "PL",
        "email": "ada@example.com",
        "phone": "+48500100200",
        **changes,
    }


def canonical(number: str, gross: str = "24.60") -> dict[str, Any]:
    """An order as the folder store takes it."""
    net = (Decimal(gross) / Decimal("1.23")).quantize(Decimal("0.01"))
    tax = Decimal(gross) - net
    party = {
        "first_name": "Ada", "last_name": "Example", "street": "Długa", "house_number": "7",
        "postal_code": "30-001", "city": "Kraków", "country": "PL",
    }  # fmt: skip
    amounts = {"net": str(net), "tax": str(tax), "gross": gross}
    line = {"position": 1, "sku": "1001", "name": "Enamel cup", "quantity": "1", "unit_net": str(net)}
    return {
        "store_order_id": number,
        "number": number,
        "created_at": "2026-03-01T10:00:00Z",
        "updated_at": "2026-03-01T10:00:00Z",
        "currency": "PLN",
        "payment": {"method": "stripe", "state": "paid"},
        "billing": party,
        "delivery": party,
        "lines": [{**line, "tax_code": "standard", "tax_rate": "0.23", **amounts}],
        "totals": {**amounts, "paid": gross, "due": "0.00"},
    }


@cache
def empty_ledger() -> bytes:
    """What the migrations make of an empty file; made once a test process."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "ledger.sqlite"
        ledger = Ledger.open(f"sqlite:///{path}", lambda: datetime.now(UTC), UTC_ZONE)
        ledger.migrate()
        ledger.close()
        return path.read_bytes()


def a_zone_at_noon() -> str:
    """A time zone in which it is about noon, so that no test meets midnight because of the hour it is run at.

    The sign of an `Etc` zone is the other way round: `Etc/GMT-2` is two hours ahead of UTC.
    """
    behind = datetime.now(UTC).hour - 12
    return f"Etc/GMT{behind:+d}"


@contextmanager
def world(
    folder: Path,
    style: str = "ubl",
    transport: str = "local",
    store: str = "woocommerce",
    mode: str = "full",
    flow: str = "",
    endpoint: str = "",
    register: bool = False,
    ledger: str = "",
) -> Iterator[World]:
    """Build one. style: ubl or csv. transport: local, sftp (our simulator) or openssh. store: woocommerce or folder."""
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        environ = {"SHOP_KEY": DEMO_KEY, "SHOP_SECRET": DEMO_SECRET, "SFTP_PASSWORD": "a-test-password"}
        environ |= {"LEDGER_URL": ledger} if ledger else {}
        table, erp_root, sftp = reachable(folder, transport, stack)
        shop, store_table = shop_of(folder, store, stack)
        lines = [
            f'timezone = "{a_zone_at_noon()}"', 'ledger = "env:LEDGER_URL"' if ledger else "", store_table,
            f'[endpoints.acme]\nprofile = "{PROFILES[style]}"', endpoint,
            table, 'inbound = "in"\noutbound = "out"', 'register = "register.csv"' if register else "",
            FLOW.format(mode=mode, flow=flow),
        ]  # fmt: skip
        (folder / "bridge.toml").write_text("\n".join(lines), encoding="utf-8")
        for name, text in MAPS.items():
            (folder / "maps").mkdir(exist_ok=True)
            (folder / "maps" / f"{name}.csv").write_text(text, encoding="utf-8")
        erp = ErpSimulator(
            erp_root / "in",
            erp_root / "out",
            folder / "erp" / "erp.sqlite",
            style,
            register=erp_root / "register.csv" if register else None,
        )
        stack.callback(erp.close)
        yield World(folder, style, shop, erp, sftp, erp_root, environ)


def reachable(folder: Path, transport: str, stack: ExitStack) -> tuple[str, Path, SftpServer | None]:
    """The endpoint's transport table, where the ERP's folders really lie, and the simulated server if there is one."""
    head = "[endpoints.acme.transport]\n"
    if transport == "openssh":
        server = stack.enter_context(openssh("in", "out"))
        (server.root / "out" / "taken").mkdir()
        options = server.settings().options
        return head + toml({"type": "sftp", **options, "timeout_s": 5}), server.root, None
    root = folder / "erp-files"
    for name in ("in", "out/taken"):
        (root / name).mkdir(parents=True)
    (folder / "erp").mkdir()
    if transport == "local":
        return head + toml({"type": "local", "folder": str(root)}), root, None
    simulated = stack.enter_context(
        SftpServer(root, {"bridge": Account("a-test-password")}, host_key(folder / "host_key"))
    )
    options = {
        "type": "sftp", "host": "127.0.0.1", "port": simulated.port, "user": "bridge", "password": "env:SFTP_PASSWORD",
        "host_keys": [simulated.fingerprint], "timeout_s": 5,
    }  # fmt: skip
    return head + toml(options), root, simulated


def shop_of(folder: Path, store: str, stack: ExitStack) -> tuple[WooCommerceSimulator | None, str]:
    """The store and its table."""
    if store == "folder":
        for name in ("drop", "results"):
            (folder / name).mkdir()
        return None, '[stores.shop]\ntype = "folder"\npath = "drop"\nresults = "results"\nsettle_s = 0\n'
    shop = stack.enter_context(WooCommerceSimulator(folder / "store.sqlite"))
    options = {"type": "woocommerce", "url": shop.url, "key": "env:SHOP_KEY", "secret": "env:SHOP_SECRET"}
    return shop, "[stores.shop]\n" + toml(options)


def toml(options: dict[str, object] | Any) -> str:
    """Options as lines of TOML."""
    return "".join(f"{key} = {json.dumps(value)}\n" for key, value in options.items())


def sidecars_are_accepted(folder: Path) -> bool:
    """Whether the real `sha256sum` accepts every sidecar of a folder."""
    sidecars = sorted(path.name for path in folder.glob("*.sha256"))
    done = subprocess.run(["sha256sum", "-c", "--strict", "--quiet", *sidecars], cwd=folder, check=False)
    return bool(sidecars) and done.returncode == 0
