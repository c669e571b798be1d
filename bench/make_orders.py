"""Orders for the benchmarks: canonical JSON lines with three product lines and one shipping line, all invented.

Usage: python -m bench.make_orders COUNT FILE
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

CENT = Decimal("0.01")
RATE = Decimal("0.23")


def line(position: int, sku: str, kind: str, quantity: int, unit_net: Decimal) -> dict[str, Any]:
    """One line with its amounts as exact text."""
    net = (unit_net * quantity).quantize(CENT)
    tax = (net * RATE).quantize(CENT)
    return {
        "position": position,
        "sku": sku,
        "name": f"Article {sku} <classic> & more" if kind == "product" else "Parcel",
        "kind": kind,
        "quantity": str(quantity),
        "unit": "",
        "unit_net": str(unit_net),
        "unit_gross": str((unit_net * (1 + RATE)).quantize(CENT)),
        "tax_code": "standard",
        "tax_rate": str(RATE),
        "net": str(net),
        "tax": str(tax),
        "gross": str(net + tax),
    }


def party(number: int) -> dict[str, str]:
    """An invented person."""
    return {
        "company": "",
        "first_name": "Ada",
        "last_name": f"Example-{number}",
        "street": "Długa",
        "house_number": str(number % 200 + 1),
        "postal_code": f"{number % 90 + 10:02}-{number % 1000:03}",
        "city": "Kraków",
        "country": "PL",
        "email": f"ada{number}@example.com",
        "phone": "+48500100200",
    }


def order(number: int) -> dict[str, Any]:
    """One paid order."""
    lines = [
        line(1, f"SKU-{number % 500:04}", "product", number % 3 + 1, Decimal("19.90")),
        line(2, f"SKU-{(number + 7) % 500:04}", "product", 2, Decimal("7.35")),
        line(3, f"SKU-{(number + 91) % 500:04}", "product", 1, Decimal("149.00")),
        line(4, "", "shipping", 1, Decimal("12.20")),
    ]
    net = sum((Decimal(one["net"]) for one in lines), Decimal(0))
    tax = sum((Decimal(one["tax"]) for one in lines), Decimal(0))
    moment = f"2026-11-{number % 20 + 1:02}T10:{number % 60:02}:00Z"
    return {
        "store_order_id": str(100_000 + number),
        "number": str(100_000 + number),
        "created_at": moment,
        "updated_at": moment,
        "currency": "PLN",
        "currency_digits": 2,
        "locale": "pl_PL",
        "status": "processing",
        "payment": {"method": "card", "state": "paid", "transaction_id": f"T{number}", "paid_at": moment},
        "shipping_method": "flat_rate",
        "billing": party(number),
        "delivery": party(number),
        "lines": lines,
        "totals": {
            "net": str(net),
            "tax": str(tax),
            "gross": str(net + tax),
            "shipping": "12.20",
            "paid": str(net + tax),
            "due": "0.00",
            "by_rate": [{"rate": str(RATE), "net": str(net), "tax": str(tax)}],
        },
    }


def orders(count: int, first: int = 0) -> Iterator[bytes]:
    """JSON lines."""
    for number in range(first, first + count):
        yield json.dumps(order(number), ensure_ascii=False).encode() + b"\n"


def write(count: int, path: Path, first: int = 0) -> None:
    """Write the orders into one file, streamed."""
    with path.open("wb") as out:
        out.writelines(orders(count, first))


if __name__ == "__main__":
    write(int(sys.argv[1]), Path(sys.argv[2]))
