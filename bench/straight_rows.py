"""The yardstick's rows of profiles fixed-width, subiekt-epp and odoo-csv, for given outgoing trees."""

from __future__ import annotations

import csv
import html
import io
import re
import zlib
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

from bench.straight_orders import percent, plain
from bench.straight_words import File, Tree

LENGTH = 512
KINDS = {
    "product": "P", "kit": "K", "kit_component": "C", "configurable": "V", "gift": "G", "service": "S", "shipping": "F",
    "fee": "E", "discount": "D", "comment": "T",
}  # fmt: skip
SERVICES = ("service", "shipping", "fee", "discount", "comment")
EPP_UNITS = {"C62": "szt.", "KGM": "kg", "GRM": "g", "MTR": "m", "LTR": "l", "HUR": "godz"}
EPP_PARAMETERS = {"currency": "PLN"}
ODOO_UNITS = {"C62": "uom.product_uom_unit", "KGM": "uom.product_uom_kgm"}
ODOO_PARAMETERS = {"customer": "web.customer_shop", "currency": "PLN"}
ODOO_NOTE = ("company", "name", "address", "extra", "postal_code", "city", "region", "country", "phone", "email")
CENT, FOUR = Decimal("0.01"), Decimal("0.0001")
_NOT_DIGITS = re.compile("[^0-9]+")


def _implied(amount: Decimal, places: int, width: int) -> str:
    """Without its point, zeros before, the sign behind."""
    digits = str(abs(int(amount.scaleb(places))))
    return f"{digits.zfill(width - 1)}{'-' if amount < 0 else ' '}"


def fixed_by_format(orders: Sequence[Tree], file: File) -> bytes:
    """Records of 512 bytes, control totals and CRC-32 at the end."""
    day = file.day
    moment = f"{(day.year - 1900) // 100}{day:%y%m%d}{file.sealed_at:%H%M%S}"
    head = f"H0000001{file.number:07}{moment}{len(orders):06}ERPBRIDGE "
    out = [head.ljust(LENGTH)]
    quantity, gross, articles, lines = Decimal(0), Decimal(0), 0, 0
    for order in orders:
        _fixed_order(out, order)
        for line in order["lines"]:
            number = Decimal(line["quantity"])
            quantity += number
            articles += int(_NOT_DIGITS.sub("", line["erp_sku"]) or 0)
            out.append(_fixed_line(len(out) + 1, order["external_id"], line, number))
        lines += len(order["lines"])
        gross += Decimal(order["totals"]["gross"])
    if any(len(record) != LENGTH for record in out):
        raise ValueError("a value is longer than its column")
    content = ("\r\n".join(out) + "\r\n").encode("cp1250")
    last = len(out) + 1
    tail = (
        f"T{last:07}{last:07}{len(orders):06}{lines:07}{_implied(quantity, 3, 17)}{_implied(gross, 2, 17)}"
        f"{articles % 10**10:010}{orders[0]['external_id']:20}{orders[-1]['external_id']:20}{zlib.crc32(content):08x}"
    )
    return content + (tail.ljust(LENGTH) + "\r\n").encode("cp1250")


def _fixed_order(out: list[str], order: Tree) -> None:
    to, buyer, totals, created = order["delivery"], order["billing"], order["totals"], order["created_at"]
    sums = "".join([_implied(Decimal(totals[name]), 2, 13) for name in ("net", "tax", "gross", "paid", "due")])
    record = (
        f"K{len(out) + 1:07}{order['external_id']:20}{order['number']:20}{created[:4]}{created[5:7]}{created[8:10]}"
        f"{order['currency']:3}{to['company']:40}{to['name']:40}{to['address']:40}{to['extra']:40}{to['postal_code']:10}"
        f"{to['city']:30}{to['region']:20}{to['country']:2}{buyer['email']:60}{to['phone']:20}{buyer['tax_id']:20}"
        f"{order['payment']['erp_code']:10}{order['shipping_erp_code']:10}{order['pickup_point_id']:20}{sums}"
        f"{len(order['lines']):05}"
    )
    out.append(record.ljust(LENGTH))
    for number, text in enumerate(order["customer_note_parts"], start=1):
        if text:
            out.append(f"N{len(out) + 1:07}{order['external_id']:20}{number:02}{text:60}".ljust(LENGTH))


def _fixed_line(number: int, external_id: str, line: Tree, quantity: Decimal) -> str:
    rate = int(Decimal(line["tax_rate"] or 0).scaleb(4))
    sums = "".join([_implied(Decimal(line[name]), 2, 13) for name in ("net", "tax", "gross")])
    return (
        f"L{number:07}{external_id:20}{line['position']:05}{KINDS[line['kind']]}{line['erp_sku']:20}{line['name']:40}"
        f"{_implied(quantity, 3, 11)}{line['unit_code']:3}{_implied(Decimal(line['unit_net']), 4, 15)}"
        f"{_implied(Decimal(line['discount']), 2, 13)}{line['erp_tax_code']:10}{rate:05}{sums}"
    ).ljust(LENGTH)


def _quoted(text: str) -> str:
    if not text:
        return ""
    return '"' + text.replace('"', '""') + '"' if '"' in text else f'"{text}"'


def _four(text: str) -> str:
    return str(Decimal(text).quantize(FOUR))


def _each(amount: str, quantity: Decimal, places: Decimal) -> str:
    """The price of one, which times the quantity must be the amount again."""
    net = Decimal(amount)
    price = (net / quantity).quantize(places, ROUND_HALF_UP)
    if (price * quantity).quantize(CENT, ROUND_HALF_UP) != net:
        raise ValueError("a price does not give its amount back")
    return str(price)


def epp_by_format(orders: Sequence[Tree], file: File) -> bytes:
    """EDI++ 1.05."""
    out = [
        f'[INFO]\r\n"1.05",3,1250,"erp-bridge","WWW",,,,,,,"MAG",,,,0,,,"erp-bridge",{file.sealed_at:%Y%m%d%H%M%S},'
        '"Polska","PL",,0\r\n'
    ]
    for order in orders:
        _epp_order(out, order)
    out.append("\r\n")
    return "".join(out).encode("cp1250")


def _epp_order(out: list[str], order: Tree) -> None:
    buyer, to, sums, payment, at = (
        order["billing"],
        order["delivery"],
        order["totals"],
        order["payment"],
        order["created_at"],
    )
    day = at[:4] + at[5:7] + at[8:10] + at[11:13] + at[14:16] + at[17:19]
    told = (order["external_id"], to["company"], to["extra"], to["country"], to["phone"], order["customer_note"])
    remarks = " ".join([text for text in told if text])
    comment = " ".join([text for text in (to["postal_code"], to["city"], order["pickup_point_id"]) if text])
    if len(remarks) > 255 or len(comment) > 50:
        raise ValueError("a text is longer than its column")
    out.append(
        f'[NAGLOWEK]\r\n"ZK",1,0,,,,,,,{_quoted(order["external_id"])},,"INTERNET",,'
        f"{_quoted(buyer['company'] or buyer['name'])},{_quoted(buyer['city'])},{_quoted(buyer['postal_code'])},"
        f"{_quoted(buyer['address'])},{_quoted(buyer['tax_id'])},,,,{day},{day},,{len(order['lines'])},1,,"
        f"{_four(sums['net'])},{_four(sums['tax'])},{_four(sums['gross'])},0.0000,,0.0000,{_quoted(payment['erp_code'])},"
        f"{day},{_four(sums['paid'])},{_four(sums['due'])},0,0,0,0,,{_quoted(to['name'])},,0.0000,0.0000,"
        f'"{order["currency"]}",1.0000,{_quoted(remarks)},{_quoted(comment)},{_quoted(to["address"])},,0,0,0,,0.0000,,'
        f"0.0000,{_quoted(buyer['country'])},,0\r\n[ZAWARTOSC]\r\n"
    )
    for line in order["lines"]:
        quantity, kind = Decimal(line["quantity"]), "2" if line["kind"] in SERVICES else "1"
        four = str(quantity.quantize(FOUR))
        out.append(
            f"{line['position']},{kind},{_quoted(line['erp_sku'])},0,0,0,0,0.0000,0.0000,"
            f"{_quoted(EPP_UNITS[line['unit_code']])},{four},{four},0.0000,{_each(line['net'], quantity, FOUR)},"
            f"{_each(line['gross'], quantity, FOUR)},{_four(percent(line['tax_rate']))},{_four(line['net'])},"
            f"{_four(line['tax'])},{_four(line['gross'])},0.0000,,\r\n"
        )


def odoo_by_library(orders: Sequence[Tree], file: File) -> bytes:  # noqa: ARG001  # one shape for all
    """Rows for Odoo's import, by csv.writer."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    line = "order_line/"
    writer.writerow([
        "id", "partner_id/id", "date_order", "client_order_ref", "origin", "note", f"{line}product_id/id",
        f"{line}name",
        f"{line}product_uom_qty", f"{line}product_uom/id", f"{line}price_unit", f"{line}tax_id/id",
    ])  # fmt: skip
    for order in orders:
        writer.writerows(_odoo_rows(order))
    return text.getvalue().encode()


def _odoo_rows(order: Tree) -> list[list[str]]:
    to, buyer, external_id, at = order["delivery"], order["billing"], order["external_id"], order["created_at"]
    noted = [
        order["customer_note"], *[to[name] for name in ODOO_NOTE], order["pickup_point_id"], buyer["company"],
        buyer["tax_id"], order["buyer_order_number"],
    ]  # fmt: skip
    note = html.escape("\n".join([one for one in noted if one]), quote=False).replace("\n", "<br/>")
    first = [
        f"weborder_{external_id}", "web.customer_shop", f"{at[:10]} {at[11:19]}", external_id, order["number"], note,
    ]  # fmt: skip
    rows = []
    for line in order["lines"]:
        price = _each(line["net"], Decimal(line["quantity"]), CENT)
        own = [line["erp_sku"], line["name"], plain(line["quantity"]), ODOO_UNITS[line["unit_code"]], price]
        rows.append([*first, *own, line["erp_tax_code"]])
        first = [""] * 6
    return rows
