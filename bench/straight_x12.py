"""The yardstick's X12: 850 of version 004010 in the extended character set, for given outgoing trees."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from bench.straight_orders import money, percent, plain
from bench.straight_words import File, Tree

PARAMETERS = {"sender": "SENDER", "receiver": "RECEIVER", "charset": "extended"}
UNITS = {
    "C62": "EA", "KGM": "KG", "GRM": "GR", "TNE": "MP", "LTR": "LT", "MLT": "ML", "MTR": "MR", "CMT": "CM", "MMT": "MM",
    "MTK": "SM", "MTQ": "CR", "HUR": "HR", "DAY": "DA", "SET": "ST",
}  # fmt: skip
CHARGES = {"shipping": "D240", "fee": "F050", "comment": "F050", "discount": "C310"}
_STRANGE = re.compile("[^ -~]|[*>~]").search


def text(value: str) -> str:
    """A value, without blanks at its end. X12 has no escape, so what separates is refused."""
    if _STRANGE(value):
        raise ValueError("a value holds a separator")
    return value.rstrip(" ")


def by_format(orders: Sequence[Tree], file: File) -> bytes:
    """String formatting."""
    number, day, hour = file.number, file.sealed_at, f"{file.sealed_at:%H%M}"
    out = [
        f"ISA*00*{'':10}*00*{'':10}*ZZ*{'SENDER':15}*ZZ*{'RECEIVER':15}*{day:%y%m%d}*{hour}*U*00401*{number:09}*0*P*>~\n"
        f"GS*PO*SENDER*RECEIVER*{day:%Y%m%d}*{hour}*{number}*X*004010~\n"
    ]
    for position, order in enumerate(orders, start=1):
        segments = _set(order, position)
        segments.append(f"SE*{len(segments) + 1}*{position:04}~\n")
        out += segments
    out.append(f"GE*{len(orders)}*{number}~\nIEA*1*{number:09}~\n")
    return "".join(out).encode("ascii")


def _set(order: Tree, position: int) -> list[str]:
    created, totals, payment, lines = order["created_at"], order["totals"], order["payment"], order["lines"]
    day = created[:4] + created[5:7] + created[8:10]
    apart = CHARGES if any(line["kind"] not in CHARGES for line in lines) else ("comment",)
    out = [
        f"ST*850*{position:04}~\n", f"BEG*00*SA*{text(order['external_id'])}**{day}~\n",
        f"CUR*BY*{order['currency']}~\n",
    ]  # fmt: skip
    add = out.append
    for begin, value, end in (
        ("CO", order["number"], ""), ("CR", order["buyer_order_number"], ""), ("VN", order["erp_number"], ""),
        ("ZZ", order["store"], "*STORE"), ("ZZ", payment["erp_code"], "*PAYMENT"),
        ("TN", payment["transaction_id"], ""),
        ("ZZ", order["pickup_point_id"], "*PICKUP POINT"), ("WS", order["warehouse"], ""),
    ):  # fmt: skip
        if shown := text(value):
            add(f"REF*{begin}*{shown}{end}~\n")
    for code, name in (("TP", "paid"), ("BD", "due")):
        if Decimal(totals[name]):
            add(f"PAM****{code}*{money(totals[name])}~\n")
    for line in lines:
        net = Decimal(line["net"])
        if line["kind"] in apart and (line["kind"] != "comment" or net):
            sign, code, cents = "A" if net < 0 else "C", CHARGES[line["kind"]], _cents(abs(net))
            add(f"SAC*{sign}*{code}***{cents}********{line['position']}**{text(line['name'])}".rstrip("*") + "~\n")
    if rounding := Decimal(totals["rounding"]):
        add(f"SAC*{'A' if rounding < 0 else 'C'}*F050***{_cents(abs(rounding))}**********ROUNDING~\n")
    add(f"DTM*004*{day}*{created[11:13]}{created[14:16]}{created[17:19]}*UT~\n")
    if code := text(order["shipping_erp_code"]):
        add(f"TD5**ZZ*{code}~\n")
    _taxes(out, totals)
    _notes(out, order)
    for role, party in (("ST", order["delivery"]), ("BT", order["billing"])):
        _party(out, role, party, order["external_id"])
    count, hashed = 0, 0
    for line in lines:
        if line["kind"] not in apart:
            count += 1
            hashed += _line(out, line)
    add(f"CTT*{count}*{str(hashed)[-10:]}~\n")
    add(f"AMT*TT*{money(totals['gross'])}~\n")
    return out


def _cents(amount: Decimal) -> str:
    return str(int(amount.scaleb(2)))


def _taxes(out: list[str], totals: Tree) -> None:
    if sum((Decimal(part["tax"]) for part in totals["by_rate"]), Decimal(0)) == Decimal(totals["tax"]):
        out += [f"TXI*VA*{money(part['tax'])}*{percent(part['rate'])}~\n" for part in totals["by_rate"]]
    else:
        out.append(f"TXI*TX*{money(totals['tax'])}~\n")


def _notes(out: list[str], order: Tree) -> None:
    if order["customer_note"].strip():
        out.append("N9*L1**CUSTOMER NOTE~\n")
        out += [f"MSG*{text(part)}~\n" for part in order["customer_note_parts"] if part]
    for line in order["lines"]:
        if line["kind"] == "comment" and (shown := text(line["name"])):
            out.append(f"N9*L1*{line['position']}*COMMENT~\n")
            out.append(f"MSG*{shown}~\n")


def _party(out: list[str], role: str, party: Tree, external_id: str) -> None:
    company, person = text(party["company"]), text(party["name"])
    address, extra = "*".join([text(part) for part in party["address_parts"]]).rstrip("*"), text(party["extra"])
    city, region, country = text(party["city"]), text(party["region"]), text(party["country"])
    postal_code, tax_id = text(party["postal_code"]), text(party["tax_id"])
    phone, email = text(party["phone"]), text(party["email"])
    if not (
        company or person or address or extra or city or postal_code or country or region or phone or email or tax_id
    ):
        return
    out.append(
        f"N1*{role}*{company or person}~\n" if company or person else f"N1*{role}**92*ORDER {text(external_id)}~\n"
    )
    if company and person:
        out.append(f"N2*{person}~\n")
    if address:
        out.append(f"N3*{address}~\n")
    if extra:
        out.append(f"N3*{extra}~\n")
    where = f"{city}*{region}*{postal_code}*{country}"
    if region and len(party["region"]) != 2:
        where = f"{city}**{postal_code}*{country}*SP*{region}"
    if where := where.rstrip("*"):
        out.append(f"N4*{where}~\n")
    if tax_id:
        out.append(f"REF*VX*{tax_id}~\n")
    if phone or email:
        by_phone, by_email = f"*TE*{phone}" if phone else "", f"*EM*{email}" if email else ""
        out.append(f"PER*IC*{by_phone}{by_email}~\n")


def _line(out: list[str], line: Tree) -> int:
    """One line; gives its quantity's digits for the hash total."""
    quantity, article, sku = plain(line["quantity"]), text(line["erp_sku"]), text(line["sku"])
    unit, price = UNITS.get(line["unit_code"]) or text(line["unit_code"]), plain(line["unit_net"])
    numbers = (f"*VN*{article}" if article else "") + (f"*SK*{sku}" if sku else "")
    out.append(f"PO1*{line['position']}*{quantity}*{unit}*{price}*{numbers}".rstrip("*") + "~\n")
    out.append(f"PAM****1*{money(line['net'])}~\n")
    if name := text(line["name"]):
        out.append(f"PID*F****{name}~\n")
    if line["kind"] != "product":
        out.append(f"REF*ZZ*{line['kind'].replace('_', ' ')}*KIND~\n")
    if line["parent_position"] != "":
        out.append(f"REF*ZZ*{line['parent_position']}*PART OF LINE~\n")
    if warehouse := text(line["warehouse"]):
        out.append(f"REF*WS*{warehouse}~\n")
    if discount := Decimal(line["discount"]):
        out.append(f"SAC*A*C310***{_cents(discount)}~\n")
    if line["tax_rate"] != "" or Decimal(line["tax"]):
        code = text(line["erp_tax_code"])
        taxed = f"TXI*VA*{money(line['tax'])}*{percent(line['tax_rate'])}{'*VD*' + code if code else ''}"
        out.append(taxed.rstrip("*") + "~\n")
    return int(quantity.replace(".", "").replace("-", ""))
