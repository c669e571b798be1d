"""Reads EDIFACT interchanges from ISO 9735 and the directory D.96A, and judges them; knows nothing of our code.

Three judges: `grammar_faults` (separators, characters, trimming, lengths), `envelope_faults` (counts and references)
and `sum_faults` (amounts of an order). `read_orders` gives canonical paths of ORDERS and ORDCHG.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

Elements = list[list[str]]  # elements of components; the tag is element 0
ENCODINGS = {
    "UNOA": "ascii", "UNOB": "ascii", "UNOC": "iso8859-1", "UNOD": "iso8859-2", "UNOE": "iso8859-5",
    "UNOF": "iso8859-7", "UNOW": "utf-8",
}  # fmt: skip
LEVELS = {
    "UNOA": re.compile(r"""[A-Z0-9 .,\-()/=!"%&*;<>'+:?]*"""),
    "UNOB": re.compile(r"""[A-Za-z0-9 .,\-()/=!"%&*;<>'+:?]*"""),
}
# (tag, element, component): longest text, or most digits of a number. Directory D.96A and ISO 9735.
LENGTHS: dict[tuple[str, int, int], int] = {
    ("UNB", 1, 1): 4, ("UNB", 1, 2): 1, ("UNB", 2, 1): 35, ("UNB", 2, 2): 4, ("UNB", 3, 1): 35, ("UNB", 3, 2): 4,
    ("UNB", 4, 1): 8, ("UNB", 4, 2): 4, ("UNB", 5, 1): 14, ("UNB", 7, 1): 14, ("UNB", 9, 1): 1, ("UNB", 10, 1): 35,
    ("UNB", 11, 1): 1, ("UNH", 1, 1): 14, ("UNH", 2, 1): 6, ("UNH", 2, 2): 3, ("UNH", 2, 3): 3, ("UNH", 2, 4): 2,
    ("UNH", 2, 5): 6, ("UNT", 1, 1): 6, ("UNT", 2, 1): 14,
    ("UNZ", 1, 1): 6, ("UNZ", 2, 1): 14,
    ("BGM", 1, 1): 3, ("BGM", 2, 1): 35, ("BGM", 3, 1): 3, ("DTM", 1, 1): 3, ("DTM", 1, 2): 35, ("DTM", 1, 3): 3,
    ("PAI", 1, 3): 3, ("FTX", 1, 1): 3, **{("FTX", 4, part): 70 for part in range(1, 6)},
    ("RFF", 1, 1): 3, ("RFF", 1, 2): 35,
    ("NAD", 1, 1): 3, ("NAD", 2, 1): 17, ("NAD", 2, 3): 3, **{("NAD", 4, part): 35 for part in range(1, 6)},
    **{("NAD", 5, part): 35 for part in range(1, 4)}, ("NAD", 6, 1): 35, ("NAD", 7, 1): 9, ("NAD", 8, 1): 9,
    ("NAD", 9, 1): 3, ("CTA", 1, 1): 3, ("CTA", 2, 2): 35, ("COM", 1, 1): 512, ("COM", 1, 2): 3,
    ("CUX", 1, 1): 3, ("CUX", 1, 2): 3, ("CUX", 1, 3): 3, ("TDT", 1, 1): 3, ("TDT", 5, 1): 17, ("TDT", 5, 3): 3,
    ("LIN", 2, 1): 3, ("LIN", 3, 1): 35, ("LIN", 3, 2): 3, ("PIA", 1, 1): 3, ("PIA", 2, 1): 35, ("PIA", 2, 2): 3,
    ("IMD", 1, 1): 3, ("IMD", 3, 4): 35, ("IMD", 3, 5): 35, ("QTY", 1, 1): 3, ("QTY", 1, 3): 3, ("MOA", 1, 1): 3,
    ("PRI", 1, 1): 3, ("TAX", 1, 1): 3, ("TAX", 2, 1): 3, ("TAX", 5, 4): 17, ("TAX", 6, 1): 3, ("ALC", 1, 1): 3,
    ("UNS", 1, 1): 1, ("CNT", 1, 1): 3,
}  # fmt: skip
DIGITS = {("LIN", 1, 1): 6, ("QTY", 1, 2): 15, ("PRI", 1, 2): 15, ("MOA", 1, 2): 18, ("CNT", 1, 2): 18}
# The branching diagram, as far as web orders need it: a COM only under its CTA, a tax amount only under its TAX.
PARTY = "NAD (RFF )*(CTA (COM )*)*"
LINE = "LIN (PIA )*(IMD )*(QTY )*(MOA )*(FTX )*(PRI )*(RFF )*(TAX (MOA )*)*(ALC (MOA )*)*"
DIAGRAM = re.compile(
    f"UNH BGM (DTM )+(PAI )?(FTX ){{0,99}}(RFF )+({PARTY}){{1,99}}(CUX )?(TDT )?({LINE})*UNS (MOA )*(CNT )*UNT "
)


@dataclass
class Interchange:
    """One interchange, taken apart. una: its nine characters, empty where there are none."""

    una: str
    decimal: str
    segments: list[Elements]

    def messages(self) -> list[list[Elements]]:
        """The segments of each message, UNH to UNT."""
        found: list[list[Elements]] = []
        for segment in self.segments:
            if segment[0][0] == "UNH":
                found.append([])
            if segment[0][0] not in ("UNB", "UNZ"):
                found[-1].append(segment)
        return found


def parsed(content: bytes) -> Interchange:
    """Character by character; line ends only after a segment."""
    assert not content.startswith(b"\xef\xbb\xbf"), "begins with a byte order mark"
    latin = content.decode("latin-1")
    una = latin[:9] if latin.startswith("UNA") else ""
    component, element, decimal, release, _, end = list(una[3:] or ":+.? '")
    syntax = latin[len(una) :].lstrip("\r\n")[4:8]
    assert syntax in ENCODINGS, f"UNB says {syntax}"
    text = content.decode(ENCODINGS[syntax])[len(una) :]
    segments: list[Elements] = []
    segment: Elements = [[""]]
    at = 0
    while at < len(text):
        sign = text[at]
        if sign == release:
            at += 1
            segment[-1][-1] += text[at]
        elif sign == component:
            segment[-1].append("")
        elif sign == element:
            segment.append([""])
        elif sign == end:
            segments.append(segment)
            segment = [[""]]
        elif not (sign in "\r\n" and segment == [[""]]):
            segment[-1][-1] += sign
        at += 1
    assert segment == [[""]], "the last segment has no end"
    return Interchange(una, decimal, segments)


def value(segment: Elements, element: int, component: int = 1) -> str:
    """A component, empty where there is none."""
    if element >= len(segment) or component > len(segment[element]):
        return ""
    return segment[element][component - 1]


def grammar_faults(content: bytes) -> list[str]:
    """What of separators, characters, order of segments and lengths is wrong."""
    interchange = parsed(content)
    found: list[str] = []
    level = LEVELS.get(value(interchange.segments[0], 1))
    for segment in interchange.segments:
        tag = segment[0][0]
        if not re.fullmatch("[A-Z]{3}", tag):
            found.append(f"{tag!r} is no tag")
        if len(segment) > 1 and segment[-1] == [""]:
            found.append(f"{tag} ends with an empty element")
        if any(len(element) > 1 and not element[-1] for element in segment):
            found.append(f"{tag} has an element that ends with an empty component")
        for number, element in enumerate(segment):
            for part, text in enumerate(element, start=1):
                found += _text_faults(f"{tag} {number}.{part}", text, level)
                found += _length_faults((tag, number, part), text, interchange.decimal)
    for message in interchange.messages():
        tags = "".join(f"{segment[0][0]} " for segment in message)
        if not DIAGRAM.fullmatch(tags):
            found.append(f"the segments stand in another order than the message has: {tags}")
    return found


def _text_faults(place: str, text: str, level: re.Pattern[str] | None) -> list[str]:
    if any(ord(sign) < 32 or 127 <= ord(sign) < 160 for sign in text):
        return [f"{place} holds a control character"]
    return [f"{place} holds a character outside its level"] if level and not level.fullmatch(text) else []


def _length_faults(key: tuple[str, int, int], text: str, decimal: str) -> list[str]:
    if key in DIGITS and text:
        if not re.fullmatch(rf"-?[0-9]+(?:{re.escape(decimal)}[0-9]+)?", text):
            return [f"{key} is no number with {decimal!r}: {text}"]
        return [f"{key} has too many digits"] if sum(map(str.isdigit, text)) > DIGITS[key] else []
    if key in LENGTHS:
        return [f"{key} is {len(text)} characters"] if len(text) > LENGTHS[key] else []
    return [f"{key} holds a value that no table has"] if text and key[1] else []


def envelope_faults(content: bytes) -> list[str]:
    """What of counts and references is wrong."""
    interchange = parsed(content)
    head, tail, messages = interchange.segments[0], interchange.segments[-1], interchange.messages()
    found = []
    if (head[0][0], tail[0][0]) != ("UNB", "UNZ"):
        return ["the interchange does not begin with UNB and end with UNZ"]
    if value(head, 5) != value(tail, 2):
        found.append("UNZ does not repeat the reference of UNB")
    if value(tail, 1) != str(len(messages)):
        found.append(f"UNZ counts {value(tail, 1)} of {len(messages)} messages")
    if not re.fullmatch("[0-9]{8}" if value(head, 1, 2) == "4" else "[0-9]{6}", value(head, 4, 1)):
        found.append("the date of UNB has not the digits of its syntax version")
    references = [value(message[0], 1) for message in messages]
    if len(set(references)) < len(references):
        found.append("two messages have one reference")
    for message in messages:
        if value(message[-1], 1) != str(len(message)):
            found.append(f"UNT counts {value(message[-1], 1)} of {len(message)} segments")
        if value(message[-1], 2) != value(message[0], 1):
            found.append("UNT does not repeat the reference of UNH")
    return found


def sum_faults(content: bytes) -> list[str]:
    """What of the amounts of orders does not add up, to the minor unit."""
    found = []
    for order in read_orders(content):
        if order["function"] == "1":
            continue  # a cancellation repeats no line
        lines = [line for line in order["lines"] if line["action"] != "2"]
        net, tax = sum(line["net"] for line in lines), sum(line["tax"] for line in lines)
        sums = {
            "totals.net": net,
            "totals.tax": tax,
            "totals.gross": order["totals.net"] + order["totals.tax"] + order["totals.rounding"],
            "totals.due": order["totals.gross"] - order["totals.paid"],
            "line_count": len(order["lines"]),
        }
        found += [f"{path} is {order[path]}, not {total}" for path, total in sums.items() if order[path] != total]
    return found


def read_orders(content: bytes) -> list[dict[str, Any]]:
    """One dict a message: canonical path to value, `lines` a list of dicts."""
    interchange = parsed(content)
    return [_order(message, interchange.decimal) for message in interchange.messages()]


TOTALS = {"79": "net", "176": "tax", "86": "gross", "113": "paid", "9": "due", "165": "rounding"}
REFERENCES = {"ON": "external_id", "ACD": "number", "CR": "buyer_order_number", "PQ": "payment.transaction_id"}
PARTIES = {"BY": "billing", "DP": "delivery"}
ADDRESS = {"city": 6, "region": 7, "postal_code": 8, "country": 9}


def _order(message: list[Elements], decimal: str) -> dict[str, Any]:
    order: dict[str, Any] = {"customer_note": "", "totals.rounding": Decimal(0), "lines": [], "erp_number": ""}
    order |= {f"{owner}.{name}": "" for owner in PARTIES.values() for name in ("name", "phone", "email", "tax_id")}
    order |= dict.fromkeys([*REFERENCES.values(), "payment.erp_code", "shipping_erp_code", "pickup_point_id"], "")
    owner, summary = "", False
    for segment in message:
        tag, code = segment[0][0], value(segment, 1, 1)
        if tag == "LIN":
            owner = "line"
            order["lines"].append(_line(segment))
        elif tag == "UNS":
            owner, summary = "", True
        elif owner == "line":
            _of_line(order["lines"][-1], segment, decimal)
        elif tag == "NAD":
            owner = PARTIES.get(code, "other")
            if owner != "other":
                order |= _party(owner, segment)
            if code == "DP":
                order["pickup_point_id"] = value(segment, 2)
        elif tag == "MOA" and summary:
            order[f"totals.{TOTALS[code]}"] = _number(value(segment, 1, 2), decimal)
        else:
            _of_header(order, segment, owner)
    for name in PARTIES.values():
        called = "".join(order.pop(f"{name}.called"))
        order[f"{name}.company"] = "" if called == order[f"{name}.name"] else called
    return order


def _of_header(order: dict[str, Any], segment: Elements, owner: str) -> None:
    tag, code = segment[0][0], value(segment, 1, 1)
    if tag == "BGM":
        order["document"], order["function"] = value(segment, 2), value(segment, 3)
    elif tag == "RFF" and owner in PARTIES.values():
        order[f"{owner}.tax_id"] = value(segment, 1, 2)
    elif tag == "RFF" and code == "VN":
        order["erp_number"] = value(segment, 1, 2)
    elif tag == "RFF":
        order[REFERENCES[code]] = value(segment, 1, 2)
    elif tag == "FTX":
        order["customer_note"] += "".join(segment[4])
    elif tag == "PAI":
        order["payment.erp_code"] = value(segment, 1, 3)
    elif tag == "CTA":
        order[f"{owner}.name"] = value(segment, 2, 2)
    elif tag == "COM":
        order[f"{owner}.{'phone' if value(segment, 1, 2) == 'TE' else 'email'}"] = code
    elif tag == "CUX":
        order["currency"] = value(segment, 1, 2)
    elif tag == "TDT":
        order["shipping_erp_code"] = value(segment, 5)
    elif tag == "CNT":
        order["line_count"] = int(value(segment, 1, 2))


def _party(owner: str, segment: Elements) -> dict[str, Any]:
    found: dict[str, Any] = {f"{owner}.{name}": value(segment, at) for name, at in ADDRESS.items()}
    found[f"{owner}.called"] = [text for text in (segment[4] if len(segment) > 4 else []) if text]
    found[f"{owner}.address"] = value(segment, 5, 1) + value(segment, 5, 2)
    found[f"{owner}.extra"] = value(segment, 5, 3)
    return found


def _line(segment: Elements) -> dict[str, Any]:
    return {
        "position": int(value(segment, 1)), "action": value(segment, 2), "erp_sku": value(segment, 3), "sku": "",
        "name": "", "unit_code": "", "discount": Decimal(0), "tax_rate": "", "erp_tax_code": "",
    }  # fmt: skip


def _of_line(line: dict[str, Any], segment: Elements, decimal: str) -> None:
    tag = segment[0][0]
    if tag == "PIA":
        line["sku"] = value(segment, 2)
    elif tag == "IMD":
        line["name"] = value(segment, 3, 4) + value(segment, 3, 5)
    elif tag == "QTY":
        line["quantity"], line["unit_code"] = _number(value(segment, 1, 2), decimal), value(segment, 1, 3)
    elif tag == "PRI":
        line["unit_net"] = _number(value(segment, 1, 2), decimal)
    elif tag == "TAX":
        rate = value(segment, 5, 4)
        line["tax_rate"] = _number(rate, decimal) / 100 if rate else ""
        line["erp_tax_code"] = value(segment, 6)
    elif tag == "MOA":
        name = {"203": "net", "124": "tax", "8": "discount"}[value(segment, 1, 1)]
        line[name] = _number(value(segment, 1, 2), decimal)


def _number(text: str, decimal: str) -> Decimal:
    assert re.fullmatch(rf"-?[0-9]+(?:{re.escape(decimal)}[0-9]+)?", text), text
    return Decimal(text.replace(decimal, "."))
