"""The least that reads an answer: the same bytes, and of them the same fields as the bridge takes, in flat memory.

Each reader is written for one ERP that never errs: no check, no bound, no unknown word, no place to look it up. It
gives external id, word of the verdict, ERP number, and what else is said. A glance walks the file and looks at nothing.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from lxml import etree

Said = tuple[str, str, str, Any]
CHUNK_CHARACTERS = 1 << 16
RELEASE = "?"  # before a mark of EDIFACT that belongs to a value
_RELEASED, _RELEASED_BY = re.compile(r"\?(.)", re.DOTALL), 0x100
_PLAIN = {_RELEASED_BY + byte: byte for byte in range(0x100)}
_CBC = "{urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2}"
_CAC = "{urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2}"
_RESPONSE = "{urn:oasis:names:specification:ubl:schema:xsd:OrderResponse-2}OrderResponse"
_OT = "{http://www.opentrans.org/XMLSchema/2.1}"


def _elements(path: Path, tag: str) -> Iterator[etree._Element]:
    """Each whole element of this name, dropped when it has been seen."""
    for _, element in etree.iterparse(str(path), tag=tag):
        yield element
        element.clear()
        while element.getprevious() is not None:
            del element.getparent()[0]


def xml(path: Path) -> Iterator[Said]:
    """The results of a report."""
    for one in _elements(path, "result"):
        yield one.get("order", ""), one.findtext("state", ""), one.findtext("number", ""), one.findtext("reason", "")


def ubl(path: Path) -> Iterator[Said]:
    """Order responses with the state, quantity and price of each line."""
    for one in _elements(path, _RESPONSE):
        lines = [
            (
                item.findtext(f"{_CBC}ID"),
                item.findtext(f"{_CBC}LineStatusCode"),
                item.findtext(f"{_CBC}Quantity"),
                item.findtext(f"{_CAC}Price/{_CBC}PriceAmount"),
            )
            for item in one.iterfind(f"{_CAC}OrderLine/{_CAC}LineItem")
        ]
        reference = one.find(f"{_CAC}OrderReference")
        assert reference is not None
        number = reference.findtext(f"{_CBC}SalesOrderID", "")
        yield reference.findtext(f"{_CBC}ID", ""), one.findtext(f"{_CBC}OrderResponseCode", ""), number, lines


def opentrans(path: Path) -> Iterator[Said]:
    """Order responses with the quantity of each item."""
    for one in _elements(path, f"{_OT}ORDERRESPONSE"):
        info = one.find(f"{_OT}ORDERRESPONSE_HEADER/{_OT}ORDERRESPONSE_INFO")
        assert info is not None
        items = [
            (item.findtext(f"{_OT}LINE_ITEM_ID"), item.findtext(f"{_OT}QUANTITY"), item.findtext(f"{_OT}REMARKS"))
            for item in one.iterfind(f"{_OT}ORDERRESPONSE_ITEM_LIST/{_OT}ORDERRESPONSE_ITEM")
        ]
        yield info.findtext(f"{_OT}ORDER_ID", ""), "", info.findtext(f"{_OT}SUPPLIER_ORDER_ID", ""), items


def idoc_response(path: Path) -> Iterator[Said]:
    """ORDRSP with the quantities of each item."""
    for one in _elements(path, "IDOC"):
        numbers = {each.findtext("QUALF"): each.findtext("BELNR", "") for each in one.iterfind("E1EDK02")}
        items = [
            (
                item.findtext("POSEX"),
                item.findtext("ACTION"),
                item.findtext("MENGE"),
                item.findtext("VPREI"),
                item.findtext("PEINH"),
                item.findtext("ABGRU"),
                [(each.findtext("WMENG"), each.findtext("EDATU")) for each in item.iterfind("E1EDP20")],
            )
            for item in one.iterfind("E1EDP01")
        ]
        yield numbers["001"], "", numbers["002"].lstrip("0"), items


def idoc_audit(path: Path) -> Iterator[Said]:
    """ALEAUD with the order that came of each IDoc."""
    for one in _elements(path, "E1STATE"):
        _, position = divmod(int(one.findtext("DOCNUM", "")), 1_000_000)
        order = one.find("E1PRTOB")
        assert order is not None
        said = (one.findtext("STACOD"), one.findtext("STATXT"), one.findtext("STAPA1_LNG"), order.findtext("OBJTYPE"))
        yield str(position), one.findtext("STATUS", ""), order.findtext("OBJKEY", "").lstrip("0"), said


def idoc_status(path: Path) -> Iterator[Said]:
    """Flat STATUS records, cut at their places."""
    with path.open(encoding="utf-8", newline="\n") as content:
        for line in content:
            if line.startswith("E2STATS"):
                word = line[106:108]
                said = (line[158:166].strip(), line[166:236].strip(), line[252:332].strip()) if word == "51" else ()
                yield line[374:444].strip(), word, "", (said, line[332:346].strip())


def csv_log(path: Path) -> Iterator[Said]:
    """Rows by Python's csv."""
    with path.open(encoding="utf-8-sig", newline="") as content:
        rows = csv.reader(content, delimiter=";")
        next(rows)
        for file, _, order, word, number, text in rows:
            yield order, word, number, (text, file)


def fixed(path: Path) -> Iterator[Said]:
    """Records, cut at their places."""
    with path.open(encoding="cp1252", newline="\n") as content:
        for line in content:
            if line.startswith("R"):
                yield line[1:21].strip(), line[21:23], line[23:35].strip(), (line[35:39].strip(), line[39:80].strip())


def _pieces(path: Path, encoding: str, mark: str, released: re.Pattern[str] | None = None) -> Iterator[str]:
    """What stands between segment marks, without line ends. What is released stands behind the letters of one byte."""
    held = ""
    with path.open(encoding=encoding) as content:
        while chunk := content.read(CHUNK_CHARACTERS):
            text = held + chunk
            if released and RELEASE in text:
                text = released.sub(lambda found: chr(_RELEASED_BY + ord(found[1])), text)
            *pieces, held = text.split(mark)
            for piece in pieces:
                yield piece.lstrip("\n")


def _plain(texts: Sequence[str]) -> Sequence[str]:
    """The same with what was released in its place again."""
    return texts if "".join(texts).isascii() else [text.translate(_PLAIN) for text in texts]


def edifact(path: Path) -> Iterator[Said]:
    """ORDRSP with the state, quantities and price of each line."""
    order = word = number = ""
    lines: list[list[Any]] = []
    for piece in _pieces(path, "iso8859-1", "'", _RELEASED):
        elements = piece.split("+")
        tag = elements[0]
        if tag == "QTY" or tag == "PRI":
            parts = elements[1].split(":")
            lines[-1].append(parts if piece.isascii() else _plain(parts))
        elif tag == "LIN":
            lines.append([elements[1], elements[2]])
        elif tag == "BGM":
            number, word, lines = elements[2], elements[3], []
        elif tag == "RFF":
            order = elements[1].split(":")[1]
        elif tag == "UNT":
            order, number = _plain((order, number))
            yield order, word, number, lines


def x12(path: Path) -> Iterator[Said]:
    """855 with each line and what became of it."""
    order = word = number = ""
    lines: list[Sequence[str]] = []
    for piece in _pieces(path, "utf-8", "~"):
        elements = piece.split("*")
        tag = elements[0]
        if tag == "PO1":
            line = elements
        elif tag == "ACK":
            lines.append((line[1], line[2], line[4], *elements[1:]))
        elif tag == "BAK":
            word, order, number, lines = elements[2], elements[3], elements[8], []
        elif tag == "SE":
            yield order, word, number, lines


def glance_at_xml(path: Path) -> int:
    """Bare iterparse; an element is dropped when it ends, or the whole file would be in memory."""
    count = 0
    for _, element in etree.iterparse(str(path)):
        element.clear()
        count += 1
    return count


def glance_at_csv(path: Path) -> int:
    """Bare csv.reader."""
    with path.open(encoding="utf-8-sig", newline="") as content:
        return sum(1 for _ in csv.reader(content, delimiter=";"))


def glance_at_lines(path: Path) -> int:
    """Lines, as bytes."""
    with path.open("rb") as content:
        return sum(1 for _ in content)


def glance_at_segments(mark: str) -> Callable[[Path], int]:
    """Segments."""
    return lambda path: sum(1 for _ in _pieces(path, "iso8859-1", mark))
