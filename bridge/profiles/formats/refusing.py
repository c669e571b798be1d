"""`refuse("words")`: how a template says that the ERP cannot take an order like this one, which then waits."""

from __future__ import annotations

from jinja2 import TemplateSyntaxError, nodes

from bridge.profiles.formats.forms import FormRefused

WANTED = 'refuse takes one text that stands there, such as refuse("a tax has no rate"); a value would be told with it'


class NotWritten(FormRefused):
    """A template refuses the order, in words of its own."""


def refuse(words: str) -> str:
    """What the template calls."""
    raise NotWritten(words)


def refuse_told_values(tree: nodes.Template, name: str) -> None:
    """Raise TemplateSyntaxError for a call with something else than a text of the template: messages hold no values."""
    for call in tree.find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name == "refuse":
            told = [one.value for one in call.args if isinstance(one, nodes.Const) and isinstance(one.value, str)]
            if len(told) != 1 or len(call.args) != 1 or call.kwargs or call.dyn_args or call.dyn_kwargs:
                raise TemplateSyntaxError(WANTED, call.lineno, name)
