"""Reads orders in the XML of Optima's document transfer, by the elements and the order that public files show.

Elements of a group that are there must stand in this order; one that is not in the list is a fault.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from decimal import Decimal
from typing import Any

SPACE = "{http://www.cdn.com.pl/optima/dokument}"
RATE = ["STAWKA", "FLAGA", "ZRODLOWA"]
CURRENCY = ["SYMBOL", "KURS_L", "KURS_M"]
PARTY = ["KOD", "NIP_KRAJ", "NIP", "GLN", "NAZWA", "ADRES"]
SEQUENCES = {
    "ROOT": ["DOKUMENT"],
    "DOKUMENT": ["NAGLOWEK", "POZYCJE", "KAUCJE", "PLATNOSCI", "PLATNOSCI_KAUCJE", "TABELKA_VAT", "ATRYBUTY"],
    "NAGLOWEK": [
        "GENERATOR", "TYP_DOKUMENTU", "RODZAJ_DOKUMENTU", "FV_MARZA", "NUMER_PELNY", "DATA_DOKUMENTU",
        "DATA_WYSTAWIENIA", "DATA_OPERACJI", "KOREKTA", "DETAL", "TYP_NETTO_BRUTTO", "RABAT", "OPIS", "PLATNIK",
        "ODBIORCA", "SPRZEDAWCA", "KATEGORIA", "PLATNOSC", "WALUTA", "KWOTY", "MAGAZYN_ZRODLOWY",
    ],
    "PLATNIK": PARTY, "ODBIORCA": PARTY, "ADRES": ["KOD_POCZTOWY", "MIASTO", "ULICA", "KRAJ"], "KATEGORIA": ["KOD"],
    "WALUTA": CURRENCY, "PLATNOSC": ["FORMA", "TERMIN", "KWOTA"],
    "KWOTY": ["RAZEM_NETTO_WAL", "RAZEM_NETTO", "RAZEM_BRUTTO", "RAZEM_VAT"],
    "POZYCJA": [
        "LP", "TOWAR", "STAWKA_VAT", "CENY", "WALUTA", "RABAT", "WARTOSC_NETTO", "WARTOSC_BRUTTO",
        "WARTOSC_NETTO_WAL", "WARTOSC_BRUTTO_WAL", "ILOSC", "JM",
    ],
    "TOWAR": ["KOD", "NAZWA", "OPIS", "EAN"], "STAWKA_VAT": RATE,
    "CENY": [
        "CENAZCZTEREMAMIEJSCAMI", "POCZATKOWA_WAL_CENNIKA", "POCZATKOWA_WAL_DOKUMENTU", "PO_RABACIE_WAL_CENNIKA",
        "PO_RABACIE_PLN", "PO_RABACIE_WAL_DOKUMENTU",
    ],
    "LINIA_VAT": ["STAWKA_VAT", "NETTO", "VAT", "BRUTTO"], "ATRYBUT": ["KOD_ATR", "WARTOSC"],
}  # fmt: skip
REPEATED = {"POZYCJE": "POZYCJA", "PLATNOSCI": "PLATNOSC", "TABELKA_VAT": "LINIA_VAT", "ATRYBUTY": "ATRYBUT"}


def read_order(content: bytes) -> dict[str, Any]:
    """The one document of a file. Fails where an element is unknown, misplaced, twice or in another namespace."""
    root = ET.fromstring(content)
    judge(root)
    document = root[0]
    attributes = {text(one, "KOD_ATR"): text(one, "WARTOSC") for one in found(document, "ATRYBUTY/ATRYBUT")}
    return {
        "type": text(document, "NAGLOWEK/TYP_DOKUMENTU"),
        "kind": text(document, "NAGLOWEK/RODZAJ_DOKUMENTU"),
        "number": text(document, "NAGLOWEK/NUMER_PELNY"),
        "day": text(document, "NAGLOWEK/DATA_DOKUMENTU"),
        "prices": {"1": "net", "2": "gross"}[text(document, "NAGLOWEK/TYP_NETTO_BRUTTO")],
        "description": text(document, "NAGLOWEK/OPIS"),
        "attributes": attributes,
        "payer": {one.tag.removeprefix(SPACE): one.text or "" for one in found(document, "NAGLOWEK/PLATNIK/")},
        "city": text(document, "NAGLOWEK/ODBIORCA/ADRES/MIASTO"),
        "currency": text(document, "NAGLOWEK/WALUTA/SYMBOL"),
        "net": amount(document, "NAGLOWEK/KWOTY/RAZEM_NETTO"),
        "net_wal": amount(document, "NAGLOWEK/KWOTY/RAZEM_NETTO_WAL"),
        "gross": amount(document, "NAGLOWEK/KWOTY/RAZEM_BRUTTO"),
        "tax": amount(document, "NAGLOWEK/KWOTY/RAZEM_VAT"),
        "paid": [amount(one, "KWOTA") for one in found(document, "PLATNOSCI/PLATNOSC")],
        "lines": [_line(one) for one in found(document, "POZYCJE/POZYCJA")],
        "rates": [
            (amount(one, "STAWKA_VAT/STAWKA"), amount(one, "NETTO"), amount(one, "VAT"), amount(one, "BRUTTO"))
            for one in found(document, "TABELKA_VAT/LINIA_VAT")
        ],
    }


def disagreements(order: dict[str, Any]) -> list[str]:
    """The numbers and sums that are wrong: of the head, of the VAT table, of each line's price."""
    wrong, lines = [], order["lines"]
    for name in ("net", "gross"):
        made = sum((line[name] for line in lines), Decimal(0))
        if order[name] != made:
            wrong.append(f"{name} is {order[name]}, the lines make {made}")
    if order["net"] + order["tax"] != order["gross"] or order["net"] != order["net_wal"]:
        wrong.append(f"net {order['net']} ({order['net_wal']}) and tax {order['tax']} do not make {order['gross']}")
    if len({line["number"] for line in lines}) != len(lines):
        wrong.append("an LP stands twice")
    for place, total in enumerate((order["net"], order["tax"], order["gross"]), start=1):
        if sum((rate[place] for rate in order["rates"]), Decimal(0)) != total:
            wrong.append(f"the VAT table does not make {total}")
    for rate in {line["rate"] for line in lines}:
        made = sum((line["net"] for line in lines if line["rate"] == rate), Decimal(0))
        if sum((one[1] for one in order["rates"] if one[0] == rate), Decimal(0)) != made:
            wrong.append(f"at {rate} the lines make {made}")
    for line in lines:
        # A price of four decimals is at most half of its last one off, as often as it is taken.
        if abs(line["price"] * line["quantity"] - line[order["prices"]]) > abs(line["quantity"]) * Decimal("0.00005"):
            wrong.append(f"line {line['number']} is worth {line[order['prices']]}, {line['price']} each")
    if any(paid != order["gross"] for paid in order["paid"]):
        wrong.append(f"paid is {order['paid']}, gross {order['gross']}")
    return wrong


def judge(element: ET.Element) -> None:
    """Namespace, known names, their order, and that none is empty."""
    assert element.tag.startswith(SPACE), f"{element.tag} is in another namespace"
    name = element.tag.removeprefix(SPACE)
    children = [child.tag.removeprefix(SPACE) for child in element]
    if name in REPEATED:
        assert set(children) == {REPEATED[name]}, f"{name} holds {children}"
    elif children:
        known = SEQUENCES[name]
        places = [known.index(child) for child in children]
        assert places == sorted(set(places)), f"{name} holds {children}"
    else:
        assert (element.text or "").strip(), f"{name} is empty"
    for child in element:
        judge(child)


def text(element: ET.Element, path: str) -> str:
    """The text at a path, empty where there is none."""
    return element.findtext(_steps(path)) or ""


def amount(element: ET.Element, path: str) -> Decimal:
    """A number with a point and as many decimals as its kind has."""
    said = text(element, path)
    assert re.fullmatch(r"-?\d+\.(\d\d|\d{4})", said), f"{path} is {said}"
    return Decimal(said)


def found(element: ET.Element, path: str) -> list[ET.Element]:
    """All elements at a path; with a slash at its end all inside it."""
    return element.findall(_steps(path.rstrip("/")) + ("/*" if path.endswith("/") else ""))


def _steps(path: str) -> str:
    return "/".join(SPACE + step for step in path.split("/"))


def _line(item: ET.Element) -> dict[str, Any]:
    prices = {one.text for one in found(item, "CENY/") if one.tag != f"{SPACE}CENAZCZTEREMAMIEJSCAMI"}
    assert len(prices) == 1, "prices before and after a discount of zero differ"
    net, gross = amount(item, "WARTOSC_NETTO"), amount(item, "WARTOSC_BRUTTO")
    assert (net, gross) == (amount(item, "WARTOSC_NETTO_WAL"), amount(item, "WARTOSC_BRUTTO_WAL"))
    quantity = text(item, "ILOSC")
    assert re.fullmatch(r"-?\d+\.\d{4}", quantity), f"ILOSC is {quantity}"
    return {
        "number": text(item, "LP"),
        "article": text(item, "TOWAR/KOD"),
        "name": text(item, "TOWAR/NAZWA"),
        "rate": amount(item, "STAWKA_VAT/STAWKA"),
        "flag": text(item, "STAWKA_VAT/FLAGA"),
        "price": amount(item, "CENY/PO_RABACIE_PLN"),
        "net": net,
        "gross": gross,
        "quantity": Decimal(quantity),
        "unit": text(item, "JM"),
    }
