"""What an ORDERS05 IDoc says, in canonical field paths: from segments, however they were written.

Written from SAP's segment field lists, and apart from the profile: a reader of its own, as SAP is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any


@dataclass
class Segment:
    """One segment: its fields without blanks around, and the segments under it."""

    name: str
    fields: dict[str, str] = field(default_factory=dict)
    below: list[Segment] = field(default_factory=list)

    def __getitem__(self, name: str) -> str:
        return self.fields.get(name, "")

    def all(self, name: str, **wanted: str) -> list[Segment]:
        """The segments of a name right under this one whose fields have these values."""
        return [
            one for one in self.below if one.name == name and all(one[key] == value for key, value in wanted.items())
        ]

    def one(self, name: str, **wanted: str) -> Segment:
        """The only such segment; an empty one where there is none."""
        found = self.all(name, **wanted)
        assert len(found) <= 1, f"{len(found)} segments {name} {wanted}"
        return found[0] if found else Segment(name)


def amount(text: str) -> Decimal:
    """A number of an IDoc: a sign at either end, a point, blanks or zeros before it; empty is nothing."""
    text = text.strip()
    return -Decimal(text.strip("-")) if text.startswith("-") or text.endswith("-") else Decimal(text or "0")


def order_of(idoc: Segment) -> dict[str, Any]:
    """Canonical path to value, `lines` and `charges` lists of dicts. idoc: the control record and segments below it."""
    header, first = idoc.one("E1EDK01"), idoc.one("E1EDK02", QUALF="001")
    assert header["BELNR"] == first["BELNR"] == idoc.one("EDI_DC40")["ARCKEY"]
    order: dict[str, Any] = {
        "external_id": first["BELNR"],
        "currency": header["CURCY"],
        "payment.erp_code": header["ZTERM"],
        "shipping_erp_code": header["VSART"],
        "billing.tax_id": header["KUNDEUINR"],
        "buyer_order_number": idoc.one("E1EDK02", QUALF="044")["BELNR"],
        "erp_number": idoc.one("E1EDK02", QUALF="002")["BELNR"],
        "placed_on": idoc.one("E1EDK03", IDDAT="022")["DATUM"],
        "customer_note": " ".join(text["TDLINE"] for text in idoc.one("E1EDKT1", TDID="0001").below),
        "payment_text": " ".join(text["TDLINE"] for text in idoc.one("E1EDKT1", TDID="0002").below),
        "pickup_point_id": idoc.one("E1EDKA1", PARVW="WE")["ABLAD"],
        "taxes": {amount(tax["MSATZ"]) / 100: amount(tax["MWSBT"]) for tax in idoc.all("E1EDK04")},
        "totals.net": amount(idoc.one("E1EDS01", SUMID="002")["SUMME"]),
        "totals.gross": amount(idoc.one("E1EDS01", SUMID="003")["SUMME"]),
        "totals.tax": amount(idoc.one("E1EDS01", SUMID="005")["SUMME"]),
        "item_count": int(idoc.one("E1EDS01", SUMID="001")["SUMME"]),
        "action": header["ACTION"],
        "lines": [_item(item) for item in idoc.all("E1EDP01")],
        "charges": [_charge(condition) for condition in idoc.all("E1EDK05")],
    }
    for owner, function in (("billing", "RE"), ("delivery", "WE")):
        order |= {f"{owner}.{name}": value for name, value in _party(idoc.one("E1EDKA1", PARVW=function)).items()}
    return order


def _party(partner: Segment) -> dict[str, str]:
    """A company has two names and its person the third; a person alone has the first."""
    company = " ".join(filter(None, (partner["NAME1"], partner["NAME2"])))
    person, alone = partner["NAME3"], not (partner["NAME2"] or partner["NAME3"])
    return {
        "number": partner["PARTN"],
        "names": company,
        "company": "" if alone else company,
        "name": company if alone else person,
        "extra": partner["NAME4"],
        "address": " ".join(filter(None, (partner["STRAS"], partner["STRS2"]))),
        "city": partner["ORT01"],
        "postal_code": partner["PSTLZ"],
        "country": partner["LAND1"],
        "phone": partner["TELF1"],
    }


def _item(item: Segment) -> dict[str, Any]:
    tax, discount = item.one("E1EDP04"), item.one("E1EDP05")
    assert item.one("E1EDP20")["WMENG"] == item["MENGE"]
    ours, theirs = item.one("E1EDP19", QUALF="001"), item.one("E1EDP19", QUALF="002")
    return {
        "position": int(item["POSEX"]),
        "action": item["ACTION"],
        "quantity": amount(item["MENGE"]),
        "unit_code": item["MENEE"],
        "unit_net": amount(item["VPREI"]) / amount(item["PEINH"]),
        "net": amount(item["NETWR"]),
        "erp_tax_code": tax["MWSKZ"],
        "tax_rate": amount(tax["MSATZ"]) / 100 if tax["MSATZ"] else "",
        "tax": amount(tax["MWSBT"]),
        "discount": amount(discount["BETRG"]),
        "sku": ours["IDTNR"],
        "name": ours["KTEXT"],
        "erp_sku": theirs["IDTNR"],
    }


def _charge(condition: Segment) -> dict[str, Any]:
    value = amount(condition["BETRG"])
    assert value >= 0
    return {
        "condition_type": condition["KSCHL"],
        "name": condition["KOTXT"],
        "net": {"+": value, "-": -value}[condition["ALCKZ"]],
        "erp_tax_code": condition["MWSKZ"],
        "tax_rate": amount(condition["MSATZ"]) / 100 if condition["MSATZ"] else "",
    }


# The order of segments in basic type ORDERS05, as far as an order uses them.
HEADER_ORDER = (
    "EDI_DC40", "E1EDK01", "E1EDK14", "E1EDK03", "E1EDK04", "E1EDK05", "E1EDKA1", "E1EDK02", "E1EDKT1", "E1EDP01",
    "E1EDS01",
)  # fmt: skip
ITEM_ORDER = ("E1EDP04", "E1EDP05", "E1EDP20", "E1EDP19")


def misplaced(idoc: Segment) -> Iterator[str]:
    """What does not stand where the basic type has it: the grammar of an IDoc."""
    for parent, order in ((idoc, HEADER_ORDER), *((item, ITEM_ORDER) for item in idoc.all("E1EDP01"))):
        names = [one.name for one in parent.below]
        yield from (f"{name} does not belong below {parent.name}" for name in names if name not in order)
        known = [order.index(name) for name in names if name in order]
        if known != sorted(known):
            yield f"segments below {parent.name} stand in another order: {names}"
    for name in ("EDI_DC40", "E1EDK01"):
        if len(idoc.all(name)) != 1:
            yield f"{len(idoc.all(name))} segments {name}"


def disagreements(order: dict[str, Any]) -> Iterator[str]:
    """What does not add up: sums by SUMID, and the number of items."""
    net = sum((one["net"] for one in (*order["lines"], *order["charges"])), Decimal(0))
    if net != order["totals.net"]:
        yield f"items and conditions are {net}, E1EDS01 002 says {order['totals.net']}"
    tax = sum(order["taxes"].values(), Decimal(0))
    if order["taxes"] and tax != order["totals.tax"]:
        yield f"taxes by rate are {tax}, E1EDS01 005 says {order['totals.tax']}"
    if len(order["lines"]) != order["item_count"]:
        yield f"{len(order['lines'])} items, E1EDS01 001 says {order['item_count']}"
