"""How any answer in XML is walked: streamed, with no entity, DTD or network, and with an error that quotes no value.

What a style has seen it drops, so that memory does not grow with the answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import BinaryIO

from lxml import etree

from bridge.profiles.acknowledgements.base import malformed

TEXT_MAX = 4_000  # of one id, number or reason
PART_BYTES_MAX = 8 << 20


class Broken(ValueError):
    """What is wrong with an answer, and where."""

    def __init__(self, line: int, what: str) -> None:
        super().__init__(what)
        self.line = line


class _InParts:
    """A file that is read part by part: one part that never ends is refused before it fills the memory."""

    def __init__(self, content: BinaryIO) -> None:
        self._content, self._since_last_part = content, 0

    def read(self, size: int) -> bytes:
        """What the parser asks for."""
        if self._since_last_part > PART_BYTES_MAX:
            raise Broken(1, f"one part of the answer is longer than {PART_BYTES_MAX} bytes")
        piece = self._content.read(size)
        self._since_last_part += len(piece)
        return piece

    def part_seen(self) -> None:
        """A part has come to its end."""
        self._since_last_part = 0


def parts_of(content: BinaryIO, tags: Sequence[str]) -> Iterator[etree._Element]:
    """Each element of these names as it becomes whole: quicker than `walked`. Raises Broken as that does.

    Between two of them no more than PART_BYTES_MAX bytes may stand; whoever drops a part drops what stands before it.
    """
    bounded_content = _InParts(content)
    walk = etree.iterparse(
        bounded_content, events=("end",), tag=tags, resolve_entities=False, load_dtd=False, no_network=True,
        huge_tree=False, remove_comments=True, remove_pis=True,
    )  # fmt: skip
    fresh = True
    for _, element in walk:
        if fresh:
            _refuse_dtd(element)
            fresh = False
        bounded_content.part_seen()
        yield element


def walked(content: BinaryIO) -> Iterator[tuple[str, etree._Element]]:
    """Each element twice: "start" as it begins, "end" when it is whole. Raises Broken for a document type."""
    walk = etree.iterparse(
        content, events=("start", "end"), resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    fresh = True
    for event, element in walk:
        if fresh:
            _refuse_dtd(element)
            fresh = False
        yield event, element


@contextmanager
def told(name: str) -> Iterator[None]:
    """Whatever breaks inside is AnswerMalformed of the answer of this name, with its line."""
    try:
        yield
    except etree.XMLSyntaxError as error:
        line = max(1, error.position[0])  # an empty file has line 0
        what = "is not well-formed XML, or not in the encoding that it names"
        raise malformed(name, f"line {line}", what) from None  # libxml2 quotes what it stumbles over
    except Broken as error:
        raise malformed(name, f"line {error.line}", str(error)) from error


def line_of(element: etree._Element) -> int:
    """The line on which an element begins."""
    line: object = element.sourceline
    return line if isinstance(line, int) else 1


def drop(element: etree._Element) -> None:
    """Forget an element and all that ended before it, around it too: what a stream must do to stay flat."""
    element.clear()
    parent = element.getparent()
    while parent is not None:
        while element.getprevious() is not None:
            del parent[0]
        element, parent = parent, parent.getparent()


def bounded(text: str, element: etree._Element) -> str:
    """The text, which must not be endless."""
    if len(text) > TEXT_MAX:
        raise Broken(line_of(element), f"a text is longer than {TEXT_MAX} characters")
    return text


def _refuse_dtd(root: etree._Element) -> None:
    if root.getroottree().docinfo.internalDTD is not None:
        raise Broken(1, "has a document type declaration; entities are refused, whatever they say")
