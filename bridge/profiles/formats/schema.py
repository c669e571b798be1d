"""XSD validation. A schema is loaded once a process (UBL's takes a third of a second); no message holds a value."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any, cast

from lxml import etree

from bridge.profiles.errors import Mistake, ProfileRefused, SchemaRefused

BROKEN_CURE = "Mend the schema, or put the one there that the ERP's owner gives, whole; then: bridge profile test."
WHOLE_TREE_BYTES_MAX = 4 << 20  # larger files are validated while streaming: flat memory
_EXPECTED = re.compile(r"Expected is (?:one of )?\( (.{0,400}?) \)")
_NAMESPACE = re.compile(r"\{[^}]*\}")
# libxml2's own texts quote values; these are ours, by its stable kinds of error.
_WORDS = {
    "SCHEMAV_ELEMENT_CONTENT": "the element {element} does not belong here, or something before it is missing",
    "SCHEMAV_CVC_ELT_1": "the element {element} is not in the schema",
    "SCHEMAV_CVC_DATATYPE_VALID_1_2_1": "the value of {element} does not have its type",
    "SCHEMAV_CVC_COMPLEX_TYPE_3_2_1": "an attribute of {element} is not allowed",
    "SCHEMAV_CVC_COMPLEX_TYPE_4": "an attribute of {element} is missing",
    "SCHEMAV_CVC_ENUMERATION_VALID": "the value of {element} is not one of its allowed values",
    "SCHEMAV_CVC_PATTERN_VALID": "the value of {element} does not match its pattern",
    "SCHEMAV_CVC_MAXLENGTH_VALID": "the value of {element} is too long",
    "SCHEMAV_CVC_MINLENGTH_VALID": "the value of {element} is too short",
}
_ONE_AT_A_TIME = Lock()  # a schema keeps the log of its last validation, and endpoints share it across threads


@dataclass(frozen=True, slots=True)
class SchemaFile:
    """A schema among the files of a profile, as they were loaded: what is saved there now counts at the next start.

    digest: of these files, so that another profile's, or a changed one, is another schema.
    """

    folder: Path
    name: str
    digest: str
    contents: Mapping[str, bytes] = field(compare=False, repr=False)


class _Loaded(etree.Resolver):
    """Gives a schema the parts that it includes, from the files as they were loaded."""

    def __init__(self, files: SchemaFile) -> None:
        self._files = files

    def resolve(self, system_url: str, _public_id: str, context: Any) -> Any:  # type: ignore[override]  # lxml's own
        inside = os.path.relpath(os.path.normpath(system_url), self._files.folder)
        content = self._files.contents.get(inside)
        return self.resolve_string(content, context, base_url=system_url) if content is not None else None


@lru_cache(maxsize=16)
def load_schema(file: SchemaFile) -> etree.XMLSchema:
    """The compiled schema. Raises ProfileRefused where the XSD itself is wrong."""
    parser = safe_parser()
    parser.resolvers.add(_Loaded(file))
    try:
        root = etree.fromstring(file.contents[file.name], parser, base_url=str(file.folder / file.name))
        return etree.XMLSchema(root)
    except (etree.XMLSyntaxError, etree.XMLSchemaParseError, OSError) as error:
        mistake = Mistake(str(file.folder / file.name), f"it cannot be loaded as a schema: {error}", BROKEN_CURE)
        raise ProfileRefused([mistake]) from error


def validate(path: Path, schema: etree.XMLSchema, profile: str) -> None:
    """Raise SchemaRefused with line and element for the first thing that the schema refuses."""
    if path.stat().st_size > WHOLE_TREE_BYTES_MAX:
        _validate_streaming(path, schema, profile)
        return
    try:
        tree = etree.parse(path, safe_parser())
    except etree.XMLSyntaxError as error:
        raise not_well_formed(error, profile) from None
    with _ONE_AT_A_TIME:
        if not schema.validate(tree):
            raise _refused(next(_entries(schema)), profile)


def refuse_malformed(path: Path, profile: str) -> None:
    """Raise SchemaRefused where a file without a schema is no XML at all. Flat memory."""
    try:
        with path.open("rb") as content:
            for _, element in etree.iterparse(content, resolve_entities=False, no_network=True):
                element.clear()
                while element.getprevious() is not None:
                    del element.getparent()[0]
    except etree.XMLSyntaxError as error:
        raise not_well_formed(error, profile) from None


def _validate_streaming(path: Path, schema: etree.XMLSchema, profile: str) -> None:
    try:
        with path.open("rb") as content:
            walk = etree.iterparse(content, schema=schema, resolve_entities=False, no_network=True)
            for _, element in walk:
                element.clear()
                while element.getprevious() is not None:
                    del element.getparent()[0]
    except etree.XMLSyntaxError as error:
        # The walk's own log: the error's is the thread's, and holds what earlier files did.
        schema_entries = [entry for entry in _entries(walk) if entry.type_name.startswith("SCHEMAV")]
        if schema_entries:
            raise _refused(
                schema_entries[0], profile
            ) from None  # the original's text can hold a value, and a log prints causes
        raise not_well_formed(error, profile) from None


def _entries(source: object) -> Iterator[Any]:
    return iter(cast(Any, source).error_log)  # the stubs do not know that a log is a sequence


def _refused(entry: Any, profile: str) -> SchemaRefused:
    element = (entry.path or "").rpartition("/")[2] or "the root"
    if found := re.search(r"Element '([^']{1,200})'", entry.message):
        element = _NAMESPACE.sub("", found.group(1))
    what = _WORDS.get(entry.type_name, "{element} does not validate (" + entry.type_name + ")").format(element=element)
    if expected := _EXPECTED.search(entry.message):
        what += f"; expected: {_NAMESPACE.sub('', expected.group(1))}"
    return SchemaRefused(profile=profile, line=entry.line, what=what)


def not_well_formed(error: etree.XMLSyntaxError, profile: str) -> SchemaRefused:
    """The error for a file that no XML reader takes."""
    line = max(1, error.position[0])
    return SchemaRefused(profile=profile, line=line, what="the file is not well-formed XML")


def safe_parser() -> etree.XMLParser:
    """No entity, no network, no endless depth."""
    return etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
