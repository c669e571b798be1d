"""The Python that Jinja makes of our templates, where its own way is slow: values from dicts, and values written out.

`order.number` becomes a look into the dict itself, with the sandbox's own way behind it for everything else. A value
that is written goes through the environment's `written` once, and is a text of the file then; Jinja would look at it
once more, for HTML. Text of the templates is written as it is, but for layout that the format does not have.
"""

from __future__ import annotations

from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame


class TemplateCode(CodeGenerator):
    """See the head of this file."""

    def write_commons(self) -> None:
        """What stands at the head of each function."""
        super().write_commons()
        self.writeline("written = environment.written")

    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:  # the name is Jinja's
        """`owner.attribute`: the key of a dict that has it, else what the sandbox says."""
        owner = self.temporary_identifier()
        self.write(f"({owner}[{node.attr!r}] if type({owner} := ")
        self.visit(node.node, frame)
        self.write(f") is dict and {node.attr!r} in {owner} else environment.getattr({owner}, {node.attr!r}))")

    def visit_Output(self, node: nodes.Output, frame: Frame) -> None:
        """Texts and values side by side: given in one piece, where Jinja would give each by itself."""
        if frame.buffer is not None or frame.require_output_check:
            super().visit_Output(node, frame)
            return
        self.writeline("yield concat((", node)
        for child in node.nodes:
            if isinstance(child, nodes.TemplateData):
                self.write(f"{self._text(child, frame)!r}, ")
                continue
            self.newline(child)  # so that an error tells the template's line
            self.write("written(")
            self.visit(child, frame)
            self.write("), ")
        self.write("))")

    def _text(self, node: nodes.TemplateData, frame: Frame) -> str:
        """What the template itself says, without the line breaks that are only its layout."""
        laid_out: str = self.environment.without_layout(str(node.as_const(frame.eval_ctx)))  # type: ignore[attr-defined]  # Sandbox has it
        return laid_out

    def _output_child_to_const(self, node: nodes.Expr, frame: Frame, _: CodeGenerator._FinalizeInfo) -> str:
        """Text of the template as it is. Other constants go the way of values, which knows how they are escaped."""
        if not isinstance(node, nodes.TemplateData):
            raise nodes.Impossible
        return self._text(node, frame)

    def _output_child_pre(self, _: nodes.Expr, __: Frame, ___: CodeGenerator._FinalizeInfo) -> None:
        self.write("written(")

    def _output_child_post(self, _: nodes.Expr, __: Frame, ___: CodeGenerator._FinalizeInfo) -> None:
        self.write(")")
