"""The Python that Jinja makes of our templates, where its own way is slow: values from dicts, and values written out.

`order.number` becomes a look into the dict itself, with the sandbox's own way behind it for everything else. A value that
is written goes through the environment's `written` once, and is a text of the file then; Jinja would look at it once
more, for HTML. Constants of the templates are written as they are.
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

    def _output_child_to_const(self, node: nodes.Expr, frame: Frame, finalize: CodeGenerator._FinalizeInfo) -> str:
        """Text of the template as it is. Other constants go the way of values, which knows how they are escaped."""
        if not isinstance(node, nodes.TemplateData):
            raise nodes.Impossible
        return super()._output_child_to_const(node, frame, finalize)

    def _output_child_pre(self, _: nodes.Expr, __: Frame, ___: CodeGenerator._FinalizeInfo) -> None:
        self.write("written(")

    def _output_child_post(self, _: nodes.Expr, __: Frame, ___: CodeGenerator._FinalizeInfo) -> None:
        self.write(")")
