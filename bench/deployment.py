"""A deployment for the benchmarks: orders dropped into a folder, a mounted share as the ERP, answers made beforehand."""

from __future__ import annotations

import shutil
from pathlib import Path

from bench.make_orders import write

BRIDGE_TOML = """timezone = "Europe/Warsaw"

[stores.shop]
type = "folder"
path = "drop"
results = "results"
settle_s = 0

[endpoints.acme]
profile = "{profile}"

[endpoints.acme.transport]
type = "local"
folder = "erp"
inbound = "in"
outbound = "out"

[flows.shop-acme]
store = "shop"
endpoint = "acme"
orders_from = 2026-01-01T00:00:00Z
mode = "full"

[flows.shop-acme.payment]
"*" = "prepaid"
"""
FIRST_ORDER = 100_000


def new_deployment(folder: Path, profile: str, orders: int) -> None:
    """A fresh folder with that many orders waiting in the store's folder."""
    shutil.rmtree(folder, ignore_errors=True)
    for name in ("drop", "results", "erp/in", "erp/out/taken", "maps"):
        (folder / name).mkdir(parents=True)
    (folder / "bridge.toml").write_text(BRIDGE_TOML.format(profile=profile), encoding="utf-8")
    skus = "".join(f"SKU-{number:04},{40_000 + number}\n" for number in range(500))
    (folder / "maps/sku.csv").write_text("store_sku,erp_sku\n" + skus, encoding="utf-8")
    (folder / "maps/tax.csv").write_text("store_tax,erp_tax\n,VAT23\n", encoding="utf-8")
    (folder / "maps/payment.csv").write_text("store_method,erp_method\ncard,CARD\n", encoding="utf-8")
    (folder / "maps/shipping.csv").write_text("store_method,erp_method\nflat_rate,COURIER\n", encoding="utf-8")
    write(orders, folder / "drop" / "orders.jsonl")


def write_answers(folder: Path, orders: int) -> None:
    """The ERP's log that accepts every order, in the style of csv-orders; made before a clock starts."""
    log = folder / "import-20261124.log.csv"
    with log.open("w", encoding="utf-8", newline="") as out:
        out.write("file;line;order;status;number;text\r\n")
        for number in range(orders):
            name = f"ORD_{number // 500 + 1:06}.csv"
            out.write(f"{name};{number % 500 + 2};{FIRST_ORDER + number};OK;SO-{number + 1};\r\n")


def answer(folder: Path) -> None:
    """The ERP puts its log where the bridge looks."""
    (folder / "import-20261124.log.csv").rename(folder / "erp" / "out" / "import-20261124.log.csv")
