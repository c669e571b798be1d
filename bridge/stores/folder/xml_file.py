"""Order files in XML, read by a map of XPaths, one order at a time: memory stays flat, whatever the size of the file.

Nothing outside the file is ever read, and a DOCTYPE is refused: order files need none, and entities are how a file
attacks its reader. An order that the map cannot read stands still alone; behind broken XML nothing can be told apart.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO

from lxml import etree

from bridge.domain.contract import Order
from bridge.stores.base import StoreOrder
from bridge.stores.folder.marks import Marks
from bridge.stores.folder.records import (
    RECORD_BYTES_MAX,
    Place,
    Record,
    Source,
    UnreadableFile,
    as_text,
    malformed,
    told,
)
from bridge.stores.folder.xml_map import XmlMap
from bridge.stores.rows.fields import fields_of
from bridge.stores.rows.layout import KEY, Cells, Layout, reworded
from bridge.stores.rows.notation import Notation
from bridge.stores.rows.order import NotAnOrder, order_of

CHUNK_BYTES = 64 * 1024
END_OF_FILE = 2**62  # a place behind every order


class XmlOrders:
    """How the XML files of one store become orders."""

    def __init__(self, xml_map: XmlMap, layout: Layout, notation: Notation) -> None:
        self.map = xml_map
        self._layout = layout
        self._notation = notation

    def rows(self, text: str) -> list[Cells]:
        """The cells of one element: of the order, then of each line."""
        return [reworded(cells, self._layout) for cells in self.map.rows(_element(text))]

    def order(self, rows: Sequence[Cells], store: str) -> Order:
        """The order of its cells. Raises NotAnOrder."""
        return order_of(fields_of(rows, self._layout, self._notation), store)

    def order_again(self, original: bytes, store: str) -> Order:
        """The order of a kept original. Raises NotAnOrder."""
        return self.order(self.rows(json.loads(original)["xml"]), store)


def records_of_xml(path: Path, source: Source, place: Place, orders: XmlOrders) -> Iterator[Record]:
    """The orders of one XML file. A place counts orders here: XML cannot be entered in its middle."""
    if place.offset >= END_OF_FILE:
        return
    met = Marks()
    walk = _Walk(orders.map)
    number, line = 0, 1
    with path.open("rb") as file:
        try:
            for text, line in _elements(file, walk):
                number += 1
                told_of = _Element(text, source, orders, line)
                is_first = met.add(told_of.store_order_id or str(number))
                if number > place.offset:
                    yield Record(told_of.told(is_first), Place(number, line))
            if number == 0 and not walk.says_none:
                what = "no element of it is an order by the map: look at order and namespaces of [stores.X.xml]"
                yield Record(malformed(source, 1, what, as_text(source, 1, b"")), Place(END_OF_FILE, 1))
        except UnreadableFile as error:
            found = malformed(source, line, str(error), as_text(source, line, b""))
            yield Record(found, Place(END_OF_FILE, line))


class _Element:
    """The text of one order."""

    def __init__(self, text: str, source: Source, orders: XmlOrders, line: int) -> None:
        self._text, self._source, self._orders, self._line = text, source, orders, line
        self._rows: Sequence[Cells] = ()
        self._wrong = ""
        try:
            self._rows = orders.rows(text)
            self.store_order_id = self._rows[0].get(KEY, "")
        except NotAnOrder as error:
            self._wrong = str(error)
            self.store_order_id = orders.map.key_of(_element(text))

    def told(self, is_first: bool) -> StoreOrder:
        """As an order or a problem. is_first: no order before it in the file has its id."""
        kept = {"file": self._source.file, "line": self._line, "xml": self._text}
        original = json.dumps(kept, ensure_ascii=False).encode()
        try:
            if self._wrong:
                raise NotAnOrder(self._wrong)
            if not self.store_order_id:
                raise NotAnOrder(f"{KEY} is empty")
            if not is_first:
                raise NotAnOrder("the same order stands in the file before")
            return told(self._orders.order(self._rows, self._source.store), original)
        except NotAnOrder as error:
            return malformed(self._source, self._line, str(error), original, self.store_order_id)


def _elements(file: BinaryIO, walk: _Walk) -> Iterator[tuple[str, int]]:
    """The text of each order and the line where it begins. Raises UnreadableFile where the XML is broken or hostile."""
    parser = etree.XMLPullParser(
        events=("start", "end"),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    broken: etree.XMLSyntaxError | None = None
    while broken is None and (chunk := file.read(CHUNK_BYTES)):
        broken = _fed(parser, chunk)
        for event, element in _events(parser):
            yield from walk.step(event, element)
        walk.refuse_endless(len(chunk))
    if broken is None:
        broken = _fed(parser, b"")
        for event, element in _events(parser):  # of a file so small that the parser waited for more
            yield from walk.step(event, element)
    if broken is not None:  # what was whole before the break has been told
        line = broken.lineno or 1
        what = f"the XML is broken in line {line}, or breaks off; nothing behind it was read"
        raise UnreadableFile(what) from broken


def _fed(parser: etree.XMLPullParser, chunk: bytes) -> etree.XMLSyntaxError | None:
    """Give the parser more, or with nothing more its end; gives what is broken."""
    try:
        if chunk:
            parser.feed(chunk)
        else:
            parser.close()
    except etree.XMLSyntaxError as error:
        return error
    return None


def _events(parser: etree.XMLPullParser) -> Iterator[tuple[str, etree._Element]]:
    """Starts and ends of elements; comments and the like are not among them."""
    for event, element in parser.read_events():
        if isinstance(element, etree._Element):
            yield event, element


def _line_of(element: etree._Element) -> int:
    line: Any = element.sourceline  # the stubs know no type for it
    return int(line or 1)


class _Walk:
    """Where the parser stands, and what may be forgotten."""

    def __init__(self, xml_map: XmlMap) -> None:
        self._map = xml_map
        self._path: list[str] = []
        self._order_depth = 0  # 0: outside every order
        self._bytes = 0  # since the order began
        self._met_home = self._met_other = False

    @property
    def says_none(self) -> bool:
        """Of a file in which no order was met: whether what orders lie in is there, and empty."""
        return self._met_home and not self._met_other

    def step(self, event: str, element: etree._Element) -> Iterator[tuple[str, int]]:
        """One start or end of an element; an order that ends is given."""
        if event == "start":
            if not self._path:
                _refuse_doctype(element)
            self._met_other |= self._map.is_home(self._path)
            self._path.append(str(element.tag))
            self._met_home |= self._map.is_home(self._path)
            if not self._order_depth and self._map.is_order(self._path):
                self._order_depth, self._bytes = len(self._path), 0
            return
        depth = len(self._path)
        self._path.pop()
        if self._order_depth and depth > self._order_depth:
            return
        if depth == self._order_depth:
            self._order_depth = 0
            yield etree.tostring(element, encoding="unicode", with_tail=False), _line_of(element)
        element.clear()
        while element.getprevious() is not None:  # an emptied element is still an element
            parent = element.getparent()
            assert parent is not None
            del parent[0]

    def refuse_endless(self, count: int) -> None:
        """Raise UnreadableFile for an order larger than any order is."""
        self._bytes += count
        if self._order_depth and self._bytes > RECORD_BYTES_MAX:
            raise UnreadableFile(f"an order is larger than {RECORD_BYTES_MAX} bytes")


def _refuse_doctype(root: etree._Element) -> None:
    if root.getroottree().docinfo.internalDTD is not None:
        raise UnreadableFile("a DOCTYPE stands there, which order files do not need and which can harm their reader")


def _element(text: str) -> etree._Element:
    """One order on its own: no path of the map can see its neighbours. The text is of our own writing."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    return etree.fromstring(text, parser)
