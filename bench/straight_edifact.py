"""The yardstick's EDIFACT: ORDERS D.96A in UNOD by string formatting, for given outgoing trees."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from bench.straight_orders import money, percent, plain
from bench.straight_words import File, Tree

PARAMETERS = {
    "syntax": "UNOD", "sender": "4012345000009", "receiver": "5412345000013", "buyer": "C-1001", "buyer_code": "91",
    "supplier": "5412345000013",
}  # fmt: skip
_SPECIAL = re.compile("[+:?']")


def released(text: str) -> str:
    """With the release character before each separator."""
    return _SPECIAL.sub(r"?\g<0>", text) if _SPECIAL.search(text) else text


def joined(parts: Sequence[str]) -> str:
    """Components of one element, without empty ones at its end; a value's own separators stay."""
    count = len(parts)
    while count and not parts[count - 1]:
        count -= 1
    return ":".join([released(part) for part in parts[:count]]) if count else ""


def by_format(orders: Sequence[Tree], file: File) -> bytes:
    """String formatting."""
    out = [
        "UNA:+.? '\n"
        f"UNB+UNOD:3+4012345000009:14+5412345000013:14+{file.sealed_at:%y%m%d}:{file.sealed_at:%H%M}+{file.number}'\n"
    ]
    for position, order in enumerate(orders, start=1):
        segments = _message(order, position)
        segments.append(f"UNT+{len(segments) + 1}+{position}'\n")
        out += segments
    out.append(f"UNZ+{len(orders)}+{file.number}'\n")
    return "".join(out).encode("iso8859-2")


def _message(order: Tree, position: int) -> list[str]:
    external_id, moment, payment, totals = order["external_id"], order["created_at"], order["payment"], order["totals"]
    stamp = f"{moment[:4]}{moment[5:7]}{moment[8:10]}{moment[11:13]}{moment[14:16]}"
    out = [
        f"UNH+{position}+ORDERS:D:96A:UN:EAN008'\n",
        f"BGM+220+{released(external_id)}+9'\n",
        f"DTM+137:{stamp}:203'\n",
    ]
    add = out.append
    if payment["erp_code"]:
        add(f"PAI+::{released(payment['erp_code'])}'\n")
    note = order["customer_note_parts"]
    for first in range(0, 25, 5):
        if five := joined(note[first : first + 5]):
            add(f"FTX+AAI+++{five}'\n")
    for qualifier, number in (
        ("ON", external_id), ("VN", order["erp_number"]), ("ACD", order["number"]), ("CR", order["buyer_order_number"]),
        ("PQ", payment["transaction_id"]),
    ):  # fmt: skip
        if number:
            add(f"RFF+{qualifier}:{released(number)}'\n")
    _party(out, "BY+C-1001::91", order["billing"])
    add("NAD+SU+5412345000013::9'\n")
    point = order["pickup_point_id"]
    _party(out, f"DP+{released(point)}::92" if point else "DP+", order["delivery"])
    add(f"CUX+2:{order['currency']}:9'\n")
    if order["shipping_erp_code"]:
        add(f"TDT+20++++{released(order['shipping_erp_code'])}::92'\n")
    for line in order["lines"]:
        _line(out, line)
    add("UNS+S'\n")
    for code, name in ((79, "net"), (176, "tax"), (86, "gross"), (113, "paid"), (9, "due")):
        add(f"MOA+{code}:{money(totals[name])}'\n")
    if Decimal(totals["rounding"]):
        add(f"MOA+165:{money(totals['rounding'])}'\n")
    add(f"CNT+2:{len(order['lines'])}'\n")
    return out


def _party(out: list[str], begin: str, one: Tree) -> None:
    company, address = one["company_parts"], one["address_parts"]
    name = released(company[0] or one["name"])
    if company[1]:
        name = f"{name}:{released(company[1])}"
    street = joined((address[0], address[1], one["extra"]))
    place = f"{released(one['city'])}+{released(one['region'])}+{released(one['postal_code'])}+{one['country']}"
    out.append(f"NAD+{begin}++{name}+{street}+{place}".rstrip("+") + "'\n")
    if one["tax_id"]:
        out.append(f"RFF+VA:{released(one['tax_id'])}'\n")
    if one["name"]:
        out.append(f"CTA+IC+:{released(one['name'])}'\n")
    elif one["phone"] or one["email"]:
        out.append("CTA+IC'\n")
    if one["phone"]:
        out.append(f"COM+{released(one['phone'])}:TE'\n")
    if one["email"]:
        out.append(f"COM+{released(one['email'])}:EM'\n")


def _line(out: list[str], line: Tree) -> None:
    article, name, discount = line["erp_sku"], line["name_parts"], Decimal(line["discount"])
    out.append(f"LIN+{line['position']}++{released(article)}:SA'\n" if article else f"LIN+{line['position']}'\n")
    if line["sku"]:
        out.append(f"PIA+1+{released(line['sku'])}:BP'\n")
    if text := joined(name):
        out.append(f"IMD+F++:::{text}'\n")
    code = released(line["erp_tax_code"])
    rate = f"+++:::{percent(line['tax_rate'])}" if line["tax_rate"] != "" else "+++" if code else ""
    out.append(f"QTY+21:{plain(line['quantity'])}:{released(line['unit_code'])}'\n")
    out.append(f"MOA+203:{money(line['net'])}'\n")
    out.append(f"PRI+{'AAB' if discount else 'AAA'}:{plain(line['unit_net'])}'\n")
    out.append(f"TAX+7+VAT{rate}{'+' + code if code else ''}'\n")
    out.append(f"MOA+124:{money(line['tax'])}'\n")
    if discount:
        out.append("ALC+A'\n")
        out.append(f"MOA+8:{money(line['discount'])}'\n")
