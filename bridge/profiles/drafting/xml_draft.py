"""From a sample XML document to a first profile.toml and template: its skeleton, with every guess marked for review.

No text of the sample is copied but short codes of capitals and digits: the rest can be a person's data.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from xml.sax.saxutils import quoteattr

from lxml import etree

from bridge.profiles.drafting.rows_sample import UTF_16, SampleUnreadable
from bridge.profiles.drafting.values import date_form_of, decimals_of, file_name_pattern, is_code, plain_name, shape
from bridge.profiles.drafting.words import meaning, party_of, with_its_number
from bridge.profiles.fields import FieldKind, field_kind

REVIEW = "REVIEW"
DEPTH_MAX, ELEMENTS_MAX = 40, 20_000
LINE_NAME = re.compile(r"(line|item|position|pozycja|poz|zeile|artikel|row)s?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Where:
    """What is around an element: which party, and whether it is inside a line."""

    party: str = ""
    in_line: bool = False
    depth: int = 0


def draft_of(content: bytes, sample_name: str) -> dict[str, bytes]:
    """profile.toml and order.xml.j2. Raises SampleUnreadable."""
    root = _root(content)
    declared = root.getroottree().docinfo.encoding or "UTF-8"
    template = "\n".join([f'<?xml version="1.0" encoding="{declared.upper()}"?>', *_element(root, _Where())]) + "\n"
    named = plain_name(sample_name)
    note = f"{{# Drafted from {named}; every guess is marked {REVIEW}. Of its texts only codes were kept. #}}\n"
    utf_16 = next((encoding for mark, encoding in UTF_16.items() if content.startswith(mark)), "")
    settings = _settings(sample_name, utf_16 or declared, byte_order_mark=bool(utf_16))
    return {"profile.toml": settings.encode(), "order.xml.j2": (note + template).encode()}


def _root(content: bytes) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, remove_comments=True)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise SampleUnreadable(f"is not well-formed XML, line {max(1, error.position[0])}") from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise SampleUnreadable("has a document type declaration; take it out of the sample")
    if sum(1 for _ in zip(root.iter(), range(ELEMENTS_MAX + 1), strict=False)) > ELEMENTS_MAX:
        raise SampleUnreadable(f"has more than {ELEMENTS_MAX} elements; one order is enough")
    return root


def _element(element: etree._Element, where: _Where) -> Iterator[str]:
    """The element as lines of the template."""
    if where.depth > DEPTH_MAX:
        raise SampleUnreadable(f"is nested deeper than {DEPTH_MAX} elements")
    indent = "  " * where.depth
    name = etree.QName(element).localname
    inside = _Where(party_of(name) or where.party, where.in_line, where.depth + 1)
    head = f"{indent}<{_tag(element)}{_namespaces(element)}{''.join(_attributes(element, inside))}"
    children = list(element.iterchildren("*"))
    if not children:
        value, remark = _value(name, element.text or "", where)
        yield f"{head}>{value}</{_tag(element)}>{remark}" if value else f"{head}/>{remark}"
        return
    yield f"{head}>"
    yield from _children(children, inside)
    yield f"{indent}</{_tag(element)}>"


def _children(children: list[etree._Element], where: _Where) -> Iterator[str]:
    """Equal neighbours become one loop over the order's lines; the first of them shows how a line looks."""
    done: set[str] = set()
    for child in children:
        if child.tag in done:
            continue
        alike = [other for other in children if other.tag == child.tag]
        if not where.in_line and len(child) and (len(alike) > 1 or _is_line(child)):
            done.add(child.tag)
            yield f"{{# {REVIEW}: once for each line; the sample has {len(alike)} #}}"
            yield "{% for line in order.lines %}"
            yield from _element(child, _Where(where.party, True, where.depth))
            yield "{% endfor %}"
        else:
            yield from _element(child, where)


def _is_line(element: etree._Element) -> bool:
    """Whether a single element looks like a line by its name: `Item`, but not the `Items` that holds it."""
    if not LINE_NAME.search(etree.QName(element).localname):
        return False
    inside = list(element.iterchildren("*"))
    repeats = len({child.tag for child in inside}) < len(inside)
    return not repeats and not any(len(child) and _is_line(child) for child in inside)


def _value(name: str, text: str, where: _Where) -> tuple[str, str]:
    """What stands in an element or attribute, and the remark for the person who reviews it."""
    text = text.strip()
    looks = f"seen {shape(text)}" if text else "empty in the sample"
    field = meaning(name, where.party, where.in_line)
    field = with_its_number(field, shape(text)) if field else None
    kind = field_kind(field) if field else None
    if field is None or kind is None or (field.startswith("lines.") and not where.in_line):
        kept = text if is_code(text) and not text.isdigit() else ""
        return kept, f"{{# {REVIEW}: {'always this?' if kept else 'not known;'} {looks} +#}}"
    path = f"line.{field.removeprefix('lines.')}" if field.startswith("lines.") else f"order.{field}"
    return f"{{{{ {path}{_filter(field, kind, text)} }}}}", f"{{# {REVIEW}: {looks} +#}}"


def _filter(field: str, kind: FieldKind, text: str) -> str:
    if kind is FieldKind.INSTANT:
        return f' | date("{date_form_of([text]) or "YYYY-MM-DD"}")'
    if kind is not FieldKind.AMOUNT:
        return ""
    found = decimals_of([text])
    comma = "comma=true" if found and found[0] == "," else ""
    if field.endswith("tax_rate"):
        return " | percent"
    if field.rpartition(".")[2] in ("net", "tax", "gross", "discount"):
        return f" | money({comma})" if comma else " | money"
    return f" | decimal({comma})" if comma else " | decimal"


def _attributes(element: etree._Element, where: _Where) -> Iterator[str]:
    for key, given in element.attrib.items():
        name = etree.QName(str(key))
        prefix = _prefix(element, name.namespace)
        shown = f"{prefix}:{name.localname}" if prefix else name.localname
        value, remark = _value(name.localname, str(given), where)
        yield f" {shown}={quoteattr(value)}{remark}"


def _tag(element: etree._Element) -> str:
    name = etree.QName(element).localname
    return f"{element.prefix}:{name}" if element.prefix else name


def _namespaces(element: etree._Element) -> str:
    """The declarations that stand on this element and not on its parent."""
    parent = element.getparent()
    known = parent.nsmap if parent is not None else {}
    new = {prefix: uri for prefix, uri in element.nsmap.items() if known.get(prefix) != uri}
    return "".join(f" xmlns{f':{prefix}' if prefix else ''}={quoteattr(uri)}" for prefix, uri in new.items())


def _prefix(element: etree._Element, namespace: str | None) -> str | None:
    if namespace == "http://www.w3.org/XML/1998/namespace":
        return "xml"
    return next((prefix for prefix, uri in element.nsmap.items() if uri == namespace and prefix), None)


def _settings(sample_name: str, encoding: str, byte_order_mark: bool) -> str:
    name, named = json.dumps(file_name_pattern(sample_name)), plain_name(sample_name)
    return f"""\
# Drafted from {named}. Every guess is marked {REVIEW}: hold it against the ERP's document, then take the
# mark away. `bridge profile show` and `bridge profile test` say what the profile does.
version = "1"
description = "{REVIEW}: which ERP, which document, which page"
format = "xml"

[file]
name = {name}  # {REVIEW}: after the sample's name
media_type = "application/xml"
encoding = {json.dumps(encoding.lower())}
byte_order_mark = {str(byte_order_mark).lower()}
orders_per_file_max = 1  # {REVIEW}: how many orders may one file hold? More than one needs xml.head and xml.tail.

[characters]
newline = "keep"  # {REVIEW}: may a text hold a line break?

[xml]
template = "order.xml.j2"
# schema = "order.xsd"  # {REVIEW}: every file is held against it, if the ERP's owner has one

[handover]
checksum = "none"  # {REVIEW}: "sha256" or "md5" for a sidecar; trigger = "{{file}}.ok" for a start signal

# {REVIEW}: how does the ERP answer? [answers] and [[answers.rules]], or [register]; see the page on profiles.

[[limits]]
field = "external_id"
label = "External id"
required = true
source = "unverified"  # {REVIEW}: length_max of each field, from the ERP's document
"""
