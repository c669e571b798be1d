"""Reads and judges X12 orders by the field table of 004010: what a partner's translator would refuse, and what it gets.

`faults` holds a whole interchange against its envelope, its counts and references, its lengths and its sums;
`read_orders` gives the orders of an 850 back in canonical paths.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

ISA = (2, 10, 2, 10, 2, 15, 2, 15, 6, 4, 1, 5, 9, 1, 1, 1)
BASIC = re.compile(r"[A-Z0-9 !\"&'()*+,\-./:;?=]*")
# Element -> type, shortest, longest. R: a number with its point. N2: digits, two of them behind the point.
ELEMENTS: dict[str, tuple[str, int, int]] = {
    "GS01": ("ID", 2, 2), "GS02": ("AN", 2, 15), "GS03": ("AN", 2, 15), "GS04": ("DT", 8, 8), "GS05": ("TM", 4, 8),
    "GS06": ("N0", 1, 9), "GS07": ("ID", 1, 2), "GS08": ("AN", 1, 12), "ST01": ("ID", 3, 3), "ST02": ("AN", 4, 9),
    "SE01": ("N0", 1, 10), "SE02": ("AN", 4, 9), "GE01": ("N0", 1, 6), "GE02": ("N0", 1, 9), "IEA01": ("N0", 1, 5),
    "IEA02": ("N0", 9, 9), "BEG01": ("ID", 2, 2), "BEG02": ("ID", 2, 2), "BEG03": ("AN", 1, 22), "BEG05": ("DT", 8, 8),
    "BCH01": ("ID", 2, 2), "BCH02": ("ID", 2, 2), "BCH03": ("AN", 1, 22), "BCH05": ("AN", 1, 8), "BCH06": ("DT", 8, 8),
    "BCH11": ("DT", 8, 8), "CUR01": ("ID", 2, 3), "CUR02": ("ID", 3, 3), "REF01": ("ID", 2, 3), "REF02": ("AN", 1, 30),
    "REF03": ("AN", 1, 80), "PAM04": ("ID", 1, 3), "PAM05": ("R", 1, 18), "SAC01": ("ID", 1, 1), "SAC02": ("ID", 4, 4),
    "SAC05": ("N2", 1, 15), "SAC13": ("AN", 1, 30), "SAC15": ("AN", 1, 80), "DTM01": ("ID", 3, 3),
    "DTM02": ("DT", 8, 8), "DTM03": ("TM", 4, 8), "DTM04": ("ID", 2, 2), "TD502": ("ID", 1, 2), "TD503": ("AN", 2, 80),
    "TXI01": ("ID", 2, 2), "TXI02": ("R", 1, 18), "TXI03": ("R", 1, 10), "TXI04": ("ID", 2, 2), "TXI05": ("AN", 1, 10),
    "N901": ("ID", 2, 3), "N902": ("AN", 1, 30), "N903": ("AN", 1, 45), "MSG01": ("AN", 1, 264), "N101": ("ID", 2, 3),
    "N102": ("AN", 1, 60), "N103": ("ID", 1, 2), "N104": ("AN", 2, 80), "N201": ("AN", 1, 60), "N301": ("AN", 1, 55),
    "N302": ("AN", 1, 55), "N401": ("AN", 2, 30), "N402": ("ID", 2, 2), "N403": ("ID", 3, 15), "N404": ("ID", 2, 3),
    "N405": ("ID", 1, 2), "N406": ("AN", 1, 30), "PER01": ("ID", 2, 2), "PER02": ("AN", 1, 60), "PER03": ("ID", 2, 2),
    "PER04": ("AN", 1, 80), "PER05": ("ID", 2, 2), "PER06": ("AN", 1, 80), "PO101": ("AN", 1, 20),
    "PO102": ("R", 1, 15), "PO103": ("ID", 2, 2), "PO104": ("R", 1, 17), "PO106": ("ID", 2, 2), "PO107": ("AN", 1, 48),
    "PO108": ("ID", 2, 2), "PO109": ("AN", 1, 48), "POC01": ("AN", 1, 20), "POC02": ("ID", 2, 2), "POC03": ("R", 1, 15),
    "POC05": ("ID", 2, 2), "POC06": ("R", 1, 17), "POC08": ("ID", 2, 2), "POC09": ("AN", 1, 48), "POC10": ("ID", 2, 2),
    "POC11": ("AN", 1, 48), "PID01": ("ID", 1, 1), "PID05": ("AN", 1, 80), "CTT01": ("N0", 1, 6), "CTT02": ("R", 1, 10),
    "AMT01": ("ID", 1, 3), "AMT02": ("R", 1, 18),
}  # fmt: skip
FORMS = {
    "R": re.compile(r"-?(\d+(\.\d*)?|\.\d+)"), "N0": re.compile(r"-?\d+"), "N2": re.compile(r"-?\d+"),
    "DT": re.compile(r"\d{8}"), "TM": re.compile(r"\d{4}(\d\d)?(\d\d)?"),
}  # fmt: skip
# The places of the segments of a set, in their order; N1 begins a party, PO1 and POC a line.
HEADING: tuple[str, ...] = ("ST", "BEG", "BCH", "CUR", "REF", "PAM", "SAC", "DTM", "TD5", "TXI", "N9", "MSG", "N1")
PARTY: tuple[str, ...] = ("N1", "N2", "N3", "N4", "REF", "PER")
LINE: tuple[str, ...] = ("PO1", "POC", "PAM", "PID", "REF", "SAC", "TXI")
# A segment of which one element beyond its qualifier must be there, and which is the first of these.
FIRST_NEEDED = {"REF": 2, "N1": 2, "N9": 2, "PID": 5, "TXI": 2, "TD5": 3, "PAM": 5, "PER": 4, "DTM": 2, "AMT": 2}
GROUPS = {"850": "PO", "860": "PC"}


@dataclass
class Interchange:
    """The segments of one interchange, as its own separators cut them."""

    element: str
    component: str
    segments: list[list[str]] = field(default_factory=list)


def cut(content: str) -> Interchange:
    """Characters 4, 105 and 106 say how."""
    assert content.startswith("ISA"), "begins with something else than ISA"
    interchange = Interchange(content[3], content[104])
    terminator = content[105]
    pieces = content.split(terminator)
    assert not pieces.pop().strip("\r\n"), "something stands after the last segment"
    interchange.segments = [piece.strip("\r\n").split(interchange.element) for piece in pieces]
    return interchange


def faults(content: bytes, charset: re.Pattern[str] = BASIC) -> list[str]:
    """All that is wrong with one interchange; none where it can be sent."""
    if tuple(map(len, content[:105].decode("ascii").split(chr(content[3])))) != (3, *ISA):
        return ["ISA has not its fixed widths"]
    interchange = cut(content.decode("ascii"))
    segments = interchange.segments
    found = [*_envelope_faults(segments)]
    for number, segment in enumerate(segments, start=1):
        found += [f"segment {number}: {what}" for what in _element_faults(segment, interchange, charset)]
    for one in sets(segments):
        found += _set_faults(one)
    return found


def _envelope_faults(segments: list[list[str]]) -> Iterator[str]:
    isa, gs, ge, iea = segments[0], segments[1], segments[-2], segments[-1]
    if (gs[0], ge[0], iea[0]) != ("GS", "GE", "IEA"):
        yield "the envelope is not ISA, GS, GE, IEA"
    if iea[1:] != ["1", isa[13]]:
        yield "IEA does not count one group, or has another control number"
    if ge[1:] != [str(len(list(sets(segments)))), gs[6]]:
        yield "GE does not count the sets, or has another control number"
    if not (isa[13].isdigit() and gs[6] == isa[13].lstrip("0") and isa[11] == "U" and gs[7] == "X"):
        yield "control numbers or agencies are wrong"
    numbers = [one[0][2] for one in sets(segments)]
    if numbers != [f"{number:04}" for number in range(1, len(numbers) + 1)]:
        yield "ST02 does not count from 0001"
    if {GROUPS[one[0][1]] for one in sets(segments)} != {gs[1]}:
        yield "GS01 does not fit the sets"


def sets(segments: list[list[str]]) -> Iterator[list[list[str]]]:
    """The segments from ST to SE, set by set."""
    begun: list[list[str]] = []
    for segment in segments[2:-2]:
        begun.append(segment)
        if segment[0] == "SE":
            yield begun
            begun = []
    assert not begun, "a set has no SE"


def _element_faults(segment: list[str], interchange: Interchange, charset: re.Pattern[str]) -> Iterator[str]:
    name = segment[0]
    if name == "ISA":
        return
    if len(segment) < 2 or not segment[-1]:
        yield f"{name} ends with an empty element"
    if len(segment) <= FIRST_NEEDED.get(name, 0):
        yield f"{name} has only its qualifier"
    for place, value in enumerate(segment[1:], start=1):
        if not value:
            continue
        known = ELEMENTS.get(f"{name}{place:02}")
        if known is None:
            yield f"{name}{place:02} is not in the table"
            continue
        kind, shortest, longest = known
        # Of numbers only the digits count.
        length = sum(map(str.isdigit, value)) if kind in ("R", "N0", "N2") else len(value)
        if not shortest <= length <= longest:
            yield f"{name}{place:02} has {length} characters, not {shortest} to {longest}"
        if kind in FORMS and not FORMS[kind].fullmatch(value):
            yield f"{name}{place:02} is no {kind}"
        if interchange.component in value or not charset.fullmatch(value) or value != value.rstrip(" "):
            yield f"{name}{place:02} holds a character that it cannot"


def _set_faults(one: list[list[str]]) -> Iterator[str]:
    st, se = one[0], one[-1]
    number = st[2]
    if se != ["SE", str(len(one)), number]:
        yield f"set {number}: SE does not count {len(one)} segments, or has another number"
    if st[1] == "860" and one[1][1] == "01":
        return
    yield from _order_faults(number, one)
    lines = [segment for segment in one if segment[0] in ("PO1", "POC")]
    ctt = next(segment for segment in one if segment[0] == "CTT")
    place = {"PO1": 2, "POC": 3}
    quantities = [line[place[line[0]]] for line in lines if line[place[line[0]]]]
    hashed = str(sum(int(re.sub(r"[-.]", "", quantity)) for quantity in quantities))[-10:]
    if ctt[1] != str(len(lines)) or Decimal(ctt[2]) != Decimal(hashed):
        yield f"set {number}: CTT counts or hashes other lines"
    if st[1] == "850" and not lines:
        yield f"set {number}: there is no PO1"
    if st[1] == "850" and gross_of(one) != Decimal(amount(one, "AMT", 1, "TT", 2)):
        yield f"set {number}: lines, charges, allowances and taxes do not give AMT*TT"


def _order_faults(number: str, one: list[list[str]]) -> Iterator[str]:
    """Whether segments stand where the set has them."""
    at, allowed = 0, HEADING
    for segment in one[:-3]:
        name = segment[0]
        if name in ("PO1", "POC"):
            allowed, at = LINE, 0
        elif name == "N1":
            allowed, at = PARTY, 0
        if name == "N9" and allowed is HEADING and at > HEADING.index("N9"):
            at = HEADING.index("N9")
        if name not in allowed[at:]:
            yield f"set {number}: {name} stands where it cannot"
            return
        at = at if name in ("PO1", "POC") else allowed.index(name)
    if [segment[0] for segment in one[-3:]] != ["CTT", "AMT", "SE"]:
        yield f"set {number}: does not end with CTT, AMT and SE"


def amount(one: list[list[str]], name: str, at: int, qualifier: str, where: int) -> str:
    """The element of the first segment of a name and a qualifier; 0 where there is none."""
    for segment in one:
        if segment[0] == name and len(segment) > at and segment[at] == qualifier:
            return segment[where]
    return "0"


def heading_of(one: list[list[str]]) -> list[list[str]]:
    """What stands before the first line."""
    first = next((at for at, segment in enumerate(one) if segment[0] in ("PO1", "POC")), len(one))
    return one[:first]


def gross_of(one: list[list[str]]) -> Decimal:
    """Net of the lines, charges and allowances of the heading, taxes of the heading."""
    gross = sum((Decimal(segment[5]) for segment in one if segment[0] == "PAM" and segment[4] == "1"), Decimal(0))
    for segment in heading_of(one):
        if segment[0] == "SAC" and segment[1] != "N":
            gross += (-1 if segment[1] == "A" else 1) * Decimal(segment[5]).scaleb(-2)
        elif segment[0] == "TXI":
            gross += Decimal(segment[2])
    return gross


def read_orders(content: bytes) -> list[dict[str, Any]]:
    """Canonical path to value, `lines` by their position."""
    return [_order(one) for one in sets(cut(content.decode("ascii")).segments)]


def _order(one: list[list[str]]) -> dict[str, Any]:
    heading = heading_of(one)
    parties = {"ST": "delivery", "BT": "billing"}
    notes = _customer_note(one)
    order: dict[str, Any] = {
        "external_id": one[1][3],
        "currency": amount(one, "CUR", 1, "BY", 2),
        "number": amount(one, "REF", 1, "CO", 2),
        "customer_note": " ".join(notes),
        "totals.gross": Decimal(amount(one, "AMT", 1, "TT", 2)),
        "totals.paid": Decimal(amount(heading, "PAM", 4, "TP", 5)),
        "totals.due": Decimal(amount(heading, "PAM", 4, "BD", 5)),
        "totals.tax": sum((Decimal(segment[2]) for segment in heading if segment[0] == "TXI"), Decimal(0)),
        "lines": _lines(one),
    }
    for at, segment in enumerate(heading):
        if segment[0] == "N1" and segment[1] in parties:
            owner = parties[segment[1]]
            order |= {f"{owner}.{name}": value for name, value in _party(heading[at:]).items()}
    return order


def _customer_note(one: list[list[str]]) -> list[str]:
    notes, inside = [], False
    for segment in one:
        if segment[0] == "N9":
            inside = segment[3] == "CUSTOMER NOTE"
        elif segment[0] == "MSG" and inside:
            notes.append(segment[1])
    return notes


def _party(segments: list[list[str]]) -> dict[str, str]:
    after = next((at for at, segment in enumerate(segments[1:], start=1) if segment[0] == "N1"), len(segments))
    own = segments[:after]
    n4 = [*next((segment for segment in own if segment[0] == "N4"), []), *[""] * 8]
    name = own[0][2] if len(own[0]) > 2 else ""
    return {
        "name": name,
        "second": next((segment[1] for segment in own if segment[0] == "N2"), ""),
        "address": " ".join(" ".join(segment[1:]) for segment in own if segment[0] == "N3"),
        "city": n4[1],
        "region": n4[2] or n4[6],
        "postal_code": n4[3],
        "country": n4[4],
    }


def _lines(one: list[list[str]]) -> dict[int, dict[str, Any]]:
    """Goods by PO1, charges by SAC with the line's position in SAC13."""
    lines: dict[int, dict[str, Any]] = {}
    line: dict[str, Any] = {}
    for short in one:
        segment = [*short, *[""] * 16]
        if segment[0] == "PO1":
            pairs = dict(zip(segment[6::2], segment[7::2], strict=False))
            line = {"quantity": Decimal(segment[2]), "unit_net": Decimal(segment[4]), "discount": Decimal(0)}
            line |= {"erp_sku": pairs.get("VN", ""), "sku": pairs.get("SK", ""), "tax": Decimal(0), "name": ""}
            lines[int(segment[1])] = line
        elif segment[0] == "PAM" and segment[4] == "1":
            line["net"] = Decimal(segment[5])
        elif segment[0] == "PID":
            line["name"] = segment[5]
        elif segment[0] == "TXI" and line:
            line["tax"] = Decimal(segment[2])
        elif segment[0] == "SAC":
            net = (-1 if segment[1] == "A" else 1) * Decimal(segment[5]).scaleb(-2)
            if line:
                line["discount"] = -net
            elif segment[13]:
                lines[int(segment[13])] = {"net": net, "name": segment[15]}
    return lines
