"""The quick Python of templates that write segments: a condition and an f-string for each whole segment.

The careful way writes a mark before each value and looks at every segment when all of an order is there (`finished` of
EDIFACT and X12): right for any template, and slow, as the same is found out anew for every order. Where the template
shows that a segment begins (segment_starts.py) and that it ends in the same place, what its empty values take with them
is worked out when the profile is loaded (segment_plan.py), and the segment is written as it stands in the file, with
END behind it. `finished` passes such segments on, and counts them. A segment that is put together by an `if`, or by a
macro that gives a part of it, is written with its marks here too; so is the envelope, which is a format's own business.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from jinja2 import nodes
from jinja2.compiler import Frame
from jinja2.nodes import EvalContext
from markupsafe import Markup

from bridge.profiles.formats.quick_code import QuickCode
from bridge.profiles.formats.quick_names import NotQuick
from bridge.profiles.formats.sandbox import Sandbox
from bridge.profiles.formats.segment_plan import SegmentForm, SegmentPlan, Texts, Value
from bridge.profiles.formats.segment_starts import SegmentStarts, only_writes_macros

Part = str | nodes.Expr


class SegmentCode(QuickCode):
    """See the head of this file."""

    def __init__(self, environment: Sandbox, name: str, form: SegmentForm) -> None:
        super().__init__(environment, name, name)
        self._form, self._texts = form, Texts(form.carried)
        self.known = {"texts": self._texts, "trimmed": form.trimmed, "text_of": self._text_of}

    def _text_of(self, value: Any) -> str:
        """A value that is no text yet. Raises TypeError for a macro's, which may be more than a value."""
        if isinstance(value, Markup):
            raise TypeError
        return self._texts[str(value)]

    @property
    def bound(self) -> dict[str, tuple[object, tuple[str, ...]]]:
        """With the method of plain texts for a filter that is little more. It raises for all that is no text."""
        return {**super().bound, "replace": (str.replace, ())}

    def visit_Template(self, node: nodes.Template, frame: Frame | None = None) -> None:
        """All of it."""
        if not only_writes_macros(node):
            raise NotQuick
        plain = Frame(EvalContext(self.environment, self.name))
        self._starts = SegmentStarts(node, lambda text: self._text(text, plain), self._form.after)
        super().visit_Template(node, frame)

    def visit_Output(self, node: nodes.Output, frame: Frame) -> None:
        """Whole segments, each by its plan; what is left as it comes."""
        for piece in self._pieces(node, frame):
            if not (piece.is_segment and self._planned(piece.parts, frame)):
                self._as_it_comes([*piece.parts, piece.end], frame)

    def _pieces(self, node: nodes.Output, frame: Frame) -> Iterator[_Piece]:
        """The output, cut after each segment."""
        end, blanks = self._form.segment, self._form.blanks
        begins = node in self._starts.outputs
        parts: list[Part] = []
        for part in self._parts(node, frame):
            if not isinstance(part, str):
                if begins and not parts and self._starts.is_segments(part):
                    yield _Piece([part], "", is_segment=False)
                else:
                    parts.append(part)
                continue
            *ended, rest = part.split(end)
            for text in ended:
                yield _Piece([*parts, text if parts or not begins else text.lstrip(blanks)], end, is_segment=begins)
                parts, begins = [], True
            if rest := (rest if parts or not begins else rest.lstrip(blanks)):
                parts.append(rest)
        if parts:
            yield _Piece(parts, "", is_segment=False)

    def _parts(self, node: nodes.Output, frame: Frame) -> list[Part]:
        """Texts and values of the output, no two texts side by side."""
        parts: list[Part] = []
        for child in node.nodes:
            part = self._text(child, frame) if isinstance(child, nodes.TemplateData) else child
            if parts and isinstance(part, str) and isinstance(parts[-1], str):
                parts[-1] += part
            else:
                parts.append(part)
        return parts

    def _planned(self, parts: list[Part], frame: Frame) -> bool:
        """Write a segment by its plan; False where it is none that can be planned."""
        tag = parts[0] if isinstance(parts[0], str) else ""
        if len(parts) > 1 and self._form.element not in tag:
            return False  # a value gives its name
        if tag.startswith(self._form.own) or any(self._is_macro(part) for part in parts if not isinstance(part, str)):
            return False
        values = {id(part): self._kept(part, frame) for part in parts if not isinstance(part, str)}
        plan = SegmentPlan(self._form, [part if isinstance(part, str) else values[id(part)] for part in parts])
        for line in plan.before:
            self.writeline(line)
        if not plan.text:
            return True
        if plan.condition:
            self.writeline(f"if {plan.condition}:")
            self.indent()
        self.writeline(f"{frame.buffer}.append({plan.text})")
        if plan.condition:
            self.outdent()
        return True

    def _kept(self, node: nodes.Expr, frame: Frame) -> Value:
        """A value under a name of its own, as it stands in the file; most have been there before."""
        name = self.temporary_identifier()
        self.writeline(f"{name} = ")
        self._write_kept(name, node, frame)
        return Value(name)

    def _write_kept(self, name: str, node: nodes.Expr, frame: Frame) -> None:
        self.write(f"texts[{name}] if type({name} := ")
        self.visit(node, frame)
        self.write(f") is str else text_of({name})")

    def _value(self, node: nodes.Expr, frame: Frame) -> None:
        """A value of a segment that is not planned: behind its mark, where the format has marks."""
        if self._form.drops_empty:
            super()._value(node, frame)
            return
        self.write("(")
        self._write_kept(self.temporary_identifier(), node, frame)
        self.write(")")

    def _as_it_comes(self, parts: list[Part], frame: Frame) -> None:
        """A part of a segment, or one that the format must see."""
        self.writeline(f"{frame.buffer} += (")
        for part in parts:
            if not isinstance(part, str):
                self._output(part, frame)
            else:
                self.write(repr(part))
            self.write(", ")
        self.write(")")


@dataclass(frozen=True, slots=True)
class _Piece:
    """A part of an output. is_segment: it is a whole segment, which `end` ends."""

    parts: list[Part]
    end: str
    is_segment: bool
