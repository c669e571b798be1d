"""The quick way through a template: one plain Python function, made of the same tree that Jinja made its own code of.

The idea: an order is nearly always as its template expects it, so this code looks for no mistake. `order.number` is
`order["number"]`, a macro is a function, a namespace is a dict, a text is one more item of a list. Whatever is wrong
(a key that is not there, an attribute of something else than a dict, a filter that refuses) ends it with an exception,
and then Jinja's own, careful way renders the order anew and says what is wrong and in which line
(`quick_template.py`). So this code must be right only where it raises nothing, and needs no line numbers.

What it does not know (blocks, includes, imports, call blocks) raises NotQuick when it is made: the careful way alone
is taken then. Scopes are Jinja's: its `Symbols` say which name is which, here as there.
"""

from __future__ import annotations

from collections.abc import Mapping

from jinja2 import nodes
from jinja2.compiler import Frame, MacroRef
from jinja2.idtracking import VAR_LOAD_ALIAS, VAR_LOAD_PARAMETER, VAR_LOAD_RESOLVE, VAR_LOAD_UNDEFINED
from jinja2.nodes import EvalContext

from bridge.profiles.formats.quick_names import QuickNames
from bridge.profiles.formats.template_code import TemplateCode

# Their first operand may be something that is not there.
_ALLOW_UNDEFINED = ("default", "d", "defined", "undefined")


class QuickCode(TemplateCode):
    """See the head of this file. names: what the template calls its macros and namespaces; raises NotQuick."""

    known: Mapping[str, object] = {}  # names that only this kind of code uses

    def quick(self, template: nodes.Template) -> str:
        """The function `root(words, context)`, which gives the template's text."""
        self.names = QuickNames.of(template)
        self.visit(template)
        return str(self.stream.getvalue())  # type: ignore[attr-defined]  # no stream was given, so it is a StringIO

    def visit_Template(self, node: nodes.Template, frame: Frame | None = None) -> None:
        """All of it. Filters are the module's names: they are what they were when the profile was loaded."""
        frame = Frame(EvalContext(self.environment, self.name))
        frame.symbols.analyze_node(node)
        frame.toplevel = frame.rootlevel = True
        for kind, named in ((nodes.Filter, self.filters), (nodes.Test, self.tests)):
            for used in node.find_all(kind):
                named.setdefault(used.name, self.temporary_identifier())
        self.writeline("def root(words, context):")
        self.indent()
        for word in sorted({word for _, words in self.bound.values() for word in words}):
            self.writeline(f"word_{word} = words[{word!r}]")
        self.buffer(frame)
        self.enter_frame(frame)
        self.blockvisit(node.body, frame)
        self.writeline(f"return concat({frame.buffer})")
        self.outdent()

    @property
    def bound(self) -> dict[str, tuple[object, tuple[str, ...]]]:
        """Filters that take words of the file, as functions that get just these."""
        bound: dict[str, tuple[object, tuple[str, ...]]] = self.environment.bound_filters  # type: ignore[attr-defined]  # Sandbox has it
        return bound

    # -- Names. `absent` is what Jinja would make of a name that is not there whenever it is used.

    def enter_frame(self, frame: Frame) -> None:
        """The names of a scope, each as it is at its begin."""
        for target, (action, name) in frame.symbols.loads.items():
            if action == VAR_LOAD_RESOLVE:
                self.writeline(f"{target} = words.get({name!r}, absent)")
            elif action == VAR_LOAD_ALIAS:
                self.writeline(f"{target} = {name}")
            elif action == VAR_LOAD_UNDEFINED:
                self.writeline(f"{target} = absent")

    def leave_frame(self, frame: Frame, with_python_scope: bool = False) -> None:
        """Nothing: a scope that is entered again begins with `enter_frame`."""

    def pop_assign_tracking(self, frame: Frame) -> None:  # noqa: ARG002  # Jinja's shape
        """What was set is a name of this function, and nobody else asks for it."""
        self._assign_stack.pop()

    def visit_Name(self, node: nodes.Name, frame: Frame) -> None:
        """The name itself, but for a parameter that stands in the default of another one."""
        ref = frame.symbols.ref(node.name)
        load = frame.symbols.find_load(ref)
        if load is not None and load[0] == VAR_LOAD_PARAMETER and self.parameter_is_undeclared(ref):
            super().visit_Name(node, frame)
        else:
            self.write(ref)

    def visit_Assign(self, node: nodes.Assign, frame: Frame) -> None:
        """`{% set %}`; a namespace is a dict, so what is set in it is an item."""
        self.push_assign_tracking()
        self.newline(node)
        self.visit(node.target, frame)
        self.write(" = ")
        self.visit(node.node, frame)
        self.pop_assign_tracking(frame)

    def visit_NSRef(self, node: nodes.NSRef, frame: Frame) -> None:
        """Where a namespace is set."""
        self.write(f"{frame.symbols.ref(node.name)}[{node.attr!r}]")

    # -- Looks

    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:
        """`owner.attribute`, which nearly always is a dict's; but `loop` is no dict."""
        if isinstance(node.node, nodes.Name) and node.node.name in self.names.loops:
            super().visit_Getattr(node, frame)
            return
        self.visit(node.node, frame)
        self.write(f"[{node.attr!r}]")

    def visit_Getitem(self, node: nodes.Getitem, frame: Frame) -> None:
        """`owner[item]`, which is what the sandbox tries first."""
        self.visit(node.node, frame)
        self.write("[")
        self.visit(node.arg, frame)
        self.write("]")

    def _visit_carefully(self, node: nodes.Node, frame: Frame) -> None:
        """A look as the sandbox does it, giving an undefined value for what is not there."""
        if isinstance(node, nodes.Getattr):
            super().visit_Getattr(node, frame)
        elif isinstance(node, nodes.Getitem):
            super().visit_Getitem(node, frame)
        else:
            self.visit(node, frame)

    # -- Calls, filters and tests

    def visit_Call(self, node: nodes.Call, frame: Frame, forward_caller: bool = False) -> None:  # noqa: ARG002  # Jinja's shape
        """A macro's text, a new namespace, or what the sandbox lets be called."""
        if self._is_macro(node):
            self.write("Markup(")
            self._call_macro(node, frame)
            self.write(")")
        elif isinstance(node.node, nodes.Name) and node.node.name == "namespace":
            self.write("{")
            for keyword in node.kwargs:
                self.write(f"{keyword.key!r}: ")
                self.visit(keyword.value, frame)
                self.write(", ")
            self.write("}")
        else:
            self.write("environment.call(context, ")
            self._visit_carefully(node.node, frame)
            self.signature(node, frame)
            self.write(")")

    def _is_macro(self, node: nodes.Node) -> bool:
        called = node.node if isinstance(node, nodes.Call) else None
        return isinstance(called, nodes.Name) and called.name in self.names.macros

    def _call_macro(self, node: nodes.Call, frame: Frame) -> None:
        """The macro's function; it takes `missing` for a parameter that was not given."""
        assert isinstance(node.node, nodes.Name)
        self.write(f"macro_{node.node.name}(")
        for value in self.names.values_for(node):
            if value is None:
                self.write("missing, ")
            else:
                self.visit(value, frame)
                self.write(", ")
        self.write(")")

    def visit_Filter(self, node: nodes.Filter, frame: Frame) -> None:
        """A function called; those that take words of the file get them without a look into the context."""
        self._filtered(node, node.node, frame, is_filter=True)

    def visit_Test(self, node: nodes.Test, frame: Frame) -> None:
        """`value is test`."""
        self._filtered(node, node.node, frame, is_filter=False)

    def _filtered(
        self, node: nodes.Filter | nodes.Test, value: nodes.Expr | None, frame: Frame, is_filter: bool
    ) -> None:
        assert value is not None  # only a filter block has none
        visit = self._visit_carefully if node.name in _ALLOW_UNDEFINED else self.visit
        if is_filter and node.name in self.bound:
            self.write(f"{self.filters[node.name]}(")
            for word in self.bound[node.name][1]:
                self.write(f"word_{word}, ")
            visit(value, frame)
            self.signature(node, frame)
            self.write(")")
            return
        if is_filter and node.name == "strip" and not node.args and not node.kwargs:
            text = self.temporary_identifier()
            self.write(f"({text}.strip() if type({text} := ")
            visit(value, frame)
            self.write(f") is str else {self.filters[node.name]}({text}))")
            return
        with self._filter_test_common(node, frame, is_filter):
            visit(value, frame)

    def visit_Concat(self, node: nodes.Concat, frame: Frame) -> None:
        """`a ~ b`."""
        self.write("joined((")
        for part in node.nodes:
            self.visit(part, frame)
            self.write(", ")
        self.write("))")

    # -- Macros

    def visit_Macro(self, node: nodes.Macro, frame: Frame) -> None:
        """A function of its own, which gives the text."""
        self.macro_body(node, frame)
        self.writeline(f"macro_{node.name} = macro")

    def return_buffer_contents(self, frame: Frame, force_unescaped: bool = False) -> None:  # noqa: ARG002  # Jinja's shape
        """At the end of a macro."""
        self.writeline(f"return concat({frame.buffer})")

    def macro_def(self, macro_ref: MacroRef, frame: Frame) -> None:
        """No object is made for it."""

    # -- What is written

    def visit_Output(self, node: nodes.Output, frame: Frame) -> None:
        """Texts and values side by side, added to the list together."""
        self.writeline(f"{frame.buffer} += (")
        for child in node.nodes:
            self._output(child, frame)
            self.write(", ")
        self.write(")")

    def _output(self, node: nodes.Expr, frame: Frame) -> None:
        """One piece as it goes into the file; what is known beforehand is escaped beforehand."""
        if isinstance(node, nodes.TemplateData):
            self.write(repr(self._text(node, frame)))
        elif isinstance(node, nodes.Const):
            self.write(repr(str(self.environment.written(node.value))))  # type: ignore[attr-defined]  # Sandbox has it
        elif isinstance(node, nodes.CondExpr) and node.expr2 is not None:
            self.write("(")
            self._output(node.expr1, frame)
            self.write(" if ")
            self.visit(node.test, frame)
            self.write(" else ")
            self._output(node.expr2, frame)
            self.write(")")
        elif isinstance(node, nodes.Call) and self._is_macro(node):
            self._call_macro(node, frame)
        elif isinstance(node, nodes.Filter) and node.name in self.environment.plain_filters:  # type: ignore[attr-defined]  # Sandbox has it
            self.visit(node, frame)
        else:
            self._value(node, frame)

    def _value(self, node: nodes.Expr, frame: Frame) -> None:
        """A value, escaped; in XML letters and digits alone need no look at all."""
        if not self.environment.plain_filters:  # type: ignore[attr-defined]  # Sandbox has it
            self.write("written(")
            self.visit(node, frame)
            self.write(")")
            return
        value = self.temporary_identifier()
        self.write(f"({value} if type({value} := ")
        self.visit(node, frame)
        self.write(f") is str and {value}.isalnum() else written({value}))")
