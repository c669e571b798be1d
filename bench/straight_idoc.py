"""The yardstick's IDocs: ORDERS05 in XML and in flat records of release 4.x, for given outgoing trees.

Both by string formatting, each with its own functions for segments; which fields an order has is decided once, in
`_segments`, which gives (name, depth, fields) in the order of the file.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from bench.straight_orders import money, percent, plain
from bench.straight_words import File, Tree, escaped

Segment = tuple[str, int, Sequence[tuple[str, str]]]
CONDITIONS = {"shipping": "HD00", "fee": "HM00", "discount": "HB00"}
ORGANISATION = (("006", "00"), ("007", "10"), ("008", "1000"), ("012", "TA"))
CONTROL = (
    ("DIRECT", "2"), ("IDOCTYP", "ORDERS05"), ("MESTYP", "ORDERS"), ("SNDPOR", "ERPBRIDGE"), ("SNDPRT", "LS"),
    ("SNDPRN", "ERPBRIDGE"), ("RCVPOR", "SAPPRD"), ("RCVPRT", "LS"), ("RCVPRN", "PRDCLNT100"),
)  # fmt: skip


def xml_by_format(orders: Sequence[Tree], file: File) -> bytes:
    """One XML document of all IDocs."""
    out = ['<?xml version="1.0" encoding="UTF-8"?>\n<ORDERS05>\n']
    for position, order in enumerate(orders, start=1):
        out.append('<IDOC BEGIN="1">\n')
        open_names: list[str] = []
        for name, depth, fields in _segments(order, position, file):
            while len(open_names) > depth:
                out.append(f"</{open_names.pop()}>\n")
            out.append(f'<{name} SEGMENT="1">\n')
            out += [f"<{key}>{escaped(value)}</{key}>\n" for key, value in fields if value]
            open_names.append(name)
        out += [f"</{name}>\n" for name in reversed(open_names)]
        out.append("</IDOC>\n")
    out.append("</ORDERS05>\n")
    return "".join(out).encode()


def _segments(order: Tree, position: int, file: File) -> Iterator[Segment]:
    created, external_id, payment = order["created_at"], order["external_id"], order["payment"]
    day, placed_on = f"{file.day:%Y%m%d}", created[:4] + created[5:7] + created[8:10]
    number = str(file.number)
    control = (
        ("TABNAM", "EDI_DC40"), *CONTROL,
        ("CREDAT", f"{file.sealed_at:%Y%m%d}"), ("CRETIM", f"{file.sealed_at:%H%M%S}"),
        ("REFINT", number), ("REFGRP", number), ("REFMES", str(position)), ("ARCKEY", external_id),
    )  # fmt: skip
    yield "EDI_DC40", 0, control
    head = (
        ("CURCY", order["currency"]), ("ZTERM", payment["erp_code"]), ("KUNDEUINR", order["billing"]["tax_id"]),
        ("BELNR", external_id), ("VSART", order["shipping_erp_code"]),
    )  # fmt: skip
    yield "E1EDK01", 0, head
    for qualifier, value in ORGANISATION:
        yield "E1EDK14", 0, (("QUALF", qualifier), ("ORGID", value))
    for code, when in (("012", placed_on), ("022", placed_on), ("002", day)):
        yield "E1EDK03", 0, (("IDDAT", code), ("DATUM", when))
    for part in order["totals"]["by_rate"]:
        yield "E1EDK04", 0, (("MSATZ", percent(part["rate"])), ("MWSBT", money(part["tax"])))
    goods, comments = [], []
    for line in order["lines"]:
        if line["kind"] in CONDITIONS:
            yield "E1EDK05", 0, _condition(line)
        elif line["kind"] == "comment" and not Decimal(line["net"]):
            comments.append(line)
        else:
            goods.append(line)
    yield "E1EDKA1", 0, _partner("AG", order["billing"])
    yield "E1EDKA1", 0, _partner("WE", order["delivery"], order["pickup_point_id"])
    yield "E1EDKA1", 0, _partner("RE", order["billing"])
    if order["erp_number"]:
        yield "E1EDK02", 0, (("QUALF", "002"), ("BELNR", order["erp_number"]))
    yield "E1EDK02", 0, (("QUALF", "001"), ("BELNR", external_id), ("DATUM", placed_on))
    if order["buyer_order_number"]:
        yield "E1EDK02", 0, (("QUALF", "044"), ("BELNR", order["buyer_order_number"]))
    yield from _texts(order, comments)
    for line in goods:
        yield from _item(line, day)
    yield from _sums(order, len(goods))


def _condition(line: Tree) -> Sequence[tuple[str, str]]:
    amount = money(line["net"])
    return (
        ("ALCKZ", "-" if amount[0] == "-" else "+"), ("KSCHL", line["erp_sku"] or CONDITIONS[line["kind"]]),
        ("KOTXT", line["name"]), ("BETRG", amount.lstrip("-")), ("MWSKZ", line["erp_tax_code"]),
        ("MSATZ", percent(line["tax_rate"]) if line["tax_rate"] != "" else ""),
    )  # fmt: skip


def _partner(function: str, party: Tree, point: str = "") -> Sequence[tuple[str, str]]:
    company, address = party["company_parts"], party["address_parts"]
    names = (company[0], company[1], party["name"]) if party["company"] else (party["name"], "", "")
    return (
        ("PARVW", function), ("PARTN", "WEBSHOP"), ("NAME1", names[0]), ("NAME2", names[1]), ("NAME3", names[2]),
        ("NAME4", party["extra"]), ("STRAS", address[0]), ("STRS2", address[1]), ("ORT01", party["city"]),
        ("PSTLZ", party["postal_code"]), ("LAND1", party["country"]), ("ABLAD", point), ("TELF1", party["phone"]),
    )  # fmt: skip


def _texts(order: Tree, comments: Sequence[Tree]) -> Iterator[Segment]:
    if not (order["customer_note"] or comments):
        return
    yield "E1EDKT1", 0, (("TDID", "0001"), ("TSSPRAS_ISO", order["locale"][:2].upper()))
    for number, text in enumerate([part for part in order["customer_note_parts"] if part]):
        yield "E1EDKT2", 1, (("TDLINE", text), ("TDFORMAT", "" if number else "*"))
    for line in comments:
        if line["name"]:
            yield "E1EDKT2", 1, (("TDLINE", line["name"]), ("TDFORMAT", "*"))


def _item(line: Tree, day: str) -> Iterator[Segment]:
    quantity, code, rate = plain(line["quantity"]), line["erp_tax_code"], line["tax_rate"]
    unit = "PCE" if line["unit_code"] in ("C62", "") else line["unit_code"]
    fields = (
        ("POSEX", str(line["position"])), ("MENGE", quantity), ("MENEE", unit), ("VPREI", plain(line["unit_net"])),
        ("PEINH", "1"), ("NETWR", money(line["net"])),
    )  # fmt: skip
    yield "E1EDP01", 0, fields
    if code or rate != "" or Decimal(line["tax"]):
        tax = ("MWSBT", money(line["tax"]))
        yield "E1EDP04", 1, (("MWSKZ", code), ("MSATZ", percent(rate) if rate != "" else ""), tax)
    if Decimal(line["discount"]):
        yield "E1EDP05", 1, (("ALCKZ", "-"), ("KSCHL", "RB00"), ("BETRG", money(line["discount"])))
    yield "E1EDP20", 1, (("WMENG", quantity), ("EDATU", day))
    if line["sku"] or line["name"]:
        yield "E1EDP19", 1, (("QUALF", "001"), ("IDTNR", line["sku"]), ("KTEXT", line["name"]))
    if line["erp_sku"]:
        yield "E1EDP19", 1, (("QUALF", "002"), ("IDTNR", line["erp_sku"]))


def _sums(order: Tree, items: int) -> Iterator[Segment]:
    currency = order["currency"]
    yield "E1EDS01", 0, (("SUMID", "001"), ("SUMME", str(items)))
    for code, name in (("002", "net"), ("003", "gross"), ("005", "tax")):
        yield "E1EDS01", 0, (("SUMID", code), ("SUMME", money(order["totals"][name])), ("WAERQ", currency))


WIDTHS = {
    "EDI_DC40": (
        "TABNAM 10, MANDT 3, DOCNUM 16, DOCREL 4, STATUS 2, DIRECT 1, OUTMOD 1, EXPRSS 1, TEST 1, IDOCTYP 30, "
        "CIMTYP 30, MESTYP 30, MESCOD 3, MESFCT 3, STD 1, STDVRS 6, STDMES 6, SNDPOR 10, SNDPRT 2, SNDPFC 2, "
        "SNDPRN 10, SNDSAD 21, SNDLAD 70, RCVPOR 10, RCVPRT 2, RCVPFC 2, RCVPRN 10, RCVSAD 21, RCVLAD 70, "
        "CREDAT 8, CRETIM 6, REFINT 14, "
        "REFGRP 14, REFMES 14, ARCKEY 70, SERIAL 20"
    ),
    "E1EDK01": (
        "ACTION 3, KZABS 1, CURCY 3, HWAER 3, WKURS 12, ZTERM 17, KUNDEUINR 20, EIGENUINR 20, BSART 4, BELNR 35, "
        "NTGEW 18, BRGEW 18, GEWEI 3, FKART_RL 4, ABLAD 25, BSTZD 4, VSART 2"
    ),
    "E1EDK14": "QUALF 3, ORGID 35",
    "E1EDK03": "IDDAT 3, DATUM 8",
    "E1EDK04": "MWSKZ 7, MSATZ 17, MWSBT 18",
    "E1EDK05": "ALCKZ 3, KSCHL 4, KOTXT 80, BETRG 18, KPERC 8, KRATE 15, UPRBS 9, MEAUN 3, KOBTR 18, MWSKZ 7, MSATZ 17",
    "E1EDKA1": (
        "PARVW 3, PARTN 17, LIFNR 17, NAME1 35, NAME2 35, NAME3 35, NAME4 35, STRAS 35, STRS2 35, PFACH 35, ORT01 35, "
        "COUNC 9, PSTLZ 9, PSTL2 9, LAND1 3, ABLAD 35, PERNR 30, PARNR 30, TELF1 25"
    ),
    "E1EDK02": "QUALF 3, BELNR 35, POSNR 6, DATUM 8",
    "E1EDKT1": "TDID 4, TSSPRAS 3, TSSPRAS_ISO 2",
    "E1EDKT2": "TDLINE 70, TDFORMAT 2",
    "E1EDP01": (
        "POSEX 6, ACTION 3, PSTYP 1, KZABS 1, MENGE 15, MENEE 3, BMNG2 15, PMENE 3, ABFTZ 7, VPREI 15, PEINH 9, "
        "NETWR 18"
    ),
    "E1EDP04": "MWSKZ 7, MSATZ 17, MWSBT 18",
    "E1EDP05": "ALCKZ 3, KSCHL 4, KOTXT 80, BETRG 18",
    "E1EDP20": "WMENG 15, AMENG 15, EDATU 8",
    "E1EDP19": "QUALF 3, IDTNR 35, KTEXT 70",
    "E1EDS01": "SUMID 3, SUMME 18, SUNIT 3, WAERQ 3",
}  # fmt: skip
RECORDS = {
    "E1EDK01": "E2EDK01005", "E1EDK14": "E2EDK14", "E1EDK03": "E2EDK03", "E1EDK04": "E2EDK04", "E1EDK05": "E2EDK05",
    "E1EDKA1": "E2EDKA1003", "E1EDK02": "E2EDK02", "E1EDKT1": "E2EDKT1002", "E1EDKT2": "E2EDKT2001",
    "E1EDP01": "E2EDP01006", "E1EDP04": "E2EDP04", "E1EDP05": "E2EDP05", "E1EDP20": "E2EDP20", "E1EDP19": "E2EDP19001",
    "E1EDS01": "E2EDS01",
}  # fmt: skip


def _template(name: str, width: int) -> tuple[dict[str, str], str]:
    """All fields empty, and the format that fills them up to their widths and the record up to its own."""
    columns = [part.split() for part in WIDTHS[name].split(",")]
    filled = "".join(f"{{{column}:{wide}}}" for column, wide in columns)
    return {column: "" for column, _ in columns}, filled + " " * (width - sum(int(wide) for _, wide in columns))


TEMPLATES = {name: _template(name, 524 if name == "EDI_DC40" else 1000) for name in WIDTHS}
PREFIXES = {name: f"{record:30}{'':19}" for name, record in RECORDS.items()}


def flat_by_format(orders: Sequence[Tree], file: File) -> bytes:
    """Flat records, their widths by str.format, which never cuts: what is too long is refused."""
    out: list[str] = []
    for position, order in enumerate(orders, start=1):
        number = parent = 0
        for name, depth, fields in _segments(order, position, file):
            empty, template = TEMPLATES[name]
            text = template.format(**{**empty, **dict(fields)})
            if name == "EDI_DC40":
                wide = 524
            else:
                wide, number = 1063, number + 1
                parent = parent if depth else number
                level = 1 if name == "E1EDK01" else depth + 2
                text = f"{PREFIXES[name]}{number:06}{parent if depth else 0:06}{level:02}{text}"
            if len(text) != wide:
                raise ValueError(f"a field of {name} is too long")
            out.append(text + "\n")
    return "".join(out).encode()
