"""The XML map of a folder store: which element is an order, which a line, and by which XPath each column is found.

[stores.drop.xml]
order = "/Export/Order"          # or "//Order": at any depth
line = "Items/Item"              # from the order
refund = "Refunds/Refund"        # from the order; columns that begin with refund_ from the refund
refund_line = "Item"             # from the refund; columns that begin with line_ from the refunded line
[stores.drop.xml.fields]
store_order_id = "@id"           # from the order; columns that begin with line_ from the line
line_sku = "Sku"
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lxml import etree

from bridge.config.mistakes import suggestion
from bridge.config.options import Options
from bridge.stores.rows.columns import NUMBERS, REFUND_COLUMNS, REQUIRED, is_of_line
from bridge.stores.rows.layout import KEY, Cells
from bridge.stores.rows.order import NotAnOrder
from bridge.stores.rows.settings import name_lists, refuse_unknown

KEYS = ("order", "line", "refund", "refund_line", "fields", "namespaces")
_PATH = re.compile(r"(//?)((?:[\w.-]+:)?[\w.-]+(?:/(?:[\w.-]+:)?[\w.-]+)*)")


@dataclass(frozen=True, slots=True)
class XmlMap:
    """How order files in XML are read."""

    path: tuple[str, ...]  # tags of the order and what it lies in, in Clark notation
    anywhere: bool  # whether the path may begin at any depth
    lines: etree.XPath
    refunds: etree.XPath | None  # None: `refund_` columns are found from the order, which then tells one refund at most
    refund_lines: etree.XPath | None
    of_order: Mapping[str, tuple[etree.XPath, ...]]
    of_line: Mapping[str, tuple[etree.XPath, ...]]
    of_refund: Mapping[str, tuple[etree.XPath, ...]]

    def is_order(self, path: Sequence[str]) -> bool:
        """Whether the element whose tags from the root are given is an order."""
        wanted = len(self.path)
        return tuple(path[-wanted:]) == self.path and (self.anywhere or len(path) == wanted)

    def is_home(self, path: Sequence[str]) -> bool:
        """Whether orders lie in this element, even if it holds none: an export without orders still says so."""
        return len(path) == 1 if self.anywhere else tuple(path) == self.path[:-1]

    def key_of(self, order: etree._Element) -> str:
        """The order's id alone, of an order that cannot be read."""
        return _cells(order, {KEY: self.of_order.get(KEY, ())}).get(KEY, "")

    def rows(self, order: etree._Element) -> list[Cells]:
        """The order's own cells, then those of each line, of each refund, and of each refunded line."""
        rows = [_cells(order, self.of_order), *(_cells(line, self.of_line) for line in _found(self.lines, order))]
        for refund in _found(self.refunds, order):
            cells = _cells(refund, self.of_refund)
            rows.append(cells)
            for line in _found(self.refund_lines, refund):
                rows.append({"refund_id": cells.get("refund_id", ""), **_cells(line, self.of_line)})
        return rows


def read_xml_map(options: Options) -> XmlMap | None:
    """The map of `[stores.X.xml]`; None where there is none, or none that could be read."""
    said = options.nested("xml")
    if not said:
        return None
    for key in said:
        if key not in KEYS:
            options.wrong(f"xml.{key[:40]}", "is unknown", f"{suggestion(key, KEYS)}Allowed are: {', '.join(KEYS)}.")
    namespaces = said.get("namespaces", {})
    if not isinstance(namespaces, Mapping) or not all(isinstance(uri, str) and uri for uri in namespaces.values()):
        options.wrong("xml.namespaces", "must be texts", 'Write namespaces = { o = "urn:..." }.')
        return None
    fields = name_lists(options, "xml.fields", said.get("fields", {}))
    refuse_unknown(options, "xml.fields", fields)
    lacking = [name for name in REQUIRED if name not in fields and name not in options.table("defaults", {})]
    if lacking:
        options.wrong("xml", f"lacks fields: {', '.join(lacking)}", "Add each with its XPath, or a default.")
    path, anywhere = _order_path(options, said.get("order"), namespaces)
    compiled = {name: tuple(_xpath(options, text, namespaces) for text in texts) for name, texts in fields.items()}
    refunds = _xpath(options, said["refund"], namespaces) if "refund" in said else None
    of_refund = {name: paths for name, paths in compiled.items() if refunds is not None and name in REFUND_COLUMNS}
    return XmlMap(
        path=path,
        anywhere=anywhere,
        lines=_xpath(options, said.get("line", "."), namespaces),
        refunds=refunds,
        refund_lines=_xpath(options, said["refund_line"], namespaces) if "refund_line" in said else None,
        of_order={name: paths for name, paths in compiled.items() if not is_of_line(name) and name not in of_refund},
        of_line={name: paths for name, paths in compiled.items() if is_of_line(name)},
        of_refund=of_refund,
    )


def _order_path(options: Options, text: Any, namespaces: Mapping[str, str]) -> tuple[tuple[str, ...], bool]:
    match = _PATH.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        what = "must say which element is an order"
        options.wrong("xml.order", what, 'Write order = "//Order" or "/Export/Order": names only, no conditions.')
        return (), False
    tags = []
    for step in match.group(2).split("/"):
        prefix, colon, name = step.rpartition(":")
        if colon and prefix not in namespaces:
            what = f"uses the prefix {prefix[:40]} without its namespace"
            options.wrong("xml.order", what, "Add it to namespaces.")
            return (), False
        tags.append(f"{{{namespaces[prefix]}}}{name}" if colon else name)
    return tuple(tags), match.group(1) == "//"


def _xpath(options: Options, text: Any, namespaces: Mapping[str, str]) -> etree.XPath:
    if not isinstance(text, str):
        return _no_path(options, text)
    try:
        path = etree.XPath(text, namespaces=dict(namespaces), regexp=False, smart_strings=False)
        path(etree.Element("order"))  # a prefix or function that is not known shows only now
    except etree.XPathError:
        return _no_path(options, text)
    return path


def _no_path(options: Options, text: Any) -> etree.XPath:
    """Notes it; gives a path that leads nowhere else."""
    what = f"holds what is no XPath: {str(text)[:60]}"
    options.wrong("xml", what, 'Write paths such as "@id" or "Items/Item", and name each prefix.')
    return etree.XPath(".")


def _found(path: etree.XPath | None, element: etree._Element) -> list[etree._Element]:
    """The elements that a path leads to; none where there is no path, or where it leads to texts."""
    found = path(element) if path is not None else []
    return [each for each in found if isinstance(each, etree._Element)] if isinstance(found, list) else []


def _cells(element: etree._Element, columns: Mapping[str, tuple[etree.XPath, ...]]) -> Cells:
    """The filled columns; of several paths the first that finds a text counts."""
    found: Cells = {}
    for name, paths in columns.items():
        texts = next((texts for path in paths if (texts := [text for text in _texts(path(element)) if text])), [])
        if name in NUMBERS and len(set(texts)) > 1:
            raise NotAnOrder(f"the path of {name} leads to several values")
        if texts:
            found[name] = texts[0]
    return found


def _text(item: Any) -> str:
    found = "".join(map(str, item.itertext())) if isinstance(item, etree._Element) else str(item)
    return found.strip()


def _texts(result: Any) -> list[str]:
    """What an XPath found, as texts: elements with all that is inside, attributes, or one value."""
    if isinstance(result, list):
        return [_text(item) for item in result]
    if isinstance(result, bool):
        return ["true" if result else "false"]
    if isinstance(result, float):  # count() and sum() count in floats; an amount is never made so
        return [str(int(result))] if result.is_integer() else []
    return [str(result).strip()]
