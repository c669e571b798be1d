"""Reads IDocs in XML into segments: the standard library's parser, and the rules of the XML form.

The root is called as the basic type, each IDOC begins with BEGIN="1", each segment has SEGMENT="1", fields are elements
without anything below, and nothing has a namespace.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET

from tests.readers.idoc_orders import Segment


def read_idocs(content: bytes, basic_type: str = "ORDERS05") -> list[Segment]:
    """Each IDoc with its control record and segments below it."""
    root = ET.fromstring(content)
    assert root.tag == basic_type
    return [_idoc(element) for element in root]


def _idoc(element: ET.Element) -> Segment:
    assert (element.tag, element.get("BEGIN")) == ("IDOC", "1")
    return Segment("IDOC", below=[_segment(one) for one in element])


def _segment(element: ET.Element) -> Segment:
    assert element.get("SEGMENT") == "1", element.tag
    found = Segment(element.tag)
    for one in element:
        if one.get("SEGMENT") == "1":
            found.below.append(_segment(one))
            continue
        assert len(one) == 0 and not one.attrib and one.text, f"{element.tag}-{one.tag} is no field"
        assert not found.below, f"{element.tag}-{one.tag} stands after a segment"
        assert one.tag not in found.fields, f"{element.tag}-{one.tag} stands twice"
        found.fields[one.tag] = one.text
    return found
