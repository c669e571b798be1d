"""XML of a PrestaShop as values: read without entities, network or huge trees; written only for messages.

A part keeps the text that the shop wrote beside what it says, so that an order can be mapped again from its archive.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lxml import etree

XML_BEGINS, XML_ENDS = b"<?xml", b"</prestashop>"


class Broken(ValueError):
    """What came is not XML of the shop. `cut`: its own digest says that not all of it came."""

    def __init__(self, what: str, cut: bool = False) -> None:
        super().__init__(what)
        self.cut = cut


@dataclass(frozen=True, slots=True)
class Part:
    """One row of a resource. A null is an empty text.

    languages: field -> language id -> text. lists: association -> its rows.
    """

    text: str
    values: Mapping[str, str]
    languages: Mapping[str, Mapping[str, str]]
    lists: Mapping[str, Sequence[Mapping[str, str]]]

    @property
    def key(self) -> str:
        """The row's id."""
        return self.values.get("id", "")

    def __getitem__(self, name: str) -> str:
        return self.values.get(name, "").strip()


def parts_of(content: bytes, digest: str = "") -> list[Part]:
    """The rows of a list.

    digest: the shop's `Content-Sha1`; empty where a host strips it. What PHP wrote before or behind the XML is left
    out only where the digest vouches for the rest. Raises Broken.
    """
    root = _document(content, digest)
    inner = next(iter(root), None)
    if inner is None:
        raise Broken("it is XML of something else")
    return [_part(node) for node in inner]


def one_of(content: bytes, digest: str = "") -> Part:
    """The one row that an answer to a write shows. Raises Broken."""
    inner = next(iter(_document(content, digest)), None)
    if inner is None:
        raise Broken("it is XML of something else")
    return _part(inner)


def part_of(text: str) -> Part:
    """A part from the text that was kept of it. Raises Broken."""
    return _part(_root(text.encode()))


def error_code(content: bytes) -> str | None:
    """The number of the first error; None when the body is no error of the web service."""
    try:
        root = _root(content[content.find(XML_BEGINS) :] if XML_BEGINS in content else content)
    except Broken:
        return None
    code = root.findtext("errors/error/code") if root.tag == "prestashop" else None
    return "".join(letter for letter in code if letter.isalnum())[:20] if code else None


def rights_of(content: bytes, digest: str = "") -> dict[str, frozenset[str]]:
    """What the key may do, from the answer to the bare address: resource -> methods. Raises Broken."""
    return {
        str(node.tag): frozenset(str(name).upper() for name, value in node.attrib.items() if value == "true")
        for node in _document(content, digest).iterfind("api/*")
    }


def row_xml(node: str, values: Mapping[str, str]) -> bytes:
    """A new row of a resource, whose rows have this node."""
    root = etree.Element("prestashop")
    row = etree.SubElement(root, node)
    for name, value in values.items():
        etree.SubElement(row, name).text = value
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _document(content: bytes, digest: str) -> etree._Element:
    begin = content.find(XML_BEGINS)
    if begin < 0:
        raise Broken("something else came in place of XML" if content else "the answer is empty")
    end = content.rfind(XML_ENDS)
    whole = content[begin : end + len(XML_ENDS)] if end >= 0 else content[begin:]
    # The shop's own XML ends with a line break, which is blank to everybody but its digest.
    vouched = digest.lower() in {_sha1(whole + last) for last in (b"", b"\n")}
    if begin > 0 and not vouched:
        raise Broken("a PHP message stands before the data")
    try:
        root = _root(whole if vouched else content)
    except Broken as error:
        raise Broken(str(error), cut=bool(digest) and not vouched) from error
    if root.tag != "prestashop":
        raise Broken("it is XML of something else")
    return root


def _root(content: bytes) -> etree._Element:
    parser = etree.XMLParser(
        resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False, remove_comments=True,
        remove_pis=True, strip_cdata=False,
    )  # fmt: skip
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Broken("it breaks off or is not well-formed") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise Broken("it brings a document type, which no PrestaShop does")
    return root


def _part(node: etree._Element) -> Part:
    values: dict[str, str] = {}
    languages: dict[str, dict[str, str]] = {}
    lists: dict[str, list[dict[str, str]]] = {}
    if node.get("id"):  # a list without `display`
        values["id"] = str(node.get("id"))
    for child in node:
        name = str(child.tag)
        if name == "associations":
            lists.update({str(group.tag): [_flat(row) for row in group] for group in child})
        elif len(child) == 0:
            values[name] = child.text or ""
        else:
            languages[name] = {str(one.get("id")): _text(one) for one in child.iterfind("language")}
    return Part(etree.tostring(node, encoding="unicode", with_tail=False), values, languages, lists)


def _flat(row: etree._Element) -> dict[str, str]:
    return {str(field.tag): _text(field) for field in row}


def _text(node: etree._Element) -> str:
    return "".join(str(text) for text in node.itertext())


def _sha1(content: bytes) -> str:
    return hashlib.sha1(content, usedforsecurity=False).hexdigest()
