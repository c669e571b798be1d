"""Acknowledgement style `xml`: results found by XPath, streamed, with no entity, DTD or network.

An answer of many results is read one result element at a time and forgotten, so memory does not grow with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Set
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO

from lxml import etree

from bridge.domain.answers import FileKey, FileReference, Result
from bridge.profiles.acknowledgements.base import MEANINGS, Answer, malformed, named_file
from bridge.profiles.acknowledgements.xml_walk import Broken, bounded, drop, line_of, told, walked
from bridge.profiles.settings import AnswerRuleSettings, XmlAnswerSettings

ELEMENTS_PER_RESULT_MAX = 20_000
_NAME = re.compile(r"(?:[A-Za-z_][\w.-]*:)?[A-Za-z_][\w.-]*")
_ATTRIBUTE = re.compile(r"@[A-Za-z_][\w.-]*")


class PathRefused(ValueError):
    """An XPath of the profile does not compile: which key, and why."""

    def __init__(self, key: str, what: str) -> None:
        super().__init__(what)
        self.key = key


class XmlAcknowledgements:
    """One profile's paths, compiled."""

    def __init__(self, settings: AnswerRuleSettings, xml: XmlAnswerSettings, extension: str) -> None:
        self._settings, self._extension = settings, extension
        self._result_tag = _tag(xml.result, xml.namespaces, "result")
        self._file_tag = _tag(xml.file, xml.namespaces, "file") if xml.file else None
        self._external_id = _Path("external_id", xml.external_id, xml.namespaces)
        self._verdict = _Path("verdict", xml.verdict, xml.namespaces)
        self._erp_number = _Path("erp_number", xml.erp_number, xml.namespaces) if xml.erp_number else None
        self._reason = _Path("reason", xml.reason, xml.namespaces) if xml.reason else None
        paths = (self._external_id, self._verdict, self._erp_number, self._reason)
        self._children = frozenset(path.child for path in paths if path is not None and path.child)

    def read(self, path: Path, name: str, from_row: int) -> Answer:  # noqa: ARG002  # an XML answer does not grow
        """The answer. What stands before its first result is read at once, the rest while results are taken."""
        answer = Answer(named_file(name, self._settings, self._extension), iter(()))
        results = self._results(path, name, answer)
        first = next(results, None)
        answer.results = results if first is None else chain([first], results)
        return answer

    def _results(self, path: Path, name: str, answer: Answer) -> Iterator[Result]:
        found = 0
        with told(name), path.open("rb") as content:
            for element in self._elements(content, answer):
                found += 1
                result = self._result(element)
                answer.rows_read = found
                yield result
        if not found:
            raise malformed(name, "line 1", "holds no result; it is another document than the profile expects")

    def _elements(self, content: BinaryIO, answer: Answer) -> Iterator[etree._Element]:
        """Each whole result element. Everything else is dropped as soon as it has been seen."""
        inside, count = 0, 0
        for event, element in walked(content):
            is_result = element.tag == self._result_tag
            if event == "start":
                inside += is_result
                count += 1
                if inside and count > ELEMENTS_PER_RESULT_MAX:
                    raise Broken(line_of(element), f"one result has more than {ELEMENTS_PER_RESULT_MAX} elements")
                continue
            if element.tag == self._file_tag and (said := bounded((element.text or "").strip(), element)):
                answer.files.append(FileReference(FileKey.NAME, said))
            if is_result:
                yield element
                inside -= 1
            if not inside:
                count = 0
                drop(element)

    def _result(self, element: etree._Element) -> Result:
        children = _texts_of(element, self._children)
        external_id, word = self._external_id.text(element, children), self._verdict.text(element, children)
        meaning = self._settings.verdicts.get(word)
        line = line_of(element)
        if not external_id:
            raise Broken(line, "a result does not name its order")
        if meaning is None:
            known = ", ".join(self._settings.verdicts)
            raise Broken(line, f"the verdict is missing or a word that the profile does not know (it knows {known})")
        level, verdict = MEANINGS[meaning]
        number = self._erp_number.text(element, children) if self._erp_number else ""
        reason = self._reason.text(element, children) if self._reason else ""
        return Result(external_id, verdict, number or None, reason, f"line {line}", level)


class _Path:
    """One of the profile's paths. child, attribute: the name, where it is no more than that: XPath would be slow."""

    def __init__(self, key: str, path: str, namespaces: dict[str, str]) -> None:
        self._compiled = _compiled(key, path, namespaces)
        self.child = _tag(path, namespaces, key) if _NAME.fullmatch(path) else ""
        self.attribute = path[1:] if _ATTRIBUTE.fullmatch(path) else ""

    def text(self, element: etree._Element, children: Mapping[str, str]) -> str:
        """The path's text; of several nodes, all that are not empty. children: what `_texts_of` found."""
        if self.child:
            return bounded(children.get(self.child, ""), element)
        if self.attribute:
            return bounded(" ".join(element.get(self.attribute, "").split()), element)
        found: Any = self._compiled(element)
        if not isinstance(found, list):
            return bounded(str(found).strip(), element)
        texts = [one if isinstance(one, str) else "".join(one.itertext()) for one in found]
        return bounded("; ".join(text for one in texts if (text := " ".join(one.split()))), element)


def _texts_of(element: etree._Element, names: Set[str]) -> dict[str, str]:
    """The texts of an element's children of these names, of several with one name all that are not empty."""
    found: dict[str, str] = {}
    for child in element:
        tag = str(child.tag)
        if tag not in names:
            continue
        said = "".join(map(str, child.itertext())) if len(child) else child.text
        if said and (text := " ".join(said.split())):
            found[tag] = f"{found[tag]}; {text}" if tag in found else text
    return found


def _compiled(key: str, path: str, namespaces: dict[str, str]) -> etree.XPath:
    try:
        compiled = etree.XPath(path, namespaces=namespaces, regexp=False)  # no pattern that nobody judges
        compiled(etree.Element("probe"))  # an unknown prefix or function shows only when it is used
    except (etree.XPathError, TypeError, ValueError) as error:
        raise PathRefused(key, f"{path!r} is no XPath of these namespaces: {error}") from error
    return compiled


def _tag(name: str, namespaces: dict[str, str], key: str) -> str:
    """{namespace}name of prefix:name."""
    prefix, colon, local = name.partition(":")
    if not colon:
        return name
    if prefix not in namespaces:
        raise PathRefused(key, f"the prefix of {name!r} is not in namespaces")
    return f"{{{namespaces[prefix]}}}{local}"
