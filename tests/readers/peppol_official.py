"""The official rules of Peppol as a judge, where a person has fetched them: they may not be handed on with the product.

BRIDGE_PEPPOL_RULES names a checkout of OpenPEPPOL/poacc-upgrade-3, BRIDGE_SCHXSLT the folder `xslt/2.0` of SchXslt 1,
and saxonche is installed: docs/peppol.md says how. Without them there is no such judge.
"""

from __future__ import annotations

import importlib
import os
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from lxml import etree

STEPS = ("include.xsl", "expand.xsl", "compile-for-svrl.xsl")
# Their build makes the part with cardinalities from other files; what the rest needs of it are two lists of codes.
BASE = "{http://www.w3.org/XML/1998/namespace}base"
BASIC = """<pattern xmlns="http://purl.oclc.org/dsdl/schematron">
<let name="clUNCL5189" value="tokenize('{UNCL5189}', '\\s')"/>
<let name="clUNCL7161" value="tokenize('{UNCL7161}', '\\s')"/>
<rule context="none"><assert test="true()">none</assert></rule></pattern>"""


def present() -> bool:
    """Whether the official rules can be asked."""
    return bool(os.environ.get("BRIDGE_PEPPOL_RULES") and os.environ.get("BRIDGE_SCHXSLT"))


def official_faults(transaction: str, content: bytes) -> list[str]:
    """The rules that a document breaks, without those that only warn: PEPPOL-T01-R006."""
    executable = _compiled(transaction)
    node = _saxon().parse_xml(xml_text=content.decode("utf-8"))
    report = etree.fromstring(executable.transform_to_string(xdm_node=node).encode())
    failed = report.iter("{*}failed-assert")
    return [one.get("id", "") for one in failed if one.get("flag") != "warning"]


@cache
def _saxon() -> Any:
    return importlib.import_module("saxonche").PySaxonProcessor(license=False)


@cache
def _compiled(transaction: str) -> Any:
    checkout, schxslt = Path(os.environ["BRIDGE_PEPPOL_RULES"]), Path(os.environ["BRIDGE_SCHXSLT"])
    rules = checkout / "rules" / "sch"
    tree = etree.parse(rules / f"PEPPOLBIS-{transaction}.sch")
    tree.xinclude()
    for element in tree.iter("*"):
        if BASE in element.attrib:
            del element.attrib[BASE]
    with tempfile.TemporaryDirectory() as folder:
        basic = Path(folder) / "basic.sch"
        basic.write_text(BASIC.format(**{name: _codes(checkout, name) for name in ("UNCL5189", "UNCL7161")}))
        for include in tree.iter("{http://purl.oclc.org/dsdl/schematron}include"):
            href = include.get("href", "")
            include.set("href", (basic if "generated" in href else rules / href).as_uri())
        made = Path(folder) / "rules.sch"
        tree.write(made)
        for step in STEPS:
            stylesheet = _saxon().new_xslt30_processor().compile_stylesheet(stylesheet_file=str(schxslt / step))
            following = Path(folder) / f"{step}.xml"
            stylesheet.transform_to_file(source_file=str(made), output_file=str(following))
            made = following
        return _saxon().new_xslt30_processor().compile_stylesheet(stylesheet_file=str(made))


def _codes(checkout: Path, name: str) -> str:
    tree = etree.parse(checkout / "structure" / "codelist" / f"{name}.xml")
    return " ".join(one.text or "" for one in tree.iter("{*}Id"))
