"""How one segment of a template is written, worked out when the template is compiled.

A segment is text of the template with values between: `RFF+VN:{{ order.erp_number }}'`. What becomes of its empty
elements is known beforehand but for which values are empty, so what is left to do for each order is one condition and
one f-string, in most cases. The other way to the same bytes is `finished` of each syntax, which looks at the text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol, runtime_checkable

# Behind a segment that needs nothing more. No value can hold it, nor does any syntax use it for something else.
END = "\x19"
CACHED_TEXTS_MAX = 4096
CACHED_LENGTH_MAX = 80


class Texts(dict[str, str]):
    """Values as they stand in the file, by their text: names, codes and empty fields come again and again."""

    def __init__(self, carried: Callable[[str], str]) -> None:
        super().__init__()
        self._carried = carried

    def __missing__(self, text: str) -> str:
        found = self._carried(text)
        if len(text) <= CACHED_LENGTH_MAX:
            if len(self) >= CACHED_TEXTS_MAX:
                self.clear()
            self[text] = found
        return found


@dataclass(frozen=True)
class SegmentForm:
    """What a format says of its segments, in the separators of templates.

    blanks: what may stand before a segment (None: every white space). own: how segments begin that the format itself
    must see. drops_empty: whether an element goes when all its values are empty, and a segment likewise.
    """

    segment: str
    element: str
    component: str
    blanks: str | None
    own: tuple[str, ...]
    drops_empty: bool
    carried: Callable[[str], str]  # a value with its separators kept aside

    @cached_property
    def separators(self) -> str:
        """What is taken away at the end of a segment."""
        return self.element + self.component

    @cached_property
    def empty_components(self) -> Callable[[str, str], str]:
        """Puts its first argument for components that are empty at the end of an element."""
        return re.compile(f"[{self.component}]+(?=[{self.element}]|$)").sub

    def after(self, text: str, begins: bool) -> bool:
        """Whether a segment can begin after a text of a template; begins: whether one could before."""
        _, ended, rest = text.rpartition(self.segment)
        return (begins or bool(ended)) and not rest.strip(self.blanks)

    def trimmed(self, text: str) -> str:
        """A segment without what is empty at the end of its elements and its own."""
        text = text.rstrip(self.separators)
        return self.empty_components("", text) if self.component + self.element in text else text


@runtime_checkable
class Segmented(Protocol):
    """A syntax of segments."""

    form: SegmentForm


def form_of(syntax: object) -> SegmentForm | None:
    """What a syntax says of its segments; None for one that has none."""
    return syntax.form if isinstance(syntax, Segmented) else None


@dataclass(frozen=True)
class Value:
    """A value in a segment: the name that holds its text in the Python made of the template."""

    name: str


Part = str | Value


class SegmentPlan:
    """The Python that gives one segment.

    before: assignments that come first. condition: what must be true for it to be written, "" where it always is.
    text: what is written, END included; "" where the segment never says anything.
    """

    def __init__(self, form: SegmentForm, parts: Iterable[Part]) -> None:
        self._form = form
        self.before: list[str] = []
        elements = [_Element(form, one) for one in _elements(form, parts)]
        self._values = [name for element in elements for name in element.values]
        says_more = any(element.says for element in elements[1:])
        self.condition = " or ".join(self._values) if form.drops_empty or not says_more else ""
        while elements and elements[-1].is_nothing:
            elements.pop()
        if self._values or says_more or (elements and form.drops_empty):
            self.text = self._joined(elements)
        else:
            self.text = ""

    def _joined(self, elements: Sequence[_Element]) -> str:
        shown = _literal(self._form.element).join([self._shown(element) for element in elements])
        last = self._may_be_empty(elements[-1])
        if any(element.ends_in_component and self._may_be_empty(element) for element in elements[:-1]):
            return f"trimmed(f'{shown}') + {END!r}"
        whole = f"f'{shown}{_literal(END)}'"
        return f"{whole} if {last} else f'{shown}'.rstrip({self._form.separators!r}) + {END!r}" if last else whole

    def _shown(self, element: _Element) -> str:
        """The element inside an f-string. Words of the template are left out where none of its values is there."""
        if not self._stands_or_falls(element):
            return element.shown
        self.before.append(f"{element.name} = f'{element.shown}' if {' or '.join(element.values)} else ''")
        return f"{{{element.name}}}"

    def _stands_or_falls(self, element: _Element) -> bool:
        """Whether the element depends on its values, and the segment does not on the same."""
        return self._form.drops_empty and element.says and bool(element.values) and element.values != self._values

    def _may_be_empty(self, element: _Element) -> str:
        """What is empty where the element ends with a separator; "": nothing."""
        if element.last:
            return "" if [element.last] == self._values and self.condition else element.last
        return element.name if self._stands_or_falls(element) else ""


class _Element:
    """One element as the template has it, without components at its end that nothing follows."""

    def __init__(self, form: SegmentForm, parts: Sequence[Part]) -> None:
        kept = [part for part in parts if part != ""]
        if kept and isinstance(kept[-1], str):
            kept[-1] = kept[-1].rstrip(form.component)
        self.values = [part.name for part in kept if isinstance(part, Value)]
        self.says = any(part.strip(form.component) for part in kept if isinstance(part, str))
        self.is_nothing = not any(kept)
        self.shown = "".join([_literal(part) if isinstance(part, str) else f"{{{part.name}}}" for part in kept])
        self.name = f"{self.values[0]}e" if self.values else ""
        if kept and kept[-1] == "":
            kept.pop()
        self.last = kept[-1].name if kept and isinstance(kept[-1], Value) else ""
        self.ends_in_component = bool(self.last) and _ends_in_component(form, kept)


def _ends_in_component(form: SegmentForm, parts: Sequence[Part]) -> bool:
    """Whether a component is open where the element's last values are empty."""
    words = next((part for part in reversed(parts) if isinstance(part, str)), "")
    return words.endswith(form.component)


def _elements(form: SegmentForm, parts: Iterable[Part]) -> Iterator[list[Part]]:
    element: list[Part] = []
    for part in parts:
        if isinstance(part, Value):
            element.append(part)
            continue
        first, *others = part.split(form.element)
        element.append(first)
        for other in others:
            yield element
            element = [other]
    yield element


def _literal(text: str) -> str:
    """A text of the template between the quotes of an f-string."""
    return repr(f'"{text}')[2:-1].replace("{", "{{").replace("}", "}}")
