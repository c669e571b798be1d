"""The Jinja2 that templates run in: sandboxed, strict, exact, and quick with the plain dicts that it is given.

A dot looks into a dict first (`order.number` is a key): that halves the time of a render, and a key named `items` is
the order's, not the dict's method. What would turn an amount into a float is not there at all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC
from typing import Any

from jinja2 import DictLoader, StrictUndefined, TemplateSyntaxError, nodes, pass_context, pass_eval_context
from jinja2.compiler import CodeGenerator, Frame
from jinja2.exceptions import SecurityError
from jinja2.nodes import EvalContext
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from bridge.profiles.formats import forms

# `format` and `%` go through float (12345678901234567.89 prints ...68.00); the others make floats or lose text.
FORBIDDEN_FILTERS = (
    "format",
    "float",
    "round",
    "int",
    "filesizeformat",
    "tojson",
    "safe",
    "xmlattr",
    "pprint",
    "random",
)

# What they give is taken for escaped, as HTML; another format would write it as it is.
HTML_FILTERS = ("e", "escape", "forceescape", "urlize")


class Sandbox(ImmutableSandboxedEnvironment):
    """See the head of this file."""

    intercepted_binops = frozenset({"%", "/", "**"})

    def getattr(self, obj: Any, attribute: str) -> Any:
        """`obj.attribute`: the key of a dict; else what the sandbox allows."""
        if type(obj) is dict:
            try:
                return obj[attribute]
            except KeyError:
                return self.undefined(obj=obj, name=attribute)
        return super().getattr(obj, attribute)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """No `%` on texts and no division that gives a float."""
        if operator == "%" and isinstance(left, str):
            raise SecurityError("use the filters money and decimal; % goes through float")
        result = super().call_binop(context, operator, left, right)
        if isinstance(result, float):
            raise SecurityError(f"{operator} would give a float; use the filter number")
        return result


def refuse_inexact(environment: Sandbox, source: str, name: str) -> None:
    """Raise TemplateSyntaxError, with its line, for what would lose exactness or escaping."""
    tree = environment.parse(source, name)
    for constant in tree.find_all(nodes.Const):
        if isinstance(constant.value, float):
            raise TemplateSyntaxError("a float is not exact; write '0.5' | number", constant.lineno, name)
    for used in tree.find_all(nodes.Filter):
        if used.name in FORBIDDEN_FILTERS:
            what = f"the filter {used.name} is not allowed; use money, decimal, percent or number"
            raise TemplateSyntaxError(what, used.lineno, name)
    for switch in tree.find_all(nodes.EvalContextModifier):
        raise TemplateSyntaxError("escaping cannot be switched off", switch.lineno, name)
    if environment.finalize is not None:
        _refuse_mixed_writing(tree, name)


def _refuse_mixed_writing(tree: nodes.Template, name: str) -> None:
    """What Jinja would join by the rules of HTML: a macro's text with a value's."""
    for joined in tree.find_all(nodes.Concat):
        if any(isinstance(part, nodes.Call) for part in joined.nodes):
            what = "a macro's text cannot be joined by ~; write the two side by side"
            raise TemplateSyntaxError(what, joined.lineno, name)
    for block in tree.find_all((nodes.AssignBlock, nodes.FilterBlock)):
        raise TemplateSyntaxError("a block cannot be kept or filtered; use a macro", block.lineno, name)


def sandbox(templates: Mapping[str, str], newline: str, escape: Callable[[str], str] | None = None) -> Sandbox:
    """An environment for templates: everything is escaped, a name that is not there is an error.

    escape: how a format escapes a value; None: as XML.
    """
    environment = Sandbox(
        loader=DictLoader(dict(templates)),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        newline_sequence="\r\n" if newline == "\r\n" else "\n",
        auto_reload=False,
        cache_size=-1,
        finalize=None if escape is None else _written_by(escape),
    )
    for name in FORBIDDEN_FILTERS:
        environment.filters.pop(name, None)
    environment.filters.update(
        money=_money,
        decimal=_decimal,
        percent=forms.percent,
        number=forms.number,
        date=_date,
        strip=_strip,
        implied=forms.implied,
        signed=forms.signed,
        left=forms.left,
        right=forms.right,
        total=forms.total,
    )
    if escape is not None:
        environment.code_generator_class = _WrittenAsTheyAre
        for name in HTML_FILTERS:
            environment.filters.pop(name, None)
    return environment


class _WrittenAsTheyAre(CodeGenerator):
    """What `_written_by` gave goes into the file as it is: Jinja would look at each value once more, for HTML."""

    def _output_child_pre(self, _: nodes.Expr, __: Frame, finalize: CodeGenerator._FinalizeInfo) -> None:
        self.write("str(")
        if finalize.src is not None:
            self.write(finalize.src)


def write_decimal_commas(environment: Sandbox) -> None:
    """Let the filters write the decimal comma of a format whose files say so, whatever the template asks."""

    @pass_context
    def money(context: Context, value: forms.Amount) -> str:
        return _money(context, value, True)

    def decimal(value: forms.Amount, places: int | None = None) -> str:
        return _decimal(value, places, True)

    def percent(value: forms.Amount) -> str:
        return forms.percent(value).replace(".", ",")

    environment.filters.update(money=money, decimal=decimal, percent=percent)


def _written_by(escape: Callable[[str], str]) -> Callable[..., str]:
    """A value as its format writes it. A macro's text is Markup, and escaped already.

    The unused context keeps Jinja from working out constants at load, which it would escape as HTML.
    """

    @pass_eval_context
    def written(_: EvalContext, value: Any) -> str:
        return value if type(value) is Markup else escape(value if type(value) is str else str(value))

    return written


@pass_context
def _money(context: Context, value: forms.Amount, comma: bool = False) -> str:
    """Whole minor units of the order's currency: 12.50."""
    text = forms.money(value, context["digits"])
    return text.replace(".", ",") if comma else text


def _decimal(value: forms.Amount, places: int | None = None, comma: bool = False) -> str:
    """Plain digits: 2.5; with places rounded half up."""
    text = forms.decimal(value, places)
    return text.replace(".", ",") if comma else text


@pass_context
def _date(context: Context, value: Any, form: str = "YYYY-MM-DD", utc: bool = False) -> str:
    """A day or an instant, in the deployment's zone or in UTC."""
    return forms.dated(value, form, UTC if utc else context["zone"])


def _strip(value: Any) -> str:
    """Without blanks around."""
    return str(value).strip()
