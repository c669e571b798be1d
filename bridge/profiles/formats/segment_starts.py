"""Where in a template of a format of segments a segment is sure to begin, whichever way a render takes.

Only a whole segment can be planned (segment_plan.py), so what stands before it must have ended one. That is taken to
hold for every macro until the template shows otherwise: it is walked through, a macro that is called inside a segment
or ends inside one is struck off, and it is walked through again until nothing changes. What is not understood counts
as inside a segment: that costs time, and is never wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from jinja2 import nodes


class SegmentStarts:
    """The macros of a template that are whole segments, and the outputs that begin where a segment does.

    text_of: a text of the template without its layout. after: whether a segment can begin after that text; its second
    argument: whether one could before.
    """

    def __init__(
        self, tree: nodes.Template, text_of: Callable[[nodes.TemplateData], str], after: Callable[[str, bool], bool]
    ) -> None:
        self._text_of, self._after_text = text_of, after
        self.outputs: set[nodes.Node] = set()
        self.macros = {macro.name for macro in tree.find_all(nodes.Macro)}
        left = -1
        while left != (left := len(self.macros)):
            self._walk(tree.body, True)

    def is_segments(self, node: nodes.Node) -> bool:
        """Whether this is the call of a macro that gives whole segments."""
        return called_name(node) in self.macros

    def _walk(self, body: Iterable[nodes.Node], begins: bool) -> bool:
        """Whether a segment can begin after these. begins: whether one can before them."""
        for node in body:
            begins = self._after(node, begins)
        return begins

    def _after(self, node: nodes.Node, begins: bool) -> bool:
        match node:
            case nodes.Output():
                return self._after_output(node, begins)
            case nodes.If():
                branches = (node.body, *(other.body for other in node.elif_), node.else_)
                after = [self._walk(branch, begins) for branch in branches]  # each of them, whatever the first says
                return all(after)
            case nodes.For():
                again = self._walk(node.body, begins)
                if begins and not again:
                    self._walk(node.body, False)
                return self._walk(node.else_, begins) and begins and again
            case nodes.Macro():
                if not self._walk(node.body, node.name in self.macros):
                    self.macros.discard(node.name)
                return begins
            case nodes.Assign():
                return begins
            case _:
                self.outputs.difference_update(node.find_all(nodes.Output))
                return False

    def _after_output(self, node: nodes.Output, begins: bool) -> bool:
        if begins:
            self.outputs.add(node)
        else:
            self.outputs.discard(node)
        for part in node.nodes:
            if isinstance(part, nodes.TemplateData):
                begins = self._after_text(self._text_of(part), begins)
                continue
            called = called_name(part)
            if called is not None and not begins:
                self.macros.discard(called)
            begins = begins and called in self.macros
        return begins


def called_name(node: nodes.Node) -> str | None:
    """The name of what is called."""
    return node.node.name if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name) else None


def only_writes_macros(tree: nodes.Template) -> bool:
    """Whether the text of a macro is only written as it is: nothing asks for its length, or looks into it."""
    macros = {macro.name for macro in tree.find_all(nodes.Macro)}
    written = {id(part) for output in tree.find_all(nodes.Output) for part in output.nodes}
    return all(id(call) in written for call in tree.find_all(nodes.Call) if called_name(call) in macros)
