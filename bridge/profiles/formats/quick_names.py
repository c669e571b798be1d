"""Which names of a template are macros and namespaces, and whether the quick way knows all that the template does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from jinja2 import nodes

KNOWN = (
    nodes.Output, nodes.TemplateData, nodes.Name, nodes.NSRef, nodes.Const, nodes.Getattr, nodes.Getitem, nodes.Slice,
    nodes.Filter, nodes.Test, nodes.Call, nodes.Keyword, nodes.For, nodes.If, nodes.Macro, nodes.Assign,
    nodes.CondExpr, nodes.Compare, nodes.Operand, nodes.BinExpr, nodes.UnaryExpr, nodes.Concat, nodes.List,
    nodes.Tuple, nodes.Dict, nodes.Pair,
)  # fmt: skip
JINJAS_OWN = ("self", "super", "caller", "varargs", "kwargs")  # names that Jinja gives a meaning inside a template


class NotQuick(Exception):
    """The template does something that only Jinja's own way does."""


@dataclass(frozen=True, slots=True)
class QuickNames:
    """The template's macros by name, and the names that hold a loop, which is no dict."""

    macros: Mapping[str, nodes.Macro]
    loops: frozenset[str]

    @classmethod
    def of(cls, template: nodes.Template) -> QuickNames:
        """Raises NotQuick."""
        for node in template.iter_child_nodes():
            _refuse_unknown(node)
        used = list(template.find_all(nodes.Name))
        if any(one.name in JINJAS_OWN for one in used):
            raise NotQuick
        macros = {macro.name: macro for macro in template.find_all(nodes.Macro)}
        names = cls(macros, frozenset({"loop", *_kept_loops(template)}))
        names._refuse_odd_macros(template, used)
        _refuse_odd_namespaces(template, used)
        return names

    def _refuse_odd_macros(self, template: nodes.Template, used: list[nodes.Name]) -> None:
        """A macro is known where it is defined once, at the top, and its name does nothing but call it."""
        calls = [call for call in template.find_all(nodes.Call) if self._called(call) is not None]
        at_top = [node for node in template.body if isinstance(node, nodes.Macro)]
        named = sum(one.name in self.macros for one in used)
        if len(at_top) != len(list(template.find_all(nodes.Macro))) or len(at_top) != len(self.macros):
            raise NotQuick
        if named != len(calls):
            raise NotQuick
        for call in calls:
            self.values_for(call)

    def _called(self, call: nodes.Call) -> nodes.Macro | None:
        return self.macros.get(call.node.name) if isinstance(call.node, nodes.Name) else None

    def values_for(self, call: nodes.Call) -> list[nodes.Expr | None]:
        """What a call gives for each parameter of its macro, None for its default. Raises NotQuick."""
        macro = self._called(call)
        if macro is None or call.dyn_args or call.dyn_kwargs or len(call.args) > len(macro.args):
            raise NotQuick
        parameters = [parameter.name for parameter in macro.args]
        named = {keyword.key: keyword.value for keyword in call.kwargs}
        if set(named) - set(parameters[len(call.args) :]):
            raise NotQuick
        return [*call.args, *(named.get(name) for name in parameters[len(call.args) :])]


def _refuse_unknown(node: nodes.Node) -> None:
    if not isinstance(node, KNOWN) or (isinstance(node, nodes.For) and node.recursive):
        raise NotQuick
    for child in node.iter_child_nodes():
        _refuse_unknown(child)


def _refuse_odd_namespaces(template: nodes.Template, used: list[nodes.Name]) -> None:
    """A namespace is a dict where its name does nothing but hold it, and is asked only with a dot."""
    made = Counter(_made_namespaces(template))
    asked = Counter(look.node.name for look in template.find_all(nodes.Getattr) if isinstance(look.node, nodes.Name))
    named = Counter(one.name for one in used)
    if named["namespace"] != made.total() or any(one.name not in made for one in template.find_all(nodes.NSRef)):
        raise NotQuick
    looks = (look for look in template.find_all(nodes.Getattr) if look.attr.startswith("_"))
    if any(isinstance(look.node, nodes.Name) and look.node.name in made for look in looks):
        raise NotQuick  # the sandbox refuses it
    if any(named[name] != asked[name] + count for name, count in made.items()):
        raise NotQuick


def _kept_loops(template: nodes.Template) -> Iterator[str]:
    """The names in `{% set NAME = loop %}`: how a loop inside asks for the number of the one around it."""
    for given in template.find_all(nodes.Assign):
        kept, target = given.node, given.target
        if isinstance(target, nodes.Name) and isinstance(kept, nodes.Name) and kept.name == "loop":
            yield target.name


def _made_namespaces(template: nodes.Template) -> Iterator[str]:
    """The names in `{% set NAME = namespace(key=value) %}`, which is the one way to make one here."""
    for given in template.find_all(nodes.Assign):
        call, target = given.node, given.target
        if not (isinstance(call, nodes.Call) and isinstance(target, nodes.Name) and isinstance(call.node, nodes.Name)):
            continue
        if call.node.name == "namespace":
            if call.args or call.dyn_args or call.dyn_kwargs:
                raise NotQuick
            yield target.name
