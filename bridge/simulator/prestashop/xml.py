"""XML as PrestaShop's web service writes it: values in CDATA, an empty element for a null, links by xlink.

Also what a POST brings. Source: the shop's public `WebserviceOutputXML`, and recorded answers of version 1.6.1.23.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from lxml import etree

from bridge.simulator.prestashop.tables import Resource, Row

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<prestashop xmlns:xlink="http://www.w3.org/1999/xlink">\n'
FOOT = "</prestashop>\n"
ASSOCIATIONS: Mapping[str, str] = {  # name -> nodeType
    "order_rows": "order_row",
    "taxes": "tax",
    "order_slip_details": "order_slip_detail",
}


def listed(resource: Resource, rows: Iterable[Row], display: tuple[str, ...] | None, api: str) -> bytes:
    """A list of rows. Without `display` only their ids, as attributes."""
    nodes = [_node(resource, row, display, api) for row in rows]
    return _document([f"<{resource.plural}>\n", *nodes, f"</{resource.plural}>\n"])


def single(resource: Resource, row: Row, display: tuple[str, ...], api: str) -> bytes:
    """One row by its id."""
    return _document([_node(resource, row, display, api)])


def errors(code: int, message: str) -> bytes:
    """The body of an error of the web service."""
    error = f"<error>\n<code><![CDATA[{code}]]></code>\n<message><![CDATA[{message}]]></message>\n</error>\n"
    return _document(["<errors>\n", error, "</errors>\n"])


def rights(permissions: Mapping[str, Sequence[str]], api: str) -> bytes:
    """What the key may do: the answer to the bare address of the web service."""
    nodes = []
    for name in sorted(permissions):
        allowed = " ".join(
            f'{method.lower()}="{"true" if method in permissions[name] else "false"}"'
            for method in ("GET", "PUT", "POST", "PATCH", "DELETE", "HEAD")
        )
        nodes.append(f'<{name} xlink:href="{api}/{name}" {allowed}>\n</{name}>\n')
    return _document(['<api shopName="Simulated shop">\n', *nodes, "</api>\n"])


def posted(body: bytes) -> dict[str, str]:
    """The fields of the one row that a POST or PUT brings. Raises ValueError for anything else."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        raise ValueError(f"XML error : {error.msg}") from error
    if len(root) != 1:
        raise ValueError("XML error : one entity expected")
    return {str(field.tag): "".join(str(text) for text in field.itertext()) for field in root[0]}


def _node(resource: Resource, row: Row, display: tuple[str, ...] | None, api: str) -> str:
    if display is None:
        return f'<{resource.singular} id="{row["id"]}" xlink:href="{api}/{resource.plural}/{row["id"]}"/>\n'
    parts = [f"<{resource.singular}>\n"]
    parts += [_field(resource, name, row.get(name, ""), api) for name in display if name in resource.fields]
    inner = [_association(name, row.get(name, ())) for name in display if name in resource.associations]
    if inner:
        parts += ["<associations>\n", *inner, "</associations>\n"]
    return "".join([*parts, f"</{resource.singular}>\n"])


def _field(resource: Resource, name: str, value: Any, api: str) -> str:
    attributes = ""
    if name in resource.links:
        attributes = f' xlink:href="{api}/{resource.links[name]}/{value}"'
    if name in resource.dynamic:
        attributes += ' notFilterable="true"'
    if name in resource.languages:
        texts = value if isinstance(value, dict) else {"1": value}
        inner = "".join(f'<language id="{one}">{_cdata(text)}</language>' for one, text in texts.items())
        return f"\t<{name}>{inner}</{name}>\n"
    return f"\t<{name}{attributes}>{_cdata(str(value))}</{name}>\n"


def _association(name: str, rows: Sequence[Mapping[str, str]]) -> str:
    node = ASSOCIATIONS[name]
    head = f'<{name} nodeType="{node}" virtualEntity="true"'
    if not rows:
        return f"{head}/>\n"
    inner = [
        f"\t<{node}>\n" + "".join(f"\t<{key}>{_cdata(text)}</{key}>\n" for key, text in row.items()) + f"\t</{node}>\n"
        for row in rows
    ]
    return "".join([f"{head}>\n", *inner, f"</{name}>\n"])


def _cdata(text: str) -> str:
    return f"<![CDATA[{text}]]>" if text else ""


def _document(parts: Sequence[str]) -> bytes:
    return "".join([HEAD, *parts, FOOT]).encode("utf-8", "surrogatepass")
